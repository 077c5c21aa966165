/* textmill new-plugin: what it makes works before anybody has edited it. */
#include "program.h"

#define ALL_KINDS \
    "for kind in stage reader writer; do for language in c c++; do name=${kind}_${language%%++}; " \
    "[ $language = c ] || name=${name}pp; "
#define DONE "; done; done"

/* A build under a sanitizer is not where a new Makefile looks for the program, and must not have the
 * sandbox: there it is told. */
static const char *const make_test = TEST_SANITIZED ? "make -s test PROGRAM=textmill" : "make -s && make -s test";

/* The last line of each test: that of the checks. A sanitizer's build has no sandbox to check with. */
static const char *const passed =
    TEST_SANITIZED
        ? "./stage_c.so: 8 checks hold\n./stage_cpp.so: 8 checks hold\n"
          "./reader_c.so: 9 checks hold\n./reader_cpp.so: 9 checks hold\n"
          "./writer_c.so: 8 checks hold\n./writer_cpp.so: 8 checks hold\n"
        : "./stage_c.so: 9 checks hold\n./stage_cpp.so: 9 checks hold\n"
          "./reader_c.so: 10 checks hold\n./reader_cpp.so: 10 checks hold\n"
          "./writer_c.so: 9 checks hold\n./writer_cpp.so: 9 checks hold\n";

START_TEST(what_it_makes_builds_and_passes_its_test_in_a_checkout)
{
    begin();
    expect(in_home(ALL_KINDS "textmill new-plugin $name --kind $kind --language $language >/dev/null && "
                             "(cd $name && %s 2>&1) | tail -n 1" DONE,
                   make_test),
           0,
           passed,
           "");
}
END_TEST

START_TEST(what_it_makes_builds_and_passes_its_test_with_an_installed_textmill)
{
    begin();
    if (TEST_SANITIZED) return;
    expect(test_shell("make -s install BUILD=%s PREFIX='%s/a prefix'", BUILD, home), 0, "", "");
    expect(in_home(ALL_KINDS "'a prefix/bin/textmill' new-plugin $name -k $kind -l $language >/dev/null && "
                             "(cd $name && %s 2>&1) | tail -n 1" DONE,
                   make_test),
           0,
           passed,
           "");
    expect(in_home("cd stage_c && make -s install && cd .. && 'a prefix/bin/textmill' plugins | grep stage_c"),
           0, "  stage   stage_c            0.1.0    counts long words\n", "");
    expect(in_home("cd reader_c && make -s clean test TEXTMILL=\"$OLDPWD/nowhere\" 2>&1 | grep -c plugin.h:"), 0,
           "1\n", "");
}
END_TEST

/* The commands of examples/README.md, one after another; the debugger is nobody's here. */
START_TEST(the_commands_of_the_guide_work)
{
    begin();
    if (TEST_SANITIZED) return;
    expect(test_shell("make -s install BUILD=%s PREFIX='%s/prefix' && cp -r examples '%s' && "
                      "sed -n 's/^    [$] //p' examples/README.md | grep -v '^gdb' > '%s/guide.sh'",
                      BUILD, home, home, home),
           0, "", "");
    test_outcome guided = in_home("export PKG_CONFIG_PATH=$PWD/prefix/lib/pkgconfig PATH=$PWD/prefix/bin:$PATH; "
                                  "test $(wc -l < guide.sh) -gt 15 && sh -e guide.sh");
    ck_assert_msg(guided.exit_code == 0, "%s%s", guided.out, guided.err);
    ck_assert_ptr_nonnull(strstr(guided.out, "\"long_words\":{\"words\":3}}\n"));
    ck_assert_ptr_nonnull(strstr(guided.out, "\"text\":\"Two.\",\"serial\":2}\n"));
    ck_assert_ptr_nonnull(strstr(guided.out, "  stage   long_words"));
}
END_TEST

START_TEST(its_test_fails_when_the_work_is_broken)
{
    begin();
    expect(in_home("textmill new-plugin broken >/dev/null && cd broken && "
                   "sed -i 's/letters >= self->shortest/letters > self->shortest/' broken.c && "
                   "%s >/dev/null 2>&1",
                   make_test),
           2, "", "");
}
END_TEST

START_TEST(a_source_has_at_most_60_lines_and_compiles_with_all_warnings)
{
    begin();
    expect(in_home(ALL_KINDS "textmill new-plugin $name -k $kind -l $language >/dev/null && cat $name/$name.c* | "
                             "awk 'END { if (NR > 60) print NR }'; "
                             "(cd $name && make -s CFLAGS='-Wpedantic -Wshadow -Wconversion -Werror')" DONE),
           0, "", "");
}
END_TEST

START_TEST(tells_what_to_do_next)
{
    begin();
    expect(in_home("textmill new-plugin shout -k writer && ls shout shout/test"), 0,
           "shout: a writer that works; now: cd shout && make && make test\n"
           "shout:\nMakefile\nREADME.md\nshout.c\ntest\n\n"
           "shout/test:\nexpected\ninput.jsonl\npipeline.ini\n",
           "");
    expect(in_home("grep -rc my_plugin shout | grep -v ':0$'"), 1, "", "");
}
END_TEST

START_TEST(touches_nothing_that_is_there)
{
    begin();
    expect(in_home("mkdir shout && echo mine > shout/shout.c && textmill new-plugin shout; echo $?; cat shout/*"),
           0, "1\nmine\n",
           "textmill: new-plugin: shout exists; choose another name, or move it away\n");
}
END_TEST

START_TEST(checks_the_command_line)
{
    static const struct {
        const char *arguments, *said;
    } cases[] = {
        {"", "name one plug-in; see textmill new-plugin --help"},
        {"a b", "name one plug-in; see textmill new-plugin --help"},
        {"a --king stage", "option --king is not known, lacks its value or takes none; see textmill "
                           "new-plugin --help"},
        {"a --kind stag", "--kind 'stag' is not a choice; did you mean 'stage'?"},
        {"a --kind filter", "--kind 'filter' is not a choice; write stage or reader or writer"},
        {"a --language rust", "--language 'rust' is not a choice; write c or c++"},
        {"output", "[output] is a section of textmill's own; choose another name"},
        {"My-Plugin", "'My-Plugin' is no name for a plug-in; use lower-case letters, digits and _, a "
                      "letter first, at most 40 bytes: my_plugin"},
        {"../a", "'../a' is no name for a plug-in; use lower-case letters, digits and _, a letter "
                 "first, at most 40 bytes"},
        {"a1234567890123456789012345678901234567890",
         "'a1234567890123456789012345678901234567890' is no name for a plug-in; use lower-case "
         "letters, digits and _, a letter first, at most 40 bytes"},
    };
    char expected[400];
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(expected, sizeof expected, "textmill: new-plugin: %s\n", cases[i].said);
        expect(in_home("textmill new-plugin %s", cases[i].arguments), 2, "", expected);
    }
    expect(in_home("ls"), 0, "x.ini\n", "");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        what_it_makes_builds_and_passes_its_test_in_a_checkout,
        what_it_makes_builds_and_passes_its_test_with_an_installed_textmill,
        the_commands_of_the_guide_work,
        its_test_fails_when_the_work_is_broken,
        a_source_has_at_most_60_lines_and_compiles_with_all_warnings,
        tells_what_to_do_next,
        touches_nothing_that_is_there,
        checks_the_command_line,
        NULL,
    };
    Suite *suite = suite_create("new_plugin");
    TCase *all = tcase_create("new_plugin");
    tcase_set_timeout(all, 300);
    for (size_t i = 0; tests[i] != NULL; i++) tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
