/* textmill/words.h - word lists for plug-ins: reading them and looking words up. Optional; needs
 * plugin.h and nothing to link.
 *
 * A word list is a text file: one entry a line, `#` starts a comment at the beginning of a line,
 * white space around an entry does not count. The same reader serves lists that are built into a
 * plug-in and lists that a user names in an option.
 *
 * A mill_words is a map from words to numbers, filled in `open` and only read afterwards. Words
 * compare without regard to ASCII case. Open addressing, at most half full; a word of up to 16
 * bytes is compared in place, a longer one in the text that it was added from. A filter of a few
 * kilobytes, which stay in the fastest cache, turns away nearly all words that are not in the map.
 */
#ifndef TEXTMILL_WORDS_H
#define TEXTMILL_WORDS_H

#include "plugin.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Lines of a list ----------------------------------------------------------------------- */

/* Where a walk over the lines of a list stands. Start with the text and number 0. */
typedef struct mill_lines {
    mill_text rest;
    uint32_t number; /* of the line returned last, from 1 */
} mill_lines;

static inline bool mill_is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

/* Steps to the next entry: trimmed, never empty, never a comment. Returns false at the end. */
static inline bool mill_lines_next(mill_lines *lines, mill_text *entry)
{
    while (lines->rest.length > 0) {
        const char *start = lines->rest.data;
        const char *stop = (const char *)memchr(start, '\n', lines->rest.length);
        size_t length = stop != NULL ? (size_t)(stop - start) : lines->rest.length;
        size_t step = stop != NULL ? length + 1 : length;
        lines->rest.data += step;
        lines->rest.length -= step;
        lines->number++;
        while (length > 0 && mill_is_blank(start[length - 1])) length--;
        while (length > 0 && mill_is_blank(*start)) {
            start++;
            length--;
        }
        if (length == 0 || *start == '#') continue;
        entry->data = start;
        entry->length = length;
        return true;
    }
    return false;
}

/* Cuts the next word, up to a blank, off `entry`; empty at the end. */
static inline mill_text mill_lines_word(mill_text *entry)
{
    while (entry->length > 0 && mill_is_blank(*entry->data)) {
        entry->data++;
        entry->length--;
    }
    mill_text word = {entry->data, 0};
    while (word.length < entry->length && !mill_is_blank(word.data[word.length])) word.length++;
    entry->data += word.length;
    entry->length -= word.length;
    return word;
}

/* Tells whether a text is `name`, to the letter. */
static inline bool mill_text_is(mill_text text, const char *name)
{
    return text.length == strlen(name) && memcmp(text.data, name, text.length) == 0;
}

/* Cuts `entry` at its first tab: returns what stands before it and leaves what follows. */
static inline mill_text mill_lines_column(mill_text *entry)
{
    mill_text column = *entry;
    const char *tab = (const char *)memchr(entry->data, '\t', entry->length);
    if (tab == NULL) {
        entry->data += entry->length;
        entry->length = 0;
        return column;
    }
    column.length = (size_t)(tab - entry->data);
    entry->data += column.length + 1;
    entry->length -= column.length + 1;
    return column;
}

/* Declares a data file that the build made part of the plug-in: abbreviations.txt beside the source
 * is MILL_EMBEDDED(abbreviations), afterwards the function abbreviations_text(). */
#define MILL_EMBEDDED(name)                                                                        \
    extern const char _binary_##name##_txt_start[], _binary_##name##_txt_end[];                    \
    static inline mill_text name##_text(void)                                                      \
    {                                                                                              \
        mill_text text;                                                                            \
        text.data = _binary_##name##_txt_start;                                                    \
        text.length = (size_t)(_binary_##name##_txt_end - text.data) - MILL_PADDING;               \
        return text;                                                                               \
    }

/* ---- The map ------------------------------------------------------------------------------- */

#define MILL_WORD_ABSENT (-1)

typedef struct mill_word {
    uint64_t head[2];  /* the first 16 bytes in lower case, zeros behind */
    const char *whole; /* the word as it was added */
    uint32_t length;   /* 0: a free place */
    int32_t value;     /* 0 or more */
} mill_word;

#define MILL_FILTER_BITS 8 /* for each place */

typedef struct mill_words {
    mill_word *places;
    unsigned char *filter; /* a byte for each place, but a bit for each hash */
    uint32_t mask;         /* places - 1 */
    uint32_t capacity; /* words that may be added */
    uint32_t count;
    uint32_t longest; /* bytes of the longest word */
} mill_words;

static inline unsigned char mill_lower(unsigned char byte)
{
    return (unsigned)byte - 'A' < 26u ? (unsigned char)(byte | 0x20) : byte;
}

/* Tells whether two bytes are the same without regard to ASCII case. */
static inline bool mill_same_letter(unsigned char left, unsigned char right)
{
    unsigned difference = (unsigned)left ^ right;
    return difference == 0 || (difference == 0x20 && (left | 0x20u) - 'a' < 26u);
}

/* Turns the ASCII capitals among eight bytes into small letters. */
static inline uint64_t mill_lower8(uint64_t bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t low = bytes & (ones * 0x7F);
    uint64_t from_a = low + ones * (0x80 - 'A');
    uint64_t past_z = low + ones * (0x80 - 'Z' - 1);
    uint64_t capital = (from_a ^ past_z) & ~bytes & (ones * 0x80);
    return bytes | capital >> 2;
}

/* Loads the first 16 bytes of a word in lower case. 16 bytes from `data` must be readable. */
static inline void mill_word_head(const char *data, size_t length, uint64_t head[2])
{
    /* A window of 16 bytes in this table keeps as many bytes as the word has: no branch, because
     * no processor can guess how long the next word is. */
    static const unsigned char kept[32] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                           0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    const unsigned char *window = kept + (length < 16 ? 16 - length : 0);
#ifdef __SSE2__
    __m128i bytes = _mm_and_si128(_mm_loadu_si128((const __m128i *)(const void *)data),
                                  _mm_loadu_si128((const __m128i *)(const void *)window));
    __m128i capitals = _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('A' - 1)),
                                     _mm_cmpgt_epi8(_mm_set1_epi8('Z' + 1), bytes));
    bytes = _mm_or_si128(bytes, _mm_and_si128(capitals, _mm_set1_epi8(0x20)));
    _mm_storeu_si128((__m128i *)(void *)head, bytes);
#else
    uint64_t bytes[2], masks[2];
    memcpy(bytes, data, 16);
    memcpy(masks, window, 16);
    head[0] = mill_lower8(bytes[0] & masks[0]);
    head[1] = mill_lower8(bytes[1] & masks[1]);
#endif
}

/* Multiply-and-fold over the head and the length. */
static inline uint64_t mill_word_hash(const uint64_t head[2], size_t length)
{
    uint64_t mix = (head[0] ^ UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xD6E8FEB86659FD93);
    mix ^= (head[1] + length) * UINT64_C(0xA0761D6478BD642F);
    mix ^= mix >> 32;
    return mix * UINT64_C(0xE7037ED1A0B428DB) >> 20;
}

static inline bool mill_word_tail_equal(const char *left, const char *right, size_t length)
{
    for (size_t i = 16; i < length; i++)
        if (!mill_same_letter((unsigned char)left[i], (unsigned char)right[i])) return false;
    return true;
}

/* The bit of a hash in the filter. */
static inline uint64_t mill_words_filter_bit(const mill_words *words, uint64_t hash)
{
    return hash >> 8 & ((uint64_t)words->mask * MILL_FILTER_BITS + MILL_FILTER_BITS - 1);
}

/* Returns the place of a word, or the free place where it belongs. */
static inline mill_word *mill_words_place(const mill_words *words, const char *data, size_t length,
                                          const uint64_t head[2], uint64_t hash)
{
    for (uint64_t at = hash;; at++) {
        mill_word *place = words->places + (at & words->mask);
        if (place->length == 0) return place;
        if (place->head[0] == head[0] && place->head[1] == head[1] && place->length == length &&
            (length <= 16 || mill_word_tail_equal(place->whole, data, length)))
            return place;
    }
}

/* Prepares a map for up to `capacity` words. Owns: lives as long as the instance.
 * Fails: MILL_FAILED, with the reason set. */
static inline mill_status mill_words_open(mill_words *words, mill_setup *setup, uint32_t capacity)
{
    uint32_t places = 16;
    while (places / 2 < capacity && places < UINT32_C(1) << 30) places *= 2;
    words->places = (mill_word *)mill_setup_alloc(setup, places * sizeof(mill_word));
    words->filter = (unsigned char *)mill_setup_alloc(setup, places);
    words->mask = places - 1;
    words->capacity = places / 2;
    words->count = 0;
    words->longest = 0;
    return words->places == NULL || words->filter == NULL ? MILL_FAILED : MILL_OK;
}

/* Adds a word with a value of 0 or more; a word that is there already gets the new value.
 * Owns: `data` must stay as long as the map if the word is over 16 bytes; 16 bytes from `data`
 * must be readable. Returns false where the map is full or the word empty. */
static inline bool mill_words_add(mill_words *words, const char *data, size_t length, int32_t value)
{
    uint64_t head[2];
    uint64_t hash, bit;
    mill_word *place;
    if (length == 0 || length > UINT32_MAX) return false;
    mill_word_head(data, length, head);
    hash = mill_word_hash(head, length);
    place = mill_words_place(words, data, length, head, hash);
    if (place->length == 0) {
        if (words->count == words->capacity) return false;
        words->count++;
        bit = mill_words_filter_bit(words, hash);
        words->filter[bit / 8] = (unsigned char)(words->filter[bit / 8] | 1u << bit % 8);
        place->head[0] = head[0];
        place->head[1] = head[1];
        place->whole = data;
        place->length = (uint32_t)length;
        if (words->longest < length) words->longest = (uint32_t)length;
    }
    place->value = value;
    return true;
}

/* Returns the value of a word, or MILL_WORD_ABSENT. 16 bytes from `data` must be readable, as they
 * are anywhere in a document's text. */
static inline int32_t mill_words_find(const mill_words *words, const char *data, size_t length)
{
    uint64_t head[2];
    uint64_t hash, bit;
    const mill_word *place;
    if (length == 0 || length > words->longest) return MILL_WORD_ABSENT;
    mill_word_head(data, length, head);
    hash = mill_word_hash(head, length);
    bit = mill_words_filter_bit(words, hash);
    if ((words->filter[bit / 8] >> bit % 8 & 1) == 0) return MILL_WORD_ABSENT;
    place = mill_words_place(words, data, length, head, hash);
    return place->length == 0 ? MILL_WORD_ABSENT : place->value;
}

#ifdef __cplusplus
}
#endif

#endif
