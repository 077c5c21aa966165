/* The region is mapped without access at the first piece: pages without access count neither as
 * data of the process (RLIMIT_DATA) nor against overcommit. Each step doubles what is usable, so
 * that few system calls are ever made. */
#include "arena.h"

#include "pages.h"

#include <sanitizer/asan_interface.h> /* its macros do nothing without the sanitizer */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ALIGNMENT     ((size_t)16)
#define SMALLEST_STEP ((size_t)64 << 10)
#define KEPT_AT_RESET ((size_t)8 << 20)
#define MOST_MADE     ((size_t)4 << 20) /* made at once; beyond that, pages as they are touched */

void arena_init(arena *memory, size_t limit)
{
    memset(memory, 0, sizeof *memory);
    memory->limit = limit;
}

/* ---- The region ---------------------------------------------------------------------------- */

static size_t round_up(size_t size, size_t unit)
{
    return (size + unit - 1) & ~(unit - 1);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* Returns the size of the region between its guard pages; 0 if no address space is that large. */
static size_t region_size(const arena *memory)
{
    size_t page = page_size();
    return memory->limit <= SIZE_MAX - 4 * page ? round_up(memory->limit, page) : 0;
}

static bool reserve(arena *memory, size_t size)
{
    size_t guard = page_size();
    char *whole = mmap(NULL, guard + size + guard, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (whole == MAP_FAILED) return false;
    memory->begin = memory->next = memory->stop = whole + guard;
    return true;
}

/* Makes the first `size` bytes of the region usable. */
static bool hold(arena *memory, size_t size)
{
    size_t added = size - memory->held;
    if (mprotect(memory->stop, added, PROT_READ | PROT_WRITE) != 0) return false;
    ASAN_POISON_MEMORY_REGION(memory->stop, added);
    if (size <= MOST_MADE) pages_make(memory->stop, added);
    memory->held = size;
    memory->stop += added;
    return true;
}

/* Makes `size` bytes behind `from` usable: in a large step or, where the system does not give that
 * much, in as small a one as will do. */
static bool extend(arena *memory, const char *from, size_t size)
{
    size_t most = region_size(memory), used = (size_t)(from - memory->begin);
    if (size > most || used > most - size) return false;
    if (memory->begin == NULL && !reserve(memory, most)) return false;
    size_t needed = round_up(used + size, page_size());
    size_t step = larger(larger(memory->held * 2, SMALLEST_STEP), needed);
    return hold(memory, step < most ? step : most) || hold(memory, needed);
}

/* Releases what is held beyond `kept` bytes. Where the system refuses, nothing is lost but the
 * fault that a stray access would meet. */
static void shrink(arena *memory, size_t kept)
{
    if (memory->held <= kept) return;
    char *stop = memory->begin + kept;
    size_t dropped = memory->held - kept;
    ASAN_UNPOISON_MEMORY_REGION(stop, dropped);
    madvise(stop, dropped, MADV_DONTNEED);
    mprotect(stop, dropped, PROT_NONE);
    memory->held = kept;
    memory->stop = stop;
}

/* ---- Pieces -------------------------------------------------------------------------------- */

/* Pieces of nothing are pieces too: no two are at the same place. */
static size_t room_for(size_t size)
{
    return round_up(larger(size, 1), ALIGNMENT);
}

void *arena_alloc(arena *memory, size_t size)
{
    if (size > SIZE_MAX - ALIGNMENT) return NULL;
    size = room_for(size);
    if ((size_t)(memory->stop - memory->next) < size && !extend(memory, memory->next, size))
        return NULL;
    void *piece = memory->next;
    memory->next += size;
    ASAN_UNPOISON_MEMORY_REGION(piece, size);
    return piece;
}

void *arena_alloc_array(arena *memory, size_t count, size_t size)
{
    size_t whole;
    if (__builtin_mul_overflow(count, size, &whole)) return NULL;
    return arena_alloc(memory, whole);
}

/* Makes the newest piece, which begins at `piece`, longer or shorter. */
static bool resize_newest(arena *memory, char *piece, size_t room)
{
    if ((size_t)(memory->stop - piece) < room && !extend(memory, piece, room)) return false;
    memory->next = piece + room;
    ASAN_UNPOISON_MEMORY_REGION(piece, room);
    ASAN_POISON_MEMORY_REGION(memory->next, (size_t)(memory->stop - memory->next));
    return true;
}

void *arena_resize(arena *memory, void *piece, size_t old_size, size_t new_size)
{
    if (piece == NULL) return arena_alloc(memory, new_size);
    if (new_size > SIZE_MAX - ALIGNMENT) return NULL;
    size_t old_room = room_for(old_size), new_room = room_for(new_size);
    if ((char *)piece + old_room == memory->next)
        return resize_newest(memory, piece, new_room) ? piece : NULL;
    if (new_room <= old_room) return piece;
    void *copy = arena_alloc(memory, new_size);
    return copy != NULL ? memcpy(copy, piece, old_size) : NULL;
}

void arena_reset(arena *memory)
{
    shrink(memory, KEPT_AT_RESET);
    memory->next = memory->begin;
    ASAN_POISON_MEMORY_REGION(memory->begin, memory->held);
}

void arena_clear(arena *memory)
{
    if (memory->begin != NULL) {
        size_t guard = page_size();
        ASAN_UNPOISON_MEMORY_REGION(memory->begin, memory->held);
        munmap(memory->begin - guard, guard + region_size(memory) + guard);
    }
    arena_init(memory, memory->limit);
}
