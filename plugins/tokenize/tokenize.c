/* tokenize - cuts the text into words, numbers, punctuation, URLs, e-mail addresses and emoji, so
 * that the author of a plug-in need not.
 */
#include "lexer.h"
#include "textmill/plugin.h"

enum { FIELD_TOKENS, FIELD_KIND };

typedef struct tokenizer {
    bool kinds;
} tokenizer;

/* In the order of token_kind. */
static const mill_text kind_names[] = {
    {"word", 4}, {"number", 6}, {"punctuation", 11}, {"url", 3}, {"email", 5}, {"emoji", 5},
};

static mill_status open_tokenizer(mill_setup *setup, void **instance)
{
    tokenizer *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->kinds = mill_setup_boolean(setup, "kinds");
    *instance = self;
    return MILL_OK;
}

static mill_status tokenize(void *instance, mill_document *document)
{
    const tokenizer *self = instance;
    lexer walk;
    token found;
    lexer_init(&walk, mill_document_text(document));
    while (lexer_next(&walk, &found)) {
        uint32_t row = mill_span_add(document, FIELD_TOKENS, found.begin, found.end);
        mill_text kind = kind_names[found.kind];
        if (self->kinds) mill_set_string(document, FIELD_KIND, row, kind.data, kind.length);
    }
    return MILL_OK;
}

static const mill_option options[] = {
    {.name = "kinds",
     .type = MILL_OPTION_BOOLEAN,
     .standard = "yes",
     .help = "say of each token what it is; without, tokens take half the time"},
};

static const mill_field fields[] = {
    {.use = MILL_PROVIDES, .type = MILL_LAYER, .layer = "tokens", .help = "all but white space"},
    {.use = MILL_PROVIDES,
     .type = MILL_STRING,
     .layer = "tokens",
     .attribute = "kind",
     .help = "word, number, punctuation, url, email or emoji"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .name = "tokenize",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "cuts text into words, numbers, punctuation, URLs, e-mail addresses and emoji",
    .options = options,
    .option_count = MILL_COUNT(options),
    .fields = fields,
    .field_count = MILL_COUNT(fields),
    .open = open_tokenizer,
    .process = tokenize,
};
