/* commit - where answers become output: in stream order, each article's bytes go to the outputs, or
 * its record to the dead letters; every article is counted once; and from time to time a checkpoint
 * says how far the run has come.
 */
#ifndef CORE_COMMIT_H
#define CORE_COMMIT_H

#include "run_files.h"
#include "run_reports.h"
#include "worker_pool.h"

/* A batch that has been answered, or as far as it has been. */
typedef struct answered_batch {
    size_t slot;
    uint32_t count;
    const input_place *behind; /* for each article, the place behind it */
} answered_batch;

typedef struct committer {
    const pipeline *chain;
    const run_request *request;
    run_result *result;
    const worker_pool *pool;
    run_files files;
    run_reports reports;
    input_place place;  /* behind the last article that is done with */
    uint64_t *journals; /* for each segment, what belongs to that */
    checkpoint state;   /* how far the run had come at the last commit point */
    mill_text *runs;    /* for each output: bytes that are about to be written */
    mill_text *pieces;  /* for each output: what the article at hand adds */
    uint64_t restarts_before;
    char last_failure[1024]; /* of the newest dead letter: source, stage, reason */
    bool compresses;         /* a frame ends at each commit point */
    uint64_t began;          /* when this process began */
    double seconds_before;   /* what had been spent before */
    uint64_t checkpointed;   /* when the last checkpoint was written */
} committer;

/* Opens what the run writes; in a run that is resumed, `state` then says where to go on. `pool`
 * must be open by the time of the first commit. Fails: RUN_FAILED with the reason; the caller
 * closes. */
run_start committer_open(committer *committer, const pipeline *chain, const run_request *request,
                         const input_list *inputs, const worker_pool *pool, run_result *result,
                         mill_error *error);

/* Commits a batch; `stopping`: the articles of it that have been answered. Returns how many.
 * Fails: -1 with the reason; what was committed before it is whole. */
int64_t committer_take(committer *committer, const answered_batch *batch, bool stopping,
                       mill_error *error);

/* Sets aside a record that is too long to be held: begin, parts, end. */
bool committer_begin_letter(committer *committer, const dead_letter *letter, mill_error *error);
bool committer_add_part(committer *committer, mill_text part, mill_error *error);
bool committer_end_letter(committer *committer, const input_place *behind, mill_error *error);

/* To be called at places that are a function of the input alone: ends the frames, and writes a
 * checkpoint if it is time. Fails: false with the reason. */
bool committer_point(committer *committer, mill_error *error);

/* Ends the run's files; `complete`: all of the input is committed. Fails: false with the reason,
 * also if the share of dead letters is too large after all: the output does not get its name then.
 */
bool committer_close(committer *committer, bool complete, mill_error *error);

#endif
