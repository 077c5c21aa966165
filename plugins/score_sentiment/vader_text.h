/* vader_text - a text as VADER sees it: emoji spelled out, then tokens between white space.
 *
 * The rules are those of the original program with all their quirks; each is written down where it
 * is followed. See vader.h for what the tokens are good for.
 */
#ifndef SCORE_SENTIMENT_VADER_TEXT_H
#define SCORE_SENTIMENT_VADER_TEXT_H

#include "textmill/plugin.h"

typedef struct emoji_entry {
    uint32_t code; /* 0: a free place */
    mill_text description;
} emoji_entry;

/* Emoji of one code point; the original can never meet longer ones, so they are not kept. */
typedef struct emoji_table {
    emoji_entry *places; /* NULL: none */
    uint32_t mask;
    uint32_t lowest; /* code point */
} emoji_table;

/* Loads a file of lines of an emoji, a tab and its description; a later line wins. Without a file,
 * "", there are no emoji. Fails: MILL_FAILED, with the reason set. */
mill_status emoji_open(emoji_table *emoji, mill_setup *setup, const char *path);

/* Spells out the emoji of a text. Owns: the result is `text` itself or the document's memory.
 * Fails: MILL_FAILED, out of memory, with the reason set. */
mill_status emoji_spell_out(const emoji_table *emoji, mill_document *document, mill_text text,
                            mill_text *spelled);

/* Takes the next token off a text; returns false at its end. A token lies between white space and
 * loses ASCII punctuation at its ends, unless no more than two characters were left then: so
 * emoticons stay whole, ":)", but also "ok." and "no,". */
bool vader_token_next(mill_text *rest, mill_text *token);

/* Writes a token of up to `room` bytes in small letters; returns its length, 0 if it is longer.
 * `is_capitals`: it has a capital and no small letter. */
size_t vader_token_small(mill_text token, char *small, size_t room, bool *is_capitals);

#endif
