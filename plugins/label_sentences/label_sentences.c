/* label_sentences - tells what each sentence is: one of running text, a heading, an item of a list,
 * or the caption of a picture. What a sentence begins with decides, and whether it has its line for
 * itself.
 */
#include "textmill/plugin.h"
#include "textmill/words.h"

#define FIELD_SENTENCES 0
#define FIELD_KIND      1

#define HEADING_MAX 120 /* bytes of a line that may be a heading */

/* ---- Characters ---------------------------------------------------------------------------- */

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_small_letter(char byte)
{
    return byte >= 'a' && byte <= 'z';
}

/* Letters beyond ASCII count by their bytes. */
static bool is_letter(char byte)
{
    return is_small_letter((char)(byte | 0x20)) || (unsigned char)byte >= 0x80;
}

static bool begins_with(const char *data, const char *word)
{
    return strncmp(data, word, strlen(word)) == 0;
}

static bool ends_with(mill_text text, size_t begin, size_t end, const char *word)
{
    size_t length = strlen(word);
    return end - begin >= length && memcmp(text.data + end - length, word, length) == 0;
}

/* ---- Lines --------------------------------------------------------------------------------- */

/* A sentence and how far to look around it: a long run of blanks must not be walked for each
 * sentence in it again. */
typedef struct place {
    size_t begin, end;
    size_t before; /* where the sentence before begins, or 0 */
    size_t after;  /* where the next one begins, or the end of the text */
} place;

static bool begins_line(mill_text text, const place *at)
{
    size_t begin = at->begin;
    while (begin > at->before && mill_is_blank(text.data[begin - 1])) begin--;
    return begin == 0 || text.data[begin - 1] == '\n';
}

static bool ends_line(mill_text text, const place *at)
{
    size_t end = at->end;
    while (end < at->after && mill_is_blank(text.data[end])) end++;
    return end == text.length || text.data[end] == '\n';
}

/* ---- Kinds --------------------------------------------------------------------------------- */

/* A bullet or dash, a space, a word. */
static bool begins_with_bullet(const char *data)
{
    static const char *const bullets[] = {"-", "*", "•", "‣", "⁃", "·", "–", "—", "●", "▪", "◦"};
    for (size_t i = 0; i < MILL_COUNT(bullets); i++) {
        size_t length = strlen(bullets[i]);
        if (begins_with(data, bullets[i]) && data[length] == ' ')
            return is_letter(data[length + 1]) || is_digit(data[length + 1]);
    }
    return false;
}

/* 12. or 3) or (a) or 1.) and a space. */
static bool begins_with_number(const char *data)
{
    bool bracketed = *data == '(';
    size_t first = bracketed ? 1 : 0, at = first;
    while (at < 3 && is_digit(data[at])) at++;
    if (at == first && is_small_letter(data[at])) at++;
    if (at == first) return false;
    if (data[at] == '.' && !bracketed) at++;
    if (data[at] == ')') at++;
    return data[at] == ' ' && (data[at - 1] == '.' || data[at - 1] == ')');
}

/* Figure 3, Photo: Ann Orr, (Photo by ...) */
static bool begins_like_caption(const char *data)
{
    static const char *const words[] = {"Photo:", "Photo by ", "Image:", "Picture:", "Caption:"};
    static const char *const numbered[] = {"Figure ", "Fig. ", "Table ", "Chart ", "Map "};
    data += *data == '(';
    for (size_t i = 0; i < MILL_COUNT(words); i++)
        if (begins_with(data, words[i])) return true;
    for (size_t i = 0; i < MILL_COUNT(numbered); i++)
        if (begins_with(data, numbered[i]) && is_digit(data[strlen(numbered[i])])) return true;
    return false;
}

static bool has_letter(mill_text text, size_t begin, size_t end)
{
    for (size_t at = begin; at < end; at++)
        if (is_letter(text.data[at])) return true;
    return false;
}

/* A short line of its own that has words and no stop. */
static bool is_heading(mill_text text, const place *at)
{
    size_t begin = at->begin, end = at->end;
    static const char *const stops[] = {".", "!",  "?", ":",  ",",  ";",
                                        "…", "\"", "”", "。", "！", "？"};
    if (end - begin > HEADING_MAX || !ends_line(text, at)) return false;
    for (size_t i = 0; i < MILL_COUNT(stops); i++)
        if (ends_with(text, begin, end, stops[i])) return false;
    return has_letter(text, begin, end);
}

static const char *kind_of(mill_text text, const place *at)
{
    const char *data = text.data + at->begin;
    if (begins_like_caption(data)) return "caption";
    if (!begins_line(text, at)) return "sentence";
    if (begins_with_bullet(data) || begins_with_number(data)) return "list_item";
    return is_heading(text, at) ? "heading" : "sentence";
}

static mill_status label_sentences(void *instance, mill_document *document)
{
    uint32_t count;
    mill_text text = mill_document_text(document);
    const mill_span *sentences = mill_spans(document, FIELD_SENTENCES, &count);
    (void)instance;
    for (uint32_t row = 0; row < count; row++) {
        const place at = {.begin = sentences[row].begin,
                          .end = sentences[row].end,
                          .before = row > 0 ? sentences[row - 1].begin : 0,
                          .after = row + 1 < count ? sentences[row + 1].begin : text.length};
        const char *kind = kind_of(text, &at);
        mill_set_string(document, FIELD_KIND, row, kind, strlen(kind));
    }
    return MILL_OK;
}

static const mill_field fields[] = {
    {.use = MILL_NEEDS, .type = MILL_LAYER, .layer = "sentences", .help = "from split_sentences"},
    {.use = MILL_PROVIDES,
     .type = MILL_STRING,
     .layer = "sentences",
     .attribute = "kind",
     .help = "sentence, heading, list_item or caption"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .name = "label_sentences",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "tells headings, items of lists and captions from sentences",
    .fields = fields,
    .field_count = MILL_COUNT(fields),
    .process = label_sentences,
};
