/* lexicon - the words and short phrases that carry or change sentiment, and what each does.
 *
 * All lists go into one hash table, so that a word of the text is looked up once. A word's head is
 * its first eight bytes in small letters; its hash is of head and length, so that a word costs one
 * load and two multiplications. In front of the table stands a filter: most words
 * are in no list, and for them the filter is the whole search.
 *
 * Small letters are made by setting one bit in every byte. For letters and digits that is exact; a
 * word with other signs in it is compared sign by sign as well. A phrase stands in the table as it
 * is written, with spaces, and so do its beginnings.
 */
#ifndef SCORE_SENTIMENT_LEXICON_H
#define SCORE_SENTIMENT_LEXICON_H

#include "textmill/plugin.h"
#include "textmill/words.h"
#include "word_filter.h"
#include "word_list.h"

#define HASH_FIRST    UINT64_C(0x9E3779B1) /* odd, and far from any pattern */
#define HASH_SECOND   UINT64_C(0xC2B2AE35)
#define SMALL_LETTERS UINT64_C(0x2020202020202020)

typedef enum word_role {
    ROLE_NONE,     /* only the beginning of phrases */
    ROLE_VALENCE,  /* good, war: `value` counts */
    ROLE_BOOSTER,  /* very, slightly: `value` is added to the strength of a word that follows */
    ROLE_NEGATION, /* not: turns a word that follows */
    ROLE_CONTRAST, /* but: what follows weighs more than what went before */
    ROLES
} word_role;

/* What every search looks at: four entries lie in one line of the cache. */
typedef struct lexicon_entry {
    uint64_t head; /* the first eight bytes in small letters, zeros behind */
    float value;
    uint8_t length;  /* 0: a free place */
    uint8_t role;    /* a word_role */
    bool goes_on;    /* phrases begin with it */
    uint8_t special; /* for rules that are not these */
} lexicon_entry;

typedef struct word_lexicon {
    const lexicon_entry *places; /* open addressing, at most half full, and a free one behind */
    const uint32_t *wholes;      /* where in `words` the words of the places begin */
    const char *words;
    const double *values; /* exact, for rules that are not these; NULL of what is built in */
    const word_filter *filter;
    uint32_t mask;
} word_lexicon;

#define LEXICON_PLACES     (UINT32_C(1) << 15)
#define LEXICON_WORD_BYTES (UINT32_C(1) << 18)

/* textmill's own lexicon, as a whole. */
typedef struct built_in_lexicon {
    word_filter filter;
    lexicon_entry places[LEXICON_PLACES + 4]; /* the free ones behind make up a line of the cache */
    uint32_t wholes[LEXICON_PLACES];
    char words[LEXICON_WORD_BYTES];
} built_in_lexicon;

/* Opens the built-in lexicon, or that of files, with commas between their `paths`, that take its
 * place; see lexicon_build.h. Fails: MILL_FAILED, with the reason set. */
mill_status lexicon_open(word_lexicon *lexicon, mill_setup *setup, const char *paths);

/* Returns the word of an entry as it was added. */
static inline const char *lexicon_whole(const word_lexicon *lexicon, const lexicon_entry *entry)
{
    return lexicon->words + lexicon->wholes[entry - lexicon->places];
}

/* Returns the entry of a spelling of letters, apostrophes, hyphens, spaces and bytes beyond ASCII,
 * or NULL; a word of letters and digits alone that means nothing need not be found. 16 bytes from
 * `word` must be readable. */
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

/* The lower 32 bits are well mixed. */
static inline uint64_t lexicon_hash(uint64_t head, size_t length)
{
    uint64_t mixed = head + length;
    mixed = (mixed & 0xFFFFFFFF) * HASH_FIRST + (mixed >> 32) * HASH_SECOND;
    return mixed ^ mixed >> 32;
}

/* Where in the table a search begins. */
static inline uint32_t lexicon_start(const word_lexicon *lexicon, uint64_t hash)
{
    return (uint32_t)(hash >> 12) & lexicon->mask;
}

/* Tells whether two words are the same from byte `from` on, up to `length`. */
static inline bool lexicon_is_same(const char *word, const char *other, size_t from, size_t length)
{
    for (size_t i = from; i < length; i++)
        if (!mill_same_letter((unsigned char)word[i], (unsigned char)other[i])) return false;
    return true;
}

/* Returns the place of a word, or the free place where it belongs. */
static inline uint32_t lexicon_find_place(const word_lexicon *lexicon, uint64_t hash,
                                          const char *word, size_t length)
{
    uint64_t head = lexicon_head(word, length);
    for (uint32_t at = lexicon_start(lexicon, hash);; at = (at + 1) & lexicon->mask) {
        const lexicon_entry *entry = &lexicon->places[at];
        if (entry->length == 0) return at;
        if (entry->head == head && entry->length == length &&
            lexicon_is_same(lexicon_whole(lexicon, entry), word, 0, length))
            return at;
    }
}

/* lexicon_find for a hash that is known, past the filter. */
const lexicon_entry *lexicon_find_hashed(const word_lexicon *lexicon, uint64_t hash,
                                         const char *word, size_t length);

/* The same for a word of ASCII letters and digits. Nearly all words are in the first place or in
 * the second; which of the two is found without a branch, because no processor can guess it. */
static inline const lexicon_entry *lexicon_find_plain(const word_lexicon *lexicon, uint64_t hash,
                                                      const char *word, size_t length)
{
    uint64_t head = lexicon_head(word, length);
    uint32_t at = lexicon_start(lexicon, hash);
    const lexicon_entry *entry = &lexicon->places[at];
    entry += entry->head != head;
    if (entry->head == head && entry->length == length &&
        (length <= 8 || lexicon_is_same(lexicon_whole(lexicon, entry), word, 8, length)))
        return entry;
    return lexicon_find_hashed(lexicon, hash, word, length);
}

#endif
