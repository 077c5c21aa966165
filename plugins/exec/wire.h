/* wire - an article as a line of JSON: what a program is sent, and what it may answer.
 *
 *   {"id":"a1","text":"...","title":"...","quotes":[{"begin":0,"end":12,"speaker":"Ann"}],"topic":"x"}
 *
 * It looks as the writer jsonl writes it: metadata pass through, layers are arrays, dots nest. Sent
 * are the fields that the stage needs or wants. An answer has the id of the line, which shows that
 * both are in step, the fields that the stage provides, and maybe
 *
 *   "text": "..."                         the whole new text
 *   "edits": [[begin, end, "new"], ...]   or what is to be replaced in the old one
 *   "drop": true                          the article leaves the stream
 *   "error": "why"                        the article is set aside
 *
 * What was sent may be answered again; it is ignored. Offsets are those of the text that was sent.
 */
#ifndef EXEC_WIRE_H
#define EXEC_WIRE_H

#include "line.h"

typedef struct wire {
    const mill_field *fields;
    uint32_t field_count;
    mill_unit unit;  /* of offsets */
    line scratch;    /* for strings that are decoded */
    char fault[240]; /* of the last line */
} wire;

/* Writes an article, and a line break. Fails: false, the article has failed. */
bool wire_write(wire *self, mill_document *document, line *out);

/* Returns what keeps a line from being an answer about this article, NULL if it is one.
 * Owns: valid until the next call. */
const char *wire_fault(wire *self, const mill_document *document, mill_text answer);

/* Does with the article what an answer without that fault says. */
mill_status wire_read(wire *self, mill_document *document, mill_text answer);

/* Tells whether a member of the line has its meaning from the wire, whatever the metadata are. */
bool wire_is_own(const wire *self, mill_text name);

#endif
