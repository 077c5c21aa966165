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
static uint32_t skip_letters(const char *data, uint32_t at, uint32_t end)
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

/* Tells whether the stop behind a word only shortens it: Sen. J. U.S. Jr. a.m. */
static bool is_shortened(mill_text text, const text_token *word)
{
    uint32_t length = word->end - word->begin;
    if (length == 1 || (word->set & (WORD_TITLE | WORD_SUFFIX))) return true;
    uint32_t after = word->end + 1;
    if (text.data[after] == ',') return true;
    if (length <= 4 && memchr(text.data + word->begin, '.', length) != NULL) return true;
    return text.data[after] == ' ' && is_word_at(text.data, after + 1) &&
           !is_capital_at(text.data, after + 1);
}

/* Reads a word. The classes of a word that opens with a capital do not make it a cue. */
static void read_word(const vocabulary *known, mill_text text, uint32_t at, uint32_t end,
                      text_token *found, uint32_t *next)
{
    *next = word_end(text.data, at, end, &found->end);
    found->begin = at;
    found->set = vocabulary_classes(known, text.data + at, found->end - at);
    if (is_capital_at(text.data, at))
        found->set = (found->set & ~(uint32_t)(WORD_CUE | WORD_TELL)) | TOKEN_CAPITAL;
    if (*next > found->end) {
        found->set |= TOKEN_POSSESSIVE;
    } else if (*next < end && text.data[*next] == '.' && is_shortened(text, found)) {
        found->set |= TOKEN_SHORT;
        ++*next;
    }
}

#define ASIDE_BYTES_MAX 48

/* Returns where a short remark in brackets that begins at `at` ends: (D-Ohio); `at` if none does.
 */
static uint32_t aside_end(mill_text text, uint32_t at, uint32_t end)
{
    uint32_t reach = end - at < ASIDE_BYTES_MAX ? end - at : ASIDE_BYTES_MAX;
    const char *closing = text.data[at] == '(' ? memchr(text.data + at, ')', reach) : NULL;
    return closing != NULL ? (uint32_t)(closing - text.data) + 1 : at;
}

bool token_read(const vocabulary *known, mill_text text, uint32_t at, uint32_t end,
                text_token *found, uint32_t *next)
{
    uint32_t width, breaks = 0;
    for (; at < end; at += width) {
        width = 1;
        if (text.data[at] == ' ') continue; /* what parts most words */
        if (is_word_at(text.data, at)) {
            read_word(known, text, at, end, found, next);
            if (breaks > 1) found->set |= TOKEN_BREAK;
            return true;
        }
        breaks += text.data[at] == '\n';
        uint32_t set = mark_set(text.data, at, &width), behind = at;
        if (set & TOKEN_BRACKET) behind = aside_end(text, at, end);
        if (behind > at) width = behind - at;
        if (set == 0 || behind > at) continue;
        found->begin = at;
        found->end = at + width;
        found->set = set | (breaks > 1 ? TOKEN_BREAK : 0u);
        *next = found->end;
        return true;
    }
    return false;
}
