/* One function reads each type, and words what is wrong with a text that it does not take.
 * Digits are decimal whatever comes before them: "010" is ten. Nothing depends on the locale as
 * long as the program stays in "C", and textmill never calls setlocale. */
#include "options.h"

#include "utf8.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_MAX_BYTES    49  /* libinih keeps no more of a key */
#define CHOICES_MAX_BYTES 511 /* all words of a CHOICE together */
#define QUOTED_BYTES      60  /* of a wrong value that a message repeats */

/* Where a message goes, and what it is about. */
typedef struct option_reading {
    const mill_option *option;
    const char *text;
    char *why;
    size_t size;
} option_reading;

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static const char *skip_digits(const char *at)
{
    while (is_digit(*at)) at++;
    return at;
}

static const char *skip_blanks(const char *at)
{
    while (*at == ' ' || *at == '\t') at++;
    return at;
}

/* ---- Messages ------------------------------------------------------------------------------ */

/* Writes "'text' complaint; remedy" and returns false. A long text is cut between code points. */
static bool refuse(const option_reading *reading, const char *complaint, const char *remedy)
{
    size_t length = strlen(reading->text), shown = length;
    if (length > QUOTED_BYTES) {
        shown = QUOTED_BYTES;
        while (shown > 0 && !utf8_is_boundary(reading->text, length, shown)) shown--;
    }
    snprintf(reading->why, reading->size, "'%.*s%s' %s; %s", (int)shown, reading->text,
             shown < length ? "..." : "", complaint, remedy);
    return false;
}

static bool has_limits(const mill_option *option)
{
    return option->minimum != 0 || option->maximum != 0;
}

/* Writes a limit as it would stand in a pipeline file: "1G", "0.5". */
static void write_limit(const mill_option *option, double limit, char *text, size_t size)
{
    static const char *const units[] = {"", "K", "M", "G"};
    size_t unit = 0;
    if (option->type == MILL_OPTION_SIZE)
        for (; unit < 3 && limit >= 1024 && fmod(limit, 1024) == 0; unit++) limit /= 1024;
    snprintf(text, size, "%.15g%s", limit, units[unit]);
}

/* Writes the limits, if there are any: "0 to 10"; a size from 0 or 1 on is "up to 1G". `from` is
 * put before a range with two ends. */
static void write_limits(const mill_option *option, const char *from, char *text, size_t size)
{
    char minimum[40], maximum[40];
    text[0] = '\0';
    if (!has_limits(option)) return;
    write_limit(option, option->minimum, minimum, sizeof minimum);
    write_limit(option, option->maximum, maximum, sizeof maximum);
    if (option->type == MILL_OPTION_SIZE && option->minimum <= 1)
        snprintf(text, size, "up to %s", maximum);
    else
        snprintf(text, size, "%s%s to %s", from, minimum, maximum);
}

/* Refuses a number: "write WANTED from 0 to 10", or `otherwise` where there are no limits. */
static bool refuse_number(const option_reading *reading, const char *complaint, const char *wanted,
                          const char *otherwise)
{
    char limits[100], remedy[200];
    write_limits(reading->option, "from ", limits, sizeof limits);
    if (limits[0] == '\0') return refuse(reading, complaint, otherwise);
    snprintf(remedy, sizeof remedy, "write %s %s", wanted, limits);
    return refuse(reading, complaint, remedy);
}

static bool within_limits(const mill_option *option, double number)
{
    return !has_limits(option) || (number >= option->minimum && number <= option->maximum);
}

/* ---- One function for each type ------------------------------------------------------------ */

static bool read_boolean(const option_reading *reading, mill_value *value)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on"};
    value->type = MILL_BOOLEAN;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(reading->text, words[i]) != 0) continue;
        value->as.boolean = i % 2 == 1;
        return true;
    }
    return refuse(reading, "is neither yes nor no", "write yes or no");
}

static bool read_integer(const option_reading *reading, mill_value *value)
{
    const char *text = reading->text;
    const char *digits = *text == '-' || *text == '+' ? text + 1 : text;
    const char *end = skip_digits(digits);
    if (end == digits || *end != '\0')
        return refuse_number(reading, "is not a whole number", "one", "write digits only");
    errno = 0;
    long long number = strtoll(text, NULL, 10);
    if (errno == ERANGE || !within_limits(reading->option, (double)number))
        return refuse_number(reading, "is out of range", "a whole number",
                             "write a whole number of up to 18 digits");
    value->type = MILL_INTEGER;
    value->as.integer = number;
    return true;
}

/* Returns the end of a decimal number, "-1.5e-3", or NULL: no "inf", "nan" or "0x1p3". */
static const char *skip_number(const char *at)
{
    if (*at == '-' || *at == '+') at++;
    const char *whole = at;
    at = skip_digits(at);
    size_t digits = (size_t)(at - whole);
    if (*at == '.') {
        const char *fraction = at + 1;
        at = skip_digits(fraction);
        digits += (size_t)(at - fraction);
    }
    if (digits == 0) return NULL;
    if (*at != 'e' && *at != 'E') return at;
    at++;
    if (*at == '-' || *at == '+') at++;
    return is_digit(*at) ? skip_digits(at) : NULL;
}

static bool read_number(const option_reading *reading, mill_value *value)
{
    const char *end = skip_number(reading->text);
    if (end == NULL || *end != '\0')
        return refuse_number(reading, "is not a number", "one", "write one like 3, 0.5 or 1e-3");
    double number = strtod(reading->text, NULL);
    if (!isfinite(number) || !within_limits(reading->option, number))
        return refuse_number(reading, "is out of range", "a number", "write a smaller number");
    value->type = MILL_NUMBER;
    value->as.number = number;
    return true;
}

/* Returns what the letter behind a size multiplies it with; 0 for any other letter. */
static long long size_unit(char letter)
{
    switch (letter) {
    case '\0': return 1;
    case 'k':
    case 'K': return 1LL << 10;
    case 'm':
    case 'M': return 1LL << 20;
    case 'g':
    case 'G': return 1LL << 30;
    default: return 0;
    }
}

static bool read_size(const option_reading *reading, mill_value *value)
{
    const char *end = skip_digits(reading->text);
    const char *letter = skip_blanks(end);
    long long unit = size_unit(*letter);
    if (end == reading->text || unit == 0 || (*letter != '\0' && letter[1] != '\0'))
        return refuse(reading, "is not a size",
                      "write a whole number, with K, M or G behind it for steps of 1024");
    errno = 0;
    long long number = strtoll(reading->text, NULL, 10);
    if (errno == ERANGE || number > INT64_MAX / unit ||
        !within_limits(reading->option, (double)(number * unit)))
        return refuse_number(reading, "is out of range", "a size", "write a smaller size");
    value->type = MILL_INTEGER;
    value->as.integer = number * unit;
    return true;
}

/* Writes all choices into `list`, with `between` between each two. */
static void write_choices(const mill_option *option, const char *between, char *list, size_t size)
{
    size_t used = 0;
    list[0] = '\0';
    for (const char *word = option->choices; *word != '\0';) {
        size_t length = strcspn(word, " ");
        int added = snprintf(list + used, size - used, "%s%.*s", used == 0 ? "" : between,
                             (int)length, word);
        if (added < 0 || (size_t)added >= size - used) return;
        used += (size_t)added;
        word += length + strspn(word + length, " ");
    }
}

static bool refuse_choice(const option_reading *reading, char *words)
{
    char list[2 * CHOICES_MAX_BYTES + 1], remedy[sizeof list + 40], *rest;
    suggestion near = {.wanted = reading->text};
    for (char *word = strtok_r(words, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
        suggestion_offer(&near, word);
    if (near.best != NULL) {
        snprintf(remedy, sizeof remedy, "did you mean '%s'?", near.best);
    } else {
        write_choices(reading->option, ", ", list, sizeof list);
        snprintf(remedy, sizeof remedy, "choose one of %s", list);
    }
    return refuse(reading, "is not a choice", remedy);
}

static bool read_choice(const option_reading *reading, mill_value *value)
{
    char words[CHOICES_MAX_BYTES + 1];
    size_t wanted = strlen(reading->text);
    int64_t position = 0;
    value->type = MILL_INTEGER;
    for (const char *word = reading->option->choices; *word != '\0'; position++) {
        size_t length = strcspn(word, " ");
        value->as.integer = position;
        if (length == wanted && memcmp(word, reading->text, length) == 0) return true;
        word += length + strspn(word + length, " ");
    }
    snprintf(words, sizeof words, "%s", reading->option->choices);
    return refuse_choice(reading, words);
}

static bool read_string(const option_reading *reading, mill_value *value)
{
    size_t length = strlen(reading->text);
    if (length > UINT32_MAX || utf8_valid_prefix(reading->text, length) != length)
        return refuse(reading, "is not valid UTF-8", "write it in UTF-8");
    value->type = MILL_STRING;
    value->length = (uint32_t)length;
    value->as.string = reading->text;
    return true;
}

/* A file's name need not be UTF-8. */
static bool read_path(const option_reading *reading, mill_value *value)
{
    value->type = MILL_STRING;
    value->length = (uint32_t)strlen(reading->text);
    value->as.string = reading->text;
    return true;
}

bool option_parse(const mill_option *option, const char *text, mill_value *value, char *why,
                  size_t size)
{
    const option_reading reading = {option, text, why, size};
    *value = (mill_value){0};
    switch (option->type) {
    case MILL_OPTION_BOOLEAN: return read_boolean(&reading, value);
    case MILL_OPTION_INTEGER: return read_integer(&reading, value);
    case MILL_OPTION_NUMBER: return read_number(&reading, value);
    case MILL_OPTION_SIZE: return read_size(&reading, value);
    case MILL_OPTION_CHOICE: return read_choice(&reading, value);
    case MILL_OPTION_LAYER:
    case MILL_OPTION_STRING: return read_string(&reading, value);
    default: return read_path(&reading, value);
    }
}

/* ---- Declarations -------------------------------------------------------------------------- */

static bool is_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return length > 0 && length <= NAME_MAX_BYTES && name[length] == '\0';
}

static bool check_choices(const mill_option *option, char *why, size_t size)
{
    if (option->type != MILL_OPTION_CHOICE) {
        if (option->choices == NULL) return true;
        snprintf(why, size, "has choices without being a CHOICE; set them to NULL");
        return false;
    }
    if (option->choices != NULL && option->choices[0] != '\0' && option->choices[0] != ' ' &&
        strlen(option->choices) <= CHOICES_MAX_BYTES)
        return true;
    snprintf(why, size,
             "has no proper choices; list words of up to %d bytes in all, with a space "
             "between them",
             CHOICES_MAX_BYTES);
    return false;
}

static bool check_limits(const mill_option *option, char *why, size_t size)
{
    bool usable = isfinite(option->minimum) && isfinite(option->maximum) &&
                  option->minimum <= option->maximum;
    if (usable) return true;
    snprintf(why, size, "has the limits %g to %g; give two finite numbers, the smaller one first",
             option->minimum, option->maximum);
    return false;
}

bool option_check_declaration(const mill_option *option, char *why, size_t size)
{
    char fault[512];
    mill_value value;
    if (option->name == NULL || !is_name(option->name)) {
        snprintf(why, size, "has no proper name; use up to %d lower-case letters, digits and _",
                 NAME_MAX_BYTES);
        return false;
    }
    if (option->type < MILL_OPTION_BOOLEAN || option->type > MILL_OPTION_LAYER) {
        snprintf(why, size, "has the unknown type %u; use a mill_option_type",
                 (unsigned)option->type);
        return false;
    }
    if (option->standard == NULL || option->help == NULL) {
        snprintf(why, size, "lacks its %s; set it",
                 option->help == NULL ? "help" : "standard value");
        return false;
    }
    if (!check_choices(option, why, size) || !check_limits(option, why, size)) return false;
    if (option_parse(option, option->standard, &value, fault, sizeof fault)) return true;
    snprintf(why, size, "has a wrong standard value: %s", fault);
    return false;
}

const mill_option *option_find(const mill_option *options, uint32_t count, size_t stride,
                               const char *name)
{
    for (uint32_t i = 0; i < count; i++) {
        const mill_option *option = option_at(options, stride, i);
        if (strcmp(option->name, name) == 0) return option;
    }
    return NULL;
}

void option_describe(const mill_option *option, char *text, size_t size)
{
    static const char *const names[] = {
        [MILL_OPTION_BOOLEAN] = "yes or no", [MILL_OPTION_INTEGER] = "integer",
        [MILL_OPTION_NUMBER] = "number",     [MILL_OPTION_SIZE] = "size",
        [MILL_OPTION_STRING] = "text",       [MILL_OPTION_PATH] = "file",
        [MILL_OPTION_PATHS] = "files",       [MILL_OPTION_LAYER] = "layer",
    };
    char limits[100];
    if (option->type == MILL_OPTION_CHOICE) {
        write_choices(option, " | ", text, size);
        return;
    }
    write_limits(option, "", limits, sizeof limits);
    snprintf(text, size, "%s%s%s", names[option->type], limits[0] != '\0' ? ", " : "", limits);
}
