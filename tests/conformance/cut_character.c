/* fails: spans: span 0-10 of layer 'leads' cuts a character in two */
#include <textmill/plugin.h>

static mill_status process(void *instance, mill_document *document)
{
    mill_text text = mill_document_text(document);
    (void)instance;
    mill_span_add(document, 0, 0, text.length < 10 ? text.length : 10);
    return MILL_OK;
}

static const mill_field fields[] = {
    {.use = MILL_PROVIDES, .type = MILL_LAYER, .layer = "leads", .help = "how the article begins"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE,
    .name = "cut_character", .version = "1.0.0", .licence = "MIT", .summary = "counts bytes",
    .fields = fields, .field_count = MILL_COUNT(fields),
    .process = process,
};
