/* What is no character of its encoding is named by its byte, or U+FFFD is put for it: in UTF-8 for
 * each longest piece that could have begun one, in others, which iconv converts, for each byte.
 */
#include "convert.h"

#include "textmill/scan.h"

#include <errno.h>
#include <strings.h>

bool convert_is_utf8(const char *name)
{
    return strcasecmp(name, "utf-8") == 0 || strcasecmp(name, "utf8") == 0;
}

/* ---- UTF-8 --------------------------------------------------------------------------------- */

/* Returns the length of the character at `data`; 0 if it is none, with how many bytes of it would
 * have fitted in `*fitting`. */
static size_t character_length(const unsigned char *data, size_t left, size_t *fitting)
{
    unsigned lead = data[0];
    unsigned low = 0x80, high = 0xBF;
    size_t length = lead < 0x80   ? 1
                    : lead < 0xC2 ? 0
                    : lead < 0xE0 ? 2
                    : lead < 0xF0 ? 3
                    : lead < 0xF5 ? 4
                                  : 0;
    *fitting = 1;
    if (length < 2) return length;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    for (size_t i = 1; i < length; i++, ++*fitting) {
        if (i >= left || data[i] < low || data[i] > high) return 0;
        low = 0x80;
        high = 0xBF;
    }
    return length;
}

size_t convert_find_invalid(mill_text record)
{
    size_t at = 0, fitting;
    while (at < record.length) {
        const char *data = record.data + at;
        if (record.length - at >= MILL_SCAN_BLOCK && mill_scan_high(data) == 0) {
            at += MILL_SCAN_BLOCK;
            continue;
        }
        size_t length = character_length((const unsigned char *)data, record.length - at, &fitting);
        if (length == 0) break;
        at += length;
    }
    return at;
}

static const char replacement[3] = {(char)0xEF, (char)0xBF, (char)0xBD}; /* U+FFFD */

static mill_text finish(char *bytes, size_t length)
{
    memset(bytes + length, 0, MILL_PADDING);
    return (mill_text){bytes, length};
}

mill_status convert_mend(mill_document *document, mill_text record, mill_text *mended)
{
    char *to = mill_alloc(document, 3 * record.length + MILL_PADDING);
    size_t length = 0, fitting;
    if (to == NULL) return MILL_FAILED;
    for (size_t at = 0; at < record.length;) {
        const char *data = record.data + at;
        size_t step = character_length((const unsigned char *)data, record.length - at, &fitting);
        if (step > 0) {
            memcpy(to + length, data, step);
            length += step;
            at += step;
        } else {
            memcpy(to + length, replacement, sizeof replacement);
            length += 3;
            at += fitting;
        }
    }
    *mended = finish(to, length);
    return MILL_OK;
}

/* ---- Other encodings ----------------------------------------------------------------------- */

bool convert_open(converter *self, const char *name)
{
    self->name = name;
    self->handle = iconv_open("UTF-8", name);
    return self->handle != (iconv_t)-1;
}

void convert_close(converter *self)
{
    iconv_close(self->handle);
}

/* No encoding makes more than three bytes of UTF-8 of one of its own. */
mill_status convert_run(const converter *with, bool replaces, mill_document *document,
                        mill_text record, mill_text *converted)
{
    size_t room = 3 * record.length + 16, left = record.length;
    char *bytes = mill_alloc(document, room + MILL_PADDING), *to = bytes;
    char *from = (char *)(uintptr_t)record.data; /* iconv takes it without const, but only reads */
    if (bytes == NULL) return MILL_FAILED;
    iconv(with->handle, NULL, NULL, NULL, NULL);
    while (left > 0 && iconv(with->handle, &from, &left, &to, &room) == (size_t)-1) {
        if (errno == E2BIG) return mill_fail(document, "does not fit in memory as UTF-8");
        if (!replaces)
            return mill_fail(
                document,
                "byte 0x%02X at offset %zu is not %s; set encoding to the right one, or "
                "on_invalid = replace",
                (unsigned)(unsigned char)*from, record.length - left, with->name);
        if (room < 3) return mill_fail(document, "does not fit in memory as UTF-8");
        memcpy(to, replacement, sizeof replacement);
        to += 3;
        room -= 3;
        from++;
        left--;
    }
    iconv(with->handle, NULL, NULL, &to, &room);
    *converted = finish(bytes, (size_t)(to - bytes));
    return MILL_OK;
}
