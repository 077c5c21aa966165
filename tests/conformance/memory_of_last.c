/* fails: same: the article gives other bytes when the others come in another order */
#include <textmill/plugin.h>

typedef struct stage {
    int64_t last;
} stage;

static mill_status open_stage(mill_setup *setup, void **instance)
{
    *instance = mill_setup_alloc(setup, sizeof(stage));
    return *instance != NULL ? MILL_OK : MILL_FAILED;
}

static mill_status process(void *instance, mill_document *document)
{
    stage *self = instance;
    mill_set_integer(document, 0, 0, self->last);
    self->last = (int64_t)mill_document_text(document).length;
    return MILL_OK;
}

static const mill_field fields[] = {
    {.use = MILL_PROVIDES, .type = MILL_INTEGER, .attribute = "last", .help = "of the one before"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE,
    .name = "memory_of_last", .version = "1.0.0", .licence = "MIT",
    .summary = "remembers the article before, and does not say so",
    .fields = fields, .field_count = MILL_COUNT(fields),
    .open = open_stage, .process = process,
};
