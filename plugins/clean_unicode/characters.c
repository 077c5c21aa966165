/* Builds the table from characters.txt. A two-step table (page, place in the page) answers for any
 * code point with two loads, however many rules there are. */
#include "characters.h"

MILL_EMBEDDED(characters)

#define CODE_POINT_MAX 0x10FFFF

static const char *const condition_names[RULE_CONDITION_COUNT] = {
    [RULE_ALWAYS] = "always",
    [RULE_ESCAPE] = "escape",
    [RULE_BETWEEN_LATIN] = "between_latin",
    [RULE_NO_RIGHT_TO_LEFT] = "no_right_to_left",
    [RULE_NO_WORD_BREAK] = "no_word_break",
    [RULE_BETWEEN_LETTERS] = "between_letters",
    [RULE_EMOJI] = "emoji",
};

/* ---- Words and numbers of a line ----------------------------------------------------------- */

/* The value of a hexadecimal digit, 16 or more if it is none. */
static unsigned digit_value(char byte)
{
    if ((unsigned)byte - '0' < 10u) return (unsigned)byte - '0';
    unsigned letter = (unsigned)byte - 'A';
    return letter < 6 ? letter + 10 : 16;
}

/* Reads hexadecimal digits up to the end of the word or a full stop; returns how many. */
static size_t read_code_point(mill_text word, uint32_t *code)
{
    size_t count = 0;
    *code = 0;
    for (; count < word.length && count < 6 && digit_value(word.data[count]) < 16; count++)
        *code = *code * 16 + digit_value(word.data[count]);
    return *code <= CODE_POINT_MAX ? count : 0;
}

bool read_range(mill_text word, uint32_t *first, uint32_t *last)
{
    size_t count = read_code_point(word, first);
    *last = *first;
    if (count == 0 || count == word.length) return count != 0;
    mill_text rest = {word.data + count, word.length - count};
    if (rest.length < 3 || memcmp(rest.data, "..", 2) != 0) return false;
    rest.data += 2;
    rest.length -= 2;
    return read_code_point(rest, last) == rest.length && *first <= *last;
}

/* ---- The table ----------------------------------------------------------------------------- */

static bool read_condition(mill_text word, rule_condition *condition)
{
    for (int i = 0; i < RULE_CONDITION_COUNT; i++) {
        if (!mill_text_is(word, condition_names[i])) continue;
        *condition = (rule_condition)i;
        return true;
    }
    return false;
}

static bool read_replacement(mill_text rest, character_rule *rule)
{
    for (mill_text word = mill_lines_word(&rest); word.length > 0; word = mill_lines_word(&rest)) {
        uint32_t code, last;
        if (!read_range(word, &code, &last) || code != last) return false;
        if (rule->length + 4 > RULE_BYTES_MAX) return false;
        rule->length += (uint32_t)mill_utf8_write(rule->bytes + rule->length, code);
    }
    return true;
}

/* Lets every code point of a range point to a rule. */
static bool enter(character_table *table, uint32_t first, uint32_t last, uint32_t index)
{
    for (uint32_t code = first; code <= last; code++) {
        uint8_t *page = &table->page_of[code >> 8];
        if (*page == 0 && table->page_count + 1 < CHARACTER_PAGES_MAX)
            *page = (uint8_t)++table->page_count;
        if (*page == 0) return false;
        table->pages[*page][code & 0xFF] = (uint8_t)index;
    }
    return true;
}

static bool add_rule(character_table *table, mill_text rest)
{
    uint32_t first, last;
    character_rule rule = {.condition = RULE_ALWAYS};
    if (!read_range(mill_lines_word(&rest), &first, &last)) return false;
    if (!read_condition(mill_lines_word(&rest), &rule.condition)) return false;
    if (!read_replacement(rest, &rule)) return false;
    if (table->rule_count + 1 == CHARACTER_RULES_MAX) return false;
    table->rules[++table->rule_count] = rule;
    return enter(table, first, last, table->rule_count);
}

mill_status characters_open(character_table *table, mill_setup *setup, class_filter *is_on)
{
    mill_lines lines = {characters_text(), 0};
    mill_text entry;
    while (mill_lines_next(&lines, &entry)) {
        if (is_on(setup, mill_lines_word(&entry)) && !add_rule(table, entry))
            return mill_setup_fail(setup, "characters.txt:%u: not a rule, or too many of them",
                                   lines.number);
    }
    return MILL_OK;
}
