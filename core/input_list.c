/* Finding the files of a run. Names of one level are taken in the order of their bytes, whatever
 * the locale, so that the same folder gives the same stream everywhere. Symbolic links are
 * followed; a folder that is reached again on the way down from itself is not entered twice. */
#include "input.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder on the way from an argument to here. */
typedef struct folder {
    const char *path;
    dev_t device;
    ino_t inode;
    const struct folder *parent;
} folder;

typedef struct file_walk {
    input_list *list;
    bool (*wanted)(void *user, const char *path);
    void *user;
    mill_error *error;
} file_walk;

static bool fail_to_read(file_walk *walk, const char *path, const char *remedy)
{
    return error_set(walk->error, ERROR_INPUT, "%s: cannot be read: %s; %s", path, strerror(errno),
                     remedy);
}

static bool fail_for_memory(file_walk *walk)
{
    return error_set(walk->error, ERROR_MEMORY, "out of memory for the list of input files");
}

/* ---- Files --------------------------------------------------------------------------------- */

/* The room doubles whenever the count reaches a power of two. */
static bool append_file(file_walk *walk, const char *path, input_file file)
{
    input_list *list = walk->list;
    if ((list->count & (list->count - 1)) == 0) {
        size_t room = list->count == 0 ? 1 : list->count * 2;
        input_file *files = reallocarray(list->files, room, sizeof *files);
        if (files == NULL) return fail_for_memory(walk);
        list->files = files;
    }
    file.path = strdup(path);
    if (file.path == NULL) return fail_for_memory(walk);
    list->files[list->count++] = file;
    return true;
}

static bool add_file(file_walk *walk, const char *path, const struct stat *status)
{
    input_file file = {.regular = S_ISREG(status->st_mode)};
    if (access(path, R_OK) != 0) return fail_to_read(walk, path, "check its permissions");
    file.size = file.regular ? (uint64_t)status->st_size : 0;
    file.modified_seconds = status->st_mtim.tv_sec;
    file.modified_nanoseconds = (uint32_t)status->st_mtim.tv_nsec;
    return append_file(walk, path, file);
}

/* Ends a walk, well or not. */
static bool end_walk(const file_walk *walk, bool found)
{
    input_list *list = walk->list;
    bool known = true;
    list->total_bytes = 0;
    for (size_t i = 0; i < list->count; i++) {
        known = known && list->files[i].regular;
        list->total_bytes += list->files[i].size;
    }
    if (!known) list->total_bytes = 0;
    if (!found) input_list_clear(list);
    return found;
}

/* ---- Folders ------------------------------------------------------------------------------- */

static bool visit_folder(file_walk *walk, const char *path, const struct stat *status,
                         const folder *parent);

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int compare_names(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

static bool is_on_the_way(const folder *way, const struct stat *status)
{
    for (; way != NULL; way = way->parent)
        if (way->device == status->st_dev && way->inode == status->st_ino) return true;
    return false;
}

static bool visit_found(file_walk *walk, const char *path, const folder *parent)
{
    struct stat status;
    bool there = stat(path, &status) == 0;
    if (there && S_ISDIR(status.st_mode)) return visit_folder(walk, path, &status, parent);
    /* A pipe or a socket that lies about in a folder would only make the run wait. */
    if (there && !S_ISREG(status.st_mode)) return true;
    if (walk->wanted != NULL && !walk->wanted(walk->user, path)) return true;
    if (there) return add_file(walk, path, &status);
    stat(path, &status); /* `wanted` may have changed errno */
    return fail_to_read(walk, path, "restore or remove it");
}

static bool visit_entry(file_walk *walk, const folder *parent, const char *name)
{
    char *path;
    size_t length = strlen(parent->path);
    bool has_slash = length > 0 && parent->path[length - 1] == '/';
    if (asprintf(&path, "%s%s%s", parent->path, has_slash ? "" : "/", name) < 0)
        return fail_for_memory(walk);
    bool fine = visit_found(walk, path, parent);
    free(path);
    return fine;
}

static bool visit_folder(file_walk *walk, const char *path, const struct stat *status,
                         const folder *parent)
{
    folder here = {path, status->st_dev, status->st_ino, parent};
    struct dirent **entries;
    if (is_on_the_way(parent, status)) return true;
    int count = scandir(path, &entries, is_visible, compare_names);
    if (count < 0) return fail_to_read(walk, path, "check its permissions");
    bool fine = true;
    for (int i = 0; i < count; i++) {
        fine = fine && visit_entry(walk, &here, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return fine;
}

/* ---- Arguments ----------------------------------------------------------------------------- */

static bool visit_argument(file_walk *walk, const char *path)
{
    struct stat status;
    size_t before = walk->list->count;
    if (strcmp(path, "-") == 0) return append_file(walk, path, (input_file){0});
    if (stat(path, &status) != 0) {
        if (errno != ENOENT) return fail_to_read(walk, path, "check the path");
        return error_set(walk->error, ERROR_INPUT, "%s: no such file or folder; check the path",
                         path);
    }
    if (!S_ISDIR(status.st_mode)) return add_file(walk, path, &status);
    if (!visit_folder(walk, path, &status, NULL)) return false;
    if (walk->list->count > before) return true;
    if (walk->wanted == NULL)
        return error_set(walk->error, ERROR_INPUT, "%s: holds no file; check the path", path);
    return error_set(walk->error, ERROR_INPUT,
                     "%s: holds no file that a reader knows; name a file or set [input] plugin",
                     path);
}

bool input_list_open(input_list *list, char *const *arguments, size_t count,
                     bool (*wanted)(void *user, const char *path), void *user, mill_error *error)
{
    file_walk walk = {list, wanted, user, error};
    bool found = true;
    *list = (input_list){0};
    for (size_t i = 0; i < count && found; i++) found = visit_argument(&walk, arguments[i]);
    return end_walk(&walk, found);
}

/* ---- Lists of names ------------------------------------------------------------------------ */

/* A list of names while it is read. */
typedef struct name_list {
    file_walk *walk;
    const char *name; /* for messages */
    bool standard;    /* it comes from standard input */
    size_t line;
    size_t length; /* of the line so far; one that is too long is refused, not held */
    char path[PATH_MAX + 2];
} name_list;

#define BYTE_ORDER_MARK "\xEF\xBB\xBF" /* some editors begin a file with it */

static bool refuse_line(const name_list *self, const char *what)
{
    return error_set(self->walk->error, ERROR_INPUT, "%s:%zu: %s", self->name, self->line, what);
}

/* Takes the line ending and what is no part of the path off; returns the path, maybe empty. */
static char *trim_line(name_list *self)
{
    char *path = self->path;
    size_t mark = strlen(BYTE_ORDER_MARK);
    if (self->length > 0 && path[self->length - 1] == '\r') self->length--;
    path[self->length] = '\0';
    if (self->line == 1 && strncmp(path, BYTE_ORDER_MARK, mark) == 0) path += mark;
    return path[strspn(path, " \t")] == '\0' ? path + strlen(path) : path;
}

static bool visit_line(name_list *self)
{
    mill_error *error = self->walk->error;
    self->line++;
    if (memchr(self->path, '\0', self->length) != NULL)
        return refuse_line(self, "holds a NUL byte; write one path a line");
    if (self->length > PATH_MAX)
        return refuse_line(self, "is too long for a path; write one path a line");
    const char *path = trim_line(self);
    self->length = 0;
    if (*path == '\0') return true;
    if (self->standard && strcmp(path, "-") == 0)
        return refuse_line(self, "standard input cannot be the list and an input; remove the line");
    if (visit_argument(self->walk, path)) return true;
    const mill_error what = *error;
    return error_set(error, what.code, "%s:%zu: %s", self->name, self->line, what.message);
}

static bool take_names(name_list *self, const char *data, size_t length)
{
    while (length > 0) {
        const char *stop = memchr(data, '\n', length);
        size_t taken = stop != NULL ? (size_t)(stop - data) : length;
        size_t room = sizeof self->path - 1 - self->length;
        size_t kept = taken < room ? taken : room;
        memcpy(self->path + self->length, data, kept);
        self->length += kept;
        bool too_long = self->length > PATH_MAX;
        if ((stop != NULL || too_long) && !visit_line(self)) return false;
        taken += stop != NULL;
        data += taken;
        length -= taken;
    }
    return true;
}

static bool read_names(name_list *self, const char *path)
{
    char data[1 << 14];
    int64_t got;
    bool fine;
    mill_error *error = self->walk->error;
    input_stream *stream = input_stream_open(path, error);
    if (stream == NULL) return false;
    do {
        got = input_stream_read(stream, data, sizeof data, error);
        fine = got >= 0 && take_names(self, data, (size_t)got);
    } while (fine && got > 0);
    input_stream_close(stream);
    return fine && (self->length == 0 || visit_line(self));
}

/* Looks at the list itself before it is read. */
static bool check_names(const name_list *self, const char *path)
{
    const input_list *list = self->walk->list;
    mill_error *error = self->walk->error;
    if (!self->standard && access(path, F_OK) != 0 && errno == ENOENT)
        return error_set(error, ERROR_INPUT, "%s: no such file; check the path", path);
    for (size_t i = 0; i < list->count && self->standard; i++)
        if (strcmp(list->files[i].path, "-") == 0)
            return error_set(error, ERROR_USAGE,
                             "standard input cannot be the list and an input; name a file");
    return true;
}

bool input_list_append(input_list *list, const char *names,
                       bool (*wanted)(void *user, const char *path), void *user, mill_error *error)
{
    file_walk walk = {list, wanted, user, error};
    size_t before = list->count;
    bool standard = strcmp(names, "-") == 0;
    name_list reading = {&walk, standard ? "standard input" : names, standard, 0, 0, ""};
    bool found = check_names(&reading, names) && read_names(&reading, names);
    if (found && list->count == before)
        found =
            error_set(error, ERROR_INPUT, "%s: names no file; write one path a line", reading.name);
    return end_walk(&walk, found);
}

void input_list_clear(input_list *list)
{
    for (size_t i = 0; i < list->count; i++) free(list->files[i].path);
    free(list->files);
    *list = (input_list){0};
}
