/* english - finds the sentences of English text.
 *
 * One forward pass without allocation: a scan in blocks (candidates.h) finds the few places where
 * a sentence can end; stops.c, web.c, items.c and lines.c decide about each.
 */
#ifndef SPLIT_SENTENCES_ENGLISH_H
#define SPLIT_SENTENCES_ENGLISH_H

#include "lists.h"
#include "sink.h"
#include "textmill/plugin.h"

/* In the order of the choices of option `newline`. */
typedef enum newline_policy { NEWLINE_ALWAYS, NEWLINE_PARAGRAPH, NEWLINE_AUTO } newline_policy;

typedef struct split_options {
    word_lists lists;
    newline_policy newline;
    bool wide_vectors; /* the processor has AVX2 */
    sink_options sink;
} split_options;

/* Finds the sentences of the sink's text and gives them to it. */
void split_english(const split_options *options, sentence_sink *sink);

#endif
