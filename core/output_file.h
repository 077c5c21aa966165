/* output_file - where committed bytes go: a file that appears under its name only when it is
 * complete, or standard output. Files called *.gz or *.zst are compressed.
 *
 * Bytes go to NAME.part, which is locked; finish renames it. Something that is not a regular file
 * (a pipe, /dev/null) is written in place.
 */
#ifndef CORE_OUTPUT_FILE_H
#define CORE_OUTPUT_FILE_H

#include "digest.h"
#include <stdint.h>

typedef struct output_file output_file;

/* A file as far as it is on the disk. */
typedef struct written_file {
    uint64_t bytes;           /* as stored */
    char digest[DIGEST_TEXT]; /* of these; "" for what is no regular file */
} written_file;

/* Looks whether an output can be made, and makes nothing: a folder of that name, a file that exists
 * without `force`, a folder that is missing or not writable. Fails: false with the reason. */
bool output_file_check(const char *path, bool force, mill_error *error);

/* Opens an output; `path` "-" is standard output. A file that exists is refused without `force`.
 * Fails: NULL with the reason (exists, no such folder, no permission, another run writes it). */
output_file *output_file_open(const char *path, bool force, mill_error *error);

/* Opens an output that a killed run has left: NAME.part is cut to what `written` says, or NAME is
 * there already, complete. `force` is that of the first run. Fails: NULL with the reason (another
 * run writes it, it is not what was written). */
output_file *output_file_resume(const char *path, bool force, const written_file *written,
                                mill_error *error);

/* Writes all bytes. Fails: false with the reason; a reader that went away is ERROR_BROKEN_PIPE. */
bool output_file_write(output_file *file, const char *data, size_t length, mill_error *error);

/* Ends the compressed frame: everything written so far can be read. */
bool output_file_flush(output_file *file, mill_error *error);

/* Tells what has been written so far. */
void output_file_measure(const output_file *file, written_file *written);

/* Flushes, and sees to it that everything survives a power cut. `complete`: nothing more will come.
 * Fails: false with the reason. */
bool output_file_sync(output_file *file, bool complete, mill_error *error);

/* Flushes, syncs to disk, renames to the final name and releases, in every case. Fails: false with
 * the reason; the .part file is kept. */
bool output_file_finish(output_file *file, mill_error *error);

/* Flushes and releases, but leaves the .part file under that name: an interrupted run. */
bool output_file_abandon(output_file *file, mill_error *error);

/* The name that is being written to: NAME.part, or the path itself. */
const char *output_file_name(const output_file *file);

/* Tells whether a path is one that a regular file is made of: no device, pipe or standard output.
 */
bool output_file_is_regular(const char *path);

/* Bytes taken so far, before compression. */
uint64_t output_file_bytes(const output_file *file);

#endif
