/* No state beside the buffer: behind an opening bracket, or at the beginning, no comma is due. */
#include "json.h"

#include "utf8.h"

#include <inttypes.h>

static void put_key(buffer *out, const char *key)
{
    const mill_output *text = &out->output;
    char last = text->length > 0 ? text->data[text->length - 1] : '{';
    if (last != '{' && last != '[') buffer_write(out, ",", 1);
    if (key == NULL) return;
    buffer_json(out, key, strlen(key));
    buffer_write(out, ":", 1);
}

void json_object(buffer *out, const char *key)
{
    put_key(out, key);
    buffer_write(out, "{", 1);
}

void json_object_end(buffer *out)
{
    buffer_write(out, "}", 1);
}

void json_array(buffer *out, const char *key)
{
    put_key(out, key);
    buffer_write(out, "[", 1);
}

void json_array_end(buffer *out)
{
    buffer_write(out, "]", 1);
}

/* File names may be anything: a byte that is no UTF-8 becomes U+FFFD. */
static void put_valid(buffer *out, mill_text text)
{
    while (text.length > 0) {
        size_t valid = utf8_valid_prefix(text.data, text.length);
        buffer_json_part(out, text.data, valid);
        if (valid == text.length) return;
        buffer_printf(out, "\xEF\xBF\xBD");
        text.data += valid + 1;
        text.length -= valid + 1;
    }
}

void json_text(buffer *out, const char *key, mill_text text)
{
    put_key(out, key);
    buffer_write(out, "\"", 1);
    put_valid(out, text);
    buffer_write(out, "\"", 1);
}

void json_string(buffer *out, const char *key, const char *text)
{
    if (text == NULL)
        json_null(out, key);
    else
        json_text(out, key, (mill_text){text, strlen(text)});
}

void json_boolean(buffer *out, const char *key, bool value)
{
    put_key(out, key);
    buffer_printf(out, "%s", value ? "true" : "false");
}

void json_integer(buffer *out, const char *key, int64_t value)
{
    put_key(out, key);
    buffer_printf(out, "%" PRId64, value);
}

void json_number(buffer *out, const char *key, double value)
{
    put_key(out, key);
    buffer_number(out, value);
}

void json_null(buffer *out, const char *key)
{
    put_key(out, key);
    buffer_write(out, "null", 4);
}

void json_value(buffer *out, const char *key, const mill_value *value)
{
    const mill_text text = {value->as.string, value->length};
    switch (value->type) {
    case MILL_BOOLEAN: json_boolean(out, key, value->as.boolean); return;
    case MILL_INTEGER: json_integer(out, key, value->as.integer); return;
    case MILL_NUMBER: json_number(out, key, value->as.number); return;
    case MILL_STRING: json_text(out, key, text); return;
    case MILL_JSON:
        put_key(out, key);
        buffer_write(out, text.data, text.length);
        return;
    default: json_null(out, key);
    }
}
