/* input - the files of a run as one sequence of byte streams.
 *
 * Files and folders (walked depth first, sorted by name, hidden files left out), `-` for standard
 * input. Streams that are called *.gz or *.zst are decompressed. Knows nothing of records.
 */
#ifndef CORE_INPUT_H
#define CORE_INPUT_H

#include "log.h"
#include <stdint.h>

/* A file as it was when it was found. A checkpoint holds only for files that are still so. */
typedef struct input_file {
    char *path;                    /* "-": standard input */
    uint64_t size;                 /* as stored; of a regular file, else 0 */
    int64_t modified_seconds;      /* since 1970 */
    uint32_t modified_nanoseconds; /* and these, below a second */
    bool regular;
} input_file;

typedef struct input_list {
    input_file *files;
    size_t count;
    uint64_t total_bytes; /* as stored; 0 if one of them is not a regular file */
} input_list;

/* Finds all files below the arguments. A file that is named is always taken; in a folder, those
 * for which `wanted` returns true (NULL: all).
 * Fails: false with the reason (not there, not readable, a folder without a wanted file); the list
 * is empty then. */
bool input_list_open(input_list *list, char *const *arguments, size_t count,
                     bool (*wanted)(void *user, const char *path), void *user, mill_error *error);

/* Appends what a file names (`-`: what standard input does), one path a line, as if each line were
 * an argument. Blank lines are passed by; lines may end in CR LF.
 * Fails: as input_list_open; the reason names the line. */
bool input_list_append(input_list *list, const char *names,
                       bool (*wanted)(void *user, const char *path), void *user, mill_error *error);

void input_list_clear(input_list *list);

typedef struct input_stream input_stream;

/* Opens one file of the list. Fails: NULL with the reason. */
input_stream *input_stream_open(const char *path, mill_error *error);

/* Reads up to `size` bytes, decompressed; returns how many, 0 at the end. Interrupted and short
 * reads are repeated only until something came: what has arrived is handed on at once.
 * Fails: -1 with the reason: a read error, a damaged or truncated .gz or .zst. */
int64_t input_stream_read(input_stream *stream, char *data, size_t size, mill_error *error);

/* Goes to a byte of the stream, counted decompressed. A compressed file is read up to there, from
 * its start if that lies behind; a pipe can only stay where it is.
 * Fails: false with the reason (the file is shorter now, or a pipe); the stream is to be closed. */
bool input_stream_seek(input_stream *stream, uint64_t offset, mill_error *error);

/* Tells whether a read would have to wait for somebody (a slow pipe, a terminal). */
bool input_stream_would_block(const input_stream *stream);

/* Returns the file descriptor, for waiting on it. */
int input_stream_descriptor(const input_stream *stream);

/* Returns how many stored bytes have been read or passed by: where it stands in the file. */
uint64_t input_stream_position(const input_stream *stream);

void input_stream_close(input_stream *stream);

/* Looks at the first bytes of a file, decompressed: `size` of them, or all there are. Returns how
 * many. Fails: -1 with the reason. */
int64_t input_peek(const char *path, char *data, size_t size, mill_error *error);

#endif
