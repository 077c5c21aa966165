/* lines - the lines of a text, and what stands at their ends. */
#ifndef UNWRAP_LINES_LINES_H
#define UNWRAP_LINES_LINES_H

#include "textmill/words.h"

/* A line without the white space at its ends. */
typedef struct text_line {
    size_t begin;
    size_t end;
    size_t next;   /* where the line after it begins; past the end of the text behind the last */
    bool is_blank; /* also what comes behind the last line */
} text_line;

text_line lines_first(mill_text text);

/* Returns the line behind one; behind the last an empty one at the end of the text. */
text_line lines_next(mill_text text, text_line line);

/* Counts characters. */
size_t lines_width(mill_text text, size_t begin, size_t end);

/* Tells whether a line begins like a list item, a quotation of mail or an indented paragraph. */
bool lines_is_item(mill_text text, text_line line);

/* Returns the letters and digits at the end of text[begin, end). */
mill_text lines_last_word(mill_text text, size_t begin, size_t end);

/* Returns where the closing quotation marks and brackets before `end` begin. */
size_t lines_skip_closing(mill_text text, size_t begin, size_t end);

static inline bool lines_is_digit(char byte)
{
    return (unsigned)byte - '0' < 10u;
}

/* A letter, a digit, or part of a character beyond ASCII and general punctuation. */
static inline bool lines_is_word(char byte)
{
    unsigned char lead = (unsigned char)byte;
    return (unsigned)mill_lower(lead) - 'a' < 26u || lines_is_digit(byte) ||
           (lead >= 0x80 && lead != 0xC2 && lead != 0xE2);
}

static inline bool lines_is_small(const char *data)
{
    unsigned char lead = (unsigned char)data[0], next = (unsigned char)data[1];
    return (unsigned)lead - 'a' < 26u || (lead == 0xC3 && next >= 0x9F);
}

static inline bool lines_is_large(const char *data)
{
    unsigned char lead = (unsigned char)data[0], next = (unsigned char)data[1];
    return (unsigned)lead - 'A' < 26u || (lead == 0xC3 && next < 0x9F);
}

#endif
