#include "line.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define LEAST ((size_t)1 << 14)
#define KEPT  ((size_t)8 << 20)

bool line_reserve(line *self, size_t size)
{
    if (self->failed) return false;
    if (self->capacity - self->length >= size) return true;
    size_t capacity = self->capacity < LEAST ? LEAST : self->capacity;
    while (capacity - self->length < size && capacity <= SIZE_MAX / 2) capacity *= 2;
    char *data = capacity - self->length >= size ? realloc(self->data, capacity) : NULL;
    if (data == NULL) {
        self->failed = true;
        return false;
    }
    self->data = data;
    self->capacity = capacity;
    return true;
}

void line_add(line *self, const char *data, size_t length)
{
    if (length == 0 || !line_reserve(self, length)) return;
    memcpy(self->data + self->length, data, length);
    self->length += length;
}

void line_add_string(line *self, const char *string)
{
    line_add(self, string, strlen(string));
}

/* Adds the escape of a byte that may not stand in a JSON string. */
static void add_escape(line *self, unsigned char byte)
{
    static const char bytes[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    char escape[8];
    const char *found = byte != 0 ? strchr(bytes, byte) : NULL;
    if (found != NULL)
        snprintf(escape, sizeof escape, "\\%c", letters[found - bytes]);
    else
        snprintf(escape, sizeof escape, "\\u%04x", byte);
    line_add_string(self, escape);
}

void line_add_json(line *self, const char *data, size_t length)
{
    size_t from = 0;
    line_add(self, "\"", 1);
    for (size_t at = 0; at < length; at++) {
        unsigned char byte = (unsigned char)data[at];
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
        line_add(self, data + from, at - from);
        add_escape(self, byte);
        from = at + 1;
    }
    line_add(self, data + from, length - from);
    line_add(self, "\"", 1);
}

void line_add_integer(line *self, int64_t integer)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRId64, integer);
    line_add_string(self, digits);
}

void line_add_number(line *self, double number)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%.15g", number);
    double same = strtod(digits, NULL);
    if (same < number || same > number) snprintf(digits, sizeof digits, "%.17g", number);
    line_add_string(self, digits);
}

void line_reset(line *self)
{
    if (self->capacity > KEPT || self->failed)
        line_clear(self);
    else
        self->length = 0;
}

void line_clear(line *self)
{
    free(self->data);
    *self = (line){0};
}
