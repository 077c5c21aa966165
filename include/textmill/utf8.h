/* textmill/utf8.h - single characters of UTF-8. Optional; needs nothing but this header. Text that
 * textmill gives to a plug-in is valid UTF-8, so nothing here looks for errors.
 */
#ifndef TEXTMILL_UTF8_H
#define TEXTMILL_UTF8_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reads the character at `data` into `code`; returns its length in bytes. */
static inline size_t mill_utf8_read(const char *data, uint32_t *code)
{
    const unsigned char *byte = (const unsigned char *)data;
    if (byte[0] < 0x80) return *code = byte[0], 1;
    if (byte[0] < 0xE0) return *code = (byte[0] & 0x1Fu) << 6 | (byte[1] & 0x3Fu), 2;
    *code = (byte[0] & 0x0Fu) << 12 | (byte[1] & 0x3Fu) << 6 | (byte[2] & 0x3Fu);
    if (byte[0] < 0xF0) return 3;
    *code = (*code & 0x7FFF) << 6 | (byte[3] & 0x3Fu);
    return 4;
}

/* Writes a code point at `to`, where up to 4 bytes must have room; returns how many it took. */
static inline size_t mill_utf8_write(char *to, uint32_t code)
{
    if (code < 0x80) return to[0] = (char)code, 1;
    if (code < 0x800)
        return to[0] = (char)(0xC0 | code >> 6), to[1] = (char)(0x80 | (code & 0x3F)), 2;
    size_t length = code < 0x10000 ? 3 : 4;
    to[0] = (char)((length == 3 ? 0xE0 : 0xF0) | code >> 6 * (length - 1));
    for (size_t i = 1; i < length; i++)
        to[i] = (char)(0x80 | (code >> 6 * (length - 1 - i) & 0x3F));
    return length;
}

#ifdef __cplusplus
}
#endif

#endif
