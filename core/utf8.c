/* ASCII is skipped in blocks, other characters are decoded one by one; after each the block loop
 * is tried again, so that text with a curly quote here and there runs at the speed of ASCII. */
#include "utf8.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* ---- Checking ------------------------------------------------------------------------------ */

static bool is_tail(unsigned char byte)
{
    return (byte & 0xC0u) == 0x80u;
}

static bool in_range(unsigned char byte, unsigned low, unsigned high)
{
    return byte >= low && byte <= high;
}

/* Returns the length of the valid sequence at `at`, which is not ASCII; 0 if there is none. The
 * second byte alone rules out overlong forms, surrogates and what lies beyond U+10FFFF. */
static size_t sequence_length(const unsigned char *at, size_t left)
{
    unsigned lead = at[0];
    if (lead < 0xC2 || lead > 0xF4 || left < 2) return 0;
    if (lead < 0xE0) return is_tail(at[1]) ? 2 : 0;
    if (lead < 0xF0) {
        bool fits =
            left >= 3 && in_range(at[1], lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF);
        return fits && is_tail(at[2]) ? 3 : 0;
    }
    bool fits =
        left >= 4 && in_range(at[1], lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF);
    return fits && is_tail(at[2]) && is_tail(at[3]) ? 4 : 0;
}

#ifdef __SSE2__

#define BLOCK ((size_t)16)

static unsigned high_bytes(const unsigned char *at)
{
    return (unsigned)_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(const void *)at));
}

/* Returns how many ASCII bytes the block at `at` starts with. */
static size_t ascii_in_block(const unsigned char *at)
{
    unsigned high = high_bytes(at);
    return high == 0 ? BLOCK : (size_t)__builtin_ctz(high);
}

/* Tells whether the 64 bytes at `at` are ASCII. */
static bool four_blocks_are_ascii(const unsigned char *at)
{
    const __m128i *part = (const __m128i *)(const void *)at;
    __m128i first = _mm_or_si128(_mm_loadu_si128(part), _mm_loadu_si128(part + 1));
    __m128i second = _mm_or_si128(_mm_loadu_si128(part + 2), _mm_loadu_si128(part + 3));
    return _mm_movemask_epi8(_mm_or_si128(first, second)) == 0;
}

#else

#define BLOCK ((size_t)8)

static uint64_t high_bytes(const unsigned char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word & UINT64_C(0x8080808080808080);
}

static size_t ascii_in_block(const unsigned char *at)
{
    size_t count = 0;
    if (high_bytes(at) == 0) return BLOCK;
    while (at[count] < 0x80) count++;
    return count;
}

static bool four_blocks_are_ascii(const unsigned char *at)
{
    return (high_bytes(at) | high_bytes(at + 8) | high_bytes(at + 16) | high_bytes(at + 24)) == 0;
}

#endif

/* Returns where the ASCII that starts at `at` ends. */
static size_t skip_ascii(const unsigned char *bytes, size_t at, size_t length)
{
    while (length - at >= BLOCK) {
        size_t count = ascii_in_block(bytes + at);
        at += count;
        if (count < BLOCK) return at;
        while (length - at >= 4 * BLOCK && four_blocks_are_ascii(bytes + at)) at += 4 * BLOCK;
    }
    while (at < length && bytes[at] < 0x80) at++;
    return at;
}

size_t utf8_valid_prefix(const char *data, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)data;
    size_t at = 0;
    for (;;) {
        at = skip_ascii(bytes, at, length);
        do {
            if (at == length) return length;
            size_t size = sequence_length(bytes + at, length - at);
            if (size == 0) return at;
            at += size;
        } while (at < length && bytes[at] >= 0x80);
    }
}

/* ---- Counting ------------------------------------------------------------------------------ */

/* Counts the bytes that, with the bits of `flip` inverted and taken as -128 to 127, are above
 * `limit`: the one comparison of bytes that SSE2 has. */
static size_t count_above(const char *data, size_t length, signed char flip, signed char limit)
{
    size_t count = 0, at = 0;
#ifdef __SSE2__
    const __m128i flips = _mm_set1_epi8(flip), limits = _mm_set1_epi8(limit);
    while (length - at >= 16) {
        /* Each lane counts in one byte: 255 steps at most, then the lanes are added up. */
        size_t steps = (length - at) / 16;
        __m128i lanes = _mm_setzero_si128();
        for (size_t stop = at + 16 * (steps < 255 ? steps : 255); at < stop; at += 16) {
            __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(data + at));
            lanes = _mm_sub_epi8(lanes, _mm_cmpgt_epi8(_mm_xor_si128(bytes, flips), limits));
        }
        __m128i sums = _mm_sad_epu8(lanes, _mm_setzero_si128());
        count += (size_t)_mm_cvtsi128_si32(sums) +
                 (size_t)_mm_cvtsi128_si32(_mm_unpackhi_epi64(sums, sums));
    }
#endif
    for (; at < length; at++) count += (signed char)(data[at] ^ flip) > limit;
    return count;
}

size_t utf8_count_code_points(const char *data, size_t length)
{
    return count_above(data, length, 0, (signed char)-65); /* all but 0x80 to 0xBF */
}

size_t utf8_count_utf16(const char *data, size_t length)
{
    size_t surrogates = count_above(data, length, (signed char)-128, 0x6F); /* 0xF0 to 0xFF */
    return utf8_count_code_points(data, length) + surrogates;
}
