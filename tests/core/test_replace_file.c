/* Replacing small files: whoever looks, whenever, finds a whole text; a fault keeps the old one. */
#include "test.h"

#include "file.h"
#include "replace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- Helpers ------------------------------------------------------------------------------- */

#define SKIPPED 77 /* exit code of a check that this machine does not allow */

static mill_error error;

static const char *inside(const char *name)
{
    return test_path(test_folder(), name);
}

static const char *new_of(const char *path)
{
    static char name[4200];
    snprintf(name, sizeof name, "%s.new", path);
    return name;
}

static bool is_there(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

static bool put(const char *path, const char *text)
{
    return replace_file(path, text, strlen(text), REPLACE_FOR_READERS, &error);
}

static void expect_put(const char *path, const char *text)
{
    ck_assert_msg(put(path, text), "%s", error.message);
}

static void expect_contents(const char *path, const char *expected)
{
    char *data = test_read(path, NULL);
    ck_assert_str_eq(data, expected);
    free(data);
}

/* Compares a message, in which each `%s` stands for `path`, and prints one that is wrong. */
static bool message_is(error_code code, const char *format, const char *path)
{
    char message[8192];
    snprintf(message, sizeof message, format, path, path, path);
    if (error.code == code && strcmp(error.message, message) == 0) return true;
    fprintf(stderr, "found:    %s\nexpected: %s\n", error.message, message);
    return false;
}

static bool is_refused(const char *path, error_code code, const char *format)
{
    return !put(path, "new") && message_is(code, format, path);
}

/* Runs a check in a process of its own, which may change its limits, its user, its mounts. */
static void expect_in_child(int (*check)(const char *path), const char *path)
{
    int status;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) _exit(check(path));
    waitpid(child, &status, 0);
    ck_assert_msg(status == 0 || WEXITSTATUS(status) == SKIPPED, "ended with status %d", status);
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

/* ---- Replacing ----------------------------------------------------------------------------- */

START_TEST(makes_a_file_and_replaces_it)
{
    const char *path = inside("numbers.json");
    expect_put(path, "the first, long one\n");
    expect_contents(path, "the first, long one\n");
    expect_put(path, "next\n");
    expect_contents(path, "next\n");
    ck_assert(replace_file(path, "kept\n", 5, REPLACE_FOR_GOOD, &error));
    expect_contents(path, "kept\n");
    expect_put(path, "");
    expect_contents(path, "");
    ck_assert(!is_there(new_of(path)));
}
END_TEST

START_TEST(a_file_in_the_current_folder_needs_no_slash)
{
    ck_assert_int_eq(chdir(test_folder()), 0);
    ck_assert(replace_file("numbers", "x", 1, REPLACE_FOR_GOOD, &error));
    expect_contents("numbers", "x");
    ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

START_TEST(a_new_file_that_was_left_behind_is_begun_anew)
{
    const char *path = inside("numbers.json");
    test_write(new_of(path), "half of a long text", 19);
    expect_put(path, "whole");
    expect_contents(path, "whole");
    ck_assert(!is_there(new_of(path)));
}
END_TEST

START_TEST(a_symbolic_link_stays_and_its_file_is_replaced)
{
    const char *folder = test_folder();
    const char *path = test_path(folder, "link"), *target = test_path(folder, "target");
    struct stat status;
    test_write(target, "old", 3);
    ck_assert_int_eq(symlink("target", path), 0);
    expect_put(path, "new");
    ck_assert_int_eq(lstat(path, &status), 0);
    ck_assert(S_ISLNK(status.st_mode));
    expect_contents(target, "new");
}
END_TEST

/* ---- At every instant ---------------------------------------------------------------------- */

enum { SHORT_TEXT = 50000, LONG_TEXT = 300000 };

/* A text of one letter, whose length goes with the letter. */
static size_t length_of(char letter)
{
    return letter % 2 == 0 ? SHORT_TEXT : LONG_TEXT;
}

static void keep_replacing(const char *path, char first)
{
    static char text[LONG_TEXT];
    for (int turn = 0;; turn++) {
        char letter = (char)(first + turn % 2);
        memset(text, letter, sizeof text);
        if (!replace_file(path, text, length_of(letter), REPLACE_FOR_READERS, &error)) _exit(1);
    }
}

static pid_t start_replacing(const char *path, char first)
{
    pid_t child = fork();
    if (child == 0) keep_replacing(path, first);
    return child;
}

static void end(pid_t child)
{
    int status;
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    ck_assert_int_eq(WTERMSIG(status), SIGKILL); /* and not by itself, with a failure */
}

static void expect_whole(const char *path)
{
    size_t length;
    char *text = test_read(path, &length);
    ck_assert_uint_eq(length, length_of(text[0]));
    for (size_t i = 1; i < length; i++)
        if (text[i] != text[0]) ck_abort_msg("a mixed text");
    free(text);
}

START_TEST(readers_never_find_a_half_file)
{
    const char *path = inside("numbers.json");
    pid_t child = start_replacing(path, 'a');
    while (!is_there(path)) usleep(100);
    for (int i = 0; i < 300; i++) expect_whole(path);
    end(child);
}
END_TEST

START_TEST(two_processes_that_replace_one_file_take_turns)
{
    const char *path = inside("numbers.json");
    pid_t children[] = {start_replacing(path, 'a'), start_replacing(path, 'c')};
    while (!is_there(path)) usleep(100);
    for (int i = 0; i < 300; i++) expect_whole(path);
    end(children[0]);
    end(children[1]);
}
END_TEST

START_TEST(a_kill_at_any_instant_leaves_a_whole_file)
{
    unsigned seed = (unsigned)time(NULL);
    const char *path = inside("numbers.json");
    srand(seed);
    for (int i = 0; i < 60; i++) {
        pid_t child = start_replacing(path, (char)('a' + i % 20));
        while (!is_there(path)) usleep(100);
        usleep((useconds_t)(rand() % 3000));
        end(child);
        expect_whole(path);
    }
    expect_put(path, "and it can be replaced again");
    ck_assert(!is_there(new_of(path)));
}
END_TEST

/* ---- What cannot be replaced --------------------------------------------------------------- */

START_TEST(tells_what_can_be_replaced)
{
    const char *path = inside("x"), *folder = test_folder();
    ck_assert(replace_file_is_possible(path));
    test_write(test_path(folder, "file"), "", 0);
    ck_assert(replace_file_is_possible(test_path(folder, "file")));
    ck_assert_int_eq(mkfifo(test_path(folder, "pipe"), 0644), 0);
    ck_assert(!replace_file_is_possible(test_path(folder, "pipe")));
    static const char *const not [] = {"-", "/dev/null", "/dev/stdout", "/dev/fd/1",
                                       "/proc/self/fd/1"};
    for (size_t i = 0; i < sizeof not / sizeof *not ; i++)
        ck_assert_msg(!replace_file_is_possible(not [i]), "%s", not [i]);
}
END_TEST

START_TEST(a_device_is_written_in_place)
{
    struct stat status;
    expect_put("/dev/null", "gone");
    ck_assert_int_eq(stat("/dev/null", &status), 0);
    ck_assert(S_ISCHR(status.st_mode));
    ck_assert(!is_there("/dev/null.new"));
}
END_TEST

START_TEST(a_named_pipe_is_written_in_place)
{
    const char *path = inside("pipe");
    char data[16] = "";
    ck_assert_int_eq(mkfifo(path, 0644), 0);
    int from = open(path, O_RDWR);
    expect_put(path, "through");
    ck_assert_int_eq(read(from, data, sizeof data), 7);
    ck_assert_str_eq(data, "through");
    close(from);
    ck_assert(!is_there(new_of(path)));
}
END_TEST

/* A file under standard output belongs to the shell: what is in it and its name must stay. */
START_TEST(standard_output_is_added_to_under_any_name)
{
    static const char *const names[] = {"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"};
    const char *path = inside("collected");
    struct stat link;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int saved = replace_stdout(open(path, O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0644));
        ck_assert_int_eq(write(STDOUT_FILENO, "one\n", 4), 4);
        bool done = put(names[i], "two\n");
        restore_stdout(saved);
        ck_assert_msg(done, "%s: %s", names[i], error.message);
        expect_contents(path, "one\ntwo\n");
    }
    ck_assert_int_eq(lstat("/dev/stdout", &link), 0);
    ck_assert(S_ISLNK(link.st_mode));
}
END_TEST

static void do_nothing(int number)
{
    (void)number;
}

/* A pipe takes part of it at a time, and signals interrupt each wait. */
START_TEST(interrupted_and_short_writes_are_continued)
{
    static char block[300000];
    const char *path = inside("pipe");
    struct sigaction action = {.sa_handler = do_nothing};
    struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
    int status;
    ck_assert_int_eq(mkfifo(path, 0644), 0);
    pid_t child = fork();
    if (child == 0) {
        size_t held = 0;
        int from = open(path, O_RDONLY);
        for (ssize_t got; (got = read(from, block, 5000)) > 0; held += (size_t)got)
            nanosleep(&(struct timespec){0, 1000000}, NULL);
        _exit(held == sizeof block ? 0 : 1);
    }
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    bool done = replace_file(path, block, sizeof block, REPLACE_FOR_READERS, &error);
    setitimer(ITIMER_REAL, &never, NULL);
    ck_assert_msg(done, "%s", error.message);
    waitpid(child, &status, 0);
    ck_assert_int_eq(status, 0);
}
END_TEST

/* ---- Faults -------------------------------------------------------------------------------- */

START_TEST(a_reader_that_went_away_is_a_broken_pipe)
{
    int ends[2];
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    ck_assert_int_eq(pipe(ends), 0);
    close(ends[0]);
    int saved = replace_stdout(ends[1]);
    bool written = put("-", "x");
    restore_stdout(saved);
    signal(SIGPIPE, before);
    ck_assert(!written);
    ck_assert(message_is(ERROR_BROKEN_PIPE,
                         "cannot write standard output: Broken pipe; the program that read it has "
                         "ended",
                         ""));
}
END_TEST

START_TEST(a_missing_folder_is_told_with_the_remedy)
{
    ck_assert(is_refused(inside("no/numbers.json"), ERROR_OUTPUT,
                         "cannot create %s.new: No such file or directory; make the folder first"));
}
END_TEST

START_TEST(a_name_that_is_too_long_is_told)
{
    char name[300] = "";
    memset(name, 'x', 255);
    ck_assert(is_refused(inside(name), ERROR_OUTPUT,
                         "cannot create %s.new: File name too long; choose another name"));
}
END_TEST

START_TEST(a_full_device_is_told)
{
    ck_assert(
        is_refused("/dev/full", ERROR_OUTPUT,
                   "cannot write %s: No space left on device; free some space and run again"));
}
END_TEST

static int fails_past_the_limit(const char *path)
{
    static char block[100000];
    struct rlimit limit = {4096, 4096};
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return SKIPPED;
    return replace_file(path, block, sizeof block, REPLACE_FOR_READERS, &error) ||
           !message_is(ERROR_OUTPUT,
                       "cannot write %s.new: File too large; raise the limit (ulimit -f) and run "
                       "again",
                       path);
}

START_TEST(a_text_over_the_file_size_limit_leaves_the_old_one)
{
    const char *path = inside("numbers.json");
    test_write(path, "old", 3);
    expect_in_child(fails_past_the_limit, path);
    expect_contents(path, "old");
    ck_assert(!is_there(new_of(path)));
}
END_TEST

/* Mounts a small disk over the file's folder, seen by this process only. Only root may. */
static bool mount_small_disk(const char *path, unsigned long flags)
{
    char *folder = file_folder(path);
    bool mounted = unshare(CLONE_NEWNS) == 0 &&
                   mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0 &&
                   mount("small", folder, "tmpfs", flags, "size=64k") == 0;
    free(folder);
    return mounted;
}

static int fails_on_a_full_disk(const char *path)
{
    static char block[100000];
    char text[8] = "";
    if (!mount_small_disk(path, 0)) return SKIPPED;
    if (!put(path, "old")) return 1;
    if (replace_file(path, block, sizeof block, REPLACE_FOR_GOOD, &error) ||
        !message_is(ERROR_OUTPUT,
                    "cannot write %s.new: No space left on device; free some space and run again",
                    path))
        return 2;
    int descriptor = open(path, O_RDONLY);
    ssize_t got = read(descriptor, text, sizeof text);
    close(descriptor);
    return got != 3 || strcmp(text, "old") != 0 || is_there(new_of(path));
}

START_TEST(a_full_disk_leaves_the_old_text)
{
    expect_in_child(fails_on_a_full_disk, inside("numbers.json"));
}
END_TEST

static int fails_on_a_disk_that_cannot_be_written_to(const char *path)
{
    if (!mount_small_disk(path, MS_RDONLY)) return SKIPPED;
    return !is_refused(path, ERROR_OUTPUT,
                       "cannot create %s.new: Read-only file system; choose a folder that you may "
                       "write to");
}

START_TEST(a_disk_that_cannot_be_written_to_is_told)
{
    expect_in_child(fails_on_a_disk_that_cannot_be_written_to, inside("numbers.json"));
}
END_TEST

static int is_refused_to_others(const char *path)
{
    if (geteuid() == 0 && setuid(65534) != 0) return SKIPPED;
    return !is_refused(path, ERROR_OUTPUT,
                       "cannot create %s.new: Permission denied; choose a folder that you may "
                       "write to");
}

START_TEST(a_folder_that_others_own_is_refused)
{
    const char *folder = test_folder();
    ck_assert_int_eq(chmod(folder, 0555), 0);
    expect_in_child(is_refused_to_others, test_path(folder, "numbers.json"));
}
END_TEST

static int may_not_be_renamed_over(const char *path)
{
    if (geteuid() != 0 || setuid(65534) != 0) return SKIPPED;
    return !is_refused(path, ERROR_OUTPUT,
                       "cannot rename %s.new to %s: Operation not permitted; choose a folder that "
                       "you may write to");
}

/* As in /tmp: everybody may make files, nobody may replace those of others. */
START_TEST(a_file_that_others_own_is_not_replaced)
{
    const char *folder = test_folder(), *path = test_path(folder, "numbers.json");
    ck_assert_int_eq(chmod(folder, 01777), 0);
    test_write(path, "theirs", 6);
    expect_in_child(may_not_be_renamed_over, path);
    expect_contents(path, "theirs");
    ck_assert(!is_there(new_of(path)));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {makes_a_file_and_replaces_it,
                                  a_file_in_the_current_folder_needs_no_slash,
                                  a_new_file_that_was_left_behind_is_begun_anew,
                                  a_symbolic_link_stays_and_its_file_is_replaced,
                                  readers_never_find_a_half_file,
                                  two_processes_that_replace_one_file_take_turns,
                                  a_kill_at_any_instant_leaves_a_whole_file,
                                  tells_what_can_be_replaced,
                                  a_device_is_written_in_place,
                                  a_named_pipe_is_written_in_place,
                                  standard_output_is_added_to_under_any_name,
                                  interrupted_and_short_writes_are_continued,
                                  a_reader_that_went_away_is_a_broken_pipe,
                                  a_missing_folder_is_told_with_the_remedy,
                                  a_name_that_is_too_long_is_told,
                                  a_full_device_is_told,
                                  a_text_over_the_file_size_limit_leaves_the_old_one,
                                  a_full_disk_leaves_the_old_text,
                                  a_disk_that_cannot_be_written_to_is_told,
                                  a_folder_that_others_own_is_refused,
                                  a_file_that_others_own_is_not_replaced,
                                  NULL};
    return test_run(test_suite("replace_file", tests));
}
