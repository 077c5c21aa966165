/* hits - see hits.h. Sets of 64 positions give where runs of letters, digits, apostrophes, hyphens
 * and bytes beyond ASCII begin and end. A run of ASCII letters and digits is a word; the few runs
 * with anything else in them are taken apart with care: curly apostrophes become straight, dashes
 * and quotation marks part words, a compound that is not in the lexicon counts by its parts.
 *
 * The runs of a block go through the lexicon's filter first, without a branch that depends on a
 * word; those that pass are looked up afterwards.
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
    hits->items[hits->count++] = (hit){(uint32_t)begin, hits->words, *entry};
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

/* Looks a spelling up. */
static const lexicon_entry *find_word(const word_lexicon *lexicon, const char *word, size_t length)
{
    if (!lexicon_may_have(lexicon, word, length)) return NULL;
    return lexicon_find(lexicon, word, length);
}

/* Looks a spelling up: as it is, then without 's. */
static const lexicon_entry *find_spelling(const word_lexicon *lexicon, const char *word,
                                          size_t length)
{
    const lexicon_entry *entry = find_word(lexicon, word, length);
    if (entry == NULL && length > 2 && memcmp(word + length - 2, "'s", 2) == 0)
        entry = find_word(lexicon, word, length - 2);
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

/* The bytes at `data` that part words: a wide sign, or the first of two hyphens; 0 if none. */
static size_t parting_length(const char *data)
{
    const unsigned char *bytes = (const unsigned char *)data;
    if (bytes[0] < 0x80) return data[0] == '-' && data[1] == '-';
    return parts_words(bytes) && !is_curly_apostrophe(bytes) ? character_length(bytes[0]) : 0;
}

static bool is_plain(char byte)
{
    return (unsigned)(byte | 0x20) - 'a' < 26u || (unsigned)byte - '0' < 10u;
}

/* Takes a word of ASCII letters and digits as it stands in the text. */
static void take_plain_word(word_walk *walk, size_t begin, size_t end)
{
    const lexicon_entry *entry = find_word(walk->lexicon, walk->text.data + begin, end - begin);
    if (entry != NULL) add_hit(walk, begin, entry);
    walk->hits->words++;
}

/* Spells the word from `begin` to the next place that parts words and takes it; returns that
 * place. */
static size_t take_spelled_word(word_walk *walk, size_t begin, size_t end)
{
    plain_word spelling = {.length = 0};
    size_t at = begin, length;
    for (; at < end && parting_length(walk->text.data + at) == 0; at += length) {
        const char *data = walk->text.data + at;
        length = character_length((unsigned char)*data);
        if (is_curly_apostrophe((const unsigned char *)data))
            spell(&spelling, "'", 1, at);
        else
            spell(&spelling, data, length, at);
    }
    take_spelling(walk, &spelling);
    return at;
}

static void take_unusual_run(word_walk *walk, size_t begin, size_t end)
{
    const char *data = walk->text.data;
    for (size_t at = begin; at < end;) {
        size_t stop = at, parting = parting_length(data + at);
        if (parting > 0) {
            at += parting;
            continue;
        }
        while (stop < end && is_plain(data[stop])) stop++;
        if (stop == end || parting_length(data + stop) > 0)
            take_plain_word(walk, at, stop);
        else
            stop = take_spelled_word(walk, at, end);
        at = stop;
    }
}

/* ---- The pass ------------------------------------------------------------------------------ */

/* A run that passed the filter, or is unusual. */
typedef struct candidate {
    uint32_t begin;
    uint32_t end;
    uint32_t number; /* its place among the runs of its block */
    bool unusual;
} candidate;

/* A run that is open at the end of a block. */
typedef struct open_run {
    uint64_t open; /* 1 or 0 */
    uint32_t begin;
    bool unusual;
} open_run;

/* The runs that end in a block, as positions in it. */
typedef struct block_runs {
    uint64_t begins; /* none for a run that began in an earlier block */
    uint64_t ends;
    uint64_t unusual; /* those of `ends` whose runs hold more than letters and digits */
} block_runs;

/* Returns the bytes of those signs in a block that only part words and are frequent: general
 * punctuation such as curly quotation marks and dashes, but for apostrophes. One that reaches into
 * the next block is left to take_unusual_run. */
static inline uint64_t find_signs(const char *data)
{
    uint64_t leads = mill_scan_equal(data, (char)0xE2) & mill_scan_equal(data, (char)0x80) >> 1;
    uint64_t ends = leads << 2 & ~mill_scan_range(data, 0x98, 0x99);
    return ends | ends >> 1 | ends >> 2;
}

/* Finds the runs of a block. A run is a row of ones, and one that is added to such a row anywhere
 * carries over to the place behind it: so unusual bytes mark the ends of their runs. */
static inline block_runs find_runs(const char *data, open_run *run)
{
    uint64_t high = mill_scan_high(data);
    if (high != 0) high &= ~find_signs(data);
    uint64_t odd = high | mill_scan_either(data, '\'', '-');
    uint64_t inside = mill_scan_alphanumeric(data) | odd, sum = inside + odd;
    uint64_t behind = inside << 1 | run->open;
    block_runs runs = {inside & ~behind, ~inside & behind, 0};
    runs.unusual = sum & runs.ends;
    if (run->unusual) runs.unusual |= runs.ends & (0 - runs.ends);
    run->open = inside >> 63;
    run->unusual = sum < inside || (run->unusual && runs.ends == 0);
    return runs;
}

/* Takes the lowest of a set of positions out of it; anything if the set is empty. */
static inline unsigned take_first(uint64_t *set)
{
    unsigned first = mill_scan_first(*set | UINT64_C(1) << 63);
    *set &= *set - 1;
    return first;
}

static void take_candidate(word_walk *walk, const candidate *run)
{
    if (run->unusual) {
        take_unusual_run(walk, run->begin, run->end);
        return;
    }
    const lexicon_entry *entry =
        lexicon_find(walk->lexicon, walk->text.data + run->begin, run->end - run->begin);
    if (entry != NULL) add_hit(walk, run->begin, entry);
    walk->hits->words++;
}

/* Takes the runs that end in a block: candidates one by one, of the others only the number. */
static void take_block(word_walk *walk, uint32_t block, open_run *open)
{
    const word_lexicon *lexicon = walk->lexicon;
    const char *text = walk->text.data;
    candidate candidates[MILL_SCAN_BLOCK / 2 + 1];
    uint32_t count = 0, number = 0, passed = 0;
    bool is_open = open->open != 0;
    block_runs runs = find_runs(text + block, open);
    uint32_t begin = is_open ? open->begin : block + take_first(&runs.begins);
    for (; runs.ends != 0; number++) {
        unsigned behind = take_first(&runs.ends);
        bool unusual = (runs.unusual >> behind & 1) != 0;
        bool listed = lexicon_may_have(lexicon, text + begin, block + behind - begin);
        candidates[count] = (candidate){begin, block + behind, number, unusual};
        count += (uint32_t)listed | (uint32_t)unusual;
        begin = block + take_first(&runs.begins);
    }
    open->begin = begin;
    for (uint32_t i = 0; i < count; i++) {
        walk->hits->words += candidates[i].number - passed;
        passed = candidates[i].number + 1;
        take_candidate(walk, &candidates[i]);
    }
    walk->hits->words += number - passed;
}

mill_status hits_collect(const word_lexicon *lexicon, mill_document *document, hit_list *hits)
{
    word_walk walk = {lexicon, document, mill_document_text(document), hits, false};
    uint32_t length = (uint32_t)walk.text.length;
    open_run run = {0, 0, false};
    for (uint32_t block = 0; block < length; block += MILL_SCAN_BLOCK) {
        hits->has_exclamation |= mill_scan_equal(walk.text.data + block, '!') != 0;
        take_block(&walk, block, &run);
    }
    if (run.open != 0) take_candidate(&walk, &(candidate){run.begin, length, 0, run.unusual});
    return walk.failed ? MILL_FAILED : MILL_OK;
}
