/* split_sentences - finds the sentences of English text, as a layer of spans.
 *
 * One forward pass. A scan in blocks finds the only places where a sentence can end: stops and
 * line breaks; stops.c and lines.c decide about each. Spans neither begin nor end with white
 * space, and nothing but white space is outside them.
 */
#include "walk.h"
#include "textmill/plugin.h"
#include "textmill/scan.h"

#define FIELD_SENTENCES 0

typedef struct splitter {
    word_lists lists;
    newline_policy newline;
} splitter;

static mill_status open_splitter(mill_setup *setup, void **instance)
{
    splitter *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->newline = (newline_policy)mill_setup_integer(setup, "newline");
    *instance = self;
    return lists_open(&self->lists, setup, mill_setup_string(setup, "abbreviations"));
}

/* Visible ASCII: at the borders of most sentences, where it saves a closer look. */
static inline bool is_visible(char byte)
{
    return byte > ' ' && byte != 0x7F;
}

static size_t trim_end(const text_walk *walk, size_t end)
{
    const char *data = walk->text.data;
    while (end > walk->begin && !is_visible(data[end - 1])) {
        size_t last = character_begin(data, end);
        if (character_at(data + last).class != CHARACTER_SPACE) break;
        end = last;
    }
    return end;
}

/* Closes the sentence that is open, without the white space at its end, and opens the next one. */
static void end_sentence(text_walk *walk, mill_document *document, size_t stop)
{
    const char *data = walk->text.data;
    size_t end = trim_end(walk, stop);
    if (end > walk->begin) mill_span_add(document, FIELD_SENTENCES, walk->begin, end);
    bool plain = data[stop] == ' ' && is_visible(data[stop + 1]);
    walk->begin = plain ? stop + 1 : skip_space(walk->text, stop);
    if (walk->resume < walk->begin) walk->resume = walk->begin;
}

/* Where a sentence may end: . ! ? and line breaks. Of the wider marks a byte that hardly anything
 * else has: the last one of the ellipsis and of the double !, the first one of the East Asian. Of
 * two line breaks in a row the first is enough. */
static uint64_t candidates(const char *block)
{
    uint64_t breaks = mill_scan_equal(block, '\n');
    uint64_t set =
        mill_scan_either(block, '!', '?') | mill_scan_equal(block, '.') | (breaks & ~(breaks << 1));
    if (mill_scan_high(block) == 0) return set;
    return set | mill_scan_equal(block, (char)0xA6) | mill_scan_range(block, 0xBC, 0xBD) |
           mill_scan_either(block, (char)0xE3, (char)0xEF);
}

/* Where the wide mark begins that has a byte at `at`. */
static size_t wide_mark_begin(mill_text text, size_t at)
{
    bool last = ((unsigned char)text.data[at] & 0xC0u) == 0x80u;
    return last ? character_begin(text.data, at) : at;
}

/* Ruled out at sight: a decimal, an address, the inside of an acronym, a wide letter. */
static inline bool is_no_stop(const char *data)
{
    unsigned char byte = (unsigned char)*data, next = (unsigned char)data[1];
    if (byte < 0x80)
        return next != ' ' && next < 0x80 && ascii_classes[next] >= CHARACTER_LOWER &&
               ascii_classes[next] <= CHARACTER_DIGIT;
    character_class class = character_read_wide(data).class;
    return class != CHARACTER_STOP && class != CHARACTER_FULL_STOP;
}

static void visit(text_walk *walk, mill_document *document, size_t at)
{
    if ((unsigned char)walk->text.data[at] >= 0x80) at = wide_mark_begin(walk->text, at);
    const char *data = walk->text.data + at;
    size_t end = at;
    bool ends = *data == '\n' ? line_ends_sentence(walk, at)
                              : !is_no_stop(data) && stop_ends_sentence(walk, at, &end);
    if (ends) end_sentence(walk, document, end);
}

static mill_status split_article(void *instance, mill_document *document)
{
    const splitter *self = instance;
    text_walk walk = {
        .lists = &self->lists, .newline = self->newline, .text = mill_document_text(document)};
    walk.begin = walk.resume = skip_space(walk.text, 0);
    for (size_t block = 0; block < walk.text.length; block += MILL_SCAN_BLOCK) {
        uint64_t set = candidates(walk.text.data + block);
        for (; set != 0; set &= set - 1) {
            size_t at = block + mill_scan_first(set);
            if (at >= walk.resume) visit(&walk, document, at);
        }
    }
    end_sentence(&walk, document, walk.text.length);
    return MILL_OK;
}

static const mill_option options[] = {
    {.name = "newline",
     .type = MILL_OPTION_CHOICE,
     .standard = "auto",
     .choices = "always paragraph auto",
     .help =
         "where lines end sentences: always, at empty lines only, or unless lines look wrapped"},
    {.name = "abbreviations",
     .type = MILL_OPTION_PATH,
     .standard = "",
     .help = "file of abbreviations to add, one a line: WORD or WORD KIND; -WORD takes one away"},
};

static const mill_field fields[] = {
    {.use = MILL_PROVIDES, .type = MILL_LAYER, .layer = "sentences", .help = "the sentences"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .name = "split_sentences",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "finds the sentences of English text",
    .options = options,
    .option_count = MILL_COUNT(options),
    .fields = fields,
    .field_count = MILL_COUNT(fields),
    .open = open_splitter,
    .process = split_article,
};
