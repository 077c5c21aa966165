/* seen - the fingerprints of all articles so far and, where wanted, their ids.
 *
 * Open addressing, between three eighths and three quarters full: 16 bytes a place, so 22 to 43 an
 * article, and half as much again while the table grows. With ids 24 bytes a place, so 32 to 64,
 * and the id's own bytes and 4.
 */
#ifndef DEDUPLICATE_SEEN_H
#define DEDUPLICATE_SEEN_H

#include "normal_form.h"

typedef struct seen {
    fingerprint *places; /* all zero: free */
    size_t *id_at;       /* for each place where its id begins in `ids`; NULL: no ids are kept */
    size_t mask;         /* places - 1 */
    size_t count;
    char *ids; /* one behind another, its length before each */
    size_t ids_length;
    size_t ids_capacity;
} seen;

/* Makes room for the first articles. Fails: false, out of memory; nothing to clear. */
bool seen_init(seen *self, bool keeps_ids);

/* Looks for an article. `*id` is the one it was added with, empty if ids are not kept; valid until
 * the next one is added. */
bool seen_find(const seen *self, fingerprint print, mill_text *id);

/* Adds an article that is not there. Fails: false, out of memory; nothing has changed. */
bool seen_add(seen *self, fingerprint print, mill_text id);

void seen_clear(seen *self);

#endif
