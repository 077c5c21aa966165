#include "textmill_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_DEAD_LETTERS = 3 };

/* ---- The folder ---------------------------------------------------------------------------- */

bool run_folder_make(run_folder *self)
{
    ssize_t length = readlink("/proc/self/exe", self->path, sizeof self->path - NAME_SIZE);
    if (length > 0) strcpy(self->path + length, "-XXXXXX");
    if (length <= 0 || mkdtemp(self->path) == NULL) {
        fprintf(stderr, "bench: no folder can be made beside this program: %s\n", strerror(errno));
        return false;
    }
    snprintf(self->statistics, sizeof self->statistics, "%s/stats.json", self->path);
    snprintf(self->dead_letters, sizeof self->dead_letters, "%s/dead_letters.jsonl", self->path);
    return true;
}

void run_folder_remove(const run_folder *self)
{
    unlink(self->statistics);
    unlink(self->dead_letters);
    rmdir(self->path);
}

/* ---- Statistics ---------------------------------------------------------------------------- */

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
static void read_stages(textmill_run *self, const char *json)
{
    const char *at = find_member(json, "stages");
    while ((at = find_member(at, "name")) != NULL && self->stage_count < MOST_STAGES) {
        const char *seconds = find_member(at, "seconds");
        if (seconds == NULL) return;
        stage_time *stage = &self->stages[self->stage_count++];
        int length = (int)strcspn(at + 1, "\"");
        snprintf(stage->name, sizeof stage->name, "%.*s", length, at + 1);
        stage->seconds = strtod(seconds, NULL);
    }
}

static bool read_statistics(textmill_run *self, const char *path)
{
    char json[1 << 16];
    bool readable = read_file(path, json, sizeof json);
    if (readable) read_stages(self, json);
    if (self->stage_count == 0) {
        fprintf(stderr, "bench: %s holds no statistics of stages; see textmill run --stats\n",
                path);
        return false;
    }
    self->articles = read_count(json, "articles_in");
    self->dead = read_count(json, "dead_letters");
    self->restarts = read_count(json, "restarts");
    return true;
}

/* ---- A run --------------------------------------------------------------------------------- */

bool textmill_run_measure(textmill_run *self, const run_folder *folder, char *const words[3],
                          char *const *options)
{
    char *command[20 + MOST_OPTIONS] = {
        words[0],         "run",
        words[1],         words[2],
        "--output",       "/dev/null",
        "--quiet",        "--progress",
        "never",          "--force",
        "--stats",        (char *)folder->statistics,
        "--dead-letters", (char *)folder->dead_letters,
    };
    size_t length = 14;
    for (size_t i = 0; options[i] != NULL && i < MOST_OPTIONS; i++) command[length++] = options[i];
    *self = (textmill_run){0};
    if (!measure(command, false, &self->cost)) return false;
    if (self->cost.exit_code == 0 || self->cost.exit_code == EXIT_DEAD_LETTERS)
        return read_statistics(self, folder->statistics);
    fprintf(stderr, "bench: %s run %s ended with %d; its message is above\n", words[0], words[1],
            self->cost.exit_code);
    return false;
}
