/* command - which program is started, and with which arguments. */
#ifndef EXEC_COMMAND_H
#define EXEC_COMMAND_H

#include "textmill/plugin.h"

typedef struct exec_command {
    const char *path; /* of the program's file */
    const char *name; /* in messages: the script, if there is one */
    char **arguments; /* the program's name first; NULL-terminated */
} exec_command;

/* Puts a command together from the options `command`, `script` and `arguments`, and finds its
 * program. Owns: the setup's memory. Fails: MILL_FAILED with the reason set. */
mill_status command_open(exec_command *self, mill_setup *setup);

#endif
