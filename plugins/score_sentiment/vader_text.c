/* vader_text - see vader_text.h. All texts are valid UTF-8 and have readable bytes behind them. */
#include "vader_text.h"
#include "letter_case.h"
#include "textmill/words.h"

/* Reads a code point; `length` is what it takes. */
static uint32_t read_code(const char *data, size_t *length)
{
    const unsigned char *bytes = (const unsigned char *)data;
    if (bytes[0] < 0x80) return *length = 1, bytes[0];
    *length = bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
    uint32_t code = bytes[0] & (0x7Fu >> *length);
    for (size_t i = 1; i < *length; i++) code = code << 6 | (bytes[i] & 0x3Fu);
    return code;
}

static size_t write_code(uint32_t code, char *data)
{
    if (code < 0x80) return data[0] = (char)code, 1;
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, code >>= 6) data[i] = (char)(0x80 | (code & 0x3F));
    data[0] = (char)((0xF00u >> length & 0xF0) | code);
    return length;
}

/* ---- Emoji --------------------------------------------------------------------------------- */

static emoji_entry *find_emoji(const emoji_table *emoji, uint32_t code)
{
    for (uint32_t at = code * UINT32_C(0x9E3779B1) >> 7;; at++) {
        emoji_entry *entry = emoji->places + (at & emoji->mask);
        if (entry->code == code || entry->code == 0) return entry;
    }
}

static void put_emoji(emoji_table *emoji, mill_text key, mill_text description)
{
    size_t length;
    uint32_t code = read_code(key.data, &length);
    if (length != key.length || code == 0) return;
    *find_emoji(emoji, code) = (emoji_entry){code, description};
    if (code < emoji->lowest) emoji->lowest = code;
}

static uint32_t count_lines(mill_text list)
{
    mill_lines lines = {list, 0};
    mill_text line;
    uint32_t count = 0;
    while (mill_lines_next(&lines, &line)) count++;
    return count;
}

mill_status emoji_open(emoji_table *emoji, mill_setup *setup, const char *path)
{
    mill_text list, line;
    uint32_t places = 16;
    emoji->lowest = UINT32_MAX;
    if (path[0] == '\0') return MILL_OK;
    if (mill_setup_read_file(setup, path, &list) != MILL_OK) return MILL_FAILED;
    while (places / 2 < count_lines(list)) places *= 2;
    emoji->mask = places - 1;
    emoji->places = mill_setup_alloc(setup, places * sizeof *emoji->places);
    if (emoji->places == NULL) return MILL_FAILED;
    for (mill_lines lines = {list, 0}; mill_lines_next(&lines, &line);) {
        mill_text key = mill_lines_column(&line);
        if (line.length == 0)
            return mill_setup_fail(setup,
                                   "%s:%u: '%.*s' is not followed by its description; write the "
                                   "emoji, a tab and what it shows",
                                   path, lines.number, (int)key.length, key.data);
        put_emoji(emoji, key, mill_lines_column(&line));
    }
    return MILL_OK;
}

/* Returns the description of the emoji at `data`, or one without data. */
static mill_text describe(const emoji_table *emoji, const char *data, size_t *length)
{
    uint32_t code = read_code(data, length);
    if (code < emoji->lowest) return (mill_text){NULL, 0};
    return find_emoji(emoji, code)->description;
}

/* A description gets a space before it, unless the character before is one or there is none; behind
 * it comes none, so that it grows together with what follows. Without `out`, only counts. */
static size_t write_spelled(const emoji_table *emoji, mill_text text, char *out)
{
    size_t size = 0, length;
    bool after_space = true;
    for (size_t at = 0; at < text.length; at += length) {
        mill_text part = describe(emoji, text.data + at, &length);
        bool is_emoji = part.data != NULL;
        if (!is_emoji) part = (mill_text){text.data + at, length};
        if (is_emoji && !after_space && out != NULL) out[size] = ' ';
        size += is_emoji && !after_space;
        if (out != NULL) memcpy(out + size, part.data, part.length);
        size += part.length;
        after_space = !is_emoji && text.data[at] == ' ';
    }
    return size;
}

static bool has_emoji(const emoji_table *emoji, mill_text text)
{
    size_t length;
    for (size_t at = 0; at < text.length; at += length)
        if (describe(emoji, text.data + at, &length).data != NULL) return true;
    return false;
}

mill_status emoji_spell_out(const emoji_table *emoji, mill_document *document, mill_text text,
                            mill_text *spelled)
{
    *spelled = text;
    if (emoji->places == NULL || !has_emoji(emoji, text)) return MILL_OK;
    size_t size = write_spelled(emoji, text, NULL);
    char *out = mill_alloc(document, size + MILL_PADDING);
    if (out == NULL) return MILL_FAILED;
    write_spelled(emoji, text, out);
    memset(out + size, 0, MILL_PADDING);
    *spelled = (mill_text){out, size};
    return MILL_OK;
}

/* ---- Tokens -------------------------------------------------------------------------------- */

/* Unicode white space, as Python's str.split has it: U+001C to U+001F and U+0085 are in it. */
static bool is_space(uint32_t code)
{
    if (code < 0x80) return code == ' ' || (code >= 9 && code <= 13) || (code >= 28 && code <= 31);
    return code == 0x85 || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) ||
           code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

static bool is_punctuation(char byte)
{
    unsigned code = (unsigned char)byte;
    return code - '!' < 15u || code - ':' < 7u || code - '[' < 6u || code - '{' < 4u;
}

static bool has_more_than_two(mill_text token)
{
    size_t characters = 0;
    for (size_t i = 0; i < token.length && characters < 3; i++)
        characters += ((unsigned char)token.data[i] & 0xC0) != 0x80;
    return characters > 2;
}

static mill_text strip_punctuation(mill_text token)
{
    mill_text inner = token;
    while (inner.length > 0 && is_punctuation(*inner.data)) {
        inner.data++;
        inner.length--;
    }
    while (inner.length > 0 && is_punctuation(inner.data[inner.length - 1])) inner.length--;
    return has_more_than_two(inner) ? inner : token;
}

/* Returns the length of the row of white space, or of anything else, that the text starts with. */
static size_t row_length(mill_text text, bool of_space)
{
    size_t at = 0, length;
    while (at < text.length && is_space(read_code(text.data + at, &length)) == of_space)
        at += length;
    return at;
}

bool vader_token_next(mill_text *rest, mill_text *token)
{
    size_t space = row_length(*rest, true);
    rest->data += space;
    rest->length -= space;
    *token = (mill_text){rest->data, row_length(*rest, false)};
    rest->data += token->length;
    rest->length -= token->length;
    if (token->length == 0) return false;
    *token = strip_punctuation(*token);
    return true;
}

size_t vader_token_small(mill_text token, char *small, size_t room, bool *is_capitals)
{
    size_t size = 0, length;
    bool has_capital = false, has_small = false;
    for (size_t at = 0; at < token.length; at += length) {
        uint32_t code = read_code(token.data + at, &length);
        letter_case kind = letter_case_of(code);
        has_capital |= kind == CASE_CAPITAL;
        has_small |= kind == CASE_SMALL;
        if (size + 4 <= room)
            size += write_code(kind == CASE_CAPITAL ? letter_small(code) : code, small + size);
        else
            size = room + 1;
    }
    *is_capitals = has_capital && !has_small;
    return size <= room ? size : 0;
}
