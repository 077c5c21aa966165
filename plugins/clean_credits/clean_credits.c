/* clean_credits - takes out lines that are no part of the story: picture credits, bylines, links
 * and advertisement marks, copyright lines; and picture credits in brackets at a line's end.
 *
 * What such lines look like is data: see photo_credit.txt. A line goes with its line break; between
 * two blank lines one of them goes too, and none is left over at the start or end of the text.
 */
#include "match.h"

#include "textmill/plugin.h"

MILL_EMBEDDED(words)
MILL_EMBEDDED(photo_credit)
MILL_EMBEDDED(byline)
MILL_EMBEDDED(promo)
MILL_EMBEDDED(copyright)

#define CLASS_COUNT 4

typedef struct pattern_file {
    const char *name;
    mill_text text;
    bool wanted;
} pattern_file;

/* A line of the text: `next` is where the one after it begins. */
typedef struct text_line {
    size_t begin;
    size_t end; /* before the line break */
    size_t next;
} text_line;

/* ---- Opening ------------------------------------------------------------------------------- */

static mill_status choose_classes(mill_setup *setup, pattern_file *files)
{
    const char *rest = mill_setup_string(setup, "classes");
    while (*(rest += strspn(rest, " ,")) != '\0') {
        size_t length = strcspn(rest, " ,"), i = 0;
        while (i < CLASS_COUNT &&
               (strlen(files[i].name) != length || memcmp(files[i].name, rest, length) != 0))
            i++;
        if (i == CLASS_COUNT)
            return mill_setup_fail(setup,
                                   "classes: no class '%.*s'; the classes are photo_credit, "
                                   "byline, promo, copyright",
                                   (int)length, rest);
        files[i].wanted = true;
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
    uint32_t lines = count_lines(words_text());
    for (size_t i = 0; i < count; i++) lines += count_lines(files[i].text);
    if (patterns_begin(book, setup, lines) != MILL_OK ||
        patterns_add(book, setup, "words.txt", words_text()) != MILL_OK)
        return MILL_FAILED;
    for (size_t i = 0; i < count; i++) {
        if (!files[i].wanted) continue;
        if (patterns_add(book, setup, files[i].name, files[i].text) != MILL_OK) return MILL_FAILED;
    }
    return patterns_finish(book, setup);
}

static mill_status open_cleaner(mill_setup *setup, void **instance)
{
    pattern_file files[CLASS_COUNT + 1] = {
        {.name = "photo_credit", .text = photo_credit_text()},
        {.name = "byline", .text = byline_text()},
        {.name = "promo", .text = promo_text()},
        {.name = "copyright", .text = copyright_text()},
    };
    pattern_book *book = mill_setup_alloc(setup, sizeof *book);
    const char *path = mill_setup_string(setup, "extra_patterns");
    size_t count = CLASS_COUNT;
    if (book == NULL || choose_classes(setup, files) != MILL_OK) return MILL_FAILED;
    if (*path != '\0') {
        pattern_file *extra = &files[count++];
        extra->name = path;
        extra->wanted = true;
        if (mill_setup_read_file(setup, path, &extra->text) != MILL_OK) return MILL_FAILED;
    }
    *instance = book;
    return fill_book(book, setup, files, count);
}

/* ---- Lines --------------------------------------------------------------------------------- */

static text_line line_from(mill_text text, size_t begin)
{
    text_line line = {begin, text.length, text.length};
    const char *stop = memchr(text.data + begin, '\n', text.length - begin);
    if (stop == NULL) return line;
    line.end = (size_t)(stop - text.data);
    line.next = line.end + 1;
    return line;
}

/* Returns the line that ends, with its line break if it has one, at `next`; `next` is not 0. A line
 * too long for any pattern is not looked at to its beginning. */
static text_line line_up_to(mill_text text, size_t next)
{
    text_line line = {next, next, next};
    if (text.data[next - 1] == '\n') line.end--;
    line.begin = line.end;
    while (line.begin > 0 && text.data[line.begin - 1] != '\n' &&
           line.end - line.begin <= MATCH_LENGTH_MAX)
        line.begin--;
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

/* Returns where the text ends without the credits, and the blank lines among them, at its end. */
static size_t find_body_end(const pattern_book *book, mill_text text)
{
    size_t end = text.length;
    for (size_t at = text.length; at > 0;) {
        text_line line = line_up_to(text, at);
        mill_text content = line_content(text, line);
        bool too_long = line.begin > 0 && text.data[line.begin - 1] != '\n';
        if (too_long || (content.length > 0 && !match_line(book, content))) break;
        if (content.length > 0 || end < text.length) end = line.begin;
        at = line.begin;
    }
    return end;
}

/* Takes out what stands behind the body. The text keeps a last line break only if it had one. */
static void cut_end(mill_document *document, mill_text text, size_t body_end)
{
    size_t begin = body_end;
    if (body_end == text.length) return;
    if (begin > 0 && text.data[text.length - 1] != '\n') begin--;
    mill_edit(document, begin, text.length, NULL, 0);
}

static void cut_tail(const pattern_book *book, mill_document *document, mill_text text,
                     mill_text content)
{
    size_t tail = match_tail(book, content);
    size_t end = (size_t)(content.data - text.data) + content.length;
    if (tail != 0) mill_edit(document, end - tail, end, NULL, 0);
}

/* Takes out the credits that stand before `body_end`. */
static void clean_body(const pattern_book *book, mill_document *document, mill_text text,
                       size_t body_end)
{
    bool at_start = true; /* only credits and blank lines so far */
    bool blank = true;    /* the last line that stays is blank, or there is none */
    size_t cut = 0;       /* everything before is dealt with */
    text_line line;
    for (size_t at = 0; at < body_end; at = line.next) {
        line = line_from(text, at);
        mill_text content = line_content(text, line);
        if (content.length == 0) {
            blank = true;
            continue;
        }
        if (!match_line(book, content)) {
            cut_tail(book, document, text, content);
            at_start = blank = false;
            continue;
        }
        size_t begin = at_start ? cut : line.begin;
        while (blank && line.next < body_end) {
            text_line next = line_from(text, line.next);
            if (line_content(text, next).length != 0) break;
            line.next = next.next;
            if (!at_start) break;
        }
        mill_edit(document, begin, line.next, NULL, 0);
        cut = line.next;
    }
}

static mill_status clean_article(void *instance, mill_document *document)
{
    const pattern_book *book = instance;
    mill_text text = mill_document_text(document);
    if (text.length == 0) return MILL_OK;
    size_t body_end = find_body_end(book, text);
    clean_body(book, document, text, body_end);
    cut_end(document, text, body_end);
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
    .name = "clean_credits",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "takes out picture credits, bylines, links to other stories and copyright lines",
    .options = options,
    .option_count = MILL_COUNT(options),
    .open = open_cleaner,
    .process = clean_article,
};
