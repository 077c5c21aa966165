/* fails: fields: declares attribute 'mood', but provides it in no article */
#include <textmill/plugin.h>

static mill_status process(void *instance, mill_document *document)
{
    (void)instance;
    mill_set_integer(document, 0, 0, 1);
    return MILL_OK;
}

static const mill_field fields[] = {
    {.use = MILL_PROVIDES, .type = MILL_INTEGER, .attribute = "one", .help = "always one"},
    {.use = MILL_PROVIDES, .type = MILL_STRING, .attribute = "mood", .help = "never set"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE,
    .name = "empty_promise", .version = "1.0.0", .licence = "MIT", .summary = "promises a mood",
    .fields = fields, .field_count = MILL_COUNT(fields),
    .process = process,
};
