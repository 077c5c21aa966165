/* pipeline_settings - the [pipeline] section: what is the run's own. A room of its own behind
 * pipeline; nothing else uses it. */
#ifndef CORE_PIPELINE_SETTINGS_H
#define CORE_PIPELINE_SETTINGS_H

#include "pipeline.h"

/* Reads the section into the chain's settings; every mistake becomes a problem.
 * Fails: false, out of memory. */
bool pipeline_read_settings(pipeline *chain, problem_list *problems);

#endif
