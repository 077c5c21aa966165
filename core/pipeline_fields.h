/* pipeline_fields - who provides what to whom: binds every stage's fields and makes the schema.
 * A room of its own behind pipeline; nothing else uses it. */
#ifndef CORE_PIPELINE_FIELDS_H
#define CORE_PIPELINE_FIELDS_H

#include "pipeline.h"

/* Walks the stages in order, binds their fields to what stages before them provide, and fills the
 * pipeline's schema and field list. Everything that is missing or provided twice becomes a problem.
 * Fails: false, out of memory. */
bool pipeline_bind_fields(pipeline *chain, problem_list *problems);

/* Returns field `index` of a plug-in, whatever the size of its declarations. */
static inline const mill_field *plugin_field(const mill_plugin *plugin, uint32_t index)
{
    return (const mill_field *)(const void *)((const char *)plugin->fields +
                                              (size_t)index * plugin->header.field_size);
}

/* Writes a field as a person reads it: "layer 'quotes'", "attribute 'speaker' of layer 'quotes'",
 * "attribute 'sentiment.compound'". */
void field_describe(const mill_field *field, char *text, size_t size);

/* Tells whether a plug-in declares that it provides a field. */
bool plugin_provides(const mill_plugin *plugin, const mill_field *wanted);

#endif
