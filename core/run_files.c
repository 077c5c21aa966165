/* A file is written as NAME.part first, so both names must be nobody else's. The dead letters get
 * their final name before the outputs do: an output that is there is a run that is told whole. */
#include "run_files.h"

#include "replace_file.h"
#include "run_identity.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Names --------------------------------------------------------------------------------- */

static const char *output_path(const pipeline_step *output)
{
    return output->path != NULL ? output->path : "-";
}

/* Cuts the endings off a name that say how its contents are written. */
static void cut_endings(char *name)
{
    static const char *const endings[] = {".gz", ".zst", ".jsonl", ".txt"};
    for (size_t i = 0; i < MILL_COUNT(endings); i++) {
        size_t length = strlen(name), ending = strlen(endings[i]);
        if (length > ending && strcmp(name + length - ending, endings[i]) == 0)
            name[length - ending] = '\0';
    }
}

/* The dead letters stand beside the first output unless somebody says where. */
static bool name_letters(run_files *self, mill_error *error)
{
    const char *output = output_path(&self->chain->outputs[0]);
    const char *said = self->request->dead_letters != NULL ? self->request->dead_letters
                                                           : self->chain->settings.dead_letters;
    bool has_place = strcmp(output, "-") != 0 && strncmp(output, "/dev/", 5) != 0;
    char place[PATH_MAX] = "";
    int length;
    if (said[0] != '\0') {
        length = snprintf(self->letters_path, PATH_MAX, "%s", said);
    } else {
        snprintf(place, sizeof place, "%s", has_place ? output : "");
        cut_endings(place);
        length = snprintf(self->letters_path, PATH_MAX, "%s%sdead_letters.jsonl", place,
                          has_place ? "." : "");
    }
    return length < PATH_MAX ||
           error_set(error, ERROR_USAGE,
                     "the dead letters' path has %d bytes; choose a shorter one", length);
}

/* ---- Checks -------------------------------------------------------------------------------- */

/* Splits a path into its folder and the name in it. Fails: false, if there is no such folder. */
static bool find_folder(const char *path, struct stat *folder, const char **name)
{
    const char *slash = strrchr(path, '/');
    char copy[PATH_MAX];
    *name = slash != NULL ? slash + 1 : path;
    snprintf(copy, sizeof copy, "%.*s", slash != NULL ? (int)(slash - path) + 1 : 1,
             slash != NULL ? path : ".");
    return stat(copy, folder) == 0;
}

/* Tells whether two paths lead to one file, which need not be there yet. What is no regular file
 * can be written to under several names: /dev/null. */
static bool same_file(const char *left, const char *right)
{
    struct stat a, b;
    const char *left_name, *right_name;
    if (strcmp(left, "-") == 0 || strcmp(right, "-") == 0) return strcmp(left, right) == 0;
    bool has_left = stat(left, &a) == 0, has_right = stat(right, &b) == 0;
    if (has_left && has_right)
        return S_ISREG(a.st_mode) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
    if (has_left != has_right || !find_folder(left, &a, &left_name) ||
        !find_folder(right, &b, &right_name))
        return false;
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino && strcmp(left_name, right_name) == 0;
}

/* What is written for an output: itself, and what stands beside it. */
static const char *const endings_written[] = {"",      ".part",    ".checkpoint",
                                              ".done", ".journal", ".new"};

static bool check_name(const char *path, const char *ending, const input_list *inputs,
                       mill_error *error)
{
    char name[RUN_PATH_MAX];
    snprintf(name, sizeof name, "%s%s", path, ending);
    if (access(name, F_OK) != 0) return true; /* the inputs are there */
    for (size_t i = 0; i < inputs->count; i++) {
        const char *input = inputs->files[i].path;
        if (!same_file(name, input)) continue;
        if (ending[0] == '\0')
            return error_set(error, ERROR_USAGE,
                             "%s is input and output at once; choose another output", path);
        return error_set(error, ERROR_USAGE,
                         "%s is input, and %s would be written under that name; rename it", input,
                         path);
    }
    return true;
}

static bool check_inputs(const char *path, const input_list *inputs, mill_error *error)
{
    if (strcmp(path, "-") == 0) return true;
    for (size_t i = 0; i < MILL_COUNT(endings_written); i++)
        if (!check_name(path, endings_written[i], inputs, error)) return false;
    return true;
}

/* The files of a run in one row: the outputs, the dead letters, the statistics and the metrics.
 * NULL: not asked for. */
static const char *file_at(const run_files *self, size_t index)
{
    size_t count = self->chain->output_count;
    if (index < count) return output_path(&self->chain->outputs[index]);
    if (index == count) return self->letters_path;
    return index == count + 1 ? self->request->stats : self->request->metrics;
}

/* Tells whether a file may be written to, in view of those before it in the row. */
static bool check_file(const run_files *self, size_t index, const input_list *inputs,
                       mill_error *error)
{
    const char *path = file_at(self, index);
    bool is_statistics = index > self->chain->output_count; /* the last ones are nothing to keep */
    if (path == NULL) return true;
    if (!check_inputs(path, inputs, error)) return false;
    for (size_t i = 0; i < index; i++)
        if (file_at(self, i) != NULL && same_file(file_at(self, i), path))
            return error_set(error, ERROR_USAGE,
                             "%s would be written twice in this run; choose another name",
                             strcmp(path, "-") == 0 ? "standard output" : path);
    return output_file_check(path, self->force || is_statistics, error);
}

static bool check_files(const run_files *self, const input_list *inputs, mill_error *error)
{
    for (size_t i = 0; i < self->chain->output_count + 3; i++)
        if (!check_file(self, i, inputs, error)) return false;
    return true;
}

/* ---- What can be resumed ------------------------------------------------------------------- */

/* Finds out whether the run can keep a checkpoint and a done record, and where. */
static bool name_records(run_files *self, const input_list *inputs, mill_error *error)
{
    const char *first = file_at(self, 0);
    self->has_record = true;
    for (size_t i = 0; i <= self->chain->output_count; i++)
        self->has_record = self->has_record && output_file_is_regular(file_at(self, i));
    self->has_checkpoint = self->has_record;
    for (size_t i = 0; i < inputs->count; i++)
        self->has_checkpoint = self->has_checkpoint && inputs->files[i].regular;
    snprintf(self->checkpoint_path, RUN_PATH_MAX, "%s.checkpoint", first);
    snprintf(self->record_path, RUN_PATH_MAX, "%s.done", first);
    size_t count = self->chain->segment_count;
    self->journals = calloc(count, sizeof *self->journals);
    self->journal_paths = calloc(count, sizeof *self->journal_paths);
    if (self->journals == NULL || self->journal_paths == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory");
    for (size_t i = 0; i < count; i++) {
        self->journals[i].descriptor = -1;
        snprintf(self->journal_paths[i], RUN_PATH_MAX, i > 1 ? "%s.journal%zu" : "%s.journal",
                 first, i / 2 + 1);
    }
    if (self->has_checkpoint || self->request->resume == RESUME_NO) return true;
    return error_set(
        error, ERROR_USAGE,
        "--resume: only a run from files to files can be resumed; name the input files "
        "and an output with -o");
}

/* Looks for what a run before has left. */
static run_start find_state(run_files *self, checkpoint *state, mill_error *error)
{
    const mill_text identity = {self->identity.output.data, self->identity.output.length};
    const char *remedy = "use --resume=force to go on all the same, or --force to start anew";
    if (self->request->resume == RESUME_FORCE) remedy = NULL;
    if (!self->has_checkpoint) return RUN_FRESH;
    if (self->request->resume == RESUME_NO) {
        if (self->force || access(self->checkpoint_path, F_OK) != 0) return RUN_FRESH;
        error_set(error, ERROR_OUTPUT,
                  "%s exists: a run was interrupted; add --resume to go on with it or --force to "
                  "start anew",
                  self->checkpoint_path);
        return RUN_FAILED;
    }
    int found = checkpoint_read(state, self->checkpoint_path, identity, remedy, error);
    if (found != 0) return found > 0 ? RUN_RESUMED : RUN_FAILED;
    if (access(file_at(self, 0), F_OK) != 0) return RUN_FRESH;
    remedy = "use --force to start anew, or choose another name";
    found = checkpoint_read(state, self->record_path, identity, remedy, error);
    if (found != 0) return found > 0 ? RUN_COMPLETE : RUN_FAILED;
    return RUN_FRESH;
}

/* ---- Opening ------------------------------------------------------------------------------- */

static bool open_outputs(run_files *self, const checkpoint *resumed, mill_error *error)
{
    const written_file *written = resumed != NULL ? resumed->outputs : NULL;
    self->outputs = calloc(self->chain->output_count, sizeof(output_file *));
    if (self->outputs == NULL) return error_set(error, ERROR_MEMORY, "out of memory");
    for (size_t i = 0; i < self->chain->output_count; i++) {
        const char *path = file_at(self, i);
        self->outputs[i] = resumed != NULL
                               ? output_file_resume(path, self->force, &written[i], error)
                               : output_file_open(path, self->force, error);
        if (self->outputs[i] == NULL) return false;
    }
    self->letters = resumed != NULL
                        ? dead_letters_resume(self->letters_path, self->force, &resumed->letters,
                                              resumed->counts.dead, error)
                        : dead_letters_open(self->letters_path, self->force, error);
    return self->letters != NULL;
}

static bool open_journals(run_files *self, const checkpoint *resumed, mill_error *error)
{
    /* A finished run has no more use for its journals, and may be killed when they are gone. */
    bool has_journal = resumed != NULL && !resumed->finished;
    for (size_t i = 0; i < self->chain->segment_count; i++) {
        const char *path = self->has_checkpoint ? self->journal_paths[i] : NULL;
        uint64_t length = has_journal ? resumed->journals[i] : 0;
        if (!self->chain->segments[i].is_ordered) continue;
        if (!journal_open(&self->journals[i], path, length, error)) return false;
    }
    return true;
}

/* Removes what says how far another run came, before its outputs are cut. */
static bool remove_old(const run_files *self, mill_error *error)
{
    const char *const paths[] = {self->checkpoint_path, self->record_path};
    for (size_t i = 0; i < MILL_COUNT(paths) && self->has_record; i++)
        if (unlink(paths[i]) != 0 && errno != ENOENT)
            return error_set(error, ERROR_OUTPUT, "cannot remove the old %s: %s; remove it",
                             paths[i], strerror(errno));
    return true;
}

run_start run_files_open(run_files *self, const pipeline *chain, const run_request *request,
                         const input_list *inputs, checkpoint *state, mill_error *error)
{
    *self = (run_files){.chain = chain, .request = request, .force = request->force};
    buffer_init(&self->identity, NULL, SIZE_MAX);
    if (!name_letters(self, error) || !name_records(self, inputs, error)) return RUN_FAILED;
    if (self->has_record && !run_identity_write(chain, request, inputs, &self->identity, error))
        return RUN_FAILED;
    run_start start = find_state(self, state, error);
    if (start == RUN_FAILED || start == RUN_COMPLETE) return start;
    bool resuming = start == RUN_RESUMED;
    const checkpoint *resumed = resuming ? state : NULL;
    /* What a run was allowed to replace when it began it may replace at its end. */
    if (resuming) self->force = self->force || state->force != 0 || state->finished;
    if (!check_files(self, inputs, error)) return RUN_FAILED;
    if (!resuming && !remove_old(self, error)) return RUN_FAILED;
    state->force = self->force;
    return open_outputs(self, resumed, error) && open_journals(self, resumed, error) ? start
                                                                                     : RUN_FAILED;
}

/* ---- Checkpoints --------------------------------------------------------------------------- */

bool run_files_flush(run_files *self, mill_error *error)
{
    mill_error another;
    bool fine = true;
    for (size_t i = 0; i < self->chain->output_count; i++)
        fine = output_file_flush(self->outputs[i], fine ? error : &another) && fine;
    return dead_letters_flush(self->letters, fine ? error : &another) && fine;
}

static bool write_state(const run_files *self, const char *path, const checkpoint *state,
                        mill_error *error)
{
    buffer text;
    const mill_text identity = {self->identity.output.data, self->identity.output.length};
    buffer_init(&text, NULL, SIZE_MAX);
    checkpoint_write(state, identity, &text);
    bool fine = text.failed ? error_set(error, ERROR_MEMORY, "out of memory")
                            : replace_file(path, text.output.data, text.output.length,
                                           REPLACE_FOR_GOOD, error);
    buffer_clear(&text);
    return fine;
}

static bool sync_files(run_files *self, bool complete, mill_error *error)
{
    for (size_t i = 0; i < self->chain->output_count; i++)
        if (!output_file_sync(self->outputs[i], complete, error)) return false;
    for (size_t i = 0; i < self->chain->segment_count; i++)
        if (self->chain->segments[i].is_ordered && !journal_sync(&self->journals[i], error))
            return false;
    return dead_letters_sync(self->letters, complete, error);
}

void run_files_measure(const run_files *self, checkpoint *state)
{
    for (size_t i = 0; i < self->chain->output_count; i++)
        output_file_measure(self->outputs[i], &state->outputs[i]);
    dead_letters_measure(self->letters, &state->letters);
}

bool run_files_checkpoint(run_files *self, const checkpoint *state, mill_error *error)
{
    return sync_files(self, false, error) &&
           (!self->has_checkpoint || write_state(self, self->checkpoint_path, state, error));
}

/* ---- Closing ------------------------------------------------------------------------------- */

/* Notes that something has been written to a file, for messages. */
static void note_file(run_result *result, const char *name, bool part)
{
    size_t length = strlen(result->files);
    snprintf(result->files + length, sizeof result->files - length, "%s%s%s",
             length > 0 ? ", " : "", strcmp(name, "-") == 0 ? "standard output" : name,
             part ? ".part" : "");
}

/* Ends one output: under its final name if all went well, else as NAME.part. */
static bool close_output(output_file *file, const char *path, bool complete, run_result *result,
                         mill_error *error)
{
    bool in_place = strcmp(output_file_name(file), path) == 0;
    bool done = complete ? output_file_finish(file, error) : output_file_abandon(file, error);
    note_file(result, path, !in_place && !(complete && done));
    return done;
}

static bool close_letters(const run_files *self, bool complete, run_result *result,
                          mill_error *error)
{
    struct stat status;
    bool written = dead_letters_count(self->letters) > 0;
    bool in_place = stat(self->letters_path, &status) == 0 && !S_ISREG(status.st_mode);
    bool done = dead_letters_close(self->letters, !complete, error);
    bool part = !in_place && strcmp(self->letters_path, "-") != 0 && !(complete && done);
    snprintf(result->dead_letters, sizeof result->dead_letters, "%s%s", self->letters_path,
             part ? ".part" : "");
    if (written) note_file(result, self->letters_path, part);
    return done;
}

static void release(run_files *self)
{
    free(self->outputs);
    free(self->journals);
    free(self->journal_paths);
    buffer_clear(&self->identity);
    *self = (run_files){0};
}

/* The last checkpoint of a complete run says that only the names are missing; so a run that is
 * killed between two renames is told from one that has no output yet. */
bool run_files_close(run_files *self, bool complete, checkpoint *state, run_result *result,
                     mill_error *error)
{
    mill_error another;
    bool open = self->letters != NULL, done = true;
    if (open && complete) {
        done = sync_files(self, true, error);
        run_files_measure(self, state);
        state->finished = true;
    }
    if (open) done = done && run_files_checkpoint(self, state, error);
    if (open) done = close_letters(self, complete && done, result, done ? error : &another) && done;
    for (size_t i = 0; self->outputs != NULL && i < self->chain->output_count; i++)
        if (self->outputs[i] != NULL)
            done = close_output(self->outputs[i], file_at(self, i), complete && done, result,
                                done ? error : &another) &&
                   done;
    if (open && complete && done && self->has_record)
        done = write_state(self, self->record_path, state, error);
    for (size_t i = 0; self->journals != NULL && i < self->chain->segment_count; i++)
        journal_close(&self->journals[i], complete && done);
    if (complete && done && self->has_checkpoint) unlink(self->checkpoint_path);
    result->resumable = open && self->has_checkpoint && access(self->checkpoint_path, F_OK) == 0;
    release(self);
    return done;
}
