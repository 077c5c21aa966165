/* A libFuzzer target for the quote extractor, linked with the sources of plugins/extract_quotes.
 * Its host is a small one of its own, so that a text ends exactly where its padding does. Held:
 * quotes are in the text, between characters, in order and apart; so is all that is said of them;
 * strings are UTF-8. Bytes below 0x80 are taken as they are, others stand for pieces of news. */
#include "textmill/plugin.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "does not hold: %s\n", #condition);                                    \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

typedef struct fuzz_setup {
    mill_setup setup;
} fuzz_setup;

typedef struct block {
    struct block *next;
    max_align_t data[];
} block;

typedef struct fuzz_document {
    mill_document document;
    mill_text text;
    block *taken;
    mill_span last[32]; /* of each field that is a layer */
    uint32_t counts[32];
} fuzz_document;

/* ---- What open asks for -------------------------------------------------------------------- */

static void *setup_alloc(mill_setup *setup, size_t size)
{
    (void)setup;
    return calloc(1, size);
}

static mill_value setup_option(mill_setup *setup, const char *name)
{
    mill_value value = {.type = MILL_INTEGER, .as.integer = strcmp(name, "min_words") == 0};
    (void)setup;
    if (strcmp(name, "doubled_marks") == 0 || strcmp(name, "names") == 0 ||
        strcmp(name, "interviews") == 0)
        value = (mill_value){.type = MILL_BOOLEAN, .as.boolean = true};
    return value;
}

/* ---- What process asks for ----------------------------------------------------------------- */

static void *take(mill_document *document, size_t size)
{
    fuzz_document *article = (fuzz_document *)(void *)document;
    block *taken = malloc(sizeof *taken + size);
    REQUIRE(taken != NULL);
    taken->next = article->taken;
    article->taken = taken;
    return taken->data;
}

static mill_text text_of(const mill_document *document)
{
    return ((const fuzz_document *)(const void *)document)->text;
}

static void require_span(mill_text text, size_t begin, size_t end)
{
    REQUIRE(begin < end && end <= text.length);
    REQUIRE(((unsigned char)text.data[begin] & 0xC0) != 0x80);
    REQUIRE(((unsigned char)text.data[end] & 0xC0) != 0x80);
}

static uint32_t span_add(mill_document *document, uint32_t field, size_t begin, size_t end)
{
    fuzz_document *article = (fuzz_document *)(void *)document;
    require_span(article->text, begin, end);
    REQUIRE(article->counts[field] == 0 || begin >= article->last[field].end);
    article->last[field] = (mill_span){(uint32_t)begin, (uint32_t)end};
    return article->counts[field]++;
}

static const mill_span *spans_of(const mill_document *document, uint32_t field, uint32_t *count)
{
    (void)document;
    (void)field;
    *count = 0;
    return NULL;
}

/* Characters are whole as the text's are: a string need only begin and end between two. */
static void set(mill_document *document, uint32_t field, uint32_t row, const mill_value *value)
{
    (void)field;
    (void)row;
    if (value->type == MILL_SPAN)
        require_span(text_of(document), value->as.span.begin, value->as.span.end);
    if (value->type != MILL_STRING && value->type != MILL_JSON) return;
    REQUIRE(value->length > 0);
    const unsigned char *bytes = (const unsigned char *)value->as.string;
    uint32_t at = 0;
    while (at < value->length) {
        uint32_t width = bytes[at] < 0x80 ? 1 : bytes[at] < 0xE0 ? 2 : bytes[at] < 0xF0 ? 3 : 4;
        REQUIRE((bytes[at] & 0xC0) != 0x80);
        at += width;
    }
    REQUIRE(at == value->length);
}

static void set_row(mill_document *document, uint32_t first, uint32_t row, const mill_value *values,
                    uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (values[i].type != MILL_NULL) set(document, first + i, row, &values[i]);
}

static const mill_host host = {.size = sizeof(mill_host),
                               .abi = MILL_ABI,
                               .setup_alloc = setup_alloc,
                               .setup_option = setup_option,
                               .alloc = take,
                               .text = text_of,
                               .span_add = span_add,
                               .spans = spans_of,
                               .set = set,
                               .set_row = set_row};

/* ---- The text ------------------------------------------------------------------------------ */

static const char *const pieces[] = {
    "“",      "”",      "‘",       "’",     "«",        "»",          "„",        "''",
    "``",     "\n\n",   "\n“",     ",” ",   ".” ",      "—",          "― ",       "\xC2\xA0",
    " said ", " told ", " he ",    " she",  "Ann Lee",  "Lee",        "Mr. Reed", "van der",
    " of ",   "É",      "ß",       "😀",     "说",       " (D-Ohio) ", "Jr.",      "according to ",
    "\nQ: ",  "\nA: ",  "\nLEE: ", " and ", "\"Yes,\" "};

static mill_text make_text(const uint8_t *data, size_t size)
{
    size_t length = 0;
    char *text = calloc(size * 16 + MILL_PADDING, 1);
    REQUIRE(text != NULL);
    for (size_t i = 0; i < size; i++) {
        if (data[i] < 0x80) {
            text[length++] = (char)data[i];
            continue;
        }
        const char *piece = pieces[(data[i] & 0x7F) % MILL_COUNT(pieces)];
        memcpy(text + length, piece, strlen(piece));
        length += strlen(piece);
    }
    char *exact = realloc(text, length + MILL_PADDING);
    return (mill_text){exact != NULL ? exact : text, length};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void *instance;
    static fuzz_setup setup = {{&host}};
    if (instance == NULL) REQUIRE(textmill_plugin.open(&setup.setup, &instance) == MILL_OK);
    fuzz_document article = {.document.host = &host, .text = make_text(data, size)};
    REQUIRE(textmill_plugin.process(instance, &article.document) == MILL_OK);
    while (article.taken != NULL) {
        block *next = article.taken->next;
        free(article.taken);
        article.taken = next;
    }
    free((void *)article.text.data);
    return 0;
}
