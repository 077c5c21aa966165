/* my_plugin - writes a line for each article, its id and how it begins: put the format that yours
 * writes in its place. */
#include <textmill/plugin.h>

typedef struct writer {
    int64_t characters;
} writer;

static mill_status open_writer(mill_setup *setup, void **instance)
{
    writer *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->characters = mill_setup_integer(setup, "characters");
    *instance = self;
    return MILL_OK;
}

/* Returns how many bytes the first characters of a text take. */
static size_t find_end(mill_text text, int64_t characters)
{
    for (size_t i = 0; i < text.length; i++)
        if (((unsigned char)text.data[i] & 0xC0) != 0x80 && characters-- == 0) return i;
    return text.length;
}

/* The work goes here: it appends one article to the output. mill_setup_fields tells in `open` what
 * layers and attributes there are; mill_spans and mill_get read them, by their place in that list. */
static mill_status encode(void *instance, mill_document *document, mill_output *output)
{
    const writer *self = instance;
    mill_text id = mill_document_id(document, NULL), text = mill_document_text(document);
    size_t end = find_end(text, self->characters);
    mill_output_write(output, id.data, id.length);
    mill_output_byte(output, '\t');
    for (size_t i = 0; i < end; i++)
        mill_output_byte(output, (unsigned char)text.data[i] < ' ' ? ' ' : text.data[i]);
    mill_output_byte(output, '\n');
    return MILL_OK;
}

static const mill_option options[] = {
    {.name = "characters", .type = MILL_OPTION_INTEGER, .standard = "60", .minimum = 1,
     .maximum = 10000, .help = "characters of the text that are written at most"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_WRITER,
    .name = "my_plugin", .version = "0.1.0", .licence = "MIT", .extensions = "my_plugin",
    .summary = "a line for each article: its id and how it begins",
    .options = options, .option_count = MILL_COUNT(options),
    .open = open_writer, .encode = encode,
};
