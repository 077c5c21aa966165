/* fails: edits: begins before the end of the edit before it */
#include <textmill/plugin.h>

static mill_status process(void *instance, mill_document *document)
{
    mill_text text = mill_document_text(document);
    (void)instance;
    for (size_t i = 0; i + 1 < text.length; i++)
        if (text.data[i] == ' ' && text.data[i + 1] == ' ') mill_edit(document, i, i + 2, " ", 1);
    return MILL_OK;
}

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE, .flags = MILL_EDITS_TEXT,
    .name = "edit_twice", .version = "1.0.0", .licence = "MIT",
    .summary = "edits the second of three blanks twice",
    .process = process,
};
