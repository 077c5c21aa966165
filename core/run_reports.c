/* Both files are replaced whole, so that a reader never sees half of one. */
#include "run_reports.h"

#include "metrics.h"
#include "replace_file.h"

#include <time.h>

static double wall_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void run_reports_open(run_reports *self, const run_request *request, const statistics *counts)
{
    *self = (run_reports){request, counts, wall_clock()};
}

static void write_statistics(const run_reports *self, const char *path, buffer *text)
{
    (void)path;
    statistics_json(self->counts, text);
}

static void write_metrics(const run_reports *self, const char *path, buffer *text)
{
    const metrics what = {.counts = self->counts,
                          .pipeline = self->request->pipeline,
                          .path = path,
                          .started = self->started,
                          .committed = wall_clock()};
    metrics_text(&what, text);
}

static bool write_report(const run_reports *self, const char *path,
                         void (*write)(const run_reports *, const char *, buffer *),
                         mill_error *error)
{
    buffer text;
    if (path == NULL || (!self->counts->finished && !replace_file_is_possible(path))) return true;
    buffer_init(&text, NULL, (size_t)1 << 24);
    write(self, path, &text);
    bool fine = text.failed ? error_set(error, ERROR_MEMORY, "%s: out of memory", path)
                            : replace_file(path, text.output.data, text.output.length,
                                           REPLACE_FOR_READERS, error);
    buffer_clear(&text);
    return fine;
}

bool run_reports_write(const run_reports *self, mill_error *error)
{
    return write_report(self, self->request->stats, write_statistics, error) &&
           write_report(self, self->request->metrics, write_metrics, error);
}
