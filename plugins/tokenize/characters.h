/* characters - the classes of characters that tokens are made of. Text is valid UTF-8.
 */
#ifndef TOKENIZE_CHARACTERS_H
#define TOKENIZE_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum character_class {
    CHARACTER_SPACE, /* and control characters */
    CHARACTER_LETTER,
    CHARACTER_DIGIT,
    CHARACTER_MARK,      /* punctuation, symbols, currency */
    CHARACTER_IDEOGRAPH, /* a word of its own: Han, Hiragana */
    CHARACTER_EMOJI,
    CHARACTER_REGION,   /* two of them are a flag */
    CHARACTER_EXTENDER, /* belongs to the character before it: combining marks, skin tones */
    CHARACTER_JOINER    /* joins the emoji on either side of it, and letters as an extender */
} character_class;

typedef struct character {
    character_class class;
    uint32_t length; /* bytes */
} character;

extern const unsigned char ascii_classes[128];

/* Reads a character whose first byte is not ASCII. */
character character_read_wide(const char *data);

/* Reads the character that starts at `data`. */
static inline character character_at(const char *data)
{
    unsigned char byte = (unsigned char)*data;
    if (byte >= 0x80) return character_read_wide(data);
    return (character){(character_class)ascii_classes[byte], 1};
}

#endif
