/* fails: fields: edits the text, but does not declare MILL_EDITS_TEXT */
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
    .header = MILL_HEADER, .kind = MILL_STAGE,
    .name = "undeclared_edit", .version = "1.0.0", .licence = "MIT",
    .summary = "edits the text in secret",
    .process = process,
};
