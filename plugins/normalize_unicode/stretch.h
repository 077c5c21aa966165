/* stretch - a stretch of text in normal form, by utf8proc. */
#ifndef NORMALIZE_UNICODE_STRETCH_H
#define NORMALIZE_UNICODE_STRETCH_H

#include "textmill/plugin.h"

typedef enum normal_form { FORM_NFC, FORM_NFKC } normal_form;

/* Tells whether a character could change, or join with or change places with the one before it.
 * Before any other character a stretch may end. */
bool stretch_is_unsettled(normal_form form, uint32_t code);

/* Brings text[stretch] into the normal form, in time linear in its length.
 * Fails: false, out of memory. */
bool stretch_normalize(normal_form form, mill_document *document, mill_text text,
                       mill_span stretch);

#endif
