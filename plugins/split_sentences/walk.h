/* walk - a text on its way through the splitter, and the three parts that work on it: stops
 * decides at . ! ?, lines at line ends, split_sentences walks and cuts.
 */
#ifndef SPLIT_SENTENCES_WALK_H
#define SPLIT_SENTENCES_WALK_H

#include "characters.h"
#include "lists.h"
#include "textmill/plugin.h"

/* In the order of the choices of option `newline`. */
typedef enum newline_policy { NEWLINE_ALWAYS, NEWLINE_PARAGRAPH, NEWLINE_AUTO } newline_policy;

typedef struct text_walk {
    const word_lists *lists;
    mill_text text;
    size_t begin;  /* of the sentence that is open */
    size_t resume; /* places before this have been dealt with */

    newline_policy newline;
    size_t line_begin;  /* of the line that is open */
    size_t wrapped_end; /* the verdict `wrapped` holds for line ends before this */
    bool wrapped;
} text_walk;

/* Returns the first place from `at` on that is not white space. */
size_t skip_space(mill_text text, size_t at);

/* Decides about the stop at `at`; sets `resume` behind it and its closing marks.
 * Returns true with `*end` set if a sentence ends there. */
bool stop_ends_sentence(text_walk *walk, size_t at, size_t *end);

/* Decides about the line break at `at`. */
bool line_ends_sentence(text_walk *walk, size_t at);

#endif
