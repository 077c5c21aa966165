/* deduplicate - drops or marks the copies of an article: the same words came before in the stream.
 *
 * Agencies' texts come back from many papers with other quotation marks, dashes, spaces and
 * capitals; those do not count (normal_form.h). What is kept of an article is a fingerprint of 128
 * bits and, to mark with, its id. The first of its text stays the first whatever becomes of it
 * after this stage.
 *
 * What `save` writes is a record for each article that is new.
 */
#include "normal_form.h"
#include "seen.h"

#define FIELD_DUPLICATE    0
#define FIELD_DUPLICATE_OF 1

enum { ACTION_DROP, ACTION_MARK };

typedef struct deduplicator {
    normal_form form;
    seen seen;
    int64_t action;
    size_t min_length;
    bool added; /* the article just processed is new: what it was added with */
    fingerprint print;
} deduplicator;

/* ---- Articles ------------------------------------------------------------------------------ */

static mill_status mark(mill_document *document, mill_text first)
{
    mill_set_boolean(document, FIELD_DUPLICATE, 0, true);
    if (first.length > 0)
        mill_set_string(document, FIELD_DUPLICATE_OF, 0, first.data, first.length);
    return MILL_OK;
}

static mill_status process(void *instance, mill_document *document)
{
    deduplicator *self = instance;
    size_t characters;
    mill_text first;
    self->added = false;
    self->print = normal_form_of(&self->form, mill_document_text(document), &characters);
    bool counts = characters > 0 && characters >= self->min_length;
    if (counts && seen_find(&self->seen, self->print, &first))
        return self->action == ACTION_DROP ? MILL_DROPPED : mark(document, first);
    if (counts && !seen_add(&self->seen, self->print, mill_document_id(document, NULL)))
        return mill_fail(document,
                         "out of memory: %zu articles are remembered; raise memory in [pipeline]",
                         self->seen.count);
    self->added = counts;
    mill_set_boolean(document, FIELD_DUPLICATE, 0, false);
    return MILL_OK;
}

/* ---- The journal --------------------------------------------------------------------------- */

/* Before each id. In the byte order of the machine: on another one no check is right. */
typedef struct record {
    fingerprint print;
    uint32_t id_length;
    uint32_t check; /* hash of what stands before it and of the id */
} record;

static uint32_t check_of(const record *head, const char *id)
{
    uint64_t seed = XXH3_64bits(head, offsetof(record, check));
    return (uint32_t)XXH3_64bits_withSeed(id, head->id_length, seed);
}

static mill_status save(void *instance, mill_output *output)
{
    const deduplicator *self = instance;
    mill_text id;
    if (!self->added) return MILL_OK;
    seen_find(&self->seen, self->print, &id);
    record head = {.print = self->print, .id_length = (uint32_t)id.length};
    head.check = check_of(&head, id.data);
    if (!mill_output_reserve(output, sizeof head + id.length)) return MILL_FAILED;
    mill_output_write(output, (const char *)&head, sizeof head);
    mill_output_write(output, id.data, id.length);
    return MILL_OK;
}

/* Takes one record off the front; returns whether it is sound and there was memory for it. */
static bool take_record(deduplicator *self, mill_text *saved)
{
    record head;
    mill_text known;
    if (saved->length < sizeof head) return false;
    memcpy(&head, saved->data, sizeof head);
    mill_text id = {saved->data + sizeof head, head.id_length};
    if (saved->length - sizeof head < id.length || head.check != check_of(&head, id.data))
        return false;
    saved->data += sizeof head + id.length;
    saved->length -= sizeof head + id.length;
    return seen_find(&self->seen, head.print, &known) || seen_add(&self->seen, head.print, id);
}

static mill_status restore(void *instance, mill_text saved)
{
    deduplicator *self = instance;
    while (saved.length > 0)
        if (!take_record(self, &saved)) return MILL_FAILED;
    return MILL_OK;
}

/* ---- open ---------------------------------------------------------------------------------- */

static mill_status open_stage(mill_setup *setup, void **instance)
{
    deduplicator *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL || normal_form_open(&self->form, setup) != MILL_OK) return MILL_FAILED;
    self->action = mill_setup_integer(setup, "action");
    self->min_length = (size_t)mill_setup_integer(setup, "min_length");
    *instance = self;
    if (seen_init(&self->seen, self->action == ACTION_MARK)) return MILL_OK;
    normal_form_close(&self->form);
    return mill_setup_fail(setup, "out of memory");
}

static void close_stage(void *instance)
{
    deduplicator *self = instance;
    seen_clear(&self->seen);
    normal_form_close(&self->form);
}

static const mill_option options[] = {
    {.name = "action",
     .type = MILL_OPTION_CHOICE,
     .standard = "drop",
     .choices = "drop mark",
     .help = "what happens to a copy; an article takes 22 to 43 bytes of memory, to mark with "
             "36 to 68 and its id; half as much again while the table grows"},
    {.name = "min_length",
     .type = MILL_OPTION_INTEGER,
     .standard = "0",
     .minimum = 0,
     .maximum = MILL_TEXT_MAX,
     .help = "characters below which a text is never a copy, counted without punctuation and with "
             "one space between words; an empty one never is"},
};

static const mill_field fields[] = {
    {MILL_PROVIDES, MILL_BOOLEAN, NULL, "duplicate", "whether an article before has the same text"},
    {MILL_PROVIDES, MILL_STRING, NULL, "duplicate_of", "the id of the first that has it"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .flags = MILL_STREAM_ORDER,
    .name = "deduplicate",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "drops or marks articles whose words came before, in whatever case and punctuation",
    .options = options,
    .option_count = MILL_COUNT(options),
    .fields = fields,
    .field_count = MILL_COUNT(fields),
    .open = open_stage,
    .close = close_stage,
    .process = process,
    .save = save,
    .restore = restore,
};
