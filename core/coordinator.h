/* coordinator - a run from the first input byte to the last output byte.
 *
 * Reads and frames the input, hands each record to a worker, and commits what comes back in stream
 * order: bytes to the outputs, failures to the dead letters. It alone touches files.
 */
#ifndef CORE_COORDINATOR_H
#define CORE_COORDINATOR_H

#include "run_request.h"

/* Runs a pipeline that has been opened. `result` is filled as far as the run came, also after a
 * failure. Owns: the caller clears the result.
 * Fails: false with the reason; `files` of the result tells where the complete articles are. */
bool coordinator_run(pipeline *chain, const run_request *request, run_result *result,
                     mill_error *error);

void run_result_clear(run_result *result);

#endif
