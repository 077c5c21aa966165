#include "test.h"

#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int test_run(Suite *suite)
{
    umask(022); /* what tests write and build is then not refused as writable by others */
    if (TEST_SANITIZED) setenv("NO_SANDBOX", "1", 1);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    int ran = srunner_ntests_run(runner);
    srunner_free(runner);
    if (ran == 0) fprintf(stderr, "no test ran\n");
    return failed != 0 || ran == 0;
}

static void (*prepare_once)(void);

void test_prepare_with(void (*prepare)(void))
{
    prepare_once = prepare;
}

/* Check runs it before each test case. */
static void prepare(void)
{
    void (*wanted)(void) = prepare_once;
    prepare_once = NULL;
    if (wanted != NULL) wanted();
}

static TCase *add_case(Suite *suite, const char *name)
{
    TCase *test_case = tcase_create(name);
    tcase_set_timeout(test_case, 60);
    tcase_add_unchecked_fixture(test_case, prepare, NULL);
    suite_add_tcase(suite, test_case);
    return test_case;
}

Suite *test_suite(const char *name, const TTest *const *tests)
{
    Suite *suite = suite_create(name);
    TCase *test_case = add_case(suite, name);
    for (; *tests != NULL; tests++) tcase_add_test(test_case, *tests);
    return suite;
}

void test_add_loop(Suite *suite, const char *name, const TTest *test, int count)
{
    tcase_add_loop_test(add_case(suite, name), test, 0, count);
}

/* Checks outside of a running test too, where Check's own assertions do not work. */
static void require(int condition, const char *what)
{
    if (condition) return;
    perror(what);
    exit(99);
}

/* ---- Files --------------------------------------------------------------------------------- */

static char folder[4096];
static pid_t folder_owner;

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static void remove_folder(void)
{
    if (folder_owner == getpid()) nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *test_folder(void)
{
    const char *base = getenv("TMPDIR");
    if (folder_owner == getpid()) remove_folder();
    snprintf(folder, sizeof folder, "%s/textmill-test-XXXXXX", base != NULL ? base : "/tmp");
    require(mkdtemp(folder) != NULL, folder);
    require(chmod(folder, 0755) == 0, folder);
    if (folder_owner != getpid()) atexit(remove_folder);
    folder_owner = getpid();
    return folder;
}

const char *test_path(const char *where, const char *name)
{
    static char paths[8][4096];
    static unsigned turn;
    char *path = paths[turn++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", where, name);
    return path;
}

void test_write(const char *path, const void *data, size_t length)
{
    FILE *file = fopen(path, "wb");
    require(file != NULL, path);
    require(fwrite(data, 1, length, file) == length, path);
    require(fclose(file) == 0, path);
}

/* Lets a leak checker see what lives until the process ends. */
static void keep(char *text)
{
    static char **kept;
    static size_t count;
    kept = realloc(kept, (count + 1) * sizeof *kept);
    require(kept != NULL, "realloc");
    kept[count++] = text;
}

char *test_read(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    size_t held = 0, room = 1 << 16;
    char *data = malloc(room);
    require(file != NULL, path);
    for (;;) {
        held += fread(data + held, 1, room - held - 1, file);
        if (held < room - 1) break;
        data = realloc(data, room *= 2);
    }
    fclose(file);
    data[held] = '\0';
    if (length != NULL) *length = held;
    keep(data);
    return data;
}

/* ---- The program --------------------------------------------------------------------------- */

const char *test_programs(void)
{
    static char programs[PATH_MAX];
    const char *where = BUILD;
    if (getenv("NO_SANDBOX") != NULL) where = "tests/no_sandbox";
    if (getenv("ONE_PROCESS") != NULL) where = "tests/one_process";
    snprintf(programs, sizeof programs,
             "export TEXTMILL_PROGRAM=\"$PWD/" BUILD "/textmill\" PATH=\"$PWD/%s:$PATH\"", where);
    return programs;
}

test_outcome test_shell(const char *format, ...)
{
    char command[16384], whole[32768];
    char out[] = "/tmp/textmill-out-XXXXXX", err[] = "/tmp/textmill-err-XXXXXX";
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    close(mkstemp(out));
    close(mkstemp(err));
    snprintf(whole, sizeof whole, "unset MAKEFLAGS MAKELEVEL; %s; { %s\n} >%s 2>%s </dev/null",
             test_programs(), command, out, err);
    int status = system(whole);
    test_outcome result = {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                           test_read(out, NULL), test_read(err, NULL)};
    unlink(out);
    unlink(err);
    return result;
}
