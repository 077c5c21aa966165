/* textmill_run - one run of textmill, and what it says of itself in its statistics. */
#ifndef BENCH_TEXTMILL_RUN_H
#define BENCH_TEXTMILL_RUN_H

#include "measure.h"
#include "series.h"

enum { MOST_STAGES = 64, MOST_OPTIONS = 8 };

/* Where the runs of a bench write, beside the bench's own program. */
typedef struct run_folder {
    char path[4096];
    char statistics[4096 + NAME_SIZE];
    char dead_letters[4096 + NAME_SIZE];
} run_folder;

typedef struct stage_time {
    char name[NAME_SIZE];
    double seconds;
} stage_time;

typedef struct textmill_run {
    measurement cost;
    uint64_t articles;
    uint64_t dead;
    uint64_t restarts; /* of workers */
    stage_time stages[MOST_STAGES];
    size_t stage_count;
} textmill_run;

/* Makes the folder. Owns: the caller removes it. Fails: false; that is said. */
bool run_folder_make(run_folder *folder);

void run_folder_remove(const run_folder *folder);

/* Runs `PROGRAM run PIPELINE FILE` with further options, up to a NULL; the output goes to
 * /dev/null. Fails: false, if the run has failed; that is said. */
bool textmill_run_measure(textmill_run *run, const run_folder *folder, char *const words[3],
                          char *const *options);

#endif
