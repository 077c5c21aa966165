/* measure - runs a command to its end and tells what it cost. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct measurement {
    int exit_code;          /* 128 + signal if a signal ended it */
    double cpu;             /* seconds, user and system, of it and of all that it has waited for */
    double elapsed;         /* seconds */
    uint64_t largest_bytes; /* peak of the largest of these processes, shared memory included */
    uint64_t total_bytes;   /* peak of all together, shared memory counted once; measure_fed only */
} measurement;

/* Runs a command; `silent`: its standard output is thrown away.
 * Fails: false, if it cannot be run; that is said. */
bool measure(char *const *command, bool silent, measurement *taken);

/* Runs a command that is fed by another one through a pipe; only the first is measured. Its memory
 * and that of its children is sampled.
 * Fails: false, if one cannot be run or the feeding one fails; that is said. */
bool measure_fed(char *const *feeder, char *const *command, measurement *taken);

#endif
