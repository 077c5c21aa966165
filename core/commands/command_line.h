/* command_line - the options of the commands as data: what getopt reads, and what completion
 * offers.
 */
#ifndef CORE_COMMANDS_COMMAND_LINE_H
#define CORE_COMMANDS_COMMAND_LINE_H

#include <stddef.h>

/* A letter from here on is none: the option has only its long name. */
#define ONLY_LONG 256

/* An option of a command; a list of them ends with a NULL name. What a value is: words with |
 * between them or behind, or one of the things that complete.c knows, such as FILE. */
typedef struct command_option {
    const char *name;
    int letter;        /* also what next_option returns for it */
    const char *value; /* NULL: it takes none */
    int is_optional;   /* the value: --name alone is allowed, too */
} command_option;

typedef struct sub_command {
    const char *name;
    int (*run)(int argc, char **argv); /* takes its arguments after the command's name */
    const char *help;
    const char *summary;
    const command_option *options;
    const char *operands[2]; /* what the first one is, and the others; NULL: there is none */
} sub_command;

/* All commands; the last one has no name. */
extern const sub_command commands[];

/* Returns the letter of the next option, with its value in optarg; -1 at the end, '?' for one that
 * is not among them. */
int next_option(int argc, char **argv, const command_option *options);

/* Finds an option by its long name, of `length` bytes, or by its letter. NULL: there is none. */
const command_option *option_of_name(const command_option *options, const char *name,
                                     size_t length);
const command_option *option_of_letter(const command_option *options, int letter);

#endif
