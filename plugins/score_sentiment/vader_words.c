/* vader_words - see vader_words.h. */
#include "vader_words.h"
#include "lexicon_build.h"

MILL_EMBEDDED(vader_boosters)
MILL_EMBEDDED(vader_negations)

#define OWN_WORDS 256u /* room for them */

/* In rows of 16 bytes, because that many must be readable of every word. */
static const char special_words[SPECIAL_WORDS][16] = {
    "",      "no",    "or",   "nor",     "kind",  "of",      "least", "at",     "very",
    "never", "so",    "this", "without", "doubt", "but",     "sort",  "just",   "enough",
    "the",   "shit",  "bomb", "bad",     "ass",   "bus",     "stop",  "yeah",   "right",
    "kiss",  "death", "to",   "die",     "for",   "beating", "heart", "broken",
};

const word_sequence vader_idioms[VADER_IDIOMS] = {
    {{THE, SHIT}, 3},    {{THE, BOMB}, 3},        {{BAD, ASS}, 1.5},
    {{BUS, STOP}, 0},    {{YEAH, RIGHT}, -2},     {{KISS, OF, DEATH}, -1.5},
    {{TO, DIE, FOR}, 3}, {{BEATING, HEART}, 3.1}, {{BROKEN, HEART}, -2.9},
};

const word_sequence vader_weakeners[VADER_WEAKENERS] = {
    {{KIND, OF}, -0.293},
    {{SORT, OF}, -0.293},
    {{JUST, ENOUGH}, -0.293},
};

static void add_role(lexicon_builder *words, mill_text word, unsigned role)
{
    lexicon_entry *entry = lexicon_put(words, word);
    entry->role = (uint8_t)(entry->role | role);
}

mill_status vader_words_open(word_lexicon *words, mill_setup *setup, const char *lexicon)
{
    lexicon_builder builder;
    word_list list;
    mill_text word;
    double value;
    if (lexicon_build_exactly(&builder, setup, lexicon, OWN_WORDS) != MILL_OK ||
        word_list_open(&list, setup, "vader_boosters.txt", vader_boosters_text()) != MILL_OK)
        return MILL_FAILED;
    for (mill_lines lines = {list.text, 0}; word_list_next(&list, &lines, &word, &value);)
        add_role(&builder, word, value > 0 ? STRENGTHENS : WEAKENS);
    for (mill_lines lines = {vader_negations_text(), 0}; mill_lines_next(&lines, &word);)
        add_role(&builder, word, NEGATES);
    for (unsigned i = 1; i < SPECIAL_WORDS; i++) {
        word = (mill_text){special_words[i], strlen(special_words[i])};
        lexicon_put(&builder, word)->special = (uint8_t)i;
    }
    *words = builder.lexicon;
    return MILL_OK;
}
