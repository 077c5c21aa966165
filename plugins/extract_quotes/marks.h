/* marks - quotation marks of an article, found and paired paragraph by paragraph.
 *
 * Says where something stands in marks, not whether it is a quotation. Pairing starts afresh with
 * each paragraph, so that a stray mark spoils no more than its own.
 */
#ifndef EXTRACT_QUOTES_MARKS_H
#define EXTRACT_QUOTES_MARKS_H

#include "vocabulary.h"

#define PASSAGE_MARKS_MAX  256
#define PASSAGE_QUOTES_MAX (PASSAGE_MARKS_MAX / 2 + 1)

typedef enum mark_family {
    MARK_DOUBLE, /* " “ ” „ */
    MARK_TYPED,  /* `` and two single ones in a row */
    MARK_GUILLEMET,
    MARK_SINGLE
} mark_family;

typedef enum mark_turn {
    TURN_EITHER, /* " */
    TURN_OPENS,  /* “ „ « ‘ */
    TURN_CLOSES  /* ” » ’ */
} mark_turn;

typedef struct quote_mark {
    uint32_t begin;
    uint8_t width;
    uint8_t family; /* a mark_family */
    uint8_t turn;   /* a mark_turn, by the character alone */
    uint8_t first;  /* 1: nothing but blanks before it in its paragraph */
    bool may_open;  /* as its neighbours have it: space before, none behind */
    bool may_close;
} quote_mark;

/* Something in marks. */
typedef struct marked {
    mill_span span;   /* the marks included */
    uint32_t opening; /* bytes of the marks; closing 0: the paragraph ended before it closed */
    uint32_t closing;
} marked;

/* A paragraph with marks in it; or several, where one quotation runs through them. */
typedef struct quote_passage {
    mill_span span;
    quote_mark marks[PASSAGE_MARKS_MAX];
    marked quotes[PASSAGE_QUOTES_MAX]; /* in order, not overlapping */
    uint32_t mark_count;
    uint32_t quote_count;
    bool doubled; /* two single marks in a row may open a quotation, not only close one */
} quote_passage;

/* Where the search stands. */
typedef struct mark_reader {
    const vocabulary *known;
    mill_text text;
    uint64_t hits; /* in the block, not looked at yet */
    uint32_t block;
    uint32_t paragraph; /* where the present one begins */
    uint32_t line;
    bool blank_lines;  /* part the paragraphs; else every line break does */
    bool single_marks; /* are looked at, too */
} mark_reader;

void marks_begin(mark_reader *reader, const vocabulary *known, mill_text text, bool single_marks);

/* Finds the next passage with something in marks. Returns false at the end of the text. */
bool marks_next(mark_reader *reader, quote_passage *passage);

/* Finds the next quotation that stands inside `outer` in marks of another kind. `*mark` is where
 * the search stands among the marks of the passage; begin with 0, and keep it from one outer
 * quotation to the next. Returns false where there is none. */
bool marks_next_nested(mill_text text, const quote_passage *passage, const marked *outer,
                       uint32_t *mark, marked *inner);

#endif
