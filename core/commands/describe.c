/* Everything shown here comes from the descriptor that is also checked against: there is no second
 * place to keep in step. */
#include "describe.h"

#include "options.h"
#include "pipeline_fields.h"
#include "plugin_file.h"

static const char *const use_names[] = {
    [MILL_NEEDS] = "needs",
    [MILL_WANTS] = "wants",
    [MILL_PROVIDES] = "provides",
};

void describe_fields(buffer *text, const mill_plugin *plugin)
{
    for (uint32_t use = MILL_NEEDS; use <= MILL_PROVIDES; use++) {
        const char *lead = use_names[use];
        for (uint32_t i = 0; i < plugin->field_count; i++) {
            const mill_field *field = plugin_field(plugin, i);
            char what[200];
            if (field->use != use) continue;
            field_describe(field, what, sizeof what);
            buffer_printf(text, "  %-9s %s%s%s\n", lead, what, field->help != NULL ? ": " : "",
                          field->help != NULL ? field->help : "");
            lead = "";
        }
    }
}

void describe_flags(buffer *text, const mill_plugin *plugin)
{
    static const struct {
        uint32_t flag;
        const char *words;
    } flags[] = {
        {MILL_EDITS_TEXT, "edits the text"},
        {MILL_STREAM_ORDER, "needs the articles in stream order: runs in one process"},
        {MILL_LINE_RECORDS, "ends a record at every line break: a file can be cut into shares"},
        {MILL_USES_FILES, "opens files at run time"},
        {MILL_USES_NETWORK, "uses the network at run time"},
        {MILL_USES_PROCESSES, "starts programs at run time"},
    };
    if (plugin_file_declare(plugin) != NULL)
        buffer_printf(text, "  has the fields that its options name\n");
    for (size_t i = 0; i < MILL_COUNT(flags); i++)
        if (plugin->flags & flags[i].flag) buffer_printf(text, "  %s\n", flags[i].words);
    if (!(plugin->flags & (MILL_USES_FILES | MILL_USES_NETWORK | MILL_USES_PROCESSES)))
        buffer_printf(text, "  sandboxed: no files, no network, no processes\n");
}

void describe_options(buffer *text, const mill_plugin *plugin)
{
    for (uint32_t i = 0; i < plugin->option_count; i++) {
        const mill_option *option = option_at(plugin->options, plugin->header.option_size, i);
        char type[300];
        option_describe(option, type, sizeof type);
        buffer_printf(text, "  %s = %s\n      %s; %s\n", option->name,
                      option->standard[0] != '\0' ? option->standard : "(none)", type,
                      option->help != NULL ? option->help : "");
    }
}
