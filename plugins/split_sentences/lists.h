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
    NEIGHBOUR_RANK = 4096      /* before an office: Senior, Vice, Chief */
} neighbour;

#define LONG_RUN 8 /* letters in a row from which on words are alike to lists_may_abbreviate */

typedef struct word_lists {
    mill_words abbreviations;
    mill_words neighbours;
    /* For each pair of last letters, a bit for each length of the run of letters that an
     * abbreviation with that pair ends with: rules out most words without a look into the map. */
    unsigned short endings[1024];
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

static inline unsigned ending_of(const char *end)
{
    return (unsigned)(end[-2] & 31) << 5 | (unsigned)(end[-1] & 31);
}

/* Tells whether an abbreviation may end at `end` with a run of `letters` letters, from two to
 * LONG_RUN, which stands for more as well. */
static inline bool lists_may_abbreviate(const word_lists *lists, const char *end, unsigned letters)
{
    return (lists->endings[ending_of(end)] >> letters & 1) != 0;
}

/* Returns the set of what is known about a word. */
static inline unsigned lists_neighbour(const word_lists *lists, const char *word, size_t length)
{
    int32_t set = mill_words_find(&lists->neighbours, word, length);
    return set == MILL_WORD_ABSENT ? 0 : (unsigned)set;
}

#endif
