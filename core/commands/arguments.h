/* arguments - what the commands that take a pipeline have in common on the command line. */
#ifndef CORE_COMMANDS_ARGUMENTS_H
#define CORE_COMMANDS_ARGUMENTS_H

#include "pipeline.h"

#define MOST_ASSIGNMENTS 256

typedef struct pipeline_arguments {
    char *assignments[MOST_ASSIGNMENTS];
    pipeline_request request;
} pipeline_arguments;

/* Takes one --set. Returns EXIT_DONE, or EXIT_USAGE when there are too many, and says so. */
int take_assignment(const char *command, pipeline_arguments *arguments, char *assignment);

/* A command that takes a pipeline, --set, --output and a flag of its own, and no more: reads them
 * and does `work` with the request, and with whether the flag is there. Returns the exit code. */
int command_of_pipeline(const char *command, const char *flag,
                        int (*work)(const pipeline_request *, bool), int argc, char **argv);

#endif
