/* A hostile article is written as a few pieces and how often each comes: hostility is mostly
 * repetition. All texts lie in one buffer; the list points into it once it has stopped growing. */
#include "conformance/articles.h"

#include "utf8.h"

#include <stdlib.h>

enum { NEWS_COUNT = 300, NEWS_BYTES = 1500, HUGE_BYTES = 16 << 20, PIECES_MAX = 3 };

typedef struct piece {
    const char *bytes;
    size_t length;
    size_t times;
} piece;

typedef struct recipe {
    const char *name;
    piece pieces[PIECES_MAX];
} recipe;

#define TIMES(count, string)                                                                       \
    {                                                                                              \
        .bytes = (string), .length = sizeof(string) - 1, .times = (count)                          \
    }

static const recipe recipes[] = {
    {.name = "empty"},
    {"one byte", {TIMES(1, "a")}},
    {"one line break", {TIMES(1, "\n")}},
    {"NUL", {TIMES(1, "\0")}},
    {"NUL in the middle",
     {TIMES(1, "Before it. "), TIMES(1, "\0\0"), TIMES(1, "\"And\" after it.\n")}},
    {"control characters", {TIMES(500, "\x01\x02\x07\x08\x0B\x0C\x1B[31m\x7F")}},
    {"blanks", {TIMES(20000, " ")}},
    {"line breaks", {TIMES(20000, "\n")}},
    {"all kinds of line breaks",
     {TIMES(300, "One.\r\nTwo.\rThree.\n\rFour.\xE2\x80\xA8\x46ive.\xC2\x85")}},
    {"one long word", {TIMES(65536, "x")}},
    {"one long line", {TIMES(16384, "word after word ")}},
    {"combining marks", {TIMES(1, "e"), TIMES(20000, "\xCC\x81"), TIMES(1, " end.")}},
    {"a combining mark first", {TIMES(1, "\xCC\x88"), TIMES(1, "o mark has nothing to stand on.")}},
    {"stacked marks", {TIMES(2000, "Z\xCC\xB5\xCC\x9B\xCD\x94\xCC\xA7\xCD\x80 ")}},
    {"right to left",
     {TIMES(500, "\xE2\x80\xAE\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D, "
                 "\xD9\x85\xD8\xB1\xD8\xAD\xD8\xA8\xD8\xA7. \""),
      TIMES(1, "\xE2\x80\xAC")}},
    {"emoji sequences",
     {TIMES(500, "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7 "
                 "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA\xF0\x9F\x87\xAB \xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD"
                 "\xE2\x9D\xA4\xEF\xB8\x8F 1\xEF\xB8\x8F\xE2\x83\xA3")}},
    {"ends in an emoji", {TIMES(1, "The end \xF0\x9F\x98\x80")}},
    {"ends in a quotation mark", {TIMES(1, "He said: \"Stop\"")}},
    {"an unpaired quote", {TIMES(400, "She said: \"It never ends. And so on. ")}},
    {"unpaired curly quotes", {TIMES(5000, "\xE2\x80\x9CIt opens. ")}},
    {"quotes closed twice",
     {TIMES(3000, "It ends.\xE2\x80\x9D \xE2\x80\x99 \xC2\xBB \xE3\x80\x8D ")}},
    {"only quotes", {TIMES(20000, "\"")}},
    {"apostrophes", {TIMES(2000, "'tis '' ' o'clock's ")}},
    {"brackets", {TIMES(20000, "("), TIMES(5000, "[{<")}},
    {"tags", {TIMES(3000, "<p><b"), TIMES(3000, "</"), TIMES(1, "<!--")}},
    {"references", {TIMES(2000, "&amp;&#x;&#99999999999;&")}},
    {"stops", {TIMES(20000, ".")}},
    {"abbreviations", {TIMES(3000, "Mr. A. B. U.S. e.g. ")}},
    {"numbers", {TIMES(2000, "1234567890"), TIMES(500, " 1.2.3,4 +1 (555) 010-0199 ")}},
    {"addresses", {TIMES(1500, "a@b.c http://x.y/?z=1#")}},
    {"the ends of Unicode", {TIMES(1000, "\xEF\xBF\xBD\xEF\xBF\xBF\xF4\x8F\xBF\xBF\xEF\xBB\xBF")}},
    {"invisible characters", {TIMES(3000, "a\xE2\x80\x8B\xC2\xAD\xE2\x81\xA0\xEF\xBB\xBF")}},
    {"wide characters",
     {TIMES(2000, "\xE6\x96\xB0\xE8\x81\x9E\xE3\x80\x82\xE3\x80\x8C\xE5\xBC\x95\xE3\x80\x8D")}},
    {"capitals", {TIMES(2000, "\xC4\xB0I\xC3\x9F\xEF\xAC\x81\xC7\x85 SHOUTS! ")}},
    {"a record of JSON", {TIMES(50, "{\"id\":\"a\",\"text\":\"He said: \\\"No.\\\"\"}\n")}},
    {"a record without an end", {TIMES(1, "{\"id\":\"a\",\"text\":\"it does not ")}},
    {"nested JSON", {TIMES(3000, "{\"text\":[")}},
    {"a sequence cut short", {TIMES(1, "Fine until here: \xE2\x82")}},
    {"an overlong sequence", {TIMES(1, "Fine until here: \xC0\xAF and on")}},
    {"a surrogate", {TIMES(1, "Fine until here: \xED\xA0\x80 and on")}},
    {"bytes that are no text", {TIMES(500, "\xFF\xFE\x80\xF5")}},
};

enum { RECIPE_COUNT = sizeof recipes / sizeof *recipes };

static void write_recipe(buffer *text, const recipe *how)
{
    for (size_t i = 0; i < PIECES_MAX; i++) {
        const piece *part = &how->pieces[i];
        for (size_t times = 0; times < part->times; times++)
            buffer_write(text, part->bytes, part->length);
    }
}

/* ---- News ----------------------------------------------------------------------------------- */

/* Stands for what a capital letter means: a name, a place, a number. */
static const char *const sentences[] = {
    "P (Reuters) - N said on Monday that the # bridges of P would be closed.",
    "\"We have waited since 19#,\" N said, \"and nobody came.\"",
    "\xE2\x80\x9CIt is n\xC3\xA4her than you think,\xE2\x80\x9D said N, who lives in P.",
    "Mr. N, of the U.S. office in P, did not answer.",
    "According to N the costs rose by #.5 percent to $# million.",
    "N: \"No comment.\"",
    "\"It is ours, and it stays open,\" N and Laura Finch said.",
    "The caf\xC3\xA9 in P, which opened at 10:30 a.m., was not damaged!",
    "Why did N leave P? Nobody knows.",
    "Residents were furious, but N called it \"a wonderful, happy day\".",
    "(Reporting by N; Editing by N)",
    "P. At least # people were killed, the police said.",
    "\xF0\x9F\x98\x80 \"Never,\" wrote N on www.example.com.",
};
static const char *const names[] = {
    "Ingrid Vale", "Dennis Okoro",           "Kim Jong Un", "Dr. Ana Ruiz", "the mayor",
    "O'Neill",     "Zo\xC3\xAB van der Berg"};
static const char *const places[] = {"PARIS", "Harbour City", "New York", "M\xC3\xBCnchen", "Kyiv"};

/* splitmix64 */
static uint32_t draw(uint64_t *state, size_t limit)
{
    uint64_t mix = *state += UINT64_C(0x9E3779B97F4A7C15);
    mix = (mix ^ mix >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mix = (mix ^ mix >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((mix ^ mix >> 31) % limit);
}

static void write_sentence(buffer *text, uint64_t *state)
{
    const char *at = sentences[draw(state, MILL_COUNT(sentences))];
    for (; *at != '\0'; at++) {
        bool starts_word = at[1] == ' ' || at[1] == ',' || at[1] == '.' || at[1] == ':' ||
                           at[1] == ';' || at[1] == ')' || at[1] == '?' || at[1] == '"';
        if (*at == '#')
            buffer_printf(text, "%u", (unsigned)draw(state, 90) + 10);
        else if (*at == 'N' && starts_word)
            buffer_printf(text, "%s", names[draw(state, MILL_COUNT(names))]);
        else if (*at == 'P' && starts_word)
            buffer_printf(text, "%s", places[draw(state, MILL_COUNT(places))]);
        else
            buffer_write(text, at, 1);
    }
}

/* Appends about `length` bytes of news; `seed` decides which. */
static void write_news(buffer *text, uint64_t seed, size_t length)
{
    size_t end = text->output.length + length;
    while (text->output.length < end && !text->failed) {
        write_sentence(text, &seed);
        bool ends_paragraph = draw(&seed, 4) == 0;
        buffer_write(text, ends_paragraph ? "\n\n" : " ", ends_paragraph ? 2 : 1);
    }
}

/* ---- All ------------------------------------------------------------------------------------ */

/* Appends news as JSON lines. */
static void write_lines(buffer *text, size_t index)
{
    buffer news;
    buffer_init(&news, NULL, 1 << 20);
    for (size_t line = 0; line < 3; line++) {
        buffer_reset(&news);
        write_news(&news, index * 3 + line, NEWS_BYTES);
        buffer_printf(text, "{\"id\":%zu,\"title\":\"N\\u00e9w\",\"text\":", index * 3 + line);
        buffer_json(text, news.output.data, news.output.length);
        buffer_printf(text, "}\n");
    }
    buffer_clear(&news);
}

static void write_article(buffer *text, size_t index, bool as_files)
{
    size_t begin = text->output.length;
    if (index < RECIPE_COUNT) {
        write_recipe(text, &recipes[index]);
    } else if (index == RECIPE_COUNT) {
        write_news(text, index, 1 << 20);
        while (text->output.length - begin < HUGE_BYTES && !text->failed) {
            if (!buffer_reserve(text, 1 << 20)) return;
            buffer_write(text, text->output.data + begin, 1 << 20);
        }
    } else if (as_files && index % 2 == 0) {
        write_lines(text, index);
    } else {
        write_news(text, index, NEWS_BYTES + index % 50 * 40);
    }
}

bool articles_make(article_list *list, bool as_files)
{
    *list = (article_list){.hostile = RECIPE_COUNT + 1, .count = RECIPE_COUNT + 1 + NEWS_COUNT};
    buffer_init(&list->bytes, NULL, (size_t)1 << 30);
    list->items = calloc(list->count, sizeof *list->items);
    if (list->items == NULL) return false;
    for (size_t i = 0; i < list->count; i++) {
        size_t begin = list->bytes.output.length;
        write_article(&list->bytes, i, as_files);
        list->items[i].text.length = list->bytes.output.length - begin;
    }
    const char *text = list->bytes.output.data;
    for (size_t i = 0; i < list->count && text != NULL; i++) {
        conformance_article *item = &list->items[i];
        item->name = i < RECIPE_COUNT ? recipes[i].name : i == RECIPE_COUNT ? "16 MB" : "news";
        item->is_invalid = utf8_valid_prefix(text, item->text.length) < item->text.length;
        item->is_huge = i == RECIPE_COUNT;
        item->text.data = text;
        text += item->text.length;
    }
    return !list->bytes.failed;
}

void articles_clear(article_list *list)
{
    buffer_clear(&list->bytes);
    free(list->items);
    *list = (article_list){0};
}
