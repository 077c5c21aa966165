/* log - how faults are worded and collected. Nothing here prints: commands/ does.
 *
 * A function that can fail returns false and fills a mill_error; whoever finds the fault words the
 * message: what is wrong, then the remedy, one line, no full stop. Mistakes of a pipeline file are
 * collected in a list of problems, so that all of them are told at once.
 */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum error_code {
    ERROR_NONE = 0,
    ERROR_USAGE,           /* wrong command line or pipeline file: exit 2 */
    ERROR_INPUT,           /* the input cannot be read: exit 1 */
    ERROR_OUTPUT,          /* the output cannot be written: exit 1 */
    ERROR_BROKEN_PIPE,     /* the reader of the output has gone: end quietly */
    ERROR_PLUGIN,          /* a plug-in cannot be loaded or opened: exit 1 */
    ERROR_MEMORY,          /* out of memory: exit 1 */
    ERROR_TOO_MANY_LETTERS /* more dead letters than are put up with: exit 1 */
} error_code;

typedef struct mill_error {
    error_code code;
    char message[1024]; /* "where: what; remedy" */
} mill_error;

/* Fills `error` and returns false. A message that is too long is cut with an ellipsis; control
 * characters in it become spaces, so that it stays one line. */
bool error_set(mill_error *error, error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

bool error_set_list(mill_error *error, error_code code, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

/* Makes one line of a text that was put together otherwise: control characters become spaces. */
void message_flatten(char *message);

/* ---- Problems ------------------------------------------------------------------------------ */

typedef struct problem {
    unsigned line; /* 0: not of a line; told first */
    char *message; /* complete: "news.ini:12: [x] what; remedy" */
} problem;

typedef struct problem_list {
    problem *items;
    size_t count;
    bool out_of_memory; /* some could not be kept */
} problem_list;

/* Adds a problem; `line` only decides where in the list it is told. */
void problems_add(problem_list *list, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sorts by line; those of one line stay as they came. */
void problems_sort(problem_list *list);

void problems_clear(problem_list *list);

/* ---- Suggestions --------------------------------------------------------------------------- */

/* The best of the names offered so far. Zero it, set `wanted`, offer all names, look at `best`. */
typedef struct suggestion {
    const char *wanted;
    const char *best; /* NULL: none is near enough */
    size_t distance;
} suggestion;

/* Compares one more name: insertions, deletions, replacements and swaps of neighbours, without
 * regard to ASCII case; near enough is up to a third of the longer name's length. */
void suggestion_offer(suggestion *suggestion, const char *name);

#endif
