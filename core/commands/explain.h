/* explain - the forms in which one article's way through a chain is told: for people on a terminal,
 * for programs, and as a page for a browser. Each only reads the trace.
 */
#ifndef CORE_COMMANDS_EXPLAIN_H
#define CORE_COMMANDS_EXPLAIN_H

#include "terminal.h"
#include "trace.h"

typedef struct explanation {
    const char *pipeline; /* the file */
    uint64_t number;      /* of the article in the input, from 1 */
    article_outcome outcome;
    const trace *trace;
    bool full; /* nothing is left out for being long */
} explanation;

void explain_text(const explanation *told, terminal *to);
void explain_json(const explanation *told, buffer *out);
void explain_html(const explanation *told, buffer *out);

/* The number by which the history knows the stage of a step, 0 for the reader; a writer changes
 * nothing and has the number of the last stage. */
uint32_t explain_stage(const trace *trace, size_t step);

/* The words for an outcome: "goes to the output". */
const char *explain_outcome(article_outcome outcome);

#endif
