/* Faults of writing are worded here, once, so that an output, a checkpoint and the numbers of a run
 * speak alike. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Faults -------------------------------------------------------------------------------- */

const char *file_remedy(int code)
{
    switch (code) {
    case ENOENT: return "make the folder first";
    case EACCES:
    case EPERM:
    case EROFS: return "choose a folder that you may write to";
    case ENOSPC:
    case EDQUOT: return "free some space and run again";
    case EFBIG: return "raise the limit (ulimit -f) and run again";
    case EIO: return "check the disk and run again";
    case EPIPE: return "the program that read it has ended";
    case ENOMEM: return "free some memory and run again";
    default: return "choose another name";
    }
}

bool file_refuse_to_create(const char *name, int code, mill_error *error)
{
    return error_set(error, ERROR_OUTPUT, "cannot create %s: %s; %s", name, strerror(code),
                     file_remedy(code));
}

bool file_tell_write_fault(const char *name, int code, mill_error *error)
{
    return error_set(error, code == EPIPE ? ERROR_BROKEN_PIPE : ERROR_OUTPUT,
                     "cannot write %s: %s; %s", name, strerror(code), file_remedy(code));
}

/* ---- Writing ------------------------------------------------------------------------------- */

/* Whoever gave us the descriptor may have made it non-blocking. */
static void wait_for_room(int descriptor)
{
    struct pollfd wait = {.fd = descriptor, .events = POLLOUT};
    poll(&wait, 1, -1);
}

int file_write_all(int descriptor, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t written = write(descriptor, data, length);
        if (written >= 0) {
            data += written;
            length -= (size_t)written;
        } else if (errno == EAGAIN) {
            wait_for_room(descriptor);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

char *file_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) return strdup(".");
    return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

void file_sync_folder(const char *path)
{
    char *folder = file_folder(path);
    int descriptor = folder != NULL ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (descriptor >= 0) {
        fsync(descriptor);
        close(descriptor);
    }
    free(folder);
}
