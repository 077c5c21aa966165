/* split_sentences - the plug-in: finds the sentences of a text, as a layer of spans. */
#include "english.h"
#include "languages.h"
#include "textmill/plugin.h"

#define FIELD_SENTENCES 0
#define FIELD_LANGUAGE  1
#define LENGTH_MAX      1000000 /* characters */

/* In the order of the choices of option `quotes`. */
enum { QUOTES_SPLIT, QUOTES_KEEP };

typedef struct splitter {
    split_options options;
    language language;
    languages *languages; /* NULL: English only */
} splitter;

static bool has_wide_vectors(void)
{
#if defined(__x86_64__) && defined(__GNUC__)
    return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0;
#else
    return false;
#endif
}

static sink_options sink_options_of(mill_setup *setup)
{
    sink_options wishes = {
        .keep_quotations = mill_setup_integer(setup, "quotes") == QUOTES_KEEP,
        .min_length = (uint32_t)mill_setup_integer(setup, "min_length"),
        .max_length = (uint32_t)mill_setup_integer(setup, "max_length"),
        .field = FIELD_SENTENCES,
    };
    wishes.plain = !wishes.keep_quotations && wishes.min_length == 0 && wishes.max_length == 0;
    return wishes;
}

/* The list that option `abbreviations` names; empty where it names none. */
static mill_status read_abbreviations(mill_setup *setup, abbreviation_list *own)
{
    own->path = mill_setup_string(setup, "abbreviations");
    own->text = (mill_text){NULL, 0};
    return own->path[0] != '\0' ? mill_setup_read_file(setup, own->path, &own->text) : MILL_OK;
}

static mill_status open_splitter(mill_setup *setup, void **instance)
{
    splitter *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->options.newline = (newline_policy)mill_setup_integer(setup, "newline");
    self->options.wide_vectors = has_wide_vectors();
    self->options.sink = sink_options_of(setup);
    self->language = (language)mill_setup_integer(setup, "language");
    *instance = self;
    abbreviation_list own;
    if (read_abbreviations(setup, &own) != MILL_OK) return MILL_FAILED;
    if (lists_open(&self->options.lists, setup, &own) != MILL_OK) return MILL_FAILED;
    if (self->language == LANGUAGE_ENGLISH) return MILL_OK;
    self->languages = languages_open(setup, self->language, &own);
    return self->languages != NULL ? MILL_OK : MILL_FAILED;
}

static void close_splitter(void *instance)
{
    splitter *self = instance;
    languages_close(self->languages);
}

static language language_of(const splitter *self, mill_document *document)
{
    if (self->language != LANGUAGE_AUTO) return self->language;
    mill_value code = mill_get(document, FIELD_LANGUAGE, 0);
    if (code.type != MILL_STRING) return LANGUAGE_ENGLISH;
    return languages_find(self->languages, (mill_text){code.as.string, code.length});
}

static mill_status split_article(void *instance, mill_document *document)
{
    const splitter *self = instance;
    sentence_sink sink = {
        .options = &self->options.sink, .document = document, .text = mill_document_text(document)};
    language which = language_of(self, document);
    if (which == LANGUAGE_ENGLISH)
        split_english(&self->options, &sink);
    else
        split_language(self->languages, which, &self->options, &sink);
    sink_finish(&sink);
    return MILL_OK;
}

static const mill_option options[] = {
    {.name = "language",
     .type = MILL_OPTION_CHOICE,
     .standard = "en",
     .choices = LANGUAGE_CHOICES,
     .help = "whose rules to use; auto: what the article's attribute `language` says, else en"},
    {.name = "newline",
     .type = MILL_OPTION_CHOICE,
     .standard = "auto",
     .choices = "always paragraph auto",
     .help =
         "where lines end sentences: always, at empty lines only, or unless lines look wrapped"},
    {.name = "abbreviations",
     .type = MILL_OPTION_PATH,
     .standard = "",
     .help =
         "file of abbreviations to add, one a line: WORD, or WORD KIND with title, latin, month, "
         "state, place, acronym, company, time, unit or number for KIND; -WORD takes one away"},
    {.name = "quotes",
     .type = MILL_OPTION_CHOICE,
     .standard = "split",
     .choices = "split keep",
     .help = "sentences inside one quotation: each for itself, or all of them one"},
    {.name = "min_length",
     .type = MILL_OPTION_INTEGER,
     .standard = "0",
     .maximum = LENGTH_MAX,
     .help = "characters; a shorter sentence is joined with the one before it, the first of a "
             "paragraph with the one after it"},
    {.name = "max_length",
     .type = MILL_OPTION_INTEGER,
     .standard = "0",
     .maximum = LENGTH_MAX,
     .help = "characters; a longer sentence is cut behind a semicolon, comma or word; 0: never"},
};

static const mill_field fields[] = {
    {.use = MILL_PROVIDES,
     .type = MILL_LAYER,
     .layer = "sentences",
     .help = "the sentences; stage label_sentences tells which are headings, list items, captions"},
    {.use = MILL_WANTS,
     .type = MILL_STRING,
     .attribute = "language",
     .help = "with option language = auto"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .name = "split_sentences",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "finds the sentences of a text in English or one of twelve other languages",
    .options = options,
    .option_count = MILL_COUNT(options),
    .fields = fields,
    .field_count = MILL_COUNT(fields),
    .open = open_splitter,
    .close = close_splitter,
    .process = split_article,
};
