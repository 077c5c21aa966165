/* lexicon - the words that carry or change sentiment, and what each does.
 *
 * All lists go into one map, so that a word of the text is looked up once. In front of the map
 * stands a filter of one bit for each hash: most words are in no list, and for them the filter,
 * which stays in the first-level cache, is the whole search. Its hash is cheaper than the map's: of
 * eight bytes and the length, and it need not tell a capital from a small letter, nor either from
 * the few signs that differ from one by the same bit.
 */
#ifndef SCORE_SENTIMENT_LEXICON_H
#define SCORE_SENTIMENT_LEXICON_H

#include "textmill/plugin.h"
#include "textmill/words.h"

#define LEXICON_WORD_MAX 64    /* bytes of the longest word that can be met */
#define FILTER_BITS      65536 /* what a hash of 16 bits needs */

typedef enum word_role {
    ROLE_VALENCE,  /* good, war: `value` counts */
    ROLE_BOOSTER,  /* very, slightly: `value` is added to the strength of a word that follows */
    ROLE_NEGATION, /* not: turns a word that follows */
    ROLE_CONTRAST  /* but: what follows weighs more than what went before */
} word_role;

typedef struct lexicon_entry {
    double value;
    word_role role;
} lexicon_entry;

typedef struct word_lexicon {
    mill_words words; /* the value is the index of the entry */
    lexicon_entry *entries;
    uint32_t count;
    uint64_t filter[FILTER_BITS / 64];
} word_lexicon;

/* Loads the built-in lists; the file at `path`, unless that is "", takes the place of lexicon.txt.
 * Fails: MILL_FAILED, with the reason set. */
mill_status lexicon_open(word_lexicon *lexicon, mill_setup *setup, const char *path);

/* The bit of a word in the filter. 8 bytes from `word` must be readable. */
static inline uint64_t lexicon_filter_bit(const char *word, size_t length)
{
    /* A window of 8 bytes in this table keeps as many bytes as the word has. Its place is computed
     * without a branch, because no processor can guess how long the next word is. */
    static const unsigned char kept[16] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    const uint64_t small = UINT64_C(0x2020202020202020); /* makes letters small */
    size_t missing = (8 - length) & (0 - (size_t)(length < 8));
    uint64_t bytes, mask;
    memcpy(&bytes, word, 8);
    memcpy(&mask, kept + missing, 8);
    return (((bytes & mask) | small) + length) * UINT64_C(0x9E3779B97F4A7C15) >> 48;
}

/* Tells whether a word may be in the lexicon; false is certain. 8 bytes from `word` must be
 * readable. */
static inline bool lexicon_may_have(const word_lexicon *lexicon, const char *word, size_t length)
{
    uint64_t bit = lexicon_filter_bit(word, length);
    return (lexicon->filter[bit / 64] >> bit % 64 & 1) != 0;
}

/* Returns the entry of a word that has passed the filter, or NULL: the map is asked straight away,
 * without the filter of its own. 16 bytes from `word` must be readable. */
static inline const lexicon_entry *lexicon_find(const word_lexicon *lexicon, const char *word,
                                                size_t length)
{
    uint64_t head[2];
    mill_word_head(word, length, head);
    uint64_t hash = mill_word_hash(head, length);
    const mill_word *place = mill_words_place(&lexicon->words, word, length, head, hash);
    return place->length == 0 ? NULL : lexicon->entries + place->value;
}

#endif
