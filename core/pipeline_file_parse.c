/* libinih asks for the file line by line; each line is looked at first, and one that libinih would
 * misread is reported and given to it as an empty line. libinih splits keys from values; sections,
 * line numbers and what continues what are kept here, because its handler is told too little.
 * Invariant: `entry` is the key that libinih, too, holds the next indented line to continue. */
#include "pipeline_file_private.h"

#include "utf8.h"

#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 49  /* libinih keeps no more of a section's or a key's name */
#define PROBLEMS_MAX   100 /* afterwards this is hardly a pipeline file */

typedef struct parser {
    pipeline_file *file;
    problem_list *problems;
    size_t problems_before;
    const char *rest; /* what has not been looked at */
    size_t rest_length;
    unsigned line;             /* of what libinih has now, from 1 */
    bool headed;               /* a section has begun; `section` is NULL if its name is no good */
    pipeline_section *section; /* that keys go to now */
    pipeline_entry *entry;     /* that an indented line continues, or NULL */
    size_t value_length;       /* of its value */
    bool skipping;             /* the key above was refused, and so is what continues it */
    bool continues;            /* what libinih has now continues `entry` */
    bool out_of_memory;
} parser;

static void report(const parser *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void report(const parser *self, const char *format, ...)
{
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    problems_add(self->problems, self->line, "%s:%u: %s", self->file->path, self->line, what);
}

/* ---- Text ---------------------------------------------------------------------------------- */

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static size_t count_blanks(const char *text, size_t length)
{
    size_t count = 0;
    while (count < length && is_blank(text[count])) count++;
    return count;
}

/* Returns the length without white space at the end, and without a comment there: a `;` behind
 * white space, as libinih has it. */
static size_t trim_comment(const char *text, size_t length)
{
    for (size_t i = 1; i < length; i++)
        if (text[i] == ';' && is_blank(text[i - 1])) length = i;
    while (length > 0 && is_blank(text[length - 1])) length--;
    return length;
}

/* ---- One line: may libinih have it? -------------------------------------------------------- */

/* Reports bytes that no line may hold, and a line that is longer than libinih's buffer. */
static bool check_bytes(const parser *self, const char *text, size_t length, size_t limit)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte >= ' ' || byte == '\t') continue;
        report(self, "line holds the control byte 0x%02X; remove it", byte);
        return false;
    }
    size_t valid = utf8_valid_prefix(text, length);
    if (valid < length)
        report(self, "byte %zu of the line is not valid UTF-8; save the file as UTF-8", valid + 1);
    else if (length > limit)
        report(self,
               "line has %zu bytes, more than the %zu that can be read; put long lists into a "
               "file or continue on an indented line",
               length, limit);
    return valid == length && length <= limit;
}

/* Goes on with the section called `name`, which is taken. A second one of that name is reported,
 * and its keys are read as the first one's. */
static void begin_section(parser *self, char *name)
{
    if (name != NULL && name[0] == '\0') {
        report(self, "section without a name; write one between '[' and ']'");
        free(name);
        return;
    }
    if (name != NULL && strlen(name) > NAME_MAX_BYTES)
        report(self, "section name has %zu bytes, more than the %d that can be read; shorten it",
               strlen(name), NAME_MAX_BYTES);
    self->section = name != NULL ? pipeline_file_section(self->file, name) : NULL;
    if (self->section != NULL) {
        report(self,
               "[%s] stands at line %u already; join the two, or rename one and set its plugin",
               name, self->section->line);
        free(name);
        return;
    }
    self->section = pipeline_add_section(self->file, name, self->line);
    self->out_of_memory = self->section == NULL;
}

/* Reads a section's header. What is wrong with it is reported, and its name used as far as it can
 * be told, so that the keys below are not reported for its sake. libinih need not have it. */
static void read_header(parser *self, const char *header, bool indented)
{
    const char *name = header + 1;
    size_t length = strcspn(name, "]");
    const char *behind = name + length;
    if (indented) report(self, "section header is indented; remove the white space before '['");
    if (*behind == '\0')
        report(self, "section header has no ']'; write one behind the name");
    else if (behind[1 + strspn(behind + 1, " \t")] != '\0' && behind[1] != ';')
        report(self,
               "text behind ']'; put it on a line of its own, or write ' ;' before a comment");
    self->headed = true;
    self->section = NULL;
    self->entry = NULL;
    self->skipping = false;
    begin_section(self, pipeline_copy_name(name, length));
}

/* Returns the length of the key if an indented text reads like `key = value`; else 0. A colon must
 * have white space behind it, because addresses and times may well continue a value. */
static size_t key_of_pair(const char *text)
{
    static const char key_bytes[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    size_t length = strspn(text, key_bytes);
    const char *separator = text + length + strspn(text + length, " \t");
    bool separates =
        *separator == '=' || (*separator == ':' && strchr(" \t", separator[1]) != NULL);
    return separates ? length : 0;
}

/* Tells whether an indented line continues the value above, and reports one that must not. */
static bool check_continuation(const parser *self, const char *text)
{
    char above[NAME_MAX_BYTES + 20] = "no key above";
    int key_length = (int)key_of_pair(text);
    if (self->skipping) snprintf(above, sizeof above, "the line above");
    if (self->entry != NULL) snprintf(above, sizeof above, "'%s' above", self->entry->key);
    if (key_length > 0)
        report(self, "indented line continues %s; remove the indentation to set '%.*s'", above,
               key_length, text);
    else if (self->entry == NULL && !self->skipping)
        report(self, "indented line continues %s; remove the indentation", above);
    return key_length == 0 && self->entry != NULL;
}

/* Tells whether a key may be added to the present section, and reports one that may not. */
static bool check_key(const parser *self, const char *key)
{
    if (key[0] == '\0')
        report(self, "no key before the '=' or ':'; write key = value");
    else if (strlen(key) > NAME_MAX_BYTES)
        report(self, "key has %zu bytes, more than the %d that can be read; shorten it",
               strlen(key), NAME_MAX_BYTES);
    else if (!self->headed)
        report(self, "'%s' stands before any section; put it under [pipeline]", key);
    else if (self->section != NULL) {
        const pipeline_entry *first = pipeline_section_entry(self->section, key);
        if (first == NULL) return true;
        report(self, "'%s' is set at line %u already; remove one of the two", key, first->line);
    }
    return false;
}

/* Tells whether libinih may have a line that sets a key. */
static bool check_pair(parser *self, const char *text)
{
    size_t length = strcspn(text, "=:");
    if (text[length] == '\0') {
        report(self, "'%s' has no '='; write key = value, or indent it to continue the line above",
               text);
        return false;
    }
    char *key = pipeline_copy_trimmed(text, length);
    bool good = key != NULL && check_key(self, key);
    if (key == NULL) self->out_of_memory = true;
    free(key);
    return good;
}

/* ---- What libinih calls -------------------------------------------------------------------- */

/* Steps to the next line. Returns false at the end, and after too many mistakes. */
static bool next_line(parser *self, const char **text, size_t *length)
{
    if (self->rest_length == 0 || self->out_of_memory) return false;
    self->line++;
    if (self->problems->count - self->problems_before >= PROBLEMS_MAX) {
        report(self,
               "the rest is not looked at, after %d mistakes; check that this is a pipeline file",
               PROBLEMS_MAX);
        return false;
    }
    const char *stop = memchr(self->rest, '\n', self->rest_length);
    *text = self->rest;
    *length = stop != NULL ? (size_t)(stop - self->rest) : self->rest_length;
    size_t step = stop != NULL ? *length + 1 : *length;
    self->rest += step;
    self->rest_length -= step;
    return true;
}

/* Goes on behind a line that was refused for its bytes. What stands below a header is then
 * nobody's: it must not be reported as a key of the section above. */
static void skip_line(parser *self, bool is_header, bool indented)
{
    if (is_header) {
        self->headed = true;
        self->section = NULL;
    }
    if (indented && !is_header) return;
    self->entry = NULL;
    self->skipping = !is_header;
}

/* Fills `line`, of `limit` bytes and a NUL, with what libinih may have of a line of the file:
 * nothing, if that is a comment, a section's header, or was refused. */
static void fill_line(parser *self, char *line, size_t limit, const char *text, size_t length)
{
    line[0] = '\0';
    size_t indent = count_blanks(text, length);
    if (indent == length || text[indent] == ';' || text[indent] == '#') return;
    length = trim_comment(text, length);
    self->continues = false;
    if (!check_bytes(self, text, length, limit)) {
        skip_line(self, text[indent] == '[', indent > 0);
        return;
    }
    memcpy(line, text, length);
    line[length] = '\0';
    if (line[indent] == '[') {
        read_header(self, line + indent, indent > 0);
        line[0] = '\0';
    } else if (indent > 0) {
        self->continues = check_continuation(self, line + indent);
        if (!self->continues) line[0] = '\0';
    } else {
        self->entry = NULL;
        self->skipping = !check_pair(self, line);
        if (self->skipping) line[0] = '\0';
    }
}

/* An ini_reader: fills `buffer` with one line, as fgets does. Two bytes are for "\n" and NUL. */
static char *give_line(char *buffer, int size, void *stream)
{
    parser *self = stream;
    const char *text;
    size_t length;
    if (!next_line(self, &text, &length)) return NULL;
    fill_line(self, buffer, (size_t)size - 2, text, length);
    memcpy(buffer + strlen(buffer), "\n", 2);
    return buffer;
}

/* Appends a continuation line to the value above. Fails: false, out of memory. */
static bool append_value(parser *self, const char *text)
{
    size_t length = strlen(text);
    char *value = realloc(self->entry->value, self->value_length + 1 + length + 1);
    if (value == NULL) return false;
    self->entry->value = value;
    if (self->value_length > 0) value[self->value_length++] = ' ';
    memcpy(value + self->value_length, text, length + 1);
    self->value_length += length;
    return true;
}

/* An ini_handler. */
static int take_pair(void *user, const char *section, const char *key, const char *value)
{
    parser *self = user;
    (void)section;
    if (self->continues) {
        if (!append_value(self, value)) self->out_of_memory = true;
        return 1;
    }
    self->entry = pipeline_add_entry(self->section, strdup(key), strdup(value), self->line);
    self->value_length = strlen(value);
    if (self->entry == NULL) self->out_of_memory = true;
    return 1;
}

/* ---- The whole file -------------------------------------------------------------------------- */

/* Fails: false, out of memory. */
static bool set_path(pipeline_file *file, const char *path)
{
    const char *slash = strrchr(path, '/');
    *file = (pipeline_file){0};
    file->path = strdup(path);
    if (slash == NULL)
        file->folder = strdup(".");
    else
        file->folder = strndup(path, slash == path ? 1 : (size_t)(slash - path));
    return file->path != NULL && file->folder != NULL;
}

/* Fails: false, out of memory. */
static bool parse_lines(pipeline_file *file, const char *data, size_t length,
                        problem_list *problems)
{
    parser self = {.file = file, .problems = problems, .problems_before = problems->count};
    bool marked = length >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0;
    self.rest = marked ? data + 3 : data;
    self.rest_length = marked ? length - 3 : length;
    int refused = ini_parse_stream(give_line, &self, take_pair, &self);
    if (refused > 0) /* by a libinih that was built with other settings than Debian's */
        problems_add(problems, (unsigned)refused, "%s:%d: libinih refuses the line; simplify it",
                     file->path, refused);
    return !self.out_of_memory;
}

bool pipeline_file_parse(pipeline_file *file, const char *path, const char *data, size_t length,
                         problem_list *problems)
{
    bool utf16 =
        length >= 2 && (memcmp(data, "\xFF\xFE", 2) == 0 || memcmp(data, "\xFE\xFF", 2) == 0);
    if (!set_path(file, path)) {
        problems->out_of_memory = true;
        return false;
    }
    if (utf16) {
        problems_add(problems, 0, "%s: is UTF-16; save it as UTF-8", path);
        return false;
    }
    if (parse_lines(file, data, length, problems)) return true;
    problems->out_of_memory = true;
    return false;
}
