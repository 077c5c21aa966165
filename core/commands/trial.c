#include "trial.h"

#include "host.h"

#include <stdlib.h>

bool trial_open(trial *self, pipeline *chain, mill_error *error)
{
    const size_t limit = processor_memory(chain);
    *self = (trial){.chain = chain};
    self->outputs = calloc(chain->output_count, sizeof *self->outputs);
    self->rows = calloc(1 + chain->stage_count + chain->output_count, sizeof *self->rows);
    if (self->outputs == NULL || self->rows == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory");
    for (size_t i = 0; i < chain->output_count; i++)
        buffer_init(&self->outputs[i], &host_table, limit);
    for (size_t i = 0; i < MILL_COUNT(self->packed); i++)
        buffer_init(&self->packed[i], &host_table, limit);
    buffer_init(&self->journal, &host_table, limit);
    return processor_open(&self->processor, chain, error);
}

void trial_close(trial *self)
{
    if (self->processor.chain != NULL) processor_close(&self->processor);
    for (size_t i = 0; self->outputs != NULL && i < self->chain->output_count; i++)
        buffer_clear(&self->outputs[i]);
    for (size_t i = 0; i < MILL_COUNT(self->packed); i++) buffer_clear(&self->packed[i]);
    buffer_clear(&self->journal);
    free(self->outputs);
    free(self->rows);
    *self = (trial){0};
}

article_outcome trial_run(trial *self, const pipeline_step *reader, mill_text record,
                          mill_text source)
{
    article_outcome outcome = ARTICLE_OUT;
    mill_text data = record;
    for (size_t i = 0; i < self->chain->segment_count && outcome == ARTICLE_OUT; i++) {
        const pipeline_segment *segment = &self->chain->segments[i];
        buffer *packed = &self->packed[i % 2];
        buffer_reset(packed);
        buffer_reset(&self->journal);
        for (size_t k = 0; k < self->chain->output_count; k++) buffer_reset(&self->outputs[k]);
        const article_task task = {.segment = segment,
                                   .reader = segment->is_first ? reader : NULL,
                                   .data = data,
                                   .source = source,
                                   .outputs = segment->is_last ? self->outputs : packed,
                                   .journal = &self->journal,
                                   .rows = self->rows,
                                   .row = &self->row};
        outcome = processor_run(&self->processor, &task);
        data = (mill_text){packed->output.data, packed->output.length};
    }
    return outcome;
}

mill_text trial_output(const trial *self)
{
    return (mill_text){self->outputs[0].output.data, self->outputs[0].output.length};
}

const char *trial_stage(const trial *self)
{
    const pipeline *chain = self->chain;
    size_t row = self->processor.failed;
    if (row == 0) return "input";
    return row <= chain->stage_count ? chain->stages[row - 1].section
                                     : chain->outputs[row - 1 - chain->stage_count].section;
}

const char *trial_reason(const trial *self)
{
    return self->processor.reason;
}
