/* vocabulary - what is known about single words: one map from a word to the set of its classes.
 *
 * The lists are the text files beside this source; a line is a class and the words of it, and a
 * word may be in several.
 */
#ifndef EXTRACT_QUOTES_VOCABULARY_H
#define EXTRACT_QUOTES_VOCABULARY_H

#include "textmill/plugin.h"
#include "textmill/words.h"

/* Classes of words, as the lists name them; a word has a set of these. */
enum {
    WORD_CUE = 1 << 0,    /* said: may stand before its subject */
    WORD_TELL = 1 << 1,   /* told: stands behind its subject */
    WORD_NAMING = 1 << 2, /* so-called, titled: a name or term follows */
    WORD_TITLE = 1 << 3,  /* stands before a person's name */
    WORD_MAN = 1 << 4,    /* a man's title or first name */
    WORD_WOMAN = 1 << 5,
    WORD_OTHER = 1 << 6,        /* no name although it has a capital */
    WORD_TIME = 1 << 7,         /* Monday, March */
    WORD_ORGANISATION = 1 << 8, /* part of a name that is no person's */
    WORD_PRONOUN = 1 << 9,      /* that can be a subject */
    WORD_HE = 1 << 10,
    WORD_SHE = 1 << 11,
    WORD_DETERMINER = 1 << 12,
    WORD_PREPOSITION = 1 << 13,
    WORD_HELPER = 1 << 14, /* may stand between a subject and its verb */
    WORD_CONJUNCTION = 1 << 15,
    WORD_RELATIVE = 1 << 16,
    WORD_PARTICLE = 1 << 17, /* de, van: inside names */
    WORD_SUFFIX = 1 << 18    /* Jr.: behind names */
};

typedef struct vocabulary {
    mill_words words;
} vocabulary;

/* Takes the next word off the front of a line of a list; empty at its end. */
mill_text vocabulary_take_word(mill_text *line);

/* Loads the built-in lists. Fails: MILL_FAILED, with the reason set. */
mill_status vocabulary_open(vocabulary *known, mill_setup *setup);

/* Returns the classes of a word, 0 if it is not listed. */
static inline uint32_t vocabulary_classes(const vocabulary *known, const char *word, size_t length)
{
    int32_t set = mill_words_find(&known->words, word, length);
    return set == MILL_WORD_ABSENT ? 0 : (uint32_t)set;
}

#endif
