/* A file that only grows; what a killed run wrote beyond its last checkpoint is cut off. */
#include "journal.h"

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *name_of(const journal *self)
{
    return self->path != NULL ? self->path : "the journal";
}

static bool fail_to_write(const journal *self, mill_error *error)
{
    return file_tell_write_fault(name_of(self), errno, error);
}

bool journal_open(journal *self, const char *path, uint64_t length, mill_error *error)
{
    struct stat status;
    *self = (journal){.path = path, .length = length};
    self->descriptor = path != NULL ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666)
                                    : memfd_create("textmill journal", MFD_CLOEXEC);
    if (self->descriptor < 0) return file_refuse_to_create(name_of(self), errno, error);
    if (fstat(self->descriptor, &status) == 0 && (uint64_t)status.st_size < length) {
        journal_close(self, false);
        return error_set(error, ERROR_INPUT,
                         "%s is shorter than its checkpoint says; start anew with --force", path);
    }
    if (ftruncate(self->descriptor, (off_t)length) == 0) return true;
    fail_to_write(self, error);
    journal_close(self, false);
    return false;
}

bool journal_append(journal *self, mill_text saved, mill_error *error)
{
    while (saved.length > 0) {
        ssize_t written = pwrite(self->descriptor, saved.data, saved.length, (off_t)self->length);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return fail_to_write(self, error);
        saved.data += written;
        saved.length -= (size_t)written;
        self->length += (uint64_t)written;
    }
    return true;
}

bool journal_sync(const journal *self, mill_error *error)
{
    if (self->path == NULL || fdatasync(self->descriptor) == 0) return true;
    return fail_to_write(self, error);
}

void journal_close(journal *self, bool remove)
{
    if (self->descriptor >= 0) close(self->descriptor);
    if (remove && self->path != NULL) unlink(self->path);
    *self = (journal){.descriptor = -1};
}
