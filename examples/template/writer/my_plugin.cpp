// my_plugin - writes a line for each article, its id and how it begins: put the format that yours
// writes in its place.
#include <textmill/plugin.h>

#include <new>

namespace {

struct Writer {
    int64_t characters;

    // Returns how many bytes the first characters of a text take.
    size_t find_end(mill_text text) const
    {
        int64_t left = characters;
        for (size_t i = 0; i < text.length; i++)
            if ((static_cast<unsigned char>(text.data[i]) & 0xC0) != 0x80 && left-- == 0) return i;
        return text.length;
    }

    // The work goes here: it appends one article to the output. mill_setup_fields tells in `open`
    // what layers and attributes there are; mill_spans and mill_get read them, by their place in
    // that list. No exception may leave a plug-in: catch what may throw.
    mill_status encode(mill_document *document, mill_output *output) const
    {
        const mill_text id = mill_document_id(document, nullptr), text = mill_document_text(document);
        mill_output_write(output, id.data, id.length);
        mill_output_byte(output, '\t');
        for (size_t i = 0, end = find_end(text); i < end; i++)
            mill_output_byte(output, static_cast<unsigned char>(text.data[i]) < ' ' ? ' ' : text.data[i]);
        mill_output_byte(output, '\n');
        return MILL_OK;
    }
};

const mill_option options[] = {
    {.name = "characters", .type = MILL_OPTION_INTEGER, .standard = "60", .minimum = 1,
     .maximum = 10000, .help = "characters of the text that are written at most"},
};

} // namespace

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_WRITER,
    .name = "my_plugin", .version = "0.1.0", .licence = "MIT",
    .summary = "a line for each article: its id and how it begins",
    .options = options, .option_count = MILL_COUNT(options), .extensions = "my_plugin",
    .open = [](mill_setup *setup, void **instance) {
        *instance = new (std::nothrow) Writer{mill_setup_integer(setup, "characters")};
        return *instance != nullptr ? MILL_OK : mill_setup_fail(setup, "out of memory");
    },
    .close = [](void *instance) { delete static_cast<Writer *>(instance); },
    .encode = [](void *instance, mill_document *document, mill_output *output) {
        return static_cast<const Writer *>(instance)->encode(document, output);
    },
};
