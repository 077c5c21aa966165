/* shard - which part of the input one of N equal runs takes.
 *
 * The files in their order make one line of stored bytes. It is cut into N shares of one length,
 * and a record belongs to the share in which its first byte lies, so that the outputs of all
 * shares, one after another, are the output of one run. A plain file whose records are lines is cut
 * inside; any other belongs whole to the share in which it begins.
 */
#ifndef CORE_SHARD_H
#define CORE_SHARD_H

#include "framing.h"
#include "input.h"

typedef struct shard {
    uint32_t number; /* from 1 */
    uint32_t count;
} shard;

#define SHARD_COUNT_MAX 1000000
#define SHARD_WHOLE     ((shard){1, 1})

/* Reads "I/N". Fails: false with the reason, which begins with "--shard TEXT". */
bool shard_parse(const char *text, shard *share, mill_error *error);

/* What a share takes of one file. */
typedef struct shard_part {
    size_t file;    /* in the input list */
    uint64_t begin; /* a record belongs to it that begins here or later, */
    uint64_t end;   /* and before this; UINT64_MAX: up to the file's end */
} shard_part;

typedef struct shard_plan {
    shard_part *parts; /* in the order of the files */
    size_t count;
    uint64_t bytes; /* stored, in all parts; 0 if not known */
} shard_plan;

/* Tells in `*lines` whether every line break in a file ends a record. Fails: false with the reason.
 */
typedef bool shard_lines(void *user, const input_file *file, bool *lines, mill_error *error);

/* Finds the parts of a share; it may have none. `has_lines` is asked only about plain files that
 * lie across a border of the share. SHARD_WHOLE takes everything, pipes too.
 * Owns: the caller clears the plan. Fails: false with the reason; nothing to clear then. */
bool shard_plan_open(shard_plan *plan, shard share, const input_list *inputs,
                     shard_lines *has_lines, void *user, mill_error *error);

void shard_plan_clear(shard_plan *plan);

/* Finds where the first record of a part begins, and its line's number. For that the file is read
 * from its start, at the speed of memory (5 GB/s measured) or of the disk. Where no record begins
 * in the part, the place is the part's end. Fails: false with the reason. */
bool shard_find_start(const char *path, const shard_part *part, framing_position *start,
                      mill_error *error);

/* The first step of it: finds the first line that begins at `begin` or later. `*offset` is `end` if
 * none begins before that, or the file's size if that is less.
 * Fails: false with the reason. */
bool shard_find_line(const char *path, uint64_t begin, uint64_t end, uint64_t *offset,
                     mill_error *error);

/* The second: counts the line breaks before `offset`. Fails: false with the reason. */
bool shard_count_lines(const char *path, uint64_t offset, uint64_t *lines, mill_error *error);

#endif
