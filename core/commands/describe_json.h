/* describe_json - plug-ins, their options and fields for programs: the same as describe tells
 * people.
 */
#ifndef CORE_COMMANDS_DESCRIBE_JSON_H
#define CORE_COMMANDS_DESCRIBE_JSON_H

#include "buffer.h"
#include "pipeline.h"

/* Appends members to an open object: what the plug-in is and where; its fields; what it declares
 * to do. */
void plugin_json(buffer *out, const plugin_entry *entry, const mill_plugin *plugin);

/* Appends an array: each declaration and, where `set` is not NULL, the value and its origin. */
void options_json(buffer *out, const char *key, const mill_option *declarations, uint32_t count,
                  size_t stride, const pipeline_option *set);

/* Appends an object for a field. */
void field_json(buffer *out, const mill_field *field);

#endif
