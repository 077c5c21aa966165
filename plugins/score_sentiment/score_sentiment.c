/* score_sentiment - scores sentences, quotes and the article from -1 (bad) to 1 (good).
 *
 * By the rules for news, one pass finds the words that the lexicon knows; sentences and quotes then
 * add up the few hits that lie in them. An article's compound comes from the mean of its
 * sentences', because the sum over a long text says only that it is long. A linear model may
 * correct what the lexicon says of a sentence or quote. By the rules of VADER every sentence, every
 * quote and the whole text is a text of its own.
 */
#define MILL_ABI_MINOR 1 /* declare */
#include "hits.h"
#include "lexicon.h"
#include "model.h"
#include "people.h"
#include "textmill/plugin.h"
#include "vader.h"
#include "valence.h"

#include <math.h>

#define SCORE_MIN 0.5e-4 /* what is less is rounded to 0 */

enum {
    FIELD_SENTENCES,
    FIELD_QUOTES,
    FIELD_SENTENCE_SENTIMENT,
    FIELD_QUOTE_SENTIMENT,
    FIELD_COMPOUND,
    FIELD_POSITIVE,
    FIELD_NEUTRAL,
    FIELD_NEGATIVE,
    FIELD_LABEL,
    FIELD_POSITIVE_SENTENCES,
    FIELD_NEGATIVE_SENTENCES,
    FIELD_MOST_POSITIVE,
    FIELD_MOST_NEGATIVE,
    FIELD_SPEAKER,
    FIELD_PEOPLE /* with people = yes */
};

static const people_fields fields_of_people = {FIELD_SENTENCES, FIELD_SENTENCE_SENTIMENT,
                                               FIELD_QUOTES, FIELD_SPEAKER, FIELD_PEOPLE};

typedef struct scorer {
    bool is_vader;
    word_lexicon lexicon; /* the rules for news */
    candidate_finder *find;
    uint32_t negation_window;
    const linear_model *model; /* NULL: none */
    word_adder *add;
    vader_rules vader;    /* the rules of VADER */
    double positive_from; /* the thresholds of labels */
    double negative_to;
    bool people;
} scorer;

/* What an article's sentences say about it. */
typedef struct summary {
    double sum;
    uint32_t telling;  /* how many do not score 0 */
    uint32_t positive; /* how many */
    uint32_t negative;
    uint32_t best; /* the row of the most positive one */
    uint32_t worst;
    double best_score;
    double worst_score;
} summary;

/* The model learned from what textmill's own lexicon says, so that it goes with that. */
static bool wants_model(mill_setup *setup, const char *lexicon)
{
    enum { AUTO, NONE, LINEAR };
    int64_t choice = mill_setup_integer(setup, "model");
    return choice == LINEAR || (choice == AUTO && lexicon[0] == '\0');
}

static mill_status open_scorer(mill_setup *setup, void **instance)
{
    scorer *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    const char *lexicon = mill_setup_string(setup, "lexicon");
    const char *emoji = mill_setup_string(setup, "emoji");
    *instance = self;
    self->is_vader = mill_setup_integer(setup, "rules") == 1;
    self->find = candidates_finder();
    self->negation_window = (uint32_t)mill_setup_integer(setup, "negation_window");
    self->positive_from = mill_setup_number(setup, "positive_from");
    self->negative_to = mill_setup_number(setup, "negative_to");
    self->people = mill_setup_boolean(setup, "people");
    self->model = !self->is_vader && wants_model(setup, lexicon) ? model_built_in() : NULL;
    self->add = words_adder();
    if (!self->is_vader) return lexicon_open(&self->lexicon, setup, lexicon);
    if (lexicon[0] == '\0')
        return mill_setup_fail(setup, "rules = vader needs VADER's own words; name its file in "
                                      "lexicon = vader_lexicon.txt");
    return vader_open(&self->vader, setup, lexicon, emoji);
}

/* Rounds to 1/scale, so that output is short and the same everywhere; never gives -0. */
static double rounded(double number, double scale)
{
    int64_t whole = (int64_t)(number * scale + (number < 0 ? -0.5 : 0.5));
    return (double)whole / scale;
}

/* ---- Spans --------------------------------------------------------------------------------- */

static void note_sentence(const scorer *self, summary *all, uint32_t row, double score)
{
    all->sum += score;
    all->telling += fabs(score) >= SCORE_MIN;
    all->positive += score >= self->positive_from;
    all->negative += score <= self->negative_to;
    if (row == 0 || score > all->best_score) {
        all->best = row;
        all->best_score = score;
    }
    if (row == 0 || score < all->worst_score) {
        all->worst = row;
        all->worst_score = score;
    }
}

/* What one pass over the words of a text finds. */
typedef struct text_words {
    hit_list hits;
    word_sums sums; /* with a model */
} text_words;

/* Scores a span whose lexicon score is known with the model. */
static double correct(const scorer *self, const text_words *words, mill_span span, double score,
                      const word_shares *shares)
{
    word_sum sum = word_sums_of(&words->sums, span);
    word_parts parts = parts_of(shares, sum.words);
    return model_score(self->model, sum, (lexicon_says){score, parts.positive, parts.negative});
}

/* Scores the spans of a layer into one of its attributes by the rules for news. `all` and `shares`,
 * which add up, may be NULL. */
static mill_status score_spans(const scorer *self, mill_document *document, const text_words *words,
                               uint32_t layer, uint32_t attribute, summary *all,
                               word_shares *shares)
{
    uint32_t count;
    hit_cursor cursor = {0, 0, 0, 0};
    const mill_span *spans = mill_spans(document, layer, &count);
    double *scores = mill_alloc(document, count * sizeof *scores);
    if (scores == NULL) return MILL_FAILED;
    for (uint32_t row = 0; row < count; row++) {
        word_shares own;
        double score = valence_of(&words->hits, &cursor, spans[row], self->negation_window, &own);
        if (self->model != NULL) score = correct(self, words, spans[row], score, &own);
        scores[row] = rounded(score, 1e4);
        if (all != NULL) note_sentence(self, all, row, score);
        if (shares != NULL) add_shares(shares, &own);
    }
    mill_set_numbers(document, attribute, scores, count);
    return MILL_OK;
}

/* The same by the rules of VADER. */
static mill_status score_spans_as_vader(const scorer *self, mill_document *document, uint32_t layer,
                                        uint32_t attribute, summary *all)
{
    uint32_t count;
    mill_text text = mill_document_text(document);
    const mill_span *spans = mill_spans(document, layer, &count);
    for (uint32_t row = 0; row < count; row++) {
        vader_scores scores;
        mill_text part = {text.data + spans[row].begin, spans[row].end - spans[row].begin};
        if (vader_score(&self->vader, document, part, &scores) != MILL_OK) return MILL_FAILED;
        mill_set_number(document, attribute, row, scores.compound);
        if (all != NULL) note_sentence(self, all, row, scores.compound);
    }
    return MILL_OK;
}

/* ---- The article --------------------------------------------------------------------------- */

static void set_label(const scorer *self, mill_document *document, double compound)
{
    if (compound >= self->positive_from)
        mill_set_string(document, FIELD_LABEL, 0, "positive", 8);
    else if (compound <= self->negative_to)
        mill_set_string(document, FIELD_LABEL, 0, "negative", 8);
    else
        mill_set_string(document, FIELD_LABEL, 0, "neutral", 7);
}

static void set_article(const scorer *self, mill_document *document, const vader_scores *scores,
                        const summary *all)
{
    uint32_t count;
    const mill_span *sentences = mill_spans(document, FIELD_SENTENCES, &count);
    mill_set_number(document, FIELD_COMPOUND, 0, scores->compound);
    mill_set_number(document, FIELD_POSITIVE, 0, scores->positive);
    mill_set_number(document, FIELD_NEUTRAL, 0, scores->neutral);
    mill_set_number(document, FIELD_NEGATIVE, 0, scores->negative);
    set_label(self, document, scores->compound);
    if (count == 0) return;
    mill_set_number(document, FIELD_POSITIVE_SENTENCES, 0,
                    rounded((double)all->positive / count, 1e3));
    mill_set_number(document, FIELD_NEGATIVE_SENTENCES, 0,
                    rounded((double)all->negative / count, 1e3));
    if (all->best_score > 0)
        mill_set_span(document, FIELD_MOST_POSITIVE, 0, sentences[all->best].begin,
                      sentences[all->best].end);
    if (all->worst_score < 0)
        mill_set_span(document, FIELD_MOST_NEGATIVE, 0, sentences[all->worst].begin,
                      sentences[all->worst].end);
}

/* What a sentence of news scores in the mean, if anything: most of what is reported is bad.
 * Measured on the 7,595 of the training split of NewsMTSC. */
#define MEAN_OF_NEWS (-0.09)

/* How much of an article a text is: 0 for one sentence, a half for five, nearly 1 for twenty. */
static double article_weight(uint32_t sentences)
{
    double more = sentences - 1.0;
    return more * more / (more * more + 16);
}

/* A text of one sentence is what that says. In an article most sentences only report, so its mean
 * is counted from that of all news, and half of it stays. */
static double article_compound(const summary *all, uint32_t sentences)
{
    if (sentences == 0) return 0;
    double article = article_weight(sentences);
    double sum = all->sum - MEAN_OF_NEWS * article * all->telling;
    return sum / sentences * (1 - article / 2);
}

/* The compound of the sentences, and the shares of words of the whole text. */
static vader_scores sum_up(mill_document *document, const hit_list *hits, const summary *all,
                           const word_shares *shares)
{
    uint32_t sentences;
    mill_spans(document, FIELD_SENTENCES, &sentences);
    double compound = article_compound(all, sentences);
    word_parts parts = parts_of(shares, hits->words);
    return (vader_scores){rounded(parts.negative, 1e3), rounded(parts.neutral, 1e3),
                          rounded(parts.positive, 1e3), rounded(compound, 1e4)};
}

static mill_status score_as_vader(const scorer *self, mill_document *document)
{
    summary all = {0};
    vader_scores scores;
    if (score_spans_as_vader(self, document, FIELD_SENTENCES, FIELD_SENTENCE_SENTIMENT, &all) !=
            MILL_OK ||
        score_spans_as_vader(self, document, FIELD_QUOTES, FIELD_QUOTE_SENTIMENT, NULL) !=
            MILL_OK ||
        vader_score(&self->vader, document, mill_document_text(document), &scores) != MILL_OK)
        return MILL_FAILED;
    set_article(self, document, &scores, &all);
    return MILL_OK;
}

static mill_status collect_words(const scorer *self, mill_document *document, text_words *words)
{
    word_sums *sums = self->model != NULL ? &words->sums : NULL;
    if (sums != NULL && word_sums_begin(sums, document, self->model->buckets, self->add) != MILL_OK)
        return MILL_FAILED;
    if (hits_collect(&self->lexicon, self->find, document, &words->hits, sums) != MILL_OK)
        return MILL_FAILED;
    valence_weigh(&words->hits, self->negation_window);
    return MILL_OK;
}

static mill_status score_as_news(const scorer *self, mill_document *document)
{
    text_words words = {.hits = {.items = NULL}};
    word_shares shares = {0, 0, 0, 0};
    summary all = {0};
    if (collect_words(self, document, &words) != MILL_OK ||
        score_spans(self, document, &words, FIELD_SENTENCES, FIELD_SENTENCE_SENTIMENT, &all,
                    &shares) != MILL_OK ||
        score_spans(self, document, &words, FIELD_QUOTES, FIELD_QUOTE_SENTIMENT, NULL, NULL) !=
            MILL_OK)
        return MILL_FAILED;
    vader_scores scores = sum_up(document, &words.hits, &all, &shares);
    set_article(self, document, &scores, &all);
    return MILL_OK;
}

static mill_status score_article(void *instance, mill_document *document)
{
    const scorer *self = instance;
    mill_status status =
        self->is_vader ? score_as_vader(self, document) : score_as_news(self, document);
    if (status != MILL_OK || !self->people) return status;
    return people_score(document, &fields_of_people);
}

static const mill_option options[] = {
    {.name = "rules",
     .type = MILL_OPTION_CHOICE,
     .standard = "news",
     .choices = "news vader",
     .help =
         "news: made for reported news; vader: exactly as the original VADER, which needs lexicon"},
    {.name = "lexicon",
     .type = MILL_OPTION_PATHS,
     .standard = "",
     .help =
         "files in place of the built-in lexicon; the mean of several counts. A line: a word, a "
         "tab, its valence (VADER, AFINN); or words alone in a file named positive or negative"},
    {.name = "emoji",
     .type = MILL_OPTION_PATH,
     .standard = "",
     .help = "rules = vader: VADER's file of emoji, a tab and a description a line"},
    {.name = "model",
     .type = MILL_OPTION_CHOICE,
     .standard = "auto",
     .choices = "auto none linear",
     .help = "linear: words learned from rated texts correct the lexicon, not for vader; "
             "auto: beside the built-in lexicon"},
    {.name = "negation_window",
     .type = MILL_OPTION_INTEGER,
     .standard = "3",
     .minimum = 0,
     .maximum = 10,
     .help = "how many words before a word a negation may stand; 0 switches negations off"},
    {.name = "positive_from",
     .type = MILL_OPTION_NUMBER,
     .standard = "0.05",
     .minimum = -1,
     .maximum = 1,
     .help = "the compound from which a sentence or an article is positive"},
    {.name = "negative_to",
     .type = MILL_OPTION_NUMBER,
     .standard = "-0.05",
     .minimum = -1,
     .maximum = 1,
     .help = "the compound up to which it is negative"},
    {.name = "people",
     .type = MILL_OPTION_BOOLEAN,
     .standard = "no",
     .help =
         "for each speaker of a quote the mean sentiment of the sentences with the name in them"},
};

static const mill_field fields[] = {
    {.use = MILL_NEEDS, .type = MILL_LAYER, .layer = "sentences", .help = "what is scored"},
    {.use = MILL_WANTS, .type = MILL_LAYER, .layer = "quotes", .help = "what is scored besides"},
    {.use = MILL_PROVIDES,
     .type = MILL_NUMBER,
     .layer = "sentences",
     .attribute = "sentiment",
     .help = "-1 to 1"},
    {.use = MILL_PROVIDES,
     .type = MILL_NUMBER,
     .layer = "quotes",
     .attribute = "sentiment",
     .help = "-1 to 1, of the words in the quote"},
    {.use = MILL_PROVIDES,
     .type = MILL_NUMBER,
     .attribute = "sentiment.compound",
     .help = "-1 to 1, from the mean of the sentences; of the whole text with rules = vader"},
    {.use = MILL_PROVIDES,
     .type = MILL_NUMBER,
     .attribute = "sentiment.pos",
     .help = "share of positive words, by strength"},
    {.use = MILL_PROVIDES,
     .type = MILL_NUMBER,
     .attribute = "sentiment.neu",
     .help = "share of neutral words"},
    {.use = MILL_PROVIDES,
     .type = MILL_NUMBER,
     .attribute = "sentiment.neg",
     .help = "share of negative words, by strength"},
    {.use = MILL_PROVIDES,
     .type = MILL_STRING,
     .attribute = "sentiment.label",
     .help = "positive, neutral or negative, by positive_from and negative_to"},
    {.use = MILL_PROVIDES,
     .type = MILL_NUMBER,
     .attribute = "sentiment.positive_sentences",
     .help = "share of the sentences that are positive"},
    {.use = MILL_PROVIDES,
     .type = MILL_NUMBER,
     .attribute = "sentiment.negative_sentences",
     .help = "share of the sentences that are negative"},
    {.use = MILL_PROVIDES,
     .type = MILL_SPAN,
     .attribute = "sentiment.most_positive",
     .help = "the most positive sentence, the first of several, if there is a positive one"},
    {.use = MILL_PROVIDES,
     .type = MILL_SPAN,
     .attribute = "sentiment.most_negative",
     .help = "the most negative sentence, the first of several, if there is a negative one"},
    {.use = MILL_WANTS,
     .type = MILL_STRING,
     .layer = "quotes",
     .attribute = "speaker",
     .help = "who people = yes is about"},
};

/* Whom the article quotes, and how it speaks of them. */
static mill_status declare_people(mill_setup *setup)
{
    static const char people[] = "people json";
    if (!mill_setup_boolean(setup, "people")) return MILL_OK;
    return mill_setup_declare(setup, MILL_PROVIDES, (mill_text){people, sizeof people - 1});
}

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .name = "score_sentiment",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "scores sentences, quotes and the article from bad to good",
    .options = options,
    .option_count = MILL_COUNT(options),
    .fields = fields,
    .field_count = MILL_COUNT(fields),
    .open = open_scorer,
    .process = score_article,
    .declare = declare_people,
};
