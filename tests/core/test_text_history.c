/* The history of a text: small cases by hand, then random chains of edits against the texts
 * themselves. */
#include "test.h"
#include "text_history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static arena memory;
static text_history history;

static void setup(void)
{
    arena_init(&memory, (size_t)256 << 20);
}

static void teardown(void)
{
    arena_clear(&memory);
}

static mill_text text_of(const char *text)
{
    return (mill_text){text, strlen(text)};
}

/* Writes the pieces as "text" (kept), "-3text" (taken out by 3), "+2text" (put in by 2). */
static const char *shown(void)
{
    static char text[2000];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < history.count; i++) {
        const history_piece *piece = &history.pieces[i];
        used += (size_t)snprintf(text + used, sizeof text - used, "%s", i > 0 ? "|" : "");
        if (piece->born != HISTORY_RAW)
            used += (size_t)snprintf(text + used, sizeof text - used, "+%u", piece->born);
        if (piece->died != HISTORY_NEVER)
            used += (size_t)snprintf(text + used, sizeof text - used, "-%u", piece->died);
        used += (size_t)snprintf(text + used, sizeof text - used, " %.*s", (int)piece->text.length,
                                 piece->text.data);
    }
    return text;
}

static void add(uint32_t stage, mill_span text, mill_span source, const char *whole)
{
    alignment_change change = {text, source};
    const alignment edits = {&change, 1};
    ck_assert(history_add(&history, stage, &edits, text_of(whole)));
}

START_TEST(knows_who_put_in_and_who_took_out)
{
    ck_assert(history_begin(&history, &memory, text_of("one two three")));
    ck_assert_str_eq(shown(), " one two three");
    add(1, (mill_span){4, 5}, (mill_span){4, 7}, "one 2 three");
    ck_assert_str_eq(shown(), " one |-1 two|+1 2|  three");
    add(3, (mill_span){3, 3}, (mill_span){3, 6}, "onethree");
    ck_assert_str_eq(shown(), " one|-3  |-1 two|+1-3 2|-3  | three");
    add(4, (mill_span){8, 9}, (mill_span){8, 8}, "onethree!");
    ck_assert_str_eq(shown(), " one|-3  |-1 two|+1-3 2|-3  | three|+4 !");
    ck_assert_str_eq(history_text(&history, HISTORY_RAW).data, "one two three");
    ck_assert_str_eq(history_text(&history, 1).data, "one 2 three");
    ck_assert_str_eq(history_text(&history, 2).data, "one 2 three");
    ck_assert_str_eq(history_text(&history, 3).data, "onethree");
    ck_assert_str_eq(history_text(&history, 4).data, "onethree!");
    ck_assert_uint_eq(history_changes(&history, 1), 1);
    ck_assert_uint_eq(history_changes(&history, 2), 0);
    ck_assert_uint_eq(history_changes(&history, 3), 1);
}
END_TEST

START_TEST(tells_what_all_stages_together_did)
{
    static const history_fate fates[] = {HISTORY_KEPT,    HISTORY_REMOVED, HISTORY_REMOVED,
                                         HISTORY_ABSENT,  HISTORY_REMOVED, HISTORY_KEPT,
                                         HISTORY_INSERTED};
    ck_assert(history_begin(&history, &memory, text_of("one two three")));
    add(1, (mill_span){4, 5}, (mill_span){4, 7}, "one 2 three");
    add(2, (mill_span){3, 3}, (mill_span){3, 6}, "onethree");
    add(3, (mill_span){8, 9}, (mill_span){8, 8}, "onethree!");
    ck_assert_uint_eq(history.count, 7);
    for (size_t i = 0; i < history.count; i++)
        ck_assert_int_eq(history_fate_of_all(&history.pieces[i]), fates[i]);
}
END_TEST

START_TEST(takes_an_empty_text)
{
    ck_assert(history_begin(&history, &memory, text_of("")));
    ck_assert_uint_eq(history.count, 0);
    add(1, (mill_span){0, 2}, (mill_span){0, 0}, "ab");
    add(2, (mill_span){0, 0}, (mill_span){0, 2}, "");
    ck_assert_str_eq(shown(), "+1-2 ab");
    ck_assert_str_eq(history_text(&history, 2).data, "");
}
END_TEST

/* ---- Random edits -------------------------------------------------------------------------- */

enum { STAGES = 8, ROOM = 4000, MOST_EDITS = 30 };

typedef struct version {
    char text[ROOM];
    size_t length;
} version;

/* Makes a text from the one before by random edits, and lists these. */
static void edit_randomly(const version *before, version *after, alignment *edits)
{
    size_t at = 0;
    after->length = 0;
    edits->count = 0;
    while (edits->count < MOST_EDITS) {
        size_t kept = (size_t)rand() % 20 + 1, removed = (size_t)rand() % 6;
        size_t put = (size_t)rand() % 5;
        if (at + kept + removed > before->length) break;
        if (after->length + kept + put + before->length - at > ROOM - 64) break;
        memcpy(after->text + after->length, before->text + at, kept);
        at += kept;
        after->length += kept;
        mill_span text = {(uint32_t)after->length, (uint32_t)(after->length + put)};
        for (size_t i = 0; i < put; i++) after->text[after->length++] = (char)('a' + rand() % 26);
        alignment_append(edits, text, (mill_span){(uint32_t)at, (uint32_t)(at + removed)});
        at += removed;
    }
    memcpy(after->text + after->length, before->text + at, before->length - at);
    after->length += before->length - at;
}

/* What a stage kept and removed is the text before it; what it kept and inserted, that behind. */
static void check_difference(uint32_t stage, const version *before, const version *after)
{
    version old = {.length = 0}, new = {.length = 0};
    for (size_t i = 0; i < history.count; i++) {
        const history_piece *piece = &history.pieces[i];
        history_fate fate = history_fate_of(piece, stage);
        if (fate == HISTORY_KEPT || fate == HISTORY_REMOVED) {
            memcpy(old.text + old.length, piece->text.data, piece->text.length);
            old.length += piece->text.length;
        }
        if (fate == HISTORY_KEPT || fate == HISTORY_INSERTED) {
            memcpy(new.text + new.length, piece->text.data, piece->text.length);
            new.length += piece->text.length;
        }
    }
    ck_assert_uint_eq(old.length, before->length);
    ck_assert_mem_eq(old.text, before->text, old.length);
    ck_assert_uint_eq(new.length, after->length);
    ck_assert_mem_eq(new.text, after->text, new.length);
}

START_TEST(gives_back_every_text_of_random_edits)
{
    static version versions[STAGES + 1];
    unsigned seed = 20261124;
    printf("seed %u\n", seed);
    srand(seed);
    for (int round = 0; round < 500; round++) {
        arena_reset(&memory);
        versions[0].length = (size_t)rand() % 600;
        for (size_t i = 0; i < versions[0].length; i++)
            versions[0].text[i] = (char)('A' + rand() % 26);
        ck_assert(
            history_begin(&history, &memory, (mill_text){versions[0].text, versions[0].length}));
        for (uint32_t stage = 1; stage <= STAGES; stage++) {
            alignment_change changes[MOST_EDITS];
            alignment edits = {changes, 0};
            edit_randomly(&versions[stage - 1], &versions[stage], &edits);
            ck_assert(history_add(&history, stage, &edits,
                                  (mill_text){versions[stage].text, versions[stage].length}));
        }
        for (uint32_t stage = 0; stage <= STAGES; stage++) {
            mill_text text = history_text(&history, stage);
            ck_assert_uint_eq(text.length, versions[stage].length);
            ck_assert_mem_eq(text.data, versions[stage].text, text.length);
            if (stage > 0) check_difference(stage, &versions[stage - 1], &versions[stage]);
        }
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {knows_who_put_in_and_who_took_out,
                                  tells_what_all_stages_together_did, takes_an_empty_text,
                                  gives_back_every_text_of_random_edits, NULL};
    Suite *suite = suite_create("text history");
    TCase *test = tcase_create("text history");
    tcase_add_checked_fixture(test, setup, teardown);
    for (size_t i = 0; tests[i] != NULL; i++) tcase_add_test(test, tests[i]);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
