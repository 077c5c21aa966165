#include "seen_lines.h"

bool seen_lines_open(seen_lines *self, mill_document *document, mill_text text)
{
    size_t places = 16;
    while (places / 2 < text.length / SEEN_LENGTH_MIN + 1) places *= 2;
    self->mask = places - 1;
    self->places = mill_alloc(document, places * sizeof *self->places);
    if (self->places == NULL) return false;
    memset(self->places, 0, places * sizeof *self->places);
    return true;
}

/* Multiplies and folds eight bytes at a time; a text has MILL_PADDING bytes behind it. */
static uint64_t hash_line(mill_text line)
{
    const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t hash = line.length * factor;
    for (size_t at = 0; at < line.length; at += 8) {
        uint64_t bytes;
        memcpy(&bytes, line.data + at, 8);
        if (line.length - at < 8) bytes <<= 8 * (8 - (line.length - at));
        hash = (hash ^ bytes) * factor;
        hash ^= hash >> 29;
    }
    return hash;
}

static bool is_short(mill_text line)
{
    size_t characters = 0;
    for (size_t i = 0; i < line.length && characters < SEEN_LENGTH_MIN; i++)
        characters += ((unsigned char)line.data[i] & 0xC0u) != 0x80;
    return characters < SEEN_LENGTH_MIN;
}

bool seen_lines_add(seen_lines *self, mill_text line)
{
    if (is_short(line)) return false;
    for (uint64_t at = hash_line(line);; at++) {
        mill_text *place = &self->places[at & self->mask];
        if (place->length == 0) {
            *place = line;
            return false;
        }
        if (place->length == line.length && memcmp(place->data, line.data, line.length) == 0)
            return true;
    }
}
