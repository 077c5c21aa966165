/* One poll loop serves all three pipes, so that neither side can wait for the other for ever: a
 * program may write messages, or an answer larger than a pipe holds, whenever it likes. Its
 * messages go on to our standard error as they come. */
#define _GNU_SOURCE
#include "program.h"

#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PIPE_BYTES    ((size_t)256 << 10)
#define ANSWER_MORE   ((size_t)4 << 20) /* an answer is at most so much longer than eight lines */
#define CLOSE_SECONDS 0.5

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* ---- Starting and stopping ----------------------------------------------------------------- */

void program_init(program *self, const exec_command *command, double timeout)
{
    *self =
        (program){.command = command, .timeout = timeout, .input = -1, .output = -1, .errors = -1};
}

static void close_end(int *end)
{
    if (*end >= 0) close(*end);
    *end = -1;
}

static void close_ends(program *self)
{
    close_end(&self->input);
    close_end(&self->output);
    close_end(&self->errors);
}

static bool open_pipe(int *own, int *other, bool is_input)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    *own = ends[is_input ? 1 : 0];
    *other = ends[is_input ? 0 : 1];
    fcntl(*own, F_SETFL, O_NONBLOCK);
    fcntl(*own, F_SETPIPE_SZ, (int)PIPE_BYTES);
    return true;
}

static bool start(program *self)
{
    keeper_pipes pipes = {-1, -1, -1};
    close_ends(self);
    bool made = open_pipe(&self->input, &pipes.input, true) &&
                open_pipe(&self->output, &pipes.output, false) &&
                open_pipe(&self->errors, &pipes.errors, false);
    self->owner = getpid();
    self->said_length = 0;
    self->said_all = true;
    self->keeper = made ? keeper_start(self->command, &pipes) : -1;
    int reason = errno;
    close_end(&pipes.input);
    close_end(&pipes.output);
    close_end(&pipes.errors);
    if (self->keeper > 0) return true;
    self->keeper = 0;
    close_ends(self);
    snprintf(self->fault, sizeof self->fault,
             "%s cannot be started: %s; raise the limit of "
             "processes (ulimit -u)",
             self->command->name, strerror(reason));
    return false;
}

/* Waits for the keeper, and so for all that is below it. */
static int wait_for_end(program *self)
{
    int status = 0;
    while (waitpid(self->keeper, &status, 0) < 0 && errno == EINTR) continue;
    self->keeper = 0;
    close_ends(self);
    return status;
}

/* Waits for the end of a program that has closed its pipes; one that goes on all the same is
 * stopped. */
static int wait_briefly(program *self)
{
    const struct timespec moment = {0, 1000000};
    const double end = now() + CLOSE_SECONDS;
    while (now() < end) {
        siginfo_t ended = {0};
        if (waitid(P_PID, (id_t)self->keeper, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
            ended.si_pid != 0)
            return wait_for_end(self);
        nanosleep(&moment, NULL);
    }
    kill(self->keeper, SIGTERM);
    return wait_for_end(self);
}

/* A process that was forked from ours while the program ran has no part in it. */
bool program_is_running(const program *self)
{
    return self->keeper != 0 && self->owner == getpid();
}

void program_stop(program *self)
{
    if (!program_is_running(self)) return;
    kill(self->keeper, SIGTERM);
    wait_for_end(self);
}

/* ---- What it says -------------------------------------------------------------------------- */

/* Keeps the last line that is not empty. */
static void keep_said(program *self, const char *data, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool is_break = data[i] == '\n' || data[i] == '\r';
        if (!is_break && self->said_all) self->said_length = 0;
        if (!is_break && self->said_length < sizeof self->said)
            self->said[self->said_length++] = data[i];
        self->said_all = is_break;
    }
}

/* Passes on what waits in standard error. Returns false at its end. */
static bool pass_errors(program *self)
{
    char bytes[4096];
    ssize_t length = read(self->errors, bytes, sizeof bytes);
    if (length < 0) return errno == EAGAIN || errno == EINTR;
    if (length == 0) return false;
    keep_said(self, bytes, (size_t)length);
    ssize_t written = write(STDERR_FILENO, bytes, (size_t)length);
    (void)written; /* nobody could be told */
    return true;
}

/* Takes what it said last, for as long as somebody holds the other end, but not for long. */
static void hear_out(program *self)
{
    const double end = now() + CLOSE_SECONDS;
    struct pollfd errors = {.fd = self->errors, .events = POLLIN};
    bool is_open = self->errors >= 0;
    while (is_open && now() < end)
        if (poll(&errors, 1, (int)(CLOSE_SECONDS * 1000)) > 0) is_open = pass_errors(self);
}

/* ---- Faults -------------------------------------------------------------------------------- */

/* Says what is wrong, stops the program, and returns false. */
static bool __attribute__((format(printf, 2, 3))) fail(program *self, const char *format, ...)
{
    va_list arguments;
    int length = snprintf(self->fault, sizeof self->fault, "%s ", self->command->name);
    va_start(arguments, format);
    vsnprintf(self->fault + length, sizeof self->fault - (size_t)length, format, arguments);
    va_end(arguments);
    program_stop(self);
    return false;
}

/* It has closed a pipe: says how it ended, and what it said last. */
static bool fail_ended(program *self)
{
    char said[PROGRAM_SAID_MAX + 3] = "";
    hear_out(self);
    int status = wait_briefly(self);
    if (self->said_length > 0)
        snprintf(said, sizeof said, ": %.*s", (int)self->said_length, self->said);
    if (WIFEXITED(status))
        return fail(self, "ended with code %d before it answered%s", WEXITSTATUS(status), said);
    const char *name = sigabbrev_np(WTERMSIG(status));
    return fail(self, "was killed by SIG%s before it answered%s", name != NULL ? name : "?", said);
}

/* ---- Asking -------------------------------------------------------------------------------- */

/* Sends what the pipe takes. Returns false if nobody reads it any more. */
static bool send_some(const program *self, const line *request, size_t *sent)
{
    ssize_t length = write(self->input, request->data + *sent, request->length - *sent);
    if (length < 0) return errno == EAGAIN || errno == EINTR;
    *sent += (size_t)length;
    return true;
}

/* Takes what the pipe has. Returns false at its end, or where memory ends. */
static bool take_some(program *self)
{
    line *answer = &self->answer;
    if (!line_reserve(answer, PIPE_BYTES)) return false;
    ssize_t length = read(self->output, answer->data + answer->length, PIPE_BYTES);
    if (length < 0) return errno == EAGAIN || errno == EINTR;
    answer->length += (size_t)length;
    return length > 0;
}

/* Waits for one of the pipes, sends, and takes. Returns false if that came to an end. */
static bool exchange_some(program *self, const line *request, size_t *sent, double left)
{
    bool is_sent = *sent == request->length;
    struct pollfd ends[] = {{.fd = self->output, .events = POLLIN},
                            {.fd = self->errors, .events = POLLIN},
                            {.fd = is_sent ? -1 : self->input, .events = POLLOUT}};
    if (poll(ends, MILL_COUNT(ends), (int)(left * 1000) + 1) <= 0) return true;
    /* With standard error closed there is nothing to wait for in it. */
    if (ends[1].revents != 0 && !pass_errors(self)) close_end(&self->errors);
    if (ends[0].revents != 0 && !take_some(self)) return false;
    return ends[2].revents == 0 || send_some(self, request, sent);
}

/* Tells whether something waits that was not asked for. */
static bool has_spoken(const program *self)
{
    struct pollfd output = {.fd = self->output, .events = POLLIN};
    return poll(&output, 1, 0) > 0 && (output.revents & POLLIN) != 0;
}

/* Sends the line, and takes what comes up to a line break; returns where that is, or NULL with the
 * fault set. */
static const char *ask(program *self, const line *request, size_t *sent)
{
    const size_t most = 8 * request->length + ANSWER_MORE;
    line *taken = &self->answer;
    const double end = now() + self->timeout;
    size_t looked = 0;
    for (;;) {
        double left = end - now();
        if (left <= 0) break;
        if (!exchange_some(self, request, sent, left)) {
            if (taken->failed)
                fail(self, "answers more than there is memory for");
            else
                fail_ended(self);
            return NULL;
        }
        const char *stop = taken->length > looked
                               ? memchr(taken->data + looked, '\n', taken->length - looked)
                               : NULL;
        if (stop != NULL) return stop;
        looked = taken->length;
        if (looked <= most) continue;
        fail(self, "answers with more than %zu bytes", most);
        return NULL;
    }
    fail(self, "did not answer within timeout = %g s; it must flush each line that it writes",
         self->timeout);
    return NULL;
}

bool program_ask(program *self, const line *request, mill_text *answer)
{
    size_t sent = 0;
    line *taken = &self->answer;
    line_reset(taken);
    if (program_is_running(self) && has_spoken(self)) program_stop(self);
    if (!program_is_running(self) && !start(self)) return false;
    const char *stop = ask(self, request, &sent);
    if (stop == NULL) return false;
    *answer = (mill_text){taken->data, (size_t)(stop - taken->data)};
    if (answer->length + 1 < taken->length || sent < request->length) program_stop(self);
    return true;
}

void program_close(program *self)
{
    if (program_is_running(self)) {
        close_end(&self->input);
        hear_out(self);
        wait_briefly(self);
    }
    line_clear(&self->answer);
}
