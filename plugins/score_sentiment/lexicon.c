/* lexicon - see lexicon.h. A later entry for a word takes the place of an earlier one of the same
 * lexicon, so that the small lists, which are loaded last, win over any lexicon.
 */
#include "lexicon.h"

#include "spelling.h"

#define LEXICONS_MAX 16

MILL_EMBEDDED(lexicon)
MILL_EMBEDDED(learned)
MILL_EMBEDDED(boosters)
MILL_EMBEDDED(negations)

/* ---- The table ----------------------------------------------------------------------------- */

static uint64_t hash_of(const char *word, size_t length)
{
    return lexicon_hash(lexicon_head(word, length), length);
}

static bool same_spelling(const char *left, const char *right, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!mill_same_letter((unsigned char)left[i], (unsigned char)right[i])) return false;
    return true;
}

/* Returns the place of a word, or the free place where it belongs. */
static lexicon_entry *find_place(const word_lexicon *lexicon, uint64_t hash, const char *word,
                                 size_t length)
{
    uint64_t head = lexicon_head(word, length);
    for (uint32_t at = lexicon_start(lexicon, hash);; at = (at + 1) & lexicon->mask) {
        lexicon_entry *entry = lexicon->places + at;
        if (entry->length == 0) return entry;
        if (entry->head == head && entry->length == length &&
            same_spelling(lexicon->details[at].whole, word, length))
            return entry;
    }
}

const lexicon_entry *lexicon_find(const word_lexicon *lexicon, const char *word, size_t length)
{
    if (length == 0 || length > WORD_MAX) return NULL;
    uint64_t hash = hash_of(word, length);
    word_kinds kinds = filter_look(&lexicon->filter, hash);
    if ((kinds.meaning | kinds.first) == 0) return NULL;
    return lexicon_find_hashed(lexicon, hash, word, length);
}

const lexicon_entry *lexicon_find_hashed(const word_lexicon *lexicon, uint64_t hash,
                                         const char *word, size_t length)
{
    const lexicon_entry *entry = find_place(lexicon, hash, word, length);
    return entry->length == 0 ? NULL : entry;
}

/* Returns the entry of a word, made if there is none, without a word to the filter. */
static lexicon_entry *put_entry(word_lexicon *lexicon, mill_text word, uint64_t hash)
{
    lexicon_entry *entry = find_place(lexicon, hash, word.data, word.length);
    if (entry->length > 0) return entry;
    entry->head = lexicon_head(word.data, word.length);
    entry->length = (uint8_t)word.length;
    lexicon->details[entry - lexicon->places].whole = word.data;
    return entry;
}

lexicon_entry *lexicon_put(word_lexicon *lexicon, mill_text word)
{
    uint64_t hash = hash_of(word.data, word.length);
    filter_add_meaning(&lexicon->filter, hash);
    return put_entry(lexicon, word, hash);
}

/* Makes room for so many words. */
static mill_status open_table(word_lexicon *lexicon, mill_setup *setup, uint32_t words)
{
    uint32_t places = 1024;
    while (places / 3 < words) places *= 2;
    lexicon->places = mill_setup_alloc(setup, (places + 1) * sizeof *lexicon->places);
    lexicon->details = mill_setup_alloc(setup, places * sizeof *lexicon->details);
    lexicon->mask = places - 1;
    return lexicon->places == NULL || lexicon->details == NULL ? MILL_FAILED : MILL_OK;
}

static void set_value(word_lexicon *lexicon, lexicon_entry *entry, double value, word_role role)
{
    lexicon->details[entry - lexicon->places].value = value;
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
static void put_beginnings(word_lexicon *lexicon, mill_text phrase)
{
    const char *end = phrase.data + phrase.length, *stop = find_word_end(phrase.data, end);
    for (bool is_first = true; stop < end; is_first = false) {
        mill_text beginning = {phrase.data, (size_t)(stop - phrase.data)};
        const char *next = stop + 1;
        stop = find_word_end(next, end);
        uint64_t hash = hash_of(beginning.data, beginning.length);
        put_entry(lexicon, beginning, hash)->goes_on = true;
        if (is_first)
            filter_add_pair(&lexicon->filter, hash, hash_of(next, (size_t)(stop - next)));
        else
            filter_add_meaning(&lexicon->filter, hash);
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

/* What was learned takes the place of what was judged: both are one lexicon. */
static mill_status add_built_in(lexicon_files *files, mill_setup *setup)
{
    if (add_file(files, setup, "lexicon.txt", lexicon_text()) != MILL_OK ||
        add_file(files, setup, "learned.txt", learned_text()) != MILL_OK)
        return MILL_FAILED;
    files->lexicon_of[1] = files->lexicons = 1;
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
static lexicon_entry *put_listed(word_lexicon *lexicon, mill_text word, double valence)
{
    if (valence == 0 && is_plain_word(word))
        return put_entry(lexicon, word, hash_of(word.data, word.length));
    if (memchr(word.data, ' ', word.length) != NULL) put_beginnings(lexicon, word);
    return lexicon_put(lexicon, word);
}

/* Puts the words of a list into the table, with the list's share of their values. */
static void put_list(word_lexicon *lexicon, const lexicon_files *files, uint32_t index,
                     lexicon_part *parts)
{
    const word_list *list = &files->lists[index];
    mill_text word;
    double valence;
    for (mill_lines lines = {list->text, 0}; word_list_next(list, &lines, &word, &valence);) {
        if (files->is_exact && has_capital(word)) continue;
        lexicon_entry *entry =
            files->is_exact ? lexicon_put(lexicon, word) : put_listed(lexicon, word, valence);
        size_t place = (size_t)(entry - lexicon->places);
        double rest = lexicon->details[place].value; /* what other lexicons say */
        if (parts[place].lexicon == files->lexicon_of[index]) rest -= parts[place].value;
        parts[place] =
            (lexicon_part){valence * list->scale / files->lexicons, files->lexicon_of[index]};
        set_value(lexicon, entry, rest + parts[place].value, ROLE_VALENCE);
    }
}

static mill_status put_files(word_lexicon *lexicon, mill_setup *setup, const lexicon_files *files,
                             uint32_t more)
{
    for (uint32_t i = 0; i < files->count; i++)
        more += files->lists[i].count + files->lists[i].beginnings;
    if (open_table(lexicon, setup, more) != MILL_OK) return MILL_FAILED;
    lexicon_part *parts = mill_setup_alloc(setup, ((size_t)lexicon->mask + 1) * sizeof *parts);
    if (parts == NULL) return MILL_FAILED;
    for (uint32_t i = 0; i < files->count; i++) put_list(lexicon, files, i, parts);
    return MILL_OK;
}

mill_status lexicon_open_files(word_lexicon *lexicon, mill_setup *setup, const char *paths,
                               uint32_t more)
{
    lexicon_files files = {.is_exact = true};
    if (add_files(&files, setup, paths) != MILL_OK) return MILL_FAILED;
    return put_files(lexicon, setup, &files, more);
}

/* ---- What is built in ---------------------------------------------------------------------- */

static mill_status put_boosters(word_lexicon *lexicon, mill_setup *setup)
{
    word_list list;
    mill_text word;
    double value;
    if (word_list_open(&list, setup, "boosters.txt", boosters_text()) != MILL_OK)
        return MILL_FAILED;
    for (mill_lines lines = {list.text, 0}; word_list_next(&list, &lines, &word, &value);)
        set_value(lexicon, lexicon_put(lexicon, word), value, ROLE_BOOSTER);
    return MILL_OK;
}

static void put_negations(word_lexicon *lexicon)
{
    mill_text word;
    for (mill_lines lines = {negations_text(), 0}; mill_lines_next(&lines, &word);)
        set_value(lexicon, lexicon_put(lexicon, word), 0, ROLE_NEGATION);
}

mill_status lexicon_open(word_lexicon *lexicon, mill_setup *setup, const char *paths)
{
    static const char contrast[16] = "but";
    const uint32_t small_lists = 256; /* room for what follows the lexicons */
    lexicon_files files = {.count = 0};
    if (paths[0] != '\0' ? add_files(&files, setup, paths) != MILL_OK
                         : add_built_in(&files, setup) != MILL_OK)
        return MILL_FAILED;
    if (put_files(lexicon, setup, &files, small_lists) != MILL_OK ||
        put_boosters(lexicon, setup) != MILL_OK)
        return MILL_FAILED;
    put_negations(lexicon);
    set_value(lexicon, lexicon_put(lexicon, (mill_text){contrast, 3}), 0, ROLE_CONTRAST);
    return MILL_OK;
}
