/* The schema is made from the plug-in's own declarations, so that no other plug-in is needed: a
 * layer that somebody else would provide is cut from the text by a simple rule, with spans inside
 * spans. */
#include "conformance/subject.h"

#include "host.h"
#include "options.h"
#include "pipeline_fields.h"
#include "plugin_file.h"
#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define MEMORY_LIMIT ((size_t)2 << 30)
#define TEXT_LIMIT   ((size_t)64 << 20)
#define MOST_ROWS    100000        /* about, of a layer that is made up */
#define LONGEST_SPAN (size_t)10000 /* likewise */

/* What a writer finds: every type there is. */
static const mill_field writer_fields[] = {
    {.use = MILL_WANTS, .type = MILL_LAYER, .layer = "sentences"},
    {.use = MILL_WANTS, .type = MILL_NUMBER, .layer = "sentences", .attribute = "sentiment"},
    {.use = MILL_WANTS, .type = MILL_LAYER, .layer = "quotes"},
    {.use = MILL_WANTS, .type = MILL_STRING, .layer = "quotes", .attribute = "speaker"},
    {.use = MILL_WANTS, .type = MILL_SPAN, .layer = "quotes", .attribute = "speaker"},
    {.use = MILL_WANTS, .type = MILL_BOOLEAN, .layer = "quotes", .attribute = "is.direct"},
    {.use = MILL_WANTS, .type = MILL_JSON, .layer = "quotes", .attribute = "is.more"},
    {.use = MILL_WANTS, .type = MILL_INTEGER, .attribute = "words"},
    {.use = MILL_WANTS, .type = MILL_STRING, .attribute = "language"},
    {.use = MILL_WANTS, .type = MILL_SPAN, .attribute = "lead"},
};

/* ---- The schema ----------------------------------------------------------------------------- */

static uint32_t find_layer(const subject *self, const char *name)
{
    uint32_t index = 0;
    while (index < self->schema.layer_count && strcmp(self->schema.layers[index].name, name) != 0)
        index++;
    return index;
}

/* Tells whether a field is the layer called `name`, not an attribute of it. */
static bool is_layer(const mill_field *field, const char *name)
{
    return field->attribute == NULL && field->layer != NULL && strcmp(field->layer, name) == 0;
}

/* Lists the plug-in's fields: those that it always has, then those that it declares for the options
 * that it is about to be opened with. */
static bool list_own_fields(subject *self, host_setup *setup, declared_fields *list)
{
    const mill_plugin *plugin = self->plugin;
    mill_status (*declare)(mill_setup *) = plugin_file_declare(plugin);
    for (uint32_t i = 0; i < plugin->field_count; i++)
        list->items[list->count++] = *plugin_field(plugin, i);
    setup->declared = list;
    bool declared = declare == NULL || declare(&setup->setup) == MILL_OK;
    setup->declared = NULL;
    return declared;
}

/* Lists the plug-in's fields, and behind them the layers whose attributes it uses without listing
 * the layer itself. */
static bool list_fields(subject *self, host_setup *setup)
{
    const size_t room = (size_t)2 * PLUGIN_MOST_DECLARATIONS;
    declared_fields list = {.room = PLUGIN_MOST_DECLARATIONS};
    list.items = arena_alloc_array(&self->memory, room + 1, sizeof *list.items);
    if (list.items == NULL || !list_own_fields(self, setup, &list)) return false;
    mill_field *fields = list.items;
    uint32_t own = list.count;
    self->own_count = self->field_count = own;
    for (uint32_t i = 0; i < own; i++) {
        bool is_listed = fields[i].layer == NULL || fields[i].attribute == NULL;
        for (uint32_t j = 0; j < self->field_count && !is_listed; j++)
            is_listed = is_layer(&fields[j], fields[i].layer);
        if (!is_listed)
            fields[self->field_count++] =
                (mill_field){.use = MILL_NEEDS, .type = MILL_LAYER, .layer = fields[i].layer};
    }
    self->fields = fields;
    return true;
}

static void bind(subject *self, uint32_t index)
{
    const mill_field *field = &self->fields[index];
    field_binding *seen = &self->seen[index];
    bool is_provided = field->use == MILL_PROVIDES;
    *seen = (field_binding){.type = field->type, .present = true, .provided = is_provided};
    if (field->attribute == NULL) {
        seen->layer = self->schema.layer_count++;
        self->schema.layers[seen->layer] = (schema_layer){field->layer, 0};
    } else if (field->layer == NULL) {
        seen->layer = SCHEMA_ARTICLE;
        seen->column = self->schema.article_columns++;
    } else {
        seen->layer = find_layer(self, field->layer);
        seen->column = self->schema.layers[seen->layer].columns++;
    }
    self->made_up[index] = *seen;
    self->made_up[index].provided = !is_provided;
}

static bool make_schema(subject *self)
{
    uint32_t count = self->field_count;
    self->schema.layers = arena_alloc_array(&self->memory, count + 1, sizeof(schema_layer));
    self->seen = arena_alloc_array(&self->memory, count + 1, sizeof *self->seen);
    self->made_up = arena_alloc_array(&self->memory, count + 1, sizeof *self->made_up);
    if (self->schema.layers == NULL || self->seen == NULL || self->made_up == NULL) return false;
    for (uint32_t i = 0; i < count; i++)
        if (self->fields[i].attribute == NULL) bind(self, i);
    for (uint32_t i = 0; i < count; i++)
        if (self->fields[i].attribute != NULL) bind(self, i);
    return true;
}

void subject_init(subject *self, const mill_plugin *plugin, const char *path,
                  const subject_option *options)
{
    *self = (subject){.plugin = plugin, .path = path, .options = options};
    watched_host_init(&self->host, plugin);
    arena_init(&self->memory, (size_t)16 << 20);
    document_home_init(&self->home, &self->host.table, &self->schema, MEMORY_LIMIT, TEXT_LIMIT);
}

void subject_clear(subject *self)
{
    document_home_clear(&self->home);
    arena_clear(&self->memory);
}

/* What the plug-in may see: without what it only wants, if that is left out, and then without what
 * it would add to a layer that is not there. */
static document_view view_of(const subject *self, field_binding *bindings)
{
    const mill_plugin *plugin = self->plugin;
    for (uint32_t i = 0; i < self->field_count; i++) bindings[i] = self->seen[i];
    for (uint32_t i = 0; i < self->field_count && self->leaves_out_wants; i++) {
        const mill_field *field = &self->fields[i];
        bool is_wanted = field->use == MILL_WANTS;
        for (uint32_t j = 0; j < self->field_count && field->layer != NULL; j++)
            if (self->fields[j].use == MILL_WANTS && is_layer(&self->fields[j], field->layer))
                is_wanted = true;
        if (is_wanted) bindings[i].present = bindings[i].provided = false;
    }
    return (document_view){.fields = bindings,
                           .field_count = self->own_count,
                           .may_edit = (plugin->flags & MILL_EDITS_TEXT) != 0,
                           .may_decode = plugin->kind == MILL_READER};
}

/* ---- Opening -------------------------------------------------------------------------------- */

static const char *option_text(const subject *self, const mill_option *option,
                               const subject_option *other)
{
    if (other != NULL && strcmp(other->name, option->name) == 0) return other->value;
    for (const subject_option *set = self->options; set->name != NULL; set++)
        if (strcmp(set->name, option->name) == 0) return set->value;
    return option->standard;
}

static bool read_options(const subject *self, const subject_option *other, mill_value *values,
                         mill_error *error)
{
    const mill_plugin *plugin = self->plugin;
    char why[512];
    for (uint32_t i = 0; i < plugin->option_count; i++) {
        const mill_option *option = option_at(plugin->options, plugin->header.option_size, i);
        const char *text = option_text(self, option, other);
        if (!option_parse(option, text, &values[i], why, sizeof why))
            return error_set(error, ERROR_USAGE, "%s: %s", option->name, why);
    }
    return true;
}

/* Makes the fields that there are with these options, and the schema for them. */
static bool make_fields(subject *self, host_setup *setup, mill_error *error)
{
    self->schema = (schema){0};
    arena_reset(&self->memory);
    self->fields = writer_fields;
    self->own_count = self->field_count = MILL_COUNT(writer_fields);
    if (self->plugin->kind == MILL_READER) self->own_count = self->field_count = 0;
    bool made = (self->plugin->kind != MILL_STAGE || list_fields(self, setup)) && make_schema(self);
    setup->fields = self->fields;
    setup->field_count = self->own_count;
    if (!made && error->code == ERROR_NONE) error_set(error, ERROR_MEMORY, "out of memory");
    return made;
}

bool subject_open(subject *self, const subject_option *other, subject_instance *instance,
                  mill_error *error)
{
    const mill_plugin *plugin = self->plugin;
    *instance = (subject_instance){0};
    arena_init(&instance->memory, MEMORY_LIMIT);
    mill_value *values =
        arena_alloc_array(&instance->memory, plugin->option_count + 1, sizeof *values);
    host_setup setup = {.setup.host = &self->host.table,
                        .options = plugin->options,
                        .option_count = plugin->option_count,
                        .option_stride = plugin->header.option_size,
                        .values = values,
                        .memory = &instance->memory,
                        .error = error};
    error->code = ERROR_NONE;
    bool opened = values != NULL && read_options(self, other, values, error) &&
                  make_fields(self, &setup, error);
    if (opened && plugin->open != NULL)
        opened = plugin->open(&setup.setup, &instance->handle) == MILL_OK;
    if (opened && error->code == ERROR_NONE) return true;
    arena_clear(&instance->memory);
    return false;
}

void subject_close(const subject *self, subject_instance *instance)
{
    if (self->plugin->close != NULL) self->plugin->close(instance->handle);
    arena_clear(&instance->memory);
}

/* ---- Rows ----------------------------------------------------------------------------------- */

/* Returns the field that is the layer of a field; the count of fields for one of the article. */
static uint32_t layer_field(const subject *self, uint32_t index)
{
    const field_binding *binding = &self->made_up[index];
    uint32_t field = binding->layer == SCHEMA_ARTICLE ? self->field_count : 0;
    while (field < self->field_count && (self->made_up[field].type != MILL_LAYER ||
                                         self->made_up[field].layer != binding->layer))
        field++;
    return field;
}

/* Returns the spans that a field is of; NULL for one of the article. */
static const mill_span *find_spans(const subject *self, const mill_document *handle, uint32_t index)
{
    uint32_t layer = layer_field(self, index), count;
    return layer < self->field_count ? document_spans(handle, layer, &count) : NULL;
}

static uint32_t count_rows(const subject *self, const mill_document *handle, uint32_t index)
{
    uint32_t layer = layer_field(self, index), count = 1;
    if (layer < self->field_count) document_spans(handle, layer, &count);
    return count;
}

/* ---- Making up ------------------------------------------------------------------------------ */

static size_t next_boundary(mill_text text, size_t at)
{
    while (at < text.length && !utf8_is_boundary(text.data, text.length, at)) at++;
    return at < text.length ? at : text.length;
}

/* Cuts a layer: pieces that end at a stop or a line break, every fifth with its second half once
 * more. */
static void make_layer(mill_document *handle, uint32_t index)
{
    mill_text text = document_text(handle);
    size_t least = 1 + text.length / MOST_ROWS;
    uint32_t rows = 0;
    for (size_t begin = 0, end; begin < text.length; begin = end) {
        end = begin + least;
        while (end < text.length && end - begin < LONGEST_SPAN && text.data[end - 1] != '.' &&
               text.data[end - 1] != '\n')
            end++;
        end = next_boundary(text, end);
        document_span_add(handle, index, begin, end);
        if (rows++ % 5 == 0)
            document_span_add(handle, index, next_boundary(text, begin + (end - begin) / 2), end);
    }
}

static mill_value make_value(const mill_document *handle, uint32_t type, mill_span span,
                             uint32_t row)
{
    static const char json[] = "{\"a\":[1,\"\\u0000\",null]}";
    mill_text text = document_text(handle);
    uint32_t half = (uint32_t)next_boundary(text, span.begin + (span.end - span.begin) / 2);
    mill_value value = {.type = type};
    switch (type) {
    case MILL_BOOLEAN: value.as.boolean = row % 2 == 1; break;
    case MILL_INTEGER: value.as.integer = (int64_t)row - 3; break;
    case MILL_NUMBER: value.as.number = (double)(row % 17) / 8 - 1; break;
    case MILL_SPAN: value.as.span = (mill_span){span.begin, half}; break;
    case MILL_JSON:
        value.as.string = json;
        value.length = sizeof json - 1;
        break;
    default: value.as.string = text.data + span.begin; value.length = half - span.begin;
    }
    return value;
}

/* Gives values to two of three rows. */
static void make_values(const subject *self, mill_document *handle, uint32_t index)
{
    const mill_span whole = {0, (uint32_t)document_text(handle).length};
    const mill_span *spans = find_spans(self, handle, index);
    uint32_t rows = count_rows(self, handle, index);
    for (uint32_t row = 0; row < rows; row++) {
        mill_value value =
            make_value(handle, self->made_up[index].type, spans != NULL ? spans[row] : whole, row);
        if (row % 3 != 2) document_set(handle, index, row, &value);
    }
}

static document_view own_view(const subject *self)
{
    return (document_view){
        .fields = self->made_up, .field_count = self->field_count, .may_decode = true};
}

/* Makes the document of a stage or a writer, as stages before it might have. */
static void make_up(const subject *self, document *article, mill_text text)
{
    mill_document *handle = document_handle(article);
    const document_view view = own_view(self);
    document_set_view(article, &view);
    document_set_text(handle, text.data, text.length);
    document_set_id(handle, "7", 1, true);
    document_add_metadata(handle, (mill_text){"title", 5}, (mill_text){"\"\\ud83d\\ude00\"", 14});
    for (uint32_t i = 0; i < self->field_count; i++)
        if (self->made_up[i].provided && self->made_up[i].type == MILL_LAYER) make_layer(handle, i);
    for (uint32_t i = 0; i < self->field_count; i++)
        if (self->made_up[i].provided && self->made_up[i].type != MILL_LAYER)
            make_values(self, handle, i);
}

/* ---- What came out -------------------------------------------------------------------------- */

static void tell_value(buffer *result, mill_value value)
{
    buffer_printf(result, "%u ", (unsigned)value.type);
    switch (value.type) {
    case MILL_NULL: break;
    case MILL_BOOLEAN: buffer_printf(result, "%d", value.as.boolean); break;
    case MILL_INTEGER: buffer_printf(result, "%lld", (long long)value.as.integer); break;
    case MILL_NUMBER: buffer_number(result, value.as.number); break;
    case MILL_SPAN:
        buffer_printf(result, "%u-%u", (unsigned)value.as.span.begin, (unsigned)value.as.span.end);
        break;
    default: buffer_write(result, value.as.string, value.length);
    }
    buffer_write(result, "\n", 1);
}

static void tell_text(buffer *result, mill_text text)
{
    buffer_printf(result, "%zu ", text.length);
    buffer_write(result, text.data, text.length);
}

static void tell_field(const subject *self, const mill_document *handle, uint32_t index,
                       buffer *result)
{
    const mill_span *spans = find_spans(self, handle, index);
    uint32_t rows = count_rows(self, handle, index);
    for (uint32_t row = 0; row < rows; row++) {
        if (self->made_up[index].type != MILL_LAYER)
            tell_value(result, document_get(handle, index, row));
        else
            buffer_printf(result, "%u-%u\n", (unsigned)spans[row].begin, (unsigned)spans[row].end);
    }
}

static void tell_document(const subject *self, document *article, buffer *result)
{
    const mill_document *handle = document_handle(article);
    const document_view view = own_view(self);
    mill_text key, json;
    document_set_view(article, &view);
    tell_text(result, document_id(handle, NULL));
    tell_text(result, document_text(handle));
    for (uint32_t i = 0; i < document_metadata_count(handle); i++) {
        document_metadata(handle, i, &key, &json);
        tell_text(result, key);
        tell_text(result, json);
    }
    for (uint32_t i = 0; i < self->field_count; i++) tell_field(self, handle, i, result);
}

bool subject_has_provided(const subject *self, uint32_t index)
{
    document *article = self->article;
    const mill_document *handle = document_handle(article);
    const document_view view = own_view(self);
    document_set_view(article, &view);
    uint32_t rows = count_rows(self, handle, index);
    if (self->fields[index].attribute == NULL) return rows > 0;
    for (uint32_t row = 0; row < rows; row++)
        if (document_get(handle, index, row).type != MILL_NULL) return true;
    return false;
}

/* ---- Working -------------------------------------------------------------------------------- */

/* Adds the time to the subject's clocks, with sign 1 after the plug-in has worked and -1 before. */
static void count_time(subject *self, double sign)
{
    struct timespec now;
    struct rusage used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    getrusage(RUSAGE_SELF, &used);
    self->seconds += sign * ((double)now.tv_sec + (double)now.tv_nsec / 1e9);
    self->user_seconds +=
        sign * ((double)used.ru_utime.tv_sec + (double)used.ru_utime.tv_usec / 1e6);
}

/* Says what became of an article when the plug-in has returned. */
static subject_outcome judge(const subject *self, document *article, mill_status status,
                             mill_error *why)
{
    if (!document_is_sound(article, &self->home)) {
        error_set(why, ERROR_PLUGIN, "has written over its document");
        return SUBJECT_DAMAGED;
    }
    bool finished = document_finish_stage(article);
    const char *fault = document_fault(article);
    if (fault != NULL) error_set(why, ERROR_PLUGIN, "%s", fault);
    if (self->host.breach != BREACH_NONE) return SUBJECT_BREACH;
    if (fault != NULL || !finished) return SUBJECT_REFUSED;
    if (status == MILL_OK) return SUBJECT_DONE;
    if (status == MILL_DROPPED && self->plugin->kind == MILL_STAGE) return SUBJECT_DROPPED;
    error_set(why, ERROR_PLUGIN, "fails without a reason; say it with mill_fail");
    return SUBJECT_SILENT;
}

static subject_outcome process(subject *self, const subject_instance *instance, document *article,
                               buffer *result, buffer *saved, mill_error *why)
{
    const mill_plugin *plugin = self->plugin;
    mill_document *handle = document_handle(article);
    buffer state;
    buffer_init(&state, &self->host.table, MEMORY_LIMIT);
    count_time(self, -1);
    mill_status status = plugin->process(instance->handle, handle);
    count_time(self, 1);
    bool keeps = plugin->save == NULL ||
                 (plugin->save(instance->handle, &state.output) == MILL_OK && !state.failed);
    subject_outcome outcome = judge(self, article, status, why);
    if (outcome != SUBJECT_DAMAGED && outcome != SUBJECT_BREACH && !keeps) {
        error_set(why, ERROR_PLUGIN, "cannot save its state");
        outcome = SUBJECT_REFUSED;
    }
    if (saved != NULL) buffer_write(saved, state.output.data, state.output.length);
    if (result != NULL && outcome == SUBJECT_DONE) tell_document(self, article, result);
    buffer_clear(&state);
    return outcome;
}

static subject_outcome encode(subject *self, const subject_instance *instance, document *article,
                              buffer *result, mill_error *why)
{
    buffer output;
    buffer_init(&output, &self->host.table, MEMORY_LIMIT);
    count_time(self, -1);
    mill_status status =
        self->plugin->encode(instance->handle, document_handle(article), &output.output);
    count_time(self, 1);
    subject_outcome outcome = judge(self, article, status, why);
    if (output.failed && (outcome == SUBJECT_DONE || outcome == SUBJECT_SILENT)) {
        error_set(why, ERROR_PLUGIN, "out of memory");
        outcome = SUBJECT_REFUSED;
    }
    if (result != NULL && outcome == SUBJECT_DONE)
        buffer_write(result, output.output.data, output.output.length);
    buffer_clear(&output);
    return outcome;
}

static document *begin(subject *self)
{
    static const char source[] = "article";
    return self->article = document_begin(&self->home, source, sizeof source - 1);
}

static subject_outcome decode(subject *self, const subject_instance *instance, mill_text record,
                              buffer *result, mill_error *why)
{
    field_binding nothing[1];
    document *article = begin(self);
    const document_view view = view_of(self, nothing);
    if (article == NULL) return SUBJECT_REFUSED;
    document_set_view(article, &view);
    mill_status status = self->plugin->decode(instance->handle, record, document_handle(article));
    subject_outcome outcome = judge(self, article, status, why);
    if (result != NULL && outcome == SUBJECT_DONE) tell_document(self, article, result);
    return outcome;
}

/* Cuts a file into records and decodes each. The file has MILL_PADDING bytes of anything behind. */
static subject_outcome read_file(subject *self, const subject_instance *instance, mill_text file,
                                 buffer *result, mill_error *why)
{
    subject_outcome outcome = SUBJECT_DONE;
    for (size_t at = 0; at < file.length;) {
        mill_frame frame = {0};
        size_t left = file.length - at;
        mill_status status =
            self->plugin->frame(instance->handle, file.data + at, left, true, &frame);
        if (status != MILL_OK || frame.end > left || frame.next > left || frame.next == 0) {
            error_set(why, ERROR_PLUGIN,
                      "frame at byte %zu of %zu, at_end: status %d, end %zu, next %zu", at,
                      file.length, (int)status, (size_t)frame.end, (size_t)frame.next);
            return SUBJECT_FRAMING;
        }
        mill_text record = {file.data + at, (size_t)frame.end};
        if (frame.blank == 0) outcome = decode(self, instance, record, result, why);
        if (outcome >= SUBJECT_SILENT) return outcome;
        at += (size_t)frame.next;
    }
    return outcome;
}

static subject_outcome read(subject *self, const subject_instance *instance, mill_text file,
                            buffer *result, mill_error *why)
{
    char *copy = malloc(file.length + MILL_PADDING); /* no byte more, for sanitizers */
    if (copy == NULL) return SUBJECT_REFUSED;
    if (file.length != 0) memcpy(copy, file.data, file.length);
    memset(copy + file.length, '"', MILL_PADDING);
    count_time(self, -1);
    subject_outcome outcome =
        read_file(self, instance, (mill_text){copy, file.length}, result, why);
    count_time(self, 1);
    free(copy);
    return outcome;
}

subject_outcome subject_work(subject *self, const subject_instance *instance, mill_text text,
                             uint64_t refuse_at, buffer *result, buffer *saved, mill_error *why)
{
    field_binding bindings[2 * 256 + 1];
    why->code = ERROR_NONE;
    self->seconds = self->user_seconds = 0;
    watched_host_begin(&self->host, refuse_at);
    if (self->plugin->kind == MILL_READER) return read(self, instance, text, result, why);
    document *article = begin(self);
    if (article == NULL) return SUBJECT_REFUSED;
    make_up(self, article, text);
    if (document_fault(article) != NULL) {
        error_set(why, ERROR_INPUT, "%s", document_fault(article));
        return SUBJECT_REFUSED;
    }
    const document_view view = view_of(self, bindings);
    document_set_view(article, &view);
    return self->plugin->kind == MILL_STAGE ? process(self, instance, article, result, saved, why)
                                            : encode(self, instance, article, result, why);
}
