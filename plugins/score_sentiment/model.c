/* model - see model.h. Logistic regression over three classes: the weights of a span's features add
 * up to what speaks for good and for bad, against neither. The buckets' sums are divided by the
 * root of the number of features, so that a long sentence is not surer than a short one.
 */
#include "model.h"
#include "ngrams.h"
#include "textmill/words.h"

#include <math.h>

#define DIGITS_EACH 4     /* of a bucket in model.txt: two for each side */
#define WEIGHT_MAX  30.0  /* of a class: surer than anything that was learned */
#define RAISED_BY   128.0 /* weights are, so that they are not negative */

MILL_EMBEDDED(model)

/* ---- Reading the weights ------------------------------------------------------------------- */

static int digit_of(char byte)
{
    return byte >= '0' && byte <= '9'   ? byte - '0'
           : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
                                        : -1;
}

/* Reads two hexadecimal digits; -1 if they are none. */
static int read_byte(const char *digits)
{
    int high = digit_of(digits[0]), low = digit_of(digits[1]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* Adds a line of buckets. */
static bool read_buckets(linear_model *model, mill_text line, uint32_t *count)
{
    for (size_t at = 0; at + DIGITS_EACH <= line.length; at += DIGITS_EACH) {
        int good = read_byte(line.data + at), bad = read_byte(line.data + at + 2);
        if (good < 0 || bad < 0 || *count == NGRAM_BUCKETS) return false;
        model->buckets[(*count)++] = (uint64_t)good << 32 | (uint64_t)bad;
    }
    return line.length % DIGITS_EACH == 0;
}

/* Reads a whole number of millionths, as the numbers above the buckets are written. */
static bool read_millionths(mill_text number, double *value)
{
    bool negative = number.length > 0 && *number.data == '-';
    int64_t whole = 0;
    if (number.length == negative || number.length > 12) return false;
    for (size_t at = negative; at < number.length; at++) {
        if (number.data[at] < '0' || number.data[at] > '9') return false;
        whole = whole * 10 + (number.data[at] - '0');
    }
    *value = (double)(negative ? -whole : whole) / 1e6;
    return true;
}

/* The numbers above the buckets, in the order of model.txt. */
static bool read_head(linear_model *model, mill_lines *lines)
{
    mill_text line;
    if (!mill_lines_next(lines, &line) || !read_millionths(line, &model->unit)) return false;
    for (int constant = 0; constant < MODEL_CONSTANTS; constant++) {
        if (!mill_lines_next(lines, &line)) return false;
        mill_text good = mill_lines_column(&line);
        if (!read_millionths(good, &model->constants[constant][MODEL_GOOD]) ||
            !read_millionths(line, &model->constants[constant][MODEL_BAD]))
            return false;
    }
    return true;
}

mill_status model_open(linear_model *model, mill_setup *setup)
{
    mill_lines lines = {model_text(), 0};
    mill_text line;
    uint32_t count = 0;
    model->buckets = mill_setup_alloc(setup, NGRAM_BUCKETS * sizeof *model->buckets);
    if (model->buckets == NULL) return MILL_FAILED;
    bool good = read_head(model, &lines);
    while (good && mill_lines_next(&lines, &line)) good = read_buckets(model, line, &count);
    if (good && count == NGRAM_BUCKETS) return MILL_OK;
    return mill_setup_fail(setup, "model.txt:%u: not as `make model` writes it; run it again",
                           lines.number);
}

/* ---- Scoring ------------------------------------------------------------------------------- */

typedef struct bucket_sum {
    const uint64_t *buckets;
    uint64_t both; /* for good in the upper half, for bad in the lower */
} bucket_sum;

static inline void add_bucket(void *context, uint32_t bucket)
{
    bucket_sum *sum = context;
    sum->both += sum->buckets[bucket];
}

/* Adds up the weights of a span's words and pairs. */
static void weigh_words(const linear_model *model, mill_text text, uint32_t begin, uint32_t end,
                        double weights[MODEL_SIDES])
{
    bucket_sum sum = {model->buckets, 0};
    double count = 2.0 * ngrams_visit(text, begin, end, add_bucket, &sum);
    double unit = count > 0 ? model->unit / sqrt(count) : 0;
    weights[MODEL_GOOD] = ((double)(sum.both >> 32) - RAISED_BY * count) * unit;
    weights[MODEL_BAD] = ((double)(sum.both & UINT32_MAX) - RAISED_BY * count) * unit;
}

static void weigh_lexicon(const linear_model *model, double lexicon_score,
                          double weights[MODEL_SIDES])
{
    double inputs[MODEL_CONSTANTS];
    model_inputs(lexicon_score, inputs);
    for (int constant = 0; constant < MODEL_CONSTANTS; constant++)
        for (int side = 0; side < MODEL_SIDES; side++)
            weights[side] += model->constants[constant][side] * inputs[constant];
}

/* A word a million times over must not weigh more than a number can hold. */
static double bounded(double weight)
{
    return fmax(-WEIGHT_MAX, fmin(WEIGHT_MAX, weight));
}

static double power_of_8(double base)
{
    double square = base * base, fourth = square * square;
    return fourth * fourth;
}

/* The mean of what the lexicon says and of how much likelier good is than bad. Where neither is the
 * likeliest class, it fades fast: readers expect what is not clearly good or bad near 0. */
double model_score(const linear_model *model, mill_text text, uint32_t begin, uint32_t end,
                   double lexicon_score)
{
    double weights[MODEL_SIDES];
    weigh_words(model, text, begin, end, weights);
    weigh_lexicon(model, lexicon_score, weights);
    double good = exp(bounded(weights[MODEL_GOOD])), bad = exp(bounded(weights[MODEL_BAD]));
    double score = ((good - bad) / (1 + good + bad) + lexicon_score) / 2;
    double likeliest = good > bad ? good : bad; /* against 1 for neither */
    return likeliest < 1 ? score * power_of_8(likeliest) : score;
}
