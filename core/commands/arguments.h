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

/* Takes the one argument of a command: the pipeline file. Returns EXIT_DONE, or EXIT_USAGE where
 * there is none or another behind it, and says so. */
int take_pipeline(const char *command, pipeline_arguments *arguments, int argc, char **argv);

#endif
