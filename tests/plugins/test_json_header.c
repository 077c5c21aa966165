/* json.h: what is JSON and what is not, and values read in place. */
#include "test.h"
#include "textmill/json.h"

#include <stdio.h>
#include <stdlib.h>

static mill_text text_of(const char *string)
{
    return (mill_text){string, strlen(string)};
}

typedef struct wrong_text {
    const char *json, *fault;
    size_t at;
} wrong_text;

static const wrong_text wrong[] = {
    {"", "a value is missing", 0},
    {"  ", "a value is missing", 2},
    {"nul", "a value is missing", 0},
    {"[1,]", "a value is missing", 3},
    {"[1 2]", "',' or a closing bracket is missing", 3},
    {"[1}", "',' or a closing bracket is missing", 2},
    {"{\"a\":1]", "',' or a closing bracket is missing", 6},
    {"{\"a\":1,}", "the name of a member is missing", 7},
    {"{a:1}", "the name of a member is missing", 1},
    {"{\"a\" 1}", "':' is missing", 5},
    {"{\"a\":}", "a value is missing", 5},
    {"{\"a\":1", "',' or a closing bracket is missing", 6},
    {"[", "a value is missing", 1},
    {"]", "a value is missing", 0},
    {"1 2", "more follows the value", 2},
    {"01", "more follows the value", 1},
    {"-", "a number lacks a digit", 1},
    {"1.", "a number lacks a digit", 2},
    {"1e+", "a number lacks a digit", 3},
    {"+1", "a value is missing", 0},
    {"\"a", "a string has no end", 2},
    {"\"a\\\"", "a string has no end", 4},
    {"\"a\nb\"", "a control character in a string", 2},
    {"\"\\x\"", "an escape that JSON does not have", 2},
    {"\"\\", "an escape that JSON does not have", 2},
    {"\"\\u12g4\"", "\\u without four hexadecimal digits", 3},
    {"\"\\u12", "\\u without four hexadecimal digits", 3},
    {"\"\\ud800\"", "half of a surrogate pair", 3},
    {"\"\\udc00\\ud800\"", "half of a surrogate pair", 3},
    {"\"\\ud800\\u0041\"", "half of a surrogate pair", 3},
};

START_TEST(tells_what_is_wrong_and_where)
{
    size_t at = 99;
    char *copy = strdup(wrong[_i].json); /* no byte more, for the sanitizers */
    const char *fault = mill_json_check((mill_text){copy, strlen(copy)}, &at);
    ck_assert_ptr_nonnull(fault);
    ck_assert_str_eq(fault, wrong[_i].fault);
    ck_assert_uint_eq(at, wrong[_i].at);
    free(copy);
}
END_TEST

START_TEST(takes_what_is_right)
{
    static const char *const right[] = {
        "null",
        " true ",
        "false",
        "0",
        "-0.5e-3",
        "1E9",
        "\"\"",
        "[]",
        "{}",
        "[[],{}]",
        "{\"a\":{\"b\":[1,2,{\"c\":null}]},\"d\":\"\\ud83d\\ude00 \\\\ \\\" \\/\\b\\f\\n\\r\\t\"}",
        "\t[ 1 , \"x\" ]\r\n"};
    for (size_t i = 0; i < MILL_COUNT(right); i++) {
        size_t at;
        const char *fault = mill_json_check(text_of(right[i]), &at);
        ck_assert_msg(fault == NULL, "%s: %s at %zu", right[i], fault, at);
    }
}
END_TEST

START_TEST(refuses_what_is_nested_too_deep)
{
    char deep[2 * MILL_JSON_DEPTH + 2];
    size_t at;
    memset(deep, '[', sizeof deep / 2);
    memset(deep + sizeof deep / 2, ']', sizeof deep / 2);
    mill_text all = {deep, sizeof deep}, less = {deep + 1, sizeof deep - 2};
    ck_assert_str_eq(mill_json_check(all, &at), "nested too deep");
    ck_assert_ptr_null(mill_json_check(less, &at));
}
END_TEST

/* Appends what a walk over a container comes by. */
static void write_walk(mill_text container, char *shown)
{
    size_t at = 0;
    mill_text key, value;
    while (mill_json_next(container, &at, &key, &value))
        sprintf(shown + strlen(shown), "<%.*s|%.*s>", (int)key.length, key.data, (int)value.length,
                value.data);
}

START_TEST(steps_over_members_and_elements)
{
    char shown[400] = "";
    write_walk(text_of("{ \"a\" : 1 ,\"b\\\"\":\"x,}\\\"\", \"c\":[1,{\"d\":\"]\"}] , \"e\":{}}"),
               shown);
    write_walk(text_of("[1,\"a\\\\\",[2,[3]],null , -4e5]"), shown);
    write_walk(text_of("[ ]"), shown);
    write_walk(text_of("{}"), shown);
    ck_assert_str_eq(shown, "<\"a\"|1><\"b\\\"\"|\"x,}\\\"\"><\"c\"|[1,{\"d\":\"]\"}]><\"e\"|{}>"
                            "<|1><|\"a\\\\\"><|[2,[3]]><|null><|-4e5>");
}
END_TEST

START_TEST(reads_strings)
{
    char decoded[100];
    mill_text string = text_of("\"a\\n\\u00e9\\ud83d\\ude00\\\"\\/\xC3\xA9\"");
    size_t length = mill_json_string(string, decoded);
    ck_assert_uint_eq(length, strlen("a\n\xC3\xA9\xF0\x9F\x98\x80\"/\xC3\xA9"));
    ck_assert_int_eq(memcmp(decoded, "a\n\xC3\xA9\xF0\x9F\x98\x80\"/\xC3\xA9", length), 0);
    ck_assert(mill_json_is(text_of("\"text\""), "text"));
    ck_assert(mill_json_is(text_of("\"t\\u0065xt\""), "text"));
    ck_assert(!mill_json_is(text_of("\"texts\""), "text"));
    ck_assert(!mill_json_is(text_of("\"\""), "text"));
}
END_TEST

START_TEST(reads_numbers)
{
    double number = 0;
    int64_t integer = 0;
    ck_assert(mill_json_number(text_of("-12.5e1"), &number) && number == -125);
    ck_assert(!mill_json_number(text_of("1e999"), &number));
    ck_assert(!mill_json_number(text_of("\"1\""), &number));
    ck_assert(mill_json_integer(text_of("-9223372036854775808"), &integer));
    ck_assert_int_eq(integer, INT64_MIN);
    ck_assert(!mill_json_integer(text_of("9223372036854775808"), &integer));
    ck_assert(!mill_json_integer(text_of("1.0"), &integer));
    ck_assert(!mill_json_integer(text_of("true"), &integer));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {takes_what_is_right,
                                  refuses_what_is_nested_too_deep,
                                  steps_over_members_and_elements,
                                  reads_strings,
                                  reads_numbers,
                                  NULL};
    Suite *suite = test_suite("json header", tests);
    test_add_loop(suite, "wrong", tells_what_is_wrong_and_where, MILL_COUNT(wrong));
    return test_run(suite);
}
