/* Tokens of any text: sorted, disjoint, not empty, between characters, and never without end. Any
 * bytes make a text here: one below 0x80 is a character; one above, with the two behind it, is the
 * number of a character. */
#include "../../plugins/tokenize/lexer.h"

#include <stdlib.h>

static size_t put_character(char *to, uint32_t code)
{
    if (code < 0x80) return to[0] = (char)code, 1;
    if (code < 0x800) {
        to[0] = (char)(0xC0 | code >> 6);
        return to[1] = (char)(0x80 | (code & 63)), 2;
    }
    if (code < 0x10000) {
        to[0] = (char)(0xE0 | code >> 12);
        to[1] = (char)(0x80 | (code >> 6 & 63));
        return to[2] = (char)(0x80 | (code & 63)), 3;
    }
    to[0] = (char)(0xF0 | code >> 18);
    to[1] = (char)(0x80 | (code >> 12 & 63));
    to[2] = (char)(0x80 | (code >> 6 & 63));
    return to[3] = (char)(0x80 | (code & 63)), 4;
}

static size_t make_text(char *text, const uint8_t *data, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < size; i++) {
        uint32_t code = data[i];
        if (code >= 0x80 && size - i > 2) {
            code = (code & 0x7F) << 16 | (uint32_t)data[i + 1] << 8 | data[i + 2];
            i += 2;
        }
        bool is_character = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
        length += put_character(text + length, is_character ? code : 0xFFFD);
    }
    return length;
}

static bool is_boundary(mill_text text, size_t at)
{
    return at == text.length || ((unsigned char)text.data[at] & 0xC0u) != 0x80u;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = calloc(size * 4 + MILL_PADDING, 1);
    if (bytes == NULL) return 0;
    mill_text text = {bytes, make_text(bytes, data, size)};
    /* Where the text ends, so must what may be read: the padding and no more. */
    char *exact = realloc(bytes, text.length + MILL_PADDING);
    text.data = exact != NULL ? exact : bytes;
    lexer walk;
    token found;
    size_t last = 0;
    lexer_init(&walk, text);
    while (lexer_next(&walk, &found)) {
        if (found.begin < last || found.end <= found.begin || found.end > text.length) abort();
        if (!is_boundary(text, found.begin) || !is_boundary(text, found.end)) abort();
        last = found.end;
    }
    free((void *)text.data);
    return 0;
}
