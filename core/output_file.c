/* A file is written under the name NAME.part and renamed when it is complete and on the disk. The
 * lock on the .part file keeps two runs from writing one output. Nothing is held back between calls
 * except by the compressor; after the first failed write the file takes no more and is never
 * renamed, so that a file with a hole cannot look complete. */
#include "output_file.h"

#include "compression.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SENT_AT_ONCE ((uint64_t)8 << 20)

struct output_file {
    int descriptor;
    bool standard;
    bool in_place; /* written under its own name */
    bool force;
    char *path;
    char *name;             /* NAME.part, or as the path */
    compressor *compressor; /* NULL: plain */
    bool in_frame;          /* the compressor's frame has begun and not ended */
    bool has_frame;         /* there is a frame that has ended */
    bool published;         /* it has its final name: a killed run came that far */
    uint64_t bytes;
    uint64_t stored; /* bytes on the disk, or on their way */
    uint64_t sent;   /* of these, sent on their way by us */
    digest *sum;     /* of these; NULL: written in place */
    int fault;       /* the errno of the write that failed, or 0 */
};

/* ---- Messages ------------------------------------------------------------------------------ */

static bool refuse_existing(const char *path, mill_error *error)
{
    return error_set(error, ERROR_OUTPUT,
                     "%s exists; add --force to replace it or choose another name", path);
}

/* Words the fault that the file has. */
static bool tell_fault(const output_file *file, mill_error *error)
{
    return file_tell_write_fault(file->standard ? "standard output" : file->name, file->fault,
                                 error);
}

/* ---- Checks before anything is made -------------------------------------------------------- */

static bool check_folder(const char *path, mill_error *error)
{
    char *folder = file_folder(path), *name;
    bool fine = folder != NULL && access(folder, W_OK | X_OK) == 0;
    int code = errno;
    free(folder);
    if (fine) return true;
    if (asprintf(&name, "%s.part", path) < 0)
        return error_set(error, ERROR_MEMORY, "%s: out of memory", path);
    file_refuse_to_create(name, code, error);
    free(name);
    return false;
}

/* Tells whether another run holds NAME.part. */
static bool is_being_written(const char *path)
{
    char part[PATH_MAX + 8];
    snprintf(part, sizeof part, "%s.part", path);
    int descriptor = open(part, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) return false;
    bool held = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(descriptor);
    return held;
}

static bool refuse_locked(const char *path, mill_error *error)
{
    return error_set(error, ERROR_OUTPUT,
                     "another run is writing %s.part; wait for it or choose another name", path);
}

bool output_file_check(const char *path, bool force, mill_error *error)
{
    struct stat status;
    if (strcmp(path, "-") == 0) return true;
    if (is_being_written(path)) return refuse_locked(path, error);
    if (stat(path, &status) != 0) return check_folder(path, error);
    if (S_ISDIR(status.st_mode))
        return error_set(error, ERROR_OUTPUT, "%s is a folder; name a file in it", path);
    if (!S_ISREG(status.st_mode)) return true;
    if (!force) return refuse_existing(path, error);
    return check_folder(path, error);
}

/* ---- Open ---------------------------------------------------------------------------------- */

/* Locks the .part file. Returns 1 if it is ours, 0 if another run has just renamed or removed what
 * we opened, -1 if another run is writing it. A disk that knows no locks goes without. */
static int try_lock(const output_file *file)
{
    struct stat opened, named;
    if (flock(file->descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return -1;
    if (fstat(file->descriptor, &opened) != 0 || lstat(file->name, &named) != 0) return 0;
    return opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/* Opens NAME.part and makes it ours. */
static bool lock_part(output_file *file, mill_error *error)
{
    int locked = 0;
    while (locked == 0) {
        if (file->descriptor >= 0) close(file->descriptor);
        file->descriptor = open(file->name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (file->descriptor < 0) return file_refuse_to_create(file->name, errno, error);
        locked = try_lock(file);
    }
    return locked > 0 || refuse_locked(file->path, error);
}

/* Cuts NAME.part; what stays counts as written. */
static bool cut_part(output_file *file, uint64_t length, mill_error *error)
{
    if (!digest_read(file->sum, file->descriptor, length, file->name, error)) return false;
    if (ftruncate(file->descriptor, (off_t)length) != 0 ||
        lseek(file->descriptor, (off_t)length, SEEK_SET) < 0)
        return file_refuse_to_create(file->name, errno, error);
    file->stored = length;
    file->sent = length;
    file->has_frame = length > 0;
    return true;
}

static bool open_in_place(output_file *file, mill_error *error)
{
    do file->descriptor = open(file->path, O_WRONLY | O_CLOEXEC);
    while (file->descriptor < 0 && errno == EINTR);
    if (file->descriptor >= 0) return true;
    file->fault = errno;
    return tell_fault(file, error);
}

static bool open_descriptor(output_file *file, mill_error *error)
{
    if (file->standard) {
        file->descriptor = STDOUT_FILENO;
        return true;
    }
    if (file->in_place) return open_in_place(file, error);
    return lock_part(file, error) && cut_part(file, 0, error);
}

static void release(output_file *file)
{
    if (file == NULL) return;
    if (file->descriptor >= 0 && !file->standard) close(file->descriptor);
    compressor_destroy(file->compressor);
    digest_destroy(file->sum);
    free(file->name);
    free(file->path);
    free(file);
}

/* Fills in the names and the compressor. Fails: false, out of memory. */
static bool prepare(output_file *file, const char *path)
{
    compression format = compression_by_name(path);
    file->descriptor = -1;
    file->standard = strcmp(path, "-") == 0;
    file->in_place = !output_file_is_regular(path);
    if (!file->in_place) file->sum = digest_create();
    file->path = strdup(path);
    if (asprintf(&file->name, "%s%s", path, file->in_place ? "" : ".part") < 0) file->name = NULL;
    if (format != COMPRESSION_NONE) file->compressor = compressor_create(format);
    return file->path != NULL && file->name != NULL && (file->in_place || file->sum != NULL) &&
           (format == COMPRESSION_NONE || file->compressor != NULL);
}

/* Makes an output that is not open yet. Fails: NULL, out of memory. */
static output_file *create(const char *path, bool force, mill_error *error)
{
    output_file *file = calloc(1, sizeof *file);
    if (file != NULL && prepare(file, path)) {
        file->force = force;
        return file;
    }
    release(file);
    error_set(error, ERROR_MEMORY, "%s: out of memory", path);
    return NULL;
}

output_file *output_file_open(const char *path, bool force, mill_error *error)
{
    if (!output_file_check(path, force, error)) return NULL;
    output_file *file = create(path, force, error);
    if (file == NULL || open_descriptor(file, error)) return file;
    release(file);
    return NULL;
}

/* ---- Resume -------------------------------------------------------------------------------- */

static bool has_digest(const output_file *file, const written_file *written)
{
    char sum[DIGEST_TEXT];
    digest_text(file->sum, sum);
    return strcmp(sum, written->digest) == 0;
}

/* Tells whether the file that has the final name is the complete one. */
static bool is_published(output_file *file, const written_file *written)
{
    struct stat status;
    mill_error ignored;
    char sum[DIGEST_TEXT];
    if (access(file->name, F_OK) == 0 || stat(file->path, &status) != 0) return false;
    return (uint64_t)status.st_size == written->bytes && written->digest[0] != '\0' &&
           digest_file(file->path, sum, &ignored) && strcmp(sum, written->digest) == 0;
}

static bool open_again(output_file *file, const written_file *written, mill_error *error)
{
    file->published = is_published(file, written);
    if (file->published) return true;
    if (!lock_part(file, error)) return false;
    if (!cut_part(file, written->bytes, error)) return false;
    return written->bytes == 0 || has_digest(file, written) ||
           error_set(error, ERROR_INPUT,
                     "%s is not what was written: its first %llu bytes have another digest; start "
                     "anew with --force",
                     file->name, (unsigned long long)written->bytes);
}

output_file *output_file_resume(const char *path, bool force, const written_file *written,
                                mill_error *error)
{
    output_file *file = create(path, force, error);
    if (file == NULL || open_again(file, written, error)) return file;
    release(file);
    return NULL;
}

/* ---- Write --------------------------------------------------------------------------------- */

/* Lets the disk begin now with what a commit would else have to wait for. */
static void send_to_disk(output_file *file)
{
    if (file->stored - file->sent < SENT_AT_ONCE) return;
    sync_file_range(file->descriptor, (off_t)file->sent, (off_t)(file->stored - file->sent),
                    SYNC_FILE_RANGE_WRITE);
    file->sent = file->stored;
}

static bool write_all(output_file *file, mill_text data, mill_error *error)
{
    file->fault = file_write_all(file->descriptor, data.data, data.length);
    if (file->fault != 0) return tell_fault(file, error);
    if (file->sum != NULL) digest_update(file->sum, data);
    file->stored += data.length;
    if (!file->in_place) send_to_disk(file);
    return true;
}

/* Compresses and writes; with `end`, ends the frame. */
static bool write_compressed(output_file *file, mill_text data, bool end, mill_error *error)
{
    bool done = false;
    mill_text piece;
    while (!done) {
        if (!compressor_run(file->compressor, &data, end, &piece, &done)) {
            file->fault = ENOMEM;
            return tell_fault(file, error);
        }
        if (!write_all(file, piece, error)) return false;
    }
    file->in_frame = !end;
    file->has_frame = file->has_frame || end;
    return true;
}

bool output_file_write(output_file *file, const char *data, size_t length, mill_error *error)
{
    mill_text text = {data, length};
    if (file->fault != 0) return tell_fault(file, error);
    if (length == 0) return true;
    if (file->compressor != NULL ? !write_compressed(file, text, false, error)
                                 : !write_all(file, text, error))
        return false;
    file->bytes += length;
    return true;
}

bool output_file_flush(output_file *file, mill_error *error)
{
    if (file->fault != 0) return tell_fault(file, error);
    if (!file->in_frame) return true;
    return write_compressed(file, (mill_text){"", 0}, true, error);
}

/* ---- Close --------------------------------------------------------------------------------- */

/* Sees to it that what was written is whole and survives a power cut. With nothing to come, a
 * compressed file has at least one frame. */
bool output_file_sync(output_file *file, bool complete, mill_error *error)
{
    bool needs_frame = complete && file->compressor != NULL && !file->has_frame;
    if (file->published) return true;
    if (file->fault != 0) return tell_fault(file, error);
    if ((needs_frame || file->in_frame) && !write_compressed(file, (mill_text){"", 0}, true, error))
        return false;
    if (file->in_place || fsync(file->descriptor) == 0) return true;
    file->fault = errno;
    return tell_fault(file, error);
}

void output_file_measure(const output_file *file, written_file *written)
{
    if (file->published) return;
    *written = (written_file){.bytes = file->stored};
    if (file->sum != NULL) digest_text(file->sum, written->digest);
}

/* Renames, but never over a file that appeared during the run. */
static int rename_part(const output_file *file)
{
    if (file->force) return rename(file->name, file->path);
    if (renameat2(AT_FDCWD, file->name, AT_FDCWD, file->path, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return -1;
    /* This disk cannot look and rename in one step. */
    if (access(file->path, F_OK) != 0) return rename(file->name, file->path);
    errno = EEXIST;
    return -1;
}

static bool publish(const output_file *file, mill_error *error)
{
    if (file->in_place || file->published) return true;
    if (rename_part(file) != 0)
        return error_set(error, ERROR_OUTPUT,
                         "cannot rename %s to %s: %s; it is complete, rename it by hand",
                         file->name, file->path, strerror(errno));
    file_sync_folder(file->path);
    return true;
}

bool output_file_finish(output_file *file, mill_error *error)
{
    bool fine = output_file_sync(file, true, error) && publish(file, error);
    release(file);
    return fine;
}

bool output_file_abandon(output_file *file, mill_error *error)
{
    bool fine = output_file_sync(file, false, error);
    release(file);
    return fine;
}

/* ---- Look ---------------------------------------------------------------------------------- */

bool output_file_is_regular(const char *path)
{
    struct stat status;
    return strcmp(path, "-") != 0 && (stat(path, &status) != 0 || S_ISREG(status.st_mode));
}

const char *output_file_name(const output_file *file)
{
    return file->name;
}

uint64_t output_file_bytes(const output_file *file)
{
    return file->bytes;
}
