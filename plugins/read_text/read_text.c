/* Reader "text": a file is an article.
 *
 * The text is the file's bytes as they are, unless another encoding than UTF-8 is asked for; a byte
 * order mark stays in it, so that offsets into the raw text are offsets into the file. The id is
 * the source, which is the file's path. An empty file is an article with an empty text.
 */
#include "decode.h"

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
    return decoder_run(instance, document, record);
}

static mill_status open_reader(mill_setup *setup, void **instance)
{
    decoder *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    *instance = self;
    return decoder_open(self, setup, mill_setup_string(setup, "encoding"),
                        mill_setup_integer(setup, "on_invalid") == 1);
}

static void close_reader(void *instance)
{
    decoder_close(instance);
}

static const mill_option options[] = {
    {.name = "encoding",
     .type = MILL_OPTION_STRING,
     .standard = "utf-8",
     .help = "utf-8; auto to find it out for each file; or one that `iconv -l` lists. Raw offsets "
             "count characters of the file: in code points they are bytes of encodings with a byte "
             "for each, in utf16 units of UTF-16"},
    {.name = "on_invalid",
     .type = MILL_OPTION_CHOICE,
     .standard = "fail",
     .choices = "fail replace",
     .help =
         "bytes that the encoding does not have: set the article aside, or put U+FFFD for them"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_READER,
    .name = "text",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "Reads text files, one article a file",
    .extensions = "txt text html htm md",
    .options = options,
    .option_count = MILL_COUNT(options),
    .open = open_reader,
    .close = close_reader,
    .frame = frame,
    .decode = decode,
};
