#include "emoji.h"

#define TEXT_STYLE  0xFE0E
#define EMOJI_STYLE 0xFE0F
#define KEY_CAP     0x20E3
#define JOINER      0x200D
#define CHAIN_MAX   64 /* characters of one emoji, joined ones included */

static inline bool is_emoji(const character_table *table, uint32_t code)
{
    const character_rule *rule = code < 0x110000 ? characters_find(table, code) : NULL;
    return rule != NULL && rule->condition == RULE_EMOJI;
}

static inline bool is_part(uint32_t code)
{
    return code == EMOJI_STYLE || code == KEY_CAP || code - 0x1F3FB < 5 || code - 0xE0020 < 0x60;
}

/* Tells whether U+FE0F makes an emoji of a character, which is a sign and no letter. */
static bool is_sign(uint32_t code)
{
    return code == 0xA9 || code == 0xAE || (code >= 0x203C && code < 0x3000) || code == 0x3030 ||
           code == 0x303D || code == 0x3297 || code == 0x3299 || code >= 0x1F000;
}

static inline bool is_key(uint32_t code)
{
    return code == '#' || code == '*' || code - '0' < 10;
}

static size_t step_back(mill_text text, size_t at)
{
    do at--;
    while (at > 0 && ((unsigned char)text.data[at] & 0xC0u) == 0x80);
    return at;
}

/* Returns where the emoji ends whose first character is text[at, end). */
static size_t find_end(const character_table *table, mill_text text, size_t end)
{
    uint32_t code;
    for (int count = 0; count < CHAIN_MAX && end < text.length; count++) {
        size_t length = mill_utf8_read(text.data + end, &code);
        if (code == JOINER) {
            uint32_t joined;
            size_t next = mill_utf8_read(text.data + end + length, &joined);
            if (!is_emoji(table, joined) && !is_sign(joined)) break;
            length += next;
        } else if (!is_part(code)) {
            break;
        }
        end += length;
    }
    return end;
}

/* Returns where the emoji begins to which the character at `at` belongs; its end if to none. */
static size_t find_begin(const character_table *table, mill_text text, size_t at, size_t done,
                         uint32_t code)
{
    if (code != EMOJI_STYLE && code != KEY_CAP) return at;
    if (at <= done) return SIZE_MAX;
    size_t begin = step_back(text, at);
    uint32_t base, next;
    mill_utf8_read(text.data + begin, &base);
    if (is_key(base)) {
        if (code == KEY_CAP) return begin;
        mill_utf8_read(text.data + at + 3, &next);
        return next == KEY_CAP ? begin : SIZE_MAX;
    }
    return code == EMOJI_STYLE && (is_sign(base) || is_emoji(table, base)) ? begin : SIZE_MAX;
}

/* Takes in the spaces before the emoji; at the start of a line those behind it. */
static mill_span add_spaces(mill_text text, size_t begin, size_t end, size_t done, bool line_start)
{
    size_t from = begin;
    while (from > done && text.data[from - 1] == ' ') from--;
    bool at_start = from == done ? line_start : text.data[from - 1] == '\n';
    if (!at_start) return (mill_span){(uint32_t)from, (uint32_t)end};
    while (end < text.length && text.data[end] == ' ') end++;
    return (mill_span){(uint32_t)begin, (uint32_t)end};
}

mill_span emoji_find(const character_table *table, mill_text text, size_t at, size_t done,
                     bool line_start)
{
    const mill_span none = {0, 0};
    uint32_t code, next = 0;
    size_t behind = at + mill_utf8_read(text.data + at, &code);
    size_t begin = find_begin(table, text, at, done, code);
    if (begin == SIZE_MAX) return none;
    if (behind < text.length) mill_utf8_read(text.data + behind, &next);
    if (next == TEXT_STYLE) return none;
    return add_spaces(text, begin, find_end(table, text, behind), done, line_start);
}
