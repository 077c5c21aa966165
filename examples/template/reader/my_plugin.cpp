// my_plugin - reads articles that are lines, with an id before a mark: put your own format there.
#include <textmill/plugin.h>

#include <new>
#include <string_view>

namespace {

struct Reader {
    std::string_view mark;

    // The work goes here: it makes an article of a record. What it does not set stays empty, but for
    // the id, which is then the place in the input. Catch all exceptions: none may leave a plug-in.
    mill_status decode(std::string_view record, mill_document *document) const
    {
        const size_t at = record.find(mark);
        if (at == record.npos) return mill_fail(document, "the line has no '%s'", mark.data());
        mill_document_set_id(document, record.data(), at, false);
        const std::string_view text = record.substr(at + mark.size());
        mill_document_set_text(document, text.data(), text.size());
        return MILL_OK;
    }
};

mill_status open_reader(mill_setup *setup, void **instance)
{
    const char *mark = mill_setup_string(setup, "mark");
    if (mark[0] == '\0') return mill_setup_fail(setup, "mark: is empty; write one, like |");
    *instance = new (std::nothrow) Reader{mark};
    return *instance != nullptr ? MILL_OK : mill_setup_fail(setup, "out of memory");
}

// Finds where the record ends that begins at data[0]. Here every line break ends one.
mill_status frame(void *, const char *data, size_t length, bool at_end, mill_frame *frame)
{
    const size_t stop = std::string_view(data, length).find('\n', frame->scanned);
    const bool found = stop < length;
    frame->lines = 1;
    frame->scanned = frame->end = found ? stop : length;
    frame->next = found ? stop + 1 : length;
    frame->blank = frame->end == 0;
    return found || at_end ? MILL_OK : MILL_MORE;
}

const mill_option options[] = {
    {.name = "mark", .type = MILL_OPTION_STRING, .standard = "|", .help = "what ends the id"},
};

} // namespace

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_READER, .flags = MILL_LINE_RECORDS,
    .name = "my_plugin", .version = "0.1.0", .licence = "MIT",
    .summary = "each line is an article, with its id before a mark",
    .options = options, .option_count = MILL_COUNT(options), .extensions = "my_plugin",
    .open = open_reader, .close = [](void *instance) { delete static_cast<Reader *>(instance); },
    .frame = frame, .decode = [](void *instance, mill_text record, mill_document *document) {
        return static_cast<Reader *>(instance)->decode({record.data, record.length}, document);
    },
};
