/* Fingerprints are as good as random, so their low bits are the place. Nothing is ever removed. */
#include "seen.h"

#include <stdlib.h>

#define FIRST_PLACES ((size_t)1024)
#define FIRST_IDS    ((size_t)65536)

/* A fingerprint of zeros would be a free place. */
static fingerprint occupied(fingerprint print)
{
    if (print.low == 0 && print.high == 0) print.low = 1;
    return print;
}

/* Returns the place of a fingerprint, or the free one where it belongs. */
static size_t find_place(const seen *self, fingerprint print)
{
    for (size_t at = (size_t)print.low;; at++) {
        const fingerprint *there = &self->places[at & self->mask];
        if (there->low == print.low && there->high == print.high) return at & self->mask;
        if (there->low == 0 && there->high == 0) return at & self->mask;
    }
}

static bool make_places(seen *self, size_t count, bool keeps_ids)
{
    self->mask = count - 1;
    self->places = calloc(count, sizeof *self->places);
    self->id_at = keeps_ids ? calloc(count, sizeof *self->id_at) : NULL;
    if (self->places != NULL && (self->id_at != NULL || !keeps_ids)) return true;
    free(self->places);
    free(self->id_at);
    return false;
}

static bool grow_places(seen *self)
{
    seen grown = *self;
    if (!make_places(&grown, (self->mask + 1) * 2, self->id_at != NULL)) return false;
    for (size_t i = 0; i <= self->mask; i++) {
        if (self->places[i].low == 0 && self->places[i].high == 0) continue;
        size_t place = find_place(&grown, self->places[i]);
        grown.places[place] = self->places[i];
        if (self->id_at != NULL) grown.id_at[place] = self->id_at[i];
    }
    free(self->places);
    free(self->id_at);
    *self = grown;
    return true;
}

static bool reserve_ids(seen *self, size_t room)
{
    size_t capacity = self->ids_capacity > 0 ? self->ids_capacity : FIRST_IDS;
    while (capacity - self->ids_length < room) capacity *= 2;
    if (capacity == self->ids_capacity) return true;
    char *ids = realloc(self->ids, capacity);
    if (ids == NULL) return false;
    self->ids = ids;
    self->ids_capacity = capacity;
    return true;
}

bool seen_init(seen *self, bool keeps_ids)
{
    *self = (seen){0};
    return make_places(self, FIRST_PLACES, keeps_ids);
}

void seen_clear(seen *self)
{
    free(self->places);
    free(self->id_at);
    free(self->ids);
}

bool seen_find(const seen *self, fingerprint print, mill_text *id)
{
    print = occupied(print);
    size_t place = find_place(self, print);
    *id = (mill_text){"", 0};
    if (self->places[place].low == 0 && self->places[place].high == 0) return false;
    if (self->id_at == NULL) return true;
    uint32_t length;
    const char *at = self->ids + self->id_at[place];
    memcpy(&length, at, sizeof length);
    *id = (mill_text){at + sizeof length, length};
    return true;
}

bool seen_add(seen *self, fingerprint print, mill_text id)
{
    uint32_t length = (uint32_t)id.length;
    if (self->count >= (self->mask + 1) / 4 * 3 && !grow_places(self)) return false;
    if (self->id_at != NULL && !reserve_ids(self, sizeof length + length)) return false;
    print = occupied(print);
    size_t place = find_place(self, print);
    self->places[place] = print;
    self->count++;
    if (self->id_at == NULL) return true;
    self->id_at[place] = self->ids_length;
    memcpy(self->ids + self->ids_length, &length, sizeof length);
    memcpy(self->ids + self->ids_length + sizeof length, id.data, length);
    self->ids_length += sizeof length + length;
    return true;
}
