/* textmill check: everything that would stop a run, at once; or the chain as it would run. */
#include "commands.h"
#include "describe.h"
#include "options.h"
#include "pipeline.h"

#include <getopt.h>
#include <string.h>

const char command_check_help[] =
    "usage: textmill check PIPELINE [--set SECTION.KEY=VALUE...] [-o OUTPUT]\n"
    "\n"
    "Reads a pipeline file, loads and opens its plug-ins, and tells every mistake with file, line\n"
    "and remedy. If there is none, prints the resolved chain: each plug-in with all its options\n"
    "and where each value came from, and what it needs, wants and provides. Reads no article.\n"
    "\n"
    "Exit: 0 the pipeline can run; 2 it has mistakes.\n";

enum { MOST_ASSIGNMENTS = 256 };

/* "name = value", and where the value came from in a column of its own. */
static void show_option(buffer *text, const char *name, const pipeline_option *option)
{
    const char *value = option->text[0] != '\0' ? option->text : "(none)";
    int width = 36 - (int)strlen(name);
    buffer_printf(text, "  %s = %-*s %s\n", name, width > 1 ? width : 1, value, option->origin);
}

static bool goes_to_file(const pipeline_step *output)
{
    return output->path != NULL && strcmp(output->path, "-") != 0;
}

static void show_step(buffer *text, const pipeline_step *step)
{
    const mill_plugin *plugin = step->plugin;
    buffer_printf(text, "\n[%s]  %s %s %s, %s\n", step->section, plugin_kind_name(plugin->kind),
                  plugin->name, plugin->version, step->entry->path);
    if (plugin->kind == MILL_WRITER)
        buffer_printf(text, "  to %s\n", goes_to_file(step) ? step->path : "standard output");
    for (uint32_t i = 0; i < plugin->option_count; i++)
        show_option(text, option_at(plugin->options, plugin->header.option_size, i)->name,
                    &step->options[i]);
    describe_fields(text, plugin);
    describe_flags(text, plugin);
}

/* Without a reader in [input] the file's name decides: show which reader takes what. */
static void show_input(buffer *text, const pipeline *chain)
{
    if (chain->input != NULL) {
        show_step(text, &chain->readers[0]);
        return;
    }
    buffer_printf(text, "\n[input]  by the file's name\n");
    for (size_t i = 0; i < chain->registry.entry_count; i++) {
        const plugin_entry *entry = &chain->registry.entries[i];
        if (entry->state == PLUGIN_USABLE && entry->kind == MILL_READER)
            buffer_printf(text, "  reader %s: %s\n", entry->name, entry->extensions);
    }
}

static void show_chain(buffer *text, const pipeline *chain)
{
    buffer_printf(text, "%s: no mistakes\n\n[pipeline]\n", chain->file.path);
    for (uint32_t i = 0; i < pipeline_setting_count; i++)
        show_option(text, pipeline_setting_declarations[i].name, &chain->setting_options[i]);
    show_input(text, chain);
    for (size_t i = 0; i < chain->stage_count; i++) show_step(text, &chain->stages[i]);
    for (size_t i = 0; i < chain->output_count; i++) show_step(text, &chain->outputs[i]);
}

static int check(const pipeline_request *request)
{
    pipeline chain = {0};
    problem_list problems = {0};
    buffer text;
    int code;
    buffer_init(&text, NULL, 1 << 24);
    if (pipeline_open(&chain, request, &problems)) {
        show_chain(&text, &chain);
        code = print(&text);
    } else {
        code = say_problems(&problems);
    }
    buffer_clear(&text);
    pipeline_close(&chain);
    problems_clear(&problems);
    return code;
}

int command_check(int argc, char **argv)
{
    static const struct option options[] = {{"set", required_argument, NULL, 's'},
                                            {"output", required_argument, NULL, 'o'},
                                            {NULL, 0, NULL, 0}};
    char *assignments[MOST_ASSIGNMENTS];
    pipeline_request request = {.assignments = assignments};
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "s:o:", options, NULL)) != -1) {
        if (option == '?') return say_bad_option("check", argv);
        if (option == 'o') request.output = optarg;
        if (option != 's') continue;
        if (request.assignment_count == MOST_ASSIGNMENTS)
            return say(EXIT_USAGE, "check: more than %d --set; put them into the pipeline file",
                       MOST_ASSIGNMENTS);
        assignments[request.assignment_count++] = optarg;
    }
    if (optind + 1 != argc)
        return say(EXIT_USAGE, "check: name one pipeline file; see textmill check --help");
    request.path = argv[optind];
    return check(&request);
}
