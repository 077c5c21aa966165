/* The sentiment scorer's linear model: both ways to its sums against an obvious one, what it
 * makes of sentences whose words mean one thing to the lexicon and another in news, and texts that
 * could break its arithmetic. */
#include "../../plugins/score_sentiment/word_sums.c"
#undef WITH_AVX2
#include "../../plugins/score_sentiment/candidates.c"
#include "plugins_support.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>

#define ROUNDS   400
#define TEXT_MAX 9000
#define SPANS    20

/* ---- Sums ---------------------------------------------------------------------------------- */

static uint16_t buckets[MODEL_BUCKETS + 1];

/* Weights of all sizes. */
static void fill_buckets(random_source *random)
{
    for (size_t i = 0; i < MODEL_BUCKETS; i++) buckets[i] = (uint16_t)random_below(random, 1 << 16);
}

/* Words of all lengths, with hyphens, capitals, curly quotation marks and letters beyond ASCII. */
static void random_words(random_source *random, char *text, size_t length)
{
    static const char bytes[] = "aabcdeEFtT09     -'.";
    static const char *const signs[] = {"’", "“", "—", "é", "日"};
    for (size_t i = 0; i < length;) {
        const char *sign = signs[random_below(random, 5)];
        if (random_below(random, 30) == 0 && i + 4 < length) {
            memcpy(text + i, sign, strlen(sign));
            i += strlen(sign);
        } else {
            text[i++] = bytes[random_below(random, sizeof bytes - 1)];
        }
    }
    memset(text + length, 0, MILL_PADDING);
}

/* The runs of a text as the walk gives them, which has a test of its own. */
typedef struct run_list {
    uint32_t begins[TEXT_MAX];
    uint64_t hashes[TEXT_MAX];
    uint32_t count;
} run_list;

static void collect_sums(word_sums *sums, run_list *runs, workbench *bench, candidate_finder *find,
                         word_adder *add)
{
    static word_filter filter;
    static const word_lexicon lexicon = {.filter = &filter};
    static candidate_walk piece;
    runs->count = 0;
    ck_assert_int_eq(word_sums_begin(sums, bench->handle, buckets, add), MILL_OK);
    candidates_begin(&piece, mill_document_text(bench->handle), &lexicon);
    while (candidates_next(&piece, find)) {
        ck_assert_int_eq(word_sums_add(sums, &piece), MILL_OK);
        for (uint32_t run = 0; run < piece.runs; run++) {
            runs->begins[runs->count] = candidate_at(&piece, run).begin;
            runs->hashes[runs->count++] = piece.hashes[run];
        }
    }
}

/* The same as word_sums_of, a word at a time. */
static word_sum sum_slowly(const run_list *runs, mill_span span)
{
    word_sum sum = {0, 0, 0};
    for (uint32_t run = 0; run < runs->count; run++) {
        if (runs->begins[run] < span.begin || runs->begins[run] >= span.end) continue;
        uint16_t word = buckets[bucket_of_word(runs->hashes[run])];
        sum.good += (word >> 8) - RAISED_BY;
        sum.bad += (word & 0xFF) - RAISED_BY;
        sum.words++;
    }
    return sum;
}

static void assert_sums(random_source *random, workbench *bench, candidate_finder *find,
                        word_adder *add)
{
    static run_list runs;
    word_sums sums;
    size_t length = mill_document_text(bench->handle).length;
    collect_sums(&sums, &runs, bench, find, add);
    for (int i = 0; i < SPANS; i++) {
        uint32_t begin = random_below(random, (uint32_t)length + 1);
        mill_span span = {begin, begin + random_below(random, (uint32_t)length - begin + 1)};
        if (i == 0) span = (mill_span){0, (uint32_t)length};
        word_sum found = word_sums_of(&sums, span), expected = sum_slowly(&runs, span);
        if (found.words != expected.words || fabs(found.good - expected.good) > 0 ||
            fabs(found.bad - expected.bad) > 0)
            ck_abort_msg("from %u to %u: %u words, good %g, bad %g, not %u, %g, %g", span.begin,
                         span.end, found.words, found.good, found.bad, expected.words,
                         expected.good, expected.bad);
    }
}

START_TEST(both_ways_add_up_what_a_slow_walk_does)
{
    static const mill_field none[] = {{MILL_PROVIDES, MILL_LAYER, "sentences", NULL, ""}};
    static char text[TEXT_MAX + MILL_PADDING];
    random_source random = random_seeded("both_ways_add_up_what_a_slow_walk_does");
    workbench bench;
    workbench_open(&bench, none, MILL_COUNT(none));
    fill_buckets(&random);
    for (int round = 0; round < ROUNDS; round++) {
        size_t length = random_below(&random, round % 4 == 0 ? TEXT_MAX : 200);
        if (round % 10 == 0) length -= length % 64; /* whole blocks */
        random_words(&random, text, length);
        workbench_begin(&bench, "news.txt");
        mill_document_set_text(bench.handle, text, length);
        assert_sums(&random, &bench, candidates_find_portably, words_add_portably);
        assert_sums(&random, &bench, candidates_finder(), words_adder());
    }
    workbench_close(&bench);
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
static double score_of(const char *text, size_t length, const char *const *options)
{
    workbench bench;
    loaded_plugin scorer;
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
        double score = score_of(known[i].text, strlen(known[i].text), (const char *[]){NULL});
        int side = score >= 0.05 ? 1 : score <= -0.05 ? -1 : 0;
        ck_assert_msg(side == known[i].side, "%s: %g", known[i].text, score);
    }
}
END_TEST

START_TEST(corrects_the_lexicon_unless_that_is_the_users)
{
    static char own[] = "lexicon=tests/plugins/own_lexicon.txt";
    const char *text = "The committee praised the plan.";
    size_t length = strlen(text);
    double corrected = score_of(text, length, (const char *[]){"model=linear", NULL});
    ck_assert_double_ne(corrected, score_of(text, length, (const char *[]){"model=none", NULL}));
    ck_assert_double_eq(corrected, score_of(text, length, (const char *[]){NULL}));
    double listed = score_of(text, length, (const char *[]){own, "model=none", NULL});
    ck_assert_double_eq(listed, score_of(text, length, (const char *[]){own, NULL}));
    ck_assert_double_ne(listed,
                        score_of(text, length, (const char *[]){own, "model=linear", NULL}));
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
    double score = score_of(text, length, (const char *[]){NULL});
    ck_assert_msg(score >= -1 && score <= 1, "%g", score);
    free(text);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {both_ways_add_up_what_a_slow_walk_does,
                                  tells_good_bad_and_neither_apart,
                                  corrects_the_lexicon_unless_that_is_the_users, NULL};
    Suite *suite = test_suite("sentiment_model", tests);
    test_add_loop(suite, "stays_in_range_however_long_a_sentence_is",
                  stays_in_range_however_long_a_sentence_is, 5);
    return test_run(suite);
}
