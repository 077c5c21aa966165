/* run_identity - what makes two runs the same: the pipeline as it is resolved, the plug-ins, the
 * input files, where the output goes. As lines of text, so that a difference can be named.
 */
#ifndef CORE_RUN_IDENTITY_H
#define CORE_RUN_IDENTITY_H

#include "run_request.h"
#include "input.h"

/* Appends the identity. Fails: false with the reason (a plug-in's file has vanished). */
bool run_identity_write(const pipeline *chain, const run_request *request, const input_list *inputs,
                        buffer *out, mill_error *error);

#endif
