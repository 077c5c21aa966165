/* Only what can change the output is part of it: not the workers, the limits of time and memory, or
 * how often a checkpoint is written. */
#include "run_identity.h"

#include "digest.h"
#include "options.h"
#include "textmill/plugin.h"

#include <inttypes.h>
#include <string.h>

#define MOST_NAMED 1000 /* input files, each with a line of its own */

/* A path may hold anything; in a line it may not break the line. */
static void write_value(buffer *out, const char *value)
{
    for (; *value != '\0'; value++)
        buffer_write(out, *value == '\n' || *value == '\r' ? "?" : value, 1);
    buffer_write(out, "\n", 1);
}

static bool write_step(const pipeline_step *step, buffer *out, mill_error *error)
{
    const mill_plugin *plugin = step->plugin;
    char sum[DIGEST_TEXT];
    if (!digest_file(step->entry->path, sum, error)) return false;
    buffer_printf(out, "[%s] %s %s, digest %s\n", step->section, plugin->name, plugin->version,
                  sum);
    for (uint32_t i = 0; i < plugin->option_count; i++) {
        const mill_option *option = option_at(plugin->options, plugin->header.option_size, i);
        buffer_printf(out, "[%s] %s = ", step->section, option->name);
        write_value(out, step->options[i].text);
    }
    if (plugin->kind != MILL_WRITER) return true;
    buffer_printf(out, "[%s] path = ", step->section);
    write_value(out, step->path != NULL ? step->path : "-");
    return true;
}

static bool write_steps(const pipeline_step *steps, size_t count, buffer *out, mill_error *error)
{
    for (size_t i = 0; i < count; i++)
        if (!write_step(&steps[i], out, error)) return false;
    return true;
}

static void write_input(const input_file *file, buffer *out)
{
    buffer_printf(out, "input of %" PRIu64 " bytes, changed at %" PRId64 ".%09" PRIu32 ": ",
                  file->size, file->modified_seconds, file->modified_nanoseconds);
    write_value(out, file->path);
}

/* Stands for more files than a checkpoint should name again and again. */
static bool write_many_inputs(const input_list *inputs, buffer *out, mill_error *error)
{
    buffer line;
    char sum[DIGEST_TEXT];
    digest *all = digest_create();
    if (all == NULL) return error_set(error, ERROR_MEMORY, "out of memory");
    buffer_init(&line, NULL, SIZE_MAX);
    for (size_t i = 0; i < inputs->count; i++) {
        buffer_reset(&line);
        write_input(&inputs->files[i], &line);
        digest_update(all, (mill_text){line.output.data, line.output.length});
    }
    digest_text(all, sum);
    buffer_printf(out, "input of %" PRIu64 " bytes in %zu files, digest of names and times %s\n",
                  inputs->total_bytes, inputs->count, sum);
    buffer_clear(&line);
    digest_destroy(all);
    return true;
}

static bool write_inputs(const input_list *inputs, buffer *out, mill_error *error)
{
    if (inputs->count > MOST_NAMED) return write_many_inputs(inputs, out, error);
    for (size_t i = 0; i < inputs->count; i++) write_input(&inputs->files[i], out);
    return true;
}

bool run_identity_write(const pipeline *chain, const run_request *request, const input_list *inputs,
                        buffer *out, mill_error *error)
{
    buffer_printf(out, "textmill %s\n[pipeline] max_article = %zu\n", TEXTMILL_VERSION,
                  chain->settings.max_article);
    if (!write_steps(chain->readers, chain->reader_count, out, error) ||
        !write_steps(chain->stages, chain->stage_count, out, error) ||
        !write_steps(chain->outputs, chain->output_count, out, error))
        return false;
    buffer_printf(out, "shard %" PRIu32 "/%" PRIu32 "\n", request->inputs.share.number,
                  request->inputs.share.count);
    return write_inputs(inputs, out, error);
}
