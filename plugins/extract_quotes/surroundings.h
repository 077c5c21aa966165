/* surroundings - the tokens before and behind a quote, within its sentence. */
#ifndef EXTRACT_QUOTES_SURROUNDINGS_H
#define EXTRACT_QUOTES_SURROUNDINGS_H

#include "marks.h"
#include "tokens.h"

typedef struct sentence_layer {
    const mill_span *spans;
    uint32_t count; /* 0: nobody split the text; then stops decide */
    uint32_t at;    /* the sentence where the last quote began */
} sentence_layer;

typedef struct surroundings {
    token_list before; /* from the beginning of the sentence */
    token_list after;  /* to its end; empty where the quote ends its sentence with a full stop */
    bool after_is_new; /* a new sentence begins behind the quote */
} surroundings;

/* Reads the tokens around quote `index` of a passage. Quotes come in order. */
void surroundings_read(surroundings *around, sentence_layer *sentences, const vocabulary *known,
                       mill_text text, const quote_passage *passage, uint32_t index);

/* Reads the last sentence before `at` that is not empty into `list`. Returns where it begins. */
uint32_t surroundings_read_previous(token_list *list, const sentence_layer *sentences,
                                    const vocabulary *known, mill_text text, uint32_t at);

#endif
