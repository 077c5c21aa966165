/* scan.h: on any bytes, each scan finds what a loop over them finds. */
#include "plugins_support.h"
#include "test.h"
#include "textmill/scan.h"

#define ROUNDS 500

/* What the scans are asked for. */
typedef struct question {
    unsigned char first;
    unsigned char last;
} question;

static bool is_in(unsigned char byte, question asked)
{
    if (asked.first <= asked.last) return byte >= asked.first && byte <= asked.last;
    return byte >= asked.first || byte <= asked.last;
}

static bool is_alphanumeric(unsigned char byte)
{
    return is_in(byte, (question){'a', 'z'}) || is_in(byte, (question){'A', 'Z'}) ||
           is_in(byte, (question){'0', '9'});
}

static void assert_scans(const char *bytes, question asked)
{
    uint64_t equal = mill_scan_equal(bytes, (char)asked.first);
    uint64_t either = mill_scan_either(bytes, (char)asked.first, (char)asked.last);
    uint64_t range = mill_scan_range(bytes, asked.first, asked.last);
    uint64_t alphanumeric = mill_scan_alphanumeric(bytes);
    uint64_t high = mill_scan_high(bytes);
    for (unsigned i = 0; i < MILL_SCAN_BLOCK; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        bool is_first = byte == asked.first, is_last = byte == asked.last;
        ck_assert_uint_eq(equal >> i & 1, is_first);
        ck_assert_uint_eq(either >> i & 1, is_first || is_last);
        ck_assert_uint_eq(range >> i & 1, is_in(byte, asked));
        ck_assert_uint_eq(alphanumeric >> i & 1, is_alphanumeric(byte));
        ck_assert_uint_eq(high >> i & 1, byte >= 0x80);
    }
}

START_TEST(scans_find_what_a_loop_finds)
{
    random_source random = random_seeded("scans_find_what_a_loop_finds");
    char bytes[MILL_SCAN_BLOCK];
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)random_below(&random, 256);
        question asked = {(unsigned char)random_below(&random, 256),
                          (unsigned char)random_below(&random, 256)};
        assert_scans(bytes, asked);
    }
}
END_TEST

START_TEST(scans_tell_every_byte_from_every_other)
{
    char bytes[MILL_SCAN_BLOCK];
    for (unsigned first = 0; first < 256; first += MILL_SCAN_BLOCK) {
        for (unsigned i = 0; i < sizeof bytes; i++) bytes[i] = (char)(first + i);
        for (unsigned byte = 0; byte < 256; byte++)
            assert_scans(bytes, (question){(unsigned char)byte, (unsigned char)(byte + 1)});
    }
}
END_TEST

START_TEST(counts_the_positions_of_a_set)
{
    for (unsigned count = 0; count <= 64; count++) {
        uint64_t set = count == 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1;
        ck_assert_uint_eq(mill_scan_count(set), count);
        ck_assert_uint_eq(mill_scan_count(~set), 64 - count);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {scans_find_what_a_loop_finds,
                                  scans_tell_every_byte_from_every_other,
                                  counts_the_positions_of_a_set, NULL};
    return test_run(test_suite("scan", tests));
}
