/* places - from the offsets of a program to bytes: where in the text is character number n? */
#ifndef EXEC_PLACES_H
#define EXEC_PLACES_H

#include "textmill/plugin.h"

typedef struct places {
    mill_text text;
    mill_unit unit;
    uint32_t *steps; /* the byte at which every 256th unit begins; NULL: units are bytes */
    size_t count;    /* of units in the text */
} places;

/* Counts the units of a document's text. Fails: false, the article has failed. */
bool places_init(places *self, mill_document *document, mill_unit unit);

/* Converts an offset. Fails: false if it is behind the end or between the halves of a pair. */
bool places_find(const places *self, int64_t offset, uint32_t *byte);

#endif
