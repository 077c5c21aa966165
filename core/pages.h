/* pages - memory that is there before it is touched.
 *
 * A page that is touched for the first time costs a page fault, on a virtual machine as much as
 * copying a hundred kilobytes; asked for in one go, pages cost a tenth of that.
 */
#ifndef CORE_PAGES_H
#define CORE_PAGES_H

#include <stddef.h>

/* Makes the pages that hold `size` bytes at `begin`, to be written to. Where the system cannot,
 * each is made when it is touched. */
void pages_make(void *begin, size_t size);

/* Maps pages that another process has made, to be read. */
void pages_map(const void *begin, size_t size);

#endif
