/* fails: hostile: hangs: no end after 5 s */
#include <textmill/plugin.h>

static mill_status process(void *instance, mill_document *document)
{
    volatile size_t length = mill_document_text(document).length;
    (void)instance;
    while (length == 0) {
    }
    return MILL_OK;
}

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE,
    .name = "hang_at_nothing", .version = "1.0.0", .licence = "MIT",
    .summary = "waits for a text that never comes",
    .process = process,
};
