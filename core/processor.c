/* The view of the document is set before each plug-in and its work checked after it, so that a
 * fault is always laid to the stage that made it. Each step is one row of the statistics. */
#include "processor.h"

#include "host.h"

#include <stdlib.h>
#include <string.h>

size_t processor_memory(const pipeline *chain)
{
    return chain->settings.max_article * 16 + ((size_t)64 << 20);
}

bool processor_open(processor *self, const pipeline *chain, mill_error *error)
{
    *self = (processor){.chain = chain};
    document_home_init(&self->home, &host_table, &chain->schema, processor_memory(chain),
                       chain->settings.max_article);
    self->before = calloc(chain->output_count + 1, sizeof *self->before);
    processor_wake(self);
    return self->before != NULL || error_set(error, ERROR_MEMORY, "out of memory");
}

void processor_close(processor *self)
{
    document_home_clear(&self->home);
    free(self->before);
    *self = (processor){0};
}

void processor_wake(processor *self)
{
    self->now = statistics_now();
}

/* ---- One step ------------------------------------------------------------------------------ */

/* Tells everybody that a plug-in is about to have the document. */
static void begin_step(processor *self, const article_task *task, const pipeline_step *step,
                       size_t row)
{
    *task->row = (uint32_t)row;
    document_set_view(self->article, &step->view);
}

/* Ends a step: checks what the plug-in did, and books its time. */
static mill_status finish_step(processor *self, const article_task *task, mill_status status)
{
    stage_statistics *row = &task->rows[*task->row];
    self->damaged = !document_is_sound(self->article, &self->home);
    if (self->damaged || !document_finish_stage(self->article)) status = MILL_FAILED;
    uint64_t now = statistics_now(), taken = now - self->now;
    self->now = now;
    row->articles++;
    row->nanoseconds += taken;
    if (taken > row->longest) row->longest = taken;
    if (task->watcher != NULL && !self->damaged) {
        task->watcher->watch(task->watcher->user, *task->row, self->article, status, taken);
        processor_wake(self);
    }
    return status;
}

static mill_status decode(processor *self, const article_task *task)
{
    const pipeline_step *reader = task->reader;
    begin_step(self, task, reader, 0);
    mill_status status =
        reader->plugin->decode(reader->instance, task->data, document_handle(self->article));
    return finish_step(self, task, status) == MILL_OK ? MILL_OK : MILL_FAILED;
}

/* Lets a stage in stream order write down what this article has added to its state. */
static mill_status save(processor *self, const pipeline_step *step, const article_task *task)
{
    buffer *journal = task->journal;
    uint32_t head[2] = {*task->row, 0};
    size_t begin = journal->output.length;
    buffer_write(journal, (const char *)head, sizeof head);
    mill_status status = step->plugin->save(step->instance, &journal->output);
    size_t length = journal->output.length - begin - sizeof head;
    if (journal->failed || length > UINT32_MAX) status = MILL_FAILED;
    if (status != MILL_OK || length == 0) {
        journal->output.length = begin;
        self->lost_state = status != MILL_OK;
        if (status == MILL_OK) return MILL_OK;
        return mill_fail(document_handle(self->article), "cannot save its state");
    }
    head[1] = (uint32_t)length;
    memcpy(journal->output.data + begin, head, sizeof head);
    return MILL_OK;
}

static mill_status process(processor *self, const article_task *task, size_t index)
{
    const pipeline_step *step = &self->chain->stages[index];
    begin_step(self, task, step, 1 + index);
    mill_status status = step->plugin->process(step->instance, document_handle(self->article));
    if ((step->plugin->flags & MILL_STREAM_ORDER) != 0 && save(self, step, task) != MILL_OK)
        status = MILL_FAILED;
    status = finish_step(self, task, status);
    return status == MILL_OK || status == MILL_DROPPED ? status : MILL_FAILED;
}

static mill_status encode(processor *self, const article_task *task, size_t index)
{
    const pipeline_step *step = &self->chain->outputs[index];
    buffer *out = &task->outputs[index];
    begin_step(self, task, step, 1 + self->chain->stage_count + index);
    mill_status status =
        step->plugin->encode(step->instance, document_handle(self->article), &out->output);
    if (out->failed)
        mill_fail(document_handle(self->article),
                  "out of memory: the output waiting and the article's need more than %zu bytes; "
                  "raise max_article in [pipeline]",
                  out->limit);
    return finish_step(self, task, status) == MILL_OK ? MILL_OK : MILL_FAILED;
}

/* ---- A segment ----------------------------------------------------------------------------- */

static mill_status encode_all(processor *self, const article_task *task)
{
    for (size_t i = 0; i < self->chain->output_count; i++)
        if (encode(self, task, i) != MILL_OK) return MILL_FAILED;
    return MILL_OK;
}

static mill_status pack(processor *self, const article_task *task)
{
    if (document_pack(self->article, &task->outputs[0])) return MILL_OK;
    return mill_fail(document_handle(self->article),
                     "out of memory between two stages; raise max_article in [pipeline]");
}

static mill_status run_segment(processor *self, const article_task *task)
{
    const pipeline_segment *segment = task->segment;
    mill_status status = MILL_OK;
    self->article = document_begin(&self->home, task->source.data, task->source.length);
    if (self->article == NULL) return MILL_FAILED;
    if (segment->is_first)
        status = decode(self, task);
    else if (!document_unpack(self->article, task->data))
        status = MILL_FAILED;
    for (size_t i = 0; i < segment->stage_count && status == MILL_OK; i++)
        status = process(self, task, segment->first_stage + i);
    if (status != MILL_OK) return status;
    return segment->is_last ? encode_all(self, task) : pack(self, task);
}

/* Returns what the document says was wrong; NULL if it does not. */
static const char *find_fault(const processor *self)
{
    if (self->damaged) return "has written over its document";
    if (self->article != NULL) return document_fault(self->article);
    return "out of memory: there is none to begin an article with; raise the limits on this "
           "process (ulimit -d, ulimit -v)";
}

/* Notes who failed and why; the outputs forget the article. */
static void set_aside(processor *self, const article_task *task, size_t output_count)
{
    const char *fault = find_fault(self);
    for (size_t i = 0; i < output_count; i++) {
        task->outputs[i].output.length = self->before[i];
        task->outputs[i].failed = false;
    }
    task->journal->failed = false;
    self->failed = *task->row;
    self->reason = fault != NULL ? fault : "failed, and the plug-in does not say why";
    if (self->damaged)
        self->id = (mill_text){"", 0};
    else
        self->id = self->article != NULL ? document_id(document_handle(self->article), NULL)
                                         : task->source;
    task->rows[*task->row].dead++;
}

article_outcome processor_run(processor *self, const article_task *task)
{
    size_t output_count = task->segment->is_last ? self->chain->output_count : 1;
    for (size_t i = 0; i < output_count; i++) self->before[i] = task->outputs[i].output.length;
    self->damaged = false;
    *task->row = (uint32_t)(task->segment->is_first ? 0 : 1 + task->segment->first_stage);
    mill_status status = run_segment(self, task);
    if (status == MILL_OK) return ARTICLE_OUT;
    if (status == MILL_DROPPED) {
        task->rows[*task->row].dropped++;
        return ARTICLE_DROPPED;
    }
    set_aside(self, task, output_count);
    return ARTICLE_DEAD;
}
