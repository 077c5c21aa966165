/* processor - takes one article through one segment of the chain.
 *
 * The first segment begins with a record and decodes it, the last one encodes for each output; in
 * between, an article travels packed. It touches no file: bytes come in, bytes go out, or the
 * reason why the article failed.
 */
#ifndef CORE_PROCESSOR_H
#define CORE_PROCESSOR_H

#include "buffer.h"
#include "document.h"
#include "pipeline.h"
#include "statistics.h"

typedef enum article_outcome {
    ARTICLE_OUT = 1, /* it goes on: to the next segment, or every output has its bytes */
    ARTICLE_DROPPED, /* a stage took it out of the stream */
    ARTICLE_DEAD     /* `stage`, `reason` and `id` of the processor say what happened */
} article_outcome;

/* Who looks on: called behind each step that left the document sound, with how the step ended and
 * what it took. The view is the watcher's to set. */
typedef struct article_watcher {
    void (*watch)(void *user, size_t row, document *article, mill_status status,
                  uint64_t nanoseconds);
    void *user;
} article_watcher;

/* One article's way through one segment. */
typedef struct article_task {
    const pipeline_segment *segment;
    const pipeline_step *reader; /* in the first segment; else NULL */
    mill_text data;              /* the record; later, the packed article */
    mill_text source;            /* names it in messages */
    buffer *outputs;        /* last segment: one for each output; else one for the packed article */
    buffer *journal;        /* what stages in stream order save */
    stage_statistics *rows; /* input, each stage, each output */
    uint32_t *row;          /* tells the row that is at work, also to those who find us dead */
    const article_watcher *watcher; /* or NULL */
} article_task;

typedef struct processor {
    const pipeline *chain;
    document_home home;
    document *article; /* the present one; lies in the home. NULL: there was no memory for it */
    bool damaged;      /* a plug-in has written over it */
    bool lost_state;   /* a stage could not save what the article has added to its state */
    size_t *before;    /* lengths of the outputs before the present article */
    uint32_t failed;   /* after ARTICLE_DEAD: the row of the stage that failed */
    const char *reason;
    mill_text id;
    uint64_t now; /* when the last step was done */
} processor;

/* What an article may take: a document holds its text in a few states and what is found in it. */
size_t processor_memory(const pipeline *chain);

/* Makes a processor for a pipeline. Owns: the caller closes it. Fails: false with the reason. */
bool processor_open(processor *processor, const pipeline *chain, mill_error *error);

/* Starts the clock anew: what passed since the last article was waiting. */
void processor_wake(processor *processor);

/* Takes one article through a segment. */
article_outcome processor_run(processor *processor, const article_task *task);

void processor_close(processor *processor);

#endif
