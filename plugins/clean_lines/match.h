/* match - holds a line against the patterns of a book. */
#ifndef CLEAN_LINES_MATCH_H
#define CLEAN_LINES_MATCH_H

#include "patterns.h"

/* Longer lines are paragraphs: no pattern is held against them. */
#define MATCH_LENGTH_MAX 511

/* Tells whether a whole line, without its white space at the ends, is like a pattern. Brackets
 * around it do not count. */
bool match_line(const pattern_book *book, mill_text line);

/* Returns how many bytes at the end of a line are a credit in brackets, with the space before it.
 */
size_t match_tail(const pattern_book *book, mill_text line);

#endif
