/* The tokenizer: what holds for every text, and hostile texts. Which tokens a text has is in
 * plugins/tokenize/cases. */
#include "plugins_support.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#define TOKENS        0
#define ROUNDS        3000
#define PART_MAX      300
#define HOSTILE_BYTES (1u << 20)

static const mill_field fields[] = {
    {MILL_PROVIDES, MILL_LAYER, "tokens", NULL, ""},
    {MILL_PROVIDES, MILL_STRING, "tokens", "kind", ""},
};

static workbench bench;
static loaded_plugin tokenizer;

static void open_tokenizer(const char *const *options)
{
    workbench_open(&bench, fields, MILL_COUNT(fields));
    bool opened = plugin_open(&tokenizer, "tokenize", options, &bench);
    ck_assert_msg(opened, "%s", tokenizer.error.message);
}

static void close_tokenizer(void)
{
    plugin_close(&tokenizer);
    workbench_close(&bench);
}

static const mill_span *tokenize(const char *text, size_t length, uint32_t *count)
{
    workbench_begin(&bench, "news.txt");
    mill_document_set_text(bench.handle, text, length);
    mill_status status = tokenizer.plugin->process(tokenizer.instance, bench.handle);
    const char *fault = document_fault(bench.document);
    ck_assert_msg(status == MILL_OK && fault == NULL, "%s", fault != NULL ? fault : "failed");
    return mill_spans(bench.handle, TOKENS, count);
}

/* ---- What always holds --------------------------------------------------------------------- */

static size_t random_text(random_source *random, char *text, size_t room)
{
    static const char *const pieces[] = {
        "a",
        "word",
        "B2B",
        "3",
        "10",
        "_",
        ".",
        ",",
        ":",
        "'",
        "’",
        "-",
        "@",
        "x.org",
        "u.v",
        "+",
        "http://",
        "www.",
        "https:",
        "/",
        "(",
        ")",
        "é",
        "́",
        "Łódź",
        "мир",
        "٣",
        "桥",
        "テ",
        "。",
        "😀",
        "👍🏽",
        "🇩",
        "🇪",
        "❤️",
        "‍",
        "…",
        "$",
        "€",
        "U.S.",
        "e.g.",
        " ",
        " ",
        " ",
        "\n",
        "\t",
        "\x01",
        "%",
        "<",
        "\"",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    };
    size_t length = 0;
    for (uint32_t count = random_below(random, 40); count > 0; count--) {
        const char *piece = pieces[random_below(random, MILL_COUNT(pieces))];
        size_t size = strlen(piece);
        if (length + size > room) break;
        memcpy(text + length, piece, size);
        length += size;
    }
    text[length] = '\0';
    return length;
}

static bool is_white(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool no_break_space = strncmp(text + i, "\xC2\xA0", 2) == 0;
        if (strchr(" \t\n\x01", text[i]) == NULL && !no_break_space) return false;
        i += no_break_space;
    }
    return true;
}

START_TEST(tokens_leave_out_nothing_but_white_space)
{
    random_source random = random_seeded("tokens_leave_out_nothing_but_white_space");
    char text[PART_MAX + 1];
    open_tokenizer(NULL);
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t count;
        size_t last = 0, length = random_text(&random, text, PART_MAX);
        const mill_span *spans = tokenize(text, length, &count);
        for (uint32_t i = 0; i < count; i++) {
            ck_assert_uint_lt(spans[i].begin, spans[i].end);
            ck_assert_uint_le(last, spans[i].begin);
            ck_assert_msg(is_white(text + last, spans[i].begin - last), "left out of: %s", text);
            for (size_t at = spans[i].begin; at < spans[i].end; at++)
                ck_assert_msg(!is_white(text + at, 1), "white space in a token of: %s", text);
            last = spans[i].end;
        }
        ck_assert_msg(is_white(text + last, length - last), "left out of: %s", text);
    }
    close_tokenizer();
}
END_TEST

/* So a token does not depend on where its block of 64 bytes begins, nor on addresses elsewhere. */
START_TEST(white_space_parts_texts_that_know_nothing_of_each_other)
{
    random_source random = random_seeded("white_space_parts_texts");
    char parts[2][PART_MAX + 1], whole[2 * PART_MAX + 2];
    open_tokenizer(NULL);
    for (int round = 0; round < ROUNDS; round++) {
        mill_span expected[2 * PART_MAX] = {{0, 0}};
        uint32_t wanted = 0, count;
        size_t length = 0;
        for (int i = 0; i < 2; i++) {
            size_t size = random_text(&random, parts[i], PART_MAX);
            if (i == 1) whole[length++] = ' ';
            const mill_span *spans = tokenize(parts[i], size, &count);
            for (uint32_t row = 0; row < count; row++)
                expected[wanted++] = (mill_span){spans[row].begin + (uint32_t)length,
                                                 spans[row].end + (uint32_t)length};
            memcpy(whole + length, parts[i], size + 1);
            length += size;
        }
        const mill_span *spans = tokenize(whole, length, &count);
        ck_assert_msg(count == wanted, "%u tokens, not %u, in: %s", count, wanted, whole);
        for (uint32_t row = 0; row < count; row++)
            ck_assert_msg(memcmp(&spans[row], &expected[row], sizeof *spans) == 0, "token %u of %s",
                          row, whole);
    }
    close_tokenizer();
}
END_TEST

START_TEST(words_end_where_a_loop_finds_their_ends)
{
    static const char letters[] = "abcXYZ019_  ";
    random_source random = random_seeded("words_end_where_a_loop_finds_their_ends");
    char text[PART_MAX + 1];
    open_tokenizer(NULL);
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t count, row = 0;
        size_t length = random_below(&random, PART_MAX);
        for (size_t i = 0; i < length; i++)
            text[i] = letters[random_below(&random, sizeof letters - 1)];
        text[length] = '\0';
        const mill_span *spans = tokenize(text, length, &count);
        for (size_t at = strspn(text, " "); at < length; at += strspn(text + at, " ")) {
            size_t end = at + strcspn(text + at, " ");
            bool number = strspn(text + at, "0123456789") >= end - at;
            ck_assert_msg(row < count && spans[row].begin == at && spans[row].end == end,
                          "token %u of: %s", row, text);
            mill_value kind = mill_get(bench.handle, 1, row++);
            ck_assert_mem_eq(kind.as.string, number ? "number" : "word", kind.length);
            at = end;
        }
        ck_assert_uint_eq(row, count);
    }
    close_tokenizer();
}
END_TEST

START_TEST(kinds_can_be_left_out)
{
    uint32_t count;
    open_tokenizer((const char *const[]){"kinds=no", NULL});
    tokenize("one 2", 5, &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(mill_get(bench.handle, 1, 0).type, MILL_NULL);
    close_tokenizer();
}
END_TEST

/* ---- Hostile texts ------------------------------------------------------------------------- */

/* If the work were more than linear, none of these would end before the test's time is up. */
static const char *const hostile[] = {
    "a",
    "@",
    ".",
    "a@",
    "a.",
    "'",
    "a'",
    "1,",
    "(",
    "http://",
    "www.",
    "a@b.",
    "é",
    "́",
    "😀",
    "😀‍",
    "🇩",
    "‍",
    "桥",
    "_",
    ":",
    "http://(",
    "http://x.o/)",
    "a@b.cd@",
    "+",
    "-@",
    "a:b@c.de",
    " ",
    "\x01",
    " ",
    "x@y.org ",
    "a.a@",
};

START_TEST(survives_a_text_of_one_thing)
{
    const char *piece = hostile[_i];
    size_t size = strlen(piece), length = HOSTILE_BYTES / size * size;
    char *text = malloc(length);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < length; i++) text[i] = piece[i % size];
    open_tokenizer(NULL);
    uint32_t count;
    const mill_span *spans = tokenize(text, length, &count);
    if (count > 0) ck_assert_uint_le(spans[count - 1].end, length);
    ck_assert_uint_le(count, length);
    close_tokenizer();
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tokenize");
    TCase *test = tcase_create("tokenize");
    tcase_set_timeout(test, 60);
    tcase_add_test(test, tokens_leave_out_nothing_but_white_space);
    tcase_add_test(test, white_space_parts_texts_that_know_nothing_of_each_other);
    tcase_add_test(test, words_end_where_a_loop_finds_their_ends);
    tcase_add_test(test, kinds_can_be_left_out);
    tcase_add_loop_test(test, survives_a_text_of_one_thing, 0, (int)MILL_COUNT(hostile));
    suite_add_tcase(suite, test);
    return test_run(suite);
}
