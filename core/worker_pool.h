/* worker_pool - the coordinator's side of the worker processes: it starts them, deals to them,
 * hands out what they have answered, sees when one dies or hangs, sets the article aside that it
 * was at, and puts another process in its place.
 */
#ifndef CORE_WORKER_POOL_H
#define CORE_WORKER_POOL_H

#include "exchange.h"
#include "journal.h"
#include "sandbox.h"
#include "worker.h"

#include <sys/types.h>

typedef struct pool_process {
    pid_t pid;          /* 0: not running */
    uint32_t dealt;     /* items of its queue so far */
    uint32_t answered;  /* of these, handed out */
    uint64_t mark;      /* what it was at when it was last seen to get on */
    uint64_t since;     /* when that was */
    uint64_t retried;   /* what it was at when it was killed from outside, as it seems */
    uint64_t settled;   /* an item and how much of it was done when it last died */
    unsigned stillborn; /* times in a row that it died without getting on */
    bool timed_out;
} pool_process;

/* One batch in one segment. */
typedef struct pool_item {
    size_t slot;
    size_t segment;
} pool_item;

typedef struct worker_pool {
    const pipeline *chain;
    const exchange *shared;
    journal *journals;       /* one for each segment; used for the ordered ones */
    uint64_t *journaled;     /* for each slot and segment: what of its journal has been appended, */
    uint64_t *journal_begin; /* and where in the journal that begins */
    size_t workers;          /* 0: answers are given by the coordinator itself */
    worker worker;           /* what each process starts as */
    pool_process *processes;
    int wake; /* an eventfd: something was answered */
    pid_t coordinator;
    uint64_t restarts; /* processes that took the place of another */
    uint32_t uses;     /* MILL_USES_ flags of all plug-ins */
    sandbox *sandbox;  /* NULL: off, or not to be had: */
    bool lacks_sandbox;
    int *kept; /* descriptors that plug-ins have opened */
    size_t kept_count;
} worker_pool;

/* To be called first, when nothing but plug-ins has opened files: notes those, and holds what the
 * settings ask for against what the kernel can do. Owns: the caller closes the pool, also after a
 * failure. Fails: false with the reason. */
bool worker_pool_prepare(worker_pool *pool, const pipeline *chain, mill_error *error);

/* Makes a pool that was prepared ready; processes start when there is something for them to do.
 * `journals` has one for each segment. `stop` is looked at where the coordinator does the work
 * itself. Fails: false with the reason. */
bool worker_pool_open(worker_pool *pool, const exchange *shared, journal *journals,
                      const volatile sig_atomic_t *stop, mill_error *error);

/* Returns how many batches a process has been dealt that it has not answered. */
uint32_t worker_pool_load(const worker_pool *pool, size_t process);

/* Deals the batch in a slot. Ordered segments must be dealt in stream order. */
bool worker_pool_deal(worker_pool *pool, pool_item item, mill_error *error);

/* Takes the next batch that has been answered. Returns 1, 0 if there is none, -1 with the reason.
 */
int worker_pool_take(worker_pool *pool, pool_item *item, mill_error *error);

/* Returns where in its segment's journal an article of an answered batch ends. */
uint64_t worker_pool_journal_end(const worker_pool *pool, pool_item item, uint32_t article);

/* Looks after the processes: those that died are replaced, those that hang are killed.
 * Fails: false with the reason, if they cannot live. */
bool worker_pool_tend(worker_pool *pool, mill_error *error);

/* Waits until a process has answered or died, `input` (-1: none) can be read, or a signal has set
 * `stop` or `report` (NULL: nobody looks at it now). Returns early, at times. */
void worker_pool_wait(const worker_pool *pool, int input, const volatile sig_atomic_t *stop,
                      const volatile sig_atomic_t *report);

/* Tells all processes to finish the article at hand and take no other. */
void worker_pool_stop(worker_pool *pool);

/* Lets all processes end when they have done their work; others, with what has been loaded since,
 * start when there is more. Fails: false with the reason. */
bool worker_pool_dismiss(worker_pool *pool, mill_error *error);

/* Where a process is, for people. False: it is idle. */
typedef struct pool_position {
    size_t slot;
    size_t article;
    size_t row;
    uint64_t since; /* as statistics_now */
} pool_position;

bool worker_pool_position(const worker_pool *pool, size_t process, pool_position *position);

/* Ends all processes, whatever they are at. */
void worker_pool_close(worker_pool *pool);

#endif
