/* run_request - what is asked of a run, and what comes back: the words between the command line and
 * the coordinator.
 */
#ifndef CORE_RUN_REQUEST_H
#define CORE_RUN_REQUEST_H

#include "record_source.h"
#include "statistics.h"

#include <limits.h>
#include <signal.h>

typedef enum run_resume { RESUME_NO, RESUME_SAME, RESUME_FORCE } run_resume;

typedef struct run_request {
    const char *pipeline; /* its file, for messages */
    named_inputs inputs;
    const char *dead_letters; /* NULL: as the pipeline says, or beside the first output */
    const char *stats;        /* a file for the statistics as JSON, or NULL */
    const char *metrics;      /* likewise, for Prometheus */
    bool force;               /* existing outputs may be replaced */
    run_resume resume;        /* go on where a killed run was */
    bool progress;
    const volatile sig_atomic_t *stop; /* becomes non-zero: finish the article and stop */
    volatile sig_atomic_t *report;     /* becomes non-zero: say how the run stands, and clear it */
    void (*say_state)(const char *text, size_t length); /* how to say it */
    void (*say_once)(const char *message);              /* a remark that ends nothing */
} run_request;

#define RUN_FAILURES_SHOWN 5

typedef struct run_result {
    statistics counts;
    bool interrupted;
    bool resumable;                  /* there is a checkpoint */
    bool was_complete;               /* there was nothing to do: a run before has done it all */
    char last_source[PATH_MAX + 32]; /* of the article that was done last */
    char failures[RUN_FAILURES_SHOWN][1024]; /* the first dead letters: source, stage, reason */
    char dead_letters[PATH_MAX + 8];         /* the file they are in */
    char files[4 * PATH_MAX]; /* what has been written to: "news.jsonl.part, standard output" */
} run_result;

#endif
