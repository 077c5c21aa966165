#include "seen_lines.h"

bool seen_lines_open(seen_lines *self, mill_document *document, mill_text text)
{
    size_t places = 16, lines = text.length / (SEEN_LENGTH_MIN + 1) + 1; /* at most */
    while (places / 2 < lines) places *= 2;
    self->text = text.data;
    self->mask = places - 1;
    self->places = mill_alloc(document, places * sizeof *self->places);
    if (self->places == NULL) return false;
    memset(self->places, 0, places * sizeof *self->places);
    return true;
}

static uint64_t load_word(const char *data)
{
    uint64_t word;
    memcpy(&word, data, sizeof word);
    return word;
}

#define FACTOR UINT64_C(0x9E3779B97F4A7C15)

static inline uint64_t mix(uint64_t hash, uint64_t word)
{
    return ((hash << 23 | hash >> 41) ^ word) * FACTOR;
}

/* Takes sixteen bytes at a time, in two rows that do not wait for each other; the last sixteen may
 * overlap those before. */
static uint64_t hash_line(mill_text line)
{
    uint64_t even = line.length, odd = FACTOR;
    for (size_t at = 0; at + 16 < line.length; at += 16) {
        even = mix(even, load_word(line.data + at));
        odd = mix(odd, load_word(line.data + at + 8));
    }
    even = mix(even, load_word(line.data + line.length - 16));
    odd = mix(odd, load_word(line.data + line.length - 8));
    even = mix(even, odd);
    return even ^ even >> 32;
}

/* Tells whether a line has too few characters; few have to be counted one by one. */
static bool is_short(mill_text line)
{
    if (line.length < SEEN_LENGTH_MIN) return true;
    if (line.length >= SEEN_LENGTH_MIN * 4) return false;
    size_t characters = 0;
    for (size_t i = 0; i < line.length; i++)
        characters += ((unsigned char)line.data[i] & 0xC0u) != 0x80;
    return characters < SEEN_LENGTH_MIN;
}

bool seen_lines_add(seen_lines *self, mill_text line)
{
    if (is_short(line)) return false;
    uint32_t begin = (uint32_t)(line.data - self->text);
    mill_span span = {begin, begin + (uint32_t)line.length};
    for (uint64_t at = hash_line(line);; at++) {
        mill_span *place = &self->places[at & self->mask];
        if (place->end == 0) {
            *place = span;
            return false;
        }
        if (place->end - place->begin == line.length &&
            memcmp(self->text + place->begin, line.data, line.length) == 0)
            return true;
    }
}
