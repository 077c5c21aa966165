/* word_filter - tells most words that no list has from the others by one look into 16 KB, which
 * stay in the first-level cache.
 *
 * It knows three kinds of words: those that mean something by themselves, those that begin phrases,
 * and those that come second in phrases. "in", "of" and "to" begin phrases and mean nothing, and
 * they are a sixth of all words: they are worth a look only where a second word follows. Which
 * words follow which is a second question, asked of 4 KB more where the first one says yes.
 *
 * A word's hash leads to one part of the filter, 64 bits, and to five places in it. A meaning has
 * set two of them; that a word is first in a phrase, or second, two of the others, so that words of
 * phrases do not look as if they meant something.
 */
#ifndef SCORE_SENTIMENT_WORD_FILTER_H
#define SCORE_SENTIMENT_WORD_FILTER_H

#include <stdint.h>

#define FILTER_PARTS      2048
#define FILTER_PAIR_PARTS 512

/* Where in a hash it says which part of the filter, and the places in that. Two places of one kind
 * share no bit. */
enum {
    FILTER_PART = 21,
    FILTER_MEANING_A = 0,
    FILTER_MEANING_B = 6,
    FILTER_FIRST = 9,
    FILTER_PHRASE = 15,
    FILTER_SECOND = 3
};

typedef struct word_filter {
    uint64_t parts[FILTER_PARTS];
    uint64_t pairs[FILTER_PAIR_PARTS];
} word_filter;

/* What a word may be: 1, or 0 for certain. */
typedef struct word_kinds {
    uint64_t meaning;
    uint64_t first;
    uint64_t second;
} word_kinds;

static inline uint64_t *filter_part(word_filter *filter, uint64_t hash)
{
    return &filter->parts[hash >> FILTER_PART & (FILTER_PARTS - 1)];
}

static inline uint64_t filter_place(uint64_t hash, int place)
{
    return UINT64_C(1) << (hash >> place & 63);
}

static inline void filter_add_meaning(word_filter *filter, uint64_t hash)
{
    *filter_part(filter, hash) |=
        filter_place(hash, FILTER_MEANING_A) | filter_place(hash, FILTER_MEANING_B);
}

/* Mixes the hashes of two words, of which the order counts. */
static inline uint64_t filter_pair(uint64_t first, uint64_t second)
{
    uint64_t mixed = (first & 0xFFFFFFFF) + (second & 0xFFFFFFFF) * UINT64_C(0x9E3779B1);
    return mixed ^ mixed >> 32;
}

static inline uint64_t filter_pair_places(uint64_t pair)
{
    return UINT64_C(1) << (pair & 63) | UINT64_C(1) << (pair >> 6 & 63);
}

/* Notes that a word begins phrases that go on with another. */
static inline void filter_add_pair(word_filter *filter, uint64_t first, uint64_t second)
{
    uint64_t pair = filter_pair(first, second);
    *filter_part(filter, first) |=
        filter_place(first, FILTER_FIRST) | filter_place(first, FILTER_PHRASE);
    *filter_part(filter, second) |=
        filter_place(second, FILTER_SECOND) | filter_place(second, FILTER_PHRASE);
    filter->pairs[pair >> 12 & (FILTER_PAIR_PARTS - 1)] |= filter_pair_places(pair);
}

/* Returns 1 if a phrase may begin with these two words, 0 if none does. */
static inline uint64_t filter_look_at_pair(const word_filter *filter, uint64_t first,
                                           uint64_t second)
{
    uint64_t pair = filter_pair(first, second);
    uint64_t part = filter->pairs[pair >> 12 & (FILTER_PAIR_PARTS - 1)];
    return part >> (pair & 63) & part >> (pair >> 6 & 63) & 1;
}

static inline word_kinds filter_look(const word_filter *filter, uint64_t hash)
{
    uint64_t part = filter->parts[hash >> FILTER_PART & (FILTER_PARTS - 1)];
    uint64_t meaning =
        part >> (hash >> FILTER_MEANING_A & 63) & part >> (hash >> FILTER_MEANING_B & 63);
    uint64_t phrase = part >> (hash >> FILTER_PHRASE & 63);
    return (word_kinds){meaning & 1, phrase & part >> (hash >> FILTER_FIRST & 63) & 1,
                        phrase & part >> (hash >> FILTER_SECOND & 63) & 1};
}

#endif
