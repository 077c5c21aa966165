/* textmill run: reads the command line, runs, and says how it went. */
#include "commands.h"
#include "coordinator.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char command_run_help[] =
    "usage: textmill run PIPELINE [INPUT...] [OPTIONS]\n"
    "\n"
    "Sends articles through a pipeline, in order. INPUT is a file, a folder or - for standard\n"
    "input (the default). The reader is chosen by the file's name unless the pipeline names one;\n"
    "standard input counts as .jsonl. Files called *.gz and *.zst are decompressed.\n"
    "\n"
    "  -o, --output FILE         where the first output goes (- is standard output)\n"
    "  -s, --set SECTION.KEY=VALUE  set an option, stronger than the pipeline file\n"
    "  -f, --force               replace outputs that exist\n"
    "      --dead-letters FILE   where articles that fail go\n"
    "                            (default: OUTPUT.dead_letters.jsonl beside the output)\n"
    "      --stats FILE          write the statistics as JSON\n"
    "      --progress WHEN       auto (on a terminal), always or never\n"
    "  -q, --quiet               no summary\n"
    "  -h, --help                this text\n"
    "\n"
    "Exit: 0 all articles through; 1 the run failed; 2 wrong usage or pipeline file; 3 finished,\n"
    "with dead letters; 75 interrupted, what was done is kept.\n"
    "\n"
    "  textmill run pipelines/news.ini articles/ -o news.jsonl\n"
    "  textmill run pipelines/news.ini news.dead_letters.jsonl -o again.jsonl   (try them again)\n";

enum { MOST_ASSIGNMENTS = 256, LONG_DEAD_LETTERS = 256, LONG_STATS, LONG_PROGRESS };

typedef struct run_arguments {
    char *assignments[MOST_ASSIGNMENTS];
    pipeline_request pipeline;
    run_request run;
    const char *progress;
    bool quiet;
} run_arguments;

static volatile sig_atomic_t stop_signal;

/* The second signal ends the process at once: SA_RESETHAND. */
static void ask_to_stop(int signal_number)
{
    stop_signal = signal_number;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = ask_to_stop, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* ---- The command line ------------------------------------------------------------------------ */

static int take_option(run_arguments *arguments, int option)
{
    switch (option) {
    case 'o': arguments->pipeline.output = optarg; return EXIT_DONE;
    case 'f': arguments->run.force = true; return EXIT_DONE;
    case 'q': arguments->quiet = true; return EXIT_DONE;
    case LONG_DEAD_LETTERS: arguments->run.dead_letters = optarg; return EXIT_DONE;
    case LONG_STATS: arguments->run.stats = optarg; return EXIT_DONE;
    case LONG_PROGRESS: arguments->progress = optarg; return EXIT_DONE;
    case 's':
        if (arguments->pipeline.assignment_count == MOST_ASSIGNMENTS)
            return say(EXIT_USAGE, "run: more than %d --set; put them into the pipeline file",
                       MOST_ASSIGNMENTS);
        arguments->assignments[arguments->pipeline.assignment_count++] = optarg;
        return EXIT_DONE;
    default: return EXIT_USAGE;
    }
}

static int choose_progress(run_arguments *arguments)
{
    const char *when = arguments->progress;
    if (strcmp(when, "always") == 0)
        arguments->run.progress = true;
    else if (strcmp(when, "auto") == 0)
        arguments->run.progress = isatty(STDERR_FILENO) == 1;
    else if (strcmp(when, "never") != 0)
        return say(EXIT_USAGE, "run: --progress '%s' is not a choice; choose auto, always or never",
                   when);
    return EXIT_DONE;
}

static int read_arguments(run_arguments *arguments, int argc, char **argv)
{
    static const struct option options[] = {
        {"output", required_argument, NULL, 'o'},
        {"set", required_argument, NULL, 's'},
        {"force", no_argument, NULL, 'f'},
        {"quiet", no_argument, NULL, 'q'},
        {"dead-letters", required_argument, NULL, LONG_DEAD_LETTERS},
        {"stats", required_argument, NULL, LONG_STATS},
        {"progress", required_argument, NULL, LONG_PROGRESS},
        {NULL, 0, NULL, 0}};
    static char standard_input[] = "-";
    static char *const default_inputs[] = {standard_input};
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "o:s:fq", options, NULL)) != -1) {
        if (option == '?') return say_bad_option("run", argv);
        int code = take_option(arguments, option);
        if (code != EXIT_DONE) return code;
    }
    if (optind == argc)
        return say(EXIT_USAGE, "run: no pipeline file named; see textmill run --help");
    arguments->pipeline.path = argv[optind];
    arguments->run.inputs = optind + 1 < argc ? argv + optind + 1 : default_inputs;
    arguments->run.input_count = optind + 1 < argc ? (size_t)(argc - optind - 1) : 1;
    return choose_progress(arguments);
}

/* ---- The summary ----------------------------------------------------------------------------- */

static void summarise(const run_result *result)
{
    buffer text;
    buffer_init(&text, NULL, 1 << 20);
    statistics_table(&result->counts, &text);
    for (size_t i = 0; i < RUN_FAILURES_SHOWN && result->failures[i][0] != '\0'; i++)
        buffer_printf(&text, "set aside: %s\n", result->failures[i]);
    if (result->counts.dead > RUN_FAILURES_SHOWN)
        buffer_printf(&text, "set aside: ... and %llu more\n",
                      (unsigned long long)result->counts.dead - RUN_FAILURES_SHOWN);
    if (result->counts.dead > 0) buffer_printf(&text, "dead letters: %s\n", result->dead_letters);
    fwrite(text.output.data, 1, text.output.length, stderr);
    buffer_clear(&text);
}

/* Says what there is of a run that has not come to its end. */
static int say_how_far(int code, const char *what, const run_result *result)
{
    unsigned long long articles = result->counts.articles_in;
    if (articles == 0) return say(code, "%s before the first article", what);
    return say(code, "%s after %llu %s, the last one %s; the output so far is in %s", what,
               articles, articles == 1 ? "article" : "articles", result->last_source,
               result->files);
}

static int conclude(const run_arguments *arguments, const run_result *result)
{
    if (!arguments->quiet) summarise(result);
    if (result->interrupted) return say_how_far(EXIT_INTERRUPTED, "interrupted", result);
    return result->counts.dead > 0 ? EXIT_DEAD_LETTERS : EXIT_DONE;
}

static int run(const run_arguments *arguments)
{
    pipeline chain = {0};
    problem_list problems = {0};
    run_result result = {0};
    mill_error error;
    int code;
    if (!pipeline_open(&chain, &arguments->pipeline, &problems)) {
        code = say_problems(&problems);
    } else if (coordinator_run(&chain, &arguments->run, &result, &error)) {
        code = conclude(arguments, &result);
        run_result_clear(&result);
    } else {
        code = say_error(&error);
        if (result.counts.articles_in > 0) say_how_far(code, "ended", &result);
        run_result_clear(&result);
    }
    pipeline_close(&chain);
    problems_clear(&problems);
    return code;
}

int command_run(int argc, char **argv)
{
    run_arguments arguments = {.progress = "auto"};
    arguments.pipeline.assignments = arguments.assignments;
    arguments.run.stop = &stop_signal;
    int code = read_arguments(&arguments, argc, argv);
    if (code != EXIT_DONE) return code;
    catch_signals();
    return run(&arguments);
}
