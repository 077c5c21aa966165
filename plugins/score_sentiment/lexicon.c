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

static bool same_spelling(const char *left, const char *right, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!mill_same_letter((unsigned char)left[i], (unsigned char)right[i])) return false;
    return true;
}

/* Returns the place of a word, or the free place where it belongs. */
static lexicon_entry *find_place(const word_lexicon *lexicon, const char *word, size_t length)
{
    uint64_t key[2];
    lexicon_key(word, length, key);
    for (uint32_t at = lexicon_start(lexicon, lexicon_hash(word, length));;
         at = (at + 1) & lexicon->mask) {
        lexicon_entry *entry = lexicon->places + at;
        if (entry->length == 0) return entry;
        if (entry->key[0] == key[0] && entry->key[1] == key[1] && entry->length == length &&
            same_spelling(entry->whole, word, length))
            return entry;
    }
}

const lexicon_entry *lexicon_find(const word_lexicon *lexicon, const char *word, size_t length)
{
    if (length == 0 || length > LEXICON_WORD_MAX ||
        lexicon_passes(lexicon->filter, lexicon_hash(word, length)) == 0)
        return NULL;
    const lexicon_entry *entry = find_place(lexicon, word, length);
    return entry->length == 0 ? NULL : entry;
}

/* Returns the entry of a word, which is made if there is none. */
static lexicon_entry *take_place(word_lexicon *lexicon, const char *word, size_t length)
{
    lexicon_entry *entry = find_place(lexicon, word, length);
    if (entry->length > 0) return entry;
    uint64_t hash = lexicon_hash(word, length);
    lexicon->filter[hash >> 36 & (FILTER_BITS / 64 - 1)] |=
        UINT64_C(1) << (hash >> 30 & 63) | UINT64_C(1) << (hash >> 24 & 63);
    lexicon_key(word, length, entry->key);
    entry->whole = word;
    entry->length = (uint8_t)length;
    return entry;
}

/* Notes at the first word of a phrase that it begins one. */
static void announce_phrase(word_lexicon *lexicon, mill_text phrase)
{
    const char *space = memchr(phrase.data, ' ', phrase.length);
    uint8_t words = 1;
    if (space == NULL || space == phrase.data) return;
    for (size_t i = 0; i < phrase.length; i++) words = (uint8_t)(words + (phrase.data[i] == ' '));
    lexicon_entry *first = take_place(lexicon, phrase.data, (size_t)(space - phrase.data));
    if (first->phrase_words < words) first->phrase_words = words;
}

static void put_word(word_lexicon *lexicon, mill_text word, double value, word_role role)
{
    lexicon_entry *entry = take_place(lexicon, word.data, word.length);
    entry->value = (float)value;
    entry->role = (uint8_t)role;
    announce_phrase(lexicon, word);
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

/* Makes room for the entries of so many lines: a phrase takes two at most. */
static mill_status open_table(word_lexicon *lexicon, mill_setup *setup, uint32_t lines)
{
    uint32_t places = 1024;
    while (places / 3 < lines) places *= 2;
    lexicon->places = mill_setup_alloc(setup, places * sizeof *lexicon->places);
    lexicon->mask = places - 1;
    return lexicon->places == NULL ? MILL_FAILED : MILL_OK;
}

mill_status lexicon_open(word_lexicon *lexicon, mill_setup *setup, const char *path)
{
    static const char contrast[16] = "but";
    mill_text list = lexicon_text();
    bool own = path[0] != '\0';
    if (own && mill_setup_read_file(setup, path, &list) != MILL_OK) return MILL_FAILED;
    uint32_t most =
        count_lines(list) + count_lines(boosters_text()) + count_lines(negations_text()) + 1;
    if (open_table(lexicon, setup, most) != MILL_OK) return MILL_FAILED;
    if (load_numbers(lexicon, setup, own ? path : "lexicon.txt", list, ROLE_VALENCE) != MILL_OK ||
        load_numbers(lexicon, setup, "boosters.txt", boosters_text(), ROLE_BOOSTER) != MILL_OK)
        return MILL_FAILED;
    load_words(lexicon, negations_text(), ROLE_NEGATION);
    put_word(lexicon, (mill_text){contrast, 3}, 0, ROLE_CONTRAST);
    return MILL_OK;
}
