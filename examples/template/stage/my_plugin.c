/* my_plugin - counts the long words of an article: put what yours does in its place. */
#include <textmill/plugin.h>

typedef struct stage {
    int64_t shortest;
} stage;

static mill_status open_stage(mill_setup *setup, void **instance)
{
    stage *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->shortest = mill_setup_integer(setup, "shortest");
    *instance = self;
    return MILL_OK;
}

enum { WORDS }; /* positions in `fields` */

/* The work goes here: it sees one article after another. mill_span_add marks a place in the text,
 * mill_set_... says something of it or of the article, mill_edit changes the text
 * (.flags = MILL_EDITS_TEXT); mill_fail sets the article aside, with the reason. */
static mill_status process(void *instance, mill_document *document)
{
    const stage *self = instance;
    mill_text text = mill_document_text(document);
    int64_t words = 0, letters = 0;
    for (size_t i = 0; i <= text.length; i++) { /* behind the text there are zeros */
        unsigned char byte = (unsigned char)text.data[i];
        if (byte > ' ') {
            letters += (byte & 0xC0) != 0x80; /* the first byte of a character */
            continue;
        }
        words += letters >= self->shortest;
        letters = 0;
    }
    mill_set_integer(document, WORDS, 0, words);
    return MILL_OK;
}

static const mill_option options[] = {
    {.name = "shortest", .type = MILL_OPTION_INTEGER, .standard = "7", .minimum = 1, .maximum = 100,
     .help = "letters that a long word has at least"},
};

static const mill_field fields[] = {
    [WORDS] = {.use = MILL_PROVIDES, .type = MILL_INTEGER, .attribute = "my_plugin.words",
               .help = "how many long words the article has"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE,
    .name = "my_plugin", .version = "0.1.0", .licence = "MIT",
    .summary = "counts long words",
    .options = options, .option_count = MILL_COUNT(options),
    .fields = fields, .field_count = MILL_COUNT(fields),
    .open = open_stage, .process = process,
};
