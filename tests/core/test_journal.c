/* The journal: it grows piece by piece, and a run that goes on cuts it to what its checkpoint knew.
 */
#include "journal.h"
#include "test.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *folder;

/* Owns: as test_path. */
static const char *journal_path(void)
{
    if (folder == NULL) folder = test_folder();
    return test_path(folder, "out.jsonl.journal");
}

static void open_at(journal *saved, const char *path, uint64_t length)
{
    mill_error error;
    ck_assert_msg(journal_open(saved, path, length, &error), "%s", error.message);
    ck_assert_uint_eq(saved->length, length);
}

static void append(journal *saved, const char *text)
{
    mill_error error;
    ck_assert(journal_append(saved, (mill_text){text, strlen(text)}, &error));
}

static void expect_file(const char *path, const char *expected)
{
    size_t length;
    char *text = test_read(path, &length);
    ck_assert_str_eq(text, expected);
    ck_assert_uint_eq(length, strlen(expected));
    free(text);
}

START_TEST(grows_by_what_is_appended)
{
    journal saved;
    mill_error error;
    const char *path = journal_path();
    open_at(&saved, path, 0);
    append(&saved, "one");
    append(&saved, "");
    append(&saved, "two");
    ck_assert_uint_eq(saved.length, 6);
    ck_assert(journal_sync(&saved, &error));
    journal_close(&saved, false);
    expect_file(path, "onetwo");
    ck_assert_int_eq(saved.descriptor, -1);
}
END_TEST

START_TEST(cuts_off_what_came_after_the_checkpoint)
{
    journal saved;
    const char *path = journal_path();
    test_write(path, "known|lost", 10);
    open_at(&saved, path, 6);
    expect_file(path, "known|");
    append(&saved, "new");
    ck_assert_uint_eq(saved.length, 9);
    journal_close(&saved, false);
    expect_file(path, "known|new");
}
END_TEST

START_TEST(begins_anew_at_length_0)
{
    journal saved;
    const char *path = journal_path();
    test_write(path, "of another run", 14);
    open_at(&saved, path, 0);
    journal_close(&saved, false);
    expect_file(path, "");
}
END_TEST

START_TEST(goes_on_at_its_very_end)
{
    journal saved;
    const char *path = journal_path();
    test_write(path, "known", 5);
    open_at(&saved, path, 5);
    journal_close(&saved, false);
    expect_file(path, "known");
}
END_TEST

START_TEST(refuses_one_that_is_shorter_than_its_checkpoint_says)
{
    journal saved;
    mill_error error;
    char expected[4200];
    const char *path = journal_path();
    test_write(path, "known", 5);
    ck_assert(!journal_open(&saved, path, 6, &error));
    snprintf(expected, sizeof expected,
             "%s is shorter than its checkpoint says; start anew with --force", path);
    ck_assert_str_eq(error.message, expected);
    ck_assert_int_eq(error.code, ERROR_INPUT);
    ck_assert_int_eq(saved.descriptor, -1);
    expect_file(path, "known");
}
END_TEST

START_TEST(lies_in_memory_if_it_has_no_name)
{
    journal saved;
    mill_error error;
    char text[8] = "";
    open_at(&saved, NULL, 0);
    append(&saved, "one");
    append(&saved, "two");
    ck_assert_uint_eq(saved.length, 6);
    ck_assert(journal_sync(&saved, &error));
    ck_assert_int_eq(pread(saved.descriptor, text, sizeof text, 0), 6);
    ck_assert_str_eq(text, "onetwo");
    journal_close(&saved, true);
}
END_TEST

START_TEST(goes_when_it_is_not_needed_any_more)
{
    journal saved;
    const char *path = journal_path();
    open_at(&saved, path, 0);
    append(&saved, "one");
    journal_close(&saved, true);
    ck_assert_int_eq(access(path, F_OK), -1);
    ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(follows_no_symbolic_link)
{
    journal saved;
    mill_error error;
    char expected[4200];
    const char *path = journal_path(), *other = test_path(folder, "precious");
    test_write(other, "precious", 8);
    ck_assert_int_eq(symlink(other, path), 0);
    ck_assert(!journal_open(&saved, path, 0, &error));
    snprintf(expected, sizeof expected,
             "cannot create %s: Too many levels of symbolic links; choose another name", path);
    ck_assert_str_eq(error.message, expected);
    expect_file(other, "precious");
}
END_TEST

START_TEST(tells_where_it_cannot_be_made)
{
    journal saved;
    mill_error error;
    char expected[4200];
    const char *journal_there = journal_path(), *path = test_path(journal_there, "journal");
    ck_assert(!journal_open(&saved, path, 0, &error));
    snprintf(expected, sizeof expected,
             "cannot create %s: No such file or directory; make the folder first", path);
    ck_assert_str_eq(error.message, expected);
}
END_TEST

/* A limit on files stands in for a disk that is full: the first write is cut short, the next one
 * fails. */
START_TEST(tells_that_the_disk_is_full_and_how_far_it_came)
{
    journal saved;
    mill_error error;
    char expected[4200];
    const char *path = journal_path();
    open_at(&saved, path, 0);
    append(&saved, "onetwo");
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){8, 8}), 0);
    ck_assert(!journal_append(&saved, (mill_text){"three", 5}, &error));
    snprintf(expected, sizeof expected,
             "cannot write %s: File too large; raise the limit (ulimit -f) and run again", path);
    ck_assert_str_eq(error.message, expected);
    ck_assert_uint_eq(saved.length, 8);
    journal_close(&saved, false);
    expect_file(path, "onetwoth");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {grows_by_what_is_appended,
                                  cuts_off_what_came_after_the_checkpoint,
                                  begins_anew_at_length_0,
                                  goes_on_at_its_very_end,
                                  refuses_one_that_is_shorter_than_its_checkpoint_says,
                                  lies_in_memory_if_it_has_no_name,
                                  goes_when_it_is_not_needed_any_more,
                                  follows_no_symbolic_link,
                                  tells_where_it_cannot_be_made,
                                  tells_that_the_disk_is_full_and_how_far_it_came,
                                  NULL};
    return test_run(test_suite("journal", tests));
}
