/* progress - one line on a terminal that says how far a run has come. */
#ifndef CORE_PROGRESS_H
#define CORE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct progress {
    int descriptor;       /* where it is drawn; -1: nowhere */
    uint64_t total_bytes; /* 0: not known, no ETA */
    uint64_t started;     /* nanoseconds, as statistics_now */
    uint64_t drawn;
} progress;

/* Starts; `wanted` false draws nothing. */
void progress_open(progress *progress, bool wanted, uint64_t total_bytes);

/* Draws if a tenth of a second has passed: articles, MB/s, share done, time left. */
void progress_update(progress *progress, uint64_t articles, uint64_t dead, uint64_t bytes);

/* Wipes the line. */
void progress_close(progress *progress);

#endif
