/* record_source - the input of a run as one sequence of records, file after file.
 *
 * Opens the files, lets the readers frame them, names each record for messages, and knows the place
 * behind it. A file of dead letters, whatever its name, gives the records that are in the letters,
 * as they first were. It never waits: where there is nothing to read yet, it says so.
 */
#ifndef CORE_RECORD_SOURCE_H
#define CORE_RECORD_SOURCE_H

#include "framing.h"
#include "input.h"
#include "pipeline.h"
#include "shard.h"

#include <limits.h>

/* A place in the input: behind a record. */
typedef struct input_place {
    uint64_t part; /* of the input: a file, or a share of one */
    framing_position position;
} input_place;

/* One record as it was cut from the input. */
typedef struct cut_record {
    const pipeline_step *reader; /* NULL for a piece of a dead letter that is too long to be read */
    mill_text source;            /* "news.jsonl:17", with a NUL behind it */
    mill_text data;
    input_place behind;
} cut_record;

typedef enum record_step {
    RECORD_WHOLE,
    RECORD_PIECE, /* a piece of one that is too long to be held; more follow */
    RECORD_LAST,  /* its last piece */
    RECORD_WAIT,  /* nothing can be read now: wait for the descriptor */
    RECORD_END,   /* that was all */
    RECORD_FAILED /* with the reason */
} record_step;

/* What the command line names as input. */
typedef struct named_inputs {
    char *const *paths; /* files, folders, "-" */
    size_t count;
    const char *files_from; /* a file that names more of them, or NULL */
    shard share;            /* of all that */
} named_inputs;

/* The files that there are, and what of them the share takes. */
typedef struct found_inputs {
    input_list files;
    shard_plan plan;
} found_inputs;

/* Finds the files. Each of them has a reader then, opened.
 * Owns: the caller clears what was found, in any case. Fails: false with the reason. */
bool inputs_find(found_inputs *found, pipeline *chain, const named_inputs *named,
                 mill_error *error);

void inputs_clear(found_inputs *found);

typedef struct record_source {
    pipeline *chain;
    const found_inputs *inputs;
    input_place start;     /* in the part that is opened next */
    uint64_t part;         /* its index in the plan */
    input_stream *stream;  /* NULL: between two parts */
    uint64_t bytes_before; /* stored bytes of the parts that are done */
    framing framing;
    bool begun;     /* the file is known for what it is */
    bool replaying; /* it holds dead letters */
    char source[PATH_MAX + 32];
    size_t path_length;               /* of the file's name at the start of `source` */
    char first_source[PATH_MAX + 32]; /* of a dead letter's record */
} record_source;

/* Prepares to read from a place on; zeroed, from the beginning. Owns: the caller closes it;
 * `inputs` must outlive it. Fails: false with the reason. */
bool record_source_open(record_source *source, pipeline *chain, const found_inputs *inputs,
                        input_place start, mill_error *error);

/* Goes on to the next record. Owns: `record` is valid until the next call. */
record_step record_source_next(record_source *source, cut_record *record, mill_error *error);

/* What to wait for after RECORD_WAIT. */
int record_source_descriptor(const record_source *source);

/* Stored bytes that have been read. */
uint64_t record_source_bytes(const record_source *source);

void record_source_close(record_source *source);

#endif
