/* background - the program at work while the test watches: typing into it, reading what comes out,
 * sending signals, finding its children. Nothing here waits longer than half a minute; that is a
 * failed test, not a hang. Whatever a test starts is killed with it.
 */
#ifndef TESTS_BACKGROUND_H
#define TESTS_BACKGROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef struct background {
    pid_t pid;
    int input;  /* the pipe to its standard input; -1 when closed */
    int output; /* the pipe from its standard output */
} background;

/* Starts `textmill ARGUMENTS` in a folder, with a pipe at both ends. Standard error is appended to
 * the file `err` there. The arguments are the shell's, after printf's. */
background background_start(const char *folder, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Writes to its standard input. */
void background_type(const background *program, const char *data, size_t length);

/* Reads a line of its standard output, without the line break.
 * Owns: static until the next call. Fails: NULL, at the end of the output. */
const char *background_line(const background *program);

void background_end_input(background *program);

/* Waits for its end. Returns the exit code; 128 + signal if a signal ended it. */
int background_wait(background *program);

/* Tells whether it has ended; background_wait must follow all the same. */
bool background_has_ended(const background *program);

/* Kills it, and waits for its end. */
void background_kill(background *program);

enum { BACKGROUND_CHILDREN_MAX = 64 };

/* Lists the living children of a process. Returns how many there are. */
size_t background_children(pid_t parent, pid_t children[BACKGROUND_CHILDREN_MAX]);

/* Waits until a process has at least `count` living children, and lists them. */
size_t background_await_children(pid_t parent, size_t count,
                                 pid_t children[BACKGROUND_CHILDREN_MAX]);

/* Waits until none of some processes is alive. */
void background_await_end(const pid_t *processes, size_t count);

/* Waits until a file is there and has at least `size` bytes. */
void background_await_file(const char *path, off_t size);

/* Waits until a file holds a text. Owns: the contents are the caller's, NUL-terminated. */
char *background_await_text(const char *path, const char *text);

void background_pause(double seconds);

#endif
