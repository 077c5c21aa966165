/* spelling - see spelling.h. The zero bytes behind a text end every loop here. */
#include "spelling.h"

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

void spell(spelling *word, const char *bytes, size_t length)
{
    if (word->length + length <= WORD_MAX)
        memcpy(word->bytes + word->length, bytes, length);
    else
        length = WORD_MAX + 1 - word->length;
    word->length += length;
}

size_t spell_character(spelling *word, const char *data)
{
    size_t apostrophe = apostrophe_length(data);
    size_t length = apostrophe > 0 ? apostrophe : character_length((unsigned char)*data);
    spell(word, apostrophe > 0 ? "'" : data, apostrophe > 0 ? 1 : length);
    return length;
}

uint32_t spell_next_word(spelling *word, const char *text, uint32_t at)
{
    uint32_t end = at + 1;
    if ((text[at] != ' ' && text[at] != '-') || !is_plain(text[end])) return at;
    spell(word, " ", 1);
    while (word->length <= WORD_MAX &&
           (is_plain(text[end]) || is_plain(text[end + apostrophe_length(text + end)])))
        end += (uint32_t)spell_character(word, text + end);
    return end;
}
