/* Draws on standard error only, over itself with a carriage return; never more than ten times a
 * second, so that it costs nothing. */
#include "progress.h"

#include "statistics.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define INTERVAL  100000000u /* nanoseconds */
#define BAR_WIDTH 24

void progress_open(progress *bar, bool wanted, uint64_t total_bytes)
{
    bar->descriptor = wanted ? STDERR_FILENO : -1;
    bar->total_bytes = total_bytes;
    bar->started = statistics_now();
    bar->drawn = bar->started;
}

/* A progress line that cannot be written is no reason to stop a run. */
static void draw(const progress *bar, const char *line, size_t length)
{
    ssize_t written = write(bar->descriptor, line, length);
    (void)written;
}

static int format_share(char *text, size_t size, double seconds, double share)
{
    char filled[BAR_WIDTH + 1];
    int cells = (int)(share * BAR_WIDTH);
    double left = share > 0 ? seconds / share - seconds : 0;
    memset(filled, '.', BAR_WIDTH);
    memset(filled, '#', (size_t)cells);
    filled[BAR_WIDTH] = '\0';
    return snprintf(text, size, "[%s] %3.0f %%  %d:%02d left  ", filled, share * 100,
                    (int)left / 60, (int)left % 60);
}

void progress_update(progress *bar, uint64_t articles, uint64_t dead, uint64_t bytes)
{
    char line[256] = "\r";
    size_t length = 1;
    if (bar->descriptor < 0) return;
    uint64_t now = statistics_now();
    if (now - bar->drawn < INTERVAL) return;
    bar->drawn = now;
    double seconds = (double)(now - bar->started) / 1e9;
    double share = bar->total_bytes > 0 ? (double)bytes / (double)bar->total_bytes : 0;
    if (share > 1) share = 1;
    if (bar->total_bytes > 0)
        length += (size_t)format_share(line + 1, sizeof line - 1, seconds, share);
    length += (size_t)snprintf(line + length, sizeof line - length,
                               "%llu articles  %.1f MB/s  %llu dead %s\033[K",
                               (unsigned long long)articles, (double)bytes / 1e6 / seconds,
                               (unsigned long long)dead, dead == 1 ? "letter" : "letters");
    draw(bar, line, length);
}

void progress_close(progress *bar)
{
    static const char wipe[] = "\r\033[K";
    if (bar->descriptor >= 0) draw(bar, wipe, sizeof wipe - 1);
    bar->descriptor = -1;
}
