/* A byte order mark decides first; then, what is valid UTF-8 is UTF-8, because text in any other
 * encoding is hardly ever that by chance; then uchardet guesses. A byte order mark stays in the
 * text as U+FEFF, so that offsets into the raw text are offsets into the file: in bytes of UTF-8,
 * in code points where each is a byte, in units of UTF-16.
 */
#include "decode.h"

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
    if (!convert_open(&self->converters[self->count], name)) return false;
    self->count++;
    return true;
}

mill_status decoder_open(decoder *self, mill_setup *setup, const char *encoding, bool replaces)
{
    self->replaces = replaces;
    self->is_auto = strcasecmp(encoding, "auto") == 0;
    if (convert_is_utf8(encoding)) return MILL_OK;
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
    for (size_t i = 0; i < self->count; i++) convert_close(&self->converters[i]);
}

/* ---- Guessing ------------------------------------------------------------------------------ */

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

/* Reads the record as text; `with`: its encoding, NULL for UTF-8, of which `valid` bytes are so. */
static mill_status read_record(const decoder *self, const converter *with, size_t valid,
                               mill_document *document, mill_text *record)
{
    if (with != NULL) return convert_run(with, self->replaces, document, *record, record);
    if (valid == record->length) return MILL_OK;
    if (self->replaces) return convert_mend(document, *record, record);
    return mill_fail(document,
                     "byte 0x%02X at offset %zu is not UTF-8; set encoding = auto, or name the "
                     "right one, or on_invalid = replace",
                     (unsigned)(unsigned char)record->data[valid], valid);
}

mill_status decoder_run(const decoder *self, mill_document *document, mill_text record)
{
    const converter *with = self->count > 0 && !self->is_auto ? &self->converters[0] : NULL;
    size_t valid = with == NULL ? convert_find_invalid(record) : 0;
    if (self->is_auto) {
        const char *name = read_mark(record);
        if (name != NULL)
            with = find_converter(self, name);
        else if (valid < record.length)
            with = guess(self, record);
    }
    mill_status status = read_record(self, with, valid, document, &record);
    if (status == MILL_OK) mill_document_set_text(document, record.data, record.length);
    return status;
}
