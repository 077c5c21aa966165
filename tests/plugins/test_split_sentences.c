/* The sentence splitter: what holds for every text, hostile texts, and lists of one's own. What it
 * does with English is in plugins/split_sentences/cases. */
#include "../../plugins/split_sentences/candidates.h"
#include "plugins_support.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#define SENTENCES     0
#define HOSTILE_BYTES (1u << 20)

static const mill_field fields[] = {
    {MILL_PROVIDES, MILL_LAYER, "sentences", NULL, ""},
};

static workbench bench;
static loaded_plugin splitter;

static void open_splitter(const char *const *options)
{
    workbench_open(&bench, fields, MILL_COUNT(fields));
    bool opened = plugin_open(&splitter, "split_sentences", options, &bench);
    ck_assert_msg(opened, "%s", splitter.error.message);
}

static void close_splitter(void)
{
    plugin_close(&splitter);
    workbench_close(&bench);
}

static const mill_span *split(const char *text, size_t length, uint32_t *count)
{
    workbench_begin(&bench, "news.txt");
    mill_document_set_text(bench.handle, text, length);
    mill_status status = splitter.plugin->process(splitter.instance, bench.handle);
    const char *fault = document_fault(bench.document);
    ck_assert_msg(status == MILL_OK && fault == NULL, "%s", fault != NULL ? fault : "failed");
    return mill_spans(bench.handle, SENTENCES, count);
}

/* ---- What always holds --------------------------------------------------------------------- */

static bool is_white(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool no_break_space = strncmp(text + i, "\xC2\xA0", 2) == 0;
        if (strchr(" \t\n\r", text[i]) == NULL && !no_break_space) return false;
        i += no_break_space;
    }
    return true;
}

static void assert_covers(const char *text, size_t length, const mill_span *spans, uint32_t count)
{
    size_t last = 0;
    for (uint32_t i = 0; i < count; i++) {
        ck_assert_uint_le(last, spans[i].begin);
        ck_assert_uint_lt(spans[i].begin, spans[i].end);
        ck_assert(is_white(text + last, spans[i].begin - last));
        ck_assert(!is_white(text + spans[i].begin, 1));
        ck_assert(!is_white(text + spans[i].end - 1, 1));
        last = spans[i].end;
    }
    ck_assert(is_white(text + last, length - last));
}

static size_t random_text(random_source *random, char *text, size_t room)
{
    static const char *const pieces[] = {
        "Mr.",
        "U.S.",
        "p.m.",
        "Inc.",
        "No.",
        "He",
        "said",
        "the",
        "word",
        "I",
        "é",
        "Łódź",
        "3",
        "4.5",
        ".",
        "!",
        "?",
        "...",
        "…",
        "‼",
        "。",
        "\"",
        "'",
        "“",
        "”",
        "’",
        "(",
        ")",
        "[1]",
        "—",
        "-",
        "\n",
        "\n\n",
        "\r\n",
        " ",
        " ",
        " ",
        "\t",
        " ",
        ":)",
        "😀",
        "Yahoo!",
        "van",
        "iPhone",
        "a.b",
        ". . .",
        "1.",
        "Figure",
        "Figure 1.2",
        "http://a.b/c.",
        "a@b.co>",
        "***",
        "____________",
        "1)",
        "2)",
        "a.",
        "b.",
        "02/13/2001 08:02 PM",
        "Regards,",
        "Image:",
        "[...]",
        "Tuesday, May 1, 2015",
        "a long word that goes on and on and on and on",
    };
    size_t length = 0;
    for (uint32_t count = random_below(random, 60); count > 0; count--) {
        const char *piece = pieces[random_below(random, MILL_COUNT(pieces))];
        size_t size = strlen(piece);
        if (length + size > room) break;
        memcpy(text + length, piece, size);
        length += size;
        if (length < room && random_below(random, 2) == 0) text[length++] = ' ';
    }
    text[length] = '\0';
    return length;
}

static const char *const wishes[][4] = {
    {"newline=auto"},
    {"newline=always"},
    {"newline=paragraph"},
    {"quotes=keep"},
    {"min_length=20"},
    {"max_length=7"},
    {"quotes=keep", "min_length=9", "max_length=30"},
};

START_TEST(spans_are_trimmed_and_leave_out_nothing_but_white_space)
{
    random_source random = random_seeded("spans_are_trimmed");
    char text[1025];
    open_splitter(wishes[_i]);
    for (int round = 0; round < 3000; round++) {
        uint32_t count;
        size_t length = random_text(&random, text, sizeof text - 1);
        const mill_span *spans = split(text, length, &count);
        assert_covers(text, length, spans, count);
    }
    close_splitter();
}
END_TEST

/* A text of marks, most of them, and any bytes. */
START_TEST(marks_are_the_same_with_and_without_wide_vectors)
{
#ifdef HAVE_AVX2_CODE
    static const char marks[] = "..!?\n/>@:)*-=_aZ{~ \xA6\xBC\xBD\xE3\xEF\xE2";
    random_source random = random_seeded("marks_are_the_same");
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi")) return;
    for (int round = 0; round < 20000; round++) {
        char bytes[MILL_SCAN_BLOCK + 1];
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = round % 2 == 0 ? (char)random_below(&random, 256)
                                      : marks[random_below(&random, sizeof marks - 1)];
        block_marks plain = find_marks(bytes), wide = find_marks_avx2(bytes);
        ck_assert_uint_eq(plain.marks, wide.marks);
        ck_assert_uint_eq(plain.rules, wide.rules);
    }
#endif
}
END_TEST

/* An empty line parts a text into two that know nothing of each other. */
START_TEST(paragraphs_are_split_as_if_alone)
{
    random_source random = random_seeded("paragraphs_are_split_as_if_alone");
    char parts[2][513], whole[1029];
    open_splitter(NULL);
    for (int round = 0; round < 2000; round++) {
        mill_span expected[1029] = {{0, 0}};
        uint32_t wanted = 0, count;
        size_t length = 0;
        for (int i = 0; i < 2; i++) {
            size_t size = random_text(&random, parts[i], sizeof parts[i] - 1);
            if (i == 1) whole[length++] = '\n';
            if (i == 1) whole[length++] = '\n';
            const mill_span *spans = split(parts[i], size, &count);
            for (uint32_t row = 0; row < count; row++)
                expected[wanted++] = (mill_span){spans[row].begin + (uint32_t)length,
                                                 spans[row].end + (uint32_t)length};
            memcpy(whole + length, parts[i], size + 1);
            length += size;
        }
        const mill_span *spans = split(whole, length, &count);
        ck_assert_msg(count == wanted, "%u sentences, not %u, in: %s", count, wanted, whole);
        for (uint32_t row = 0; row < count; row++)
            ck_assert_mem_eq(&spans[row], &expected[row], sizeof *spans);
    }
    close_splitter();
}
END_TEST

/* ---- Hostile texts ------------------------------------------------------------------------- */

/* That the work is linear is held by `make check-linear`; here it must end, with spans in order. */
static const char *const hostile[] = {
    ".",         "!",
    "?",         "\n",
    " ",         "\"",
    "a",         "A. ",
    "(",         "[1]",
    ". ",        "…",
    " ",         "\n ",
    "a\n",       "'",
    "i. ",       "a.\n",
    "é",         ". . ",
    "。",        "!\"",
    ". (",       ".)",
    "“",         "/",
    "@",         "a@b ",
    "*",         "_",
    "1) ",       "a. b. ",
    "http://",   "1/1/1 ",
    "Regards, ", "-",
    "U.S. ",     "\r\n",
    "Mr. \n",    "1. ",
    ":) ",       "van ",
    "“Ab. ",     "? \"Ab ",
    ".\n\n",     "0123456789 0123456789 0123456789 0123456789\n",
};

static void survive(const char *piece, const char *const *options)
{
    size_t size = strlen(piece), length = HOSTILE_BYTES / size * size;
    char *text = malloc(length);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < length; i++) text[i] = piece[i % size];
    open_splitter(options);
    uint32_t count;
    const mill_span *spans = split(text, length, &count);
    if (count > 0) ck_assert_uint_le(spans[count - 1].end, length);
    close_splitter();
    free(text);
}

START_TEST(survives_a_text_of_one_thing)
{
    survive(hostile[_i], NULL);
}
END_TEST

START_TEST(survives_it_when_quotations_are_kept)
{
    survive(hostile[_i], (const char *const[]){"quotes=keep", NULL});
}
END_TEST

START_TEST(survives_it_when_lengths_are_limited)
{
    survive(hostile[_i], (const char *const[]){"min_length=1000", "max_length=2000", NULL});
}
END_TEST

/* ---- Lists of one's own: what they cannot say ----------------------------------------------- */

static const char *write_list(const char *list)
{
    static char option[4200];
    const char *path = test_path(test_folder(), "own.txt");
    test_write(path, list, strlen(list));
    snprintf(option, sizeof option, "abbreviations=%s", path);
    return option;
}

static const char *const broken_lists[] = {
    "quux\nZorb tittle\n",
    "quux\nZorb title more\n",
    "quux\n-Zorb title\n",
};

START_TEST(names_the_line_of_a_list_that_it_cannot_read)
{
    const char *option = write_list(broken_lists[_i]);
    char expected[5000];
    snprintf(expected, sizeof expected,
             "%s:2: not an abbreviation and its kind; write WORD, WORD KIND or -WORD, KIND being "
             "title, latin, month, state, place, acronym, company, time, unit or number",
             strchr(option, '=') + 1);
    workbench_open(&bench, fields, MILL_COUNT(fields));
    ck_assert(
        !plugin_open(&splitter, "split_sentences", (const char *const[]){option, NULL}, &bench));
    ck_assert_str_eq(splitter.error.message, expected);
    close_splitter();
}
END_TEST

START_TEST(names_the_line_that_takes_nothing_away)
{
    const char *option = write_list("-\n");
    char expected[5000];
    snprintf(expected, sizeof expected, "%s:1: '-' without a word; write -WORD to take it away",
             strchr(option, '=') + 1);
    workbench_open(&bench, fields, MILL_COUNT(fields));
    ck_assert(
        !plugin_open(&splitter, "split_sentences", (const char *const[]){option, NULL}, &bench));
    ck_assert_str_eq(splitter.error.message, expected);
    close_splitter();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("split_sentences");
    TCase *test = tcase_create("split_sentences");
    tcase_set_timeout(test, 60);
    tcase_add_loop_test(test, spans_are_trimmed_and_leave_out_nothing_but_white_space, 0,
                        (int)MILL_COUNT(wishes));
    tcase_add_test(test, marks_are_the_same_with_and_without_wide_vectors);
    tcase_add_test(test, paragraphs_are_split_as_if_alone);
    tcase_add_loop_test(test, survives_a_text_of_one_thing, 0, (int)MILL_COUNT(hostile));
    tcase_add_loop_test(test, survives_it_when_quotations_are_kept, 0, (int)MILL_COUNT(hostile));
    tcase_add_loop_test(test, survives_it_when_lengths_are_limited, 0, (int)MILL_COUNT(hostile));
    tcase_add_loop_test(test, names_the_line_of_a_list_that_it_cannot_read, 0,
                        (int)MILL_COUNT(broken_lists));
    tcase_add_test(test, names_the_line_that_takes_nothing_away);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
