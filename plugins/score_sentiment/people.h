/* people - how an article speaks of those whom it quotes: for each, the mean sentiment of the
 * sentences that mention them. A first step, not more: the sentiment of a sentence is not the
 * sentiment toward someone in it.
 */
#ifndef SCORE_SENTIMENT_PEOPLE_H
#define SCORE_SENTIMENT_PEOPLE_H

#include "textmill/plugin.h"

#define PEOPLE_MAX 64 /* the first so many are looked for, so that the time is bounded */

/* The fields that are read and the one that is set: JSON, a list of objects. */
typedef struct people_fields {
    uint32_t sentences;
    uint32_t sentence_sentiment;
    uint32_t quotes;
    uint32_t speaker;
    uint32_t people;
} people_fields;

/* Fails: MILL_FAILED, out of memory, with the reason set. */
mill_status people_score(mill_document *document, const people_fields *fields);

#endif
