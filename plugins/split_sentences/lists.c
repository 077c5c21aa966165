/* lists - see lists.h. A line of abbreviations.txt is a word and its kind; a line of
 * neighbours.txt is a class and the words of it.
 */
#include "lists.h"

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
    {"rank", NEIGHBOUR_RANK},         {"field", NEIGHBOUR_FIELD},
    {"weekday", NEIGHBOUR_WEEKDAY},
};

static int32_t value_named(const name_of *names, size_t count, mill_text name)
{
    for (size_t i = 0; i < count; i++)
        if (mill_text_is(name, names[i].name)) return names[i].value;
    return KIND_NONE;
}

uint32_t lists_count_words(mill_text list)
{
    uint32_t count = 0;
    bool inside = false;
    for (size_t i = 0; i < list.length; i++) {
        bool word = !mill_is_blank(list.data[i]) && list.data[i] != '\n';
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
    if (mill_words_open(&lists->neighbours, setup, lists_count_words(lines.rest)) != MILL_OK)
        return MILL_FAILED;
    while (mill_lines_next(&lines, &line)) {
        int32_t class = value_named(classes, MILL_COUNT(classes), mill_lines_word(&line));
        for (mill_text word = mill_lines_word(&line); word.length > 0;
             word = mill_lines_word(&line)) {
            unsigned known = lists_neighbour(lists, word.data, word.length);
            mill_words_add(&lists->neighbours, word.data, word.length, class | (int32_t)known);
        }
    }
    return MILL_OK;
}

static bool is_letter(char byte)
{
    return (unsigned char)((byte | 0x20) - 'a') < 26;
}

static unsigned count_last_letters(mill_text word)
{
    unsigned letters = 0;
    while (letters < word.length && is_letter(word.data[word.length - 1 - letters])) letters++;
    return letters;
}

/* Makes an abbreviation known to lists_short_abbreviation, if it is a short word. */
static void note_short(word_lists *lists, mill_text word, int32_t value)
{
    char window[8] = {0};
    unsigned letters = count_last_letters(word);
    lists->has_long |= letters > SHORT_MAX;
    if (letters == 0 || letters != word.length || letters > SHORT_MAX) return;
    memcpy(window + sizeof window - letters, word.data, letters);
    uint64_t key = short_word_key(window + sizeof window, letters);
    *short_words_place(&lists->short_abbreviations, key) = key | (uint64_t)value;
}

static mill_status open_short(short_words *words, mill_setup *setup, uint32_t capacity)
{
    unsigned bits = 4;
    while (bits < 30 && UINT32_C(1) << bits < 2 * (uint64_t)capacity) bits++;
    words->shift = 64 - bits;
    words->places = mill_setup_alloc(setup, sizeof *words->places << bits);
    return words->places != NULL ? MILL_OK : MILL_FAILED;
}

/* Takes the last stop of a word off. */
static mill_text without_stop(mill_text word)
{
    if (word.length > 1 && word.data[word.length - 1] == '.') word.length--;
    return word;
}

static void put_abbreviation(void *taker, mill_text word, abbreviation_kind kind)
{
    word_lists *lists = taker;
    int32_t value = (int32_t)kind;
    bool capital = word.data[0] >= 'A' && word.data[0] <= 'Z';
    int32_t known = mill_words_find(&lists->abbreviations, word.data, word.length);
    int32_t small = !capital ? value : known == MILL_WORD_ABSENT ? KIND_NONE : known & KIND_MASK;
    value = small | value << CAPITAL_SHIFT;
    mill_words_add(&lists->abbreviations, word.data, word.length, value);
    note_short(lists, word, value);
}

/* Reads a line; KIND_NONE takes the word away. Returns what is wrong with the line, or NULL. */
static const char *read_line(mill_text line, mill_text *word, int32_t *kind)
{
    bool removed = line.data[0] == '-';
    line.data += removed;
    line.length -= removed;
    *word = without_stop(mill_lines_word(&line));
    if (word->length == 0) return "'-' without a word; write -WORD to take it away";
    mill_text name = mill_lines_word(&line);
    *kind = name.length > 0 ? value_named(kinds, MILL_COUNT(kinds), name)
            : removed       ? KIND_NONE
                            : KIND_STARTER;
    bool known = removed ? name.length == 0 : *kind != KIND_NONE;
    if (known && mill_lines_word(&line).length == 0) return NULL;
    return "not an abbreviation and its kind; write WORD, WORD KIND or -WORD, KIND being title, "
           "latin, month, state, place, acronym, company, time, unit or number";
}

mill_status abbreviations_read(const abbreviation_list *list, mill_setup *setup,
                               abbreviation_taker *take, void *taker)
{
    mill_lines lines = {list->text, 0};
    mill_text line, word;
    int32_t kind;
    while (mill_lines_next(&lines, &line)) {
        const char *wrong = read_line(line, &word, &kind);
        if (wrong != NULL)
            return mill_setup_fail(setup, "%s:%u: %s", list->path, lines.number, wrong);
        take(taker, word, (abbreviation_kind)kind);
    }
    return MILL_OK;
}

mill_status lists_open(word_lists *lists, mill_setup *setup, const abbreviation_list *own)
{
    const abbreviation_list built_in = {"abbreviations.txt", abbreviations_text()};
    uint32_t words = lists_count_words(built_in.text) + lists_count_words(own->text);
    if (mill_words_open(&lists->abbreviations, setup, words) != MILL_OK) return MILL_FAILED;
    if (open_short(&lists->short_abbreviations, setup, words) != MILL_OK) return MILL_FAILED;
    if (load_neighbours(lists, setup) != MILL_OK) return MILL_FAILED;
    if (abbreviations_read(&built_in, setup, put_abbreviation, lists) != MILL_OK)
        return MILL_FAILED;
    return abbreviations_read(own, setup, put_abbreviation, lists);
}

abbreviation_kind lists_abbreviation(const word_lists *lists, const char *word, size_t length)
{
    int32_t value = mill_words_find(&lists->abbreviations, word, length);
    if (value == MILL_WORD_ABSENT) return KIND_NONE;
    bool small = *word >= 'a' && *word <= 'z';
    return (abbreviation_kind)(value >> (small ? 0 : CAPITAL_SHIFT) & KIND_MASK);
}
