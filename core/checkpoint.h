/* checkpoint - how far a run has come, in a file that a killed run leaves beside its output; and
 * the done record, which a finished run leaves there.
 *
 * Both are lines of text: first the identity of the run (what must be the same for it to go on: the
 * pipeline with all options, the plug-ins, the input files), then what had been done. A line is a
 * key and what belongs to it.
 */
#ifndef CORE_CHECKPOINT_H
#define CORE_CHECKPOINT_H

#include "buffer.h"
#include "output_file.h"
#include "record_source.h"
#include "statistics.h"

typedef struct checkpoint {
    input_place place; /* behind the last article that is done with */
    written_file *outputs;
    size_t output_count;
    written_file letters;
    uint64_t *journals; /* bytes */
    size_t journal_count;
    statistics counts;
    uint64_t force; /* 1: the run may replace outputs that exist */
    bool finished;  /* everything is written; only renaming is left */
} checkpoint;

/* Makes the arrays. Owns: the caller clears it. Fails: false, out of memory. */
bool checkpoint_open(checkpoint *checkpoint, size_t outputs, size_t journals, size_t rows);

/* Writes the text of a checkpoint behind the identity. */
void checkpoint_write(const checkpoint *checkpoint, mill_text identity, buffer *out);

/* Reads a checkpoint or done record. The identity is compared line by line; the first difference is
 * named, with the `remedy`. NULL: any identity will do.
 * Returns 1; 0 if there is no such file; -1 with the reason: damaged, of another run. */
int checkpoint_read(checkpoint *checkpoint, const char *path, mill_text identity,
                    const char *remedy, mill_error *error);

void checkpoint_clear(checkpoint *checkpoint);

#endif
