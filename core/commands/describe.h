/* describe - how a plug-in's options and fields are shown, in one form for all commands. */
#ifndef CORE_COMMANDS_DESCRIBE_H
#define CORE_COMMANDS_DESCRIBE_H

#include "buffer.h"

/* Appends "  needs     layer 'sentences'" and so on: one line for each use that occurs. */
void describe_fields(buffer *text, const mill_plugin *plugin);

/* Appends a line for each flag, such as "  edits the text", and one that the plug-in is sandboxed
 * if it declares nothing that it needs from outside at run time. */
void describe_flags(buffer *text, const mill_plugin *plugin);

/* Appends each option: name, type, default, help. */
void describe_options(buffer *text, const mill_plugin *plugin);

#endif
