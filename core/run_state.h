/* run_state - what a run is doing at this moment, in a few lines for a person: the answer to
 * SIGUSR1. Renders only; whoever runs fills the structs, commands/ prints the text. */
#ifndef CORE_RUN_STATE_H
#define CORE_RUN_STATE_H

#include "statistics.h"

/* What one worker is at. */
typedef struct worker_state {
    const char *stage;  /* that it is in: a row's name in the statistics; NULL: idle */
    const char *source; /* of its article: "news.jsonl:17" */
    uint64_t since;     /* when it began with the article, as statistics_now; 0: not known */
} worker_state;

typedef struct run_state {
    const statistics *counts; /* so far; `seconds` may still be 0 */
    uint64_t started, now;    /* as statistics_now */
    uint64_t bytes_read;      /* of the inputs, as stored */
    uint64_t bytes_total;     /* likewise; 0: not known */
    const char *source;       /* of the record read last; "": none yet */
    const worker_state *workers;
    size_t worker_count;
} run_state;

/* Appends the lines. Control characters of names become spaces: a name cannot make a line. */
void run_state_text(const run_state *state, buffer *buffer);

#endif
