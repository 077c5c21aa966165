/* characters - the classes of characters that sentence ends depend on. Text is valid UTF-8. */
#ifndef SPLIT_SENTENCES_CHARACTERS_H
#define SPLIT_SENTENCES_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum character_class {
    CHARACTER_OTHER, /* symbols, bullets, and letters of scripts without case */
    CHARACTER_SPACE,
    CHARACTER_LOWER,
    CHARACTER_UPPER,
    CHARACTER_DIGIT,
    CHARACTER_STOP,      /* . ! ? and their kin */
    CHARACTER_FULL_STOP, /* marks of East Asian scripts: a sentence ends without white space */
    CHARACTER_QUOTE,     /* straight: may open or close */
    CHARACTER_OPEN_QUOTE,
    CHARACTER_CLOSE_QUOTE,
    CHARACTER_OPEN_BRACKET,
    CHARACTER_CLOSE_BRACKET,
    CHARACTER_DASH
} character_class;

typedef struct character {
    character_class class;
    uint32_t code;
    uint32_t length; /* bytes */
} character;

/* Classes of the ASCII characters; other bytes count as CHARACTER_OTHER. */
extern const unsigned char byte_classes[256];

/* Classes of general punctuation, U+2000 to U+203F: quotation marks, dashes and the ellipsis are
 * most of what is looked at beyond ASCII. */
extern const unsigned char punctuation_classes[64];

/* Reads a character whose first byte is not ASCII. */
character character_read_wide(const char *data);

/* Reads the character that starts at `data`. */
static inline character character_at(const char *data)
{
    unsigned char byte = (unsigned char)*data;
    if (byte == 0xE2 && (unsigned char)data[1] == 0x80) {
        uint32_t low = (unsigned char)data[2] & 0x3F;
        return (character){(character_class)punctuation_classes[low], 0x2000 + low, 3};
    }
    if (byte >= 0x80) return character_read_wide(data);
    return (character){(character_class)byte_classes[byte], byte, 1};
}

/* Returns where the character that ends at `end` begins; `end` is not 0. */
static inline size_t character_begin(const char *data, size_t end)
{
    do end--;
    while (end > 0 && ((unsigned char)data[end] & 0xC0u) == 0x80u);
    return end;
}

/* Tells whether words are made of it. */
static inline bool character_is_letter(character_class class)
{
    return class == CHARACTER_LOWER || class == CHARACTER_UPPER;
}

#endif
