/* Alignments: the rules at the edges one by one, then random chains of edits against the model. */
#include "alignment.h"
#include "edit_model.h"

#include <stdio.h>

static arena memory;

static void setup(void)
{
    arena_init(&memory, (size_t)64 << 20);
}

static void teardown(void)
{
    arena_clear(&memory);
}

/* ---- Rules --------------------------------------------------------------------------------- */

static void check_source(const alignment *map, uint32_t begin, uint32_t end, uint32_t source_begin,
                         uint32_t source_end)
{
    mill_span source = alignment_source(map, (mill_span){begin, end});
    ck_assert_uint_eq(source.begin, source_begin);
    ck_assert_uint_eq(source.end, source_end);
}

static void check_text(const alignment *map, uint32_t begin, uint32_t end, uint32_t text_begin,
                       uint32_t text_end)
{
    mill_span text = alignment_text(map, (mill_span){begin, end});
    ck_assert_uint_eq(text.begin, text_begin);
    ck_assert_uint_eq(text.end, text_end);
}

START_TEST(maps_everything_to_itself_without_changes)
{
    alignment same = {0};
    check_source(&same, 0, 0, 0, 0);
    check_source(&same, 3, 9, 3, 9);
    check_text(&same, 3, 9, 3, 9);
}
END_TEST

START_TEST(leaves_a_deletion_at_the_edge_of_a_span_outside)
{
    /* "0123456789" without "345" */
    alignment_change change = {{3, 3}, {3, 6}};
    alignment map = {&change, 1};
    check_source(&map, 0, 3, 0, 3);
    check_source(&map, 3, 7, 6, 10);
    check_source(&map, 2, 4, 2, 7);
    check_text(&map, 0, 3, 0, 3);
    check_text(&map, 6, 10, 3, 7);
    check_text(&map, 0, 10, 0, 7);
}
END_TEST

START_TEST(empties_a_span_whose_bytes_were_all_deleted)
{
    alignment_change change = {{3, 3}, {3, 6}};
    alignment map = {&change, 1};
    check_text(&map, 3, 6, 3, 3);
    check_text(&map, 4, 5, 3, 3);
    check_text(&map, 2, 5, 2, 3);
    check_text(&map, 5, 7, 3, 4);
}
END_TEST

START_TEST(leaves_an_insertion_at_the_edge_of_a_span_outside)
{
    /* "0123456789" with two bytes before "3" */
    alignment_change change = {{3, 5}, {3, 3}};
    alignment map = {&change, 1};
    check_text(&map, 0, 3, 0, 3);
    check_text(&map, 3, 6, 5, 8);
    check_text(&map, 2, 4, 2, 6);
    check_source(&map, 3, 5, 3, 3);
    check_source(&map, 4, 6, 3, 4);
    check_source(&map, 0, 4, 0, 3);
}
END_TEST

START_TEST(takes_the_whole_of_a_replacement_that_an_end_lies_in)
{
    /* "0123456789" with "ab" for "3456" */
    alignment_change change = {{3, 5}, {3, 7}};
    alignment map = {&change, 1};
    check_source(&map, 3, 4, 3, 7);
    check_source(&map, 4, 5, 3, 7);
    check_source(&map, 4, 6, 3, 8);
    check_source(&map, 2, 4, 2, 7);
    check_source(&map, 0, 3, 0, 3);
    check_source(&map, 5, 8, 7, 10);
    check_text(&map, 4, 5, 3, 5);
    check_text(&map, 0, 5, 0, 5);
    check_text(&map, 6, 9, 3, 7);
}
END_TEST

START_TEST(gives_an_empty_span_for_an_empty_span)
{
    alignment_change changes[] = {{{3, 5}, {3, 7}}, {{6, 6}, {8, 9}}};
    alignment map = {changes, 2};
    check_source(&map, 2, 2, 2, 2);
    check_source(&map, 4, 4, 3, 3);
    check_source(&map, 5, 5, 7, 7);
    check_source(&map, 6, 6, 9, 9);
    check_text(&map, 5, 5, 3, 3);
    check_text(&map, 7, 7, 5, 5);
    check_text(&map, 8, 8, 6, 6);
}
END_TEST

START_TEST(keeps_replacements_that_touch_apart)
{
    alignment_change room[2];
    alignment map = {room, 0};
    alignment_append(&map, (mill_span){3, 4}, (mill_span){3, 6});
    alignment_append(&map, (mill_span){4, 6}, (mill_span){6, 9});
    ck_assert_uint_eq(map.count, 2);
    check_source(&map, 3, 4, 3, 6);
    check_source(&map, 4, 6, 6, 9);
}
END_TEST

START_TEST(joins_a_deletion_with_an_insertion_that_it_touches)
{
    alignment_change room[2];
    alignment map = {room, 0};
    alignment_append(&map, (mill_span){3, 3}, (mill_span){3, 6});
    alignment_append(&map, (mill_span){3, 5}, (mill_span){6, 6});
    ck_assert_uint_eq(map.count, 1);
    check_source(&map, 3, 5, 3, 6);
}
END_TEST

START_TEST(forgets_an_insertion_that_was_deleted_again)
{
    alignment_change inserted = {{3, 5}, {3, 3}}, deleted = {{3, 3}, {3, 5}};
    alignment first = {&inserted, 1}, second = {&deleted, 1}, both;
    ck_assert(alignment_compose(&memory, &first, &second, &both));
    ck_assert_uint_eq(both.count, 0);
}
END_TEST

START_TEST(shares_the_memory_of_the_only_alignment_with_changes)
{
    alignment_change change = {{3, 5}, {3, 3}};
    alignment some = {&change, 1}, none = {0}, both;
    ck_assert(alignment_compose(&memory, &some, &none, &both));
    ck_assert_ptr_eq(both.changes, &change);
    ck_assert(alignment_compose(&memory, &none, &some, &both));
    ck_assert_ptr_eq(both.changes, &change);
    ck_assert_uint_eq(both.count, 1);
}
END_TEST

START_TEST(fails_to_compose_without_memory)
{
    arena none;
    arena_init(&none, 0);
    alignment_change change = {{3, 5}, {3, 3}};
    alignment some = {&change, 1}, both;
    ck_assert(!alignment_compose(&none, &some, &some, &both));
}
END_TEST

/* ---- Random chains ------------------------------------------------------------------------- */

enum { LENGTH = 40 };

/* Makes the edits of a stage, sorted, for a text of this length. */
static size_t random_edits(size_t length, model_edit *edits)
{
    size_t count = 0, at = 0;
    while (at <= length && count < 8) {
        model_edit *edit = &edits[count];
        size_t gap = rand() % 3 == 0 ? 0 : (size_t)rand() % 10;
        edit->begin = at + gap;
        edit->end = edit->begin + (rand() % 3 == 0 ? 0 : (size_t)rand() % 6);
        edit->length = rand() % 3 == 0 ? 0 : (size_t)rand() % 5;
        for (size_t i = 0; i < edit->length; i++) edit->replacement[i] = (char)('A' + rand() % 26);
        if (edit->end > length) break;
        at = edit->end;
        if (edit->begin != edit->end || edit->length != 0) count++;
    }
    return count;
}

static alignment alignment_of(const model_edit *edits, size_t count)
{
    alignment map = {arena_alloc_array(&memory, count, sizeof *map.changes), 0};
    uint32_t to = 0, from = 0;
    for (size_t i = 0; i < count; i++) {
        mill_span source = {(uint32_t)edits[i].begin, (uint32_t)edits[i].end};
        to += source.begin - from;
        alignment_append(&map, (mill_span){to, to + (uint32_t)edits[i].length}, source);
        to += (uint32_t)edits[i].length;
        from = source.end;
    }
    return map;
}

/* Sorted, disjoint, nothing empty, and equal bytes on both sides of every gap. */
static void check_form(const alignment *map, const char *source, size_t source_length,
                       const char *text, size_t text_length)
{
    mill_span from = {0, 0}, to = {0, 0};
    for (size_t i = 0; i <= map->count; i++) {
        alignment_change last = {{(uint32_t)text_length, (uint32_t)text_length},
                                 {(uint32_t)source_length, (uint32_t)source_length}};
        const alignment_change *change = i < map->count ? &map->changes[i] : &last;
        ck_assert_uint_ge(change->text.begin, to.end);
        ck_assert_uint_eq(change->text.begin - to.end, change->source.begin - from.end);
        ck_assert_mem_eq(text + to.end, source + from.end, change->text.begin - to.end);
        bool is_empty =
            change->text.begin == change->text.end && change->source.begin == change->source.end;
        ck_assert(!is_empty || i == map->count);
        to = change->text;
        from = change->source;
    }
}

static void check_same(mill_span got, mill_span expected, const char *what, size_t begin,
                       size_t end)
{
    ck_assert_msg(got.begin == expected.begin && got.end == expected.end,
                  "%s of %zu-%zu: %u-%u, but the model says %u-%u", what, begin, end, got.begin,
                  got.end, expected.begin, expected.end);
}

/* Compares all spans of text and source with the model. */
static void check_all_spans(const alignment *map, const model *expected, size_t length)
{
    for (uint32_t begin = 0; begin <= length; begin++)
        for (uint32_t end = begin; end <= length; end++) {
            mill_span span = {begin, end};
            check_same(alignment_source(map, span), model_to_source(expected, span), "source",
                       begin, end);
        }
    for (uint32_t begin = 0; begin <= expected->source_length; begin++)
        for (uint32_t end = begin; end <= expected->source_length; end++) {
            mill_span span = {begin, end};
            check_same(alignment_text(map, span), model_to_text(expected, span), "text", begin,
                       end);
        }
}

/* What the chain finds step by step lies within what the composition finds; unless a step finds an
 * insertion, which has no bytes that could be looked up further. */
static void check_steps(const alignment *steps, size_t count, const alignment *composed,
                        size_t length)
{
    for (uint32_t begin = 0; begin <= length; begin++)
        for (uint32_t end = begin + 1; end <= length; end++) {
            mill_span whole = alignment_source(composed, (mill_span){begin, end});
            mill_span span = {begin, end};
            size_t left = count;
            while (left > 0 && span.begin < span.end) span = alignment_source(&steps[--left], span);
            if (left > 0) continue;
            ck_assert_uint_le(whole.begin, span.begin);
            ck_assert_uint_ge(whole.end, span.end);
        }
}

static void check_random_chain(void)
{
    static model whole, single;
    static char source[MODEL_ROOM], text[MODEL_ROOM];
    alignment composed = {0}, steps[6];
    size_t source_length = (size_t)rand() % LENGTH, length = source_length;
    size_t stages = 1 + (size_t)rand() % 6;
    for (size_t i = 0; i < length; i++) source[i] = text[i] = (char)('a' + rand() % 26);
    model_start(&whole, source, length);
    for (size_t stage = 0; stage < stages; stage++) {
        static model_edit edits[8];
        size_t count = random_edits(length, edits);
        steps[stage] = alignment_of(edits, count);
        model_start(&single, text, length);
        model_apply(&single, edits, count);
        model_apply(&whole, edits, count);
        length = model_text(&whole, text);
        if (stage % 3 == 0) check_all_spans(&steps[stage], &single, length);
        ck_assert(alignment_compose(&memory, &composed, &steps[stage], &composed));
        check_form(&composed, source, source_length, text, length);
    }
    check_all_spans(&composed, &whole, length);
    check_steps(steps, stages, &composed, length);
    arena_reset(&memory);
}

START_TEST(agrees_with_the_model_on_random_chains_of_edits)
{
    unsigned seed = 20261124;
    printf("seed %u\n", seed);
    srand(seed);
    for (int round = 0; round < 500; round++) check_random_chain();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        maps_everything_to_itself_without_changes,
        leaves_a_deletion_at_the_edge_of_a_span_outside,
        empties_a_span_whose_bytes_were_all_deleted,
        leaves_an_insertion_at_the_edge_of_a_span_outside,
        takes_the_whole_of_a_replacement_that_an_end_lies_in,
        gives_an_empty_span_for_an_empty_span,
        keeps_replacements_that_touch_apart,
        joins_a_deletion_with_an_insertion_that_it_touches,
        forgets_an_insertion_that_was_deleted_again,
        shares_the_memory_of_the_only_alignment_with_changes,
        fails_to_compose_without_memory,
        agrees_with_the_model_on_random_chains_of_edits,
    };
    Suite *suite = suite_create("alignment");
    TCase *test_case = tcase_create("alignment");
    tcase_add_checked_fixture(test_case, setup, teardown);
    tcase_set_timeout(test_case, 60);
    for (size_t i = 0; i < MILL_COUNT(tests); i++) tcase_add_test(test_case, tests[i]);
    suite_add_tcase(suite, test_case);
    return test_run(suite);
}
