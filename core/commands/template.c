/* The archive is what `tar` wrote (POSIX ustar): blocks of 512 bytes, one with the name and the
 * length before the contents of each file, zeros at the end. Names are short and of our own making,
 * so that the rest of the format never occurs. */
#include "template.h"

#include <stdlib.h>

extern const char _binary_template_tar_start[], _binary_template_tar_end[];

enum { BLOCK = 512, NAME_AT = 0, SIZE_AT = 124, TYPE_AT = 156, PLAIN_FILE = '0' };

bool template_next(template_walk *walk, template_file *file)
{
    size_t length = (uintptr_t)_binary_template_tar_end - (uintptr_t)_binary_template_tar_start;
    while (walk->next + BLOCK <= length) {
        const char *head = _binary_template_tar_start + walk->next;
        size_t size = strtoul(head + SIZE_AT, NULL, 8);
        if (head[NAME_AT] == '\0') return false;
        walk->next += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
        if (head[TYPE_AT] != PLAIN_FILE) continue;
        file->path = head + NAME_AT;
        file->contents = (mill_text){head + BLOCK, size};
        return true;
    }
    return false;
}
