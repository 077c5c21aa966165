/* rehearsal - an article's way through the chain, tried in a child process: confined and in the
 * sandbox, as a worker is. So a crash, a hang or a memory blow-up is known before the process that
 * wants to tell of it goes the same way.
 */
#ifndef CORE_REHEARSAL_H
#define CORE_REHEARSAL_H

#include "processor.h"

#define REHEARSAL_SURVIVED UINT32_MAX

/* Runs a task in a child. Returns REHEARSAL_SURVIVED, or the row that the child died at, and why in
 * `reason`. Without workers (`workers = 0`) nothing is tried, as debuggers want it.
 * Fails: false with the reason in `error`. */
bool rehearse(processor *processor, const article_task *task, uint32_t *row, char *reason,
              size_t size, mill_error *error);

#endif
