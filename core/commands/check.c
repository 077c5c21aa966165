/* textmill check: everything that would stop a run, at once; or the chain as it would run. */
#include "arguments.h"
#include "commands.h"
#include "describe.h"
#include "describe_json.h"
#include "json.h"
#include "options.h"
#include "pipeline.h"

#include <string.h>

const char command_check_help[] =
    "usage: textmill check PIPELINE [--set SECTION.KEY=VALUE...] [--output FILE] [--json]\n"
    "\n"
    "Reads a pipeline file, loads and opens its plug-ins, and tells every mistake with file, line\n"
    "and remedy. If there is none, prints the resolved chain: each plug-in with all its options\n"
    "and where each value came from, and what it needs, wants and provides. Reads no article.\n"
    "\n"
    "  --json    the same for programs, on standard output: the mistakes, or the chain\n"
    "\n"
    "Exit: 0 the pipeline can run; 2 it has mistakes.\n";

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

/* ---- For programs ---------------------------------------------------------------------------- */

static void step_json(buffer *out, const pipeline_step *step)
{
    const mill_plugin *plugin = step->plugin;
    json_object(out, NULL);
    json_string(out, "section", step->section);
    json_integer(out, "line", step->line);
    if (plugin->kind == MILL_WRITER) json_string(out, "to", goes_to_file(step) ? step->path : "-");
    plugin_json(out, step->entry, plugin);
    options_json(out, "options", plugin->options, plugin->option_count, plugin->header.option_size,
                 step->options);
    json_object_end(out);
}

static void steps_json(buffer *out, const char *key, const pipeline_step *steps, size_t count)
{
    json_array(out, key);
    for (size_t i = 0; i < count; i++) step_json(out, &steps[i]);
    json_array_end(out);
}

static void chain_json(buffer *out, const pipeline *chain)
{
    options_json(out, "settings", pipeline_setting_declarations, pipeline_setting_count,
                 sizeof(mill_option), chain->setting_options);
    steps_json(out, "input", chain->readers, chain->input != NULL ? 1 : 0);
    steps_json(out, "stages", chain->stages, chain->stage_count);
    steps_json(out, "outputs", chain->outputs, chain->output_count);
    json_array(out, "fields");
    for (uint32_t i = 0; i < chain->field_count; i++) field_json(out, &chain->fields[i]);
    json_array_end(out);
}

static void problems_json(buffer *out, const problem_list *problems)
{
    json_array(out, "problems");
    for (size_t i = 0; i < problems->count; i++) {
        json_object(out, NULL);
        json_integer(out, "line", problems->items[i].line);
        json_string(out, "message", problems->items[i].message);
        json_object_end(out);
    }
    json_array_end(out);
}

static void answer_json(buffer *out, const pipeline *chain, const char *path, bool opened,
                        const problem_list *problems)
{
    json_object(out, NULL);
    json_string(out, "pipeline", path);
    json_boolean(out, "correct", opened);
    problems_json(out, problems);
    if (opened) chain_json(out, chain);
    json_object_end(out);
    buffer_write(out, "\n", 1);
}

/* ---- The command ----------------------------------------------------------------------------- */

static int print_json(buffer *text, const pipeline *chain, const char *path, bool opened,
                      const problem_list *problems)
{
    if (problems->out_of_memory) return say(EXIT_RUN_FAILED, "out of memory");
    answer_json(text, chain, path, opened, problems);
    int code = print(text);
    return code == EXIT_DONE && !opened ? EXIT_USAGE : code;
}

static int check(const pipeline_request *request, bool as_json)
{
    pipeline chain = {0};
    problem_list problems = {0};
    buffer text;
    int code;
    buffer_init(&text, NULL, 1 << 24);
    bool opened = pipeline_open(&chain, request, &problems);
    if (as_json) {
        code = print_json(&text, &chain, request->path, opened, &problems);
    } else if (opened) {
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

const command_option command_check_options[] = PIPELINE_OPTIONS("json");

int command_check(int argc, char **argv)
{
    return command_of_pipeline("check", command_check_options, check, argc, argv);
}
