/* The view of the document is set before each plug-in and its work checked after it, so that a
 * fault is always laid to the stage that made it. Each step is one row of the statistics. */
#include "worker.h"

#include "host.h"

#include <stdlib.h>
#include <string.h>

/* A document holds its text in a few states and what is found in it. */
#define DOCUMENT_MEMORY(text) ((size_t)(text)*16 + ((size_t)64 << 20))

bool worker_open(worker *self, const pipeline *chain, statistics *counts, mill_error *error)
{
    size_t limit = DOCUMENT_MEMORY(chain->settings.max_article);
    *self = (worker){.chain = chain, .counts = counts};
    document_home_init(&self->home, &host_table, &chain->schema, limit,
                       chain->settings.max_article);
    self->article = document_begin(&self->home, "", 0);
    self->outputs = calloc(chain->output_count, sizeof *self->outputs);
    self->before = calloc(chain->output_count, sizeof *self->before);
    if (self->article == NULL || self->outputs == NULL || self->before == NULL) {
        worker_close(self);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    for (size_t i = 0; i < chain->output_count; i++)
        buffer_init(&self->outputs[i], &host_table, limit);
    self->now = statistics_now();
    return true;
}

void worker_close(worker *self)
{
    if (self->outputs != NULL)
        for (size_t i = 0; i < self->chain->output_count; i++) buffer_clear(&self->outputs[i]);
    document_home_clear(&self->home);
    free(self->outputs);
    free(self->before);
    *self = (worker){0};
}

/* Ends a step: checks what the plug-in did, and books its time. */
static mill_status finish_step(worker *self, stage_statistics *row, mill_status status)
{
    if (!document_finish_stage(self->article)) status = MILL_FAILED;
    uint64_t now = statistics_now(), taken = now - self->now;
    self->now = now;
    row->articles++;
    row->nanoseconds += taken;
    if (taken > row->longest) row->longest = taken;
    return status;
}

/* Returns what the document says was wrong; NULL if it does not. */
static const char *find_fault(const worker *self)
{
    if (self->article != NULL) return document_fault(self->article);
    return "out of memory: there is none to begin an article with; raise the limits on this "
           "process (ulimit -d, ulimit -v)";
}

/* Notes who failed and why; the outputs forget the article. */
static worker_outcome set_aside(worker *self, const char *stage, stage_statistics *row)
{
    const char *fault = find_fault(self);
    for (size_t i = 0; i < self->chain->output_count; i++) {
        self->outputs[i].output.length = self->before[i];
        self->outputs[i].failed = false;
    }
    self->stage = stage;
    self->reason = fault != NULL ? fault : "failed, and the plug-in does not say why";
    if (self->article != NULL) self->id = document_id(document_handle(self->article), NULL);
    row->dead++;
    self->counts->dead++;
    return WORKER_DEAD;
}

static mill_status run_stage(worker *self, const pipeline_step *step, stage_statistics *row)
{
    document_set_view(self->article, &step->view);
    mill_status status = step->plugin->process(step->instance, document_handle(self->article));
    return finish_step(self, row, status);
}

static mill_status run_reader(worker *self, const pipeline_step *reader, mill_text record,
                              stage_statistics *row)
{
    document_set_view(self->article, &reader->view);
    mill_status status =
        reader->plugin->decode(reader->instance, record, document_handle(self->article));
    return finish_step(self, row, status);
}

static mill_status run_writer(worker *self, size_t index, stage_statistics *row)
{
    const pipeline_step *step = &self->chain->outputs[index];
    buffer *out = &self->outputs[index];
    document_set_view(self->article, &step->view);
    mill_status status =
        step->plugin->encode(step->instance, document_handle(self->article), &out->output);
    if (out->failed)
        mill_fail(document_handle(self->article),
                  "out of memory: the output waiting and the article's need more than %zu bytes; "
                  "raise max_article in [pipeline]",
                  out->limit);
    return finish_step(self, row, status);
}

worker_outcome worker_process(worker *self, const pipeline_step *reader, mill_text record,
                              mill_text source)
{
    const pipeline *chain = self->chain;
    stage_statistics *row = self->counts->stages;
    self->counts->articles_in++;
    self->counts->bytes_in += record.length;
    for (size_t i = 0; i < chain->output_count; i++)
        self->before[i] = self->outputs[i].output.length;
    self->id = source;
    self->article = document_begin(&self->home, source.data, source.length);
    if (self->article == NULL) return set_aside(self, reader->section, row);
    if (run_reader(self, reader, record, row) != MILL_OK)
        return set_aside(self, reader->section, row);
    row++;
    for (size_t i = 0; i < chain->stage_count; i++, row++) {
        mill_status status = run_stage(self, &chain->stages[i], row);
        if (status == MILL_DROPPED) {
            row->dropped++;
            self->counts->dropped++;
            return WORKER_DROPPED;
        }
        if (status != MILL_OK) return set_aside(self, chain->stages[i].section, row);
    }
    for (size_t i = 0; i < chain->output_count; i++, row++)
        if (run_writer(self, i, row) != MILL_OK)
            return set_aside(self, chain->outputs[i].section, row);
    self->counts->articles_out++;
    return WORKER_OUT;
}
