/* Options: every type with values it takes, values it refuses and the whole message. */
#include "options.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

#define OPTION(kind, ...)                                                                          \
    {                                                                                              \
        .name = "x", .type = kind, .standard = "", .help = "x", __VA_ARGS__                        \
    }

static const mill_option boolean = OPTION(MILL_OPTION_BOOLEAN, .maximum = 0);
static const mill_option integer = OPTION(MILL_OPTION_INTEGER, .maximum = 0);
static const mill_option digit = OPTION(MILL_OPTION_INTEGER, .minimum = 0, .maximum = 10);
static const mill_option negative = OPTION(MILL_OPTION_INTEGER, .minimum = -5, .maximum = -1);
static const mill_option number = OPTION(MILL_OPTION_NUMBER, .maximum = 0);
static const mill_option share = OPTION(MILL_OPTION_NUMBER, .minimum = 0, .maximum = 0.5);
static const mill_option bytes = OPTION(MILL_OPTION_SIZE, .maximum = 0);
static const mill_option bounded = OPTION(MILL_OPTION_SIZE, .minimum = 1, .maximum = 1 << 30);
static const mill_option pages = OPTION(MILL_OPTION_SIZE, .minimum = 4096, .maximum = 1000000);
static const mill_option choice = OPTION(MILL_OPTION_CHOICE, .choices = "bytes code_points utf16");
static const mill_option string = OPTION(MILL_OPTION_STRING, .maximum = 0);
static const mill_option path = OPTION(MILL_OPTION_PATH, .maximum = 0);

/* ---- What is taken ------------------------------------------------------------------------- */

typedef struct whole_case {
    const mill_option *option;
    const char *text;
    int64_t value;
} whole_case;

static const whole_case whole_cases[] = {
    {&integer, "0", 0},
    {&integer, "010", 10}, /* not octal */
    {&integer, "+7", 7},
    {&integer, "-12", -12},
    {&integer, "9223372036854775807", INT64_MAX},
    {&integer, "-9223372036854775808", INT64_MIN},
    {&digit, "0", 0},
    {&digit, "10", 10},
    {&negative, "-5", -5},
    {&bytes, "0", 0},
    {&bytes, "4095", 4095},
    {&bytes, "64K", 65536},
    {&bytes, "64k", 65536},
    {&bytes, "64 M", 67108864},
    {&bytes, "64 m", 67108864},
    {&bytes, "2g", 2147483648},
    {&bytes, "0010", 10},
    {&bytes, "9223372036854775807", INT64_MAX},
    {&bytes, "8589934591G", INT64_C(8589934591) << 30},
    {&bounded, "1G", 1 << 30},
    {&choice, "bytes", 0},
    {&choice, "code_points", 1},
    {&choice, "utf16", 2},
};

START_TEST(takes_whole_numbers_sizes_and_choices)
{
    const whole_case *example = &whole_cases[_i];
    mill_value value;
    char why[256] = "";
    ck_assert_msg(option_parse(example->option, example->text, &value, why, sizeof why), "%s", why);
    ck_assert_uint_eq(value.type, MILL_INTEGER);
    ck_assert_int_eq(value.as.integer, example->value);
}
END_TEST

START_TEST(takes_numbers)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {{"0", 0},     {"-0.5", -0.5}, {"+3", 3},       {".25", 0.25},
                 {"5.", 5},    {"010", 10},    {"1e-3", 0.001}, {"1E+2", 100},
                 {"0.1", 0.1}, {"1e-400", 0},  {"1e308", 1e308}};
    for (int i = 0; i < COUNT(cases); i++) {
        mill_value value;
        char why[256] = "";
        ck_assert_msg(option_parse(&number, cases[i].text, &value, why, sizeof why), "%s", why);
        ck_assert_uint_eq(value.type, MILL_NUMBER);
        ck_assert(value.as.number == cases[i].value);
    }
}
END_TEST

START_TEST(takes_yes_and_no_in_any_case)
{
    static const char *const yes[] = {"yes", "true", "on", "YES", "True", "oN"};
    static const char *const no[] = {"no", "false", "off", "NO", "False", "oFF"};
    mill_value value;
    char why[256];
    for (int i = 0; i < COUNT(yes); i++) {
        ck_assert(option_parse(&boolean, yes[i], &value, why, sizeof why));
        ck_assert_uint_eq(value.type, MILL_BOOLEAN);
        ck_assert(value.as.boolean);
        ck_assert(option_parse(&boolean, no[i], &value, why, sizeof why));
        ck_assert(!value.as.boolean);
    }
}
END_TEST

START_TEST(takes_texts_and_paths_as_they_are)
{
    const char *text = "caf\xC3\xA9 ; x";
    mill_value value;
    char why[256];
    ck_assert(option_parse(&string, text, &value, why, sizeof why));
    ck_assert_uint_eq(value.type, MILL_STRING);
    ck_assert_ptr_eq(value.as.string, text);
    ck_assert_uint_eq(value.length, strlen(text));
    ck_assert(option_parse(&string, "", &value, why, sizeof why));
    ck_assert(option_parse(&path, "caf\xE9.txt", &value, why, sizeof why));
    ck_assert_str_eq(value.as.string, "caf\xE9.txt");
}
END_TEST

/* ---- What is refused ----------------------------------------------------------------------- */

typedef struct refusal_case {
    const mill_option *option;
    const char *text;
    const char *why;
} refusal_case;

#define SIZE_REMEDY "write a whole number, with K, M or G behind it for steps of 1024"

static const refusal_case refusal_cases[] = {
    {&boolean, "maybe", "'maybe' is neither yes nor no; write yes or no"},
    {&boolean, "1", "'1' is neither yes nor no; write yes or no"},
    {&boolean, "", "'' is neither yes nor no; write yes or no"},
    {&digit, "abc", "'abc' is not a whole number; write one from 0 to 10"},
    {&digit, "", "'' is not a whole number; write one from 0 to 10"},
    {&digit, "1.0", "'1.0' is not a whole number; write one from 0 to 10"},
    {&digit, " 1", "' 1' is not a whole number; write one from 0 to 10"},
    {&digit, "0x1", "'0x1' is not a whole number; write one from 0 to 10"},
    {&digit, "--1", "'--1' is not a whole number; write one from 0 to 10"},
    {&digit, "3K", "'3K' is not a whole number; write one from 0 to 10"},
    {&digit, "11", "'11' is out of range; write a whole number from 0 to 10"},
    {&digit, "-1", "'-1' is out of range; write a whole number from 0 to 10"},
    {&negative, "0", "'0' is out of range; write a whole number from -5 to -1"},
    {&integer, "abc", "'abc' is not a whole number; write digits only"},
    {&integer, "9223372036854775808",
     "'9223372036854775808' is out of range; write a whole number of up to 18 digits"},
    {&number, "abc", "'abc' is not a number; write one like 3, 0.5 or 1e-3"},
    {&number, "0,5", "'0,5' is not a number; write one like 3, 0.5 or 1e-3"},
    {&number, "inf", "'inf' is not a number; write one like 3, 0.5 or 1e-3"},
    {&number, "-Infinity", "'-Infinity' is not a number; write one like 3, 0.5 or 1e-3"},
    {&number, "nan", "'nan' is not a number; write one like 3, 0.5 or 1e-3"},
    {&number, "0x1p3", "'0x1p3' is not a number; write one like 3, 0.5 or 1e-3"},
    {&number, ".", "'.' is not a number; write one like 3, 0.5 or 1e-3"},
    {&number, "1e", "'1e' is not a number; write one like 3, 0.5 or 1e-3"},
    {&number, "1e+", "'1e+' is not a number; write one like 3, 0.5 or 1e-3"},
    {&number, "", "'' is not a number; write one like 3, 0.5 or 1e-3"},
    {&number, "1e999", "'1e999' is out of range; write a smaller number"},
    {&share, "x", "'x' is not a number; write one from 0 to 0.5"},
    {&share, "0.51", "'0.51' is out of range; write a number from 0 to 0.5"},
    {&bytes, "1.5M", "'1.5M' is not a size; " SIZE_REMEDY},
    {&bytes, "64MB", "'64MB' is not a size; " SIZE_REMEDY},
    {&bytes, "-1", "'-1' is not a size; " SIZE_REMEDY},
    {&bytes, "K", "'K' is not a size; " SIZE_REMEDY},
    {&bytes, "", "'' is not a size; " SIZE_REMEDY},
    {&bytes, "1T", "'1T' is not a size; " SIZE_REMEDY},
    {&bytes, "8589934592G", "'8589934592G' is out of range; write a smaller size"},
    {&bytes, "9223372036854775808", "'9223372036854775808' is out of range; write a smaller size"},
    {&bounded, "2G", "'2G' is out of range; write a size up to 1G"},
    {&bounded, "0", "'0' is out of range; write a size up to 1G"},
    {&pages, "1K", "'1K' is out of range; write a size from 4K to 1000000"},
    {&choice, "byts", "'byts' is not a choice; did you mean 'bytes'?"},
    {&choice, "Bytes", "'Bytes' is not a choice; did you mean 'bytes'?"},
    {&choice, "x", "'x' is not a choice; choose one of bytes, code_points, utf16"},
    {&choice, "", "'' is not a choice; choose one of bytes, code_points, utf16"},
    {&choice, "bytes utf16",
     "'bytes utf16' is not a choice; choose one of bytes, code_points, utf16"},
    {&string, "caf\xE9", "'caf\xE9' is not valid UTF-8; write it in UTF-8"},
    /* Of a long value the beginning is shown, here 58 bytes, because the cut is between letters. */
    {&digit, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xE2\x82\xAC and more",
     "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...' is not a whole number; "
     "write one from 0 to 10"},
};

START_TEST(refuses_a_wrong_value_with_a_remedy)
{
    const refusal_case *example = &refusal_cases[_i];
    mill_value value;
    char why[256] = "";
    ck_assert(!option_parse(example->option, example->text, &value, why, sizeof why));
    ck_assert_str_eq(why, example->why);
}
END_TEST

START_TEST(fits_the_reason_into_what_room_there_is)
{
    mill_value value;
    char why[10];
    memset(why, '#', sizeof why);
    ck_assert(!option_parse(&digit, "abc", &value, why, sizeof why));
    ck_assert_str_eq(why, "'abc' is ");
}
END_TEST

/* ---- Declarations -------------------------------------------------------------------------- */

typedef struct declaration_case {
    mill_option option;
    const char *why; /* NULL: it is good */
} declaration_case;

#define NAME_OF_50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define NAME_FAULT "has no proper name; use up to 49 lower-case letters, digits and _"
#define CHOICE_FAULT                                                                               \
    "has no proper choices; list words of up to 511 bytes in all, with a space between them"

static const declaration_case declaration_cases[] = {
    {{"window_2", MILL_OPTION_INTEGER, 0, "3", NULL, 0, 10, "help"}, NULL},
    {{"size", MILL_OPTION_SIZE, 0, "64M", NULL, 1, 1 << 30, "help"}, NULL},
    {{"unit", MILL_OPTION_CHOICE, 0, "b", "a b", 0, 0, "help"}, NULL},
    {{"file", MILL_OPTION_PATH, 0, "", NULL, 0, 0, "help"}, NULL},
    {{"files", MILL_OPTION_PATHS, 0, "", NULL, 0, 0, "help"}, NULL},
    {{"layer", MILL_OPTION_LAYER, 0, "quotes", NULL, 0, 0, "help"}, NULL},
    {{NULL, MILL_OPTION_STRING, 0, "", NULL, 0, 0, "help"}, NAME_FAULT},
    {{"", MILL_OPTION_STRING, 0, "", NULL, 0, 0, "help"}, NAME_FAULT},
    {{"Window", MILL_OPTION_STRING, 0, "", NULL, 0, 0, "help"}, NAME_FAULT},
    {{"a.b", MILL_OPTION_STRING, 0, "", NULL, 0, 0, "help"}, NAME_FAULT},
    {{NAME_OF_50, MILL_OPTION_STRING, 0, "", NULL, 0, 0, "help"}, NAME_FAULT},
    {{"x", 0, 0, "", NULL, 0, 0, "help"}, "has the unknown type 0; use a mill_option_type"},
    {{"x", 10, 0, "", NULL, 0, 0, "help"}, "has the unknown type 10; use a mill_option_type"},
    {{"x", MILL_OPTION_STRING, 0, NULL, NULL, 0, 0, "help"}, "lacks its standard value; set it"},
    {{"x", MILL_OPTION_STRING, 0, "", NULL, 0, 0, NULL}, "lacks its help; set it"},
    {{"x", MILL_OPTION_CHOICE, 0, "", NULL, 0, 0, "help"}, CHOICE_FAULT},
    {{"x", MILL_OPTION_CHOICE, 0, "", "", 0, 0, "help"}, CHOICE_FAULT},
    {{"x", MILL_OPTION_CHOICE, 0, "", " a b", 0, 0, "help"}, CHOICE_FAULT},
    {{"x", MILL_OPTION_STRING, 0, "", "a b", 0, 0, "help"},
     "has choices without being a CHOICE; set them to NULL"},
    {{"x", MILL_OPTION_INTEGER, 0, "3", NULL, 5, 1, "help"},
     "has the limits 5 to 1; give two finite numbers, the smaller one first"},
    {{"x", MILL_OPTION_NUMBER, 0, "3", NULL, 0, __builtin_inf(), "help"},
     "has the limits 0 to inf; give two finite numbers, the smaller one first"},
    {{"x", MILL_OPTION_INTEGER, 0, "11", NULL, 0, 10, "help"},
     "has a wrong standard value: '11' is out of range; write a whole number from 0 to 10"},
    {{"x", MILL_OPTION_CHOICE, 0, "c", "aaa bbb", 0, 0, "help"},
     "has a wrong standard value: 'c' is not a choice; choose one of aaa, bbb"},
};

START_TEST(checks_a_declaration)
{
    const declaration_case *example = &declaration_cases[_i];
    char why[256] = "";
    bool good = option_check_declaration(&example->option, why, sizeof why);
    ck_assert_str_eq(why, example->why != NULL ? example->why : "");
    ck_assert_int_eq(good, example->why == NULL);
}
END_TEST

START_TEST(refuses_more_choices_than_fit)
{
    char choices[600], why[256] = "";
    memset(choices, 'a', sizeof choices - 1);
    choices[sizeof choices - 1] = '\0';
    mill_option option = {"x", MILL_OPTION_CHOICE, 0, choices, choices, 0, 0, "help"};
    ck_assert(!option_check_declaration(&option, why, sizeof why));
    ck_assert_str_eq(why, CHOICE_FAULT);
    choices[511] = '\0';
    ck_assert(option_check_declaration(&option, why, sizeof why));
}
END_TEST

/* A plug-in of a later version has longer declarations. */
START_TEST(finds_an_option_by_name_whatever_the_stride)
{
    struct {
        mill_option option;
        char later[24];
    } options[] = {{{.name = "first"}, "later"}, {{.name = "second"}, "later"}};
    ck_assert_ptr_eq(option_find(&options[0].option, 2, sizeof options[0], "second"),
                     &options[1].option);
    ck_assert_ptr_null(option_find(&options[0].option, 2, sizeof options[0], "third"));
    ck_assert_ptr_null(option_find(NULL, 0, sizeof options[0], "first"));
}
END_TEST

START_TEST(describes_types_and_limits)
{
    static const struct {
        const mill_option *option;
        const char *text;
    } cases[] = {
        {&boolean, "yes or no"},
        {&integer, "integer"},
        {&digit, "integer, 0 to 10"},
        {&negative, "integer, -5 to -1"},
        {&number, "number"},
        {&share, "number, 0 to 0.5"},
        {&bytes, "size"},
        {&bounded, "size, up to 1G"},
        {&pages, "size, 4K to 1000000"},
        {&choice, "bytes | code_points | utf16"},
        {&string, "text"},
        {&path, "file"},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        char text[100];
        option_describe(cases[i].option, text, sizeof text);
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        takes_numbers,
        takes_yes_and_no_in_any_case,
        takes_texts_and_paths_as_they_are,
        fits_the_reason_into_what_room_there_is,
        refuses_more_choices_than_fit,
        finds_an_option_by_name_whatever_the_stride,
        describes_types_and_limits,
        NULL,
    };
    Suite *suite = test_suite("options", tests);
    TCase *tables = tcase_create("tables");
    tcase_add_loop_test(tables, takes_whole_numbers_sizes_and_choices, 0, COUNT(whole_cases));
    tcase_add_loop_test(tables, refuses_a_wrong_value_with_a_remedy, 0, COUNT(refusal_cases));
    tcase_add_loop_test(tables, checks_a_declaration, 0, COUNT(declaration_cases));
    suite_add_tcase(suite, tables);
    return test_run(suite);
}
