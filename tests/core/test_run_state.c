/* The report of a run under way, whole. */
#include "run_state.h"
#include "test.h"

#include <string.h>

#define SECOND UINT64_C(1000000000)

static stage_statistics rows[] = {
    {.name = "input", .articles = 1000, .nanoseconds = 250000000, .longest = 1250000},
    {.name = "extract_quotes", .articles = 998, .nanoseconds = 500000000, .longest = 30000000},
    {.name = "output", .articles = 990, .nanoseconds = 250000000, .longest = 999},
};

static const statistics busy = {.articles_in = 1000,
                                .articles_out = 900,
                                .dropped = 8,
                                .dead = 2,
                                .bytes_in = 20000000,
                                .bytes_out = 30005000,
                                .workers = 3,
                                .stages = rows,
                                .stage_count = 3};

static void expect(const run_state *state, const char *expected)
{
    buffer text;
    buffer_init(&text, NULL, 1 << 16);
    run_state_text(state, &text);
    buffer_write(&text, "", 1);
    ck_assert_str_eq(text.output.data, expected);
    buffer_clear(&text);
}

START_TEST(tells_what_is_done_where_each_worker_is_and_what_is_slow)
{
    const worker_state workers[] = {
        {.stage = NULL},
        {"extract_quotes", "news.jsonl:17", 98 * SECOND + 800000000},
        {"input", "news.jsonl:1000", 102 * SECOND},
    };
    expect(&(run_state){.counts = &busy,
                        .started = 100 * SECOND,
                        .now = 102 * SECOND,
                        .bytes_read = 12300000,
                        .bytes_total = 61500000,
                        .source = "news.jsonl:1000",
                        .workers = workers,
                        .worker_count = 3},
           "1000 articles in = 900 out + 8 dropped + 2 dead letters + 90 under way\n"
           "12.30 of 61.50 MB read (20 %), 10.0 MB/s, 2.0 s, at news.jsonl:1000\n"
           "worker 1: idle\n"
           "worker 2: stage extract_quotes, article news.jsonl:17, for 3.2 s\n"
           "worker 3: stage input, article news.jsonl:1000, for 0.0 s\n"
           "slowest stage: extract_quotes, 25.000 ms/MB, 50.0 % of the time, slowest article "
           "30.000 ms\n");
}
END_TEST

START_TEST(tells_little_before_the_first_article)
{
    stage_statistics row = {.name = "input"};
    const statistics nothing = {.stages = &row, .stage_count = 1};
    expect(&(run_state){.counts = &nothing, .started = 5, .now = 5, .source = ""},
           "0 articles in = 0 out + 0 dropped + 0 dead letters\n"
           "0.00 MB read, 0.0 MB/s, 0.0 s\n");
    const statistics empty = {0};
    expect(&(run_state){.counts = &empty, .started = 6, .now = 5, .source = ""},
           "0 articles in = 0 out + 0 dropped + 0 dead letters\n"
           "0.00 MB read, 0.0 MB/s, 0.0 s\n");
}
END_TEST

START_TEST(tells_no_share_of_an_input_whose_end_is_not_known)
{
    statistics counts = busy;
    counts.articles_out = 990;
    counts.restarts = 2;
    expect(&(run_state){.counts = &counts,
                        .started = SECOND,
                        .now = 5 * SECOND,
                        .bytes_read = 20000000,
                        .source = "stdin:1000"},
           "1000 articles in = 990 out + 8 dropped + 2 dead letters\n"
           "20.00 MB read, 5.0 MB/s, 4.0 s, at stdin:1000\n"
           "workers replaced so far: 2\n"
           "slowest stage: extract_quotes, 25.000 ms/MB, 50.0 % of the time, slowest article "
           "30.000 ms\n");
}
END_TEST

START_TEST(keeps_each_line_one_line_whatever_the_names)
{
    stage_statistics row = {.name = "a\nb", .nanoseconds = 1000000, .longest = 500000};
    const statistics counts = {.articles_in = 1, .stages = &row, .stage_count = 1};
    const worker_state worker = {"a\nb", "new\x1B[31m\nline\x7F.txt", 0};
    expect(&(run_state){.counts = &counts,
                        .started = 1,
                        .now = 1 + SECOND,
                        .bytes_read = 1,
                        .bytes_total = 1,
                        .source = "caf\xC3\xA9\r.txt",
                        .workers = &worker,
                        .worker_count = 1},
           "1 article in = 0 out + 0 dropped + 0 dead letters + 1 under way\n"
           "0.00 of 0.00 MB read (100 %), 0.0 MB/s, 1.0 s, at caf\xC3\xA9 .txt\n"
           "worker 1: stage a b, article new [31m line .txt\n"
           "slowest stage: a b, 100.0 % of the time, slowest article 0.500 ms\n");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {tells_what_is_done_where_each_worker_is_and_what_is_slow,
                                  tells_little_before_the_first_article,
                                  tells_no_share_of_an_input_whose_end_is_not_known,
                                  keeps_each_line_one_line_whatever_the_names, NULL};
    return test_run(test_suite("run_state", tests));
}
