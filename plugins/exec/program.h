/* program - a program that runs beside us: it is given a line and answers with a line.
 *
 * It is started with the first line, and anew after each failure. It lives as long as this process
 * at the most, and so does whatever it starts.
 */
#ifndef EXEC_PROGRAM_H
#define EXEC_PROGRAM_H

#include "command.h"
#include "line.h"

#include <sys/types.h>

#define PROGRAM_SAID_MAX 200

typedef struct program {
    const exec_command *command;
    double timeout; /* seconds for one line */
    pid_t keeper;   /* its parent; 0: it is not running */
    pid_t owner;    /* who started it: a process that was forked since has no part in it */
    int input, output, errors; /* our ends of its pipes */
    line answer;
    char said[PROGRAM_SAID_MAX]; /* the last line that it wrote to standard error */
    size_t said_length;
    bool said_all; /* that line is complete */
    char fault[400 + PROGRAM_SAID_MAX];
} program;

void program_init(program *self, const exec_command *command, double timeout);

/* Sends a line, its line break included, and waits for the answer. A program that has written more
 * than that is stopped: nobody knows what the rest belongs to.
 * Owns: `answer`, without the line break, is valid until the next call.
 * Fails: false; `fault` says why, and the program has been stopped. */
bool program_ask(program *self, const line *request, mill_text *answer);

bool program_is_running(const program *self);

/* Stops the program, if it runs, so that the next line goes to a fresh one. */
void program_stop(program *self);

/* Lets the program end by itself, for a moment, then stops it. */
void program_close(program *self);

#endif
