/* characters - which characters clean_unicode changes, and into what: a table built from
 * characters.txt that holds only the classes that are turned on. Also reading and writing single
 * characters of valid UTF-8. */
#ifndef CLEAN_UNICODE_CHARACTERS_H
#define CLEAN_UNICODE_CHARACTERS_H

#include "textmill/utf8.h"
#include "textmill/words.h"

/* When a rule applies; see characters.txt. */
typedef enum rule_condition {
    RULE_ALWAYS,
    RULE_ESCAPE,
    RULE_BETWEEN_LATIN,
    RULE_NO_RIGHT_TO_LEFT,
    RULE_NO_WORD_BREAK,
    RULE_BETWEEN_LETTERS,
    RULE_EMOJI,
    RULE_CONDITION_COUNT
} rule_condition;

#define RULE_BYTES_MAX 12

typedef struct character_rule {
    rule_condition condition;
    uint32_t length; /* of the replacement; 0: the character goes */
    char bytes[RULE_BYTES_MAX];
} character_rule;

/* Pages of 256 code points; page 0 and rule 0 are "nothing to do". */
#define CHARACTER_PAGES_MAX 64
#define CHARACTER_RULES_MAX 256

typedef struct character_table {
    uint8_t page_of[0x1100];
    uint8_t pages[CHARACTER_PAGES_MAX][256];
    character_rule rules[CHARACTER_RULES_MAX];
    uint32_t page_count;
    uint32_t rule_count;
} character_table;

/* Decides whether a class of characters.txt is turned on. */
typedef bool class_filter(mill_setup *setup, mill_text class_name);

/* Fills a zeroed table with the rules of the classes that are on. Fails: MILL_FAILED, with the
 * reason set. */
mill_status characters_open(character_table *table, mill_setup *setup, class_filter *is_on);

/* Reads "XXXX" or "XXXX..XXXX", hexadecimal code points. */
bool read_range(mill_text word, uint32_t *first, uint32_t *last);

/* Returns the rule of a code point, or NULL. */
static inline const character_rule *characters_find(const character_table *table, uint32_t code)
{
    unsigned index = table->pages[table->page_of[code >> 8]][code & 0xFF];
    return index == 0 ? NULL : &table->rules[index];
}

/* Reads the character that ends at `end`; 0 at the start of the text. */
static inline uint32_t character_before(const char *text, size_t end)
{
    uint32_t code = 0;
    if (end == 0) return 0;
    do end--;
    while (end > 0 && ((unsigned char)text[end] & 0xC0u) == 0x80);
    mill_utf8_read(text + end, &code);
    return code;
}

static inline bool is_latin_lower(uint32_t code)
{
    return code - 'a' < 26 || (code - 0xDF < 0x21 && code != 0xF7);
}

static inline bool is_latin_upper(uint32_t code)
{
    return code - 'A' < 26 || (code - 0xC0 < 0x1F && code != 0xD7);
}

static inline bool is_latin_letter(uint32_t code)
{
    return is_latin_lower(code) || is_latin_upper(code) || code - 0x100 < 0x150 ||
           code - 0x1E00 < 0x100;
}

#endif
