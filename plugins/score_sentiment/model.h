/* model - a linear model of words and pairs of words, which corrects a span's lexicon score.
 *
 * It tells three classes apart: good, bad, neither. It knows which words and pairs of neighbours
 * stand in a span, and what the lexicon says of it. train/learn_model.c learned its weights from
 * rated texts; they are in model.txt.
 */
#ifndef SCORE_SENTIMENT_MODEL_H
#define SCORE_SENTIMENT_MODEL_H

#include "textmill/plugin.h"

/* The two classes; neither is what both are measured against. */
typedef enum model_side { MODEL_GOOD, MODEL_BAD, MODEL_SIDES } model_side;

/* Features that are no words: a constant, the lexicon's score, how far that is from 0, whether it
 * is 0. */
typedef enum model_constant {
    MODEL_BIAS,
    MODEL_SCORE,
    MODEL_STRENGTH,
    MODEL_SILENCE,
    MODEL_CONSTANTS
} model_constant;

typedef struct linear_model {
    /* The weights of a bucket, raised to 0 to 255: for good in the upper half, for bad in the
     * lower, so that one addition sums both up. */
    uint64_t *buckets;
    double unit; /* what a weight of 1 is worth */
    double constants[MODEL_CONSTANTS][MODEL_SIDES];
} linear_model;

/* Reads the built-in weights.
 * Fails: MILL_FAILED, with the reason set. */
mill_status model_open(linear_model *model, mill_setup *setup);

/* Returns the score of text[begin, end), -1 to 1. */
double model_score(const linear_model *model, mill_text text, uint32_t begin, uint32_t end,
                   double lexicon_score);

/* Fills in what the constants' weights are multiplied by. */
static inline void model_inputs(double lexicon_score, double inputs[MODEL_CONSTANTS])
{
    inputs[MODEL_BIAS] = 1;
    inputs[MODEL_SCORE] = lexicon_score;
    inputs[MODEL_STRENGTH] = lexicon_score < 0 ? -lexicon_score : lexicon_score;
    inputs[MODEL_SILENCE] = inputs[MODEL_STRENGTH] > 0 ? 0 : 1;
}

#endif
