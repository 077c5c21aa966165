/* UTF-8: the fast check against a slow decoder that follows the table of RFC 3629 bit by bit. */
#include "test.h"
#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- The slow reference -------------------------------------------------------------------- */

/* Decodes one character; returns its length, 0 if it is not valid. */
static size_t decode(const unsigned char *at, size_t left, uint32_t *code_point)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = 1;
    uint32_t value = at[0];
    if (value >= 0x80) {
        for (length = 0; length < 8 && (value & 0x80u >> length) != 0;) length++;
        if (length < 2 || length > 4 || length > left) return 0;
        value &= 0x7Fu >> length;
        for (size_t i = 1; i < length; i++) {
            if (at[i] / 0x40 != 2) return 0;
            value = value * 0x40 + at[i] % 0x40;
        }
        if (value < smallest[length] || value > 0x10FFFF) return 0;
        if (value >= 0xD800 && value <= 0xDFFF) return 0;
    }
    *code_point = value;
    return length;
}

static size_t slow_valid_prefix(const char *data, size_t length)
{
    uint32_t code_point;
    size_t at = 0;
    while (at < length) {
        size_t size = decode((const unsigned char *)data + at, length - at, &code_point);
        if (size == 0) return at;
        at += size;
    }
    return at;
}

/* Compares with the reference, in memory of exactly this size so that a sanitizer sees overruns. */
static void compare(const char *data, size_t length)
{
    char *exact = malloc(length + (length == 0));
    memcpy(exact, data, length);
    size_t valid = slow_valid_prefix(exact, length), units = 0, characters = 0;
    ck_assert_uint_eq(utf8_valid_prefix(exact, length), valid);
    for (size_t at = 0; at < valid; characters++) {
        uint32_t code_point = 0;
        at += decode((const unsigned char *)exact + at, valid - at, &code_point);
        units += code_point > 0xFFFF ? 2 : 1;
    }
    ck_assert_uint_eq(utf8_count_code_points(exact, valid), characters);
    ck_assert_uint_eq(utf8_count_utf16(exact, valid), units);
    free(exact);
}

/* ---- Tests --------------------------------------------------------------------------------- */

START_TEST(judges_all_sequences_of_up_to_two_bytes_as_the_reference_does)
{
    char bytes[2];
    for (int first = 0; first < 256; first++)
        for (int second = 0; second < 256; second++) {
            bytes[0] = (char)first;
            bytes[1] = (char)second;
            ck_assert_uint_eq(utf8_valid_prefix(bytes, 1), slow_valid_prefix(bytes, 1));
            ck_assert_uint_eq(utf8_valid_prefix(bytes, 2), slow_valid_prefix(bytes, 2));
        }
}
END_TEST

START_TEST(judges_three_and_four_bytes_at_all_edges_as_the_reference_does)
{
    static const unsigned char edges[] = {0x00, 0x41, 0x7F, 0x80, 0x81, 0x8F, 0x90, 0x9F,
                                          0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xED, 0xF0, 0xFF};
    char bytes[4];
    for (int lead = 0xC0; lead < 256; lead++)
        for (size_t i = 0; i < 16 * 16 * 16; i++) {
            bytes[0] = (char)lead;
            bytes[1] = (char)edges[i % 16];
            bytes[2] = (char)edges[i / 16 % 16];
            bytes[3] = (char)edges[i / 256];
            ck_assert_uint_eq(utf8_valid_prefix(bytes, 3), slow_valid_prefix(bytes, 3));
            ck_assert_uint_eq(utf8_valid_prefix(bytes, 4), slow_valid_prefix(bytes, 4));
        }
}
END_TEST

/* Long texts are checked in blocks: what a block says must not depend on what it begins with. */
START_TEST(judges_sequences_across_blocks_as_the_reference_does)
{
    static const unsigned char edges[] = {0x41, 0x80, 0x8F, 0x90, 0xA0, 0xBF, 0xC2, 0xF0};
    static const size_t places[] = {0, 28, 29, 30, 31, 32, 61, 63};
    char text[96];
    for (int lead = 0x7F; lead < 256; lead++)
        for (size_t i = 0; i < 8 * 8 * 8 * 8; i++) {
            size_t place = places[i % 8];
            for (size_t at = 0; at < sizeof text; at += 2) memcpy(text + at, "\xC3\xA9", 2);
            if (place % 2 == 1) text[place - 1] = 'a';
            text[place] = (char)lead;
            text[place + 1] = (char)edges[i / 8 % 8];
            text[place + 2] = (char)edges[i / 64 % 8];
            text[place + 3] = (char)edges[i / 512];
            ck_assert_uint_eq(utf8_valid_prefix(text, sizeof text),
                              slow_valid_prefix(text, sizeof text));
        }
}
END_TEST

START_TEST(accepts_every_code_point_but_surrogates)
{
    size_t accepted = 0;
    for (uint32_t code_point = 0x80; code_point <= 0x10FFFF; code_point++) {
        char bytes[4];
        size_t length = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
        uint32_t rest = code_point;
        for (size_t i = length - 1; i > 0; i--, rest >>= 6) bytes[i] = (char)(0x80 | (rest & 0x3F));
        bytes[0] = (char)((0xF00 >> length & 0xFF) | rest);
        accepted += utf8_valid_prefix(bytes, length) == length;
    }
    ck_assert_uint_eq(accepted, 0x110000 - 0x80 - 0x800);
}
END_TEST

START_TEST(finds_a_bad_byte_wherever_it_stands)
{
    char text[300];
    for (size_t length = 1; length <= sizeof text; length += 7)
        for (size_t bad = 0; bad < length; bad++) {
            memset(text, 'a', sizeof text);
            text[bad] = (char)0xE9;
            compare(text, length);
        }
}
END_TEST

START_TEST(judges_random_bytes_as_the_reference_does)
{
    static const char *const pieces[] = {"a",
                                         "the quick brown fox jumps over",
                                         "\xC3\xA9",
                                         "\xE2\x80\x9C",
                                         "\xF0\x9F\x98\x80",
                                         "\xE9",
                                         "\x80",
                                         "\xED\xA0\x80",
                                         " ",
                                         "\xE2\x80",
                                         "\xD0\x90\xD0\x91",
                                         "\xF4\x8F\xBF\xBF"};
    unsigned seed = 20261124;
    printf("seed %u\n", seed);
    srand(seed);
    for (int round = 0; round < 20000; round++) {
        char text[700];
        size_t length = 0, count = (size_t)rand() % 20, kinds = round % 2 != 0 ? 12 : 5;
        for (size_t i = 0; i < count; i++) {
            const char *piece = pieces[(size_t)rand() % kinds];
            memcpy(text + length, piece, strlen(piece));
            length += strlen(piece);
        }
        if (round % 4 == 3 && length != 0) text[(size_t)rand() % length] = (char)rand();
        compare(text, length);
    }
}
END_TEST

START_TEST(counts_long_texts_without_losing_a_lane)
{
    enum { COUNT = 20000 };
    char *text = malloc(COUNT * 4);
    for (size_t i = 0; i < COUNT; i++) memcpy(text + i * 4, "\xF0\x9F\x98\x80", 4);
    ck_assert_uint_eq(utf8_count_code_points(text, COUNT * 4), COUNT);
    ck_assert_uint_eq(utf8_count_utf16(text, COUNT * 4), COUNT * 2);
    memset(text, 'a', COUNT);
    ck_assert_uint_eq(utf8_count_code_points(text, COUNT), COUNT);
    ck_assert_uint_eq(utf8_count_utf16(text, COUNT), COUNT);
    free(text);
}
END_TEST

START_TEST(knows_boundaries)
{
    const char *text = "a\xC3\xA9";
    ck_assert(utf8_is_boundary(text, 3, 0));
    ck_assert(utf8_is_boundary(text, 3, 1));
    ck_assert(!utf8_is_boundary(text, 3, 2));
    ck_assert(utf8_is_boundary(text, 3, 3));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        judges_all_sequences_of_up_to_two_bytes_as_the_reference_does,
        judges_three_and_four_bytes_at_all_edges_as_the_reference_does,
        judges_sequences_across_blocks_as_the_reference_does,
        accepts_every_code_point_but_surrogates,
        finds_a_bad_byte_wherever_it_stands,
        judges_random_bytes_as_the_reference_does,
        counts_long_texts_without_losing_a_lane,
        knows_boundaries,
        NULL,
    };
    return test_run(test_suite("utf8", tests));
}
