/* vader_words - the words that the rules of the original VADER name. */
#ifndef SCORE_SENTIMENT_VADER_WORDS_H
#define SCORE_SENTIMENT_VADER_WORDS_H

#include "lexicon.h"

/* The lists that have a word: what `role` of its entry holds under these rules. */
enum { LISTED = ROLE_VALENCE, STRENGTHENS = 16, WEAKENS = 32, NEGATES = 64 };

/* Words that a rule asks for by themselves: what `special` of an entry holds. */
typedef enum special_word {
    NOT_SPECIAL,
    NO,
    OR,
    NOR,
    KIND,
    OF,
    LEAST,
    AT,
    VERY,
    NEVER,
    SO,
    THIS,
    WITHOUT,
    DOUBT,
    BUT,
    SORT,
    JUST,
    ENOUGH,
    THE,
    SHIT,
    BOMB,
    BAD,
    ASS,
    BUS,
    STOP,
    YEAH,
    RIGHT,
    KISS,
    DEATH,
    TO,
    DIE,
    FOR,
    BEATING,
    HEART,
    BROKEN,
    SPECIAL_WORDS
} special_word;

/* Two or three special words and a value. */
typedef struct word_sequence {
    uint8_t words[3]; /* NOT_SPECIAL behind the last one */
    double value;
} word_sequence;

#define VADER_IDIOMS    9
#define VADER_WEAKENERS 3

/* Their value takes the place of a word's. */
extern const word_sequence vader_idioms[VADER_IDIOMS];

/* Their value is added to that of the word behind them. */
extern const word_sequence vader_weakeners[VADER_WEAKENERS];

/* Loads the user's lexicon and the rules' own words.
 * Fails: MILL_FAILED, with the reason set. */
mill_status vader_words_open(word_lexicon *words, mill_setup *setup, const char *lexicon);

#endif
