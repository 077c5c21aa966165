/* convert - bytes of one encoding as UTF-8. Other readers are built with it, too. */
#ifndef READ_TEXT_CONVERT_H
#define READ_TEXT_CONVERT_H

#include "textmill/plugin.h"

#include <iconv.h>

typedef struct converter {
    const char *name; /* of the encoding */
    iconv_t handle;
} converter;

/* Tells whether an encoding needs no converter. */
bool convert_is_utf8(const char *name);

/* Returns how many bytes from the beginning are UTF-8. */
size_t convert_find_invalid(mill_text record);

/* Copies UTF-8 with U+FFFD for each piece that is none; MILL_PADDING zeros are behind the copy. */
mill_status convert_mend(mill_document *document, mill_text record, mill_text *mended);

/* Opens a converter. Returns false where the C library has none of this name. */
bool convert_open(converter *self, const char *name);

void convert_close(converter *self);

/* Converts a record; MILL_PADDING zeros are behind it. `replaces`: with U+FFFD for each byte that
 * the encoding does not have.
 * Fails: MILL_FAILED, with the byte named. */
mill_status convert_run(const converter *with, bool replaces, mill_document *document,
                        mill_text record, mill_text *converted);

#endif
