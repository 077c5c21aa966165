/* keeper - the process between us and a program, which sees to it that nothing is left behind. */
#ifndef EXEC_KEEPER_H
#define EXEC_KEEPER_H

#include "command.h"

#include <sys/types.h>

/* The program's ends of its pipes. */
typedef struct keeper_pipes {
    int input, output, errors;
} keeper_pipes;

/* Starts a keeper, and through it the program. When the program ends, the keeper kills whatever
 * that has started, and ends in the same way. On SIGTERM it kills the program at once; when we
 * end, the program has half a second to follow.
 * Owns: the caller waits for the process. Fails: -1 with errno. */
pid_t keeper_start(const exec_command *command, const keeper_pipes *pipes);

#endif
