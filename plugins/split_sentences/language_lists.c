/* language_lists - see language_lists.h. The lists are built in; a case of the case files fails
 * where a class is misspelt.
 */
#include "language_lists.h"

static const struct {
    const char *name;
    int32_t class;
} classes[] = {
    {"never", WORD_NEVER},     {"maybe", WORD_MAYBE},     {"number", WORD_NUMBER},
    {"ordinal", WORD_ORDINAL}, {"starter", WORD_STARTER}, {"goes_on", WORD_GOES_ON},
    {"saying", WORD_SAYING},
};

/* Takes the next word off the front of a line; empty at its end. */
static mill_text take_word(mill_text *line)
{
    size_t begin = 0, end;
    while (begin < line->length && mill_is_blank(line->data[begin])) begin++;
    for (end = begin; end < line->length && !mill_is_blank(line->data[end]);) end++;
    mill_text word = {line->data + begin, end - begin};
    *line = (mill_text){line->data + end, line->length - end};
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

mill_status language_list_open(mill_words *words, mill_setup *setup, mill_text list)
{
    mill_lines lines = {list, 0};
    mill_text line;
    uint32_t blanks = 1;
    for (size_t i = 0; i < list.length; i++) blanks += list.data[i] == ' ' || list.data[i] == '\n';
    if (mill_words_open(words, setup, blanks) != MILL_OK) return MILL_FAILED;
    while (mill_lines_next(&lines, &line)) {
        int32_t class = class_named(take_word(&line));
        for (mill_text word = take_word(&line); word.length > 0; word = take_word(&line))
            mill_words_add(words, word.data, word.length,
                           class | (int32_t)language_word(words, word));
    }
    return MILL_OK;
}
