/* normalize_unicode - brings the text into Unicode's normal form NFC or NFKC.
 *
 * News text is nearly all in NFC as it comes. A scan in blocks stops at characters from U+0300 on,
 * a table of bits tells which of those could be out of order, and only such a stretch, with the
 * character before it, is worked on. A stretch ends where a character begins that nothing joins
 * with; so however long the stretches, each character is in one of them at most.
 */
#include "stretch.h"

#include "textmill/scan.h"
#include "textmill/utf8.h"

typedef struct normalizer {
    uint64_t unsettled[0x10000 / 64]; /* characters of the basic plane that need work */
    unsigned char first_lead;         /* of the UTF-8 of the first of them */
    normal_form form;
} normalizer;

static bool is_unsettled(const normalizer *self, uint32_t code)
{
    if (code < 0x10000) return (self->unsettled[code / 64] >> code % 64 & 1) != 0;
    return stretch_is_unsettled(self->form, code);
}

static mill_status open_normalizer(mill_setup *setup, void **instance)
{
    normalizer *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->form = mill_setup_integer(setup, "form") == 1 ? FORM_NFKC : FORM_NFC;
    self->first_lead = self->form == FORM_NFC ? 0xCC : 0xC2; /* U+0300, U+0080 */
    for (uint32_t code = 0x80; code < 0x10000; code++)
        if (stretch_is_unsettled(self->form, code))
            self->unsettled[code / 64] |= UINT64_C(1) << code % 64;
    *instance = self;
    return MILL_OK;
}

/* Returns the end of the stretch of unsettled characters that begins at `at`. */
static size_t find_end(const normalizer *self, mill_text text, size_t at)
{
    while (at < text.length) {
        uint32_t code;
        size_t length = mill_utf8_read(text.data + at, &code);
        if (!is_unsettled(self, code)) break;
        at += length;
    }
    return at;
}

/* Where characters begin that could be unsettled. Dashes, quotation marks and dots, by far the most
 * frequent of them, are told apart here where nothing is wanted of them. */
static inline uint64_t candidates(const normalizer *self, const char *block)
{
    uint64_t set = mill_scan_range(block, self->first_lead, 0xF4);
    if (set == 0 || self->form != FORM_NFC) return set;
    uint64_t marks = mill_scan_equal(block, (char)0xE2) & mill_scan_equal(block, (char)0x80) >> 1 &
                     mill_scan_range(block, 0x90, 0xAF) >> 2; /* U+2010 to U+202F */
    return set & ~marks;
}

static mill_status normalize_article(void *instance, mill_document *document)
{
    const normalizer *self = instance;
    mill_text text = mill_document_text(document);
    size_t done = 0;
    for (size_t block = 0; block < text.length; block += MILL_SCAN_BLOCK) {
        for (uint64_t set = candidates(self, text.data + block); set != 0; set &= set - 1) {
            size_t at = block + mill_scan_first(set);
            uint32_t code;
            if (at < done || at >= text.length) continue;
            mill_utf8_read(text.data + at, &code);
            if (!is_unsettled(self, code)) continue;
            size_t end = find_end(self, text, at);
            while (at > done && ((unsigned char)text.data[--at] & 0xC0u) == 0x80) continue;
            if (!stretch_normalize(self->form, document, text,
                                   (mill_span){(uint32_t)at, (uint32_t)end}))
                return MILL_FAILED;
            done = end;
        }
    }
    return MILL_OK;
}

static const mill_option options[] = {
    {.name = "form",
     .type = MILL_OPTION_CHOICE,
     .standard = "nfc",
     .choices = "nfc nfkc",
     .help = "nfc: accents joined to their letters; nfkc: also circled, wide, raised and other "
             "variants as plain characters"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .flags = MILL_EDITS_TEXT,
    .name = "normalize_unicode",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "brings the text into Unicode's normal form NFC or NFKC",
    .options = options,
    .option_count = MILL_COUNT(options),
    .open = open_normalizer,
    .process = normalize_article,
};
