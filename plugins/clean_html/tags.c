/* A tag is < or </, the name of a known element, and whatever follows up to >. Another < outside
 * quotation marks says that it was none: "if a <b and c" is text. A comment or an element without
 * its end loses nothing but its tag: better a word too many than half an article too few. */
#include "tags.h"

MILL_EMBEDDED(elements)

#define ELEMENTS_MAX       256
#define QUOTE_FAILURES_MAX 16 /* after so many, quotation marks in tags are no longer heeded */

static const char *const kind_names[ELEMENT_KIND_COUNT] = {
    [ELEMENT_INLINE] = "inline", [ELEMENT_CELL] = "cell",   [ELEMENT_LINE] = "line",
    [ELEMENT_ITEM] = "item",     [ELEMENT_BLOCK] = "block", [ELEMENT_PRE] = "pre",
    [ELEMENT_DROP] = "drop",
};

/* ---- The elements -------------------------------------------------------------------------- */

static bool add_element(mill_words *elements, mill_text line)
{
    const char *space = memchr(line.data, ' ', line.length);
    size_t length = space != NULL ? (size_t)(space - line.data) : line.length;
    for (int kind = 0; kind < ELEMENT_KIND_COUNT && space != NULL; kind++) {
        size_t size = strlen(kind_names[kind]);
        if (line.length == length + 1 + size && memcmp(space + 1, kind_names[kind], size) == 0)
            return mill_words_add(elements, line.data, length, kind);
    }
    return false;
}

mill_status tags_open(mill_words *elements, mill_setup *setup)
{
    mill_lines lines = {elements_text(), 0};
    mill_text line;
    if (mill_words_open(elements, setup, ELEMENTS_MAX) != MILL_OK) return MILL_FAILED;
    while (mill_lines_next(&lines, &line)) {
        if (!add_element(elements, line))
            return mill_setup_fail(setup, "elements.txt:%u: not an element and what is left of it",
                                   lines.number);
    }
    return MILL_OK;
}

/* ---- Ends ---------------------------------------------------------------------------------- */

static inline bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static inline bool is_name_byte(char byte)
{
    return (unsigned)mill_lower((unsigned char)byte) - 'a' < 26u || (unsigned)byte - '0' < 10u;
}

/* Returns where the value that opens with the quotation mark at `at` ends; `at` itself if it is no
 * value, 0 if it is not closed. */
static size_t skip_value(const tag_finder *finder, size_t at)
{
    const char *data = finder->text.data;
    size_t before = at;
    while (is_space(data[before - 1])) before--;
    if (data[before - 1] != '=' || finder->quote_failures >= QUOTE_FAILURES_MAX) return at;
    const char *stop = memchr(data + at + 1, data[at], finder->text.length - at - 1);
    return stop != NULL ? (size_t)(stop - data) : 0;
}

/* Returns where the tag ends whose name is over at `at`, 0 if it has no end. */
static size_t find_tag_end(tag_finder *finder, size_t at)
{
    const char *data = finder->text.data;
    bool quoted = false;
    for (; at < finder->text.length && data[at] != '<'; at++) {
        if (data[at] == '>') return at + 1;
        if (data[at] != '"' && data[at] != '\'') continue;
        size_t end = skip_value(finder, at);
        quoted |= end != at;
        if (end == 0) break;
        at = end;
    }
    finder->quote_failures += quoted;
    return 0;
}

/* Returns where the comment ends that begins at `at`, 0 if it does not. */
static size_t find_comment_end(tag_finder *finder, size_t at)
{
    mill_text text = finder->text;
    size_t from = at + 4;
    if (finder->no_comment_end != 0 && at >= finder->no_comment_end) return 0;
    while (from < text.length) {
        const char *stop = memchr(text.data + from, '>', text.length - from);
        if (stop == NULL) break;
        if (stop[-1] == '-' && stop[-2] == '-') return (size_t)(stop - text.data) + 1;
        from = (size_t)(stop - text.data) + 1;
    }
    finder->no_comment_end = at > 0 ? at : 1;
    return 0;
}

static bool names_equal(const char *left, mill_text right)
{
    for (size_t i = 0; i < right.length; i++)
        if (mill_lower((unsigned char)left[i]) != mill_lower((unsigned char)right.data[i]))
            return false;
    return !is_name_byte(left[right.length]);
}

static bool is_known_unclosed(const tag_finder *finder, mill_text name)
{
    for (uint32_t i = 0; i < finder->no_close_count; i++)
        if (finder->no_close[i].length == name.length &&
            names_equal(name.data, finder->no_close[i]))
            return true;
    return false;
}

/* Returns the end of the tag that closes an element, looking from `at` on; 0 if there is none. */
static size_t find_close(tag_finder *finder, size_t at, mill_text name)
{
    mill_text text = finder->text;
    if (is_known_unclosed(finder, name)) return 0;
    while (at < text.length) {
        const char *found = memchr(text.data + at, '<', text.length - at);
        if (found == NULL) break;
        at = (size_t)(found - text.data) + 1;
        if (found[1] != '/' || !names_equal(found + 2, name)) continue;
        size_t end = find_tag_end(finder, at + 1 + name.length);
        if (end != 0) return end;
    }
    if (finder->no_close_count < MILL_COUNT(finder->no_close))
        finder->no_close[finder->no_close_count++] = name;
    return 0;
}

/* ---- Markup -------------------------------------------------------------------------------- */

/* Returns where the name ends that begins at `data`: those of elements that HTML does not know have
 * more than letters and digits, as in fb:like and amp-img. */
static const char *find_name_end(const tag_finder *finder, const char *data)
{
    if ((unsigned)mill_lower((unsigned char)*data) - 'a' >= 26u) return data;
    while (is_name_byte(*data) ||
           (finder->takes_any && (*data == '-' || *data == ':' || *data == '_' || *data == '.')))
        data++;
    return data;
}

bool tags_find(tag_finder *finder, size_t at, html_tag *tag)
{
    const char *data = finder->text.data;
    tag->closes = data[at + 1] == '/';
    size_t begin = at + 1 + tag->closes;
    size_t end = (size_t)(find_name_end(finder, data + begin) - data);
    if (end == begin || (!is_space(data[end]) && data[end] != '/' && data[end] != '>'))
        return false;
    int32_t kind = mill_words_find(finder->elements, data + begin, end - begin);
    if (kind == MILL_WORD_ABSENT && !finder->takes_any) return false;
    tag->kind = kind == MILL_WORD_ABSENT ? ELEMENT_INLINE : (element_kind)kind;
    tag->end = find_tag_end(finder, end);
    if (tag->end == 0) return false;
    bool is_empty = data[tag->end - 2] == '/';
    if (tag->kind != ELEMENT_DROP || tag->closes || is_empty) return true;
    size_t close = find_close(finder, tag->end, (mill_text){data + begin, end - begin});
    if (close != 0) tag->end = close;
    return true;
}

size_t tags_find_other(tag_finder *finder, size_t at)
{
    const char *data = finder->text.data + at;
    if (data[1] == '!' && data[2] == '-' && data[3] == '-') return find_comment_end(finder, at);
    if (data[1] == '!' && names_equal(data + 2, (mill_text){"doctype", 7}))
        return find_tag_end(finder, at + 9);
    if (data[1] == '?' && names_equal(data + 2, (mill_text){"xml", 3}))
        return find_tag_end(finder, at + 5);
    return 0;
}
