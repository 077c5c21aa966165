/* text_history - every text that an article has been on its way, and which stage made which change.
 *
 * The bytes of the raw text and all that stages ever put in stand in one row of pieces. A piece
 * knows who put it in and who took it out; so the text behind any stage, the difference that a
 * stage made, and the difference of raw and clean text with the stage of each change are all walks
 * along the same row.
 */
#ifndef CORE_TEXT_HISTORY_H
#define CORE_TEXT_HISTORY_H

#include "alignment.h"

#define HISTORY_RAW   0          /* in place of a stage: it was there from the beginning */
#define HISTORY_NEVER UINT32_MAX /* likewise: nobody has taken it out */

typedef struct history_piece {
    mill_text text;
    uint32_t born; /* the stage that put it in, counted from 1; or HISTORY_RAW */
    uint32_t died; /* the stage that took it out; or HISTORY_NEVER */
} history_piece;

typedef struct text_history {
    arena *memory;
    history_piece *pieces;
    size_t count;
} text_history;

/* Begins with the raw text, which is copied. Fails: false, out of memory. */
bool history_begin(text_history *history, arena *memory, mill_text raw);

/* Adds what a stage has done: `edits` leads from its text to the one before. Stages come in order.
 * Fails: false, out of memory; the history is as before. */
bool history_add(text_history *history, uint32_t stage, const alignment *edits, mill_text text);

/* Tells whether a piece is in the text behind a stage; behind HISTORY_RAW is the raw text. */
static inline bool history_is_in(const history_piece *piece, uint32_t stage)
{
    return piece->born <= stage && stage < piece->died;
}

/* What a stage did with a piece. */
typedef enum history_fate {
    HISTORY_ABSENT,
    HISTORY_KEPT,
    HISTORY_REMOVED,
    HISTORY_INSERTED
} history_fate;

static inline history_fate history_fate_of(const history_piece *piece, uint32_t stage)
{
    if (piece->born == stage) return HISTORY_INSERTED;
    if (piece->died == stage) return HISTORY_REMOVED;
    return history_is_in(piece, stage) ? HISTORY_KEPT : HISTORY_ABSENT;
}

/* What all stages together did with a piece. What one put in and another took out is absent. */
static inline history_fate history_fate_of_all(const history_piece *piece)
{
    if (piece->born == HISTORY_RAW)
        return piece->died == HISTORY_NEVER ? HISTORY_KEPT : HISTORY_REMOVED;
    return piece->died == HISTORY_NEVER ? HISTORY_INSERTED : HISTORY_ABSENT;
}

/* Returns the text behind a stage, with a NUL behind it. Owns: lives in the history's memory.
 * Fails: NULL data, out of memory. */
mill_text history_text(const text_history *history, uint32_t stage);

/* Counts the changes that a stage made: places in the text where it took out, put in, or both. */
size_t history_changes(const text_history *history, uint32_t stage);

#endif
