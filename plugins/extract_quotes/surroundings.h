/* surroundings - the sentence around a quote as a line of tokens.
 *
 * A quote is one token of the line. Quotes of one sentence share the line, so that it is read once.
 */
#ifndef EXTRACT_QUOTES_SURROUNDINGS_H
#define EXTRACT_QUOTES_SURROUNDINGS_H

#include "marks.h"
#include "tokens.h"

#define LINE_TOKENS_MAX 256

typedef struct sentence_layer {
    const mill_span *spans;
    uint32_t count; /* 0: nobody split the text; then stops decide */
    uint32_t at;    /* the sentence where the last quote began */
} sentence_layer;

typedef struct token_line {
    text_token items[LINE_TOKENS_MAX];
    uint32_t count;
} token_line;

typedef struct surroundings {
    token_list before; /* from the beginning of the sentence */
    token_list after;  /* to its end */
    bool after_is_new; /* a new sentence begins behind the quote, and is what `after` holds */
    bool introduced;   /* `before` is the sentence before, which ends in a colon or comma */
    token_line line;
    token_line previous; /* the sentence before */
    uint32_t quote;      /* the last quote's token in the line */
} surroundings;

/* Forgets the line, at the beginning of a passage. */
void surroundings_begin(surroundings *around);

/* Finds the tokens around quote `index` of a passage. Quotes come in order. */
void surroundings_read(surroundings *around, sentence_layer *sentences, const vocabulary *known,
                       mill_text text, const quote_passage *passage, uint32_t index);

/* Reads the last sentence before `at` that is not empty into `previous`. Returns where it begins.
 */
uint32_t surroundings_read_previous(surroundings *around, const sentence_layer *sentences,
                                    const vocabulary *known, mill_text text, uint32_t at);

#endif
