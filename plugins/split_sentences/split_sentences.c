/* split_sentences - the plug-in: finds the sentences of a text, as a layer of spans. */
#include "english.h"
#include "textmill/plugin.h"

#define FIELD_SENTENCES 0

static bool has_wide_vectors(void)
{
#if defined(__x86_64__) && defined(__GNUC__)
    return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0;
#else
    return false;
#endif
}

static mill_status open_splitter(mill_setup *setup, void **instance)
{
    split_options *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->newline = (newline_policy)mill_setup_integer(setup, "newline");
    self->wide_vectors = has_wide_vectors();
    *instance = self;
    return lists_open(&self->lists, setup, mill_setup_string(setup, "abbreviations"));
}

static mill_status split_article(void *instance, mill_document *document)
{
    split_english(instance, mill_document_text(document), document, FIELD_SENTENCES);
    return MILL_OK;
}

static const mill_option options[] = {
    {.name = "newline",
     .type = MILL_OPTION_CHOICE,
     .standard = "auto",
     .choices = "always paragraph auto",
     .help =
         "where lines end sentences: always, at empty lines only, or unless lines look wrapped"},
    {.name = "abbreviations",
     .type = MILL_OPTION_PATH,
     .standard = "",
     .help = "file of abbreviations to add, one a line: WORD or WORD KIND; -WORD takes one away"},
};

static const mill_field fields[] = {
    {.use = MILL_PROVIDES, .type = MILL_LAYER, .layer = "sentences", .help = "the sentences"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .name = "split_sentences",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "finds the sentences of English text",
    .options = options,
    .option_count = MILL_COUNT(options),
    .fields = fields,
    .field_count = MILL_COUNT(fields),
    .open = open_splitter,
    .process = split_article,
};
