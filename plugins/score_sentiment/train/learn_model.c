/* learn_model - learns the weights of the linear model from rated texts; prints model.txt.
 *
 * Logistic regression over three classes with a penalty on the squares of the weights, found by
 * going downhill with momentum. Each weight has a step of its own, from an upper bound of how fast
 * its slope can change, so that a word met once learns as fast as the constant.
 *
 * usage: learn_model EXAMPLES...
 */
#include "../model.h"
#include "examples.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define ROUNDS     300
#define MOMENTUM   0.9
#define PENALTY    0.5
#define CLEARLY    0.53 /* of `gold`: from here on a text is good, or bad */
#define WEIGHT_MAX 127
#define PER_LINE   32 /* buckets */
#define WEIGHTS    (MODEL_BUCKETS + MODEL_CONSTANTS)

/* A feature of a text. Those that are no words stand behind the buckets. */
typedef struct feature {
    uint32_t number;
    double value;
} feature;

typedef struct sample {
    feature *features;
    size_t count;
    double truth[MODEL_SIDES]; /* 1 for the class that the text is in */
} sample;

typedef struct weight {
    double value;
    double speed;
    double slope;
} weight;

typedef struct regression {
    sample *samples;
    size_t count;
    weight (*weights)[MODEL_SIDES];
    double *curvature;
} regression;

/* ---- Features ------------------------------------------------------------------------------ */

static int compare_features(const void *left, const void *right)
{
    const feature *one = left, *other = right;
    return (one->number > other->number) - (one->number < other->number);
}

/* Sorts the features and adds up those of one number; returns how many are left. */
static size_t join_features(feature *features, size_t count)
{
    size_t joined = 0;
    qsort(features, count, sizeof *features, compare_features);
    for (size_t i = 0; i < count; i++) {
        if (joined > 0 && features[joined - 1].number == features[i].number)
            features[joined - 1].value += features[i].value;
        else
            features[joined++] = features[i];
    }
    return joined;
}

/* Adds the words, as word_sums does. */
static void add_words(sample *made, mill_text text)
{
    static const word_filter no_words;
    static const word_lexicon lexicon = {.filter = &no_words};
    static candidate_walk piece;
    candidates_begin(&piece, text, &lexicon);
    while (candidates_next(&piece, candidates_find_portably))
        for (uint32_t run = 0; run < piece.runs; run++)
            made->features[made->count++].number = bucket_of_word(piece.hashes[run]);
}

static sample make_sample(const example *from)
{
    sample made = {.features = allocate(from->length + MODEL_CONSTANTS + 1, sizeof(feature))};
    double inputs[MODEL_CONSTANTS];
    add_words(&made, (mill_text){from->text, from->length});
    for (size_t i = 0; i < made.count; i++) made.features[i].value = 1 / sqrt((double)made.count);
    made.count = join_features(made.features, made.count);
    model_inputs((lexicon_says){from->compound, from->positive, from->negative}, inputs);
    for (uint32_t i = 0; i < MODEL_CONSTANTS; i++)
        made.features[made.count++] = (feature){MODEL_BUCKETS + i, inputs[i]};
    made.truth[MODEL_GOOD] = from->gold >= CLEARLY;
    made.truth[MODEL_BAD] = from->gold <= -CLEARLY;
    return made;
}

/* ---- Learning ------------------------------------------------------------------------------ */

/* Half the sum over all texts of a feature times all features of its text. */
static void bound_curvature(regression *learner)
{
    for (size_t i = 0; i < learner->count; i++) {
        const sample *at = &learner->samples[i];
        double reach = 0;
        for (size_t j = 0; j < at->count; j++) reach += fabs(at->features[j].value);
        for (size_t j = 0; j < at->count; j++)
            learner->curvature[at->features[j].number] += fabs(at->features[j].value) * reach / 2;
    }
}

static void add_slopes(regression *learner, const sample *at)
{
    double sums[MODEL_SIDES] = {0, 0};
    for (size_t j = 0; j < at->count; j++)
        for (int side = 0; side < MODEL_SIDES; side++)
            sums[side] +=
                at->features[j].value * learner->weights[at->features[j].number][side].value;
    double good = exp(sums[MODEL_GOOD]), bad = exp(sums[MODEL_BAD]), all = 1 + good + bad;
    double error[MODEL_SIDES] = {good / all - at->truth[MODEL_GOOD],
                                 bad / all - at->truth[MODEL_BAD]};
    for (size_t j = 0; j < at->count; j++)
        for (int side = 0; side < MODEL_SIDES; side++)
            learner->weights[at->features[j].number][side].slope +=
                at->features[j].value * error[side];
}

static void move_weights(regression *learner)
{
    for (size_t i = 0; i < WEIGHTS; i++) {
        double penalty = i < MODEL_BUCKETS ? PENALTY : 0;
        double steepest = penalty + learner->curvature[i];
        if (!(learner->curvature[i] > 0)) continue;
        for (int side = 0; side < MODEL_SIDES; side++) {
            weight *moved = &learner->weights[i][side];
            moved->speed =
                MOMENTUM * moved->speed - (moved->slope + penalty * moved->value) / steepest;
            moved->value += moved->speed;
            moved->slope = 0;
        }
    }
}

/* ---- The file ------------------------------------------------------------------------------ */

static double find_largest(const regression *learner)
{
    double largest = 1e-3;
    for (size_t i = 0; i < MODEL_BUCKETS; i++)
        for (int side = 0; side < MODEL_SIDES; side++)
            largest = fmax(largest, fabs(learner->weights[i][side].value));
    return largest;
}

static long millionths(double number)
{
    return lround(number * 1e6);
}

static void print_model(const regression *learner)
{
    double unit = find_largest(learner) / WEIGHT_MAX;
    puts("# Weights of the linear model; made by `make model`, not by hand. In millionths: what a\n"
         "# bucket's weight of 1 is worth, then for good and for bad the weights of the constant, "
         "of\n"
         "# the lexicon's score, of its strength, of its silence, of its shares of good and of bad "
         "words.\n"
         "# Then the buckets in their order: two hexadecimal digits for good and two for bad, of "
         "which\n"
         "# 80 stands for 0.\n");
    printf("%ld\n", millionths(unit));
    for (size_t i = MODEL_BUCKETS; i < WEIGHTS; i++)
        printf("%ld\t%ld\n", millionths(learner->weights[i][MODEL_GOOD].value),
               millionths(learner->weights[i][MODEL_BAD].value));
    for (size_t i = 0; i < MODEL_BUCKETS; i++) {
        for (int side = 0; side < MODEL_SIDES; side++)
            printf("%02lx", 128 + lround(learner->weights[i][side].value / unit));
        if (i % PER_LINE == PER_LINE - 1) putchar('\n');
    }
}

int main(int argc, char **argv)
{
    example_list examples = {.items = NULL};
    if (argc < 2) give_up("usage: learn_model EXAMPLES...");
    for (int i = 1; i < argc; i++) examples_read(&examples, argv[i]);
    regression learner = {.samples = allocate(examples.count, sizeof(sample)),
                          .count = examples.count,
                          .weights = allocate(WEIGHTS, sizeof *learner.weights),
                          .curvature = allocate(WEIGHTS, sizeof(double))};
    for (size_t i = 0; i < examples.count; i++)
        learner.samples[i] = make_sample(&examples.items[i]);
    bound_curvature(&learner);
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < learner.count; i++) add_slopes(&learner, &learner.samples[i]);
        move_weights(&learner);
    }
    print_model(&learner);
    return 0;
}
