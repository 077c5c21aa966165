/* The buffer: growing up to the limit, and what it writes against what reads it back. */
#include "buffer.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static buffer out;

static void setup(void)
{
    buffer_init(&out, NULL, 1 << 20);
}

static void teardown(void)
{
    buffer_clear(&out);
}

/* Returns what was written since the last call. */
static const char *written(void)
{
    buffer_write(&out, "", 1);
    buffer_reset(&out);
    return out.output.data;
}

/* ---- Growing ------------------------------------------------------------------------------- */

START_TEST(keeps_what_was_written_while_it_grows)
{
    for (int i = 0; i < 100000; i++) buffer_printf(&out, "%d", i % 10);
    ck_assert_uint_eq(out.output.length, 100000);
    for (size_t i = 0; i < 100000; i++) ck_assert_int_eq(out.output.data[i], '0' + (char)(i % 10));
    ck_assert(!out.failed);
}
END_TEST

START_TEST(fails_past_the_limit_and_takes_no_more)
{
    buffer small;
    buffer_init(&small, NULL, 5000);
    for (int i = 0; i < 50; i++)
        buffer_write(&small,
                     "01234567890123456789012345678901234567890123456789012345678901234567890123456"
                     "78901234567890123456789",
                     100);
    ck_assert(!small.failed);
    ck_assert_uint_eq(small.output.length, 5000);
    ck_assert_uint_le(small.output.capacity, 5000);
    ck_assert(!buffer_reserve(&small, 1));
    ck_assert(small.failed);
    ck_assert(!buffer_reserve(&small, 0));
    buffer_write(&small, "x", 1);
    buffer_json(&small, "x", 1);
    buffer_base64(&small, "x", 1);
    ck_assert_uint_eq(small.output.length, 5000);
    buffer_reset(&small);
    buffer_write(&small, "x", 1);
    ck_assert(!small.failed);
    ck_assert_uint_eq(small.output.length, 1);
    buffer_clear(&small);
}
END_TEST

START_TEST(refuses_sizes_that_overflow)
{
    buffer_write(&out, "x", 1);
    ck_assert(!buffer_reserve(&out, SIZE_MAX));
    ck_assert(out.failed);
    ck_assert_uint_eq(out.output.length, 1);
}
END_TEST

START_TEST(prints_formatted_text_of_any_length)
{
    buffer_printf(&out, "%s-%d", "a", 7);
    ck_assert_str_eq(written(), "a-7");
    buffer_printf(&out, "%09999d", 1);
    ck_assert_uint_eq(out.output.length, 9999);
    buffer_reset(&out);
    buffer_printf(&out, "%s", "");
    ck_assert_uint_eq(out.output.length, 0);
}
END_TEST

/* ---- JSON ---------------------------------------------------------------------------------- */

START_TEST(escapes_what_json_wants_escaped_and_nothing_else)
{
    buffer_json(&out, "say \"hi\" \\ / \x7F \xC3\xA9 \xE2\x80\xA8", 21);
    ck_assert_str_eq(written(), "\"say \\\"hi\\\" \\\\ / \x7F \xC3\xA9 \xE2\x80\xA8\"");
    buffer_json(&out, "\b\t\n\f\r", 5);
    ck_assert_str_eq(written(), "\"\\b\\t\\n\\f\\r\"");
    buffer_json(&out, "\0\x01\x0B\x1F", 4);
    ck_assert_str_eq(written(), "\"\\u0000\\u0001\\u000b\\u001f\"");
    buffer_json(&out, "", 0);
    ck_assert_str_eq(written(), "\"\"");
}
END_TEST

START_TEST(writes_a_json_string_in_pieces)
{
    buffer_json_part(&out, "a\"", 2);
    buffer_json_part(&out, "\nb", 2);
    ck_assert_str_eq(written(), "a\\\"\\nb");
}
END_TEST

/* What buffer_json_part has to do, one byte at a time. */
static size_t slow_json(const char *data, size_t length, char *target)
{
    size_t at = 0;
    for (size_t i = 0; i < length; i++) {
        const char *shorts = "\"\"\\\\\bb\tt\nn\ff\rr", *found = NULL;
        for (size_t k = 0; shorts[k] != '\0'; k += 2)
            if (shorts[k] == data[i]) found = shorts + k;
        if (found != NULL)
            at += (size_t)sprintf(target + at, "\\%c", found[1]);
        else if ((unsigned char)data[i] < 0x20)
            at += (size_t)sprintf(target + at, "\\u%04x", (unsigned)data[i]);
        else
            target[at++] = data[i];
    }
    return at;
}

START_TEST(escapes_random_text_as_a_byte_by_byte_loop_does)
{
    unsigned seed = 20261124;
    printf("seed %u\n", seed);
    srand(seed);
    for (int round = 0; round < 5000; round++) {
        char expected[6 * 200];
        size_t length = (size_t)rand() % 200;
        char *text = malloc(length + 1); /* of this size, so that a sanitizer sees overruns */
        int escapes = rand() % 3;
        for (size_t i = 0; i < length; i++) {
            text[i] = (char)rand();
            if (escapes == 0 || (escapes == 1 && rand() % 20 != 0))
                text[i] = (char)(text[i] | 0x60);
        }
        size_t expected_length = slow_json(text, length, expected);
        buffer_reset(&out);
        buffer_json_part(&out, text, length);
        ck_assert_uint_eq(out.output.length, expected_length);
        ck_assert_mem_eq(out.output.data, expected, expected_length);
        free(text);
    }
}
END_TEST

/* ---- Numbers ------------------------------------------------------------------------------- */

static const char *number(double value)
{
    buffer_number(&out, value);
    return written();
}

START_TEST(writes_numbers_in_their_shortest_form)
{
    ck_assert_str_eq(number(0.4215), "0.4215");
    ck_assert_str_eq(number(-0.1), "-0.1");
    ck_assert_str_eq(number(3), "3");
    ck_assert_str_eq(number(0), "0");
    ck_assert_str_eq(number(-0.0), "0");
    ck_assert_str_eq(number(100), "100");
    ck_assert_str_eq(number(0.05), "0.05");
    ck_assert_str_eq(number(-0.0001), "-0.0001");
    ck_assert_str_eq(number(10.05), "10.05");
    ck_assert_str_eq(number(999999999.9999), "999999999.9999");
    ck_assert_str_eq(number(0.00001), "1e-05");
    ck_assert_str_eq(number(0.1 + 0.2), "0.30000000000000004");
    ck_assert_str_eq(number(1e9), "1000000000");
    ck_assert_str_eq(number(1e300), "1e+300");
    ck_assert_str_eq(number(-1.0 / 3), "-0.3333333333333333");
    ck_assert_str_eq(number(5e-324), "4.94065645841247e-324");
}
END_TEST

START_TEST(writes_null_for_what_is_not_a_number)
{
    ck_assert_str_eq(number(NAN), "null");
    ck_assert_str_eq(number(INFINITY), "null");
    ck_assert_str_eq(number(-INFINITY), "null");
}
END_TEST

START_TEST(writes_random_numbers_that_read_back_equal)
{
    unsigned seed = 20261124;
    printf("seed %u\n", seed);
    srand(seed);
    for (int round = 0; round < 20000; round++) {
        double value = (double)(rand() - RAND_MAX / 2) / 10000;
        if (round % 4 == 1) value = ((double)rand() / RAND_MAX - 0.5) * pow(10, rand() % 40 - 20);
        if (round % 4 == 2) value = nextafter(value, 1e9);
        if (round % 4 == 3) value /= 100000;
        const char *text = number(value);
        ck_assert_msg(strtod(text, NULL) == value, "%s for %.17g", text, value);
    }
}
END_TEST

/* ---- Base64 -------------------------------------------------------------------------------- */

START_TEST(writes_base64_as_the_rfc_shows)
{
    static const char *const expected[] = {"",         "Zg==",     "Zm8=",    "Zm9v",
                                           "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    for (size_t length = 0; length <= 6; length++) {
        buffer_base64(&out, "foobar", length);
        ck_assert_str_eq(written(), expected[length]);
    }
    buffer_base64(&out, "\xFF\xFE\xFD\x00", 4);
    ck_assert_str_eq(written(), "//79AA==");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        keeps_what_was_written_while_it_grows,
        fails_past_the_limit_and_takes_no_more,
        refuses_sizes_that_overflow,
        prints_formatted_text_of_any_length,
        escapes_what_json_wants_escaped_and_nothing_else,
        writes_a_json_string_in_pieces,
        escapes_random_text_as_a_byte_by_byte_loop_does,
        writes_numbers_in_their_shortest_form,
        writes_null_for_what_is_not_a_number,
        writes_random_numbers_that_read_back_equal,
        writes_base64_as_the_rfc_shows,
    };
    Suite *suite = suite_create("buffer");
    TCase *test_case = tcase_create("buffer");
    tcase_add_checked_fixture(test_case, setup, teardown);
    for (size_t i = 0; i < MILL_COUNT(tests); i++) tcase_add_test(test_case, tests[i]);
    suite_add_tcase(suite, test_case);
    return test_run(suite);
}
