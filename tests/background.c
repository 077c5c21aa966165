/* Waiting is looking again every millisecond: what is waited for gives no notice. */
#include "background.h"

#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE                                                                                   \
    30.0 /* seconds; a guard against hangs, no measure of speed; under Check's minute */

/* ---- Time ---------------------------------------------------------------------------------- */

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void background_pause(double seconds)
{
    struct timespec time = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    while (nanosleep(&time, &time) != 0) continue;
}

/* Rests before the next look, unless it is too late for one. */
static void look_again(double started, const char *what)
{
    ck_assert_msg(now() - started < PATIENCE, "waited in vain: %s", what);
    background_pause(0.001);
}

/* ---- Starting ------------------------------------------------------------------------------ */

/* In the child: the program takes the place of the shell, so the process id is its own. */
static void become(const char *folder, const char *arguments, pid_t parent)
{
    char command[20480];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_DFL);
    if (getppid() != parent) _exit(99);
    snprintf(command, sizeof command, "%s; cd '%s' && exec textmill %s 2>>err", test_programs(),
             folder, arguments);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(99);
}

background background_start(const char *folder, const char *format, ...)
{
    char arguments[16384];
    int in[2], out[2];
    va_list list;
    va_start(list, format);
    vsnprintf(arguments, sizeof arguments, format, list);
    va_end(list);
    ck_assert_int_eq(pipe2(in, O_CLOEXEC), 0);
    ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
    signal(SIGPIPE, SIG_IGN); /* writing to a program that has ended is told by the write */
    pid_t parent = getpid(), child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        become(folder, arguments, parent);
    }
    close(in[0]);
    close(out[1]);
    return (background){child, in[1], out[0]};
}

/* ---- Talking ------------------------------------------------------------------------------- */

void background_type(const background *program, const char *data, size_t length)
{
    while (length > 0) {
        struct pollfd pipe = {.fd = program->input, .events = POLLOUT};
        ck_assert_msg(poll(&pipe, 1, (int)(PATIENCE * 1000)) == 1, "the program does not read");
        size_t piece = length < PIPE_BUF ? length : PIPE_BUF;
        ssize_t written = write(program->input, data, piece);
        ck_assert_msg(written > 0, "the program has closed its input");
        data += written;
        length -= (size_t)written;
    }
}

const char *background_line(const background *program)
{
    static char line[1 << 20];
    size_t length = 0;
    for (;;) {
        struct pollfd pipe = {.fd = program->output, .events = POLLIN};
        ck_assert_msg(poll(&pipe, 1, (int)(PATIENCE * 1000)) == 1, "no line comes out");
        if (read(program->output, line + length, 1) != 1) return NULL;
        if (line[length] == '\n') break;
        ck_assert_uint_lt(++length, sizeof line);
    }
    line[length] = '\0';
    return line;
}

void background_end_input(background *program)
{
    if (program->input >= 0) close(program->input);
    program->input = -1;
}

/* ---- Ending -------------------------------------------------------------------------------- */

bool background_has_ended(const background *program)
{
    siginfo_t ended = {0};
    waitid(P_PID, (id_t)program->pid, &ended, WEXITED | WNOHANG | WNOWAIT);
    return ended.si_pid == program->pid;
}

int background_wait(background *program)
{
    int status = 0;
    for (double started = now(); waitpid(program->pid, &status, WNOHANG) == 0;)
        look_again(started, "the program's end");
    background_end_input(program);
    close(program->output);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void background_kill(background *program)
{
    kill(program->pid, SIGKILL);
    background_wait(program);
}

/* ---- Processes ----------------------------------------------------------------------------- */

/* Reads the parent and the state of a process. Fails: false, if there is none. */
static bool look_up(pid_t process, pid_t *parent, char *state)
{
    char path[64], line[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
    FILE *file = fopen(path, "r");
    if (file == NULL) return false;
    size_t length = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[length] = '\0';
    /* The name, in brackets, may hold anything. */
    const char *name_end = strrchr(line, ')');
    return name_end != NULL && sscanf(name_end + 1, " %c %d", state, parent) == 2;
}

static bool is_alive(pid_t process)
{
    pid_t parent;
    char state;
    return look_up(process, &parent, &state) && state != 'Z' && state != 'X';
}

size_t background_children(pid_t parent, pid_t children[BACKGROUND_CHILDREN_MAX])
{
    size_t count = 0;
    DIR *folder = opendir("/proc");
    ck_assert_ptr_nonnull(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        pid_t process = (pid_t)atoi(entry->d_name), found;
        char state;
        if (process <= 0 || !look_up(process, &found, &state)) continue;
        if (found != parent || state == 'Z' || state == 'X') continue;
        ck_assert_uint_lt(count, BACKGROUND_CHILDREN_MAX);
        children[count++] = process;
    }
    closedir(folder);
    return count;
}

size_t background_await_children(pid_t parent, size_t count,
                                 pid_t children[BACKGROUND_CHILDREN_MAX])
{
    size_t found;
    for (double started = now(); (found = background_children(parent, children)) < count;)
        look_again(started, "child processes");
    return found;
}

void background_await_end(const pid_t *processes, size_t count)
{
    char what[64];
    for (size_t i = 0; i < count; i++) {
        snprintf(what, sizeof what, "the end of process %d", (int)processes[i]);
        for (double started = now(); is_alive(processes[i]);) look_again(started, what);
    }
}

/* ---- Files --------------------------------------------------------------------------------- */

void background_await_file(const char *path, off_t size)
{
    struct stat status;
    for (double started = now(); stat(path, &status) != 0 || status.st_size < size;)
        look_again(started, path);
}

char *background_await_text(const char *path, const char *text)
{
    for (double started = now();; look_again(started, text)) {
        char *held = access(path, R_OK) == 0 ? test_read(path, NULL) : NULL;
        if (held != NULL && strstr(held, text) != NULL) return held;
        free(held);
    }
}
