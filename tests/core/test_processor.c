/* One record after another through a chain of plug-ins that do as the article says: whatever goes
 * wrong concerns that article alone, is laid to the right stage, and is counted once. */
#include "host.h"
#include "pipeline_fields.h"
#include "processor.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

static bool contains(mill_document *article, const char *word)
{
    mill_text text = mill_document_text(article);
    return memmem(text.data, text.length, word, strlen(word)) != NULL;
}

/* ---- Plug-ins ------------------------------------------------------------------------------ */

static mill_status decode(void *instance, mill_text record, mill_document *article)
{
    (void)instance;
    mill_document_set_text(article, record.data, record.length);
    if (contains(article, "no id")) return MILL_OK;
    mill_document_set_id(article, "a1", 2, false);
    if (contains(article, "reader fails")) return mill_fail(article, "the record is odd");
    return contains(article, "reader drops") ? MILL_DROPPED : MILL_OK;
}

enum { MARKER_MARKS, MARKER_COUNT };

static const mill_field marker_fields[] = {
    {MILL_PROVIDES, MILL_LAYER, "marks", NULL, "the first word"},
    {MILL_PROVIDES, MILL_INTEGER, NULL, "count", "of bytes"},
};

static mill_status mark(void *instance, mill_document *article)
{
    (void)instance;
    mill_text text = mill_document_text(article);
    mill_span_add(article, MARKER_MARKS, 0, text.length);
    mill_set_integer(article, MARKER_COUNT, 0, (int64_t)text.length);
    if (contains(article, "mark fails")) return mill_fail(article, "no %s today", "marks");
    if (contains(article, "mark is silent")) return MILL_FAILED;
    if (contains(article, "mark answers nonsense")) return (mill_status)77;
    if (contains(article, "mark drops")) return MILL_DROPPED;
    if (contains(article, "mark complains and drops")) {
        mill_fail(article, "something is wrong");
        return MILL_DROPPED;
    }
    if (contains(article, "mark complains")) mill_fail(article, "something is wrong");
    if (contains(article, "mark edits")) mill_edit(article, 0, 1, "M", 1);
    return MILL_OK;
}

enum { TRIMMER_MARKS };

static const mill_field trimmer_fields[] = {
    {MILL_NEEDS, MILL_LAYER, "marks", NULL, "what is there"}};

static mill_status trim(void *instance, mill_document *article)
{
    (void)instance;
    mill_text text = mill_document_text(article);
    if (contains(article, "trim adds a mark")) mill_span_add(article, TRIMMER_MARKS, 0, 1);
    if (contains(article, "trim sets a title")) mill_document_set_text(article, "x", 1);
    if (contains(article, "trim uses field 9")) mill_set_integer(article, 9, 0, 1);
    if (contains(article, "trim edits too far")) mill_edit(article, 0, text.length + 1, "", 0);
    if (text.length > 0 && text.data[0] == ' ') mill_edit(article, 0, 1, "", 0);
    return MILL_OK;
}

/* Each writer writes before it fails, so that there is something to take back. */
static mill_status write_first(void *instance, mill_document *article, mill_output *output)
{
    (void)instance;
    mill_text text = mill_document_text(article);
    mill_output_write(output, text.data, text.length);
    mill_output_byte(output, '\n');
    return contains(article, "first fails") ? mill_fail(article, "cannot say this") : MILL_OK;
}

static mill_status write_second(void *instance, mill_document *article, mill_output *output)
{
    (void)instance;
    mill_output_integer(output, mill_get(article, 1, 0).as.integer);
    mill_output_byte(output, '\n');
    if (contains(article, "second needs much")) mill_output_reserve(output, SIZE_MAX / 2);
    return contains(article, "second fails") ? mill_fail(article, "cannot count this") : MILL_OK;
}

static const mill_plugin reader_plugin = {
    .header = MILL_HEADER, .kind = MILL_READER, .name = "records", .decode = decode};
static const mill_plugin marker_plugin = {.header = MILL_HEADER,
                                          .kind = MILL_STAGE,
                                          .name = "marker",
                                          .fields = marker_fields,
                                          .field_count = MILL_COUNT(marker_fields),
                                          .process = mark};
static const mill_plugin trimmer_plugin = {.header = MILL_HEADER,
                                           .kind = MILL_STAGE,
                                           .name = "trimmer",
                                           .flags = MILL_EDITS_TEXT,
                                           .fields = trimmer_fields,
                                           .field_count = MILL_COUNT(trimmer_fields),
                                           .process = trim};
static const mill_plugin first_plugin = {
    .header = MILL_HEADER, .kind = MILL_WRITER, .name = "first", .encode = write_first};
static const mill_plugin second_plugin = {
    .header = MILL_HEADER, .kind = MILL_WRITER, .name = "second", .encode = write_second};

/* ---- The chain ----------------------------------------------------------------------------- */

static pipeline chain;
static pipeline_step reader, stages[2], outputs[2];
static stage_statistics rows[5];
static const pipeline_segment whole = {.stage_count = 2, .is_first = true, .is_last = true};
static buffer written[2], journal;
static uint32_t row;
static processor hand;

static void begin(void)
{
    problem_list problems = {0};
    mill_error error;
    reader = (pipeline_step){.section = "input", .plugin = &reader_plugin};
    reader.view.may_decode = true;
    stages[0] = (pipeline_step){.section = "mark", .plugin = &marker_plugin, .line = 1};
    stages[1] = (pipeline_step){.section = "trim", .plugin = &trimmer_plugin, .line = 2};
    outputs[0] = (pipeline_step){.section = "output", .plugin = &first_plugin};
    outputs[1] = (pipeline_step){.section = "output second", .plugin = &second_plugin};
    chain = (pipeline){.stages = stages, .stage_count = 2, .outputs = outputs, .output_count = 2};
    chain.settings.max_article = 1000;
    arena_init(&chain.memory, 1 << 20);
    for (size_t i = 0; i < 2; i++) arena_init(&stages[i].memory, 1 << 20);
    ck_assert(pipeline_bind_fields(&chain, &problems));
    ck_assert_uint_eq(problems.count, 0);
    memset(rows, 0, sizeof rows);
    for (size_t i = 0; i < 2; i++) buffer_init(&written[i], &host_table, processor_memory(&chain));
    buffer_init(&journal, &host_table, 1 << 20);
    ck_assert(processor_open(&hand, &chain, &error));
}

static void end(void)
{
    processor_close(&hand);
    for (size_t i = 0; i < 2; i++) buffer_clear(&written[i]);
    buffer_clear(&journal);
    for (size_t i = 0; i < 2; i++) arena_clear(&stages[i].memory);
    arena_clear(&chain.memory);
}

static article_outcome send(const char *record)
{
    static char padded[4096];
    size_t length = strlen(record);
    ck_assert_uint_lt(length + MILL_PADDING, sizeof padded);
    memset(padded, 0, sizeof padded);
    memcpy(padded, record, length);
    const article_task task = {.segment = &whole,
                               .reader = &reader,
                               .data = {padded, length},
                               .source = {"in:1", 4},
                               .outputs = written,
                               .journal = &journal,
                               .rows = rows,
                               .row = &row};
    return processor_run(&hand, &task);
}

static const char *const row_names[] = {"input", "mark", "trim", "output", "output second"};

/* Compares what an output has so far. */
static void expect_output(size_t index, const char *expected)
{
    const mill_output *output = &written[index].output;
    ck_assert_uint_eq(output->length, strlen(expected));
    ck_assert_mem_eq(output->data, expected, output->length);
}

/* Sends a good record, then one that must be set aside, then a good one again. */
static void expect_dead(const char *record, const char *stage, const char *reason)
{
    begin();
    ck_assert_int_eq(send("one"), ARTICLE_OUT);
    ck_assert_int_eq(send(record), ARTICLE_DEAD);
    ck_assert_str_eq(row_names[hand.failed], stage);
    ck_assert_str_eq(hand.reason, reason);
    ck_assert_uint_eq(hand.id.length, 2);
    ck_assert_mem_eq(hand.id.data, "a1", 2);
    expect_output(0, "one\n");
    expect_output(1, "3\n");
    ck_assert_int_eq(send("three"), ARTICLE_OUT);
    expect_output(0, "one\nthree\n");
    expect_output(1, "3\n5\n");
    end();
}

/* ---- Tests --------------------------------------------------------------------------------- */

START_TEST(takes_a_record_through_the_chain)
{
    begin();
    ck_assert_int_eq(send(" one"), ARTICLE_OUT);
    ck_assert_int_eq(send(""), ARTICLE_OUT);
    expect_output(0, "one\n\n");
    expect_output(1, "4\n0\n");
    for (size_t i = 0; i < 5; i++) {
        ck_assert_uint_eq(rows[i].articles, 2);
        ck_assert_uint_le(rows[i].longest, rows[i].nanoseconds);
        ck_assert_uint_eq(rows[i].dead + rows[i].dropped, 0);
    }
    end();
}
END_TEST

START_TEST(sets_aside_what_the_reader_refuses)
{
    expect_dead("reader fails", "input", "the record is odd");
}
END_TEST

START_TEST(sets_aside_what_the_reader_would_drop)
{
    expect_dead("reader drops", "input", "failed, and the plug-in does not say why");
}
END_TEST

START_TEST(sets_aside_what_a_stage_refuses)
{
    expect_dead("mark fails", "mark", "no marks today");
}
END_TEST

START_TEST(sets_aside_what_a_stage_refuses_without_a_reason)
{
    expect_dead("mark is silent", "mark", "failed, and the plug-in does not say why");
}
END_TEST

START_TEST(sets_aside_what_a_stage_answers_nonsense_to)
{
    expect_dead("mark answers nonsense", "mark", "failed, and the plug-in does not say why");
}
END_TEST

START_TEST(sets_aside_what_a_stage_complains_about_but_passes)
{
    expect_dead("mark complains", "mark", "something is wrong");
}
END_TEST

START_TEST(sets_aside_what_a_stage_complains_about_and_drops)
{
    expect_dead("mark complains and drops", "mark", "something is wrong");
}
END_TEST

START_TEST(sets_aside_what_a_stage_edits_without_saying_that_it_edits)
{
    expect_dead("mark edits", "mark", "edits the text, but does not declare MILL_EDITS_TEXT");
}
END_TEST

START_TEST(sets_aside_what_a_stage_adds_to_a_layer_of_another)
{
    expect_dead("trim adds a mark", "trim", "adds to layer 'marks', which it does not provide");
}
END_TEST

START_TEST(sets_aside_what_a_stage_decodes_again)
{
    expect_dead("trim sets a title", "trim",
                "sets the text, the id or metadata, which only a reader may do");
}
END_TEST

START_TEST(sets_aside_what_a_stage_sets_in_a_field_that_it_does_not_have)
{
    expect_dead("trim uses field 9", "trim", "uses field 9, but declares only 1");
}
END_TEST

START_TEST(sets_aside_what_a_stage_edits_beyond_the_end)
{
    expect_dead("trim edits too far", "trim", "edit 0-19 reaches beyond the end of the text at 18");
}
END_TEST

START_TEST(takes_back_what_the_first_writer_wrote_of_an_article_that_fails)
{
    expect_dead("first fails", "output", "cannot say this");
}
END_TEST

START_TEST(takes_back_what_all_writers_wrote_if_the_second_fails)
{
    expect_dead("second fails", "output second", "cannot count this");
}
END_TEST

START_TEST(sets_aside_what_needs_more_output_than_there_is_memory)
{
    expect_dead("second needs much", "output second",
                "out of memory: the output waiting and the article's need more than 67124864 "
                "bytes; raise max_article in [pipeline]");
}
END_TEST

START_TEST(sets_aside_a_text_over_the_limit)
{
    char record[1100];
    memset(record, 'x', sizeof record - 1);
    record[sizeof record - 1] = '\0';
    begin();
    ck_assert_int_eq(send(record), ARTICLE_DEAD);
    ck_assert_uint_eq(hand.failed, 0);
    ck_assert_str_eq(hand.reason, "the text has 1099 bytes, more than max_article = 1000; raise "
                                  "max_article in [pipeline]");
    end();
}
END_TEST

START_TEST(sets_aside_an_article_that_there_is_no_memory_to_begin)
{
    begin();
    arena_clear(&hand.home.memory);
    hand.home.memory.limit = 0;
    ck_assert_int_eq(send("one"), ARTICLE_DEAD);
    ck_assert_uint_eq(hand.failed, 0);
    ck_assert_str_eq(hand.reason, "out of memory: there is none to begin an article with; raise "
                                  "the limits on this process (ulimit -d, ulimit -v)");
    ck_assert_uint_eq(hand.id.length, 4);
    ck_assert_mem_eq(hand.id.data, "in:1", 4);
    end();
}
END_TEST

START_TEST(knows_an_article_by_its_source_if_it_has_no_id)
{
    begin();
    ck_assert_int_eq(send("no id, and mark fails"), ARTICLE_DEAD);
    ck_assert_uint_eq(hand.id.length, 4);
    ck_assert_mem_eq(hand.id.data, "in:1", 4);
    end();
}
END_TEST

START_TEST(drops_an_article_and_counts_it)
{
    begin();
    ck_assert_int_eq(send("one"), ARTICLE_OUT);
    ck_assert_int_eq(send("mark drops"), ARTICLE_DROPPED);
    ck_assert_int_eq(send("three"), ARTICLE_OUT);
    expect_output(0, "one\nthree\n");
    expect_output(1, "3\n5\n");
    ck_assert_uint_eq(rows[1].dropped, 1);
    ck_assert_uint_eq(rows[1].articles, 3);
    ck_assert_uint_eq(rows[2].articles, 2);
    end();
}
END_TEST

START_TEST(books_each_failure_to_the_stage_that_failed)
{
    static const char *const records[] = {"reader fails",     "reader drops", "mark fails",
                                          "trim adds a mark", "first fails",  "second fails"};
    static const uint64_t dead[] = {2, 1, 1, 1, 1};
    begin();
    for (size_t i = 0; i < MILL_COUNT(records); i++)
        ck_assert_int_eq(send(records[i]), ARTICLE_DEAD);
    for (size_t i = 0; i < MILL_COUNT(dead); i++) {
        ck_assert_uint_eq(rows[i].dead, dead[i]);
        ck_assert_uint_eq(rows[i].dropped, 0);
    }
    ck_assert_uint_eq(rows[0].articles, 6);
    ck_assert_uint_eq(rows[4].articles, 1);
    expect_output(0, "");
    expect_output(1, "");
    end();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {takes_a_record_through_the_chain,
                                  sets_aside_what_the_reader_refuses,
                                  sets_aside_what_the_reader_would_drop,
                                  sets_aside_what_a_stage_refuses,
                                  sets_aside_what_a_stage_refuses_without_a_reason,
                                  sets_aside_what_a_stage_answers_nonsense_to,
                                  sets_aside_what_a_stage_complains_about_but_passes,
                                  sets_aside_what_a_stage_complains_about_and_drops,
                                  sets_aside_what_a_stage_edits_without_saying_that_it_edits,
                                  sets_aside_what_a_stage_adds_to_a_layer_of_another,
                                  sets_aside_what_a_stage_decodes_again,
                                  sets_aside_what_a_stage_sets_in_a_field_that_it_does_not_have,
                                  sets_aside_what_a_stage_edits_beyond_the_end,
                                  takes_back_what_the_first_writer_wrote_of_an_article_that_fails,
                                  takes_back_what_all_writers_wrote_if_the_second_fails,
                                  sets_aside_what_needs_more_output_than_there_is_memory,
                                  sets_aside_a_text_over_the_limit,
                                  sets_aside_an_article_that_there_is_no_memory_to_begin,
                                  knows_an_article_by_its_source_if_it_has_no_id,
                                  drops_an_article_and_counts_it,
                                  books_each_failure_to_the_stage_that_failed,
                                  NULL};
    return test_run(test_suite("processor", tests));
}
