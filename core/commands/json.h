/* json - JSON text, member by member, at the end of a buffer. Commas see to themselves: what was
 * written last tells whether one is due. Inside an array the key is NULL.
 */
#ifndef CORE_COMMANDS_JSON_H
#define CORE_COMMANDS_JSON_H

#include "buffer.h"

void json_object(buffer *out, const char *key);
void json_object_end(buffer *out);

void json_array(buffer *out, const char *key);
void json_array_end(buffer *out);

/* Writes a string; `text` may be NULL: null. */
void json_string(buffer *out, const char *key, const char *text);

void json_text(buffer *out, const char *key, mill_text text);
void json_boolean(buffer *out, const char *key, bool value);
void json_integer(buffer *out, const char *key, int64_t value);
void json_number(buffer *out, const char *key, double value);
void json_null(buffer *out, const char *key);

/* Writes the value of an attribute; a place in the text is null, as it takes two members. */
void json_value(buffer *out, const char *key, const mill_value *value);

#endif
