/* arguments - what the commands that take a pipeline have in common on the command line. */
#ifndef CORE_COMMANDS_ARGUMENTS_H
#define CORE_COMMANDS_ARGUMENTS_H

#include "command_line.h"
#include "pipeline.h"

#define MOST_ASSIGNMENTS 256

typedef struct pipeline_arguments {
    char *assignments[MOST_ASSIGNMENTS];
    pipeline_request request;
} pipeline_arguments;

/* Takes one --set. Returns EXIT_DONE, or EXIT_USAGE when there are too many, and says so. */
int take_assignment(const char *command, pipeline_arguments *arguments, char *assignment);

/* The options of a command that takes a pipeline, --set, --output and a flag of its own. */
#define PIPELINE_FLAG ONLY_LONG
#define PIPELINE_OPTIONS(flag)                                                                     \
    {                                                                                              \
        {"set", 's', "SECTION.KEY=VALUE", 0}, {"output", 'o', "FILE", 0},                          \
            {flag, PIPELINE_FLAG, NULL, 0}, {NULL, 0, NULL, 0},                                    \
    }

/* Such a command: reads its arguments and does `work` with the request, and with whether the flag
 * is there. Returns the exit code. */
int command_of_pipeline(const char *command, const command_option *options,
                        int (*work)(const pipeline_request *, bool), int argc, char **argv);

#endif
