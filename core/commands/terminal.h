/* terminal - text for people: colours where they are wanted, lines of a width, and nothing of an
 * article that a terminal would obey. Width is counted in columns, wide characters as two.
 */
#ifndef CORE_COMMANDS_TERMINAL_H
#define CORE_COMMANDS_TERMINAL_H

#include "buffer.h"

typedef enum terminal_style {
    STYLE_PLAIN,
    STYLE_HEADING,
    STYLE_FAINT,
    STYLE_GOOD,
    STYLE_BAD,
    STYLE_REMOVED,
    STYLE_INSERTED,
    STYLE_LAYER, /* the first of STYLE_LAYERS: one layer each, in turn */
    STYLE_LAYERS = 6
} terminal_style;

typedef struct terminal {
    buffer *out;
    size_t width;
    bool coloured;
    size_t column; /* where the line stands */
    terminal_style style;
} terminal;

/* Prepares to write to standard output: coloured if that is a terminal and NO_COLOR is not set;
 * as wide as the terminal, COLUMNS or 80. */
terminal terminal_open(buffer *out);

/* Changes the style of what follows. */
void terminal_style_set(terminal *to, terminal_style style);

/* Returns the style of layer `index`. */
terminal_style terminal_layer_style(size_t index);

void terminal_line(terminal *to);

/* Takes back the line that has been begun, if there are only blanks in it; else ends it. */
void terminal_drop_line(terminal *to);

void terminal_blanks(terminal *to, size_t count);

/* Goes on to a column with blanks; stays where it is if that is behind it. */
void terminal_to_column(terminal *to, size_t column);

/* Appends formatted text of our own, on one line; what is over the width is cut off. */
void terminal_printf(terminal *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends an article's text on the present line: white space in it becomes single blanks, what a
 * terminal would obey becomes U+FFFD, and what is over `limit` columns an ellipsis. */
void terminal_excerpt(terminal *to, mill_text text, size_t limit);

/* Appends an article's text as it stands, in lines that begin at column `indent` and end before the
 * width; a line break is one if `breaks`, else a sign for it. */
void terminal_wrapped(terminal *to, mill_text text, size_t indent, bool breaks);

/* Counts the columns that a text takes. */
size_t terminal_columns(mill_text text);

#endif
