/* A stage's time is what the program's own statistics say of it; in each round every pipeline runs
 * once, and wc -w before it. */
#include "alone.h"

#include "textmill_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PIPELINES = 32 };

/* What a stage may cost, as a ratio to wc -w, by the name of its pipeline. */
static const struct {
    const char *name;
    double most;
} bars[] = {{"characters", 0.15}, {"mojibake", 0.1}, {"lines", 0.1}, {"nfc", 0.1}};

typedef struct alone {
    char *program;
    char *file;
    char **pipelines;
    size_t count;
    size_t rounds;
    run_folder folder;
    series wc[MOST_PIPELINES];
    series stages[MOST_PIPELINES];
} alone;

/* The name of a pipeline is that of its file. */
static void set_name(series *stage, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    snprintf(stage->name, sizeof stage->name, "%.*s", (int)strcspn(name, "."), name);
}

static bool run_one(alone *self, size_t pipeline, size_t round)
{
    char *const wc[] = {"wc", "-w", self->file, NULL};
    char *const words[] = {self->program, self->pipelines[pipeline], self->file};
    char *const options[] = {"--workers", "0", NULL};
    measurement counted;
    textmill_run run;
    if (!measure(wc, true, &counted) || counted.exit_code != 0 || counted.cpu <= 0) {
        fprintf(stderr, "bench: wc -w %s has failed or took no time\n", self->file);
        return false;
    }
    if (!textmill_run_measure(&run, &self->folder, words, options)) return false;
    self->wc[pipeline].numbers[round] = counted.cpu;
    self->stages[pipeline].numbers[round] = 0;
    for (size_t i = 1; i + 1 < run.stage_count; i++) /* between reader and writer */
        self->stages[pipeline].numbers[round] += run.stages[i].seconds;
    return true;
}

static bool run_all(alone *self)
{
    for (size_t round = 0; round <= self->rounds; round++) { /* the first one is to warm up */
        for (size_t i = 0; i < self->count; i++)
            if (!run_one(self, i, round == 0 ? 0 : round - 1)) return false;
    }
    return true;
}

static bool print_row(const alone *self, size_t pipeline)
{
    const series *stage = &self->stages[pipeline];
    spread ratio = series_ratio(stage, &self->wc[pipeline], self->rounds);
    bool met = true;
    printf("%-14s %8.3f %8.3f %8.3f", stage->name, ratio.minimum, ratio.median, ratio.maximum);
    for (size_t i = 0; i < sizeof bars / sizeof bars[0]; i++) {
        if (strcmp(bars[i].name, stage->name) != 0) continue;
        met = ratio.median <= bars[i].most;
        printf("   %.2f %s", bars[i].most, met ? "met" : "BROKEN");
    }
    printf("\n");
    return met;
}

int alone_bench(char **words)
{
    static alone self;
    bool met = true;
    self = (alone){.program = words[1], .file = words[2], .pipelines = words + 3};
    self.rounds = strtoul(words[0], NULL, 10);
    while (self.pipelines[self.count] != NULL && self.count < MOST_PIPELINES) self.count++;
    if (self.rounds < 1 || self.rounds > MOST_ROUNDS) return 2;
    for (size_t i = 0; i < self.count; i++) set_name(&self.stages[i], self.pipelines[i]);
    if (setenv("LC_ALL", "C", 1) != 0 || !run_folder_make(&self.folder)) return EXIT_FAILURE;
    bool done = run_all(&self);
    run_folder_remove(&self.folder);
    if (!done) return EXIT_FAILURE;
    printf("\neach stage alone, time in it to CPU of LC_ALL=C wc -w; %zu rounds\n%-14s %8s %8s %8s "
           "  bar\n",
           self.rounds, "", "min", "median", "max");
    for (size_t i = 0; i < self.count; i++) met &= print_row(&self, i);
    return met ? EXIT_SUCCESS : EXIT_FAILURE;
}
