/* run_files - what a run writes: the outputs, the dead letters, the journals, the checkpoint, the
 * done record, the statistics.
 *
 * All of them are looked at before the first is made: a run that could not finish one of them, or
 * would write over what it reads, leaves everything as it was. A run can be resumed if what it
 * reads and writes are regular files: then it keeps a checkpoint beside the first output.
 */
#ifndef CORE_RUN_FILES_H
#define CORE_RUN_FILES_H

#include "checkpoint.h"
#include "run_request.h"
#include "dead_letters.h"
#include "input.h"
#include "journal.h"

#include <limits.h>

#define RUN_PATH_MAX (PATH_MAX + 32)

typedef struct run_files {
    const pipeline *chain;
    const run_request *request;
    bool force;
    bool has_checkpoint;   /* the run can be resumed */
    bool has_record;       /* all outputs are files: there will be a done record */
    output_file **outputs; /* one for each output of the chain */
    dead_letters *letters;
    journal *journals; /* one for each segment of the chain; open for the ordered ones */
    buffer identity;
    char letters_path[PATH_MAX];
    char checkpoint_path[RUN_PATH_MAX];
    char record_path[RUN_PATH_MAX];
    char (*journal_paths)[RUN_PATH_MAX];
} run_files;

typedef enum run_start {
    RUN_FAILED,  /* with the reason; the caller closes */
    RUN_FRESH,   /* from the beginning */
    RUN_RESUMED, /* from `state` on */
    RUN_COMPLETE /* a run before has done it all; nothing is open */
} run_start;

/* Checks everything, then opens it: as new, or as a killed run has left it. `inputs` must not be
 * written to. `state` has its arrays made, and is filled if there is something to resume. */
run_start run_files_open(run_files *files, const pipeline *chain, const run_request *request,
                         const input_list *inputs, checkpoint *state, mill_error *error);

/* Ends the frames of what is compressed. Fails: false with the reason. */
bool run_files_flush(run_files *files, mill_error *error);

/* Notes in `state` what has been written so far. */
void run_files_measure(const run_files *files, checkpoint *state);

/* Makes what is written survive a power cut, then writes `state` as the checkpoint: how far the run
 * had come, at some time since the last one. Fails: false with the reason. */
bool run_files_checkpoint(run_files *files, const checkpoint *state, mill_error *error);

/* Closes what has been opened: under the final names if the run is complete, else under NAME.part,
 * with `state` as the checkpoint. What there is then, and under which names, goes into
 * `result`. Fails: false with the reason. */
bool run_files_close(run_files *files, bool complete, checkpoint *state, run_result *result,
                     mill_error *error);

#endif
