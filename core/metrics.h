/* metrics - the numbers of a run in the Prometheus text exposition format, for the textfile
 * collector of the node exporter. Renders only; replace_file puts the text where it belongs.
 *
 * Every sample is labelled with the pipeline's name and with the name of the metrics file itself,
 * so that two files in one collector folder never hold the same series: shards of one pipeline,
 * two runs of one night.
 */
#ifndef CORE_METRICS_H
#define CORE_METRICS_H

#include "statistics.h"

typedef struct metrics {
    const statistics *counts;
    const char *pipeline; /* the pipeline file; its name without the folder is a label */
    const char *path;     /* the metrics file; its name without folder and .prom is a label */
    double started;       /* seconds since 1970, as are all times here */
    double committed;     /* the last commit; 0: none yet */
} metrics;

/* Appends the text: HELP, TYPE and samples of each metric. */
void metrics_text(const metrics *metrics, buffer *buffer);

#endif
