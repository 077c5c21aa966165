/* plugin_registry - which plug-ins there are, where, and what is wrong with the others.
 *
 * Folders are searched in order; the first plug-in of a kind and name wins, later folders' are
 * shadowed. Every file is first loaded in a child process, so that one that crashes or hangs on
 * loading is listed as broken and the rest goes on. In this process a file is loaded only when it
 * is asked for. Nothing is ever unloaded.
 */
#ifndef CORE_PLUGIN_REGISTRY_H
#define CORE_PLUGIN_REGISTRY_H

#include "log.h"
#include "textmill/plugin.h"

typedef enum plugin_state {
    PLUGIN_USABLE,
    PLUGIN_SHADOWED, /* an earlier folder has one of this kind and name */
    PLUGIN_REFUSED   /* `reason` says why */
} plugin_state;

typedef struct plugin_entry {
    char *path;
    plugin_state state;
    uint32_t kind; /* a mill_kind; 0 if refused before that was known */
    char name[48];
    char *extensions;          /* of a reader or writer: file name endings, "" if none */
    char *reason;              /* one line; NULL if usable */
    const mill_plugin *plugin; /* NULL until loaded here */
} plugin_entry;

typedef struct plugin_registry {
    char **folders; /* in search order */
    size_t folder_count;
    plugin_entry *entries; /* folder by folder, sorted by file name */
    size_t entry_count;
    plugin_entry **files; /* added with a path; each stays where it is as others come */
    size_t file_count;
} plugin_registry;

/* Lists the search path: `first_folder` (from [pipeline] plugin_path; may be NULL), the absolute
 * folders in TEXTMILL_PLUGIN_PATH, the install folder (../lib/textmill/plugins beside the program)
 * and the build folder (plugins beside the program); folders that are not there are left out,
 * except that a missing first_folder is a problem. Empty and relative entries of the variable are
 * problems: the current folder is never searched by accident. Then probes all files in them.
 * Owns: the caller clears it. Fails: false, out of memory. */
bool plugin_registry_open(plugin_registry *registry, const char *first_folder,
                          problem_list *problems);

/* Adds one file that a pipeline file names with a path: it is found before those of the folders.
 * Returns its entry, the same one if it was added before: look at `state`.
 * Fails: NULL, out of memory. */
plugin_entry *plugin_registry_add_file(plugin_registry *registry, const char *path);

/* Finds a usable plug-in by kind and name; NULL if there is none. */
plugin_entry *plugin_registry_find(plugin_registry *registry, uint32_t kind, const char *name);

/* Finds the reader or writer for a file name by its ending (a final .gz or .zst is ignored). */
plugin_entry *plugin_registry_find_by_file_name(plugin_registry *registry, uint32_t kind,
                                                const char *file_name);

/* Finds a refused file called NAME.so, for the message "it was found at X but refused: Y". */
const plugin_entry *plugin_registry_find_refused(const plugin_registry *registry, const char *name);

/* Loads the plug-in of an entry into this process. Fails: NULL with the reason. */
const mill_plugin *plugin_registry_load(plugin_entry *entry, mill_error *error);

void plugin_registry_clear(plugin_registry *registry);

/* The word for a mill_kind: "reader", "stage", "writer". */
const char *plugin_kind_name(uint32_t kind);

#endif
