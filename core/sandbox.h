/* sandbox - what a worker process may ask of the kernel once it runs plug-ins: a seccomp filter.
 *
 * Everybody may have memory (private, never executable), tell the time, sleep, wait, end itself,
 * and write to the worker's one descriptor, to standard output (which is /dev/null) and standard
 * error. A plug-in that declares files may also work on files, with network also on sockets (and
 * files, since looking up a host reads some). One that declares processes may do everything but
 * reach into other processes, signal the coordinator, and administer the machine: an unknown
 * program needs nearly anything. Only such a plug-in may start threads. Programs that it starts are
 * under the same filter, and gain no rights from set-user-ID files.
 *
 * A refused call kills with SIGSYS; death names it. The filter does not look at which files are
 * opened: files are those that the user may open.
 */
#ifndef CORE_SANDBOX_H
#define CORE_SANDBOX_H

#include "log.h"

#include <stdint.h>

typedef struct sandbox sandbox;

/* Tells whether the kernel can filter system calls. Never in a build with AddressSanitizer or
 * ThreadSanitizer nor under valgrind: they make calls of their own in the midst of a plug-in's. */
bool sandbox_supported(void);

/* Makes the filter for workers whose plug-ins have the MILL_USES_ flags `uses`. To be called by the
 * coordinator, before it forks. Sets TZ if it is not set, so that local time needs no file.
 * Owns: the caller, who destroys it. Fails: NULL. */
sandbox *sandbox_create(uint32_t uses, mill_error *error);

/* Confines this process, a child of the one that made the sandbox, for good. `event_descriptor` is
 * the one that it may always write to. Fails: the process has its rights still. */
bool sandbox_enter(const sandbox *sandbox, int event_descriptor, mill_error *error);

void sandbox_destroy(sandbox *sandbox);

#define SANDBOX_CALL_NAME_MAX 48

/* Writes the name of a system call; "system call 999" if there is none, and "a foreign system call"
 * for a negative number. */
void sandbox_call_name(int number, char name[SANDBOX_CALL_NAME_MAX]);

/* Returns what helps against the refusal of a call in a worker with the MILL_USES_ flags `uses`:
 * which flag to declare, or what no plug-in may do. */
const char *sandbox_remedy(int number, uint32_t uses);

#endif
