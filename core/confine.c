/* The memory limit is RLIMIT_DATA: it counts private writable memory, that is brk, malloc and the
 * pages that a plug-in maps for itself, and neither the exchange nor mapped lexicons. It bounds the
 * whole, so what is there at the fork is added. Everything here is a handful of system calls: a
 * crash is to cost less than 5 ms, and a new worker is the larger part of it. */
#include "confine.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* ---- Coordinator and signals --------------------------------------------------------------- */

/* The kernel kills a worker with its coordinator, unless that ended before it was asked to. */
static void tie_to(pid_t coordinator)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != coordinator) _exit(EXIT_FAILURE);
}

/* Ctrl-C, a hang-up and the stop of a batch system reach all processes of a run; so does a careless
 * `pkill -USR1`. The coordinator decides what follows; a worker that died of them would take an
 * innocent article along. */
static void reset_signals(void)
{
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE};
    sigset_t none;
    for (int i = 1; i < NSIG; i++) signal(i, SIG_DFL);
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) signal(ignored[i], SIG_IGN);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* ---- Limits -------------------------------------------------------------------------------- */

/* Returns the bytes of private writable memory, those of the stack included, or 0 if they cannot be
 * known: the sixth number of /proc/self/statm, in pages. */
static rlim_t data_in_use(void)
{
    char text[256];
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (length <= 0) return 0;
    text[length] = '\0';
    char *number = text;
    for (int i = 0; i < 5; i++) {
        number = strchr(number, ' ');
        if (number == NULL) return 0;
        number++;
    }
    return (rlim_t)strtoull(number, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* Sets both limits, so that a plug-in cannot raise them; as far as the hard one allows. */
static bool limit_data(rlim_t bytes)
{
    struct rlimit data;
    if (getrlimit(RLIMIT_DATA, &data) != 0) return false;
    if (bytes < data.rlim_max) data.rlim_max = bytes;
    data.rlim_cur = data.rlim_max;
    return setrlimit(RLIMIT_DATA, &data) == 0;
}

/* An endless recursion must meet a limit, too; RLIMIT_DATA does not count the stack. */
static bool limit_stack(rlim_t bytes)
{
    struct rlimit stack;
    if (getrlimit(RLIMIT_STACK, &stack) != 0) return false;
    if (stack.rlim_cur <= bytes) return true;
    stack.rlim_cur = bytes;
    return setrlimit(RLIMIT_STACK, &stack) == 0;
}

static bool limit_memory(size_t memory, mill_error *error)
{
    if (memory == 0) return true;
    rlim_t in_use = data_in_use();
    if (in_use == 0)
        return error_set(error, ERROR_MEMORY,
                         "the memory of a worker cannot be limited: /proc/self/statm tells "
                         "nothing; mount /proc");
    rlim_t most = memory > RLIM_INFINITY - in_use ? RLIM_INFINITY : in_use + memory;
    if (limit_data(most) && limit_stack(memory)) return true;
    return error_set(error, ERROR_MEMORY,
                     "the memory of a worker cannot be limited: %s; run where a process may "
                     "limit itself",
                     strerror(errno));
}

/* ---- Descriptors --------------------------------------------------------------------------- */

#define CLOSED_ONE_BY_ONE 65536 /* without close_range, higher ones stay open */

static void close_from_to(unsigned first, unsigned last)
{
    if (first > last || close_range(first, last, 0) == 0) return;
    if (last >= CLOSED_ONE_BY_ONE) last = CLOSED_ONE_BY_ONE - 1;
    for (unsigned i = first; i <= last; i++) close((int)i);
}

/* Returns the lowest descriptor from `first` on that stays open, UINT_MAX if there is none. They
 * are few, so nothing is sorted. */
static unsigned next_kept(const confine_rules *rules, unsigned first)
{
    unsigned next = UINT32_MAX;
    unsigned event = (unsigned)rules->event_descriptor;
    if (event >= first) next = event;
    for (size_t i = 0; i < rules->kept_count; i++) {
        unsigned kept = (unsigned)rules->kept[i];
        if (kept >= first && kept < next) next = kept;
    }
    return next;
}

/* stdio would ask what kind of file it writes to, which the sandbox does not allow; with a buffer
 * it does not, and a stray printf is a plain write. */
static void settle_standard_output(void)
{
    static char buffer[BUFSIZ];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
}

static bool close_descriptors(const confine_rules *rules, mill_error *error)
{
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
        return error_set(error, ERROR_OUTPUT, "/dev/null: %s; repair /dev", strerror(errno));
    settle_standard_output();
    unsigned first = STDERR_FILENO + 1;
    for (;;) {
        unsigned kept = next_kept(rules, first);
        close_from_to(first, kept - 1);
        if (kept >= INT32_MAX) return true;
        first = kept + 1;
    }
}

/* ---- All of it ----------------------------------------------------------------------------- */

bool confine_process(const confine_rules *rules, mill_error *error)
{
    assert(rules->event_descriptor > STDERR_FILENO);
    tie_to(rules->coordinator);
    reset_signals();
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    return close_descriptors(rules, error) && limit_memory(rules->memory, error);
}
