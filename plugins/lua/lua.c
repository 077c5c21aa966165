/* lua - a stage that is written in Lua: a file with a function `process`, which is called with each
 * article. It runs in this process, and sees nothing but the article.
 *
 *     provides = { "prices[]" }
 *
 *     function process(article)
 *         for first, last in article.text:gmatch("()%$%d+()") do article:add("prices", first, last
 * - 1) end end
 */
#define MILL_ABI_MINOR 1
#include "script.h"

static mill_status declare_fields(mill_setup *setup)
{
    script once = {0};
    if (script_open(&once, setup) != MILL_OK) return MILL_FAILED;
    mill_status status = script_declare(&once, setup);
    script_close(&once);
    return status;
}

static mill_status open_stage(mill_setup *setup, void **instance)
{
    script *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    *instance = self;
    return script_open(self, setup);
}

static void close_stage(void *instance)
{
    script_close(instance);
}

static mill_status process(void *instance, mill_document *document)
{
    return script_process(instance, document);
}

static const mill_option options[] = {
    {.name = "script",
     .type = MILL_OPTION_PATH,
     .standard = "",
     .help = "the Lua file; its lists needs, wants and provides name its layers and attributes"},
    {.name = "argument",
     .type = MILL_OPTION_STRING,
     .standard = "",
     .help = "a text for the script, in its global variable argument"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .flags = MILL_EDITS_TEXT,
    .name = "lua",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "runs a script of yours in Lua, which sees nothing but the article",
    .options = options,
    .option_count = MILL_COUNT(options),
    .open = open_stage,
    .close = close_stage,
    .process = process,
    .declare = declare_fields,
};
