/* The arena: pieces do not overlap, the limit holds, memory is kept and given back as promised. */
#include "arena.h"
#include "test.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

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
    arena_init(&memory, 1024 * MEBIBYTE);
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

START_TEST(grows_the_newest_piece_in_place_as_far_as_the_limit)
{
    arena memory;
    arena_init(&memory, 64 * MEBIBYTE);
    arena_alloc(&memory, 1000);
    char *piece = arena_alloc(&memory, 4);
    memcpy(piece, "abc", 4);
    ck_assert_ptr_eq(arena_resize(&memory, piece, 4, 63 * MEBIBYTE), piece);
    ck_assert_str_eq(piece, "abc");
    piece[63 * MEBIBYTE - 1] = 'x';
    arena_clear(&memory);
}
END_TEST

START_TEST(gives_the_same_place_after_a_reset)
{
    arena memory;
    arena_init(&memory, 64 * MEBIBYTE);
    char *first = arena_alloc(&memory, 1000);
    ck_assert_ptr_eq(first, memory.begin);
    arena_alloc(&memory, 9 * MEBIBYTE);
    arena_reset(&memory);
    ck_assert_ptr_eq(arena_alloc(&memory, 1), first);
    arena_clear(&memory);
}
END_TEST

START_TEST(keeps_up_to_8_mebibytes_at_a_reset)
{
    arena memory;
    arena_init(&memory, 64 * MEBIBYTE);
    char *piece = arena_alloc(&memory, 3 * MEBIBYTE);
    size_t held = memory.held;
    ck_assert_uint_ge(held, 3 * MEBIBYTE);
    memset(piece, 'x', 3 * MEBIBYTE);
    arena_reset(&memory);
    ck_assert_uint_eq(memory.held, held);
    arena_alloc(&memory, 30 * MEBIBYTE);
    arena_reset(&memory);
    ck_assert_uint_eq(memory.held, 8 * MEBIBYTE);
    arena_clear(&memory);
}
END_TEST

/* Tells whether any page of a range is in memory. */
static bool is_resident(const char *begin, size_t size)
{
    static unsigned char pages[64 << 8];
    size_t count = size / 4096;
    ck_assert_uint_le(count, sizeof pages);
    ck_assert_int_eq(mincore((void *)(uintptr_t)begin, size, pages), 0);
    for (size_t i = 0; i < count; i++)
        if (pages[i] & 1) return true;
    return false;
}

START_TEST(gives_the_rest_back_to_the_system)
{
    arena memory;
    arena_init(&memory, 64 * MEBIBYTE);
    char *piece = arena_alloc(&memory, 32 * MEBIBYTE);
    memset(piece, 'x', 32 * MEBIBYTE);
    ck_assert(is_resident(memory.begin + 8 * MEBIBYTE, 24 * MEBIBYTE));
    arena_reset(&memory);
    ck_assert(!is_resident(memory.begin + 8 * MEBIBYTE, 24 * MEBIBYTE));
    piece = arena_alloc(&memory, 32 * MEBIBYTE);
    ck_assert_int_eq(piece[20 * MEBIBYTE], 0);
    arena_clear(&memory);
}
END_TEST

/* Returns what the process has of the memory that RLIMIT_DATA counts. */
static size_t data_size(void)
{
    char line[256];
    size_t kibibytes = 0;
    FILE *status = fopen("/proc/self/status", "r");
    ck_assert_ptr_nonnull(status);
    while (fgets(line, sizeof line, status) != NULL)
        if (sscanf(line, "VmData: %zu kB", &kibibytes) == 1) break;
    fclose(status);
    ck_assert_uint_ne(kibibytes, 0);
    return kibibytes << 10;
}

/* Tells whether RLIMIT_DATA holds here; valgrind takes no notice of it. */
static bool is_limited(void)
{
    void *much = mmap(NULL, 100 * MEBIBYTE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (much != MAP_FAILED) munmap(much, 100 * MEBIBYTE);
    return much == MAP_FAILED;
}

/* Address space is no memory: a limit of 1 GiB must fit into far less, and what fits is given
 * though a whole step would not be. */
START_TEST(takes_no_memory_for_what_is_only_reserved)
{
    enum { COUNT = 20 };
    arena memories[COUNT], large;
    struct rlimit before, narrow;
    ck_assert_int_eq(getrlimit(RLIMIT_DATA, &before), 0);
    narrow = (struct rlimit){data_size() + 24 * MEBIBYTE, before.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_DATA, &narrow), 0);
    if (!is_limited()) return;
    for (size_t i = 0; i < COUNT; i++) {
        arena_init(&memories[i], 1024 * MEBIBYTE);
        ck_assert_ptr_nonnull(arena_alloc(&memories[i], 1000));
    }
    arena_init(&large, 1024 * MEBIBYTE);
    ck_assert_ptr_nonnull(arena_alloc(&large, 12 * MEBIBYTE));
    ck_assert_ptr_nonnull(arena_alloc(&large, 4 * MEBIBYTE));
    ck_assert_ptr_null(arena_alloc(&large, 100 * MEBIBYTE));
    ck_assert_int_eq(setrlimit(RLIMIT_DATA, &before), 0);
    for (size_t i = 0; i < COUNT; i++) arena_clear(&memories[i]);
    arena_clear(&large);
}
END_TEST

START_TEST(fails_where_there_is_not_that_much_address_space)
{
    arena memory;
    arena_init(&memory, SIZE_MAX);
    ck_assert_ptr_null(arena_alloc(&memory, 1));
    arena_init(&memory, SIZE_MAX / 2);
    ck_assert_ptr_null(arena_alloc(&memory, 1));
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
        grows_the_newest_piece_in_place_as_far_as_the_limit,
        gives_the_same_place_after_a_reset,
        keeps_up_to_8_mebibytes_at_a_reset,
        gives_the_rest_back_to_the_system,
        takes_no_memory_for_what_is_only_reserved,
        fails_where_there_is_not_that_much_address_space,
        is_usable_again_after_clear,
        NULL,
    };
    return test_run(test_suite("arena", tests));
}
