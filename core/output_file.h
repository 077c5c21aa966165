/* output_file - where committed bytes go: a file that appears under its name only when it is
 * complete, or standard output. Files called *.gz or *.zst are compressed.
 *
 * Bytes go to NAME.part, which is locked; finish renames it. Something that is not a regular file
 * (a pipe, /dev/null) is written in place.
 */
#ifndef CORE_OUTPUT_FILE_H
#define CORE_OUTPUT_FILE_H

#include "log.h"
#include <stdint.h>

typedef struct output_file output_file;

/* Looks whether an output can be made, and makes nothing: a folder of that name, a file that exists
 * without `force`, a folder that is missing or not writable. Fails: false with the reason. */
bool output_file_check(const char *path, bool force, mill_error *error);

/* Opens an output; `path` "-" is standard output. A file that exists is refused without `force`.
 * Fails: NULL with the reason (exists, no such folder, no permission, another run writes it). */
output_file *output_file_open(const char *path, bool force, mill_error *error);

/* Writes all bytes. Fails: false with the reason; a reader that went away is ERROR_BROKEN_PIPE. */
bool output_file_write(output_file *file, const char *data, size_t length, mill_error *error);

/* Makes everything written so far readable for others: ends the compressed frame. */
bool output_file_flush(output_file *file, mill_error *error);

/* Flushes, syncs to disk, renames to the final name and releases, in every case. Fails: false with
 * the reason; the .part file is kept. */
bool output_file_finish(output_file *file, mill_error *error);

/* Flushes and releases, but leaves the .part file under that name: an interrupted run. */
bool output_file_abandon(output_file *file, mill_error *error);

/* The name that is being written to: NAME.part, or the path itself. */
const char *output_file_name(const output_file *file);

/* Bytes taken so far, before compression. */
uint64_t output_file_bytes(const output_file *file);

#endif
