/* One loop: fill the window, cut records, hand each to the worker, commit in order. Results are
 * committed in batches, but never later than the moment at which the input would have to be waited
 * for. Whatever ends the run early, complete articles reach the outputs first. */
#include "coordinator.h"

#include "framing.h"
#include "progress.h"
#include "run_files.h"
#include "worker.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH ((size_t)256 << 10)

#define LETTERS_READER "dead_letters" /* of a letter that holds a line of a dead-letter file */
#define LETTER_START   64             /* bytes that tell a dead letter */
#define LETTER_GROWTH  6              /* a byte may be written as six: \\u0001 */

typedef struct coordinator {
    pipeline *chain;
    const run_request *request;
    run_result *result;
    input_list inputs;
    input_stream *stream;
    uint64_t bytes_before; /* stored bytes of the files that are done */
    framing framing;
    worker worker;
    run_files files;
    progress bar;
    char source[PATH_MAX + 32];
    size_t path_length; /* of the file's name at the start of `source` */
    bool replaying;     /* the present file holds dead letters */
    bool in_letter;     /* the letter of an oversized record has begun and not ended */
} coordinator;

/* ---- Opening ------------------------------------------------------------------------------- */

static bool is_wanted_file(void *user, const char *path)
{
    return pipeline_knows_file(user, path);
}

/* One row for the input, each stage, each output. */
static bool open_counts(coordinator *self, mill_error *error)
{
    const pipeline *chain = self->chain;
    statistics *counts = &self->result->counts;
    counts->stage_count = 1 + chain->stage_count + chain->output_count;
    counts->stages = calloc(counts->stage_count, sizeof *counts->stages);
    if (counts->stages == NULL) return error_set(error, ERROR_MEMORY, "out of memory");
    stage_statistics *row = counts->stages;
    (row++)->name = "input";
    for (size_t i = 0; i < chain->stage_count; i++) (row++)->name = chain->stages[i].section;
    for (size_t i = 0; i < chain->output_count; i++) (row++)->name = chain->outputs[i].section;
    return true;
}

static bool open_run(coordinator *self, mill_error *error)
{
    const run_request *request = self->request;
    if (!input_list_open(&self->inputs, request->inputs, request->input_count, is_wanted_file,
                         self->chain, error))
        return false;
    /* A file that no reader knows is found before anything is written. */
    for (size_t i = 0; i < self->inputs.count; i++)
        if (pipeline_reader_for_file(self->chain, self->inputs.files[i].path, error) == NULL)
            return false;
    if (!open_counts(self, error)) return false;
    if (!run_files_open(&self->files, self->chain, request, &self->inputs, error)) return false;
    if (!framing_open(&self->framing)) return error_set(error, ERROR_MEMORY, "out of memory");
    if (!worker_open(&self->worker, self->chain, &self->result->counts, error)) return false;
    progress_open(&self->bar, request->progress, self->inputs.total_bytes);
    return true;
}

/* ---- Committing ---------------------------------------------------------------------------- */

/* Hands finished articles to one output. */
static bool commit_output(coordinator *self, size_t index, bool flush, mill_error *error)
{
    buffer *ready = &self->worker.outputs[index];
    output_file *file = self->files.outputs[index];
    if (!output_file_write(file, ready->output.data, ready->output.length, error)) return false;
    self->result->counts.bytes_out += ready->output.length;
    buffer_reset(ready);
    return !flush || output_file_flush(file, error);
}

/* Hands finished articles to the outputs, also to those behind one that fails. The time is booked
 * to the output. */
static bool commit(coordinator *self, bool flush, mill_error *error)
{
    const pipeline *chain = self->chain;
    stage_statistics *row = self->result->counts.stages + 1 + chain->stage_count;
    mill_error another;
    bool done = true;
    for (size_t i = 0; i < chain->output_count; i++, row++) {
        uint64_t started = statistics_now();
        done = commit_output(self, i, flush, done ? error : &another) && done;
        row->nanoseconds += statistics_now() - started;
    }
    if (flush) done = dead_letters_flush(self->files.letters, done ? error : &another) && done;
    return done;
}

static size_t uncommitted(const coordinator *self)
{
    size_t sum = 0;
    for (size_t i = 0; i < self->chain->output_count; i++)
        sum += self->worker.outputs[i].output.length;
    return sum;
}

static dead_letter describe_failure(const coordinator *self, const pipeline_step *reader,
                                    const char *source)
{
    return (dead_letter){.source = source,
                         .id = self->worker.id,
                         .reader = reader->plugin->name,
                         .stage = self->worker.stage,
                         .reason = self->worker.reason};
}

/* Keeps the first failures for the summary; to be called before the letter is written. */
static void show_failure(coordinator *self, const dead_letter *letter)
{
    uint64_t index = dead_letters_count(self->files.letters);
    if (index >= RUN_FAILURES_SHOWN) return;
    snprintf(self->result->failures[index], sizeof self->result->failures[0], "%s: [%s] %s",
             letter->source, letter->stage, letter->reason);
}

/* ---- Records ------------------------------------------------------------------------------- */

/* Writes "path:line" behind the path; sprintf is too slow for once an article. */
static mill_text name_source(coordinator *self, uint64_t line)
{
    char digits[20];
    size_t at = sizeof digits, length = self->path_length;
    for (; line > 0; line /= 10) digits[--at] = (char)('0' + (char)(line % 10));
    if (at < sizeof digits) {
        self->source[length++] = ':';
        memcpy(self->source + length, digits + at, sizeof digits - at);
        length += sizeof digits - at;
    }
    self->source[length] = '\0';
    return (mill_text){self->source, length};
}

static bool set_aside(coordinator *self, const dead_letter *letter, mill_text record,
                      mill_error *error)
{
    show_failure(self, letter);
    return dead_letters_add(self->files.letters, letter, record, error);
}

static bool process(coordinator *self, const pipeline_step *reader, mill_text record,
                    mill_text source, mill_error *error)
{
    if (worker_process(&self->worker, reader, record, source) == WORKER_DEAD) {
        dead_letter letter = describe_failure(self, reader, source.data);
        if (!set_aside(self, &letter, record, error)) return false;
    }
    uint64_t read = self->bytes_before + input_stream_position(self->stream);
    progress_update(&self->bar, self->worker.now, self->result->counts.articles_in,
                    self->result->counts.dead, read);
    return uncommitted(self) < BATCH || commit(self, false, error);
}

/* Reads a dead letter of an earlier run. One that was itself too long to be read again is a letter
 * within a letter. */
static bool open_letter(coordinator *self, mill_text line, dead_letter_record *letter,
                        mill_error *error)
{
    char *window = self->framing.window; /* the record is in it, and may be written to */
    do {
        if (!dead_letter_parse(window + (line.data - window), line.length, letter, error))
            return false;
        line = letter->record;
    } while (letter->reader.length == strlen(LETTERS_READER) &&
             memcmp(letter->reader.data, LETTERS_READER, letter->reader.length) == 0);
    return true;
}

/* Copies a text of a dead letter, as much as there is room for. */
static mill_text copy_text(char *copy, size_t size, mill_text text)
{
    size_t length = text.length < size ? text.length : size - 1;
    memcpy(copy, text.data, length);
    copy[length] = '\0';
    return (mill_text){copy, length};
}

/* Sends a dead letter of an earlier run through the chain again, as the record that it was. */
static bool replay(coordinator *self, mill_text line, mill_text place, mill_error *error)
{
    char name[64], source[PATH_MAX + 32];
    dead_letter_record letter;
    mill_error what;
    if (!open_letter(self, line, &letter, &what))
        return error_set(error, ERROR_INPUT, "%s: %s; remove the line or mend it", place.data,
                         what.message);
    copy_text(name, sizeof name, letter.reader);
    const pipeline_step *reader = pipeline_reader_by_name(self->chain, name, &what);
    if (reader == NULL) return error_set(error, what.code, "%s: %s", place.data, what.message);
    mill_text first_source = copy_text(source, sizeof source, letter.source);
    return process(self, reader, letter.record, first_source, error);
}

static bool take_record(coordinator *self, mill_text record, mill_error *error)
{
    mill_text source = name_source(self, self->framing.line);
    return self->replaying ? replay(self, record, source, error)
                           : process(self, self->framing.reader, record, source, error);
}

/* Starts the dead letter of a record that is too long to be held. */
static bool begin_letter(coordinator *self, mill_error *error)
{
    char reason[160];
    statistics *counts = &self->result->counts;
    const pipeline_step *reader = self->framing.reader;
    mill_text source = name_source(self, self->framing.line);
    snprintf(reason, sizeof reason,
             "the record has more than max_article = %zu bytes; raise max_article in [pipeline]",
             self->chain->settings.max_article);
    const dead_letter letter = {.source = source.data,
                                .reader = reader != NULL ? reader->plugin->name : LETTERS_READER,
                                .stage = "input",
                                .reason = reason};
    counts->articles_in++;
    counts->dead++;
    counts->stages[0].articles++;
    counts->stages[0].dead++;
    show_failure(self, &letter);
    self->in_letter = dead_letters_begin(self->files.letters, &letter, error);
    return self->in_letter;
}

static bool end_letter(coordinator *self, mill_error *error)
{
    self->in_letter = false;
    return dead_letters_end(self->files.letters, error);
}

/* Sets aside a record that is too long to be held, piece by piece. */
static bool take_oversized(coordinator *self, framing_step step, mill_text piece, mill_error *error)
{
    if (!self->in_letter && !begin_letter(self, error)) return false;
    self->result->counts.bytes_in += piece.length;
    if (!dead_letters_part(self->files.letters, piece, error)) return false;
    return step != FRAMING_LAST || end_letter(self, error);
}

/* ---- Files --------------------------------------------------------------------------------- */

static bool stop_asked(const coordinator *self)
{
    return self->request->stop != NULL && *self->request->stop != 0;
}

/* Waits until there is something to read, or a signal asks to stop. */
static void wait_for_input(const coordinator *self)
{
    struct pollfd input = {.fd = input_stream_descriptor(self->stream), .events = POLLIN};
    sigset_t stopping, before;
    sigemptyset(&stopping);
    sigaddset(&stopping, SIGINT);
    sigaddset(&stopping, SIGTERM);
    /* Blocked between the look at the flag and the wait, so that no signal falls in the gap. */
    sigprocmask(SIG_BLOCK, &stopping, &before);
    if (!stop_asked(self)) ppoll(&input, 1, NULL, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

static bool fill(coordinator *self, mill_error *error)
{
    while (input_stream_would_block(self->stream) && !stop_asked(self)) {
        if (!commit(self, true, error)) return false;
        wait_for_input(self);
        self->worker.now = statistics_now();
    }
    return stop_asked(self) || framing_fill(&self->framing, self->stream, error);
}

/* Reads as much of a file as it takes to know a dead letter. */
static bool fill_start(coordinator *self, mill_error *error)
{
    const framing *cut = &self->framing;
    do {
        if (!fill(self, error)) return false;
    } while (!cut->at_end && cut->end < LETTER_START && !stop_asked(self) &&
             memchr(cut->window, '\n', cut->end) == NULL);
    return true;
}

/* A file that starts as a dead letter does is one of dead letters, whatever its name. */
static bool begin_file(coordinator *self, const char *path, mill_error *error)
{
    const pipeline_step *reader = pipeline_reader_for_file(self->chain, path, error);
    size_t limit = self->chain->settings.max_article;
    if (reader == NULL) return false;
    self->path_length =
        (size_t)snprintf(self->source, PATH_MAX, "%s", strcmp(path, "-") == 0 ? "stdin" : path);
    framing_begin(&self->framing, reader, limit);
    if (!fill_start(self, error)) return false;
    const mill_text start = {self->framing.window, self->framing.end};
    self->replaying = dead_letter_is(start);
    if (self->replaying) {
        self->framing.reader = NULL;
        self->framing.limit = LETTER_GROWTH * limit + BATCH; /* with the names around the record */
    }
    return true;
}

static bool cut_records(coordinator *self, mill_error *error)
{
    mill_text record;
    for (;;) {
        framing_step step = framing_next(&self->framing, &record);
        bool done = true;
        if (step == FRAMING_RECORD) done = take_record(self, record, error);
        if (step == FRAMING_PIECE || step == FRAMING_LAST)
            done = take_oversized(self, step, record, error);
        if (step == FRAMING_MORE) done = fill(self, error);
        if (step == FRAMING_FAULT)
            return error_set(error, ERROR_PLUGIN,
                             "%s: reader '%s' frames records outside the data; mend the plug-in",
                             self->source, self->framing.reader->plugin->name);
        if (!done) return false;
        if (step == FRAMING_END || stop_asked(self)) return true;
    }
}

/* Leaves a file, read to its end or not. What there is of an oversized record is kept. */
static bool end_file(coordinator *self, mill_error *error)
{
    if (self->framing.records > 0 || self->in_letter)
        snprintf(self->result->last_source, sizeof self->result->last_source, "%s", self->source);
    self->bytes_before += input_stream_position(self->stream);
    input_stream_close(self->stream);
    self->stream = NULL;
    return !self->in_letter || end_letter(self, error);
}

static bool read_file(coordinator *self, const char *path, mill_error *error)
{
    mill_error another;
    self->stream = input_stream_open(path, error);
    if (self->stream == NULL) return false;
    bool done = begin_file(self, path, error) && cut_records(self, error);
    return end_file(self, done ? error : &another) && done;
}

/* ---- The run ------------------------------------------------------------------------------- */

static bool read_all_files(coordinator *self, mill_error *error)
{
    for (size_t i = 0; i < self->inputs.count && !stop_asked(self); i++)
        if (!read_file(self, self->inputs.files[i].path, error)) return false;
    return true;
}

bool coordinator_run(pipeline *chain, const run_request *request, run_result *result,
                     mill_error *error)
{
    coordinator *self = calloc(1, sizeof *self);
    if (self == NULL) return error_set(error, ERROR_MEMORY, "out of memory");
    mill_error late;
    uint64_t started = statistics_now();
    memset(result, 0, sizeof *result);
    self->chain = chain;
    self->request = request;
    self->result = result;
    bool opened = open_run(self, error);
    bool done = opened && read_all_files(self, error);
    /* Complete articles are committed also after a failure. */
    if (opened) {
        done = commit(self, true, done ? error : &late) && done;
        progress_close(&self->bar);
    }
    result->interrupted = done && stop_asked(self);
    bool complete = done && !result->interrupted;
    done = run_files_close(&self->files, complete, result, done ? error : &late) && done;
    result->counts.seconds = (double)(statistics_now() - started) / 1e9;
    if (done) done = run_files_write_statistics(request, &result->counts, error);
    if (done && !statistics_balance(&result->counts))
        done = error_set(error, ERROR_OUTPUT,
                         "the accounts do not balance: articles in differ from out + dropped + "
                         "dead letters; please report this");
    worker_close(&self->worker);
    framing_close(&self->framing);
    input_list_clear(&self->inputs);
    free(self);
    return done;
}

void run_result_clear(run_result *result)
{
    free(result->counts.stages);
    result->counts.stages = NULL;
}
