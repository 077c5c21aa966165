/* utf8.h: every code point is written as core's check of UTF-8 takes it, and read again. */
#include "test.h"
#include "textmill/utf8.h"
#include "utf8.h"

START_TEST(reads_and_writes_every_code_point)
{
    static const uint32_t first_of_length[] = {0, 0x80, 0x800, 0x10000};
    for (uint32_t code = 0; code <= 0x10FFFF; code++) {
        char bytes[64] = {0};
        uint32_t again = UINT32_MAX;
        size_t length = 1;
        while (length < 4 && code >= first_of_length[length]) length++;
        if (code >= 0xD800 && code <= 0xDFFF) continue; /* halves of pairs, no characters */
        ck_assert_uint_eq(mill_utf8_write(bytes, code), length);
        ck_assert_uint_eq(utf8_valid_prefix(bytes, length), length);
        ck_assert_uint_eq(mill_utf8_read(bytes, &again), length);
        ck_assert_uint_eq(again, code);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {reads_and_writes_every_code_point, NULL};
    return test_run(test_suite("utf8 header", tests));
}
