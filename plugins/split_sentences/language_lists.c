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

static int32_t class_named(mill_text name)
{
    for (size_t i = 0; i < MILL_COUNT(classes); i++)
        if (mill_text_is(name, classes[i].name)) return classes[i].class;
    return 0;
}

/* An abbreviation of the user's own, by its kind; the other classes of the word stay. */
static void put_abbreviation(void *taker, mill_text word, abbreviation_kind kind)
{
    const int32_t abbreviation = WORD_NEVER | WORD_MAYBE | WORD_NUMBER;
    mill_words *words = taker;
    int32_t class = kind == KIND_NONE    ? 0
                    : kind == KIND_NEVER ? WORD_NEVER
                    : kind == KIND_PLAIN ? WORD_NUMBER
                                         : WORD_MAYBE;
    int32_t others = (int32_t)language_word(words, word) & ~abbreviation;
    mill_words_add(words, word.data, word.length, class | others);
}

mill_status language_list_open(mill_words *words, mill_setup *setup, mill_text list,
                               const abbreviation_list *own)
{
    mill_lines lines = {list, 0};
    mill_text line;
    uint32_t count = lists_count_words(list) + lists_count_words(own->text);
    if (mill_words_open(words, setup, count) != MILL_OK) return MILL_FAILED;
    while (mill_lines_next(&lines, &line)) {
        int32_t class = class_named(mill_lines_word(&line));
        for (mill_text word = mill_lines_word(&line); word.length > 0;
             word = mill_lines_word(&line))
            mill_words_add(words, word.data, word.length,
                           class | (int32_t)language_word(words, word));
    }
    return abbreviations_read(own, setup, put_abbreviation, words);
}
