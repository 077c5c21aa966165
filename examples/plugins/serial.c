/* serial - numbers the articles in the order of the stream.
 *
 *     cc -shared -fPIC -O2 -o serial.so serial.c $(pkg-config --cflags textmill)
 *
 * Shows a stage that needs the stream order and keeps something from one article to the next. What
 * each article adds to it is saved, so that a run that was killed goes on with the right number.
 */
#include <textmill/plugin.h>

typedef struct stage {
    int64_t next;
} stage;

static mill_status open_stage(mill_setup *setup, void **instance)
{
    stage *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->next = mill_setup_integer(setup, "first");
    *instance = self;
    return MILL_OK;
}

static mill_status process(void *instance, mill_document *document)
{
    stage *self = instance;
    mill_set_integer(document, 0, 0, self->next++);
    return MILL_OK;
}

/* What an article adds: one byte says that there was one more. */
static mill_status save(void *instance, mill_output *output)
{
    (void)instance;
    mill_output_byte(output, '+');
    return MILL_OK;
}

/* Comes once or more often, with all that was saved. */
static mill_status restore(void *instance, mill_text saved)
{
    stage *self = instance;
    self->next += (int64_t)saved.length;
    return MILL_OK;
}

static const mill_option options[] = {
    {.name = "first", .type = MILL_OPTION_INTEGER, .standard = "1", .minimum = 0, .maximum = 1e15,
     .help = "the number of the first article"},
};

static const mill_field fields[] = {
    {.use = MILL_PROVIDES, .type = MILL_INTEGER, .attribute = "serial", .help = "its place in the stream"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE, .flags = MILL_STREAM_ORDER,
    .name = "serial", .version = "1.0.0", .licence = "MIT",
    .summary = "numbers the articles in the order of the stream",
    .options = options, .option_count = MILL_COUNT(options),
    .fields = fields, .field_count = MILL_COUNT(fields),
    .open = open_stage, .process = process, .save = save, .restore = restore,
};
