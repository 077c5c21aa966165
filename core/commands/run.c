/* textmill run: reads the command line, runs, and says how it went. */
#include "arguments.h"
#include "commands.h"
#include "coordinator.h"
#include "dump_record.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
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
    "  -w, --workers N           processes that do the work; 0: all in one (default: the cores)\n"
    "  -f, --force               replace outputs that exist\n"
    "  -r, --resume[=force]      go on where a killed or interrupted run stopped; force: even if\n"
    "                            the pipeline or the input has changed\n"
    "      --shard I/N           only the I-th of N shares of the input, 1/N to N/N\n"
    "      --files-from FILE     more inputs, one a line (- is standard input)\n"
    "      --dead-letters FILE   where articles that fail go\n"
    "                            (default: OUTPUT.dead_letters.jsonl beside the output)\n"
    "      --stats FILE          write the statistics as JSON, again and again\n"
    "      --metrics FILE        likewise, for Prometheus\n"
    "      --dump-record K       only write the K-th record, as it came, to the output\n"
    "      --progress WHEN       auto (on a terminal), always or never\n"
    "  -q, --quiet               no summary\n"
    "  -h, --help                this text\n"
    "\n"
    "Exit: 0 all articles through; 1 the run failed; 2 wrong usage or pipeline file; 3 finished,\n"
    "with dead letters; 75 interrupted, what was done is kept.\n"
    "\n"
    "  textmill run pipelines/news.ini articles/ -o news.jsonl\n"
    "  textmill run pipelines/news.ini articles/ -o news.jsonl --resume         (after a crash)\n"
    "  textmill run pipelines/news.ini news.dead_letters.jsonl -o again.jsonl   (try them again)\n";

enum {
    LONG_DEAD_LETTERS = ONLY_LONG,
    LONG_STATS,
    LONG_METRICS,
    LONG_PROGRESS,
    LONG_SHARD,
    LONG_FILES_FROM,
    LONG_DUMP_RECORD
};

typedef struct run_arguments {
    pipeline_arguments pipeline;
    char workers[64]; /* --workers as an assignment */
    run_request run;
    const char *progress;
    uint64_t dump; /* --dump-record; 0: none */
    bool quiet;
} run_arguments;

static volatile sig_atomic_t stop_signal, report_asked;

/* The second signal ends the process at once: SA_RESETHAND. */
static void ask_to_stop(int signal_number)
{
    stop_signal = signal_number;
}

static void ask_for_report(int signal_number)
{
    (void)signal_number;
    report_asked = 1;
}

static void catch_signals(void)
{
    struct sigaction stop = {.sa_handler = ask_to_stop, .sa_flags = (int)SA_RESETHAND};
    struct sigaction report = {.sa_handler = ask_for_report};
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGUSR1, &report, NULL);
}

static void say_state(const char *text, size_t length)
{
    fwrite(text, 1, length, stderr);
}

static void say_once(const char *message)
{
    say(EXIT_DONE, "%s", message);
}

/* ---- The command line ------------------------------------------------------------------------ */

static int set_workers(run_arguments *arguments)
{
    snprintf(arguments->workers, sizeof arguments->workers, "pipeline.workers=%s", optarg);
    return take_assignment("run", &arguments->pipeline, arguments->workers);
}

static int set_resume(run_arguments *arguments)
{
    bool forced = optarg != NULL && strcmp(optarg, "force") == 0;
    arguments->run.resume = forced ? RESUME_FORCE : RESUME_SAME;
    if (optarg == NULL || forced) return EXIT_DONE;
    return say(EXIT_USAGE, "run: --resume=%s is not a choice; write --resume or --resume=force",
               optarg);
}

static int set_share(run_arguments *arguments)
{
    mill_error error;
    return shard_parse(optarg, &arguments->run.inputs.share, &error) ? EXIT_DONE
                                                                     : say_error(&error);
}

static int set_dump(run_arguments *arguments)
{
    char *end;
    arguments->dump = strtoull(optarg, &end, 10);
    if (optarg[0] >= '0' && optarg[0] <= '9' && *end == '\0' && arguments->dump > 0)
        return EXIT_DONE;
    return say(EXIT_USAGE, "run: --dump-record '%s' is no number of a record; the first is 1",
               optarg);
}

static int take_option(run_arguments *arguments, int option)
{
    switch (option) {
    case 'o': arguments->pipeline.request.output = optarg; return EXIT_DONE;
    case 'f': arguments->run.force = true; return EXIT_DONE;
    case 'q': arguments->quiet = true; return EXIT_DONE;
    case 's': return take_assignment("run", &arguments->pipeline, optarg);
    case 'w': return set_workers(arguments);
    case 'r': return set_resume(arguments);
    case LONG_SHARD: return set_share(arguments);
    case LONG_FILES_FROM: arguments->run.inputs.files_from = optarg; return EXIT_DONE;
    case LONG_DEAD_LETTERS: arguments->run.dead_letters = optarg; return EXIT_DONE;
    case LONG_STATS: arguments->run.stats = optarg; return EXIT_DONE;
    case LONG_METRICS: arguments->run.metrics = optarg; return EXIT_DONE;
    case LONG_DUMP_RECORD: return set_dump(arguments);
    case LONG_PROGRESS: arguments->progress = optarg; return EXIT_DONE;
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

/* The inputs are what is named; standard input, if nothing is. */
static void take_inputs(run_arguments *arguments, int count, char **inputs)
{
    static char standard_input[] = "-";
    static char *const default_inputs[] = {standard_input};
    named_inputs *named = &arguments->run.inputs;
    bool none = count == 0 && named->files_from == NULL;
    named->paths = none ? default_inputs : inputs;
    named->count = none ? 1 : (size_t)count;
}

const command_option command_run_options[] = {{"output", 'o', "FILE", 0},
                                              {"set", 's', "SECTION.KEY=VALUE", 0},
                                              {"workers", 'w', "N", 0},
                                              {"force", 'f', NULL, 0},
                                              {"resume", 'r', "force|", 1},
                                              {"quiet", 'q', NULL, 0},
                                              {"shard", LONG_SHARD, "I/N", 0},
                                              {"files-from", LONG_FILES_FROM, "FILE", 0},
                                              {"dead-letters", LONG_DEAD_LETTERS, "FILE", 0},
                                              {"stats", LONG_STATS, "FILE", 0},
                                              {"metrics", LONG_METRICS, "FILE", 0},
                                              {"dump-record", LONG_DUMP_RECORD, "K", 0},
                                              {"progress", LONG_PROGRESS, "auto|always|never", 0},
                                              {NULL, 0, NULL, 0}};

static int read_arguments(run_arguments *arguments, int argc, char **argv)
{
    int option;
    while ((option = next_option(argc, argv, command_run_options)) != -1) {
        if (option == '?') return say_bad_option("run", argv);
        int code = take_option(arguments, option);
        if (code != EXIT_DONE) return code;
    }
    if (optind == argc)
        return say(EXIT_USAGE, "run: no pipeline file named; see textmill run --help");
    arguments->pipeline.request.path = argv[optind];
    arguments->run.pipeline = argv[optind];
    take_inputs(arguments, argc - optind - 1, argv + optind + 1);
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
    const char *remedy = result->resumable ? "; add --resume to go on" : "";
    if (articles == 0) return say(code, "%s before the first article%s", what, remedy);
    return say(code, "%s after %llu %s, the last one %s; the output so far is in %s%s", what,
               articles, articles == 1 ? "article" : "articles", result->last_source, result->files,
               remedy);
}

static int conclude(const run_arguments *arguments, const run_result *result)
{
    if (result->was_complete && !arguments->quiet)
        say(EXIT_DONE, "the run was complete already; nothing was done");
    else if (!arguments->quiet)
        summarise(result);
    if (result->interrupted) return say_how_far(EXIT_INTERRUPTED, "interrupted", result);
    return result->counts.dead > 0 ? EXIT_DEAD_LETTERS : EXIT_DONE;
}

/* Says why a run failed, and what there is of it. */
static int say_failure(const mill_error *error, const run_result *result)
{
    int code = say_error(error);
    bool is_usage = error->code == ERROR_USAGE;
    if (!is_usage && (result->counts.articles_in > 0 || result->resumable))
        say_how_far(code, "ended", result);
    return code;
}

static int run(const run_arguments *arguments)
{
    pipeline chain = {0};
    problem_list problems = {0};
    run_result result = {0};
    mill_error error;
    int code;
    if (!pipeline_open(&chain, &arguments->pipeline.request, &problems)) {
        code = say_problems(&problems);
    } else if (arguments->dump > 0) {
        bool fine = dump_record(&chain, &arguments->run, arguments->dump, &error);
        code = fine ? EXIT_DONE : say_error(&error);
    } else {
        bool fine = coordinator_run(&chain, &arguments->run, &result, &error);
        code = fine ? conclude(arguments, &result) : say_failure(&error, &result);
        run_result_clear(&result);
    }
    pipeline_close(&chain);
    problems_clear(&problems);
    return code;
}

int command_run(int argc, char **argv)
{
    run_arguments arguments = {.progress = "auto"};
    arguments.run.inputs.share = SHARD_WHOLE;
    arguments.run.stop = &stop_signal;
    arguments.run.report = &report_asked;
    arguments.run.say_state = say_state;
    arguments.run.say_once = say_once;
    int code = read_arguments(&arguments, argc, argv);
    if (code != EXIT_DONE) return code;
    catch_signals();
    return run(&arguments);
}
