/* The two forms of the numbers, whole, and the accounts. */
#include "statistics.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

static stage_statistics rows[] = {
    {.name = "input", .articles = 1000, .dead = 2, .nanoseconds = 250000000, .longest = 1250000},
    {.name = "split_sentences",
     .articles = 998,
     .dropped = 8,
     .nanoseconds = 500000000,
     .longest = 30000000},
    {.name = "output \"x\"", .articles = 990, .nanoseconds = 250000000, .longest = 999},
};

static const statistics busy = {.articles_in = 1000,
                                .articles_out = 990,
                                .dropped = 8,
                                .dead = 2,
                                .bytes_in = 20000000,
                                .bytes_out = 30005000,
                                .seconds = 1.25,
                                .workers = 2,
                                .finished = true,
                                .stages = rows,
                                .stage_count = 3};

/* Compares what `write` writes of `counts`. */
static void expect(void (*write)(const statistics *, buffer *), const statistics *counts,
                   const char *expected)
{
    buffer text;
    buffer_init(&text, NULL, 1 << 16);
    write(counts, &text);
    buffer_write(&text, "", 1);
    ck_assert_str_eq(text.output.data, expected);
    buffer_clear(&text);
}

START_TEST(writes_json)
{
    expect(statistics_json, &busy,
           "{\"finished\":true,\"workers\":2,\"restarts\":0,\"articles_in\":1000,\"articles_out\":"
           "990,\"dropped\":8,\"dead_letters\":2,"
           "\"bytes_in\":20000000,\"bytes_out\":30005000,\"seconds\":1.25,"
           "\"megabytes_per_second\":16,\"stages\":["
           "{\"name\":\"input\",\"articles\":1000,\"dropped\":0,\"dead_letters\":2,"
           "\"seconds\":0.25,\"longest_seconds\":0.00125},"
           "{\"name\":\"split_sentences\",\"articles\":998,\"dropped\":8,\"dead_letters\":0,"
           "\"seconds\":0.5,\"longest_seconds\":0.03},"
           "{\"name\":\"output \\\"x\\\"\",\"articles\":990,\"dropped\":0,\"dead_letters\":0,"
           "\"seconds\":0.25,\"longest_seconds\":9.99e-07}]}\n");
}
END_TEST

START_TEST(writes_a_table)
{
    expect(statistics_table, &busy,
           "  stage                 articles  dropped     ms/MB   share   slowest ms\n"
           "  input                     1000        0    12.500  25.0 %        1.250\n"
           "  split_sentences            998        8    25.000  50.0 %       30.000\n"
           "  output \"x\"                 990        0    12.500  25.0 %        0.001\n"
           "1000 articles in = 990 out + 8 dropped + 2 dead letters\n"
           "20.00 MB in, 30.00 MB out, 1.250 s, 16.0 MB/s\n");
}
END_TEST

START_TEST(tells_how_many_workers_had_to_be_replaced)
{
    statistics counts = {.articles_in = 2, .articles_out = 1, .dead = 1, .workers = 4};
    static const char head[] =
        "  stage                 articles  dropped     ms/MB   share   slowest ms\n"
        "2 articles in = 1 out + 0 dropped + 1 dead letter\n"
        "0.00 MB in, 0.00 MB out, 0.000 s, 0.0 MB/s\n";
    char expected[400];
    counts.restarts = 1;
    snprintf(expected, sizeof expected, "%s1 worker had to be replaced\n", head);
    expect(statistics_table, &counts, expected);
    counts.restarts = 12;
    snprintf(expected, sizeof expected, "%s12 workers had to be replaced\n", head);
    expect(statistics_table, &counts, expected);
    expect(statistics_json, &counts,
           "{\"finished\":false,\"workers\":4,\"restarts\":12,\"articles_in\":2,"
           "\"articles_out\":1,\"dropped\":0,\"dead_letters\":1,\"bytes_in\":0,\"bytes_out\":0,"
           "\"seconds\":0,\"megabytes_per_second\":0,\"stages\":[]}\n");
}
END_TEST

START_TEST(divides_by_nothing_after_a_run_of_nothing)
{
    stage_statistics row = {.name = "input"};
    const statistics idle = {.stages = &row, .stage_count = 1};
    expect(statistics_json, &idle,
           "{\"finished\":false,\"workers\":0,\"restarts\":0,\"articles_in\":0,\"articles_out\":0,"
           "\"dropped\":0,\"dead_letters\":0,\"bytes_in\":0,"
           "\"bytes_out\":0,\"seconds\":0,\"megabytes_per_second\":0,\"stages\":["
           "{\"name\":\"input\",\"articles\":0,\"dropped\":0,\"dead_letters\":0,\"seconds\":0,"
           "\"longest_seconds\":0}]}\n");
    expect(statistics_table, &idle,
           "  stage                 articles  dropped     ms/MB   share   slowest ms\n"
           "  input                        0        0     0.000   0.0 %        0.000\n"
           "0 articles in = 0 out + 0 dropped + 0 dead letters\n"
           "0.00 MB in, 0.00 MB out, 0.000 s, 0.0 MB/s\n");
}
END_TEST

START_TEST(balances_if_every_article_went_somewhere)
{
    statistics counts = busy;
    ck_assert(statistics_balance(&counts));
    counts.articles_in++;
    ck_assert(!statistics_balance(&counts));
    counts.dead++;
    ck_assert(statistics_balance(&counts));
    counts.articles_out--;
    counts.dropped++;
    ck_assert(statistics_balance(&counts));
}
END_TEST

START_TEST(has_a_clock_that_never_goes_back)
{
    uint64_t before = statistics_now();
    for (int i = 0; i < 1000; i++) {
        uint64_t now = statistics_now();
        ck_assert_uint_ge(now, before);
        before = now;
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {writes_json,
                                  writes_a_table,
                                  tells_how_many_workers_had_to_be_replaced,
                                  divides_by_nothing_after_a_run_of_nothing,
                                  balances_if_every_article_went_somewhere,
                                  has_a_clock_that_never_goes_back,
                                  NULL};
    return test_run(test_suite("statistics", tests));
}
