/* word_list - see word_list.h. A list is read twice: first every line is checked, then it is used.
 */
#include "word_list.h"

#define VALENCE_MAX   4.0
#define VALENCE_LIMIT 10.0 /* beyond it a number is a mistake */
#define WORD_VALENCE  2.0
#define DIGITS_MAX    15 /* that many are exact in a double */

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
        if (byte < '0' || byte > '9' || ++digits > DIGITS_MAX) return false;
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

/* Tells whether the last part of a path holds a word. */
static bool is_named(const char *path, const char *word)
{
    const char *slash = strrchr(path, '/');
    return strstr(slash != NULL ? slash + 1 : path, word) != NULL;
}

/* A file of words alone has no tab in it. */
static double find_word_valence(const char *path, mill_text text)
{
    if (memchr(text.data, '\t', text.length) != NULL) return 0;
    return is_named(path, "positive")   ? WORD_VALENCE
           : is_named(path, "negative") ? -WORD_VALENCE
                                        : 0;
}

/* Steps to the next line that is an entry; returns false at the end. `is_number`: its valence is
 * one. */
static bool next_line(const word_list *list, mill_lines *lines, mill_text *word, double *valence,
                      bool *is_number)
{
    mill_text line;
    do
        if (!mill_lines_next(lines, &line)) return false;
    while (list->word_valence != 0 && *line.data == ';');
    *word = trim(mill_lines_column(&line));
    *valence = list->word_valence;
    *is_number = list->word_valence != 0 || parse_decimal(trim(mill_lines_column(&line)), valence);
    return true;
}

static uint32_t count_spaces(mill_text word)
{
    uint32_t count = 0;
    for (size_t i = 0; i < word.length; i++) count += word.data[i] == ' ';
    return count;
}

mill_status word_list_open(word_list *list, mill_setup *setup, const char *path, mill_text text)
{
    mill_text word;
    double valence, most = 0;
    bool is_number;
    *list = (word_list){path, text, find_word_valence(path, text), 1, 0, 0, 0};
    for (mill_lines lines = {text, 0}; next_line(list, &lines, &word, &valence, &is_number);) {
        if (word.length > WORD_MAX)
            return mill_setup_fail(setup, "%s:%u: the word is longer than %d bytes; shorten it",
                                   path, lines.number, WORD_MAX);
        if (word.length == 0 || !is_number || valence < -VALENCE_LIMIT || valence > VALENCE_LIMIT)
            return mill_setup_fail(setup,
                                   "%s:%u: '%.*s' is not followed by its valence; write the word, "
                                   "a tab and a number from -10 to 10",
                                   path, lines.number, (int)word.length, word.data);
        if (valence > most || -valence > most) most = valence < 0 ? -valence : valence;
        list->count++;
        list->beginnings += count_spaces(word);
        list->bytes += word.length * (1 + count_spaces(word));
    }
    if (most > VALENCE_MAX) list->scale = VALENCE_MAX / most;
    return MILL_OK;
}

bool word_list_next(const word_list *list, mill_lines *lines, mill_text *word, double *valence)
{
    bool is_number;
    return next_line(list, lines, word, valence, &is_number);
}
