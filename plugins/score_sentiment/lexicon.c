/* lexicon - see lexicon.h. A later entry for a word takes the place of an earlier one, so that the
 * small lists, which are loaded last, win over any lexicon. Numbers are read here and not by the C
 * library, which would follow the locale.
 */
#include "lexicon.h"

#define VALENCE_MAX 10.0

MILL_EMBEDDED(lexicon)
MILL_EMBEDDED(boosters)
MILL_EMBEDDED(negations)

/* Reads a decimal number such as -1.85; white space around it has been taken away. */
static bool parse_decimal(mill_text text, double *number)
{
    size_t at = 0, digits = 0;
    double value = 0, unit = 1;
    bool fraction = false;
    bool negative = text.length > 0 && text.data[0] == '-';
    if (negative || (text.length > 0 && text.data[0] == '+')) at++;
    for (; at < text.length; at++) {
        char byte = text.data[at];
        if (byte == '.' && !fraction) {
            fraction = true;
            continue;
        }
        if (byte < '0' || byte > '9' || ++digits > 15) return false;
        value = value * 10 + (byte - '0');
        if (fraction) unit *= 10;
    }
    *number = (negative ? -value : value) / unit;
    return digits > 0;
}

static mill_text trim(mill_text text)
{
    while (text.length > 0 && mill_is_blank(text.data[text.length - 1])) text.length--;
    while (text.length > 0 && mill_is_blank(*text.data)) {
        text.data++;
        text.length--;
    }
    return text;
}

static void put_word(word_lexicon *lexicon, mill_text word, double value, word_role role)
{
    if (!mill_words_add(&lexicon->words, word.data, word.length, (int32_t)lexicon->count)) return;
    lexicon->entries[lexicon->count++] = (lexicon_entry){value, role};
    uint64_t bit = lexicon_filter_bit(word.data, word.length);
    lexicon->filter[bit / 64] |= UINT64_C(1) << bit % 64;
}

/* Lines of WORD, tab, number; further columns do not count. */
static mill_status load_numbers(word_lexicon *lexicon, mill_setup *setup, const char *path,
                                mill_text list, word_role role)
{
    mill_lines lines = {list, 0};
    mill_text line;
    while (mill_lines_next(&lines, &line)) {
        double value;
        mill_text word = trim(mill_lines_column(&line));
        mill_text number = trim(mill_lines_column(&line));
        if (word.length > LEXICON_WORD_MAX)
            return mill_setup_fail(setup, "%s:%u: the word is longer than %d bytes; shorten it",
                                   path, lines.number, LEXICON_WORD_MAX);
        if (!parse_decimal(number, &value) || value < -VALENCE_MAX || value > VALENCE_MAX)
            return mill_setup_fail(setup,
                                   "%s:%u: '%.*s' is not followed by its valence; write the word, "
                                   "a tab and a number from -10 to 10",
                                   path, lines.number, (int)word.length, word.data);
        put_word(lexicon, word, value, role);
    }
    return MILL_OK;
}

static void load_words(word_lexicon *lexicon, mill_text list, word_role role)
{
    mill_lines lines = {list, 0};
    mill_text word;
    while (mill_lines_next(&lines, &word)) put_word(lexicon, word, 0, role);
}

static uint32_t count_lines(mill_text list)
{
    mill_lines lines = {list, 0};
    mill_text line;
    uint32_t count = 0;
    while (mill_lines_next(&lines, &line)) count++;
    return count;
}

mill_status lexicon_open(word_lexicon *lexicon, mill_setup *setup, const char *path)
{
    static const char contrast[16] = "but";
    mill_text list = lexicon_text();
    bool own = path[0] != '\0';
    if (own && mill_setup_read_file(setup, path, &list) != MILL_OK) return MILL_FAILED;
    uint32_t most =
        count_lines(list) + count_lines(boosters_text()) + count_lines(negations_text()) + 1;
    lexicon->entries = mill_setup_alloc(setup, most * sizeof *lexicon->entries);
    if (lexicon->entries == NULL || mill_words_open(&lexicon->words, setup, most) != MILL_OK)
        return MILL_FAILED;
    if (load_numbers(lexicon, setup, own ? path : "lexicon.txt", list, ROLE_VALENCE) != MILL_OK ||
        load_numbers(lexicon, setup, "boosters.txt", boosters_text(), ROLE_BOOSTER) != MILL_OK)
        return MILL_FAILED;
    load_words(lexicon, negations_text(), ROLE_NEGATION);
    put_word(lexicon, (mill_text){contrast, 3}, 0, ROLE_CONTRAST);
    return MILL_OK;
}
