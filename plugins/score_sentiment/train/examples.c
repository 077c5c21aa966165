/* examples - see examples.h. Not a JSON parser: textmill's writer puts no blank between a key and
 * its value and writes all text as UTF-8, so a key can be searched for.
 */
#define _POSIX_C_SOURCE 200809L
#include "examples.h"
#include "textmill/plugin.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATING_LIKE_A_LABEL 1.5

void give_up(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL) give_up("out of memory");
    return memory;
}

/* Returns what follows a key, or ends the program. */
static const char *find_value(const char *line, const char *key, const char *path)
{
    const char *at = strstr(line, key);
    if (at == NULL) give_up("%s: a line without %s", path, key);
    return at + strlen(key);
}

/* Copies a string from behind its opening quotation mark. No word holds an escape, so that a blank
 * may stand for each. */
static void take_text(example *taken, const char *from)
{
    taken->text = allocate(strlen(from) + MILL_PADDING, 1);
    for (; *from != '"' && *from != '\0'; from++) {
        bool escaped = *from == '\\';
        if (escaped) from += from[1] == 'u' ? 5 : 1;
        taken->text[taken->length++] = escaped ? ' ' : *from;
    }
}

static double take_gold(const char *from)
{
    if (*from != '"') return strtod(from, NULL) / RATING_LIKE_A_LABEL;
    return strncmp(from, "\"positive", 9) == 0 ? 1 : strncmp(from, "\"negative", 9) == 0 ? -1 : 0;
}

static void add_example(example_list *list, const char *line, const char *path)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity * 2 + 1024;
        list->items = realloc(list->items, list->capacity * sizeof *list->items);
        if (list->items == NULL) give_up("out of memory");
    }
    example *added = &list->items[list->count++];
    *added = (example){.set = list->sets};
    take_text(added, find_value(line, "\"text\":\"", path));
    added->gold = take_gold(find_value(line, "\"gold\":", path));
    added->compound = strtod(find_value(line, "\"compound\":", path), NULL);
    added->positive = strtod(find_value(line, "\"pos\":", path), NULL);
    added->negative = strtod(find_value(line, "\"neg\":", path), NULL);
}

void examples_read(example_list *list, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0;
    if (file == NULL) give_up("%s: cannot be opened", path);
    while (getline(&line, &capacity, file) > 0) add_example(list, line, path);
    free(line);
    fclose(file);
    list->sets++;
}
