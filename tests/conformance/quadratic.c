/* fails: time: the time grows faster than the article */
#include <textmill/plugin.h>

/* Looks back to the beginning from every 4096th byte. */
static mill_status process(void *instance, mill_document *document)
{
    mill_text text = mill_document_text(document);
    volatile size_t blanks = 0;
    (void)instance;
    if (text.length > 8 << 20) return MILL_OK;
    for (size_t i = 0; i < text.length; i += 4096)
        for (size_t j = 0; j < i; j++) blanks += text.data[j] == ' ';
    return MILL_OK;
}

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE,
    .name = "quadratic", .version = "1.0.0", .licence = "MIT", .summary = "looks back and back",
    .process = process,
};
