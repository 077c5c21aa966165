/* lexer - see lexer.h. Nearly all text is ASCII words with one space between: where such a word
 * ends is read from a set of positions that is made for 64 bytes at a time. Only what stops a word
 * is looked at as a character.
 */
#include "lexer.h"

#include "address.h"
#include "characters.h"
#include "textmill/scan.h"

static void look_at_block(lexer *self, size_t at)
{
    const char *block = self->text.data + at / MILL_SCAN_BLOCK * MILL_SCAN_BLOCK;
    self->block = at / MILL_SCAN_BLOCK;
    self->words = mill_scan_alphanumeric(block) | mill_scan_equal(block, '_');
    self->letters = self->words & ~mill_scan_range(block, '0', '9');
}

void lexer_init(lexer *self, mill_text text)
{
    *self = (lexer){.text = text, .block = SIZE_MAX};
    self->email = address_find_email(text, 0);
}

/* Returns where the run of ASCII letters, digits and _ at `at` ends; sets `*lettered` if it has
 * others than digits. */
static size_t run_end(lexer *self, size_t at, bool *lettered)
{
    while (at < self->text.length) {
        if (at / MILL_SCAN_BLOCK != self->block) look_at_block(self, at);
        uint64_t ahead = UINT64_MAX << at % MILL_SCAN_BLOCK;
        uint64_t others = ~self->words & ahead;
        uint64_t before_others = (others - 1) & ~others;
        *lettered |= (self->letters & ahead & before_others) != 0;
        at = self->block * MILL_SCAN_BLOCK;
        if (others != 0) return at + mill_scan_first(others);
        at += MILL_SCAN_BLOCK;
    }
    return at;
}

/* ---- Words and numbers --------------------------------------------------------------------- */

static bool is_ascii_letter(char byte)
{
    return ((unsigned char)byte | 0x20u) - 'a' < 26u;
}

static bool is_ascii_digit(char byte)
{
    return (unsigned)(unsigned char)byte - '0' < 10u;
}

/* Returns where a word of one letter at `at` ends: U.S. and e.g. go on to their last stop. */
static size_t acronym_end(mill_text text, size_t at)
{
    size_t end = at;
    while (is_ascii_letter(text.data[end]) && text.data[end + 1] == '.') end += 2;
    bool whole = end - at >= 4 && character_at(text.data + end).class != CHARACTER_LETTER;
    return whole ? end : at + 1;
}

/* The length of an apostrophe at `data`. */
static size_t apostrophe_length(const char *data)
{
    if (*data == '\'') return 1;
    return memcmp(data, "\xE2\x80\x99", 3) == 0 ? 3 : 0;
}

static bool is_word_class(character_class class)
{
    return class == CHARACTER_LETTER || class == CHARACTER_DIGIT;
}

/* Returns how many bytes at `at`, where a run of the word text[begin, at) has ended, belong to the
 * word all the same. A link between two parts needs the other one before `limit`. */
static size_t link_length(mill_text text, size_t begin, size_t at, size_t limit, bool lettered)
{
    const char *data = text.data + at;
    if ((unsigned char)*data >= 0x80) {
        character here = character_read_wide(data);
        if (is_word_class(here.class) || here.class >= CHARACTER_EXTENDER) return here.length;
    }
    size_t apostrophe = apostrophe_length(data);
    if (apostrophe > 0) {
        bool inside =
            at + apostrophe < limit && is_word_class(character_at(data + apostrophe).class);
        return inside ? apostrophe : 0;
    }
    bool joins =
        (*data == '.' || *data == ',' || *data == ':') && !lettered && at > begin && at + 1 < limit;
    return joins && is_ascii_digit(data[-1]) && is_ascii_digit(data[1]) ? 1 : 0;
}

/* Returns how many bytes at `begin`, the start of a word that ends at `at`, begin a URL. */
static size_t url_start_length(mill_text text, size_t begin, size_t at)
{
    static const char *const starts[] = {"https://", "http://", "ftp://", "www."};
    for (size_t i = 0; i < MILL_COUNT(starts); i++) {
        size_t length = strlen(starts[i]);
        size_t word = length - (starts[i][length - 1] == '/' ? 3 : 1);
        bool same = at - begin == word && text.length - begin > length;
        for (size_t k = 0; same && k < length; k++)
            same = (k < word ? text.data[begin + k] | 0x20 : text.data[begin + k]) == starts[i][k];
        if (same) return length;
    }
    return 0;
}

/* Returns where the URL at `begin` ends, whose first word ends at `at`; `begin` if it is none. */
static size_t url_end(mill_text text, size_t begin, size_t at)
{
    if (text.data[at] != ':' && text.data[at] != '.') return begin;
    size_t length = url_start_length(text, begin, at);
    return length == 0 ? begin : address_url_end(text, begin, begin + length);
}

/* Reads a word, a number, or the URL that begins like a word. */
static token read_word(lexer *self, size_t begin, size_t limit)
{
    mill_text text = self->text;
    bool lettered = false;
    size_t end = run_end(self, begin, &lettered), more;
    size_t url = url_end(text, begin, end);
    if (url > begin) return (token){begin, url, TOKEN_URL};
    if (end == begin + 1 && text.data[end] == '.' && lettered) end = acronym_end(text, begin);
    while (end < limit && (more = link_length(text, begin, end, limit, lettered)) > 0) {
        lettered |= character_at(text.data + end).class == CHARACTER_LETTER;
        end = run_end(self, end + more, &lettered);
    }
    return (token){begin, end < limit ? end : limit, lettered ? TOKEN_WORD : TOKEN_NUMBER};
}

/* ---- Everything else ----------------------------------------------------------------------- */

/* Extenders behind a character. */
static size_t skip_extenders(mill_text text, size_t at)
{
    while ((unsigned char)text.data[at] >= 0x80) {
        character here = character_read_wide(text.data + at);
        if (here.class < CHARACTER_EXTENDER) break;
        at += here.length;
    }
    return at;
}

/* An emoji with its extenders, and those that are joined to it. */
static size_t emoji_end(mill_text text, size_t at)
{
    for (;;) {
        size_t before = at + character_at(text.data + at).length;
        at = skip_extenders(text, before);
        bool joined = at >= before + 3 && memcmp(text.data + at - 3, "\xE2\x80\x8D", 3) == 0;
        if (!joined || character_at(text.data + at).class != CHARACTER_EMOJI) return at;
    }
}

static size_t flag_end(mill_text text, size_t at)
{
    at += character_at(text.data + at).length;
    character other = character_at(text.data + at);
    return other.class == CHARACTER_REGION ? at + other.length : at;
}

/* A run of the same mark. */
static size_t marks_end(mill_text text, size_t begin, size_t length, size_t limit)
{
    size_t end = begin + length;
    while (end + length <= limit && memcmp(text.data + begin, text.data + end, length) == 0)
        end += length;
    return (unsigned char)text.data[end] >= 0x80 ? skip_extenders(text, end) : end;
}

static token read_other(lexer *self, size_t begin, character first, size_t limit)
{
    mill_text text = self->text;
    switch (first.class) {
    case CHARACTER_IDEOGRAPH:
        return (token){begin, skip_extenders(text, begin + first.length), TOKEN_WORD};
    case CHARACTER_EMOJI: return (token){begin, emoji_end(text, begin), TOKEN_EMOJI};
    case CHARACTER_REGION: return (token){begin, flag_end(text, begin), TOKEN_EMOJI};
    default: return (token){begin, marks_end(text, begin, first.length, limit), TOKEN_PUNCTUATION};
    }
}

static size_t skip_space(mill_text text, size_t at)
{
    while (at < text.length) {
        character here = character_at(text.data + at);
        if (here.class != CHARACTER_SPACE) break;
        at += here.length;
    }
    return at;
}

bool lexer_next(lexer *self, token *found)
{
    size_t at = skip_space(self->text, self->at);
    if (at >= self->text.length) return false;
    if (at > self->email.begin) self->email = address_find_email(self->text, at);
    character first = character_at(self->text.data + at);
    if (at == self->email.begin) {
        *found = (token){at, self->email.end, TOKEN_EMAIL};
    } else if (is_word_class(first.class)) {
        *found = read_word(self, at, self->email.begin);
    } else {
        *found = read_other(self, at, first, self->email.begin);
    }
    self->at = found->end;
    return true;
}
