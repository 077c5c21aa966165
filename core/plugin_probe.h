/* plugin_probe - loading plug-ins where it does no harm: in a child process.
 *
 * Loading runs a library's constructors, so a broken one can crash, hang or end the process. The
 * child loads the files in turn and reports on each; one that the child does not survive is
 * refused, and a new child goes on behind it.
 */
#ifndef CORE_PLUGIN_PROBE_H
#define CORE_PLUGIN_PROBE_H

#include <stddef.h>
#include <stdint.h>

#define PLUGIN_PROBE_TIME_LIMIT_MS 5000

typedef struct plugin_probe {
    uint32_t kind; /* a mill_kind; 0: refused, and `reason` says why */
    char name[48];
    char extensions[256];
    char reason[1024];
} plugin_probe;

/* Probes `count` files into `probes`; one may take `time_limit_ms`. */
void plugin_probe_files(const char *const *paths, size_t count, int time_limit_ms,
                        plugin_probe *probes);

#endif
