/* Needs Linux 5.14; an older one answers EINVAL, and nothing is lost. */
#include "pages.h"

#include <stdint.h>
#include <sys/mman.h>

#define PAGE ((uintptr_t)4096)

static void populate(const void *begin, size_t size, int advice)
{
    uintptr_t first = (uintptr_t)begin & ~(PAGE - 1);
    uintptr_t behind = ((uintptr_t)begin + size + PAGE - 1) & ~(PAGE - 1);
    if (size != 0) madvise((char *)begin - ((uintptr_t)begin - first), behind - first, advice);
}

void pages_make(void *begin, size_t size)
{
    populate(begin, size, MADV_POPULATE_WRITE);
}

void pages_map(const void *begin, size_t size)
{
    populate(begin, size, MADV_POPULATE_READ);
}
