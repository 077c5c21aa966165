/* A stage for whole-program tests that needs the stream's order: it numbers the articles and sums
 * up their lengths. "order:drop" and "order:fail" count; "order:crash" and "order:loop" come to
 * nothing, as the process with that state is lost. What an article adds is its length, 8 bytes. */
#include "textmill/plugin.h"

enum { NUMBER, BYTES_BEFORE };

typedef struct ordered {
    int64_t count;
    int64_t bytes;
    int64_t last; /* the length that `save` has to write; -1: none */
    bool started; /* has seen an article */
} ordered;

/* What compilers cannot see through. */
static volatile bool forever = true;
static int *volatile nowhere = NULL;

static bool says(mill_text text, const char *word)
{
    size_t length = strlen(word);
    for (size_t i = 0; i + length <= text.length; i++)
        if (memcmp(text.data + i, word, length) == 0) return true;
    return false;
}

static void add(ordered *self, int64_t bytes)
{
    self->count++;
    self->bytes += bytes;
}

static mill_status process(void *instance, mill_document *document)
{
    ordered *self = instance;
    mill_text text = mill_document_text(document);
    mill_set_integer(document, BYTES_BEFORE, 0, self->bytes);
    self->started = true;
    self->last = (int64_t)text.length;
    add(self, self->last);
    if (says(text, "order:crash")) *nowhere = 1;
    while (forever && says(text, "order:loop")) continue;
    if (says(text, "order:drop")) return MILL_DROPPED;
    if (says(text, "order:fail")) return mill_fail(document, "told to fail; take the order out");
    mill_set_integer(document, NUMBER, 0, self->count);
    return MILL_OK;
}

static mill_status save(void *instance, mill_output *output)
{
    ordered *self = instance;
    if (self->last < 0) return MILL_FAILED;
    mill_output_write(output, (const char *)&self->last, sizeof self->last);
    self->last = -1;
    return MILL_OK;
}

static mill_status restore(void *instance, mill_text saved)
{
    ordered *self = instance;
    if (self->started || saved.length % sizeof self->last != 0) return MILL_FAILED;
    for (size_t at = 0; at < saved.length; at += sizeof self->last) {
        int64_t bytes;
        memcpy(&bytes, saved.data + at, sizeof bytes);
        if (bytes < 0) return MILL_FAILED;
        add(self, bytes);
    }
    return MILL_OK;
}

static mill_status open_stage(mill_setup *setup, void **instance)
{
    ordered *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->last = -1;
    *instance = self;
    return MILL_OK;
}

static const mill_field fields[] = {
    {MILL_PROVIDES, MILL_INTEGER, NULL, "number", "how many articles there were, with this one"},
    {MILL_PROVIDES, MILL_INTEGER, NULL, "bytes_before", "how long the texts before were"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .flags = MILL_STREAM_ORDER,
    .name = "ordered",
    .version = "0.1",
    .licence = "MIT",
    .summary = "Numbers the articles",
    .fields = fields,
    .field_count = MILL_COUNT(fields),
    .open = open_stage,
    .process = process,
    .save = save,
    .restore = restore,
};
