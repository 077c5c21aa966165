/* exec - any program as a stage. It is started once for each worker, gets each article as a line of
 * JSON on its standard input, and answers with a line on its standard output; wire.h has the form.
 *
 * One article is on its way at a time. A program that ends, hangs or answers nonsense costs the
 * article that it was at; the next one goes to a fresh program. An answer bears the article's id,
 * so a line too many is never taken for the answer to another article.
 */
#define MILL_ABI_MINOR 1
#include "program.h"
#include "wire.h"

typedef struct stage {
    exec_command command;
    program program;
    wire wire;
    line request;
} stage;

/* ---- Fields ---------------------------------------------------------------------------------- */

static mill_status declare_list(mill_setup *setup, const char *option, uint32_t use)
{
    const char *at = mill_setup_string(setup, option);
    while (*at != '\0') {
        size_t length = strcspn(at, ",");
        size_t blanks = strspn(at, " \t");
        if (blanks < length &&
            mill_setup_declare(setup, use, (mill_text){at + blanks, length - blanks}) != MILL_OK)
            return MILL_FAILED;
        at += length + (at[length] == ',');
    }
    return MILL_OK;
}

static mill_status declare_fields(mill_setup *setup)
{
    if (declare_list(setup, "needs", MILL_NEEDS) != MILL_OK ||
        declare_list(setup, "wants", MILL_WANTS) != MILL_OK ||
        declare_list(setup, "provides", MILL_PROVIDES) != MILL_OK)
        return MILL_FAILED;
    return MILL_OK;
}

/* ---- Life ------------------------------------------------------------------------------------ */

static mill_status open_stage(mill_setup *setup, void **instance)
{
    stage *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    *instance = self;
    self->wire.unit = (mill_unit)mill_setup_integer(setup, "offsets");
    self->wire.fields = mill_setup_fields(setup, &self->wire.field_count);
    program_init(&self->program, &self->command, mill_setup_number(setup, "timeout"));
    return command_open(&self->command, setup);
}

static void close_stage(void *instance)
{
    stage *self = instance;
    program_close(&self->program);
    line_clear(&self->request);
    line_clear(&self->wire.scratch);
}

/* Asks the program. A line that is no answer to this article may have been written for the one
 * before, so then a fresh program is asked. */
static mill_status ask(stage *self, mill_document *document, mill_text *answer)
{
    for (;;) {
        bool was_running = program_is_running(&self->program);
        if (!program_ask(&self->program, &self->request, answer))
            return mill_fail(document, "%s", self->program.fault);
        const char *fault = wire_fault(&self->wire, document, *answer);
        if (fault == NULL) return MILL_OK;
        program_stop(&self->program);
        if (!was_running) return mill_fail(document, "%s", fault);
    }
}

static mill_status process(void *instance, mill_document *document)
{
    stage *self = instance;
    mill_text answer;
    if (!wire_write(&self->wire, document, &self->request)) return MILL_FAILED;
    if (ask(self, document, &answer) != MILL_OK) return MILL_FAILED;
    return wire_read(&self->wire, document, answer);
}

/* ---- The descriptor -------------------------------------------------------------------------- */

static const mill_option options[] = {
    {.name = "command",
     .type = MILL_OPTION_STRING,
     .standard = "",
     .help = "the program, found in PATH, and its first arguments; there is no shell"},
    {.name = "script",
     .type = MILL_OPTION_PATH,
     .standard = "",
     .help = "a file that the command gets as its next argument; without command, the program"},
    {.name = "arguments", .type = MILL_OPTION_STRING, .standard = "", .help = "further arguments"},
    {.name = "needs",
     .type = MILL_OPTION_STRING,
     .standard = "",
     .help =
         "what the program must be sent: sentences[], quotes[].speaker string, language string"},
    {.name = "wants",
     .type = MILL_OPTION_STRING,
     .standard = "",
     .help = "what it is sent if a stage before it provides it"},
    {.name = "provides",
     .type = MILL_OPTION_STRING,
     .standard = "",
     .help = "what it answers: types are boolean, integer, number, string, span, json"},
    {.name = "offsets",
     .type = MILL_OPTION_CHOICE,
     .standard = "code_points",
     .choices = "bytes code_points utf16",
     .help = "what the offsets of the lines count"},
    {.name = "timeout",
     .type = MILL_OPTION_NUMBER,
     .standard = "20",
     .minimum = 0.01,
     .maximum = 86400,
     .help = "seconds that the program may take for an article; less than [pipeline] timeout"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .flags = MILL_EDITS_TEXT | MILL_USES_PROCESSES,
    .name = "exec",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "asks a program of yours, in any language: one line of JSON in, one line out",
    .options = options,
    .option_count = MILL_COUNT(options),
    .open = open_stage,
    .close = close_stage,
    .process = process,
    .declare = declare_fields,
};
