/* textmill test: articles through a pipeline, and whether what comes out is what was expected. */
#include "arguments.h"
#include "commands.h"
#include "expectation.h"
#include "replace_file.h"
#include "test_file.h"
#include "textmill/json.h"
#include "trial.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

const char command_test_help[] =
    "usage: textmill test PIPELINE TESTS.jsonl [OPTIONS]\n"
    "\n"
    "Sends the articles of a file of tests through a pipeline and compares what comes out. A test\n"
    "is a line of JSON:\n"
    "\n"
    "  {\"name\": \"a quote\", \"input\": {\"text\": \"\\\"Yes,\\\" said Ann.\"},\n"
    "   \"expected\": {\"quotes\": [{\"speaker\": \"Ann\"}]}}\n"
    "\n"
    "input is an object, read as a line of JSON, or a string, read as a text file; the reader of\n"
    "[input] is taken for both, if there is one. expected is an object of the first output's "
    "JSON,\n"
    "of which members may be left out (\"whole\": true: none), or a string: all of the output.\n"
    "Instead, \"dropped\": true, or \"failed\": \"[stage] reason\". The tests are one stream.\n"
    "\n"
    "  -u, --update              write what came into the file, where it is not what was expected\n"
    "      --tap                 say how it went in the Test Anything Protocol\n"
    "  -s, --set SECTION.KEY=VALUE  set an option, stronger than the pipeline file\n"
    "  -h, --help                this text\n"
    "\n"
    "Exit: 0 all tests passed (or were updated); 1 one did not; 2 mistakes in a file.\n";

typedef struct test_run {
    trial trial;
    test_file file;
    const pipeline_step *object_reader; /* of inputs that are objects */
    const pipeline_step *string_reader;
    bool as_tap;
    bool updates;
    buffer text;        /* what is said */
    buffer differences; /* of the present test */
    buffer record;
    buffer updated; /* the file as it will be */
    size_t passed;
} test_run;

/* ---- One test -------------------------------------------------------------------------------- */

/* Decodes a JSON string to the end of a buffer. */
static mill_text decode(buffer *out, mill_text string)
{
    size_t begin = out->output.length;
    if (!buffer_reserve(out, string.length + MILL_PADDING)) return (mill_text){"", 0};
    char *data = out->output.data + begin;
    size_t length = mill_json_string(string, data);
    memset(data + length, 0, MILL_PADDING);
    out->output.length += length + MILL_PADDING;
    return (mill_text){data, length};
}

static article_outcome send_article(test_run *self, const pipeline_test *test)
{
    char place[200];
    const char *slash = strrchr(self->file.path, '/');
    const char *name = slash != NULL ? slash + 1 : self->file.path; /* the same from everywhere */
    bool is_object = *test->input.data == '{';
    mill_text record = test->input;
    buffer_reset(&self->record);
    int length = snprintf(place, sizeof place, "%s:%u", name, test->line);
    const mill_text source = {place, (size_t)length < sizeof place ? (size_t)length : 0};
    if (is_object) {
        buffer_reserve(&self->record, record.length + MILL_PADDING);
        buffer_write(&self->record, record.data, record.length);
        record.data = self->record.output.data;
    } else {
        record = decode(&self->record, record);
    }
    return trial_run(&self->trial, is_object ? self->object_reader : self->string_reader, record,
                     source);
}

/* Writes how an article ended that did not come out, as JSON's members of a test. */
static void describe_end(const test_run *self, article_outcome outcome, buffer *out)
{
    buffer reason;
    if (outcome == ARTICLE_DROPPED) {
        buffer_printf(out, "\"dropped\": true");
        return;
    }
    buffer_init(&reason, NULL, 1 << 16);
    buffer_printf(&reason, "[%s] %s", trial_stage(&self->trial), trial_reason(&self->trial));
    buffer_printf(out, "\"failed\": ");
    buffer_json(out, reason.output.data, reason.output.length);
    buffer_clear(&reason);
}

/* Writes how a test wants an article to end, in the same form. */
static void describe_wanted(const pipeline_test *test, buffer *out)
{
    if (test->dropped.length > 0)
        buffer_printf(out, "\"dropped\": true");
    else if (test->failed.length > 0)
        buffer_printf(out, "\"failed\": %.*s", (int)test->failed.length, test->failed.data);
    else
        buffer_printf(out, "an output");
}

/* Compares an end that is no output, or should not have been one. */
static bool compare_ends(test_run *self, const pipeline_test *test, article_outcome outcome)
{
    const expectation asked = {.differences = &self->differences};
    buffer wanted, came;
    buffer_init(&wanted, NULL, 1 << 20);
    buffer_init(&came, NULL, 1 << 20);
    describe_wanted(test, &wanted);
    if (outcome == ARTICLE_OUT)
        buffer_printf(&came, "an output");
    else
        describe_end(self, outcome, &came);
    bool same = expectation_text_holds(&asked, "the end",
                                       (mill_text){wanted.output.data, wanted.output.length},
                                       (mill_text){came.output.data, came.output.length});
    buffer_clear(&wanted);
    buffer_clear(&came);
    return same;
}

static bool is_json(mill_text text)
{
    size_t where;
    return mill_json_check(text, &where) == NULL;
}

/* Compares the output with what is expected of it. */
static bool compare_output(test_run *self, const pipeline_test *test, mill_text output)
{
    const expectation asked = {test->whole, &self->differences};
    if (*test->expected.data == '"') {
        mill_text wanted = decode(&self->record, test->expected);
        return expectation_text_holds(&asked, "the output", wanted, output);
    }
    if (is_json(output)) return expectation_holds(&asked, test->expected, output);
    return expectation_text_holds(&asked, "the output", (mill_text){"JSON", 4}, output);
}

static bool holds(test_run *self, const pipeline_test *test, article_outcome outcome)
{
    bool wants_end = test->dropped.length > 0 || test->failed.length > 0;
    if (wants_end || outcome != ARTICLE_OUT) return compare_ends(self, test, outcome);
    return test->expected.length == 0 || compare_output(self, test, trial_output(&self->trial));
}

/* ---- Updating -------------------------------------------------------------------------------- */

static bool is_outcome(mill_text key)
{
    return mill_json_is(key, "expected") || mill_json_is(key, "dropped") ||
           mill_json_is(key, "failed");
}

static void write_outcome(test_run *self, const pipeline_test *test, article_outcome outcome)
{
    buffer *out = &self->updated;
    mill_text output = trial_output(&self->trial);
    if (outcome != ARTICLE_OUT) {
        describe_end(self, outcome, out);
        return;
    }
    buffer_printf(out, "\"expected\": ");
    bool wants_object = test->expected.length == 0 || *test->expected.data == '{';
    if (!wants_object || !is_json(output)) {
        buffer_json(out, output.data, output.length);
        return;
    }
    const expectation asked = {.whole = test->whole};
    output = mill_json_trim(output);
    expectation_update(&asked, test->expected.length > 0 ? test->expected : output, output, out);
}

/* Writes a test anew: its members as they stand, and what came in place of what was expected. */
static void update_test(test_run *self, const pipeline_test *test, article_outcome outcome)
{
    size_t at = 0;
    mill_text key, value, object = mill_json_trim(test->text);
    buffer *out = &self->updated;
    const char *comma = "";
    bool written = false;
    buffer_write(out, "{", 1);
    while (mill_json_next(object, &at, &key, &value)) {
        if (is_outcome(key) && written) continue;
        buffer_printf(out, "%s", comma);
        if (is_outcome(key))
            write_outcome(self, test, outcome);
        else
            buffer_printf(out, "%.*s: %.*s", (int)key.length, key.data, (int)value.length,
                          value.data);
        written = written || is_outcome(key);
        comma = ", ";
    }
    if (!written) {
        buffer_printf(out, "%s", comma);
        write_outcome(self, test, outcome);
    }
    buffer_write(out, "}", 1);
}

/* Copies the file's bytes from the last test to this one. */
static void copy_between(test_run *self, const char *from, const char *to)
{
    buffer_write(&self->updated, from, (size_t)(to - from));
}

/* ---- All tests ------------------------------------------------------------------------------- */

static void say_name(test_run *self, const pipeline_test *test)
{
    buffer name;
    buffer_init(&name, NULL, 1 << 20);
    mill_text decoded = test->name.length > 0 ? decode(&name, test->name) : (mill_text){"", 0};
    for (size_t i = 0; i < decoded.length; i++) {
        unsigned char byte = (unsigned char)decoded.data[i];
        buffer_write(&self->text, byte < 0x20 || byte == 0x7F ? " " : decoded.data + i, 1);
    }
    buffer_printf(&self->text, "%s(%s:%u)\n", decoded.length > 0 ? " " : "", self->file.path,
                  test->line);
    buffer_clear(&name);
}

/* Says the differences; in TAP each line of them is a comment. */
static void say_differences(test_run *self)
{
    const buffer *from = &self->differences;
    for (size_t at = 0; at < from->output.length;) {
        const char *line = from->output.data + at;
        const char *stop = memchr(line, '\n', from->output.length - at);
        size_t length = (size_t)(stop - line) + 1;
        if (self->as_tap) buffer_write(&self->text, "#", 1);
        buffer_write(&self->text, line, length);
        at += length;
    }
}

static void say_result(test_run *self, const pipeline_test *test, size_t number, bool passed,
                       bool updated)
{
    if (self->as_tap)
        buffer_printf(&self->text, "%sok %zu - ", passed ? "" : "not ", number);
    else if (passed)
        return;
    else
        buffer_printf(&self->text, updated ? "updated  " : "FAILED  ");
    say_name(self, test);
    say_differences(self);
}

static void run_tests(test_run *self)
{
    const test_file *file = &self->file;
    const char *copied = file->contents;
    if (self->as_tap) buffer_printf(&self->text, "TAP version 13\n1..%zu\n", file->count);
    for (size_t i = 0; i < file->count; i++) {
        const pipeline_test *test = &file->tests[i];
        buffer_reset(&self->differences);
        article_outcome outcome = send_article(self, test);
        bool lacks_outcome =
            test->expected.length + test->dropped.length + test->failed.length == 0;
        bool passed = holds(self, test, outcome);
        bool updated = self->updates && (!passed || lacks_outcome);
        self->passed += passed;
        say_result(self, test, i + 1, passed, updated);
        if (!updated) continue;
        copy_between(self, copied, test->text.data);
        update_test(self, test, outcome);
        copied = test->text.data + test->text.length;
    }
    copy_between(self, copied, file->contents + file->length);
}

static int conclude(test_run *self)
{
    mill_error error;
    size_t count = self->file.count, failed = count - self->passed;
    const buffer *updated = &self->updated;
    if (!self->as_tap)
        buffer_printf(&self->text, "%zu test%s: %zu passed, %zu %s\n", count, count == 1 ? "" : "s",
                      self->passed, failed, self->updates ? "updated" : "failed");
    bool changed = updated->output.length != self->file.length ||
                   memcmp(updated->output.data, self->file.contents, self->file.length) != 0;
    if (updated->failed) return say(EXIT_RUN_FAILED, "out of memory");
    if (self->updates && changed &&
        !replace_file(self->file.path, updated->output.data, updated->output.length,
                      REPLACE_FOR_READERS, &error))
        return say_error(&error);
    int code = print(&self->text);
    if (code != EXIT_DONE) return code;
    return failed > 0 && !self->updates ? EXIT_RUN_FAILED : EXIT_DONE;
}

/* ---- The command ----------------------------------------------------------------------------- */

/* Finds the readers: that of [input], else one for JSON lines and one for text files. */
static bool find_readers(test_run *self, pipeline *chain, mill_error *error)
{
    if (chain->input != NULL) {
        self->object_reader = self->string_reader = &chain->readers[0];
        return true;
    }
    self->object_reader = pipeline_reader_for_file(chain, "input.jsonl", error);
    if (self->object_reader == NULL) return false;
    self->string_reader = pipeline_reader_for_file(chain, "input.txt", error);
    return self->string_reader != NULL;
}

static int run_pipeline(test_run *self, pipeline *chain)
{
    mill_error error;
    const size_t limit = (size_t)1 << 32;
    buffer *const buffers[] = {&self->text, &self->differences, &self->record, &self->updated};
    for (size_t i = 0; i < MILL_COUNT(buffers); i++) buffer_init(buffers[i], NULL, limit);
    int code;
    if (trial_open(&self->trial, chain, &error) && find_readers(self, chain, &error)) {
        run_tests(self);
        code = conclude(self);
    } else {
        code = say_error(&error);
    }
    trial_close(&self->trial);
    for (size_t i = 0; i < MILL_COUNT(buffers); i++) buffer_clear(buffers[i]);
    return code;
}

static int test(test_run *self, const pipeline_request *request, const char *path)
{
    pipeline chain = {0};
    problem_list problems = {0};
    bool opened = pipeline_open(&chain, request, &problems);
    bool read = test_file_read(&self->file, path, &problems);
    int code = opened && read && problems.count == 0 ? run_pipeline(self, &chain)
                                                     : say_problems(&problems);
    test_file_clear(&self->file);
    pipeline_close(&chain);
    problems_clear(&problems);
    return code;
}

enum { LONG_TAP = ONLY_LONG };

const command_option command_test_options[] = {
    {"set", 's', "SECTION.KEY=VALUE", 0},
    {"update", 'u', NULL, 0},
    {"tap", LONG_TAP, NULL, 0},
    {NULL, 0, NULL, 0},
};

int command_test(int argc, char **argv)
{
    pipeline_arguments arguments = {0};
    test_run run = {0};
    int option, code = EXIT_DONE;
    while (code == EXIT_DONE && (option = next_option(argc, argv, command_test_options)) != -1) {
        switch (option) {
        case LONG_TAP: run.as_tap = true; break;
        case 'u': run.updates = true; break;
        case 's': code = take_assignment("test", &arguments, optarg); break;
        default: return say_bad_option("test", argv);
        }
    }
    if (code != EXIT_DONE) return code;
    if (optind + 2 != argc)
        return say(EXIT_USAGE, "test: name a pipeline file and a file of tests; see textmill test "
                               "--help");
    if (run.updates && strcmp(argv[optind + 1], "-") == 0)
        return say(EXIT_USAGE, "test: standard input cannot be updated; name a file");
    arguments.request.path = argv[optind];
    return test(&run, &arguments.request, argv[optind + 1]);
}
