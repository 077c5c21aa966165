/* fails: hostile: crashes: killed by SIGABRT; article 'emoji sequences' is in crash_at_emoji.hostile.article */
#include <textmill/plugin.h>

#include <stdlib.h>

static mill_status process(void *instance, mill_document *document)
{
    mill_text text = mill_document_text(document);
    (void)instance;
    for (size_t i = 0; i + 2 < text.length; i++)
        if (memcmp(text.data + i, "\xE2\x80\x8D", 3) == 0) abort(); /* a zero-width joiner */
    return MILL_OK;
}

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE,
    .name = "crash_at_emoji", .version = "1.0.0", .licence = "MIT", .summary = "dies of a joiner",
    .process = process,
};
