/* chain_fixture - a chain made by hand, for the tests of those who send batches through one: a
 * reader, a stage that does as the article says, maybe one in stream order that numbers what it
 * sees, and a writer. Records are put into the slots of an exchange as the coordinator does it.
 */
#ifndef TESTS_CHAIN_FIXTURE_H
#define TESTS_CHAIN_FIXTURE_H

#include "exchange.h"
#include "host.h"
#include "pipeline_fields.h"
#include "processor.h"
#include "test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static pipeline chain;
static exchange shared;
static volatile sig_atomic_t stop;

/* What plug-ins remember across the deaths of their processes. */
typedef struct memory {
    unsigned kills;
    unsigned restores;
    pid_t last; /* that took up an article */
} memory;

static memory *remembered;

/* ---- Plug-ins ------------------------------------------------------------------------------ */

static inline bool says(mill_document *article, const char *word)
{
    mill_text text = mill_document_text(article);
    return memmem(text.data, text.length, word, strlen(word)) != NULL;
}

static mill_status take_record(void *instance, mill_text record, mill_document *article)
{
    (void)instance;
    remembered->last = getpid();
    mill_document_set_text(article, record.data, record.length);
    mill_document_set_id(article, "a1", 2, false);
    return MILL_OK;
}

static void (*deed)(void); /* of an article that says "deed" */

static mill_status act(void *instance, mill_document *article)
{
    (void)instance;
    if (says(article, "fails")) return mill_fail(article, "it says so");
    if (says(article, "drops")) return MILL_DROPPED;
    if (says(article, "deed")) deed();
    return MILL_OK;
}

/* Puts before each article how many there were, and saves one letter for each. */
static int numbered;

static mill_status number(void *instance, mill_document *article)
{
    char text[16];
    (void)instance;
    int length = snprintf(text, sizeof text, "%d ", ++numbered);
    mill_edit(article, 0, 0, text, (size_t)length);
    if (says(article, "ordered death")) abort();
    return MILL_OK;
}

static mill_status save_number(void *instance, mill_output *output)
{
    (void)instance;
    mill_output_write(output, "n", 1);
    return MILL_OK;
}

static mill_status (*restoring)(mill_text saved); /* NULL: as it should be */

static mill_status restore_number(void *instance, mill_text saved)
{
    (void)instance;
    remembered->restores++;
    if (restoring != NULL) return restoring(saved);
    if (saved.length != 1 || saved.data[0] != 'n') return MILL_FAILED;
    numbered++;
    return MILL_OK;
}

static mill_status write_article(void *instance, mill_document *article, mill_output *output)
{
    (void)instance;
    mill_text text = mill_document_text(article);
    mill_output_write(output, text.data, text.length);
    mill_output_byte(output, '\n');
    return MILL_OK;
}

static const mill_plugin reader_plugin = {
    .header = MILL_HEADER, .kind = MILL_READER, .name = "records", .decode = take_record};
static const mill_plugin actor_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE, .name = "actor", .process = act};
static const mill_plugin number_plugin = {.header = MILL_HEADER,
                                          .kind = MILL_STAGE,
                                          .name = "number",
                                          .flags = MILL_EDITS_TEXT | MILL_STREAM_ORDER,
                                          .process = number,
                                          .save = save_number,
                                          .restore = restore_number};
static const mill_plugin writer_plugin = {
    .header = MILL_HEADER, .kind = MILL_WRITER, .name = "writer", .encode = write_article};

/* ---- The chain ----------------------------------------------------------------------------- */

enum { ROW_INPUT, ROW_ACT, ROW_NUMBER };

static pipeline_step reader_step, stage_steps[2], output_step;
static pipeline_segment one_segment[] = {{0, 1, true, true, false}};
static pipeline_segment three_segments[] = {
    {0, 1, true, false, false}, {1, 1, false, false, true}, {2, 0, false, true, false}};

/* Makes the chain; `ordered`: with the stage that numbers, so in three segments. */
static inline void make_chain(bool ordered)
{
    problem_list problems = {0};
    reader_step = (pipeline_step){.section = "input", .plugin = &reader_plugin};
    reader_step.view.may_decode = true;
    stage_steps[0] = (pipeline_step){.section = "act", .plugin = &actor_plugin, .line = 1};
    stage_steps[1] = (pipeline_step){.section = "number", .plugin = &number_plugin, .line = 2};
    output_step = (pipeline_step){.section = "output", .plugin = &writer_plugin};
    chain = (pipeline){.readers = &reader_step,
                       .reader_count = 1,
                       .stages = stage_steps,
                       .stage_count = ordered ? 2 : 1,
                       .outputs = &output_step,
                       .output_count = 1,
                       .segments = ordered ? three_segments : one_segment,
                       .segment_count = ordered ? 3 : 1};
    chain.settings.max_article = 1000;
    chain.settings.timeout = 30;
    chain.settings.memory = (size_t)1 << 30;
    chain.settings.sandbox = SANDBOX_OFF;
    arena_init(&chain.memory, 1 << 20);
    for (size_t i = 0; i < 2; i++) arena_init(&stage_steps[i].memory, 1 << 20);
    ck_assert(pipeline_bind_fields(&chain, &problems));
    ck_assert_uint_eq(problems.count, 0);
    remembered =
        mmap(NULL, sizeof *remembered, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert(remembered != MAP_FAILED);
    numbered = 0;
    restoring = NULL;
    stop = 0;
}

/* Makes the chain and an exchange for it. */
static inline void make_exchange(bool ordered, size_t workers)
{
    mill_error error;
    make_chain(ordered);
    ck_assert_msg(exchange_open(&shared, &chain, workers, &error), "%s", error.message);
}

static inline void clear_exchange(void)
{
    exchange_close(&shared);
    for (size_t i = 0; i < 2; i++) arena_clear(&stage_steps[i].memory);
    arena_clear(&chain.memory);
    munmap(remembered, sizeof *remembered);
}

/* ---- Batches ------------------------------------------------------------------------------- */

/* Adds a record to the batch in a slot. */
static inline void put_record(size_t slot, const char *record)
{
    record_batch *batch = exchange_batch(&shared, slot);
    uint64_t at = 0;
    if (batch->count > 0) {
        const batch_article *last = &batch->articles[batch->count - 1];
        at = last->at + last->source_length + 1 + last->record_length;
    }
    memcpy(exchange_bytes(&shared, slot) + at, "in:1", 5);
    memcpy(exchange_bytes(&shared, slot) + at + 5, record, strlen(record));
    batch->articles[batch->count++] =
        (batch_article){.at = at, .record_length = strlen(record), .source_length = 4};
}

/* Compares what an article is in the output, with its end. */
static inline void expect_output(size_t slot, uint32_t article, const char *expected)
{
    mill_text text;
    answer *from = exchange_answer(&shared, slot, chain.segment_count - 1);
    ck_assert_uint_eq(from->articles[article].outcome, ARTICLE_OUT);
    ck_assert(answer_range(&shared, from, article, ANSWER_OUTPUTS, &text));
    ck_assert_msg(text.length == strlen(expected) && memcmp(text.data, expected, text.length) == 0,
                  "article %u is '%.*s', not '%s'", article, (int)text.length, text.data, expected);
}

/* Compares why an article was set aside, and by which stage. */
static inline void expect_dead(size_t slot, size_t segment, uint32_t article, uint32_t row,
                               const char *reason)
{
    mill_text notes;
    char text[1024];
    answer *from = exchange_answer(&shared, slot, segment);
    const article_answer *at = &from->articles[article];
    ck_assert_uint_eq(at->outcome, ARTICLE_DEAD);
    ck_assert_uint_eq(at->row, row);
    ck_assert(answer_range(&shared, from, article, ANSWER_NOTES, &notes));
    ck_assert_uint_eq(notes.length, at->reason_length + at->id_length);
    snprintf(text, sizeof text, "%.*s", (int)at->reason_length, notes.data);
    ck_assert_str_eq(text, reason);
    ck_assert_uint_eq(answer_rows(&shared, from)[row].dead, 1);
}

#endif
