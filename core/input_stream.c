/* Reading one file or standard input. A plain file is read straight into the caller's memory; a
 * compressed one goes through `stored`, and no more of it is read while that holds something. */
#include "input.h"

#include "compression.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STORED_ROOM = 1 << 17 };

struct input_stream {
    int descriptor;
    compression format;
    bool standard; /* what was read of it before is not known, so it cannot be sought */
    bool regular;
    bool at_end;
    uint64_t position;          /* in the file, as stored */
    uint64_t passed;            /* bytes handed out or passed by, decompressed */
    decompressor *decompressor; /* NULL: plain */
    mill_text stored;           /* compressed bytes still to be used */
    char *stored_room;          /* where they are */
    bool pending;               /* the decompressor filled its room and may hold more */
    char name[];                /* for messages */
};

/* ---- Open and close ------------------------------------------------------------------------ */

static int open_file(const char *path, mill_error *error)
{
    int descriptor;
    do descriptor = open(path, O_RDONLY | O_CLOEXEC);
    while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0 && errno == ENOENT)
        error_set(error, ERROR_INPUT,
                  "%s: has vanished since the run began; restore it and run "
                  "again",
                  path);
    else if (descriptor < 0)
        error_set(error, ERROR_INPUT, "%s: cannot be read: %s; check its permissions", path,
                  strerror(errno));
    return descriptor;
}

/* Also to begin again. */
static bool prepare_decompressor(input_stream *stream, mill_error *error)
{
    decompressor_destroy(stream->decompressor);
    stream->decompressor = decompressor_create(stream->format, stream->name);
    if (stream->stored_room == NULL) stream->stored_room = malloc(STORED_ROOM);
    if (stream->decompressor != NULL && stream->stored_room != NULL) return true;
    return error_set(error, ERROR_MEMORY, "%s: out of memory", stream->name);
}

input_stream *input_stream_open(const char *path, mill_error *error)
{
    bool standard = strcmp(path, "-") == 0;
    const char *name = standard ? "standard input" : path;
    int descriptor = standard ? STDIN_FILENO : open_file(path, error);
    if (descriptor < 0) return NULL;
    struct stat status;
    size_t name_size = strlen(name) + 1;
    input_stream *stream = calloc(1, sizeof *stream + name_size);
    if (stream == NULL) {
        if (!standard) close(descriptor);
        error_set(error, ERROR_MEMORY, "%s: out of memory", name);
        return NULL;
    }
    memcpy(stream->name, name, name_size);
    stream->descriptor = descriptor;
    stream->standard = standard;
    stream->format = standard ? COMPRESSION_NONE : compression_by_name(path);
    stream->regular = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    if (stream->regular) posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
    if (stream->format == COMPRESSION_NONE || prepare_decompressor(stream, error)) return stream;
    input_stream_close(stream);
    return NULL;
}

void input_stream_close(input_stream *stream)
{
    if (stream == NULL) return;
    if (stream->descriptor != STDIN_FILENO) close(stream->descriptor);
    decompressor_destroy(stream->decompressor);
    free(stream->stored_room);
    free(stream);
}

/* ---- Reading ------------------------------------------------------------------------------- */

/* Whoever gave us the descriptor may have made it non-blocking. */
static void wait_for_bytes(int descriptor)
{
    struct pollfd wait = {.fd = descriptor, .events = POLLIN};
    poll(&wait, 1, -1);
}

/* Reads stored bytes; as input_stream_read. */
static int64_t read_stored(input_stream *stream, char *data, size_t size, mill_error *error)
{
    ssize_t got;
    if (stream->at_end) return 0;
    do {
        got = read(stream->descriptor, data, size);
        if (got < 0 && errno == EAGAIN) wait_for_bytes(stream->descriptor);
    } while (got < 0 && (errno == EINTR || errno == EAGAIN));
    if (got < 0) {
        error_set(error, ERROR_INPUT,
                  "%s: cannot be read at byte %" PRIu64 ": %s; check the file and its disk",
                  stream->name, stream->position, strerror(errno));
        return -1;
    }
    stream->at_end = got == 0;
    stream->position += (uint64_t)got;
    return got;
}

static int64_t read_compressed(input_stream *stream, char *data, size_t size, mill_error *error)
{
    for (;;) {
        size_t produced;
        if (stream->stored.length == 0 && !stream->pending) {
            int64_t got = read_stored(stream, stream->stored_room, STORED_ROOM, error);
            if (got < 0) return -1;
            if (got == 0) return decompressor_end(stream->decompressor, error) ? 0 : -1;
            stream->stored = (mill_text){stream->stored_room, (size_t)got};
        }
        if (!decompressor_run(stream->decompressor, &stream->stored, data, size, &produced, error))
            return -1;
        stream->pending = produced == size;
        if (produced > 0) return (int64_t)produced;
    }
}

int64_t input_stream_read(input_stream *stream, char *data, size_t size, mill_error *error)
{
    assert(size > 0);
    int64_t got = stream->decompressor != NULL ? read_compressed(stream, data, size, error)
                                               : read_stored(stream, data, size, error);
    if (got > 0) stream->passed += (uint64_t)got;
    return got;
}

/* ---- Seeking ------------------------------------------------------------------------------- */

static bool refuse_change(const input_stream *stream, uint64_t length, uint64_t offset,
                          mill_error *error)
{
    return error_set(error, ERROR_INPUT,
                     "%s: has only %" PRIu64 " bytes now, it had at least %" PRIu64
                     ": it has changed since the run began; restore it or begin the run again",
                     stream->name, length, offset);
}

static bool go_to_stored(input_stream *stream, uint64_t offset, mill_error *error)
{
    if (lseek(stream->descriptor, (off_t)offset, SEEK_SET) < 0)
        return error_set(error, ERROR_INPUT,
                         "%s: cannot be read from byte %" PRIu64 " on: %s; check the file",
                         stream->name, offset, strerror(errno));
    stream->position = offset;
    stream->passed = offset;
    stream->at_end = false;
    return true;
}

static bool seek_plain(input_stream *stream, uint64_t offset, mill_error *error)
{
    struct stat status;
    uint64_t length = fstat(stream->descriptor, &status) == 0 ? (uint64_t)status.st_size : 0;
    if (length < offset) return refuse_change(stream, length, offset, error);
    return go_to_stored(stream, offset, error);
}

static bool begin_again(input_stream *stream, mill_error *error)
{
    stream->stored = (mill_text){NULL, 0};
    stream->pending = false;
    return go_to_stored(stream, 0, error) && prepare_decompressor(stream, error);
}

static bool pass_by(input_stream *stream, uint64_t offset, mill_error *error)
{
    enum { ROOM = 1 << 18 };
    char *room = malloc(ROOM);
    int64_t got = 1;
    if (room == NULL) return error_set(error, ERROR_MEMORY, "%s: out of memory", stream->name);
    while (got > 0 && stream->passed < offset) {
        uint64_t left = offset - stream->passed;
        got = input_stream_read(stream, room, left < ROOM ? (size_t)left : ROOM, error);
    }
    free(room);
    return got == 0 ? refuse_change(stream, stream->passed, offset, error) : got > 0;
}

bool input_stream_seek(input_stream *stream, uint64_t offset, mill_error *error)
{
    if (offset == stream->passed) return true;
    if (!stream->regular || stream->standard)
        return error_set(error, ERROR_INPUT,
                         "%s: only a file can be read from byte %" PRIu64
                         " on; write it to a file and name that",
                         stream->name, offset);
    if (stream->decompressor == NULL) return seek_plain(stream, offset, error);
    if (offset < stream->passed && !begin_again(stream, error)) return false;
    return pass_by(stream, offset, error);
}

/* ---- Looking ------------------------------------------------------------------------------- */

bool input_stream_would_block(const input_stream *stream)
{
    if (stream->regular || stream->at_end || stream->pending || stream->stored.length > 0)
        return false;
    struct pollfd look = {.fd = stream->descriptor, .events = POLLIN};
    return poll(&look, 1, 0) == 0;
}

uint64_t input_stream_position(const input_stream *stream)
{
    return stream->position;
}

int input_stream_descriptor(const input_stream *stream)
{
    return stream->descriptor;
}

int64_t input_peek(const char *path, char *data, size_t size, mill_error *error)
{
    size_t held = 0;
    int64_t got = 1;
    input_stream *stream = input_stream_open(path, error);
    if (stream == NULL) return -1;
    while (got > 0 && held < size) {
        got = input_stream_read(stream, data + held, size - held, error);
        if (got > 0) held += (size_t)got;
    }
    input_stream_close(stream);
    return got < 0 ? -1 : (int64_t)held;
}
