/* Two ways to the same answer. With AVX2, whole blocks are checked by table look-up, as in J.
 * Keiser and D. Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte", 2021. Where a
 * block is not valid, for the rest and without AVX2, ASCII is skipped in blocks and other
 * characters are decoded one by one; after each the block loop is tried again, so that text with a
 * curly quote here and there runs at the speed of ASCII. */
#include "utf8.h"

#include <string.h>

#ifdef __SSE2__
#include <immintrin.h>
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

/* Returns where the valid text ends that starts at `at`. */
static size_t walk(const unsigned char *bytes, size_t at, size_t length)
{
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

/* ---- Checking blocks ----------------------------------------------------------------------- */

#ifdef __x86_64__

#define WITH_AVX2  __attribute__((target("avx2")))
#define WIDE_BLOCK ((size_t)32)

/* What can be wrong with two bytes that follow each other. A pair is wrong if the three tables, one
 * for each of its first three halves, agree on a reason. */
enum {
    TOO_SHORT = 1 << 0,     /* a first byte, and then no tail */
    TOO_LONG = 1 << 1,      /* ASCII, and then a tail */
    OVERLONG_3 = 1 << 2,    /* E0 80..9F */
    TOO_LARGE = 1 << 3,     /* F4 90..BF, F5.. 90..BF */
    SURROGATE = 1 << 4,     /* ED A0..BF */
    OVERLONG_2 = 1 << 5,    /* C0..C1 80..BF */
    TOO_LARGE_LOW = 1 << 6, /* F5.. 80..8F; shares its bit with F0 80..8F, which is overlong */
    OVERLONG_4 = 1 << 6,
    TWO_TAILS = 1 << 7, /* right only behind the first byte of a longer sequence */
    ANY_FIRST_HALF = TOO_SHORT | TOO_LONG | TWO_TAILS
};

typedef struct pair_tables {
    unsigned char first_high[16], first_low[16], second_high[16];
} pair_tables;

static const pair_tables tables = {
    .first_high = {TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
                   TWO_TAILS, TWO_TAILS, TWO_TAILS, TWO_TAILS, TOO_SHORT | OVERLONG_2, TOO_SHORT,
                   TOO_SHORT | OVERLONG_3 | SURROGATE,
                   TOO_SHORT | TOO_LARGE | TOO_LARGE_LOW | OVERLONG_4},
#define LARGE (ANY_FIRST_HALF | TOO_LARGE | TOO_LARGE_LOW)
    .first_low = {ANY_FIRST_HALF | OVERLONG_2 | OVERLONG_3 | OVERLONG_4,
                  ANY_FIRST_HALF | OVERLONG_2, ANY_FIRST_HALF, ANY_FIRST_HALF,
                  ANY_FIRST_HALF | TOO_LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE,
                  LARGE, LARGE | SURROGATE, LARGE, LARGE},
#undef LARGE
#define TAIL (TOO_LONG | OVERLONG_2 | TWO_TAILS)
    .second_high = {TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
                    TOO_SHORT, TAIL | OVERLONG_3 | TOO_LARGE_LOW | OVERLONG_4,
                    TAIL | OVERLONG_3 | TOO_LARGE, TAIL | SURROGATE | TOO_LARGE,
                    TAIL | SURROGATE | TOO_LARGE, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT},
#undef TAIL
};

WITH_AVX2 static inline __m256i look_up(const unsigned char table[16], __m256i halves)
{
    __m128i entries = _mm_loadu_si128((const __m128i *)(const void *)table);
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(entries), halves);
}

WITH_AVX2 static inline __m256i high_halves(__m256i bytes)
{
    return _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0F));
}

/* Tells whether all that ends in the block `now`, with the block `before` it, is valid. */
WITH_AVX2 static inline bool block_is_valid(__m256i before, __m256i now)
{
    __m256i middle = _mm256_permute2x128_si256(before, now, 0x21);
    __m256i one_back = _mm256_alignr_epi8(now, middle, 15);
    __m256i two_back = _mm256_alignr_epi8(now, middle, 14);
    __m256i three_back = _mm256_alignr_epi8(now, middle, 13);
    __m256i low_halves = _mm256_and_si256(one_back, _mm256_set1_epi8(0x0F));
    __m256i wrong =
        _mm256_and_si256(_mm256_and_si256(look_up(tables.first_high, high_halves(one_back)),
                                          look_up(tables.first_low, low_halves)),
                         look_up(tables.second_high, high_halves(now)));
    /* The highest bit, TWO_TAILS, must be set just where a longer sequence has its third or fourth
     * byte. */
    __m256i third = _mm256_subs_epu8(two_back, _mm256_set1_epi8((char)(0xE0 - 0x80)));
    __m256i fourth = _mm256_subs_epu8(three_back, _mm256_set1_epi8((char)(0xF0 - 0x80)));
    __m256i expected =
        _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
    wrong = _mm256_xor_si256(wrong, expected);
    return _mm256_testz_si256(wrong, wrong) != 0;
}

/* Returns a place where a sequence begins and before which all is valid. */
WITH_AVX2 static size_t skip_valid_blocks(const unsigned char *bytes, size_t length)
{
    __m256i before = _mm256_setzero_si256();
    bool is_ascii_before = true;
    size_t at = 0;
    for (; length - at >= WIDE_BLOCK; at += WIDE_BLOCK) {
        __m256i now = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + at));
        bool is_ascii = _mm256_movemask_epi8(now) == 0;
        if (!(is_ascii && is_ascii_before) && !block_is_valid(before, now)) break;
        is_ascii_before = is_ascii;
        before = now;
    }
    /* The last sequence may go on behind the blocks. */
    for (size_t back = 1; back <= 3 && back <= at; back++)
        if (bytes[at - back] >= 0xC0) return at - back;
    return at;
}

#endif

size_t utf8_valid_prefix(const char *data, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)data;
    size_t at = 0;
#ifdef __x86_64__
    if (length >= 2 * WIDE_BLOCK && __builtin_cpu_supports("avx2"))
        at = skip_valid_blocks(bytes, length);
#endif
    return walk(bytes, at, length);
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
