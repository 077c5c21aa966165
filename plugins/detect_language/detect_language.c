/* detect_language - says which language an article is in.
 *
 * The detector is a library that knows the statistics of letters; half a kilobyte tells it enough,
 * and it costs several times what `wc` does, so it gets the beginning of the article only.
 */
#include "cld2.h"
#include "textmill/plugin.h"

enum { FIELD_LANGUAGE, FIELD_CONFIDENCE };

typedef struct detector {
    size_t sample;
} detector;

static mill_status open_detector(mill_setup *setup, void **instance)
{
    detector *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->sample = (size_t)mill_setup_integer(setup, "sample");
    *instance = self;
    return MILL_OK;
}

/* Returns how much of a text to take, at most `limit`, without cutting a character in two. */
static size_t beginning(mill_text text, size_t limit)
{
    if (text.length <= limit) return text.length;
    while (limit > 0 && ((unsigned char)text.data[limit] & 0xC0u) == 0x80u) limit--;
    return limit;
}

/* Copies bytes with spaces in place of ASCII controls, at which the detector would stop. */
static void copy_without_controls(char *to, const char *from, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)from[i];
        to[i] = byte < ' ' || byte == 0x7F ? ' ' : from[i];
    }
}

static mill_status detect(void *instance, mill_document *document)
{
    const detector *self = instance;
    mill_text text = mill_document_text(document);
    size_t length = beginning(text, self->sample);
    cld2_guess guess;
    char *sample = mill_alloc(document, length + 1);
    if (sample == NULL) return MILL_FAILED;
    copy_without_controls(sample, text.data, length);
    if (!cld2_detect((mill_text){sample, length}, &guess)) return MILL_OK;
    mill_set_string(document, FIELD_LANGUAGE, 0, guess.code, strlen(guess.code));
    mill_set_number(document, FIELD_CONFIDENCE, 0, guess.share);
    return MILL_OK;
}

static const mill_option options[] = {
    {.name = "sample",
     .type = MILL_OPTION_SIZE,
     .standard = "512",
     .minimum = 64,
     .maximum = MILL_TEXT_MAX,
     .help = "how much of an article is looked at, from its beginning"},
};

static const mill_field fields[] = {
    {.use = MILL_PROVIDES,
     .type = MILL_STRING,
     .attribute = "language",
     .help = "code of the article's language, such as en or zh-Hant; not there if uncertain"},
    {.use = MILL_PROVIDES,
     .type = MILL_NUMBER,
     .attribute = "language_confidence",
     .help = "how much of the letters is in that language, 0 to 1"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .name = "detect_language",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "says which language an article is in",
    .options = options,
    .option_count = MILL_COUNT(options),
    .fields = fields,
    .field_count = MILL_COUNT(fields),
    .open = open_detector,
    .process = detect,
};
