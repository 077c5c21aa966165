/* unescape - a JSON string's characters. */
#ifndef WRITE_TEXT_UNESCAPE_H
#define WRITE_TEXT_UNESCAPE_H

#include "textmill/plugin.h"

/* Writes the characters of a valid JSON string to `to`, which has room for `json.length` bytes.
 * Returns how many bytes were written; 0 if it is another kind of value. */
size_t unescape(mill_text json, char *to);

#endif
