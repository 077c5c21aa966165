/* patterns - the lines of the pattern files, ready to be held against lines of text.
 *
 * A pattern is a short list of parts. Patterns are found by the first or the last word of a line,
 * so that a line of ordinary text costs two look-ups. The language is described in
 * photo_credit.txt; which patterns there are is data. */
#ifndef CLEAN_LINES_PATTERNS_H
#define CLEAN_LINES_PATTERNS_H

#include "textmill/words.h"

#define PATTERN_PARTS_MAX 24
#define PATTERN_SETS_MAX  64
#define PATTERN_NONE      (-1)

typedef enum part_kind {
    PART_TEXT,   /* itself */
    PART_SET,    /* an entry of a set */
    PART_ANY,    /* * */
    PART_NUMBER, /* % */
    PART_NAME,   /* {name} */
    PART_NAMES,  /* {names} */
    PART_PEOPLE, /* {people} */
    PART_HANDLE  /* {handle} */
} part_kind;

typedef struct pattern_part {
    part_kind kind;
    uint32_t set; /* PART_SET: which */
    mill_text text;
} pattern_part;

typedef struct line_pattern {
    const pattern_part *parts;
    uint32_t part_count;
    bool in_brackets; /* also for what is in brackets at the end of a line */
} line_pattern;

typedef struct word_set {
    mill_text name;
    mill_text *entries;
    uint32_t count;
} word_set;

/* What lines of one first or last word are held against: `text` is what they begin or end with,
 * compared once for all patterns that share it. Empty: nothing to compare. */
typedef struct pattern_edge {
    mill_text text;
    int32_t links; /* the head of a chain of patterns */
    int32_t next;  /* another edge of the same word, or PATTERN_NONE */
} pattern_edge;

typedef struct pattern_link {
    uint32_t pattern;
    uint32_t shared; /* parts at its beginning that are those of the pattern before it, too */
    int32_t next;    /* or PATTERN_NONE */
} pattern_link;

/* The edges for each first, or last, word. The filter is small enough to stay in the fastest
 * memory, and turns most words of ordinary text away. */
typedef struct pattern_index {
    mill_words words;
    uint64_t filter[64]; /* a bit for each word_mark */
} pattern_index;

typedef struct pattern_book {
    word_set sets[PATTERN_SETS_MAX];
    uint32_t set_count;
    const word_set *particles; /* words inside a name */
    const word_set *joints;    /* what stands between names */
    line_pattern *patterns;
    uint32_t pattern_count;
    uint32_t pattern_room;
    pattern_index first_words;
    pattern_index last_words;
    pattern_edge *edges;
    uint32_t edge_count;
    pattern_link *links;
    uint32_t link_count;
} pattern_book;

/* Starts a book that can take the patterns of files with `lines` lines in all.
 * Fails: MILL_FAILED, with the reason set. */
mill_status patterns_begin(pattern_book *book, mill_setup *setup, uint32_t lines);

/* Adds the patterns and sets of a file; `name` is for messages.
 * Owns: `text` must stay as long as the book. Fails: MILL_FAILED, with the reason set. */
mill_status patterns_add(pattern_book *book, mill_setup *setup, const char *name, mill_text text);

/* Makes the patterns ready to be found. Fails: MILL_FAILED, with the reason set. */
mill_status patterns_finish(pattern_book *book, mill_setup *setup);

/* Returns a set that is in the files that come with the plug-in, or NULL. */
const word_set *patterns_set(const pattern_book *book, const char *name);

/* Returns the head of the chain of edges for a word, or PATTERN_NONE. */
int32_t patterns_find(const pattern_index *index, mill_text word);

/* Returns the first word of a text that begins with it: ASCII letters and digits, else one
 * character. Empty only where the text is. */
mill_text patterns_first_word(mill_text text);

/* Returns the last run of ASCII letters, digits and _ in a text; "@" where one stands before it. */
mill_text patterns_last_word(mill_text text);

#endif
