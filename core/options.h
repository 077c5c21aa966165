/* options - typed options: a declaration and a text make a checked value.
 *
 * Knows mill_option from the public header and nothing of files or plug-ins; the runner's own
 * options are declared the same way as a plug-in's.
 */
#ifndef CORE_OPTIONS_H
#define CORE_OPTIONS_H

#include "log.h"
#include "textmill/plugin.h"

/* Reads `text` as the option's type. INTEGER, SIZE: as.integer; CHOICE: as.integer is the position
 * of the word; STRING, PATH: as.string is `text` itself.
 * Fails: false; `why` (of `size` bytes) says what is wrong and the remedy, without the place:
 *   "'abc' is not a whole number; write one from 0 to 10"
 *   "'byts' is not a choice; did you mean 'bytes'?"
 *   "'x' is not a choice; choose one of bytes, code_points, utf16" */
bool option_parse(const mill_option *option, const char *text, mill_value *value, char *why,
                  size_t size);

/* Checks a declaration that came with a plug-in: name, type, limits, and that its standard value
 * passes. Fails: false with the reason in `why`. */
bool option_check_declaration(const mill_option *option, char *why, size_t size);

/* Finds an option by name. `stride` is the size of one declaration as the plug-in knows it. */
const mill_option *option_find(const mill_option *options, uint32_t count, size_t stride,
                               const char *name);

/* Returns declaration `index`. */
static inline const mill_option *option_at(const mill_option *options, size_t stride,
                                           uint32_t index)
{
    return (const mill_option *)(const void *)((const char *)options + index * stride);
}

/* Writes the type and limits as a person reads them: "integer, 0 to 10", "bytes | code_points". */
void option_describe(const mill_option *option, char *text, size_t size);

#endif
