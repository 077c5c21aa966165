/* textmill explain: one article's way through a pipeline. Finds the article, lets it run first in a
 * child process and then here under a trace, and hands the trace to whoever tells it. */
#include "explain.h"

#include "arguments.h"
#include "commands.h"
#include "host.h"
#include "output_file.h"
#include "record_source.h"
#include "death.h"
#include "rehearsal.h"

#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char command_explain_help[] =
    "usage: textmill explain PIPELINE [FILE] [OPTIONS]\n"
    "\n"
    "Takes one article through a pipeline and tells, stage by stage, what changed in its text, "
    "what\n"
    "was added, and how long it took. FILE is a file, a folder or - for standard input (the\n"
    "default), as for textmill run.\n"
    "\n"
    "  -n, --article K   the K-th article of the input (default: the first)\n"
    "  -i, --id ID       the article with this id\n"
    "      --json        for programs: one JSON object\n"
    "      --html FILE   a page for a browser, complete in itself (- is standard output)\n"
    "      --full        leave nothing out for being long\n"
    "  -s, --set SECTION.KEY=VALUE  set an option, stronger than the pipeline file\n"
    "  -f, --force       replace FILE of --html if it exists\n"
    "\n"
    "A crash or hang of a stage is told like everything else. Where a stage needs the articles in\n"
    "stream order, those before are processed first.\n"
    "\n"
    "Exit: 0; 1 failed; 2 wrong usage or pipeline file, or no such article; 3 the article fails,\n"
    "and a run would set it aside.\n";

enum { LONG_JSON = ONLY_LONG, LONG_HTML, LONG_FULL };

typedef struct explain_arguments {
    pipeline_arguments pipeline;
    char *input;
    uint64_t number; /* 0: by id */
    const char *id;
    const char *html; /* NULL: to the terminal */
    bool as_json;
    bool full;
    bool force;
} explain_arguments;

/* What it takes to run articles here. */
typedef struct stand {
    const explain_arguments *arguments;
    pipeline chain;
    found_inputs inputs;
    record_source source;
    processor processor;
    buffer *outputs;
    buffer journal;
    stage_statistics *rows;
    uint32_t row;
    uint64_t seen;  /* articles so far */
    char near[256]; /* the id that was nearest to the one wanted */
    trace trace;
    explanation told;
} stand;

uint32_t explain_stage(const trace *told, size_t step)
{
    size_t stages = told->chain->stage_count;
    return (uint32_t)(step < stages ? step : stages);
}

const char *explain_outcome(article_outcome outcome)
{
    switch (outcome) {
    case ARTICLE_OUT: return "goes to the output";
    case ARTICLE_DROPPED: return "is dropped";
    default: return "fails, and a run would set it aside";
    }
}

/* ---- Running ------------------------------------------------------------------------------- */

static bool open_stand(stand *self, mill_error *error)
{
    const pipeline *chain = &self->chain;
    self->outputs = calloc(chain->output_count + 1, sizeof *self->outputs);
    self->rows = calloc(1 + chain->stage_count + chain->output_count, sizeof *self->rows);
    if (self->outputs == NULL || self->rows == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory");
    for (size_t i = 0; i < chain->output_count + 1; i++)
        buffer_init(&self->outputs[i], &host_table, SIZE_MAX / 2);
    buffer_init(&self->journal, &host_table, SIZE_MAX / 2);
    return processor_open(&self->processor, chain, error);
}

static void close_stand(stand *self)
{
    if (self->processor.chain != NULL) processor_close(&self->processor);
    for (size_t i = 0; self->outputs != NULL && i < self->chain.output_count + 1; i++)
        buffer_clear(&self->outputs[i]);
    if (self->outputs != NULL) buffer_clear(&self->journal);
    free(self->outputs);
    free(self->rows);
    trace_close(&self->trace);
    record_source_close(&self->source);
    inputs_clear(&self->inputs);
    pipeline_close(&self->chain);
}

/* Runs the reader and so many stages, and the writers if `to_end`. */
static article_outcome run(stand *self, const cut_record *record, size_t stage_count, bool to_end,
                           const article_watcher *watcher)
{
    const pipeline_segment segment = {
        .stage_count = stage_count, .is_first = true, .is_last = to_end};
    const article_task task = {.segment = &segment,
                               .reader = record->reader,
                               .data = record->data,
                               .source = record->source,
                               .outputs = self->outputs,
                               .journal = &self->journal,
                               .rows = self->rows,
                               .row = &self->row,
                               .watcher = watcher};
    for (size_t i = 0; i < self->chain.output_count + 1; i++) buffer_reset(&self->outputs[i]);
    buffer_reset(&self->journal);
    processor_wake(&self->processor);
    return processor_run(&self->processor, &task);
}

/* Tries the whole chain in a child first. `*row`: where that died. */
static bool try_first(stand *self, const cut_record *record, uint32_t *row, char *reason,
                      size_t size, mill_error *error)
{
    const pipeline_segment whole = {
        .stage_count = self->chain.stage_count, .is_first = true, .is_last = true};
    const article_task task = {.segment = &whole,
                               .reader = record->reader,
                               .data = record->data,
                               .source = record->source,
                               .outputs = self->outputs,
                               .journal = &self->journal,
                               .rows = self->rows,
                               .row = &self->row};
    return rehearse(&self->processor, &task, row, reason, size, error);
}

/* Runs the article under the trace, as far as it lives. */
static bool trace_article(stand *self, const cut_record *record, mill_error *error)
{
    const article_watcher watcher = {trace_watch, &self->trace};
    const size_t stages = self->chain.stage_count;
    char reason[DEATH_TEXT_MAX];
    uint32_t row;
    article_outcome outcome = ARTICLE_DEAD;
    if (!trace_open(&self->trace, &self->chain, record->reader))
        return error_set(error, ERROR_MEMORY, "out of memory");
    if (!try_first(self, record, &row, reason, sizeof reason, error)) return false;
    bool survives = row == REHEARSAL_SURVIVED;
    size_t safe = survives || row > stages ? stages : row == 0 ? 0 : row - 1;
    self->trace.source = self->trace.id = record->source;
    if (survives || row > 0) outcome = run(self, record, safe, survives, &watcher);
    const document *article = self->processor.article;
    if (!survives)
        trace_death(&self->trace, row, reason);
    else if (outcome == ARTICLE_DEAD && (article == NULL || self->processor.damaged))
        trace_death(&self->trace, self->processor.failed, self->processor.reason);
    if (article != NULL && !self->processor.damaged)
        trace_finish(&self->trace, self->processor.article);
    self->told = (explanation){.pipeline = self->chain.file.path,
                               .number = self->seen,
                               .outcome = survives ? outcome : ARTICLE_DEAD,
                               .trace = &self->trace,
                               .full = self->arguments->full};
    return !self->trace.failed || error_set(error, ERROR_MEMORY, "out of memory");
}

/* ---- Finding the article ------------------------------------------------------------------- */

/* Lets an article before the wanted one do to the stages in stream order what it does in a run. */
static void pass_by(stand *self, const cut_record *record)
{
    char reason[DEATH_TEXT_MAX];
    mill_error error;
    uint32_t row;
    size_t count = self->chain.stage_count;
    while (count > 0 && (self->chain.stages[count - 1].plugin->flags & MILL_STREAM_ORDER) == 0)
        count--;
    if (count == 0) return;
    if (try_first(self, record, &row, reason, sizeof reason, &error) && row == REHEARSAL_SURVIVED)
        run(self, record, count, false, NULL);
}

/* Keeps the id that is nearest to the one wanted. */
static void note_id(stand *self, mill_text id)
{
    char name[sizeof self->near];
    suggestion near = {.wanted = self->arguments->id};
    snprintf(name, sizeof name, "%.*s", (int)(id.length < 250 ? id.length : 250), id.data);
    if (self->near[0] != '\0') suggestion_offer(&near, self->near);
    suggestion_offer(&near, name);
    if (near.best == name) memcpy(self->near, name, sizeof name);
}

static bool has_id(stand *self, const cut_record *record)
{
    const char *wanted = self->arguments->id;
    char reason[DEATH_TEXT_MAX];
    mill_error error;
    uint32_t row;
    if (!try_first(self, record, &row, reason, sizeof reason, &error) || row == 0) return false;
    run(self, record, 0, false, NULL);
    if (self->processor.article == NULL || self->processor.damaged) return false;
    mill_text id = document_id(document_handle(self->processor.article), NULL);
    if (id.length == strlen(wanted) && memcmp(id.data, wanted, id.length) == 0) return true;
    note_id(self, id);
    return false;
}

static bool is_wanted(stand *self, const cut_record *record)
{
    if (self->arguments->id != NULL) return has_id(self, record);
    return self->seen == self->arguments->number;
}

static bool not_found(const stand *self, mill_error *error)
{
    const explain_arguments *arguments = self->arguments;
    if (arguments->id == NULL)
        return error_set(error, ERROR_USAGE,
                         "explain: --article %" PRIu64 ": the input has only %" PRIu64 " %s",
                         arguments->number, self->seen, self->seen == 1 ? "article" : "articles");
    if (self->near[0] != '\0')
        return error_set(error, ERROR_USAGE,
                         "explain: --id %s: no article has this id; did you mean '%s'?",
                         arguments->id, self->near);
    return error_set(error, ERROR_USAGE,
                     "explain: --id %s: none of the %" PRIu64 " articles has this id",
                     arguments->id, self->seen);
}

static bool too_long(const stand *self, const cut_record *record, mill_error *error)
{
    return error_set(error, ERROR_INPUT,
                     "%s: is longer than max_article = %zu and would be set aside; raise "
                     "max_article in [pipeline]",
                     record->source.data, self->chain.settings.max_article);
}

static bool explain_wanted(stand *self, mill_error *error)
{
    bool in_pieces = false;
    for (;;) {
        cut_record record;
        record_step step = record_source_next(&self->source, &record, error);
        if (step == RECORD_FAILED) return false;
        if (step == RECORD_END) return not_found(self, error);
        if (step == RECORD_WAIT) {
            struct pollfd input = {.fd = record_source_descriptor(&self->source), .events = POLLIN};
            poll(&input, 1, -1);
            continue;
        }
        if (!in_pieces) self->seen++;
        in_pieces = step == RECORD_PIECE;
        if (step != RECORD_WHOLE) {
            if (self->seen == self->arguments->number) return too_long(self, &record, error);
            continue;
        }
        if (is_wanted(self, &record)) return trace_article(self, &record, error);
        pass_by(self, &record);
    }
}

static bool find_and_explain(stand *self, mill_error *error)
{
    const named_inputs named = {.paths = &self->arguments->input, .count = 1, .share = SHARD_WHOLE};
    return inputs_find(&self->inputs, &self->chain, &named, error) &&
           record_source_open(&self->source, &self->chain, &self->inputs, (input_place){0},
                              error) &&
           open_stand(self, error) && explain_wanted(self, error);
}

/* ---- Telling ------------------------------------------------------------------------------- */

static int write_page(const stand *self, const buffer *text)
{
    mill_error error, another;
    const char *path = self->arguments->html;
    if (text->failed) return say(EXIT_RUN_FAILED, "out of memory");
    output_file *file = output_file_open(path, self->arguments->force, &error);
    if (file == NULL) return say_error(&error);
    if (!output_file_write(file, text->output.data, text->output.length, &error)) {
        output_file_abandon(file, &another);
        return say_error(&error);
    }
    return output_file_finish(file, &error) ? EXIT_DONE : say_error(&error);
}

static int tell(const stand *self)
{
    const explain_arguments *arguments = self->arguments;
    buffer text;
    int code;
    buffer_init(&text, NULL, SIZE_MAX / 2);
    if (arguments->html != NULL) {
        explain_html(&self->told, &text);
        code = write_page(self, &text);
    } else {
        terminal to = terminal_open(&text);
        if (arguments->as_json)
            explain_json(&self->told, &text);
        else
            explain_text(&self->told, &to);
        code = print(&text);
    }
    buffer_clear(&text);
    if (code == EXIT_DONE && self->told.outcome == ARTICLE_DEAD) code = EXIT_DEAD_LETTERS;
    return code;
}

static int explain(const explain_arguments *arguments)
{
    stand self = {.arguments = arguments};
    problem_list problems = {0};
    mill_error error;
    int code;
    if (!pipeline_open(&self.chain, &arguments->pipeline.request, &problems))
        code = say_problems(&problems);
    else if (!find_and_explain(&self, &error))
        code = say_error(&error);
    else
        code = tell(&self);
    close_stand(&self);
    problems_clear(&problems);
    return code;
}

/* ---- The command line ---------------------------------------------------------------------- */

static int set_number(explain_arguments *arguments)
{
    char *end;
    arguments->number = strtoull(optarg, &end, 10);
    if (optarg[0] >= '0' && optarg[0] <= '9' && *end == '\0' && arguments->number > 0)
        return EXIT_DONE;
    return say(EXIT_USAGE, "explain: --article '%s' is no number of an article; the first is 1",
               optarg);
}

static int take_option(explain_arguments *arguments, int option, char **argv)
{
    switch (option) {
    case 'n': return set_number(arguments);
    case 'i': arguments->id = optarg; return EXIT_DONE;
    case LONG_JSON: arguments->as_json = true; return EXIT_DONE;
    case LONG_HTML: arguments->html = optarg; return EXIT_DONE;
    case LONG_FULL: arguments->full = true; return EXIT_DONE;
    case 'f': arguments->force = true; return EXIT_DONE;
    case 's': return take_assignment("explain", &arguments->pipeline, optarg);
    default: return say_bad_option("explain", argv);
    }
}

const command_option command_explain_options[] = {
    {"article", 'n', "K", 0},
    {"id", 'i', "ID", 0},
    {"json", LONG_JSON, NULL, 0},
    {"html", LONG_HTML, "FILE", 0},
    {"full", LONG_FULL, NULL, 0},
    {"force", 'f', NULL, 0},
    {"set", 's', "SECTION.KEY=VALUE", 0},
    {NULL, 0, NULL, 0},
};

int command_explain(int argc, char **argv)
{
    static char standard_input[] = "-";
    explain_arguments arguments = {.input = standard_input};
    int option;
    while ((option = next_option(argc, argv, command_explain_options)) != -1) {
        int code = take_option(&arguments, option, argv);
        if (code != EXIT_DONE) return code;
    }
    if (optind == argc || optind + 2 < argc)
        return say(EXIT_USAGE, "explain: name one pipeline file and at most one input; see "
                               "textmill explain --help");
    if (arguments.id != NULL && arguments.number > 0)
        return say(EXIT_USAGE, "explain: --article and --id both name an article; leave one out");
    if (arguments.as_json && arguments.html != NULL)
        return say(EXIT_USAGE, "explain: --json and --html are two forms; leave one out");
    if (arguments.id == NULL && arguments.number == 0) arguments.number = 1;
    arguments.pipeline.request.path = argv[optind];
    if (optind + 1 < argc) arguments.input = argv[optind + 1];
    return explain(&arguments);
}
