/* watched_host - the host's functions as a plug-in under test gets them: they do what they always
 * do, and tell what the plug-in did that is not allowed. Told to, they refuse one request for
 * memory.
 */
#ifndef CORE_CONFORMANCE_WATCHED_HOST_H
#define CORE_CONFORMANCE_WATCHED_HOST_H

#include "textmill/plugin.h"

typedef enum breach {
    BREACH_NONE = 0,
    BREACH_SPAN = 1, /* a span out of range, across a character, or not sorted */
    BREACH_EDIT = 2, /* likewise an edit */
    BREACH_FIELD = 4 /* something that the plug-in does not declare */
} breach;

typedef struct watched_host {
    mill_host table;           /* first: a mill_host * of this is a watched_host * */
    const mill_plugin *plugin; /* whose declarations count */
    breach breach;             /* the first one since watched_host_begin */
    bool has_refused;          /* the plug-in itself has said why the article fails */
    uint64_t requests;         /* for memory since watched_host_begin */
    uint64_t refuse_at;        /* the request that is not granted; 0: none */
} watched_host;

void watched_host_init(watched_host *host, const mill_plugin *plugin);

/* Forgets what was seen; the request `refuse_at` from now on is not granted (0: all are). */
void watched_host_begin(watched_host *host, uint64_t refuse_at);

#endif
