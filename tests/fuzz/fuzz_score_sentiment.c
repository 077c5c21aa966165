/* A libFuzzer target for the sentiment scorer, linked with the sources of plugins/score_sentiment.
 * Its host is a small one of its own, so that a text ends exactly where its padding does. Held:
 * both ways through a text find the same hits, in order and in the text, and the same sums;
 * whatever a lexicon holds, it is read or refused; VADER's scores are finite and in range. The
 * first byte says what the rest is. */
#include "../../plugins/score_sentiment/hits.h"
#include "../../plugins/score_sentiment/model.h"
#include "../../plugins/score_sentiment/vader.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "does not hold: %s\n", #condition);                                    \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* ---- The host ------------------------------------------------------------------------------- */

#define BLOCKS_MAX 4096

static void *blocks[BLOCKS_MAX];
static size_t block_count;
static mill_text text, file;

static void *take(size_t size)
{
    REQUIRE(block_count < BLOCKS_MAX);
    return blocks[block_count++] = calloc(1, size > 0 ? size : 1);
}

static void release(size_t kept)
{
    while (block_count > kept) free(blocks[--block_count]);
}

static void *alloc(mill_document *document, size_t size)
{
    (void)document;
    return take(size);
}

static void *setup_alloc(mill_setup *setup, size_t size)
{
    (void)setup;
    return take(size);
}

static mill_text get_text(const mill_document *document)
{
    (void)document;
    return text;
}

static void setup_fail(mill_setup *setup, const char *format, va_list arguments)
{
    (void)setup;
    REQUIRE(vsnprintf(NULL, 0, format, arguments) > 0);
}

static mill_status read_file(mill_setup *setup, const char *path, mill_text *contents)
{
    (void)setup;
    (void)path;
    *contents = file;
    return MILL_OK;
}

static const mill_host host = {.size = sizeof host,
                               .alloc = alloc,
                               .text = get_text,
                               .setup_alloc = setup_alloc,
                               .setup_fail = setup_fail,
                               .setup_read_file = read_file};
static mill_setup setup = {&host};
static mill_document document = {&host};

/* Copies bytes, with padding and nothing behind it. */
static mill_text padded(const uint8_t *data, size_t size)
{
    char *copy = take(size + MILL_PADDING);
    if (size > 0) memcpy(copy, data, size);
    return (mill_text){copy, size};
}

/* ---- What is held --------------------------------------------------------------------------- */

/* Plug-ins are given valid UTF-8 only: a byte beyond ASCII becomes a sign that news has. */
static mill_text make_text(const uint8_t *data, size_t size)
{
    static const char *const signs[] = {"’", "“", "”", "—", "é", "É", "日", "😀", "\u00a0", "…"};
    char *copy = take(size * 4 + MILL_PADDING);
    size_t length = 0;
    for (size_t i = 0; i < size; i++) {
        const char *sign = signs[data[i] % MILL_COUNT(signs)];
        if (data[i] < 0x80) {
            copy[length++] = (char)data[i];
        } else {
            memcpy(copy + length, sign, strlen(sign));
            length += strlen(sign);
        }
    }
    char *exact = take(length + MILL_PADDING);
    memcpy(exact, copy, length);
    return (mill_text){exact, length};
}

static void assert_hits(const word_lexicon *lexicon)
{
    hit_list one = {.items = NULL}, other = {.items = NULL};
    word_sums sums, others;
    const uint16_t *buckets = model_built_in()->buckets;
    REQUIRE(word_sums_begin(&sums, &document, buckets, words_add_portably) == MILL_OK);
    REQUIRE(word_sums_begin(&others, &document, buckets, words_adder()) == MILL_OK);
    REQUIRE(hits_collect(lexicon, candidates_find_portably, &document, &one, &sums) == MILL_OK);
    REQUIRE(hits_collect(lexicon, candidates_finder(), &document, &other, &others) == MILL_OK);
    REQUIRE(sums.words == others.words);
    REQUIRE(memcmp(sums.sums, others.sums, (sums.words + 1) * sizeof *sums.sums) == 0);
    REQUIRE(one.count == other.count && one.words == other.words);
    REQUIRE(one.exclamation_count == other.exclamation_count);
    for (uint32_t i = 0; i < one.count; i++) {
        REQUIRE(memcmp(&one.items[i], &other.items[i], offsetof(hit, context)) == 0);
        REQUIRE(memcmp(&one.items[i].value, &other.items[i].value, sizeof(double)) == 0);
        REQUIRE(one.items[i].begin < text.length && one.items[i].word < one.words);
        REQUIRE(i == 0 || one.items[i - 1].begin <= one.items[i].begin);
    }
}

static void assert_vader(const vader_rules *rules)
{
    vader_scores scores;
    REQUIRE(vader_score(rules, &document, text, &scores) == MILL_OK);
    REQUIRE(scores.compound >= -1 && scores.compound <= 1);
    REQUIRE(scores.positive >= 0 && scores.neutral >= 0 && scores.negative >= 0);
    REQUIRE(scores.positive + scores.neutral + scores.negative < 1.002);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static word_lexicon lexicon, own;
    static vader_rules rules;
    static const char words[MILL_PADDING * 2] = "good\t1.9\nbad\t-2.5\nno\t-1.2\n:)\t2\n😀\t1\n";
    static size_t kept;
    if (kept == 0) {
        file = (mill_text){words, strlen(words)};
        REQUIRE(lexicon_open(&lexicon, &setup, "") == MILL_OK);
        REQUIRE(vader_open(&rules, &setup, "a", "b") == MILL_OK);
        kept = block_count;
    }
    if (size == 0) return -1;
    if (*data == '@') { /* a lexicon */
        file = padded(data + 1, size - 1);
        memset(&own, 0, sizeof own);
        text = make_text(data + 1, size - 1);
        if (lexicon_open(&own, &setup, "a,positive") == MILL_OK) assert_hits(&own);
    } else {
        text = make_text(data + 1, size - 1);
        assert_hits(&lexicon);
        assert_vader(&rules);
    }
    release(kept);
    return 0;
}
