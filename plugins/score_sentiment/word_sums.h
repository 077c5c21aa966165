/* word_sums - what the words of a text weigh, added up from its begin, so that any part of the text
 * is the difference of two sums.
 *
 * A word is a run of the candidates' walk and counts by its hash, which the walk has made anyway:
 * that leads to one of 16,384 buckets with a weight for good and one for bad, 32 KB that stay in
 * the fastest caches. Words that share a bucket are one to the model.
 */
#ifndef SCORE_SENTIMENT_WORD_SUMS_H
#define SCORE_SENTIMENT_WORD_SUMS_H

#include "candidates.h"
#include "textmill/plugin.h"

#define MODEL_BUCKETS (UINT32_C(1) << 14)
#define RAISED_BY     128 /* weights are, so that they go from 0 to 255 */

static inline uint32_t bucket_of_word(uint64_t hash)
{
    return (uint32_t)hash & (MODEL_BUCKETS - 1);
}

typedef struct word_sums word_sums;

/* A way to add the words of a piece. There is room for them. */
typedef void word_adder(word_sums *sums, const candidate_walk *piece);

struct word_sums {
    const uint16_t
        *buckets; /* raised weights: bad in the lower byte, good in the upper; one more */
    word_adder *add;
    mill_document *document;
    uint64_t *sums;    /* of all words before a word; bad in the lower half, good in the upper */
    uint32_t words;    /* so far */
    uint32_t capacity; /* words */
    uint64_t *begins;  /* where words begin, for each block of 64 bytes */
    uint32_t *before;  /* how many begin before the block */
};

word_adder words_add_portably;

/* Returns the fastest way that this processor has. */
word_adder *words_adder(void);

/* Starts a text. Fails: MILL_FAILED, out of memory, with the reason set. */
mill_status word_sums_begin(word_sums *sums, mill_document *document, const uint16_t *buckets,
                            word_adder *add);

/* Adds a piece. Fails: MILL_FAILED, out of memory, with the reason set. */
mill_status word_sums_add(word_sums *sums, const candidate_walk *piece);

/* What a part of the text weighs. */
typedef struct word_sum {
    double good;
    double bad;
    uint32_t words;
} word_sum;

/* Adds up the words that begin in a span. */
word_sum word_sums_of(const word_sums *sums, mill_span span);

#endif
