/* shout - turns every question mark into an exclamation mark.
 *
 *     cc -shared -fPIC -O2 -o shout.so shout.c $(pkg-config --cflags textmill)
 */
#include <textmill/plugin.h>

static mill_status process(void *instance, mill_document *document)
{
    mill_text text = mill_document_text(document);
    (void)instance;
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] == '?') mill_edit(document, i, i + 1, "!", 1);
    return MILL_OK;
}

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE, .flags = MILL_EDITS_TEXT,
    .name = "shout", .version = "1.0.0", .licence = "MIT",
    .summary = "turns every question mark into an exclamation mark",
    .process = process,
};
