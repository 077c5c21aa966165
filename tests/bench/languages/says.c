/* The stage of the comparison: "said" becomes "says". */
#include "textmill/plugin.h"

static mill_status process(void *instance, mill_document *document)
{
    mill_text text = mill_document_text(document);
    const char *end = text.data + text.length, *at = text.data;
    (void)instance;
    while ((at = memmem(at, (size_t)(end - at), "said", 4)) != NULL) {
        mill_edit(document, (size_t)(at - text.data), (size_t)(at - text.data) + 4, "says", 4);
        at += 4;
    }
    return MILL_OK;
}

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .flags = MILL_EDITS_TEXT,
    .name = "says",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "turns said into says",
    .process = process,
};
