/* The table hands plug-ins straight to the modules that do the work; only what `open` may ask for
 * is written here. Everything that `open` takes lives in the instance's arena. */
#include "host.h"

#include "buffer.h"
#include "document.h"
#include "field_parse.h"
#include "options.h"
#include "plugin_file.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20) /* of x86-64, and of arm64 with pages of 4 KiB */

static host_setup *from_handle(mill_setup *setup)
{
    return (host_setup *)(void *)setup;
}

static void setup_fail(mill_setup *handle, const char *format, va_list arguments)
{
    host_setup *setup = from_handle(handle);
    if (setup->error->code == ERROR_NONE)
        error_set_list(setup->error, ERROR_PLUGIN, format, arguments);
}

/* Asks for huge pages in a large table, where the system has any: a fork copies one entry for each
 * instead of 512, and each worker that crashes costs a fork. */
static void prefer_huge_pages(void *memory, size_t size)
{
    uintptr_t begin = (uintptr_t)memory, end = begin + size;
    uintptr_t first = (begin + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    uintptr_t last = end / HUGE_PAGE * HUGE_PAGE;
    if (first < last) madvise((char *)memory + (first - begin), last - first, MADV_HUGEPAGE);
}

static void *setup_alloc(mill_setup *handle, size_t size)
{
    host_setup *setup = from_handle(handle);
    void *memory = arena_alloc(setup->memory, size);
    if (memory == NULL) {
        if (setup->error->code == ERROR_NONE)
            error_set(setup->error, ERROR_MEMORY, "out of memory: %zu bytes asked for", size);
        return NULL;
    }
    prefer_huge_pages(memory, size);
    return memset(memory, 0, size);
}

static mill_value setup_option(mill_setup *handle, const char *name)
{
    host_setup *setup = from_handle(handle);
    mill_value nothing = {.type = MILL_NULL};
    for (uint32_t i = 0; i < setup->option_count; i++) {
        const mill_option *option = option_at(setup->options, setup->option_stride, i);
        if (strcmp(option->name, name) == 0) return setup->values[i];
    }
    if (setup->error->code == ERROR_NONE)
        error_set(setup->error, ERROR_PLUGIN, "asks for option '%s', which it does not declare",
                  name);
    return nothing;
}

static const mill_field *setup_fields(mill_setup *handle, uint32_t *count)
{
    host_setup *setup = from_handle(handle);
    *count = setup->field_count;
    return setup->fields;
}

/* Reads an open file to its end, however long it says it is. */
static mill_status read_all(mill_setup *handle, FILE *file, const char *path, mill_text *contents)
{
    host_setup *setup = from_handle(handle);
    size_t held = 0, room = 1 << 16;
    char *data = arena_alloc(setup->memory, room);
    while (data != NULL) {
        held += fread(data + held, 1, room - held - MILL_PADDING, file);
        if (ferror(file))
            return mill_setup_fail(handle, "%s: %s; check the path", path, strerror(errno));
        if (feof(file)) break;
        data = arena_resize(setup->memory, data, room, room * 2);
        room *= 2;
    }
    if (data == NULL) return mill_setup_fail(handle, "%s: out of memory", path);
    memset(data + held, 0, MILL_PADDING);
    contents->data = data;
    contents->length = held;
    return MILL_OK;
}

static mill_status setup_declare(mill_setup *handle, uint32_t use, mill_text text)
{
    char why[200];
    host_setup *setup = from_handle(handle);
    declared_fields *declared = setup->declared;
    if (declared == NULL) return mill_setup_fail(handle, "declares a field outside of declare");
    if (declared->count == declared->room)
        return mill_setup_fail(handle, "declares more than %u fields", (unsigned)declared->room);
    mill_field *field = &declared->items[declared->count];
    *field = (mill_field){.use = use, .help = "as the pipeline has it"};
    if (!field_parse(text, setup->memory, field, why, sizeof why))
        return mill_setup_fail(handle, "%s", why);
    declared->count++;
    return MILL_OK;
}

static mill_status setup_read_file(mill_setup *handle, const char *path, mill_text *contents)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return mill_setup_fail(handle, "%s: %s; check the path", path, strerror(errno));
    mill_status status = read_all(handle, file, path, contents);
    fclose(file);
    return status;
}

/* ---- Output -------------------------------------------------------------------------------- */

static buffer *from_output(mill_output *output)
{
    return (buffer *)(void *)output;
}

static bool output_grow(mill_output *output, size_t room)
{
    return buffer_reserve(from_output(output), room);
}

static void output_json(mill_output *output, const char *data, size_t length)
{
    buffer_json(from_output(output), data, length);
}

static void output_number(mill_output *output, double number)
{
    buffer_number(from_output(output), number);
}

const mill_host host_table = {
    .size = sizeof(mill_host),
    .abi = PLUGIN_ABI_NEWEST,
    .setup_fail = setup_fail,
    .setup_alloc = setup_alloc,
    .setup_option = setup_option,
    .setup_fields = setup_fields,
    .setup_read_file = setup_read_file,
    .fail_article = document_fail,
    .alloc = document_alloc,
    .text = document_text,
    .raw = document_raw,
    .id = document_id,
    .source = document_source,
    .metadata_count = document_metadata_count,
    .metadata = document_metadata,
    .set_text = document_set_text,
    .set_id = document_set_id,
    .add_metadata = document_add_metadata,
    .edit = document_edit,
    .span_add = document_span_add,
    .spans = document_spans,
    .set = document_set,
    .get = document_get,
    .raw_span = document_raw_span,
    .text_offset = document_text_offset,
    .raw_offset = document_raw_offset,
    .output_grow = output_grow,
    .output_json = output_json,
    .output_number = output_number,
    .change = document_change,
    .values = document_values,
    .set_numbers = document_set_numbers,
    .set_row = document_set_row,
    .setup_declare = setup_declare,
};
