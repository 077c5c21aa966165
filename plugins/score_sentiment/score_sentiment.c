/* score_sentiment - scores sentences, quotes and the article from -1 (bad) to 1 (good).
 *
 * One pass finds the words that the lexicon knows; sentences and quotes then add up the few hits
 * that lie in them. An article's compound is the mean of its sentences', because the sum over a
 * long text says only that it is long.
 */
#include "hits.h"
#include "lexicon.h"
#include "textmill/plugin.h"
#include "valence.h"

enum {
    FIELD_SENTENCES,
    FIELD_QUOTES,
    FIELD_SENTENCE_SENTIMENT,
    FIELD_QUOTE_SENTIMENT,
    FIELD_COMPOUND,
    FIELD_POSITIVE,
    FIELD_NEUTRAL,
    FIELD_NEGATIVE
};

typedef struct scorer {
    word_lexicon lexicon;
    candidate_finder *find;
    uint32_t negation_window;
} scorer;

static mill_status open_scorer(mill_setup *setup, void **instance)
{
    scorer *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->negation_window = (uint32_t)mill_setup_integer(setup, "negation_window");
    self->find = candidates_finder();
    *instance = self;
    return lexicon_open(&self->lexicon, setup, mill_setup_string(setup, "lexicon"));
}

/* Rounds to 1/scale, so that output is short and the same everywhere; never gives -0. */
static double rounded(double number, double scale)
{
    int64_t whole = (int64_t)(number * scale + (number < 0 ? -0.5 : 0.5));
    return (double)whole / scale;
}

/* Scores the spans of a layer into one of its attributes; returns the sum of the scores. */
static double score_spans(const scorer *self, mill_document *document, const hit_list *hits,
                          uint32_t layer, uint32_t attribute, word_shares *shares)
{
    uint32_t count, first = 0;
    mill_text text = mill_document_text(document);
    const mill_span *spans = mill_spans(document, layer, &count);
    double sum = 0;
    for (uint32_t row = 0; row < count; row++) {
        while (first < hits->count && hits->items[first].begin < spans[row].begin) first++;
        double score = valence_of(hits, first, spans[row], text, self->negation_window, shares);
        mill_set_number(document, attribute, row, rounded(score, 1e4));
        sum += score;
    }
    return sum;
}

static void set_article(mill_document *document, const hit_list *hits, double sum,
                        const word_shares *shares)
{
    uint32_t sentences;
    mill_spans(document, FIELD_SENTENCES, &sentences);
    double compound = sentences == 0 ? 0 : sum / sentences;
    double neutral = (double)(hits->words - shares->scored);
    double total = shares->positive + shares->negative + neutral;
    double unit = total > 0 ? 1 / total : 0;
    mill_set_number(document, FIELD_COMPOUND, 0, rounded(compound, 1e4));
    mill_set_number(document, FIELD_POSITIVE, 0, rounded(shares->positive * unit, 1e3));
    mill_set_number(document, FIELD_NEUTRAL, 0, rounded(neutral * unit, 1e3));
    mill_set_number(document, FIELD_NEGATIVE, 0, rounded(shares->negative * unit, 1e3));
}

static mill_status score_article(void *instance, mill_document *document)
{
    const scorer *self = instance;
    hit_list hits = {.items = NULL};
    word_shares shares = {0, 0, 0};
    if (hits_collect(&self->lexicon, self->find, document, &hits) != MILL_OK) return MILL_FAILED;
    double sum =
        score_spans(self, document, &hits, FIELD_SENTENCES, FIELD_SENTENCE_SENTIMENT, &shares);
    score_spans(self, document, &hits, FIELD_QUOTES, FIELD_QUOTE_SENTIMENT, NULL);
    set_article(document, &hits, sum, &shares);
    return MILL_OK;
}

static const mill_option options[] = {
    {.name = "lexicon",
     .type = MILL_OPTION_PATH,
     .standard = "",
     .help = "file to use in place of the built-in lexicon: a word, a tab and its valence a line"},
    {.name = "negation_window",
     .type = MILL_OPTION_INTEGER,
     .standard = "3",
     .minimum = 0,
     .maximum = 10,
     .help = "how many words before a word a negation may stand; 0 switches negations off"},
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
     .help = "-1 to 1, the mean of the sentences"},
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
};

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
};
