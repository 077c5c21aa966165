/* A line of encodings.txt fills sixteen bytes of one encoding. */
#include "misread.h"

MILL_EMBEDDED(encodings)

static bool is_between(uint32_t code, uint32_t first, uint32_t last)
{
    return code - first <= last - first;
}

/* In Latin Extended-A small and large letters alternate, but three times the order turns. */
static misread_class extended_latin_class(uint32_t code)
{
    bool turned = is_between(code, 0x0139, 0x0148) || is_between(code, 0x0178, 0x017E);
    return (code & 1) == (turned ? 1 : 0) ? CLASS_LARGE : CLASS_SMALL;
}

static misread_class classify(uint32_t code)
{
    static const uint16_t marks[] = {0x00A0, 0x00AB, 0x00B7, 0x00BB, 0x0384, 0x0385, 0x2013,
                                     0x2014, 0x2015, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D,
                                     0x201E, 0x2022, 0x2026, 0x2039, 0x203A, 0x2122};
    for (size_t i = 0; i < MILL_COUNT(marks); i++)
        if (marks[i] == code) return CLASS_MARK;
    if (is_between(code, 0x2500, 0x25FF)) return CLASS_BOX;
    if (code == 0xD7 || code == 0xF7) return CLASS_SYMBOL;
    if (is_latin_lower(code) || is_between(code, 0xFB01, 0xFB02)) return CLASS_SMALL;
    if (is_latin_upper(code)) return CLASS_LARGE;
    if (is_between(code, 0x0100, 0x017F)) return extended_latin_class(code);
    if (is_between(code, 0x0386, 0x03CE)) return code >= 0x03AC ? CLASS_SMALL : CLASS_LARGE;
    if (is_between(code, 0x0400, 0x045F)) return code >= 0x0430 ? CLASS_SMALL : CLASS_LARGE;
    if (is_between(code, 0x0490, 0x0491)) return code & 1 ? CLASS_SMALL : CLASS_LARGE;
    return CLASS_SYMBOL;
}

/* Adds what `byte` looks like in an encoding. Returns false where there are too many. */
static bool add_char(misread_table *table, uint32_t encoding, uint32_t byte, uint32_t code)
{
    uint32_t place = misread_place(code);
    if (place == 0) return false;
    if (table->index[place] == 0) {
        if (table->char_count == MISREAD_CHAR_MAX) return false;
        table->index[place] = (uint16_t)table->char_count;
        table->chars[table->char_count++].class = classify(code);
    }
    misread_char *entry = &table->chars[table->index[place]];
    uint16_t bit = (uint16_t)(1u << encoding);
    entry->bytes[encoding] = (uint8_t)byte;
    if (byte < 0xC0)
        entry->continues |= bit;
    else if (byte >= 0xC2 && byte <= 0xF4)
        entry->leads |= bit;
    return true;
}

static bool read_hexadecimal(mill_text word, uint32_t *number)
{
    uint32_t last;
    return read_range(word, number, &last) && last == *number;
}

/* Reads a line that goes on with the bytes of the present encoding or begins the next one. */
static bool add_line(misread_table *table, mill_text line, mill_text *present)
{
    uint32_t byte, code;
    mill_text name = mill_lines_word(&line);
    if (name.length != present->length || memcmp(name.data, present->data, name.length) != 0)
        table->encoding_count++;
    *present = name;
    uint32_t encoding = table->encoding_count - 1;
    if (encoding >= ENCODINGS_MAX || !read_hexadecimal(mill_lines_word(&line), &byte)) return false;
    if (mill_text_is(name, "macintosh") || mill_text_is(name, "cp437"))
        table->loose |= (uint16_t)(1u << encoding);
    for (uint32_t i = 0; i < 16; i++, byte++) {
        mill_text word = mill_lines_word(&line);
        bool is_open = mill_text_is(word, "-");
        if (byte < 0x80 || byte > 0xFF || (!is_open && !read_hexadecimal(word, &code)))
            return false;
        if (!add_char(table, encoding, byte, is_open ? byte : code)) return false;
    }
    return true;
}

mill_status misread_open(misread_table *table, mill_setup *setup)
{
    mill_lines lines = {encodings_text(), 0};
    mill_text line, present = {"", 0};
    table->char_count = 1; /* 0 is none */
    while (mill_lines_next(&lines, &line))
        if (!add_line(table, line, &present))
            return mill_setup_fail(setup, "encodings.txt:%u: not sixteen bytes of an encoding",
                                   lines.number);
    for (uint32_t code = 0x80; code < 0xA0; code++) /* Latin-1 besides Windows-1252 */
        add_char(table, 0, code, code);
    return MILL_OK;
}
