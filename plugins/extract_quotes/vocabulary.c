/* vocabulary - see vocabulary.h. All lists have one form, so one loop reads them. */
#include "vocabulary.h"

MILL_EMBEDDED(cues)
MILL_EMBEDDED(titles)
MILL_EMBEDDED(first_names)
MILL_EMBEDDED(not_names)
MILL_EMBEDDED(grammar)

typedef struct class_name {
    const char *name;
    int32_t class;
} class_name;

static const class_name classes[] = {
    {"cue", WORD_CUE},
    {"tell", WORD_TELL},
    {"naming", WORD_NAMING},
    {"title", WORD_TITLE},
    {"man", WORD_MAN},
    {"woman", WORD_WOMAN},
    {"other", WORD_OTHER},
    {"time", WORD_TIME},
    {"organisation", WORD_ORGANISATION},
    {"pronoun", WORD_PRONOUN},
    {"he", WORD_HE},
    {"she", WORD_SHE},
    {"determiner", WORD_DETERMINER},
    {"preposition", WORD_PREPOSITION},
    {"helper", WORD_HELPER},
    {"conjunction", WORD_CONJUNCTION},
    {"relative", WORD_RELATIVE},
    {"particle", WORD_PARTICLE},
    {"suffix", WORD_SUFFIX},
};

mill_text vocabulary_take_word(mill_text *line)
{
    while (line->length > 0 && mill_is_blank(*line->data)) {
        line->data++;
        line->length--;
    }
    mill_text word = {line->data, 0};
    while (word.length < line->length && !mill_is_blank(word.data[word.length])) word.length++;
    line->data += word.length;
    line->length -= word.length;
    return word;
}

static int32_t class_named(mill_text name)
{
    for (size_t i = 0; i < MILL_COUNT(classes); i++)
        if (strlen(classes[i].name) == name.length &&
            memcmp(classes[i].name, name.data, name.length) == 0)
            return classes[i].class;
    return 0;
}

/* Adds the words of a list. Returns false at a class that nobody knows. */
static bool add_list(mill_words *words, mill_text list)
{
    mill_lines lines = {list, 0};
    mill_text line;
    while (mill_lines_next(&lines, &line)) {
        int32_t class = class_named(vocabulary_take_word(&line));
        if (class == 0) return false;
        for (mill_text word = vocabulary_take_word(&line); word.length > 0;
             word = vocabulary_take_word(&line)) {
            int32_t known = mill_words_find(words, word.data, word.length);
            int32_t set = known == MILL_WORD_ABSENT ? class : known | class;
            if (!mill_words_add(words, word.data, word.length, set)) return false;
        }
    }
    return true;
}

/* Counts what stands between white space: a little more than there are words. */
static uint32_t count_words(mill_text list)
{
    uint32_t count = 0;
    for (size_t i = 1; i < list.length; i++)
        count += (unsigned char)list.data[i] > ' ' && (unsigned char)list.data[i - 1] <= ' ';
    return count + 1;
}

mill_status vocabulary_open(vocabulary *known, mill_setup *setup)
{
    const mill_text lists[] = {cues_text(), titles_text(), first_names_text(), not_names_text(),
                               grammar_text()};
    uint32_t capacity = 0;
    for (size_t i = 0; i < MILL_COUNT(lists); i++) capacity += count_words(lists[i]);
    if (mill_words_open(&known->words, setup, capacity) != MILL_OK) return MILL_FAILED;
    for (size_t i = 0; i < MILL_COUNT(lists); i++)
        if (!add_list(&known->words, lists[i]))
            return mill_setup_fail(setup, "a built-in word list has a line without a known class; "
                                          "install textmill again");
    return MILL_OK;
}
