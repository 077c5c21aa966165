/* One loop: fill the window, cut records, hand each to the worker, commit in order. Results are
 * committed in batches, but never later than the moment at which the input would have to be waited
 * for. Whatever ends the run early, complete articles reach the outputs first. */
#include "coordinator.h"

#include "dead_letters.h"
#include "framing.h"
#include "output_file.h"
#include "progress.h"
#include "worker.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BATCH ((size_t)256 << 10)

typedef struct coordinator {
    pipeline *chain;
    const run_request *request;
    run_result *result;
    input_list inputs;
    input_stream *stream;
    uint64_t bytes_before; /* stored bytes of the files that are done */
    framing framing;
    worker worker;
    output_file **outputs;
    dead_letters *letters;
    progress bar;
    char source[PATH_MAX + 32];
    size_t path_length; /* of the file's name at the start of `source` */
    bool replaying;     /* the present file holds dead letters */
} coordinator;

/* ---- Opening ------------------------------------------------------------------------------- */

static bool is_wanted_file(void *user, const char *path)
{
    return pipeline_knows_file(user, path);
}

/* The dead letters stand beside the first output unless somebody says where. */
static void name_dead_letters(const coordinator *self, char *name, size_t size)
{
    const char *output = self->chain->outputs[0].path;
    const char *said = self->request->dead_letters != NULL ? self->request->dead_letters
                                                           : self->chain->settings.dead_letters;
    if (said[0] != '\0') {
        snprintf(name, size, "%s", said);
        return;
    }
    if (output == NULL || strcmp(output, "-") == 0 || strncmp(output, "/dev/", 5) == 0) {
        snprintf(name, size, "dead_letters.jsonl");
        return;
    }
    snprintf(name, size, "%s", output);
    static const char *const endings[] = {".gz", ".zst", ".jsonl", ".txt"};
    for (size_t i = 0; i < MILL_COUNT(endings); i++) {
        size_t length = strlen(name), ending = strlen(endings[i]);
        if (length > ending && strcmp(name + length - ending, endings[i]) == 0)
            name[length - ending] = '\0';
    }
    size_t length = strlen(name);
    snprintf(name + length, size - length, ".dead_letters.jsonl");
}

static bool same_file(const char *left, const char *right)
{
    struct stat a, b;
    return strcmp(right, "-") != 0 && stat(left, &a) == 0 && stat(right, &b) == 0 &&
           S_ISREG(a.st_mode) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static bool check_output_is_no_input(const coordinator *self, const char *output, mill_error *error)
{
    if (output == NULL) return true;
    for (size_t i = 0; i < self->inputs.count; i++)
        if (same_file(output, self->inputs.paths[i]))
            return error_set(error, ERROR_USAGE,
                             "%s is input and output at once; choose another output", output);
    return true;
}

static bool open_outputs(coordinator *self, mill_error *error)
{
    pipeline *chain = self->chain;
    self->outputs = calloc(chain->output_count, sizeof *self->outputs);
    if (self->outputs == NULL) return error_set(error, ERROR_MEMORY, "out of memory");
    for (size_t i = 0; i < chain->output_count; i++) {
        const char *path = chain->outputs[i].path;
        if (!check_output_is_no_input(self, path, error)) return false;
        self->outputs[i] = output_file_open(path != NULL ? path : "-", self->request->force, error);
        if (self->outputs[i] == NULL) return false;
    }
    char name[sizeof self->result->dead_letters];
    name_dead_letters(self, name, sizeof name);
    if (!check_output_is_no_input(self, name, error)) return false;
    self->letters = dead_letters_open(name, self->request->force, error);
    return self->letters != NULL;
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
        if (pipeline_reader_for_file(self->chain, self->inputs.paths[i], error) == NULL)
            return false;
    if (!open_counts(self, error) || !open_outputs(self, error)) return false;
    if (!framing_open(&self->framing)) return error_set(error, ERROR_MEMORY, "out of memory");
    if (!worker_open(&self->worker, self->chain, &self->result->counts, error)) return false;
    progress_open(&self->bar, request->progress, self->inputs.total_bytes);
    return true;
}

/* ---- Committing ---------------------------------------------------------------------------- */

/* Hands finished articles to the outputs. The time is booked to the output. */
static bool commit(coordinator *self, bool flush, mill_error *error)
{
    const pipeline *chain = self->chain;
    statistics *counts = &self->result->counts;
    stage_statistics *row = counts->stages + 1 + chain->stage_count;
    for (size_t i = 0; i < chain->output_count; i++, row++) {
        uint64_t started = statistics_now();
        buffer *ready = &self->worker.outputs[i];
        if (!output_file_write(self->outputs[i], ready->output.data, ready->output.length, error))
            return false;
        counts->bytes_out += ready->output.length;
        buffer_reset(ready);
        if (flush && !output_file_flush(self->outputs[i], error)) return false;
        row->nanoseconds += statistics_now() - started;
    }
    return !flush || dead_letters_flush(self->letters, error);
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

/* Keeps the first failures for the summary. */
static void show_failure(coordinator *self, const dead_letter *letter)
{
    uint64_t index = dead_letters_count(self->letters);
    if (index == 0 || index > RUN_FAILURES_SHOWN) return;
    snprintf(self->result->failures[index - 1], sizeof self->result->failures[0], "%s: [%s] %s",
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
    if (!dead_letters_add(self->letters, letter, record, error)) return false;
    show_failure(self, letter);
    return true;
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

/* Sends a dead letter of an earlier run through the chain again, as the record that it was. */
static bool replay(coordinator *self, mill_text line, mill_text place, mill_error *error)
{
    char name[64], source[PATH_MAX + 32];
    char *bytes = self->framing.window + (line.data - self->framing.window);
    dead_letter_record letter;
    mill_error what;
    if (!dead_letter_parse(bytes, line.length, &letter, &what))
        return error_set(error, ERROR_INPUT, "%s: %s; remove the line or mend it", place.data,
                         what.message);
    snprintf(name, sizeof name, "%.*s", (int)letter.reader.length, letter.reader.data);
    snprintf(source, sizeof source, "%.*s", (int)letter.source.length, letter.source.data);
    const pipeline_step *reader = pipeline_reader_by_name(self->chain, name, error);
    if (reader == NULL) return false;
    return process(self, reader, letter.record, (mill_text){source, strlen(source)}, error);
}

static bool take_record(coordinator *self, mill_text record, mill_error *error)
{
    mill_text source = name_source(self, self->framing.line);
    return self->replaying ? replay(self, record, source, error)
                           : process(self, self->framing.reader, record, source, error);
}

/* Sets aside a record that is too long to be held, piece by piece. */
static bool take_oversized(coordinator *self, framing_step step, mill_text piece, bool *open,
                           mill_error *error)
{
    char reason[160];
    statistics *counts = &self->result->counts;
    const pipeline_step *reader = self->framing.reader;
    snprintf(reason, sizeof reason,
             "the record has more than max_article = %zu bytes; raise max_article in [pipeline]",
             self->chain->settings.max_article);
    uint64_t line = step == FRAMING_LAST ? self->framing.line : self->framing.lines_passed + 1;
    mill_text source = name_source(self, line);
    const dead_letter letter = {.source = source.data,
                                .reader = reader != NULL ? reader->plugin->name : "dead_letters",
                                .stage = "input",
                                .reason = reason};
    if (!*open) {
        counts->articles_in++;
        counts->dead++;
        counts->stages[0].articles++;
        counts->stages[0].dead++;
        if (!dead_letters_begin(self->letters, &letter, error)) return false;
        *open = true;
    }
    counts->bytes_in += piece.length;
    if (!dead_letters_part(self->letters, piece, error)) return false;
    if (step != FRAMING_LAST) return true;
    *open = false;
    if (!dead_letters_end(self->letters, error)) return false;
    show_failure(self, &letter);
    return true;
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

/* A file that starts as a dead letter does is one of dead letters, whatever its name. */
static bool begin_file(coordinator *self, const char *path, mill_error *error)
{
    const pipeline_step *reader = pipeline_reader_for_file(self->chain, path, error);
    size_t limit = self->chain->settings.max_article;
    if (reader == NULL) return false;
    self->path_length =
        (size_t)snprintf(self->source, PATH_MAX, "%s", strcmp(path, "-") == 0 ? "stdin" : path);
    framing_begin(&self->framing, reader, limit);
    if (!fill(self, error)) return false;
    const mill_text start = {self->framing.window, self->framing.end};
    self->replaying = dead_letter_is(start);
    if (self->replaying) {
        self->framing.reader = NULL;
        self->framing.limit = 2 * limit + BATCH; /* base64 and the names around it */
    }
    return true;
}

static bool cut_records(coordinator *self, mill_error *error)
{
    bool open = false; /* an oversized record's dead letter */
    mill_text record;
    for (;;) {
        framing_step step = framing_next(&self->framing, &record);
        bool done = true;
        if (step == FRAMING_RECORD) done = take_record(self, record, error);
        if (step == FRAMING_PIECE || step == FRAMING_LAST)
            done = take_oversized(self, step, record, &open, error);
        if (step == FRAMING_MORE) done = fill(self, error);
        if (step == FRAMING_FAULT)
            return error_set(error, ERROR_PLUGIN,
                             "%s: reader '%s' frames records outside the data; mend the plug-in",
                             self->source, self->framing.reader->plugin->name);
        if (!done) return false;
        if (step == FRAMING_END) return true;
        if (stop_asked(self)) return !open || dead_letters_end(self->letters, error);
    }
}

static bool read_file(coordinator *self, const char *path, mill_error *error)
{
    self->stream = input_stream_open(path, error);
    if (self->stream == NULL) return false;
    bool done = begin_file(self, path, error) && cut_records(self, error);
    self->bytes_before += input_stream_position(self->stream);
    input_stream_close(self->stream);
    self->stream = NULL;
    return done;
}

/* ---- Closing ------------------------------------------------------------------------------- */

/* Ends one output: under its final name if all went well, else as NAME.part. */
static bool close_output(output_file *file, bool complete, mill_error *error)
{
    return complete ? output_file_finish(file, error) : output_file_abandon(file, error);
}

static bool close_outputs(coordinator *self, bool complete, mill_error *error)
{
    bool done = true;
    mill_error another;
    for (size_t i = 0; self->outputs != NULL && i < self->chain->output_count; i++)
        if (self->outputs[i] != NULL)
            done =
                close_output(self->outputs[i], complete && done, done ? error : &another) && done;
    if (self->letters != NULL) {
        snprintf(self->result->dead_letters, sizeof self->result->dead_letters, "%s",
                 dead_letters_path(self->letters));
        done =
            dead_letters_close(self->letters, !complete || !done, done ? error : &another) && done;
    }
    free(self->outputs);
    return done;
}

static bool write_statistics(const coordinator *self, mill_error *error)
{
    const char *path = self->request->stats;
    if (path == NULL) return true;
    buffer text;
    output_file *file = output_file_open(path, true, error);
    if (file == NULL) return false;
    buffer_init(&text, NULL, BATCH);
    statistics_json(&self->result->counts, &text);
    bool done = output_file_write(file, text.output.data, text.output.length, error);
    done = close_output(file, done, error) && done;
    buffer_clear(&text);
    return done;
}

static bool read_all_files(coordinator *self, mill_error *error)
{
    for (size_t i = 0; i < self->inputs.count && !stop_asked(self); i++)
        if (!read_file(self, self->inputs.paths[i], error)) return false;
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
    /* Complete articles are committed also after a failure, unless it was the output that failed.
     */
    bool committed =
        opened && (done || error->code != ERROR_OUTPUT) && commit(self, true, done ? error : &late);
    if (opened) progress_close(&self->bar);
    done = done && committed;
    result->interrupted = done && stop_asked(self);
    bool closed = close_outputs(self, done && !result->interrupted, done ? error : &late);
    done = done && closed;
    result->counts.seconds = (double)(statistics_now() - started) / 1e9;
    memcpy(result->last_source, self->source, sizeof result->last_source - 1);
    if (done) done = write_statistics(self, error);
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
