/* language_lists - what is known of the words of a language, from its file beside this source.
 *
 * A line is a class and words of it; a word is in as many classes as it is listed under.
 */
#ifndef SPLIT_SENTENCES_LANGUAGE_LISTS_H
#define SPLIT_SENTENCES_LANGUAGE_LISTS_H

#include "lists.h"
#include "textmill/plugin.h"
#include "textmill/words.h"

enum {
    WORD_NEVER = 1,    /* abbreviation: no sentence ends with it */
    WORD_MAYBE = 2,    /* abbreviation: a sentence ends with it only before a starter */
    WORD_NUMBER = 4,   /* abbreviation: no sentence ends with it before a digit */
    WORD_ORDINAL = 8,  /* goes on after a number with a stop: 3. Oktober */
    WORD_STARTER = 16, /* begins sentences */
    WORD_GOES_ON = 32, /* follows a quotation that ends with a stop, and goes on */
    WORD_SAYING = 64   /* says, not far behind a quotation, who spoke it */
};

/* Loads a list, then the user's own abbreviations.
 * Fails: MILL_FAILED, with the reason set. */
mill_status language_list_open(mill_words *words, mill_setup *setup, mill_text list,
                               const abbreviation_list *own);

/* Returns the set of classes of a word. */
static inline unsigned language_word(const mill_words *words, mill_text word)
{
    int32_t set = mill_words_find(words, word.data, word.length);
    return set == MILL_WORD_ABSENT ? 0 : (unsigned)set;
}

#endif
