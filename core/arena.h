/* arena - memory that is given piece by piece and taken back all at once.
 *
 * An arena is one region of address space, as large as its limit, with an inaccessible page before
 * and behind. It becomes usable in steps, as pieces are cut from its front; the rest is a promise
 * that costs nothing. Who writes beyond it meets a fault, not another's memory; and no bookkeeping
 * lies inside, so that whatever was written there is harmless after a reset.
 *
 * It is not a general allocator: pieces are never freed one by one.
 */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct arena {
    char *begin; /* of the region; NULL: not reserved yet */
    char *next;
    char *stop;   /* the region is usable up to here */
    size_t held;  /* usable bytes */
    size_t limit; /* `held` passes it by less than a page */
} arena;

/* Makes an empty arena that gives no more than about `limit` bytes. Takes no memory yet. */
void arena_init(arena *arena, size_t limit);

/* Gives `size` uninitialised bytes, aligned to 16. Owns: valid until reset or clear.
 * Fails: NULL past the limit or out of memory; the arena stays as it was. */
void *arena_alloc(arena *arena, size_t size);

/* Gives `count` times `size` bytes; as arena_alloc, and NULL where the product overflows. */
void *arena_alloc_array(arena *arena, size_t count, size_t size);

/* Makes `piece`, of `old_size` bytes, `new_size` bytes long: in place if it is the newest piece,
 * else as a copy. Fails: NULL; the piece stays as it was. */
void *arena_resize(arena *arena, void *piece, size_t old_size, size_t new_size);

/* Takes all pieces back; the first piece is then given from the front of the region again. What is
 * held over 8 MiB is released: one huge article must not hold memory for the rest of the run. */
void arena_reset(arena *arena);

/* Releases everything. */
void arena_clear(arena *arena);

#endif
