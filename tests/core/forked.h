/* forked - a deed done in a child process that confines itself as a worker does, and what became of
 * it. Tests of confine, death and sandbox share it.
 */
#ifndef TESTS_FORKED_H
#define TESTS_FORKED_H

#include "confine.h"
#include "death.h"
#include "sandbox.h"
#include "test.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MIBIBYTE = 1 << 20 };

typedef struct forked {
    bool sandboxed;
    uint32_t uses;
    size_t memory;
    void (*deed)(void);
    /* What became of it: */
    char death[DEATH_TEXT_MAX]; /* "exited with code 0" is a good end */
    char said[256];             /* on the event descriptor */
    char errors[256];           /* on standard error */
} forked;

/* The descriptor on which a deed says things. */
static int event_descriptor;

static inline void say(const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (write(event_descriptor, text, (size_t)length) != length) _exit(98);
}

static _Noreturn void do_deed(const forked *self, pid_t parent, death_note *note,
                              const sandbox *filter)
{
    mill_error error;
    if (freopen("/dev/null", "w", stdout) == NULL) _exit(95); /* as if never used */
    confine_rules rules = {parent, self->memory, event_descriptor, NULL, 0};
    if (!confine_process(&rules, &error)) _exit(97);
    death_watch(note, self->memory);
    if (filter != NULL && !sandbox_enter(filter, event_descriptor, &error)) _exit(96);
    self->deed();
    _exit(0);
}

/* Reads what the child leaves in a pipe; it is little, so the pipe holds it. */
static void take_text(int ends[2], char *text, size_t size)
{
    close(ends[1]);
    ssize_t length = read(ends[0], text, size - 1);
    text[length > 0 ? length : 0] = '\0';
    close(ends[0]);
}

static void run_forked(forked *self)
{
    mill_error error;
    int events[2], errors[2], status;
    death_note *note =
        mmap(NULL, sizeof *note, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sandbox *filter = self->sandboxed ? sandbox_create(self->uses, &error) : NULL;
    ck_assert(note != MAP_FAILED && (filter != NULL || !self->sandboxed));
    ck_assert(pipe(events) == 0 && pipe(errors) == 0);
    event_descriptor = events[1];
    fflush(NULL);
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        dup2(errors[1], STDERR_FILENO);
        do_deed(self, parent, note, filter);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    take_text(events, self->said, sizeof self->said);
    take_text(errors, self->errors, sizeof self->errors);
    death_limits limits = {30, self->memory, self->uses, false};
    death_describe(status, note, &limits, self->death, sizeof self->death);
    munmap(note, sizeof *note);
    sandbox_destroy(filter);
}

#endif
