/* exchange - the memory that the coordinator and its worker processes share.
 *
 * It is mapped before the first fork, so pointers hold in all of them. A slot holds one batch of
 * articles: the records as the coordinator read them, and for each segment of the chain an answer.
 * Every byte has one writer: the coordinator, or the one process that gives the answer; for all
 * others it is read-only. Nothing is ever locked. What a worker wrote is not to be believed: a
 * plug-in may have run wild in it.
 */
#ifndef CORE_EXCHANGE_H
#define CORE_EXCHANGE_H

#include "death.h"
#include "pipeline.h"
#include "statistics.h"

#include <signal.h>
#include <stdatomic.h>

#define BATCH_BYTES        ((size_t)256 << 10) /* of records; one larger record is a batch too */
#define BATCH_ARTICLES     4096
#define SLOTS_OF_A_PROCESS 4

/* ---- Written by the coordinator ------------------------------------------------------------ */

/* One article of a batch. */
typedef struct batch_article {
    uint64_t at; /* of the source's name in the batch's bytes; behind its NUL, the record */
    uint64_t record_length;
    uint32_t source_length;
    uint32_t reader; /* index into the chain's readers */
} batch_article;

typedef struct record_batch {
    uint32_t count;
    batch_article articles[BATCH_ARTICLES];
} record_batch;

#define WORK_QUIT UINT32_MAX /* no more will come */

/* What a process has to do: in a ring of items, each a slot and a segment. */
typedef struct work_queue {
    _Atomic uint32_t dealt; /* items so far; a futex that the process waits on */
    uint32_t items[];
} work_queue;

/* ---- Written by the process that answers ---------------------------------------------------- */

typedef struct article_answer {
    uint32_t outcome; /* an article_outcome */
    uint32_t row;     /* ARTICLE_DEAD: that failed, in the statistics */
    uint32_t reason_length;
    uint32_t id_length;
} article_answer;

/* Where the parts of an answer end: those of article k are [end of k - 1, end of k). */
enum { ANSWER_NOTES, ANSWER_JOURNAL, ANSWER_OUTPUTS };

typedef struct answer {
    /* Articles that were taken up; one more than `done` while at work. Aligned for what lies behind
     * the answer: numbers of 64 bits. */
    _Alignas(uint64_t) _Atomic uint32_t begun;
    _Atomic uint32_t done;
    uint32_t row; /* at work */
    article_answer articles[BATCH_ARTICLES];
} answer;

/* What a process says of itself. */
typedef struct process_note {
    _Atomic uint32_t answered; /* items of its queue */
    death_note death;
    char failure[1024]; /* why it cannot begin; empty: it could */
} process_note;

/* ---- The exchange -------------------------------------------------------------------------- */

typedef struct exchange {
    char *memory;
    size_t size;
    size_t process_count; /* those for parallel segments, then one for each ordered segment */
    size_t parallel_count;
    size_t slot_count;
    size_t segment_count;
    size_t part_count; /* notes, journal, outputs or the packed articles */
    size_t row_count;
    size_t queue_room; /* items; a power of two */
    size_t batch_room; /* bytes of sources and records */
    size_t part_room;  /* bytes of one part of an answer */
    size_t queue_size; /* of these things in memory, in whole pages */
    size_t note_size;
    size_t batch_size;
    size_t answer_head; /* of an answer, before its parts */
    size_t answer_size;
} exchange;

/* Maps the memory for `workers` processes (0: for the coordinator alone) and the ordered segments.
 * Only what is used ever takes memory. Owns: the caller closes it. Fails: false with the reason. */
bool exchange_open(exchange *exchange, const pipeline *chain, size_t workers, mill_error *error);

/* Set by the coordinator: finish the article at hand and take no other. */
volatile sig_atomic_t *exchange_stop(const exchange *exchange);

work_queue *exchange_queue(const exchange *exchange, size_t process);
process_note *exchange_note(const exchange *exchange, size_t process);
record_batch *exchange_batch(const exchange *exchange, size_t slot);
char *exchange_bytes(const exchange *exchange, size_t slot);
answer *exchange_answer(const exchange *exchange, size_t slot, size_t segment);

/* Parts of an answer. */
stage_statistics *answer_rows(const exchange *exchange, answer *answer);
uint64_t *answer_ends(const exchange *exchange, answer *answer, size_t article);
char *answer_part(const exchange *exchange, answer *answer, size_t part);

/* Returns the article's range of a part; an empty one at 0 if what stands there makes no sense. */
bool answer_range(const exchange *exchange, answer *answer, size_t article, size_t part,
                  mill_text *range);

/* Empties the answers of a slot for a new batch, and gives back what memory a huge article took. */
void exchange_clear_slot(const exchange *exchange, size_t slot);

/* Makes room in memory for the records of a slot, as many as a batch mostly has: in the
 * coordinator, before the slot is first used. */
void exchange_make_batch(const exchange *exchange, size_t slot);

/* The same for an answer to the batch that stands in the slot, in the process that gives it. */
void exchange_make_answer(const exchange *exchange, size_t slot, size_t segment);

/* Returns the process that answers a segment for a slot. */
size_t exchange_process_of(const exchange *exchange, const pipeline *chain, size_t slot,
                           size_t segment);

/* In a process: makes everything read-only that is not its own. Fails: false with the reason. */
bool exchange_confine(const exchange *exchange, const pipeline *chain, size_t process,
                      mill_error *error);

void exchange_close(exchange *exchange);

#endif
