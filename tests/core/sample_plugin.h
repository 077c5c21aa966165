/* sample_plugin - plug-ins for the tests of loading, built while the tests run. */
#ifndef TESTS_CORE_SAMPLE_PLUGIN_H
#define TESTS_CORE_SAMPLE_PLUGIN_H

#include "test.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Makes a suite whose tests share what `build` makes, once, before the first of them. */
static inline Suite *sample_suite(const char *name, const TTest *const *tests, void (*build)(void))
{
    Suite *suite = suite_create(name);
    TCase *test_case = tcase_create(name);
    tcase_set_timeout(test_case, 60);
    tcase_add_unchecked_fixture(test_case, build, NULL);
    for (; *tests != NULL; tests++) tcase_add_test(test_case, *tests);
    suite_add_tcase(suite, test_case);
    return suite;
}

/* Returns the folder of all samples, named without symbolic links in it; it is removed when the
 * process that asked first ends. */
static inline const char *sample_root(void)
{
    static char root[PATH_MAX];
    if (root[0] == '\0' && realpath(test_folder(), root) == NULL) abort();
    return root;
}

/* Makes a folder for one test. Owns: static until the next call. */
static inline const char *sample_folder(void)
{
    static char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", test_path(sample_root(), "test-XXXXXX"));
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chmod(folder, 0755), 0);
    return folder;
}

#define SAMPLE "tests/core/plugins/sample.c"

/* Builds folder/name with cc; `arguments`, filled in as by printf, name the source and more. */
__attribute__((format(printf, 3, 4))) static inline void
sample_build(const char *folder, const char *name, const char *arguments, ...)
{
    char filled[8192];
    va_list list;
    va_start(list, arguments);
    vsnprintf(filled, sizeof filled, arguments, list);
    va_end(list);
    test_outcome built = test_shell("${CC:-cc} -shared -fPIC -Iinclude -o '%s/%s' %s && "
                                    "chmod 755 '%s/%s'",
                                    folder, name, filled, folder, name);
    ck_assert_msg(built.exit_code == 0, "%s cannot be built: %s", name, built.err);
    free(built.out);
    free(built.err);
}

/* Writes bytes as folder/name, with a mode that is trusted. Owns: as test_path. */
static inline const char *sample_write(const char *folder, const char *name, const void *data,
                                       size_t length)
{
    const char *path = test_path(folder, name);
    test_write(path, data, length);
    ck_assert_int_eq(chmod(path, 0755), 0);
    return path;
}

/* Copies a file from one folder to another under a name of its own. Owns: as test_path. */
static inline const char *sample_copy(const char *from, const char *name, const char *to,
                                      const char *new_name)
{
    size_t length;
    char *data = test_read(test_path(from, name), &length);
    const char *path = sample_write(to, new_name, data, length);
    free(data);
    return path;
}

#endif
