/* What an author and an administrator do: install into a prefix, build plug-ins against it with one
 * cc line, run them from a pipeline file. */
#include "test.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static char prefix[PATH_MAX];
static const char *const unconfined = TEST_SANITIZED ? "--set pipeline.sandbox=off" : "";

/* Installs once; the tests look at the same prefix. */
static void install(void)
{
    strcpy(prefix, test_folder());
    test_outcome made =
        test_shell("make --no-print-directory install BUILD=%s PREFIX=%s", BUILD, prefix);
    ck_assert_msg(made.exit_code == 0, "make install failed: %s", made.err);
}

static void expect_file(const char *name)
{
    test_outcome found = test_shell("test -s %s/%s", prefix, name);
    ck_assert_msg(found.exit_code == 0, "%s is not installed", name);
}

/* Builds an example as its first lines say, against the installed header. */
static void build_example(const char *compiler, const char *name, const char *extension)
{
    test_outcome built = test_shell(
        "cp examples/plugins/%s.%s examples/plugins/own.ini %s/ && cd %s && "
        "export PKG_CONFIG_PATH=%s/lib/pkgconfig && "
        "%s -shared -fPIC -O2 -Wall -Werror -o %s.so %s.%s $(pkg-config --cflags textmill)",
        name, extension, prefix, prefix, prefix, compiler, name, name, extension);
    ck_assert_msg(built.exit_code == 0, "%s does not build: %s", name, built.err);
}

START_TEST(installs_all_that_a_user_needs)
{
    expect_file("bin/textmill");
    expect_file("include/textmill/plugin.h");
    expect_file("include/textmill/scan.h");
    expect_file("include/textmill/words.h");
    expect_file("include/textmill/json.h");
    expect_file("include/textmill/rewrite.h");
    expect_file("lib/pkgconfig/textmill.pc");
    expect_file("lib/textmill/plugins/split_sentences.so");
    expect_file("share/textmill/pipelines/news.ini");
    expect_file("share/man/man1/textmill.1");
    expect_file("share/man/man5/textmill-pipeline.5");
    expect_file("share/man/man7/textmill-plugin.7");
    expect_file("share/bash-completion/completions/textmill");
    expect_file("share/zsh/site-functions/_textmill");
    expect_file("share/fish/vendor_completions.d/textmill.fish");
}
END_TEST

START_TEST(the_installed_program_runs_the_installed_pipeline)
{
    test_outcome ran = test_shell("%s/bin/textmill run %s/share/textmill/pipelines/news.ini "
                                  "examples/articles/seed.txt -o - --quiet %s",
                                  prefix, prefix, unconfined);
    ck_assert_str_eq(ran.err, "");
    ck_assert_int_eq(ran.exit_code, 0);
    ck_assert_ptr_nonnull(strstr(ran.out, "\"sentences\":[{\"begin\":0,"));
    test_outcome listed =
        test_shell("%s/bin/textmill plugins | grep -c %s/lib/textmill/plugins", prefix, prefix);
    ck_assert_str_eq(listed.out, "1\n");
}
END_TEST

START_TEST(example_plugins_build_with_one_line_and_run)
{
    build_example("cc", "shout", "c");
    build_example("c++ -std=c++20", "reading_time", "cpp");
    test_outcome ran = test_shell("printf 'Really? Yes, really. Who knew?' > %s/a.txt && "
                                  "cd %s && bin/textmill run own.ini a.txt -o - --quiet %s",
                                  prefix, prefix, unconfined);
    ck_assert_str_eq(ran.err, "");
    ck_assert_str_eq(ran.out, "{\"id\":\"a.txt\",\"text\":\"Really! Yes, really. Who knew!\","
                              "\"reading\":{\"words\":5,\"minutes\":0.025}}\n");
}
END_TEST

START_TEST(the_header_compiles_as_c11_and_cxx17_with_all_warnings)
{
    test_outcome compiled = test_shell(
        "cd %s && printf '#include <textmill/plugin.h>\\n#include <textmill/scan.h>\\n"
        "#include <textmill/words.h>\\n#include <textmill/json.h>\\n"
        "#include <textmill/rewrite.h>\\nint x;\\n' > h.c && cp h.c h.cpp && "
        "cc -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -Iinclude -c h.c && "
        "c++ -std=c++17 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -Iinclude -c h.cpp",
        prefix);
    ck_assert_str_eq(compiled.err, "");
    ck_assert_int_eq(compiled.exit_code, 0);
}
END_TEST

START_TEST(the_manuals_are_formatted_without_a_warning)
{
    test_outcome page =
        test_shell("command -v groff >&2 || exit 0; "
                   "groff -ww -man -Tutf8 %s/share/man/man*/textmill* 2>&1 >/dev/null",
                   prefix);
    ck_assert_str_eq(page.out, "");
    free(page.out);
    free(page.err);
}
END_TEST

START_TEST(a_destdir_is_put_before_the_prefix)
{
    test_outcome made = test_shell(
        "make --no-print-directory install BUILD=%s PREFIX=/opt/mill DESTDIR=%s/stage && "
        "test -x %s/stage/opt/mill/bin/textmill && "
        "grep -c '^prefix=/opt/mill$' %s/stage/opt/mill/lib/pkgconfig/textmill.pc",
        BUILD, prefix, prefix, prefix);
    ck_assert_int_eq(made.exit_code, 0);
}
END_TEST

START_TEST(installs_into_a_folder_with_a_space_in_its_name)
{
    test_outcome made = test_shell(
        "make --no-print-directory install BUILD=%s PREFIX=/opt/mill DESTDIR='%s/a stage' && "
        "'%s/a stage/opt/mill/bin/textmill' plugins | grep -c 'stage/opt/mill/lib'",
        BUILD, prefix, prefix);
    ck_assert_str_eq(made.err, "");
    ck_assert_int_eq(made.exit_code, 0);
}
END_TEST

START_TEST(says_that_make_deps_installs_what_a_build_lacks)
{
    static const char *const lacking[] = {"make CC=no-such-compiler",
                                          "PATH=/nowhere $(command -v make)"};
    for (size_t i = 0; i < sizeof lacking / sizeof *lacking; i++) {
        test_outcome made = test_shell("%s --no-print-directory BUILD=%s", lacking[i], BUILD);
        ck_assert_ptr_nonnull(strstr(made.err, "is missing; `make deps` installs them.  Stop."));
        ck_assert_ptr_null(strchr(strchr(made.err, '\n') + 1, '\n'));
        ck_assert_int_eq(made.exit_code, 2);
    }
}
END_TEST

/* Runs make with a pkg-config that does not know a module: it stands in for a machine without it.
 */
static test_outcome make_without(const char *module)
{
    return test_shell(
        "mkdir -p %s/fake && printf '#!/bin/sh\\ncase \"$*\" in *%s*) exit 1;; esac\\n"
        "exec %%s \"$@\"\\n' $(command -v pkg-config) > %s/fake/pkg-config && "
        "chmod +x %s/fake/pkg-config && PATH=%s/fake:$PATH make --no-print-directory BUILD=%s",
        prefix, module, prefix, prefix, prefix, BUILD);
}

START_TEST(a_plugin_whose_library_is_missing_is_skipped_with_one_line)
{
    test_outcome made = make_without("simdjson");
    ck_assert_str_eq(made.err, "");
    ck_assert_str_eq(made.out, "skipped plug-in read_jsonl: library simdjson is missing; "
                               "apt-get install libsimdjson-dev\n");
}
END_TEST

START_TEST(a_plugin_whose_optional_library_is_missing_is_built_without_it)
{
    test_outcome made = make_without("icu-uc");
    ck_assert_str_eq(made.err, "");
    ck_assert_str_eq(made.out, "plug-in split_sentences is built without library icu-uc; "
                               "apt-get install libicu-dev\n");
}
END_TEST

START_TEST(a_second_make_builds_nothing)
{
    test_outcome made = test_shell("make --no-print-directory BUILD=%s", BUILD);
    ck_assert_str_eq(made.out, "make: Nothing to be done for 'all'.\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("install");
    TCase *test = tcase_create("install");
    tcase_set_timeout(test, 120);
    tcase_add_unchecked_fixture(test, install, NULL);
    tcase_add_test(test, installs_all_that_a_user_needs);
    tcase_add_test(test, the_installed_program_runs_the_installed_pipeline);
    tcase_add_test(test, example_plugins_build_with_one_line_and_run);
    tcase_add_test(test, the_header_compiles_as_c11_and_cxx17_with_all_warnings);
    tcase_add_test(test, the_manuals_are_formatted_without_a_warning);
    tcase_add_test(test, a_destdir_is_put_before_the_prefix);
    tcase_add_test(test, installs_into_a_folder_with_a_space_in_its_name);
    tcase_add_test(test, says_that_make_deps_installs_what_a_build_lacks);
    tcase_add_test(test, a_plugin_whose_library_is_missing_is_skipped_with_one_line);
    tcase_add_test(test, a_plugin_whose_optional_library_is_missing_is_built_without_it);
    tcase_add_test(test, a_second_make_builds_nothing);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
