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

/* Makes room for `more` hits. */
static bool reserve(hit_walk *walk, uint32_t more)
{
    hit_list *hits = walk->hits;
    if (hits->capacity - hits->count >= more) return true;
    uint32_t capacity = hits->capacity * 2 + more + (uint32_t)(walk->text.length / 64);
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

/* Looks a spelling up: as it is, then without 's. */
static const lexicon_entry *find_spelling(const word_lexicon *lexicon, const char *word,
                                          size_t length)
{
    const lexicon_entry *entry = lexicon_find(lexicon, word, length);
    if (entry == NULL && length > 2 && memcmp(word + length - 2, "'s", 2) == 0)
        entry = lexicon_find(lexicon, word, length - 2);
    return entry;
}

/* Returns the longest phrase at a place where `first` stands, up to `end`; else the word itself. */
static const lexicon_entry *find_phrase(hit_walk *walk, const lexicon_entry *first, uint32_t end)
{
    const lexicon_entry *longest = first;
    spelling phrase = {.length = first->length};
    memcpy(phrase.bytes, first->whole, first->length);
    for (unsigned words = 1; words < first->phrase_words; words++) {
        uint32_t next = spell_next_word(&phrase, walk->text.data, end);
        if (next == end) break;
        end = next;
        const lexicon_entry *entry = find_spelling(walk->lexicon, phrase.bytes, phrase.length);
        if (entry == NULL || !is_word_end(walk->text.data + end)) continue;
        longest = entry;
        walk->taken = end;
    }
    return longest;
}

/* Adds a word that was found, or the phrase that it begins. There is room (see reserve). */
static void add_hit(hit_walk *walk, uint32_t begin, uint32_t end, const lexicon_entry *entry)
{
    hit_list *hits = walk->hits;
    if ((entry->seconds & word_begin_bit(walk->text.data + end + 1)) != 0)
        entry = find_phrase(walk, entry, end);
    hits->items[hits->count] = (hit){begin, hits->words, entry->value, entry->role};
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
    size_t part = 0;
    for (size_t at = 0; at <= length; at++) {
        if (at < length && word[at] != '-') continue;
        if (at > part) {
            const lexicon_entry *entry = find_spelling(walk->lexicon, word + part, at - part);
            if (entry != NULL && entry->role != ROLE_NONE)
                hits->items[hits->count++] = (hit){begin, hits->words, entry->value, entry->role};
            hits->words++;
        }
        part = at + 1;
    }
}

/* Returns the phrase that a compound is, or NULL: "war-torn" where the lexicon has "war torn". */
static const lexicon_entry *find_compound(const word_lexicon *lexicon, const char *word,
                                          size_t length)
{
    spelling phrase = {.length = length};
    if (memchr(word, '-', length) == NULL) return NULL;
    for (size_t i = 0; i < length; i++) phrase.bytes[i] = (char)(word[i] == '-' ? ' ' : word[i]);
    return lexicon_find(lexicon, phrase.bytes, length);
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
    if (entry == NULL) entry = find_compound(walk->lexicon, word, length);
    if (entry == NULL) {
        take_parts(walk, word, length, begin);
        return;
    }
    add_hit(walk, begin, end, entry);
    walk->hits->words++;
}

static uint32_t plain_end(const char *text, uint32_t at)
{
    while (is_plain(text[at])) at++;
    return at;
}

/* Takes a word that has something else in it, from `begin`, plain up to `plain`, to the next place
 * that parts words; returns that place. */
static uint32_t take_spelled_word(hit_walk *walk, uint32_t begin, uint32_t plain, uint32_t end)
{
    const char *text = walk->text.data;
    spelling word = {.length = 0};
    uint32_t at = begin;
    for (;;) {
        spell(&word, text + at, plain - at);
        at = plain;
        if (at == end || parting_length(text + at) > 0) break;
        at += (uint32_t)spell_character(&word, text + at);
        plain = plain_end(text, at);
    }
    take_spelling(walk, &word, begin, at);
    return at;
}

/* Takes a word of ASCII letters and digits as it stands in the text. */
static void take_plain_word(hit_walk *walk, uint32_t begin, uint32_t end)
{
    const lexicon_entry *entry =
        lexicon_find_plain(walk->lexicon, walk->text.data + begin, end - begin);
    if (entry != NULL) add_hit(walk, begin, end, entry);
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
        stop = plain_end(data, at);
        if (stop == end || parting_length(data + stop) > 0) {
            take_plain_word(walk, at, stop);
            walk->hits->words++;
        } else {
            stop = take_spelled_word(walk, at, stop, end);
        }
        at = stop;
    }
}

/* ---- The pass ------------------------------------------------------------------------------ */

/* Takes a candidate. `extra` counts the words of unusual runs beyond the one that each counts as a
 * run. */
static void take_candidate(hit_walk *walk, const candidate *run, uint32_t *extra)
{
    uint32_t word = run->number + *extra;
    walk->hits->words = word;
    if (!run->is_unusual) {
        if (run->begin >= walk->taken) take_plain_word(walk, run->begin, run->end);
        return;
    }
    if (!reserve(walk, (run->end - run->begin) / 2 + 1 + PIECE_RUNS)) return;
    take_unusual_run(walk, run->begin, run->end);
    *extra += walk->hits->words - word - 1;
}

mill_status hits_collect(const word_lexicon *lexicon, candidate_finder *find,
                         mill_document *document, hit_list *hits)
{
    candidate_walk piece;
    hit_walk walk = {lexicon, document, mill_document_text(document), hits, 0, false};
    uint32_t extra = 0;
    candidates_begin(&piece, walk.text, lexicon);
    while (candidates_next(&piece, find)) {
        if (!reserve(&walk, piece.runs)) return MILL_FAILED;
        for (uint32_t first = 0; first < piece.runs; first += 64) {
            uint64_t set = piece.picked[first / 64] | piece.unusual[first / 64];
            for (; set != 0; set &= set - 1) {
                candidate run = candidate_at(&piece, first + mill_scan_first(set));
                take_candidate(&walk, &run, &extra);
            }
        }
        if (walk.failed) return MILL_FAILED;
    }
    hits->words = piece.number + piece.runs + extra;
    hits->has_exclamation = piece.has_exclamation;
    return MILL_OK;
}
