/* rules = vader, held to a slow model of what the original does: written straight from the rules,
 * with strings, one list and a search from the start wherever the original has one. */
#include "plugins_support.h"
#include "test.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define WORDS_MAX 600
#define WORD_ROOM 40

enum { SENTENCES, QUOTES, OF_SENTENCE, OF_QUOTE, COMPOUND, POSITIVE, NEUTRAL, NEGATIVE };

/* In the plug-in's order, as far as it is looked at here; the rest follows. */
static const mill_field fields[] = {
    [SENTENCES] = {MILL_PROVIDES, MILL_LAYER, "sentences", NULL, ""},
    [QUOTES] = {MILL_PROVIDES, MILL_LAYER, "quotes", NULL, ""},
    [OF_SENTENCE] = {MILL_PROVIDES, MILL_NUMBER, "sentences", "sentiment", ""},
    [OF_QUOTE] = {MILL_PROVIDES, MILL_NUMBER, "quotes", "sentiment", ""},
    [COMPOUND] = {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.compound", ""},
    [POSITIVE] = {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.pos", ""},
    [NEUTRAL] = {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.neu", ""},
    [NEGATIVE] = {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.neg", ""},
    {MILL_PROVIDES, MILL_STRING, NULL, "sentiment.label", ""},
    {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.positive_sentences", ""},
    {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.negative_sentences", ""},
    {MILL_PROVIDES, MILL_SPAN, NULL, "sentiment.most_positive", ""},
    {MILL_PROVIDES, MILL_SPAN, NULL, "sentiment.most_negative", ""},
    {MILL_PROVIDES, MILL_STRING, "quotes", "speaker", ""},
    {MILL_PROVIDES, MILL_JSON, NULL, "people", ""},
};

/* ---- The model ------------------------------------------------------------------------------ */

/* Values under which halves and one and a half times of one another collide. */
static const struct {
    const char *word;
    double value;
} lexicon[] = {
    {"good", 1.9},   {"bad", -2.5},  {"great", 3.1},   {"huge", 1.3},     {"fantastic", 2.6},
    {"fine", 0.8},   {"awful", -2},  {"worse", -1.5},  {"no", -1.2},      {"ok", 1.2},
    {"kind", 2.4},   {":)", 2},      {":d", 2.3},      {"heart", 3.2},    {"die", -2.9},
    {"death", -2.9}, {"kiss", 1.8},  {"broken", -2.1}, {"ass", -2.5},     {"shit", -2.6},
    {"bomb", -2.2},  {"stop", -1.2}, {"doubt", -1.5},  {"lovely", 2.8},   {"calm", 0.65},
    {"zero", 0},     {"stirb", 0.4}, {"bitter", -0.4}, {"thorough", 1.6}, {"really", 1.1},
};

static const char *const stronger[] = {"very", "so",        "really", "most",
                                       "more", "extremely", "purely"};
static const char *const weaker[] = {"barely", "almost", "sort-of", "kinda", "less", "hardly"};
static const char *const negations[] = {"not",     "never",  "neither", "nor",   "without",
                                        "nothing", "seldom", "despite", "uh-uh", "wont"};

static const struct {
    const char *words;
    double value;
} idioms[] = {{"the shit", 3},   {"the bomb", 3},        {"bad ass", 1.5},
              {"bus stop", 0},   {"yeah right", -2},     {"kiss of death", -1.5},
              {"to die for", 3}, {"beating heart", 3.1}, {"broken heart", -2.9}};

/* What random texts are made of. */
static const char *const pieces[] = {
    "good",   "GOOD",     "bad",    "Bad",     "great",     "huge",    "fantastic", "fine",
    "awful",  "worse",    "no",     "NO",      "No",        "ok",      "ok.",       "kind",
    "of",     "sort",     "just",   "enough",  "least",     "at",      "very",      "VERY",
    "so",     "SO",       "this",   "without", "doubt",     "but",     "BUT",       "But,",
    "or",     "nor",      "never",  "not",     "don't",     "DON'T",   "don’t",     "isn't",
    "the",    "shit",     "bomb",   "bad",     "ass",       "bus",     "stop",      "yeah",
    "right",  "kiss",     "death",  "to",      "die",       "for",     "beating",   "heart",
    "broken", ":)",       ":D",     ":d",      "a",         "A",       "I",         "it",
    "“good”", "(good)",   "good!!", "good?",   "!",         "?",       "...",       "zero",
    "calm",   "really",   "barely", "almost",  "sort-of",   "kinda",   "hardly",    "less",
    "most",   "nothing",  "seldom", "despite", "uh-uh",     "neither", "lovely",    "stirb",
    "bitter", "thorough", "3D",     "É",       "\u212Aind", "word",    "WORD",
};

typedef struct model_text {
    char words[WORDS_MAX][WORD_ROOM]; /* in small letters */
    bool capitals[WORDS_MAX];
    int count;
    bool mixed;
} model_text;

typedef struct model_scores {
    double compound, positive, neutral, negative;
} model_scores;

static bool is_in(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, list[i]) == 0) return true;
    return false;
}

static bool look_up(const char *word, double *value)
{
    for (size_t i = 0; i < MILL_COUNT(lexicon); i++)
        if (strcmp(word, lexicon[i].word) == 0) {
            *value = lexicon[i].value;
            return true;
        }
    return false;
}

static bool listed(const model_text *text, int at)
{
    double value;
    return look_up(text->words[at], &value);
}

static bool is(const model_text *text, int at, const char *word)
{
    return at >= 0 && at < text->count && strcmp(text->words[at], word) == 0;
}

static double booster(const char *word)
{
    if (is_in(word, stronger, MILL_COUNT(stronger))) return 0.293;
    return is_in(word, weaker, MILL_COUNT(weaker)) ? -0.293 : 0;
}

static bool negates(const char *word)
{
    return is_in(word, negations, MILL_COUNT(negations)) || strstr(word, "n't") != NULL;
}

static double model_boost(const model_text *text, int at, double value)
{
    double added = booster(text->words[at]);
    if (added == 0) return 0;
    if (value < 0) added = -added;
    if (text->capitals[at] && text->mixed) added += value > 0 ? 0.733 : -0.733;
    return added;
}

static double model_negation(const model_text *text, int at, int back, double value)
{
    bool so1 = is(text, at - 1, "so") || is(text, at - 1, "this");
    bool so2 = is(text, at - 2, "so") || is(text, at - 2, "this");
    if (back == 2 && is(text, at - 2, "never") && so1) return value * 1.25;
    if (back == 2 && is(text, at - 2, "without") && is(text, at - 1, "doubt")) return value;
    if (back == 3 && ((is(text, at - 3, "never") && so2) || so1)) return value * 1.25;
    if (back == 3 && is(text, at - 3, "without") &&
        (is(text, at - 2, "doubt") || is(text, at - 1, "doubt")))
        return value;
    return negates(text->words[at - back]) ? value * -0.74 : value;
}

static const char *joined(const model_text *text, int first, int last)
{
    static char row[WORD_ROOM * 3];
    row[0] = '\0';
    for (int i = first; i <= last; i++) {
        if (i > first) strcat(row, " ");
        strcat(row, text->words[i]);
    }
    return row;
}

static bool find_idiom(const char *row, double *value)
{
    for (size_t i = 0; i < MILL_COUNT(idioms); i++)
        if (strcmp(row, idioms[i].words) == 0) {
            *value = idioms[i].value;
            return true;
        }
    return false;
}

static double model_idioms(const model_text *text, int at, double value)
{
    bool found = find_idiom(joined(text, at - 1, at), &value) ||
                 find_idiom(joined(text, at - 2, at), &value) ||
                 find_idiom(joined(text, at - 2, at - 1), &value) ||
                 find_idiom(joined(text, at - 3, at - 1), &value) ||
                 find_idiom(joined(text, at - 3, at - 2), &value);
    (void)found;
    if (at + 1 < text->count) find_idiom(joined(text, at, at + 1), &value);
    if (at + 2 < text->count) find_idiom(joined(text, at, at + 2), &value);
    static const int rows[][2] = {{3, 1}, {3, 2}, {2, 1}};
    for (int i = 0; i < 3; i++) {
        const char *row = joined(text, at - rows[i][0], at - rows[i][1]);
        if (strcmp(row, "kind of") == 0 || strcmp(row, "sort of") == 0 ||
            strcmp(row, "just enough") == 0)
            value -= 0.293;
    }
    return value;
}

static double model_strength(const model_text *text, int at)
{
    double listed_value, value;
    if (booster(text->words[at]) != 0) return 0;
    if (is(text, at, "kind") && is(text, at + 1, "of")) return 0;
    if (!look_up(text->words[at], &listed_value)) return 0;
    value = listed_value;
    if (is(text, at, "no") && at + 1 < text->count && listed(text, at + 1)) value = 0;
    if (is(text, at - 1, "no") || is(text, at - 2, "no") ||
        (is(text, at - 3, "no") && (is(text, at - 1, "or") || is(text, at - 1, "nor"))))
        value = listed_value * -0.74;
    if (text->capitals[at] && text->mixed) value += value > 0 ? 0.733 : -0.733;
    for (int back = 1; back <= 3; back++) {
        if (at - back < 0 || listed(text, at - back)) continue;
        double added = model_boost(text, at - back, value);
        value += back == 2 ? added * 0.95 : back == 3 ? added * 0.9 : added;
        value = model_negation(text, at, back, value);
        if (back == 3) value = model_idioms(text, at, value);
    }
    if (is(text, at - 1, "least") && !is(text, at - 2, "at") && !is(text, at - 2, "very"))
        value *= -0.74;
    return value;
}

static void model_but(const model_text *text, double *strengths)
{
    int but = 0;
    while (but < text->count && !is(text, but, "but")) but++;
    if (but == text->count) return;
    for (int i = 0; i < text->count; i++) {
        int first = 0;
        while (strengths[first] != strengths[i]) first++;
        if (first < but) strengths[first] *= 0.5;
        if (first > but) strengths[first] *= 1.5;
    }
}

static double as_printed(double number, int decimals)
{
    char digits[64];
    snprintf(digits, sizeof digits, "%.*f", decimals, number);
    double printed = strtod(digits, NULL);
    return printed == 0 ? 0 : printed;
}

static int count_of(const char *text, char byte)
{
    int count = 0;
    for (; *text != '\0'; text++) count += *text == byte;
    return count;
}

static model_scores model_sum(const model_text *text, const double *strengths, const char *source)
{
    double sum = 0, positive = 0, negative = 0, neutral = 0;
    int exclamations = count_of(source, '!'), questions = count_of(source, '?');
    double loud = 0.292 * (exclamations > 4 ? 4 : exclamations);
    loud += questions < 2 ? 0 : questions < 4 ? questions * 0.18 : 0.96;
    for (int i = 0; i < text->count; i++) {
        sum += strengths[i];
        if (strengths[i] > 0) positive += strengths[i] + 1;
        if (strengths[i] < 0) negative += strengths[i] - 1;
        if (strengths[i] == 0) neutral++;
    }
    sum += sum > 0 ? loud : sum < 0 ? -loud : 0;
    if (positive > fabs(negative))
        positive += loud;
    else if (positive < fabs(negative))
        negative -= loud;
    double total = positive + fabs(negative) + neutral;
    if (text->count == 0) return (model_scores){0, 0, 0, 0};
    return (model_scores){as_printed(sum / sqrt(sum * sum + 15), 4),
                          as_printed(positive / total, 3), as_printed(neutral / total, 3),
                          as_printed(fabs(negative / total), 3)};
}

/* ---- Texts --------------------------------------------------------------------------------- */

static bool is_ascii_sign(char byte)
{
    return byte > ' ' && strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", byte) != NULL;
}

static size_t character_count(const char *begin, const char *end)
{
    size_t count = 0;
    for (; begin < end; begin++) count += ((unsigned char)*begin & 0xC0) != 0x80;
    return count;
}

/* Adds a piece as the model sees it. Of letters beyond ASCII the pieces have two. */
static void model_add(model_text *text, const char *piece)
{
    const char *begin = piece, *end = piece + strlen(piece);
    bool has_capital = false, has_small = false;
    char *word = text->words[text->count];
    while (begin < end && is_ascii_sign(*begin)) begin++;
    while (begin < end && is_ascii_sign(end[-1])) end--;
    if (character_count(begin, end) <= 2) {
        begin = piece;
        end = piece + strlen(piece);
    }
    while (begin < end) {
        char byte = *begin++;
        if (byte >= 'A' && byte <= 'Z') {
            has_capital = true;
            byte = (char)(byte + 32);
        } else if (byte >= 'a' && byte <= 'z') {
            has_small = true;
        } else if (byte == '\xC3' && *begin == '\x89') { /* É */
            has_capital = true;
            *word++ = byte;
            byte = (char)(*begin++ + 32);
        } else if (byte == '\xE2' && begin[0] == '\x84') { /* the Kelvin sign */
            has_capital = true;
            byte = 'k';
            begin += 2;
        }
        *word++ = byte;
    }
    *word = '\0';
    text->capitals[text->count++] = has_capital && !has_small;
}

static model_scores model_score(const char *source)
{
    static model_text text;
    double strengths[WORDS_MAX];
    char *copy = strdup(source), *rest = NULL;
    int capitals = 0;
    text.count = 0;
    for (char *piece = strtok_r(copy, " \t\n", &rest); piece != NULL;
         piece = strtok_r(NULL, " \t\n", &rest))
        model_add(&text, piece);
    free(copy);
    for (int i = 0; i < text.count; i++) capitals += text.capitals[i];
    text.mixed = capitals > 0 && capitals < text.count;
    for (int i = 0; i < text.count; i++) strengths[i] = model_strength(&text, i);
    model_but(&text, strengths);
    return model_sum(&text, strengths, source);
}

/* ---- The plug-in --------------------------------------------------------------------------- */

static workbench bench;
static loaded_plugin scorer;

static void open_vader(const char *emoji_lines)
{
    static char lexicon_option[4200], emoji_option[4200];
    const char *folder = test_folder();
    char lines[4000];
    size_t length = 0;
    for (size_t i = 0; i < MILL_COUNT(lexicon); i++)
        length += (size_t)snprintf(lines + length, sizeof lines - length,
                                   "%s\t9.99\tlater wins\n%s\t%g\t0.5\n", lexicon[i].word,
                                   lexicon[i].word, lexicon[i].value);
    /* never met: small letters are compared with keys as they are */
    length += (size_t)snprintf(lines + length, sizeof lines - length, ":D\t-3\nWORD\t3\n");
    for (char *at = lines; (at = strstr(at, "9.99")) != NULL;) memcpy(at, "3.99", 4);
    test_write(test_path(folder, "lexicon.txt"), lines, length);
    test_write(test_path(folder, "emoji.txt"), emoji_lines, strlen(emoji_lines));
    snprintf(lexicon_option, sizeof lexicon_option, "lexicon=%s", test_path(folder, "lexicon.txt"));
    snprintf(emoji_option, sizeof emoji_option, "emoji=%s", test_path(folder, "emoji.txt"));
    workbench_open(&bench, fields, MILL_COUNT(fields));
    const char *options[] = {"rules=vader", lexicon_option, emoji_option, NULL};
    ck_assert_msg(plugin_open(&scorer, "score_sentiment", options, &bench), "%s",
                  scorer.error.message);
}

static void close_vader(void)
{
    plugin_close(&scorer);
    workbench_close(&bench);
}

static double number_of(uint32_t field)
{
    return mill_get(bench.handle, field, 0).as.number;
}

static model_scores score(const char *text, size_t length)
{
    workbench_begin(&bench, "news.txt");
    mill_document_set_text(bench.handle, text, length);
    mill_status status = scorer.plugin->process(scorer.instance, bench.handle);
    const char *fault = document_fault(bench.document);
    ck_assert_msg(status == MILL_OK && fault == NULL, "%s", fault != NULL ? fault : "failed");
    return (model_scores){number_of(COMPOUND), number_of(POSITIVE), number_of(NEUTRAL),
                          number_of(NEGATIVE)};
}

static bool is_same(model_scores one, model_scores other)
{
    return one.compound == other.compound && one.positive == other.positive &&
           one.neutral == other.neutral && one.negative == other.negative;
}

static void assert_like_model(const char *text)
{
    model_scores got = score(text, strlen(text)), expected = model_score(text);
    if (!is_same(got, expected))
        ck_abort_msg("'%.600s': %g %g %g %g, not %g %g %g %g", text, got.compound, got.positive,
                     got.neutral, got.negative, expected.compound, expected.positive,
                     expected.neutral, expected.negative);
}

/* Writes `words` random pieces. */
static void make_text(random_source *random, char *text, uint32_t words)
{
    *text = '\0';
    for (; words > 0; words--) {
        text = stpcpy(text, pieces[random_below(random, MILL_COUNT(pieces))]);
        text = stpcpy(text, random_below(random, 30) == 0 ? "\n" : " ");
    }
}

START_TEST(short_texts_score_as_the_model_says)
{
    static char text[WORDS_MAX * WORD_ROOM];
    random_source random = random_seeded("short_texts_score_as_the_model_says");
    open_vader("");
    for (int round = 0; round < 60000; round++) {
        make_text(&random, text, random_below(&random, 12));
        assert_like_model(text);
    }
    close_vader();
}
END_TEST

START_TEST(long_texts_score_as_the_model_says)
{
    static char text[WORDS_MAX * WORD_ROOM];
    random_source random = random_seeded("long_texts_score_as_the_model_says");
    open_vader("");
    for (int round = 0; round < 500; round++) {
        make_text(&random, text, random_below(&random, WORDS_MAX));
        assert_like_model(text);
    }
    close_vader();
}
END_TEST

START_TEST(a_decimal_comma_in_the_locale_changes_nothing)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "C.UTF-8"};
    open_vader("");
    model_scores before = score("very good but bad!", 18);
    close_vader();
    for (size_t i = 0; i < MILL_COUNT(names) && setlocale(LC_ALL, names[i]) == NULL; i++) {
    }
    open_vader("");
    ck_assert(is_same(score("very good but bad!", 18), before));
    close_vader();
    setlocale(LC_ALL, "C");
}
END_TEST

/* A description has a space before it and none behind it. */
START_TEST(emoji_are_spelled_out)
{
    static const char *const same[][2] = {
        {"😀", "good face"},
        {"it 😀", "it good face"},
        {"it😀", "it good face"},
        {"😀😀", "good face good face"},
        {"😀it", "good faceit"},
        {"😀\uFE0F", "good face\uFE0F"},
        {"❤", "bad"},
        {"❤\uFE0F", "bad\uFE0F"},
        {"it\n❤ ", "it bad"},
        {"👩‍🚀", "👩\u200d🚀"},
    };
    open_vader("😀\tsomething\n😀\tgood face\n❤\tbad\n👩‍🚀\tgood good good\n");
    for (size_t i = 0; i < MILL_COUNT(same); i++) {
        model_scores left = score(same[i][0], strlen(same[i][0]));
        ck_assert_msg(is_same(left, score(same[i][1], strlen(same[i][1]))), "%s", same[i][0]);
    }
    ck_assert_double_gt(score("😀", 4).compound, 0);
    ck_assert_double_eq(score("❤\uFE0F", 6).compound, 0);
    close_vader();
}
END_TEST

/* If the work were more than linear, none of these would end before the test's time is up. */
static const char *const hostile[] = {
    "a",         "good ", "😀",           "! ",     "GOOD ", "no ", "é",
    "good but ", "...",   "so so good ", "\u2028", "n't",   "A ",  "but good fantastic huge "};

START_TEST(survives_a_text_of_one_thing)
{
    const char *piece = hostile[_i];
    size_t size = strlen(piece), length = (4u << 20) / size * size;
    char *text = malloc(length);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < length; i++) text[i] = piece[i % size];
    open_vader("😀\tgood face\n");
    model_scores got = score(text, length);
    ck_assert_double_le(fabs(got.compound), 1);
    ck_assert_double_le(got.positive + got.neutral + got.negative, 1.0016);
    ck_assert_double_ge(fmin(got.positive, fmin(got.neutral, got.negative)), 0);
    close_vader();
    free(text);
}
END_TEST

START_TEST(needs_a_lexicon)
{
    const char *options[] = {"rules=vader", NULL};
    workbench_open(&bench, fields, MILL_COUNT(fields));
    ck_assert(!plugin_open(&scorer, "score_sentiment", options, &bench));
    ck_assert_str_eq(scorer.error.message,
                     "rules = vader needs VADER's own words; name its file in "
                     "lexicon = vader_lexicon.txt");
    close_vader();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sentiment_vader");
    TCase *test = tcase_create("sentiment_vader");
    tcase_set_timeout(test, 60);
    tcase_add_test(test, short_texts_score_as_the_model_says);
    tcase_add_test(test, long_texts_score_as_the_model_says);
    tcase_add_test(test, a_decimal_comma_in_the_locale_changes_nothing);
    tcase_add_test(test, emoji_are_spelled_out);
    tcase_add_loop_test(test, survives_a_text_of_one_thing, 0, (int)MILL_COUNT(hostile));
    tcase_add_test(test, needs_a_lexicon);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
