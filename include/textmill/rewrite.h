/* textmill/rewrite.h - for stages that make a whole new text: finds the edits that lead to it.
 * Optional; needs plugin.h and nothing to link.
 *
 * Edits keep spans and offsets in place, so they should be small. Both texts are compared line by
 * line, then what differs word by word, by the greedy algorithm of Myers (1986). After a number of
 * differences the furthest path is taken as it is and the search begins anew from there: the edits
 * may then be more than were needed, they still lead to the new text, and time stays linear.
 */
#ifndef TEXTMILL_REWRITE_H
#define TEXTMILL_REWRITE_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MILL_REWRITE_DEPTH 256 /* differences, before the search begins anew */
#define MILL_REWRITE_MIDDLE                                                                        \
    (MILL_REWRITE_DEPTH + 2) /* place of diagonal 0, with room to look aside */
#define MILL_REWRITE_WIDTH (2 * MILL_REWRITE_MIDDLE + 1)

/* Where a text is cut: piece i is bytes [cuts[i], cuts[i + 1]). */
typedef struct mill_pieces {
    const char *data;
    uint32_t *cuts;
    int32_t count;
} mill_pieces;

/* A search under way. furthest[d][MIDDLE + k]: how far in the old pieces d differences lead on
 * diagonal k; -1: nowhere. */
typedef struct mill_rewriting {
    mill_document *article;
    int32_t (*furthest)[MILL_REWRITE_WIDTH];
} mill_rewriting;

/* ---- Cutting ------------------------------------------------------------------------------- */

static inline bool mill_rewrite_is_word(unsigned char byte)
{
    unsigned char lower = byte | 0x20;
    return (byte >= '0' && byte <= '9') || (lower >= 'a' && lower <= 'z') ||
           (byte >= 0x80 && byte < 0xE0);
}

/* Returns the length of the first piece: a line with its break; or a word, where a character of
 * three bytes or more, as of Chinese, is one by itself. */
static inline size_t mill_rewrite_piece(const char *data, size_t length, bool lines)
{
    size_t at = 1;
    unsigned char first = (unsigned char)data[0];
    if (lines) {
        const char *stop = (const char *)memchr(data, '\n', length);
        return stop != NULL ? (size_t)(stop - data) + 1 : length;
    }
    if (first >= 0xE0)
        while (at < length && ((unsigned char)data[at] & 0xC0) == 0x80) at++;
    else if (mill_rewrite_is_word(first))
        while (at < length && mill_rewrite_is_word((unsigned char)data[at])) at++;
    return at;
}

/* Cuts data[begin, end). Fails: false, out of memory. */
static inline bool mill_rewrite_cut(mill_document *article, mill_text text, mill_span range,
                                    bool lines, mill_pieces *pieces)
{
    size_t count = 0;
    for (size_t at = range.begin; at < range.end; count++)
        at += mill_rewrite_piece(text.data + at, range.end - at, lines);
    pieces->data = text.data;
    pieces->count = (int32_t)count;
    pieces->cuts = (uint32_t *)mill_alloc(article, (count + 1) * sizeof *pieces->cuts);
    if (pieces->cuts == NULL) return false;
    size_t at = range.begin;
    for (size_t i = 0; i < count; i++) {
        pieces->cuts[i] = (uint32_t)at;
        at += mill_rewrite_piece(text.data + at, range.end - at, lines);
    }
    pieces->cuts[count] = range.end;
    return true;
}

static inline bool mill_rewrite_same(const mill_pieces *old_pieces, int32_t x,
                                     const mill_pieces *new_pieces, int32_t y)
{
    uint32_t from = old_pieces->cuts[x], to = new_pieces->cuts[y];
    uint32_t length = old_pieces->cuts[x + 1] - from;
    return length == new_pieces->cuts[y + 1] - to &&
           memcmp(old_pieces->data + from, new_pieces->data + to, length) == 0;
}

/* ---- Searching ----------------------------------------------------------------------------- */

/* The part of both lists that a search is about, and where it has come to. */
typedef struct mill_rewrite_window {
    int32_t x, y;     /* pieces before it */
    int32_t old_left; /* pieces in it */
    int32_t new_left;
    int32_t differences; /* of the path found */
    int32_t diagonal;
} mill_rewrite_window;

/* Takes one step on diagonal k and all equal pieces behind it; returns how far it leads, or -1. */
static inline int32_t mill_rewrite_step(const mill_rewriting *self, const mill_pieces *old_pieces,
                                        const mill_pieces *new_pieces,
                                        const mill_rewrite_window *window, int32_t d, int32_t k)
{
    int32_t x = 0;
    if (d > 0) {
        const int32_t *before = self->furthest[d - 1];
        int32_t down = before[MILL_REWRITE_MIDDLE + k + 1],
                right = before[MILL_REWRITE_MIDDLE + k - 1];
        if (down >= 0 && down - k > window->new_left) down = -1;
        right = right >= 0 && right < window->old_left ? right + 1 : -1;
        x = down > right ? down : right;
    }
    while (x >= 0 && x < window->old_left && x - k < window->new_left &&
           mill_rewrite_same(old_pieces, window->x + x, new_pieces, window->y + x - k))
        x++;
    return x;
}

/* Finds a path to the end, or the one that leads furthest. */
static inline void mill_rewrite_search(const mill_rewriting *self, const mill_pieces *old_pieces,
                                       const mill_pieces *new_pieces, mill_rewrite_window *window)
{
    for (int32_t d = 0; d <= MILL_REWRITE_DEPTH; d++) {
        int32_t *row = self->furthest[d], most = -1;
        for (int32_t k = -d - 2; k <= d + 2; k++) row[MILL_REWRITE_MIDDLE + k] = -1;
        for (int32_t k = -d; k <= d; k += 2) {
            int32_t x = mill_rewrite_step(self, old_pieces, new_pieces, window, d, k);
            row[MILL_REWRITE_MIDDLE + k] = x;
            if (x < 0 || 2 * x - k <= most) continue;
            most = 2 * x - k;
            window->differences = d;
            window->diagonal = k;
        }
        if (most == window->old_left + window->new_left) return;
    }
}

/* ---- Edits --------------------------------------------------------------------------------- */

static inline bool mill_rewrite_range(mill_rewriting *self, mill_text old_text, mill_span from,
                                      mill_text new_text, mill_span to, bool lines);

/* Replaces a run of old pieces by a run of new ones: a few lines are compared word by word. */
static inline bool mill_rewrite_replace(mill_rewriting *self, const mill_pieces *old_pieces,
                                        const mill_pieces *new_pieces, const int32_t run[4],
                                        bool lines)
{
    mill_span from = {old_pieces->cuts[run[0]], old_pieces->cuts[run[1]]};
    mill_span to = {new_pieces->cuts[run[2]], new_pieces->cuts[run[3]]};
    if (lines && from.begin < from.end && to.begin < to.end) {
        mill_text old_text = {old_pieces->data, from.end}, new_text = {new_pieces->data, to.end};
        return mill_rewrite_range(self, old_text, from, new_text, to, false);
    }
    mill_edit(self->article, from.begin, from.end, new_pieces->data + to.begin, to.end - to.begin);
    return true;
}

/* Where a path leaves a diagonal: old piece x goes, or new piece y comes. */
typedef struct mill_rewrite_turn {
    int32_t x, y;
    bool comes;
} mill_rewrite_turn;

/* Lists the turns of the path that was found, last first. */
static inline void mill_rewrite_trace(const mill_rewriting *self, const mill_rewrite_window *window,
                                      mill_rewrite_turn *turns)
{
    int32_t k = window->diagonal;
    for (int32_t d = window->differences; d > 0; d--) {
        const int32_t *before = self->furthest[d - 1];
        int32_t down = before[MILL_REWRITE_MIDDLE + k + 1],
                right = before[MILL_REWRITE_MIDDLE + k - 1];
        if (down >= 0 && down - k > window->new_left) down = -1;
        bool comes = down > (right >= 0 && right < window->old_left ? right + 1 : -1);
        k += comes ? 1 : -1;
        int32_t x = comes ? down : right;
        mill_rewrite_turn *turn = &turns[window->differences - d];
        turn->x = window->x + x;
        turn->y = window->y + x - k;
        turn->comes = comes;
    }
}

/* Makes edits of the path that was found, turns that follow each other being one. */
static inline bool mill_rewrite_follow(mill_rewriting *self, const mill_pieces *old_pieces,
                                       const mill_pieces *new_pieces,
                                       const mill_rewrite_window *window, bool lines)
{
    mill_rewrite_turn turns[MILL_REWRITE_DEPTH];
    mill_rewrite_trace(self, window, turns);
    for (int32_t i = window->differences - 1; i >= 0;) {
        int32_t run[4] = {turns[i].x, turns[i].x, turns[i].y, turns[i].y};
        for (; i >= 0 && turns[i].x == run[1] && turns[i].y == run[3]; i--)
            run[turns[i].comes ? 3 : 1]++;
        if (!mill_rewrite_replace(self, old_pieces, new_pieces, run, lines)) return false;
    }
    return true;
}

/* Compares two lists of pieces. */
static inline bool mill_rewrite_pieces(mill_rewriting *self, const mill_pieces *old_pieces,
                                       const mill_pieces *new_pieces, bool lines)
{
    int32_t x = 0, y = 0;
    while (x < old_pieces->count && y < new_pieces->count) {
        mill_rewrite_window window = {x, y, old_pieces->count - x, new_pieces->count - y, 0, 0};
        mill_rewrite_search(self, old_pieces, new_pieces, &window);
        int32_t reached = self->furthest[window.differences][MILL_REWRITE_MIDDLE + window.diagonal];
        if (!mill_rewrite_follow(self, old_pieces, new_pieces, &window, lines)) return false;
        x += reached;
        y += reached - window.diagonal;
    }
    int32_t rest[4] = {x, old_pieces->count, y, new_pieces->count};
    if (rest[0] == rest[1] && rest[2] == rest[3]) return true;
    return mill_rewrite_replace(self, old_pieces, new_pieces, rest, lines);
}

static inline bool mill_rewrite_range(mill_rewriting *self, mill_text old_text, mill_span from,
                                      mill_text new_text, mill_span to, bool lines)
{
    mill_pieces old_pieces, new_pieces;
    return mill_rewrite_cut(self->article, old_text, from, lines, &old_pieces) &&
           mill_rewrite_cut(self->article, new_text, to, lines, &new_pieces) &&
           mill_rewrite_pieces(self, &old_pieces, &new_pieces, lines);
}

/* Records the edits that make the document's text this one. The stage has MILL_EDITS_TEXT and makes
 * no other edits. Returns MILL_FAILED with the reason set where memory ends. A text that is not
 * valid UTF-8 makes the article fail. */
static inline mill_status mill_rewrite(mill_document *article, mill_text wanted)
{
    mill_text text = mill_document_text(article);
    size_t shorter = text.length < wanted.length ? text.length : wanted.length;
    size_t front = 0, back = 0; /* equal lines at both ends */
    if (wanted.length > MILL_TEXT_MAX)
        return mill_fail(article, "the new text has %zu bytes, more than any text may",
                         wanted.length);
    while (front < shorter && text.data[front] == wanted.data[front]) front++;
    if (front == text.length && front == wanted.length) return MILL_OK;
    while (front > 0 && text.data[front - 1] != '\n') front--;
    while (back < shorter - front &&
           text.data[text.length - back - 1] == wanted.data[wanted.length - back - 1])
        back++;
    while (back > 0 && (--back == 0 || text.data[text.length - back - 1] != '\n')) continue;
    mill_rewriting self = {article, NULL};
    self.furthest = (int32_t(*)[MILL_REWRITE_WIDTH])mill_alloc(article, (MILL_REWRITE_DEPTH + 1) *
                                                                            sizeof *self.furthest);
    mill_span from = {(uint32_t)front, (uint32_t)(text.length - back)};
    mill_span to = {(uint32_t)front, (uint32_t)(wanted.length - back)};
    if (self.furthest == NULL || !mill_rewrite_range(&self, text, from, wanted, to, true))
        return MILL_FAILED;
    return MILL_OK;
}

#ifdef __cplusplus
}
#endif

#endif
