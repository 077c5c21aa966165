// my_plugin - counts the long words of an article: put what yours does in its place.
#include <textmill/plugin.h>

#include <new>

namespace {

enum { WORDS }; // positions in `fields`

struct Stage {
    int64_t shortest;

    // The work goes here: it sees one article after another. mill_span_add marks a place in the text,
    // mill_set_... says something of it or of the article, mill_edit changes the text
    // (.flags = MILL_EDITS_TEXT); mill_fail sets the article aside, with the reason.
    // No exception may leave a plug-in: catch what may throw.
    mill_status process(mill_document *document) const
    {
        const mill_text text = mill_document_text(document);
        int64_t words = 0, letters = 0;
        for (size_t i = 0; i <= text.length; i++) { // behind the text there are zeros
            const auto byte = static_cast<unsigned char>(text.data[i]);
            if (byte > ' ') {
                letters += (byte & 0xC0) != 0x80; // the first byte of a character
                continue;
            }
            words += letters >= shortest;
            letters = 0;
        }
        mill_set_integer(document, WORDS, 0, words);
        return MILL_OK;
    }
};

const mill_option options[] = {
    {.name = "shortest", .type = MILL_OPTION_INTEGER, .standard = "7", .minimum = 1, .maximum = 100,
     .help = "letters that a long word has at least"},
};

const mill_field fields[] = {
    {.use = MILL_PROVIDES, .type = MILL_INTEGER, .attribute = "my_plugin.words",
     .help = "how many long words the article has"},
};

} // namespace

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE,
    .name = "my_plugin", .version = "0.1.0", .licence = "MIT", .summary = "counts long words",
    .options = options, .fields = fields,
    .option_count = MILL_COUNT(options), .field_count = MILL_COUNT(fields),
    .open = [](mill_setup *setup, void **instance) {
        *instance = new (std::nothrow) Stage{mill_setup_integer(setup, "shortest")};
        return *instance != nullptr ? MILL_OK : mill_setup_fail(setup, "out of memory");
    },
    .close = [](void *instance) { delete static_cast<Stage *>(instance); },
    .process = [](void *instance, mill_document *document) {
        return static_cast<const Stage *>(instance)->process(document);
    },
};
