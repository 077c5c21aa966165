/* utf8 - checking and counting UTF-8. No case, no classes, no normalisation. */
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns how many leading bytes are valid UTF-8 (RFC 3629: no overlong forms, no surrogates, at
 * most U+10FFFF): `length` if all are. */
size_t utf8_valid_prefix(const char *data, size_t length);

/* Counts code points in valid UTF-8. A piece may begin and end anywhere: a character counts where
 * its first byte is. */
size_t utf8_count_code_points(const char *data, size_t length);

/* Counts UTF-16 code units that valid UTF-8 would take; of pieces, likewise. */
size_t utf8_count_utf16(const char *data, size_t length);

/* Tells whether a code point starts at `offset`, or the text ends there. */
static inline bool utf8_is_boundary(const char *data, size_t length, size_t offset)
{
    return offset == length || ((unsigned char)data[offset] & 0xC0u) != 0x80u;
}

#endif
