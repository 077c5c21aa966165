/* valence - what the hits in a part of the text add up to. */
#ifndef SCORE_SENTIMENT_VALENCE_H
#define SCORE_SENTIMENT_VALENCE_H

#include "hits.h"

/* The strengths of a whole text, word by word; a sentence is summed by itself. */
typedef struct word_shares {
    double positive;
    double negative;
    uint32_t scored; /* words that are neither neutral nor cancelled */
} word_shares;

/* Adds up the hits from `first` up to byte `end`, as one sentence: -1 to 1. `shares` may be NULL.
 */
double valence_of(const hit_list *hits, uint32_t first, mill_span span, mill_text text,
                  uint32_t negation_window, word_shares *shares);

#endif
