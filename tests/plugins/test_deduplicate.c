/* deduplicate as a stage in stream order: what is first, what is a copy, and that a stage which
 * takes back what another saved goes on as that one would have. What makes two texts one is told
 * by its case files. */
#include "plugins_support.h"
#include "test.h"

#include "buffer.h"
#include "host.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#define DUPLICATE    0
#define DUPLICATE_OF 1

static const mill_field fields[] = {
    {MILL_PROVIDES, MILL_BOOLEAN, NULL, "duplicate", "as the stage declares it"},
    {MILL_PROVIDES, MILL_STRING, NULL, "duplicate_of", "as the stage declares it"},
};

static const char *const drop[] = {NULL};
static const char *const mark[] = {"action=mark", NULL};

typedef struct stage_bench {
    workbench desk;
    loaded_plugin stage;
    buffer journal; /* what save wrote */
} stage_bench;

static void bench_open(stage_bench *bench, const char *const *options)
{
    workbench_open(&bench->desk, fields, 2);
    bool opened = plugin_open(&bench->stage, "deduplicate", options, &bench->desk);
    ck_assert_msg(opened, "%s", bench->stage.error.message);
    buffer_init(&bench->journal, &host_table, (size_t)1 << 30);
}

static void bench_close(stage_bench *bench)
{
    buffer_clear(&bench->journal);
    plugin_close(&bench->stage);
    workbench_close(&bench->desk);
}

/* Lets the stage process an article and save what it added. What does not fail asserts nothing: each
 * assertion of Check is a message to another process. */
static mill_status process(stage_bench *bench, const char *id, const char *text, size_t length)
{
    const mill_plugin *plugin = bench->stage.plugin;
    workbench_begin(&bench->desk, "in.jsonl:1");
    mill_document_set_id(bench->desk.handle, id, strlen(id), false);
    mill_document_set_text(bench->desk.handle, text, length);
    workbench_apply(&bench->desk);
    mill_status status = plugin->process(bench->stage.instance, bench->desk.handle);
    bool is_saved = plugin->save(bench->stage.instance, &bench->journal.output) == MILL_OK;
    if (status == MILL_FAILED || !is_saved) ck_abort_msg("article %s fails", id);
    return status;
}

/* Returns "dropped", "new", or "copy of ID". Owns: static until the next call. */
static const char *decide(stage_bench *bench, const char *id, const char *text)
{
    static char answer[4200];
    if (process(bench, id, text, strlen(text)) == MILL_DROPPED) return "dropped";
    mill_value duplicate = mill_get(bench->desk.handle, DUPLICATE, 0);
    mill_value first = mill_get(bench->desk.handle, DUPLICATE_OF, 0);
    ck_assert_uint_eq(duplicate.type, MILL_BOOLEAN);
    if (!duplicate.as.boolean) {
        ck_assert_uint_eq(first.type, MILL_NULL);
        return "new";
    }
    snprintf(answer, sizeof answer, "copy of %.*s",
             first.type == MILL_STRING ? (int)first.length : 7,
             first.type == MILL_STRING ? first.as.string : "nothing");
    return answer;
}

static mill_status restore(stage_bench *bench, const char *data, size_t length)
{
    char *copy = malloc(length + 1); /* no byte more, for the sanitizers */
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, data, length);
    mill_status status =
        bench->stage.plugin->restore(bench->stage.instance, (mill_text){copy, length});
    free(copy);
    return status;
}

/* ---- Order --------------------------------------------------------------------------------- */

START_TEST(the_first_stays_and_its_copies_are_dropped)
{
    stage_bench bench;
    bench_open(&bench, drop);
    ck_assert_str_eq(decide(&bench, "a", "One."), "new");
    ck_assert_str_eq(decide(&bench, "b", "Two."), "new");
    ck_assert_str_eq(decide(&bench, "c", "one"), "dropped");
    ck_assert_str_eq(decide(&bench, "d", "ONE!"), "dropped");
    ck_assert_str_eq(decide(&bench, "e", "two"), "dropped");
    bench_close(&bench);
}
END_TEST

START_TEST(copies_are_marked_with_the_first_id_of_their_text)
{
    stage_bench bench;
    bench_open(&bench, mark);
    ck_assert_str_eq(decide(&bench, "a", "One."), "new");
    ck_assert_str_eq(decide(&bench, "b", "Two."), "new");
    ck_assert_str_eq(decide(&bench, "c", "one"), "copy of a");
    ck_assert_str_eq(decide(&bench, "d", "two"), "copy of b");
    ck_assert_str_eq(decide(&bench, "e", "one"), "copy of a");
    bench_close(&bench);
}
END_TEST

START_TEST(a_text_without_letters_and_digits_is_never_a_copy)
{
    stage_bench bench;
    bench_open(&bench, drop);
    static const char *const texts[] = {"", "", " ", "\xE2\x80\xA6", "...", "..."};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        ck_assert_str_eq(decide(&bench, "a", texts[i]), "new");
    ck_assert_uint_eq(bench.journal.output.length, 0);
    bench_close(&bench);
}
END_TEST

/* Where blocks and chunks end must not show: the same words, parted now by one space and now by
 * more than one character. */
START_TEST(long_texts_are_the_same_however_far_apart_their_words_stand)
{
    static const char *const words[] = {"council", "a", "\xC3\xA9t\xC3\xA9", "1234567",
                                        "\xE4\xBD\xA0"};
    static const char *const gaps[] = {" ", ", ", "\xE2\x80\x9D\xE2\x80\x94", "\n\n",
                                       "\xC2\xA0 \xC2\xA0"};
    static char plain[400000], spaced[400000];
    random_source random = random_seeded("deduplicate spacing");
    stage_bench bench;
    bench_open(&bench, drop);
    for (int round = 0; round < 60; round++) {
        size_t lengths[2] = {0, 0}, count = random_below(&random, round < 50 ? 60 : 20000);
        for (size_t i = 0; i <= count; i++) {
            const char *word = words[random_below(&random, 5)],
                       *gap = gaps[random_below(&random, 5)];
            lengths[0] += (size_t)sprintf(plain + lengths[0], "%s ", word);
            lengths[1] += (size_t)sprintf(spaced + lengths[1], "%s%s", word, gap);
        }
        lengths[0] += (size_t)sprintf(plain + lengths[0], "%d", round);
        lengths[1] += (size_t)sprintf(spaced + lengths[1], "%d", round);
        ck_assert_int_eq(process(&bench, "a", plain, lengths[0]), MILL_OK);
        ck_assert_int_eq(process(&bench, "b", spaced, lengths[1]), MILL_DROPPED);
    }
    bench_close(&bench);
}
END_TEST

/* ---- What is saved ------------------------------------------------------------------------- */

START_TEST(only_new_articles_are_saved)
{
    stage_bench bench;
    bench_open(&bench, drop);
    decide(&bench, "a", "One.");
    size_t length = bench.journal.output.length;
    ck_assert_uint_eq(length, 24);
    decide(&bench, "b", "one");
    ck_assert_uint_eq(bench.journal.output.length, length);
    decide(&bench, "c", "two");
    ck_assert_uint_eq(bench.journal.output.length, 2 * length);
    bench_close(&bench);
}
END_TEST

enum { STREAM_LENGTH = 400 };

/* Gives the journal up to `ends[cut]` back in pieces that end where a save ended. */
static void restore_in_pieces(stage_bench *fresh, const char *journal, const size_t *ends,
                              size_t cut, random_source *random)
{
    size_t done = 0;
    for (size_t i = 0; i < cut;) {
        i += 1 + random_below(random, (uint32_t)(cut - i));
        ck_assert_int_eq(restore(fresh, journal + done, ends[i - 1] - done), MILL_OK);
        done = ends[i - 1];
    }
}

START_TEST(a_stage_that_takes_back_what_was_saved_decides_as_before)
{
    random_source random = random_seeded("deduplicate restore");
    const char *const *options = _i == 0 ? drop : mark;
    for (int round = 0; round < 40; round++) {
        static char texts[STREAM_LENGTH][32], ids[STREAM_LENGTH][48], answers[STREAM_LENGTH][64];
        size_t ends[STREAM_LENGTH], cut = random_below(&random, STREAM_LENGTH);
        uint32_t kinds = 1 + random_below(&random, STREAM_LENGTH);
        stage_bench whole, fresh;
        bench_open(&whole, options);
        for (size_t i = 0; i < STREAM_LENGTH; i++) {
            snprintf(texts[i], sizeof texts[i], "Article %u", random_below(&random, kinds));
            snprintf(ids[i], sizeof ids[i], "%.*s%zu", (int)random_below(&random, 30),
                     "a-rather-long-id-of-an-article", i);
            snprintf(answers[i], sizeof answers[i], "%s", decide(&whole, ids[i], texts[i]));
            ends[i] = whole.journal.output.length;
        }
        const char *journal = whole.journal.output.data;
        bench_open(&fresh, options);
        restore_in_pieces(&fresh, journal, ends, cut, &random);
        for (size_t i = cut; i < STREAM_LENGTH; i++)
            ck_assert_str_eq(decide(&fresh, ids[i], texts[i]), answers[i]);
        size_t before = cut > 0 ? ends[cut - 1] : 0, after = ends[STREAM_LENGTH - 1] - before;
        ck_assert_uint_eq(fresh.journal.output.length, after);
        ck_assert(after == 0 || memcmp(fresh.journal.output.data, journal + before, after) == 0);
        bench_close(&fresh);
        bench_close(&whole);
    }
}
END_TEST

START_TEST(refuses_what_was_not_saved_by_it)
{
    stage_bench bench, fresh;
    bench_open(&bench, mark);
    decide(&bench, "id-1", "One.");
    decide(&bench, "id-2", "Two.");
    char *journal = bench.journal.output.data;
    size_t length = bench.journal.output.length;
    for (size_t cut = 1; cut < length; cut++) {
        bench_open(&fresh, mark);
        ck_assert_int_eq(restore(&fresh, journal, cut), cut == length / 2 ? MILL_OK : MILL_FAILED);
        bench_close(&fresh);
    }
    bench_open(&fresh, mark);
    for (size_t bit = 0; bit < length * 8; bit++) {
        journal[bit / 8] = (char)(journal[bit / 8] ^ 1 << bit % 8);
        ck_assert_int_eq(restore(&fresh, journal, length), MILL_FAILED);
        journal[bit / 8] = (char)(journal[bit / 8] ^ 1 << bit % 8);
    }
    bench_close(&fresh);
    bench_close(&bench);
}
END_TEST

START_TEST(takes_back_what_was_saved_with_another_action)
{
    stage_bench dropping, marking;
    bench_open(&dropping, drop);
    decide(&dropping, "a", "One.");
    bench_open(&marking, mark);
    const mill_output *saved = &dropping.journal.output;
    ck_assert_int_eq(restore(&marking, saved->data, saved->length), MILL_OK);
    ck_assert_str_eq(decide(&marking, "b", "one"), "copy of nothing");
    decide(&marking, "c", "Two.");
    saved = &marking.journal.output;
    ck_assert_int_eq(restore(&dropping, saved->data, saved->length), MILL_OK);
    ck_assert_str_eq(decide(&dropping, "d", "two"), "dropped");
    bench_close(&marking);
    bench_close(&dropping);
}
END_TEST

START_TEST(says_when_what_it_adds_cannot_be_saved)
{
    stage_bench bench;
    buffer small;
    bench_open(&bench, drop);
    buffer_init(&small, &host_table, 8);
    decide(&bench, "a", "One.");
    ck_assert_int_eq(bench.stage.plugin->save(bench.stage.instance, &small.output), MILL_FAILED);
    buffer_clear(&small);
    bench_close(&bench);
}
END_TEST

/* ---- Memory -------------------------------------------------------------------------------- */

static size_t memory_in_use(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* 2^21 places of 16 bytes, half full. */
START_TEST(a_million_articles_take_34_megabytes)
{
    stage_bench bench;
    bench_open(&bench, drop);
    size_t before = memory_in_use();
    int failed = 0;
    for (int i = 0; i < 1000000; i++) {
        char text[32];
        size_t length = (size_t)snprintf(text, sizeof text, "Article %d", i);
        failed += process(&bench, "a", text, length) != MILL_OK;
        buffer_reset(&bench.journal);
    }
    ck_assert_int_eq(failed, 0);
    ck_assert_uint_le(memory_in_use() - before, (size_t)34000000);
    ck_assert_str_eq(decide(&bench, "b", "article 0"), "dropped");
    ck_assert_str_eq(decide(&bench, "b", "article 999999"), "dropped");
    bench_close(&bench);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("deduplicate");
    TCase *test = tcase_create("deduplicate");
    tcase_set_timeout(test, 120);
    tcase_add_test(test, the_first_stays_and_its_copies_are_dropped);
    tcase_add_test(test, copies_are_marked_with_the_first_id_of_their_text);
    tcase_add_test(test, a_text_without_letters_and_digits_is_never_a_copy);
    tcase_add_test(test, long_texts_are_the_same_however_far_apart_their_words_stand);
    tcase_add_test(test, only_new_articles_are_saved);
    tcase_add_loop_test(test, a_stage_that_takes_back_what_was_saved_decides_as_before, 0, 2);
    tcase_add_test(test, refuses_what_was_not_saved_by_it);
    tcase_add_test(test, takes_back_what_was_saved_with_another_action);
    tcase_add_test(test, says_when_what_it_adds_cannot_be_saved);
    tcase_add_test(test, a_million_articles_take_34_megabytes);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
