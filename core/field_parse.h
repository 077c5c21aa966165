/* field_parse - a field as a person writes it: "quotes[]", "quotes[].speaker string", "language
 * string". The notation is that of jq's paths into the output.
 */
#ifndef CORE_FIELD_PARSE_H
#define CORE_FIELD_PARSE_H

#include "arena.h"
#include "textmill/plugin.h"

/* Fills in layer, attribute and type of `field`. Owns: the names live in `memory`.
 * Fails: false; `why` says what is wrong and the remedy. */
bool field_parse(mill_text text, arena *memory, mill_field *field, char *why, size_t size);

#endif
