/* death - how the end of a worker process is explained. In the worker, handlers of the fatal
 * signals note in shared memory what only they can know: that the stack was exhausted, the memory
 * limit reached, which system call was refused. The coordinator words the reason from the wait
 * status and that note, which it does not trust.
 */
#ifndef CORE_DEATH_H
#define CORE_DEATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum death_cause {
    DEATH_UNSEEN = 0, /* no handler ran */
    DEATH_PLAIN,      /* one ran and knew no more than the signal */
    DEATH_STACK,      /* the fault was on the exhausted stack */
    DEATH_MEMORY,     /* the memory limit was reached */
    DEATH_CALL /* the sandbox refused a system call: `detail` is its number, or -1 if the call was
                  not one of this machine's */
} death_cause;

/* Lies in shared memory; zeroed by death_watch. */
typedef struct death_note {
    uint32_t cause; /* a death_cause, if the worker was honest */
    int32_t detail;
} death_note;

/* What the coordinator knows of the worker. */
typedef struct death_limits {
    double timeout;  /* seconds for one article */
    uint64_t memory; /* bytes, as in confine_rules; 0: unlimited */
    uint32_t uses;   /* the MILL_USES_ flags of its plug-ins */
    bool timed_out;  /* the coordinator killed it for it */
} death_limits;

#define DEATH_TEXT_MAX 192 /* room for every reason, with its NUL */

/* Installs the handlers, on a stack of their own. Each leaves a note and lets the process die of
 * the signal that came. A child that a plug-in forks leaves none. To be called after
 * confine_process and before sandbox_enter. `memory` is the limit that was set, 0 if none was.
 * Owns: `note` must last as long as the process. */
void death_watch(death_note *note, size_t memory);

/* Words the reason of a death as a dead letter gives it: what happened, then the remedy if there is
 * one, no full stop. `wait_status` is waitpid's. */
void death_describe(int wait_status, const death_note *note, const death_limits *limits, char *text,
                    size_t size);

#endif
