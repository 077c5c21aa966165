/* tokens - the words and stops of a short piece of text, with what is known about each.
 *
 * Only the surroundings of quotes are cut into tokens, never a whole article. A quote among them
 * is one token, so that a sentence reads on across it.
 */
#ifndef EXTRACT_QUOTES_TOKENS_H
#define EXTRACT_QUOTES_TOKENS_H

#include "vocabulary.h"

/* Bits of a token's `set` besides the classes of its word. */
enum {
    TOKEN_ADJECTIVE = 1 << 19, /* has a capital and ends as what only qualifies a noun: Federal */
    TOKEN_CAPITAL = 1 << 20,
    TOKEN_POSSESSIVE = 1 << 21, /* 's behind the word, not in the token's range */
    TOKEN_COMMA = 1 << 22,
    TOKEN_COLON = 1 << 23,
    TOKEN_STOP = 1 << 24, /* ends a sentence, or parts it like a semicolon */
    TOKEN_DASH = 1 << 25,
    TOKEN_BRACKET = 1 << 26,
    TOKEN_QUOTE = 1 << 27,
    TOKEN_BREAK = 1 << 28,   /* a blank line came before it */
    TOKEN_SHORT = 1 << 29,   /* a stop belongs to the word, behind the token's range: Sen. J. */
    TOKEN_SENTENCE = 1 << 30 /* a sentence begins with it */
};

#define TOKEN_MARKS                                                                                \
    (TOKEN_COMMA | TOKEN_COLON | TOKEN_STOP | TOKEN_DASH | TOKEN_BRACKET | TOKEN_QUOTE)

typedef struct text_token {
    uint32_t begin;
    uint32_t end;
    uint32_t set;
} text_token;

/* Some tokens in a row; somebody else owns them. */
typedef struct token_list {
    const text_token *items;
    uint32_t count;
} token_list;

/* Reads the token at `at`, or the first behind it. Returns the place behind it; 0 if there is none
 * before `end`. */
uint32_t token_read(const vocabulary *known, const char *data, uint32_t at, uint32_t end,
                    text_token *found);

/* Reads the tokens of a piece, at most `room`. Returns how many there are. */
uint32_t tokens_read(const vocabulary *known, const char *data, mill_span piece, text_token *items,
                     uint32_t room);

/* Tells whether two pieces of a text are the same bytes. */
static inline bool same_bytes(mill_text text, mill_span left, mill_span right)
{
    return left.end - left.begin == right.end - right.begin &&
           memcmp(text.data + left.begin, text.data + right.begin, left.end - left.begin) == 0;
}

/* Tells whether a capital letter beyond ASCII is at `at`: Latin with accents, Greek, Cyrillic. */
bool is_wide_capital_at(const char *data, uint32_t at);

/* Tells whether a capital letter is at `at`. */
static inline bool is_capital_at(const char *data, uint32_t at)
{
    unsigned char byte = (unsigned char)data[at];
    return byte < 0x80 ? (unsigned)byte - 'A' < 26u : is_wide_capital_at(data, at);
}

/* Tells whether words are made of a byte: a letter's or digit's of any script. Punctuation beyond
 * ASCII lies in the blocks that begin with 0xC2, 0xE2 and 0xE3. */
static inline bool is_word_byte(unsigned char byte)
{
    return (byte | 0x20u) - 'a' < 26u || (unsigned)byte - '0' < 10u ||
           (byte >= 0x80 && byte != 0xC2 && byte != 0xE2 && byte != 0xE3);
}

/* Tells whether a word can begin at `at`. */
static inline bool is_word_at(const char *data, uint32_t at)
{
    return is_word_byte((unsigned char)data[at]);
}

/* Returns the first place from `at` on where a word begins, or `end`. `at` is between characters.
 */
static inline uint32_t next_word(const char *data, uint32_t at, uint32_t end)
{
    while (at < end && !is_word_at(data, at)) {
        unsigned char byte = (unsigned char)data[at];
        at += byte < 0x80 ? 1 : byte == 0xC2 ? 2 : 3;
    }
    return at < end ? at : end;
}

/* Tells whether a word, of whatever script, reaches up to `at`. */
bool is_word_before(const char *data, uint32_t at);

/* Returns where the word at `at` ends, at most `end`; `*bare` becomes its end without a possessive
 * 's. */
uint32_t word_end(const char *data, uint32_t at, uint32_t end, uint32_t *bare);

#endif
