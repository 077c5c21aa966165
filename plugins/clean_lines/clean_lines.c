/* clean_lines - takes out lines that are no part of the story: picture credits, bylines, links and
 * advertisement marks, copyright lines, lines that were there before; and off other lines the
 * dateline before them and a picture credit in brackets behind them.
 *
 * What such lines look like is data: see photo_credit.txt. A line goes with its line break; between
 * two blank lines one of them goes too, and none is left over at the start or end of the text.
 */
#include "dateline.h"
#include "match.h"
#include "seen_lines.h"

#include "textmill/plugin.h"

MILL_EMBEDDED(words)
MILL_EMBEDDED(photo_credit)
MILL_EMBEDDED(byline)
MILL_EMBEDDED(promo)
MILL_EMBEDDED(copyright)
MILL_EMBEDDED(dateline)

enum {
    CLASS_PHOTO_CREDIT,
    CLASS_BYLINE,
    CLASS_PROMO,
    CLASS_COPYRIGHT,
    CLASS_DATELINE,
    CLASS_DUPLICATE,
    CLASS_COUNT
};

static const char *const class_names[CLASS_COUNT] = {
    [CLASS_PHOTO_CREDIT] = "photo_credit",
    [CLASS_BYLINE] = "byline",
    [CLASS_PROMO] = "promo",
    [CLASS_COPYRIGHT] = "copyright",
    [CLASS_DATELINE] = "dateline",
    [CLASS_DUPLICATE] = "duplicate",
};

typedef struct pattern_file {
    const char *name;
    mill_text text;
    bool wanted;
} pattern_file;

typedef struct cleaner {
    pattern_book book;
    dateline_words dateline;
    bool datelines;
    bool duplicates;
} cleaner;

/* A line of the text: `next` is where the one after it begins. */
typedef struct text_line {
    size_t begin;
    size_t end; /* before the line break */
    size_t next;
} text_line;

/* ---- Opening ------------------------------------------------------------------------------- */

static mill_status choose_classes(mill_setup *setup, bool *wanted)
{
    const char *rest = mill_setup_string(setup, "classes");
    while (*(rest += strspn(rest, " ,")) != '\0') {
        size_t length = strcspn(rest, " ,"), i = 0;
        while (i < CLASS_COUNT &&
               (strlen(class_names[i]) != length || memcmp(class_names[i], rest, length) != 0))
            i++;
        if (i == CLASS_COUNT)
            return mill_setup_fail(setup,
                                   "classes: no class '%.*s'; the classes are photo_credit, "
                                   "byline, promo, copyright, dateline, duplicate",
                                   (int)length, rest);
        wanted[i] = true;
        rest += length;
    }
    return MILL_OK;
}

static uint32_t count_lines(mill_text text)
{
    mill_lines lines = {text, 0};
    mill_text line;
    uint32_t count = 0;
    while (mill_lines_next(&lines, &line)) count++;
    return count;
}

static mill_status fill_book(pattern_book *book, mill_setup *setup, const pattern_file *files,
                             size_t count)
{
    uint32_t lines = 0;
    for (size_t i = 0; i < count; i++) lines += count_lines(files[i].text);
    if (patterns_begin(book, setup, lines) != MILL_OK) return MILL_FAILED;
    for (size_t i = 0; i < count; i++) {
        if (!files[i].wanted) continue;
        if (patterns_add(book, setup, files[i].name, files[i].text) != MILL_OK) return MILL_FAILED;
    }
    return patterns_finish(book, setup);
}

static mill_status open_cleaner(mill_setup *setup, void **instance)
{
    bool wanted[CLASS_COUNT] = {false};
    cleaner *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL || choose_classes(setup, wanted) != MILL_OK) return MILL_FAILED;
    const char *path = mill_setup_string(setup, "extra_patterns");
    pattern_file files[] = {
        {"words.txt", words_text(), true},
        {"dateline.txt", dateline_text(), true},
        {"photo_credit.txt", photo_credit_text(), wanted[CLASS_PHOTO_CREDIT]},
        {"byline.txt", byline_text(), wanted[CLASS_BYLINE]},
        {"promo.txt", promo_text(), wanted[CLASS_PROMO]},
        {"copyright.txt", copyright_text(), wanted[CLASS_COPYRIGHT]},
        {path, {NULL, 0}, *path != '\0'},
    };
    pattern_file *extra = &files[MILL_COUNT(files) - 1];
    if (extra->wanted && mill_setup_read_file(setup, path, &extra->text) != MILL_OK)
        return MILL_FAILED;
    self->datelines = wanted[CLASS_DATELINE];
    self->duplicates = wanted[CLASS_DUPLICATE];
    *instance = self;
    if (fill_book(&self->book, setup, files, MILL_COUNT(files)) != MILL_OK) return MILL_FAILED;
    return dateline_open(&self->dateline, setup, &self->book);
}

/* ---- Lines --------------------------------------------------------------------------------- */

static text_line line_from(mill_text text, size_t begin)
{
    text_line line = {begin, text.length, text.length};
    const char *stop = text.data + begin;
    if (*stop != '\n') stop = memchr(stop, '\n', text.length - begin);
    if (stop == NULL) return line;
    line.end = (size_t)(stop - text.data);
    line.next = line.end + 1;
    return line;
}

/* The line without white space at its ends. */
static mill_text line_content(mill_text text, text_line line)
{
    while (line.begin < line.end && mill_is_blank(text.data[line.begin])) line.begin++;
    while (line.end > line.begin && mill_is_blank(text.data[line.end - 1])) line.end--;
    return (mill_text){text.data + line.begin, line.end - line.begin};
}

/* ---- Cleaning ------------------------------------------------------------------------------ */

/* Where the pass over the lines stands. A gap is what lies between two lines that stay: blank lines
 * and lines that go. */
typedef struct line_walk {
    const cleaner *self;
    mill_document *document;
    mill_text text;
    seen_lines seen;
    size_t stays_up_to; /* where the gap begins */
    bool has_cut;       /* a line in the gap goes */
} line_walk;

/* Takes the lines that go out of the gap before `end`, where a line begins that stays. One between
 * two blank lines takes one of them along. */
static void close_gap(line_walk *walk, size_t end)
{
    bool blank = false;
    text_line line;
    if (walk->stays_up_to == 0) {
        mill_edit(walk->document, 0, end, NULL, 0);
        return;
    }
    for (size_t at = walk->stays_up_to; at < end; at = line.next) {
        line = line_from(walk->text, at);
        if (line_content(walk->text, line).length == 0) {
            blank = true;
            continue;
        }
        if (blank && line.next < end) {
            text_line next = line_from(walk->text, line.next);
            if (line_content(walk->text, next).length == 0) line.next = next.next;
        }
        mill_edit(walk->document, line.begin, line.next, NULL, 0);
    }
}

/* Takes out what stands behind the last line that stays. The text keeps a last line break only if
 * it had one. */
static void cut_end(line_walk *walk)
{
    size_t begin = walk->stays_up_to, end = walk->text.length;
    if (begin > 0 && walk->text.data[end - 1] != '\n') begin--;
    mill_edit(walk->document, begin, end, NULL, 0);
}

/* Takes the dateline and a credit in brackets off a line that stays. */
static void trim_line(const cleaner *self, mill_document *document, mill_text text,
                      mill_text content)
{
    size_t begin = (size_t)(content.data - text.data), end = begin + content.length;
    size_t head = self->datelines ? dateline_length(&self->dateline, content) : 0;
    if (head > 0) mill_edit(document, begin, begin + head, NULL, 0);
    content = (mill_text){content.data + head, content.length - head};
    size_t tail = content.length > 0 ? match_tail(&self->book, content) : 0;
    if (tail > 0) mill_edit(document, end - tail, end, NULL, 0);
}

static mill_status clean_article(void *instance, mill_document *document)
{
    const cleaner *self = instance;
    line_walk walk = {.self = self, .document = document, .text = mill_document_text(document)};
    text_line line;
    if (walk.text.length == 0) return MILL_OK;
    if (self->duplicates && !seen_lines_open(&walk.seen, document, walk.text)) return MILL_FAILED;
    for (size_t at = 0; at < walk.text.length; at = line.next) {
        line = line_from(walk.text, at);
        mill_text content = line_content(walk.text, line);
        if (content.length == 0) continue;
        if (match_line(&self->book, content) ||
            (self->duplicates && seen_lines_add(&walk.seen, content))) {
            walk.has_cut = true;
            continue;
        }
        if (walk.has_cut) close_gap(&walk, line.begin);
        trim_line(self, document, walk.text, content);
        walk.stays_up_to = line.next;
        walk.has_cut = false;
    }
    if (walk.has_cut) cut_end(&walk);
    return MILL_OK;
}

/* ---- The descriptor ------------------------------------------------------------------------ */

static const mill_option options[] = {
    {.name = "classes",
     .type = MILL_OPTION_STRING,
     .standard = "photo_credit byline promo copyright",
     .help = "which kinds of lines to take out"},
    {.name = "extra_patterns",
     .type = MILL_OPTION_PATH,
     .standard = "",
     .help = "a file of further patterns, written like photo_credit.txt"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .flags = MILL_EDITS_TEXT,
    .name = "clean_lines",
    .version = "1.0.0",
    .licence = "MIT",
    .summary =
        "takes out lines that are no part of the story: credits, links, copyright, repetition",
    .options = options,
    .option_count = MILL_COUNT(options),
    .open = open_cleaner,
    .process = clean_article,
};
