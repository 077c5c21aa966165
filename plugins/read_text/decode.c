/* A byte order mark decides first; then, what is valid UTF-8 is UTF-8, because text in any other
 * encoding is hardly ever that by chance; then uchardet guesses. A byte order mark stays in the
 * text as U+FEFF, so that offsets into the raw text are offsets into the file: in bytes of UTF-8,
 * in code points where each is a byte, in units of UTF-16.
 */
#include "decode.h"

#include "textmill/scan.h"

#include <errno.h>
#include <strings.h>
#include <uchardet/uchardet.h>

/* What is tried where nothing better is known. */
#define LAST_RESORT "WINDOWS-1252"

/* All that uchardet knows, by the names that it gives them. */
static const char *const guessed[] = {
    LAST_RESORT,    "UTF-16LE",     "UTF-16BE",     "UTF-32LE",     "UTF-32BE",     "WINDOWS-1250",
    "WINDOWS-1251", "WINDOWS-1253", "WINDOWS-1254", "WINDOWS-1255", "WINDOWS-1256", "WINDOWS-1257",
    "WINDOWS-1258", "ISO-8859-1",   "ISO-8859-2",   "ISO-8859-3",   "ISO-8859-4",   "ISO-8859-5",
    "ISO-8859-6",   "ISO-8859-7",   "ISO-8859-8",   "ISO-8859-9",   "ISO-8859-10",  "ISO-8859-11",
    "ISO-8859-13",  "ISO-8859-15",  "ISO-8859-16",  "KOI8-R",       "IBM852",       "IBM855",
    "IBM865",       "IBM866",       "MAC-CYRILLIC", "TIS-620",      "VISCII",       "SHIFT_JIS",
    "EUC-JP",       "ISO-2022-JP",  "GB18030",      "BIG5",         "EUC-TW",       "EUC-KR",
    "UHC",
};

static bool open_converter(decoder *self, const char *name)
{
    iconv_t handle = iconv_open("UTF-8", name);
    if (handle == (iconv_t)-1) return false;
    self->converters[self->count++] = (converter){name, handle};
    return true;
}

mill_status decoder_open(decoder *self, mill_setup *setup, const char *encoding, bool replaces)
{
    self->replaces = replaces;
    self->is_auto = strcasecmp(encoding, "auto") == 0;
    if (strcasecmp(encoding, "utf-8") == 0 || strcasecmp(encoding, "utf8") == 0) return MILL_OK;
    if (self->is_auto) {
        for (size_t i = 0; i < sizeof guessed / sizeof guessed[0]; i++)
            open_converter(self, guessed[i]); /* what the C library lacks will not be guessed */
        return MILL_OK;
    }
    if (open_converter(self, encoding)) return MILL_OK;
    return mill_setup_fail(setup,
                           "encoding: no encoding '%s'; write auto, utf-8, or one that `iconv -l` "
                           "lists",
                           encoding);
}

void decoder_close(decoder *self)
{
    for (size_t i = 0; i < self->count; i++) iconv_close(self->converters[i].handle);
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

/* Returns how many bytes from the beginning are UTF-8. */
static size_t find_invalid(mill_text record)
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

/* Copies UTF-8 with U+FFFD for each piece that is none. */
static mill_status mend_utf8(mill_document *document, mill_text record)
{
    char *to = mill_alloc(document, 3 * record.length + 1);
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
    mill_document_set_text(document, to, length);
    return MILL_OK;
}

/* ---- Other encodings ----------------------------------------------------------------------- */

/* No encoding makes more than three bytes of UTF-8 of one of its own. */
static mill_status convert(const decoder *self, const converter *with, mill_document *document,
                           mill_text record)
{
    size_t room = 3 * record.length + 16, left = record.length;
    char *bytes = mill_alloc(document, room), *to = bytes;
    char *from = (char *)(uintptr_t)record.data; /* iconv takes it without const, but only reads */
    if (bytes == NULL) return MILL_FAILED;
    iconv(with->handle, NULL, NULL, NULL, NULL);
    while (left > 0 && iconv(with->handle, &from, &left, &to, &room) == (size_t)-1) {
        if (errno == E2BIG) return mill_fail(document, "does not fit in memory as UTF-8");
        if (!self->replaces)
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
    mill_document_set_text(document, bytes, (size_t)(to - bytes));
    return MILL_OK;
}

static const converter *find_converter(const decoder *self, const char *name)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcasecmp(self->converters[i].name, name) == 0) return &self->converters[i];
    return NULL;
}

/* Returns the encoding that a byte order mark tells, or NULL. */
static const char *read_mark(mill_text record)
{
    static const struct {
        const char *mark;
        size_t length;
        const char *name;
    } marks[] = {{"\xFF\xFE\0\0", 4, "UTF-32LE"},
                 {"\0\0\xFE\xFF", 4, "UTF-32BE"},
                 {"\xFF\xFE", 2, "UTF-16LE"},
                 {"\xFE\xFF", 2, "UTF-16BE"}};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (record.length >= marks[i].length &&
            memcmp(record.data, marks[i].mark, marks[i].length) == 0)
            return marks[i].name;
    return NULL;
}

/* Text of UTF-16 without a mark shows by its zeros: every second byte of what is ASCII. */
static const char *read_zeros(mill_text record)
{
    size_t zeros[2] = {0}, looked_at = record.length < 1024 ? record.length : 1024;
    for (size_t i = 0; i < looked_at; i++) zeros[i % 2] += record.data[i] == '\0';
    if (record.length % 2 != 0 || zeros[0] + zeros[1] < looked_at / 4) return NULL;
    return zeros[1] > zeros[0] ? "UTF-16LE" : "UTF-16BE";
}

static const converter *guess(const decoder *self, mill_text record)
{
    const char *name = read_zeros(record);
    if (name != NULL) return find_converter(self, name);
    const converter *found = NULL;
    uchardet_t detector = uchardet_new();
    if (detector != NULL && uchardet_handle_data(detector, record.data, record.length) == 0) {
        uchardet_data_end(detector);
        found = find_converter(self, uchardet_get_charset(detector));
    }
    if (detector != NULL) uchardet_delete(detector);
    return found != NULL ? found : find_converter(self, LAST_RESORT);
}

mill_status decoder_run(const decoder *self, mill_document *document, mill_text record)
{
    const converter *with = self->count > 0 && !self->is_auto ? &self->converters[0] : NULL;
    size_t valid = with == NULL ? find_invalid(record) : 0;
    if (self->is_auto) {
        const char *name = read_mark(record);
        if (name != NULL)
            with = find_converter(self, name);
        else if (valid < record.length)
            with = guess(self, record);
    }
    if (with != NULL) return convert(self, with, document, record);
    if (valid == record.length) {
        mill_document_set_text(document, record.data, record.length);
        return MILL_OK;
    }
    if (self->replaces) return mend_utf8(document, record);
    return mill_fail(document,
                     "byte 0x%02X at offset %zu is not UTF-8; set encoding = auto, or name the "
                     "right one, or on_invalid = replace",
                     (unsigned)(unsigned char)record.data[valid], valid);
}
