/* document_fixture - what tests of documents share: a schema, and random text. */
#ifndef TESTS_DOCUMENT_FIXTURE_H
#define TESTS_DOCUMENT_FIXTURE_H

#include "document.h"
#include "test.h"

#include <stdlib.h>

#define BIG        ((size_t)64 << 20)
#define TEXT_LIMIT ((size_t)1000000)

/* Two layers, and attributes of the article; the fields of one plug-in that may do all. */
enum {
    WORDS,
    WORD_NOTE,
    WORD_PLACE,
    PARTS,
    PART_WEIGHT,
    TITLE,
    PLACE,
    ABSENT,
    ABSENT_NOTE,
    JSON,
    READ_ONLY,
    FLAG,
    NUMBER
};

static schema_layer layers[] = {{"words", 2}, {"parts", 1}};
static const schema all = {layers, 2, 5};
static const field_binding fields[] = {
    [WORDS] = {MILL_LAYER, 0, 0, true, true},
    [WORD_NOTE] = {MILL_STRING, 0, 0, true, true},
    [WORD_PLACE] = {MILL_SPAN, 0, 1, true, true},
    [PARTS] = {MILL_LAYER, 1, 0, true, true},
    [PART_WEIGHT] = {MILL_NUMBER, 1, 0, true, true},
    [TITLE] = {MILL_STRING, SCHEMA_ARTICLE, 0, true, true},
    [PLACE] = {MILL_SPAN, SCHEMA_ARTICLE, 1, true, true},
    [ABSENT] = {MILL_LAYER, 0, 0, false, false},
    [ABSENT_NOTE] = {MILL_STRING, 0, 0, false, false},
    [JSON] = {MILL_JSON, SCHEMA_ARTICLE, 2, true, true},
    [READ_ONLY] = {MILL_LAYER, 1, 0, true, false},
    [FLAG] = {MILL_BOOLEAN, SCHEMA_ARTICLE, 3, true, true},
    [NUMBER] = {MILL_INTEGER, SCHEMA_ARTICLE, 4, true, true},
};
static const document_view decoder = {NULL, 0, false, true};
static const document_view stage = {fields, MILL_COUNT(fields), true, false};

/* ---- Random text --------------------------------------------------------------------------- */

static const char *const characters[] = {
    "a", "b", " ", "\n", "\"", "\xC3\xA9", "\xE2\x80\x9C", "\xE4\xB8\xAD", "\xF0\x9F\x98\x80"};

/* Appends random characters, all ASCII where `ascii`. */
static size_t random_text(char *text, size_t count, bool ascii)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        const char *character = characters[(size_t)rand() % (ascii ? 5 : MILL_COUNT(characters))];
        memcpy(text + length, character, strlen(character));
        length += strlen(character);
    }
    return length;
}

static size_t next_boundary(mill_text text, size_t offset)
{
    while (offset < text.length && ((unsigned char)text.data[offset] & 0xC0) == 0x80) offset++;
    return offset < text.length ? offset : text.length;
}

static size_t random_boundary(mill_text text, size_t from, size_t reach)
{
    return next_boundary(text, from + (size_t)rand() % (reach + 1));
}

#endif
