/* run_reports - the files that tell others how a run stands: statistics as JSON, metrics for
 * Prometheus. Written anew at each commit, and at the end.
 */
#ifndef CORE_RUN_REPORTS_H
#define CORE_RUN_REPORTS_H

#include "run_request.h"

typedef struct run_reports {
    const run_request *request;
    const statistics *counts;
    double started; /* seconds since 1970 */
} run_reports;

/* Prepares. `counts` must outlive the reports. */
void run_reports_open(run_reports *reports, const run_request *request, const statistics *counts);

/* Writes what was asked for; what cannot be written again and again (a pipe), at the end only.
 * Fails: false with the reason. */
bool run_reports_write(const run_reports *reports, mill_error *error);

#endif
