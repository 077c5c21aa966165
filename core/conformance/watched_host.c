/* Each function asks whether the document has a fault before and after the real one: a fault that
 * is new is this call's. Which declaration it strays from is seen from what was asked for. */
#include "conformance/watched_host.h"

#include "buffer.h"
#include "document.h"
#include "host.h"
#include "pipeline_fields.h"

static watched_host *watcher(const mill_host *table)
{
    return (watched_host *)(uintptr_t)table;
}

static const char *fault_of(const mill_document *handle)
{
    return document_fault((const document *)(const void *)handle);
}

static void note(const mill_document *handle, bool was_fine, breach kind)
{
    watched_host *self = watcher(handle->host);
    if (was_fine && fault_of(handle) != NULL && self->breach == BREACH_NONE) self->breach = kind;
}

/* Tells whether this request for memory is the one that is not granted. */
static bool refuses(watched_host *self)
{
    return ++self->requests == self->refuse_at;
}

__attribute__((format(printf, 2, 3))) static void set_fault(mill_document *handle,
                                                            const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    document_fail(handle, format, arguments);
    va_end(arguments);
}

static bool refuses_article(mill_document *handle)
{
    if (!refuses(watcher(handle->host))) return false;
    set_fault(handle, "out of memory");
    return true;
}

/* Tells whether a field is one that the plug-in provides. */
static const mill_field *find_provided(const mill_document *handle, uint32_t index)
{
    const mill_plugin *plugin = watcher(handle->host)->plugin;
    const mill_field *field = index < plugin->field_count ? plugin_field(plugin, index) : NULL;
    return field != NULL && field->use == MILL_PROVIDES ? field : NULL;
}

/* ---- With a document ------------------------------------------------------------------------ */

static void fail_article(mill_document *handle, const char *format, va_list arguments)
{
    if (fault_of(handle) == NULL) watcher(handle->host)->has_refused = true;
    document_fail(handle, format, arguments);
}

static void *alloc(mill_document *handle, size_t size)
{
    return refuses_article(handle) ? NULL : document_alloc(handle, size);
}

static void set_text(mill_document *handle, const char *data, size_t length)
{
    bool was_fine = fault_of(handle) == NULL,
         reads = watcher(handle->host)->plugin->kind == MILL_READER;
    if (refuses_article(handle)) return;
    document_set_text(handle, data, length);
    if (!reads) note(handle, was_fine, BREACH_FIELD);
}

static void set_id(mill_document *handle, const char *data, size_t length, bool literal)
{
    bool was_fine = fault_of(handle) == NULL,
         reads = watcher(handle->host)->plugin->kind == MILL_READER;
    if (refuses_article(handle)) return;
    document_set_id(handle, data, length, literal);
    if (!reads) note(handle, was_fine, BREACH_FIELD);
}

static void add_metadata(mill_document *handle, mill_text key, mill_text json)
{
    bool was_fine = fault_of(handle) == NULL,
         reads = watcher(handle->host)->plugin->kind == MILL_READER;
    if (refuses_article(handle)) return;
    document_add_metadata(handle, key, json);
    if (!reads) note(handle, was_fine, BREACH_FIELD);
}

static void edit(mill_document *handle, size_t begin, size_t end, const char *data, size_t length)
{
    bool was_fine = fault_of(handle) == NULL;
    bool may_edit = (watcher(handle->host)->plugin->flags & MILL_EDITS_TEXT) != 0;
    if (refuses_article(handle)) return;
    document_edit(handle, begin, end, data, length);
    note(handle, was_fine, may_edit ? BREACH_EDIT : BREACH_FIELD);
}

static uint32_t span_add(mill_document *handle, uint32_t index, size_t begin, size_t end)
{
    bool was_fine = fault_of(handle) == NULL;
    const mill_field *field = find_provided(handle, index);
    if (refuses_article(handle)) return 0;
    uint32_t row = document_span_add(handle, index, begin, end);
    note(handle, was_fine, field != NULL && field->type == MILL_LAYER ? BREACH_SPAN : BREACH_FIELD);
    return row;
}

static const mill_span *spans(const mill_document *handle, uint32_t index, uint32_t *count)
{
    bool was_fine = fault_of(handle) == NULL;
    const mill_span *found = document_spans(handle, index, count);
    note(handle, was_fine, BREACH_FIELD);
    return found;
}

static void set(mill_document *handle, uint32_t index, uint32_t row, const mill_value *value)
{
    bool was_fine = fault_of(handle) == NULL;
    const mill_field *field = find_provided(handle, index);
    bool is_span = field != NULL && field->type == MILL_SPAN && value->type == MILL_SPAN;
    if (refuses_article(handle)) return;
    document_set(handle, index, row, value);
    note(handle, was_fine, is_span ? BREACH_SPAN : BREACH_FIELD);
}

static mill_value get(const mill_document *handle, uint32_t index, uint32_t row)
{
    bool was_fine = fault_of(handle) == NULL;
    mill_value value = document_get(handle, index, row);
    note(handle, was_fine, BREACH_FIELD);
    return value;
}

/* ---- In open and encode --------------------------------------------------------------------- */

static void *setup_alloc(mill_setup *setup, size_t size)
{
    if (!refuses(watcher(setup->host))) return host_table.setup_alloc(setup, size);
    mill_setup_fail(setup, "out of memory: %zu bytes asked for", size);
    return NULL;
}

static mill_status setup_read_file(mill_setup *setup, const char *path, mill_text *contents)
{
    if (!refuses(watcher(setup->host))) return host_table.setup_read_file(setup, path, contents);
    return mill_setup_fail(setup, "%s: out of memory", path);
}

static bool output_grow(mill_output *output, size_t room)
{
    if (!refuses(watcher(output->host))) return host_table.output_grow(output, room);
    ((buffer *)(void *)output)->failed = true;
    return false;
}

void watched_host_init(watched_host *self, const mill_plugin *plugin)
{
    *self = (watched_host){.table = host_table, .plugin = plugin};
    self->table.fail_article = fail_article;
    self->table.alloc = alloc;
    self->table.set_text = set_text;
    self->table.set_id = set_id;
    self->table.add_metadata = add_metadata;
    self->table.edit = edit;
    self->table.span_add = span_add;
    self->table.spans = spans;
    self->table.set = set;
    self->table.get = get;
    self->table.setup_alloc = setup_alloc;
    self->table.setup_read_file = setup_read_file;
    self->table.output_grow = output_grow;
}

void watched_host_begin(watched_host *self, uint64_t refuse_at)
{
    self->breach = BREACH_NONE;
    self->has_refused = false;
    self->requests = 0;
    self->refuse_at = refuse_at;
}
