/* replace_file - a small file that is written anew again and again and is whole at every instant:
 * a checkpoint, the numbers of a run. Large files that grow are an output_file. */
#ifndef CORE_REPLACE_FILE_H
#define CORE_REPLACE_FILE_H

#include "log.h"

typedef enum replace_durability {
    REPLACE_FOR_READERS, /* whoever reads it finds the old text or the new one, never a part */
    REPLACE_FOR_GOOD     /* and so it is after a power cut too; costs two waits for the disk */
} replace_durability;

/* Tells whether a path can be replaced: a regular file, or nothing yet. Everything else (standard
 * output, a pipe, /dev/null) takes what is written as it comes: something to do once, at the end.
 */
bool replace_file_is_possible(const char *path);

/* Gives the file these contents, by way of PATH.new. What cannot be replaced is written to, at its
 * end; "-" is standard output.
 * Fails: false with the reason; the old contents are still there. */
bool replace_file(const char *path, const char *data, size_t length, replace_durability durability,
                  mill_error *error);

#endif
