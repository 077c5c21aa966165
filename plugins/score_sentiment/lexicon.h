/* lexicon - the words that carry or change sentiment, and what each does.
 *
 * All lists go into one map, so that a word of the text is looked up once. In front of the map
 * stands a filter of one bit for each hash: nine words of ten are in no list, and for them the
 * filter, which stays in the first-level cache, is the whole search.
 */
#ifndef SCORE_SENTIMENT_LEXICON_H
#define SCORE_SENTIMENT_LEXICON_H

#include "textmill/plugin.h"
#include "textmill/words.h"

#define LEXICON_WORD_MAX 64 /* bytes of the longest word that can be met */
#define FILTER_BITS      65536

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

/* The search behind the filter. */
const lexicon_entry *lexicon_probe(const word_lexicon *lexicon, const char *word, size_t length,
                                   const uint64_t head[2]);

/* Returns the entry of a word, or NULL. 16 bytes from `word` must be readable. */
static inline const lexicon_entry *lexicon_find(const word_lexicon *lexicon, const char *word,
                                                size_t length)
{
    uint64_t head[2];
    mill_word_head(word, length, head);
    uint64_t hash = mill_word_hash(head, length) % FILTER_BITS;
    if ((lexicon->filter[hash / 64] >> hash % 64 & 1) == 0) return NULL;
    return lexicon_probe(lexicon, word, length, head);
}

#endif
