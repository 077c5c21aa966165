/* sink - takes the sentences that a splitter finds, in order, and makes spans of them. A splitter
 * of any language writes to one. What a user may want otherwise is done here: sentences of one
 * quotation kept together, short ones joined, long ones cut. Without such wishes
 * a sentence goes straight to the document.
 */
#ifndef SPLIT_SENTENCES_SINK_H
#define SPLIT_SENTENCES_SINK_H

#include "textmill/plugin.h"

typedef struct sink_options {
    bool plain;           /* none of the below is asked for */
    bool keep_quotations; /* what is inside one quotation is one sentence */
    uint32_t min_length;  /* characters; shorter sentences are joined with a neighbour */
    uint32_t max_length;  /* characters; longer ones are cut; 0: no limit */
    uint32_t field;       /* the layer */
} sink_options;

typedef struct sentence_sink {
    const sink_options *options;
    mill_document *document;
    mill_text text;
    mill_span open;        /* waits for what follows; empty at the start */
    size_t quotation_end;  /* of the quotation found last */
    size_t unpaired_until; /* no quotation that begins before this closes before it */
} sentence_sink;

/* Takes a sentence; not a plain one, see sink_add. */
void sink_shape(sentence_sink *sink, size_t begin, size_t end);

/* Takes a sentence: no white space at its borders, behind all that were taken before. */
static inline void sink_add(sentence_sink *sink, size_t begin, size_t end)
{
    if (sink->options->plain)
        mill_span_add(sink->document, sink->options->field, begin, end);
    else
        sink_shape(sink, begin, end);
}

/* To be called behind the last sentence. */
void sink_finish(sentence_sink *sink);

#endif
