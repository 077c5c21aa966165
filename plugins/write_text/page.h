/* page - text for a terminal: wrapped or shortened to a width, and with nothing in it that a
 * terminal would obey. Width is counted in code points.
 */
#ifndef WRITE_TEXT_PAGE_H
#define WRITE_TEXT_PAGE_H

#include "textmill/plugin.h"

typedef enum page_style { PAGE_PLAIN, PAGE_HEADING, PAGE_NAME, PAGE_FAINT } page_style;

typedef struct page {
    mill_output *output;
    size_t width;
    bool coloured;
} page;

/* Changes the style of what follows. */
void page_style_set(const page *page, page_style style);

/* Appends a NUL-terminated constant as it is. */
void page_constant(const page *page, const char *constant);

void page_blanks(const page *page, size_t count);

/* Appends text on the current line: white space in it becomes single blanks, a control character
 * becomes U+FFFD, and what is over `limit` code points is cut off with an ellipsis.
 * Returns how many code points were appended. */
size_t page_excerpt(const page *page, mill_text text, size_t limit);

/* Appends text in lines of at most `width`, a line break behind the last. Blank lines in a row
 * become one; there is none at the beginning and the end. A longer word is cut. */
void page_wrapped(const page *page, mill_text text);

/* Counts the code points that were appended since the output was `from` bytes long. */
size_t page_columns_since(const page *page, size_t from);

/* Puts a constant into the output at byte `from`, in front of what stands there. */
void page_insert(const page *page, size_t from, const char *constant);

#endif
