/* statistics - what a run counts. The accounts must balance: in = out + dropped + dead. */
#ifndef CORE_STATISTICS_H
#define CORE_STATISTICS_H

#include "buffer.h"
#include <stdint.h>

typedef struct stage_statistics {
    const char *name;
    uint64_t articles; /* that it was called for */
    uint64_t dropped;
    uint64_t dead;
    uint64_t nanoseconds;
    uint64_t longest; /* nanoseconds of its slowest article */
} stage_statistics;

typedef struct statistics {
    uint64_t articles_in;
    uint64_t articles_out;
    uint64_t dropped;
    uint64_t dead;
    uint64_t bytes_in;  /* of records, decompressed */
    uint64_t bytes_out; /* before compression, all outputs */
    double seconds;
    unsigned workers;         /* processes; 0: all in this one */
    uint64_t restarts;        /* of workers that had to be replaced */
    bool finished;            /* false: there may be more to come */
    stage_statistics *stages; /* input, the stages, the outputs: in the order of the way */
    size_t stage_count;
} statistics;

/* Tells whether every article that came in is accounted for. */
bool statistics_balance(const statistics *statistics);

/* Appends the numbers as one JSON object: those of a run so far, or of a finished one. */
void statistics_json(const statistics *statistics, buffer *buffer);

/* Appends the table that a person reads after a run. */
void statistics_table(const statistics *statistics, buffer *buffer);

/* The monotonic clock. */
uint64_t statistics_now(void);

/* Appends what became of the articles: "14 articles in = 13 out + 0 dropped + 1 dead letter". */
void statistics_write_sum(const statistics *counts, buffer *out);

#endif
