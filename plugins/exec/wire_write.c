/* The line that a program is sent. */
#include "wire.h"

#include <stdio.h>

static bool is_same(const char *left, const char *right)
{
    return left == NULL || right == NULL ? left == right : strcmp(left, right) == 0;
}

/* ---- Members --------------------------------------------------------------------------------- */

static void add_comma(line *out)
{
    char last = out->length > 0 ? out->data[out->length - 1] : '{';
    if (last != '{' && last != '[') line_add(out, ",", 1);
}

/* Adds `,"NAME":`. */
static void add_name(line *out, const char *name, size_t length, const char *ending)
{
    add_comma(out);
    line_add(out, "\"", 1);
    line_add(out, name, length);
    line_add_string(out, ending);
    line_add(out, "\":", 2);
}

static void add_offset(const wire *self, mill_document *document, line *out, uint32_t offset)
{
    line_add_integer(out, mill_text_offset(document, self->unit, offset));
}

/* JSON that came in may have line breaks between its parts; the line is one line. */
static void add_json(line *out, const char *data, size_t length)
{
    size_t begin = out->length;
    line_add(out, data, length);
    for (size_t i = begin; i < out->length; i++)
        if (out->data[i] == '\n' || out->data[i] == '\r') out->data[i] = ' ';
}

static void add_value(line *out, const mill_value *value)
{
    switch (value->type) {
    case MILL_BOOLEAN: line_add_string(out, value->as.boolean ? "true" : "false"); return;
    case MILL_INTEGER: line_add_integer(out, value->as.integer); return;
    case MILL_NUMBER: line_add_number(out, value->as.number); return;
    case MILL_STRING: line_add_json(out, value->as.string, value->length); return;
    case MILL_JSON: add_json(out, value->as.string, value->length); return;
    default: line_add_string(out, "null");
    }
}

static void add_attribute(const wire *self, mill_document *document, line *out, uint32_t field,
                          uint32_t row, const char *name)
{
    mill_value value = mill_get(document, field, row);
    size_t length = strlen(name);
    if (self->fields[field].type != MILL_SPAN) {
        add_name(out, name, length, "");
        add_value(out, &value);
    } else if (value.type == MILL_SPAN) {
        add_name(out, name, length, "_begin");
        add_offset(self, document, out, value.as.span.begin);
        add_name(out, name, length, "_end");
        add_offset(self, document, out, value.as.span.end);
    }
}

/* A row of a layer, or the article, and the part of an attribute's path that is written already. */
typedef struct object_path {
    const char *layer;
    uint32_t row;
    const char *prefix;
    size_t length;
} object_path;

/* Returns what of a field's path follows the prefix, NULL if the field is none of the object's. */
static const char *member_name(const wire *self, uint32_t field, const object_path *path)
{
    const mill_field *declared = &self->fields[field];
    bool is_sent = declared->use != MILL_PROVIDES && declared->attribute != NULL;
    if (!is_sent || !is_same(declared->layer, path->layer)) return NULL;
    bool is_inside = strncmp(declared->attribute, path->prefix, path->length) == 0;
    return is_inside ? declared->attribute + path->length : NULL;
}

/* Tells whether a field before this one shares its path up to the next dot, so that the object of
 * both has been written. */
static bool is_written(const wire *self, uint32_t field, const object_path *path, size_t length)
{
    const object_path inner = {path->layer, path->row, self->fields[field].attribute, length};
    for (uint32_t i = 0; i < field; i++)
        if (member_name(self, i, &inner) != NULL) return true;
    return false;
}

/* Adds all attributes whose paths begin with the prefix. */
static void add_members(const wire *self, mill_document *document, line *out,
                        const object_path *path)
{
    for (uint32_t i = 0; i < self->field_count; i++) {
        const char *name = member_name(self, i, path);
        if (name == NULL) continue;
        const char *dot = strchr(name, '.');
        if (dot == NULL) {
            add_attribute(self, document, out, i, path->row, name);
            continue;
        }
        const char *attribute = self->fields[i].attribute;
        size_t length = (size_t)(dot - attribute) + 1;
        if (is_written(self, i, path, length)) continue;
        add_name(out, name, (size_t)(dot - name), "");
        line_add(out, "{", 1);
        add_members(self, document, out, &(object_path){path->layer, path->row, attribute, length});
        line_add(out, "}", 1);
    }
}

/* ---- The line -------------------------------------------------------------------------------- */

static void add_id(mill_document *document, line *out)
{
    bool literal;
    mill_text id = mill_document_id(document, &literal);
    line_add_string(out, "{\"id\":");
    if (literal)
        line_add(out, id.data, id.length);
    else
        line_add_json(out, id.data, id.length);
}

static void add_metadata(const wire *self, mill_document *document, line *out)
{
    mill_text key, json;
    for (uint32_t i = 0; i < mill_metadata_count(document); i++) {
        mill_metadata(document, i, &key, &json);
        if (wire_is_own(self, key)) continue;
        line_add(out, ",", 1);
        line_add_json(out, key.data, key.length);
        line_add(out, ":", 1);
        add_json(out, json.data, json.length);
    }
}

static void add_layer(const wire *self, mill_document *document, line *out, uint32_t field)
{
    uint32_t count;
    const char *name = self->fields[field].layer;
    const mill_span *spans = mill_spans(document, field, &count);
    add_name(out, name, strlen(name), "");
    line_add(out, "[", 1);
    for (uint32_t row = 0; row < count; row++) {
        add_comma(out);
        line_add(out, "{", 1);
        add_name(out, "begin", 5, "");
        add_offset(self, document, out, spans[row].begin);
        add_name(out, "end", 3, "");
        add_offset(self, document, out, spans[row].end);
        add_members(self, document, out, &(object_path){name, row, "", 0});
        line_add(out, "}", 1);
    }
    line_add(out, "]", 1);
}

bool wire_is_own(const wire *self, mill_text name)
{
    static const char *const own[] = {"id", "text", "edits", "drop", "error"};
    for (size_t i = 0; i < MILL_COUNT(own); i++)
        if (name.length == strlen(own[i]) && memcmp(name.data, own[i], name.length) == 0)
            return true;
    for (uint32_t i = 0; i < self->field_count; i++) {
        const char *field =
            self->fields[i].layer != NULL ? self->fields[i].layer : self->fields[i].attribute;
        bool is_span = self->fields[i].layer == NULL && self->fields[i].type == MILL_SPAN;
        size_t length = strcspn(field, ".");
        if (name.length < length || memcmp(name.data, field, length) != 0) continue;
        if (name.length == length || (is_span && name.data[length] == '_')) return true;
    }
    return false;
}

bool wire_write(wire *self, mill_document *document, line *out)
{
    mill_text text = mill_document_text(document);
    line_reset(out);
    line_reserve(out, text.length + text.length / 8 + 1024);
    add_id(document, out);
    line_add_string(out, ",\"text\":");
    line_add_json(out, text.data, text.length);
    add_metadata(self, document, out);
    for (uint32_t i = 0; i < self->field_count; i++)
        if (self->fields[i].use != MILL_PROVIDES && self->fields[i].attribute == NULL)
            add_layer(self, document, out, i);
    add_members(self, document, out, &(object_path){NULL, 0, "", 0});
    line_add(out, "}\n", 2);
    if (!out->failed) return true;
    line_reset(out);
    mill_fail(document, "out of memory");
    return false;
}
