/* Messages are made into one line here, once, so that nobody who words or prints one has to think
 * of line breaks in file names, keys or plug-in texts.
 * Distance: optimal string alignment (Damerau-Levenshtein without edits inside a swapped pair). */
#include "log.h"

#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void message_flatten(char *message)
{
    for (; *message != '\0'; message++)
        if ((unsigned char)*message < ' ' || *message == 0x7F) *message = ' ';
}

/* ---- Errors -------------------------------------------------------------------------------- */

/* Ends a message that fills its `size` bytes with "...", not inside a code point. */
static void end_with_ellipsis(char *message, size_t size)
{
    static const char ellipsis[] = "...";
    size_t stop = size - sizeof ellipsis;
    while (stop > 0 && !utf8_is_boundary(message, size, stop)) stop--;
    memcpy(message + stop, ellipsis, sizeof ellipsis);
}

bool error_set_list(mill_error *error, error_code code, const char *format, va_list arguments)
{
    error->code = code;
    int length = vsnprintf(error->message, sizeof error->message, format, arguments);
    if (length < 0) error->message[0] = '\0';
    if (length >= (int)sizeof error->message)
        end_with_ellipsis(error->message, sizeof error->message);
    message_flatten(error->message);
    return false;
}

bool error_set(mill_error *error, error_code code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    error_set_list(error, code, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- Problems ------------------------------------------------------------------------------ */

/* The room doubles whenever the count reaches a power of two. */
static bool make_room(problem_list *list)
{
    size_t count = list->count;
    if ((count & (count - 1)) != 0) return true;
    size_t room = count == 0 ? 1 : 2 * count;
    problem *items = reallocarray(list->items, room, sizeof *items);
    if (items == NULL) return false;
    list->items = items;
    return true;
}

void problems_add(problem_list *list, unsigned line, const char *format, ...)
{
    char *message;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&message, format, arguments);
    va_end(arguments);
    if (length < 0) {
        list->out_of_memory = true;
        return;
    }
    if (!make_room(list)) {
        list->out_of_memory = true;
        free(message);
        return;
    }
    message_flatten(message);
    list->items[list->count++] = (problem){line, message};
}

/* By insertion: stable, and fast for a list that is nearly sorted, as one from a file is. */
void problems_sort(problem_list *list)
{
    for (size_t i = 1; i < list->count; i++) {
        problem moved = list->items[i];
        size_t at = i;
        for (; at > 0 && list->items[at - 1].line > moved.line; at--)
            list->items[at] = list->items[at - 1];
        list->items[at] = moved;
    }
}

void problems_clear(problem_list *list)
{
    for (size_t i = 0; i < list->count; i++) free(list->items[i].message);
    free(list->items);
    *list = (problem_list){0};
}

/* ---- Suggestions --------------------------------------------------------------------------- */

#define LONGEST_NAME 64 /* longer ones are nobody's misspelling */

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte | 0x20) : byte;
}

static size_t smallest(size_t first, size_t second, size_t third)
{
    size_t least = first < second ? first : second;
    return least < third ? least : third;
}

/* Returns the edit distance of two names of at most LONGEST_NAME bytes. Only three rows of the
 * table are kept: `row` i is the distance of left[0, i) to every beginning of `right`. */
static size_t edit_distance(const char *left, size_t left_length, const char *right,
                            size_t right_length)
{
    size_t rows[3][LONGEST_NAME + 1];
    for (size_t j = 0; j <= right_length; j++) rows[0][j] = j;
    for (size_t i = 1; i <= left_length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= right_length; j++) {
            char a = lower(left[i - 1]), b = lower(right[j - 1]);
            row[j] = smallest(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b));
            bool swapped = i > 1 && j > 1 && a == lower(right[j - 2]) && b == lower(left[i - 2]);
            if (swapped && two_above[j - 2] + 1 < row[j]) row[j] = two_above[j - 2] + 1;
        }
    }
    return rows[left_length % 3][right_length];
}

void suggestion_offer(suggestion *self, const char *name)
{
    size_t wanted_length = strlen(self->wanted);
    size_t name_length = strlen(name);
    size_t longer = wanted_length > name_length ? wanted_length : name_length;
    if (longer > LONGEST_NAME) return;
    size_t distance = edit_distance(self->wanted, wanted_length, name, name_length);
    size_t enough = longer < 6 ? 1 : longer / 3;
    if (distance > enough) return;
    if (self->best != NULL && self->distance <= distance) return;
    self->best = name;
    self->distance = distance;
}
