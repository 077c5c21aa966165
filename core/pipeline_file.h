/* pipeline_file - an INI file as a list of sections, with the line of everything.
 *
 * Read with libinih, whose Debian build has traps (a line ends after 199 bytes and the rest counts
 * as the next line; sections without keys are not reported; an indented key becomes part of the
 * value above; inline comments stay in continuation lines). Each line is therefore looked at before
 * libinih sees it, and what it would misread is a problem with its line number and a remedy.
 *
 * Knows nothing of plug-ins: which sections and keys make sense is decided in pipeline.
 */
#ifndef CORE_PIPELINE_FILE_H
#define CORE_PIPELINE_FILE_H

#include "log.h"

typedef struct pipeline_entry {
    char *key;
    char *value;   /* continuation lines are joined with one space */
    unsigned line; /* 0: from the command line */
} pipeline_entry;

typedef struct pipeline_section {
    char *name; /* as in the brackets, trimmed: "output second" */
    unsigned line;
    pipeline_entry *entries;
    size_t entry_count;
} pipeline_section;

typedef struct pipeline_file {
    char *path;   /* as it was given */
    char *folder; /* where relative paths in it start; "." if the path has no folder */
    pipeline_section *sections;
    size_t section_count;
} pipeline_file;

/* Reads and parses a file. Problems are added to `problems`, all of them; what could be read is in
 * `file`. Owns: the caller clears `file`, also after a failure.
 * Fails: false if the file cannot be read at all (one problem says why) or memory ran out. */
bool pipeline_file_read(pipeline_file *file, const char *path, problem_list *problems);

/* Parses `length` bytes as if they stood in a file called `path`. */
bool pipeline_file_parse(pipeline_file *file, const char *path, const char *data, size_t length,
                         problem_list *problems);

/* Applies "section.key=value" from the command line: replaces or adds the key. The section must be
 * there, except input, output and pipeline, which are then made. Mistakes are added to `problems`:
 * "--set foo.bar=1: no section [foo]; did you mean [food]?" */
void pipeline_file_set(pipeline_file *file, const char *assignment, problem_list *problems);

/* Finds a section by name, or NULL. */
pipeline_section *pipeline_file_section(const pipeline_file *file, const char *name);

/* Finds a key in a section, or NULL. */
pipeline_entry *pipeline_section_entry(const pipeline_section *section, const char *key);

void pipeline_file_clear(pipeline_file *file);

#endif
