/* run_files - what a run writes: the outputs, the dead letters, the statistics.
 *
 * All of them are looked at before the first is made: a run that could not finish one of them, or
 * would write over what it reads, leaves everything as it was.
 */
#ifndef CORE_RUN_FILES_H
#define CORE_RUN_FILES_H

#include "coordinator.h"
#include "dead_letters.h"
#include "input.h"
#include "output_file.h"

#include <limits.h>

typedef struct run_files {
    const pipeline *chain;
    const run_request *request;
    output_file **outputs; /* one for each output of the chain */
    dead_letters *letters;
    char letters_path[PATH_MAX];
} run_files;

/* Checks everything, then opens it. `inputs` must not be written to.
 * Fails: false with the reason; the caller closes. */
bool run_files_open(run_files *files, const pipeline *chain, const run_request *request,
                    const input_list *inputs, mill_error *error);

/* Closes what has been opened: under the final names if the run is complete, else under NAME.part.
 * What there is then, and under which names, goes into `result`. Fails: false with the reason. */
bool run_files_close(run_files *files, bool complete, run_result *result, mill_error *error);

/* Writes the statistics to the file that was asked for, if any. Fails: false with the reason. */
bool run_files_write_statistics(const run_request *request, const statistics *counts,
                                mill_error *error);

#endif
