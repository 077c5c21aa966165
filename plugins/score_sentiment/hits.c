/* hits - see hits.h. Sets of 64 positions give where runs of letters, digits, apostrophes, hyphens
 * and bytes beyond ASCII begin and end. A run of ASCII letters and digits is a word; the few runs
 * with anything else in them are taken apart with care: curly apostrophes become straight, dashes
 * and quotation marks part words, a compound that is not in the lexicon counts by its parts.
 */
#include "hits.h"
#include "textmill/scan.h"

typedef struct word_walk {
    const word_lexicon *lexicon;
    mill_document *document;
    mill_text text;
    hit_list *hits;
    bool failed;
} word_walk;

/* ---- The list ------------------------------------------------------------------------------ */

static bool grow(word_walk *walk)
{
    hit_list *hits = walk->hits;
    uint32_t capacity =
        hits->capacity == 0 ? (uint32_t)(walk->text.length / 64) + 64 : hits->capacity * 2;
    hit *items = mill_alloc(walk->document, capacity * sizeof(hit));
    if (items == NULL) {
        walk->failed = true;
        return false;
    }
    if (hits->count > 0) memcpy(items, hits->items, hits->count * sizeof(hit));
    hits->items = items;
    hits->capacity = capacity;
    return true;
}

static void add_hit(word_walk *walk, size_t begin, const lexicon_entry *entry)
{
    hit_list *hits = walk->hits;
    if (hits->count == hits->capacity && !grow(walk)) return;
    hits->items[hits->count++] = (hit){(uint32_t)begin, hits->words, entry};
}

/* ---- Words that are more than ASCII letters ------------------------------------------------ */

/* A word in its plain spelling. Beyond LEXICON_WORD_MAX bytes it is counted, not looked up. */
typedef struct plain_word {
    char bytes[LEXICON_WORD_MAX + 16];
    size_t length;
    size_t begin; /* in the text */
} plain_word;

static bool is_edge(char byte)
{
    return byte == '\'' || byte == '-';
}

/* Looks a spelling up: as it is, then without 's. */
static const lexicon_entry *find_spelling(const word_lexicon *lexicon, const char *word,
                                          size_t length)
{
    const lexicon_entry *entry = lexicon_find(lexicon, word, length);
    if (entry == NULL && length > 2 && memcmp(word + length - 2, "'s", 2) == 0)
        entry = lexicon_find(lexicon, word, length - 2);
    return entry;
}

/* A compound by its parts: each of them is a word. */
static void take_parts(word_walk *walk, const char *word, size_t length, size_t begin)
{
    size_t part = 0;
    for (size_t at = 0; at <= length; at++) {
        if (at < length && word[at] != '-') continue;
        if (at > part) {
            const lexicon_entry *entry = find_spelling(walk->lexicon, word + part, at - part);
            if (entry != NULL) add_hit(walk, begin, entry);
            walk->hits->words++;
        }
        part = at + 1;
    }
}

/* Takes the word that has been spelled, and begins the next one. */
static void take_spelling(word_walk *walk, plain_word *spelling)
{
    const char *word = spelling->bytes;
    size_t length = spelling->length;
    spelling->length = 0;
    if (length > LEXICON_WORD_MAX) {
        walk->hits->words++;
        return;
    }
    while (length > 0 && is_edge(word[length - 1])) length--;
    while (length > 0 && is_edge(*word)) {
        word++;
        length--;
    }
    if (length == 0) return;
    const lexicon_entry *entry = find_spelling(walk->lexicon, word, length);
    if (entry == NULL) {
        take_parts(walk, word, length, spelling->begin);
        return;
    }
    add_hit(walk, spelling->begin, entry);
    walk->hits->words++;
}

static void spell(plain_word *spelling, const char *bytes, size_t length, size_t at)
{
    if (spelling->length == 0) spelling->begin = at;
    if (spelling->length + length <= LEXICON_WORD_MAX)
        memcpy(spelling->bytes + spelling->length, bytes, length);
    /* one byte more than the limit says that it was too long; it never shrinks again */
    spelling->length += spelling->length > LEXICON_WORD_MAX ? 0 : length;
}

static size_t character_length(unsigned char first)
{
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* Punctuation and white space beyond ASCII: Latin-1 signs, general and East Asian punctuation. */
static bool parts_words(const unsigned char *bytes)
{
    if (bytes[0] == 0xC2) return true;
    if (bytes[0] == 0xE2) return bytes[1] <= 0x81;
    return (bytes[0] == 0xE3 && bytes[1] == 0x80) || (bytes[0] == 0xEF && bytes[1] == 0xBC);
}

/* U+2018, U+2019, U+02BC: as apostrophes. */
static bool is_curly_apostrophe(const unsigned char *bytes)
{
    if (bytes[0] == 0xCA) return bytes[1] == 0xBC;
    return bytes[0] == 0xE2 && bytes[1] == 0x80 && (bytes[2] == 0x98 || bytes[2] == 0x99);
}

static void take_unusual_run(word_walk *walk, size_t begin, size_t end)
{
    plain_word spelling = {.length = 0};
    size_t length;
    for (size_t at = begin; at < end; at += length) {
        const char *data = walk->text.data + at;
        const unsigned char *bytes = (const unsigned char *)data;
        length = character_length(bytes[0]);
        if (is_curly_apostrophe(bytes))
            spell(&spelling, "'", 1, at);
        else if (parts_words(bytes) || (data[0] == '-' && data[1] == '-'))
            take_spelling(walk, &spelling);
        else
            spell(&spelling, data, length, at);
    }
    take_spelling(walk, &spelling);
}

/* ---- The pass ------------------------------------------------------------------------------ */

static inline void take_run(word_walk *walk, size_t begin, size_t end, bool unusual)
{
    if (unusual) {
        take_unusual_run(walk, begin, end);
        return;
    }
    const lexicon_entry *entry = lexicon_find(walk->lexicon, walk->text.data + begin, end - begin);
    if (entry != NULL) add_hit(walk, begin, entry);
    walk->hits->words++;
}

/* A run that is open at the end of a block. */
typedef struct open_run {
    uint64_t open; /* 1 or 0 */
    size_t begin;
    bool unusual;
} open_run;

/* The positions below `at`, which is under 64. */
static inline uint64_t below(unsigned at)
{
    return (UINT64_C(1) << at) - 1;
}

static void take_block(word_walk *walk, size_t block, open_run *run)
{
    const char *data = walk->text.data + block;
    uint64_t plain = mill_scan_range(data, 'a', 'z') | mill_scan_range(data, 'A', 'Z') |
                     mill_scan_range(data, '0', '9');
    uint64_t odd = mill_scan_high(data) | mill_scan_equal(data, '\'') | mill_scan_equal(data, '-');
    uint64_t inside = plain | odd;
    uint64_t behind = inside << 1 | run->open;
    uint64_t begins = inside & ~behind, ends = ~inside & behind;
    walk->hits->has_exclamation |= mill_scan_equal(data, '!') != 0;
    if (run->open != 0) {
        unsigned end = ends != 0 ? mill_scan_first(ends) : 0;
        run->unusual |= (odd & (ends != 0 ? below(end) : UINT64_MAX)) != 0;
        if (ends == 0) return;
        take_run(walk, run->begin, block + end, run->unusual);
        ends &= ends - 1;
    }
    for (; ends != 0; ends &= ends - 1, begins &= begins - 1) {
        unsigned begin = mill_scan_first(begins), end = mill_scan_first(ends);
        bool unusual = (odd & (below(end) ^ below(begin))) != 0;
        take_run(walk, block + begin, block + end, unusual);
    }
    run->open = inside >> 63;
    if (begins == 0) return;
    run->begin = block + mill_scan_first(begins);
    run->unusual = odd >> mill_scan_first(begins) != 0;
}

mill_status hits_collect(const word_lexicon *lexicon, mill_document *document, hit_list *hits)
{
    word_walk walk = {lexicon, document, mill_document_text(document), hits, false};
    open_run run = {0, 0, false};
    for (size_t block = 0; block < walk.text.length; block += MILL_SCAN_BLOCK)
        take_block(&walk, block, &run);
    if (run.open != 0) take_run(&walk, run.begin, walk.text.length, run.unusual);
    return walk.failed ? MILL_FAILED : MILL_OK;
}
