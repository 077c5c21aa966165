/* rewrite.h: whatever the new text is, the edits lead to it, and what stayed the same stays where
 * it was. */
#include "plugins_support.h"
#include "test.h"
#include "textmill/rewrite.h"

#include <stdio.h>
#include <stdlib.h>

static workbench bench;

static void begin(const char *text, size_t length)
{
    workbench_open(&bench, NULL, 0);
    mill_document_set_text(bench.handle, text, length);
    workbench_apply(&bench);
}

static void rewrite(const char *text, size_t length)
{
    ck_assert_int_eq(mill_rewrite(bench.handle, (mill_text){text, length}), MILL_OK);
    workbench_apply(&bench);
    mill_text now = mill_document_text(bench.handle);
    ck_assert_uint_eq(now.length, length);
    ck_assert(length == 0 || memcmp(now.data, text, length) == 0);
}

/* Shows what changed: "[old->new]" for each edit. */
static const char *rewritten(const char *from, const char *to)
{
    static char shown[2000];
    mill_span text, raw;
    begin(from, strlen(from));
    rewrite(to, strlen(to));
    shown[0] = '\0';
    for (uint32_t i = 0; mill_change(bench.handle, i, &text, &raw); i++)
        snprintf(shown + strlen(shown), sizeof shown - strlen(shown), "[%.*s->%.*s]",
                 (int)(raw.end - raw.begin), from + raw.begin, (int)(text.end - text.begin),
                 to + text.begin);
    workbench_close(&bench);
    return shown;
}

START_TEST(finds_small_edits)
{
    ck_assert_str_eq(rewritten("same", "same"), "");
    ck_assert_str_eq(rewritten("", "new"), "[->new]");
    ck_assert_str_eq(rewritten("old", ""), "[old->]");
    ck_assert_str_eq(rewritten("the colour of the harbour", "the color of the harbor"),
                     "[colour->color][harbour->harbor]");
    ck_assert_str_eq(rewritten("one\ntwo\nthree\nfour\n", "one\nthree\nfour\nfive\n"),
                     "[two\n->][->five\n]");
    ck_assert_str_eq(rewritten("a b c\nd e f\n", "a x c\nd e y\n"), "[b->x][f->y]");
}
END_TEST

/* One that keeps characters whole: both differ in the last byte only. */
START_TEST(cuts_between_characters)
{
    ck_assert_str_eq(rewritten("\xC3\xA9", "\xC3\xA8"), "[\xC3\xA9->\xC3\xA8]");
    ck_assert_str_eq(rewritten("\xC3\xA9", "\xC5\xA9"), "[\xC3\xA9->\xC5\xA9]");
    ck_assert_str_eq(rewritten("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", "\xE6\x97\xA5\xE8\xAA\x9E"),
                     "[\xE6\x9C\xAC->]");
}
END_TEST

/* A long paragraph goes: more pieces than a search is deep. */
START_TEST(takes_out_a_long_paragraph_in_one_edit)
{
    enum { WORDS = 2000 };
    char *from = calloc(WORDS + 4, 8), *to = calloc(WORDS + 4, 8);
    const char *head = "First, as it was.\n", *tail = "Last, as it was.\n";
    strcpy(from, head);
    for (int i = 0; i < WORDS; i++) sprintf(from + strlen(from), "w%d ", i % 97);
    strcat(strcat(from, "\n"), tail);
    strcat(strcpy(to, head), tail);
    begin(from, strlen(from));
    rewrite(to, strlen(to));
    mill_span text, raw;
    ck_assert(mill_change(bench.handle, 0, &text, &raw));
    ck_assert(!mill_change(bench.handle, 1, &text, &raw));
    workbench_close(&bench);
    free(from);
    free(to);
}
END_TEST

static size_t make_random(random_source *random, char *text, size_t words)
{
    static const char *const parts[] = {"a",        "bb",           " ", "\n",
                                        "\xC3\xA9", "\xE6\x97\xA5", ".", "ccc"};
    size_t length = 0;
    for (size_t i = 0; i < words; i++) {
        const char *part = parts[random_below(random, MILL_COUNT(parts))];
        memcpy(text + length, part, strlen(part));
        length += strlen(part);
    }
    return length;
}

START_TEST(any_text_becomes_any_other)
{
    enum { WORDS = 3000, BYTES = WORDS * 3 };
    static char from[BYTES], to[BYTES];
    random_source random = random_seeded("any_text_becomes_any_other");
    for (int round = 0; round < 300; round++) {
        size_t words = 1u << random_below(&random, 12);
        size_t from_length = make_random(&random, from, random_below(&random, (uint32_t)words));
        size_t to_length = make_random(&random, to, random_below(&random, (uint32_t)words));
        begin(from, from_length);
        rewrite(to, to_length);
        workbench_close(&bench);
    }
}
END_TEST

/* Twice the length must not take four times the work; here it is enough that it ends. */
START_TEST(ends_with_texts_that_have_nothing_in_common)
{
    enum { BYTES = 1 << 20 };
    char *from = malloc(BYTES), *to = malloc(BYTES);
    for (size_t i = 0; i < BYTES; i++) {
        from[i] = i % 2 == 0 ? 'a' : ' ';
        to[i] = i % 2 == 0 ? 'b' : '-';
    }
    begin(from, BYTES);
    rewrite(to, BYTES);
    workbench_close(&bench);
    free(from);
    free(to);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {finds_small_edits,
                                  cuts_between_characters,
                                  takes_out_a_long_paragraph_in_one_edit,
                                  any_text_becomes_any_other,
                                  ends_with_texts_that_have_nothing_in_common,
                                  NULL};
    return test_run(test_suite("rewrite header", tests));
}
