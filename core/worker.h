/* worker - takes one record through the whole chain: decode, the stages, encode.
 *
 * It touches no file: the record comes in as bytes, what comes out are bytes for each output, or
 * the reason why the article failed. That makes it fit for a process of its own.
 */
#ifndef CORE_WORKER_H
#define CORE_WORKER_H

#include "buffer.h"
#include "document.h"
#include "pipeline.h"
#include "statistics.h"

typedef enum worker_outcome {
    WORKER_OUT,     /* every output has its bytes */
    WORKER_DROPPED, /* a stage took it out of the stream */
    WORKER_DEAD     /* `stage`, `reason` and `id` of the worker say what happened */
} worker_outcome;

typedef struct worker {
    const pipeline *chain;
    document_home home;
    document *article;  /* the present one; lies in the home */
    buffer *outputs;    /* one for each output: bytes that are not committed yet */
    size_t *before;     /* their lengths before the present article */
    statistics *counts; /* stage times, and the sums of outcomes */
    const char *stage;  /* after WORKER_DEAD */
    const char *reason;
    mill_text id;
    uint64_t now; /* when the last article was done */
} worker;

/* Makes a worker for a pipeline. `counts` has one row for the input, each stage and each output.
 * Owns: the caller closes it. Fails: false with the reason. */
bool worker_open(worker *worker, const pipeline *chain, statistics *counts, mill_error *error);

/* Takes one record through the chain. `source` names it in messages. */
worker_outcome worker_process(worker *worker, const pipeline_step *reader, mill_text record,
                              mill_text source);

void worker_close(worker *worker);

#endif
