/* walk - a text on its way through the splitter, and the parts that work on it: stops decides at
 * . ! ?, web at addresses, marks and numbers that end a sentence without a stop, lines at line
 * ends, openings at the first words of a sentence; english walks and cuts.
 */
#ifndef SPLIT_SENTENCES_WALK_H
#define SPLIT_SENTENCES_WALK_H

#include "characters.h"
#include "english.h"
#include "lists.h"
#include "sink.h"
#include "space.h"
#include "textmill/plugin.h"
#include "textmill/scan.h"

#define CLOSING_MAX 16 /* bytes of the closing of a letter, with its comma */

typedef struct text_walk {
    const split_options *options;
    mill_text text;
    sentence_sink *sink;

    size_t begin;  /* of the sentence that is open */
    size_t resume; /* places before this have been dealt with */

    unsigned item; /* the number, letter counted from a, that the open sentence begins with; or 0 */
    unsigned next_item; /* that of the sentence to be opened next, where it is known */
    char item_form;     /* '1' or 'a' */

    size_t wrapped_end; /* the verdict `wrapped` holds for line ends before this */
    bool wrapped;
} text_walk;

/* ---- Reading ------------------------------------------------------------------------------- */

/* Returns the word that ends at `end`, at most WORD_MAX bytes of it, within the open sentence:
 * letters, digits, apostrophes, inner stops. */
mill_text word_before(const text_walk *walk, size_t end);

/* Returns the word that begins at `at`: letters, and stops with a letter behind (p.m, U.S). */
mill_text word_at(mill_text text, size_t at);

/* What is known of the word that begins at `at`. */
unsigned neighbour_at(const text_walk *walk, size_t at);

/* What is known of a word. */
static inline unsigned neighbour_of(const text_walk *walk, mill_text word)
{
    return lists_neighbour(&walk->options->lists, word.data, word.length);
}

static inline character_class ascii_class(char byte)
{
    return (character_class)byte_classes[(unsigned char)byte];
}

static inline bool is_ascii_letter(char byte)
{
    return character_is_letter(ascii_class(byte));
}

static inline bool is_ascii_digit(char byte)
{
    return ascii_class(byte) == CHARACTER_DIGIT;
}

/* Counts the ASCII letters with which the eight bytes at `data` begin, or end: most words, in a few
 * steps and without a branch that depends on how long the word is. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* The highest bit of each of eight bytes that is no ASCII letter. */
static inline uint64_t others_among(const char *data)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t bytes, low;
    memcpy(&bytes, data, sizeof bytes);
    low = (bytes | ones * 0x20) & ones * 0x7F;
    uint64_t from_a = low + ones * (0x80 - 'a'), past_z = low + ones * (0x80 - 'z' - 1);
    return ~(from_a & ~past_z & ~bytes) & ones * 0x80;
}

static inline unsigned letters_at(const char *data)
{
    uint64_t others = others_among(data);
    return others == 0 ? 8 : (unsigned)__builtin_ctzll(others) / 8;
}

static inline unsigned letters_before(const char *end)
{
    uint64_t others = others_among(end - 8);
    return others == 0 ? 8 : (unsigned)__builtin_clzll(others) / 8;
}
#else
static inline unsigned letters_at(const char *data)
{
    unsigned count = 0;
    while (count < 8 && is_ascii_letter(data[count])) count++;
    return count;
}

static inline unsigned letters_before(const char *end)
{
    unsigned count = 0;
    while (count < 8 && is_ascii_letter(end[-1 - (int)count])) count++;
    return count;
}
#endif

/* Tells whether an address on the web begins at `data`. */
static inline bool is_url(const char *data)
{
    return memcmp(data, "http", 4) == 0 || memcmp(data, "www.", 4) == 0;
}

/* ---- Deciding ------------------------------------------------------------------------------
 * Each decides about the mark at `at` and sets `resume` behind what it has dealt with. Returns true
 * with `*end` set if a sentence ends there. */

bool full_stop_ends_sentence(text_walk *walk, size_t at, size_t *end); /* most stops, in haste */
bool stop_ends_sentence(text_walk *walk, size_t at, size_t *end);
bool bracket_ends_sentence(text_walk *walk, size_t at, size_t *end);
bool angle_ends_sentence(text_walk *walk, size_t at, size_t *end);
bool slash_ends_sentence(text_walk *walk, size_t at, size_t *end);
bool address_ends_sentence(text_walk *walk, size_t at, size_t *end);
bool colon_ends_sentence(text_walk *walk, size_t at, size_t *end);
bool rule_ends_sentence(text_walk *walk, size_t at, size_t *end);
bool line_ends_sentence(text_walk *walk, size_t at);

/* Where the date begins that ends at `end` and stands alone behind a headline; 0 if none does. */
size_t dateline_begin(const text_walk *walk, size_t end);

/* Where a caption's label ends that the open sentence begins with ("Figure 1.2"), else 0. */
size_t label_end(const text_walk *walk);

/* Where the closing of a letter ends that the open sentence begins with, and that has a comma
 * `length` bytes behind its begin ("Regards, Ann"), else 0. */
size_t closing_end(const text_walk *walk, size_t length);

/* Where the opening of the open sentence ends that is a sentence of its own, else 0. `fresh`: a
 * line begins here. Hardly any sentence gets farther than the first looks. */
static inline size_t opening_end(const text_walk *walk, bool fresh)
{
    const char *data = walk->text.data + walk->begin;
    if (fresh & ((*data == 'F') | (*data == 'T')) & ((data[1] == 'i') | (data[1] == 'a'))) {
        size_t label = label_end(walk);
        if (label != 0) return label;
    }
    uint64_t commas = mill_scan_equal(data, ',') & ((UINT64_C(1) << CLOSING_MAX) - 1);
    return commas != 0 ? closing_end(walk, mill_scan_first(commas)) : 0;
}

/* A number such as 3. or b) that ends at `end`, before its mark: notes it where a sentence begins
 * with it. Returns true if it goes on with the numbers of the sentence that is open; the sentence
 * then ends before it, at `*before`. */
bool take_item(text_walk *walk, mill_text word, size_t *before);

/* Notes the number with which the sentence that has just been opened begins. */
bool note_item(text_walk *walk, mill_text word);

#endif
