/* clean_html - makes plain text of HTML: tags and comments go, scripts and the like with their
 * content, character references become characters, white space collapses, and what a browser shows
 * as blocks stands apart by blank lines.
 *
 * The text is taken as visible text with gaps: each stretch of tags, comments and white space is
 * one gap, and the strongest thing in it decides what is left of it. White space is touched only in
 * a text that has a tag. One pass; a text without < and & costs a search for each.
 */
#include "article.h"
#include "entities.h"
#include "tags.h"

#include "textmill/scan.h"

/* What is left of a gap, weakest first. */
typedef enum gap_strength { GAP_NOTHING, GAP_SPACE, GAP_LINE, GAP_PARAGRAPH } gap_strength;

typedef struct cleaner {
    entity_table entities;
    mill_words elements;
    article_words regions;
    bool article_only;
} cleaner;

typedef struct text_walk {
    const cleaner *self;
    mill_document *document;
    mill_text text;
    tag_finder finder;
    size_t done;   /* everything before is dealt with */
    bool has_tags; /* white space collapses */
    bool in_pre;   /* here it does not */
    article_cuts cuts;
    size_t next_cut;
} text_walk;

static mill_status open_cleaner(mill_setup *setup, void **instance)
{
    cleaner *self = mill_setup_alloc(setup, sizeof *self);
    *instance = self;
    if (self == NULL || entities_open(&self->entities, setup) != MILL_OK) return MILL_FAILED;
    self->article_only = mill_setup_integer(setup, "extract") == 1;
    if (article_open(&self->regions, setup) != MILL_OK) return MILL_FAILED;
    return tags_open(&self->elements, setup);
}

static inline bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* ---- Gaps ---------------------------------------------------------------------------------- */

typedef struct text_gap {
    size_t begin;
    size_t end;
    gap_strength strength;
    uint32_t line_tags; /* <br> */
} text_gap;

static inline void strengthen(text_gap *gap, gap_strength strength)
{
    if (gap->strength < strength) gap->strength = strength;
}

static void add_tag(text_walk *walk, text_gap *gap, const html_tag *tag)
{
    gap->end = tag->end;
    switch (tag->kind) {
    case ELEMENT_CELL: strengthen(gap, GAP_SPACE); break;
    case ELEMENT_ITEM: strengthen(gap, GAP_LINE); break;
    case ELEMENT_LINE: strengthen(gap, ++gap->line_tags > 1 ? GAP_PARAGRAPH : GAP_LINE); break;
    case ELEMENT_PRE: walk->in_pre = !tag->closes; /* fall through */
    case ELEMENT_BLOCK: strengthen(gap, GAP_PARAGRAPH); break;
    default: break;
    }
}

/* Takes what is left out of the page at the end of a gap, if anything is. */
static bool extend_over_cut(text_walk *walk, text_gap *gap)
{
    const article_cuts *cuts = &walk->cuts;
    while (walk->next_cut < cuts->count && cuts->spans[walk->next_cut].end <= gap->end)
        walk->next_cut++;
    if (walk->next_cut == cuts->count || cuts->spans[walk->next_cut].begin > gap->end) return false;
    gap->end = cuts->spans[walk->next_cut++].end;
    strengthen(gap, GAP_PARAGRAPH);
    return true;
}

/* Takes the piece of a gap that begins at its end, if there is one. */
static bool extend_gap(text_walk *walk, text_gap *gap)
{
    html_tag tag;
    if (extend_over_cut(walk, gap)) return true;
    if (gap->end >= walk->text.length) return false;
    char byte = walk->text.data[gap->end];
    if (is_space(byte) && !walk->in_pre) {
        strengthen(gap, GAP_SPACE);
        gap->end++;
        return true;
    }
    if (byte != '<') return false;
    if (tags_find(&walk->finder, gap->end, &tag)) {
        add_tag(walk, gap, &tag);
        return true;
    }
    size_t end = tags_find_other(&walk->finder, gap->end);
    if (end != 0) gap->end = end;
    return end != 0;
}

static void close_gap(text_walk *walk, text_gap gap)
{
    static const char *const left[] = {"", " ", "\n", "\n\n"};
    const char *data = walk->text.data;
    bool at_edge = gap.begin == 0 || gap.end == walk->text.length;
    const char *wanted = at_edge ? "" : left[gap.strength];
    size_t length = strlen(wanted);
    walk->done = gap.end;
    while (length > 0 && gap.begin < gap.end && data[gap.begin] == *wanted) gap.begin++, length--;
    while (length > 0 && gap.begin < gap.end && data[gap.end - 1] == *wanted) gap.end--, length--;
    if (gap.begin < gap.end || length > 0)
        mill_edit(walk->document, gap.begin, gap.end, wanted, length);
}

/* ---- The pass ------------------------------------------------------------------------------ */

static void visit_reference(text_walk *walk, size_t at)
{
    char bytes[4];
    size_t length, end = entities_decode(&walk->self->entities, walk->text, at, bytes, &length);
    if (end == 0) return;
    mill_edit(walk->document, at, end, bytes, length);
    walk->done = end;
}

/* In a text without tags only comments go; white space is left as it is. */
static void visit_comment(text_walk *walk, size_t at)
{
    size_t end = tags_find_other(&walk->finder, at);
    if (end == 0) return;
    mill_edit(walk->document, at, end, NULL, 0);
    walk->done = end;
}

static void visit(text_walk *walk, size_t at)
{
    const char *data = walk->text.data;
    if (data[at] == '&') {
        visit_reference(walk, at);
    } else if (!walk->has_tags) {
        visit_comment(walk, at);
    } else {
        text_gap gap = {.begin = at, .end = at};
        bool takes_space = at > walk->done && data[at - 1] == ' ' && !walk->in_pre;
        while (extend_gap(walk, &gap)) continue;
        if (gap.end == at) return;
        if (takes_space) {
            gap.begin--;
            strengthen(&gap, GAP_SPACE);
        }
        close_gap(walk, gap);
    }
}

static inline uint64_t candidates(const text_walk *walk, const char *block)
{
    uint64_t set = mill_scan_equal(block, '<') | mill_scan_equal(block, '&');
    if (!walk->has_tags) return set;
    uint64_t spaces = mill_scan_equal(block, ' ');
    uint64_t next = spaces >> 1 | (uint64_t)(block[MILL_SCAN_BLOCK] == ' ') << 63;
    return set | mill_scan_range(block, '\t', '\r') | (spaces & next);
}

/* Tells whether there is a tag of a known element anywhere in the text. */
static bool find_any_tag(text_walk *walk, const char *from)
{
    html_tag tag;
    const char *stop = walk->text.data + walk->text.length;
    for (; from != NULL; from = memchr(from + 1, '<', (size_t)(stop - from) - 1))
        if (tags_find(&walk->finder, (size_t)(from - walk->text.data), &tag)) return true;
    return false;
}

static mill_status clean_article(void *instance, mill_document *document)
{
    const cleaner *self = instance;
    text_walk walk = {.self = self, .document = document, .text = mill_document_text(document)};
    mill_text text = walk.text;
    walk.finder = (tag_finder){.elements = &self->elements, .text = text};
    if (text.length == 0) return MILL_OK;
    const char *bracket = memchr(text.data, '<', text.length);
    if (bracket == NULL && memchr(text.data, '&', text.length) == NULL) return MILL_OK;

    walk.has_tags = find_any_tag(&walk, bracket);
    if (walk.has_tags && self->article_only) {
        walk.finder.takes_any = true;
        if (!article_find(&self->regions, document, &walk.finder, &walk.cuts)) return MILL_FAILED;
        walk.finder = (tag_finder){.elements = &self->elements, .text = text, .takes_any = true};
        if (!is_space(text.data[0]) && text.data[0] != '<') visit(&walk, 0);
    }
    if (walk.has_tags && is_space(text.data[0])) visit(&walk, 0);
    for (size_t block = 0; block < text.length; block += MILL_SCAN_BLOCK) {
        for (uint64_t set = candidates(&walk, text.data + block); set != 0; set &= set - 1) {
            size_t at = block + mill_scan_first(set);
            if (at >= walk.done) visit(&walk, at);
        }
    }
    size_t last = text.length - 1;
    if (walk.has_tags && walk.done <= last && is_space(text.data[last])) visit(&walk, last);
    return MILL_OK;
}

static const mill_option options[] = {
    {.name = "extract",
     .type = MILL_OPTION_CHOICE,
     .standard = "all",
     .choices = "all article",
     .help =
         "article: of a whole page only the headline and the story; no navigation, links to other "
         "stories, comments, captions"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .flags = MILL_EDITS_TEXT,
    .name = "clean_html",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "makes plain text of HTML: no tags, characters for references, blocks apart",
    .options = options,
    .option_count = MILL_COUNT(options),
    .open = open_cleaner,
    .process = clean_article,
};
