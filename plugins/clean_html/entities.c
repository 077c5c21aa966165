/* Names are looked up without regard to case and then compared with it (&Eacute; is not &eacute;).
 * What a reference stands for is never looked at again, but for &amp; itself, which may begin the
 * next one. */
#include "entities.h"

#include "textmill/utf8.h"

MILL_EMBEDDED(entities)

#define NAME_LENGTH_MAX       32
#define REPLACEMENT_CHARACTER 0xFFFD

/* ---- The table ----------------------------------------------------------------------------- */

/* The value of a digit, 16 or more if it is none. */
static unsigned digit_value(char byte)
{
    if ((unsigned)byte - '0' < 10u) return (unsigned)byte - '0';
    unsigned letter = (unsigned)mill_lower((unsigned char)byte) - 'a';
    return letter < 6 ? letter + 10 : 16;
}

/* Reads "name XXXX". */
static bool read_entity(mill_text line, named_entity *entity)
{
    const char *space = memchr(line.data, ' ', line.length);
    if (space == NULL) return false;
    entity->name = (mill_text){line.data, (size_t)(space - line.data)};
    for (const char *at = space + 1; at < line.data + line.length; at++) {
        if (digit_value(*at) > 15 || entity->code > 0xFFFF) return false;
        entity->code = entity->code * 16 + digit_value(*at);
    }
    return entity->code != 0;
}

mill_status entities_open(entity_table *table, mill_setup *setup)
{
    mill_text line;
    uint32_t count = 0;
    for (mill_lines lines = {entities_text(), 0}; mill_lines_next(&lines, &line);) count++;
    table->entities = mill_setup_alloc(setup, count * sizeof *table->entities);
    if (table->entities == NULL || mill_words_open(&table->names, setup, count) != MILL_OK)
        return MILL_FAILED;
    for (mill_lines lines = {entities_text(), 0}; mill_lines_next(&lines, &line);) {
        named_entity *entity = &table->entities[table->count];
        if (!read_entity(line, entity))
            return mill_setup_fail(setup, "entities.txt:%u: not a name and a code point",
                                   lines.number);
        entity->next = mill_words_find(&table->names, entity->name.data, entity->name.length);
        mill_words_add(&table->names, entity->name.data, entity->name.length,
                       (int32_t)table->count++);
    }
    return MILL_OK;
}

/* ---- One reference: `at` is behind the &; each returns where it ends, 0 if it is none ----------
 */

/* As browsers read them: 128 to 159 mean Windows-1252, and what is no character becomes U+FFFD. */
static uint32_t mend_number(uint32_t code)
{
    static const uint16_t windows_1252[32] = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178,
    };
    if (code - 0x80 < 32) return windows_1252[code - 0x80];
    bool is_character = code != 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    return is_character ? code : REPLACEMENT_CHARACTER;
}

static size_t read_number(mill_text text, size_t at, uint32_t *code)
{
    unsigned base = mill_lower((unsigned char)text.data[at]) == 'x' ? 16 : 10;
    if (base == 16) at++;
    size_t begin = at;
    uint32_t value = 0;
    for (; at < text.length && digit_value(text.data[at]) < base; at++)
        if (value <= 0x10FFFF) value = value * base + digit_value(text.data[at]);
    if (at == begin || at == text.length || text.data[at] != ';') return 0;
    *code = mend_number(value);
    return at + 1;
}

static size_t read_name(const entity_table *table, mill_text text, size_t at, uint32_t *code)
{
    const char *name = text.data + at;
    size_t length = 0;
    while (length < NAME_LENGTH_MAX && at + length < text.length &&
           ((unsigned)mill_lower((unsigned char)name[length]) - 'a' < 26u ||
            (unsigned)name[length] - '0' < 10u))
        length++;
    if (length == 0 || name[length] != ';') return 0;
    int32_t index = mill_words_find(&table->names, name, length);
    for (; index != MILL_WORD_ABSENT; index = table->entities[index].next) {
        const named_entity *entity = &table->entities[index];
        if (entity->name.length != length || memcmp(entity->name.data, name, length) != 0) continue;
        *code = entity->code;
        return at + length + 1;
    }
    return 0;
}

static size_t read_reference(const entity_table *table, mill_text text, size_t at, uint32_t *code)
{
    if (text.data[at] == '#') return read_number(text, at + 1, code);
    return read_name(table, text, at, code);
}

/* ---- Decoding ------------------------------------------------------------------------------ */

size_t entities_decode(const entity_table *table, mill_text text, size_t at, char *bytes,
                       size_t *length)
{
    uint32_t code = '&';
    size_t end = 0;
    while (code == '&') {
        size_t next = read_reference(table, text, end == 0 ? at + 1 : end, &code);
        if (next == 0) break;
        end = next;
    }
    if (end != 0) *length = mill_utf8_write(bytes, code);
    return end;
}
