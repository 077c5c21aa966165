/* fails: resume: after save and restore the article gives other bytes */
#include <textmill/plugin.h>

typedef struct stage {
    int64_t count;
} stage;

static mill_status open_stage(mill_setup *setup, void **instance)
{
    *instance = mill_setup_alloc(setup, sizeof(stage));
    return *instance != NULL ? MILL_OK : MILL_FAILED;
}

static mill_status process(void *instance, mill_document *document)
{
    stage *self = instance;
    mill_set_integer(document, 0, 0, ++self->count);
    return MILL_OK;
}

static mill_status save(void *instance, mill_output *output)
{
    (void)instance;
    (void)output;
    return MILL_OK;
}

static mill_status restore(void *instance, mill_text saved)
{
    (void)instance;
    (void)saved;
    return MILL_OK;
}

static const mill_field fields[] = {
    {.use = MILL_PROVIDES, .type = MILL_INTEGER, .attribute = "number", .help = "in the stream"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE, .flags = MILL_STREAM_ORDER,
    .name = "forgetful", .version = "1.0.0", .licence = "MIT",
    .summary = "numbers the articles, and saves nothing",
    .fields = fields, .field_count = MILL_COUNT(fields),
    .open = open_stage, .process = process, .save = save, .restore = restore,
};
