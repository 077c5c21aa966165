/* commands - the sub-commands of the program, and what they share: exit codes and saying things.
 *
 * Only this folder prints. Data goes to standard output, all else to standard error.
 */
#ifndef CORE_COMMANDS_H
#define CORE_COMMANDS_H

#include "buffer.h"
#include "command_line.h"
#include "log.h"

enum {
    EXIT_DONE = 0,
    EXIT_RUN_FAILED = 1,
    EXIT_USAGE = 2,        /* also a mistake in a pipeline file */
    EXIT_DEAD_LETTERS = 3, /* finished, and some articles were set aside */
    EXIT_INTERRUPTED = 75  /* stopped by a signal; what was done is kept */
};

/* Each takes its arguments after the sub-command's name and returns the exit code. */
int command_run(int argc, char **argv);
int command_check(int argc, char **argv);
int command_plugins(int argc, char **argv);
int command_test(int argc, char **argv);
int command_new_plugin(int argc, char **argv);
int command_test_plugin(int argc, char **argv);
int command_graph(int argc, char **argv);
int command_explain(int argc, char **argv);

/* For shells: what can come next on a command line. */
int command_complete(int argc, char **argv);

/* The help of each, as `textmill COMMAND --help` prints it, and its options. */
extern const char command_run_help[];
extern const char command_check_help[];
extern const char command_plugins_help[];
extern const char command_test_help[];
extern const char command_new_plugin_help[];
extern const char command_test_plugin_help[];
extern const char command_graph_help[];
extern const char command_explain_help[];
extern const command_option command_run_options[];
extern const command_option command_check_options[];
extern const command_option command_plugins_options[];
extern const command_option command_test_options[];
extern const command_option command_new_plugin_options[];
extern const command_option command_test_plugin_options[];
extern const command_option command_graph_options[];
extern const command_option command_explain_options[];

/* Says a message on standard error, with the program's name before it, and returns `code`. */
int say(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says every problem of a list and how many there are, and returns EXIT_USAGE. */
int say_problems(const problem_list *problems);

/* Says an error and returns the exit code that goes with it. A broken pipe ends the process as
 * SIGPIPE would, quietly. */
int say_error(const mill_error *error);

/* Writes a text to standard output. Returns the exit code: EXIT_DONE, or that of the failure. */
int print(const buffer *text);

/* Says that an option is not known, or lacks its value; for the loop around next_option.
 * Returns EXIT_USAGE. */
int say_bad_option(const char *command, char **argv);

#endif
