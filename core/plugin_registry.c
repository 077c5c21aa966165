/* The search path becomes a list of files; all are probed in one go; then names are settled: the
 * first folder that has a name keeps it. A path that messages show is the canonical one, so that
 * a folder counts once however it is spelled. */
#include "plugin_registry.h"

#include "plugin_file.h"
#include "plugin_probe.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_VARIABLE "TEXTMILL_PLUGIN_PATH"

/* Makes room for one more; NULL if there is no memory. */
static void *grow(void *items, size_t count, size_t size)
{
    bool full = (count & (count - 1)) == 0; /* room is a power of two */
    return full ? reallocarray(items, count == 0 ? 1 : count * 2, size) : items;
}

static char *join(const char *folder, const char *name)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

/* ---- Folders ------------------------------------------------------------------------------- */

/* Whose idea a folder is: what a person named is worth a problem, what is only tried is not. */
typedef enum folder_origin { FOLDER_SETTING, FOLDER_VARIABLE, FOLDER_BUILT_IN } folder_origin;

static bool has_folder(const plugin_registry *registry, const char *folder)
{
    for (size_t i = 0; i < registry->folder_count; i++)
        if (strcmp(registry->folders[i], folder) == 0) return true;
    return false;
}

/* Takes over `folder`. Fails: false, out of memory. */
static bool keep_folder(plugin_registry *registry, char *folder)
{
    char **folders = grow(registry->folders, registry->folder_count, sizeof *folders);
    if (folders != NULL) {
        registry->folders = folders;
        folders[registry->folder_count++] = folder;
    } else {
        free(folder);
    }
    return folders != NULL;
}

/* Tells whether a folder may be searched, else adds the reason as a problem. */
static bool is_fit(const char *folder, folder_origin origin, problem_list *problems)
{
    struct stat status;
    mill_error error;
    if (stat(folder, &status) == 0 && !S_ISDIR(status.st_mode)) {
        problems_add(problems, 0, "%s: is not a folder; name the folder that plug-ins are in",
                     folder);
        return false;
    }
    /* In a built-in folder each file is refused for itself, with this reason. */
    if (origin == FOLDER_BUILT_IN || plugin_file_check_folder(folder, &error)) return true;
    problems_add(problems, 0, "%s", error.message);
    return false;
}

static bool add_folder(plugin_registry *registry, const char *path, folder_origin origin,
                       problem_list *problems)
{
    char *folder = realpath(path, NULL);
    if (folder == NULL) {
        if (errno == ENOMEM) return false;
        if (origin == FOLDER_SETTING || (errno != ENOENT && errno != ENOTDIR))
            problems_add(problems, 0, "%s: cannot be searched for plug-ins: %s; correct the path",
                         path, strerror(errno));
        return true;
    }
    if (!has_folder(registry, folder) && is_fit(folder, origin, problems))
        return keep_folder(registry, folder);
    free(folder);
    return true;
}

static bool add_variable_folder(plugin_registry *registry, const char *path, problem_list *problems)
{
    if (path[0] == '/') return add_folder(registry, path, FOLDER_VARIABLE, problems);
    if (path[0] == '\0')
        problems_add(problems, 0,
                     PATH_VARIABLE ": an entry is empty; remove the extra colon or name a folder");
    else
        problems_add(problems, 0, PATH_VARIABLE ": '%s' is a relative path; write it from / on",
                     path);
    return true;
}

/* An empty variable is as good as none. A program with more rights than its user does not let the
 * environment say what it loads. */
static bool add_variable_folders(plugin_registry *registry, problem_list *problems)
{
    const char *value = secure_getenv(PATH_VARIABLE);
    if (value == NULL || value[0] == '\0') return true;
    char *list = strdup(value), *rest = list;
    bool kept = list != NULL;
    while (kept && rest != NULL) kept = add_variable_folder(registry, strsep(&rest, ":"), problems);
    free(list);
    return kept;
}

static bool add_built_in_folders(plugin_registry *registry, problem_list *problems)
{
    static const char *const places[] = {"../lib/textmill/plugins", "plugins"};
    char *program = realpath("/proc/self/exe", NULL);
    if (program == NULL) return errno != ENOMEM;
    *strrchr(program, '/') = '\0';
    bool kept = true;
    for (size_t i = 0; i < sizeof places / sizeof places[0] && kept; i++) {
        char *folder = join(program, places[i]);
        kept = folder != NULL && add_folder(registry, folder, FOLDER_BUILT_IN, problems);
        free(folder);
    }
    free(program);
    return kept;
}

/* ---- Files --------------------------------------------------------------------------------- */

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name), ending_length = strlen(ending);
    return length > ending_length && strcasecmp(name + length - ending_length, ending) == 0;
}

static int is_candidate(const struct dirent *item)
{
    const char *name = item->d_name;
    size_t length = strlen(name);
    return name[0] != '.' && length > 3 && strcmp(name + length - 3, ".so") == 0;
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool add_entry(plugin_registry *registry, const char *folder, const char *name)
{
    plugin_entry *entries = grow(registry->entries, registry->entry_count, sizeof *entries);
    if (entries == NULL) return false;
    registry->entries = entries;
    plugin_entry *entry = &entries[registry->entry_count];
    *entry = (plugin_entry){.path = join(folder, name)};
    if (entry->path == NULL) return false;
    registry->entry_count++;
    return true;
}

static bool list_files(plugin_registry *registry, const char *folder, problem_list *problems)
{
    struct dirent **items = NULL;
    int count = scandir(folder, &items, is_candidate, compare_names);
    bool kept = count >= 0 || errno != ENOMEM;
    if (count < 0 && kept)
        problems_add(problems, 0, "%s: cannot be searched for plug-ins: %s; run chmod u+rx %s",
                     folder, strerror(errno), folder);
    for (int i = 0; i < count; i++) {
        kept = kept && add_entry(registry, folder, items[i]->d_name);
        free(items[i]);
    }
    free(items);
    return kept;
}

/* ---- Probing ------------------------------------------------------------------------------- */

/* Takes over what a probe found. Fails: false, out of memory. */
static bool fill_entry(plugin_entry *entry, const plugin_probe *probe)
{
    bool refused = probe->kind == 0;
    entry->state = refused ? PLUGIN_REFUSED : PLUGIN_USABLE;
    entry->kind = probe->kind;
    memcpy(entry->name, probe->name, sizeof entry->name);
    entry->extensions = strdup(probe->extensions);
    entry->reason = refused ? strdup(probe->reason) : NULL;
    return entry->extensions != NULL && (!refused || entry->reason != NULL);
}

_Static_assert(sizeof(((plugin_entry *)0)->name) == sizeof(((plugin_probe *)0)->name),
               "a name is copied whole");

static bool probe_entries(plugin_registry *registry)
{
    size_t count = registry->entry_count;
    const char **paths = calloc(count + 1, sizeof *paths);
    plugin_probe *probes = calloc(count + 1, sizeof *probes);
    bool kept = paths != NULL && probes != NULL;
    for (size_t i = 0; i < count && kept; i++) paths[i] = registry->entries[i].path;
    if (kept) plugin_probe_files(paths, count, PLUGIN_PROBE_TIME_LIMIT_MS, probes);
    for (size_t i = 0; i < count && kept; i++) kept = fill_entry(&registry->entries[i], &probes[i]);
    free(probes);
    free(paths);
    return kept;
}

/* ---- Names --------------------------------------------------------------------------------- */

static bool in_same_folder(const plugin_entry *a, const plugin_entry *b)
{
    size_t length = (size_t)(strrchr(a->path, '/') - a->path) + 1;
    return strncmp(a->path, b->path, length) == 0 && strchr(b->path + length, '/') == NULL;
}

/* Settles an entry whose kind and name `first` already has. Fails: false, out of memory. */
static bool yield_name(plugin_entry *entry, const plugin_entry *first)
{
    bool twice = in_same_folder(first, entry);
    entry->state = twice ? PLUGIN_REFUSED : PLUGIN_SHADOWED;
    int length =
        twice ? asprintf(&entry->reason,
                         "%s: %s '%s' is already in %s; remove one of the two or rename it",
                         entry->path, plugin_kind_name(entry->kind), entry->name, first->path)
              : asprintf(&entry->reason,
                         "%s: %s '%s' is taken from %s, whose folder is searched first; remove "
                         "that one to use this one",
                         entry->path, plugin_kind_name(entry->kind), entry->name, first->path);
    if (length < 0) entry->reason = NULL;
    return length >= 0;
}

static bool settle_names(plugin_registry *registry)
{
    for (size_t i = 1; i < registry->entry_count; i++) {
        plugin_entry *entry = &registry->entries[i];
        if (entry->state != PLUGIN_USABLE) continue;
        const plugin_entry *first = plugin_registry_find(registry, entry->kind, entry->name);
        if (first != entry && !yield_name(entry, first)) return false;
    }
    return true;
}

bool plugin_registry_open(plugin_registry *registry, const char *first_folder,
                          problem_list *problems)
{
    memset(registry, 0, sizeof *registry);
    if (first_folder != NULL && !add_folder(registry, first_folder, FOLDER_SETTING, problems))
        return false;
    if (!add_variable_folders(registry, problems) || !add_built_in_folders(registry, problems))
        return false;
    for (size_t i = 0; i < registry->folder_count; i++)
        if (!list_files(registry, registry->folders[i], problems)) return false;
    return probe_entries(registry) && settle_names(registry);
}

plugin_entry *plugin_registry_add_file(plugin_registry *registry, const char *path)
{
    for (size_t i = 0; i < registry->file_count; i++)
        if (strcmp(registry->files[i]->path, path) == 0) return registry->files[i];
    plugin_entry **files = grow(registry->files, registry->file_count, sizeof(void *));
    if (files == NULL) return NULL;
    registry->files = files;
    plugin_entry *entry = calloc(1, sizeof *entry);
    if (entry == NULL) return NULL;
    files[registry->file_count++] = entry;
    entry->path = strdup(path);
    if (entry->path == NULL) return NULL;
    plugin_probe probe = {0};
    plugin_probe_files(&path, 1, PLUGIN_PROBE_TIME_LIMIT_MS, &probe);
    return fill_entry(entry, &probe) ? entry : NULL;
}

/* ---- Finding ------------------------------------------------------------------------------- */

static plugin_entry *entry_at(const plugin_registry *registry, size_t index)
{
    return index < registry->file_count ? registry->files[index]
                                        : &registry->entries[index - registry->file_count];
}

plugin_entry *plugin_registry_find(plugin_registry *registry, uint32_t kind, const char *name)
{
    for (size_t i = 0; i < registry->file_count + registry->entry_count; i++) {
        plugin_entry *entry = entry_at(registry, i);
        if (entry->state == PLUGIN_USABLE && entry->kind == kind && strcmp(entry->name, name) == 0)
            return entry;
    }
    return NULL;
}

/* Tells whether a name ends in one of the words of `extensions`, with a dot before it. */
static bool has_extension(const char *name, const char *extensions)
{
    char ending[272];
    while (*extensions != '\0') {
        size_t length = strcspn(extensions, " ");
        snprintf(ending, sizeof ending, ".%.*s", (int)length, extensions);
        if (length > 0 && ends_with(name, ending)) return true;
        extensions += length + (extensions[length] == ' ');
    }
    return false;
}

plugin_entry *plugin_registry_find_by_file_name(plugin_registry *registry, uint32_t kind,
                                                const char *file_name)
{
    plugin_entry *found = NULL;
    char *name = strdup(file_name);
    if (name == NULL) return NULL;
    if (ends_with(name, ".gz") || ends_with(name, ".zst")) *strrchr(name, '.') = '\0';
    for (size_t i = 0; i < registry->file_count + registry->entry_count && found == NULL; i++) {
        plugin_entry *entry = entry_at(registry, i);
        if (entry->state == PLUGIN_USABLE && entry->kind == kind &&
            has_extension(name, entry->extensions))
            found = entry;
    }
    free(name);
    return found;
}

const plugin_entry *plugin_registry_find_refused(const plugin_registry *registry, const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < registry->entry_count; i++) {
        const plugin_entry *entry = &registry->entries[i];
        const char *file = strrchr(entry->path, '/') + 1;
        if (entry->state == PLUGIN_REFUSED && strncmp(file, name, length) == 0 &&
            strcmp(file + length, ".so") == 0)
            return entry;
    }
    return NULL;
}

/* ---- Loading and releasing ----------------------------------------------------------------- */

const mill_plugin *plugin_registry_load(plugin_entry *entry, mill_error *error)
{
    if (entry->plugin != NULL) return entry->plugin;
    if (entry->state == PLUGIN_REFUSED) {
        error_set(error, ERROR_PLUGIN, "%s", entry->reason);
        return NULL;
    }
    const mill_plugin *plugin = plugin_file_load(entry->path, error);
    if (plugin == NULL) return NULL;
    if (plugin->kind != entry->kind || strcmp(plugin->name, entry->name) != 0) {
        error_set(error, ERROR_PLUGIN, "%s: has changed since it was examined; run textmill again",
                  entry->path);
        return NULL;
    }
    return entry->plugin = plugin;
}

static void clear_entry(plugin_entry *entry)
{
    free(entry->path);
    free(entry->extensions);
    free(entry->reason);
}

void plugin_registry_clear(plugin_registry *registry)
{
    for (size_t i = 0; i < registry->folder_count; i++) free(registry->folders[i]);
    for (size_t i = 0; i < registry->entry_count; i++) clear_entry(&registry->entries[i]);
    for (size_t i = 0; i < registry->file_count; i++) {
        clear_entry(registry->files[i]);
        free(registry->files[i]);
    }
    free(registry->folders);
    free(registry->entries);
    free(registry->files);
    memset(registry, 0, sizeof *registry);
}

const char *plugin_kind_name(uint32_t kind)
{
    static const char *const names[] = {"plug-in", "reader", "stage", "writer"};
    return names[kind <= MILL_WRITER ? kind : 0];
}
