/* lexicon_build - see lexicon_build.h. A later entry for a word takes the place of an earlier one
 * of the same lexicon, so that the small lists, which are added last, win over any lexicon.
 */
#include "lexicon_build.h"

#include "spelling.h"

#define LEXICONS_MAX 16

MILL_EMBEDDED(boosters)
MILL_EMBEDDED(negations)

/* ---- The table ----------------------------------------------------------------------------- */

static uint64_t hash_of(mill_text word)
{
    return lexicon_hash(lexicon_head(word.data, word.length), word.length);
}

/* Returns the entry of a word, made if there is none, without a word to the filter. */
static lexicon_entry *put_entry(lexicon_builder *builder, mill_text word, uint64_t hash)
{
    uint32_t place = lexicon_find_place(&builder->lexicon, hash, word.data, word.length);
    lexicon_entry *entry = &builder->places[place];
    if (entry->length > 0) return entry;
    entry->head = lexicon_head(word.data, word.length);
    entry->length = (uint8_t)word.length;
    memcpy(builder->words + builder->words_end, word.data, word.length);
    builder->wholes[place] = builder->words_end;
    builder->words_end += (uint32_t)word.length;
    return entry;
}

lexicon_entry *lexicon_put(lexicon_builder *builder, mill_text word)
{
    uint64_t hash = hash_of(word);
    filter_add_meaning(builder->filter, hash);
    return put_entry(builder, word, hash);
}

/* Makes room for so many words, and for so many bytes in them. */
static mill_status open_table(lexicon_builder *builder, mill_setup *setup, uint32_t words,
                              size_t bytes)
{
    uint32_t places = 1024;
    if (bytes > UINT32_MAX) return mill_setup_fail(setup, "lexicon: over 4 GB; shorten it");
    while (places / 2 < words) places *= 2;
    builder->places = mill_setup_alloc(setup, (places + 1) * sizeof *builder->places);
    builder->wholes = mill_setup_alloc(setup, places * sizeof *builder->wholes);
    builder->values = mill_setup_alloc(setup, places * sizeof *builder->values);
    builder->words = mill_setup_alloc(setup, bytes + MILL_PADDING);
    builder->filter = mill_setup_alloc(setup, sizeof *builder->filter);
    builder->words_end = 0;
    builder->lexicon = (word_lexicon){builder->places, builder->wholes, builder->words,
                                      builder->values, builder->filter, places - 1};
    return builder->places == NULL || builder->wholes == NULL || builder->values == NULL ||
                   builder->words == NULL || builder->filter == NULL
               ? MILL_FAILED
               : MILL_OK;
}

static void set_value(lexicon_builder *builder, lexicon_entry *entry, double value, word_role role)
{
    builder->values[entry - builder->places] = value;
    entry->value = (float)value;
    entry->role = (uint8_t)role;
}

/* Returns where the word ends that begins at `at`. */
static const char *find_word_end(const char *at, const char *end)
{
    const char *space = memchr(at, ' ', (size_t)(end - at));
    return space != NULL ? space : end;
}

/* Puts the beginnings of a phrase. */
static void put_beginnings(lexicon_builder *builder, mill_text phrase)
{
    const char *end = phrase.data + phrase.length, *stop = find_word_end(phrase.data, end);
    for (bool is_first = true; stop < end; is_first = false) {
        mill_text beginning = {phrase.data, (size_t)(stop - phrase.data)};
        const char *next = stop + 1;
        stop = find_word_end(next, end);
        uint64_t hash = hash_of(beginning);
        put_entry(builder, beginning, hash)->goes_on = true;
        if (is_first)
            filter_add_pair(builder->filter, hash,
                            hash_of((mill_text){next, (size_t)(stop - next)}));
        else
            filter_add_meaning(builder->filter, hash);
    }
}

/* ---- Lexicons ------------------------------------------------------------------------------ */

/* What is loaded: lists, of which a file of good words and the file of bad ones behind it are one
 * lexicon. */
typedef struct lexicon_files {
    word_list lists[LEXICONS_MAX];
    uint32_t lexicon_of[LEXICONS_MAX]; /* from 1 */
    uint32_t count;                    /* of lists */
    uint32_t lexicons;
    bool is_exact; /* words with capitals are left out, and no phrases are looked for */
} lexicon_files;

/* How much of an entry's value comes from the lexicon that had it last. */
typedef struct lexicon_part {
    double value;
    uint32_t lexicon;
} lexicon_part;

/* Tells whether the list behind those counted is the other half of the last one: good words and bad
 * ones, of which the last one is not already the second half. */
static bool is_other_half(const lexicon_files *files)
{
    uint32_t last = files->count - 1;
    if (files->count == 0 || files->lists[last].word_valence == 0 ||
        files->lists[last + 1].word_valence != -files->lists[last].word_valence)
        return false;
    return last == 0 || files->lexicon_of[last - 1] != files->lexicon_of[last];
}

static mill_status add_file(lexicon_files *files, mill_setup *setup, const char *path,
                            mill_text text)
{
    if (files->count == LEXICONS_MAX)
        return mill_setup_fail(setup, "lexicon: more than %d files; join some", LEXICONS_MAX);
    if (word_list_open(&files->lists[files->count], setup, path, text) != MILL_OK)
        return MILL_FAILED;
    if (!is_other_half(files)) files->lexicons++;
    files->lexicon_of[files->count++] = files->lexicons;
    return MILL_OK;
}

/* Opens the files of a list of paths. */
static mill_status add_files(lexicon_files *files, mill_setup *setup, const char *paths)
{
    for (size_t stop; *paths != '\0'; paths += stop + (paths[stop] == ',')) {
        mill_text text;
        stop = strcspn(paths, ",");
        char *path = mill_setup_alloc(setup, stop + 1);
        if (path == NULL) return MILL_FAILED;
        memcpy(path, paths, stop);
        if (mill_setup_read_file(setup, path, &text) != MILL_OK ||
            add_file(files, setup, path, text) != MILL_OK)
            return MILL_FAILED;
    }
    return MILL_OK;
}

static bool has_capital(mill_text word)
{
    for (size_t i = 0; i < word.length; i++)
        if ((unsigned)word.data[i] - 'A' < 26u) return true;
    return false;
}

static bool is_plain_word(mill_text word)
{
    for (size_t i = 0; i < word.length; i++)
        if (!is_plain(word.data[i])) return false;
    return true;
}

/* Returns the entry of a word of a list. A word that stands there to say that it means nothing is
 * like all those that no list has, but for the phrases that it begins. */
static lexicon_entry *put_listed(lexicon_builder *builder, mill_text word, double valence)
{
    if (valence == 0 && is_plain_word(word)) return put_entry(builder, word, hash_of(word));
    if (memchr(word.data, ' ', word.length) != NULL) put_beginnings(builder, word);
    return lexicon_put(builder, word);
}

/* Puts the words of a list into the table, with the list's share of their values. */
static void put_list(lexicon_builder *builder, const lexicon_files *files, uint32_t index,
                     lexicon_part *parts)
{
    const word_list *list = &files->lists[index];
    mill_text word;
    double valence;
    for (mill_lines lines = {list->text, 0}; word_list_next(list, &lines, &word, &valence);) {
        if (files->is_exact && has_capital(word)) continue;
        lexicon_entry *entry =
            files->is_exact ? lexicon_put(builder, word) : put_listed(builder, word, valence);
        size_t place = (size_t)(entry - builder->places);
        double rest = builder->values[place]; /* what other lexicons say */
        if (parts[place].lexicon == files->lexicon_of[index]) rest -= parts[place].value;
        parts[place] =
            (lexicon_part){valence * list->scale / files->lexicons, files->lexicon_of[index]};
        set_value(builder, entry, rest + parts[place].value, ROLE_VALENCE);
    }
}

/* Builds the table of some files, with room for `more` words. */
static mill_status put_files(lexicon_builder *builder, mill_setup *setup,
                             const lexicon_files *files, uint32_t more)
{
    size_t bytes = (size_t)more * WORD_MAX;
    for (uint32_t i = 0; i < files->count; i++) {
        more += files->lists[i].count + files->lists[i].beginnings;
        bytes += files->lists[i].bytes;
    }
    if (open_table(builder, setup, more, bytes) != MILL_OK) return MILL_FAILED;
    lexicon_part *parts =
        mill_setup_alloc(setup, ((size_t)builder->lexicon.mask + 1) * sizeof *parts);
    if (parts == NULL) return MILL_FAILED;
    for (uint32_t i = 0; i < files->count; i++) put_list(builder, files, i, parts);
    return MILL_OK;
}

/* ---- The small lists ----------------------------------------------------------------------- */

#define SMALL_LISTS 256 /* room for their words */

static mill_status put_boosters(lexicon_builder *builder, mill_setup *setup)
{
    word_list list;
    mill_text word;
    double value;
    if (word_list_open(&list, setup, "boosters.txt", boosters_text()) != MILL_OK)
        return MILL_FAILED;
    for (mill_lines lines = {list.text, 0}; word_list_next(&list, &lines, &word, &value);)
        set_value(builder, lexicon_put(builder, word), value, ROLE_BOOSTER);
    return MILL_OK;
}

static void put_negations(lexicon_builder *builder)
{
    mill_text word;
    for (mill_lines lines = {negations_text(), 0}; mill_lines_next(&lines, &word);)
        set_value(builder, lexicon_put(builder, word), 0, ROLE_NEGATION);
}

static mill_status put_files_and_small_lists(lexicon_builder *builder, mill_setup *setup,
                                             const lexicon_files *files)
{
    static const char contrast[16] = "but";
    if (put_files(builder, setup, files, SMALL_LISTS) != MILL_OK ||
        put_boosters(builder, setup) != MILL_OK)
        return MILL_FAILED;
    put_negations(builder);
    set_value(builder, lexicon_put(builder, (mill_text){contrast, 3}), 0, ROLE_CONTRAST);
    return MILL_OK;
}

/* ---- What is built ------------------------------------------------------------------------- */

mill_status lexicon_build(lexicon_builder *builder, mill_setup *setup, const char *paths)
{
    lexicon_files files = {.count = 0};
    if (add_files(&files, setup, paths) != MILL_OK) return MILL_FAILED;
    return put_files_and_small_lists(builder, setup, &files);
}

mill_status lexicon_build_own(lexicon_builder *builder, mill_setup *setup, mill_text judged,
                              mill_text learned)
{
    lexicon_files files = {.count = 0};
    if (add_file(&files, setup, "lexicon.txt", judged) != MILL_OK ||
        add_file(&files, setup, "learned.txt", learned) != MILL_OK)
        return MILL_FAILED;
    files.lexicon_of[1] = files.lexicons = 1;
    return put_files_and_small_lists(builder, setup, &files);
}

mill_status lexicon_build_exactly(lexicon_builder *builder, mill_setup *setup, const char *paths,
                                  uint32_t more)
{
    lexicon_files files = {.is_exact = true};
    if (add_files(&files, setup, paths) != MILL_OK) return MILL_FAILED;
    return put_files(builder, setup, &files, more);
}
