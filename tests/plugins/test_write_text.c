/* The text writer: what it looks like, that no line is too wide, and that nothing from an article
 * can command a terminal. */
#include "plugins_support.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    SENTENCES,
    SENTENCE_SENTIMENT,
    QUOTES,
    SPEAKER,
    SPEAKER_SPAN,
    CUE_SPAN,
    DIRECT,
    NUMBER,
    COMPOUND,
    POSITIVE,
    LANGUAGE
};

static const mill_field fields[] = {
    [SENTENCES] = {MILL_PROVIDES, MILL_LAYER, "sentences", NULL, ""},
    [SENTENCE_SENTIMENT] = {MILL_PROVIDES, MILL_NUMBER, "sentences", "sentiment", ""},
    [QUOTES] = {MILL_PROVIDES, MILL_LAYER, "quotes", NULL, ""},
    [SPEAKER] = {MILL_PROVIDES, MILL_STRING, "quotes", "speaker", ""},
    [SPEAKER_SPAN] = {MILL_PROVIDES, MILL_SPAN, "quotes", "speaker", ""},
    [CUE_SPAN] = {MILL_PROVIDES, MILL_SPAN, "quotes", "cue", ""},
    [DIRECT] = {MILL_PROVIDES, MILL_BOOLEAN, "quotes", "direct", ""},
    [NUMBER] = {MILL_PROVIDES, MILL_INTEGER, "quotes", "number", ""},
    [COMPOUND] = {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.compound", ""},
    [POSITIVE] = {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.pos", ""},
    [LANGUAGE] = {MILL_PROVIDES, MILL_STRING, NULL, "language", ""},
};

#define RULE10 "──────────"

static loaded_plugin writer;
static workbench bench;

static void open_writer(uint32_t field_count, const char *const *options)
{
    workbench_open(&bench, fields, field_count);
    ck_assert(plugin_open(&writer, "write_text", options, &bench));
    workbench_begin(&bench, "news.txt");
}

static void close_writer(void)
{
    plugin_close(&writer);
    workbench_close(&bench);
}

static void set_text(const char *text)
{
    mill_document_set_text(bench.handle, text, strlen(text));
}

static void add_title(const char *json)
{
    mill_metadata_add(bench.handle, (mill_text){"title", 5}, (mill_text){json, strlen(json)});
}

static void assert_page(const char *page)
{
    char *written = plugin_encode(&writer, &bench, NULL);
    ck_assert_str_eq(written, page);
    free(written);
}

START_TEST(looks_like_this)
{
    open_writer(MILL_COUNT(fields), (const char *const[]){"width=50", NULL});
    set_text("“No,” said Ann Lee of the committee for words.\n\nHe left.");
    add_title("\"Ann says \\u201cno\\u201d\\n\"");
    mill_set_number(bench.handle, SENTENCE_SENTIMENT, mill_span_add(bench.handle, SENTENCES, 0, 50),
                    -0.123449);
    mill_set_number(bench.handle, SENTENCE_SENTIMENT,
                    mill_span_add(bench.handle, SENTENCES, 52, 60), 1);
    mill_span_add(bench.handle, QUOTES, 0, 9);
    mill_set_string(bench.handle, SPEAKER, 0, "Ann Lee", 7);
    mill_set_span(bench.handle, SPEAKER_SPAN, 0, 15, 18);
    mill_set_span(bench.handle, CUE_SPAN, 0, 10, 14);
    mill_set_boolean(bench.handle, DIRECT, 0, true);
    mill_set_integer(bench.handle, NUMBER, 0, 123456);
    mill_set_number(bench.handle, COMPOUND, 0, 0.42);
    mill_set_number(bench.handle, POSITIVE, 0, 0.00001);
    mill_set_string(bench.handle, LANGUAGE, 0, "en", 2);
    assert_page("── news.txt " RULE10 RULE10 RULE10 "────────\n"
                "Ann says “no”\n"
                "\n"
                "“No,” said Ann Lee of the committee for words.\n"
                "\n"
                "He left.\n"
                "\n"
                "sentiment  compound: 0.42 · pos: 1e-05\n"
                "language  en\n"
                "\n"
                "sentences  2\n"
                "   1  “No,” said Ann Lee of t…  sentiment: -0.1234\n"
                "   2  He left.                  sentiment: 1\n"
                "\n"
                "quotes  1\n"
                "   1  “No,”\n"
                "      speaker: Ann Lee · cue: said · direct: yes\n"
                "      number: 123456\n"
                "\n");
    close_writer();
}
END_TEST

START_TEST(says_what_is_not_there)
{
    open_writer(MILL_COUNT(fields), (const char *const[]){"width=40", NULL});
    assert_page("── news.txt " RULE10 RULE10 "────────\n"
                "\n"
                "no text\n"
                "\n"
                "sentences  none\n"
                "\n"
                "quotes  none\n"
                "\n");
    close_writer();
}
END_TEST

START_TEST(shows_the_first_spans_and_counts_the_others)
{
    open_writer(1, (const char *const[]){"width=40", "most=2", NULL});
    set_text("abcd");
    for (size_t i = 0; i < 4; i++) mill_span_add(bench.handle, SENTENCES, i, i + 1);
    assert_page("── news.txt " RULE10 RULE10 "────────\n"
                "\n"
                "abcd\n"
                "\n"
                "sentences  4\n"
                "   1  a\n"
                "   2  b\n"
                "      ... and 2 more\n"
                "\n");
    close_writer();
}
END_TEST

START_TEST(wraps_text_at_white_space)
{
    open_writer(0, (const char *const[]){"width=40", NULL});
    set_text(
        "\n\n  A line that has more than forty characters\tin it.\r\n\n \n\nééééééééééééééééééééé"
        "éééééééééééééééééééé end of it\nlast \n");
    assert_page("── news.txt " RULE10 RULE10 "────────\n"
                "\n"
                "A line that has more than forty\n"
                "characters in it.\n"
                "\n"
                "éééééééééééééééééééééééééééééééééééééééé\n"
                "é end of it\n"
                "last\n"
                "\n");
    close_writer();
}
END_TEST

START_TEST(shows_a_title_only_where_it_is_a_string)
{
    static const char *const titles[][2] = {
        {"17", ""},
        {"null", ""},
        {"\"\"", ""},
        {"\"\\u00e9\\ud83d\\ude00\\\\\\/\\tx\\u0001\"", "é😀\\/ x\xEF\xBF\xBD\n"},
    };
    open_writer(0, (const char *const[]){"width=40", NULL});
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        char page[512];
        workbench_begin(&bench, "news.txt");
        add_title(titles[i][0]);
        snprintf(page, sizeof page, "── news.txt " RULE10 RULE10 "────────\n%s\nno text\n\n",
                 titles[i][1]);
        assert_page(page);
    }
    close_writer();
}
END_TEST

START_TEST(colours_on_request)
{
    open_writer(MILL_COUNT(fields), (const char *const[]){"width=40", "color=always", NULL});
    set_text("Hi.");
    add_title("\"T\"");
    mill_span_add(bench.handle, QUOTES, 0, 2);
    mill_set_string(bench.handle, SPEAKER, 0, "A", 1);
    assert_page("── news.txt " RULE10 RULE10 "────────\n"
                "\x1B[1mT\n\x1B[0m"
                "\n"
                "Hi.\n"
                "\n"
                "\x1B[1;36msentences\x1B[0m  none\n"
                "\n"
                "\x1B[1;36mquotes\x1B[0m  1\n"
                "\x1B[2m   1  \x1B[0mHi\n"
                "      \x1B[2mspeaker: \x1B[0mA\n"
                "\n");
    close_writer();
}
END_TEST

/* ---- Chance -------------------------------------------------------------------------------- */

static size_t random_text(char *text, size_t size, random_source *random)
{
    static const char *const pieces[] = {"a",
                                         "word",
                                         "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
                                         " ",
                                         "\n",
                                         "  ",
                                         "\t",
                                         "\r\n",
                                         "é",
                                         "漢字",
                                         "😀",
                                         "\x1B[31m",
                                         "\x07",
                                         "\x7F",
                                         "\xC2\x9B",
                                         "\x08",
                                         "\f",
                                         "\xE2\x80\xAE",
                                         "\x01",
                                         "\x0B",
                                         "\xE2\x80\xA8",
                                         "“",
                                         "\xE2\x81\xA6",
                                         "\xC2\xA0"};
    size_t length = 0;
    for (uint32_t count = random_below(random, 120); count > 0 && length + 60 < size; count--) {
        uint32_t piece = random_below(random, 25);
        if (piece == 24) text[length++] = '\0';
        for (const char *at = piece < 24 ? pieces[piece] : ""; *at != '\0'; at++)
            text[length++] = *at;
    }
    return length;
}

/* Tells whether a terminal would obey what starts at `at`: a control character, or one that turns
 * the direction of writing. */
static bool is_command(const unsigned char *at)
{
    if (at[0] < 0x20 || at[0] == 0x7F) return at[0] != '\n';
    if (at[0] == 0xC2) return at[1] < 0xA0;
    if (at[0] != 0xE2) return false;
    return (at[1] == 0x80 && at[2] >= 0xA8 && at[2] <= 0xAE) ||
           (at[1] == 0x81 && at[2] >= 0xA6 && at[2] <= 0xA9);
}

static void assert_safe(const char *page, size_t length, size_t width)
{
    size_t column = 0, widest = 0, commands = 0;
    for (size_t i = 0; i < length; i++) {
        const unsigned char *at = (const unsigned char *)page + i;
        commands += is_command(at);
        column = *at == '\n' ? 0 : column + ((*at & 0xC0) != 0x80);
        if (column > widest) widest = column;
    }
    ck_assert_msg(commands == 0, "%zu commands to the terminal: %s", commands, page);
    ck_assert_msg(widest <= width, "%zu characters in a line: %s", widest, page);
}

/* Moves an offset down to where a code point begins. */
static size_t boundary(const char *text, size_t offset)
{
    while (offset > 0 && (text[offset] & 0xC0) == 0x80) offset--;
    return offset;
}

START_TEST(keeps_random_articles_in_bounds)
{
    static char text[8192];
    random_source random = random_seeded("keeps_random_articles_in_bounds");
    open_writer(MILL_COUNT(fields), (const char *const[]){"width=60", NULL});
    for (int round = 0; round < 1000; round++) {
        size_t length = random_text(text, sizeof text - 64, &random), page_length, at = 0;
        text[length] = '\0';
        workbench_begin(&bench, "news.txt");
        mill_document_set_text(bench.handle, text, length);
        mill_document_set_id(bench.handle, text, length, false);
        while (at < length) {
            size_t end = at + 1 + random_below(&random, (uint32_t)(length - at));
            end = end < length ? boundary(text, end) : length;
            if (end <= at) break;
            uint32_t quote = mill_span_add(bench.handle, QUOTES, at, end);
            mill_span_add(bench.handle, SENTENCES, at, end);
            mill_set_number(bench.handle, SENTENCE_SENTIMENT, quote, 0.5);
            mill_set_string(bench.handle, SPEAKER, quote, text, end);
            mill_set_span(bench.handle, CUE_SPAN, quote, at, end);
            at = end;
        }
        mill_set_string(bench.handle, LANGUAGE, 0, text, length);
        char *page = plugin_encode(&writer, &bench, &page_length);
        assert_safe(page, page_length, 60);
        free(page);
    }
    close_writer();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {looks_like_this,
                                  says_what_is_not_there,
                                  shows_the_first_spans_and_counts_the_others,
                                  wraps_text_at_white_space,
                                  shows_a_title_only_where_it_is_a_string,
                                  colours_on_request,
                                  keeps_random_articles_in_bounds,
                                  NULL};
    return test_run(test_suite("write_text", tests));
}
