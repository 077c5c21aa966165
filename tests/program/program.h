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

/* Builds the stage of tests/program/plugins as fussy.so in the folder, and fussy.ini that runs it.
 */
static inline void build_fussy(void)
{
    test_outcome built = test_shell("${CC:-cc} -shared -fPIC -Iinclude -o '%s/fussy.so' "
                                    "tests/program/plugins/fussy.c && chmod 755 '%s/fussy.so'",
                                    home, home);
    expect(built, 0, "", "");
    write_file("fussy.ini", "[fussy]\nplugin = ./fussy.so\n[output]\nplugin = jsonl\n");
}

#endif
