/* The two ways that the sentiment scorer looks through a text: both find what a slow model finds.
 */
#include "../../plugins/score_sentiment/candidates.c"
#include "plugins_support.h"
#include "test.h"

#include <stdlib.h>

#define TEXT_MAX 9000u

/* No words, but a filter that lets about one hash in four pass as each kind. */
static word_filter filter;
static const word_lexicon lexicon = {.filter = &filter};

static void fill_filter(random_source *random)
{
    memset(&filter, 0, sizeof filter);
    for (size_t i = 0; i < FILTER_PARTS; i++)
        filter.parts[i] = (uint64_t)random_below(random, 1u << 31) << 33 |
                          (uint64_t)random_below(random, 1u << 31) << 2;
}

/* Makes a text of words of all lengths with all kinds of signs between and in them. */
static size_t make_text(random_source *random, char *text, size_t room)
{
    static const char *const signs[] = {" ", " ", " ",  ", ", ".\n", "-", "'", "’",  "“", "”",
                                        "—", "é", "日", "😀",  "! ",  "(", "_", "\t", "@", "`"};
    size_t length = 0, most = random_below(random, (uint32_t)room);
    bool mostly_letters = random_below(random, 8) == 0;
    while (length + 80 < most) {
        uint32_t letters = random_below(random, mostly_letters ? 70 : 9);
        for (; letters > 0; letters--)
            text[length++] = "etaoinsrhdlucmfywgpbvkxqjzETAOZ0123789"[random_below(random, 38)];
        if (mostly_letters && random_below(random, 3) > 0) continue;
        const char *sign = signs[random_below(random, MILL_COUNT(signs))];
        memcpy(text + length, sign, strlen(sign));
        length += strlen(sign);
    }
    memset(text + length, 0, MILL_PADDING);
    return length;
}

static bool is_inside(unsigned char byte)
{
    return byte >= 0x80 || byte == '\'' || byte == '-' || (unsigned)(byte | 0x20) - 'a' < 26u ||
           (unsigned)byte - '0' < 10u;
}

static bool is_odd(unsigned char byte)
{
    return byte >= 0x80 || byte == '\'' || byte == '-';
}

/* Frequent signs part runs: the model marks their bytes. */
static void mark_signs(const char *text, size_t length, bool *is_sign)
{
    for (size_t i = 0; i + 2 < length; i++) {
        unsigned char last = (unsigned char)text[i + 2];
        if (memcmp(text + i, "\xE2\x80", 2) != 0 || last == 0x98 || last == 0x99) continue;
        is_sign[i] = is_sign[i + 1] = is_sign[i + 2] = true;
    }
}

static uint64_t bit_of(const uint64_t *set, uint32_t at)
{
    return set[at / 64] >> at % 64 & 1;
}

/* What follows the last run of a piece is not known, so that run may begin a phrase. */
static void assert_next_of_last(const candidate_walk *walk)
{
    if (walk->runs == 0) return;
    uint32_t last = walk->runs - 1;
    candidate_sets sets = candidate_sets_at(walk, last / 64 * 64);
    ck_assert_uint_eq(sets.phrases >> last % 64 & 1, bit_of(walk->sets.first, last));
}

/* Counts the exclamation marks that a piece is said to have. */
static size_t count_marks(const candidate_walk *walk, const char *text)
{
    size_t count = 0;
    for (uint32_t at = walk->begin; walk->has_exclamation && at < walk->end; at++) {
        if (bit_of(walk->exclamations, at - walk->begin) == 0) continue;
        ck_assert_int_eq(text[at], '!');
        count++;
    }
    return count;
}

/* Holds every run that the finder gives against the model. */
static void assert_runs(const char *text, size_t length, candidate_finder *find)
{
    static candidate_walk walk;
    static bool is_sign[TEXT_MAX + 64];
    size_t at = 0, marks = 0;
    uint32_t number = 0;
    memset(is_sign, 0, sizeof is_sign);
    mark_signs(text, length, is_sign);
    candidates_begin(&walk, (mill_text){text, length}, &lexicon);
    while (candidates_next(&walk, find)) {
        for (uint32_t run = 0; run < walk.runs; run++, number++) {
            bool odd = false;
            candidate found = candidate_at(&walk, run);
            while (at < length && (!is_inside((unsigned char)text[at]) || is_sign[at])) at++;
            size_t begin = at;
            for (; at < length && is_inside((unsigned char)text[at]) && !is_sign[at]; at++)
                odd = odd || is_odd((unsigned char)text[at]);
            uint64_t hash = lexicon_hash(lexicon_head(text + begin, at - begin), at - begin);
            word_kinds kinds = filter_look(&filter, hash);
            if (found.begin != begin || found.end != at || found.number != number ||
                walk.hashes[run] != hash || bit_of(walk.sets.unusual, run) != odd ||
                bit_of(walk.sets.meaning, run) != kinds.meaning ||
                bit_of(walk.sets.first, run) != kinds.first ||
                bit_of(walk.sets.second, run) != kinds.second)
                ck_abort_msg("run %u from %zu to %zu", number, begin, at);
        }
        assert_next_of_last(&walk);
        marks += count_marks(&walk, text);
    }
    while (at < length && (!is_inside((unsigned char)text[at]) || is_sign[at])) at++;
    ck_assert_uint_eq(at, length);
    for (size_t i = 0; i < length; i++) marks -= text[i] == '!';
    ck_assert_uint_eq(marks, 0);
}

static void assert_way(candidate_finder *find, const char *name)
{
    static char text[TEXT_MAX + 64];
    random_source random = random_seeded(name);
    fill_filter(&random);
    for (int round = 0; round < 500; round++) {
        size_t length = make_text(&random, text, TEXT_MAX - 100);
        assert_runs(text, length, find);
    }
    for (uint32_t length = 0; length < 4200; length++) { /* one run, and nothing else */
        memset(text, 'a', length);
        memset(text + length, 0, MILL_PADDING);
        assert_runs(text, length, find);
    }
}

START_TEST(the_portable_way_finds_what_the_model_finds)
{
    assert_way(candidates_find_portably, "the_portable_way");
}
END_TEST

START_TEST(the_fastest_way_finds_what_the_model_finds)
{
    assert_way(candidates_finder(), "the_fastest_way");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {the_portable_way_finds_what_the_model_finds,
                                  the_fastest_way_finds_what_the_model_finds, NULL};
    return test_run(test_suite("sentiment_candidates", tests));
}
