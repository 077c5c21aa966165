/* How runs end that do not come to their end, or never begin: the exit code, what is said, and what
 * is left behind. */
#include "program.h"

#define TWO "{\"id\":\"a\",\"text\":\"One.\"}\n{\"id\":\"b\",\"text\":\"Two.\"}\n"

static void begin_with_two(void)
{
    begin();
    write_file("in.jsonl", TWO);
}

/* Expects that nothing is in the folder but the files that the test has made. */
static void expect_nothing_new(const char *listing)
{
    expect(in_home("ls"), 0, listing, "");
}

/* ---- Never begun --------------------------------------------------------------------------- */

START_TEST(reads_nothing_if_the_pipeline_is_wrong)
{
    begin_with_two();
    write_file("x.ini", "[frobnicate]\n[output]\nplugin = jsnl\n");
    expect(in_home("textmill run x.ini in.jsonl -o out.jsonl"), 2, "",
           "x.ini:1: [frobnicate] no stage plug-in 'frobnicate'; `textmill plugins` lists those "
           "that are there\n"
           "x.ini:3: [output] no writer plug-in 'jsnl'; did you mean 'jsonl'?\n"
           "textmill: 2 mistakes found; nothing was read\n");
    expect_nothing_new("in.jsonl\nx.ini\n");
}
END_TEST

START_TEST(writes_nothing_if_an_input_is_missing)
{
    begin_with_two();
    expect(in_home("textmill run x.ini in.jsonl nowhere.jsonl -o out.jsonl"), 1, "",
           "textmill: nowhere.jsonl: no such file or folder; check the path\n");
    expect_nothing_new("in.jsonl\nx.ini\n");
}
END_TEST

START_TEST(writes_nothing_if_no_reader_knows_an_input)
{
    begin_with_two();
    write_file("a.pdf", "x");
    expect(in_home("textmill run x.ini in.jsonl a.pdf -o out.jsonl"), 2, "",
           "textmill: a.pdf: no reader knows files of this name; set one with --set "
           "input.plugin=NAME\n");
    expect_nothing_new("a.pdf\nin.jsonl\nx.ini\n");
    expect(in_home("textmill run x.ini a.pdf -q --set input.plugin=text"), 0,
           "{\"id\":\"a.pdf\",\"text\":\"x\"}\n", "");
}
END_TEST

START_TEST(refuses_a_folder_without_articles)
{
    begin();
    expect(in_home("mkdir d; echo x >d/a.pdf; textmill run x.ini d -o out.jsonl"), 1, "",
           "textmill: d: holds no file that a reader knows; name a file or set [input] plugin\n");
}
END_TEST

START_TEST(replaces_an_output_only_if_it_is_forced_to)
{
    begin_with_two();
    write_file("out.jsonl", "precious\n");
    expect(in_home("textmill run x.ini in.jsonl -o out.jsonl"), 1, "",
           "textmill: out.jsonl exists; add --force to replace it or choose another name\n");
    expect_file("out.jsonl", "precious\n");
    expect_nothing_new("in.jsonl\nout.jsonl\nx.ini\n");
    expect(in_home("textmill run x.ini in.jsonl -o out.jsonl --force -q"), 0, "", "");
    expect_file("out.jsonl", TWO);
}
END_TEST

START_TEST(leaves_nothing_of_the_first_output_if_the_second_is_refused)
{
    begin_with_two();
    write_file("x.ini", "[output]\npath = a.jsonl\n[output second]\npath = b.jsonl\n");
    write_file("a.jsonl.part", "of an earlier run\n");
    write_file("b.jsonl", "precious\n");
    expect(in_home("textmill run x.ini in.jsonl"), 1, "",
           "textmill: b.jsonl exists; add --force to replace it or choose another name\n");
    expect_file("a.jsonl.part", "of an earlier run\n");
    expect_nothing_new("a.jsonl.part\nb.jsonl\nin.jsonl\nx.ini\n");
}
END_TEST

START_TEST(keeps_dead_letters_that_are_there_unless_it_is_forced)
{
    begin_with_two();
    write_file("out.dead_letters.jsonl", "precious\n");
    expect(in_home("textmill run x.ini in.jsonl -o out.jsonl"), 1, "",
           "textmill: out.dead_letters.jsonl exists; add --force to replace it or choose another "
           "name\n");
    expect_nothing_new("in.jsonl\nout.dead_letters.jsonl\nx.ini\n");
    expect(in_home("textmill run x.ini in.jsonl -o out.jsonl -fq"), 0, "", "");
    expect_nothing_new("in.jsonl\nout.jsonl\nout.jsonl.done\nx.ini\n");
}
END_TEST

START_TEST(refuses_an_output_that_is_an_input)
{
    static const char said[] = "is input and output at once; choose another output\n";
    char expected[200];
    begin_with_two();
    snprintf(expected, sizeof expected, "textmill: in.jsonl %s", said);
    expect(in_home("textmill run x.ini in.jsonl -o in.jsonl --force"), 2, "", expected);
    snprintf(expected, sizeof expected, "textmill: ./in.jsonl %s", said);
    expect(in_home("textmill run x.ini . in.jsonl -o ./in.jsonl --force"), 2, "", expected);
    snprintf(expected, sizeof expected, "textmill: link.jsonl %s", said);
    expect(in_home("ln in.jsonl link.jsonl; textmill run x.ini in.jsonl --dead-letters link.jsonl "
                   "--force; code=$?; rm link.jsonl; exit $code"),
           2, "", expected);
    snprintf(expected, sizeof expected, "textmill: in.jsonl %s", said);
    expect(in_home("textmill run x.ini in.jsonl --stats in.jsonl"), 2, "", expected);
    expect_file("in.jsonl", TWO);
    expect_nothing_new("in.jsonl\nx.ini\n");
}
END_TEST

START_TEST(refuses_an_input_that_would_be_written_as_a_part)
{
    begin_with_two();
    expect(in_home("mv in.jsonl out.jsonl.part; textmill run x.ini out.jsonl.part -o out.jsonl "
                   "--set input.plugin=jsonl"),
           2, "",
           "textmill: out.jsonl.part is input, and out.jsonl would be written under that name; "
           "rename it\n");
    expect_file("out.jsonl.part", TWO);
}
END_TEST

START_TEST(refuses_to_write_one_file_twice)
{
    begin_with_two();
    expect(in_home("textmill run x.ini in.jsonl -o a.jsonl --dead-letters ./a.jsonl"), 2, "",
           "textmill: ./a.jsonl would be written twice in this run; choose another name\n");
    expect(in_home("textmill run x.ini in.jsonl -o a.jsonl --stats \"$PWD/a.jsonl\" 2>&1 | sed "
                   "\"s:$PWD:HOME:\""),
           0, "textmill: HOME/a.jsonl would be written twice in this run; choose another name\n",
           "");
    expect(in_home("textmill run x.ini in.jsonl --dead-letters -"), 2, "",
           "textmill: standard output would be written twice in this run; choose another name\n");
    expect_nothing_new("in.jsonl\nx.ini\n");
}
END_TEST

START_TEST(reads_nothing_if_the_statistics_cannot_be_written)
{
    begin_with_two();
    expect(in_home("textmill run x.ini in.jsonl --stats nowhere/s.json"), 1, "",
           "textmill: cannot create nowhere/s.json.part: No such file or directory; make the "
           "folder first\n");
}
END_TEST

/* ---- Ended by a failure -------------------------------------------------------------------- */

START_TEST(keeps_what_came_before_a_damaged_file)
{
    begin_with_two();
    expect(in_home("yes '{\"id\":1,\"text\":\"x\"}' | head -n 2000 | gzip | head -c 60 "
                   ">b.jsonl.gz; textmill run x.ini in.jsonl b.jsonl.gz in.jsonl -o out.jsonl "
                   "2>err; echo $?; sed 's/after [0-9]* articles/after N articles/; "
                   "s/gz:[0-9][0-9]*/gz:N/; s/byte [0-9]*/byte N/' err; head -n 2 out.jsonl.part"),
           0,
           "1\ntextmill: b.jsonl.gz: ends in the middle of a compressed block after 60 bytes; the "
           "file "
           "is truncated, fetch it again\n"
           "textmill: ended after N articles, the last one b.jsonl.gz:N; the output so far is in "
           "out.jsonl.part; add --resume to go on\n" TWO,
           "");
    expect_no_file("out.jsonl");
}
END_TEST

START_TEST(commits_to_all_outputs_when_one_is_full)
{
    begin_with_two();
    write_file("x.ini", "[output]\nplugin = jsonl\npath = /dev/full\n[output second]\n"
                        "path = b.jsonl\n");
    expect(in_home("textmill run x.ini in.jsonl"), 1, "",
           "textmill: cannot write /dev/full: No space left on device; free some space and run "
           "again\n"
           "textmill: ended after 2 articles, the last one in.jsonl:2; the output so far is in "
           "/dev/full, b.jsonl.part\n");
    expect_file("b.jsonl.part", TWO);
    expect_no_file("b.jsonl");
}
END_TEST

START_TEST(says_that_standard_output_is_full)
{
    begin_with_two();
    expect(in_home("textmill run x.ini in.jsonl >/dev/full"), 1, "",
           "textmill: cannot write standard output: No space left on device; free some space and "
           "run again\n"
           "textmill: ended after 2 articles, the last one in.jsonl:2; the output so far is in "
           "standard output\n");
    expect(in_home("textmill plugins >/dev/full"), 1, "",
           "textmill: cannot write standard output: No space left on device\n");
}
END_TEST

START_TEST(says_that_the_dead_letters_are_full)
{
    begin_with_two();
    expect(in_home("echo x >>in.jsonl; textmill run x.ini in.jsonl -o out.jsonl --dead-letters "
                   "/dev/full"),
           1, "",
           "textmill: cannot write /dev/full: No space left on device; free some space and run "
           "again\n"
           "textmill: ended after 3 articles, the last one in.jsonl:3; the output so far is in "
           "out.jsonl.part\n");
    expect_file("out.jsonl.part", TWO);
}
END_TEST

START_TEST(ends_quietly_when_nobody_reads_on)
{
    begin();
    expect(in_home("yes '{\"id\":1,\"text\":\"x\"}' | head -n 100000 >in.jsonl; "
                   "{ textmill run x.ini in.jsonl; echo $? >code; } | head -c 1; cat code"),
           0, "{141\n", "");
}
END_TEST

START_TEST(does_not_take_another_file_for_a_closed_descriptor)
{
    begin_with_two();
    expect(in_home("textmill run x.ini in.jsonl -q >&-"), 1, "",
           "textmill: cannot write standard output: Bad file descriptor; choose another name\n"
           "textmill: ended after 2 articles, the last one in.jsonl:2; the output so far is in "
           "standard output\n");
    expect(in_home("textmill run x.ini -q -o out.jsonl <&-"), 1, "",
           "textmill: standard input: cannot be read at byte 0: Bad file descriptor; check the "
           "file and its disk\n");
    expect(in_home("echo x >>in.jsonl; textmill run x.ini in.jsonl -o new.jsonl 2>&-"), 3, "", "");
    expect_file("new.jsonl", TWO);
}
END_TEST

/* ---- Ended by a signal --------------------------------------------------------------------- */

/* Starts a run that waits for more input from descriptor 3, and sends it a signal when it has
 * written what there was. */
#define INTERRUPT(signal, text)                                                                    \
    "mkfifo in.jsonl; exec 3<>in.jsonl; "                                                          \
    "textmill run x.ini in.jsonl -o out.jsonl -q 3>&- & "                                          \
    "printf '%%s' '" text "' >&3; until [ -s out.jsonl.part ]; do sleep 0.01; done; "              \
    "kill -" signal " $!; wait $!"

START_TEST(keeps_complete_articles_when_it_is_terminated)
{
    begin();
    expect(in_home(INTERRUPT("TERM", TWO "{\"id\":\"c\",\"te")), 75, "",
           "textmill: interrupted after 2 articles, the last one in.jsonl:2; the output so far is "
           "in out.jsonl.part\n");
    expect_file("out.jsonl.part", TWO);
    expect_no_file("out.jsonl");
}
END_TEST

START_TEST(keeps_complete_articles_when_it_is_interrupted)
{
    begin();
    expect(in_home(INTERRUPT("INT", TWO "x\n")), 75, "",
           "textmill: interrupted after 3 articles, the last one in.jsonl:3; the output so far is "
           "in out.dead_letters.jsonl.part, out.jsonl.part\n");
    expect_file("out.jsonl.part", TWO);
    expect_no_file("out.dead_letters.jsonl");
    expect(in_home("grep -c '\"source\":\"in.jsonl:3\"' out.dead_letters.jsonl.part"), 0, "1\n",
           "");
}
END_TEST

START_TEST(keeps_what_there_is_of_a_record_that_is_too_long)
{
    begin();
    write_file("x.ini", "[pipeline]\nmax_article = 20\n");
    expect(in_home(INTERRUPT("TERM", "{\"text\":\"One.\"}\n{\"text\":\"This is far too long ")), 75,
           "",
           "textmill: interrupted after 2 articles, the last one in.jsonl:2; the output so far is "
           "in out.dead_letters.jsonl.part, out.jsonl.part\n");
    expect(in_home("textmill run x.ini out.dead_letters.jsonl.part -q --set "
                   "pipeline.max_article=1K --set input.plugin=jsonl; echo $?; "
                   "sed -n 's/.*record_base64\":\"\\([^\"]*\\)\".*/\\1/p' "
                   "out.dead_letters.jsonl.part | base64 -d"),
           0, "3\n{\"text\":\"This is far too long ", "");
}
END_TEST

START_TEST(names_the_last_article_though_the_next_file_has_been_opened)
{
    begin();
    write_file("a.jsonl", TWO);
    expect(in_home("mkfifo b.jsonl; exec 3<>b.jsonl; textmill run x.ini a.jsonl b.jsonl -o "
                   "out.jsonl -q 3>&- & until [ -s out.jsonl.part ]; do sleep 0.01; done; kill "
                   "-TERM $!; wait $!"),
           75, "",
           "textmill: interrupted after 2 articles, the last one a.jsonl:2; the output so far is "
           "in out.jsonl.part\n");
}
END_TEST

START_TEST(says_so_if_it_is_interrupted_before_the_first_article)
{
    begin();
    expect(in_home("mkfifo in.jsonl; exec 3<>in.jsonl; textmill run x.ini in.jsonl -o out.jsonl -q "
                   "3>&- & until [ -e out.jsonl.part ]; do sleep 0.01; done; kill -TERM $!; "
                   "wait $!"),
           75, "", "textmill: interrupted before the first article\n");
}
END_TEST

/* ---- Progress ------------------------------------------------------------------------------ */

START_TEST(wipes_the_progress_line)
{
    begin_with_two();
    expect(in_home("textmill run x.ini in.jsonl -q --progress always"), 0, TWO, "\r\033[K");
    expect(in_home("textmill run x.ini in.jsonl -q --progress auto"), 0, TWO, "");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {reads_nothing_if_the_pipeline_is_wrong,
                                  writes_nothing_if_an_input_is_missing,
                                  writes_nothing_if_no_reader_knows_an_input,
                                  refuses_a_folder_without_articles,
                                  replaces_an_output_only_if_it_is_forced_to,
                                  leaves_nothing_of_the_first_output_if_the_second_is_refused,
                                  keeps_dead_letters_that_are_there_unless_it_is_forced,
                                  refuses_an_output_that_is_an_input,
                                  refuses_an_input_that_would_be_written_as_a_part,
                                  refuses_to_write_one_file_twice,
                                  reads_nothing_if_the_statistics_cannot_be_written,
                                  keeps_what_came_before_a_damaged_file,
                                  commits_to_all_outputs_when_one_is_full,
                                  says_that_standard_output_is_full,
                                  says_that_the_dead_letters_are_full,
                                  ends_quietly_when_nobody_reads_on,
                                  does_not_take_another_file_for_a_closed_descriptor,
                                  keeps_complete_articles_when_it_is_terminated,
                                  keeps_complete_articles_when_it_is_interrupted,
                                  keeps_what_there_is_of_a_record_that_is_too_long,
                                  names_the_last_article_though_the_next_file_has_been_opened,
                                  says_so_if_it_is_interrupted_before_the_first_article,
                                  wipes_the_progress_line,
                                  NULL};
    return test_run(test_suite("endings", tests));
}
