/* expectation - JSON that is expected held against JSON that came. An expected object may leave
 * members out, unless the whole is meant; arrays have the same number of elements; numbers are
 * equal if they have the same value.
 */
#ifndef CORE_EXPECTATION_H
#define CORE_EXPECTATION_H

#include "buffer.h"

typedef struct expectation {
    bool whole;          /* nothing may come that is not expected */
    buffer *differences; /* NULL: nobody wants to know them */
} expectation;

/* Compares two values, which are right (mill_json_check). Each difference is three lines: the path
 * of the value, what was expected, what came. Returns whether there is none. */
bool expectation_holds(const expectation *self, mill_text expected, mill_text got);

/* Writes what came, as far as it was asked for: with the members that `expected` has. */
void expectation_update(const expectation *self, mill_text expected, mill_text got, buffer *out);

/* Compares two texts; a difference is shown as above, under `path`. */
bool expectation_text_holds(const expectation *self, const char *path, mill_text expected,
                            mill_text got);

#endif
