/* dump_record - one record out of the input, as it came: so that an article that fails can be
 * looked at and sent through a pipeline alone.
 */
#ifndef CORE_DUMP_RECORD_H
#define CORE_DUMP_RECORD_H

#include "run_request.h"

/* Writes record number `wanted` of the inputs, from 1, to where the first output goes; what was a
 * line is one. No stage is run. Fails: false with the reason: there are fewer records. */
bool dump_record(pipeline *chain, const run_request *request, uint64_t wanted, mill_error *error);

#endif
