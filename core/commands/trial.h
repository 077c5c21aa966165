/* trial - one article through a whole pipeline, in this process: what came out of it. */
#ifndef CORE_TRIAL_H
#define CORE_TRIAL_H

#include "processor.h"

typedef struct trial {
    pipeline *chain;
    processor processor;
    buffer *outputs;        /* one for each output */
    buffer packed[2];       /* between two segments, in turn */
    buffer journal;         /* what stages in stream order save; nobody reads it */
    stage_statistics *rows; /* likewise */
    uint32_t row;           /* where the article has come to */
} trial;

/* Prepares for articles through an opened pipeline. They are one stream: stages in stream order
 * remember. Owns: the caller closes it, also after a failure. */
bool trial_open(trial *self, pipeline *chain, mill_error *error);

/* Sends a record through, which has MILL_PADDING bytes behind it. */
article_outcome trial_run(trial *self, const pipeline_step *reader, mill_text record,
                          mill_text source);

/* What the first output got of the last article, if it came out. */
mill_text trial_output(const trial *self);

/* The section that set the last article aside, and why. */
const char *trial_stage(const trial *self);
const char *trial_reason(const trial *self);

void trial_close(trial *self);

#endif
