/* ngrams - the words of a span and their pairs, each as the number of a bucket.
 *
 * What the model knows of a text. A word is a run of ASCII letters and digits, in any case; it
 * counts by its first eight bytes and its length, which tells nearly all words apart and is the
 * cheapest thing to read. Every word also makes a pair with the word before it, the first one with
 * the span's begin. Words and pairs that share a bucket are one to the model.
 *
 * All of it is in this header so that the compiler joins the walk and what is done with a bucket.
 */
#ifndef SCORE_SENTIMENT_NGRAMS_H
#define SCORE_SENTIMENT_NGRAMS_H

#include "textmill/plugin.h"
#include "textmill/scan.h"

#define NGRAM_BITS    16
#define NGRAM_BUCKETS (UINT32_C(1) << NGRAM_BITS)

typedef void ngram_visitor(void *context, uint32_t bucket);

/* Mixes the first 8 bytes of a word, in small letters, with its length. */
static inline uint64_t ngram_mix(const char *word, size_t length)
{
    const uint64_t small = UINT64_C(0x2020202020202020);
    size_t missing = length < 8 ? 8 - length : 0;
    uint64_t bytes;
    memcpy(&bytes, word, 8);
    return (((bytes | small) << 8 * missing) + length) * UINT64_C(0x9E3779B97F4A7C15);
}

/* The upper bits of a product are the well mixed ones. */
static inline uint32_t ngram_bucket(uint64_t mixed)
{
    return (uint32_t)(mixed >> (64 - NGRAM_BITS));
}

/* Turns the bits of the first word of a pair, so that the order of the two counts. */
static inline uint64_t ngram_turn(uint64_t mixed)
{
    return mixed << 11 | mixed >> 53;
}

/* Takes the lowest of a set of positions out of it; anything if the set is empty. */
static inline unsigned ngram_take_first(uint64_t *set)
{
    unsigned first = mill_scan_first(*set | UINT64_C(1) << 63);
    *set &= *set - 1;
    return first;
}

/* Visits the bucket of each word and of each pair in text[begin, end); returns how many words there
 * are. A word that runs over the end of a block of 64 bytes is taken in the next one. */
static inline uint32_t ngrams_visit(mill_text text, uint32_t begin, uint32_t end,
                                    ngram_visitor *visit, void *context)
{
    uint32_t words = 0, word_begin = 0;
    uint64_t before = 0, is_open = 0;
    for (uint32_t block = begin; block <= end; block += MILL_SCAN_BLOCK) {
        uint64_t inside = mill_scan_alphanumeric(text.data + block);
        if (end - block < MILL_SCAN_BLOCK) inside &= (UINT64_C(1) << (end - block)) - 1;
        uint64_t behind = inside << 1 | is_open;
        uint64_t begins = inside & ~behind, ends = ~inside & behind;
        if (is_open == 0) word_begin = block + ngram_take_first(&begins);
        for (; ends != 0; words++) {
            uint32_t word_end = block + ngram_take_first(&ends);
            uint64_t word = ngram_mix(text.data + word_begin, word_end - word_begin);
            visit(context, ngram_bucket(word));
            visit(context, ngram_bucket(ngram_turn(before) + word));
            before = word;
            word_begin = block + ngram_take_first(&begins);
        }
        is_open = inside >> 63;
    }
    return words;
}

#endif
