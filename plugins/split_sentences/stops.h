/* stops - a stop and what follows it, and the two questions that are left once they are read: does
 * a sentence begin with this capital letter (capitals.c), and does one with this small letter
 * (small_letters.c)?
 */
#ifndef SPLIT_SENTENCES_STOPS_H
#define SPLIT_SENTENCES_STOPS_H

#include "walk.h"

/* What stands after a stop: white space, opening marks, then a character. */
typedef struct following {
    size_t at;             /* of that character */
    character_class class; /* CHARACTER_SPACE: the text or the line ends */
    bool spaced;
    bool quoted; /* an opening quotation mark stands before it */
    bool bracketed;
    bool dashed;
} following;

typedef struct stop_mark {
    size_t begin; /* the first mark */
    size_t end;   /* behind the last mark and what closes with it */
    unsigned marks;
    bool strong; /* has ! or ? */
    bool ellipsis;
    bool quoted; /* a quotation mark closes behind the marks */
    bool bracketed;
    bool full; /* no white space need follow */
} stop_mark;

#define LONG_WORD 4 /* letters; a word this long in small letters is hardly an abbreviation */

/* ---- Words (words.c) ----------------------------------------------------------------------- */

abbreviation_kind kind_of(const text_walk *walk, mill_text word);

/* Counts the letters of J, U.S or a.b.c: one capital, or any letters with stops between them.
 * Returns 0 for any other word. */
unsigned count_chain(mill_text word);

/* Tells whether a word has nothing but ASCII letters. */
bool is_in_letters(mill_text word);

/* After a closed quotation: tells whether "Smith said" or "Mrs. Bell asked" follows at `at`, with
 * the verb among the first `words` words. */
bool speaker_follows(const text_walk *walk, size_t at, unsigned words);

/* ---- Deciding ------------------------------------------------------------------------------ */

/* Tells whether a sentence begins with a capital behind a full stop. `word` is before the stop. */
bool capital_starts(const text_walk *walk, mill_text word, const stop_mark *stop,
                    const following *next);

/* Tells whether a sentence begins with a small letter behind any stop. */
bool small_letter_starts(const text_walk *walk, const stop_mark *stop, const following *next);

#endif
