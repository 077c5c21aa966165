/* document - one article on its way: text, raw text, alignment, metadata, layers, attributes.
 *
 * What a plug-in may do with it is decided by the view that is set before the plug-in is called:
 * the fields it declared, bound to the schema. Everything a plug-in does is checked here. The
 * first fault is kept; the runner asks for it when the plug-in has returned.
 *
 * A document lies in an arena with all that belongs to it, itself included, and is made anew for
 * each article from what its home holds. A plug-in that writes wild around its document can harm
 * this article only, or meets the pages without access around the arena.
 */
#ifndef CORE_DOCUMENT_H
#define CORE_DOCUMENT_H

#include "alignment.h"
#include "arena.h"
#include "buffer.h"
#include "textmill/plugin.h"

/* ---- The schema: what the documents of a run can hold --------------------------------------- */

#define SCHEMA_ARTICLE UINT32_MAX /* in place of a layer: an attribute of the article */

typedef struct schema_layer {
    const char *name;
    uint32_t columns; /* attributes that its spans have */
} schema_layer;

typedef struct schema {
    schema_layer *layers;
    uint32_t layer_count;
    uint32_t article_columns; /* attributes of the article */
} schema;

/* A plug-in's field, resolved. A layer itself has type MILL_LAYER. */
typedef struct field_binding {
    uint32_t type;
    uint32_t layer;  /* index into the schema, or SCHEMA_ARTICLE */
    uint32_t column; /* within the layer or the article */
    bool present;    /* false: wanted, but nobody provides it */
    bool provided;   /* this plug-in may add to it */
} field_binding;

typedef struct document_view {
    const field_binding *fields;
    uint32_t field_count;
    bool may_edit;
    bool may_decode; /* set the text, the id and metadata */
} document_view;

/* ---- The document --------------------------------------------------------------------------- */

typedef struct document document;

/* Where the documents of a run are made, one after another; it stands apart from their memory. */
typedef struct document_home {
    const mill_host *host;
    const schema *schema;
    size_t text_limit; /* no text is longer */
    arena memory;      /* of the present document */
} document_home;

/* Makes a home for documents of one schema, which must outlive it. `memory_limit` bounds what one
 * document takes, `text_limit` its text. Owns: the caller clears it. */
void document_home_init(document_home *home, const mill_host *host, const schema *schema,
                        size_t memory_limit, size_t text_limit);

/* Releases the home and its present document. */
void document_home_clear(document_home *home);

/* Makes an empty document for the next article; the one before it is gone. `source` names where it
 * came from and is the id until a reader sets one; it is copied, with '?' for bytes that are not
 * UTF-8. Owns: the home, until the next one begins. Fails: NULL, out of memory. */
document *document_begin(document_home *home, const char *source, size_t length);

/* Tells whether what identifies a document still stands at its front: a plug-in that writes wild
 * before its text comes by there. */
bool document_is_sound(const document *document, const document_home *home);

/* Sets what the plug-in that is called next may see and do. */
void document_set_view(document *document, const document_view *view);

/* Ends a plug-in's turn: applies its edits in one pass, composes the alignment and moves or drops
 * the spans. Fails: false if the plug-in did something that is not allowed or memory ran out;
 * document_fault tells what. */
bool document_finish_stage(document *document);

/* Returns what the stage that ended last has changed: the text as it is now, and as it was before
 * that stage. Owns: valid until the next stage ends. */
const alignment *document_stage_edits(const document *document);

/* Returns the first fault since document_begin, or NULL. */
const char *document_fault(const document *document);

/* As the plug-in sees it. */
mill_document *document_handle(document *document);

/* ---- Between processes ----------------------------------------------------------------------- */

/* Appends the whole document, but for pending edits and the fault, as bytes that document_unpack
 * understands in another process of the same run. Fails: false if the buffer's memory ran out; its
 * contents are then as before. */
bool document_pack(const document *document, buffer *out);

/* Makes a document that has just begun the same as the one that was packed. Everything is checked,
 * as the bytes may come from a process that a plug-in has damaged; they are copied first, so that
 * they may even change meanwhile.
 * Fails: false, with the fault recorded: damaged, or out of memory. Only the fault, the source and
 * the id are then of use. */
bool document_unpack(document *document, mill_text packed);

/* ---- What mill_host calls; each is described in textmill/plugin.h ---------------------------- */

void document_fail(mill_document *, const char *format, va_list);
void *document_alloc(mill_document *, size_t size);
mill_text document_text(const mill_document *);
mill_text document_raw(const mill_document *);
mill_text document_id(const mill_document *, bool *literal);
mill_text document_source(const mill_document *);
uint32_t document_metadata_count(const mill_document *);
void document_metadata(const mill_document *, uint32_t index, mill_text *key, mill_text *json);
void document_set_text(mill_document *, const char *data, size_t length);
void document_set_id(mill_document *, const char *data, size_t length, bool literal);
void document_add_metadata(mill_document *, mill_text key, mill_text json);
void document_edit(mill_document *, size_t begin, size_t end, const char *data, size_t length);
uint32_t document_span_add(mill_document *, uint32_t field, size_t begin, size_t end);
const mill_span *document_spans(const mill_document *, uint32_t field, uint32_t *count);
void document_set(mill_document *, uint32_t field, uint32_t row, const mill_value *value);
void document_set_row(mill_document *, uint32_t first, uint32_t row, const mill_value *values,
                      uint32_t count);
void document_set_numbers(mill_document *, uint32_t field, const double *numbers, uint32_t count);
mill_value document_get(const mill_document *, uint32_t field, uint32_t row);
const mill_value *document_values(const mill_document *document, uint32_t field);
mill_span document_raw_span(const mill_document *, mill_span span);
bool document_change(const mill_document *, uint32_t index, mill_span *text, mill_span *raw);
uint32_t document_text_offset(mill_document *, mill_unit unit, uint32_t offset);
uint32_t document_raw_offset(mill_document *, mill_unit unit, uint32_t offset);

#endif
