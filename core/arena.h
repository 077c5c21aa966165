/* arena - memory that is given piece by piece and taken back all at once.
 *
 * One arena holds everything that belongs to a document. It is not a general allocator: pieces
 * are never freed one by one. After a reset the largest block is kept for the next document.
 */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct arena_block arena_block;

typedef struct arena {
    arena_block *block; /* the one that is being filled; older ones hang behind it */
    char *next;
    char *stop;
    size_t held;  /* bytes in all blocks */
    size_t limit; /* `held` never passes it */
} arena;

/* Makes an empty arena that never holds more than `limit` bytes. */
void arena_init(arena *arena, size_t limit);

/* Gives `size` uninitialised bytes, aligned to 16. Owns: valid until reset or clear.
 * Fails: NULL past the limit or out of memory; the arena stays as it was. */
void *arena_alloc(arena *arena, size_t size);

/* Gives `count` times `size` bytes; as arena_alloc, and NULL where the product overflows. */
void *arena_alloc_array(arena *arena, size_t count, size_t size);

/* Makes `piece`, of `old_size` bytes, `new_size` bytes long: in place if it is the newest piece and
 * there is room, else as a copy. Fails: NULL; the piece stays as it was. */
void *arena_resize(arena *arena, void *piece, size_t old_size, size_t new_size);

/* Takes all pieces back. Keeps one block, unless it is over 8 MiB: one huge article must not hold
 * memory for the rest of the run. */
void arena_reset(arena *arena);

/* Releases everything. */
void arena_clear(arena *arena);

#endif
