/* A chain of blocks, the newest in front; pieces are cut from its front end. A new block is at
 * least as large as all blocks before it together, so that few blocks are ever made. */
#include "arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT          ((size_t)16)
#define SMALLEST_BLOCK     ((size_t)64 << 10)
#define LARGEST_BLOCK_KEPT ((size_t)8 << 20)

struct arena_block {
    _Alignas(16) arena_block *older;
    size_t size; /* with this header */
};

void arena_init(arena *memory, size_t limit)
{
    memset(memory, 0, sizeof *memory);
    memory->limit = limit;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t round_up(size_t size)
{
    return (larger(size, 1) + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

static void fill_from(arena *memory, arena_block *block)
{
    memory->block = block;
    memory->next = (char *)(block + 1);
    memory->stop = (char *)block + block->size;
}

/* Puts a block with room for `size` bytes in front. */
static bool add_block(arena *memory, size_t size)
{
    size_t left = memory->limit - memory->held;
    if (left < sizeof(arena_block) || size > left - sizeof(arena_block)) return false;
    size_t wanted = larger(larger(memory->held, SMALLEST_BLOCK), size + sizeof(arena_block));
    if (wanted > left) wanted = left;
    arena_block *block = malloc(wanted);
    if (block == NULL) return false;
    block->older = memory->block;
    block->size = wanted;
    memory->held += wanted;
    fill_from(memory, block);
    return true;
}

void *arena_alloc(arena *memory, size_t size)
{
    if (size > SIZE_MAX - ALIGNMENT) return NULL;
    size = round_up(size);
    if ((size_t)(memory->stop - memory->next) < size && !add_block(memory, size)) return NULL;
    void *piece = memory->next;
    memory->next += size;
    return piece;
}

void *arena_alloc_array(arena *memory, size_t count, size_t size)
{
    size_t whole;
    if (__builtin_mul_overflow(count, size, &whole)) return NULL;
    return arena_alloc(memory, whole);
}

void *arena_resize(arena *memory, void *piece, size_t old_size, size_t new_size)
{
    if (piece == NULL) return arena_alloc(memory, new_size);
    if (new_size > SIZE_MAX - ALIGNMENT) return NULL;
    size_t old_room = round_up(old_size), new_room = round_up(new_size);
    bool newest = (char *)piece + old_room == memory->next;
    if (newest && new_room <= (size_t)(memory->stop - (char *)piece)) {
        memory->next = (char *)piece + new_room;
        return piece;
    }
    if (new_room <= old_room) return piece;
    void *copy = arena_alloc(memory, new_size);
    return copy != NULL ? memcpy(copy, piece, old_size) : NULL;
}

static void free_blocks(arena_block *block, const arena_block *except)
{
    while (block != NULL) {
        arena_block *older = block->older;
        if (block != except) free(block);
        block = older;
    }
}

void arena_reset(arena *memory)
{
    arena_block *kept = NULL;
    for (arena_block *block = memory->block; block != NULL; block = block->older)
        if (block->size <= LARGEST_BLOCK_KEPT && (kept == NULL || block->size > kept->size))
            kept = block;
    free_blocks(memory->block, kept);
    arena_init(memory, memory->limit);
    if (kept == NULL) return;
    kept->older = NULL;
    memory->held = kept->size;
    fill_from(memory, kept);
}

void arena_clear(arena *memory)
{
    free_blocks(memory->block, NULL);
    arena_init(memory, memory->limit);
}
