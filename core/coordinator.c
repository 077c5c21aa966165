/* One loop: records come from the source and go to the batches, which are dealt, answered and
 * committed in order. A batch goes out when it is full, but never later than the moment at which
 * the input would have to be waited for. Whatever ends the run early, complete articles reach the
 * outputs first. */
#include "coordinator.h"

#include "batches.h"
#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LETTERS_READER "dead_letters" /* of a letter that holds a line of a dead-letter file */

typedef struct coordinator {
    pipeline *chain;
    const run_request *request;
    run_result *result;
    found_inputs inputs;
    record_source source;
    committer committer;
    worker_pool pool;
    batches batches;
    progress bar;
    size_t readers_known; /* to the processes: those that were open when they began */
    bool in_letter;       /* the letter of an oversized record has begun and not ended */
    dead_letter letter;   /* it; its texts are in: */
    char reason[160];
} coordinator;

static bool stop_asked(const coordinator *self)
{
    return *self->request->stop != 0;
}

/* ---- Asked how it stands ------------------------------------------------------------------- */

/* Says what the run is doing, if somebody has asked. Without memory for it, it says nothing. */
static void report_if_asked(void *user)
{
    coordinator *self = user;
    buffer text;
    if (*self->request->report == 0) return;
    *self->request->report = 0;
    worker_state *workers = calloc(self->batches.shared.process_count, sizeof *workers);
    if (workers == NULL) return;
    const run_state state = {.counts = &self->result->counts,
                             .started = self->committer.began,
                             .now = statistics_now(),
                             .bytes_read = record_source_bytes(&self->source),
                             .bytes_total = self->inputs.plan.bytes,
                             .source = self->source.source,
                             .workers = workers,
                             .worker_count = batches_states(&self->batches, workers)};
    buffer_init(&text, NULL, (size_t)1 << 24);
    run_state_text(&state, &text);
    self->request->say_state(text.output.data, text.output.length);
    buffer_clear(&text);
    free(workers);
}

/* ---- Opening ------------------------------------------------------------------------------- */

/* Opens what the run reads and works with, when it is known where it begins. */
static bool open_work(coordinator *self, mill_error *error)
{
    const input_place start = self->committer.state.place;
    if (!record_source_open(&self->source, self->chain, &self->inputs, start, error) ||
        !batches_open(&self->batches, self->chain, self->request, &self->committer, &self->pool,
                      error))
        return false;
    self->batches.woken = report_if_asked;
    self->batches.user = self;
    self->readers_known = self->chain->reader_count;
    if (self->pool.lacks_sandbox)
        self->request->say_once("this kernel cannot filter system calls (seccomp): the workers run "
                                "without a sandbox");
    progress_open(&self->bar, self->request->progress, self->inputs.plan.bytes);
    return true;
}

/* A stage in stream order must see all articles; a share has only some of them. */
static bool check_share(const coordinator *self, mill_error *error)
{
    const pipeline *chain = self->chain;
    for (size_t i = 0; i < chain->segment_count && self->request->inputs.share.count > 1; i++)
        if (chain->segments[i].is_ordered)
            return error_set(error, ERROR_USAGE,
                             "--shard: [%s] must see all articles in stream order, and a share has "
                             "only some; run it without --shard",
                             chain->stages[chain->segments[i].first_stage].section);
    return true;
}

static run_start open_run(coordinator *self, mill_error *error)
{
    const run_request *request = self->request;
    if (!check_share(self, error)) return RUN_FAILED;
    if (!worker_pool_prepare(&self->pool, self->chain, error) ||
        !inputs_find(&self->inputs, self->chain, &request->inputs, error))
        return RUN_FAILED;
    run_start start = committer_open(&self->committer, self->chain, request, &self->inputs.files,
                                     &self->pool, self->result, error);
    if (start == RUN_FAILED || start == RUN_COMPLETE) return start;
    return open_work(self, error) ? start : RUN_FAILED;
}

/* ---- Records ------------------------------------------------------------------------------- */

/* A reader that was not known when the processes began is not in them: others take their place. */
static bool renew_processes(coordinator *self, mill_error *error)
{
    self->readers_known = self->chain->reader_count;
    return batches_drain(&self->batches, error) && worker_pool_dismiss(&self->pool, error);
}

static bool take_whole(coordinator *self, const cut_record *record, mill_error *error)
{
    const statistics *counts = &self->result->counts;
    if (self->chain->reader_count != self->readers_known && !renew_processes(self, error))
        return false;
    if (!batches_add(&self->batches, record, error)) return false;
    progress_update(&self->bar, counts->articles_in, counts->dead,
                    record_source_bytes(&self->source));
    return true;
}

/* Starts the dead letter of a record that is too long to be held, behind all that comes before. */
static bool begin_letter(coordinator *self, const cut_record *record, mill_error *error)
{
    if (!batches_drain(&self->batches, error)) return false;
    snprintf(self->reason, sizeof self->reason,
             "the record has more than max_article = %zu bytes; raise max_article in [pipeline]",
             self->chain->settings.max_article);
    self->letter = (dead_letter){.source = record->source.data,
                                 .reader = record->reader != NULL ? record->reader->plugin->name
                                                                  : LETTERS_READER,
                                 .stage = "input",
                                 .reason = self->reason};
    self->in_letter = committer_begin_letter(&self->committer, &self->letter, error);
    return self->in_letter;
}

static bool end_letter(coordinator *self, const input_place *behind, mill_error *error)
{
    self->in_letter = false;
    return committer_end_letter(&self->committer, behind, error) &&
           batches_point(&self->batches, error);
}

/* Sets aside a record that is too long to be held, piece by piece. */
static bool take_piece(coordinator *self, const cut_record *piece, bool last, mill_error *error)
{
    if (!self->in_letter && !begin_letter(self, piece, error)) return false;
    return committer_add_part(&self->committer, piece->data, error) &&
           (!last || end_letter(self, &piece->behind, error));
}

/* Uses the time until there is something to read. */
static bool wait_for_input(coordinator *self, mill_error *error)
{
    if (!batches_flush(&self->batches, error) || !batches_collect(&self->batches, error))
        return false;
    batches_wait(&self->batches, record_source_descriptor(&self->source));
    return true;
}

/* ---- The run ------------------------------------------------------------------------------- */

/* A stop waits for the end of an oversized record if the run can go on later: half a letter could
 * not be told from a whole one then. */
static bool may_stop(const coordinator *self)
{
    return stop_asked(self) && !(self->in_letter && self->committer.files.has_checkpoint);
}

static bool read_all(coordinator *self, mill_error *error)
{
    cut_record record;
    bool done = true;
    while (done && !may_stop(self)) {
        report_if_asked(self);
        switch (record_source_next(&self->source, &record, error)) {
        case RECORD_WHOLE: done = take_whole(self, &record, error); break;
        case RECORD_PIECE: done = take_piece(self, &record, false, error); break;
        case RECORD_LAST: done = take_piece(self, &record, true, error); break;
        case RECORD_WAIT: done = wait_for_input(self, error); break;
        case RECORD_END: return true;
        case RECORD_FAILED: return false;
        }
    }
    return done;
}

/* Commits everything that has been read; asked to stop, what is complete by then. What there is of
 * an oversized record is kept. */
static bool settle(coordinator *self, mill_error *error)
{
    const input_place here = self->committer.place;
    if (self->in_letter && !end_letter(self, &here, error)) return false;
    if (!batches_drain(&self->batches, error)) return false;
    return !stop_asked(self) || batches_stop(&self->batches, error);
}

static void close_run(coordinator *self)
{
    worker_pool_close(&self->pool);
    batches_close(&self->batches);
    record_source_close(&self->source);
    inputs_clear(&self->inputs);
    free(self);
}

bool coordinator_run(pipeline *chain, const run_request *request, run_result *result,
                     mill_error *error)
{
    coordinator *self = calloc(1, sizeof *self);
    if (self == NULL) return error_set(error, ERROR_MEMORY, "out of memory");
    mill_error late;
    memset(result, 0, sizeof *result);
    self->chain = chain;
    self->request = request;
    self->result = result;
    run_start start = open_run(self, error);
    bool opened = start == RUN_FRESH || start == RUN_RESUMED;
    bool done = opened && read_all(self, error);
    /* Complete articles are committed also after a failure. */
    if (opened) {
        done = settle(self, done ? error : &late) && done;
        progress_close(&self->bar);
    }
    result->interrupted = done && stop_asked(self);
    result->was_complete = start == RUN_COMPLETE;
    bool complete = done && !result->interrupted;
    if (self->committer.chain != NULL)
        done = committer_close(&self->committer, complete, done ? error : &late) && done;
    close_run(self);
    if (result->was_complete) return true;
    return done &&
           (statistics_balance(&result->counts) ||
            error_set(error, ERROR_OUTPUT,
                      "the accounts do not balance: articles in differ from out + dropped + "
                      "dead letters; please report this"));
}

void run_result_clear(run_result *result)
{
    free(result->counts.stages);
    result->counts.stages = NULL;
}
