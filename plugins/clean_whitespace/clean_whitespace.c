/* clean_whitespace - one space between words, one kind of line break, no white space at the edges
 * of a line or of the text, and no more blank lines in a row than wanted.
 *
 * White space comes in runs; each run becomes a space, some line breaks, or nothing. A scan in
 * blocks finds the runs that may need it: all but single spaces. What a run and its replacement
 * have in common at their ends is left alone, so that an edit covers just what changes.
 */
#include "textmill/plugin.h"
#include "textmill/scan.h"

#define BLANK_LINES_MAX 8

typedef struct cleaner {
    size_t breaks_max; /* line breaks in a row: one more than blank lines */
} cleaner;

typedef struct white_run {
    size_t begin;
    size_t end;
    size_t breaks; /* line breaks in it */
} white_run;

static mill_status open_cleaner(mill_setup *setup, void **instance)
{
    cleaner *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->breaks_max = (size_t)mill_setup_integer(setup, "blank_lines") + 1;
    *instance = self;
    return MILL_OK;
}

static inline bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* Returns the length of the line break at `data`, 0 if there is none. Unix, DOS and old Mac breaks,
 * vertical tab, form feed, NEL, U+2028; `*breaks` tells that a paragraph separator is two. */
static inline size_t line_break_at(const char *data, size_t *breaks)
{
    *breaks = 1;
    switch ((unsigned char)*data) {
    case '\n':
    case '\v':
    case '\f': return 1;
    case '\r': return data[1] == '\n' ? 2 : 1;
    case 0xC2: return (unsigned char)data[1] == 0x85 ? 2 : 0;
    case 0xE2:
        if ((unsigned char)data[1] != 0x80 || ((unsigned char)data[2] | 1) != 0xA9) return 0;
        if ((unsigned char)data[2] == 0xA9) *breaks = 2;
        return 3;
    default: return 0;
    }
}

/* Measures the run that `at` lies in. Breaks in it begin at `at` or later. */
static white_run measure_run(mill_text text, size_t at)
{
    white_run run = {at, at, 0};
    while (run.begin > 0 && is_blank(text.data[run.begin - 1])) run.begin--;
    while (run.end < text.length) {
        size_t breaks, length = line_break_at(text.data + run.end, &breaks);
        if (length != 0) run.breaks += breaks;
        if (length == 0 && is_blank(text.data[run.end])) length = 1;
        if (length == 0) break;
        run.end += length;
    }
    return run;
}

/* Replaces the run by what it should be; returns its end. */
static size_t clean_run(const cleaner *self, mill_document *document, mill_text text, size_t at)
{
    static const char line_breaks[BLANK_LINES_MAX + 2] = "\n\n\n\n\n\n\n\n\n";
    white_run run = measure_run(text, at);
    const char *wanted = run.breaks == 0 ? " " : line_breaks;
    size_t length = run.breaks == 0 ? 1 : run.breaks;
    if (length > self->breaks_max) length = self->breaks_max;
    if (run.begin == 0 || run.end == text.length) length = 0;

    size_t begin = run.begin, end = run.end;
    while (length > 0 && begin < end && text.data[begin] == *wanted) begin++, length--;
    while (length > 0 && begin < end && text.data[end - 1] == *wanted) end--, length--;
    if (begin < end) mill_edit(document, begin, end, wanted, length);
    return run.end;
}

/* Where a run may need work: at white space other than a space, at the first of two spaces, and at
 * the last byte of a wide line break. */
static inline uint64_t candidates(const char *block)
{
    uint64_t spaces = mill_scan_equal(block, ' ');
    uint64_t next = spaces >> 1 | (uint64_t)(block[MILL_SCAN_BLOCK] == ' ') << 63;
    uint64_t set = mill_scan_range(block, '\t', '\r') | (spaces & next);
    if (mill_scan_high(block) == 0) return set;
    return set | mill_scan_equal(block, (char)0x85) | mill_scan_range(block, 0xA8, 0xA9);
}

/* Steps back from a candidate to the start of its character; false if it is no white space. */
static inline bool find_white(mill_text text, size_t *at)
{
    unsigned char byte = (unsigned char)text.data[*at];
    size_t breaks, back = byte == 0x85 ? 1 : 2; /* NEL has two bytes, the others three */
    if (byte < 0x80) return true;
    if (*at < back) return false;
    *at -= back;
    return line_break_at(text.data + *at, &breaks) == back + 1;
}

static mill_status clean_article(void *instance, mill_document *document)
{
    mill_text text = mill_document_text(document);
    size_t done = 0;
    if (text.length == 0) return MILL_OK;
    if (is_blank(text.data[0])) done = clean_run(instance, document, text, 0);
    for (size_t block = 0; block < text.length; block += MILL_SCAN_BLOCK) {
        for (uint64_t set = candidates(text.data + block); set != 0; set &= set - 1) {
            size_t at = block + mill_scan_first(set);
            if (at >= done && find_white(text, &at)) done = clean_run(instance, document, text, at);
        }
    }
    if (done < text.length && is_blank(text.data[text.length - 1]))
        clean_run(instance, document, text, text.length - 1);
    return MILL_OK;
}

static const mill_option options[] = {
    {.name = "blank_lines",
     .type = MILL_OPTION_INTEGER,
     .standard = "1",
     .minimum = 0,
     .maximum = BLANK_LINES_MAX,
     .help = "blank lines in a row that stay at most"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .flags = MILL_EDITS_TEXT,
    .name = "clean_whitespace",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "makes runs of white space one space, and line breaks one kind",
    .options = options,
    .option_count = MILL_COUNT(options),
    .open = open_cleaner,
    .process = clean_article,
};
