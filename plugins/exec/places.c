#include "places.h"

#define STEP 256

/* Returns how many units a character takes, by its first byte. */
static size_t units_of(char first, mill_unit unit)
{
    return unit == MILL_UTF16 && (unsigned char)first >= 0xF0 ? 2 : 1;
}

static size_t next_character(mill_text text, size_t at)
{
    at++;
    while (at < text.length && ((unsigned char)text.data[at] & 0xC0) == 0x80) at++;
    return at;
}

/* A pair that lies across a step counts to the step before: a search begins at or before what it
 * looks for. */
bool places_init(places *self, mill_document *document, mill_unit unit)
{
    *self = (places){.text = mill_document_text(document), .unit = unit};
    self->count = self->text.length;
    if (unit == MILL_BYTES) return true;
    self->steps = mill_alloc(document, (self->text.length / STEP + 1) * sizeof *self->steps);
    if (self->steps == NULL) return false;
    size_t units = 0;
    for (size_t at = 0; at < self->text.length; at = next_character(self->text, at)) {
        if (units % STEP == 0) self->steps[units / STEP] = (uint32_t)at;
        size_t taken = units_of(self->text.data[at], unit);
        if (taken == 2 && units % STEP == STEP - 1) self->steps[units / STEP + 1] = UINT32_MAX;
        units += taken;
    }
    self->count = units;
    return true;
}

bool places_find(const places *self, int64_t offset, uint32_t *byte)
{
    if (offset < 0 || (uint64_t)offset > self->count) return false;
    size_t wanted = (size_t)offset, step = wanted / STEP;
    *byte = (uint32_t)wanted;
    if (self->steps == NULL) return true;
    *byte = (uint32_t)self->text.length;
    if (wanted == self->count) return true;
    while (self->steps[step] == UINT32_MAX) step--;
    size_t at = self->steps[step], units = step * STEP;
    while (units < wanted) {
        units += units_of(self->text.data[at], self->unit);
        at = next_character(self->text, at);
    }
    *byte = (uint32_t)at;
    return units == wanted;
}
