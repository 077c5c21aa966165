/* How the program speaks. */
#include "commands.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int say(int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("textmill: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return code;
}

int say_problems(const problem_list *problems)
{
    for (size_t i = 0; i < problems->count; i++)
        fprintf(stderr, "%s\n", problems->items[i].message);
    if (problems->out_of_memory) return say(EXIT_RUN_FAILED, "out of memory");
    return say(EXIT_USAGE, "%zu %s found; nothing was read", problems->count,
               problems->count == 1 ? "mistake" : "mistakes");
}

int say_error(const mill_error *error)
{
    if (error->code == ERROR_BROKEN_PIPE) {
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
    return say(error->code == ERROR_USAGE ? EXIT_USAGE : EXIT_RUN_FAILED, "%s", error->message);
}

int print(const buffer *text)
{
    mill_error error;
    if (text->failed) return say(EXIT_RUN_FAILED, "out of memory");
    if (text->output.length == 0) return EXIT_DONE; /* and no memory may be there */
    size_t written = fwrite(text->output.data, 1, text->output.length, stdout);
    if (written == text->output.length && fflush(stdout) == 0) return EXIT_DONE;
    error_set(&error, errno == EPIPE ? ERROR_BROKEN_PIPE : ERROR_OUTPUT,
              "cannot write standard output: %s", strerror(errno));
    return say_error(&error);
}

int say_bad_option(const char *command, char **argv)
{
    const char *given = argv[optind - 1];
    char letter[] = {'-', (char)optopt, '\0'};
    bool is_long = optopt == 0 || strncmp(given, "--", 2) == 0;
    return say(EXIT_USAGE,
               "%s: option %s is not known, lacks its value or takes none; see textmill %s --help",
               command, is_long ? given : letter, command);
}
