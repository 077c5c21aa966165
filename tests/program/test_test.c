/* textmill test: tests of pipelines, those of the shipped ones first. */
#include "program.h"

#include <glob.h>

START_TEST(the_shipped_pipelines_pass_their_tests)
{
    glob_t pipelines;
    ck_assert_int_eq(glob("pipelines/*.ini", 0, NULL, &pipelines), 0);
    for (size_t i = 0; i < pipelines.gl_pathc; i++) {
        const char *path = pipelines.gl_pathv[i];
        int stem = (int)(strlen(path) - strlen(".ini"));
        test_outcome ran = test_shell("textmill test %s %.*s.tests.jsonl", path, stem, path);
        ck_assert_msg(ran.exit_code == 0, "%s%s", ran.out, ran.err);
        ck_assert_ptr_null(strstr(ran.out, " 0 passed"));
    }
    globfree(&pipelines);
}
END_TEST

/* A pipeline with an option that changes the text, and a stage that drops. */
static void begin_with(const char *tests)
{
    begin();
    write_file("x.ini", "[replace]\npattern = colour\nwith = color\n[split_sentences]\n"
                        "[deduplicate]\nmin_length = 1\n[output]\nplugin = jsonl\n");
    write_file("t.jsonl", tests);
}

#define PASSES                                                                                     \
    "{\"name\":\"as \\u00e9xpected\",\"input\":{\"id\":7,\"text\":\"A colour. No.\"},"             \
    "\"expected\":{\"text\":\"A c\\u006flor. No.\",\"id\":7.0,\"sentences\":[{\"end\":8},{}]}}\n"  \
    "\n"                                                                                           \
    "{\"name\":\"again\",\"input\":\"A colour. No.\",\"dropped\":true}\n"                          \
    "{\"input\":\"New.\"}\n"                                                                       \
    "{\"name\":\"bad\",\"input\":{\"id\":1},\"failed\":\"[input] no member 'text'; set "           \
    "text_field "                                                                                  \
    "to the member that holds the article\"}\n"

START_TEST(says_nothing_of_what_passes)
{
    begin_with(PASSES);
    expect(in_home("textmill test x.ini t.jsonl"), 0, "4 tests: 4 passed, 0 failed\n", "");
    expect(in_home("textmill test x.ini - --tap < t.jsonl"), 0,
           "TAP version 13\n1..4\nok 1 - as \xC3\xA9xpected (-:1)\nok 2 - again (-:3)\n"
           "ok 3 - (-:4)\nok 4 - bad (-:5)\n",
           "");
    expect(in_home("cp t.jsonl before; textmill test x.ini t.jsonl -u >/dev/null && "
                   "diff before t.jsonl | wc -l"),
           0, "4\n", ""); /* the one that said nothing of its outcome */
}
END_TEST

#define FAILS                                                                                      \
    "{\"name\": \"first\", \"input\": {\"text\": \"One colour. Two. Three.\", \"x\": [1]}, "       \
    "\"expected\": {\"text\": \"One colour. Two. Three.\", \"sentences\": [{\"begin\": 0}], "      \
    "\"x\": [2], \"y\": true}}\n"                                                                  \
    "  {\"input\": \"A long text, of which the most is as it was, but for a word in the midst of " \
    "it all, and then it goes on.\", \"whole\": true, \"expected\": {\"text\": \"A long text, of " \
    "which the most is as it was, but for a ward in the midst of it all, and then it goes "        \
    "on.\"}}  \n"                                                                                  \
    "{\"input\": \"One colour. Two. Three.\", \"expected\": \"x\"}\n"                              \
    "{\"input\": \"Two.\", \"dropped\": true}\n"                                                   \
    "{\"input\": \"Three.\", \"expected\": \"x\", \"name\": \"all\\nof it\"}"

#define DIFFERENCES(mark)                                                                          \
    mark "    text\n" mark "      expected  \"One colour. Two. Three.\"\n" mark                    \
         "      got       \"One color. Two. Three.\"\n" mark "    sentences\n" mark                \
         "      expected  1 element\n" mark "      got       3 elements\n" mark "    x[0]\n" mark  \
         "      expected  2\n" mark "      got       1\n" mark "    y\n" mark                      \
         "      expected  true\n" mark "      got       (nothing)\n"

START_TEST(shows_what_differs)
{
    begin_with(FAILS);
    expect(in_home("textmill test x.ini t.jsonl | head -n 13"), 0,
           "FAILED  first (t.jsonl:1)\n" DIFFERENCES(""), "");
    expect(in_home("textmill test x.ini t.jsonl --tap | head -n 15"), 0,
           "TAP version 13\n1..5\nnot ok 1 - first (t.jsonl:1)\n" DIFFERENCES("#"), "");
    expect(
        in_home("textmill test x.ini t.jsonl | sed -n '14,/^FAILED.*3/p' | grep -A 2 '^    text'"),
        0,
        "    text\n"
        "      expected  ...s as it was, but for a ward in the midst of it all, and then it goes "
        "on....\n"
        "      got       ...s as it was, but for a word in the midst of it all, and then it goes "
        "on....\n",
        "");
}
END_TEST

/* What is updated passes; it keeps its form, and asks for as much as before. */
START_TEST(updates_what_differs)
{
    begin_with(FAILS);
    expect(in_home("textmill test x.ini t.jsonl --update | tail -n 1; "
                   "textmill test x.ini t.jsonl; head -n 1 t.jsonl; sed -n 3,4p t.jsonl; "
                   "tail -c 21 t.jsonl; ls"),
           0,
           "5 tests: 0 passed, 5 updated\n"
           "5 tests: 5 passed, 0 failed\n"
           "{\"name\": \"first\", \"input\": {\"text\": \"One colour. Two. Three.\", \"x\": [1]}, "
           "\"expected\": {\"text\": \"One color. Two. Three.\", \"sentences\": [{\"begin\": 0}, "
           "{\"begin\": 11}, {\"begin\": 16}], \"x\": [1]}}\n"
           "{\"input\": \"One colour. Two. Three.\", \"dropped\": true}\n"
           "{\"input\": \"Two.\", \"expected\": {\"id\": \"t.jsonl:4\", \"text\": "
           "\"Two.\", \"sentences\": [{\"begin\": 0, \"end\": 4}], \"duplicate\": false, "
           "\"duplicate_of\": null}}\n"
           "\"name\": \"all\\nof it\"}t.jsonl\nx.ini\n",
           "");
}
END_TEST

START_TEST(tells_every_mistake_of_a_file)
{
    begin_with("{\"input\":\"a\",\"expcted\":{}}\n[1]\n{\"name\":\"x\"}\n{\"input\":3}\n"
               "{\"input\":\"a\",\"dropped\":true,\"failed\":\"x\"}\n{\"input\":\"a\"\n\xFF\n"
               "{\"input\":\"a\",\"dropped\":false}\n");
    expect(in_home("textmill test x.ini t.jsonl"), 2, "",
           "t.jsonl:1: \"expcted\" is no member of a test; it has name, input, expected, whole, "
           "dropped, failed\n"
           "t.jsonl:2: no object; write {\"input\": ...}\n"
           "t.jsonl:3: a test needs an input; add \"input\"\n"
           "t.jsonl:4: input: write an object or a string\n"
           "t.jsonl:5: a test has one of expected, dropped and failed; remove the others\n"
           "t.jsonl:6: byte 13: ',' or a closing bracket is missing; write one JSON object a line\n"
           "t.jsonl:7: byte 1 is not UTF-8\n"
           "t.jsonl:8: dropped: write true\n"
           "textmill: 8 mistakes found; nothing was read\n");
    expect(in_home("textmill test x.ini nowhere.jsonl"), 2, "",
           "nowhere.jsonl: No such file or directory; check the path\n"
           "textmill: 1 mistake found; nothing was read\n");
    expect(in_home("textmill test x.ini"), 2, "",
           "textmill: test: name a pipeline file and a file of tests; see textmill test --help\n");
    expect(in_home("textmill test x.ini - -u"), 2, "",
           "textmill: test: standard input cannot be updated; name a file\n");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {the_shipped_pipelines_pass_their_tests,
                                  says_nothing_of_what_passes,
                                  shows_what_differs,
                                  updates_what_differs,
                                  tells_every_mistake_of_a_file,
                                  NULL};
    return test_run(test_suite("test", tests));
}
