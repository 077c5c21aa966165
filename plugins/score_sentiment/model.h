/* model - a linear model of words, which corrects a span's lexicon score.
 *
 * It tells three classes apart: good, bad, neither. It knows which words stand
 * in a span, and what the lexicon says of it. train/learn_model.c learned its weights from
 * rated texts; they are in model.txt, and tables/model.c makes the table of them.
 */
#ifndef SCORE_SENTIMENT_MODEL_H
#define SCORE_SENTIMENT_MODEL_H

#include "word_sums.h"

/* The two classes; neither is what both are measured against. */
typedef enum model_side { MODEL_GOOD, MODEL_BAD, MODEL_SIDES } model_side;

/* What the lexicon says of a span: its score, and the shares of good and bad words by strength. */
typedef struct lexicon_says {
    double score;
    double positive;
    double negative;
} lexicon_says;

/* Features that are no words: a constant, the lexicon's score, how far that is from 0, whether it
 * is 0, and the shares. */
typedef enum model_constant {
    MODEL_BIAS,
    MODEL_SCORE,
    MODEL_STRENGTH,
    MODEL_SILENCE,
    MODEL_POSITIVE,
    MODEL_NEGATIVE,
    MODEL_CONSTANTS
} model_constant;

typedef struct linear_model {
    double unit; /* what a bucket's weight of 1 is worth */
    double constants[MODEL_CONSTANTS][MODEL_SIDES];
    uint16_t buckets[MODEL_BUCKETS + 1]; /* see word_sums.h */
} linear_model;

/* Returns the built-in weights. */
const linear_model *model_built_in(void);

/* Returns the score of a span, -1 to 1. */
double model_score(const linear_model *model, word_sum words, lexicon_says lexicon);

/* Fills in what the constants' weights are multiplied by. */
static inline void model_inputs(lexicon_says lexicon, double inputs[MODEL_CONSTANTS])
{
    double strength = lexicon.score < 0 ? -lexicon.score : lexicon.score;
    inputs[MODEL_BIAS] = 1;
    inputs[MODEL_SCORE] = lexicon.score;
    inputs[MODEL_STRENGTH] = strength;
    inputs[MODEL_SILENCE] = strength > 0 ? 0 : 1;
    inputs[MODEL_POSITIVE] = lexicon.positive;
    inputs[MODEL_NEGATIVE] = lexicon.negative;
}

#endif
