/* Reader "text": a file is an article.
 *
 * The text is the file's bytes as they are; a byte order mark stays in it, so that offsets into the
 * raw text are offsets into the file. The id is the source, which is the file's path. An empty file
 * is an article with an empty text.
 */
#include "textmill/plugin.h"

static mill_status frame(void *instance, const char *data, size_t length, bool at_end,
                         mill_frame *frame)
{
    (void)instance;
    (void)data;
    frame->scanned = length;
    if (!at_end) return MILL_MORE;
    frame->end = length;
    frame->next = length;
    return MILL_OK;
}

static mill_status decode(void *instance, mill_text record, mill_document *document)
{
    (void)instance;
    mill_document_set_text(document, record.data, record.length);
    return MILL_OK;
}

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_READER,
    .name = "text",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "Reads text files, one article a file",
    .extensions = "txt text html htm md",
    .frame = frame,
    .decode = decode,
};
