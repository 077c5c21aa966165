/* pipeline_file_private - what the two halves of pipeline_file share. Nobody else includes it. */
#ifndef CORE_PIPELINE_FILE_PRIVATE_H
#define CORE_PIPELINE_FILE_PRIVATE_H

#include "pipeline_file.h"

/* Copies a text without white space at its ends. Fails: NULL, out of memory. */
char *pipeline_copy_trimmed(const char *text, size_t length);

/* Copies a section's name: trimmed, and any white space in it one space.
 * Fails: NULL, out of memory. */
char *pipeline_copy_name(const char *text, size_t length);

/* Adds a section; takes `name`, which may be NULL. Fails: NULL, out of memory. */
pipeline_section *pipeline_add_section(pipeline_file *file, char *name, unsigned line);

/* Adds an entry; takes `key` and `value`, which may be NULL. Fails: NULL, out of memory. */
pipeline_entry *pipeline_add_entry(pipeline_section *section, char *key, char *value,
                                   unsigned line);

#endif
