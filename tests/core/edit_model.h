/* edit_model - the slow, obvious model that alignments and documents are held against.
 *
 * A text is a list of items. An item is a byte that knows where in the source it stood, or a byte
 * of a change, or the place where a change has left no byte. A change knows which range of the
 * source it stands for; changes that overlap are joined. Nothing is computed from differences.
 */
#ifndef TESTS_EDIT_MODEL_H
#define TESTS_EDIT_MODEL_H

#include "test.h"
#include "textmill/plugin.h"

#include <stdlib.h>

enum { MODEL_ROOM = 8192, MODEL_KEPT = -1 };

typedef struct model_edit {
    size_t begin;
    size_t end;
    char replacement[256];
    size_t length; /* of the replacement */
} model_edit;

typedef struct model_item {
    bool is_byte; /* false: a change has left nothing here */
    char byte;
    int change;    /* or MODEL_KEPT */
    size_t source; /* of a byte that was kept */
} model_item;

typedef struct model {
    model_item items[MODEL_ROOM];
    size_t count;
    mill_span changes[MODEL_ROOM]; /* the range of the source */
    int change_count;
    size_t source_length;
} model;

static void model_start(model *self, const char *text, size_t length)
{
    self->count = self->source_length = length;
    self->change_count = 0;
    for (size_t i = 0; i < length; i++) self->items[i] = (model_item){true, text[i], MODEL_KEPT, i};
}

static size_t model_text(const model *self, char *text)
{
    size_t length = 0;
    for (size_t i = 0; i < self->count; i++)
        if (self->items[i].is_byte) text[length++] = self->items[i].byte;
    return length;
}

/* Returns the item of the text's byte `offset`; at the end, the number of items. */
static size_t model_find(const model *self, size_t offset)
{
    size_t i = 0;
    for (; i < self->count; i++)
        if (self->items[i].is_byte && offset-- == 0) break;
    return i;
}

/* The range of the source that an item stands for. */
static mill_span model_source_of(const model *self, const model_item *item)
{
    if (item->change != MODEL_KEPT) return self->changes[item->change];
    return (mill_span){(uint32_t)item->source, (uint32_t)item->source + 1};
}

static void model_join(model *self, int from, int into)
{
    mill_span *a = &self->changes[into], *b = &self->changes[from];
    if (from == into) return;
    if (b->begin < a->begin) a->begin = b->begin;
    if (b->end > a->end) a->end = b->end;
    for (size_t i = 0; i < self->count; i++)
        if (self->items[i].change == from) self->items[i].change = into;
}

/* ---- Changing ------------------------------------------------------------------------------ */

static void model_replace(model *self, const model_edit *edit)
{
    int change = self->change_count++;
    size_t from = edit->begin == 0 ? 0 : model_find(self, edit->begin - 1) + 1, to = from;
    mill_span *range = &self->changes[change];
    if (edit->begin < edit->end) {
        from = model_find(self, edit->begin);
        to = model_find(self, edit->end - 1) + 1;
        range->begin = model_source_of(self, &self->items[from]).begin;
        range->end = model_source_of(self, &self->items[to - 1]).end;
    } else {
        range->begin = from == 0 ? 0 : model_source_of(self, &self->items[from - 1]).end;
        range->end = range->begin;
        bool is_inside = from != 0 && from < self->count &&
                         self->items[from].change != MODEL_KEPT &&
                         self->items[from].change == self->items[from - 1].change;
        if (is_inside) model_join(self, self->items[from].change, change);
    }
    for (size_t i = from; i < to; i++)
        if (self->items[i].change != MODEL_KEPT) model_join(self, self->items[i].change, change);

    size_t added = edit->length == 0 ? 1 : edit->length;
    memmove(&self->items[from + added], &self->items[to],
            (self->count - to) * sizeof self->items[0]);
    self->count = self->count - (to - from) + added;
    for (size_t i = 0; i < added; i++)
        self->items[from + i] = (model_item){edit->length != 0, edit->replacement[i], change, 0};
}

static bool model_has_byte(const model *self, int change)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->items[i].change == change && self->items[i].is_byte) return true;
    return false;
}

static bool model_is_one_sided(const model *self, int change)
{
    return !model_has_byte(self, change) ||
           self->changes[change].begin == self->changes[change].end;
}

/* Drops what stands for nothing, and joins what only touches but has no order. */
static void model_tidy(model *self)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->count; i++) {
        model_item item = self->items[i];
        bool twin = kept != 0 && self->items[kept - 1].change == item.change;
        mill_span range = model_source_of(self, &item);
        bool is_needed = item.is_byte ||
                         !(twin || range.begin == range.end || model_has_byte(self, item.change));
        if (is_needed) self->items[kept++] = item;
    }
    self->count = kept;
    for (size_t i = 1; i < self->count; i++) {
        int left = self->items[i - 1].change, right = self->items[i].change;
        if (left == MODEL_KEPT || right == MODEL_KEPT || left == right) continue;
        if (!model_is_one_sided(self, left) && !model_is_one_sided(self, right)) continue;
        model_join(self, right, left);
        model_tidy(self);
        return;
    }
}

/* Makes one edit of those that touch if one of them is a mere insertion or deletion. */
static size_t model_merge(const model_edit *edits, size_t count, model_edit *merged)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        model_edit *last = kept != 0 ? &merged[kept - 1] : NULL;
        const model_edit *next = &edits[i];
        bool one_sided = next->begin == next->end || next->length == 0 ||
                         (last != NULL && (last->begin == last->end || last->length == 0));
        if (last == NULL || last->end != next->begin || !one_sided) {
            merged[kept++] = *next;
            continue;
        }
        memcpy(last->replacement + last->length, next->replacement, next->length);
        last->length += next->length;
        last->end = next->end;
    }
    return kept;
}

/* Applies the edits of one stage, which are sorted: from the back, so that their places hold. */
static void model_apply(model *self, const model_edit *edits, size_t count)
{
    static model_edit merged[MODEL_ROOM / 8];
    size_t left = model_merge(edits, count, merged);
    while (left > 0) model_replace(self, &merged[--left]);
    model_tidy(self);
}

/* ---- Looking up ---------------------------------------------------------------------------- */

static mill_span model_to_source(const model *self, mill_span span)
{
    size_t first = model_find(self, span.begin);
    uint32_t begin = first < self->count ? model_source_of(self, &self->items[first]).begin
                                         : (uint32_t)self->source_length;
    if (span.begin == span.end) return (mill_span){begin, begin};
    size_t last = model_find(self, span.end - 1);
    return (mill_span){begin, model_source_of(self, &self->items[last]).end};
}

/* Returns the range of the text that stands for byte `offset` of the source; the end for its end.
 */
static mill_span model_text_of(const model *self, size_t offset)
{
    mill_span found = {UINT32_MAX, 0};
    uint32_t position = 0;
    for (size_t i = 0; i < self->count; i++) {
        mill_span source = model_source_of(self, &self->items[i]);
        uint32_t next = position + self->items[i].is_byte;
        if (offset >= source.begin && offset < source.end) {
            if (found.begin == UINT32_MAX) found.begin = position;
            found.end = next;
        }
        position = next;
    }
    return found.begin == UINT32_MAX ? (mill_span){position, position} : found;
}

static mill_span model_to_text(const model *self, mill_span span)
{
    uint32_t begin = model_text_of(self, span.begin).begin;
    if (span.begin == span.end) return (mill_span){begin, begin};
    return (mill_span){begin, model_text_of(self, span.end - 1).end};
}

#endif
