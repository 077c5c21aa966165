/* document_private - the inside of a document, for the document*.c files only.
 *
 * document.c: life, faults, the text, id and metadata. document_edits.c: what a stage changes in
 * the text. document_layers.c: spans and attributes. document_offsets.c: other units than bytes.
 * document_pack.c: the way to another process.
 */
#ifndef CORE_DOCUMENT_PRIVATE_H
#define CORE_DOCUMENT_PRIVATE_H

#include "document.h"
#include "log.h"

typedef struct metadata_member {
    mill_text key;
    mill_text json;
} metadata_member;

/* A recorded edit: text[begin, end) becomes `length` bytes of edit_list.bytes from `at` on. */
typedef struct edit {
    mill_span range;
    uint32_t at;
    uint32_t length;
} edit;

typedef struct edit_list {
    edit *items;
    size_t count;
    size_t capacity;
    char *bytes; /* all replacements */
    size_t byte_count;
    size_t byte_capacity;
    size_t removed; /* bytes that all edits take out of the text */
    size_t end;     /* where the newest edit ends, also if it was not worth recording */
} edit_list;

/* The values of one attribute. */
typedef struct column {
    mill_value *values; /* NULL until one is set; null where nobody set one */
} column;

typedef struct layer {
    mill_span *spans;
    uint32_t count;
    size_t capacity;
    column *columns; /* one for each attribute; with `capacity` values each */
} layer;

/* A block of MILL_SCAN_BLOCK bytes, as far as other units than bytes need to know it. */
typedef struct offset_block {
    uint64_t starts; /* the bytes that begin a character */
    uint32_t before; /* units before the block */
    bool is_plain;   /* units inside the block are bytes, up to its last one */
} offset_block;

typedef struct offset_index {
    offset_block *blocks; /* NULL: not built */
    bool is_ascii;        /* offsets are the same in all units; needs no blocks */
} offset_index;

#define OFFSET_UNITS 2 /* MILL_CODE_POINTS and MILL_UTF16 */

struct document {
    mill_document handle; /* first: a mill_document * is a document * */
    const schema *schema;
    size_t text_limit;
    arena *memory; /* of the home; this document lies in it */
    document_view view;
    mill_error fault; /* the first one */

    mill_text source;
    mill_text id;
    bool id_is_literal;
    metadata_member *metadata;
    size_t metadata_count;
    size_t metadata_capacity;

    mill_text raw;
    mill_text text; /* shares the memory of `raw` until the first edit */
    char *spare;    /* memory of an earlier text, for the next one */
    size_t spare_capacity;
    size_t text_capacity; /* 0 while it is the raw text's memory */
    alignment alignment;  /* text to raw */
    alignment latest;     /* text to what it was before the stage that ended last */
    edit_list edits;

    layer *layers;       /* as in the schema */
    mill_value *article; /* attributes of the article */

    offset_index text_index[OFFSET_UNITS];
    offset_index raw_index[OFFSET_UNITS];
};

/* Handles are never const objects: functions that only read may have to record a fault. */
static inline document *document_of(const mill_document *handle)
{
    return (document *)(uintptr_t)handle;
}

/* Records a fault, unless there is one. */
void document_fault_set(document *article, const char *format, ...)
    __attribute__((cold, format(printf, 2, 3)));

/* Records that memory has run out. */
void document_fault_memory(document *article);

/* Records that the document is not as any stage could have left it. */
void document_fault_damaged(document *article);

/* Gives memory of the document. Fails: NULL, with the fault recorded. */
void *document_take(document *article, size_t count, size_t size);

/* Makes room for `wanted` items in an array, growing geometrically. Fails: NULL, with the fault
 * recorded; the array stays as it was. */
void *document_grow(document *article, void *items, size_t *capacity, size_t wanted, size_t size);

/* ---- document_edits.c ---------------------------------------------------------------------- */

/* Applies the recorded edits. Fails: false, with the fault recorded. */
bool document_apply_edits(document *article);

/* ---- document_layers.c --------------------------------------------------------------------- */

/* Makes empty layers and attributes, as the schema has them. Fails: false, with the fault
 * recorded. */
bool document_make_layers(document *article);

/* Moves all spans to where they are in the new text, and drops those that have vanished. */
void document_move_spans(document *article, const alignment *from_old_text);

#endif
