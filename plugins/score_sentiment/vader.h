/* vader - scores a text exactly as the original VADER does (Hutto and Gilbert 2014, the program as
 * of 2026), given its lexicon and its emoji: all four values to the last digit, whatever the
 * process's locale. Quirks of the original are kept and told where they are followed. Where the
 * original's time grows with the square of a text, this one's does not.
 */
#ifndef SCORE_SENTIMENT_VADER_H
#define SCORE_SENTIMENT_VADER_H

#include "lexicon.h"
#include "vader_text.h"

typedef struct vader_rules {
    word_lexicon words; /* with what the lexicon and the rules know of a word */
    emoji_table emoji;
} vader_rules;

typedef struct vader_scores {
    double negative;
    double neutral;
    double positive;
    double compound;
} vader_scores;

/* Loads a lexicon and a file of emoji ("" for none).
 * Fails: MILL_FAILED, with the reason set. */
mill_status vader_open(vader_rules *rules, mill_setup *setup, const char *lexicon,
                       const char *emoji);

/* Scores a text, which lies in a document. The scores are rounded: compound to four decimals, the
 * others to three. Fails: MILL_FAILED, out of memory, with the reason set. */
mill_status vader_score(const vader_rules *rules, mill_document *document, mill_text text,
                        vader_scores *scores);

#endif
