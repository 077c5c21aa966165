/* The sentiment scorer: quotes, what holds for every text, hostile texts, lexicons of one's own.
 * What it makes of words is in plugins/score_sentiment/cases. */
#include "plugins_support.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#define HOSTILE_BYTES (1u << 20)

enum {
    SENTENCES,
    QUOTES,
    OF_SENTENCE,
    OF_QUOTE,
    COMPOUND,
    POSITIVE,
    NEUTRAL,
    NEGATIVE,
    LABEL,
    POSITIVE_SENTENCES,
    NEGATIVE_SENTENCES,
    MOST_POSITIVE,
    MOST_NEGATIVE,
    SPEAKER,
    PEOPLE
};

/* In the plug-in's order. Layers stand before their attributes. */
static const mill_field fields[] = {
    [SENTENCES] = {MILL_PROVIDES, MILL_LAYER, "sentences", NULL, ""},
    [QUOTES] = {MILL_PROVIDES, MILL_LAYER, "quotes", NULL, ""},
    [OF_SENTENCE] = {MILL_PROVIDES, MILL_NUMBER, "sentences", "sentiment", ""},
    [OF_QUOTE] = {MILL_PROVIDES, MILL_NUMBER, "quotes", "sentiment", ""},
    [COMPOUND] = {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.compound", ""},
    [POSITIVE] = {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.pos", ""},
    [NEUTRAL] = {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.neu", ""},
    [NEGATIVE] = {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.neg", ""},
    [LABEL] = {MILL_PROVIDES, MILL_STRING, NULL, "sentiment.label", ""},
    [POSITIVE_SENTENCES] = {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.positive_sentences", ""},
    [NEGATIVE_SENTENCES] = {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.negative_sentences", ""},
    [MOST_POSITIVE] = {MILL_PROVIDES, MILL_SPAN, NULL, "sentiment.most_positive", ""},
    [MOST_NEGATIVE] = {MILL_PROVIDES, MILL_SPAN, NULL, "sentiment.most_negative", ""},
    [SPEAKER] = {MILL_PROVIDES, MILL_STRING, "quotes", "speaker", ""},
    [PEOPLE] = {MILL_PROVIDES, MILL_JSON, NULL, "people", ""},
};

static workbench bench;
static loaded_plugin scorer;

static void open_scorer(const char *const *options)
{
    workbench_open(&bench, fields, MILL_COUNT(fields));
    bool opened = plugin_open(&scorer, "score_sentiment", options, &bench);
    ck_assert_msg(opened, "%s", scorer.error.message);
}

static void close_scorer(void)
{
    plugin_close(&scorer);
    workbench_close(&bench);
}

static void begin_text(const char *text, size_t length)
{
    workbench_begin(&bench, "news.txt");
    mill_document_set_text(bench.handle, text, length);
}

static void score(void)
{
    mill_status status = scorer.plugin->process(scorer.instance, bench.handle);
    const char *fault = document_fault(bench.document);
    ck_assert_msg(status == MILL_OK && fault == NULL, "%s", fault != NULL ? fault : "failed");
}

static double number_of(uint32_t field, uint32_t row)
{
    mill_value value = mill_get(bench.handle, field, row);
    ck_assert_uint_eq(value.type, MILL_NUMBER);
    return value.as.number;
}

/* Scores a text as one sentence. */
static double score_of(const char *text)
{
    begin_text(text, strlen(text));
    mill_span_add(bench.handle, SENTENCES, 0, strlen(text));
    score();
    return number_of(OF_SENTENCE, 0);
}

/* ---- Quotes -------------------------------------------------------------------------------- */

static void add_quote(const char *text, const char *quote)
{
    size_t begin = (size_t)(strstr(text, quote) - text);
    mill_span_add(bench.handle, QUOTES, begin, begin + strlen(quote));
}

START_TEST(a_quote_is_scored_by_its_own_words)
{
    const char *text = "He never said \"a good plan\" but cried \"no bad plan!\" in anger.";
    open_scorer((const char *const[]){"model=none", NULL});
    begin_text(text, strlen(text));
    mill_span_add(bench.handle, SENTENCES, 0, strlen(text));
    add_quote(text, "a good plan");
    add_quote(text, "no bad plan!");
    score();
    ck_assert_double_eq(number_of(OF_QUOTE, 0), 0.4939); /* good, 2.2 */
    ck_assert_double_eq(number_of(OF_QUOTE, 1), 0.484);  /* bad, -2.5 * -0.74, and 0.292 for ! */
    close_scorer();
}
END_TEST

START_TEST(a_quote_may_run_over_sentences)
{
    const char *text = "“It is good. It is great,” he said. “Fine.”";
    open_scorer((const char *const[]){"model=none", NULL});
    begin_text(text, strlen(text));
    const char *second = strstr(text, "It is great"), *third = strstr(text, "“Fine");
    mill_span_add(bench.handle, SENTENCES, 0, (size_t)(second - text) - 1);
    mill_span_add(bench.handle, SENTENCES, (size_t)(second - text), (size_t)(third - text) - 1);
    mill_span_add(bench.handle, SENTENCES, (size_t)(third - text), strlen(text));
    add_quote(text, "It is good. It is great,");
    add_quote(text, "Fine.");
    score();
    ck_assert_double_eq(number_of(OF_SENTENCE, 0), 0.4939);
    ck_assert_double_eq(number_of(OF_SENTENCE, 1), 0.5994);
    ck_assert_double_eq(number_of(OF_SENTENCE, 2), 0);
    ck_assert_double_eq(number_of(OF_QUOTE, 0), 0.7964);
    ck_assert_double_eq(number_of(OF_QUOTE, 1), 0);
    ck_assert_double_eq(number_of(COMPOUND, 0), 0.3388);
    close_scorer();
}
END_TEST

/* ---- What always holds --------------------------------------------------------------------- */

static size_t random_text(random_source *random, char *text, size_t room)
{
    static const char *const pieces[] = {
        "good",
        "bad",
        "not",
        "very",
        "but",
        "Peace",
        "WAR",
        "don’t",
        "don't",
        "award-winning",
        "the",
        "word",
        "é",
        "“",
        "”",
        "—",
        "-",
        "--",
        "'",
        "’",
        "!",
        ".",
        ",",
        " ",
        " ",
        " ",
        "\n",
        "hero's",
        "win",
        "3.5",
        "日本",
        "😀",
        "a-very-long-compound-of-many-words-that-no-lexicon-would-ever-hold-entire-bad",
    };
    size_t length = 0;
    for (uint32_t count = random_below(random, 80); count > 0; count--) {
        const char *piece = pieces[random_below(random, MILL_COUNT(pieces))];
        size_t size = strlen(piece);
        if (length + size > room) break;
        memcpy(text + length, piece, size);
        length += size;
        if (length < room && random_below(random, 3) > 0) text[length++] = ' ';
    }
    text[length] = '\0';
    return length;
}

static void assert_in_range(void)
{
    double shares = number_of(POSITIVE, 0) + number_of(NEUTRAL, 0) + number_of(NEGATIVE, 0);
    ck_assert_double_le(number_of(COMPOUND, 0), 1);
    ck_assert_double_ge(number_of(COMPOUND, 0), -1);
    ck_assert_double_ge(number_of(POSITIVE, 0), 0);
    ck_assert_double_ge(number_of(NEUTRAL, 0), 0);
    ck_assert_double_ge(number_of(NEGATIVE, 0), 0);
    if (shares > 0) ck_assert_double_eq_tol(shares, 1, 0.0016); /* three roundings */
}

/* The text is looked at in blocks of 64 bytes: where it starts within them must not matter. */
START_TEST(scores_do_not_depend_on_the_place_in_the_text)
{
    random_source random = random_seeded("scores_do_not_depend_on_the_place");
    char text[1200];
    open_scorer(NULL);
    for (int round = 0; round < 2000; round++) {
        size_t shift = random_below(&random, 130);
        memset(text, ' ', shift);
        size_t length = random_text(&random, text + shift, 1000);
        double alone = score_of(text + shift);
        assert_in_range();
        begin_text(text, shift + length);
        mill_span_add(bench.handle, SENTENCES, shift, shift + length);
        score();
        ck_assert_double_eq(number_of(OF_SENTENCE, 0), alone);
    }
    close_scorer();
}
END_TEST

/* Two sentences of a text score what they score alone. */
START_TEST(sentences_do_not_know_each_other)
{
    random_source random = random_seeded("sentences_do_not_know_each_other");
    char left[600], right[600], both[1300];
    open_scorer(NULL);
    for (int round = 0; round < 2000; round++) {
        size_t length = random_text(&random, left, sizeof left - 1);
        random_text(&random, right, sizeof right - 1);
        double scores[2] = {score_of(left), score_of(right)};
        int size = snprintf(both, sizeof both, "%s\n%s", left, right);
        begin_text(both, (size_t)size);
        mill_span_add(bench.handle, SENTENCES, 0, length);
        mill_span_add(bench.handle, SENTENCES, length + 1, (size_t)size);
        score();
        ck_assert_double_eq(number_of(OF_SENTENCE, 0), scores[0]);
        ck_assert_double_eq(number_of(OF_SENTENCE, 1), scores[1]);
    }
    close_scorer();
}
END_TEST

START_TEST(a_text_without_sentences_is_neutral)
{
    open_scorer(NULL);
    begin_text("good", 4);
    score();
    ck_assert_double_eq(number_of(COMPOUND, 0), 0);
    ck_assert_double_eq(number_of(NEUTRAL, 0), 1);
    close_scorer();
}
END_TEST

/* ---- Hostile texts ------------------------------------------------------------------------- */

/* If the work were more than linear, none of these would end before the test's time is up. */
static const char *const hostile[] = {
    "a",  "A",  "good ",   "bad bad ", "not ",   "very good ", "but ", "!",
    "'",  "-",  "no one ", "’",        "é ",     "é",          "”",    "日",
    "a-", "--", "😀 ",      "' ",       "GOOD! ", "up to the ",
};

/* Scores a text that is one thing over and over. */
static void score_hostile_text(const char *piece, size_t bytes)
{
    size_t size = strlen(piece), length = bytes / size * size;
    char *text = malloc(length);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < length; i++) text[i] = piece[i % size];
    open_scorer(NULL);
    begin_text(text, length);
    mill_span_add(bench.handle, SENTENCES, 0, length);
    score();
    assert_in_range();
    close_scorer();
    free(text);
}

START_TEST(survives_a_text_of_one_thing)
{
    score_hostile_text(hostile[_i], HOSTILE_BYTES);
}
END_TEST

START_TEST(survives_a_word_of_16_mb_and_a_million_emoji)
{
    score_hostile_text("a", (size_t)16 << 20);
    score_hostile_text("é", (size_t)16 << 20);
    score_hostile_text("😀", 4 * (size_t)1000000);
}
END_TEST

/* ---- The article --------------------------------------------------------------------------- */

static void begin_sentences(const char *text, const char *const *sentences)
{
    begin_text(text, strlen(text));
    for (; *sentences != NULL; sentences++) {
        size_t begin = (size_t)(strstr(text, *sentences) - text);
        mill_span_add(bench.handle, SENTENCES, begin, begin + strlen(*sentences));
    }
}

static void assert_label(const char *expected)
{
    mill_value value = mill_get(bench.handle, LABEL, 0);
    ck_assert_uint_eq(value.type, MILL_STRING);
    ck_assert_uint_eq(value.length, strlen(expected));
    ck_assert_mem_eq(value.as.string, expected, value.length);
}

START_TEST(an_article_names_its_most_positive_and_its_most_negative_sentence)
{
    const char *text = "It was good. It was bad. They met. It is bad again. It was very good.";
    open_scorer((const char *const[]){"model=none", NULL});
    begin_sentences(text, (const char *const[]){"It was good.", "It was bad.", "They met.",
                                                "It is bad again.", "It was very good.", NULL});
    score();
    ck_assert_double_eq(number_of(POSITIVE_SENTENCES, 0), 0.4);
    ck_assert_double_eq(number_of(NEGATIVE_SENTENCES, 0), 0.4);
    ck_assert_uint_eq(mill_get(bench.handle, MOST_POSITIVE, 0).as.span.begin, 52);
    ck_assert_uint_eq(mill_get(bench.handle, MOST_NEGATIVE, 0).as.span.begin, 13);
    assert_label("neutral");
    begin_sentences("They met.", (const char *const[]){"They met.", NULL});
    score();
    ck_assert_uint_eq(mill_get(bench.handle, MOST_POSITIVE, 0).type, MILL_NULL);
    ck_assert_uint_eq(mill_get(bench.handle, MOST_NEGATIVE, 0).type, MILL_NULL);
    close_scorer();
}
END_TEST

START_TEST(labels_follow_the_thresholds)
{
    open_scorer((const char *const[]){"model=none", "positive_from=0.3", "negative_to=-0.6", NULL});
    score_of("It was good.");
    assert_label("positive");
    score_of("It was bad.");
    assert_label("neutral");
    ck_assert_double_eq(number_of(NEGATIVE_SENTENCES, 0), 0);
    score_of("It was terribly bad, bad, bad.");
    assert_label("negative");
    ck_assert_double_eq(number_of(NEGATIVE_SENTENCES, 0), 1);
    close_scorer();
}
END_TEST

START_TEST(people_get_the_mean_of_the_sentences_that_name_them)
{
    const char *text = "Ingrid Vale is good. A bad day for Vale. Valenti was bad. \"No,\" he said. "
                       "Tom O\"Hara met Vale, Vale and the Vale.";
    open_scorer((const char *const[]){"model=none", "people=yes", NULL});
    begin_sentences(text, (const char *const[]){"Ingrid Vale is good.", "A bad day for Vale.",
                                                "Valenti was bad.", "\"No,\" he said.",
                                                "Tom O\"Hara met Vale, Vale and the Vale.", NULL});
    static const char *const speakers[] = {"Vale", "Ingrid Vale", "he", "the company",
                                           "Tom O\"Hara"};
    for (uint32_t i = 0; i < MILL_COUNT(speakers); i++) {
        mill_span_add(bench.handle, QUOTES, 60 + i, 62 + i);
        mill_set_string(bench.handle, SPEAKER, i, speakers[i], strlen(speakers[i]));
    }
    score();
    mill_value people = mill_get(bench.handle, PEOPLE, 0);
    ck_assert_uint_eq(people.type, MILL_JSON);
    static const char expected[] =
        "[{\"name\":\"Ingrid Vale\",\"sentiment\":0.0241,\"sentences\":3},"
        "{\"name\":\"Tom O\\\"Hara\",\"sentiment\":0,\"sentences\":1}]";
    ck_assert_uint_eq(people.length, sizeof expected - 1);
    ck_assert_mem_eq(people.as.string, expected, people.length);
    close_scorer();
}
END_TEST

/* ---- Lexicons of one's own ----------------------------------------------------------------- */

static const char *write_lexicon(const char *lexicon)
{
    static char option[4200];
    const char *path = test_path(test_folder(), "own.txt");
    test_write(path, lexicon, strlen(lexicon));
    snprintf(option, sizeof option, "lexicon=%s", path);
    return option;
}

START_TEST(a_file_takes_the_place_of_the_lexicon)
{
    const char *option = write_lexicon("# ours\n\nfire\t-1.5\t0.8\t[1, 2]\nzorb\t1\nzorb\t+2\n"
                                       "self-made\t.5\nan-extraordinarily-long-word\t3\nvery\t4\n");
    open_scorer((const char *const[]){option, NULL});
    ck_assert_double_eq(score_of("good bad"), 0);
    ck_assert_double_eq(score_of("Fire"), -0.3612);
    ck_assert_double_eq(score_of("the last entry of zorb"), 0.4588);
    ck_assert_double_eq(score_of("a Self-Made man"), 0.128);
    ck_assert_double_eq(score_of("An-Extraordinarily-Long-Word"), 0.6124);
    ck_assert_double_eq(score_of("an-extraordinarily-long-wore"), 0);
    ck_assert_double_eq(score_of("very"), 0);
    ck_assert_double_eq(score_of("very zorb"), 0.5095);
    close_scorer();
}
END_TEST

START_TEST(an_empty_lexicon_scores_nothing)
{
    const char *option = write_lexicon("# nothing\n");
    open_scorer((const char *const[]){option, NULL});
    ck_assert_double_eq(score_of("good bad very not but"), 0);
    close_scorer();
}
END_TEST

START_TEST(a_phrase_takes_the_place_of_its_words)
{
    const char *option = write_lexicon("share\t1\nshare price\t0\ndead\t-3\ndead in the water\t-1\n"
                                       "dead in\t4\nwater\t2\nwar torn\t-2\nwar\t-1\n"
                                       "don't panic\t1\nfresh\t0.5\n"
                                       "such a shame\t-2\nwhat i'm for\t1\nat a\t1\ntop 10\t1\n");
    open_scorer((const char *const[]){option, NULL});
    ck_assert_double_eq(score_of("the share"), 0.25);
    ck_assert_double_eq(score_of("the share price"), 0);
    ck_assert_double_eq(score_of("the Share Price"), 0);
    ck_assert_double_eq(score_of("the share\nprice"), 0.25); /* it may be another sentence */
    ck_assert_double_eq(score_of("the share-price rally"), 0);
    ck_assert_double_eq(score_of("the share. Price"), 0.25);
    ck_assert_double_eq(score_of("the share  price"), 0.25);
    ck_assert_double_eq(score_of("the share prices"), 0.25);
    ck_assert_double_eq(score_of("the share price’s end"), 0);
    ck_assert_double_eq(score_of("the share price-fixing"), 0.25);
    ck_assert_double_eq(score_of("dead in the water"), -0.25);
    ck_assert_double_eq(score_of("dead in the water of water"), 0.25);
    ck_assert_double_eq(score_of("dead in the desert"), 0.7184);
    ck_assert_double_eq(score_of("dead in"), 0.7184);
    ck_assert_double_eq(score_of("dead"), -0.6124);
    ck_assert_double_eq(score_of("a war-torn land"), -0.4588);
    ck_assert_double_eq(score_of("don’t panic"), 0.25);
    ck_assert_double_eq(score_of("Such A Shame"), -0.4588);
    ck_assert_double_eq(score_of("what I’m for"), 0.25);
    ck_assert_double_eq(score_of("at a."), 0.25);
    ck_assert_double_eq(score_of("the top 10"), 0.25);
    ck_assert_double_eq(score_of("the top 20"), 0);
    close_scorer();
}
END_TEST

/* Writes a file beside the others; returns its path. */
static const char *write_list(const char *folder, const char *name, const char *lines)
{
    const char *path = test_path(folder, name);
    test_write(path, lines, strlen(lines));
    return path;
}

static double score_with(const char *lexicon, const char *text)
{
    char option[4200];
    snprintf(option, sizeof option, "lexicon=%s", lexicon);
    open_scorer((const char *const[]){option, NULL});
    double score = score_of(text);
    close_scorer();
    return score;
}

/* One word of valence v scores v / sqrt(v * v + 15). */
START_TEST(lexicons_in_the_forms_of_others_are_averaged)
{
    const char *folder = test_folder();
    char lists[4000];
    const char *vader = write_list(folder, "vader.txt", "fab\t2.0\t0.5\t[1, 3]\nzap\t1\nzap\t3\n");
    const char *afinn = write_list(folder, "afinn.txt", "fab\t3\ndire\t-5\nno fun\t-3\n");
    const char *good = write_list(folder, "positive-words.txt", "; a comment\n\nfab\nsunny\n");
    const char *bad = write_list(folder, "negative-words.txt", "; a comment\ndire\n");
    ck_assert_double_eq(score_with(vader, "zap"), 0.6124);           /* the later: 3 */
    ck_assert_double_eq(score_with(afinn, "dire"), -0.7184);         /* -5 becomes -4 */
    ck_assert_double_eq(score_with(afinn, "it is no fun"), -0.5267); /* -3 becomes -2.4 */
    ck_assert_double_eq(score_with(good, "sunny"), 0.4588);          /* 2 */
    ck_assert_double_eq(score_with(bad, "dire"), -0.4588);
    snprintf(lists, sizeof lists, "%s,%s,%s,%s", vader, afinn, good, bad);
    ck_assert_double_eq(score_with(lists, "fab"), 0.4825);   /* (2 + 2.4 + 2) / 3 */
    ck_assert_double_eq(score_with(lists, "zap"), 0.25);     /* 3 / 3 */
    ck_assert_double_eq(score_with(lists, "dire"), -0.4588); /* (-4 - 2) / 3 */
}
END_TEST

static const struct broken {
    const char *lexicon;
    const char *what;
} broken[] = {
    {"good\t1.9\nbad -2\n", "2: 'bad -2' is not followed by its valence"},
    {"good\n", "1: 'good' is not followed by its valence"},
    {"# a\n\ngood\t\n", "3: 'good' is not followed by its valence"},
    {"good\tnice\n", "1: 'good' is not followed by its valence"},
    {"good\t1,9\n", "1: 'good' is not followed by its valence"},
    {"good\t1e2\n", "1: 'good' is not followed by its valence"},
    {"good\t11\n", "1: 'good' is not followed by its valence"},
    {"good\t-10.1\n", "1: 'good' is not followed by its valence"},
    {"good\tnan\n", "1: 'good' is not followed by its valence"},
    {"good\t-\n", "1: 'good' is not followed by its valence"},
    {"good\t1.2.3\n", "1: 'good' is not followed by its valence"},
    {"good\tinf\n", "1: 'good' is not followed by its valence"},
    {"good\t1000000000000000000\n", "1: 'good' is not followed by its valence"},
    {"good\nbad\n", "1: 'good' is not followed by its valence"},
    {"good\t1\n\t2\n", "2: '2' is not followed by its valence"},
};

static void assert_refused(const char *lexicon, const char *what, const char *remedy)
{
    const char *option = write_lexicon(lexicon);
    char expected[5000];
    snprintf(expected, sizeof expected, "%s:%s; %s", strchr(option, '=') + 1, what, remedy);
    workbench_open(&bench, fields, MILL_COUNT(fields));
    ck_assert(
        !plugin_open(&scorer, "score_sentiment", (const char *const[]){option, NULL}, &bench));
    ck_assert_str_eq(scorer.error.message, expected);
    close_scorer();
}

START_TEST(names_the_line_of_a_lexicon_that_it_cannot_read)
{
    assert_refused(broken[_i].lexicon, broken[_i].what,
                   "write the word, a tab and a number from -10 to 10");
}
END_TEST

START_TEST(refuses_a_word_over_64_bytes)
{
    char lexicon[100];
    memset(lexicon, 'a', 65);
    snprintf(lexicon + 65, sizeof lexicon - 65, "\t1\n");
    assert_refused(lexicon, "1: the word is longer than 64 bytes", "shorten it");
}
END_TEST

START_TEST(meets_a_word_of_64_bytes)
{
    char lexicon[100];
    memset(lexicon, 'a', 64);
    snprintf(lexicon + 64, sizeof lexicon - 64, "\t1\n");
    open_scorer((const char *const[]){write_lexicon(lexicon), NULL});
    lexicon[64] = '\0';
    ck_assert_double_eq(score_of(lexicon), 0.25);
    snprintf(lexicon + 64, sizeof lexicon - 64, "’s");
    ck_assert_double_eq(score_of(lexicon), 0);
    close_scorer();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("score_sentiment");
    TCase *test = tcase_create("score_sentiment");
    tcase_set_timeout(test, 60);
    tcase_add_test(test, a_quote_is_scored_by_its_own_words);
    tcase_add_test(test, a_quote_may_run_over_sentences);
    tcase_add_test(test, scores_do_not_depend_on_the_place_in_the_text);
    tcase_add_test(test, sentences_do_not_know_each_other);
    tcase_add_test(test, a_text_without_sentences_is_neutral);
    tcase_add_loop_test(test, survives_a_text_of_one_thing, 0, (int)MILL_COUNT(hostile));
    tcase_add_test(test, survives_a_word_of_16_mb_and_a_million_emoji);
    tcase_add_test(test, a_file_takes_the_place_of_the_lexicon);
    tcase_add_test(test, an_empty_lexicon_scores_nothing);
    tcase_add_test(test, an_article_names_its_most_positive_and_its_most_negative_sentence);
    tcase_add_test(test, labels_follow_the_thresholds);
    tcase_add_test(test, people_get_the_mean_of_the_sentences_that_name_them);
    tcase_add_test(test, lexicons_in_the_forms_of_others_are_averaged);
    tcase_add_test(test, a_phrase_takes_the_place_of_its_words);
    tcase_add_loop_test(test, names_the_line_of_a_lexicon_that_it_cannot_read, 0,
                        (int)MILL_COUNT(broken));
    tcase_add_test(test, refuses_a_word_over_64_bytes);
    tcase_add_test(test, meets_a_word_of_64_bytes);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
