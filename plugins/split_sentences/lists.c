/* lists - see lists.h. A line of abbreviations.txt is a word and its kind; a line of
 * neighbours.txt is a class and the words of it. An abbreviation's value in the map is its kind in
 * small letters and, shifted, its kind with a capital: "Sat." must not protect "sat.".
 */
#include "lists.h"

#define CAPITAL_SHIFT 4
#define KIND_MASK     15

MILL_EMBEDDED(abbreviations)
MILL_EMBEDDED(neighbours)

typedef struct name_of {
    const char *name;
    int32_t value;
} name_of;

static const name_of kinds[] = {
    {"title", KIND_NEVER},     {"latin", KIND_NEVER},     {"month", KIND_STARTER},
    {"place", KIND_STARTER},   {"acronym", KIND_STARTER}, {"state", KIND_STATE},
    {"company", KIND_COMPANY}, {"time", KIND_TIME},       {"unit", KIND_PLAIN},
    {"number", KIND_PLAIN},
};

static const name_of classes[] = {
    {"starter", NEIGHBOUR_STARTER},   {"company", NEIGHBOUR_COMPANY},
    {"time", NEIGHBOUR_TIME},         {"saying", NEIGHBOUR_SAYING},
    {"lettered", NEIGHBOUR_LETTERED}, {"particle", NEIGHBOUR_PARTICLE},
    {"numbered", NEIGHBOUR_NUMBERED}, {"exclaimed", NEIGHBOUR_EXCLAIMED},
    {"label", NEIGHBOUR_LABEL},       {"closing", NEIGHBOUR_CLOSING},
    {"dating", NEIGHBOUR_DATING},     {"opener", NEIGHBOUR_OPENER},
    {"rank", NEIGHBOUR_RANK},
};

static int32_t value_named(const name_of *names, size_t count, mill_text name)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(names[i].name) == name.length &&
            memcmp(names[i].name, name.data, name.length) == 0)
            return names[i].value;
    return KIND_NONE;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* Takes the next word off the front of a line; empty at its end. */
static mill_text take_word(mill_text *line)
{
    size_t begin = 0;
    while (begin < line->length && is_blank(line->data[begin])) begin++;
    size_t end = begin;
    while (end < line->length && !is_blank(line->data[end])) end++;
    mill_text word = {line->data + begin, end - begin};
    line->data += end;
    line->length -= end;
    return word;
}

/* Counts what stands between white space; comments too, so it is a little more than is needed. */
static uint32_t count_words(mill_text list)
{
    uint32_t count = 0;
    bool inside = false;
    for (size_t i = 0; i < list.length; i++) {
        bool word = !is_blank(list.data[i]) && list.data[i] != '\n';
        count += word && !inside;
        inside = word;
    }
    return count;
}

/* Loads the built-in list; the case files would show a class that is misspelt. */
static mill_status load_neighbours(word_lists *lists, mill_setup *setup)
{
    mill_lines lines = {neighbours_text(), 0};
    mill_text line;
    if (mill_words_open(&lists->neighbours, setup, count_words(lines.rest)) != MILL_OK)
        return MILL_FAILED;
    while (mill_lines_next(&lines, &line)) {
        int32_t class = value_named(classes, MILL_COUNT(classes), take_word(&line));
        for (mill_text word = take_word(&line); word.length > 0; word = take_word(&line)) {
            unsigned known = lists_neighbour(lists, word.data, word.length);
            mill_words_add(&lists->neighbours, word.data, word.length, class | (int32_t)known);
        }
    }
    return MILL_OK;
}

static void note_ending(word_lists *lists, mill_text word)
{
    unsigned letters = 0;
    while (letters < word.length && letters < LONG_RUN &&
           (unsigned char)((word.data[word.length - 1 - letters] | 0x20) - 'a') < 26)
        letters++;
    if (letters == LONG_RUN)
        lists->long_run = true;
    else if (letters > 1)
        lists->endings[ending_of(word.data + word.length)] |= (unsigned short)(1u << letters);
}

/* Adds or, with kind 0, takes away an abbreviation that may be written with its last stop. */
static void put_abbreviation(word_lists *lists, mill_text word, int32_t kind)
{
    bool capital = word.data[0] >= 'A' && word.data[0] <= 'Z';
    if (word.length > 1 && word.data[word.length - 1] == '.') word.length--;
    int32_t known = mill_words_find(&lists->abbreviations, word.data, word.length);
    int32_t small = !capital ? kind : known == MILL_WORD_ABSENT ? KIND_NONE : known & KIND_MASK;
    mill_words_add(&lists->abbreviations, word.data, word.length, small | kind << CAPITAL_SHIFT);
    note_ending(lists, word);
}

/* One line: WORD, or WORD KIND, or -WORD. */
static mill_status load_line(word_lists *lists, mill_setup *setup, const char *path,
                             unsigned number, mill_text line)
{
    bool removed = line.data[0] == '-';
    if (removed) {
        line.data++;
        line.length--;
    }
    mill_text word = take_word(&line);
    mill_text kind = take_word(&line);
    if (word.length == 0)
        return mill_setup_fail(setup, "%s:%u: '-' without a word; write -WORD to take it away",
                               path, number);
    int32_t value = KIND_STARTER;
    if (kind.length > 0) value = value_named(kinds, MILL_COUNT(kinds), kind);
    if (value == KIND_NONE || take_word(&line).length > 0 || (removed && kind.length > 0))
        return mill_setup_fail(setup,
                               "%s:%u: not an abbreviation and its kind; write WORD, WORD KIND or "
                               "-WORD, KIND being title, latin, month, state, place, acronym, "
                               "company, time, unit or number",
                               path, number);
    put_abbreviation(lists, word, removed ? KIND_NONE : value);
    return MILL_OK;
}

static mill_status load_abbreviations(word_lists *lists, mill_setup *setup, const char *path,
                                      mill_text list)
{
    mill_lines lines = {list, 0};
    mill_text line;
    while (mill_lines_next(&lines, &line))
        if (load_line(lists, setup, path, lines.number, line) != MILL_OK) return MILL_FAILED;
    return MILL_OK;
}

mill_status lists_open(word_lists *lists, mill_setup *setup, const char *path)
{
    mill_text own = {NULL, 0};
    if (path[0] != '\0' && mill_setup_read_file(setup, path, &own) != MILL_OK) return MILL_FAILED;
    uint32_t words = count_words(abbreviations_text()) + count_words(own);
    if (mill_words_open(&lists->abbreviations, setup, words) != MILL_OK) return MILL_FAILED;
    if (load_neighbours(lists, setup) != MILL_OK) return MILL_FAILED;
    if (load_abbreviations(lists, setup, "abbreviations.txt", abbreviations_text()) != MILL_OK)
        return MILL_FAILED;
    return own.length == 0 ? MILL_OK : load_abbreviations(lists, setup, path, own);
}

abbreviation_kind lists_abbreviation(const word_lists *lists, const char *word, size_t length)
{
    int32_t value = mill_words_find(&lists->abbreviations, word, length);
    if (value == MILL_WORD_ABSENT) return KIND_NONE;
    bool small = *word >= 'a' && *word <= 'z';
    return (abbreviation_kind)(value >> (small ? 0 : CAPITAL_SHIFT) & KIND_MASK);
}
