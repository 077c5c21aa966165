/* fails: memory: crashes: killed by SIGSEGV, where request 1 for memory in an article is refused */
#include <textmill/plugin.h>

static mill_status process(void *instance, mill_document *document)
{
    mill_text text = mill_document_text(document);
    char *copy = mill_alloc(document, text.length + 1);
    (void)instance;
    memcpy(copy, text.data, text.length);
    *(volatile char *)(copy + text.length) = '\0';
    return MILL_OK;
}

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE,
    .name = "trusting", .version = "1.0.0", .licence = "MIT",
    .summary = "trusts that there is always memory",
    .process = process,
};
