/* textmill test-plugin: every plug-in that ships passes, and every one in tests/conformance fails the
 * check that its first line names, and no other. */
#include "program.h"

#include <glob.h>
#include <stdbool.h>

static glob_t shipped, bad;

/* ---- What ships ------------------------------------------------------------------------------ */

/* What a plug-in cannot be opened without. */
static const char *settings_of(const char *path)
{
    if (strstr(path, "/replace.so") != NULL) return "--set 'pattern=[aeiou]+'";
    if (strstr(path, "/lua.so") != NULL) return "--set script=house_style.lua";
    if (strstr(path, "/exec.so") != NULL) return "--set command=cat";
    return "";
}

/* A build under a sanitizer makes the checks that show what sanitizers see; all would take long. */
START_TEST(a_plugin_that_ships_passes)
{
    static const char *const checks[] = {"--check memory", "--check same", NULL};
    const char *path = shipped.gl_pathv[_i];
    char file[PATH_MAX];
    begin();
    expect(test_shell("cp examples/scripts/house_style.lua '%s'", home), 0, "", "");
    ck_assert_ptr_nonnull(realpath(path, file));
    for (size_t i = 0; i == 0 || (TEST_SANITIZED && checks[i] != NULL); i++) {
        test_outcome tested = in_home("textmill test-plugin '%s' %s --timeout 60 %s", file, settings_of(path),
                                      TEST_SANITIZED ? checks[i] : "");
        ck_assert_msg(tested.exit_code == 0, "%s\n%s%s", path, tested.out, tested.err);
        free(tested.out);
        free(tested.err);
    }
}
END_TEST

/* ---- What is bad on purpose ------------------------------------------------------------------ */

/* Cuts the first line of a bad plug-in's source into the check that must fail and what it says. */
static void read_expectation(const char *path, char *check, char *said)
{
    char *source = test_read(path, NULL);
    int found = sscanf(source, "/* fails: %31[a-z]: %511[^\n]", check, said);
    ck_assert_msg(found == 2, "%s: the first line must be /* fails: CHECK: WHAT IT SAYS */", path);
    char *end = strstr(said, " */");
    ck_assert_ptr_nonnull(end);
    *end = '\0';
    free(source);
}

static void expect_one_failure(const char *path, test_outcome tested, const char *check, const char *said)
{
    char line[64];
    char *found = NULL;
    size_t failures = 0;
    snprintf(line, sizeof line, "FAIL  %-10s ", check);
    for (char *at = tested.out; (at = strstr(at, "FAIL ")) != NULL; at += 5, failures++)
        if (strncmp(at, line, strlen(line)) == 0) found = at;
    ck_assert_msg(found != NULL, "%s: check '%s' does not fail\n%s%s", path, check, tested.out, tested.err);
    ck_assert_msg(failures == 1, "%s: other checks fail too\n%s", path, tested.out);
    char *what = strstr(found, said), *end = strchr(found, '\n');
    ck_assert_msg(what != NULL && what < end, "%s: expected '%s'\n%s", path, said, tested.out);
    ck_assert_int_eq(tested.exit_code, 1);
}

START_TEST(a_bad_plugin_fails_its_check_and_no_other)
{
    const char *path = bad.gl_pathv[_i];
    char check[32], said[512];
    if (TEST_SANITIZED) return;
    begin();
    read_expectation(path, check, said);
    expect(test_shell("${CC:-cc} -shared -fPIC -O1 -Iinclude -o '%s/bad.so' %s && chmod 755 '%s/bad.so'",
                      home, path, home),
           0, "", "");
    bool with_valgrind = strcmp(check, "valgrind") == 0;
    if (with_valgrind && test_shell("command -v valgrind").exit_code != 0) return;
    expect_one_failure(path,
                       in_home("textmill test-plugin ./bad.so --timeout 5 %s",
                               with_valgrind ? "--valgrind" : ""),
                       check, said);
}
END_TEST

START_TEST(every_check_has_a_plugin_that_fails_it)
{
    begin();
    expect(test_shell("textmill test-plugin --list | cut -d ' ' -f 1 | sort > '%s/checks'; "
                      "sed -n 's:^/\\* fails\\: \\([a-z]*\\)\\: .*:\\1:p' tests/conformance/*.c | sort -u | "
                      "diff '%s/checks' -",
                      home, home),
           0, "", "");
}
END_TEST

/* ---- The command ----------------------------------------------------------------------------- */

static void build_bad(const char *name)
{
    expect(test_shell("${CC:-cc} -shared -fPIC -O1 -Iinclude -o '%s/%s.so' tests/conformance/%s.c && "
                      "chmod 755 '%s/%s.so'",
                      home, name, name, home, name),
           0, "", "");
}

START_TEST(writes_the_article_that_kills_and_goes_on)
{
    if (TEST_SANITIZED) return;
    begin();
    build_bad("crash_at_emoji");
    expect(in_home("mkdir found && textmill test-plugin crash_at_emoji.so --articles found --timeout 3 "
                   "| sed -n '/hostile/,$ { s/ms.MB.*/speed/; p }'; ls found"),
           0,
           "FAIL  hostile    crashes: killed by SIGABRT; article 'emoji sequences' is in "
           "found/crash_at_emoji.hostile.article\n"
           "skip  spans      provides no spans\n"
           "skip  edits      does not edit the text\n"
           "ok    fields     341 articles, 4 of them refused with a reason\n"
           "skip  framing    is no reader\n"
           "ok    same       there, back, and again after a new start\n"
           "skip  resume     needs no stream order\n"
           "ok    growth     100 times\n"
           "ok    memory     0 requests refused\n"
           "ok    sandbox    as a worker\n"
           "ok    time       speed\n"
           "./crash_at_emoji.so: 1 of 9 checks failed\n"
           "crash_at_emoji.hostile.article\n",
           "");
    /* and that article kills it in a run, too */
    expect(in_home("cp found/*.article a.txt && printf '[crash_at_emoji]\\nplugin = ./crash_at_emoji.so\\n"
                   "[output]\\nplugin = jsonl\\n' > c.ini && textmill run c.ini a.txt -o - --quiet 2>/dev/null"),
           3, "", "");
}
END_TEST

START_TEST(makes_one_check_and_takes_options)
{
    begin();
    build_bad("refuse_limit");
    expect(in_home("textmill test-plugin refuse_limit.so -c hostile -s depth=3"), 0,
           "ok    descriptor stage refuse_limit 1.0.0, ABI 1.0\n"
           "ok    hostile    342 articles, 4 of them refused with a reason\n"
           "./refuse_limit.so: 2 checks hold\n",
           "");
    expect(in_home("textmill test-plugin refuse_limit.so -c hostile -s depth=9 | tail -n 2"), 0,
           "FAIL  hostile    cannot be opened: depth: is too large for me\n"
           "./refuse_limit.so: 1 of 2 checks failed\n",
           "");
}
END_TEST

START_TEST(checks_the_command_line)
{
    static const struct {
        const char *arguments, *said;
    } cases[] = {
        {"", "test-plugin: name one plug-in file; see textmill test-plugin --help"},
        {"a.so b.so", "test-plugin: name one plug-in file; see textmill test-plugin --help"},
        {"a.so --quick", "test-plugin: option --quick is not known, lacks its value or takes none; see "
                         "textmill test-plugin --help"},
        {"a.so --set depth", "test-plugin: --set 'depth' is not OPTION=VALUE"},
        {"a.so --check hostil", "test-plugin: no check 'hostil'; did you mean 'hostile'?"},
        {"a.so --check everything", "test-plugin: no check 'everything'; --list lists them"},
        {"a.so --timeout soon", "test-plugin: --timeout 'soon' is not a number; write one from 0.1 to 1000000"},
        {"refuse_limit.so --set dept=1", "--set dept: unknown option; did you mean 'depth'?"},
        {"refuse_limit.so --set x=1",
         "--set x: unknown option; `textmill plugins ./refuse_limit.so` lists them"},
        {"refuse_limit.so --set depth=10",
         "--set depth: '10' is out of range; write a whole number from 0 to 9"},
    };
    char expected[400];
    begin();
    build_bad("refuse_limit");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(expected, sizeof expected, "textmill: %s\n", cases[i].said);
        expect(in_home("textmill test-plugin %s > said; code=$?; grep -v '^ok    descriptor' said; exit $code",
                       cases[i].arguments),
               2, "", expected);
    }
    expect(in_home("textmill test-plugin nowhere.so"), 1,
           "FAIL  descriptor ./nowhere.so: cannot be read: No such file or directory; check the path\n"
           "./nowhere.so: 1 of 1 checks failed\n",
           "");
}
END_TEST

static void add_case(Suite *suite, const char *name, const TTest *test, size_t count)
{
    TCase *one = tcase_create(name);
    tcase_set_timeout(one, 300);
    tcase_add_loop_test(one, test, 0, (int)count);
    suite_add_tcase(suite, one);
}

int main(void)
{
    Suite *suite = suite_create("test_plugin");
    glob("tests/conformance/*.c", 0, NULL, &bad);
    glob(BUILD "/plugins/*.so", 0, NULL, &shipped);
    add_case(suite, "shipped", a_plugin_that_ships_passes, shipped.gl_pathc);
    add_case(suite, "bad", a_bad_plugin_fails_its_check_and_no_other, bad.gl_pathc);
    add_case(suite, "each", every_check_has_a_plugin_that_fails_it, 1);
    add_case(suite, "articles", writes_the_article_that_kills_and_goes_on, 1);
    add_case(suite, "options", makes_one_check_and_takes_options, 1);
    add_case(suite, "wrong", checks_the_command_line, 1);
    return test_run(suite);
}
