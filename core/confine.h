/* confine - what a worker process gives up and limits right after the fork: its tie to the
 * coordinator, signals, memory, descriptors. What it may still ask of the kernel is the sandbox's
 * affair, how its end is explained is death's. A worker calls in this order: confine_process,
 * death_watch, sandbox_enter.
 */
#ifndef CORE_CONFINE_H
#define CORE_CONFINE_H

#include "log.h"

#include <sys/types.h>

typedef struct confine_rules {
    pid_t coordinator;    /* the process that forked this one */
    size_t memory;        /* bytes beyond what is in use now; 0 sets no limit */
    int event_descriptor; /* stays open; above standard error */
    const int *kept;      /* these, too: what plug-ins opened before the run */
    size_t kept_count;
} confine_rules;

/* Ties this process to the coordinator: it is killed when that ends, and at once if that has ended
 * already. Sets the signals to their defaults, but for those that ask a whole run to stop or to
 * tell its state and reach all its processes at once, and SIGPIPE: these are ignored. Forbids core
 * dumps, limits memory and an unlimited stack. Standard input and output become /dev/null, standard
 * error stays, everything else is closed. To be called from the thread that forked, as the only
 * one. Fails: with the reason; the process is then half confined and should end. */
bool confine_process(const confine_rules *rules, mill_error *error);

#endif
