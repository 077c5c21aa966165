/* A process can ask to be killed with its parent, but what it starts is not killed with it. The
 * keeper becomes the parent of all orphans below it (a "subreaper"), so it only ever has to kill
 * its own children until there are none. It must be a process of its own, as whoever owns the
 * program may be killed at any time; the kernel tells the keeper by a signal. */
#define _GNU_SOURCE
#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define OWNER_ENDED SIGHUP

enum { GRACE_MILLIS = 500, GRACE_STEP_MILLIS = 5 };

/* ---- The program --------------------------------------------------------------------------- */

static void reset_signals(void)
{
    sigset_t none;
    for (int i = 1; i < NSIG; i++) signal(i, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void become_program(const exec_command *command, const keeper_pipes *pipes, pid_t keeper)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != keeper) _exit(EXIT_FAILURE);
    reset_signals();
    /* The pipes' own descriptors are all above 2: a run has standard descriptors. */
    if (dup2(pipes->input, 0) < 0 || dup2(pipes->output, 1) < 0 || dup2(pipes->errors, 2) < 0)
        _exit(EXIT_FAILURE);
    close_range(3, ~0u, 0);
    execv(command->path, command->arguments);
    dprintf(2, "it cannot be started: %s\n", strerror(errno));
    _exit(127);
}

/* ---- The keeper ---------------------------------------------------------------------------- */

/* Kills all children there are. */
static void kill_children(void)
{
    char path[64], list[4096];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file >= 0 ? read(file, list, sizeof list - 1) : 0;
    if (file >= 0) close(file);
    if (length <= 0) return;
    list[length] = '\0';
    for (char *at = list; *at != '\0';) {
        char *end;
        long child = strtol(at, &end, 10);
        if (end == at) return;
        /* A number that is cut off at the end of the list could be another process. */
        if (child > 0 && *end == ' ') kill((pid_t)child, SIGKILL);
        at = end + (*end == ' ');
    }
}

/* Kills until nobody is left: children of killed children become our own. */
static void kill_all(pid_t program)
{
    if (program > 0) kill(program, SIGKILL);
    for (;;) {
        kill_children();
        if (waitpid(-1, NULL, 0) < 0 && errno == ECHILD) return;
    }
}

/* Takes leave of children that have ended. Returns whether the program is among them. */
static bool reap(pid_t program, int *status)
{
    int ended;
    pid_t child;
    bool has_ended = false;
    while ((child = waitpid(-1, &ended, WNOHANG)) > 0) {
        if (child != program) continue;
        *status = ended;
        has_ended = true;
    }
    return has_ended;
}

/* Ends as the program has. */
static void end_like(int status)
{
    if (WIFEXITED(status)) _exit(WEXITSTATUS(status));
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    reset_signals();
    raise(WTERMSIG(status));
    _exit(EXIT_FAILURE);
}

/* Without an owner the program's input has ended; it may have something to finish. */
static bool await_end(pid_t program, int *status)
{
    const struct timespec moment = {0, GRACE_STEP_MILLIS * 1000000L};
    for (int waited = 0; waited < GRACE_MILLIS; waited += GRACE_STEP_MILLIS) {
        if (reap(program, status)) return true;
        nanosleep(&moment, NULL);
    }
    return false;
}

static void keep(pid_t program, const sigset_t *awaited)
{
    int status = 0, signal_number = SIGCHLD;
    bool has_ended = false;
    while (signal_number == SIGCHLD && !has_ended) {
        signal_number = sigwaitinfo(awaited, NULL);
        if (signal_number < 0) signal_number = SIGCHLD; /* interrupted */
        has_ended = reap(program, &status);
    }
    if (signal_number == OWNER_ENDED && !has_ended) has_ended = await_end(program, &status);
    kill_all(has_ended ? 0 : program);
    end_like(has_ended ? status : SIGKILL);
}

static void become_keeper(const exec_command *command, const keeper_pipes *pipes, pid_t owner)
{
    sigset_t awaited;
    reset_signals();
    sigemptyset(&awaited);
    sigaddset(&awaited, OWNER_ENDED);
    sigaddset(&awaited, SIGTERM);
    sigaddset(&awaited, SIGCHLD);
    sigprocmask(SIG_BLOCK, &awaited, NULL);
    prctl(PR_SET_PDEATHSIG, OWNER_ENDED);
    if (getppid() != owner) _exit(EXIT_FAILURE);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    setsid(); /* Ctrl-C is for the coordinator */
    pid_t keeper = getpid(), program = fork();
    if (program == 0) become_program(command, pipes, keeper);
    if (program < 0) {
        dprintf(pipes->errors, "it cannot be started: %s\n", strerror(errno));
        _exit(127);
    }
    /* The program's pipes end only when nobody else holds them. */
    close_range(0, ~0u, 0);
    keep(program, &awaited);
}

pid_t keeper_start(const exec_command *command, const keeper_pipes *pipes)
{
    pid_t owner = getpid(), keeper = fork();
    if (keeper == 0) become_keeper(command, pipes, owner);
    return keeper;
}
