/* fails: framing: the record at byte 0 ends at */
#include <textmill/plugin.h>

/* Takes what has arrived for the whole line. */
static mill_status frame(void *instance, const char *data, size_t length, bool at_end,
                         mill_frame *frame)
{
    const char *stop = memchr(data, '\n', length);
    (void)instance;
    (void)at_end;
    frame->end = stop != NULL ? (size_t)(stop - data) : length;
    frame->next = stop != NULL ? frame->end + 1 : length;
    frame->blank = frame->end == 0;
    return MILL_OK;
}

static mill_status decode(void *instance, mill_text record, mill_document *document)
{
    (void)instance;
    mill_document_set_text(document, record.data, record.length);
    return MILL_OK;
}

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_READER,
    .name = "impatient_reader", .version = "1.0.0", .licence = "MIT", .extensions = "lines",
    .summary = "does not wait for the end of a line",
    .frame = frame, .decode = decode,
};
