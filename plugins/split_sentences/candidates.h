/* candidates - where a sentence may end, 64 bytes at a time.
 *
 * Stops, line ends, and the marks of addresses, dates and labels. Of the wider marks a byte that
 * hardly anything else has: the last one of the ellipsis and of the double !, the first one of the
 * East Asian. A full stop with a small letter right behind it is none: addresses, p.m. Of line ends
 * in a row the last one is. With AVX2 a
 * byte is looked up in two tables, by its low and its high half: it is in a group if both entries
 * have the group's bit. Without, comparisons give the same answer.
 */
#ifndef SPLIT_SENTENCES_CANDIDATES_H
#define SPLIT_SENTENCES_CANDIDATES_H

#include "textmill/scan.h"

typedef struct block_marks {
    uint64_t marks;
    uint64_t rules; /* the bytes that rules are drawn with: * - = _ */
} block_marks;

static inline uint64_t find_wide_marks(const char *block)
{
    return mill_scan_either(block, (char)0xA6, (char)0xE3) | mill_scan_range(block, 0xBC, 0xBD) |
           mill_scan_equal(block, (char)0xEF);
}

static inline block_marks find_marks(const char *block)
{
    block_marks found = {(mill_scan_equal(block, '.') & ~mill_scan_range(block + 1, 'a', 0x7F)) |
                             (mill_scan_equal(block, '\n') & ~mill_scan_equal(block + 1, '\n')) |
                             mill_scan_either(block, '/', ':') | mill_scan_range(block, '>', '@') |
                             mill_scan_either(block, '!', ')'),
                         mill_scan_either(block, '*', '-') | mill_scan_either(block, '=', '_')};
    if (mill_scan_high(block) != 0) found.marks |= find_wide_marks(block);
    return found;
}

#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_AVX2_CODE
#include <immintrin.h>

/* The groups are the bytes that share a high half. Marks: 1: \n, 2: ! ) . /, 4: : > ? @: 8. Rules:
 * 16: * -, 32: =, 64: _. Wide marks, in tables of their own: 1: A6, 2: BC BD, 4: E3 EF. */
__attribute__((target("avx2,bmi,popcnt"))) static inline block_marks
find_marks_avx2(const char *block)
{
#define TABLE(...) _mm256_broadcastsi128_si256(_mm_setr_epi8(__VA_ARGS__))
    const __m256i low =
        TABLE(8, 2, 0, 0, 0, 0, 0, 0, 0, 2, 1 | 4 | 16, 0, 0, 16 | 32, 2 | 4, 2 | 4 | 64);
    const __m256i high = TABLE(1, 0, 2 | 16, 4 | 32, 8, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    const __m256i wide_low = TABLE(0, 0, 0, 4, 0, 0, 1, 0, 0, 0, 0, 0, 2, 2, 0, 4);
    const __m256i wide_high = TABLE(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 4, 0);
#undef TABLE
    const __m256i half = _mm256_set1_epi8(0x0F), zero = _mm256_setzero_si256();
    block_marks found = {0, 0};
    for (int i = 0; i < 2; i++) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)block + i);
        __m256i lower = _mm256_and_si256(bytes, half);
        __m256i upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half);
        __m256i groups =
            _mm256_and_si256(_mm256_shuffle_epi8(low, lower), _mm256_shuffle_epi8(high, upper));
        __m256i wide = _mm256_and_si256(_mm256_shuffle_epi8(wide_low, lower),
                                        _mm256_shuffle_epi8(wide_high, upper));
        __m256i marks = _mm256_or_si256(_mm256_and_si256(groups, half), wide);
        __m256i next = _mm256_loadu_si256((const __m256i *)(const void *)(block + 1) + i);
        __m256i inner = _mm256_and_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('.')),
                                         _mm256_cmpgt_epi8(next, _mm256_set1_epi8('a' - 1)));
        __m256i line = _mm256_set1_epi8('\n');
        __m256i empty =
            _mm256_and_si256(_mm256_cmpeq_epi8(bytes, line), _mm256_cmpeq_epi8(next, line));
        marks = _mm256_andnot_si256(_mm256_or_si256(inner, empty), marks);
        found.marks |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpgt_epi8(marks, zero))
                       << 32 * i;
        found.rules |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpgt_epi8(groups, half))
                       << 32 * i;
    }
    return found;
}
#endif

#endif
