#include "describe_json.h"

#include "json.h"
#include "options.h"
#include "pipeline_fields.h"

static const char *const option_types[] = {
    [MILL_OPTION_BOOLEAN] = "boolean", [MILL_OPTION_INTEGER] = "integer",
    [MILL_OPTION_NUMBER] = "number",   [MILL_OPTION_SIZE] = "size",
    [MILL_OPTION_CHOICE] = "choice",   [MILL_OPTION_STRING] = "string",
    [MILL_OPTION_PATH] = "path",       [MILL_OPTION_PATHS] = "paths",
    [MILL_OPTION_LAYER] = "layer",
};

static const char *const field_types[] = {
    [MILL_LAYER] = "layer",   [MILL_BOOLEAN] = "boolean", [MILL_INTEGER] = "integer",
    [MILL_NUMBER] = "number", [MILL_STRING] = "string",   [MILL_SPAN] = "span",
    [MILL_JSON] = "json",
};

static const char *const use_names[] = {
    [MILL_NEEDS] = "needs", [MILL_WANTS] = "wants", [MILL_PROVIDES] = "provides"};

/* Appends the words of a list with blanks between them as an array of strings. */
static void words_json(buffer *out, const char *key, const char *words)
{
    json_array(out, key);
    for (const char *word = words; word != NULL && *word != '\0';) {
        size_t length = strcspn(word, " ");
        if (length > 0) json_text(out, NULL, (mill_text){word, length});
        word += length + strspn(word + length, " ");
    }
    json_array_end(out);
}

static void option_json(buffer *out, const mill_option *option, const pipeline_option *set)
{
    bool limited = option->minimum != 0 || option->maximum != 0;
    json_object(out, NULL);
    json_string(out, "name", option->name);
    json_string(out, "type", option_types[option->type]);
    json_string(out, "default", option->standard);
    if (set != NULL) {
        json_string(out, "value", set->text);
        json_string(out, "origin", set->origin);
    }
    if (option->choices != NULL) words_json(out, "choices", option->choices);
    if (limited) {
        json_number(out, "minimum", option->minimum);
        json_number(out, "maximum", option->maximum);
    }
    json_string(out, "help", option->help);
    json_object_end(out);
}

void options_json(buffer *out, const char *key, const mill_option *declarations, uint32_t count,
                  size_t stride, const pipeline_option *set)
{
    json_array(out, key);
    for (uint32_t i = 0; i < count; i++)
        option_json(out, option_at(declarations, stride, i), set != NULL ? &set[i] : NULL);
    json_array_end(out);
}

void field_json(buffer *out, const mill_field *field)
{
    json_object(out, NULL);
    json_string(out, "use", use_names[field->use]);
    json_string(out, "type", field_types[field->type]);
    json_string(out, "layer", field->layer);
    json_string(out, "attribute", field->attribute);
    json_string(out, "help", field->help);
    json_object_end(out);
}

static void flags_json(buffer *out, uint32_t flags)
{
    json_boolean(out, "edits_text", (flags & MILL_EDITS_TEXT) != 0);
    json_boolean(out, "stream_order", (flags & MILL_STREAM_ORDER) != 0);
    json_boolean(out, "line_records", (flags & MILL_LINE_RECORDS) != 0);
    json_boolean(out, "uses_files", (flags & MILL_USES_FILES) != 0);
    json_boolean(out, "uses_network", (flags & MILL_USES_NETWORK) != 0);
    json_boolean(out, "uses_processes", (flags & MILL_USES_PROCESSES) != 0);
}

void plugin_json(buffer *out, const plugin_entry *entry, const mill_plugin *plugin)
{
    json_string(out, "kind", plugin_kind_name(plugin->kind));
    json_string(out, "plugin", plugin->name);
    json_string(out, "version", plugin->version);
    json_string(out, "licence", plugin->licence);
    json_string(out, "summary", plugin->summary);
    json_string(out, "path", entry->path);
    if (plugin->kind != MILL_STAGE) words_json(out, "extensions", entry->extensions);
    flags_json(out, plugin->flags);
    json_array(out, "fields");
    for (uint32_t i = 0; i < plugin->field_count; i++) field_json(out, plugin_field(plugin, i));
    json_array_end(out);
}
