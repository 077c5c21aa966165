/* The story is in the element with the most paragraphs right below it, weighed by their length and
 * by how little of the element is links; that is then widened while the element around it adds much
 * text. In it stays what is text and not links, headings that text follows, and the headline,
 * wherever it is. Elements that say that they are something else are left out unless they hold
 * nearly all.
 */
#include "article.h"

#include "page.h"

MILL_EMBEDDED(regions)

#define STORY_MIN     140  /* bytes; below that a page has no story to be found */
#define PARAGRAPH_MIN 25   /* bytes of text that speaks for the element around it */
#define SHORT_MAX     20   /* shorter stretches need a stop at their end */
#define LINKS_MAX     0.5F /* share of a stretch */
#define WIDER_GAIN    1.2F /* times the text, for the next larger element */

static const char *const role_names[ROLE_COUNT] = {
    [ROLE_NONE] = "none",       [ROLE_OUT] = "out",           [ROLE_STORY] = "story",
    [ROLE_HEADING] = "heading", [ROLE_HEADLINE] = "headline", [ROLE_TEXT] = "text",
};

/* ---- Opening ------------------------------------------------------------------------------- */

static bool add_region(article_words *words, mill_text line)
{
    mill_text where = mill_lines_word(&line), name = mill_lines_word(&line),
              role = mill_lines_word(&line);
    mill_words *map = mill_text_is(where, "element") ? &words->elements : &words->classes;
    for (int i = 0; i < ROLE_COUNT; i++)
        if (mill_text_is(role, role_names[i]))
            return mill_words_add(map, name.data, name.length, i);
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
    return MILL_OK;
}

/* ---- Scores -------------------------------------------------------------------------------- */

static inline float link_share(uint32_t links, uint32_t text)
{
    return text == 0 ? 1 : (float)links / (float)text;
}

static bool is_paragraph(const page_block *block)
{
    return block->text >= PARAGRAPH_MIN && link_share(block->links, block->text) < LINKS_MAX;
}

/* Sums up what is below each element. Parents come before their children. */
static void sum_up(page_tree *page)
{
    for (size_t i = 0; i < page->block_count; i++) {
        const page_block *block = &page->blocks[i];
        page_node *node = &page->nodes[block->node];
        node->all += block->text;
        node->links += block->links;
        if (is_paragraph(block)) node->text += block->text;
    }
    for (size_t i = page->node_count; i-- > 1;) {
        page_node *parent = &page->nodes[page->nodes[i].parent];
        parent->all += page->nodes[i].all;
        parent->links += page->nodes[i].links;
        parent->text += page->nodes[i].text;
    }
}

/* Takes elements out that say so, and all in them; one that holds most of the page's paragraphs is
 * believed to be called wrongly. */
static void spread_out(page_tree *page)
{
    uint32_t whole = page->nodes[0].text;
    for (size_t i = 1; i < page->node_count; i++) {
        page_node *node = &page->nodes[i];
        bool most = node->text > whole / 2;
        if (node->role != ROLE_OUT && (most || node->body)) node->out = false;
        node->out |= page->nodes[node->parent].out;
    }
}

/* Lets each paragraph speak for the elements around it. */
static void score_nodes(page_tree *page)
{
    for (size_t i = 0; i < page->block_count; i++) {
        const page_block *block = &page->blocks[i];
        uint32_t at = block->node;
        if (page->nodes[at].out || !is_paragraph(block)) continue;
        float length = (float)block->text / 100;
        float score = 1 + (float)block->commas / 2 + (length > 5 ? 5 : length);
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
    float score = node->score * (1 - link_share(node->links, node->all));
    if (node->story || node->role == ROLE_STORY) score *= 1.25F;
    return node->body ? score * 2 : score;
}

/* Returns the element that holds the story; 0, the whole page, if there is none. */
static uint32_t find_story(const page_tree *page)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < page->node_count; i++) {
        if (page->nodes[i].out || page->nodes[i].text < STORY_MIN) continue;
        if (best == 0 || worth(&page->nodes[i]) > worth(&page->nodes[best])) best = i;
    }
    for (uint32_t at = best; at != 0 && !page->nodes[best].body; at = page->nodes[at].parent) {
        const page_node *wider = &page->nodes[page->nodes[at].parent];
        bool gains = (float)wider->text > WIDER_GAIN * (float)page->nodes[best].text;
        if (!gains) continue;
        if (page->nodes[at].parent == 0 || link_share(wider->links, wider->all) > 0.3F) break;
        best = page->nodes[at].parent;
    }
    return best;
}

/* ---- What stays ---------------------------------------------------------------------------- */

static bool ends_sentence(mill_text text, const page_block *block)
{
    size_t end = block->end;
    while (end > block->begin &&
           ((unsigned char)text.data[end - 1] <= ' ' || strchr("\"')>", text.data[end - 1]))) {
        if (text.data[end - 1] == '>') { /* a tag */
            while (end > block->begin && text.data[end - 1] != '<') end--;
            if (end > block->begin) end--;
            continue;
        }
        end--;
    }
    if (end - block->begin >= 3 && (unsigned char)text.data[end - 3] == 0xE2) return true;
    return end > block->begin && strchr(".!?:", text.data[end - 1]) != NULL;
}

static page_role role_of(const page_tree *page, const page_block *block)
{
    return page->nodes[block->node].role;
}

static bool is_heading(page_role role)
{
    return role == ROLE_HEADING || role == ROLE_HEADLINE;
}

/* Marks the elements of the story in `inside`. */
static void mark_story(const page_tree *page, uint32_t story, bool *inside)
{
    for (uint32_t i = 0; i < page->node_count; i++)
        inside[i] = i == story || (i > 0 && inside[page->nodes[i].parent]);
}

static void choose_blocks(const page_tree *page, mill_text text, const bool *inside, bool *stays)
{
    bool headline = false, text_follows = false;
    for (size_t i = page->block_count; i-- > 0;) {
        const page_block *block = &page->blocks[i];
        const page_node *node = &page->nodes[block->node];
        bool linked = link_share(block->links, block->text) >= LINKS_MAX;
        stays[i] = false;
        if (node->out || !inside[block->node]) continue;
        if (is_heading(node->role)) {
            stays[i] = text_follows && !linked;
            text_follows = false;
            continue;
        }
        stays[i] = !linked && (block->text > SHORT_MAX || ends_sentence(text, block));
        text_follows |= stays[i];
    }
    for (size_t i = 0; i < page->block_count && !headline; i++) {
        const page_block *block = &page->blocks[i];
        if (role_of(page, block) != ROLE_HEADLINE || block->text < 10) continue;
        headline = !page->nodes[page->nodes[block->node].parent].out;
        stays[i] |= headline;
    }
}

bool article_find(const article_words *words, mill_document *document, tag_finder *finder,
                  article_cuts *cuts)
{
    page_tree page;
    cuts->count = 0;
    if (!page_read(&page, words, document, finder)) return false;
    sum_up(&page);
    spread_out(&page);
    score_nodes(&page);
    uint32_t story = find_story(&page);
    if (story == 0) return true;
    bool *inside = mill_alloc(document, page.node_count);
    bool *stays = mill_alloc(document, page.block_count + 1);
    cuts->spans = mill_alloc(document, (page.block_count + 1) * sizeof *cuts->spans);
    if (inside == NULL || stays == NULL || cuts->spans == NULL) return false;
    mark_story(&page, story, inside);
    choose_blocks(&page, finder->text, inside, stays);
    for (size_t i = 0; i < page.block_count; i++)
        if (!stays[i])
            cuts->spans[cuts->count++] = (mill_span){page.blocks[i].begin, page.blocks[i].end};
    return true;
}
