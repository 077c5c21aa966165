/* The string has been validated by whoever read it, so nothing is checked again. No escape is
 * shorter than what it stands for, which bounds the output by the input.
 */
#include "unescape.h"

static unsigned read_hex4(const char *at)
{
    unsigned value = 0;
    for (int i = 0; i < 4; i++) {
        unsigned byte = (unsigned char)at[i];
        value = value * 16 + (byte <= '9' ? byte - '0' : (byte | 0x20) - 'a' + 10);
    }
    return value;
}

static size_t put_code_point(unsigned code, char *to)
{
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length - 1; i > 0; i--, code >>= 6) to[i] = (char)(0x80 | (code & 0x3F));
    to[0] = (char)(leads[length] | code);
    return length;
}

/* Writes the code point of the \u escape at *at and steps over it, both halves of a pair. */
static size_t put_unicode_escape(const char **at, char *to)
{
    unsigned code = read_hex4(*at + 2);
    *at += 6;
    if (code >= 0xD800 && code < 0xDC00) {
        code = 0x10000 + ((code - 0xD800) << 10) + (read_hex4(*at + 2) - 0xDC00);
        *at += 6;
    }
    return put_code_point(code, to);
}

size_t unescape(mill_text json, char *to)
{
    static const char letters[] = "bfnrt", controls[] = "\b\f\n\r\t";
    size_t length = 0;
    if (json.length < 2 || json.data[0] != '"') return 0;
    const char *at = json.data + 1, *end = json.data + json.length - 1;
    while (at < end) {
        if (*at != '\\') {
            to[length++] = *at++;
        } else if (at[1] == 'u') {
            length += put_unicode_escape(&at, to + length);
        } else {
            const char *letter = strchr(letters, at[1]);
            to[length++] = letter != NULL ? controls[letter - letters] : at[1];
            at += 2;
        }
    }
    return length;
}
