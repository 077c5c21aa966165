/* textmill plugins: what is installed, why a file was refused, and what a plug-in's options are. */
#include "commands.h"
#include "describe.h"
#include "plugin_registry.h"

#include <getopt.h>
#include <string.h>

const char command_plugins_help[] =
    "usage: textmill plugins [NAME]\n"
    "\n"
    "Without NAME: lists the plug-ins that pipelines can use, the files that were refused and "
    "why,\n"
    "and the folders that are searched. With NAME: prints what the plug-in does, its options with\n"
    "types, defaults and help, and what it needs and provides. NAME with a slash is a file.\n"
    "\n"
    "Folders are searched in this order: [pipeline] plugin_path, TEXTMILL_PLUGIN_PATH (absolute\n"
    "folders with : between them), ../lib/textmill/plugins and plugins beside the program.\n"
    "\n"
    "Exit: 0; 1 if a plug-in cannot be loaded; 2 if NAME is not there.\n";

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

static void show(buffer *text, const plugin_entry *entry, const mill_plugin *plugin)
{
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
static int show_named(buffer *text, plugin_registry *registry, const char *name)
{
    size_t shown = 0;
    for (uint32_t kind = MILL_READER; kind <= MILL_WRITER; kind++) {
        plugin_entry *entry = plugin_registry_find(registry, kind, name);
        mill_error error;
        if (entry == NULL) continue;
        const mill_plugin *plugin = plugin_registry_load(entry, &error);
        if (plugin == NULL) return say_error(&error);
        if (shown++ > 0) buffer_printf(text, "\n");
        show(text, entry, plugin);
    }
    return shown > 0 ? EXIT_DONE : no_such_plugin(registry, name);
}

static int show_file(buffer *text, plugin_registry *registry, const char *path)
{
    mill_error error;
    plugin_entry *entry = plugin_registry_add_file(registry, path);
    if (entry == NULL) return say(EXIT_RUN_FAILED, "out of memory");
    if (entry->state == PLUGIN_REFUSED) return say(EXIT_RUN_FAILED, "%s", entry->reason);
    const mill_plugin *plugin = plugin_registry_load(entry, &error);
    if (plugin == NULL) return say_error(&error);
    show(text, entry, plugin);
    return EXIT_DONE;
}

static int answer(buffer *text, plugin_registry *registry, const char *name)
{
    if (name == NULL) {
        list_all(text, registry);
        return EXIT_DONE;
    }
    if (strchr(name, '/') != NULL) return show_file(text, registry, name);
    return show_named(text, registry, name);
}

int command_plugins(int argc, char **argv)
{
    static const struct option options[] = {{NULL, 0, NULL, 0}};
    plugin_registry registry = {0};
    problem_list problems = {0};
    buffer text;
    opterr = 0;
    if (getopt_long(argc, argv, "", options, NULL) != -1) return say_bad_option("plugins", argv);
    if (argc - optind > 1)
        return say(EXIT_USAGE, "plugins: name at most one plug-in; see textmill plugins --help");
    buffer_init(&text, NULL, 1 << 24);
    bool opened = plugin_registry_open(&registry, NULL, &problems);
    int code = opened ? answer(&text, &registry, optind < argc ? argv[optind] : NULL)
                      : say(EXIT_RUN_FAILED, "out of memory");
    if (problems.count > 0) code = say_problems(&problems);
    if (code == EXIT_DONE) code = print(&text);
    buffer_clear(&text);
    plugin_registry_clear(&registry);
    problems_clear(&problems);
    return code;
}
