/* test - what all test programs share: running a suite, temporary folders, running the program. */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <check.h>
#include <stddef.h>

/* Sanitizers need calls of their own, which the sandbox refuses, and much memory. */
#ifdef __SANITIZE_ADDRESS__
#define TEST_SANITIZED 1
#else
#define TEST_SANITIZED 0
#endif

/* Runs a suite as CK_ environment variables say, prints Check's closing line, and returns the exit
 * code: 1 if a test failed, or if none ran. */
int test_run(Suite *suite);

/* Has a function run once before the first test of the suites made from now on, by the process that
 * all tests come from; what it makes is theirs. */
void test_prepare_with(void (*prepare)(void));

/* Makes a suite of one test case and adds every test of a NULL-terminated list to it. */
Suite *test_suite(const char *name, const TTest *const *tests);

/* Adds a test that is run `count` times, with _i from 0, to a suite. A minute each. */
void test_add_loop(Suite *suite, const char *name, const TTest *test, int count);

/* Makes a folder for this test, mode 0755, below $TMPDIR or /tmp; it is removed when the process
 * that made it ends. Owns: static until the next call. */
const char *test_folder(void);

/* Joins folder and name. Owns: static, one of eight that are used in turn. */
const char *test_path(const char *folder, const char *name);

/* Writes and reads whole files; an error fails the test. The contents read are NUL-terminated. */
void test_write(const char *path, const void *data, size_t length);
char *test_read(const char *path, size_t *length);

/* What a command printed and how it ended. */
typedef struct test_outcome {
    int exit_code; /* 128 + signal if a signal ended it */
    char *out;
    char *err;
} test_outcome;

/* Returns shell commands by which `textmill` is found: the program in the build folder, or what
 * stands for it if ONE_PROCESS or NO_SANDBOX is set. Owns: static. */
const char *test_programs(void);

/* Runs a shell command; %-sequences are filled in as by printf. `textmill` in it is found through
 * PATH, which starts with the build folder. Owns: the strings live until the process ends. */
test_outcome test_shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
