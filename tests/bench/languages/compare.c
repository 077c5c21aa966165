/* compare - what a stage costs in each language: the same stage in C, in Lua, and as a program.
 *
 * A round has one run of each pipeline, in one process; the first has no stage, and what the others
 * take beyond it is their stage's. CPU is that of textmill and of the programs it started. */
#include "../textmill_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MEGABYTE 1e6

enum { MOST_PIPELINES = 8, ARGUMENTS_BEFORE = 4 };

typedef struct comparison {
    char *program, *file;
    size_t rounds, count;
    char **pipelines; /* the first without the stage, the second with that in C */
    run_folder folder;
    series cpu[MOST_PIPELINES], elapsed[MOST_PIPELINES];
    uint64_t articles;
    double megabytes;
} comparison;

static bool run_round(comparison *self, size_t round)
{
    char *const options[] = {"--workers", "0", NULL};
    for (size_t i = 0; i < self->count; i++) {
        textmill_run run;
        char *const words[] = {self->program, self->pipelines[i], self->file};
        if (!textmill_run_measure(&run, &self->folder, words, options)) return false;
        self->articles = run.articles;
        self->cpu[i].numbers[round] = run.cost.cpu;
        self->elapsed[i].numbers[round] = run.cost.elapsed;
    }
    return true;
}

/* Leaves what is over the run without the stage, round by round. */
static void subtract_rest(const comparison *self, series *of)
{
    for (size_t i = self->count; i-- > 0;)
        for (size_t round = 0; round < self->rounds; round++)
            of[i].numbers[round] -= of[0].numbers[round];
}

static void print_table(const comparison *self)
{
    printf(
        "%s: %.1f MB (1 MB = 1,000,000 bytes), %llu articles; %zu rounds after one to warm up\n\n"
        "%-24s %8s %8s %8s %8s %12s\n%-24s %8s %8s %8s %8s %12s\n",
        self->file, self->megabytes, (unsigned long long)self->articles, self->rounds,
        "the stage alone, CPU", "ms/MB", "to C", "to C", "to C", "wall time, us", "", "median",
        "min", "median", "max", "an article");
    for (size_t i = 1; i < self->count; i++) {
        const char *slash = strrchr(self->pipelines[i], '/');
        const char *name = slash != NULL ? slash + 1 : self->pipelines[i];
        spread cpu = series_spread(&self->cpu[i], self->rounds);
        spread ratio = series_ratio(&self->cpu[i], &self->cpu[1], self->rounds);
        spread elapsed = series_spread(&self->elapsed[i], self->rounds);
        printf("%-24.*s %8.3f %8.1f %8.1f %8.1f %12.1f\n", (int)strcspn(name, "."), name,
               cpu.median * 1e3 / self->megabytes, ratio.minimum, ratio.median, ratio.maximum,
               elapsed.median * 1e6 / (double)self->articles);
    }
}

int main(int argc, char **argv)
{
    static comparison self;
    struct stat status;
    size_t count = argc > ARGUMENTS_BEFORE ? (size_t)(argc - ARGUMENTS_BEFORE) : 0;
    unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    if (count < 2 || count > MOST_PIPELINES || rounds < 1 || rounds > MOST_ROUNDS) {
        fprintf(stderr, "usage: compare ROUNDS PROGRAM FILE PIPELINE_WITHOUT PIPELINE_IN_C "
                        "PIPELINE...\n");
        return 2;
    }
    self = (comparison){.program = argv[2],
                        .file = argv[3],
                        .rounds = rounds,
                        .count = count,
                        .pipelines = argv + ARGUMENTS_BEFORE};
    if (stat(self.file, &status) != 0 || !run_folder_make(&self.folder)) return EXIT_FAILURE;
    self.megabytes = (double)status.st_size / MEGABYTE;
    bool fine = run_round(&self, 0);
    for (size_t round = 0; round < rounds && fine; round++) fine = run_round(&self, round);
    run_folder_remove(&self.folder);
    if (!fine) return EXIT_FAILURE;
    subtract_rest(&self, self.cpu);
    subtract_rest(&self, self.elapsed);
    print_table(&self);
    return EXIT_SUCCESS;
}
