/* How a run is watched while it works, by people and by programs; and how one record is taken out
 * of the input. */
#include "background.h"
#include "program.h"

#include <signal.h>

static void begin_with_hostile(void)
{
    begin();
    build_plugin("hostile");
    write_file("hostile.ini", "[hostile]\nplugin = ./hostile.so\n"
                              "[output]\nplugin = jsonl\n");
}

static void type(const background *program, const char *line)
{
    background_type(program, line, strlen(line));
}

/* Expects that standard error holds a report which, with each fraction as N, is the one given; then
 * kills the run. */
static void expect_report(background *program, const char *last_words, const char *expected)
{
    kill(program->pid, SIGUSR1);
    free(background_await_text(test_path(home, "err"), last_words));
    background_kill(program);
    expect(in_home("sed -E 's/[0-9]+[.][0-9]+/N/g; s/^(slowest stage:) [a-z]+/\\1 STAGE/' err"), 0,
           expected, "");
}

/* ---- SIGUSR1 ------------------------------------------------------------------------------- */

START_TEST(reports_an_idle_run_when_asked)
{
    begin_with_hostile();
    background program = background_start(home, "run hostile.ini -q --workers 1");
    type(&program, "{\"text\":\"One.\"}\n{\"text\":\"broken\n");
    ck_assert_ptr_nonnull(background_line(&program));
    background_await_file(test_path(home, "dead_letters.jsonl.part"), 1);
    background_pause(0.2);
    expect_report(&program, "slowest article",
                  "2 articles in = 1 out + 0 dropped + 1 dead letter\n"
                  "N MB read, N MB/s, N s, at stdin:2\n"
                  "worker 1: idle\n"
                  "slowest stage: STAGE, N ms/MB, N % of the time, slowest article N ms\n");
}
END_TEST

START_TEST(reports_where_each_worker_is)
{
    begin_with_hostile();
    background program = background_start(home, "run hostile.ini -q --workers 1");
    type(&program, "{\"text\":\"One.\"}\n");
    ck_assert_ptr_nonnull(background_line(&program));
    type(&program, "{\"text\":\"do:sleep\"}\n");
    background_pause(0.2);
    expect_report(&program, "slowest article",
                  "1 article in = 1 out + 0 dropped + 0 dead letters\n"
                  "N MB read, N MB/s, N s, at stdin:2\n"
                  "worker 1: stage hostile, article stdin:2, for N s\n"
                  "slowest stage: STAGE, N ms/MB, N % of the time, slowest article N ms\n");
}
END_TEST

START_TEST(reports_before_the_first_article)
{
    begin_with_hostile();
    background program = background_start(home, "run hostile.ini -o out.jsonl -q --workers 2");
    background_await_file(test_path(home, "out.jsonl.part"), 0);
    background_pause(0.1);
    expect_report(&program, "worker 2: idle\n",
                  "0 articles in = 0 out + 0 dropped + 0 dead letters\n"
                  "N MB read, N MB/s, N s, at stdin\n"
                  "worker 1: idle\nworker 2: idle\n");
}
END_TEST

START_TEST(reports_a_run_without_workers)
{
    begin_with_hostile();
    background program = background_start(home, "run hostile.ini -q --workers 0");
    type(&program, "{\"text\":\"One.\"}\n");
    ck_assert_ptr_nonnull(background_line(&program));
    background_pause(0.2);
    expect_report(&program, "slowest article",
                  "1 article in = 1 out + 0 dropped + 0 dead letters\n"
                  "N MB read, N MB/s, N s, at stdin:1\n"
                  "slowest stage: STAGE, N ms/MB, N % of the time, slowest article N ms\n");
}
END_TEST

/* The run is about to wait for more when the question comes. */
START_TEST(answers_without_more_input_whenever_it_is_asked)
{
    begin_with_hostile();
    background program = background_start(home, "run hostile.ini -q --workers 1");
    for (int i = 1; i <= 300; i++) {
        char words[100];
        type(&program, "{\"text\":\"One.\"}\n");
        ck_assert_ptr_nonnull(background_line(&program));
        if (i % 2 == 0) background_pause(i * 1e-6);
        kill(program.pid, SIGUSR1);
        snprintf(words, sizeof words, ", at stdin:%d\n", i);
        free(background_await_text(test_path(home, "err"), words));
    }
    background_kill(&program);
}
END_TEST

START_TEST(survives_being_asked_again_and_again)
{
    begin_with_hostile();
    expect(in_home("yes '{\"text\":\"One.\"}' | head -n 20000 >in.jsonl"), 0, "", "");
    background program = background_start(home, "run hostile.ini in.jsonl -o out.jsonl -q");
    background_await_file(test_path(home, "out.jsonl.part"), 0);
    for (int i = 0; i < 200 && !background_has_ended(&program); i++) {
        kill(program.pid, SIGUSR1);
        background_pause(0.001);
    }
    ck_assert_int_eq(background_wait(&program), 0);
    expect(in_home("wc -l <out.jsonl"), 0, "20000\n", "");
}
END_TEST

/* ---- Statistics and metrics ---------------------------------------------------------------- */

/* Starts a run over a pipe whose first commit point has been passed, so that what is asked for is
 * written while it waits for more. */
static background start_and_feed(const char *options)
{
    background program = background_start(
        home, "run hostile.ini -o out.jsonl -q --set pipeline.checkpoint=0 %s", options);
    static char article[4100];
    int length = snprintf(article, sizeof article, "{\"text\":\"%04000d\"}\n", 7);
    for (int i = 0; i < 1000; i++) background_type(&program, article, (size_t)length);
    return program;
}

START_TEST(rewrites_the_statistics_while_it_runs)
{
    begin_with_hostile();
    background program = start_and_feed("--stats s.json");
    free(background_await_text(test_path(home, "s.json"), "\"articles_in\":"));
    expect(in_home("python3 -c 'import json; s = json.load(open(\"s.json\")); "
                   "print(0 < s[\"articles_in\"] <= 1000)'"),
           0, "True\n", "");
    background_end_input(&program);
    ck_assert_int_eq(background_wait(&program), 0);
    expect(in_home("grep -o '\"articles_in\":1000,\"articles_out\":1000,' s.json; ls"), 0,
           "\"articles_in\":1000,\"articles_out\":1000,\nerr\nhostile.ini\nhostile.so\nout.jsonl\n"
           "out.jsonl.done\ns.json\nx.ini\n",
           "");
}
END_TEST

START_TEST(keeps_the_statistics_of_a_run_that_is_interrupted)
{
    begin_with_hostile();
    background program = start_and_feed("--stats s.json");
    free(background_await_text(test_path(home, "s.json"), "\"articles_in\":"));
    kill(program.pid, SIGTERM);
    ck_assert_int_eq(background_wait(&program), 75);
    expect(in_home("grep -c '^{.*}$' s.json; ls s.json*"), 0, "1\ns.json\n", "");
}
END_TEST

static bool has_promtool(void)
{
    bool has = test_shell("command -v promtool").exit_code == 0;
    if (!has) printf("skipped: promtool is not installed (Debian's prometheus)\n");
    return has;
}

START_TEST(writes_metrics_that_prometheus_reads)
{
    begin_with_hostile();
    background program = start_and_feed("--metrics m.prom");
    free(background_await_text(test_path(home, "m.prom"), "textmill_"));
    if (has_promtool()) expect(in_home("promtool check metrics <m.prom"), 0, "", "");
    type(&program, "{\"text\":\"do:fail\"}\n{\"text\":\"do:segv\"}\n");
    background_end_input(&program);
    ck_assert_int_eq(background_wait(&program), 3);
    if (has_promtool()) expect(in_home("promtool check metrics <m.prom"), 0, "", "");
    expect(in_home("grep -c 'textmill_articles_in_total.* 1002$' m.prom; ls m.prom*"), 0,
           "1\nm.prom\n", "");
}
END_TEST

START_TEST(counts_the_same_in_statistics_whatever_the_workers)
{
    begin_with_hostile();
    expect(
        in_home("for i in 1 2 3 4 5 6 7 8 9; do case $i in 3) echo broken;; 5) echo "
                "'{\"text\":\"do:fail\"}';; *) echo '{\"text\":\"fine\"}';; esac; done >in.jsonl; "
                "for w in 0 1 3; do textmill run hostile.ini in.jsonl -o $w.jsonl -q --workers $w "
                "--stats s.json; sed -E 's/(seconds|second)\":[0-9.e-]+/\\1\":T/g; "
                "s/\"(workers|restarts)\":[0-9]+,//g' s.json >$w; done; cmp 0 1; cmp 0 3"),
        0, "", "");
}
END_TEST

/* ---- One record ---------------------------------------------------------------------------- */

START_TEST(takes_one_record_out_of_the_input)
{
    begin_with_hostile();
    write_file("in.jsonl", "{\"text\":\"One.\"}\n\n  {\"text\" : \"do:segv\"}\nbroken");
    write_file("a.txt", "Text,\nnot a line");
    expect(in_home("for i in 1 2 3 4; do textmill run hostile.ini in.jsonl a.txt --dump-record $i; "
                   "echo \"<$?>\"; done"),
           0,
           "{\"text\":\"One.\"}\n<0>\n  {\"text\" : \"do:segv\"}\n<0>\nbroken\n<0>\n"
           "Text,\nnot a line<0>\n",
           "");
    expect(
        in_home("textmill run hostile.ini in.jsonl --dump-record 2 -o one.jsonl; "
                "textmill run hostile.ini one.jsonl -q --workers 1; cat dead_letters.jsonl"),
        0,
        "{\"dead_letter\":1,\"source\":\"one.jsonl:1\",\"reader\":\"jsonl\",\"stage\":\"hostile\","
        "\"reason\":\"killed by SIGSEGV\",\"record\":\"  {\\\"text\\\" : \\\"do:segv\\\"}\"}\n",
        "");
}
END_TEST

START_TEST(refuses_to_take_out_a_record_that_is_not_there)
{
    begin();
    write_file("in.jsonl", "{\"text\":\"One.\"}\n{\"text\":\"Two.\"}\n");
    expect(in_home("textmill run x.ini in.jsonl --dump-record 3 -o one.jsonl"), 2, "",
           "textmill: --dump-record 3: the input has only 2 records\n");
    expect_no_file("one.jsonl");
    expect(in_home("textmill run x.ini in.jsonl --dump-record none"), 2, "",
           "textmill: run: --dump-record 'none' is no number of a record; the first is 1\n");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {reports_an_idle_run_when_asked,
                                  reports_where_each_worker_is,
                                  reports_before_the_first_article,
                                  reports_a_run_without_workers,
                                  answers_without_more_input_whenever_it_is_asked,
                                  survives_being_asked_again_and_again,
                                  rewrites_the_statistics_while_it_runs,
                                  keeps_the_statistics_of_a_run_that_is_interrupted,
                                  writes_metrics_that_prometheus_reads,
                                  counts_the_same_in_statistics_whatever_the_workers,
                                  takes_one_record_out_of_the_input,
                                  refuses_to_take_out_a_record_that_is_not_there,
                                  NULL};
    return test_run(test_suite("watch", tests));
}
