/* textmill/scan.h - looking at 64 bytes of text at once. Optional; needs nothing but this header.
 *
 * Each function looks at the 64 bytes from `bytes` on and returns a set of positions: bit i stands
 * for byte i. textmill keeps MILL_PADDING (64) readable zero bytes behind every text, so a loop
 * over blocks needs no special last step:
 *
 *     for (size_t block = 0; block < text.length; block += 64)
 *         for (uint64_t hits = mill_scan_equal(text.data + block, '"'); hits != 0; hits &= hits - 1)
 *             visit(block + mill_scan_first(hits));
 *
 * On x86-64 this is SSE2, which every such machine has; elsewhere plain C with the same results.
 */
#ifndef TEXTMILL_SCAN_H
#define TEXTMILL_SCAN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define MILL_SCAN_BLOCK 64

/* Returns the lowest position of a set that is not empty. */
static inline unsigned mill_scan_first(uint64_t set)
{
    return (unsigned)__builtin_ctzll(set);
}

/* Counts the positions in a set. Written out, because without a newer processor asked for the
 * compiler's own count is a call into a library. */
static inline unsigned mill_scan_count(uint64_t set)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    set -= set >> 1 & ones * 0x55;
    set = (set & ones * 0x33) + (set >> 2 & ones * 0x33);
    return (unsigned)(((set + (set >> 4)) & ones * 0x0F) * ones >> 56);
}

#ifdef __SSE2__

/* Joins the four 16-byte answers of one block. */
#define MILL_SCAN_JOIN(test)                                                                       \
    ((uint64_t)(uint32_t)_mm_movemask_epi8(test(0)) |                                              \
     (uint64_t)(uint32_t)_mm_movemask_epi8(test(1)) << 16 |                                        \
     (uint64_t)(uint32_t)_mm_movemask_epi8(test(2)) << 32 |                                        \
     (uint64_t)(uint32_t)_mm_movemask_epi8(test(3)) << 48)

/* Returns where the bytes equal `byte`. */
static inline uint64_t mill_scan_equal(const char *bytes, char byte)
{
    const __m128i *part = (const __m128i *)(const void *)bytes;
    const __m128i wanted = _mm_set1_epi8(byte);
#define MILL_SCAN_TEST(i) _mm_cmpeq_epi8(_mm_loadu_si128(part + (i)), wanted)
    return MILL_SCAN_JOIN(MILL_SCAN_TEST);
#undef MILL_SCAN_TEST
}

/* Returns where the bytes equal one of two. */
static inline uint64_t mill_scan_either(const char *bytes, char one, char other)
{
    const __m128i *part = (const __m128i *)(const void *)bytes;
    const __m128i first = _mm_set1_epi8(one), second = _mm_set1_epi8(other);
#define MILL_SCAN_TEST(i)                                                                          \
    _mm_or_si128(_mm_cmpeq_epi8(_mm_loadu_si128(part + (i)), first),                               \
                 _mm_cmpeq_epi8(_mm_loadu_si128(part + (i)), second))
    return MILL_SCAN_JOIN(MILL_SCAN_TEST);
#undef MILL_SCAN_TEST
}

/* Returns where the bytes are ASCII letters or digits. */
static inline uint64_t mill_scan_alphanumeric(const char *bytes)
{
    const __m128i *part = (const __m128i *)(const void *)bytes;
    const __m128i small = _mm_set1_epi8(0x20);
    const __m128i letter_a = _mm_set1_epi8('a'), letters = _mm_set1_epi8('z' - 'a');
    const __m128i digit_0 = _mm_set1_epi8('0'), digits = _mm_set1_epi8('9' - '0');
#define MILL_SCAN_WITHIN(bytes, first, width)                                                      \
    _mm_cmpeq_epi8(_mm_subs_epu8(_mm_sub_epi8(bytes, first), width), _mm_setzero_si128())
#define MILL_SCAN_TEST(i)                                                                          \
    _mm_or_si128(                                                                                  \
        MILL_SCAN_WITHIN(_mm_or_si128(_mm_loadu_si128(part + (i)), small), letter_a, letters),     \
        MILL_SCAN_WITHIN(_mm_loadu_si128(part + (i)), digit_0, digits))
    return MILL_SCAN_JOIN(MILL_SCAN_TEST);
#undef MILL_SCAN_TEST
#undef MILL_SCAN_WITHIN
}

/* Returns where the bytes, taken as 0 to 255, lie in first..last. With first > last the range runs
 * over the top: 0x7F to 0x1F is all but printable ASCII. */
static inline uint64_t mill_scan_range(const char *bytes, unsigned char first, unsigned char last)
{
    const __m128i *part = (const __m128i *)(const void *)bytes;
    const __m128i low = _mm_set1_epi8((char)first);
    const __m128i width = _mm_set1_epi8((char)(last - first));
#define MILL_SCAN_TEST(i)                                                                          \
    _mm_cmpeq_epi8(_mm_subs_epu8(_mm_sub_epi8(_mm_loadu_si128(part + (i)), low), width),           \
                   _mm_setzero_si128())
    return MILL_SCAN_JOIN(MILL_SCAN_TEST);
#undef MILL_SCAN_TEST
}

/* Returns where the bytes are not ASCII. */
static inline uint64_t mill_scan_high(const char *bytes)
{
    const __m128i *part = (const __m128i *)(const void *)bytes;
#define MILL_SCAN_TEST(i) _mm_loadu_si128(part + (i))
    return MILL_SCAN_JOIN(MILL_SCAN_TEST);
#undef MILL_SCAN_TEST
}

#undef MILL_SCAN_JOIN

#else

static inline uint64_t mill_scan_range(const char *bytes, unsigned char first, unsigned char last)
{
    uint64_t set = 0;
    for (unsigned i = 0; i < MILL_SCAN_BLOCK; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        set |= (uint64_t)((unsigned char)(byte - first) <= (unsigned char)(last - first)) << i;
    }
    return set;
}

static inline uint64_t mill_scan_equal(const char *bytes, char byte)
{
    return mill_scan_range(bytes, (unsigned char)byte, (unsigned char)byte);
}

static inline uint64_t mill_scan_either(const char *bytes, char one, char other)
{
    return mill_scan_equal(bytes, one) | mill_scan_equal(bytes, other);
}

static inline uint64_t mill_scan_alphanumeric(const char *bytes)
{
    return mill_scan_range(bytes, 'a', 'z') | mill_scan_range(bytes, 'A', 'Z') |
           mill_scan_range(bytes, '0', '9');
}

static inline uint64_t mill_scan_high(const char *bytes)
{
    return mill_scan_range(bytes, 0x80, 0xFF);
}

#endif

#endif
