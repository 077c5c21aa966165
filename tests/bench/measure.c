/* CPU time is what wait4 tells: it holds the time of children that the command has waited for, so
 * that of worker processes. Memory has no such sum. A page that several processes share belongs to
 * each of them in part (Pss), and these parts are added up, 50 times a second. */
#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SAMPLE_NANOSECONDS 20000000

enum { EXIT_NOT_STARTED = 127 };

static double to_seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* ---- Starting and waiting ------------------------------------------------------------------ */

_Noreturn static void become(char *const *command, int in, int out)
{
    if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0) execvp(command[0], command);
    fprintf(stderr, "bench: %s cannot be started: %s\n", command[0], strerror(errno));
    _exit(EXIT_NOT_STARTED);
}

static pid_t start(char *const *command, int in, int out)
{
    pid_t child = fork();
    if (child == 0) become(command, in, out);
    if (child < 0) fprintf(stderr, "bench: %s cannot be run: %s\n", command[0], strerror(errno));
    return child;
}

static int exit_code_of(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Looks whether a process has ended. Returns 1 with what it has used, 0 if not, -1 on failure. */
static int look(pid_t child, int options, double started, measurement *taken)
{
    int status;
    struct rusage used;
    pid_t ended;
    do ended = wait4(child, &status, options, &used);
    while (ended < 0 && errno == EINTR);
    if (ended <= 0) return ended < 0 ? -1 : 0;
    taken->exit_code = exit_code_of(status);
    taken->cpu = to_seconds(used.ru_utime) + to_seconds(used.ru_stime);
    taken->elapsed = now() - started;
    taken->largest_bytes = (uint64_t)used.ru_maxrss * 1024;
    return 1;
}

bool measure(char *const *command, bool silent, measurement *taken)
{
    double started = now();
    int out = silent ? open("/dev/null", O_WRONLY | O_CLOEXEC) : STDOUT_FILENO;
    *taken = (measurement){0};
    pid_t child = out >= 0 ? start(command, STDIN_FILENO, out) : -1;
    if (silent && out >= 0) close(out);
    return child > 0 && look(child, 0, started, taken) > 0;
}

/* ---- Memory -------------------------------------------------------------------------------- */

/* Returns the process's part of the memory; 0 for one that has ended. */
static uint64_t memory_of(pid_t process)
{
    char path[64], line[256];
    unsigned long long kilobytes = 0;
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", process);
    FILE *file = fopen(path, "r");
    if (file == NULL) return 0;
    while (fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "Pss: %llu kB", &kilobytes) == 1) break;
    fclose(file);
    return kilobytes * 1024;
}

/* Returns the memory of a process and its children. Workers have none themselves. */
static uint64_t memory_of_family(pid_t process)
{
    char path[64];
    pid_t child;
    uint64_t sum = memory_of(process);
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", process, process);
    FILE *file = fopen(path, "r");
    if (file == NULL) return sum;
    while (fscanf(file, "%d", &child) == 1) sum += memory_of(child);
    fclose(file);
    return sum;
}

/* Waits for a process and keeps the largest sample of its memory. */
static bool watch(pid_t child, double started, measurement *taken)
{
    int ended;
    while ((ended = look(child, WNOHANG, started, taken)) == 0) {
        uint64_t sample = memory_of_family(child);
        if (sample > taken->total_bytes) taken->total_bytes = sample;
        nanosleep(&(struct timespec){0, SAMPLE_NANOSECONDS}, NULL);
    }
    return ended > 0;
}

static bool wait_for_feeder(pid_t feeder, const char *name)
{
    measurement taken;
    if (look(feeder, 0, 0, &taken) > 0 && taken.exit_code == 0) return true;
    fprintf(stderr, "bench: %s has failed\n", name);
    return false;
}

bool measure_fed(char *const *feeder, char *const *command, measurement *taken)
{
    int ends[2];
    *taken = (measurement){0};
    if (pipe2(ends, O_CLOEXEC) != 0) {
        fprintf(stderr, "bench: no pipe: %s\n", strerror(errno));
        return false;
    }
    double started = now();
    pid_t child = start(command, ends[0], STDOUT_FILENO);
    pid_t from = child > 0 ? start(feeder, STDIN_FILENO, ends[1]) : -1;
    close(ends[0]);
    close(ends[1]);
    bool fine = child > 0 && watch(child, started, taken);
    return from > 0 && wait_for_feeder(from, feeder[0]) && fine;
}
