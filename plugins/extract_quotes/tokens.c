/* tokens - see tokens.h. A word is a run of letters and digits of any script; an apostrophe, a
 * hyphen, a stop or an ampersand between two of them belongs to it.
 */
#include "tokens.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

bool is_wide_capital_at(const char *data, uint32_t at)
{
    unsigned lead = (unsigned char)data[at], next = (unsigned char)data[at + 1];
    switch (lead) {
    case 0xC3: return next >= 0x80 && next <= 0x9E && next != 0x97;
    case 0xC4: return next < 0xB8 ? next % 2 == 0 : next % 2 == 1;
    case 0xC5:
        return (next >= 0x81 && next <= 0x88) || next >= 0xB9 ? next % 2 == 1 : next % 2 == 0;
    case 0xCE: return next >= 0x91 && next <= 0xA9;
    case 0xD0: return next >= 0x80 && next <= 0xAF;
    default: return false;
    }
}

bool is_word_before(const char *data, uint32_t at)
{
    if (at == 0 || !is_word_byte((unsigned char)data[at - 1])) return false;
    if ((unsigned char)data[at - 1] < 0x80) return true;
    if (at >= 2 && data[at - 2] == '\xC2') return false;
    return at < 3 || (data[at - 3] != '\xE2' && data[at - 3] != '\xE3');
}

/* The bytes of a right single quotation mark, which serves as an apostrophe; 0 if there is none. */
static uint32_t apostrophe_at(const char *data, uint32_t at)
{
    if (data[at] == '\'') return 1;
    return memcmp(data + at, "\xE2\x80\x99", 3) == 0 ? 3 : 0;
}

/* The bytes at `at` that join two parts of a word; 0 if they do not. */
static uint32_t joiner_at(const char *data, uint32_t at)
{
    uint32_t width = apostrophe_at(data, at);
    if (width == 0 && (data[at] == '-' || data[at] == '.' || data[at] == '&')) width = 1;
    return width > 0 && is_word_at(data, at + width) ? width : 0;
}

/* Returns the first place from `at` on, at most `end`, where no word goes on. In steps of 16 bytes
 * where possible: nearly all words end within the first, and no processor can guess where. */
static inline uint32_t skip_letters(const char *data, uint32_t at, uint32_t end)
{
#ifdef __SSE2__
    for (; at < end; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(data + at));
        __m128i from_a = _mm_sub_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
        __m128i from_0 = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
        __m128i letters = _mm_cmpeq_epi8(_mm_min_epu8(from_a, _mm_set1_epi8(25)), from_a);
        __m128i digits = _mm_cmpeq_epi8(_mm_min_epu8(from_0, _mm_set1_epi8(9)), from_0);
        __m128i marks = _mm_or_si128(
            _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\xC2')), /* and 0xE2, 0xE3: */
            _mm_cmpeq_epi8(_mm_or_si128(bytes, _mm_set1_epi8(1)), _mm_set1_epi8('\xE3')));
        __m128i words = _mm_andnot_si128(marks, _mm_or_si128(bytes, _mm_or_si128(letters, digits)));
        unsigned ends = ~(unsigned)_mm_movemask_epi8(words) & 0xFFFF;
        if (ends == 0) continue;
        at += (uint32_t)__builtin_ctz(ends);
        break;
    }
#else
    while (at < end && is_word_at(data, at)) at++;
#endif
    return at < end ? at : end;
}

uint32_t word_end(const char *data, uint32_t at, uint32_t end, uint32_t *bare)
{
    for (;;) {
        *bare = at = skip_letters(data, at, end);
        if (at == end || data[at] == ' ') return at;
        uint32_t join = joiner_at(data, at);
        if (join == 0) return at;
        bool possessive = data[at] != '-' && data[at] != '.' && data[at] != '&' &&
                          (data[at + join] | 0x20) == 's' && !is_word_at(data, at + join + 1);
        if (possessive) return at + join + 1;
        at += join;
    }
}

static uint32_t mark_set(const char *data, uint32_t at, uint32_t *width)
{
    *width = 1;
    switch ((unsigned char)data[at]) {
    case ',': return TOKEN_COMMA;
    case ':': return TOKEN_COLON;
    case '.':
    case '!':
    case '?':
    case ';': return TOKEN_STOP;
    case '(':
    case ')':
    case '[':
    case ']': return TOKEN_BRACKET;
    case '-': return data[at + 1] == '-' || data[at + 1] == ' ' ? TOKEN_DASH : 0;
    case 0xC2: *width = 2; return 0;
    case 0xE2:
    case 0xE3: break;
    default: return 0;
    }
    *width = 3;
    bool dash = data[at] == '\xE2' && data[at + 1] == '\x80' &&
                (unsigned char)data[at + 2] >= 0x93 && (unsigned char)data[at + 2] <= 0x95;
    return dash ? TOKEN_DASH : 0;
}

/* Tells whether a word ends as adjectives of a place or kind do: Federal, Islamic, Syrian, Polish.
 * No first name counts, much as it ends like that. */
static bool is_adjective(const char *data, const text_token *word, uint32_t set)
{
    if (word->end - word->begin < 5 || (set & (WORD_MAN | WORD_WOMAN | WORD_TITLE))) return false;
    const char *end = data + word->end;
    return memcmp(end - 2, "al", 2) == 0 || memcmp(end - 2, "ic", 2) == 0 ||
           memcmp(end - 3, "ian", 3) == 0 || memcmp(end - 3, "ish", 3) == 0 ||
           memcmp(end - 3, "ese", 3) == 0;
}

/* The classes of a word that opens with a capital do not make it a cue. */
static inline uint32_t classes_of(const vocabulary *known, const char *data, const text_token *word)
{
    uint32_t set = vocabulary_classes(known, data + word->begin, word->end - word->begin);
    if (!is_capital_at(data, word->begin)) return set;
    if (is_adjective(data, word, set)) set |= TOKEN_ADJECTIVE;
    return (set & ~(uint32_t)(WORD_CUE | WORD_TELL)) | TOKEN_CAPITAL;
}

/* Tells whether a byte behind letters may join them to more, or belong to their word. */
static inline bool may_follow_letters(char byte)
{
    return byte != ' ' && byte != ',' && byte != '\n';
}

/* Tells whether the stop behind a word only shortens it: Sen. J. U.S. Jr. a.m. */
static bool is_shortened(const char *data, const text_token *word)
{
    uint32_t length = word->end - word->begin;
    if (length == 1 || (word->set & (WORD_TITLE | WORD_SUFFIX))) return true;
    uint32_t after = word->end + 1;
    if (data[after] == ',') return true;
    if (length <= 4 && memchr(data + word->begin, '.', length) != NULL) return true;
    return data[after] == ' ' && is_word_at(data, after + 1) && !is_capital_at(data, after + 1);
}

/* Reads on where a word may go on behind its first letters, or has something of its own behind it:
 * a joined part, a possessive, a stop that shortens it. Returns where the next token may begin. */
static __attribute__((noinline)) uint32_t read_rest(const vocabulary *known, const char *data,
                                                    uint32_t end, text_token *found)
{
    uint32_t next = word_end(data, found->end, end, &found->end);
    found->set = classes_of(known, data, found);
    if (next > found->end) {
        found->set |= TOKEN_POSSESSIVE;
    } else if (next < end && data[next] == '.' && is_shortened(data, found)) {
        found->set |= TOKEN_SHORT;
        next++;
    }
    return next;
}

/* Reads a word. Returns where the next token may begin. */
static inline uint32_t read_word(const vocabulary *known, const char *data, uint32_t at,
                                 uint32_t end, text_token *found)
{
    found->begin = at;
    found->end = skip_letters(data, at, end);
    if (found->end < end && may_follow_letters(data[found->end]))
        return read_rest(known, data, end, found);
    found->set = classes_of(known, data, found);
    return found->end;
}

#define ASIDE_BYTES_MAX 48

/* Returns where a short remark in brackets that begins at `at` ends: (D-Ohio); `at` if none does.
 */
static uint32_t aside_end(const char *data, uint32_t at, uint32_t end)
{
    uint32_t reach = end - at < ASIDE_BYTES_MAX ? end - at : ASIDE_BYTES_MAX;
    const char *closing = data[at] == '(' ? memchr(data + at, ')', reach) : NULL;
    return closing != NULL ? (uint32_t)(closing - data) + 1 : at;
}

static inline __attribute__((always_inline)) uint32_t
read_token(const vocabulary *known, const char *data, uint32_t at, uint32_t end, text_token *found)
{
    uint32_t width, breaks = 0;
    if (at < end && data[at] == ' ') at++;
    for (; at < end; at += width) {
        width = 1;
        if (data[at] == ' ') continue; /* what parts most words */
        if (is_word_at(data, at)) {
            uint32_t next = read_word(known, data, at, end, found);
            if (breaks > 1) found->set |= TOKEN_BREAK;
            return next;
        }
        breaks += data[at] == '\n';
        uint32_t set = mark_set(data, at, &width), behind = at;
        if (set & TOKEN_BRACKET) behind = aside_end(data, at, end);
        if (behind > at) width = behind - at;
        if (set == 0 || behind > at) continue;
        found->begin = at;
        found->end = at + width;
        found->set = set | (breaks > 1 ? TOKEN_BREAK : 0u);
        return found->end;
    }
    return 0;
}

uint32_t token_read(const vocabulary *known, const char *data, uint32_t at, uint32_t end,
                    text_token *found)
{
    return read_token(known, data, at, end, found);
}

uint32_t tokens_read(const vocabulary *known, const char *data, mill_span piece, text_token *items,
                     uint32_t room)
{
    uint32_t count = 0, at = piece.begin;
    while (count < room) {
        at = read_token(known, data, at, piece.end, &items[count]);
        if (at == 0) break;
        count++;
    }
    return count;
}
