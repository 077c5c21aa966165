/* The story is in the element whose paragraphs speak most for it, by their length and by how little
 * of the element is links; that is then widened while the element around it adds much text. In it
 * stays what is text and not links, headings that text follows, and the headline, wherever it is.
 *
 * What says by its name or class that it is something else is left out, as are lists of links and
 * of other stories; but not if it holds most of the page's text or what is marked as the body: it
 * is called wrongly then.
 */
#include "article.h"

#include "headline.h"
#include "page.h"
#include "phrases.h"

MILL_EMBEDDED(regions)

#define STORY_MIN          140  /* bytes of prose; below that a page has no story to be found */
#define PARAGRAPH_MIN      25   /* bytes of text that speaks for the element around it */
#define SHORT_MAX          20   /* shorter stretches need a stop at their end */
#define LOOSE_MAX          100  /* so do stretches up to this before and behind the story's text */
#define LINKS_MAX          0.5F /* share of a stretch */
#define SENTENCE_LINKS_MAX 0.85F
#define TITLE_MIN          15    /* bytes of a link to another story */
#define ITEMS_MIN          3     /* of a list of comments or of other stories */
#define TEASER_MAX         320   /* bytes of prose for each heading that is a link */
#define SHORT_OUT_MAX      400   /* bytes of prose in what is out where it is short */
#define FORM_MAX           600   /* bytes of prose around a form: what to sign up to, and terms */
#define WIDER_GAIN         1.2F  /* times the text, for the next larger element */
#define WIDER_LINKS        0.35F /* share of what that adds */
#define BELIEVED_SHARE     4 /* a story is at least this part of the prose, or names were wrong */
#define NAMED_SHARE        3 /* paragraphs with names hold less than this part of the prose, too */

/* Which names and classes are believed to say that something is no part of the story. */
typedef struct belief {
    uint32_t elements_up_to; /* bytes of prose */
    bool paragraphs;
} belief;

static const char *const role_names[ROLE_COUNT] = {
    [ROLE_NONE] = "none",       [ROLE_OUT] = "out",           [ROLE_STORY] = "story",
    [ROLE_HEADING] = "heading", [ROLE_HEADLINE] = "headline", [ROLE_TEXT] = "text",
    [ROLE_ROW] = "row",         [ROLE_CELL] = "cell",         [ROLE_ROOT] = "root",
};

static const char *const word_names[WORD_COUNT] = {
    [WORD_STORY] = "story", [WORD_CONTENT] = "content", [WORD_SHORT] = "short", [WORD_OUT] = "out",
    [WORD_NEVER] = "never", [WORD_NOT] = "not",         [WORD_NAMED] = "named",
};

/* ---- Opening ------------------------------------------------------------------------------- */

static bool add_region(article_words *words, mill_text line)
{
    mill_text where = mill_lines_word(&line), name = mill_lines_word(&line),
              meaning = mill_lines_word(&line);
    bool is_element = mill_text_is(where, "element");
    mill_words *map = is_element ? &words->elements : &words->classes;
    const char *const *names = is_element ? role_names : word_names;
    for (int i = 0; i < (is_element ? (int)ROLE_COUNT : (int)WORD_COUNT); i++)
        if (mill_text_is(meaning, names[i])) return mill_words_add(map, name.data, name.length, i);
    return false;
}

mill_status article_open(article_words *words, mill_setup *setup)
{
    mill_text line;
    uint32_t count = 0;
    for (mill_lines lines = {regions_text(), 0}; mill_lines_next(&lines, &line);) count++;
    if (mill_words_open(&words->elements, setup, count) != MILL_OK ||
        mill_words_open(&words->classes, setup, count) != MILL_OK)
        return MILL_FAILED;
    for (mill_lines lines = {regions_text(), 0}; mill_lines_next(&lines, &line);)
        if (!add_region(words, line))
            return mill_setup_fail(setup, "regions.txt:%u: not a region", lines.number);
    return phrases_open(&words->phrases, setup);
}

/* ---- Sums ---------------------------------------------------------------------------------- */

static inline float link_share(uint32_t links, uint32_t text)
{
    return text == 0 ? 1 : (float)links / (float)text;
}

/* A sentence may be a link for the most part, if it is one and not only the link is. */
static bool is_linked(const page_block *block)
{
    float share = link_share(block->links, block->text);
    bool says_more = block->sentence && block->text - block->links >= PARAGRAPH_MIN / 2;
    return share >= (says_more ? SENTENCE_LINKS_MAX : LINKS_MAX);
}

static bool is_heading(const page_tree *page, const page_block *block)
{
    page_role role = page->nodes[block->node].role;
    return role == ROLE_HEADING || role == ROLE_HEADLINE;
}

static bool is_prose(const page_tree *page, const page_block *block)
{
    return block->text >= PARAGRAPH_MIN && !is_linked(block) && !is_heading(page, block);
}

/* Tells whether a block is a link to another story with the beginning of that behind it; in a cell
 * of a table both may be one block. */
static bool is_title(const page_tree *page, uint32_t i)
{
    const page_block *block = &page->blocks[i], *next = block + 1;
    if (page->nodes[block->node].role == ROLE_CELL && block->lead >= TITLE_MIN)
        return block->text < TEASER_MAX;
    if (!is_linked(block) || block->text < TITLE_MIN) return false;
    return is_heading(page, block) ||
           (i + 1 < page->block_count && next->text < TEASER_MAX && is_prose(page, next));
}

/* Marks the elements that begin with a link: the name of who comments, another story. */
static void mark_items(page_tree *page)
{
    uint32_t seen = 0; /* elements of the last block up to here have begun before */
    for (uint32_t i = 0; i < page->block_count; i++) {
        const page_block *block = &page->blocks[i];
        bool linked = block->lead > 0 && block->text <= LOOSE_MAX && !is_prose(page, block);
        for (uint32_t at = block->node; at > seen; at = page->nodes[at].parent)
            page->nodes[at].item = linked;
        if (block->node > seen) seen = block->node;
    }
}

/* Sums up what is in each element and below, but for what is out. */
static void sum_up(page_tree *page)
{
    for (uint32_t i = 0; i < page->node_count; i++) {
        page_node *node = &page->nodes[i];
        node->text = node->links = node->prose = node->titles = 0;
    }
    for (uint32_t i = 0; i < page->block_count; i++) {
        const page_block *block = &page->blocks[i];
        page_node *node = &page->nodes[block->node];
        node->text += block->text;
        node->links += block->links;
        if (is_prose(page, block)) node->prose += block->text;
        node->titles += is_title(page, i);
    }
    for (uint32_t i = page->node_count; i-- > 1;) {
        const page_node *node = &page->nodes[i];
        page_node *parent = &page->nodes[node->parent];
        if (node->out) continue;
        parent->text += node->text;
        parent->links += node->links;
        parent->prose += node->prose;
        parent->titles += node->titles;
        parent->form |= node->form;
    }
}

/* ---- What is out --------------------------------------------------------------------------- */

/* Tells whether an element is made of headings and links to other stories. */
static bool is_teaser_list(const page_node *node)
{
    if (node->role == ROLE_TEXT || node->role == ROLE_HEADING || node->role == ROLE_HEADLINE ||
        node->role == ROLE_ROOT)
        return false;
    if (node->titles > 0 && node->prose < TEASER_MAX * node->titles) return true;
    return node->links > node->prose;
}

/* Finds the lists of which nearly all parts begin with a link: comments, however long they are. A
 * page that has nothing else is such a list itself. */
static void mark_item_lists(page_tree *page)
{
    mark_items(page);
    for (uint32_t i = 1; i < page->node_count; i++) {
        page_node *node = &page->nodes[i], *parent = &page->nodes[node->parent];
        bool has_parts = node->end > i + 1;
        parent->items += node->item && has_parts && node->prose > 0;
        parent->parts += node->prose > 0;
    }
    for (uint32_t i = 1; i < page->node_count; i++) {
        page_node *node = &page->nodes[i];
        bool is_list = node->items >= ITEMS_MIN && node->items * 5 >= node->parts * 4;
        if (is_list && page->nodes[0].prose - node->prose >= 2 * STORY_MIN) node->hint = HINT_NEVER;
    }
}

/* Returns the prose of the page without comments. */
static uint32_t sum_prose(const page_tree *page)
{
    uint32_t prose = page->nodes[0].prose;
    for (uint32_t i = 1; i < page->node_count;) {
        const page_node *node = &page->nodes[i];
        bool never = node->hint == HINT_NEVER;
        if (never) prose -= node->prose;
        i = never ? node->end : i + 1;
    }
    return prose;
}

/* Tells whether an element is out by what it is called. */
static bool is_named_out(const page_node *node, belief believed)
{
    if (node->hint == HINT_NEVER) return true;
    if (node->prose > believed.elements_up_to) return false;
    if (node->role == ROLE_TEXT && !believed.paragraphs) return false;
    return node->role == ROLE_OUT || node->hint == HINT_OUT ||
           (node->hint == HINT_SHORT && node->prose < SHORT_OUT_MAX);
}

/* Takes elements out, and all in them, but for those that hold the story. */
static void take_out(page_tree *page, uint32_t headline, belief believed)
{
    uint32_t next_body = page->node_count;
    uint32_t head = headline != HEADLINE_NONE ? page->blocks[headline].node : 0;
    for (uint32_t i = page->node_count; i-- > 1;) {
        page_node *node = &page->nodes[i];
        if (node->hint == HINT_BODY && node->prose >= STORY_MIN) next_body = i;
        bool holds_story =
            next_body < node->end || (head >= i && head < node->end && node->prose >= STORY_MIN);
        bool around_form = node->form && node->prose < FORM_MAX && node->role != ROLE_ROOT;
        bool listed = is_teaser_list(node) && node->prose <= believed.elements_up_to;
        node->out = (is_named_out(node, believed) || around_form || listed) && !holds_story;
    }
    for (uint32_t i = 1; i < page->node_count; i++)
        page->nodes[i].out |= page->nodes[page->nodes[i].parent].out;
}

/* Tells whether paragraphs that are called something else hold much of the prose: their names then
 * say who may read them, say, and not what they are. */
static bool are_paragraphs_misnamed(const page_tree *page, uint32_t prose)
{
    uint32_t named = 0;
    for (uint32_t i = 1; i < page->node_count; i++) {
        const page_node *node = &page->nodes[i];
        if (node->role == ROLE_TEXT && (node->hint == HINT_OUT || node->hint == HINT_SHORT))
            named += node->prose;
    }
    return named >= prose / NAMED_SHARE;
}

/* ---- The story ----------------------------------------------------------------------------- */

/* Lets each paragraph speak for the elements around it. */
static void score_nodes(page_tree *page)
{
    for (uint32_t i = 0; i < page->block_count; i++) {
        const page_block *block = &page->blocks[i];
        uint32_t at = block->node;
        if (page->nodes[at].out || !is_prose(page, block)) continue;
        float length = (float)block->text / 100;
        float score = 1 + (float)block->commas / 2 + (length > 5 ? 5 : length);
        if (!block->sentence) score /= 2;
        if (page->nodes[at].role == ROLE_TEXT) at = page->nodes[at].parent;
        for (int level = 1; level <= 3; level++) {
            page->nodes[at].score += score / (float)level;
            if (at == 0) break;
            at = page->nodes[at].parent;
        }
    }
}

static float worth(const page_node *node)
{
    float score = node->score * (1 - link_share(node->links, node->text));
    if (node->hint == HINT_STORY || node->role == ROLE_STORY) score *= 1.25F;
    return node->hint == HINT_BODY ? score * 2 : score;
}

/* Returns the element that holds the story; 0, the whole page, if there is none. */
static uint32_t find_story(const page_tree *page)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < page->node_count; i++) {
        if (page->nodes[i].out || page->nodes[i].prose < STORY_MIN) continue;
        if (best == 0 || worth(&page->nodes[i]) > worth(&page->nodes[best])) best = i;
    }
    return best;
}

/* Tells whether a wider element is still the story: it adds much prose and few links. */
static bool is_story_too(const page_node *wider, const page_node *node)
{
    float share = link_share(wider->links - node->links, wider->text - node->text);
    bool marked =
        wider->role == ROLE_STORY || wider->hint == HINT_STORY || wider->hint == HINT_BODY;
    if (wider->role == ROLE_ROOT || wider->prose < node->prose + STORY_MIN) return false;
    if (marked && share < WIDER_LINKS / 2) return true;
    float gain = (float)wider->prose / (float)node->prose;
    return gain > (node->hint == HINT_BODY ? 2 : WIDER_GAIN) && share < WIDER_LINKS;
}

static uint32_t widen(const page_tree *page, uint32_t story)
{
    for (uint32_t at = story; at != 0; at = page->nodes[at].parent)
        if (is_story_too(&page->nodes[page->nodes[at].parent], &page->nodes[story]))
            story = page->nodes[at].parent;
    return story;
}

/* Finds the story where names are believed up to a size of the element. */
static uint32_t try_story(page_tree *page, uint32_t headline, belief believed)
{
    for (uint32_t i = 0; i < page->node_count; i++) {
        page->nodes[i].out = false;
        page->nodes[i].score = 0;
    }
    sum_up(page);
    take_out(page, headline, believed);
    sum_up(page);
    score_nodes(page);
    uint32_t story = find_story(page);
    return story == 0 ? 0 : widen(page, story);
}

/* Believes all names at first. Where that leaves little of the page, it does not believe those of
 * elements that hold most of it. */
static uint32_t find_story_and_outs(page_tree *page, uint32_t headline)
{
    sum_up(page);
    mark_item_lists(page);
    uint32_t prose = sum_prose(page);
    belief believed = {UINT32_MAX, !are_paragraphs_misnamed(page, prose)};
    uint32_t story = try_story(page, headline, believed);
    if (story != 0 && page->nodes[story].prose >= prose / BELIEVED_SHARE) return story;
    believed.elements_up_to = prose / 2;
    return try_story(page, headline, believed);
}

/* ---- What stays ---------------------------------------------------------------------------- */

static bool is_inside(const page_tree *page, const page_block *block, uint32_t story)
{
    return block->node >= story && block->node < page->nodes[story].end &&
           !page->nodes[block->node].out;
}

/* Keeps the paragraphs of the story, and marks where they begin and end. */
static mill_span choose_paragraphs(const page_tree *page, const article_words *words,
                                   mill_text text, uint32_t story, bool *stays)
{
    mill_span range = {page->block_count, 0};
    for (uint32_t i = 0; i < page->block_count; i++) {
        const page_block *block = &page->blocks[i];
        stays[i] = is_inside(page, block, story) && !is_linked(block) && !is_heading(page, block) &&
                   (block->text > SHORT_MAX || block->sentence) &&
                   !phrases_match(&words->phrases, text, block);
        if (!stays[i] || (block->text <= LOOSE_MAX && !block->sentence)) continue;
        if (range.begin > i) range.begin = i;
        range.end = i + 1;
    }
    return range;
}

/* Tells whether a short line is set in bold, as headings are where they are not marked as such. */
static bool is_bold_line(mill_text text, const page_block *block)
{
    size_t at = block->begin;
    if (block->text > LOOSE_MAX || block->sentence || is_linked(block)) return false;
    while (at < block->end && (unsigned char)text.data[at] <= ' ') at++;
    return strncmp(text.data + at, "<b>", 3) == 0 || strncmp(text.data + at, "<strong", 7) == 0;
}

static void choose_headings(const page_tree *page, mill_text text, mill_span range, uint32_t story,
                            bool *stays)
{
    bool text_follows = false;
    for (uint32_t i = page->block_count; i-- > 0;) {
        const page_block *block = &page->blocks[i];
        bool in_range = i >= range.begin && i < range.end;
        if (is_heading(page, block) || (in_range && is_bold_line(text, block))) {
            stays[i] = text_follows && is_inside(page, block, story) && !is_linked(block);
            text_follows = false;
            continue;
        }
        stays[i] &= in_range;
        text_follows |= stays[i];
    }
}

bool article_find(const article_words *words, mill_document *document, tag_finder *finder,
                  article_cuts *cuts)
{
    page_tree page;
    cuts->count = 0;
    if (!page_read(&page, words, document, finder)) return false;
    uint32_t headline = headline_find(&page, finder->text);
    uint32_t story = find_story_and_outs(&page, headline);
    if (story == 0) return true;
    bool *stays = mill_alloc(document, page.block_count + 1);
    cuts->spans = mill_alloc(document, (page.block_count + 1) * sizeof *cuts->spans);
    if (stays == NULL || cuts->spans == NULL) return false;
    mill_span range = choose_paragraphs(&page, words, finder->text, story, stays);
    choose_headings(&page, finder->text, range, story, stays);
    if (headline != HEADLINE_NONE) stays[headline] = true;
    for (uint32_t i = 0; i < page.block_count; i++)
        if (!stays[i])
            cuts->spans[cuts->count++] = (mill_span){page.blocks[i].begin, page.blocks[i].end};
    return true;
}
