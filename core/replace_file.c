/* The new text goes to PATH.new, which is renamed when it is whole. PATH.new is locked from before
 * its first byte until after the rename, so that two processes that replace one file take turns and
 * neither publishes what the other has only begun. The lock ends with its process: a PATH.new that
 * was left behind is simply begun anew. */
#include "replace_file.h"

#include "file.h"
#include "textmill/plugin.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- What there is ------------------------------------------------------------------------- */

/* Names of open descriptors. They may lead to a regular file, which then belongs to somebody who
 * writes to it: nothing to rename over. */
static bool is_descriptor(const char *path)
{
    static const char *const names[] = {"/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/"};
    if (strcmp(path, "-") == 0) return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(path, names[i], strlen(names[i])) == 0) return true;
    return false;
}

bool replace_file_is_possible(const char *path)
{
    struct stat status;
    return !is_descriptor(path) && (stat(path, &status) != 0 || S_ISREG(status.st_mode));
}

/* ---- In place ------------------------------------------------------------------------------ */

static bool write_in_place(const char *path, const char *data, size_t length, mill_error *error)
{
    bool standard = strcmp(path, "-") == 0;
    int descriptor = STDOUT_FILENO;
    while (!standard) {
        descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
        if (descriptor >= 0 || errno != EINTR) break;
    }
    int fault = descriptor < 0 ? errno : file_write_all(descriptor, data, length);
    if (descriptor >= 0 && !standard) close(descriptor);
    return fault == 0 || file_tell_write_fault(standard ? "standard output" : path, fault, error);
}

/* ---- By a new file ------------------------------------------------------------------------- */

/* Waits for the lock of a new file. Returns false if another process has meanwhile renamed what we
 * opened. A disk that knows no locks goes without. */
static bool lock_new(int descriptor, const char *name)
{
    struct stat opened, named;
    int locked;
    do locked = flock(descriptor, LOCK_EX);
    while (locked != 0 && errno == EINTR);
    if (fstat(descriptor, &opened) != 0 || lstat(name, &named) != 0) return false;
    return opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/* Returns the descriptor of the new file, locked. Fails: -1; errno says why. */
static int open_new(const char *name)
{
    for (;;) {
        int descriptor = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (descriptor >= 0 && lock_new(descriptor, name)) return descriptor;
        if (descriptor >= 0)
            close(descriptor);
        else if (errno != EINTR)
            return -1;
    }
}

/* Fills the new file and gives it its name. Fails: false with the reason. */
static bool publish_new(int descriptor, const char *name, const char *path, mill_text data,
                        replace_durability durability, mill_error *error)
{
    int fault = ftruncate(descriptor, 0) == 0 ? 0 : errno;
    if (fault == 0) fault = file_write_all(descriptor, data.data, data.length);
    if (fault == 0 && durability == REPLACE_FOR_GOOD && fsync(descriptor) != 0) fault = errno;
    if (fault != 0) return file_tell_write_fault(name, fault, error);
    if (rename(name, path) != 0)
        return error_set(error, ERROR_OUTPUT, "cannot rename %s to %s: %s; %s", name, path,
                         strerror(errno), file_remedy(errno));
    if (durability == REPLACE_FOR_GOOD) file_sync_folder(path);
    return true;
}

/* Writes PATH.new and renames it. */
static bool replace(const char *path, mill_text data, replace_durability durability,
                    mill_error *error)
{
    char name[PATH_MAX + 8];
    snprintf(name, sizeof name, "%.*s.new", PATH_MAX, path);
    int descriptor = open_new(name);
    if (descriptor < 0) return file_refuse_to_create(name, errno, error);
    bool done = publish_new(descriptor, name, path, data, durability, error);
    if (!done) unlink(name);
    close(descriptor); /* and with it the lock */
    return done;
}

bool replace_file(const char *path, const char *data, size_t length, replace_durability durability,
                  mill_error *error)
{
    char target[PATH_MAX];
    if (!replace_file_is_possible(path)) return write_in_place(path, data, length, error);
    /* A symbolic link stays; what it leads to is replaced. */
    bool is_there = realpath(path, target) != NULL;
    return replace(is_there ? target : path, (mill_text){data, length}, durability, error);
}
