/* Options are resolved by one function for plug-ins and for the runner's own [pipeline] section.
 * A step's arena holds its values and whatever its plug-in takes in `open`. */
#include "pipeline_step.h"

#include "host.h"
#include "options.h"
#include "pipeline_fields.h"
#include "plugin_file.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *copy_string(arena *memory, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = arena_alloc(memory, size);
    return copy != NULL ? memcpy(copy, text, size) : NULL;
}

/* ---- Problems ------------------------------------------------------------------------------ */

void section_problem(problem_list *problems, const pipeline_file *file,
                     const pipeline_section *section, const pipeline_entry *entry,
                     const char *format, ...)
{
    char what[768];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    unsigned line = entry != NULL ? entry->line : section->line;
    if (entry != NULL && entry->line == 0)
        problems_add(problems, 0, "--set %s.%s=%s: %s", section->name, entry->key, entry->value,
                     what);
    else if (line == 0)
        problems_add(problems, 0, "%s: [%s] %s", file->path, section->name, what);
    else
        problems_add(problems, line, "%s:%u: [%s] %s", file->path, line, section->name, what);
}

void step_problem(problem_list *problems, const pipeline_file *file, const pipeline_step *step,
                  const char *format, ...)
{
    char what[sizeof((mill_error *)0)->message], place[20] = "";
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    if (step->line > 0) snprintf(place, sizeof place, ":%u", step->line);
    problems_add(problems, step->line, "%s%s: [%s] %s", file->path, place, step->section, what);
}

/* ---- Paths --------------------------------------------------------------------------------- */

const char *entry_path(const pipeline_file *file, const pipeline_entry *entry, arena *memory)
{
    const char *value = entry->value;
    bool as_it_stands = value[0] == '\0' || value[0] == '/' || entry->line == 0 ||
                        strcmp(value, "-") == 0 || strcmp(file->folder, ".") == 0;
    if (as_it_stands) return copy_string(memory, value);
    while (strncmp(value, "./", 2) == 0) value += 2;
    size_t size = strlen(file->folder) + 1 + strlen(value) + 1;
    char *path = arena_alloc(memory, size);
    if (path != NULL) snprintf(path, size, "%s/%s", file->folder, value);
    return path;
}

/* Writes the name in a missing file's folder that is nearest to it; nothing if none is near. */
static void find_near_file(const char *path, char *near, size_t size)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX];
    struct dirent **entries;
    suggestion best = {.wanted = slash != NULL ? slash + 1 : path};
    snprintf(folder, sizeof folder, "%.*s", slash != NULL ? (int)(slash - path) + 1 : 1,
             slash != NULL ? path : ".");
    int count = scandir(folder, &entries, NULL, alphasort);
    near[0] = '\0';
    if (count < 0) return;
    for (int i = 0; i < count; i++) suggestion_offer(&best, entries[i]->d_name);
    if (best.best != NULL) snprintf(near, size, "%s", best.best);
    for (int i = 0; i < count; i++) free(entries[i]);
    free(entries);
}

static void check_file(const section_options *what, const pipeline_entry *entry, const char *path)
{
    char near[NAME_MAX + 1];
    struct stat status;
    if (path[0] == '\0') return;
    int code = access(path, R_OK) == 0 ? 0 : errno;
    bool is_folder = code == 0 && stat(path, &status) == 0 && S_ISDIR(status.st_mode);
    if (code == 0 && !is_folder) return;
    find_near_file(path, near, sizeof near);
    if (is_folder)
        section_problem(what->problems, what->file, what->section, entry,
                        "%s: '%s' is a folder; name a file", entry->key, path);
    else if (code == ENOENT && near[0] != '\0')
        section_problem(what->problems, what->file, what->section, entry,
                        "%s: there is no file '%s'; did you mean '%s'?", entry->key, path, near);
    else
        section_problem(what->problems, what->file, what->section, entry,
                        "%s: cannot read '%s': %s; check the path", entry->key, path,
                        strerror(code));
}

/* ---- Options ------------------------------------------------------------------------------- */

static bool is_reserved(const section_options *what, const char *key)
{
    for (const char *const *reserved = what->reserved; *reserved != NULL; reserved++)
        if (strcmp(*reserved, key) == 0) return true;
    return false;
}

/* Tells all keys that there are: so few that a person finds the right one among them. */
static void unlike_any_key(const section_options *what, const pipeline_entry *entry)
{
    char known[512] = "";
    size_t length = 0;
    for (const char *const *reserved = what->reserved; *reserved != NULL; reserved++)
        length += (size_t)snprintf(known + length, sizeof known - length, ", %s", *reserved);
    for (uint32_t i = 0; i < what->count && length < sizeof known; i++)
        length += (size_t)snprintf(known + length, sizeof known - length, ", %s",
                                   option_at(what->declarations, what->stride, i)->name);
    section_problem(what->problems, what->file, what->section, entry,
                    "unknown option '%s'; [%s] takes %s%s", entry->key, what->section->name,
                    known + 2, length >= sizeof known ? "..." : "");
}

static void unknown_key(const section_options *what, const pipeline_entry *entry)
{
    suggestion near = {.wanted = entry->key};
    for (uint32_t i = 0; i < what->count; i++)
        suggestion_offer(&near, option_at(what->declarations, what->stride, i)->name);
    for (const char *const *reserved = what->reserved; *reserved != NULL; reserved++)
        suggestion_offer(&near, *reserved);
    if (near.best != NULL)
        section_problem(what->problems, what->file, what->section, entry,
                        "unknown option '%s'; did you mean '%s'?", entry->key, near.best);
    else
        unlike_any_key(what, entry);
}

/* Resolves the path that an entry is. Returns NULL if memory ends. */
static const char *resolve_path(const section_options *what, const pipeline_entry *entry)
{
    const char *path = entry_path(what->file, entry, what->memory);
    if (path != NULL && what->check_files) check_file(what, entry, path);
    return path;
}

/* Resolves each of the paths that an entry lists. Returns NULL if memory ends. */
static const char *resolve_paths(const section_options *what, const pipeline_entry *entry)
{
    static const char blanks[] = " \t";
    char *name = copy_string(what->memory, entry->value), *rest = NULL;
    const char *all = "";
    if (name == NULL) return NULL;
    for (name = strtok_r(name, ",", &rest); name != NULL; name = strtok_r(NULL, ",", &rest)) {
        pipeline_entry one = *entry;
        name += strspn(name, blanks);
        while (*name != '\0' && strchr(blanks, name[strlen(name) - 1]) != NULL)
            name[strlen(name) - 1] = '\0';
        one.value = name;
        const char *path = resolve_path(what, &one);
        if (path == NULL) return NULL;
        size_t size = strlen(all) + strlen(path) + 2;
        char *longer = arena_alloc(what->memory, size);
        if (longer == NULL) return NULL;
        snprintf(longer, size, "%s%s%s", all, all[0] != '\0' ? "," : "", path);
        all = longer;
    }
    return all;
}

/* Takes one key of the section as the value of the option it names. Fails: false, out of memory. */
static bool resolve_entry(const section_options *what, const pipeline_entry *entry,
                          const mill_option *option, mill_value *value, pipeline_option *shown)
{
    char why[512], origin[4200];
    if (!option_parse(option, entry->value, value, why, sizeof why)) {
        section_problem(what->problems, what->file, what->section, entry, "%s: %s", entry->key,
                        why);
        return true;
    }
    bool is_path = option->type == MILL_OPTION_PATH || option->type == MILL_OPTION_PATHS;
    if (is_path) {
        value->as.string = option->type == MILL_OPTION_PATH ? resolve_path(what, entry)
                                                            : resolve_paths(what, entry);
        if (value->as.string == NULL) return false;
    }
    if (entry->line == 0)
        snprintf(origin, sizeof origin, "command line");
    else
        snprintf(origin, sizeof origin, "%s:%u", what->file->path, entry->line);
    *shown = (pipeline_option){is_path ? value->as.string : entry->value,
                               copy_string(what->memory, origin), true};
    return shown->origin != NULL;
}

static bool resolve_entries(const section_options *what, mill_value *values,
                            pipeline_option *options)
{
    for (size_t i = 0; i < what->section->entry_count; i++) {
        const pipeline_entry *entry = &what->section->entries[i];
        uint32_t at = 0;
        if (is_reserved(what, entry->key)) continue;
        const mill_option *option =
            option_find(what->declarations, what->count, what->stride, entry->key);
        if (option == NULL) {
            unknown_key(what, entry);
            continue;
        }
        while (option_at(what->declarations, what->stride, at) != option) at++;
        if (!resolve_entry(what, entry, option, &values[at], &options[at])) return false;
    }
    return true;
}

bool section_options_resolve(const section_options *what, mill_value **values,
                             pipeline_option **options)
{
    *values = arena_alloc_array(what->memory, what->count + 1, sizeof **values);
    *options = arena_alloc_array(what->memory, what->count + 1, sizeof **options);
    if (*values == NULL || *options == NULL) return false;
    for (uint32_t i = 0; i < what->count; i++) {
        char why[512];
        const mill_option *option = option_at(what->declarations, what->stride, i);
        /* The registry has seen to it that a plug-in's defaults can be parsed. */
        option_parse(option, option->standard, &(*values)[i], why, sizeof why);
        (*options)[i] = (pipeline_option){option->standard, "default", false};
    }
    return what->section == NULL || resolve_entries(what, *values, *options);
}

/* ---- Life ---------------------------------------------------------------------------------- */

/* What the plug-in's functions are given before there are articles. */
static host_setup make_setup(pipeline_step *step, mill_error *error)
{
    const mill_plugin *plugin = step->plugin;
    error->code = ERROR_NONE;
    return (host_setup){
        .setup = {.host = &host_table},
        .options = plugin->options,
        .option_count = plugin->option_count,
        .option_stride = plugin->header.option_size,
        .values = step->values,
        .fields = plugin->fields,
        .field_count = plugin->field_count,
        .memory = &step->memory,
        .error = error,
    };
}

/* Starts the list of a step's fields with those that its plug-in always has. */
static bool copy_fields(pipeline_step *step, declared_fields *declared)
{
    const mill_plugin *plugin = step->plugin;
    declared->room = PLUGIN_MOST_DECLARATIONS;
    declared->items = arena_alloc_array(&step->memory, declared->room, sizeof *declared->items);
    if (declared->items == NULL) return false;
    for (uint32_t i = 0; i < plugin->field_count; i++) {
        mill_field *copy = &declared->items[declared->count++];
        *copy = *plugin_field(plugin, i);
    }
    return true;
}

bool step_declare(pipeline_step *step, mill_error *error)
{
    mill_status (*declare)(mill_setup *) = plugin_file_declare(step->plugin);
    declared_fields declared = {0};
    if (declare == NULL) return true;
    mill_plugin *own = arena_alloc(&step->memory, sizeof *own);
    if (own == NULL || !copy_fields(step, &declared))
        return error_set(error, ERROR_MEMORY, "out of memory");
    host_setup setup = make_setup(step, error);
    setup.declared = &declared;
    mill_status status = declare(&setup.setup);
    if (status != MILL_OK && error->code == ERROR_NONE)
        error_set(error, ERROR_PLUGIN, "cannot declare its fields, and does not say why");
    if (error->code != ERROR_NONE) return false;
    /* A plug-in with `declare` has a descriptor that is at least as long as ours. */
    memcpy(own, step->plugin, sizeof *own);
    own->header.plugin_size = sizeof *own;
    own->header.field_size = sizeof(mill_field);
    own->fields = declared.items;
    own->field_count = declared.count;
    step->plugin = own;
    return plugin_file_vet(own->name, own, sizeof *own, error);
}

static bool declares(const pipeline_step *step, uint32_t option, const char *text,
                     const mill_field *wanted)
{
    const mill_plugin *plugin = step->plugin;
    pipeline_step trial = {.plugin = plugin};
    char why[512];
    mill_error error;
    arena_init(&trial.memory, (size_t)16 << 20);
    trial.values = arena_alloc_array(&trial.memory, plugin->option_count, sizeof *trial.values);
    bool found = false;
    if (trial.values != NULL) {
        memcpy(trial.values, step->values, plugin->option_count * sizeof *trial.values);
        found = option_parse(option_at(plugin->options, plugin->header.option_size, option), text,
                             &trial.values[option], why, sizeof why) &&
                step_declare(&trial, &error) && plugin_provides(trial.plugin, wanted);
    }
    arena_clear(&trial.memory);
    return found;
}

/* Tries each word that an option can have. */
static bool try_option(const pipeline_step *step, uint32_t index, const mill_field *wanted,
                       option_remedy *remedy)
{
    const mill_option *option =
        option_at(step->plugin->options, step->plugin->header.option_size, index);
    const char *words = option->type == MILL_OPTION_BOOLEAN  ? "yes no"
                        : option->type == MILL_OPTION_CHOICE ? option->choices
                                                             : "";
    remedy->option = option->name;
    while (*words != '\0') {
        size_t length = strcspn(words, " ");
        snprintf(remedy->value, sizeof remedy->value, "%.*s", (int)length, words);
        if (declares(step, index, remedy->value, wanted)) return true;
        words += length + strspn(words + length, " ");
    }
    return false;
}

bool step_would_provide(const mill_plugin *plugin, const pipeline_step *step,
                        const mill_field *wanted, option_remedy *remedy)
{
    pipeline_step trial = {.plugin = plugin};
    char why[512];
    bool found = false;
    if (plugin_file_declare(plugin) == NULL || plugin->option_count == 0) return false;
    arena_init(&trial.memory, (size_t)1 << 20);
    trial.values = arena_alloc_array(&trial.memory, plugin->option_count, sizeof *trial.values);
    for (uint32_t i = 0; i < plugin->option_count && trial.values != NULL; i++)
        option_parse(option_at(plugin->options, plugin->header.option_size, i),
                     option_at(plugin->options, plugin->header.option_size, i)->standard,
                     &trial.values[i], why, sizeof why);
    if (trial.values != NULL && step != NULL)
        memcpy(trial.values, step->values, plugin->option_count * sizeof *trial.values);
    for (uint32_t i = 0; i < plugin->option_count && trial.values != NULL && !found; i++)
        found = try_option(&trial, i, wanted, remedy);
    arena_clear(&trial.memory);
    return found;
}

bool step_open(pipeline_step *step, const mill_field *fields, uint32_t field_count,
               mill_error *error)
{
    const mill_plugin *plugin = step->plugin;
    host_setup setup = make_setup(step, error);
    if (fields != NULL) {
        setup.fields = fields;
        setup.field_count = field_count;
    }
    mill_status status =
        plugin->open != NULL ? plugin->open(&setup.setup, &step->instance) : MILL_OK;
    if (status == MILL_OK && error->code == ERROR_NONE) return step->opened = true;
    if (error->code == ERROR_NONE)
        error_set(error, ERROR_PLUGIN, "cannot be opened, and the plug-in does not say why");
    return false;
}

void step_close(pipeline_step *step)
{
    if (step->opened && step->plugin->close != NULL) step->plugin->close(step->instance);
    step->opened = false;
    arena_clear(&step->memory);
}
