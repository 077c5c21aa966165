/* candidates - where a sentence may end, 64 bytes at a time.
 *
 * Stops, line ends, and the marks of addresses, dates and labels. Of the wider marks a byte that
 * hardly anything else has: the last one of the ellipsis and of the double !, the first one of the
 * East Asian. With AVX2 a byte is looked up in two tables, by its low and its high half: it is in a
 * group if both entries have the group's bit. Without, comparisons give the same answer.
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
    block_marks found = {mill_scan_range(block, '.', '/') | mill_scan_range(block, '>', '@') |
                             mill_scan_either(block, '!', ')') | mill_scan_either(block, '\n', ':'),
                         mill_scan_either(block, '*', '-') | mill_scan_either(block, '=', '_')};
    if (mill_scan_high(block) != 0) found.marks |= find_wide_marks(block);
    return found;
}

#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_AVX2_CODE
#include <immintrin.h>

/* The groups are the bytes that share a high half. Marks: 1: \n, 2: ! ) . /, 4: : > ? @: 8. Rules:
 * 16: * -, 32: =, 64: _. */
__attribute__((target("avx2"))) static inline block_marks find_marks_avx2(const char *block)
{
    const __m256i low = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(8, 2, 0, 0, 0, 0, 0, 0, 0, 2, 1 | 4 | 16, 0, 0, 16 | 32, 2 | 4, 2 | 4 | 64));
    const __m256i high = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(1, 0, 2 | 16, 4 | 32, 8, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    const __m256i half = _mm256_set1_epi8(0x0F), zero = _mm256_setzero_si256();
    block_marks found = {0, 0};
    uint32_t wide = 0;
    for (int i = 0; i < 2; i++) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)block + i);
        __m256i upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half);
        __m256i groups =
            _mm256_and_si256(_mm256_shuffle_epi8(low, bytes), _mm256_shuffle_epi8(high, upper));
        __m256i marks = _mm256_cmpgt_epi8(_mm256_and_si256(groups, half), zero);
        __m256i rules = _mm256_cmpgt_epi8(groups, half);
        found.marks |= (uint64_t)(uint32_t)_mm256_movemask_epi8(marks) << 32 * i;
        found.rules |= (uint64_t)(uint32_t)_mm256_movemask_epi8(rules) << 32 * i;
        wide |= (uint32_t)_mm256_movemask_epi8(bytes);
    }
    if (wide != 0) found.marks |= find_wide_marks(block);
    return found;
}
#endif

#endif
