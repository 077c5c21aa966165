/* batches - articles on their way through the worker processes: filled into slots, dealt, moved on
 * from segment to segment as they are answered, and committed in stream order.
 */
#ifndef CORE_BATCHES_H
#define CORE_BATCHES_H

#include "commit.h"
#include "exchange.h"
#include "run_state.h"
#include "worker_pool.h"

/* A batch under way. */
typedef struct pending_batch {
    bool busy;
    bool made;           /* its slot has memory */
    size_t bytes;        /* in its slot */
    size_t segment;      /* it is in */
    bool answered;       /* there */
    bool point;          /* a commit point stands behind it */
    input_place *behind; /* each article */
} pending_batch;

typedef struct batches {
    const pipeline *chain;
    const run_request *request;
    committer *committer;
    exchange shared;
    worker_pool *pool;
    pending_batch *slots;
    size_t *line;              /* slots in stream order, as a ring */
    size_t first, count;       /* in the line */
    size_t filling;            /* the slot that is being filled; NO_SLOT */
    uint64_t since_point;      /* bytes of records since the last commit point */
    bool stopped;              /* nothing more is taken */
    bool failed;               /* nothing more can be committed */
    void (*woken)(void *user); /* called when a wait has ended; or NULL */
    void *user;
} batches;

/* Makes the slots and the pool of processes. `workers` as in the settings.
 * Owns: the caller closes it. Fails: false with the reason. */
bool batches_open(batches *batches, const pipeline *chain, const run_request *request,
                  committer *committer, worker_pool *pool, mill_error *error);

/* Takes a record; it is copied. Waits until there is room for it. */
bool batches_add(batches *batches, const cut_record *record, mill_error *error);

/* Deals what there is, however little. */
bool batches_flush(batches *batches, mill_error *error);

/* Moves on what has been answered, commits what is next in line; does not wait. */
bool batches_collect(batches *batches, mill_error *error);

/* Waits for an answer, for `input` (-1: none), or for a signal. */
void batches_wait(const batches *batches, int input);

/* Fills in what each process is at, for people. Owns: `states` has room for all processes; the
 * sources are valid until the next call of any function here. Returns how many there are. */
size_t batches_states(const batches *batches, worker_state *states);

/* Waits until everything that was added is committed, or the run is asked to stop. */
bool batches_drain(batches *batches, mill_error *error);

/* Makes this place, behind all that was added and committed, a commit point. */
bool batches_point(batches *batches, mill_error *error);

/* Lets the processes finish the articles at hand and commits what is complete up to there. */
bool batches_stop(batches *batches, mill_error *error);

void batches_close(batches *batches);

#endif
