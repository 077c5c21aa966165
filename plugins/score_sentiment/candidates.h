/* candidates - the words of a text that may be in the lexicon: most words are not, and are only
 * counted.
 *
 * A text is looked through piece by piece. Sets of 64 positions give where runs of letters, digits,
 * apostrophes, hyphens and bytes beyond ASCII begin and end. A run of ASCII letters and digits is a
 * word and goes through the lexicon's filter; any other run is a candidate by itself. A word that
 * only begins phrases is a candidate where the run behind it may go on with one. There are two ways
 * through a piece with the same results: one for any machine, one for x86-64 processors with AVX2
 * and BMI2.
 */
#ifndef SCORE_SENTIMENT_CANDIDATES_H
#define SCORE_SENTIMENT_CANDIDATES_H

#include "lexicon.h"
#include "textmill/scan.h"

#define PIECE_BLOCKS 16u
#define PIECE_BYTES  (PIECE_BLOCKS * 64)
#define PIECE_RUNS   (PIECE_BYTES / 2)
#define RUN_SETS     (PIECE_RUNS / 64 + 1)
#define EDGES_AHEAD  24 /* how many places behind the last edge are written at most */

/* Sets of the runs of a piece. */
typedef struct run_sets {
    uint64_t unusual[RUN_SETS]; /* with more in them than ASCII letters and digits */
    uint64_t meaning[RUN_SETS]; /* by the filter, as the next two */
    uint64_t first[RUN_SETS];
    uint64_t second[RUN_SETS];
} run_sets;

/* A walk through a text. */
typedef struct candidate_walk {
    mill_text text;
    const word_lexicon *lexicon;
    uint32_t begin;                               /* of the piece */
    uint32_t end;                                 /* of the piece, and where the next one begins */
    uint32_t number;                              /* how many runs ended before the piece */
    uint32_t runs;                                /* how many end in it */
    bool is_open;                                 /* a run is open at the end of the piece */
    bool is_unusual;                              /* that run is */
    uint64_t spilled;                             /* bytes behind the piece of a sign in it */
    uint64_t exclamations[PIECE_BLOCKS + 1];      /* of each block of 64 bytes */
    uint64_t begins[PIECE_BLOCKS + 1];            /* where runs begin in the block */
    uint32_t before[PIECE_BLOCKS + 1];            /* how many of the piece begin before the block */
    bool has_exclamation;                         /* the piece has */
    int32_t edges[PIECE_BYTES + 4 + EDGES_AHEAD]; /* where each run begins and ends, from `begin` */
    uint64_t hashes[PIECE_RUNS + 4];              /* of the runs, as if they were plain words */
    run_sets sets;
} candidate_walk;

typedef struct candidate {
    uint32_t begin;
    uint32_t end;
    uint32_t number; /* of runs before it in the text */
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
                       walk->number + run};
}

/* What 64 runs of a piece may be, from a multiple of 64 on. */
typedef struct candidate_sets {
    uint64_t words;   /* plain words that mean something */
    uint64_t phrases; /* plain words that begin a phrase, as far as the run behind them tells */
    uint64_t unusual;
} candidate_sets;

/* Leaves of 64 runs that may be the first and of those that may be followed by a second word those
 * that are, by the hashes of both. */
static inline uint64_t candidate_pairs(const candidate_walk *walk, uint32_t run, uint64_t may_begin)
{
    const uint64_t *hashes = walk->hashes + run;
    uint64_t pairs = 0;
    for (; may_begin != 0; may_begin &= may_begin - 1) {
        unsigned at = mill_scan_first(may_begin);
        pairs |= filter_look_at_pair(walk->lexicon->filter, hashes[at], hashes[at + 1]) << at;
    }
    return pairs;
}

/* Returns what the runs from a multiple of 64 on may be. A run behind which an unusual one stands
 * may begin a phrase, and so may the last one of the piece: what goes on there is not known. */
static inline candidate_sets candidate_sets_at(const candidate_walk *walk, uint32_t run)
{
    const run_sets *sets = &walk->sets;
    uint32_t at = run / 64;
    uint64_t unusual = sets->unusual[at] >> 1, second = sets->second[at] >> 1;
    if (at + 1 < RUN_SETS) {
        unusual |= sets->unusual[at + 1] << 63;
        second |= sets->second[at + 1] << 63;
    }
    if (walk->runs - run <= 64) unusual |= UINT64_C(1) << (walk->runs - run - 1);
    uint64_t unknown = sets->first[at] & unusual;
    uint64_t pairs = candidate_pairs(walk, run, sets->first[at] & second & ~unusual);
    return (candidate_sets){sets->meaning[at], unknown | pairs, sets->unusual[at]};
}

#endif
