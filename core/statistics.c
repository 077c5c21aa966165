/* Counting and its two forms: a table for people, JSON for programs. Rates are per million bytes of
 * records read, which is the unit of the benchmarks. */
#include "statistics.h"

#include <time.h>

#define NANOSECONDS 1e9
#define MEGABYTE    1e6

uint64_t statistics_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

bool statistics_balance(const statistics *counts)
{
    return counts->articles_in == counts->articles_out + counts->dropped + counts->dead;
}

static double per_megabyte(const statistics *counts, uint64_t nanoseconds)
{
    if (counts->bytes_in == 0) return 0;
    return (double)nanoseconds / 1e6 / ((double)counts->bytes_in / MEGABYTE);
}

static double megabytes_per_second(const statistics *counts)
{
    return counts->seconds > 0 ? (double)counts->bytes_in / MEGABYTE / counts->seconds : 0;
}

static uint64_t sum_of_stages(const statistics *counts)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < counts->stage_count; i++) sum += counts->stages[i].nanoseconds;
    return sum;
}

static void stage_json(const stage_statistics *stage, buffer *out)
{
    buffer_printf(out, "{\"name\":");
    buffer_json(out, stage->name, strlen(stage->name));
    buffer_printf(out, ",\"articles\":%llu,\"dropped\":%llu,\"dead_letters\":%llu,\"seconds\":",
                  (unsigned long long)stage->articles, (unsigned long long)stage->dropped,
                  (unsigned long long)stage->dead);
    buffer_number(out, (double)stage->nanoseconds / NANOSECONDS);
    buffer_printf(out, ",\"longest_seconds\":");
    buffer_number(out, (double)stage->longest / NANOSECONDS);
    buffer_printf(out, "}");
}

void statistics_json(const statistics *counts, buffer *out)
{
    buffer_printf(out,
                  "{\"finished\":%s,\"workers\":%u,\"restarts\":%llu,"
                  "\"articles_in\":%llu,\"articles_out\":%llu,\"dropped\":%llu,"
                  "\"dead_letters\":%llu,\"bytes_in\":%llu,\"bytes_out\":%llu,\"seconds\":",
                  counts->finished ? "true" : "false", counts->workers,
                  (unsigned long long)counts->restarts, (unsigned long long)counts->articles_in,
                  (unsigned long long)counts->articles_out, (unsigned long long)counts->dropped,
                  (unsigned long long)counts->dead, (unsigned long long)counts->bytes_in,
                  (unsigned long long)counts->bytes_out);
    buffer_number(out, counts->seconds);
    buffer_printf(out, ",\"megabytes_per_second\":");
    buffer_number(out, megabytes_per_second(counts));
    buffer_printf(out, ",\"stages\":[");
    for (size_t i = 0; i < counts->stage_count; i++) {
        if (i > 0) buffer_printf(out, ",");
        stage_json(&counts->stages[i], out);
    }
    buffer_printf(out, "]}\n");
}

void statistics_write_sum(const statistics *counts, buffer *out)
{
    buffer_printf(out, "%llu %s in = %llu out + %llu dropped + %llu dead %s",
                  (unsigned long long)counts->articles_in,
                  counts->articles_in == 1 ? "article" : "articles",
                  (unsigned long long)counts->articles_out, (unsigned long long)counts->dropped,
                  (unsigned long long)counts->dead, counts->dead == 1 ? "letter" : "letters");
}

void statistics_table(const statistics *counts, buffer *out)
{
    uint64_t sum = sum_of_stages(counts);
    buffer_printf(out, "  %-20s %9s %8s %9s %7s %12s\n", "stage", "articles", "dropped", "ms/MB",
                  "share", "slowest ms");
    for (size_t i = 0; i < counts->stage_count; i++) {
        const stage_statistics *stage = &counts->stages[i];
        buffer_printf(out, "  %-20s %9llu %8llu %9.3f %5.1f %% %12.3f\n", stage->name,
                      (unsigned long long)stage->articles, (unsigned long long)stage->dropped,
                      per_megabyte(counts, stage->nanoseconds),
                      sum > 0 ? 100.0 * (double)stage->nanoseconds / (double)sum : 0,
                      (double)stage->longest / 1e6);
    }
    statistics_write_sum(counts, out);
    buffer_printf(out, "\n%.2f MB in, %.2f MB out, %.3f s, %.1f MB/s\n",
                  (double)counts->bytes_in / MEGABYTE, (double)counts->bytes_out / MEGABYTE,
                  counts->seconds, megabytes_per_second(counts));
    if (counts->restarts > 0)
        buffer_printf(out, "%llu %s replaced\n", (unsigned long long)counts->restarts,
                      counts->restarts == 1 ? "worker had to be" : "workers had to be");
}
