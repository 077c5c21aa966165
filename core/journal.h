/* journal - what stages in stream order have saved, article by article: enough to give a fresh
 * process their state back, after a crash or in a run that is resumed.
 */
#ifndef CORE_JOURNAL_H
#define CORE_JOURNAL_H

#include "log.h"
#include "textmill/plugin.h"
#include <stdint.h>

typedef struct journal {
    int descriptor;
    uint64_t length;
    const char *path; /* NULL: in memory only */
} journal;

/* Opens a journal and cuts it to `length`; `path` NULL: one in memory, for a run that cannot be
 * resumed. Owns: the caller closes it; `path` must outlive it. Fails: false with the reason. */
bool journal_open(journal *journal, const char *path, uint64_t length, mill_error *error);

bool journal_append(journal *journal, mill_text saved, mill_error *error);

/* Makes what was appended survive a power cut. */
bool journal_sync(const journal *journal, mill_error *error);

/* Closes it; with `remove`, the file goes. */
void journal_close(journal *journal, bool remove);

#endif
