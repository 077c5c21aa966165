/* bench - what a run of textmill costs, as a ratio to `LC_ALL=C wc -w` on the same file.
 *
 * The two run in turn, and each run is compared with the wc before it: where the machine is busy
 * or slow for a while it is so for both, and the ratio hardly moves. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The CPU time of the whole pipeline in units of wc's: what must hold, and what is aimed at. */
#define CEILING 2.0
#define GOAL    0.5

#define MEGABYTE 1e6

enum { MOST_PAIRS = 200, MOST_STAGES = 64, NAME_SIZE = 64, PATH_SIZE = 4096 };
enum { EXIT_WRONG_USAGE = 2, EXIT_DEAD_LETTERS = 3, EXIT_NOT_STARTED = 127 };

static const char usage[] =
    "usage: bench --pairs N PROGRAM PIPELINE FILE   time PROGRAM run PIPELINE against wc -w\n"
    "       bench --memory COMMAND...               peak memory and time of a command\n"
    "\n"
    "--pairs exits with 1 if the median ratio is above the ceiling, --memory as the command "
    "does.\n";

/* ---- Running a program --------------------------------------------------------------------- */

typedef struct measurement {
    int exit_code; /* 128 + signal if a signal ended it */
    double cpu;    /* seconds, user and system */
    double elapsed;
    uint64_t peak_bytes;
} measurement;

static double to_seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

_Noreturn static void become(char *const *command, bool silent)
{
    int out = silent ? open("/dev/null", O_WRONLY | O_CLOEXEC) : STDOUT_FILENO;
    if (out >= 0 && dup2(out, STDOUT_FILENO) >= 0) execvp(command[0], command);
    fprintf(stderr, "bench: %s cannot be started: %s\n", command[0], strerror(errno));
    _exit(EXIT_NOT_STARTED);
}

static bool wait_for(pid_t child, int *status, struct rusage *used)
{
    pid_t ended;
    do ended = wait4(child, status, 0, used);
    while (ended < 0 && errno == EINTR);
    return ended == child;
}

/* Runs a command to its end. `silent`: its standard output is thrown away. */
static bool measure(char *const *command, bool silent, measurement *taken)
{
    int status;
    struct rusage used;
    double started = now();
    pid_t child = fork();
    if (child == 0) become(command, silent);
    if (child < 0 || !wait_for(child, &status, &used)) {
        fprintf(stderr, "bench: %s cannot be run: %s\n", command[0], strerror(errno));
        return false;
    }
    taken->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    taken->cpu = to_seconds(used.ru_utime) + to_seconds(used.ru_stime);
    taken->elapsed = now() - started;
    taken->peak_bytes = (uint64_t)used.ru_maxrss * 1024;
    return true;
}

/* ---- The numbers of a bench ---------------------------------------------------------------- */

/* Seconds of one thing, pair by pair. */
typedef struct series {
    char name[NAME_SIZE];
    double seconds[MOST_PAIRS];
} series;

typedef struct bench {
    char *program;
    char *pipeline;
    char *file;
    double megabytes;
    size_t pairs;
    char folder[PATH_SIZE]; /* for what the runs write; gone afterwards */
    char statistics[PATH_SIZE + NAME_SIZE];
    char dead_letters[PATH_SIZE + NAME_SIZE];
    uint64_t articles;
    uint64_t dead;
    series wc;
    series textmill;
    series stages[MOST_STAGES]; /* elapsed, as the run itself tells */
    size_t stage_count;
} bench;

typedef struct spread {
    double minimum, median, maximum;
} spread;

static int compare_numbers(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Sorts the numbers. */
static spread find_spread(double *numbers, size_t count)
{
    qsort(numbers, count, sizeof *numbers, compare_numbers);
    double middle = (numbers[(count - 1) / 2] + numbers[count / 2]) / 2;
    return (spread){numbers[0], middle, numbers[count - 1]};
}

static spread find_ratios(const bench *self, const series *taken)
{
    double ratios[MOST_PAIRS] = {0};
    for (size_t i = 0; i < self->pairs; i++) ratios[i] = taken->seconds[i] / self->wc.seconds[i];
    return find_spread(ratios, self->pairs);
}

/* ---- The statistics that a run writes ------------------------------------------------------ */

static bool read_file(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) return false;
    size_t length = fread(text, 1, size - 1, file);
    text[length] = '\0';
    bool whole = feof(file) && !ferror(file);
    return fclose(file) == 0 && whole;
}

/* Returns what stands behind `"key":`, or NULL. */
static const char *find_member(const char *json, const char *key)
{
    char quoted[NAME_SIZE];
    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    const char *found = json != NULL ? strstr(json, quoted) : NULL;
    return found != NULL ? found + strlen(quoted) : NULL;
}

static uint64_t read_count(const char *json, const char *key)
{
    const char *value = find_member(json, key);
    return value != NULL ? strtoull(value, NULL, 10) : 0;
}

/* Reads name and seconds of each stage. Names are those of plug-ins: nothing in them is escaped. */
static void read_stages(bench *self, const char *json, size_t pair)
{
    const char *at = find_member(json, "stages");
    self->stage_count = 0;
    while ((at = find_member(at, "name")) != NULL && self->stage_count < MOST_STAGES) {
        const char *seconds = find_member(at, "seconds");
        if (seconds == NULL) return;
        series *stage = &self->stages[self->stage_count++];
        int length = (int)strcspn(at + 1, "\"");
        snprintf(stage->name, sizeof stage->name, "%.*s", length, at + 1);
        stage->seconds[pair] = strtod(seconds, NULL);
    }
}

static bool read_statistics(bench *self, size_t pair)
{
    char json[1 << 16];
    if (read_file(self->statistics, json, sizeof json)) read_stages(self, json, pair);
    if (self->stage_count == 0) {
        fprintf(stderr, "bench: %s holds no statistics of stages; see textmill run --stats\n",
                self->statistics);
        return false;
    }
    self->articles = read_count(json, "articles_in");
    self->dead = read_count(json, "dead_letters");
    return true;
}

/* ---- Pairs of runs ------------------------------------------------------------------------- */

static bool run_wc(bench *self, size_t pair)
{
    char *const command[] = {"wc", "-w", self->file, NULL};
    measurement taken;
    if (!measure(command, true, &taken)) return false;
    self->wc.seconds[pair] = taken.cpu;
    if (taken.exit_code == 0 && taken.cpu > 0) return true;
    fprintf(stderr, "bench: wc -w %s ended with %d after %.3f s of CPU; take a larger file\n",
            self->file, taken.exit_code, taken.cpu);
    return false;
}

static bool run_textmill(bench *self, size_t pair)
{
    char *const command[] = {self->program,
                             "run",
                             self->pipeline,
                             self->file,
                             "--output",
                             "/dev/null",
                             "--quiet",
                             "--progress",
                             "never",
                             "--stats",
                             self->statistics,
                             "--dead-letters",
                             self->dead_letters,
                             "--force",
                             NULL};
    measurement taken;
    if (!measure(command, false, &taken)) return false;
    self->textmill.seconds[pair] = taken.cpu;
    if (taken.exit_code == 0 || taken.exit_code == EXIT_DEAD_LETTERS)
        return read_statistics(self, pair);
    fprintf(stderr, "bench: %s run %s ended with %d; its message is above\n", self->program,
            self->pipeline, taken.exit_code);
    return false;
}

static bool run_pair(bench *self, size_t pair)
{
    return run_wc(self, pair) && run_textmill(self, pair);
}

static bool run_pairs(bench *self)
{
    if (!run_pair(self, 0)) return false; /* to warm up; it is overwritten */
    for (size_t pair = 0; pair < self->pairs; pair++)
        if (!run_pair(self, pair)) return false;
    return true;
}

/* Makes the folder beside this program, so that it lies among the products of the build. */
static bool make_folder(bench *self)
{
    ssize_t length = readlink("/proc/self/exe", self->folder, PATH_SIZE - NAME_SIZE);
    if (length > 0) strcpy(self->folder + length, "-XXXXXX");
    if (length <= 0 || mkdtemp(self->folder) == NULL) {
        fprintf(stderr, "bench: no folder can be made beside this program: %s\n", strerror(errno));
        return false;
    }
    snprintf(self->statistics, sizeof self->statistics, "%s/stats.json", self->folder);
    snprintf(self->dead_letters, sizeof self->dead_letters, "%s/dead_letters.jsonl", self->folder);
    return true;
}

static void remove_folder(const bench *self)
{
    unlink(self->statistics);
    unlink(self->dead_letters);
    rmdir(self->folder);
}

/* ---- The table ----------------------------------------------------------------------------- */

static void print_row(const bench *self, const char *indent, const series *taken)
{
    double seconds[MOST_PAIRS];
    memcpy(seconds, taken->seconds, self->pairs * sizeof *seconds);
    double per_megabyte = find_spread(seconds, self->pairs).median * 1e3 / self->megabytes;
    spread ratio = find_ratios(self, taken);
    printf("%s%-*s %8.3f %9.1f  %8.3f %8.3f %8.3f\n", indent, 24 - (int)strlen(indent), taken->name,
           per_megabyte, per_megabyte > 0 ? 1e3 / per_megabyte : 0, ratio.minimum, ratio.median,
           ratio.maximum);
}

/* Prints what the stages leave of the whole: starting, reading, framing, writing. */
static void print_rest(const bench *self)
{
    series rest = self->textmill;
    snprintf(rest.name, sizeof rest.name, "outside the stages");
    for (size_t stage = 0; stage < self->stage_count; stage++)
        for (size_t i = 0; i < self->pairs; i++) rest.seconds[i] -= self->stages[stage].seconds[i];
    print_row(self, "  ", &rest);
}

static void print_table(const bench *self)
{
    printf("%s: %.1f MB (1 MB = 1,000,000 bytes), %" PRIu64 " articles, %" PRIu64
           " dead letters; %zu pairs of runs after one to warm up\n"
           "unit of the ratios: the CPU time, user + system, of `LC_ALL=C wc -w` in the same pair;"
           " output goes to /dev/null\n\n",
           self->file, self->megabytes, self->articles, self->dead, self->pairs);
    printf("%-24s %8s %9s  %8s %8s %8s\n", "", "ms/MB", "MB/s", "ratio", "ratio", "ratio");
    printf("%-24s %8s %9s  %8s %8s %8s\n", "", "median", "median", "min", "median", "max");
    print_row(self, "", &self->wc);
    print_row(self, "", &self->textmill);
    for (size_t i = 0; i < self->stage_count; i++) print_row(self, "  ", &self->stages[i]);
    print_rest(self);
    printf("\ntextmill and wc: CPU time; stages: time elapsed in them, which other work on the"
           " machine prolongs\n");
}

/* Prints how the median stands to the limits; returns whether it keeps the ceiling. */
static bool print_verdict(const bench *self)
{
    double median = find_ratios(self, &self->textmill).median;
    printf("ceiling %.1f: %s with a median of %.3f\n", CEILING,
           median <= CEILING ? "holds" : "BROKEN", median);
    printf("goal    %.1f: %s\n", GOAL, median <= GOAL ? "holds" : "not reached");
    return median <= CEILING;
}

/* ---- The command --------------------------------------------------------------------------- */

static bool read_pairs(bench *self, char **words)
{
    char *rest;
    struct stat status;
    unsigned long pairs = strtoul(words[0], &rest, 10);
    if (*rest != '\0' || pairs < 1 || pairs > MOST_PAIRS) {
        fprintf(stderr, "bench: --pairs %s is not a number of pairs; choose from 1 to %d\n",
                words[0], MOST_PAIRS);
        return false;
    }
    if (stat(words[3], &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) {
        fprintf(stderr, "bench: %s is no file with articles; make one with make_corpus\n",
                words[3]);
        return false;
    }
    *self = (bench){.program = words[1],
                    .pipeline = words[2],
                    .file = words[3],
                    .megabytes = (double)status.st_size / MEGABYTE,
                    .pairs = pairs,
                    .wc.name = "LC_ALL=C wc -w",
                    .textmill.name = "textmill run"};
    return true;
}

static int bench_pairs(char **words)
{
    bench self;
    if (!read_pairs(&self, words)) return EXIT_WRONG_USAGE;
    if (setenv("LC_ALL", "C", 1) != 0 || !make_folder(&self)) return EXIT_FAILURE;
    bool done = run_pairs(&self);
    remove_folder(&self);
    if (!done) return EXIT_FAILURE;
    print_table(&self);
    return print_verdict(&self) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int bench_memory(char **command)
{
    measurement taken;
    if (!measure(command, false, &taken)) return EXIT_FAILURE;
    printf("peak memory %" PRIu64 " bytes (%.1f MB), CPU %.3f s, elapsed %.3f s, exit code %d\n",
           taken.peak_bytes, (double)taken.peak_bytes / MEGABYTE, taken.cpu, taken.elapsed,
           taken.exit_code);
    return taken.exit_code;
}

int main(int argc, char **argv)
{
    if (argc == 6 && strcmp(argv[1], "--pairs") == 0) return bench_pairs(argv + 2);
    if (argc >= 3 && strcmp(argv[1], "--memory") == 0) return bench_memory(argv + 2);
    bool help = argc == 2 && strcmp(argv[1], "--help") == 0;
    fputs(usage, help ? stdout : stderr);
    return help ? EXIT_SUCCESS : EXIT_WRONG_USAGE;
}
