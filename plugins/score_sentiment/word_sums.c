/* word_sums - see word_sums.h. Both sums of a word stand in one number: where they are taken from
 * each other, what the lower one carries over cancels out.
 */
#include "word_sums.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

/* ---- For any machine ----------------------------------------------------------------------- */

/* Parts the two weights of a bucket, so that sums have room. */
static uint64_t part(uint16_t weights)
{
    return (uint64_t)(weights >> 8) << 32 | (weights & 0xFF);
}

void words_add_portably(word_sums *sums, const candidate_walk *piece)
{
    uint64_t sum = sums->sums[sums->words];
    for (uint32_t run = 0; run < piece->runs; run++) {
        sum += part(sums->buckets[bucket_of_word(piece->hashes[run])]);
        sums->sums[++sums->words] = sum;
    }
}

/* ---- For AVX2 ------------------------------------------------------------------------------ */

#ifdef __x86_64__

#define WITH_AVX2 __attribute__((target("avx2")))

/* Loads the weights of four words and parts bad and good, each into 16 of 32 bits. */
WITH_AVX2 static inline __m128i weigh_four(const uint16_t *buckets, __m256i hash)
{
    const __m128i low_byte = _mm_set1_epi32(0xFF);
    __m256i numbers = _mm256_and_si256(hash, _mm256_set1_epi64x(MODEL_BUCKETS - 1));
    __m128i weights =
        _mm256_i64gather_epi32((const int *)(const void *)buckets, numbers, sizeof *buckets);
    __m128i good = _mm_and_si128(_mm_srli_epi32(weights, 8), low_byte);
    return _mm_or_si128(_mm_and_si128(weights, low_byte), _mm_slli_epi32(good, 16));
}

/* Adds to each of four the ones before it, and parts the sums into 32 of 64 bits. */
WITH_AVX2 static inline __m256i add_up_four(__m128i words)
{
    words = _mm_add_epi32(words, _mm_slli_si128(words, 4));
    words = _mm_add_epi32(words, _mm_slli_si128(words, 8));
    __m256i wide = _mm256_cvtepu32_epi64(words);
    return _mm256_and_si256(_mm256_or_si256(wide, _mm256_slli_epi64(wide, 16)),
                            _mm256_set1_epi64x(0x0000FFFF0000FFFF));
}

/* In fours; behind the last run stands what is written over or never read. */
WITH_AVX2 static void add_with_avx2(word_sums *sums, const candidate_walk *piece)
{
    uint64_t *to = sums->sums + sums->words;
    __m256i all = _mm256_set1_epi64x((int64_t)*to);
    for (uint32_t run = 0; run < piece->runs; run += 4) {
        __m256i hash = _mm256_loadu_si256((const __m256i *)(const void *)&piece->hashes[run]);
        all = _mm256_add_epi64(all, add_up_four(weigh_four(sums->buckets, hash)));
        _mm256_storeu_si256((__m256i *)(void *)&to[run + 1], all);
        all = _mm256_permute4x64_epi64(all, 0xFF);
    }
    sums->words += piece->runs;
}

word_adder *words_adder(void)
{
    return __builtin_cpu_supports("avx2") ? add_with_avx2 : words_add_portably;
}

#else

word_adder *words_adder(void)
{
    return words_add_portably;
}

#endif

/* ---- A text -------------------------------------------------------------------------------- */

#define ROOM_AHEAD (PIECE_RUNS + 8) /* for a piece, and for whole fours */

/* Makes room for another piece. */
static mill_status reserve(word_sums *sums)
{
    uint32_t capacity = sums->capacity * 2 + ROOM_AHEAD;
    if (sums->sums != NULL && sums->capacity - sums->words >= ROOM_AHEAD) return MILL_OK;
    uint64_t *more = mill_alloc(sums->document, capacity * sizeof *more);
    if (more == NULL) return MILL_FAILED;
    more[0] = 0;
    if (sums->sums != NULL) memcpy(more, sums->sums, (sums->words + 1) * sizeof *more);
    sums->sums = more;
    sums->capacity = capacity;
    return MILL_OK;
}

mill_status word_sums_begin(word_sums *sums, mill_document *document, const uint16_t *buckets,
                            word_adder *add)
{
    size_t length = mill_document_text(document).length, blocks = length / MILL_SCAN_BLOCK + 1;
    *sums = (word_sums){.buckets = buckets, .add = add, .document = document};
    sums->capacity = (uint32_t)(length / 10); /* twice that is about how many there are */
    sums->begins = mill_alloc(document, blocks * sizeof *sums->begins);
    sums->before = mill_alloc(document, blocks * sizeof *sums->before);
    if (sums->begins == NULL || sums->before == NULL) return MILL_FAILED;
    if (length == 0) sums->begins[0] = sums->before[0] = 0; /* no piece will come */
    return reserve(sums);
}

mill_status word_sums_add(word_sums *sums, const candidate_walk *piece)
{
    uint32_t first = piece->begin / MILL_SCAN_BLOCK;
    uint32_t blocks = (piece->end - piece->begin) / MILL_SCAN_BLOCK;
    blocks += piece->end == piece->text.length;
    for (uint32_t block = 0; block < blocks; block++) {
        sums->begins[first + block] = piece->begins[block];
        sums->before[first + block] = piece->number + piece->before[block];
    }
    if (reserve(sums) != MILL_OK) return MILL_FAILED;
    sums->add(sums, piece);
    return MILL_OK;
}

/* Counts the words that begin before a place. */
static uint32_t words_before(const word_sums *sums, uint32_t at)
{
    uint64_t below = (UINT64_C(1) << at % MILL_SCAN_BLOCK) - 1;
    uint32_t block = at / MILL_SCAN_BLOCK;
    return sums->before[block] + mill_scan_count(sums->begins[block] & below);
}

word_sum word_sums_of(const word_sums *sums, mill_span span)
{
    uint32_t first = words_before(sums, span.begin), last = words_before(sums, span.end);
    uint64_t sum = sums->sums[last] - sums->sums[first];
    double raised = RAISED_BY * (double)(last - first);
    return (word_sum){(double)(sum >> 32) - raised, (double)(sum & UINT32_MAX) - raised,
                      last - first};
}
