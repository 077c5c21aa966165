/* spelling - see spelling.h. The zero bytes behind a text end every loop here. */
#include "spelling.h"
#include "textmill/scan.h"

static size_t character_length(unsigned char first)
{
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* Punctuation and white space beyond ASCII: Latin-1 signs, general and East Asian punctuation. */
static bool parts_words(const unsigned char *bytes)
{
    if (bytes[0] == 0xC2) return true;
    if (bytes[0] == 0xE2) return bytes[1] <= 0x81;
    return (bytes[0] == 0xE3 && bytes[1] == 0x80) || (bytes[0] == 0xEF && bytes[1] == 0xBC);
}

/* U+2018, U+2019, U+02BC: as apostrophes. */
static bool is_curly_apostrophe(const unsigned char *bytes)
{
    if (bytes[0] == 0xCA) return bytes[1] == 0xBC;
    return bytes[0] == 0xE2 && bytes[1] == 0x80 && (bytes[2] == 0x98 || bytes[2] == 0x99);
}

/* The length of the apostrophe at `data`; 0 if there is none. */
static size_t apostrophe_length(const char *data)
{
    const unsigned char *bytes = (const unsigned char *)data;
    if (*data == '\'') return 1;
    return is_curly_apostrophe(bytes) ? character_length(*bytes) : 0;
}

size_t parting_length(const char *data)
{
    const unsigned char *bytes = (const unsigned char *)data;
    if (bytes[0] < 0x80) return data[0] == '-' && data[1] == '-';
    return parts_words(bytes) && !is_curly_apostrophe(bytes) ? character_length(bytes[0]) : 0;
}

bool is_word_end(const char *data)
{
    unsigned char byte = (unsigned char)*data;
    if (byte == '-') return !is_plain(data[1]);
    return byte < 0x80 || apostrophe_length(data) > 0 || parting_length(data) > 0;
}

/* In steps of 16 bytes, which are readable behind every text and fit behind every spelling. */
void spell(spelling *word, const char *bytes, size_t length)
{
    if (word->length + length > WORD_MAX) length = WORD_MAX + 1 - word->length;
    for (size_t at = 0; at < length; at += 16)
        memcpy(word->bytes + word->length + at, bytes + at, 16);
    word->length += length;
}

static void spell_byte(spelling *word, char byte)
{
    if (word->length <= WORD_MAX) word->bytes[word->length++] = byte;
}

size_t spell_character(spelling *word, const char *data)
{
    size_t apostrophe = apostrophe_length(data);
    size_t length = character_length((unsigned char)*data);
    if (apostrophe > 0)
        spell_byte(word, '\'');
    else
        spell(word, data, length);
    return length;
}

/* Returns where a row of ASCII letters and digits ends, or where it is longer than any word. */
static uint32_t plain_end(const char *text, uint32_t at)
{
    uint64_t others = ~mill_scan_alphanumeric(text + at);
    return at + (others != 0 ? mill_scan_first(others) : MILL_SCAN_BLOCK);
}

uint32_t spell_next_word(spelling *word, const char *text, uint32_t at)
{
    uint32_t end = at + 1;
    if ((text[at] != ' ' && text[at] != '-') || !is_plain(text[end])) return at;
    spell_byte(word, ' ');
    while (word->length <= WORD_MAX) {
        uint32_t plain = plain_end(text, end), apostrophe;
        spell(word, text + end, plain - end);
        end = plain;
        apostrophe = (uint32_t)apostrophe_length(text + end);
        if (apostrophe == 0 || !is_plain(text[end + apostrophe])) break;
        end += (uint32_t)spell_character(word, text + end);
    }
    return end;
}
