/* fails: options: with depth = 9: depth: is too large for me */
#include <textmill/plugin.h>

static mill_status open_stage(mill_setup *setup, void **instance)
{
    (void)instance;
    if (mill_setup_integer(setup, "depth") == 9)
        return mill_setup_fail(setup, "depth: is too large for me");
    return MILL_OK;
}

static mill_status process(void *instance, mill_document *document)
{
    (void)instance;
    (void)document;
    return MILL_OK;
}

static const mill_option options[] = {
    {.name = "depth", .type = MILL_OPTION_INTEGER, .standard = "1", .minimum = 0, .maximum = 9,
     .help = "allowed up to 9, but taken up to 8"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE,
    .name = "refuse_limit", .version = "1.0.0", .licence = "MIT", .summary = "refuses a limit",
    .options = options, .option_count = MILL_COUNT(options),
    .open = open_stage, .process = process,
};
