/* candidates - the words of a text that may be in the lexicon: most words are not, and are only
 * counted.
 *
 * A text is looked through piece by piece. Sets of 64 positions give where runs of letters, digits,
 * apostrophes, hyphens and bytes beyond ASCII begin and end. A run of ASCII letters and digits is a
 * word and goes through the lexicon's filter; any other run is a candidate by itself. There are two
 * ways through a piece with the same results: one for any machine, one for x86-64 processors with
 * AVX2 and BMI2.
 */
#ifndef SCORE_SENTIMENT_CANDIDATES_H
#define SCORE_SENTIMENT_CANDIDATES_H

#include "lexicon.h"

#define PIECE_BLOCKS 32u
#define PIECE_BYTES  (PIECE_BLOCKS * 64)
#define PIECE_RUNS   (PIECE_BYTES / 2)
#define EDGES_AHEAD  24 /* how many places behind the last edge are written at most */

/* A walk through a text. */
typedef struct candidate_walk {
    mill_text text;
    const word_lexicon *lexicon;
    uint32_t begin;  /* of the piece */
    uint32_t end;    /* of the piece, and where the next one begins */
    uint32_t number; /* how many runs ended before the piece */
    uint32_t runs;   /* how many end in it */
    bool is_open;    /* a run is open at the end of the piece */
    bool is_unusual; /* that run is */
    bool has_exclamation;
    int32_t edges[PIECE_BYTES + 4 + EDGES_AHEAD]; /* where each run begins and ends, from `begin` */
    uint64_t
        unusual[PIECE_RUNS / 64 + 1]; /* sets of runs: those with more than letters and digits */
    uint64_t picked[PIECE_RUNS / 64 + 1]; /* those that pass the filter */
} candidate_walk;

typedef struct candidate {
    uint32_t begin;
    uint32_t end;
    uint32_t number; /* of runs before it in the text */
    bool is_unusual; /* it holds more than ASCII letters and digits */
} candidate;

/* A way through a piece of the text. */
typedef void candidate_finder(candidate_walk *walk);

candidate_finder candidates_find_portably;

/* Returns the fastest way that this processor has. */
candidate_finder *candidates_finder(void);

/* Begins a walk. */
void candidates_begin(candidate_walk *walk, mill_text text, const word_lexicon *lexicon);

/* Goes on to the next piece; returns false at the end of the text. */
bool candidates_next(candidate_walk *walk, candidate_finder *find);

/* Returns a run of the piece. */
static inline candidate candidate_at(const candidate_walk *walk, uint32_t run)
{
    const int32_t *edges = walk->edges + 2 * (size_t)run;
    return (candidate){walk->begin + (uint32_t)edges[0], walk->begin + (uint32_t)edges[1],
                       walk->number + run, (walk->unusual[run / 64] >> run % 64 & 1) != 0};
}

#endif
