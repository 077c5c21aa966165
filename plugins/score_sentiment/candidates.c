/* candidates - see candidates.h. One loop over the runs of a block, compiled for each kind of
 * processor together with the kind's own way to look at 64 bytes.
 */
#include "candidates.h"
#include "textmill/scan.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

/* What the bytes of a block are. */
typedef struct block_bytes {
    uint64_t alphanumeric;
    uint64_t odd; /* an apostrophe, a hyphen or beyond ASCII */
    uint64_t exclamation;
} block_bytes;

typedef block_bytes block_look(const char *data, uint64_t *spilled);

/* Returns the bytes of those signs in a block that only part words and are frequent: general
 * punctuation such as curly quotation marks and dashes, but for apostrophes. Such a sign has three
 * bytes; `spilled` are those of one that began in the block before, and become those of one that
 * goes on in the next. */
static uint64_t find_signs(const char *data, uint64_t *spilled)
{
    uint64_t first = mill_scan_equal(data, (char)0xE2), seconds = mill_scan_equal(data, (char)0x80);
    uint64_t thirds = (first & seconds >> 1) << 2 & ~mill_scan_range(data, 0x98, 0x99);
    uint64_t signs = thirds | thirds >> 1 | thirds >> 2 | *spilled;
    *spilled = 0;
    if (first >> 62 == 0) return signs;
    unsigned at = (first >> 63) != 0 ? 63 : 62;
    const unsigned char *sign = (const unsigned char *)data + at;
    if (sign[1] != 0x80 || sign[2] == 0x98 || sign[2] == 0x99) return signs;
    *spilled = at == 63 ? 3 : 1;
    return signs | UINT64_MAX << at;
}

/* Takes the lowest of a set of positions out of it; anything if the set is empty. Without a branch,
 * because no processor can guess where words end. */
INLINE int32_t take_first(uint64_t *set)
{
    int32_t first = (int32_t)mill_scan_first(*set | UINT64_C(1) << 63);
    *set &= *set - 1;
    return first;
}

INLINE void write_four(uint64_t *set, int32_t base, int32_t *edges)
{
    edges[0] = base + take_first(set);
    edges[1] = base + take_first(set);
    edges[2] = base + take_first(set);
    edges[3] = base + take_first(set);
}

/* Writes the positions of a set from `base` on. As many as most blocks have are written without
 * asking how many there are, because a processor cannot guess that. */
INLINE void write_edges(uint64_t set, int32_t base, int32_t *edges)
{
    write_four(&set, base, edges);
    write_four(&set, base, edges + 4);
    write_four(&set, base, edges + 8);
    write_four(&set, base, edges + 12);
    write_four(&set, base, edges + 16);
    write_four(&set, base, edges + 20);
    for (edges += EDGES_AHEAD; set != 0; edges += 4) write_four(&set, base, edges);
}

/* Marks the runs whose ends are in a set: the end is one of the block's edges, and `count` edges
 * were before the block. */
INLINE void mark_unusual(candidate_walk *walk, uint64_t ends, uint64_t edges, uint32_t count)
{
    for (; ends != 0; ends &= ends - 1) {
        uint64_t below = (ends & (0 - ends)) - 1;
        uint32_t run = (count + mill_scan_count(edges & below)) / 2;
        walk->sets.unusual[run / 64] |= UINT64_C(1) << run % 64;
    }
}

/* Finds where the runs of a piece begin and end; returns how many edges that are. A run is a row of
 * ones, and one that is added to such a row anywhere carries over to the place behind it: so
 * unusual bytes mark the ends of their runs. */
INLINE uint32_t find_edges(candidate_walk *walk, block_look *look)
{
    uint64_t open = walk->is_open, unusual = walk->is_unusual, any_exclamation = 0;
    uint32_t count = open != 0;
    const char *piece = walk->text.data + walk->begin;
    bool is_last = walk->end == walk->text.length; /* the zeros behind the text end its last run */
    uint32_t blocks = (walk->end - walk->begin) / MILL_SCAN_BLOCK + is_last;
    for (uint32_t block = 0; block < blocks; block++) {
        block_bytes bytes = look(piece + (size_t)block * MILL_SCAN_BLOCK, &walk->spilled);
        uint64_t inside = bytes.alphanumeric | bytes.odd, behind = inside << 1 | open;
        /* an open unusual run carries in from below, as if the byte before the block were odd */
        uint64_t sum = inside + bytes.odd, marked = sum + unusual;
        uint64_t edges = inside ^ behind;
        uint32_t before = count;
        unusual = (sum < inside) | (marked < sum);
        mark_unusual(walk, marked & ~inside, edges, count);
        open = inside >> 63;
        write_edges(edges, (int32_t)(block * MILL_SCAN_BLOCK), walk->edges + count);
        count += mill_scan_count(edges);
        walk->exclamations[block] = bytes.exclamation;
        walk->begins[block] = inside & ~behind;
        walk->before[block] = (before + 1) / 2;
        any_exclamation |= bytes.exclamation;
    }
    walk->is_open = open != 0;
    walk->is_unusual = unusual != 0;
    walk->has_exclamation = any_exclamation != 0;
    return count;
}

/* ---- For any machine ----------------------------------------------------------------------- */

INLINE block_bytes look_portably(const char *data, uint64_t *spilled)
{
    uint64_t high = mill_scan_high(data);
    if (high != 0) high &= ~find_signs(data, spilled);
    return (block_bytes){mill_scan_alphanumeric(data), high | mill_scan_either(data, '\'', '-'),
                         mill_scan_equal(data, '!')};
}

void candidates_find_portably(candidate_walk *walk)
{
    const char *piece = walk->text.data + walk->begin;
    walk->runs = find_edges(walk, look_portably) / 2;
    memset(walk->sets.meaning, 0, sizeof walk->sets.meaning);
    memset(walk->sets.first, 0, sizeof walk->sets.first);
    memset(walk->sets.second, 0, sizeof walk->sets.second);
    for (uint32_t run = 0; run < walk->runs; run++) {
        int32_t begin = walk->edges[(size_t)2 * run], end = walk->edges[(size_t)2 * run + 1];
        size_t length = (size_t)(end - begin);
        uint64_t hash = lexicon_hash(lexicon_head(piece + begin, length), length);
        walk->hashes[run] = hash;
        word_kinds kinds = filter_look(walk->lexicon->filter, hash);
        walk->sets.meaning[run / 64] |= kinds.meaning << run % 64;
        walk->sets.first[run / 64] |= kinds.first << run % 64;
        walk->sets.second[run / 64] |= kinds.second << run % 64;
    }
}

/* ---- For AVX2 ------------------------------------------------------------------------------ */

#ifdef __x86_64__

#define WITH_AVX2 __attribute__((target("avx2,bmi,bmi2")))

/* Half a block. */
typedef struct half_bytes {
    uint32_t alphanumeric;
    uint32_t joining; /* apostrophes and hyphens */
    uint32_t exclamation;
    uint32_t high;
} half_bytes;

/* Two tables, one asked by the upper four bits of a byte and one by the lower, tell what it is:
 * where both have the same bit set. Bytes beyond ASCII get zero from the table. */
WITH_AVX2 INLINE half_bytes look_at_half(const char *data)
{
    enum { ROW_AO = 1, ROW_PZ = 2, DIGIT = 4, JOINING = 8, EXCLAMATION = 16 };
    const __m256i by_upper =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, JOINING | EXCLAMATION, DIGIT, ROW_AO,
                                                  ROW_PZ, ROW_AO, ROW_PZ, 0, 0, 0, 0, 0, 0, 0, 0));
    const __m256i by_lower = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(ROW_PZ | DIGIT, 7 | EXCLAMATION, 7, 7, 7, 7, 7, 7 | JOINING, 7, 7,
                      ROW_AO | ROW_PZ, ROW_AO, ROW_AO, ROW_AO | JOINING, ROW_AO, ROW_AO));
    const __m256i low_bits = _mm256_set1_epi8(0x0F);
    __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)data);
    __m256i upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), low_bits);
    __m256i class = _mm256_and_si256(_mm256_shuffle_epi8(by_lower, bytes),
                                     _mm256_shuffle_epi8(by_upper, upper));
    __m256i other =
        _mm256_cmpeq_epi8(_mm256_and_si256(class, _mm256_set1_epi8(7)), _mm256_setzero_si256());
    return (half_bytes){~(uint32_t)_mm256_movemask_epi8(other),
                        (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(class, 4)),
                        (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(class, 3)),
                        (uint32_t)_mm256_movemask_epi8(bytes)};
}

INLINE uint64_t joined(uint32_t first, uint32_t second)
{
    return first | (uint64_t)second << 32;
}

WITH_AVX2 INLINE block_bytes look_with_avx2(const char *data, uint64_t *spilled)
{
    half_bytes first = look_at_half(data), second = look_at_half(data + 32);
    uint64_t high = joined(first.high, second.high);
    if (high != 0) high &= ~find_signs(data, spilled);
    return (block_bytes){joined(first.alphanumeric, second.alphanumeric),
                         high | joined(first.joining, second.joining),
                         joined(first.exclamation, second.exclamation)};
}

WITH_AVX2 INLINE __m256i load_four(const char *piece, const int32_t *edges)
{
    uint64_t words[4];
    for (size_t i = 0; i < 4; i++) memcpy(&words[i], piece + edges[2 * i], 8);
    return _mm256_setr_epi64x((int64_t)words[0], (int64_t)words[1], (int64_t)words[2],
                              (int64_t)words[3]);
}

/* lexicon_head and lexicon_hash of four runs. */
WITH_AVX2 INLINE __m256i hash_four(const char *piece, const int32_t *edges)
{
    const __m256i low_half = _mm256_set1_epi64x(0xFFFFFFFF), eight = _mm256_set1_epi64x(8);
    __m256i pairs = _mm256_loadu_si256((const __m256i *)(const void *)edges);
    __m256i length = _mm256_sub_epi32(_mm256_srli_epi64(pairs, 32), pairs);
    __m256i missing = _mm256_sub_epi64(eight, _mm256_min_epu32(length, eight));
    __m256i mask = _mm256_srlv_epi64(_mm256_set1_epi64x(-1), _mm256_slli_epi64(missing, 3));
    __m256i bytes = _mm256_or_si256(load_four(piece, edges), _mm256_set1_epi64x(SMALL_LETTERS));
    bytes = _mm256_add_epi64(_mm256_and_si256(bytes, mask), _mm256_and_si256(length, low_half));
    __m256i mixed = _mm256_add_epi64(
        _mm256_mul_epu32(bytes, _mm256_set1_epi64x(HASH_FIRST)),
        _mm256_mul_epu32(_mm256_srli_epi64(bytes, 32), _mm256_set1_epi64x(HASH_SECOND)));
    return _mm256_xor_si256(mixed, _mm256_srli_epi64(mixed, 32));
}

/* Brings the bit that a hash says to the top of each part. */
WITH_AVX2 INLINE __m256i place_of_four(__m256i part, __m256i hash, int place)
{
    const __m256i last = _mm256_set1_epi64x(63);
    return _mm256_sllv_epi64(part, _mm256_andnot_si256(_mm256_srli_epi64(hash, place), last));
}

WITH_AVX2 INLINE uint64_t tops_of_four(__m256i one, __m256i other)
{
    return (uint64_t)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_and_si256(one, other)));
}

/* Asks the filter for four runs: filter_look, four times. */
WITH_AVX2 INLINE word_kinds look_up_four(const word_filter *filter, __m256i hash)
{
    __m256i at = _mm256_and_si256(_mm256_srli_epi64(hash, FILTER_PART),
                                  _mm256_set1_epi64x(FILTER_PARTS - 1));
    __m256i part = _mm256_i64gather_epi64((const long long *)(const void *)filter->parts, at, 8);
    __m256i meaning_a = place_of_four(part, hash, FILTER_MEANING_A);
    __m256i meaning_b = place_of_four(part, hash, FILTER_MEANING_B);
    __m256i phrase = place_of_four(part, hash, FILTER_PHRASE);
    __m256i first = place_of_four(part, hash, FILTER_FIRST);
    __m256i second = place_of_four(part, hash, FILTER_SECOND);
    return (word_kinds){tops_of_four(meaning_a, meaning_b), tops_of_four(phrase, first),
                        tops_of_four(phrase, second)};
}

/* Asks for `count` runs, at most 64. Behind them stand places for a whole four. */
WITH_AVX2 INLINE word_kinds look_up_runs(candidate_walk *walk, uint32_t first, uint32_t count)
{
    const char *piece = walk->text.data + walk->begin;
    const int32_t *edges = walk->edges + 2 * (size_t)first;
    word_kinds all = {0, 0, 0};
    for (uint32_t run = 0; run < count; run += 4, edges += 8) {
        __m256i hash = hash_four(piece, edges);
        word_kinds four = look_up_four(walk->lexicon->filter, hash);
        _mm256_storeu_si256((__m256i *)(void *)&walk->hashes[first + run], hash);
        all.meaning |= four.meaning << run;
        all.first |= four.first << run;
        all.second |= four.second << run;
    }
    return all;
}

WITH_AVX2 static void find_with_avx2(candidate_walk *walk)
{
    uint32_t edges = find_edges(walk, look_with_avx2);
    walk->runs = edges / 2;
    memset(walk->edges + edges, 0, 8 * sizeof *walk->edges); /* the last four may be fewer */
    for (uint32_t run = 0; run < walk->runs; run += 64) {
        uint32_t count = walk->runs - run < 64 ? walk->runs - run : 64;
        /* without what stands behind the runs */
        uint64_t real = count < 64 ? (UINT64_C(1) << count) - 1 : UINT64_MAX;
        word_kinds kinds = look_up_runs(walk, run, count);
        walk->sets.meaning[run / 64] = kinds.meaning & real;
        walk->sets.first[run / 64] = kinds.first & real;
        walk->sets.second[run / 64] = kinds.second & real;
    }
}

candidate_finder *candidates_finder(void)
{
    bool has_all = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                   __builtin_cpu_supports("bmi2");
    return has_all ? find_with_avx2 : candidates_find_portably;
}

#else

candidate_finder *candidates_finder(void)
{
    return candidates_find_portably;
}

#endif

/* ---- The walk ------------------------------------------------------------------------------ */

void candidates_begin(candidate_walk *walk, mill_text text, const word_lexicon *lexicon)
{
    walk->text = text;
    walk->lexicon = lexicon;
    walk->begin = walk->end = 0;
    walk->number = walk->runs = 0;
    walk->spilled = 0;
    walk->is_open = walk->is_unusual = walk->has_exclamation = false;
}

bool candidates_next(candidate_walk *walk, candidate_finder *find)
{
    uint32_t length = (uint32_t)walk->text.length, step = walk->end - walk->begin;
    if (walk->end == length) return false;
    if (walk->is_open) walk->edges[0] = walk->edges[(size_t)2 * walk->runs] - (int32_t)step;
    walk->number += walk->runs;
    walk->begin = walk->end;
    walk->end += length - walk->begin < PIECE_BYTES ? length - walk->begin : PIECE_BYTES;
    memset(walk->sets.unusual, 0, sizeof walk->sets.unusual);
    find(walk);
    return true;
}
