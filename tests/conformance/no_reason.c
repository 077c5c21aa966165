/* fails: hostile: fails without a reason; say it with mill_fail; article 'blanks' is in no_reason.hostile.article */
#include <textmill/plugin.h>

static mill_status process(void *instance, mill_document *document)
{
    mill_text text = mill_document_text(document);
    size_t blanks = 0;
    (void)instance;
    while (blanks < text.length && text.data[blanks] == ' ') blanks++;
    return text.length > 0 && blanks == text.length ? MILL_FAILED : MILL_OK;
}

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE,
    .name = "no_reason", .version = "1.0.0", .licence = "MIT", .summary = "does not like blanks",
    .process = process,
};
