/* program - what the tests of the whole program share: a folder with a pipeline in it, commands
 * that run there, and comparing everything that comes out. */
#ifndef TESTS_PROGRAM_PROGRAM_H
#define TESTS_PROGRAM_PROGRAM_H

#include "test.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char home[PATH_MAX]; /* the folder of this test */

static inline void write_file(const char *name, const char *text)
{
    test_write(test_path(home, name), text, strlen(text));
}

/* Makes the folder, with x.ini in it, which only writes what it reads. */
static inline void begin(void)
{
    ck_assert_ptr_nonnull(realpath(test_folder(), home));
    write_file("x.ini", "[output]\nplugin = jsonl\n");
    unsetenv("TEXTMILL_PLUGIN_PATH");
}

/* Runs a shell command in the folder. */
__attribute__((format(printf, 1, 2))) static inline test_outcome in_home(const char *format, ...)
{
    char command[12000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    return test_shell("cd '%s' || exit 99\n%s", home, command);
}

/* Compares all of an outcome, and frees it. */
static inline void expect(test_outcome outcome, int exit_code, const char *out, const char *err)
{
    ck_assert_str_eq(outcome.err, err);
    ck_assert_str_eq(outcome.out, out);
    ck_assert_int_eq(outcome.exit_code, exit_code);
    free(outcome.out);
    free(outcome.err);
}

/* Compares a file of the folder. */
static inline void expect_file(const char *name, const char *expected)
{
    char *text = test_read(test_path(home, name), NULL);
    ck_assert_str_eq(text, expected);
    free(text);
}

static inline void expect_no_file(const char *name)
{
    ck_assert_msg(access(test_path(home, name), F_OK) != 0, "%s is there", name);
}

/* Compares two files of the folder, byte for byte. */
static inline void expect_same_file(const char *name, const char *expected_name)
{
    size_t length, expected_length, at = 0;
    char *data = test_read(test_path(home, name), &length);
    char *expected = test_read(test_path(home, expected_name), &expected_length);
    while (at < length && at < expected_length && data[at] == expected[at]) at++;
    ck_assert_msg(at == length && at == expected_length,
                  "%s (%zu bytes) and %s (%zu bytes) differ at byte %zu", name, length,
                  expected_name, expected_length, at);
    free(data);
    free(expected);
}

/* Builds the stage tests/program/plugins/NAME.c as NAME.so in the folder. */
static inline void build_plugin(const char *name)
{
    expect(test_shell("${CC:-cc} -shared -fPIC -Iinclude -o '%s/%s.so' "
                      "tests/program/plugins/%s.c && chmod 755 '%s/%s.so'",
                      home, name, name, home, name),
           0, "", "");
}

/* Builds the stage fussy, and fussy.ini that runs it. */
static inline void build_fussy(void)
{
    build_plugin("fussy");
    write_file("fussy.ini", "[fussy]\nplugin = ./fussy.so\n[output]\nplugin = jsonl\n");
}

#endif
