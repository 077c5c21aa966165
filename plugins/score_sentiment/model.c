/* model - see model.h. Logistic regression over three classes: the weights of a span's features add
 * up to what speaks for good and for bad, against neither. The buckets' sums are divided by the
 * root of the number of words, so that a long sentence is not surer than a short one.
 */
#include "model.h"

#include <math.h>

#define WEIGHT_MAX  30.0 /* of a class: surer than anything that was learned */
#define CLEARLY     0.05 /* the score from which a span is good, and -it bad, as VADER has it */
#define NOT_CLEARLY 0.0499

extern const linear_model _binary_model_table_start;

const linear_model *model_built_in(void)
{
    return &_binary_model_table_start;
}

static void weigh(const linear_model *model, word_sum words, lexicon_says lexicon,
                  double weights[MODEL_SIDES])
{
    double inputs[MODEL_CONSTANTS];
    double unit = words.words > 0 ? model->unit / sqrt(words.words) : 0;
    model_inputs(lexicon, inputs);
    weights[MODEL_GOOD] = words.good * unit;
    weights[MODEL_BAD] = words.bad * unit;
    for (int constant = 0; constant < MODEL_CONSTANTS; constant++)
        for (int side = 0; side < MODEL_SIDES; side++)
            weights[side] += model->constants[constant][side] * inputs[constant];
}

/* Brings a number into -most to most. */
static double bounded(double number, double most)
{
    return number < -most ? -most : number > most ? most : number;
}

/* Returns e to the power of a weight, as near as it matters here: (1 + w / 64) to the power of 64.
 * A word a million times over must not weigh more than a number can hold. */
static double odds(double weight)
{
    double power = 1 + bounded(weight, WEIGHT_MAX) / 64;
    for (int i = 0; i < 6; i++) power *= power;
    return power;
}

/* The model says which class a span is in. How good or bad it is, says the mean of what the lexicon
 * says and of how much likelier good is than bad; of neither, the lexicon alone. */
double model_score(const linear_model *model, word_sum words, lexicon_says lexicon)
{
    double weights[MODEL_SIDES];
    weigh(model, words, lexicon, weights);
    double good = odds(weights[MODEL_GOOD]), bad = odds(weights[MODEL_BAD]); /* 1 for neither */
    if (good <= 1 && bad <= 1) return bounded(lexicon.score, NOT_CLEARLY);
    double score = ((good - bad) / (1 + good + bad) + lexicon.score) / 2;
    if (good >= bad) return score > CLEARLY ? score : CLEARLY;
    return score < -CLEARLY ? score : -CLEARLY;
}
