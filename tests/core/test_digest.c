/* Fingerprints: the values that everybody computes, whatever the pieces in which the bytes come. */
#include "digest.h"
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *text;
    const char *digest; /* as xxhsum -H2 prints it */
} known[] = {
    {"", "99aa06d3014798d86001c324468d497f"},
    {"a", "a96faf705af16834e6c632b61e964e1f"},
    {"abc", "06b05ab6733a618578af5f94892f3950"},
};

enum { LARGE = 200000 }; /* several pieces of those in which a file is read */

/* Bytes that do not repeat within a few. */
static void fill(char *data, size_t length)
{
    uint32_t state = 12345;
    for (size_t i = 0; i < length; i++) {
        state = state * 1103515245 + 12345;
        data[i] = (char)(state >> 16);
    }
}

static void digest_of(const char *data, size_t length, char text[DIGEST_TEXT])
{
    digest *sum = digest_create();
    ck_assert_ptr_nonnull(sum);
    digest_update(sum, (mill_text){data, length});
    digest_text(sum, text);
    digest_destroy(sum);
}

/* Makes a file of LARGE bytes, and tells them. */
static const char *make_file(char data[LARGE])
{
    const char *path = test_path(test_folder(), "file");
    fill(data, LARGE);
    test_write(path, data, LARGE);
    return path;
}

START_TEST(gives_the_value_that_xxhsum_prints)
{
    char text[DIGEST_TEXT];
    digest_of(known[_i].text, strlen(known[_i].text), text);
    ck_assert_str_eq(text, known[_i].digest);
}
END_TEST

START_TEST(gives_one_value_for_a_text_and_for_its_pieces)
{
    static const size_t sizes[] = {1, 7, 240, 241, 256, 1024, 65536, 65537};
    static char data[LARGE];
    char whole[DIGEST_TEXT], pieces[DIGEST_TEXT];
    fill(data, sizeof data);
    digest_of(data, sizeof data, whole);
    for (size_t i = 0; i < MILL_COUNT(sizes); i++) {
        digest *sum = digest_create();
        for (size_t at = 0; at < sizeof data; at += sizes[i]) {
            size_t left = sizeof data - at;
            digest_update(sum, (mill_text){data + at, left < sizes[i] ? left : sizes[i]});
        }
        digest_text(sum, pieces);
        digest_destroy(sum);
        ck_assert_str_eq(pieces, whole);
    }
}
END_TEST

START_TEST(goes_on_after_a_value_was_looked_at)
{
    char text[DIGEST_TEXT];
    digest *sum = digest_create();
    digest_text(sum, text);
    ck_assert_str_eq(text, known[0].digest);
    digest_update(sum, (mill_text){"a", 1});
    digest_text(sum, text);
    ck_assert_str_eq(text, known[1].digest);
    digest_update(sum, (mill_text){"bc", 2});
    digest_text(sum, text);
    ck_assert_str_eq(text, known[2].digest);
    digest_destroy(sum);
}
END_TEST

START_TEST(takes_down_the_digest_of_nothing)
{
    digest_destroy(NULL);
}
END_TEST

START_TEST(reads_a_whole_file)
{
    static char data[LARGE];
    char text[DIGEST_TEXT], expected[DIGEST_TEXT];
    mill_error error;
    ck_assert_msg(digest_file(make_file(data), text, &error), "%s", error.message);
    digest_of(data, sizeof data, expected);
    ck_assert_str_eq(text, expected);
}
END_TEST

START_TEST(reads_the_beginning_of_a_file_wherever_it_stood)
{
    static const size_t lengths[] = {0, 1, 65535, 65536, 65537, LARGE - 1, LARGE};
    static char data[LARGE];
    char text[DIGEST_TEXT], expected[DIGEST_TEXT];
    mill_error error;
    int file = open(make_file(data), O_RDONLY);
    lseek(file, 100, SEEK_SET);
    for (size_t i = 0; i < MILL_COUNT(lengths); i++) {
        digest *sum = digest_create();
        ck_assert(digest_read(sum, file, lengths[i], "the file", &error));
        digest_text(sum, text);
        digest_destroy(sum);
        digest_of(data, lengths[i], expected);
        ck_assert_str_eq(text, expected);
    }
    ck_assert_int_eq(lseek(file, 0, SEEK_CUR), 100);
    close(file);
}
END_TEST

START_TEST(refuses_a_file_that_has_become_shorter)
{
    static char data[LARGE];
    mill_error error;
    int file = open(make_file(data), O_RDONLY);
    digest *sum = digest_create();
    ck_assert(!digest_read(sum, file, LARGE + 1, "out.jsonl.part", &error));
    ck_assert_str_eq(error.message, "out.jsonl.part: has 200000 bytes, and had 200001");
    ck_assert_int_eq(error.code, ERROR_INPUT);
    digest_destroy(sum);
    close(file);
}
END_TEST

START_TEST(refuses_what_cannot_be_read)
{
    char text[DIGEST_TEXT], expected[4200];
    const char *folder = test_folder(), *missing = test_path(folder, "missing");
    mill_error error;
    ck_assert(!digest_file(missing, text, &error));
    snprintf(expected, sizeof expected, "%s: cannot be read: No such file or directory", missing);
    ck_assert_str_eq(error.message, expected);
    ck_assert(!digest_file(folder, text, &error));
    snprintf(expected, sizeof expected, "%s: cannot be read: Is a directory", folder);
    ck_assert_str_eq(error.message, expected);
    ck_assert_int_eq(error.code, ERROR_INPUT);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {gives_one_value_for_a_text_and_for_its_pieces,
                                  goes_on_after_a_value_was_looked_at,
                                  takes_down_the_digest_of_nothing,
                                  reads_a_whole_file,
                                  reads_the_beginning_of_a_file_wherever_it_stood,
                                  refuses_a_file_that_has_become_shorter,
                                  refuses_what_cannot_be_read,
                                  NULL};
    Suite *suite = test_suite("digest", tests);
    test_add_loop(suite, "known values", gives_the_value_that_xxhsum_prints,
                  (int)MILL_COUNT(known));
    return test_run(suite);
}
