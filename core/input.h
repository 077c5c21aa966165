/* input - the files of a run as one sequence of byte streams.
 *
 * Files and folders (walked depth first, sorted by name, hidden files left out), `-` for standard
 * input. Streams that are called *.gz or *.zst are decompressed. Knows nothing of records.
 */
#ifndef CORE_INPUT_H
#define CORE_INPUT_H

#include "log.h"
#include <stdint.h>

typedef struct input_list {
    char **paths; /* files, and "-" */
    size_t count;
    uint64_t total_bytes; /* as stored; 0 if one of them is not a regular file */
} input_list;

/* Finds all files below the arguments. A file that is named is always taken; in a folder, those
 * for which `wanted` returns true (NULL: all).
 * Fails: false with the reason (not there, not readable, a folder without a wanted file). */
bool input_list_open(input_list *list, char *const *arguments, size_t count,
                     bool (*wanted)(void *user, const char *path), void *user, mill_error *error);

void input_list_clear(input_list *list);

typedef struct input_stream input_stream;

/* Opens one file of the list. Fails: NULL with the reason. */
input_stream *input_stream_open(const char *path, mill_error *error);

/* Reads up to `size` bytes, decompressed; returns how many, 0 at the end. Interrupted and short
 * reads are repeated only until something came: what has arrived is handed on at once.
 * Fails: -1 with the reason: a read error, a damaged or truncated .gz or .zst. */
int64_t input_stream_read(input_stream *stream, char *data, size_t size, mill_error *error);

/* Tells whether a read would have to wait for somebody (a slow pipe, a terminal). */
bool input_stream_would_block(const input_stream *stream);

/* Returns the file descriptor, for waiting on it. */
int input_stream_descriptor(const input_stream *stream);

/* Returns how many stored bytes have been read. */
uint64_t input_stream_position(const input_stream *stream);

void input_stream_close(input_stream *stream);

#endif
