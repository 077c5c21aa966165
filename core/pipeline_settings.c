/* Most settings are options like any other; what an option cannot say (auto, a share) is read here.
 */
#include "pipeline_settings.h"

#include "pipeline_step.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

/* What [pipeline] may say; pipeline_settings reads the values by these numbers. */
enum {
    SET_PLUGIN_PATH,
    SET_DEAD_LETTERS,
    SET_MAX_ARTICLE,
    SET_WORKERS,
    SET_TIMEOUT,
    SET_MEMORY,
    SET_ON_ERROR,
    SET_MAX_DEAD_LETTERS,
    SET_CHECKPOINT,
    SET_SANDBOX
};

const mill_option pipeline_setting_declarations[] = {
    [SET_PLUGIN_PATH] = {"plugin_path", MILL_OPTION_PATH, 0, "", NULL, 0, 0,
                         "a folder with plug-ins of your own, searched first"},
    [SET_DEAD_LETTERS] = {"dead_letters", MILL_OPTION_PATH, 0, "", NULL, 0, 0,
                          "where articles that fail go; default: beside the output, "
                          "OUTPUT.dead_letters.jsonl"},
    [SET_MAX_ARTICLE] = {"max_article", MILL_OPTION_SIZE, 0, "64M", NULL, 1, 1 << 30,
                         "a longer record or text is set aside"},
    [SET_WORKERS] = {"workers", MILL_OPTION_STRING, 0, "auto", NULL, 0, 0,
                     "processes that do the work; auto: as many as there are cores; 0: none, all "
                     "is done in one process"},
    [SET_TIMEOUT] = {"timeout", MILL_OPTION_NUMBER, 0, "30", NULL, 0.01, 86400,
                     "seconds that an article may take before it is set aside"},
    [SET_MEMORY] = {"memory", MILL_OPTION_SIZE, 0, "1G", NULL, 16 << 20,
                    (double)((uint64_t)1 << 40),
                    "what a worker may take beyond what the plug-ins have loaded"},
    [SET_ON_ERROR] = {"on_error", MILL_OPTION_CHOICE, 0, "dead_letter", "dead_letter stop", 0, 0,
                      "whether an article that fails is set aside or ends the run"},
    [SET_MAX_DEAD_LETTERS] = {"max_dead_letters", MILL_OPTION_STRING, 0, "unlimited", NULL, 0, 0,
                              "more of them end the run: a number, or a share of all articles "
                              "such as 5%"},
    [SET_CHECKPOINT] = {"checkpoint", MILL_OPTION_NUMBER, 0, "5", NULL, 0, 86400,
                        "seconds between two checkpoints; 0: one for each batch"},
    [SET_SANDBOX] = {"sandbox", MILL_OPTION_CHOICE, 0, "on", "on off required", 0, 0,
                     "whether workers give up what their plug-ins do not declare; required: no "
                     "run where the kernel cannot do that"},
};
const uint32_t pipeline_setting_count = MILL_COUNT(pipeline_setting_declarations);

static const char *const no_keys[] = {NULL};

#define MOST_WORKERS 1024

static void setting_problem(const pipeline *chain, problem_list *problems, const char *key,
                            const char *value, const char *remedy)
{
    const pipeline_section *section = pipeline_file_section(&chain->file, "pipeline");
    section_problem(problems, &chain->file, section, pipeline_section_entry(section, key),
                    "%s: '%s' is no value for it; %s", key, value, remedy);
}

/* The cores that this process may run on. */
static size_t count_cores(void)
{
    cpu_set_t cores;
    int count = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
    return count > 0 ? (size_t)count : 1;
}

static size_t read_workers(const pipeline *chain, problem_list *problems, const char *text)
{
    char *end;
    if (strcmp(text, "auto") == 0) return count_cores();
    unsigned long count = strtoul(text, &end, 10);
    if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && count <= MOST_WORKERS) return count;
    setting_problem(chain, problems, "workers", text, "write auto or a number from 0 to 1024");
    return 0;
}

static void read_most_letters(pipeline *chain, problem_list *problems, const char *text)
{
    pipeline_settings *settings = &chain->settings;
    char *end = NULL;
    bool is_number = text[0] >= '0' && text[0] <= '9';
    settings->most_letters = UNLIMITED;
    settings->most_share = 1;
    if (strcmp(text, "unlimited") == 0) return;
    unsigned long long count = is_number ? strtoull(text, &end, 10) : 0;
    if (is_number && *end == '\0') {
        settings->most_letters = count;
    } else if (is_number && strcmp(end, "%") == 0 && count <= 100) {
        settings->most_share = (double)count / 100;
    } else {
        setting_problem(chain, problems, "max_dead_letters", text,
                        "write a number, a share from 0% to 100%, or unlimited");
    }
}

bool pipeline_read_settings(pipeline *chain, problem_list *problems)
{
    mill_value *values;
    const section_options what = {
        .file = &chain->file,
        .section = pipeline_file_section(&chain->file, "pipeline"),
        .declarations = pipeline_setting_declarations,
        .count = pipeline_setting_count,
        .stride = sizeof(mill_option),
        .reserved = no_keys,
        .memory = &chain->memory,
        .problems = problems,
    };
    if (!section_options_resolve(&what, &values, &chain->setting_options)) return false;
    chain->settings = (pipeline_settings){
        .plugin_path = values[SET_PLUGIN_PATH].as.string,
        .dead_letters = values[SET_DEAD_LETTERS].as.string,
        .max_article = (size_t)values[SET_MAX_ARTICLE].as.integer,
        .workers = read_workers(chain, problems, values[SET_WORKERS].as.string),
        .timeout = values[SET_TIMEOUT].as.number,
        .memory = (size_t)values[SET_MEMORY].as.integer,
        .stop_on_error = values[SET_ON_ERROR].as.integer == 1,
        .checkpoint = values[SET_CHECKPOINT].as.number,
        .sandbox = (pipeline_sandbox)values[SET_SANDBOX].as.integer,
    };
    read_most_letters(chain, problems, values[SET_MAX_DEAD_LETTERS].as.string);
    return true;
}
