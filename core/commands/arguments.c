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

/* Takes the one argument: the pipeline file. */
static int take_pipeline(const char *command, pipeline_arguments *arguments, int argc, char **argv)
{
    if (optind + 1 != argc)
        return say(EXIT_USAGE, "%s: name one pipeline file; see textmill %s --help", command,
                   command);
    arguments->request.path = argv[optind];
    return EXIT_DONE;
}

int command_of_pipeline(const char *command, const command_option *options,
                        int (*work)(const pipeline_request *, bool), int argc, char **argv)
{
    pipeline_arguments arguments = {0};
    bool has_flag = false;
    int option, code = EXIT_DONE;
    while ((option = next_option(argc, argv, options)) != -1) {
        switch (option) {
        case PIPELINE_FLAG: has_flag = true; break;
        case 'o': arguments.request.output = optarg; break;
        case 's': code = take_assignment(command, &arguments, optarg); break;
        default: return say_bad_option(command, argv);
        }
        if (code != EXIT_DONE) return code;
    }
    code = take_pipeline(command, &arguments, argc, argv);
    return code == EXIT_DONE ? work(&arguments.request, has_flag) : code;
}
