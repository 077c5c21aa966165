/* Worker processes seen from outside: their number changes nothing in the output, nothing waits for
 * more input, none outlives the coordinator. */
#include "background.h"
#include "corpus.h"
#include "program.h"

#include <signal.h>

static const int worker_counts[] = {0, 1, 2, 7};

#define WORKER_COUNTS ((int)(sizeof worker_counts / sizeof *worker_counts))

/* Builds the stages, and all.ini that runs them in three segments and writes three outputs. */
static void begin_with_stages(void)
{
    begin();
    build_plugin("fussy");
    build_plugin("hostile");
    build_plugin("ordered");
    write_file("all.ini", "[fussy]\nplugin = ./fussy.so\n"
                          "[ordered]\nplugin = ./ordered.so\n"
                          "[split_sentences]\n"
                          "[output]\nplugin = jsonl\npath = out.jsonl\n"
                          "[output packed]\nplugin = jsonl\npath = packed.jsonl.gz\n"
                          "[output short]\nplugin = jsonl\npath = short.jsonl.zst\ntext = no\n");
    write_file("ordered.ini", "[ordered]\nplugin = ./ordered.so\n[output]\nplugin = jsonl\n");
    write_file("hostile.ini", "[hostile]\nplugin = ./hostile.so\n[output]\nplugin = jsonl\n");
}

/* Outputs go beside the pipeline file, so each run has a folder with a copy of it. */
static void make_place(const char *name)
{
    expect(in_home("mkdir %s && cp all.ini *.so %s", name, name), 0, "", "");
}

static const char *const all_outputs[] = {"out.jsonl", "packed.jsonl.gz", "short.jsonl.zst",
                                          "out.dead_letters.jsonl"};

static void expect_same_outputs(const char *place, const char *expected_place)
{
    for (size_t i = 0; i < sizeof all_outputs / sizeof *all_outputs; i++) {
        char name[200], expected[200];
        snprintf(name, sizeof name, "%s/%s", place, all_outputs[i]);
        snprintf(expected, sizeof expected, "%s/%s", expected_place, all_outputs[i]);
        expect_same_file(name, expected);
    }
}

/* ---- The same bytes ------------------------------------------------------------------------ */

START_TEST(writes_the_same_bytes_for_any_number_of_workers)
{
    corpus articles = {0};
    random_source random = random_seeded("writes_the_same_bytes_for_any_number_of_workers");
    begin_with_stages();
    corpus_add_mixture(&articles, &random, 600);
    corpus_write(&articles, test_path(home, "in.jsonl"), 0);
    corpus_clear(&articles);
    for (int i = 0; i < WORKER_COUNTS; i++) {
        char place[20];
        snprintf(place, sizeof place, "w%d", worker_counts[i]);
        make_place(place);
        expect(in_home("textmill run %s/all.ini in.jsonl --workers %d -q", place, worker_counts[i]),
               3, "", "");
        expect_same_outputs(place, "w0");
    }
}
END_TEST

START_TEST(writes_the_same_bytes_however_the_input_comes)
{
    corpus articles = {0};
    random_source random = random_seeded("writes_the_same_bytes_however_the_input_comes");
    begin_with_stages();
    corpus_add_mixture(&articles, &random, 200);
    corpus_write(&articles, test_path(home, "in.jsonl"), 0);
    corpus_clear(&articles);
    make_place("whole");
    make_place("odd");
    make_place("slow");
    expect(in_home("textmill run whole/all.ini --workers 2 -q <in.jsonl"), 3, "", "");
    expect(in_home("dd if=in.jsonl bs=777 2>/dev/null | textmill run odd/all.ini --workers 2 -q"),
           3, "", "");
    expect(in_home("{ head -c 1 in.jsonl; sleep 0.05; tail -c +2 in.jsonl | head -c 99998; sleep "
                   "0.05; tail -c +100000 in.jsonl; } | textmill run slow/all.ini --workers 2 -q"),
           3, "", "");
    expect_same_outputs("odd", "whole");
    expect_same_outputs("slow", "whole");
}
END_TEST

START_TEST(takes_the_shipped_pipeline_to_the_same_bytes)
{
    begin();
    expect(test_shell("build/bench/make_corpus --bytes 3M >'%s/in.jsonl' 2>/dev/null || "
                      "{ mkdir -p build/bench && ${CC:-cc} -std=c11 -D_GNU_SOURCE -O1 -o "
                      "'%s/make_corpus' tests/bench/make_corpus.c && '%s/make_corpus' --bytes 3M "
                      ">'%s/in.jsonl'; }; cp pipelines/news.ini '%s'",
                      home, home, home, home, home),
           0, "", "");
    for (int i = 0; i < WORKER_COUNTS; i++) {
        char name[40];
        snprintf(name, sizeof name, "out%d.jsonl", worker_counts[i]);
        expect(
            in_home("textmill run news.ini in.jsonl -o %s --workers %d -q", name, worker_counts[i]),
            0, "", "");
        expect_same_file(name, "out0.jsonl");
    }
}
END_TEST

START_TEST(refuses_a_number_of_workers_that_is_none)
{
    begin();
    expect(
        in_home("textmill run x.ini --workers many </dev/null"), 2, "",
        "--set pipeline.workers=many: workers: 'many' is no value for it; write auto or a number "
        "from 0 to 1024\ntextmill: 1 mistake found; nothing was read\n");
    expect(in_home("textmill run x.ini --workers auto -q </dev/null"), 0, "", "");
}
END_TEST

/* ---- Order --------------------------------------------------------------------------------- */

START_TEST(shows_an_ordered_stage_all_articles_in_order)
{
    begin_with_stages();
    expect(in_home("i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo "
                   "'{\"text\":\"An article.\"}'; done >in.jsonl; i=0; "
                   "while [ $i -lt 3000 ]; do i=$((i+1)); echo "
                   "\"{\\\"id\\\":\\\"in.jsonl:$i\\\",\\\"text\\\":\\\"An article.\\\",\\\"number"
                   "\\\":$i,\\\"bytes_before\\\":$((11*i-11))}\"; done >expected.jsonl"),
           0, "", "");
    for (int i = 0; i < WORKER_COUNTS; i++) {
        expect(in_home("textmill run ordered.ini in.jsonl -o out.jsonl -fq --workers %d",
                       worker_counts[i]),
               0, "", "");
        expect_same_file("out.jsonl", "expected.jsonl");
    }
}
END_TEST

START_TEST(counts_what_an_ordered_stage_drops_or_fails_at)
{
    begin_with_stages();
    write_file("in.jsonl", "{\"text\":\"One.\"}\n{\"text\":\"order:drop\"}\n"
                           "{\"text\":\"order:fail\"}\n{\"text\":\"Four.\"}\n");
    for (int i = 0; i < WORKER_COUNTS; i++) {
        expect(in_home("textmill run ordered.ini in.jsonl -q --dead-letters %d.jsonl --workers %d",
                       worker_counts[i], worker_counts[i]),
               3,
               "{\"id\":\"in.jsonl:1\",\"text\":\"One.\",\"number\":1,\"bytes_before\":0}\n"
               "{\"id\":\"in.jsonl:4\",\"text\":\"Four.\",\"number\":4,\"bytes_before\":24}\n",
               "");
    }
}
END_TEST

/* ---- Slow input ---------------------------------------------------------------------------- */

/* Types an article and expects it back before anything else is typed. */
static void expect_echo(const background *program, const char *line, const char *expected)
{
    background_type(program, line, strlen(line));
    const char *came = background_line(program);
    ck_assert_ptr_nonnull(came);
    ck_assert_str_eq(came, expected);
}

START_TEST(lets_a_typed_article_out_at_once)
{
    begin_with_stages();
    background program =
        background_start(home, "run ordered.ini -q --workers %d", worker_counts[_i]);
    expect_echo(&program, "{\"text\":\"One.\"}\n",
                "{\"id\":\"stdin:1\",\"text\":\"One.\",\"number\":1,\"bytes_before\":0}");
    background_pause(0.05);
    expect_echo(&program, "{\"text\":\"Two.\"}\n",
                "{\"id\":\"stdin:2\",\"text\":\"Two.\",\"number\":2,\"bytes_before\":4}");
    background_end_input(&program);
    ck_assert_ptr_null(background_line(&program));
    ck_assert_int_eq(background_wait(&program), 0);
    expect_file("err", "");
}
END_TEST

START_TEST(lets_a_typed_article_out_after_one_that_kills)
{
    static const char killer[] = "{\"text\":\"do:segv\"}\n";
    begin_with_stages();
    background program = background_start(home, "run hostile.ini -q --workers 2");
    expect_echo(&program, "{\"text\":\"One.\"}\n",
                "{\"id\":\"stdin:1\",\"text\":\"One.\",\"whole\":[{\"begin\":0,\"end\":4}],"
                "\"survived\":4}");
    background_type(&program, killer, strlen(killer));
    expect_echo(&program, "{\"text\":\"Three.\"}\n",
                "{\"id\":\"stdin:3\",\"text\":\"Three.\",\"whole\":[{\"begin\":0,\"end\":6}],"
                "\"survived\":6}");
    background_end_input(&program);
    ck_assert_int_eq(background_wait(&program), 3);
    expect_file("err", "");
}
END_TEST

/* ---- No orphans ---------------------------------------------------------------------------- */

/* Ends a run that has at least `workers` children, by a signal to the coordinator alone. */
static void expect_no_orphans(background *program, size_t workers, int signal_number, int code)
{
    pid_t children[BACKGROUND_CHILDREN_MAX];
    size_t count = background_await_children(program->pid, workers, children);
    kill(program->pid, signal_number);
    ck_assert_int_eq(background_wait(program), code);
    background_await_end(children, count);
}

START_TEST(takes_idle_workers_along_when_it_is_killed)
{
    begin_with_stages();
    background program = background_start(home, "run hostile.ini -q --workers 3");
    expect_echo(&program, "{\"text\":\"One.\"}\n",
                "{\"id\":\"stdin:1\",\"text\":\"One.\",\"whole\":[{\"begin\":0,\"end\":4}],"
                "\"survived\":4}");
    expect_no_orphans(&program, 1, SIGKILL, 128 + SIGKILL);
}
END_TEST

START_TEST(takes_busy_workers_along_when_it_is_killed)
{
    static const char busy[] = "{\"text\":\"do:loop\"}\n", asleep[] = "{\"text\":\"do:sleep\"}\n";
    begin_with_stages();
    background program = background_start(home, "run hostile.ini -q --workers 2");
    background_type(&program, busy, strlen(busy));
    background_pause(0.05);
    background_type(&program, asleep, strlen(asleep));
    background_pause(0.05);
    expect_no_orphans(&program, 1, SIGKILL, 128 + SIGKILL);
}
END_TEST

START_TEST(takes_the_process_of_an_ordered_stage_along_when_it_is_killed)
{
    begin_with_stages();
    background program = background_start(home, "run ordered.ini -q --workers 2");
    expect_echo(&program, "{\"text\":\"One.\"}\n",
                "{\"id\":\"stdin:1\",\"text\":\"One.\",\"number\":1,\"bytes_before\":0}");
    expect_no_orphans(&program, 2, SIGKILL, 128 + SIGKILL);
}
END_TEST

START_TEST(ends_workers_when_it_is_terminated)
{
    begin_with_stages();
    background program = background_start(home, "run hostile.ini -q --workers 3");
    expect_echo(&program, "{\"text\":\"One.\"}\n",
                "{\"id\":\"stdin:1\",\"text\":\"One.\",\"whole\":[{\"begin\":0,\"end\":4}],"
                "\"survived\":4}");
    expect_no_orphans(&program, 1, SIGTERM, 75);
}
END_TEST

START_TEST(has_no_process_beside_it_without_workers)
{
    pid_t children[BACKGROUND_CHILDREN_MAX];
    begin_with_stages();
    background program = background_start(home, "run ordered.ini -q --workers 0");
    expect_echo(&program, "{\"text\":\"One.\"}\n",
                "{\"id\":\"stdin:1\",\"text\":\"One.\",\"number\":1,\"bytes_before\":0}");
    ck_assert_uint_eq(background_children(program.pid, children), 0);
    background_end_input(&program);
    ck_assert_int_eq(background_wait(&program), 0);
}
END_TEST

START_TEST(replaces_a_worker_that_was_killed_from_outside)
{
    pid_t children[BACKGROUND_CHILDREN_MAX];
    begin_with_stages();
    background program = background_start(home, "run hostile.ini -q --workers 1");
    expect_echo(&program, "{\"text\":\"One.\"}\n",
                "{\"id\":\"stdin:1\",\"text\":\"One.\",\"whole\":[{\"begin\":0,\"end\":4}],"
                "\"survived\":4}");
    ck_assert_uint_eq(background_await_children(program.pid, 1, children), 1);
    kill(children[0], SIGKILL);
    background_await_end(children, 1);
    expect_echo(&program, "{\"text\":\"Two.\"}\n",
                "{\"id\":\"stdin:2\",\"text\":\"Two.\",\"whole\":[{\"begin\":0,\"end\":4}],"
                "\"survived\":4}");
    background_end_input(&program);
    ck_assert_int_eq(background_wait(&program), 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {writes_the_same_bytes_for_any_number_of_workers,
                                  writes_the_same_bytes_however_the_input_comes,
                                  takes_the_shipped_pipeline_to_the_same_bytes,
                                  refuses_a_number_of_workers_that_is_none,
                                  shows_an_ordered_stage_all_articles_in_order,
                                  counts_what_an_ordered_stage_drops_or_fails_at,
                                  lets_a_typed_article_out_after_one_that_kills,
                                  takes_idle_workers_along_when_it_is_killed,
                                  takes_busy_workers_along_when_it_is_killed,
                                  takes_the_process_of_an_ordered_stage_along_when_it_is_killed,
                                  ends_workers_when_it_is_terminated,
                                  has_no_process_beside_it_without_workers,
                                  replaces_a_worker_that_was_killed_from_outside,
                                  NULL};
    Suite *suite = test_suite("workers", tests);
    test_add_loop(suite, "typed", lets_a_typed_article_out_at_once, WORKER_COUNTS);
    return test_run(suite);
}
