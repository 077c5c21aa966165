/* The arena: pieces do not overlap, the limit holds, memory is kept and given back as promised. */
#include "arena.h"
#include "test.h"

#include <stdint.h>
#include <string.h>

#define MEBIBYTE ((size_t)1 << 20)

START_TEST(gives_aligned_pieces_that_do_not_overlap)
{
    arena memory;
    char *pieces[300];
    arena_init(&memory, MEBIBYTE);
    for (size_t i = 0; i < 300; i++) {
        pieces[i] = arena_alloc(&memory, i);
        ck_assert_ptr_nonnull(pieces[i]);
        ck_assert_uint_eq((uintptr_t)pieces[i] % 16, 0);
        memset(pieces[i], (int)(i % 251), i);
    }
    for (size_t i = 0; i < 300; i++)
        for (size_t at = 0; at < i; at++)
            ck_assert_int_eq((unsigned char)pieces[i][at], (int)(i % 251));
    arena_clear(&memory);
}
END_TEST

START_TEST(holds_no_more_than_its_limit)
{
    arena memory;
    size_t given = 0;
    arena_init(&memory, MEBIBYTE);
    while (arena_alloc(&memory, 1000) != NULL) given += 1000;
    ck_assert_uint_le(memory.held, MEBIBYTE);
    ck_assert_uint_gt(given, MEBIBYTE * 9 / 10);
    arena_clear(&memory);
}
END_TEST

START_TEST(refuses_sizes_that_overflow)
{
    arena memory;
    arena_init(&memory, SIZE_MAX);
    ck_assert_ptr_null(arena_alloc(&memory, SIZE_MAX));
    ck_assert_ptr_null(arena_alloc(&memory, SIZE_MAX - 16));
    ck_assert_ptr_null(arena_alloc_array(&memory, SIZE_MAX / 2, 3));
    char *piece = arena_alloc(&memory, 16);
    ck_assert_ptr_null(arena_resize(&memory, piece, 16, SIZE_MAX));
    ck_assert_ptr_nonnull(arena_alloc_array(&memory, 10, 3));
    arena_clear(&memory);
}
END_TEST

START_TEST(still_gives_small_pieces_after_refusing_a_large_one)
{
    arena memory;
    arena_init(&memory, MEBIBYTE);
    ck_assert_ptr_null(arena_alloc(&memory, 2 * MEBIBYTE));
    ck_assert_ptr_nonnull(arena_alloc(&memory, 100));
    arena_clear(&memory);
}
END_TEST

START_TEST(resizes_the_newest_piece_in_place)
{
    arena memory;
    arena_init(&memory, MEBIBYTE);
    char *piece = arena_alloc(&memory, 10);
    ck_assert_ptr_eq(arena_resize(&memory, piece, 10, 1000), piece);
    ck_assert_ptr_eq(arena_resize(&memory, piece, 1000, 20), piece);
    ck_assert_ptr_eq(arena_alloc(&memory, 1), piece + 32);
    arena_clear(&memory);
}
END_TEST

START_TEST(resizes_an_older_piece_as_a_copy)
{
    arena memory;
    arena_init(&memory, MEBIBYTE);
    char *piece = arena_alloc(&memory, 4);
    memcpy(piece, "abc", 4);
    arena_alloc(&memory, 1);
    char *copy = arena_resize(&memory, piece, 4, 100);
    ck_assert_ptr_ne(copy, piece);
    ck_assert_str_eq(copy, "abc");
    ck_assert_ptr_eq(arena_resize(&memory, piece, 4, 2), piece);
    arena_clear(&memory);
}
END_TEST

START_TEST(leaves_a_piece_alone_that_cannot_grow)
{
    arena memory;
    arena_init(&memory, MEBIBYTE);
    char *piece = arena_alloc(&memory, 4);
    memcpy(piece, "abc", 4);
    ck_assert_ptr_null(arena_resize(&memory, piece, 4, 2 * MEBIBYTE));
    ck_assert_str_eq(piece, "abc");
    arena_clear(&memory);
}
END_TEST

START_TEST(makes_a_piece_of_nothing)
{
    arena memory;
    arena_init(&memory, MEBIBYTE);
    ck_assert_ptr_nonnull(arena_alloc(&memory, 0));
    ck_assert_ptr_nonnull(arena_resize(&memory, NULL, 0, 100));
    arena_clear(&memory);
}
END_TEST

START_TEST(keeps_the_largest_block_after_a_reset)
{
    arena memory;
    arena_init(&memory, 64 * MEBIBYTE);
    arena_alloc(&memory, 1000);
    arena_alloc(&memory, 3 * MEBIBYTE);
    arena_reset(&memory);
    size_t held = memory.held;
    ck_assert_uint_ge(held, 3 * MEBIBYTE);
    ck_assert_ptr_nonnull(arena_alloc(&memory, 3 * MEBIBYTE));
    ck_assert_uint_eq(memory.held, held);
    arena_clear(&memory);
}
END_TEST

START_TEST(gives_huge_blocks_back_at_a_reset)
{
    arena memory;
    arena_init(&memory, 64 * MEBIBYTE);
    arena_alloc(&memory, 9 * MEBIBYTE);
    arena_reset(&memory);
    ck_assert_uint_eq(memory.held, 0);
    arena_alloc(&memory, 1000);
    arena_alloc(&memory, 9 * MEBIBYTE);
    arena_reset(&memory);
    ck_assert_uint_eq(memory.held, 64 << 10);
    arena_clear(&memory);
}
END_TEST

START_TEST(is_usable_again_after_clear)
{
    arena memory;
    arena_init(&memory, MEBIBYTE);
    arena_alloc(&memory, 1000);
    arena_clear(&memory);
    ck_assert_uint_eq(memory.held, 0);
    ck_assert_ptr_nonnull(arena_alloc(&memory, 1000));
    arena_clear(&memory);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        gives_aligned_pieces_that_do_not_overlap,
        holds_no_more_than_its_limit,
        refuses_sizes_that_overflow,
        still_gives_small_pieces_after_refusing_a_large_one,
        resizes_the_newest_piece_in_place,
        resizes_an_older_piece_as_a_copy,
        leaves_a_piece_alone_that_cannot_grow,
        makes_a_piece_of_nothing,
        keeps_the_largest_block_after_a_reset,
        gives_huge_blocks_back_at_a_reset,
        is_usable_again_after_clear,
        NULL,
    };
    return test_run(test_suite("arena", tests));
}
