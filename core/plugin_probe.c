/* One child loads file after file and writes a report of fixed size for each to a pipe. The parent
 * waits for each with a deadline. A report is small enough for a pipe to take it whole, and comes
 * from a process that strangers' code ran in: every part of it is checked. */
#include "plugin_probe.h"

#include "plugin_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct probe_report {
    uint64_t index;
    plugin_probe probe;
} probe_report;

_Static_assert(sizeof(probe_report) <= PIPE_BUF, "a report is written and read whole");

#define REPORT_DESCRIPTOR 3
#define REMEDY            "repair its constructors"

/* ---- The child ----------------------------------------------------------------------------- */

/* Lets nothing of the parent be seen or touched: its files, its handlers, its terminal. */
static void seal_off(int report_to)
{
    const struct rlimit no_core = {0, 0};
    sigset_t none;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    setrlimit(RLIMIT_CORE, &no_core);
    for (int i = 1; i < NSIG; i++) signal(i, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int null = open("/dev/null", O_RDWR);
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++) dup2(null, i);
    dup2(report_to, REPORT_DESCRIPTOR);
    close_range(REPORT_DESCRIPTOR + 1, ~0U, 0);
}

static void probe_one(const char *path, plugin_probe *probe)
{
    mill_error error;
    const mill_plugin *plugin = plugin_file_load(path, &error);
    if (plugin == NULL) {
        snprintf(probe->reason, sizeof probe->reason, "%s", error.message);
        return;
    }
    probe->kind = plugin->kind;
    snprintf(probe->name, sizeof probe->name, "%s", plugin->name);
    if (plugin->extensions != NULL)
        snprintf(probe->extensions, sizeof probe->extensions, "%s", plugin->extensions);
}

static _Noreturn void run_child(const char *const *paths, size_t first, size_t count, int report_to)
{
    seal_off(report_to);
    for (size_t i = first; i < count; i++) {
        probe_report report;
        memset(&report, 0, sizeof report);
        report.index = i;
        probe_one(paths[i], &report.probe);
        if (write(REPORT_DESCRIPTOR, &report, sizeof report) != (ssize_t)sizeof report) _exit(1);
    }
    _exit(0);
}

/* ---- The parent ---------------------------------------------------------------------------- */

typedef struct probe_child {
    pid_t process;
    int reports;
} probe_child;

static void refuse(plugin_probe *probe, const char *path, const char *why)
{
    mill_error error;
    memset(probe, 0, sizeof *probe);
    error_set(&error, ERROR_PLUGIN, "%s: %s", path, why);
    snprintf(probe->reason, sizeof probe->reason, "%s", error.message);
}

static bool start_child(const char *const *paths, size_t first, size_t count, probe_child *child)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    child->process = fork();
    if (child->process == 0) run_child(paths, first, count, ends[1]);
    int reason = errno;
    close(ends[1]);
    child->reports = ends[0];
    if (child->process > 0) return true;
    close(ends[0]);
    errno = reason;
    return false;
}

/* Ends the child, with whatever its plug-ins started, and returns how it ended. */
static int end_child(probe_child *child)
{
    int status = 0;
    kill(-child->process, SIGKILL);
    kill(child->process, SIGKILL);
    while (waitpid(child->process, &status, 0) < 0 && errno == EINTR) {
    }
    close(child->reports);
    return status;
}

typedef enum report_state {
    REPORT_SOUND,
    REPORT_NONE,  /* the child has gone */
    REPORT_LATE,  /* it takes too long */
    REPORT_FORGED /* what came is not from this file's functions */
} report_state;

static int64_t milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_text(const char *text, size_t size)
{
    size_t length = strnlen(text, size);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20) return false;
    return length < size;
}

static bool is_sound(const probe_report *report, size_t index)
{
    const plugin_probe *probe = &report->probe;
    if (report->index != index || !is_text(probe->name, sizeof probe->name) ||
        !is_text(probe->extensions, sizeof probe->extensions) ||
        !is_text(probe->reason, sizeof probe->reason))
        return false;
    if (probe->kind == 0) return probe->reason[0] != '\0';
    return probe->kind <= MILL_WRITER && plugin_file_is_name(probe->name);
}

/* Waits for the report on file `index`. */
static report_state read_report(const probe_child *child, size_t index, int time_limit_ms,
                                probe_report *report)
{
    int64_t deadline = milliseconds() + time_limit_ms;
    for (;;) {
        int64_t left = deadline - milliseconds();
        struct pollfd waiting = {.fd = child->reports, .events = POLLIN};
        int ready = poll(&waiting, 1, left > 0 ? (int)left : 0);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return REPORT_LATE;
        ssize_t got = read(child->reports, report, sizeof *report);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return REPORT_NONE;
        bool whole = got == (ssize_t)sizeof *report;
        return whole && is_sound(report, index) ? REPORT_SOUND : REPORT_FORGED;
    }
}

/* A process that ends by itself was not sent SIGKILL by anyone but us, who were tired of it. */
static void explain_end(int status, const char *path, plugin_probe *probe)
{
    char why[160];
    int end = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    const char *signal_name = end != 0 && end != SIGKILL ? sigabbrev_np(end) : NULL;
    if (signal_name != NULL)
        snprintf(why, sizeof why, "crashes when it is loaded (SIG%s); " REMEDY, signal_name);
    else
        snprintf(why, sizeof why, "ends the program when it is loaded; " REMEDY);
    refuse(probe, path, why);
}

/* Takes the child's reports from file `first` on. Returns the file behind the last one that is
 * settled. */
static size_t take_reports(const char *const *paths, size_t first, size_t count, int time_limit_ms,
                           probe_child *child, plugin_probe *probes)
{
    probe_report report;
    for (size_t i = first; i < count; i++) {
        report_state state = read_report(child, i, time_limit_ms, &report);
        if (state == REPORT_SOUND) {
            probes[i] = report.probe;
            continue;
        }
        int status = end_child(child);
        if (state == REPORT_NONE) explain_end(status, paths[i], &probes[i]);
        if (state == REPORT_LATE) refuse(&probes[i], paths[i], "hangs when it is loaded; " REMEDY);
        if (state == REPORT_FORGED)
            refuse(&probes[i], paths[i], "disturbs its examination; " REMEDY);
        return i + 1;
    }
    end_child(child);
    return count;
}

void plugin_probe_files(const char *const *paths, size_t count, int time_limit_ms,
                        plugin_probe *probes)
{
    size_t next = 0;
    char why[160];
    while (next < count) {
        probe_child child;
        if (start_child(paths, next, count, &child)) {
            next = take_reports(paths, next, count, time_limit_ms, &child, probes);
            continue;
        }
        snprintf(why, sizeof why, "cannot be examined: no new process: %s; try again later",
                 strerror(errno));
        refuse(&probes[next], paths[next], why);
        next++;
    }
}
