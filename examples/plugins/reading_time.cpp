// reading_time - how many words an article has and how many minutes it takes to read them.
//
//     c++ -std=c++20 -shared -fPIC -O2 -o reading_time.so reading_time.cpp $(pkg-config --cflags textmill)
//
// Shows an option, article attributes, and an instance that is a C++ object. Exceptions must not
// leave a plug-in, so what can throw is caught in `open`.
#include <textmill/plugin.h>

#include <new>

namespace {

class ReadingTime {
public:
    explicit ReadingTime(double words_per_minute) : words_per_minute_(words_per_minute) {}

    void measure(mill_document *document) const
    {
        enum { WORDS, MINUTES }; // positions in `fields`
        const mill_text text = mill_document_text(document);
        int64_t words = 0;
        bool in_word = false;
        for (size_t i = 0; i < text.length; i++) {
            const bool blank = static_cast<unsigned char>(text.data[i]) <= ' ';
            words += !blank && !in_word;
            in_word = !blank;
        }
        mill_set_integer(document, WORDS, 0, words);
        mill_set_number(document, MINUTES, 0, static_cast<double>(words) / words_per_minute_);
    }

private:
    double words_per_minute_;
};

mill_status open(mill_setup *setup, void **instance)
{
    *instance = new (std::nothrow) ReadingTime(mill_setup_number(setup, "words_per_minute"));
    return *instance != nullptr ? MILL_OK : mill_setup_fail(setup, "out of memory");
}

void close(void *instance)
{
    delete static_cast<ReadingTime *>(instance);
}

mill_status process(void *instance, mill_document *document)
{
    static_cast<const ReadingTime *>(instance)->measure(document);
    return MILL_OK;
}

const mill_option options[] = {
    {.name = "words_per_minute", .type = MILL_OPTION_NUMBER, .standard = "230", .minimum = 50, .maximum = 1500,
     .help = "how fast people read"},
};

const mill_field fields[] = {
    {.use = MILL_PROVIDES, .type = MILL_INTEGER, .attribute = "reading.words", .help = "words of the article"},
    {.use = MILL_PROVIDES, .type = MILL_NUMBER, .attribute = "reading.minutes", .help = "time to read them"},
};

} // namespace

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .name = "reading_time",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "counts words and the minutes it takes to read them",
    .options = options,
    .fields = fields,
    .option_count = MILL_COUNT(options),
    .field_count = MILL_COUNT(fields),
    .open = open,
    .close = close,
    .process = process,
};
