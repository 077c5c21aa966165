/* Messages, lists of problems and suggestions. */
#include "log.h"
#include "test.h"

#include <string.h>
#include <wchar.h>

/* ---- Errors -------------------------------------------------------------------------------- */

START_TEST(fills_an_error_and_returns_false)
{
    mill_error error;
    ck_assert(!error_set(&error, ERROR_INPUT, "%s:%d: %s", "a.txt", 7, "what; remedy"));
    ck_assert_int_eq(error.code, ERROR_INPUT);
    ck_assert_str_eq(error.message, "a.txt:7: what; remedy");
}
END_TEST

START_TEST(makes_control_characters_spaces)
{
    mill_error error;
    error_set(&error, ERROR_INPUT,
              "a\nb\tc\rd\x1B[31me\x7F"
              "f");
    ck_assert_str_eq(error.message, "a b c d [31me f");
}
END_TEST

START_TEST(keeps_a_message_that_just_fits)
{
    mill_error error;
    char text[sizeof error.message];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    error_set(&error, ERROR_INPUT, "%s", text);
    ck_assert_str_eq(error.message, text);
}
END_TEST

START_TEST(cuts_a_long_message_with_an_ellipsis)
{
    mill_error error;
    char text[2000], expected[sizeof error.message];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    memset(expected, 'x', sizeof expected - 4);
    memcpy(expected + sizeof expected - 4, "...", 4);
    error_set(&error, ERROR_INPUT, "%s", text);
    ck_assert_str_eq(error.message, expected);
}
END_TEST

/* The emoji of four bytes stands at each place around the cut. */
START_TEST(cuts_between_code_points)
{
    mill_error error;
    char text[2000];
    size_t before = sizeof error.message - 12 + (size_t)_i;
    memset(text, 'x', before);
    strcpy(text + before, "\xF0\x9F\x98\x80");
    memset(text + before + 4, 'y', 500);
    text[before + 504] = '\0';
    error_set(&error, ERROR_INPUT, "%s", text);
    size_t stop = strlen(error.message) - 3;
    ck_assert_str_eq(error.message + stop, "...");
    ck_assert_uint_le(stop, sizeof error.message - 4);
    ck_assert_uint_ge(stop, sizeof error.message - 7);
    if (stop <= before)
        for (size_t i = 0; i < stop; i++) ck_assert_int_eq(error.message[i], 'x');
    else
        ck_assert_uint_ge(stop, before + 4);
}
END_TEST

/* ---- Problems ------------------------------------------------------------------------------ */

START_TEST(sorts_problems_by_line_and_keeps_the_order_of_one_line)
{
    static const char *const expected[] = {"first, no line", "second, no line", "at 2",
                                           "at 7, first",    "at 7, second",    "at 9"};
    problem_list list = {0};
    problems_add(&list, 9, "at 9");
    problems_add(&list, 7, "at 7, first");
    problems_add(&list, 0, "first, no line");
    problems_add(&list, 7, "at 7, second");
    problems_add(&list, 2, "at 2");
    problems_add(&list, 0, "second, no line");
    problems_sort(&list);
    ck_assert_uint_eq(list.count, 6);
    for (size_t i = 0; i < 6; i++) ck_assert_str_eq(list.items[i].message, expected[i]);
    problems_clear(&list);
    ck_assert_uint_eq(list.count, 0);
    ck_assert_ptr_null(list.items);
}
END_TEST

START_TEST(keeps_a_problem_of_any_length_on_one_line)
{
    problem_list list = {0};
    char text[5000];
    memset(text, 'x', sizeof text - 1);
    text[100] = '\n';
    text[sizeof text - 1] = '\0';
    problems_add(&list, 3, "%s", text);
    text[100] = ' ';
    ck_assert_str_eq(list.items[0].message, text);
    problems_clear(&list);
}
END_TEST

/* Whatever the reason: here it is a character that cannot be formatted. */
START_TEST(remembers_that_a_problem_could_not_be_kept)
{
    static const wchar_t no_character[] = {0xD800, 0};
    problem_list list = {0};
    problems_add(&list, 1, "%ls", no_character);
    ck_assert(list.out_of_memory);
    ck_assert_uint_eq(list.count, 0);
    problems_clear(&list);
}
END_TEST

/* ---- Suggestions --------------------------------------------------------------------------- */

typedef struct suggestion_case {
    const char *wanted;
    const char *offered[4];
    const char *best;
} suggestion_case;

static const suggestion_case suggestion_cases[] = {
    {"min_lenght", {"max_length", "min_length"}, "min_length"}, /* a swap counts once */
    {"min_length", {"max_length"}, "max_length"},
    {"byts", {"bytes", "code_points"}, "bytes"},
    {"BYTES", {"bits", "bytes"}, "bytes"},
    {"jsonl", {"json", "jsonl"}, "jsonl"},
    {"abc", {"abd", "abe"}, "abd"}, /* of two as near, the first */
    {"ab", {"ba"}, "ba"},
    {"x", {"y"}, "y"}, /* one edit is always near enough */
    {"x", {"yz"}, NULL},
    {"ab", {"cd"}, NULL},
    {"abcde", {"abxye"}, NULL},       /* two of five */
    {"abcdef", {"abxyef"}, "abxyef"}, /* two of six */
    {"", {"a"}, "a"},
    {"", {"ab"}, NULL},
    {"plugin", {NULL}, NULL},
    {"split_sentence", {"extract_quotes", "split_sentences"}, "split_sentences"},
    {"ca", {"abc"}, NULL}, /* optimal string alignment: three, not two */
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"},
     NULL}, /* too long for a misspelling */
};

START_TEST(suggests_the_nearest_name)
{
    const suggestion_case *example = &suggestion_cases[_i];
    suggestion near = {.wanted = example->wanted};
    for (size_t i = 0; i < 4 && example->offered[i] != NULL; i++)
        suggestion_offer(&near, example->offered[i]);
    if (example->best == NULL)
        ck_assert_ptr_null(near.best);
    else
        ck_assert_pstr_eq(near.best, example->best);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        fills_an_error_and_returns_false,
        makes_control_characters_spaces,
        keeps_a_message_that_just_fits,
        cuts_a_long_message_with_an_ellipsis,
        sorts_problems_by_line_and_keeps_the_order_of_one_line,
        keeps_a_problem_of_any_length_on_one_line,
        remembers_that_a_problem_could_not_be_kept,
        NULL,
    };
    Suite *suite = test_suite("log", tests);
    TCase *tables = tcase_create("tables");
    tcase_add_loop_test(tables, cuts_between_code_points, 0, 12);
    tcase_add_loop_test(tables, suggests_the_nearest_name, 0,
                        (int)(sizeof suggestion_cases / sizeof *suggestion_cases));
    suite_add_tcase(suite, tables);
    return test_run(suite);
}
