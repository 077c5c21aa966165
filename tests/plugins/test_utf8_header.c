/* utf8.h: every code point is written as core's check of UTF-8 takes it, and read again. */
#include "test.h"
#include "textmill/utf8.h"
#include "utf8.h"

/* Each assertion of Check is a message to another process: there is one for each code point that is
 * wrong, not for each that there is. */
static bool is_read_and_written(uint32_t code)
{
    static const uint32_t first_of_length[] = {0, 0x80, 0x800, 0x10000};
    char bytes[64] = {0};
    uint32_t again = UINT32_MAX;
    size_t length = 1;
    while (length < 4 && code >= first_of_length[length]) length++;
    return mill_utf8_write(bytes, code) == length && utf8_valid_prefix(bytes, length) == length &&
           mill_utf8_read(bytes, &again) == length && again == code;
}

START_TEST(reads_and_writes_every_code_point)
{
    for (uint32_t code = 0; code <= 0x10FFFF; code++) {
        bool is_half_of_pair = code >= 0xD800 && code <= 0xDFFF; /* no character */
        if (!is_half_of_pair && !is_read_and_written(code)) ck_abort_msg("U+%04X", (unsigned)code);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {reads_and_writes_every_code_point, NULL};
    return test_run(test_suite("utf8 header", tests));
}
