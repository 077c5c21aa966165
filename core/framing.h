/* framing - a sliding window over a byte stream from which records are cut, by a reader's `frame`.
 *
 * Memory is bounded: a record longer than the limit is handed out in pieces, so that it can be set
 * aside whole without ever being held whole.
 */
#ifndef CORE_FRAMING_H
#define CORE_FRAMING_H

#include "input.h"
#include "pipeline.h"

typedef enum framing_step {
    FRAMING_RECORD, /* a record */
    FRAMING_PIECE,  /* a piece of an oversized record; more follow */
    FRAMING_LAST,   /* its last piece */
    FRAMING_MORE,   /* call framing_fill first */
    FRAMING_END,    /* no more records in this file */
    FRAMING_FAULT   /* the reader's answer makes no sense */
} framing_step;

/* A place between two records: all that it takes to go on from there. */
typedef struct framing_position {
    uint64_t offset; /* of the next record, or blank before it, in the decompressed file */
    uint64_t lines_passed;
    uint64_t records; /* cut from this file so far */
} framing_position;

typedef struct framing {
    const pipeline_step *reader; /* NULL: records are lines */
    char *window;
    uint64_t window_offset; /* where in the file the window begins */
    size_t begin;           /* of the record that is being looked for */
    size_t end;             /* of the bytes there are */
    size_t capacity;
    size_t limit;    /* a longer record is oversized */
    uint64_t stop;   /* records that begin here or later are another's */
    uint64_t offset; /* of the record, also where this is only a piece of it */
    uint64_t line;   /* of the record or piece, from 1; 0 if the format is not one of lines */
    uint64_t lines_passed;
    uint64_t records; /* cut from this file so far */
    mill_frame frame;
    bool at_end;
    bool oversized;
} framing;

/* Prepares the window. Owns: the caller closes it. Fails: false, out of memory. */
bool framing_open(framing *framing);

/* Starts on a new file, to be cut into records by `reader` (NULL: into lines). */
void framing_begin(framing *framing, const pipeline_step *reader, size_t limit);

/* Narrows a file that was begun, and maybe looked into, to the records that begin at `start` or
 * behind it and before the byte `stop` (UINT64_MAX: all). The next record found is the first of
 * them. A place that is in the window is gone to without the stream, which may be a pipe.
 * Fails: false with the reason, as input_stream_seek. */
bool framing_narrow(framing *framing, input_stream *stream, framing_position start, uint64_t stop,
                    mill_error *error);

/* Finds the next record. Owns: `record` is valid, and may be written to, until the next call of
 * framing_fill; MILL_PADDING bytes behind it can be read. */
framing_step framing_next(framing *framing, mill_text *record);

/* Returns where to go on behind the record just handed out; after a piece, where its record
 * begins, so that it is cut again whole. */
framing_position framing_next_position(const framing *framing);

/* Reads more of the file. Fails: false with the reason. */
bool framing_fill(framing *framing, input_stream *stream, mill_error *error);

void framing_close(framing *framing);

#endif
