/* The numbers are those of the summary after a run, so that the two can be compared; what is read
 * and not yet committed is under way. */
#include "run_state.h"

#define NANOSECONDS  1e9
#define MILLISECONDS 1e6 /* in nanoseconds */
#define MEGABYTE     1e6

static double seconds_between(uint64_t from, uint64_t to)
{
    return to > from ? (double)(to - from) / NANOSECONDS : 0;
}

/* Writes a name of a file or a section, which may hold anything, within a line. */
static void write_name(buffer *out, const char *name)
{
    for (; *name != '\0'; name++) {
        bool is_control = (unsigned char)*name < ' ' || *name == 0x7F;
        buffer_write(out, is_control ? " " : name, 1);
    }
}

static void write_articles(const statistics *counts, buffer *out)
{
    uint64_t done = counts->articles_out + counts->dropped + counts->dead;
    statistics_write_sum(counts, out);
    if (counts->articles_in > done)
        buffer_printf(out, " + %llu under way", (unsigned long long)(counts->articles_in - done));
    buffer_printf(out, "\n");
}

static void write_position(const run_state *self, buffer *out)
{
    double seconds = seconds_between(self->started, self->now);
    double rate = seconds > 0 ? (double)self->counts->bytes_in / MEGABYTE / seconds : 0;
    buffer_printf(out, "%.2f ", (double)self->bytes_read / MEGABYTE);
    if (self->bytes_total > 0) buffer_printf(out, "of %.2f ", (double)self->bytes_total / MEGABYTE);
    buffer_printf(out, "MB read");
    if (self->bytes_total > 0)
        buffer_printf(out, " (%.0f %%)",
                      100 * (double)self->bytes_read / (double)self->bytes_total);
    buffer_printf(out, ", %.1f MB/s, %.1f s", rate, seconds);
    if (self->source[0] != '\0') buffer_printf(out, ", at ");
    write_name(out, self->source);
    buffer_printf(out, "\n");
}

static void write_worker(const run_state *self, size_t index, buffer *out)
{
    const worker_state *worker = &self->workers[index];
    buffer_printf(out, "worker %zu: ", index + 1);
    if (worker->stage == NULL) {
        buffer_printf(out, "idle\n");
        return;
    }
    buffer_printf(out, "stage ");
    write_name(out, worker->stage);
    buffer_printf(out, ", article ");
    write_name(out, worker->source);
    if (worker->since != 0)
        buffer_printf(out, ", for %.1f s", seconds_between(worker->since, self->now));
    buffer_printf(out, "\n");
}

/* Names the stage that took most time, unless none took any. */
static void write_slowest(const statistics *counts, buffer *out)
{
    const stage_statistics *slowest = NULL;
    double sum = 0;
    for (size_t i = 0; i < counts->stage_count; i++) {
        const stage_statistics *stage = &counts->stages[i];
        if (slowest == NULL || stage->nanoseconds > slowest->nanoseconds) slowest = stage;
        sum += (double)stage->nanoseconds;
    }
    if (slowest == NULL || slowest->nanoseconds == 0) return;
    buffer_printf(out, "slowest stage: ");
    write_name(out, slowest->name);
    if (counts->bytes_in > 0)
        buffer_printf(out, ", %.3f ms/MB",
                      (double)slowest->nanoseconds / MILLISECONDS /
                          ((double)counts->bytes_in / MEGABYTE));
    buffer_printf(out, ", %.1f %% of the time, slowest article %.3f ms\n",
                  100 * (double)slowest->nanoseconds / sum,
                  (double)slowest->longest / MILLISECONDS);
}

void run_state_text(const run_state *self, buffer *out)
{
    const statistics *counts = self->counts;
    write_articles(counts, out);
    write_position(self, out);
    for (size_t i = 0; i < self->worker_count; i++) write_worker(self, i, out);
    if (counts->restarts > 0)
        buffer_printf(out, "workers replaced so far: %llu\n", (unsigned long long)counts->restarts);
    write_slowest(counts, out);
}
