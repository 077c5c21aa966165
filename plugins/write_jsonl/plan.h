/* plan - what an article's line is made of, worked out once from the fields of the run: all the
 * constant pieces of JSON between the values, ready to be copied, and which value comes where.
 *
 * Layers are arrays of objects; attributes follow as members of their span's object or of the line.
 * A dot in an attribute's name nests: "sentiment.compound" and "sentiment.pos" are members of one
 * object "sentiment".
 */
#ifndef WRITE_JSONL_PLAN_H
#define WRITE_JSONL_PLAN_H

#include "textmill/plugin.h"

/* A piece is copied in steps of this many bytes; as many behind its end are readable. */
#define PIECE_STEP 32

typedef struct piece {
    const char *data;
    size_t length;
} piece;

typedef struct plan_member {
    uint32_t field;
    piece before;  /* `,"speaker":`; of a span `,"speaker_begin":` */
    piece between; /* of a span `,"speaker_end":` */
} plan_member;

typedef struct plan_object {
    plan_member *members;
    size_t count;
    piece after; /* braces that are still open */
} plan_object;

typedef struct plan_layer {
    uint32_t field;
    piece before;    /* `,"quotes":[` */
    plan_object row; /* what follows the span's offsets; ends with its `}` */
} plan_layer;

typedef struct plan {
    plan_layer *layers;
    size_t layer_count;
    plan_object article; /* ends with the line's `}` and line break */
    mill_text *names;    /* the members of a line that the plan or the writer itself provides */
    size_t name_count;
} plan;

/* What a line holds beside the fields. */
typedef struct plan_request {
    bool text;
    bool raw_offsets;
    bool alignment;
} plan_request;

/* Makes the plan. Owns: what it points to lives as long as the instance.
 * Fails: MILL_FAILED with the reason set: two members of one object would have the same name. */
mill_status plan_make(plan *result, mill_setup *setup, const plan_request *request);

#endif
