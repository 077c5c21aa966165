/* Elements are opened and closed on a stack without recursion. A closing tag closes what is open
 * down to its element, if that is near enough; a paragraph or an item ends where the next begins.
 */
#include "page.h"

#define DEPTH_MAX  512 /* deeper elements count as part of the one at this depth */
#define SEARCH_MAX 32  /* how far down a closing tag looks for its element */

typedef struct page_reader {
    page_tree *page;
    const article_words *words;
    tag_finder *finder;
    uint32_t stack[DEPTH_MAX];
    size_t depth;
    bool in_link;
    page_block block; /* the present one */
} page_reader;

/* ---- Tags ---------------------------------------------------------------------------------- */

static inline bool is_name_byte(char byte)
{
    return (unsigned)mill_lower((unsigned char)byte) - 'a' < 26u || (unsigned)byte - '0' < 10u;
}

static mill_text tag_name(const char *tag)
{
    tag += 1 + (tag[1] == '/');
    mill_text name = {tag, 0};
    while (is_name_byte(name.data[name.length])) name.length++;
    return name;
}

static uint32_t hash_name(mill_text name)
{
    uint64_t head[2];
    mill_word_head(name.data, name.length, head);
    return (uint32_t)mill_word_hash(head, name.length);
}

static bool text_is(mill_text text, const char *other)
{
    size_t i = 0;
    while (i < text.length && other[i] != '\0' &&
           mill_same_letter((unsigned char)text.data[i], (unsigned char)other[i]))
        i++;
    return i == text.length && other[i] == '\0';
}

/* Takes the words of a class or id: "story-body__related" has four. */
static void judge_words(const article_words *words, page_node *node, mill_text value)
{
    for (size_t at = 0; at < value.length;) {
        size_t begin = at;
        while (at < value.length && is_name_byte(value.data[at])) at++;
        int32_t role = mill_words_find(&words->classes, value.data + begin, at - begin);
        node->out |= role == ROLE_OUT;
        node->story |= role == ROLE_STORY;
        at += at == begin || at < value.length;
    }
}

static void judge_attribute(const article_words *words, page_node *node, mill_text name,
                            mill_text value)
{
    if (text_is(name, "class") || text_is(name, "id") || text_is(name, "role"))
        judge_words(words, node, value);
    else if (text_is(name, "itemprop"))
        node->body |= text_is(value, "articleBody");
    else if (text_is(name, "hidden"))
        node->out = true;
    else if (text_is(name, "aria-hidden"))
        node->out |= text_is(value, "true");
    else if (text_is(name, "style"))
        node->out |= text_is(value, "display:none") || text_is(value, "display: none");
}

static inline bool ends_attribute(char byte)
{
    return byte == '=' || byte == '>' || byte == '/' || byte == ' ' ||
           (byte >= '\t' && byte <= '\r');
}

/* Walks the attributes of the tag data[0, length). */
static void judge_attributes(const article_words *words, page_node *node, const char *data,
                             size_t length)
{
    size_t at = 1;
    while (at < length && !ends_attribute(data[at])) at++;
    while (at < length) {
        while (at < length && ends_attribute(data[at])) at++;
        mill_text name = {data + at, 0}, value = {data, 0};
        while (at < length && !ends_attribute(data[at])) at++;
        name.length = (size_t)(data + at - name.data);
        if (at < length && data[at] == '=') {
            char quote = data[++at];
            bool quoted = quote == '"' || quote == '\'';
            at += quoted;
            value.data = data + at;
            while (at < length && (quoted ? data[at] != quote : data[at] != '>' && data[at] != ' '))
                at++;
            value.length = (size_t)(data + at - value.data);
            at += at < length;
        }
        judge_attribute(words, node, name, value);
    }
}

/* ---- The tree ------------------------------------------------------------------------------ */

/* Ends the present stretch of text and begins one at `at`. */
static void begin_block(page_reader *self, size_t end, size_t at)
{
    if (self->block.text > 0) {
        self->block.end = (uint32_t)end;
        self->page->blocks[self->page->block_count++] = self->block;
    }
    self->block = (page_block){.begin = (uint32_t)at, .node = self->stack[self->depth - 1]};
}

/* Closes an open element of this name. */
static void close_element(page_reader *self, uint32_t name)
{
    size_t stop = self->depth > SEARCH_MAX ? self->depth - SEARCH_MAX : 1;
    for (size_t depth = self->depth; depth > stop; depth--) {
        if (self->page->nodes[self->stack[depth - 1]].name != name) continue;
        self->depth = depth - 1;
        return;
    }
}

static void open_element(page_reader *self, uint32_t name, page_role role, const char *tag,
                         size_t length)
{
    page_node *nodes = self->page->nodes;
    const page_node *top = &nodes[self->stack[self->depth - 1]];
    static const char paragraph[16] = "p"; /* a word map reads 16 bytes */
    bool ends_before = top->role == ROLE_TEXT &&
                       (top->name == name || top->name == hash_name((mill_text){paragraph, 1}));
    if (ends_before && self->depth > 1) self->depth--;
    if (self->depth == DEPTH_MAX) return;
    uint32_t index = (uint32_t)self->page->node_count++;
    page_node *node = &nodes[index];
    *node = (page_node){.parent = self->stack[self->depth - 1],
                        .name = name,
                        .role = role,
                        .out = role == ROLE_OUT};
    judge_attributes(self->words, node, tag, length);
    self->stack[self->depth++] = index;
}

static void take_tag(page_reader *self, size_t at, const html_tag *tag)
{
    const char *data = self->finder->text.data + at;
    mill_text name = tag_name(data);
    int32_t role = mill_words_find(&self->words->elements, name.data, name.length);
    if (text_is(name, "a")) self->in_link = !tag->closes;
    if (role == MILL_WORD_ABSENT &&
        (tag->kind == ELEMENT_INLINE || tag->kind == ELEMENT_LINE || tag->kind == ELEMENT_DROP))
        return;
    begin_block(self, at, tag->end);
    if (tag->closes)
        close_element(self, hash_name(name));
    else if (!text_is(name, "hr"))
        open_element(self, hash_name(name), role == MILL_WORD_ABSENT ? ROLE_NONE : (page_role)role,
                     data, tag->end - at);
    self->block.node = self->stack[self->depth - 1];
}

static void take_text(page_reader *self, size_t begin, size_t end)
{
    const char *data = self->finder->text.data;
    uint32_t text = 0, commas = 0;
    for (size_t i = begin; i < end; i++) {
        text += (unsigned char)data[i] > ' ';
        commas += data[i] == ',' || data[i] == '.';
    }
    self->block.text += text;
    self->block.commas += commas;
    if (self->in_link) self->block.links += text;
}

bool page_read(page_tree *page, const article_words *words, mill_document *document,
               tag_finder *finder)
{
    mill_text text = finder->text;
    page_reader self = {.page = page, .words = words, .finder = finder, .depth = 1};
    size_t brackets = 1, at = 0;
    for (size_t i = 0; i < text.length; i++) brackets += text.data[i] == '<';
    page->nodes = mill_alloc(document, brackets * sizeof *page->nodes);
    page->blocks = mill_alloc(document, (brackets + 1) * sizeof *page->blocks);
    if (page->nodes == NULL || page->blocks == NULL) return false;
    page->nodes[0] = (page_node){.parent = 0};
    page->node_count = 1;
    page->block_count = 0;
    while (at < text.length) {
        html_tag tag;
        const char *found = memchr(text.data + at, '<', text.length - at);
        size_t bracket = found != NULL ? (size_t)(found - text.data) : text.length;
        take_text(&self, at, bracket);
        at = bracket;
        if (found == NULL) break;
        size_t end = tags_find_other(finder, at);
        if (end == 0 && tags_find(finder, at, &tag)) {
            take_tag(&self, at, &tag);
            end = tag.end;
        }
        at = end != 0 ? end : at + 1;
    }
    begin_block(&self, text.length, text.length);
    return true;
}
