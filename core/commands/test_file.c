#include "test_file.h"

#include "textmill/json.h"
#include "utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- One line -------------------------------------------------------------------------------- */

typedef struct member {
    const char *name;
    mill_text *value;
    const char *kinds; /* first bytes of the values allowed */
    const char *wanted;
} member;

enum { MEMBER_COUNT = 6 };

static bool take_member(const member *members, mill_text key, mill_text value,
                        const char **complaint)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if (!mill_json_is(key, members[i].name)) continue;
        *members[i].value = value;
        *complaint = strchr(members[i].kinds, *value.data) != NULL ? NULL : members[i].wanted;
        return true;
    }
    return false;
}

/* Returns what a test lacks, or has too much of; NULL if all is well. */
static const char *find_lack(const pipeline_test *test)
{
    int outcomes =
        (test->expected.length > 0) + (test->dropped.length > 0) + (test->failed.length > 0);
    if (test->input.length == 0) return "a test needs an input; add \"input\"";
    if (outcomes > 1) return "a test has one of expected, dropped and failed; remove the others";
    return NULL;
}

static void read_test(const test_file *self, pipeline_test *test, problem_list *problems)
{
    mill_text whole = {0}, key, value, object = mill_json_trim(test->text);
    const member members[MEMBER_COUNT] = {
        {"name", &test->name, "\"", "name: write a string"},
        {"input", &test->input, "{\"", "input: write an object or a string"},
        {"expected", &test->expected, "{\"", "expected: write an object or a string"},
        {"whole", &whole, "tf", "whole: write true or false"},
        {"dropped", &test->dropped, "t", "dropped: write true"},
        {"failed", &test->failed, "\"", "failed: write a string, \"[stage] reason\""}};
    size_t at = 0;
    while (mill_json_next(object, &at, &key, &value)) {
        const char *complaint = NULL;
        bool is_known = take_member(members, key, value, &complaint);
        if (!is_known)
            problems_add(problems, test->line,
                         "%s:%u: %.*s is no member of a test; it has name, input, expected, whole, "
                         "dropped, failed",
                         self->path, test->line, key.length > 60 ? 60 : (int)key.length, key.data);
        else if (complaint != NULL)
            problems_add(problems, test->line, "%s:%u: %s", self->path, test->line, complaint);
    }
    test->whole = whole.length > 0 && *whole.data == 't';
    const char *lack = find_lack(test);
    if (lack != NULL) problems_add(problems, test->line, "%s:%u: %s", self->path, test->line, lack);
}

static void read_line(const test_file *self, pipeline_test *test, problem_list *problems)
{
    size_t where, valid = utf8_valid_prefix(test->text.data, test->text.length);
    const char *fault = mill_json_check(test->text, &where);
    if (valid < test->text.length)
        problems_add(problems, test->line, "%s:%u: byte %zu is not UTF-8", self->path, test->line,
                     valid + 1);
    else if (fault != NULL)
        problems_add(problems, test->line, "%s:%u: byte %zu: %s; write one JSON object a line",
                     self->path, test->line, where + 1, fault);
    else if (*mill_json_trim(test->text).data != '{')
        problems_add(problems, test->line, "%s:%u: no object; write {\"input\": ...}", self->path,
                     test->line);
    else
        read_test(self, test, problems);
}

/* ---- All of them ----------------------------------------------------------------------------- */

static bool read_contents(test_file *self, FILE *file)
{
    size_t room = 0;
    do {
        room = 2 * room + 65536;
        char *contents = realloc(self->contents, room + MILL_PADDING);
        if (contents == NULL) return false;
        self->contents = contents;
        self->length += fread(contents + self->length, 1, room - self->length, file);
    } while (self->length == room);
    memset(self->contents + self->length, 0, MILL_PADDING);
    return ferror(file) == 0;
}

static bool is_blank(mill_text line)
{
    return mill_json_trim(line).length == 0;
}

static bool split_lines(test_file *self, problem_list *problems)
{
    size_t lines = 1;
    for (size_t i = 0; i < self->length; i++) lines += self->contents[i] == '\n';
    self->tests = calloc(lines, sizeof *self->tests);
    if (self->tests == NULL) return false;
    unsigned number = 0;
    for (size_t at = 0; at < self->length;) {
        const char *stop = memchr(self->contents + at, '\n', self->length - at);
        size_t end = stop != NULL ? (size_t)(stop - self->contents) : self->length;
        const mill_text line = {self->contents + at, end - at};
        at = end + 1;
        number++;
        if (is_blank(line)) continue;
        pipeline_test *test = &self->tests[self->count++];
        test->line = number;
        test->text = line;
        read_line(self, test, problems);
    }
    return true;
}

bool test_file_read(test_file *self, const char *path, problem_list *problems)
{
    bool is_standard = strcmp(path, "-") == 0;
    *self = (test_file){.path = path};
    FILE *file = is_standard ? stdin : fopen(path, "rbe");
    bool fine = file != NULL && read_contents(self, file);
    int reason = errno;
    if (file != NULL && !is_standard) fclose(file);
    if (fine && split_lines(self, problems)) return true;
    problems_add(problems, 0, "%s: %s; check the path", path, strerror(reason));
    return false;
}

void test_file_clear(test_file *self)
{
    free(self->contents);
    free(self->tests);
    *self = (test_file){0};
}
