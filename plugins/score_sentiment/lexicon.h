/* lexicon - the words and short phrases that carry or change sentiment, and what each does.
 *
 * All lists go into one hash table, so that a word of the text is looked up once. A word's head is
 * its first eight bytes in small letters; its hash is of head and length, so that a word costs one
 * load and two multiplications. In front of the table stands a filter: most words
 * are in no list, and for them the filter, which stays in the first-level cache, is the whole
 * search.
 *
 * Small letters are made by setting one bit in every byte. For letters and digits that is exact; a
 * word with other signs in it is compared sign by sign as well. A phrase stands in the table as it
 * is written, with spaces; its first word knows that there are phrases.
 */
#ifndef SCORE_SENTIMENT_LEXICON_H
#define SCORE_SENTIMENT_LEXICON_H

#include "textmill/plugin.h"
#include "textmill/words.h"
#include "word_list.h"

#define FILTER_BITS   131072
#define HASH_FIRST    UINT64_C(0x9E3779B1) /* odd, and far from any pattern */
#define HASH_SECOND   UINT64_C(0xC2B2AE35)
#define SMALL_LETTERS UINT64_C(0x2020202020202020)

typedef enum word_role {
    ROLE_NONE,     /* only begins phrases */
    ROLE_VALENCE,  /* good, war: `value` counts */
    ROLE_BOOSTER,  /* very, slightly: `value` is added to the strength of a word that follows */
    ROLE_NEGATION, /* not: turns a word that follows */
    ROLE_CONTRAST  /* but: what follows weighs more than what went before */
} word_role;

typedef struct lexicon_entry {
    uint64_t head;        /* the first eight bytes in small letters, zeros behind */
    const char *whole;    /* as it was added */
    uint64_t seconds;     /* how the second words of its phrases begin: bits of word_begin_bit */
    float value;          /* also in `values`, exact */
    uint8_t length;       /* 0: a free place */
    uint8_t role;         /* a word_role */
    uint8_t phrase_words; /* of the longest phrase that begins with this word; 0: none does */
    uint8_t special;      /* for rules that are not these */
} lexicon_entry;

typedef struct word_lexicon {
    lexicon_entry *places; /* open addressing, at most two thirds full */
    double *values;        /* of the places, apart: only exact rules need them */
    uint32_t mask;
    uint64_t filter[FILTER_BITS / 64];
} word_lexicon;

/* Loads the built-in lists. `paths` names files, with commas between them, that take the place of
 * the built-in lexicon, "" none; each word counts the mean of what the lexicons say, 0 where one
 * does not have it. Fails: MILL_FAILED, with the reason set. */
mill_status lexicon_open(word_lexicon *lexicon, mill_setup *setup, const char *paths);

/* The same for rules that are not these: nothing is built in, there is room for `more` words, and
 * words with capitals are left out. */
mill_status lexicon_open_files(word_lexicon *lexicon, mill_setup *setup, const char *paths,
                               uint32_t more);

/* Returns the entry of a word, which is made if there is none; there must be room.
 * Owns: `word` must live as long as the lexicon. */
lexicon_entry *lexicon_put(word_lexicon *lexicon, mill_text word);

/* Returns the entry of a spelling of letters, apostrophes, hyphens, spaces and bytes beyond ASCII,
 * or NULL. 16 bytes from `word` must be readable. */
const lexicon_entry *lexicon_find(const word_lexicon *lexicon, const char *word, size_t length);

/* Loads the head of a word of at least one byte. 8 bytes from `word` must be readable. What belongs
 * to the word is masked without a branch, because no processor can guess how long the next word is.
 */
static inline uint64_t lexicon_head(const char *word, size_t length)
{
    static const uint64_t masks[9] = {
        0,
        UINT64_C(0xFF),
        UINT64_C(0xFFFF),
        UINT64_C(0xFFFFFF),
        UINT64_C(0xFFFFFFFF),
        UINT64_C(0xFFFFFFFFFF),
        UINT64_C(0xFFFFFFFFFFFF),
        UINT64_C(0xFFFFFFFFFFFFFF),
        UINT64_C(0xFFFFFFFFFFFFFFFF),
    };
    uint64_t bytes;
    memcpy(&bytes, word, 8);
    return (bytes | SMALL_LETTERS) & masks[length < 8 ? length : 8];
}

static inline uint64_t lexicon_hash(uint64_t head, size_t length)
{
    uint64_t mixed = head + length;
    return (mixed & 0xFFFFFFFF) * HASH_FIRST + (mixed >> 32) * HASH_SECOND;
}

/* Returns 1 if a word with this hash may be in the lexicon; 0 is certain. Two bits of one part of
 * the filter stand for a word. */
static inline uint64_t lexicon_passes(const uint64_t *filter, uint64_t hash)
{
    uint64_t part = filter[hash >> 36 & (FILTER_BITS / 64 - 1)];
    return part >> (hash >> 30 & 63) & part >> (hash >> 24 & 63) & 1;
}

/* Where in the table a search begins: all of the hash counts. */
static inline uint32_t lexicon_start(const word_lexicon *lexicon, uint64_t hash)
{
    return (uint32_t)((hash ^ hash >> 32) * UINT64_C(0x9E3779B1) >> 16) & lexicon->mask;
}

/* Tells whether two words of the same length over 8 are the same behind that, but for capitals. */
bool lexicon_same_tail(const char *left, const char *right, size_t length);

/* Returns the entry of a word of ASCII letters and digits, or NULL. */
static inline const lexicon_entry *lexicon_find_plain(const word_lexicon *lexicon, const char *word,
                                                      size_t length)
{
    uint64_t head = lexicon_head(word, length);
    for (uint32_t at = lexicon_start(lexicon, lexicon_hash(head, length));;
         at = (at + 1) & lexicon->mask) {
        const lexicon_entry *entry = lexicon->places + at;
        if (entry->length == 0) return NULL;
        if (entry->head == head && entry->length == length &&
            (length <= 8 || lexicon_same_tail(entry->whole, word, length)))
            return entry;
    }
}

#endif
