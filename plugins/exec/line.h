/* line - a growing run of bytes: the line that a program is sent, or the one that it answers. */
#ifndef EXEC_LINE_H
#define EXEC_LINE_H

#include "textmill/plugin.h"

typedef struct line {
    char *data;
    size_t length;
    size_t capacity;
    bool failed; /* memory ended; nothing is added any more */
} line;

/* Makes room for `size` more bytes. Fails: false; the line is marked failed. */
bool line_reserve(line *self, size_t size);

void line_add(line *self, const char *data, size_t length);
void line_add_string(line *self, const char *string);

/* Adds a JSON string. */
void line_add_json(line *self, const char *data, size_t length);

/* Adds an integer, or a number that reads back as the same double. */
void line_add_integer(line *self, int64_t integer);
void line_add_number(line *self, double number);

/* Forgets the contents; memory beyond a few megabytes is given back. */
void line_reset(line *self);

void line_clear(line *self);

#endif
