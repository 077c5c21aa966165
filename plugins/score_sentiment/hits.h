/* hits - the words and phrases of a text that are in the lexicon, found in one pass. */
#ifndef SCORE_SENTIMENT_HITS_H
#define SCORE_SENTIMENT_HITS_H

#include "candidates.h"
#include "lexicon.h"
#include "textmill/plugin.h"
#include "word_sums.h"

typedef struct hit {
    uint32_t begin;   /* byte offset */
    uint32_t word;    /* its place in the row of all words */
    uint32_t role;    /* a word_role */
    uint32_t context; /* where the first word begins that changes this one; `begin` if none does */
    double value;     /* the lexicon's */
    double weighed;   /* of a word with a valence: with what changes it; else 0 (see valence.h) */
} hit;

/* In order. Lives in the document's memory. */
typedef struct hit_list {
    hit *items;
    uint32_t count;
    uint32_t capacity;
    uint32_t words;         /* of the whole text */
    uint32_t *exclamations; /* where the exclamation marks stand */
    uint32_t exclamation_count;
    uint32_t exclamation_capacity;
} hit_list;

/* Goes through the words of a document's text, with one of the ways through it. `sums` are begun or
 * NULL. Fails: MILL_FAILED, out of memory, with the reason set. */
mill_status hits_collect(const word_lexicon *lexicon, candidate_finder *find,
                         mill_document *document, hit_list *hits, word_sums *sums);

#endif
