#include "arguments.h"

#include "commands.h"

#include <getopt.h>

int take_assignment(const char *command, pipeline_arguments *arguments, char *assignment)
{
    pipeline_request *request = &arguments->request;
    if (request->assignment_count == MOST_ASSIGNMENTS)
        return say(EXIT_USAGE, "%s: more than %d --set; put them into the pipeline file", command,
                   MOST_ASSIGNMENTS);
    request->assignments = arguments->assignments;
    arguments->assignments[request->assignment_count++] = assignment;
    return EXIT_DONE;
}

int take_pipeline(const char *command, pipeline_arguments *arguments, int argc, char **argv)
{
    if (optind + 1 != argc)
        return say(EXIT_USAGE, "%s: name one pipeline file; see textmill %s --help", command,
                   command);
    arguments->request.path = argv[optind];
    return EXIT_DONE;
}
