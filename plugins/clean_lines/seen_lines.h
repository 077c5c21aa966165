/* seen_lines - the lines of an article so far, to know one that comes again. */
#ifndef CLEAN_LINES_SEEN_LINES_H
#define CLEAN_LINES_SEEN_LINES_H

#include "textmill/plugin.h"

/* Shorter lines may well come twice: "No.", "* * *". In characters. */
#define SEEN_LENGTH_MIN ((size_t)30)

typedef struct seen_lines {
    const char *text;
    mill_span *places; /* open addressing, at most half full; an empty span is a free place */
    size_t mask;
} seen_lines;

/* Prepares for the lines of a text. Fails: false, out of memory. */
bool seen_lines_open(seen_lines *self, mill_document *document, mill_text text);

/* Tells whether a line was added before, else adds it. Short lines are never known. */
bool seen_lines_add(seen_lines *self, mill_text line);

#endif
