/* The metrics text, whole, and in the eyes of Prometheus itself: `promtool check metrics` parses it
 * and knows the conventions for names; it must find nothing to say. */
#include "metrics.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static stage_statistics rows[] = {
    {.name = "input", .articles = 1000, .dead = 2, .nanoseconds = 250000000, .longest = 1250000},
    {.name = "split_sentences",
     .articles = 998,
     .dropped = 8,
     .nanoseconds = 500000000,
     .longest = 999},
};

static const statistics busy = {.articles_in = 1000,
                                .articles_out = 990,
                                .dropped = 8,
                                .dead = 2,
                                .bytes_in = 20000000000,
                                .bytes_out = 30005000,
                                .seconds = 1.25,
                                .workers = 2,
                                .restarts = 1,
                                .stages = rows,
                                .stage_count = 2};

/* Owns: the caller frees it. */
static char *render(const metrics *what)
{
    buffer text;
    buffer_init(&text, NULL, 1 << 22);
    metrics_text(what, &text);
    buffer_write(&text, "", 1);
    ck_assert(!text.failed);
    char *copy = strdup(text.output.data);
    buffer_clear(&text);
    return copy;
}

/* Has promtool parse and judge the text. It does not look for series that are there twice. */
static void expect_no_complaint(const char *text)
{
    const char *path = test_path(test_folder(), "x.prom");
    test_write(path, text, strlen(text));
    test_outcome judged = test_shell("promtool check metrics <%s && "
                                     "grep -v '^#' %s | sed 's/ [^ ]*$//' | sort | uniq -d",
                                     path, path);
    ck_assert_msg(judged.exit_code != 127, "promtool is missing; run the tests by `make test`");
    ck_assert_str_eq(judged.err, "");
    ck_assert_str_eq(judged.out, "");
    ck_assert_int_eq(judged.exit_code, 0);
    free(judged.out);
    free(judged.err);
}

/* Looks for a line of its own. */
static void expect_line(const char *text, const char *line)
{
    const char *found = strstr(text, line);
    ck_assert_msg(found != NULL, "no line %s in\n%s", line, text);
    ck_assert(found == text || found[-1] == '\n');
    ck_assert_int_eq(found[strlen(line)], '\n');
}

START_TEST(writes_every_metric_with_its_help_and_type)
{
    const metrics what = {.counts = &busy,
                          .pipeline = "pipelines/news.ini",
                          .path = "/var/lib/node_exporter/night.prom",
                          .started = 1732446000.25,
                          .committed = 1732446060};
    char *text = render(&what);
    ck_assert_str_eq(
        text,
        "# HELP textmill_articles_in_total Articles read.\n"
        "# TYPE textmill_articles_in_total counter\n"
        "textmill_articles_in_total{pipeline=\"news.ini\",run=\"night\"} 1000\n"
        "# HELP textmill_articles_out_total Articles written to the outputs.\n"
        "# TYPE textmill_articles_out_total counter\n"
        "textmill_articles_out_total{pipeline=\"news.ini\",run=\"night\"} 990\n"
        "# HELP textmill_articles_dropped_total Articles that a stage dropped.\n"
        "# TYPE textmill_articles_dropped_total counter\n"
        "textmill_articles_dropped_total{pipeline=\"news.ini\",run=\"night\"} 8\n"
        "# HELP textmill_dead_letters_total Articles set aside with the reason of their failure.\n"
        "# TYPE textmill_dead_letters_total counter\n"
        "textmill_dead_letters_total{pipeline=\"news.ini\",run=\"night\"} 2\n"
        "# HELP textmill_input_bytes_total Bytes of the records read, decompressed.\n"
        "# TYPE textmill_input_bytes_total counter\n"
        "textmill_input_bytes_total{pipeline=\"news.ini\",run=\"night\"} 20000000000\n"
        "# HELP textmill_output_bytes_total Bytes given to all outputs, before compression.\n"
        "# TYPE textmill_output_bytes_total counter\n"
        "textmill_output_bytes_total{pipeline=\"news.ini\",run=\"night\"} 30005000\n"
        "# HELP textmill_worker_restarts_total Worker processes that had to be replaced.\n"
        "# TYPE textmill_worker_restarts_total counter\n"
        "textmill_worker_restarts_total{pipeline=\"news.ini\",run=\"night\"} 1\n"
        "# HELP textmill_workers Worker processes; 0: all is done in one process.\n"
        "# TYPE textmill_workers gauge\n"
        "textmill_workers{pipeline=\"news.ini\",run=\"night\"} 2\n"
        "# HELP textmill_run_finished 1: the run is finished; 0: it is under way or was broken "
        "off.\n"
        "# TYPE textmill_run_finished gauge\n"
        "textmill_run_finished{pipeline=\"news.ini\",run=\"night\"} 0\n"
        "# HELP textmill_run_start_timestamp_seconds When the run started, since 1970.\n"
        "# TYPE textmill_run_start_timestamp_seconds gauge\n"
        "textmill_run_start_timestamp_seconds{pipeline=\"news.ini\",run=\"night\"} 1732446000.25\n"
        "# HELP textmill_last_commit_timestamp_seconds When finished articles were last made safe, "
        "since 1970.\n"
        "# TYPE textmill_last_commit_timestamp_seconds gauge\n"
        "textmill_last_commit_timestamp_seconds{pipeline=\"news.ini\",run=\"night\"} 1732446060\n"
        "# HELP textmill_stage_articles_total Articles that a stage was called for.\n"
        "# TYPE textmill_stage_articles_total counter\n"
        "textmill_stage_articles_total{pipeline=\"news.ini\",run=\"night\",stage=\"input\"} 1000\n"
        "textmill_stage_articles_total{pipeline=\"news.ini\",run=\"night\",stage=\"split_"
        "sentences\"} 998\n"
        "# HELP textmill_stage_dropped_total Articles that a stage dropped.\n"
        "# TYPE textmill_stage_dropped_total counter\n"
        "textmill_stage_dropped_total{pipeline=\"news.ini\",run=\"night\",stage=\"input\"} 0\n"
        "textmill_stage_dropped_total{pipeline=\"news.ini\",run=\"night\",stage=\"split_"
        "sentences\"} 8\n"
        "# HELP textmill_stage_dead_letters_total Articles set aside because a stage failed.\n"
        "# TYPE textmill_stage_dead_letters_total counter\n"
        "textmill_stage_dead_letters_total{pipeline=\"news.ini\",run=\"night\",stage=\"input\"} 2\n"
        "textmill_stage_dead_letters_total{pipeline=\"news.ini\",run=\"night\",stage=\"split_"
        "sentences\"} 0\n"
        "# HELP textmill_stage_seconds_total Time that a stage took, of all workers together.\n"
        "# TYPE textmill_stage_seconds_total counter\n"
        "textmill_stage_seconds_total{pipeline=\"news.ini\",run=\"night\",stage=\"input\"} 0.25\n"
        "textmill_stage_seconds_total{pipeline=\"news.ini\",run=\"night\",stage=\"split_"
        "sentences\"} 0.5\n"
        "# HELP textmill_stage_longest_seconds Time that the slowest article of a stage took.\n"
        "# TYPE textmill_stage_longest_seconds gauge\n"
        "textmill_stage_longest_seconds{pipeline=\"news.ini\",run=\"night\",stage=\"input\"} "
        "0.00125\n"
        "textmill_stage_longest_seconds{pipeline=\"news.ini\",run=\"night\",stage=\"split_"
        "sentences\"} 9.99e-07\n");
    expect_no_complaint(text);
    free(text);
}
END_TEST

START_TEST(tells_no_commit_before_the_first_and_no_stages_where_there_are_none)
{
    const statistics nothing = {.finished = true};
    const metrics what = {&nothing, "x.ini", "x.prom", 0, 0};
    char *text = render(&what);
    ck_assert_ptr_null(strstr(text, "last_commit"));
    ck_assert_ptr_null(strstr(text, "stage_"));
    expect_line(text, "textmill_run_finished{pipeline=\"x.ini\",run=\"x\"} 1");
    expect_line(text, "textmill_run_start_timestamp_seconds{pipeline=\"x.ini\",run=\"x\"} 0");
    expect_no_complaint(text);
    free(text);
}
END_TEST

/* Section names and file names may hold nearly anything. */
START_TEST(escapes_names_so_that_prometheus_reads_them)
{
    stage_statistics stages[] = {{.name = "a \"b\" \\ c"},
                                 {.name = "line\nbreak\ttab\rreturn"},
                                 {.name = "} 1\nevil 2"},
                                 {.name = "# HELP x"},
                                 {.name = ""},
                                 {.name = "caf\xC3\xA9 \xF0\x9F\x98\x80"},
                                 {.name = "latin caf\xE9"},
                                 {.name = "\xFF\xFE"},
                                 {.name = "\xED\xA0\x80"},
                                 {.name = "cut \xE2\x82"},
                                 {.name = "\x01\x7F\xC2\x85"},
                                 {.name = "output {x=\"y\"}"}};
    const statistics counts = {.stages = stages, .stage_count = MILL_COUNT(stages)};
    const metrics what = {&counts, "/data/my \"best\"\\\n\xE9.ini", "/m/.prom", 1, 1};
    char *text = render(&what);
#define RUN "{pipeline=\"my \\\"best\\\"\\\\\\n\\\\xE9.ini\",run=\".prom\""
    expect_line(text, "textmill_workers" RUN "} 0");
    expect_line(text, "textmill_stage_articles_total" RUN ",stage=\"a \\\"b\\\" \\\\ c\"} 0");
    expect_line(text,
                "textmill_stage_articles_total" RUN ",stage=\"line\\nbreak\ttab\rreturn\"} 0");
    expect_line(text, "textmill_stage_articles_total" RUN ",stage=\"} 1\\nevil 2\"} 0");
    expect_line(text, "textmill_stage_articles_total" RUN ",stage=\"\"} 0");
    expect_line(text,
                "textmill_stage_articles_total" RUN ",stage=\"caf\xC3\xA9 \xF0\x9F\x98\x80\"} 0");
    expect_line(text, "textmill_stage_articles_total" RUN ",stage=\"latin caf\\\\xE9\"} 0");
    expect_line(text, "textmill_stage_articles_total" RUN ",stage=\"\\\\xFF\\\\xFE\"} 0");
    expect_line(text, "textmill_stage_articles_total" RUN ",stage=\"\\\\xED\\\\xA0\\\\x80\"} 0");
    expect_line(text, "textmill_stage_articles_total" RUN ",stage=\"cut \\\\xE2\\\\x82\"} 0");
    expect_no_complaint(text);
    free(text);
}
END_TEST

/* The collector reads all files of its folder as one text. */
START_TEST(files_in_one_folder_hold_different_series)
{
    static const char *const paths[] = {"c/news-1.prom", "c/news-2.prom", "news-2.prom.gz", "-"};
    static const char *const runs[] = {"news-1", "news-2", "news-2.prom.gz", "-"};
    char line[200];
    for (size_t i = 0; i < MILL_COUNT(paths); i++) {
        char *text = render(&(metrics){&busy, "news.ini", paths[i], 1, 1});
        snprintf(line, sizeof line, "textmill_workers{pipeline=\"news.ini\",run=\"%s\"} 2",
                 runs[i]);
        expect_line(text, line);
        free(text);
    }
}
END_TEST

/* What a test that always passes would let through. */
START_TEST(promtool_does_complain)
{
    static const char *const wrong[] = {
        "# HELP a_total A.\n# TYPE a_total counter\na_total{x=\"caf\xE9\"} 1\n",
        "a_total 1\n",
    };
    const char *path = test_path(test_folder(), "x.prom");
    for (size_t i = 0; i < MILL_COUNT(wrong); i++) {
        test_write(path, wrong[i], strlen(wrong[i]));
        test_outcome judged = test_shell("promtool check metrics <%s", path);
        ck_assert_int_ne(judged.exit_code, 127);
        ck_assert_msg(judged.exit_code != 0 && judged.err[0] != '\0', "%s", wrong[i]);
        free(judged.out);
        free(judged.err);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        writes_every_metric_with_its_help_and_type,
        tells_no_commit_before_the_first_and_no_stages_where_there_are_none,
        escapes_names_so_that_prometheus_reads_them,
        files_in_one_folder_hold_different_series,
        promtool_does_complain,
        NULL};
    return test_run(test_suite("metrics", tests));
}
