/* Adding a stage rewrites the row once, piece by piece and change by change, so it takes time in
 * proportion to the pieces and the changes. What is out of the text has no length in it. */
#include "text_history.h"

#include <string.h>

/* A walk along the old row that writes the new one. */
typedef struct rewriting {
    const text_history *old;
    size_t at;       /* the piece at hand */
    size_t taken;    /* bytes of it that are in the new row already */
    uint32_t offset; /* in the text before the stage */
    uint32_t stage;
    history_piece *pieces;
    size_t count;
} rewriting;

static void put_piece(rewriting *self, mill_text text, uint32_t born, uint32_t died)
{
    if (text.length > 0) self->pieces[self->count++] = (history_piece){text, born, died};
}

/* Takes pieces up to a place in the text before the stage. `died`: what becomes of those that were
 * in it. */
static void take_up_to(rewriting *self, uint32_t offset, uint32_t died)
{
    while (self->at < self->old->count) {
        const history_piece *piece = &self->old->pieces[self->at];
        const bool is_out = piece->died != HISTORY_NEVER;
        size_t left = piece->text.length - self->taken;
        size_t wanted = offset - self->offset;
        if (!is_out && wanted == 0) return;
        size_t length = is_out || left < wanted ? left : wanted;
        put_piece(self, (mill_text){piece->text.data + self->taken, length}, piece->born,
                  is_out ? piece->died : died);
        if (!is_out) self->offset += (uint32_t)length;
        self->taken += length;
        if (self->taken < piece->text.length) return;
        self->taken = 0;
        self->at++;
    }
}

static mill_text copy_text(arena *memory, mill_text text)
{
    char *copy = arena_alloc(memory, text.length + 1);
    if (copy == NULL) return (mill_text){NULL, 0};
    if (text.length > 0) memcpy(copy, text.data, text.length);
    return (mill_text){copy, text.length};
}

bool history_begin(text_history *history, arena *memory, mill_text raw)
{
    *history = (text_history){.memory = memory};
    mill_text copy = copy_text(memory, raw);
    history->pieces = arena_alloc_array(memory, 1, sizeof *history->pieces);
    if (copy.data == NULL || history->pieces == NULL) return false;
    history->pieces[0] = (history_piece){copy, HISTORY_RAW, HISTORY_NEVER};
    history->count = raw.length > 0;
    return true;
}

bool history_add(text_history *history, uint32_t stage, const alignment *edits, mill_text text)
{
    if (edits->count == 0) return true;
    /* A change cuts up to two pieces in two and puts in one. */
    size_t most = history->count + 3 * edits->count;
    rewriting self = {.old = history, .stage = stage};
    self.pieces = arena_alloc_array(history->memory, most, sizeof *self.pieces);
    if (self.pieces == NULL) return false;
    for (size_t i = 0; i < edits->count; i++) {
        const alignment_change *change = &edits->changes[i];
        size_t length = change->text.end - change->text.begin;
        mill_text put =
            copy_text(history->memory, (mill_text){text.data + change->text.begin, length});
        if (put.data == NULL) return false;
        take_up_to(&self, change->source.begin, HISTORY_NEVER);
        take_up_to(&self, change->source.end, stage);
        put_piece(&self, put, stage, HISTORY_NEVER);
    }
    take_up_to(&self, UINT32_MAX, HISTORY_NEVER);
    history->pieces = self.pieces;
    history->count = self.count;
    return true;
}

mill_text history_text(const text_history *history, uint32_t stage)
{
    size_t length = 0;
    for (size_t i = 0; i < history->count; i++)
        if (history_is_in(&history->pieces[i], stage)) length += history->pieces[i].text.length;
    char *text = arena_alloc(history->memory, length + 1), *to = text;
    if (text == NULL) return (mill_text){NULL, 0};
    for (size_t i = 0; i < history->count; i++) {
        const history_piece *piece = &history->pieces[i];
        if (!history_is_in(piece, stage)) continue;
        memcpy(to, piece->text.data, piece->text.length);
        to += piece->text.length;
    }
    *to = '\0';
    return (mill_text){text, length};
}

size_t history_changes(const text_history *history, uint32_t stage)
{
    size_t changes = 0;
    bool within = false;
    for (size_t i = 0; i < history->count; i++) {
        history_fate fate = history_fate_of(&history->pieces[i], stage);
        if (fate == HISTORY_ABSENT) continue;
        bool changed = fate != HISTORY_KEPT;
        changes += changed && !within;
        within = changed;
    }
    return changes;
}
