/* bench - what a run of textmill costs, and what its worker processes add to that.
 *
 * No absolute number is judged: runs are compared with `LC_ALL=C wc -w` on the same file, or with
 * each other. A round has one run of each kind, and only runs of one round are compared: where the
 * machine is busy or slow for a while it is so for both, and the ratio hardly moves. */
#include "alone.h"
#include "textmill_run.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MEGABYTE 1e6

#define CRASH_EVERY "50" /* articles; some hundred crashes in 50 MB */

enum { EXIT_WRONG_USAGE = 2, EXIT_DEAD_LETTERS = 3 };

static const char usage[] =
    "usage: bench --rounds N PROGRAM PIPELINE CRASHING FILE\n"
    "           times PROGRAM run PIPELINE against wc -w and with several numbers of workers;\n"
    "           CRASHING is a pipeline with the stage crash\n"
    "       bench --alone N PROGRAM FILE PIPELINE...\n"
    "           times the stages of each PIPELINE against wc -w\n"
    "       bench --memory MAKE_CORPUS SHORT LONG PROGRAM PIPELINE\n"
    "           peak memory on a corpus of SHORT and one of LONG bytes through a pipe\n"
    "\n"
    "Exits with 1 if a bar is broken.\n";

/* ---- Bars ---------------------------------------------------------------------------------- */

/* What must hold: upper limits, all but the last of medians. A short stream does not fill all that
 * is there for batches: some growth is none. */
static const struct bars {
    double cpu_to_wc, one_worker_cpu, two_workers_wall, crash_ms, memory_growth;
} bars = {2.0, 1.05, 0.56, 5.0, 1.5};

#define GOAL_TO_WC 0.5 /* aimed at, not judged */

/* Prints how a median stands to its bar; returns whether it keeps it. */
static bool keeps_bar(const char *what, double bar, double median)
{
    bool met = median <= bar;
    printf("%-48s %5.2f %8.3f   %s\n", what, bar, median, met ? "met" : "BROKEN");
    return met;
}

/* ---- Rounds -------------------------------------------------------------------------------- */

typedef struct bench {
    char *program;
    char *pipeline;
    char *crashing;
    char *file;
    double megabytes;
    size_t rounds;
    run_folder folder;
    uint64_t articles;
    uint64_t dead;
    uint64_t crashes; /* in one run */
    series wc;        /* CPU, as the four behind it */
    series textmill;  /* with as many workers as it likes */
    series inlined, one_worker, two_workers;
    series inlined_wall, two_workers_wall;
    series crash_ms;            /* wall time of one crash */
    series stages[MOST_STAGES]; /* elapsed, inline */
    size_t stage_count;
} bench;

static bool run_wc(bench *self, size_t round)
{
    char *const command[] = {"wc", "-w", self->file, NULL};
    measurement taken;
    if (!measure(command, true, &taken)) return false;
    self->wc.numbers[round] = taken.cpu;
    if (taken.exit_code == 0 && taken.cpu > 0) return true;
    fprintf(stderr, "bench: wc -w %s ended with %d after %.3f s of CPU; take a larger file\n",
            self->file, taken.exit_code, taken.cpu);
    return false;
}

/* Runs the pipeline with a number of workers; NULL: its own choice. */
static bool run_pipeline(bench *self, char *workers, textmill_run *run)
{
    char *const words[] = {self->program, self->pipeline, self->file};
    char *const options[] = {workers != NULL ? "--workers" : NULL, workers, NULL};
    return textmill_run_measure(run, &self->folder, words, options);
}

static void keep_stages(bench *self, const textmill_run *run, size_t round)
{
    self->articles = run->articles;
    self->dead = run->dead;
    self->stage_count = run->stage_count;
    for (size_t i = 0; i < run->stage_count; i++) {
        memcpy(self->stages[i].name, run->stages[i].name, NAME_SIZE);
        self->stages[i].numbers[round] = run->stages[i].seconds;
    }
}

static bool run_workers(bench *self, size_t round)
{
    textmill_run own, none, one, two;
    if (!run_pipeline(self, NULL, &own) || !run_pipeline(self, "0", &none) ||
        !run_pipeline(self, "1", &one) || !run_pipeline(self, "2", &two))
        return false;
    keep_stages(self, &none, round);
    self->textmill.numbers[round] = own.cost.cpu;
    self->inlined.numbers[round] = none.cost.cpu;
    self->one_worker.numbers[round] = one.cost.cpu;
    self->two_workers.numbers[round] = two.cost.cpu;
    self->inlined_wall.numbers[round] = none.cost.elapsed;
    self->two_workers_wall.numbers[round] = two.cost.elapsed;
    return true;
}

/* One worker: with more of them, part of what a crash costs would hide behind the others' work. */
static bool run_crashing(bench *self, char *every, textmill_run *run)
{
    char *const words[] = {self->program, self->crashing, self->file};
    char *const options[] = {"--workers", "1", "--set", every, NULL};
    return textmill_run_measure(run, &self->folder, words, options);
}

static bool run_crashes(bench *self, size_t round)
{
    textmill_run calm, crashing;
    if (!run_crashing(self, "crash.every=0", &calm) ||
        !run_crashing(self, "crash.every=" CRASH_EVERY, &crashing))
        return false;
    self->crashes = crashing.restarts;
    self->crash_ms.numbers[round] =
        (crashing.cost.elapsed - calm.cost.elapsed) * 1e3 / (double)crashing.restarts;
    if (calm.restarts == 0 && crashing.restarts > 0) return true;
    fprintf(stderr, "bench: %s crashed %" PRIu64 " times, and %" PRIu64 " times when told not to\n",
            self->crashing, crashing.restarts, calm.restarts);
    return false;
}

static bool run_round(bench *self, size_t round)
{
    return run_wc(self, round) && run_workers(self, round) && run_crashes(self, round);
}

static bool run_rounds(bench *self)
{
    if (!run_round(self, 0)) return false; /* to warm up; it is overwritten */
    for (size_t round = 0; round < self->rounds; round++)
        if (!run_round(self, round)) return false;
    return true;
}

/* ---- Tables -------------------------------------------------------------------------------- */

static void print_head(const char *unit)
{
    printf("\n%-28s %8s %9s  %8s %8s %8s\n", unit, "ms/MB", "MB/s", "ratio", "ratio", "ratio");
    printf("%-28s %8s %9s  %8s %8s %8s\n", "", "median", "median", "min", "median", "max");
}

static void print_row(const bench *self, const char *indent, const series *of, const series *to)
{
    double per_megabyte = series_spread(of, self->rounds).median * 1e3 / self->megabytes;
    spread ratio = series_ratio(of, to, self->rounds);
    printf("%s%-*s %8.3f %9.1f  %8.3f %8.3f %8.3f\n", indent, 28 - (int)strlen(indent), of->name,
           per_megabyte, per_megabyte > 0 ? 1e3 / per_megabyte : 0, ratio.minimum, ratio.median,
           ratio.maximum);
}

/* Prints what the stages leave of the whole: starting, reading, framing, writing. */
static void print_rest(const bench *self)
{
    series rest = self->inlined;
    snprintf(rest.name, sizeof rest.name, "outside the stages");
    for (size_t stage = 0; stage < self->stage_count; stage++)
        for (size_t i = 0; i < self->rounds; i++) rest.numbers[i] -= self->stages[stage].numbers[i];
    print_row(self, "  ", &rest, &self->wc);
}

static void print_tables(const bench *self)
{
    printf("%s: %.1f MB (1 MB = 1,000,000 bytes), %" PRIu64 " articles, %" PRIu64
           " dead letters; %zu rounds after one to warm up; output goes to /dev/null\n",
           self->file, self->megabytes, self->articles, self->dead, self->rounds);
    print_head("CPU, to wc");
    print_row(self, "", &self->wc, &self->wc);
    print_row(self, "", &self->textmill, &self->wc);
    print_row(self, "", &self->inlined, &self->wc);
    for (size_t i = 0; i < self->stage_count; i++)
        print_row(self, "  ", &self->stages[i], &self->wc);
    print_rest(self);
    print_head("CPU, to --workers 0");
    print_row(self, "", &self->one_worker, &self->inlined);
    print_row(self, "", &self->two_workers, &self->inlined);
    print_head("wall time, to --workers 0");
    print_row(self, "", &self->two_workers_wall, &self->inlined_wall);
    spread crash = series_spread(&self->crash_ms, self->rounds);
    printf("\nwall time of one crash, with 50 MB of lexicon and one worker: %.2f ms (min), %.2f "
           "(median), %.2f (max);\n%" PRIu64 " crashes a run, against runs without\n",
           crash.minimum, crash.median, crash.maximum, self->crashes);
    printf("\nCPU: user + system, of textmill with its workers. Stages: time elapsed in them with "
           "--workers 0,\nwhich other work on the machine prolongs.\n");
}

static size_t count_cores(void)
{
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? (size_t)CPU_COUNT(&allowed) : 1;
}

/* Prints how the medians stand to the bars; returns whether they keep them all. */
static bool print_verdict(const bench *self)
{
    size_t rounds = self->rounds;
    double to_wc = series_ratio(&self->textmill, &self->wc, rounds).median;
    printf("\n%-48s %5s %8s\n", "", "bar", "median");
    bool fine = keeps_bar("CPU to wc -w", bars.cpu_to_wc, to_wc);
    printf("%-48s %5.2f %8.3f   %s\n", "  aimed at", GOAL_TO_WC, to_wc,
           to_wc <= GOAL_TO_WC ? "met" : "not reached");
    fine &= keeps_bar("CPU of --workers 1 to --workers 0", bars.one_worker_cpu,
                      series_ratio(&self->one_worker, &self->inlined, rounds).median);
    if (count_cores() >= 2)
        fine &=
            keeps_bar("wall time of --workers 2 to --workers 0", bars.two_workers_wall,
                      series_ratio(&self->two_workers_wall, &self->inlined_wall, rounds).median);
    else
        printf("%-48s not judged: there is only one core\n",
               "wall time of --workers 2 to --workers 0");
    fine &= keeps_bar("wall time of one crash, ms", bars.crash_ms,
                      series_spread(&self->crash_ms, rounds).median);
    return fine;
}

/* ---- The command --------------------------------------------------------------------------- */

static bool read_arguments(bench *self, char **words)
{
    char *rest;
    struct stat status;
    unsigned long rounds = strtoul(words[0], &rest, 10);
    if (*rest != '\0' || rounds < 1 || rounds > MOST_ROUNDS) {
        fprintf(stderr, "bench: --rounds %s is not a number of rounds; choose from 1 to %d\n",
                words[0], MOST_ROUNDS);
        return false;
    }
    if (stat(words[4], &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) {
        fprintf(stderr, "bench: %s is no file with articles; make one with make_corpus\n",
                words[4]);
        return false;
    }
    *self = (bench){.program = words[1],
                    .pipeline = words[2],
                    .crashing = words[3],
                    .file = words[4],
                    .megabytes = (double)status.st_size / MEGABYTE,
                    .rounds = rounds,
                    .wc.name = "LC_ALL=C wc -w",
                    .textmill.name = "textmill run",
                    .inlined.name = "textmill run --workers 0",
                    .one_worker.name = "textmill run --workers 1",
                    .two_workers.name = "textmill run --workers 2",
                    .two_workers_wall.name = "textmill run --workers 2"};
    return true;
}

static int bench_rounds(char **words)
{
    static bench self;
    if (!read_arguments(&self, words)) return EXIT_WRONG_USAGE;
    if (setenv("LC_ALL", "C", 1) != 0 || !run_folder_make(&self.folder)) return EXIT_FAILURE;
    bool done = run_rounds(&self);
    run_folder_remove(&self.folder);
    if (!done) return EXIT_FAILURE;
    print_tables(&self);
    return print_verdict(&self) ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Runs the pipeline on a corpus of so many bytes. */
static bool run_fed(char *make_corpus, char *bytes, char *program, char *pipeline,
                    measurement *taken)
{
    char *const feeder[] = {make_corpus, "--bytes", bytes, NULL};
    char *const command[] = {program,     "run",     pipeline,     "-",     "--output",
                             "/dev/null", "--quiet", "--progress", "never", NULL};
    if (!measure_fed(feeder, command, taken)) return false;
    printf("%10s %14.1f %14.1f %10.3f %10.3f\n", bytes, (double)taken->total_bytes / MEGABYTE,
           (double)taken->largest_bytes / MEGABYTE, taken->cpu, taken->elapsed);
    fflush(stdout);
    if (taken->exit_code == 0 || taken->exit_code == EXIT_DEAD_LETTERS) return true;
    fprintf(stderr, "bench: %s run ended with %d; its message is above\n", program,
            taken->exit_code);
    return false;
}

static int bench_memory(char **words)
{
    measurement brief, extended;
    printf("peak memory, MB (1 MB = 1,000,000 bytes); all processes together (Pss, sampled), and "
           "the largest one\n%10s %14s %14s %10s %10s\n",
           "input", "all processes", "largest", "CPU s", "wall s");
    if (!run_fed(words[0], words[1], words[3], words[4], &brief) ||
        !run_fed(words[0], words[2], words[3], words[4], &extended))
        return EXIT_FAILURE;
    double growth = (double)extended.total_bytes / (double)brief.total_bytes;
    printf("\n%-48s %5s %8s\n", "", "bar", "ratio");
    return keeps_bar("memory on the long stream to the short one", bars.memory_growth, growth)
               ? EXIT_SUCCESS
               : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    if (argc == 7 && strcmp(argv[1], "--rounds") == 0) return bench_rounds(argv + 2);
    if (argc == 7 && strcmp(argv[1], "--memory") == 0) return bench_memory(argv + 2);
    if (argc >= 6 && strcmp(argv[1], "--alone") == 0) return alone_bench(argv + 2);
    bool help = argc == 2 && strcmp(argv[1], "--help") == 0;
    fputs(usage, help ? stdout : stderr);
    return help ? EXIT_SUCCESS : EXIT_WRONG_USAGE;
}
