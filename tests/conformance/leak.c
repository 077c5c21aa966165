/* fails: growth: bytes are left after 100 times */
#include <textmill/plugin.h>

#include <stdlib.h>

static mill_status open_stage(mill_setup *setup, void **instance)
{
    *instance = malloc(1000);
    return *instance != NULL ? MILL_OK : mill_setup_fail(setup, "out of memory");
}

static mill_status process(void *instance, mill_document *document)
{
    (void)document;
    *(volatile char *)instance = 0;
    return MILL_OK;
}

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE,
    .name = "leak", .version = "1.0.0", .licence = "MIT", .summary = "has no close",
    .open = open_stage, .process = process,
};
