/* valence - what the hits in a part of the text add up to. */
#ifndef SCORE_SENTIMENT_VALENCE_H
#define SCORE_SENTIMENT_VALENCE_H

#include "hits.h"

/* The strengths of the words of a text or of a part of it. */
typedef struct word_shares {
    double sum;
    double strength;    /* the sum without signs */
    uint32_t positives; /* how many words; the rest is neutral or cancelled */
    uint32_t negatives;
} word_shares;

/* Weighs every hit by the boosters and negations before it; do this once, before the rest. */
void valence_weigh(hit_list *hits, uint32_t negation_window);

/* A walk over the spans of a layer, which are sorted by begin. Starts with zeros. */
typedef struct hit_cursor {
    uint32_t first;       /* no hit before this one is in a span that is still to come */
    uint32_t last;        /* behind the last hit of the span taken last */
    uint32_t span_end;    /* of that */
    uint32_t exclamation; /* the first mark that may be in a span still to come */
} hit_cursor;

/* Steps to the next span and adds up the hits in it, as one sentence: -1 to 1. Nothing before the
 * span counts. `shares` are those of the span. */
double valence_of(const hit_list *hits, hit_cursor *cursor, mill_span span,
                  uint32_t negation_window, word_shares *shares);

/* Adds the shares of a part. */
static inline void add_shares(word_shares *all, const word_shares *more)
{
    all->sum += more->sum;
    all->strength += more->strength;
    all->positives += more->positives;
    all->negatives += more->negatives;
}

/* What makes up a text's words: these add up to 1, or are all 0. */
typedef struct word_parts {
    double positive; /* each word counts 1 more than its strength */
    double neutral;
    double negative;
} word_parts;

static inline word_parts parts_of(const word_shares *shares, uint32_t words)
{
    double positive = (shares->strength + shares->sum) / 2 + shares->positives;
    double negative = (shares->strength - shares->sum) / 2 + shares->negatives;
    double neutral = (double)words - shares->positives - shares->negatives;
    double total = positive + negative + neutral;
    double unit = total > 0 ? 1 / total : 0;
    return (word_parts){positive * unit, neutral * unit, negative * unit};
}

#endif
