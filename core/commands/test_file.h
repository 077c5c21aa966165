/* test_file - tests of a pipeline, one a line: {"name": ..., "input": ..., "expected": ...}. */
#ifndef CORE_TEST_FILE_H
#define CORE_TEST_FILE_H

#include "buffer.h"
#include "log.h"

/* One line. Members that are not there are empty; the others are JSON values in the line. */
typedef struct pipeline_test {
    unsigned line;
    mill_text text; /* the whole line */
    mill_text name;
    mill_text input;    /* an object: as a line of JSON; a string: as a file */
    mill_text expected; /* of the output: an object, or a string for all of it */
    mill_text dropped;  /* true: a stage drops it */
    mill_text failed;   /* a string: it is set aside, "[stage] reason" */
    bool whole;         /* the output has no other members */
} pipeline_test;

typedef struct test_file {
    const char *path;
    char *contents; /* MILL_PADDING bytes behind it are zero */
    size_t length;
    pipeline_test *tests;
    size_t count;
} test_file;

/* Reads a file; "-" is standard input. Each mistake in it becomes a problem.
 * Owns: the caller clears it, also after a failure. Fails: false, if it cannot be read. */
bool test_file_read(test_file *self, const char *path, problem_list *problems);

void test_file_clear(test_file *self);

#endif
