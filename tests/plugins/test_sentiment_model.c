/* The sentiment scorer's linear model: its features against an obvious walk over the text, what it
 * makes of sentences whose words mean one thing to the lexicon and another in news, and texts that
 * could break its arithmetic. */
#include "../../plugins/score_sentiment/ngrams.h"
#include "plugins_support.h"
#include "test.h"

#include <ctype.h>
#include <stdlib.h>

#define ROUNDS      3000
#define TEXT_MAX    300
#define BUCKETS_MAX (2 * TEXT_MAX)

/* ---- Features ------------------------------------------------------------------------------ */

typedef struct bucket_list {
    uint32_t items[BUCKETS_MAX];
    uint32_t count;
} bucket_list;

static void add_bucket(void *context, uint32_t bucket)
{
    bucket_list *list = context;
    ck_assert_uint_lt(list->count, BUCKETS_MAX);
    list->items[list->count++] = bucket;
}

/* The same as ngrams_visit, a byte at a time and a word in a buffer of its own. */
static void visit_slowly(const char *text, uint32_t begin, uint32_t end, bucket_list *list)
{
    uint64_t before = 0;
    for (uint32_t at = begin; at < end; at++) {
        char word[TEXT_MAX + 8] = "";
        uint32_t length = 0;
        while (at < end && isalnum((unsigned char)text[at]))
            word[length++] = (char)tolower((unsigned char)text[at++]);
        if (length == 0) continue;
        uint64_t mixed = ngram_mix(word, length);
        add_bucket(list, ngram_bucket(mixed));
        add_bucket(list, ngram_bucket(ngram_turn(before) + mixed));
        before = mixed;
    }
}

/* Words of all lengths, with hyphens, capitals, curly quotation marks and letters beyond ASCII. */
static void random_words(random_source *random, char *text, size_t length)
{
    static const char bytes[] = "aabcdeEFtT09  -'.\xC3\xA9\xE2\x80\x99";
    for (size_t i = 0; i < length; i++) text[i] = bytes[random_below(random, sizeof bytes - 1)];
}

START_TEST(finds_the_words_and_pairs_that_a_slow_walk_finds)
{
    random_source random = random_seeded("finds_the_words_and_pairs_that_a_slow_walk_finds");
    for (int round = 0; round < ROUNDS; round++) {
        char text[TEXT_MAX + MILL_PADDING] = "";
        size_t length = random_below(&random, TEXT_MAX);
        random_words(&random, text, length);
        uint32_t begin = (uint32_t)random_below(&random, (uint32_t)length + 1);
        uint32_t end = begin + (uint32_t)random_below(&random, (uint32_t)length - begin + 1);
        bucket_list found = {.count = 0}, expected = {.count = 0};
        uint32_t words = ngrams_visit((mill_text){text, length}, begin, end, add_bucket, &found);
        visit_slowly(text, begin, end, &expected);
        ck_assert_uint_eq(found.count, expected.count);
        ck_assert_uint_eq(words * 2, expected.count);
        ck_assert_mem_eq(found.items, expected.items, found.count * sizeof *found.items);
    }
}
END_TEST

/* ---- Scores -------------------------------------------------------------------------------- */

enum { SENTENCES, OF_SENTENCE = 2 };

/* In the plug-in's order. */
static const mill_field fields[] = {
    {MILL_PROVIDES, MILL_LAYER, "sentences", NULL, ""},
    {MILL_PROVIDES, MILL_LAYER, "quotes", NULL, ""},
    {MILL_PROVIDES, MILL_NUMBER, "sentences", "sentiment", ""},
    {MILL_PROVIDES, MILL_NUMBER, "quotes", "sentiment", ""},
    {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.compound", ""},
    {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.pos", ""},
    {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.neu", ""},
    {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.neg", ""},
    {MILL_PROVIDES, MILL_STRING, NULL, "sentiment.label", ""},
    {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.positive_sentences", ""},
    {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.negative_sentences", ""},
    {MILL_PROVIDES, MILL_SPAN, NULL, "sentiment.most_positive", ""},
    {MILL_PROVIDES, MILL_SPAN, NULL, "sentiment.most_negative", ""},
    {MILL_PROVIDES, MILL_STRING, "quotes", "speaker", ""},
    {MILL_PROVIDES, MILL_JSON, NULL, "people", ""},
};

/* Scores a text as one sentence. */
static double score_of(const char *text, size_t length, const char *model)
{
    workbench bench;
    loaded_plugin scorer;
    const char *options[] = {model, NULL};
    workbench_open(&bench, fields, MILL_COUNT(fields));
    bool opened = plugin_open(&scorer, "score_sentiment", options, &bench);
    ck_assert_msg(opened, "%s", scorer.error.message);
    workbench_begin(&bench, "news.txt");
    mill_document_set_text(bench.handle, text, length);
    mill_span_add(bench.handle, SENTENCES, 0, length);
    ck_assert_int_eq(scorer.plugin->process(scorer.instance, bench.handle), MILL_OK);
    double score = mill_get(bench.handle, OF_SENTENCE, 0).as.number;
    plugin_close(&scorer);
    workbench_close(&bench);
    return score;
}

START_TEST(tells_good_bad_and_neither_apart)
{
    static const struct {
        const char *text;
        int side;
    } known[] = {
        {"The committee will meet on Tuesday to discuss the schedule.", 0},
        {"She praised his courage and thanked him for a remarkable career.", 1},
        {"The senator was accused of lying to investigators about the payments.", -1},
        {"He called the decision a disgrace and attacked the president.", -1},
        {"The charity won an award for its work with children.", 1},
    };
    for (size_t i = 0; i < MILL_COUNT(known); i++) {
        double score = score_of(known[i].text, strlen(known[i].text), "model=linear");
        int side = score >= 0.05 ? 1 : score <= -0.05 ? -1 : 0;
        ck_assert_msg(side == known[i].side, "%s: %g", known[i].text, score);
    }
}
END_TEST

START_TEST(corrects_the_lexicon_only_where_it_is_asked_to)
{
    const char *text = "The committee praised the plan.";
    double alone = score_of(text, strlen(text), "model=none");
    ck_assert_double_ne(alone, score_of(text, strlen(text), "model=linear"));
}
END_TEST

/* The sums of a single word a million times over are beyond what exp() can take. */
START_TEST(stays_in_range_however_long_a_sentence_is)
{
    static const char *const words[] = {"good ", "killed ", "! ", "x ", "the "};
    const size_t length = 4u << 20, step = strlen(words[_i]);
    char *text = malloc(length + step);
    ck_assert_ptr_nonnull(text);
    for (size_t at = 0; at < length; at += step) memcpy(text + at, words[_i], step);
    double score = score_of(text, length, "model=linear");
    ck_assert_msg(score >= -1 && score <= 1, "%g", score);
    free(text);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {finds_the_words_and_pairs_that_a_slow_walk_finds,
                                  tells_good_bad_and_neither_apart,
                                  corrects_the_lexicon_only_where_it_is_asked_to, NULL};
    Suite *suite = test_suite("sentiment_model", tests);
    test_add_loop(suite, "stays_in_range_however_long_a_sentence_is",
                  stays_in_range_however_long_a_sentence_is, 5);
    return test_run(suite);
}
