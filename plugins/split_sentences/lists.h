/* lists - what the splitter knows about words: abbreviations by kind, and neighbours of a stop.
 * Both come from text files beside this source; a user's file may add to the abbreviations.
 */
#ifndef SPLIT_SENTENCES_LISTS_H
#define SPLIT_SENTENCES_LISTS_H

#include "textmill/plugin.h"
#include "textmill/words.h"

/* How an abbreviation behaves before a capital letter. None ends a sentence before a small letter
 * or a digit. */
typedef enum abbreviation_kind {
    KIND_NONE,
    KIND_NEVER,   /* a name or number follows: Mr. Gen. vs. e.g. */
    KIND_STARTER, /* ends a sentence only before a word that starts one: Sept. Ave. Ph.D. */
    KIND_STATE,   /* the same, but behind the name of its city before any: Irvine, Calif. */
    KIND_COMPANY, /* ends a sentence unless the name or a job title goes on: Inc. */
    KIND_TIME,    /* ends a sentence unless a day or a time zone follows: p.m. */
    KIND_PLAIN    /* an ordinary word, except before a digit: No. etc. km. */
} abbreviation_kind;

/* An abbreviation's value in a map is its kind in small letters and, shifted, its kind with a
 * capital: "Sat." must not protect "sat.". */
#define CAPITAL_SHIFT 4
#define KIND_MASK     15

/* What a word beside a stop can tell; a set of these. */
typedef enum neighbour {
    NEIGHBOUR_STARTER = 1,     /* starts a sentence: He, The, But */
    NEIGHBOUR_COMPANY = 2,     /* goes on after a company's suffix: Chairman, Group */
    NEIGHBOUR_TIME = 4,        /* goes on after a.m. and p.m.: Monday, EST */
    NEIGHBOUR_SAYING = 8,      /* says who spoke: said, asked */
    NEIGHBOUR_LETTERED = 16,   /* stands before a letter that is no initial: Plan B., vitamin C. */
    NEIGHBOUR_NUMBERED = 32,   /* stands before the number of a caption: Figure 3. */
    NEIGHBOUR_PARTICLE = 64,   /* small word that a name may begin with: van, de */
    NEIGHBOUR_EXCLAIMED = 128, /* a name with an exclamation mark: Yahoo! */
    NEIGHBOUR_LABEL = 256,     /* names the origin of a picture: Image: Ann Orr */
    NEIGHBOUR_CLOSING = 512,   /* ends a letter: Regards, Ann */
    NEIGHBOUR_DATING = 1024,   /* leads to a date: on, since */
    NEIGHBOUR_OPENER = 2048,   /* starts a sentence if a name does not go on: Analysts, Japan */
    NEIGHBOUR_RANK = 4096,     /* before an office: Senior, Vice, Chief */
    NEIGHBOUR_FIELD = 8192,    /* before an office, and in other names: General, Financial */
    NEIGHBOUR_WEEKDAY = 16384
} neighbour;

#define SHORT_MAX 7 /* letters of a short word */

/* The abbreviations that are short words, for a look that costs next to nothing. A place holds the
 * letters, the last one in the highest byte, and below them a byte for both kinds. */
typedef struct short_words {
    uint64_t *places; /* at most half full; 0: free */
    unsigned shift;   /* of a hash, to a place */
} short_words;

typedef struct word_lists {
    mill_words abbreviations;
    mill_words neighbours;
    short_words short_abbreviations;
    bool has_long; /* one of the abbreviations ends with more letters than a short word has */
} word_lists;

/* A list of abbreviations: a user's, from option `abbreviations`, may be empty. */
typedef struct abbreviation_list {
    const char *path;
    mill_text text;
} abbreviation_list;

/* Takes an abbreviation, which may be written with its last stop; with KIND_NONE it is taken away.
 */
typedef void abbreviation_taker(void *lists, mill_text word, abbreviation_kind kind);

/* Gives what the lines of a list say to `take`: WORD, WORD KIND or -WORD.
 * Fails: MILL_FAILED at a line that says none of these, with the reason set. */
mill_status abbreviations_read(const abbreviation_list *list, mill_setup *setup,
                               abbreviation_taker *take, void *lists);

/* Counts words; comments too, so it is a little more than a map needs. */
uint32_t lists_count_words(mill_text list);

/* Loads the built-in lists, then the user's own abbreviations.
 * Fails: MILL_FAILED, with the reason set. */
mill_status lists_open(word_lists *lists, mill_setup *setup, const abbreviation_list *own);

/* Returns the kind of an abbreviation, without its last stop. An entry that is written with a
 * capital does not match a word without; one in small letters matches both. */
abbreviation_kind lists_abbreviation(const word_lists *lists, const char *word, size_t length);

/* The place of a short word, or the free place where it belongs. `key`: its letters, in small ones.
 */
static inline uint64_t *short_words_place(const short_words *words, uint64_t key)
{
    uint64_t mask = UINT64_MAX >> words->shift;
    for (uint64_t at = key * UINT64_C(0x9E3779B97F4A7C15) >> words->shift;; at = (at + 1) & mask)
        if (words->places[at] == 0 || (words->places[at] ^ key) <= UINT8_MAX)
            return words->places + at;
}

/* The letters of the short word that ends at `end`, as a place holds them. */
static inline uint64_t short_word_key(const char *end, unsigned letters)
{
    uint64_t key = 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(&key, end - 8, sizeof key);
#else
    for (int i = 1; i <= 8; i++) key = key << 8 | (unsigned char)end[-i];
#endif
    return (key | UINT64_C(0x2020202020202020)) & UINT64_MAX << (64 - 8 * letters);
}

/* The kind of the word of up to SHORT_MAX letters, and nothing else, that ends at `end`; eight
 * bytes before that must be readable. As lists_abbreviation has it. */
static inline abbreviation_kind lists_short_abbreviation(const word_lists *lists, const char *end,
                                                         unsigned letters)
{
    uint64_t kinds =
        *short_words_place(&lists->short_abbreviations, short_word_key(end, letters)) & UINT8_MAX;
    bool small = (end[-(int)letters] & 0x20) != 0;
    return (abbreviation_kind)(small ? kinds & KIND_MASK : kinds >> CAPITAL_SHIFT);
}

/* Returns the set of what is known about a word. */
static inline unsigned lists_neighbour(const word_lists *lists, const char *word, size_t length)
{
    int32_t set = mill_words_find(&lists->neighbours, word, length);
    return set == MILL_WORD_ABSENT ? 0 : (unsigned)set;
}

#endif
