/* Finding the files of a run. */
#include "test.h"

#include "input.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- Helpers --------------------------------------------------------------------------------- */

static void make_file(const char *folder, const char *name)
{
    test_write(test_path(folder, name), name, strlen(name));
}

static void make_folder(const char *folder, const char *name)
{
    ck_assert_int_eq(mkdir(test_path(folder, name), 0755), 0);
}

static void make_link(const char *target, const char *folder, const char *name)
{
    ck_assert_int_eq(symlink(target, test_path(folder, name)), 0);
}

static bool is_text(void *user, const char *path)
{
    (void)user;
    size_t length = strlen(path);
    return length >= 4 && strcmp(path + length - 4, ".txt") == 0;
}

/* Lists one argument and checks the paths found, without `folder/`, joined by spaces. */
static void expect_found(const char *folder, const char *argument, const char *expected)
{
    char found[4096] = "", *arguments[] = {(char *)argument};
    input_list list;
    mill_error error = {0};
    ck_assert_msg(input_list_open(&list, arguments, 1, is_text, NULL, &error), "%s", error.message);
    for (size_t i = 0; i < list.count; i++) {
        ck_assert_int_eq(strncmp(list.files[i].path, folder, strlen(folder)), 0);
        if (i > 0) strcat(found, " ");
        strcat(found, list.files[i].path + strlen(folder) + 1);
    }
    ck_assert_str_eq(found, expected);
    input_list_clear(&list);
}

/* Fills `%s` of the expected message with `path`. */
static void expect_message(const mill_error *error, const char *format, const char *path)
{
    char message[8192];
    snprintf(message, sizeof message, format, path);
    ck_assert_str_eq(error->message, message);
}

static void expect_refused(const char *argument, const char *format, const char *path)
{
    char *arguments[] = {(char *)argument};
    input_list list;
    mill_error error = {0};
    ck_assert(!input_list_open(&list, arguments, 1, is_text, NULL, &error));
    ck_assert_int_eq(error.code, ERROR_INPUT);
    expect_message(&error, format, path);
    ck_assert_uint_eq(list.count, 0);
}

/* Lists as a user who is not root; returns whether the message is the expected one. */
static bool is_refused_to_others(const char *argument, const char *expected)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        char *arguments[] = {(char *)argument};
        input_list list;
        mill_error error = {0};
        if (geteuid() == 0 && setuid(65534) != 0) _exit(2);
        bool opened = input_list_open(&list, arguments, 1, is_text, NULL, &error);
        bool right = !opened && strcmp(error.message, expected) == 0;
        if (!right) fprintf(stderr, "%s\n%s\n", error.message, expected);
        _exit(right ? 0 : 1);
    }
    int status;
    waitpid(child, &status, 0);
    return status == 0;
}

/* ---- Tests --------------------------------------------------------------------------------- */

START_TEST(walks_depth_first_in_the_order_of_the_bytes)
{
    const char *folder = test_folder();
    make_folder(folder, "a");
    make_folder(folder, "a/deep");
    const char *names[] = {"b.txt",  "B.txt",   "a.txt",        "a/2.txt",     "a/10.txt",
                           "a-.txt", "a/e.txt", "a/deep/z.txt", "\xC3\xA9.txt"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) make_file(folder, names[i]);
    expect_found(folder, folder,
                 "B.txt a/10.txt a/2.txt a/deep/z.txt a/e.txt a-.txt a.txt b.txt \xC3\xA9.txt");
}
END_TEST

START_TEST(does_not_double_the_slash_of_an_argument)
{
    const char *folder = test_folder();
    char with_slash[4096];
    make_file(folder, "a.txt");
    snprintf(with_slash, sizeof with_slash, "%s/", folder);
    expect_found(folder, with_slash, "a.txt");
}
END_TEST

START_TEST(leaves_hidden_names_out_of_folders_but_takes_them_when_named)
{
    const char *folder = test_folder();
    make_folder(folder, ".git");
    make_file(folder, ".git/x.txt");
    make_file(folder, ".x.txt");
    make_file(folder, "y.txt");
    expect_found(folder, folder, "y.txt");
    expect_found(folder, test_path(folder, ".x.txt"), ".x.txt");
}
END_TEST

START_TEST(asks_the_filter_in_folders_only)
{
    const char *folder = test_folder();
    make_file(folder, "a.pdf");
    make_file(folder, "a.txt");
    expect_found(folder, folder, "a.txt");
    expect_found(folder, test_path(folder, "a.pdf"), "a.pdf");
}
END_TEST

START_TEST(takes_arguments_in_the_order_given_and_everything_without_a_filter)
{
    const char *folder = test_folder();
    make_folder(folder, "f");
    make_file(folder, "f/two.bin");
    make_file(folder, "three");
    char *arguments[] = {"-", (char *)test_path(folder, "three"), (char *)test_path(folder, "f")};
    input_list list;
    mill_error error;
    ck_assert(input_list_open(&list, arguments, 3, NULL, NULL, &error));
    ck_assert_uint_eq(list.count, 3);
    ck_assert_str_eq(list.files[0].path, "-");
    ck_assert_str_eq(list.files[1].path, test_path(folder, "three"));
    ck_assert_str_eq(list.files[2].path, test_path(folder, "f/two.bin"));
    input_list_clear(&list);
    ck_assert_uint_eq(list.count, 0);
}
END_TEST

START_TEST(follows_links_to_files_and_folders)
{
    const char *folder = test_folder();
    make_folder(folder, "real");
    make_file(folder, "real/x.txt");
    make_link("real", folder, "linked");
    make_link("real/x.txt", folder, "z.txt");
    expect_found(folder, folder, "linked/x.txt real/x.txt z.txt");
}
END_TEST

START_TEST(enters_a_folder_that_contains_itself_once)
{
    const char *folder = test_folder();
    make_folder(folder, "a");
    make_folder(folder, "a/b");
    make_file(folder, "a/b/x.txt");
    make_link("../..", folder, "a/b/up");
    make_link(".", folder, "a/self");
    expect_found(folder, folder, "a/b/x.txt");
}
END_TEST

START_TEST(passes_by_pipes_in_a_folder)
{
    const char *folder = test_folder();
    make_file(folder, "x.txt");
    ck_assert_int_eq(mkfifo(test_path(folder, "pipe.txt"), 0644), 0);
    expect_found(folder, folder, "x.txt");
}
END_TEST

START_TEST(adds_up_the_sizes_unless_one_is_unknown)
{
    const char *folder = test_folder();
    make_folder(folder, "f");
    make_file(folder, "f/12345.txt");
    make_file(folder, "1234567");
    char *arguments[] = {(char *)test_path(folder, "f"), (char *)test_path(folder, "1234567"), "-"};
    input_list list;
    mill_error error;
    ck_assert(input_list_open(&list, arguments, 2, NULL, NULL, &error));
    ck_assert_uint_eq(list.total_bytes, strlen("f/12345.txt") + 7);
    input_list_clear(&list);
    ck_assert(input_list_open(&list, arguments, 3, NULL, NULL, &error));
    ck_assert_uint_eq(list.total_bytes, 0);
    input_list_clear(&list);
}
END_TEST

START_TEST(keeps_the_size_and_the_time_of_each_file)
{
    const char *path = test_path(test_folder(), "a.txt");
    char *arguments[] = {(char *)path, "/dev/null", "-"};
    const struct timespec times[2] = {{5, 6}, {1234567890, 123456789}};
    input_list list;
    mill_error error;
    test_write(path, "12345", 5);
    ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
    ck_assert(input_list_open(&list, arguments, 3, NULL, NULL, &error));
    ck_assert(list.files[0].regular);
    ck_assert_uint_eq(list.files[0].size, 5);
    ck_assert_int_eq(list.files[0].modified_seconds, 1234567890);
    ck_assert_uint_eq(list.files[0].modified_nanoseconds, 123456789);
    ck_assert(!list.files[1].regular);
    ck_assert(!list.files[2].regular);
    ck_assert_uint_eq(list.files[2].size, 0);
    input_list_clear(&list);
}
END_TEST

START_TEST(lists_thousands_of_files)
{
    char name[32];
    const char *folder = test_folder();
    char *arguments[] = {(char *)folder};
    input_list list;
    mill_error error;
    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof name, "%05d", i);
        test_write(test_path(folder, name), "", 0);
    }
    ck_assert(input_list_open(&list, arguments, 1, NULL, NULL, &error));
    ck_assert_uint_eq(list.count, 3000);
    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof name, "%05d", i);
        ck_assert_str_eq(list.files[i].path, test_path(folder, name));
    }
    input_list_clear(&list);
}
END_TEST

START_TEST(refuses_what_is_not_there)
{
    const char *folder = test_folder();
    const char *missing = test_path(folder, "news/");
    expect_refused(missing, "%s: no such file or folder; check the path", missing);
    make_file(folder, "file");
    const char *below = test_path(folder, "file/x");
    expect_refused(below, "%s: cannot be read: Not a directory; check the path", below);
}
END_TEST

START_TEST(refuses_a_folder_without_a_wanted_file)
{
    const char *folder = test_folder();
    char *arguments[] = {(char *)folder};
    input_list list;
    mill_error error = {0};
    ck_assert(!input_list_open(&list, arguments, 1, NULL, NULL, &error));
    expect_message(&error, "%s: holds no file; check the path", folder);
    make_folder(folder, "below");
    make_file(folder, "below/a.pdf");
    expect_refused(
        folder, "%s: holds no file that a reader knows; name a file or set [input] plugin", folder);
}
END_TEST

START_TEST(refuses_a_wanted_link_to_nothing_and_passes_by_others)
{
    const char *folder = test_folder();
    make_file(folder, "a.txt");
    make_link("nothing", folder, "b.pdf");
    expect_found(folder, folder, "a.txt");
    make_link("nothing", folder, "b.txt");
    expect_refused(folder, "%s: cannot be read: No such file or directory; restore or remove it",
                   test_path(folder, "b.txt"));
}
END_TEST

START_TEST(refuses_what_the_user_may_not_read)
{
    char expected[8192];
    const char *folder = test_folder();
    make_folder(folder, "f");
    make_file(folder, "f/a.txt");
    ck_assert_int_eq(chmod(test_path(folder, "f/a.txt"), 0), 0);
    snprintf(expected, sizeof expected,
             "%s: cannot be read: Permission denied; check its permissions",
             test_path(folder, "f/a.txt"));
    ck_assert(is_refused_to_others(test_path(folder, "f/a.txt"), expected));
    ck_assert(is_refused_to_others(folder, expected));
    ck_assert_int_eq(chmod(test_path(folder, "f"), 0), 0);
    snprintf(expected, sizeof expected,
             "%s: cannot be read: Permission denied; check its permissions",
             test_path(folder, "f"));
    ck_assert(is_refused_to_others(folder, expected));
}
END_TEST

/* ---- Lists of names ------------------------------------------------------------------------ */

static const char *list_path; /* the list that is tested */

/* Writes a list and makes its folder, which holds a.txt, b.txt and f/c.txt, the current one. */
static void write_list(const char *text, size_t length)
{
    const char *folder = test_folder();
    make_folder(folder, "f");
    make_file(folder, "a.txt");
    make_file(folder, "b.txt");
    make_file(folder, "f/c.txt");
    ck_assert_int_eq(chdir(folder), 0);
    list_path = "list";
    test_write(list_path, text, length);
}

/* Appends the list and checks all paths, joined by spaces. */
static void expect_names(const char *expected)
{
    char found[4096] = "";
    input_list list;
    mill_error error = {0};
    ck_assert(input_list_open(&list, NULL, 0, is_text, NULL, &error));
    ck_assert_msg(input_list_append(&list, list_path, is_text, NULL, &error), "%s", error.message);
    for (size_t i = 0; i < list.count; i++) {
        if (i > 0) strcat(found, " ");
        strcat(found, list.files[i].path);
    }
    ck_assert_str_eq(found, expected);
    input_list_clear(&list);
}

static void expect_names_refused(const char *message)
{
    input_list list;
    mill_error error = {0};
    ck_assert(input_list_open(&list, NULL, 0, is_text, NULL, &error));
    ck_assert(!input_list_append(&list, list_path, is_text, NULL, &error));
    ck_assert_str_eq(error.message, message);
    ck_assert_int_eq(error.code, ERROR_INPUT);
    ck_assert_uint_eq(list.count, 0);
}

static void expect_list(const char *text, const char *expected)
{
    write_list(text, strlen(text));
    expect_names(expected);
}

static void expect_list_refused(const char *text, const char *message)
{
    write_list(text, strlen(text));
    expect_names_refused(message);
}

START_TEST(takes_each_line_of_a_list_as_an_argument)
{
    expect_list("b.txt\na.txt\n", "b.txt a.txt");
    expect_list("f\nlist\nb.txt", "f/c.txt list b.txt");
    expect_list("./f/../a.txt\na.txt\n-\n", "./f/../a.txt a.txt -");
}
END_TEST

START_TEST(passes_by_blank_lines_and_takes_windows_line_ends)
{
    expect_list("\n\na.txt\r\n\r\n  \t\nb.txt\r\n\n", "a.txt b.txt");
    expect_list("\xEF\xBB\xBF"
                "a.txt\r\nb.txt\r",
                "a.txt b.txt");
}
END_TEST

START_TEST(takes_names_with_spaces_as_they_are)
{
    write_list(" x .txt \n", strlen(" x .txt \n"));
    test_write(" x .txt ", "", 0);
    expect_names(" x .txt ");
}
END_TEST

START_TEST(appends_a_list_to_the_arguments)
{
    write_list("b.txt\nf\n", strlen("b.txt\nf\n"));
    char *arguments[] = {"a.txt"};
    input_list list;
    mill_error error;
    ck_assert(input_list_open(&list, arguments, 1, is_text, NULL, &error));
    ck_assert(input_list_append(&list, list_path, is_text, NULL, &error));
    ck_assert_uint_eq(list.count, 3);
    ck_assert_str_eq(list.files[0].path, "a.txt");
    ck_assert_str_eq(list.files[2].path, "f/c.txt");
    ck_assert_uint_eq(list.total_bytes, strlen("a.txt"
                                               "b.txt"
                                               "f/c.txt"));
    ck_assert(!input_list_append(&list, "missing", is_text, NULL, &error));
    ck_assert_str_eq(error.message, "missing: no such file; check the path");
    ck_assert_uint_eq(list.count, 0);
}
END_TEST

START_TEST(reads_a_list_of_many_lines)
{
    enum { LINES = 20000 };
    static char text[LINES * 6];
    for (size_t i = 0; i < LINES; i++) memcpy(text + i * 6, i % 2 == 0 ? "a.txt\n" : "b.txt\n", 6);
    write_list(text, sizeof text);
    input_list list = {0};
    mill_error error;
    ck_assert(input_list_append(&list, list_path, NULL, NULL, &error));
    ck_assert_uint_eq(list.count, LINES);
    for (size_t i = 0; i < LINES; i++)
        ck_assert_str_eq(list.files[i].path, i % 2 == 0 ? "a.txt" : "b.txt");
    input_list_clear(&list);
}
END_TEST

/* Puts a file in the place of standard input. */
static void redirect_stdin(const char *path)
{
    int descriptor = open(path, O_RDONLY);
    ck_assert_int_ge(descriptor, 0);
    ck_assert_int_eq(dup2(descriptor, STDIN_FILENO), STDIN_FILENO);
    close(descriptor);
}

START_TEST(reads_a_list_from_standard_input)
{
    write_list("a.txt\nb.txt\n", strlen("a.txt\nb.txt\n"));
    redirect_stdin(list_path);
    list_path = "-";
    expect_names("a.txt b.txt");
    write_list("a.txt\n-\n", strlen("a.txt\n-\n"));
    redirect_stdin(list_path);
    list_path = "-";
    expect_names_refused("standard input:2: standard input cannot be the list and an input; "
                         "remove the line");
    char *arguments[] = {"a.txt", "-"};
    input_list list;
    mill_error error = {0};
    ck_assert(input_list_open(&list, arguments, 2, NULL, NULL, &error));
    ck_assert(!input_list_append(&list, "-", NULL, NULL, &error));
    ck_assert_str_eq(error.message, "standard input cannot be the list and an input; name a file");
    ck_assert_int_eq(error.code, ERROR_USAGE);
}
END_TEST

START_TEST(names_the_line_of_a_list_that_is_wrong)
{
    expect_list_refused("a.txt\r\n\r\nx/y.jsonl\r\nb.txt\r\n",
                        "list:3: x/y.jsonl: no such file or folder; check the path");
    expect_list_refused("a.txt\nb.txt/x",
                        "list:2: b.txt/x: cannot be read: Not a directory; check the path");
    write_list("f\ng\n", 4);
    make_folder(".", "g");
    expect_names_refused("list:2: g: holds no file that a reader knows; name a file or set "
                         "[input] plugin");
}
END_TEST

START_TEST(refuses_a_list_without_a_name)
{
    expect_list_refused("", "list: names no file; write one path a line");
    expect_list_refused("\n \r\n", "list: names no file; write one path a line");
    list_path = "f";
    expect_names_refused(
        "f: cannot be read at byte 0: Is a directory; check the file and its disk");
}
END_TEST

START_TEST(refuses_a_line_that_cannot_be_a_path)
{
    static char text[(1 << 20) + 7];
    memset(text, 'x', sizeof text);
    memcpy(text, "a.txt\n", 6);
    write_list(text, sizeof text);
    expect_names_refused("list:2: is too long for a path; write one path a line");
    text[sizeof text - 1] = '\n';
    write_list(text, sizeof text);
    expect_names_refused("list:2: is too long for a path; write one path a line");
    write_list("a.txt\nb.txt\0f\0", 14);
    expect_names_refused("list:2: holds a NUL byte; write one path a line");
}
END_TEST

START_TEST(takes_a_name_of_the_greatest_length)
{
    char text[PATH_MAX + 2], message[PATH_MAX + 64];
    memset(text, '/', sizeof text);
    memcpy(text + PATH_MAX - 1 - 5, "a.txt\r\n", 7);
    memcpy(text, "./", 2);
    write_list(text, PATH_MAX + 1);
    text[PATH_MAX - 1] = '\0';
    expect_names(text);
    memset(text, '/', sizeof text);
    memcpy(text + PATH_MAX - 5, "a.txt\n", 6);
    write_list(text, PATH_MAX + 1);
    input_list list = {0};
    mill_error error;
    ck_assert(!input_list_append(&list, list_path, NULL, NULL, &error));
    snprintf(message, sizeof message, "list:1: %.900s", text);
    ck_assert_int_eq(strncmp(error.message, message, 900), 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        walks_depth_first_in_the_order_of_the_bytes,
        does_not_double_the_slash_of_an_argument,
        leaves_hidden_names_out_of_folders_but_takes_them_when_named,
        asks_the_filter_in_folders_only,
        takes_arguments_in_the_order_given_and_everything_without_a_filter,
        follows_links_to_files_and_folders,
        enters_a_folder_that_contains_itself_once,
        passes_by_pipes_in_a_folder,
        adds_up_the_sizes_unless_one_is_unknown,
        keeps_the_size_and_the_time_of_each_file,
        lists_thousands_of_files,
        refuses_what_is_not_there,
        refuses_a_folder_without_a_wanted_file,
        refuses_a_wanted_link_to_nothing_and_passes_by_others,
        refuses_what_the_user_may_not_read,
        takes_each_line_of_a_list_as_an_argument,
        passes_by_blank_lines_and_takes_windows_line_ends,
        takes_names_with_spaces_as_they_are,
        appends_a_list_to_the_arguments,
        reads_a_list_of_many_lines,
        reads_a_list_from_standard_input,
        names_the_line_of_a_list_that_is_wrong,
        refuses_a_list_without_a_name,
        refuses_a_line_that_cannot_be_a_path,
        takes_a_name_of_the_greatest_length,
        NULL};
    return test_run(test_suite("input_list", tests));
}
