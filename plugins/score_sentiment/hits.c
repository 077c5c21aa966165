/* hits - see hits.h. A candidate of ASCII letters and digits is looked up as it stands; the few
 * others are spelled out first, and a compound that is not in the lexicon counts by its parts.
 * Where a word may begin a phrase, the longest phrase that stands there takes the place of its
 * words.
 */
#include "hits.h"
#include "spelling.h"
#include "textmill/scan.h"

typedef struct hit_walk {
    const word_lexicon *lexicon;
    mill_document *document;
    mill_text text;
    hit_list *hits;
    uint32_t taken; /* a phrase has taken the words up to here */
    bool failed;
} hit_walk;

#define FIRST_ITEMS 64

/* Gives a row of items room for `more`, and memory in any case; returns it, or NULL. */
static void *reserve(hit_walk *walk, void *items, uint32_t count, uint32_t *capacity, uint32_t more,
                     size_t size)
{
    if (items != NULL && *capacity - count >= more) return items;
    uint32_t room = *capacity * 2 + more + FIRST_ITEMS;
    void *larger = mill_alloc(walk->document, room * size);
    walk->failed |= larger == NULL;
    if (larger == NULL) return NULL;
    if (items != NULL) memcpy(larger, items, count * size);
    *capacity = room;
    return larger;
}

/* Makes room for `more` hits. */
static bool reserve_hits(hit_walk *walk, uint32_t more)
{
    hit_list *hits = walk->hits;
    hit *items = reserve(walk, hits->items, hits->count, &hits->capacity, more, sizeof *items);
    if (items != NULL) hits->items = items;
    return items != NULL;
}

/* Notes where the exclamation marks of a piece stand. */
static void note_exclamations(hit_walk *walk, const candidate_walk *piece)
{
    hit_list *hits = walk->hits;
    uint32_t blocks = (piece->end - piece->begin + MILL_SCAN_BLOCK - 1) / MILL_SCAN_BLOCK;
    uint32_t *marks = reserve(walk, hits->exclamations, hits->exclamation_count,
                              &hits->exclamation_capacity, PIECE_BYTES, sizeof *marks);
    if (marks == NULL) return;
    hits->exclamations = marks;
    for (uint32_t block = 0; block < blocks; block++)
        for (uint64_t set = piece->exclamations[block]; set != 0; set &= set - 1)
            marks[hits->exclamation_count++] =
                piece->begin + block * MILL_SCAN_BLOCK + mill_scan_first(set);
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

/* Returns the longest phrase that a word begins which has been spelled and ends at `end`; else the
 * word itself. A phrase goes on as long as what has been read begins one. */
static __attribute__((noinline)) const lexicon_entry *
find_phrase(hit_walk *walk, const lexicon_entry *first, spelling *phrase, uint32_t end)
{
    const lexicon_entry *longest = first, *beginning = first;
    while (beginning != NULL && beginning->goes_on) {
        uint32_t next = spell_next_word(phrase, walk->text.data, end);
        if (next == end) break;
        end = next;
        beginning = find_spelling(walk->lexicon, phrase->bytes, phrase->length);
        if (beginning == NULL || beginning->role == ROLE_NONE ||
            !is_word_end(walk->text.data + end))
            continue;
        longest = beginning;
        walk->taken = end;
    }
    return longest;
}

/* The same for a word of ASCII letters and digits as it stands in the text. */
static __attribute__((noinline)) const lexicon_entry *
find_plain_phrase(hit_walk *walk, const lexicon_entry *first, uint32_t begin, uint32_t end)
{
    spelling phrase;
    phrase.length = 0;
    spell(&phrase, walk->text.data + begin, end - begin);
    return find_phrase(walk, first, &phrase, end);
}

/* Adds an entry, unless it only begins phrases. There is room (see reserve). */
static inline void add_hit(hit_list *hits, uint32_t begin, uint32_t word,
                           const lexicon_entry *entry)
{
    hit *added = &hits->items[hits->count];
    added->begin = begin;
    added->word = word;
    added->role = entry->role;
    added->value = (double)entry->value;
    hits->count += entry->role != ROLE_NONE;
}

/* ---- Words that are more than ASCII letters ------------------------------------------------ */

static bool is_edge(char byte)
{
    return byte == '\'' || byte == '-';
}

/* Takes a compound by its parts: each of them is a word. */
static void take_parts(hit_walk *walk, const char *word, size_t length, uint32_t begin)
{
    hit_list *hits = walk->hits;
    const char *end = word + length;
    for (const char *part = word; part <= end;) {
        const char *hyphen = memchr(part, '-', (size_t)(end - part));
        const char *stop = hyphen != NULL ? hyphen : end;
        if (stop > part) {
            const lexicon_entry *entry = find_spelling(walk->lexicon, part, (size_t)(stop - part));
            if (entry != NULL) add_hit(hits, begin, hits->words, entry);
            hits->words++;
        }
        part = stop + 1;
    }
}

/* Returns the phrase that a compound is, or NULL: "war-torn" where the lexicon has "war torn". */
static const lexicon_entry *find_compound(const word_lexicon *lexicon, const char *word,
                                          size_t length)
{
    spelling phrase;
    for (size_t i = 0; i < length; i++) phrase.bytes[i] = (char)(word[i] == '-' ? ' ' : word[i]);
    const lexicon_entry *entry = lexicon_find(lexicon, phrase.bytes, length);
    return entry != NULL && entry->role != ROLE_NONE ? entry : NULL;
}

/* Takes a word that has been spelled. */
static void take_spelling(hit_walk *walk, const spelling *spelled, uint32_t begin, uint32_t end)
{
    const char *word = spelled->bytes;
    size_t length = spelled->length;
    if (length > WORD_MAX) {
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
    bool is_compound = entry == NULL && memchr(word, '-', length) != NULL;
    if (is_compound) entry = find_compound(walk->lexicon, word, length);
    if (is_compound && entry == NULL) {
        take_parts(walk, word, length, begin);
        return;
    }
    if (entry == NULL) {
        walk->hits->words++;
        return;
    }
    if (entry->goes_on) {
        spelling phrase;
        phrase.length = 0;
        spell(&phrase, lexicon_whole(walk->lexicon, entry), entry->length);
        entry = find_phrase(walk, entry, &phrase, end);
    }
    add_hit(walk->hits, begin, walk->hits->words++, entry);
}

static uint32_t skip_plain(const char *text, uint32_t at)
{
    uint64_t others;
    for (;; at += MILL_SCAN_BLOCK) {
        others = ~mill_scan_alphanumeric(text + at);
        if (others != 0) return at + mill_scan_first(others);
    }
}

/* Takes a word that has something else in it, from `begin`, plain up to `plain`, to the next place
 * that parts words; returns that place. */
static uint32_t take_spelled_word(hit_walk *walk, uint32_t begin, uint32_t plain, uint32_t end)
{
    const char *text = walk->text.data;
    spelling word;
    uint32_t at = begin;
    word.length = 0;
    for (;;) {
        spell(&word, text + at, plain - at);
        at = plain;
        if (at == end || parting_length(text + at) > 0) break;
        at += (uint32_t)spell_character(&word, text + at);
        plain = skip_plain(text, at);
    }
    take_spelling(walk, &word, begin, at);
    return at;
}

/* Takes a word of ASCII letters and digits between signs that part words. */
static void take_plain_part(hit_walk *walk, uint32_t begin, uint32_t end)
{
    const lexicon_entry *entry = lexicon_find(walk->lexicon, walk->text.data + begin, end - begin);
    if (entry != NULL && entry->goes_on) entry = find_plain_phrase(walk, entry, begin, end);
    if (entry != NULL) add_hit(walk->hits, begin, walk->hits->words, entry);
    walk->hits->words++;
}

static void take_unusual_run(hit_walk *walk, uint32_t begin, uint32_t end)
{
    const char *data = walk->text.data;
    for (uint32_t at = begin; at < end;) {
        uint32_t stop, parting = (uint32_t)parting_length(data + at);
        if (parting > 0 || at < walk->taken) {
            at += parting > 0 ? parting : 1;
            continue;
        }
        stop = skip_plain(data, at);
        if (stop == end || parting_length(data + stop) > 0) {
            take_plain_part(walk, at, stop);
        } else {
            stop = take_spelled_word(walk, at, stop, end);
        }
        at = stop;
    }
}

/* ---- The pass ------------------------------------------------------------------------------ */

/* Takes an unusual run as the words that it is; `extra` counts those beyond the one that it counts
 * as a run. */
static void take_unusual_candidate(hit_walk *walk, candidate run, uint32_t *extra)
{
    if (!reserve_hits(walk, (run.end - run.begin) / 2 + 1 + PIECE_RUNS)) return;
    walk->hits->words = run.number + *extra;
    take_unusual_run(walk, run.begin, run.end);
    *extra = walk->hits->words - run.number - 1;
}

/* Takes a run of ASCII letters and digits as it stands in the text. */
static inline void take_plain_run(hit_walk *walk, const candidate_walk *piece, uint32_t run,
                                  uint32_t word, bool may_begin_phrase)
{
    uint32_t begin = piece->begin + (uint32_t)piece->edges[(size_t)2 * run];
    uint32_t end = piece->begin + (uint32_t)piece->edges[(size_t)2 * run + 1];
    const lexicon_entry *entry =
        lexicon_find_plain(walk->lexicon, piece->hashes[run], walk->text.data + begin, end - begin);
    if (entry == NULL || begin < walk->taken) return;
    if (may_begin_phrase && entry->goes_on) entry = find_plain_phrase(walk, entry, begin, end);
    add_hit(walk->hits, begin, word, entry);
}

/* Has the memory on its way where words will be looked up, for many at once. */
static inline void prefetch_places(const word_lexicon *lexicon, const uint64_t *hashes,
                                   uint64_t set)
{
    for (; set != 0; set &= set - 1) {
        uint64_t hash = hashes[mill_scan_first(set)];
        __builtin_prefetch(lexicon->places + lexicon_start(lexicon, hash));
    }
}

/* Takes the candidates among 64 runs of a piece. */
static inline void take_candidates(hit_walk *walk, const candidate_walk *piece, uint32_t first,
                                   uint32_t *extra)
{
    candidate_sets sets = candidate_sets_at(piece, first);
    prefetch_places(walk->lexicon, piece->hashes + first, sets.words | sets.phrases);
    for (uint64_t rest = sets.words | sets.phrases | sets.unusual; rest != 0; rest &= rest - 1) {
        unsigned at = mill_scan_first(rest);
        uint32_t run = first + at;
        if ((sets.unusual >> at & 1) != 0)
            take_unusual_candidate(walk, candidate_at(piece, run), extra);
        else
            take_plain_run(walk, piece, run, piece->number + run + *extra,
                           (sets.phrases >> at & 1) != 0);
    }
}

mill_status hits_collect(const word_lexicon *lexicon, candidate_finder *find,
                         mill_document *document, hit_list *hits, word_sums *sums)
{
    candidate_walk piece;
    hit_walk walk = {lexicon, document, mill_document_text(document), hits, 0, false};
    uint32_t extra = 0;
    candidates_begin(&piece, walk.text, lexicon);
    while (candidates_next(&piece, find)) {
        if (!reserve_hits(&walk, piece.runs)) return MILL_FAILED;
        if (sums != NULL && word_sums_add(sums, &piece) != MILL_OK) return MILL_FAILED;
        if (piece.has_exclamation) note_exclamations(&walk, &piece);
        for (uint32_t first = 0; first < piece.runs; first += 64)
            take_candidates(&walk, &piece, first, &extra);
        if (walk.failed) return MILL_FAILED;
    }
    hits->words = piece.number + piece.runs + extra;
    return MILL_OK;
}
