/* textmill plugins: what is installed, why a file was refused, and what a plug-in's options are. */
#include "commands.h"
#include "describe.h"
#include "describe_json.h"
#include "json.h"
#include "plugin_registry.h"

#include <getopt.h>
#include <string.h>

const char command_plugins_help[] =
    "usage: textmill plugins [NAME] [--json]\n"
    "\n"
    "Without NAME: lists the plug-ins that pipelines can use, the files that were refused and "
    "why,\n"
    "and the folders that are searched. With NAME: prints what the plug-in does, its options with\n"
    "types, defaults and help, and what it needs and provides. NAME with a slash is a file.\n"
    "\n"
    "Folders are searched in this order: [pipeline] plugin_path, TEXTMILL_PLUGIN_PATH (absolute\n"
    "folders with : between them), ../lib/textmill/plugins and plugins beside the program.\n"
    "\n"
    "  --json    the same for programs\n"
    "\n"
    "Exit: 0; 1 if a plug-in cannot be loaded; 2 if NAME is not there.\n";

/* How an answer is given. */
typedef struct answer {
    buffer text;
    plugin_registry registry;
    bool as_json;
} answer;

/* ---- One plug-in ----------------------------------------------------------------------------- */

static void show_json(buffer *text, const plugin_entry *entry, const mill_plugin *plugin)
{
    json_object(text, NULL);
    plugin_json(text, entry, plugin);
    options_json(text, "options", plugin->options, plugin->option_count, plugin->header.option_size,
                 NULL);
    json_object_end(text);
}

static void show(answer *to, const plugin_entry *entry, const mill_plugin *plugin)
{
    buffer *text = &to->text;
    if (to->as_json) {
        show_json(text, entry, plugin);
        return;
    }
    if (text->output.length > 0) buffer_printf(text, "\n");
    buffer_printf(text, "%s %s %s (%s)\n  %s\n  %s\n", plugin_kind_name(plugin->kind), plugin->name,
                  plugin->version, plugin->licence, plugin->summary, entry->path);
    if (entry->extensions != NULL && entry->extensions[0] != '\0')
        buffer_printf(text, "  files called *.{%s}\n", entry->extensions);
    describe_fields(text, plugin);
    describe_flags(text, plugin);
    if (plugin->option_count > 0) buffer_printf(text, "options:\n");
    describe_options(text, plugin);
}

static int no_such_plugin(const plugin_registry *registry, const char *name)
{
    const plugin_entry *refused = plugin_registry_find_refused(registry, name);
    if (refused != NULL)
        return say(EXIT_USAGE, "plug-in '%s' was refused: %s", name, refused->reason);
    suggestion near = {.wanted = name};
    for (size_t i = 0; i < registry->entry_count; i++)
        if (registry->entries[i].state == PLUGIN_USABLE)
            suggestion_offer(&near, registry->entries[i].name);
    if (near.best != NULL)
        return say(EXIT_USAGE, "no plug-in '%s'; did you mean '%s'?", name, near.best);
    return say(EXIT_USAGE, "no plug-in '%s'; `textmill plugins` lists those that are there", name);
}

/* A reader and a writer may share a name: both are shown. */
static int show_named(answer *to, const char *name)
{
    size_t shown = 0;
    for (uint32_t kind = MILL_READER; kind <= MILL_WRITER; kind++) {
        plugin_entry *entry = plugin_registry_find(&to->registry, kind, name);
        mill_error error;
        if (entry == NULL) continue;
        const mill_plugin *plugin = plugin_registry_load(entry, &error);
        if (plugin == NULL) return say_error(&error);
        show(to, entry, plugin);
        shown++;
    }
    return shown > 0 ? EXIT_DONE : no_such_plugin(&to->registry, name);
}

static int show_file(answer *to, const char *path)
{
    mill_error error;
    plugin_entry *entry = plugin_registry_add_file(&to->registry, path);
    if (entry == NULL) return say(EXIT_RUN_FAILED, "out of memory");
    if (entry->state == PLUGIN_REFUSED) return say(EXIT_RUN_FAILED, "%s", entry->reason);
    const mill_plugin *plugin = plugin_registry_load(entry, &error);
    if (plugin == NULL) return say_error(&error);
    show(to, entry, plugin);
    return EXIT_DONE;
}

/* ---- All of them ----------------------------------------------------------------------------- */

static void list_kind(buffer *text, plugin_registry *registry, uint32_t kind)
{
    for (size_t i = 0; i < registry->entry_count; i++) {
        plugin_entry *entry = &registry->entries[i];
        mill_error error;
        if (entry->state != PLUGIN_USABLE || entry->kind != kind) continue;
        const mill_plugin *plugin = plugin_registry_load(entry, &error);
        if (plugin != NULL)
            buffer_printf(text, "  %-7s %-18s %-8s %s\n", plugin_kind_name(kind), plugin->name,
                          plugin->version, plugin->summary);
        else
            buffer_printf(text, "  %-7s %-18s %s\n", plugin_kind_name(kind), entry->name,
                          error.message);
    }
}

static void list_all(buffer *text, plugin_registry *registry)
{
    for (uint32_t kind = MILL_READER; kind <= MILL_WRITER; kind++) list_kind(text, registry, kind);
    for (size_t i = 0; i < registry->entry_count; i++) {
        const plugin_entry *entry = &registry->entries[i];
        if (entry->state == PLUGIN_REFUSED) buffer_printf(text, "  refused %s\n", entry->reason);
        if (entry->state == PLUGIN_SHADOWED) buffer_printf(text, "  hidden  %s\n", entry->reason);
    }
    buffer_printf(text, "searched:\n");
    for (size_t i = 0; i < registry->folder_count; i++)
        buffer_printf(text, "  %s\n", registry->folders[i]);
}

/* Appends the files that are not used, for one cause, each with the reason. */
static void unused_json(buffer *text, const char *key, const plugin_registry *registry,
                        plugin_state state)
{
    json_array(text, key);
    for (size_t i = 0; i < registry->entry_count; i++) {
        const plugin_entry *entry = &registry->entries[i];
        if (entry->state != state) continue;
        json_object(text, NULL);
        json_string(text, "path", entry->path);
        json_string(text, "reason", entry->reason);
        json_object_end(text);
    }
    json_array_end(text);
}

static void list_all_json(buffer *text, plugin_registry *registry)
{
    mill_error error;
    json_array(text, "plugins");
    for (size_t i = 0; i < registry->entry_count; i++) {
        plugin_entry *entry = &registry->entries[i];
        const mill_plugin *plugin =
            entry->state == PLUGIN_USABLE ? plugin_registry_load(entry, &error) : NULL;
        if (plugin != NULL) show_json(text, entry, plugin);
    }
    json_array_end(text);
    unused_json(text, "refused", registry, PLUGIN_REFUSED);
    unused_json(text, "hidden", registry, PLUGIN_SHADOWED);
    json_array(text, "searched");
    for (size_t i = 0; i < registry->folder_count; i++)
        json_string(text, NULL, registry->folders[i]);
    json_array_end(text);
}

/* ---- The command ----------------------------------------------------------------------------- */

static int answer_text(answer *to, const char *name)
{
    if (name == NULL) list_all(&to->text, &to->registry);
    if (name == NULL) return EXIT_DONE;
    return strchr(name, '/') != NULL ? show_file(to, name) : show_named(to, name);
}

static int answer_json(answer *to, const char *name)
{
    int code = EXIT_DONE;
    json_object(&to->text, NULL);
    if (name == NULL) {
        list_all_json(&to->text, &to->registry);
    } else {
        json_array(&to->text, "plugins");
        code = strchr(name, '/') != NULL ? show_file(to, name) : show_named(to, name);
        json_array_end(&to->text);
    }
    json_object_end(&to->text);
    buffer_write(&to->text, "\n", 1);
    return code;
}

static int plugins(const char *name, bool as_json)
{
    answer to = {.as_json = as_json};
    problem_list problems = {0};
    buffer_init(&to.text, NULL, 1 << 24);
    bool opened = plugin_registry_open(&to.registry, NULL, &problems);
    int code = !opened   ? say(EXIT_RUN_FAILED, "out of memory")
               : as_json ? answer_json(&to, name)
                         : answer_text(&to, name);
    if (problems.count > 0) code = say_problems(&problems);
    if (code == EXIT_DONE) code = print(&to.text);
    buffer_clear(&to.text);
    plugin_registry_clear(&to.registry);
    problems_clear(&problems);
    return code;
}

enum { LONG_JSON = ONLY_LONG };

const command_option command_plugins_options[] = {
    {"json", LONG_JSON, NULL, 0},
    {NULL, 0, NULL, 0},
};

int command_plugins(int argc, char **argv)
{
    bool as_json = false;
    int option;
    while ((option = next_option(argc, argv, command_plugins_options)) != -1) {
        if (option == '?') return say_bad_option("plugins", argv);
        as_json = true;
    }
    if (argc - optind > 1)
        return say(EXIT_USAGE, "plugins: name at most one plug-in; see textmill plugins --help");
    return plugins(optind < argc ? argv[optind] : NULL, as_json);
}
