/* Names follow the conventions of Prometheus: base units (seconds, bytes), `_total` for what only
 * grows. A metric is a row of a table, so that HELP, TYPE and samples cannot part. The format wants
 * all samples of a metric in one group, and label values in UTF-8. */
#include "metrics.h"

#include "utf8.h"

/* ---- Labels -------------------------------------------------------------------------------- */

static const char *name_in_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static void write_escaped(buffer *out, char byte)
{
    if (byte == '\n') {
        buffer_write(out, "\\n", 2);
        return;
    }
    if (byte == '\\' || byte == '"') buffer_write(out, "\\", 1);
    buffer_write(out, &byte, 1);
}

/* Writes ` NAME="VALUE"` without the space. A byte that is no UTF-8 appears as \xHH, so that two
 * names that differ stay different. */
static void write_label(buffer *out, const char *name, const char *value, size_t length)
{
    buffer_printf(out, "%s=\"", name);
    while (length > 0) {
        size_t valid = utf8_valid_prefix(value, length);
        for (size_t i = 0; i < valid; i++) write_escaped(out, value[i]);
        if (valid < length) buffer_printf(out, "\\\\x%02X", (unsigned char)value[valid++]);
        value += valid;
        length -= valid;
    }
    buffer_write(out, "\"", 1);
}

/* Writes the labels of a sample; `stage` NULL: of the whole run. */
static void write_labels(const metrics *self, const char *stage, buffer *out)
{
    const char *pipeline = name_in_folder(self->pipeline), *run = name_in_folder(self->path);
    size_t length = strlen(run), ending = strlen(".prom");
    if (length > ending && strcmp(run + length - ending, ".prom") == 0) length -= ending;
    buffer_write(out, "{", 1);
    write_label(out, "pipeline", pipeline, strlen(pipeline));
    buffer_write(out, ",", 1);
    write_label(out, "run", run, length);
    if (stage != NULL) {
        buffer_write(out, ",", 1);
        write_label(out, "stage", stage, strlen(stage));
    }
    buffer_write(out, "}", 1);
}

/* ---- Metrics ------------------------------------------------------------------------------- */

#define NANOSECONDS 1e9

typedef struct heading {
    const char *name; /* without the textmill_ before it */
    const char *type;
    const char *help;
} heading;

static void write_heading(const heading *metric, buffer *out)
{
    buffer_printf(out, "# HELP textmill_%s %s\n# TYPE textmill_%s %s\n", metric->name, metric->help,
                  metric->name, metric->type);
}

static void write_sample(const metrics *self, const heading *metric, const char *stage,
                         double value, buffer *out)
{
    buffer_printf(out, "textmill_%s", metric->name);
    write_labels(self, stage, out);
    buffer_write(out, " ", 1);
    buffer_number(out, value);
    buffer_write(out, "\n", 1);
}

static void write_metric(const metrics *self, heading metric, double value, buffer *out)
{
    write_heading(&metric, out);
    write_sample(self, &metric, NULL, value, out);
}

static void write_run(const metrics *self, buffer *out)
{
    const statistics *counts = self->counts;
    const struct {
        heading metric;
        uint64_t count;
    } rows[] = {
        {{"articles_in_total", "counter", "Articles read."}, counts->articles_in},
        {{"articles_out_total", "counter", "Articles written to the outputs."},
         counts->articles_out},
        {{"articles_dropped_total", "counter", "Articles that a stage dropped."}, counts->dropped},
        {{"dead_letters_total", "counter", "Articles set aside with the reason of their failure."},
         counts->dead},
        {{"input_bytes_total", "counter", "Bytes of the records read, decompressed."},
         counts->bytes_in},
        {{"output_bytes_total", "counter", "Bytes given to all outputs, before compression."},
         counts->bytes_out},
        {{"worker_restarts_total", "counter", "Worker processes that had to be replaced."},
         counts->restarts},
        {{"workers", "gauge", "Worker processes; 0: all is done in one process."}, counts->workers},
        {{"run_finished", "gauge", "1: the run is finished; 0: it is under way or was broken off."},
         counts->finished},
    };
    for (size_t i = 0; i < MILL_COUNT(rows); i++)
        write_metric(self, rows[i].metric, (double)rows[i].count, out);
}

static void write_times(const metrics *self, buffer *out)
{
    static const heading start = {"run_start_timestamp_seconds", "gauge",
                                  "When the run started, since 1970."};
    static const heading commit = {"last_commit_timestamp_seconds", "gauge",
                                   "When finished articles were last made safe, since 1970."};
    write_metric(self, start, self->started, out);
    if (self->committed > 0) write_metric(self, commit, self->committed, out);
}

/* Returns what the rows of the table below tell of a stage, by their index. */
static double value_of_stage(const stage_statistics *stage, size_t index)
{
    switch (index) {
    case 0: return (double)stage->articles;
    case 1: return (double)stage->dropped;
    case 2: return (double)stage->dead;
    case 3: return (double)stage->nanoseconds / NANOSECONDS;
    default: return (double)stage->longest / NANOSECONDS;
    }
}

static void write_stages(const metrics *self, buffer *out)
{
    static const heading rows[] = {
        {"stage_articles_total", "counter", "Articles that a stage was called for."},
        {"stage_dropped_total", "counter", "Articles that a stage dropped."},
        {"stage_dead_letters_total", "counter", "Articles set aside because a stage failed."},
        {"stage_seconds_total", "counter", "Time that a stage took, of all workers together."},
        {"stage_longest_seconds", "gauge", "Time that the slowest article of a stage took."},
    };
    const statistics *counts = self->counts;
    for (size_t i = 0; i < MILL_COUNT(rows) && counts->stage_count > 0; i++) {
        write_heading(&rows[i], out);
        for (size_t k = 0; k < counts->stage_count; k++)
            write_sample(self, &rows[i], counts->stages[k].name,
                         value_of_stage(&counts->stages[k], i), out);
    }
}

void metrics_text(const metrics *self, buffer *out)
{
    write_run(self, out);
    write_times(self, out);
    write_stages(self, out);
}
