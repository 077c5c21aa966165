/* Finding the files of a run. Names of one level are taken in the order of their bytes, whatever
 * the locale, so that the same folder gives the same stream everywhere. Symbolic links are
 * followed; a folder that is reached again on the way down from itself is not entered twice. */
#include "input.h"

#include <dirent.h>
#include <errno.h>
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
    bool size_unknown; /* something that is not a regular file was named */
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
static bool append_path(file_walk *walk, const char *path)
{
    input_list *list = walk->list;
    if ((list->count & (list->count - 1)) == 0) {
        size_t room = list->count == 0 ? 1 : list->count * 2;
        char **paths = reallocarray(list->paths, room, sizeof *paths);
        if (paths == NULL) return fail_for_memory(walk);
        list->paths = paths;
    }
    char *copy = strdup(path);
    if (copy == NULL) return fail_for_memory(walk);
    list->paths[list->count++] = copy;
    return true;
}

static bool add_file(file_walk *walk, const char *path, const struct stat *status)
{
    if (access(path, R_OK) != 0) return fail_to_read(walk, path, "check its permissions");
    if (S_ISREG(status->st_mode))
        walk->list->total_bytes += (uint64_t)status->st_size;
    else
        walk->size_unknown = true;
    return append_path(walk, path);
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
    if (strcmp(path, "-") == 0) {
        walk->size_unknown = true;
        return append_path(walk, path);
    }
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
    file_walk walk = {list, wanted, user, false, error};
    *list = (input_list){0};
    for (size_t i = 0; i < count; i++) {
        if (visit_argument(&walk, arguments[i])) continue;
        input_list_clear(list);
        return false;
    }
    if (walk.size_unknown) list->total_bytes = 0;
    return true;
}

void input_list_clear(input_list *list)
{
    for (size_t i = 0; i < list->count; i++) free(list->paths[i]);
    free(list->paths);
    *list = (input_list){0};
}
