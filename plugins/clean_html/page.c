/* Elements are opened and closed on a stack without recursion. A closing tag closes what is open
 * down to its element, if that is near enough and in the same cell of a table; a paragraph, an item
 * or a cell ends where the next begins.
 */
#include "page.h"

#define DEPTH_MAX  512 /* deeper elements count as part of the one at this depth */
#define SEARCH_MAX 64  /* how far down a closing tag looks for its element */
#define TAIL_MAX   32  /* marks and tags looked at behind the end of a sentence */

typedef struct page_reader {
    page_tree *page;
    const article_words *words;
    tag_finder *finder;
    uint32_t stack[DEPTH_MAX];
    size_t depth;
    bool in_link;
    uint32_t line_text; /* of the present block at its last <br>, or UINT32_MAX */
    page_block block;   /* the present one */
} page_reader;

static inline bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static inline bool is_letter(char byte)
{
    return ((unsigned)byte | 0x20u) - 'a' < 26u;
}

static bool text_is(mill_text text, const char *other)
{
    size_t i = 0;
    while (i < text.length && other[i] != '\0' &&
           mill_same_letter((unsigned char)text.data[i], (unsigned char)other[i]))
        i++;
    return i == text.length && other[i] == '\0';
}

static bool names_equal(mill_text left, mill_text right)
{
    if (left.length != right.length) return false;
    for (size_t i = 0; i < left.length; i++)
        if (!mill_same_letter((unsigned char)left.data[i], (unsigned char)right.data[i]))
            return false;
    return true;
}

/* ---- Hints --------------------------------------------------------------------------------- */

/* Returns where the word ends that begins at `at`: relatedLinks2 has the words related and Links.
 */
static size_t find_word_end(mill_text value, size_t at)
{
    bool was_small = false;
    for (; at < value.length && is_letter(value.data[at]); at++) {
        bool small = value.data[at] >= 'a';
        if (was_small && !small) break;
        was_small = small;
    }
    return at;
}

/* Returns what the words of one class say together: article-body marks the body, article-related is
 * out. */
static page_hint judge_class(const article_words *words, mill_text value)
{
    bool said[WORD_COUNT] = {false}, negated = false;
    for (size_t at = 0; at < value.length;) {
        size_t begin = at;
        at = find_word_end(value, at);
        int32_t word = mill_words_find(&words->classes, value.data + begin, at - begin);
        if (word == WORD_NAMED && begin == 0) return HINT_NONE;
        if (word != MILL_WORD_ABSENT && !negated) said[word] = true;
        if (at > begin) negated = word == WORD_NOT;
        while (at < value.length && !is_letter(value.data[at])) at++;
    }
    if (said[WORD_NEVER]) return HINT_NEVER;
    if (said[WORD_OUT]) return HINT_OUT;
    if (said[WORD_SHORT]) return HINT_SHORT;
    if (said[WORD_STORY] && said[WORD_CONTENT]) return HINT_BODY;
    return said[WORD_STORY] || said[WORD_CONTENT] ? HINT_STORY : HINT_NONE;
}

static void add_hint(page_node *node, page_hint hint)
{
    if (node->hint < hint) node->hint = hint;
}

static void judge_classes(const article_words *words, page_node *node, mill_text value)
{
    for (size_t at = 0; at < value.length;) {
        size_t begin = at;
        while (at < value.length && !is_space(value.data[at])) at++;
        add_hint(node, judge_class(words, (mill_text){value.data + begin, at - begin}));
        while (at < value.length && is_space(value.data[at])) at++;
    }
}

/* Tells whether a style hides its element. */
static bool hides(mill_text style)
{
    static const char *const wanted = "display:none";
    size_t matched = 0;
    for (size_t i = 0; i < style.length && wanted[matched] != '\0'; i++) {
        char byte = style.data[i];
        if (is_space(byte)) continue;
        if (!mill_same_letter((unsigned char)byte, (unsigned char)wanted[matched])) matched = 0;
        matched += mill_same_letter((unsigned char)byte, (unsigned char)wanted[matched]);
    }
    return wanted[matched] == '\0';
}

static void judge_attribute(const article_words *words, page_node *node, mill_text name,
                            mill_text value)
{
    if (text_is(name, "class") || text_is(name, "id") || text_is(name, "role"))
        judge_classes(words, node, value);
    else if (text_is(name, "itemprop"))
        add_hint(node, text_is(value, "articleBody") ? HINT_BODY : HINT_NONE);
    else if (text_is(name, "hidden"))
        add_hint(node, HINT_OUT);
    else if (text_is(name, "aria-hidden"))
        add_hint(node, text_is(value, "true") ? HINT_OUT : HINT_NONE);
    else if (text_is(name, "style"))
        add_hint(node, hides(value) ? HINT_OUT : HINT_NONE);
}

static inline bool ends_attribute(char byte)
{
    return byte == '=' || byte == '>' || byte == '/' || is_space(byte);
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

/* ---- Stretches of text --------------------------------------------------------------------- */

/* Returns the end of the text without the closing tag or character reference that it ends with. */
static size_t skip_markup_back(const char *data, size_t begin, size_t end)
{
    char opens = data[end - 1] == '>' ? '<' : '&';
    size_t limit = opens == '<' ? 200 : 10, at = end - 1;
    while (at > begin && end - at < limit && data[at] != opens) at--;
    return data[at] == opens ? at : end - 1;
}

/* Tells whether the text ends as a sentence does, whatever quotation marks and tags are behind. */
static bool ends_sentence(const char *data, size_t begin, size_t end)
{
    for (int i = 0; i < TAIL_MAX && end > begin; i++) {
        unsigned char last = (unsigned char)data[end - 1];
        if (last == '>' || last == ';')
            end = skip_markup_back(data, begin, end);
        else if (last <= ' ' || last == '"' || last == '\'' || last == ')' || last == ']')
            end--;
        else if (end - begin >= 2 && last >= 0x80 && (unsigned char)data[end - 2] == 0xC2)
            end -= 2; /* » and the no-break space */
        else if (end - begin >= 3 && (unsigned char)data[end - 3] == 0xE2 && last != 0xA6)
            end -= 3; /* a quotation mark; not the ellipsis */
        else
            return strchr(".!?:", last) != NULL || last == 0xA6 ||
                   (last < 0xC0 && last >= 0x80 && (unsigned char)data[end - 2] == 0x80);
    }
    return false;
}

/* Ends the present stretch of text and begins one at `at`. */
static void begin_block(page_reader *self, size_t end, size_t at)
{
    page_block *block = &self->block;
    if (block->text > 0) {
        block->end = (uint32_t)end;
        block->sentence = ends_sentence(self->finder->text.data, block->begin, end);
        self->page->blocks[self->page->block_count++] = *block;
    }
    *block = (page_block){.begin = (uint32_t)at, .node = self->stack[self->depth - 1]};
    self->line_text = UINT32_MAX;
}

static void take_text(page_reader *self, size_t begin, size_t end)
{
    const char *data = self->finder->text.data;
    uint32_t text = 0, commas = 0;
    for (size_t i = begin; i < end; i++) {
        text += (unsigned char)data[i] > ' ';
        commas += data[i] == ',' || data[i] == '.';
    }
    if (self->in_link && self->block.lead == self->block.text) self->block.lead += text;
    if (self->in_link) self->block.links += text;
    self->block.text += text;
    self->block.commas += commas;
}

/* ---- The tree ------------------------------------------------------------------------------ */

static page_node *top_node(const page_reader *self)
{
    return &self->page->nodes[self->stack[self->depth - 1]];
}

static void close_top(page_reader *self)
{
    top_node(self)->end = self->page->node_count;
    self->depth--;
}

/* Closes an open element of this name. */
static void close_element(page_reader *self, mill_text name, page_role role)
{
    size_t stop = self->depth > SEARCH_MAX ? self->depth - SEARCH_MAX : 1;
    bool leaves_cell = role == ROLE_CELL || role == ROLE_ROW || text_is(name, "table");
    for (size_t depth = self->depth; depth > stop; depth--) {
        const page_node *node = &self->page->nodes[self->stack[depth - 1]];
        if (names_equal(node->name, name)) {
            while (self->depth >= depth) close_top(self);
            return;
        }
        if (node->role == ROLE_CELL && !leaves_cell) return;
    }
}

/* Tells whether an element ends where one of this name and role begins. */
static bool is_ended_by(const page_node *node, mill_text name, page_role role)
{
    if (node->role == ROLE_TEXT) return text_is(node->name, "p") || names_equal(node->name, name);
    return (node->role == ROLE_CELL && (role == ROLE_CELL || role == ROLE_ROW)) ||
           (node->role == ROLE_ROW && role == ROLE_ROW);
}

static void open_element(page_reader *self, mill_text name, page_role role, const char *tag,
                         size_t length)
{
    while (self->depth > 1 && is_ended_by(top_node(self), name, role)) close_top(self);
    if (self->depth == DEPTH_MAX) return;
    uint32_t index = self->page->node_count++;
    page_node *node = &self->page->nodes[index];
    *node = (page_node){.parent = self->stack[self->depth - 1],
                        .name = name,
                        .role = role,
                        .form = text_is(name, "form")};
    if (memchr(name.data, '-', name.length) != NULL) add_hint(node, judge_class(self->words, name));
    if (role != ROLE_ROOT) judge_attributes(self->words, node, tag, length);
    self->stack[self->depth++] = index;
}

static mill_text tag_name(const char *tag)
{
    tag += 1 + (tag[1] == '/');
    mill_text name = {tag, 0};
    while (!ends_attribute(name.data[name.length])) name.length++;
    return name;
}

/* Tells whether an anchor is a link and not the mark of a place. */
static bool is_link(mill_text tag)
{
    for (size_t at = 2; at + 5 < tag.length; at++)
        if (is_space(tag.data[at]) && text_is((mill_text){tag.data + at + 1, 4}, "href"))
            return true;
    return false;
}

/* Two line breaks with nothing between them stand for the end of a paragraph. */
static void take_line_break(page_reader *self, size_t at, size_t end)
{
    if (self->line_text == self->block.text) begin_block(self, at, end);
    self->line_text = self->block.text;
}

/* Looks for the title in a head, or a title of its own. */
static void keep_title(page_tree *page, mill_text dropped)
{
    static const mill_text opens = {"<title", 6};
    if (page->title.length > 0) return;
    const char *at = dropped.data, *stop = at + dropped.length;
    while (at != NULL && stop - at > 7 && !names_equal((mill_text){at, opens.length}, opens))
        at = memchr(at + 1, '<', (size_t)(stop - at) - 1);
    at = at != NULL && stop - at > 7 ? memchr(at, '>', (size_t)(stop - at)) : NULL;
    if (at == NULL) return;
    page->title.data = at + 1;
    const char *end = memchr(at, '<', (size_t)(stop - at));
    page->title.length = (size_t)((end != NULL ? end : stop) - page->title.data);
}

static void take_tag(page_reader *self, size_t at, const html_tag *tag)
{
    const char *data = self->finder->text.data + at;
    mill_text name = tag_name(data);
    int32_t found = mill_words_find(&self->words->elements, name.data, name.length);
    page_role role = found == MILL_WORD_ABSENT ? ROLE_NONE : (page_role)found;
    if (text_is(name, "a"))
        self->in_link = !tag->closes && is_link((mill_text){data, tag->end - at});
    if (tag->kind == ELEMENT_DROP) keep_title(self->page, (mill_text){data, tag->end - at});
    bool is_inline = tag->kind == ELEMENT_LINE ||
                     (tag->kind == ELEMENT_INLINE && memchr(name.data, '-', name.length) == NULL);
    if (tag->kind == ELEMENT_LINE) take_line_break(self, at, tag->end);
    if (tag->kind == ELEMENT_DROP || (role == ROLE_NONE && is_inline)) return;
    begin_block(self, at, tag->end);
    if (tag->closes)
        close_element(self, name, role);
    else if (!text_is(name, "hr"))
        open_element(self, name, role, data, tag->end - at);
    self->block.node = self->stack[self->depth - 1];
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
    page->title = (mill_text){"", 0};
    page->nodes[0] = (page_node){.role = ROLE_ROOT, .name = {"", 0}};
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
    while (self.depth > 0) close_top(&self);
    return true;
}
