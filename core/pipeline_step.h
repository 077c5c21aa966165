/* pipeline_step - one plug-in at work: its options resolved, its instance opened and closed.
 * A room of its own behind pipeline; nothing else uses it. */
#ifndef CORE_PIPELINE_STEP_H
#define CORE_PIPELINE_STEP_H

#include "pipeline.h"

/* What a section's keys are held against. */
typedef struct section_options {
    const pipeline_file *file;
    const pipeline_section *section; /* NULL: all defaults */
    const mill_option *declarations;
    uint32_t count;
    size_t stride;
    const char *const *reserved; /* keys that are the runner's own; NULL-terminated */
    bool check_files;            /* a PATH must be a file that can be read */
    arena *memory;
    problem_list *problems;
} section_options;

/* Resolves all options: what the section sets, else the default. Every unknown key and wrong value
 * becomes a problem. Owns: `*values` and `*options` live in `memory`.
 * Fails: false, out of memory. */
bool section_options_resolve(const section_options *what, mill_value **values,
                             pipeline_option **options);

/* Resolves a path as a pipeline file's entry means it: relative to the file; from the command
 * line relative to the current folder. Owns: lives in `memory`. Fails: NULL, out of memory. */
const char *entry_path(const pipeline_file *file, const pipeline_entry *entry, arena *memory);

/* Adds a problem of a section, or of an entry in it: with file and line, or with the --set that it
 * came from. `entry` may be NULL. */
void section_problem(problem_list *problems, const pipeline_file *file,
                     const pipeline_section *section, const pipeline_entry *entry,
                     const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Adds a problem that the step itself has. */
void step_problem(problem_list *problems, const pipeline_file *file, const pipeline_step *step,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Lets a plug-in whose fields depend on its options declare them: the step then has a descriptor of
 * its own, with all its fields. Fails: false with the plug-in's reason. */
bool step_declare(pipeline_step *step, mill_error *error);

/* A value of an option, with which a plug-in provides what it does not without it. */
typedef struct option_remedy {
    const char *option;
    char value[64];
} option_remedy;

/* Tells whether a plug-in that stands in no step, or in `step` (may be NULL) with its options,
 * would declare that it provides a field if one of its options had another value; and which. */
bool step_would_provide(const mill_plugin *plugin, const pipeline_step *step,
                        const mill_field *wanted, option_remedy *remedy);

/* Opens the step's instance. `fields` is what a writer sees; NULL: the plug-in's own.
 * Fails: false with the plug-in's reason. */
bool step_open(pipeline_step *step, const mill_field *fields, uint32_t field_count,
               mill_error *error);

/* Closes the instance, if it is open, and releases the step's memory. */
void step_close(pipeline_step *step);

#endif
