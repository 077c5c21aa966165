/* plugin_file - what a file must be before the dynamic loader may touch it, and what a descriptor
 * must say before any code of the plug-in runs.
 */
#ifndef CORE_PLUGIN_FILE_H
#define CORE_PLUGIN_FILE_H

#include "log.h"
#include "textmill/plugin.h"

/* The newest ABI that this textmill speaks. */
#define PLUGIN_ABI_NEWEST ((uint32_t)MILL_ABI_MAJOR << 16 | (uint32_t)MILL_ABI_NEWEST_MINOR)

/* A plug-in has at most so many options, and so many fields. */
#define PLUGIN_MOST_DECLARATIONS 256

/* Checks owner and mode of a plug-in file and of the folder it is in (symbolic links followed):
 * owned by root or the user, writable by nobody else. Fails: false with the reason. */
bool plugin_file_check_trust(const char *path, mill_error *error);

/* Checks owner and mode of a folder of plug-ins in the same way. */
bool plugin_file_check_folder(const char *folder, mill_error *error);

/* Checks that a file is a complete shared library for this machine: ELF header, class, machine,
 * type, and that its segments lie within the file. Fails: false with the reason. */
bool plugin_file_check_elf(const char *path, mill_error *error);

/* Loads a file (RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE), finds `textmill_plugin` and vets it.
 * Owns: the descriptor lives as long as the process. Fails: NULL with the reason. */
const mill_plugin *plugin_file_load(const char *path, mill_error *error);

/* Returns a plug-in's function `declare`, or NULL: older plug-ins do not have it. */
mill_status (*plugin_file_declare(const mill_plugin *plugin))(mill_setup *setup);

/* Tells whether a text is a plug-in's name: lower-case letters, digits and _, a letter first, at
 * most 40 bytes. */
bool plugin_file_is_name(const char *name);

/* Vets a descriptor of `available` readable bytes: magic, ABI, sizes, name, kind, options, fields,
 * functions. Fails: false with the reason. */
bool plugin_file_vet(const char *path, const mill_plugin *plugin, size_t available,
                     mill_error *error);

#endif
