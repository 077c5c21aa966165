/* An answer is published article by article: first everything about it, then `done`. Who finds the
 * process dead knows from `begun`, `done` and `row` which article and which stage it was at, and
 * all that was done before is whole. */
#include "worker.h"

#include "host.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

bool worker_open(worker *self, const pipeline *chain, const exchange *shared,
                 const volatile sig_atomic_t *stop, mill_error *error)
{
    *self = (worker){.chain = chain, .shared = shared, .stop = stop};
    self->outputs = calloc(shared->part_count - ANSWER_OUTPUTS, sizeof *self->outputs);
    self->made = calloc(shared->slot_count * shared->segment_count, sizeof *self->made);
    if (self->outputs == NULL || self->made == NULL) {
        worker_close(self);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    if (processor_open(&self->processor, chain, error)) return true;
    worker_close(self);
    return false;
}

void worker_close(worker *self)
{
    if (self->processor.chain != NULL) processor_close(&self->processor);
    free(self->outputs);
    free(self->made);
    *self = (worker){0};
}

/* ---- Answers ------------------------------------------------------------------------------- */

/* Makes a buffer of a part of an answer, with what articles before have left there. */
static buffer open_part(const worker *self, answer *to, size_t part)
{
    buffer out;
    uint32_t done = atomic_load(&to->done);
    uint64_t used = done > 0 ? answer_ends(self->shared, to, done - 1)[part] : 0;
    /* Left by a process that ran wild: then the part is full. */
    if (used > self->shared->part_room) used = self->shared->part_room;
    buffer_init(&out, &host_table, self->shared->part_room);
    out.output.data = answer_part(self->shared, to, part);
    out.output.length = (size_t)used;
    out.output.capacity = self->shared->part_room;
    return out;
}

static void open_parts(worker *self, answer *to)
{
    self->notes = open_part(self, to, ANSWER_NOTES);
    self->journal = open_part(self, to, ANSWER_JOURNAL);
    for (size_t i = ANSWER_OUTPUTS; i < self->shared->part_count; i++)
        self->outputs[i - ANSWER_OUTPUTS] = open_part(self, to, i);
}

static void write_ends(const worker *self, answer *to, size_t article)
{
    uint64_t *ends = answer_ends(self->shared, to, article);
    ends[ANSWER_NOTES] = self->notes.output.length;
    ends[ANSWER_JOURNAL] = self->journal.output.length;
    for (size_t i = ANSWER_OUTPUTS; i < self->shared->part_count; i++)
        ends[i] = self->outputs[i - ANSWER_OUTPUTS].output.length;
}

/* Notes why an article failed. */
static void write_notes(worker *self, article_answer *result)
{
    const processor *at = &self->processor;
    result->row = at->failed;
    result->reason_length = (uint32_t)strlen(at->reason);
    result->id_length = (uint32_t)at->id.length;
    buffer_write(&self->notes, at->reason, result->reason_length);
    buffer_write(&self->notes, at->id.data, at->id.length);
}

/* Fills in the record, or what the segment before has packed. Fails: false, if that is none. */
static bool find_data(const worker *self, size_t slot, size_t segment, size_t article,
                      article_task *task)
{
    const record_batch *dealt = exchange_batch(self->shared, slot);
    const batch_article *entry = &dealt->articles[article];
    const char *bytes = exchange_bytes(self->shared, slot) + entry->at;
    task->source = (mill_text){bytes, entry->source_length};
    if (segment == 0) {
        task->reader = &self->chain->readers[entry->reader];
        task->data = (mill_text){bytes + entry->source_length + 1, (size_t)entry->record_length};
        return true;
    }
    answer *before = exchange_answer(self->shared, slot, segment - 1);
    return before->articles[article].outcome == ARTICLE_OUT &&
           answer_range(self->shared, before, article, ANSWER_OUTPUTS, &task->data);
}

static void answer_article(worker *self, size_t slot, size_t segment, size_t article)
{
    answer *to = exchange_answer(self->shared, slot, segment);
    article_answer *result = &to->articles[article];
    article_task task = {.segment = &self->chain->segments[segment],
                         .outputs = self->outputs,
                         .journal = &self->journal,
                         .rows = answer_rows(self->shared, to),
                         .row = &to->row};
    atomic_store(&to->begun, (uint32_t)article + 1);
    *result = (article_answer){.outcome = ARTICLE_DROPPED};
    if (find_data(self, slot, segment, article, &task)) {
        result->outcome = processor_run(&self->processor, &task);
        if (result->outcome == ARTICLE_DEAD) write_notes(self, result);
    }
    write_ends(self, to, article);
    atomic_store(&to->done, (uint32_t)article + 1);
}

void worker_answer(worker *self, size_t slot, size_t segment)
{
    answer *to = exchange_answer(self->shared, slot, segment);
    uint32_t count = exchange_batch(self->shared, slot)->count;
    bool *made = &self->made[slot * self->shared->segment_count + segment];
    if (!*made) exchange_make_answer(self->shared, slot, segment);
    *made = true;
    open_parts(self, to);
    processor_wake(&self->processor);
    for (uint32_t i = atomic_load(&to->done); i < count && *self->stop == 0; i++) {
        answer_article(self, slot, segment, i);
        /* What takes over has the state that was saved; this process knows more than that. */
        if (self->processor.lost_state && self->is_process) _exit(1);
    }
}

/* ---- State that was saved ------------------------------------------------------------------ */

typedef struct journal_reader {
    int descriptor;
    uint64_t at;
    uint64_t length;
    char *room;
    size_t capacity;
} journal_reader;

static bool read_exactly(journal_reader *from, void *data, size_t size)
{
    size_t got = 0;
    if (size > from->length - from->at) return false;
    while (got < size) {
        ssize_t now =
            pread(from->descriptor, (char *)data + got, size - got, (off_t)(from->at + got));
        if (now < 0 && errno == EINTR) continue;
        if (now <= 0) return false;
        got += (size_t)now;
    }
    from->at += size;
    return true;
}

/* Reads one saved piece. */
static bool read_piece(journal_reader *from, uint32_t head[2])
{
    if (!read_exactly(from, head, 2 * sizeof *head)) return false;
    if (from->capacity < (size_t)head[1] + MILL_PADDING) {
        size_t capacity = 2 * (size_t)head[1] + MILL_PADDING;
        char *room = head[1] <= from->length - from->at ? realloc(from->room, capacity) : NULL;
        if (room == NULL) return false;
        from->room = room;
        from->capacity = capacity;
    }
    return read_exactly(from, from->room, head[1]);
}

static bool restore_piece(const worker *self, const journal_reader *from, const uint32_t head[2],
                          mill_error *error)
{
    size_t index = (size_t)head[0] - 1;
    const pipeline_step *step =
        index < self->chain->stage_count ? &self->chain->stages[index] : NULL;
    if (step == NULL || (step->plugin->flags & MILL_STREAM_ORDER) == 0)
        return error_set(error, ERROR_INPUT, "the journal is damaged; start anew with --force");
    const mill_text saved = {from->room, head[1]};
    if (step->plugin->restore(step->instance, saved) == MILL_OK) return true;
    return error_set(error, ERROR_PLUGIN,
                     "[%s] cannot take back the state that it saved; start anew with --force",
                     step->section);
}

bool worker_restore(const worker *self, int journal, uint64_t length, mill_error *error)
{
    journal_reader from = {.descriptor = journal, .length = length};
    bool fine = true;
    while (fine && from.at < length) {
        uint32_t head[2];
        fine =
            read_piece(&from, head)
                ? restore_piece(self, &from, head, error)
                : error_set(error, ERROR_INPUT, "the journal is damaged; start anew with --force");
    }
    free(from.room);
    return fine;
}

/* ---- The process --------------------------------------------------------------------------- */

/* Sleeps until something is dealt. The coordinator wakes after each change. */
static void wait_for_work(const work_queue *queue, uint32_t seen)
{
    syscall(SYS_futex, &queue->dealt, FUTEX_WAIT, seen, NULL, NULL, 0);
}

/* Each wake takes a core from a worker: half of the slots may be answered before the coordinator
 * hears of it, as long as there is work left. */
static void wake_coordinator(const work_queue *queue, uint32_t taken, int wake)
{
    const uint64_t one = 1;
    if (atomic_load(&queue->dealt) - taken > SLOTS_OF_A_PROCESS / 2) return;
    ssize_t written = write(wake, &one, sizeof one);
    (void)written; /* it looks by itself from time to time */
}

void worker_serve(worker *self, size_t process, uint32_t taken, int wake)
{
    const exchange *shared = self->shared;
    self->is_process = true;
    work_queue *queue = exchange_queue(shared, process);
    for (;;) {
        uint32_t dealt = atomic_load(&queue->dealt);
        if (dealt == taken) {
            wait_for_work(queue, dealt);
            continue;
        }
        uint32_t item = queue->items[taken & (shared->queue_room - 1)];
        if (item == WORK_QUIT) return;
        worker_answer(self, item / shared->segment_count, item % shared->segment_count);
        atomic_store(&exchange_note(shared, process)->answered, ++taken);
        wake_coordinator(queue, taken, wake);
    }
}
