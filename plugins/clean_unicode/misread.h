/* misread - what bytes over 7F look like in the single-byte encodings that text is misread in, and
 * what kind of character each of these is. */
#ifndef CLEAN_UNICODE_MISREAD_H
#define CLEAN_UNICODE_MISREAD_H

#include "characters.h"

#define ENCODINGS_MAX    9
#define MISREAD_CODES    0x2600 /* code points below that, and a few above */
#define MISREAD_CHAR_MAX 512

/* What people write beside what. */
typedef enum misread_class {
    CLASS_SMALL,  /* letter */
    CLASS_LARGE,  /* letter */
    CLASS_MARK,   /* what often stands behind a letter: quotation marks, dashes, ... */
    CLASS_SYMBOL, /* what seldom does, and control characters */
    CLASS_BOX     /* for drawing boxes */
} misread_class;

typedef struct misread_char {
    uint16_t leads;     /* encodings in which it is the first byte of a UTF-8 sequence, as a set */
    uint16_t continues; /* encodings in which it is another byte of one */
    uint8_t bytes[ENCODINGS_MAX];
    misread_class class;
} misread_char;

/* Encodings are numbers in the order of encodings.txt. Bytes that an encoding leaves open came
 * through as the C1 controls of the same number. */
typedef struct misread_table {
    uint16_t index[MISREAD_CODES]; /* by code point; 0: none */
    misread_char chars[MISREAD_CHAR_MAX];
    uint32_t char_count;
    uint32_t encoding_count;
    uint16_t loose; /* encodings whose letters stand in any order, as a set */
} misread_table;

/* Reads encodings.txt. Fails: MILL_FAILED, with the reason set. */
mill_status misread_open(misread_table *table, mill_setup *setup);

/* Where the few characters over MISREAD_CODES have their place: the ligatures and the apple of the
 * Macintosh, and U+FFFD for a byte that was lost. */
static inline uint32_t misread_place(uint32_t code)
{
    if (code < MISREAD_CODES) return code;
    return code == 0xFB01 ? 1 : code == 0xFB02 ? 2 : code == 0xF8FF ? 3 : code == 0xFFFD ? 4 : 0;
}

/* Returns what is known of a character; one without encodings if nothing is. */
static inline const misread_char *misread_find(const misread_table *table, uint32_t code)
{
    return &table->chars[table->index[misread_place(code)]];
}

#endif
