/* A file is written as NAME.part first, so both names must be nobody else's. The dead letters get
 * their final name before the outputs do: an output that is there is a run that is told whole. */
#include "run_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

static bool check_inputs(const char *path, const input_list *inputs, mill_error *error)
{
    char part[PATH_MAX + 8];
    snprintf(part, sizeof part, "%s.part", path);
    if (strcmp(path, "-") == 0) return true;
    for (size_t i = 0; i < inputs->count; i++) {
        const char *input = inputs->files[i].path;
        if (same_file(path, input))
            return error_set(error, ERROR_USAGE,
                             "%s is input and output at once; choose another output", path);
        if (same_file(part, input))
            return error_set(error, ERROR_USAGE,
                             "%s is input, and %s would be written under that name; rename it",
                             input, path);
    }
    return true;
}

/* The files of a run in one row: the outputs, the dead letters, the statistics (if asked for). */
static const char *file_at(const run_files *self, size_t index)
{
    size_t count = self->chain->output_count;
    if (index < count) return output_path(&self->chain->outputs[index]);
    return index == count ? self->letters_path : self->request->stats;
}

/* Tells whether a file may be written to, in view of those before it in the row. */
static bool check_file(const run_files *self, size_t index, const input_list *inputs,
                       mill_error *error)
{
    const char *path = file_at(self, index);
    bool is_statistics = index > self->chain->output_count; /* the last ones are nothing to keep */
    if (!check_inputs(path, inputs, error)) return false;
    for (size_t i = 0; i < index; i++)
        if (same_file(file_at(self, i), path))
            return error_set(error, ERROR_USAGE,
                             "%s would be written twice in this run; choose another name",
                             strcmp(path, "-") == 0 ? "standard output" : path);
    return output_file_check(path, self->request->force || is_statistics, error);
}

static bool check_files(const run_files *self, const input_list *inputs, mill_error *error)
{
    size_t count = self->chain->output_count + 1 + (self->request->stats != NULL);
    for (size_t i = 0; i < count; i++)
        if (!check_file(self, i, inputs, error)) return false;
    return true;
}

/* ---- Opening ------------------------------------------------------------------------------- */

bool run_files_open(run_files *self, const pipeline *chain, const run_request *request,
                    const input_list *inputs, mill_error *error)
{
    self->chain = chain;
    self->request = request;
    if (!name_letters(self, error) || !check_files(self, inputs, error)) return false;
    self->outputs = calloc(chain->output_count, sizeof(output_file *));
    if (self->outputs == NULL) return error_set(error, ERROR_MEMORY, "out of memory");
    for (size_t i = 0; i < chain->output_count; i++) {
        self->outputs[i] = output_file_open(file_at(self, i), request->force, error);
        if (self->outputs[i] == NULL) return false;
    }
    self->letters = dead_letters_open(self->letters_path, request->force, error);
    return self->letters != NULL;
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

bool run_files_close(run_files *self, bool complete, run_result *result, mill_error *error)
{
    mill_error another;
    bool done = true;
    if (self->letters != NULL) done = close_letters(self, complete, result, error);
    for (size_t i = 0; self->outputs != NULL && i < self->chain->output_count; i++)
        if (self->outputs[i] != NULL)
            done = close_output(self->outputs[i], file_at(self, i), complete && done, result,
                                done ? error : &another) &&
                   done;
    free(self->outputs);
    *self = (run_files){0};
    return done;
}

bool run_files_write_statistics(const run_request *request, const statistics *counts,
                                mill_error *error)
{
    mill_error another;
    buffer text;
    if (request->stats == NULL) return true;
    output_file *file = output_file_open(request->stats, true, error);
    if (file == NULL) return false;
    buffer_init(&text, NULL, (size_t)1 << 20);
    statistics_json(counts, &text);
    bool done = output_file_write(file, text.output.data, text.output.length, error);
    bool closed = done ? output_file_finish(file, error) : output_file_abandon(file, &another);
    buffer_clear(&text);
    return done && closed;
}
