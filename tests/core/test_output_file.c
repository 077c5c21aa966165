/* Writing outputs: when a name appears, what is never overwritten, what a full disk or a reader
 * that went away does, and that compressed output can be read up to the last flush. */
#include "test.h"

#include "input.h"
#include "output_file.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- Helpers ------------------------------------------------------------------------------- */

static mill_error error;

static const char *inside(const char *name)
{
    return test_path(test_folder(), name);
}

static const char *with_ending(const char *path, const char *ending)
{
    static char names[4][4200];
    static unsigned turn;
    char *name = names[turn++ % 4];
    snprintf(name, sizeof names[0], "%s%s", path, ending);
    return name;
}

static bool is_there(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

static output_file *open_output(const char *path, bool force)
{
    output_file *file = output_file_open(path, force, &error);
    ck_assert_msg(file != NULL, "%s", error.message);
    return file;
}

static void put(output_file *file, const char *text)
{
    ck_assert_msg(output_file_write(file, text, strlen(text), &error), "%s", error.message);
}

static void flush(output_file *file)
{
    ck_assert_msg(output_file_flush(file, &error), "%s", error.message);
}

static void finish(output_file *file)
{
    ck_assert_msg(output_file_finish(file, &error), "%s", error.message);
}

static void expect_contents(const char *path, const char *expected)
{
    size_t length;
    char *data = test_read(path, &length);
    ck_assert_uint_eq(length, strlen(expected));
    ck_assert_str_eq(data, expected);
    free(data);
}

/* Reads a file, decompressed as its name says. Owns: the caller frees it. */
static char *read_back(const char *path, size_t *length)
{
    size_t room = 1 << 22;
    int64_t got;
    char *data = malloc(room);
    input_stream *stream = input_stream_open(path, &error);
    ck_assert_msg(stream != NULL, "%s", error.message);
    *length = 0;
    while ((got = input_stream_read(stream, data + *length, room - *length - 1, &error)) > 0)
        *length += (size_t)got;
    ck_assert_msg(got == 0, "%s", error.message);
    data[*length] = '\0';
    input_stream_close(stream);
    return data;
}

/* Reads what is in the .part file of a compressed output by now. */
static void expect_readable(const output_file *file, const char *ending, const char *expected)
{
    size_t length;
    char *stored = test_read(output_file_name(file), &length);
    const char *copy = with_ending(output_file_name(file), ending);
    test_write(copy, stored, length);
    char *data = read_back(copy, &length);
    ck_assert_str_eq(data, expected);
    free(stored);
    free(data);
}

/* Expects the message, in which each `%s` stands for `path`. */
static void expect_message(error_code code, const char *format, const char *path)
{
    char message[8192];
    snprintf(message, sizeof message, format, path, path, path);
    ck_assert_str_eq(error.message, message);
    ck_assert_int_eq(error.code, code);
}

static void expect_refused(const char *path, bool force, const char *format)
{
    ck_assert_ptr_null(output_file_open(path, force, &error));
    expect_message(ERROR_OUTPUT, format, path);
    memset(&error, 0, sizeof error);
    ck_assert(!output_file_check(path, force, &error));
    expect_message(ERROR_OUTPUT, format, path);
}

/* Runs a check in a process of its own, which may change its limits and its user. */
static bool holds_in_child(bool (*check)(const char *path), const char *path)
{
    int status;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) _exit(check(path) ? 0 : 1);
    waitpid(child, &status, 0);
    return status == 0;
}

/* Tells whether the message is right, and prints it if not. */
static bool message_is(error_code code, const char *format, const char *path)
{
    char message[8192];
    snprintf(message, sizeof message, format, path);
    if (error.code == code && strcmp(error.message, message) == 0) return true;
    fprintf(stderr, "found:    %s\nexpected: %s\n", error.message, message);
    return false;
}

static int replace_stdout(int descriptor)
{
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    ck_assert_int_eq(dup2(descriptor, STDOUT_FILENO), STDOUT_FILENO);
    close(descriptor);
    return saved;
}

static void restore_stdout(int saved)
{
    ck_assert_int_eq(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
    close(saved);
}

/* ---- Names --------------------------------------------------------------------------------- */

START_TEST(the_name_appears_when_the_file_is_complete)
{
    const char *path = inside("out.jsonl"), *part = with_ending(path, ".part");
    output_file *file = open_output(path, false);
    ck_assert_str_eq(output_file_name(file), part);
    put(file, "one\n");
    put(file, "");
    put(file, "two\n");
    ck_assert_uint_eq(output_file_bytes(file), 8);
    expect_contents(part, "one\ntwo\n");
    ck_assert(!is_there(path));
    finish(file);
    expect_contents(path, "one\ntwo\n");
    ck_assert(!is_there(part));
}
END_TEST

START_TEST(an_output_in_the_current_folder_needs_no_slash)
{
    ck_assert_int_eq(chdir(test_folder()), 0);
    output_file *file = open_output("out", false);
    put(file, "x");
    finish(file);
    expect_contents("out", "x");
    ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

START_TEST(an_abandoned_file_stays_as_part)
{
    const char *path = inside("out.jsonl"), *part = with_ending(path, ".part");
    output_file *file = open_output(path, false);
    put(file, "half");
    ck_assert(output_file_abandon(file, &error));
    expect_contents(part, "half");
    ck_assert(!is_there(path));
}
END_TEST

START_TEST(a_part_file_of_an_earlier_run_is_begun_anew)
{
    const char *path = inside("out.jsonl");
    test_write(with_ending(path, ".part"), "old and long", 12);
    output_file *file = open_output(path, false);
    put(file, "new");
    finish(file);
    expect_contents(path, "new");
}
END_TEST

START_TEST(an_existing_file_is_refused_without_force)
{
    const char *path = inside("out.jsonl");
    test_write(path, "precious", 8);
    expect_refused(path, false, "%s exists; add --force to replace it or choose another name");
    ck_assert(!is_there(with_ending(path, ".part")));
    expect_contents(path, "precious");
}
END_TEST

START_TEST(an_existing_file_is_replaced_at_the_end_with_force)
{
    const char *path = inside("out.jsonl");
    test_write(path, "old", 3);
    output_file *file = open_output(path, true);
    put(file, "new");
    expect_contents(path, "old");
    finish(file);
    expect_contents(path, "new");
}
END_TEST

START_TEST(a_file_that_appeared_during_the_run_is_not_replaced)
{
    const char *path = inside("out.jsonl"), *part = with_ending(path, ".part");
    output_file *file = open_output(path, false);
    put(file, "mine");
    test_write(path, "theirs", 6);
    ck_assert(!output_file_finish(file, &error));
    expect_message(ERROR_OUTPUT,
                   "cannot rename %s.part to %s: File exists; it is complete, rename it by hand",
                   path);
    expect_contents(path, "theirs");
    expect_contents(part, "mine");
}
END_TEST

START_TEST(a_folder_cannot_be_an_output)
{
    const char *folder = test_folder();
    expect_refused(folder, false, "%s is a folder; name a file in it");
    expect_refused(folder, true, "%s is a folder; name a file in it");
}
END_TEST

START_TEST(a_missing_folder_is_told_with_the_remedy)
{
    expect_refused(inside("no/out.jsonl"), false,
                   "cannot create %s.part: No such file or directory; make the folder first");
}
END_TEST

START_TEST(a_name_that_is_too_long_is_told)
{
    char name[300] = "";
    memset(name, 'x', 255);
    const char *path = inside(name);
    ck_assert_ptr_null(output_file_open(path, false, &error));
    expect_message(ERROR_OUTPUT, "cannot create %s.part: File name too long; choose another name",
                   path);
}
END_TEST

static bool is_refused_to_others(const char *path)
{
    if (geteuid() == 0 && setuid(65534) != 0) return false;
    return output_file_open(path, false, &error) == NULL &&
           message_is(ERROR_OUTPUT,
                      "cannot create %s.part: Permission denied; choose a folder that you may "
                      "write to",
                      path);
}

START_TEST(a_folder_that_others_own_is_refused)
{
    const char *folder = test_folder();
    ck_assert_int_eq(chmod(folder, 0555), 0);
    ck_assert(holds_in_child(is_refused_to_others, test_path(folder, "out.jsonl")));
}
END_TEST

/* ---- Locks --------------------------------------------------------------------------------- */

START_TEST(two_runs_do_not_write_one_file)
{
    const char *path = inside("out.jsonl");
    int ready[2], go_on[2], status;
    char byte = 0;
    ck_assert_int_eq(pipe(ready) + pipe(go_on), 0);
    pid_t child = fork();
    if (child == 0) {
        output_file *file = output_file_open(path, false, &error);
        bool fine = file != NULL && output_file_write(file, "first", 5, &error) &&
                    write(ready[1], "", 1) == 1 && read(go_on[0], &byte, 1) == 1 &&
                    output_file_finish(file, &error);
        _exit(fine ? 0 : 1);
    }
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    ck_assert_ptr_null(output_file_open(path, false, &error));
    expect_message(ERROR_OUTPUT,
                   "another run is writing %s.part; wait for it or choose another name", path);
    ck_assert_int_eq(write(go_on[1], "", 1), 1);
    waitpid(child, &status, 0);
    ck_assert_int_eq(status, 0);
    expect_contents(path, "first");
    output_file *file = open_output(path, true);
    finish(file);
    expect_contents(path, "");
    close(ready[0]), close(ready[1]), close(go_on[0]), close(go_on[1]);
}
END_TEST

START_TEST(a_lock_ends_with_its_run)
{
    const char *path = inside("out.jsonl");
    int status;
    pid_t child = fork();
    if (child == 0) {
        output_file *file = output_file_open(path, false, &error);
        bool fine = file != NULL && output_file_write(file, "killed", 6, &error);
        raise(fine ? SIGKILL : SIGTERM);
    }
    waitpid(child, &status, 0);
    ck_assert_int_eq(WTERMSIG(status), SIGKILL);
    output_file *file = open_output(path, false);
    put(file, "next");
    finish(file);
    expect_contents(path, "next");
}
END_TEST

/* ---- Not files ----------------------------------------------------------------------------- */

START_TEST(a_device_is_written_in_place)
{
    output_file *file = open_output("/dev/null", false);
    ck_assert_str_eq(output_file_name(file), "/dev/null");
    put(file, "gone");
    finish(file);
    ck_assert(!is_there("/dev/null.part"));
}
END_TEST

START_TEST(a_named_pipe_is_written_in_place)
{
    const char *path = inside("pipe");
    char data[16] = "";
    ck_assert_int_eq(mkfifo(path, 0644), 0);
    int from = open(path, O_RDWR);
    output_file *file = open_output(path, false);
    put(file, "through");
    ck_assert_int_eq(read(from, data, sizeof data), 7);
    ck_assert_str_eq(data, "through");
    finish(file);
    close(from);
    ck_assert(!is_there(with_ending(path, ".part")));
}
END_TEST

START_TEST(standard_output_is_written_and_left_open)
{
    const char *path = inside("collected");
    int saved = replace_stdout(open(path, O_RDWR | O_CREAT, 0644));
    output_file *file = open_output("-", false);
    ck_assert_str_eq(output_file_name(file), "-");
    put(file, "one\n");
    finish(file);
    ck_assert_int_eq(write(STDOUT_FILENO, "two\n", 4), 4);
    restore_stdout(saved);
    expect_contents(path, "one\ntwo\n");
}
END_TEST

START_TEST(a_slow_reader_of_a_non_blocking_pipe_is_waited_for)
{
    static char block[300000];
    int ends[2], status;
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        size_t held = 0;
        close(ends[1]);
        for (ssize_t got; (got = read(ends[0], block, 5000)) > 0; held += (size_t)got)
            nanosleep(&(struct timespec){0, 100000}, NULL);
        _exit(held == sizeof block ? 0 : 1);
    }
    close(ends[0]);
    ck_assert_int_eq(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    int saved = replace_stdout(ends[1]);
    output_file *file = open_output("-", false);
    bool fine = output_file_write(file, block, sizeof block, &error);
    finish(file);
    restore_stdout(saved);
    ck_assert_msg(fine, "%s", error.message);
    waitpid(child, &status, 0);
    ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(a_reader_that_went_away_is_a_broken_pipe)
{
    int ends[2];
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    ck_assert_int_eq(pipe(ends), 0);
    close(ends[0]);
    int saved = replace_stdout(ends[1]);
    output_file *file = open_output("-", false);
    bool written = output_file_write(file, "x", 1, &error);
    restore_stdout(saved);
    ck_assert(!written);
    expect_message(ERROR_BROKEN_PIPE,
                   "cannot write standard output: Broken pipe; the program that read it has ended",
                   "");
    ck_assert(!output_file_finish(file, &error));
    signal(SIGPIPE, before);
}
END_TEST

/* ---- Full disks ---------------------------------------------------------------------------- */

START_TEST(a_full_device_is_told)
{
    output_file *file = open_output("/dev/full", false);
    ck_assert(!output_file_write(file, "x", 1, &error));
    expect_message(ERROR_OUTPUT,
                   "cannot write %s: No space left on device; free some space and run again",
                   "/dev/full");
    ck_assert_uint_eq(output_file_bytes(file), 0);
    ck_assert(!output_file_finish(file, &error));
}
END_TEST

START_TEST(a_full_disk_under_standard_output_is_told)
{
    int saved = replace_stdout(open("/dev/full", O_WRONLY));
    output_file *file = open_output("-", false);
    bool written = output_file_write(file, "x", 1, &error);
    restore_stdout(saved);
    ck_assert(!written);
    expect_message(ERROR_OUTPUT,
                   "cannot write standard output: No space left on device; free some space and "
                   "run again",
                   "");
    ck_assert(!output_file_abandon(file, &error));
}
END_TEST

static bool fails_past_the_limit(const char *path)
{
    static char block[1 << 20];
    static const char format[] =
        "cannot write %s.part: File too large; raise the limit (ulimit -f) and run again";
    struct rlimit limit = {4096, 4096};
    srand(1);
    for (size_t i = 0; i < sizeof block; i++) block[i] = (char)(rand() >> 8);
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return false;
    output_file *file = output_file_open(path, false, &error);
    if (file == NULL || output_file_write(file, block, sizeof block, &error)) return false;
    if (!message_is(ERROR_OUTPUT, format, path)) return false;
    /* Nothing more is taken, and the damaged file never gets its name. */
    if (output_file_write(file, block, 1, &error) || !message_is(ERROR_OUTPUT, format, path))
        return false;
    if (output_file_flush(file, &error)) return false;
    return !output_file_finish(file, &error) && message_is(ERROR_OUTPUT, format, path);
}

START_TEST(a_file_with_a_hole_never_gets_its_name)
{
    static const char *const names[] = {"out", "out.gz", "out.zst"};
    struct stat status;
    const char *path = inside(names[_i]);
    ck_assert(holds_in_child(fails_past_the_limit, path));
    ck_assert(!is_there(path));
    ck_assert_int_eq(stat(with_ending(path, ".part"), &status), 0);
    ck_assert_int_eq(status.st_size, 4096);
}
END_TEST

/* ---- Compressed ---------------------------------------------------------------------------- */

static const char *const endings[] = {".gz", ".zst"};

START_TEST(compressed_output_is_readable_up_to_the_last_flush)
{
    size_t length;
    const char *path = inside(with_ending("out", endings[_i]));
    output_file *file = open_output(path, false);
    put(file, "one ");
    put(file, "two ");
    flush(file);
    expect_readable(file, endings[_i], "one two ");
    put(file, "three");
    flush(file);
    expect_readable(file, endings[_i], "one two three");
    put(file, ".");
    ck_assert_uint_eq(output_file_bytes(file), 14);
    finish(file);
    char *data = read_back(path, &length);
    ck_assert_str_eq(data, "one two three.");
    free(data);
}
END_TEST

START_TEST(a_flush_without_new_bytes_adds_nothing)
{
    struct stat first, second;
    const char *path = inside(with_ending("out", endings[_i]));
    output_file *file = open_output(path, false);
    flush(file);
    ck_assert_int_eq(stat(output_file_name(file), &first), 0);
    ck_assert_int_eq(first.st_size, 0);
    put(file, "bytes");
    flush(file);
    ck_assert_int_eq(stat(output_file_name(file), &first), 0);
    flush(file);
    put(file, "");
    finish(file);
    ck_assert_int_eq(stat(path, &second), 0);
    ck_assert_int_eq(first.st_size, second.st_size);
}
END_TEST

START_TEST(an_empty_compressed_output_is_a_valid_one)
{
    size_t length;
    struct stat status;
    const char *path = inside(with_ending("out", endings[_i]));
    finish(open_output(path, false));
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_int_gt(status.st_size, 0);
    free(read_back(path, &length));
    ck_assert_uint_eq(length, 0);
}
END_TEST

START_TEST(an_abandoned_compressed_output_is_readable)
{
    size_t length;
    const char *path = inside(with_ending("out", endings[_i]));
    const char *copy = with_ending(path, endings[_i]);
    output_file *file = open_output(path, false);
    put(file, "half");
    ck_assert(output_file_abandon(file, &error));
    char *stored = test_read(with_ending(path, ".part"), &length);
    test_write(copy, stored, length);
    free(stored);
    char *data = read_back(copy, &length);
    ck_assert_str_eq(data, "half");
    free(data);
}
END_TEST

START_TEST(the_same_input_gives_the_same_bytes)
{
    static const char no_time_and_no_name[] = {0, 0, 0, 0, 0};
    const char *folder = test_folder();
    const char *paths[] = {test_path(folder, with_ending("first", endings[_i])),
                           test_path(folder, with_ending("second", endings[_i]))};
    char *stored[2];
    size_t lengths[2];
    for (int i = 0; i < 2; i++) {
        output_file *file = open_output(paths[i], false);
        put(file, "the same\n");
        flush(file);
        put(file, "bytes\n");
        finish(file);
        stored[i] = test_read(paths[i], &lengths[i]);
    }
    ck_assert_uint_eq(lengths[0], lengths[1]);
    ck_assert_int_eq(memcmp(stored[0], stored[1], lengths[0]), 0);
    if (_i == 0) ck_assert_int_eq(memcmp(stored[0] + 3, no_time_and_no_name, 5), 0);
    free(stored[0]);
    free(stored[1]);
}
END_TEST

START_TEST(other_programs_can_read_it)
{
    static const char *const programs[] = {"gzip", "zstd"};
    char command[16384];
    const char *path = inside(with_ending("out", endings[_i])), *copy = with_ending(path, ".txt");
    output_file *file = open_output(path, false);
    put(file, "one\n");
    flush(file);
    put(file, "two\n");
    finish(file);
    snprintf(command, sizeof command, "command -v %s >%s || exit 127; %s -dc %s >%s", programs[_i],
             copy, programs[_i], path, copy);
    int status = system(command);
    if (WEXITSTATUS(status) == 127) return; /* not installed */
    ck_assert_int_eq(status, 0);
    expect_contents(copy, "one\ntwo\n");
}
END_TEST

/* Random writes and flushes; what is read back is what went in. */
START_TEST(anything_written_comes_back)
{
    static const char *const names[] = {"out", "out.gz", "out.zst"};
    static char block[1 << 20];
    unsigned seed = (unsigned)time(NULL) + (unsigned)_i;
    const char *path = inside(names[_i % 3]);
    size_t total = 0, length;
    srand(seed);
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = (char)(i % 65536 < 40000 ? "abc"[rand() % 3] : rand() >> 8);
    output_file *file = open_output(path, false);
    while (total < sizeof block) {
        size_t piece = (size_t)rand() % (rand() % 4 == 0 ? 300000 : 500);
        if (piece > sizeof block - total) piece = sizeof block - total;
        ck_assert(output_file_write(file, block + total, piece, &error));
        total += piece;
        if (rand() % 8 == 0) flush(file);
    }
    ck_assert_uint_eq(output_file_bytes(file), total);
    finish(file);
    char *data = read_back(path, &length);
    ck_assert_msg(length == total && memcmp(data, block, total) == 0, "seed %u", seed);
    free(data);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {the_name_appears_when_the_file_is_complete,
                                  an_output_in_the_current_folder_needs_no_slash,
                                  an_abandoned_file_stays_as_part,
                                  a_part_file_of_an_earlier_run_is_begun_anew,
                                  an_existing_file_is_refused_without_force,
                                  an_existing_file_is_replaced_at_the_end_with_force,
                                  a_file_that_appeared_during_the_run_is_not_replaced,
                                  a_folder_cannot_be_an_output,
                                  a_missing_folder_is_told_with_the_remedy,
                                  a_name_that_is_too_long_is_told,
                                  a_folder_that_others_own_is_refused,
                                  two_runs_do_not_write_one_file,
                                  a_lock_ends_with_its_run,
                                  a_device_is_written_in_place,
                                  a_named_pipe_is_written_in_place,
                                  standard_output_is_written_and_left_open,
                                  a_slow_reader_of_a_non_blocking_pipe_is_waited_for,
                                  a_reader_that_went_away_is_a_broken_pipe,
                                  a_full_device_is_told,
                                  a_full_disk_under_standard_output_is_told,
                                  NULL};
    const TTest *const compressed[] = {compressed_output_is_readable_up_to_the_last_flush,
                                       a_flush_without_new_bytes_adds_nothing,
                                       an_empty_compressed_output_is_a_valid_one,
                                       an_abandoned_compressed_output_is_readable,
                                       the_same_input_gives_the_same_bytes,
                                       other_programs_can_read_it,
                                       NULL};
    Suite *suite = test_suite("output_file", tests);
    TCase *formats = tcase_create("formats");
    tcase_set_timeout(formats, 60);
    for (size_t i = 0; compressed[i] != NULL; i++)
        tcase_add_loop_test(formats, compressed[i], 0, 2);
    tcase_add_loop_test(formats, a_file_with_a_hole_never_gets_its_name, 0, 3);
    tcase_add_loop_test(formats, anything_written_comes_back, 0, 6);
    suite_add_tcase(suite, formats);
    return test_run(suite);
}
