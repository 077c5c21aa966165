/* lexicon_build - makes the table of a lexicon out of lists of words: of a user's lists when the
 * plug-in is opened, of its own while textmill is built.
 */
#ifndef SCORE_SENTIMENT_LEXICON_BUILD_H
#define SCORE_SENTIMENT_LEXICON_BUILD_H

#include "lexicon.h"
#include "textmill/plugin.h"

typedef struct lexicon_builder {
    word_lexicon lexicon;  /* as far as it has been built */
    lexicon_entry *places; /* the same memory, to write to */
    uint32_t *wholes;
    double *values;
    char *words;
    uint32_t words_end;
    word_filter *filter;
} lexicon_builder;

/* Builds from files, with commas between their paths; each word counts the mean of what the
 * lexicons say, 0 where one does not have it. Boosters and negations are added.
 * Fails: MILL_FAILED, with the reason set. */
mill_status lexicon_build(lexicon_builder *builder, mill_setup *setup, const char *paths);

/* The same from textmill's own lists. What was learned takes the place of what was judged. */
mill_status lexicon_build_own(lexicon_builder *builder, mill_setup *setup, mill_text judged,
                              mill_text learned);

/* The same from files for rules that are not these: nothing is added, there is room for `more`
 * words, words with capitals are left out, and no phrases are looked for. */
mill_status lexicon_build_exactly(lexicon_builder *builder, mill_setup *setup, const char *paths,
                                  uint32_t more);

/* Returns the entry of a word, which is made if there is none; there must be room. 8 bytes from the
 * word must be readable. */
lexicon_entry *lexicon_put(lexicon_builder *builder, mill_text word);

#endif
