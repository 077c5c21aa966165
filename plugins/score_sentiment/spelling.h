/* spelling - words in the one spelling that the lexicon has: curly apostrophes become straight,
 * dashes and quotation marks part words.
 */
#ifndef SCORE_SENTIMENT_SPELLING_H
#define SCORE_SENTIMENT_SPELLING_H

#include "lexicon.h"

/* A spelling of more than WORD_MAX bytes is cut off behind that and has that many and one.
 */
typedef struct spelling {
    char bytes[WORD_MAX + 16];
    size_t length;
} spelling;

static inline bool is_plain(char byte)
{
    return (unsigned)(byte | 0x20) - 'a' < 26u || (unsigned)byte - '0' < 10u;
}

/* Adds bytes as they are; 16 bytes from each sixteenth on must be readable. */
void spell(spelling *word, const char *bytes, size_t length);

/* Adds the character at `data`; returns its length. */
size_t spell_character(spelling *word, const char *data);

/* Adds the space or hyphen at `at`, as a space, and the word behind it. Returns where that ends;
 * `at` if there is none. */
uint32_t spell_next_word(spelling *word, const char *text, uint32_t at);

/* Returns the length of what parts words at `data`: a wide sign, or the first of two hyphens; 0 if
 * nothing does. */
size_t parting_length(const char *data);

/* Tells whether a word that ends before `data` is whole there. */
bool is_word_end(const char *data);

#endif
