/* my_plugin - reads files in which each line is an article, its id before a mark: put the format
 * that yours reads in its place. */
#include <textmill/plugin.h>

typedef struct reader {
    const char *mark;
} reader;

static mill_status open_reader(mill_setup *setup, void **instance)
{
    reader *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->mark = mill_setup_string(setup, "mark");
    if (self->mark[0] == '\0') return mill_setup_fail(setup, "mark: is empty; write one, like |");
    *instance = self;
    return MILL_OK;
}

/* Finds where the record ends that begins at data[0]. Here every line break ends one. */
static mill_status frame(void *instance, const char *data, size_t length, bool at_end,
                         mill_frame *frame)
{
    size_t seen = (size_t)frame->scanned;
    const char *stop = length > seen ? memchr(data + seen, '\n', length - seen) : NULL;
    (void)instance;
    frame->lines = 1;
    frame->scanned = frame->end = stop != NULL ? (size_t)(stop - data) : length;
    frame->next = stop != NULL ? frame->end + 1 : frame->end;
    frame->blank = frame->end == 0;
    return stop != NULL || at_end ? MILL_OK : MILL_MORE;
}

/* The work goes here: it makes an article of a record. What it does not set stays empty; an article
 * without an id is called by its place in the input. */
static mill_status decode(void *instance, mill_text record, mill_document *document)
{
    const reader *self = instance;
    size_t length = strlen(self->mark), at = 0;
    while (at + length <= record.length && memcmp(record.data + at, self->mark, length) != 0) at++;
    if (at + length > record.length) return mill_fail(document, "the line has no '%s'", self->mark);
    mill_document_set_id(document, record.data, at, false);
    mill_document_set_text(document, record.data + at + length, record.length - at - length);
    return MILL_OK;
}

static const mill_option options[] = {
    {.name = "mark", .type = MILL_OPTION_STRING, .standard = "|",
     .help = "what stands between the id and the text"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_READER, .flags = MILL_LINE_RECORDS,
    .name = "my_plugin", .version = "0.1.0", .licence = "MIT", .extensions = "my_plugin",
    .summary = "each line is an article, with its id before a mark",
    .options = options, .option_count = MILL_COUNT(options),
    .open = open_reader, .frame = frame, .decode = decode,
};
