/* file - what everybody shares who writes files: how a fault is worded (what the system says, then
 * the remedy), writing all of a text, and making a name survive a power cut. */
#ifndef CORE_FILE_H
#define CORE_FILE_H

#include "log.h"

/* ---- Faults -------------------------------------------------------------------------------- */

/* Names what helps against a fault; `code` is an errno. */
const char *file_remedy(int code);

/* Fills `error` and returns false: "cannot create NAME: ...". */
bool file_refuse_to_create(const char *name, int code, mill_error *error);

/* Fills `error` and returns false: "cannot write NAME: ...". A reader that went away is
 * ERROR_BROKEN_PIPE. */
bool file_tell_write_fault(const char *name, int code, mill_error *error);

/* ---- Writing ------------------------------------------------------------------------------- */

/* Writes all bytes; a descriptor that somebody made non-blocking is waited for.
 * Fails: returns the errno, else 0. */
int file_write_all(int descriptor, const char *data, size_t length);

/* Names the folder that a path is in. Owns: the caller frees it. Fails: NULL, out of memory. */
char *file_folder(const char *path);

/* Makes the names in a path's folder survive a power cut. Some disks cannot; a file's contents are
 * safe then too. */
void file_sync_folder(const char *path);

#endif
