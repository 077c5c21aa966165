/* worker - the process that does the work: it takes batches from its queue, sends each article
 * through its segment of the chain, and writes the answers where the coordinator finds them.
 *
 * `--workers 0` has the coordinator call worker_answer itself; the answers are the same.
 */
#ifndef CORE_WORKER_H
#define CORE_WORKER_H

#include "exchange.h"
#include "processor.h"

typedef struct worker {
    const pipeline *chain;
    const exchange *shared;
    const volatile sig_atomic_t *stop; /* finish the article at hand and take no other */
    processor processor;
    buffer *outputs; /* over the parts of the answer at hand */
    buffer notes;
    buffer journal;
    bool *made;      /* the answers, by slot and segment, that have memory here */
    bool is_process; /* of its own: it may end */
} worker;

/* Makes a worker; in the process that it will work in or before the fork.
 * Owns: the caller closes it. Fails: false with the reason. */
bool worker_open(worker *worker, const pipeline *chain, const exchange *shared,
                 const volatile sig_atomic_t *stop, mill_error *error);

/* Answers a segment for all articles of a slot that have no answer yet. */
void worker_answer(worker *worker, size_t slot, size_t segment);

/* Gives the stages of an ordered segment back what they have saved: the first `length` bytes of a
 * file. Fails: false with the reason. */
bool worker_restore(const worker *worker, int journal, uint64_t length, mill_error *error);

/* The life of a process: answers what is dealt to it, from item `taken` of its queue on, until it
 * is told to quit. `wake` is an eventfd that tells the coordinator of each answer. */
void worker_serve(worker *worker, size_t process, uint32_t taken, int wake);

void worker_close(worker *worker);

#endif
