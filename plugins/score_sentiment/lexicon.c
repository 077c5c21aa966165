/* lexicon - see lexicon.h. The built-in table is made while textmill is built (tables/lexicon.c),
 * so that opening it costs nothing and all processes share its pages.
 */
#include "lexicon.h"
#include "lexicon_build.h"

extern const built_in_lexicon _binary_lexicon_table_start;

mill_status lexicon_open(word_lexicon *lexicon, mill_setup *setup, const char *paths)
{
    const built_in_lexicon *own = &_binary_lexicon_table_start;
    lexicon_builder builder;
    if (paths[0] == '\0') {
        *lexicon = (word_lexicon){own->places, own->wholes,  own->words,
                                  NULL,        &own->filter, LEXICON_PLACES - 1};
        return MILL_OK;
    }
    if (lexicon_build(&builder, setup, paths) != MILL_OK) return MILL_FAILED;
    *lexicon = builder.lexicon;
    return MILL_OK;
}

const lexicon_entry *lexicon_find(const word_lexicon *lexicon, const char *word, size_t length)
{
    if (length == 0 || length > WORD_MAX) return NULL;
    uint64_t hash = lexicon_hash(lexicon_head(word, length), length);
    word_kinds kinds = filter_look(lexicon->filter, hash);
    if ((kinds.meaning | kinds.first) == 0) return NULL;
    return lexicon_find_hashed(lexicon, hash, word, length);
}

const lexicon_entry *lexicon_find_hashed(const word_lexicon *lexicon, uint64_t hash,
                                         const char *word, size_t length)
{
    const lexicon_entry *entry = &lexicon->places[lexicon_find_place(lexicon, hash, word, length)];
    return entry->length == 0 ? NULL : entry;
}
