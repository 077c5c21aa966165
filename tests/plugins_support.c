#include "plugins_support.h"

#include "buffer.h"
#include "host.h"
#include "options.h"
#include "plugin_file.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define MEMORY_LIMIT ((size_t)1 << 30)

/* ---- Workbench ----------------------------------------------------------------------------- */

static uint32_t find_layer(const workbench *bench, const char *name)
{
    for (uint32_t i = 0; i < bench->schema.layer_count; i++)
        if (strcmp(bench->layers[i].name, name) == 0) return i;
    ck_abort_msg("no layer '%s' before its attribute", name);
    return 0;
}

static field_binding bind_field(workbench *bench, const mill_field *field)
{
    field_binding binding = {.type = field->type, .present = true, .provided = true};
    if (field->layer == NULL) {
        binding.layer = SCHEMA_ARTICLE;
        binding.column = bench->schema.article_columns++;
    } else if (field->attribute == NULL) {
        binding.layer = bench->schema.layer_count++;
        bench->layers[binding.layer] = (schema_layer){field->layer, 0};
    } else {
        binding.layer = find_layer(bench, field->layer);
        binding.column = bench->layers[binding.layer].columns++;
    }
    return binding;
}

static void set_view(workbench *bench, bool may_change)
{
    document_view view = {.fields = bench->bindings,
                          .field_count = bench->field_count,
                          .may_edit = may_change,
                          .may_decode = may_change};
    document_set_view(bench->document, &view);
}

void workbench_begin(workbench *bench, const char *source)
{
    bench->document = document_begin(&bench->home, source, strlen(source));
    ck_assert_ptr_nonnull(bench->document);
    bench->handle = document_handle(bench->document);
    set_view(bench, true);
}

void workbench_open(workbench *bench, const mill_field *fields, uint32_t count)
{
    ck_assert_uint_le(count, WORKBENCH_FIELDS_MAX);
    memset(bench, 0, sizeof *bench);
    bench->fields = fields;
    bench->field_count = count;
    bench->schema.layers = bench->layers;
    for (uint32_t i = 0; i < count; i++) bench->bindings[i] = bind_field(bench, &fields[i]);
    document_home_init(&bench->home, &host_table, &bench->schema, MEMORY_LIMIT, MILL_TEXT_MAX);
    workbench_begin(bench, "");
}

void workbench_apply(workbench *bench)
{
    bool done = document_finish_stage(bench->document);
    ck_assert_msg(done, "%s", document_fault(bench->document));
}

void workbench_close(workbench *bench)
{
    document_home_clear(&bench->home);
}

/* ---- Plug-ins ------------------------------------------------------------------------------ */

/* Returns what an option is set to in a list of "key=value", or its standard value. */
static const char *option_text(const char *const *options, const mill_option *option)
{
    size_t length = strlen(option->name);
    for (; options != NULL && *options != NULL; options++)
        if (strncmp(*options, option->name, length) == 0 && (*options)[length] == '=')
            return *options + length + 1;
    return option->standard;
}

static mill_value *read_options(loaded_plugin *loaded, const char *const *options)
{
    const mill_plugin *plugin = loaded->plugin;
    mill_value *values = arena_alloc(&loaded->memory, (plugin->option_count + 1) * sizeof *values);
    for (uint32_t i = 0; i < plugin->option_count; i++) {
        char why[512];
        const char *text = option_text(options, &plugin->options[i]);
        bool is_valid = option_parse(&plugin->options[i], text, &values[i], why, sizeof why);
        ck_assert_msg(is_valid, "%s: %s", plugin->options[i].name, why);
    }
    return values;
}

bool plugin_open(loaded_plugin *loaded, const char *name, const char *const *options,
                 const workbench *bench)
{
    char path[4096];
    memset(loaded, 0, sizeof *loaded);
    arena_init(&loaded->memory, MEMORY_LIMIT);
    snprintf(path, sizeof path, "%s/plugins/%s.so", BUILD, name);
    const mill_plugin *plugin = plugin_file_load(path, &loaded->error);
    ck_assert_msg(plugin != NULL, "%s", loaded->error.message);
    loaded->plugin = plugin;
    if (plugin->open == NULL) return true;
    host_setup setup = {.setup.host = &host_table,
                        .options = plugin->options,
                        .option_count = plugin->option_count,
                        .option_stride = plugin->header.option_size,
                        .values = read_options(loaded, options),
                        .fields = bench->fields,
                        .field_count = bench->field_count,
                        .memory = &loaded->memory,
                        .error = &loaded->error};
    bool opened = plugin->open(&setup.setup, &loaded->instance) == MILL_OK;
    ck_assert_msg(opened == (loaded->error.code == ERROR_NONE), "open: status and error differ");
    return opened;
}

void plugin_close(loaded_plugin *loaded)
{
    if (loaded->error.code == ERROR_NONE && loaded->plugin->close != NULL)
        loaded->plugin->close(loaded->instance);
    arena_clear(&loaded->memory);
}

const char *plugin_decode(loaded_plugin *loaded, workbench *bench, const char *record,
                          size_t length)
{
    workbench_begin(bench, "in.jsonl:1");
    char *copy = malloc(length + MILL_PADDING); /* no byte more, for the sanitizers */
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, record, length);
    memset(copy + length, '"', MILL_PADDING); /* padding may hold anything */
    mill_status status =
        loaded->plugin->decode(loaded->instance, (mill_text){copy, length}, bench->handle);
    free(copy);
    const char *fault = document_fault(bench->document);
    ck_assert_msg(status == MILL_OK || fault != NULL, "failed without a reason");
    return fault;
}

char *plugin_encode(loaded_plugin *loaded, workbench *bench, size_t *length)
{
    buffer output;
    buffer_init(&output, &host_table, MEMORY_LIMIT);
    set_view(bench, false);
    mill_status status = loaded->plugin->encode(loaded->instance, bench->handle, &output.output);
    const char *fault = document_fault(bench->document);
    ck_assert_msg(status == MILL_OK && fault == NULL, "%s", fault != NULL ? fault : "failed");
    ck_assert(!output.failed);
    char *text = malloc(output.output.length + 1);
    ck_assert_ptr_nonnull(text);
    memcpy(text, output.output.data, output.output.length);
    text[output.output.length] = '\0';
    if (length != NULL) *length = output.output.length;
    buffer_clear(&output);
    return text;
}

/* ---- Chance -------------------------------------------------------------------------------- */

uint32_t random_below(random_source *random, uint32_t limit)
{
    uint64_t mix = random->state += UINT64_C(0x9E3779B97F4A7C15);
    mix = (mix ^ mix >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mix = (mix ^ mix >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((mix ^ mix >> 31) % limit);
}

random_source random_seeded(const char *test)
{
    const char *wanted = getenv("CK_SEED");
    uint64_t seed = wanted != NULL ? strtoull(wanted, NULL, 10) : (uint64_t)time(NULL);
    printf("%s: CK_SEED=%llu\n", test, (unsigned long long)seed);
    return (random_source){seed};
}
