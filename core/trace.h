/* trace - one article's way through the chain, recorded step by step: what each stage changed in
 * the text, what it added, how it ended and how long it took. It looks on while a processor works,
 * and holds copies: the document may be gone when the trace is read.
 */
#ifndef CORE_TRACE_H
#define CORE_TRACE_H

#include "processor.h"
#include "text_history.h"

/* An attribute of the spans of a layer, or of the article. */
typedef struct trace_attribute {
    const mill_field *field;
    mill_value *values; /* one for each row; a place in the text in bytes */
    mill_span *places;  /* of MILL_SPAN: the same in code points; else NULL */
} trace_attribute;

typedef struct trace_layer {
    const char *name;
    bool is_new; /* this step has provided it; else only attributes of its spans */
    uint32_t count;
    mill_span *spans;  /* in bytes of the text behind this step */
    mill_span *places; /* in code points */
    trace_attribute *attributes;
    size_t attribute_count;
} trace_layer;

typedef struct trace_fields {
    trace_layer *layers;
    size_t layer_count;
    trace_attribute *attributes; /* of the article; one row */
    size_t attribute_count;
} trace_fields;

typedef struct trace_step {
    const pipeline_step *step; /* the reader, a stage or a writer */
    mill_status status;
    const char *reason; /* why it failed; else NULL */
    uint64_t nanoseconds;
    trace_fields added;
} trace_step;

typedef struct trace {
    const pipeline *chain;
    const pipeline_step *reader;
    arena memory;
    mill_text source;
    mill_text id;
    text_history history;
    trace_step *steps; /* reader, stages, writers, as far as the article came */
    size_t step_count;
    trace_fields fields; /* all that the article has at the end */
    bool failed;         /* out of memory: the trace is not complete */
} trace;

/* Prepares to record an article that `reader` reads. Owns: the caller closes it.
 * Fails: false, out of memory. */
bool trace_open(trace *trace, const pipeline *chain, const pipeline_step *reader);

/* Records a step; a watcher for a task of a processor. */
void trace_watch(void *trace, size_t row, document *article, mill_status status,
                 uint64_t nanoseconds);

/* Records that a step did not come to its end, and why. */
void trace_death(trace *trace, size_t row, const char *reason);

/* Records what the article has when all is done. */
void trace_finish(trace *trace, document *article);

void trace_close(trace *trace);

/* Returns the stretch of text from a span to the places that belong to it, as far as they are
 * within `most` bytes. */
mill_span trace_surroundings(const trace_layer *layer, uint32_t row, uint32_t most);

#endif
