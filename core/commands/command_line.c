#include "command_line.h"

#include <getopt.h>
#include <string.h>

enum { MOST_OPTIONS = 32 };

/* Appends a letter as getopt wants it: a colon for a value, two for one that may be left out. */
static char *add_letter(char *letters, const command_option *option)
{
    if (option->letter >= ONLY_LONG) return letters;
    *letters++ = (char)option->letter;
    if (option->value != NULL && !option->is_optional) *letters++ = ':';
    return letters;
}

int next_option(int argc, char **argv, const command_option *options)
{
    struct option longs[MOST_OPTIONS + 1] = {0};
    char letters[2 * MOST_OPTIONS + 1] = "", *end = letters;
    opterr = 0;
    for (size_t i = 0; i < MOST_OPTIONS && options[i].name != NULL; i++) {
        int argument = options[i].value == NULL ? no_argument
                       : options[i].is_optional ? optional_argument
                                                : required_argument;
        longs[i] = (struct option){options[i].name, argument, NULL, options[i].letter};
        end = add_letter(end, &options[i]);
    }
    *end = '\0';
    return getopt_long(argc, argv, letters, longs, NULL);
}

const command_option *option_of_name(const command_option *options, const char *name, size_t length)
{
    for (; options->name != NULL; options++)
        if (strlen(options->name) == length && memcmp(options->name, name, length) == 0)
            return options;
    return NULL;
}

const command_option *option_of_letter(const command_option *options, int letter)
{
    for (; options->name != NULL; options++)
        if (options->letter == letter) return options;
    return NULL;
}
