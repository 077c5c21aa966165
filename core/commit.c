/* What stands in an answer was written by a process in which a plug-in may have run wild: lengths
 * are held against the room, and an answer that makes no sense makes its article a dead letter. The
 * bytes of neighbouring articles stand side by side, so that a batch is written in one piece. */
#include "commit.h"

#include "compression.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REASON_MAX 1024
#define ALL_DIED_MAX                                                                               \
    16 /* articles; if none came through, and processes died of them, it is no accident */
#define SHARE_LOOKED_AT 1000 /* articles from which on a share of dead letters says something */

/* ---- Opening ------------------------------------------------------------------------------- */

/* One row for the input, each stage, each output. */
static bool open_counts(committer *self, mill_error *error)
{
    const pipeline *chain = self->chain;
    statistics *counts = &self->result->counts;
    counts->stage_count = 1 + chain->stage_count + chain->output_count;
    counts->stages = calloc(counts->stage_count, sizeof *counts->stages);
    self->runs = calloc(chain->output_count + 1, sizeof *self->runs);
    self->pieces = calloc(chain->output_count + 1, sizeof *self->pieces);
    self->journals = calloc(chain->segment_count, sizeof *self->journals);
    if (counts->stages == NULL || self->runs == NULL || self->pieces == NULL ||
        self->journals == NULL ||
        !checkpoint_open(&self->state, chain->output_count, chain->segment_count,
                         counts->stage_count))
        return error_set(error, ERROR_MEMORY, "out of memory");
    stage_statistics *row = counts->stages;
    (row++)->name = "input";
    for (size_t i = 0; i < chain->stage_count; i++) (row++)->name = chain->stages[i].section;
    for (size_t i = 0; i < chain->output_count; i++) (row++)->name = chain->outputs[i].section;
    return true;
}

/* Copies numbers and rows, but for the names, which belong to the run. */
static void copy_counts(statistics *to, const statistics *from)
{
    stage_statistics *rows = to->stages;
    *to = *from;
    to->stages = rows;
    for (size_t i = 0; i < from->stage_count; i++) {
        const char *name = rows[i].name;
        rows[i] = from->stages[i];
        rows[i].name = name;
    }
}

static bool is_compressed(const committer *self)
{
    bool compresses = compression_by_name(self->files.letters_path) != COMPRESSION_NONE;
    for (size_t i = 0; i < self->chain->output_count && !compresses; i++) {
        const char *path = self->chain->outputs[i].path;
        compresses = path != NULL && compression_by_name(path) != COMPRESSION_NONE;
    }
    return compresses;
}

run_start committer_open(committer *self, const pipeline *chain, const run_request *request,
                         const input_list *inputs, const worker_pool *pool, run_result *result,
                         mill_error *error)
{
    *self = (committer){.chain = chain, .request = request, .result = result, .pool = pool};
    self->began = self->checkpointed = statistics_now();
    if (!open_counts(self, error)) return RUN_FAILED;
    run_start start = run_files_open(&self->files, chain, request, inputs, &self->state, error);
    if (start == RUN_RESUMED || start == RUN_COMPLETE)
        copy_counts(&result->counts, &self->state.counts);
    self->place = self->state.place;
    memcpy(self->journals, self->state.journals, chain->segment_count * sizeof *self->journals);
    self->seconds_before = result->counts.seconds;
    self->restarts_before = result->counts.restarts;
    result->counts.workers = (unsigned)chain->settings.workers;
    result->counts.finished = false;
    self->compresses = is_compressed(self);
    run_reports_open(&self->reports, request, &result->counts);
    return start;
}

/* ---- Outputs ------------------------------------------------------------------------------- */

/* Writes what waits for an output. The time is booked to it. */
static bool write_run(committer *self, size_t output, mill_error *error)
{
    mill_text *run = &self->runs[output];
    stage_statistics *row = &self->result->counts.stages[1 + self->chain->stage_count + output];
    uint64_t started = statistics_now();
    bool fine = output_file_write(self->files.outputs[output], run->data, run->length, error);
    row->nanoseconds += statistics_now() - started;
    self->result->counts.bytes_out += run->length;
    *run = (mill_text){0};
    return fine;
}

/* Writes what waits, also for the outputs behind one that fails. */
static bool write_runs(committer *self, mill_error *error)
{
    mill_error another;
    bool fine = true;
    for (size_t i = 0; i < self->chain->output_count; i++)
        fine = write_run(self, i, fine ? error : &another) && fine;
    return fine;
}

static bool add_to_run(committer *self, size_t output, mill_text bytes, mill_error *error)
{
    mill_text *run = &self->runs[output];
    if (bytes.length == 0) return true;
    if (run->length > 0 && run->data + run->length == bytes.data) {
        run->length += bytes.length;
        return true;
    }
    if (run->length > 0 && !write_run(self, output, error)) return false;
    *run = bytes;
    return true;
}

/* ---- Articles ------------------------------------------------------------------------------ */

/* One article of a batch, and its answer in the segment in which its way ended. */
typedef struct article {
    const answered_batch *batch;
    uint32_t index;
    const batch_article *entry;
    answer *last;
    uint32_t outcome; /* 0: not answered */
} article;

static article find_article(const committer *self, const answered_batch *batch, uint32_t index)
{
    const exchange *shared = self->pool->shared;
    article found = {.batch = batch, .index = index, .outcome = ARTICLE_OUT};
    assert(self->chain->segment_count > 0);
    found.entry = &exchange_batch(shared, batch->slot)->articles[index];
    for (size_t i = 0; i < self->chain->segment_count && found.outcome == ARTICLE_OUT; i++) {
        found.last = exchange_answer(shared, batch->slot, i);
        bool answered = index < atomic_load(&found.last->done);
        found.outcome = answered ? found.last->articles[index].outcome : 0;
    }
    return found;
}

/* Fills in what failed, as far as it makes sense. `id` points into the answer. */
static void read_failure(const committer *self, const article *dead, dead_letter *letter,
                         char reason[REASON_MAX])
{
    const statistics *counts = &self->result->counts;
    article_answer said = dead->last->articles[dead->index];
    mill_text notes;
    letter->stage = counts->stages[said.row < counts->stage_count ? said.row : 0].name;
    letter->reason = reason;
    bool sane = dead->outcome == ARTICLE_DEAD &&
                answer_range(self->pool->shared, dead->last, dead->index, ANSWER_NOTES, &notes) &&
                said.reason_length < REASON_MAX &&
                (uint64_t)said.reason_length + said.id_length <= notes.length;
    if (!sane) {
        snprintf(reason, REASON_MAX,
                 "a plug-in has damaged the worker's answer; try --workers 0 to find it");
        return;
    }
    memcpy(reason, notes.data, said.reason_length);
    reason[said.reason_length] = '\0';
    letter->id = (mill_text){notes.data + said.reason_length, said.id_length};
}

/* Keeps the first failures for the summary, and the last one; to be called before the letter is
 * written. */
static void show_failure(committer *self, const dead_letter *letter)
{
    uint64_t index = dead_letters_count(self->files.letters);
    snprintf(self->last_failure, sizeof self->last_failure, "%s: [%s] %s", letter->source,
             letter->stage, letter->reason);
    message_flatten(self->last_failure);
    if (index < RUN_FAILURES_SHOWN)
        memcpy(self->result->failures[index], self->last_failure, sizeof self->last_failure);
}

/* Tells whether an article may be set aside at all. */
static bool may_set_aside(const committer *self, const dead_letter *letter, mill_error *error)
{
    if (!self->chain->settings.stop_on_error) return true;
    return error_set(error, ERROR_TOO_MANY_LETTERS,
                     "%s: [%s] %s; on_error = stop in [pipeline] ends the run", letter->source,
                     letter->stage, letter->reason);
}

/* Tells whether the dead letters are few enough. A share of few articles is only looked at when the
 * run has `ended`. */
static bool are_few_enough(const committer *self, bool ended, mill_error *error)
{
    const statistics *counts = &self->result->counts;
    const pipeline_settings *settings = &self->chain->settings;
    bool looks = ended || counts->articles_in >= SHARE_LOOKED_AT;
    if (counts->dead > settings->most_letters)
        return error_set(error, ERROR_TOO_MANY_LETTERS,
                         "more than max_dead_letters = %llu articles failed, the last one %s",
                         (unsigned long long)settings->most_letters, self->last_failure);
    if (looks && (double)counts->dead > settings->most_share * (double)counts->articles_in)
        return error_set(
            error, ERROR_TOO_MANY_LETTERS,
            "more than max_dead_letters = %g%% of the articles failed, the last one %s",
            settings->most_share * 100, self->last_failure);
    return true;
}

/* Tells whether the run may go on after a dead letter. */
static bool may_go_on(const committer *self, mill_error *error)
{
    const statistics *counts = &self->result->counts;
    uint64_t through = counts->articles_out + counts->dropped;
    if (through == 0 && counts->dead >= ALL_DIED_MAX && counts->restarts >= ALL_DIED_MAX)
        return error_set(error, ERROR_TOO_MANY_LETTERS,
                         "each of the first %d articles ended a worker process, the last one %s; "
                         "mend the stage or leave it out",
                         ALL_DIED_MAX, self->last_failure);
    return are_few_enough(self, false, error);
}

static bool set_aside(committer *self, const article *dead, mill_error *error)
{
    char reason[REASON_MAX];
    const char *bytes = exchange_bytes(self->pool->shared, dead->batch->slot) + dead->entry->at;
    const mill_text record = {bytes + dead->entry->source_length + 1, dead->entry->record_length};
    dead_letter letter = {.source = bytes,
                          .reader = self->chain->readers[dead->entry->reader].plugin->name};
    read_failure(self, dead, &letter, reason);
    if (!may_set_aside(self, &letter, error)) return false;
    show_failure(self, &letter);
    self->result->counts.articles_in++;
    self->result->counts.dead++;
    return dead_letters_add(self->files.letters, &letter, record, error) && may_go_on(self, error);
}

/* Hands the bytes of an article to all outputs. Returns 0 if they make no sense, -1 with a reason.
 */
static int put_out(committer *self, const article *done, mill_error *error)
{
    size_t count = self->chain->output_count;
    for (size_t i = 0; i < count; i++)
        if (!answer_range(self->pool->shared, done->last, done->index, ANSWER_OUTPUTS + i,
                          &self->pieces[i]))
            return 0;
    for (size_t i = 0; i < count; i++)
        if (!add_to_run(self, i, self->pieces[i], error)) return -1;
    self->result->counts.articles_in++;
    self->result->counts.articles_out++;
    return 1;
}

static bool take_article(committer *self, article *taken, mill_error *error)
{
    statistics *counts = &self->result->counts;
    if (taken->outcome == ARTICLE_OUT) {
        int put = put_out(self, taken, error);
        if (put < 0) return false;
        if (put == 0) taken->outcome = 0;
    } else if (taken->outcome == ARTICLE_DROPPED) {
        counts->articles_in++;
        counts->dropped++;
    }
    if (taken->outcome != ARTICLE_OUT && taken->outcome != ARTICLE_DROPPED &&
        !set_aside(self, taken, error))
        return false;
    counts->bytes_in += taken->entry->record_length;
    return true;
}

/* ---- Batches ------------------------------------------------------------------------------- */

/* Adds what the stages of a batch have counted. */
static void add_rows(committer *self, size_t slot)
{
    const exchange *shared = self->pool->shared;
    stage_statistics *sums = self->result->counts.stages;
    for (size_t segment = 0; segment < self->chain->segment_count; segment++) {
        const stage_statistics *rows = answer_rows(shared, exchange_answer(shared, slot, segment));
        for (size_t i = 0; i < shared->row_count; i++) {
            sums[i].articles += rows[i].articles;
            sums[i].dropped += rows[i].dropped;
            sums[i].dead += rows[i].dead;
            sums[i].nanoseconds += rows[i].nanoseconds;
            if (rows[i].longest > sums[i].longest) sums[i].longest = rows[i].longest;
        }
    }
}

/* Notes how far the run has come, in the input and in the journals. */
static void note_place(committer *self, const answered_batch *batch, uint32_t taken)
{
    const exchange *shared = self->pool->shared;
    const batch_article *last = &exchange_batch(shared, batch->slot)->articles[taken - 1];
    self->place = batch->behind[taken - 1];
    for (size_t i = 0; i < self->chain->segment_count; i++)
        if (self->chain->segments[i].is_ordered)
            self->journals[i] =
                worker_pool_journal_end(self->pool, (pool_item){batch->slot, i}, taken - 1);
    snprintf(self->result->last_source, sizeof self->result->last_source, "%s",
             exchange_bytes(shared, batch->slot) + last->at);
}

int64_t committer_take(committer *self, const answered_batch *batch, bool stopping,
                       mill_error *error)
{
    mill_error another;
    uint32_t taken = 0;
    bool fine = true;
    self->result->counts.restarts = self->restarts_before + self->pool->restarts;
    while (taken < batch->count && fine) {
        article next = find_article(self, batch, taken);
        if (next.outcome == 0 && stopping) break;
        uint64_t before = self->result->counts.articles_in;
        fine = take_article(self, &next, error);
        /* The letter that is one too many is written. */
        taken += self->result->counts.articles_in > before;
    }
    fine = write_runs(self, fine ? error : &another) && fine;
    add_rows(self, batch->slot);
    if (taken > 0) note_place(self, batch, taken);
    return fine ? (int64_t)taken : -1;
}

/* ---- Records that are too long ------------------------------------------------------------- */

bool committer_begin_letter(committer *self, const dead_letter *letter, mill_error *error)
{
    statistics *counts = &self->result->counts;
    if (!may_set_aside(self, letter, error)) return false;
    counts->articles_in++;
    counts->dead++;
    counts->stages[0].articles++;
    counts->stages[0].dead++;
    show_failure(self, letter);
    snprintf(self->result->last_source, sizeof self->result->last_source, "%s", letter->source);
    return dead_letters_begin(self->files.letters, letter, error);
}

bool committer_add_part(committer *self, mill_text part, mill_error *error)
{
    self->result->counts.bytes_in += part.length;
    return dead_letters_part(self->files.letters, part, error);
}

bool committer_end_letter(committer *self, const input_place *behind, mill_error *error)
{
    self->place = *behind;
    return dead_letters_end(self->files.letters, error) && may_go_on(self, error);
}

/* ---- Checkpoints --------------------------------------------------------------------------- */

static void count_seconds(committer *self)
{
    self->result->counts.seconds =
        self->seconds_before + (double)(statistics_now() - self->began) / 1e9;
}

/* Notes how far the run has come. */
static void note_state(committer *self)
{
    count_seconds(self);
    copy_counts(&self->state.counts, &self->result->counts);
    self->state.place = self->place;
    memcpy(self->state.journals, self->journals,
           self->chain->segment_count * sizeof *self->journals);
    run_files_measure(&self->files, &self->state);
}

bool committer_point(committer *self, mill_error *error)
{
    uint64_t time = statistics_now();
    double interval = self->chain->settings.checkpoint * 1e9;
    bool due = (double)(time - self->checkpointed) >= interval;
    if (self->compresses && !run_files_flush(&self->files, error)) return false;
    /* Where frames end, a run that is broken off later goes on. */
    if (self->compresses || due) note_state(self);
    if (!due) return true;
    self->checkpointed = time;
    return run_files_checkpoint(&self->files, &self->state, error) &&
           run_reports_write(&self->reports, error);
}

bool committer_close(committer *self, bool complete, mill_error *error)
{
    mill_error another;
    bool opened = self->files.letters != NULL;
    bool fine = !complete || are_few_enough(self, true, error);
    complete = complete && fine;
    count_seconds(self);
    self->result->counts.finished = complete;
    if (opened && (complete || !self->compresses)) note_state(self);
    fine = run_files_close(&self->files, complete, &self->state, self->result,
                           fine ? error : &another) &&
           fine;
    if (opened) fine = run_reports_write(&self->reports, fine ? error : &another) && fine;
    checkpoint_clear(&self->state);
    free(self->runs);
    free(self->pieces);
    free(self->journals);
    return fine;
}
