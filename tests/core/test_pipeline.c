/* Pipelines that are wrong, as data (wrong_pipelines.txt), each with everything that is told of it;
 * and what a right one resolves to. */
#include "pipeline.h"
#include "sample_plugin.h"
#include "test.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#define CASES        "tests/core/wrong_pipelines.txt"
#define MOST_CASES   200
#define MOST_REQUEST 16

static char folder[PATH_MAX]; /* of the pipeline file */
static char plugins[PATH_MAX];
static char file[PATH_MAX + 8];
static pipeline chain;
static problem_list problems;

#define TUNABLE "tests/core/plugins/tunable.c"

/* The shipped plug-ins and some built here, in one folder of plug-ins. */
static void build_plugins(void)
{
    snprintf(plugins, sizeof plugins, "%s", sample_folder());
    test_outcome copied = test_shell("cp -p '%s'/plugins/*.so '%s'", BUILD, plugins);
    ck_assert_int_eq(copied.exit_code, 0);
    free(copied.out);
    free(copied.err);
    sample_build(plugins, "tunable.so", "-DNAME=tunable " TUNABLE);
    sample_build(plugins, "tuned_twin.so", "-DNAME=tuned_twin " TUNABLE);
    sample_build(plugins, "talkative.so",
                 "-DNAME=talkative -DDECLARE '-DFIELDS={MILL_WANTS, MILL_INTEGER, NULL, \"moons\", "
                 "\"x\"}' " TUNABLE);
    sample_build(
        plugins, "needy.so",
        "-DNAME=needy '-DFIELDS={MILL_NEEDS, MILL_LAYER, \"moons\", NULL, \"x\"}' " TUNABLE);
    sample_build(
        plugins, "homesick.so",
        "-DNAME=homesick '-DFIELDS={MILL_NEEDS, MILL_LAYER, \"homes\", NULL, \"x\"}' " TUNABLE);
    sample_build(plugins, "reader_of_moods.so",
                 "-DNAME=reader_of_moods '-DFIELDS={MILL_NEEDS, MILL_NUMBER, \"sentences\", "
                 "\"sentiment\", \"x\"}' " TUNABLE);
    sample_build(plugins, "mistaken.so",
                 "-DNAME=mistaken '-DFIELDS={MILL_WANTS, MILL_STRING, NULL, "
                 "\"sentiment.compound\", \"x\"}' " TUNABLE);
    sample_build(plugins, "misled.so",
                 "-DNAME=misled '-DFIELDS={MILL_NEEDS, MILL_LAYER, \"sentnces\", NULL, \"x\"}, "
                 "{MILL_NEEDS, MILL_STRING, \"quotes\", \"speakr\", \"x\"}' " TUNABLE);
    sample_build(plugins, "own_layer.so",
                 "-DNAME=own_layer '-DFIELDS={MILL_PROVIDES, MILL_STRING, \"moons\", \"phase\", "
                 "\"x\"}, {MILL_PROVIDES, MILL_LAYER, \"moons\", NULL, \"x\"}' " TUNABLE);
    sample_build(plugins, "grumpy.so",
                 "-DNAME=grumpy '-DOPEN=return mill_setup_fail(setup, \"there is no moon; wait for "
                 "the night\")' " TUNABLE);
    sample_build(plugins, "silent.so",
                 "-DNAME=silent '-DOPEN=return MILL_FAILED' '-DFIELDS={MILL_WANTS, "
                 "MILL_LAYER, \"moons\", NULL, \"x\"}' " TUNABLE);
}

static void begin(void)
{
    snprintf(folder, sizeof folder, "%s", sample_folder());
    snprintf(file, sizeof file, "%s/x.ini", folder);
    setenv("TEXTMILL_PLUGIN_PATH", plugins, 1);
}

static void close_all(void)
{
    pipeline_close(&chain);
    problems_clear(&problems);
}

/* ---- Cases --------------------------------------------------------------------------------- */

typedef struct wrong_pipeline {
    char *name;
    char *text;     /* of the pipeline file, in front of it the lines of the command line */
    char *expected; /* each line ended */
} wrong_pipeline;

static wrong_pipeline cases[MOST_CASES];
static int case_count;

/* Ends `text` at the next line that begins with `mark`; returns what is behind the mark, or NULL.
 */
static char *cut_at(char *text, const char *mark)
{
    char *found = text;
    while (found != NULL && strncmp(found, mark, strlen(mark)) != 0) {
        found = strchr(found, '\n');
        if (found != NULL) found++;
    }
    if (found == NULL) return NULL;
    *found = '\0';
    return found + strlen(mark);
}

/* Cuts empty lines and comments off the end. */
static void trim_end(char *text)
{
    for (;;) {
        size_t length = strlen(text);
        if (length == 0) return;
        char *line = text + length - 1;
        while (line > text && line[-1] != '\n') line--;
        if (*line != '\n' && *line != '#') return;
        *line = '\0';
    }
}

static void read_cases(void)
{
    static char *all;
    all = test_read(CASES, NULL);
    char *next = cut_at(all, "=== ");
    while (next != NULL && case_count < MOST_CASES) {
        wrong_pipeline *one = &cases[case_count++];
        one->name = next;
        next = cut_at(next, "=== ");
        one->text = strchr(one->name, '\n');
        if (one->text == NULL) abort();
        *one->text++ = '\0';
        one->expected = cut_at(one->text, "---\n");
        if (one->expected == NULL) abort();
        trim_end(one->expected);
    }
}

/* Copies `text` with every `word` replaced. */
static char *replace(char *text, const char *word, const char *by)
{
    char *copy = calloc(1, 1 << 16), *to = copy;
    for (const char *at = text; *at != '\0';) {
        bool found = strncmp(at, word, strlen(word)) == 0;
        to += sprintf(to, "%.*s", found ? (int)strlen(by) : 1, found ? by : at);
        at += found ? strlen(word) : 1;
    }
    free(text);
    return copy;
}

static char *fill_in(const char *text)
{
    char *filled = replace(strdup(text), "FILE", file);
    filled = replace(filled, "FOLDER", folder);
    return replace(filled, "PLUGINS", plugins);
}

/* Writes the pipeline file with its escapes undone. */
static void write_file(const char *text)
{
    FILE *stream = fopen(file, "wb");
    ck_assert_ptr_nonnull(stream);
    while (*text != '\0') {
        char letter;
        unsigned byte, count;
        int length = 0;
        if (sscanf(text, "\\x%2X%n", &byte, &length) == 1 && length == 4) {
            fputc((int)byte, stream);
        } else if (sscanf(text, "{%c*%u}%n", &letter, &count, &length) == 2 && length > 0) {
            while (count-- > 0) fputc(letter, stream);
        } else if (strncmp(text, "\\r", 2) == 0) {
            fputc('\r', stream);
            length = 2;
        } else {
            fputc(*text, stream);
            length = 1;
        }
        text += length;
    }
    ck_assert_int_eq(fclose(stream), 0);
}

/* Takes the lines of the command line off the front of a case's text. */
static char *take_request(char *text, pipeline_request *request, char **assignments)
{
    *request = (pipeline_request){.path = file, .assignments = assignments};
    while (text[0] == '-') {
        char *end = strchr(text, '\n');
        *end = '\0';
        if (strncmp(text, "-o ", 3) == 0)
            request->output = text + 3;
        else
            assignments[request->assignment_count++] = text + strlen("--set ");
        text = end + 1;
    }
    return text;
}

static char *join_problems(void)
{
    char *joined = calloc(1, 1 << 16), *to = joined;
    for (size_t i = 0; i < problems.count; i++)
        to += sprintf(to, "%s\n", problems.items[i].message);
    return joined;
}

START_TEST(tells_everything_that_is_wrong)
{
    const wrong_pipeline *wrong = &cases[_i];
    char *assignments[MOST_REQUEST];
    pipeline_request request;
    begin();
    test_write(test_path(folder, "words.txt"), "Mr.\n", 4);
    char *text = fill_in(wrong->text), *expected = fill_in(wrong->expected);
    write_file(take_request(text, &request, assignments));
    bool opened = pipeline_open(&chain, &request, &problems);
    char *told = join_problems();
    ck_assert_msg(strcmp(told, expected) == 0, "%s\nexpected:\n%stold:\n%s", wrong->name, expected,
                  told);
    ck_assert_msg(!opened, "%s: opened all the same", wrong->name);
    close_all();
    free(text);
    free(expected);
    free(told);
}
END_TEST

START_TEST(has_many_wrong_pipelines)
{
    ck_assert_int_ge(case_count, 110);
    ck_assert_int_lt(case_count, MOST_CASES);
}
END_TEST

/* ---- Right ones ---------------------------------------------------------------------------- */

/* Opens a pipeline that must be right. `assignments` is a NULL-terminated list, or NULL. */
static void open_right(const char *text, char *const *assignments, const char *output)
{
    pipeline_request request = {.path = file, .assignments = assignments, .output = output};
    while (assignments != NULL && assignments[request.assignment_count] != NULL)
        request.assignment_count++;
    test_write(file, text, strlen(text));
    bool opened = pipeline_open(&chain, &request, &problems);
    ck_assert_msg(opened, "%s", join_problems());
}

/* Says how option `name` of a step was resolved: "text (origin)". */
static const char *shown(const pipeline_step *step, const char *name)
{
    static char text[2 * PATH_MAX];
    for (uint32_t i = 0; i < step->plugin->option_count; i++)
        if (strcmp(step->plugin->options[i].name, name) == 0) {
            snprintf(text, sizeof text, "%s (%s)", step->options[i].text, step->options[i].origin);
            return text;
        }
    return "no such option";
}

static mill_value value_of(const pipeline_step *step, const char *name)
{
    uint32_t i = 0;
    while (strcmp(step->plugin->options[i].name, name) != 0) i++;
    return step->values[i];
}

static const char *at_line(const char *text, unsigned line)
{
    static char place[2 * PATH_MAX];
    snprintf(place, sizeof place, "%s (%s:%u)", text, file, line);
    return place;
}

START_TEST(resolves_each_option_and_says_where_it_came_from)
{
    static char set[] = "tunable.count=-2";
    char *const assignments[] = {set, NULL};
    begin();
    open_right("[tunable]\nratio = .25\ncount = 4\nbound = 2 K\nstrict = ON\ncolor = blue\n",
               assignments, NULL);
    const pipeline_step *step = &chain.stages[0];
    ck_assert_str_eq(shown(step, "ratio"), at_line(".25", 2));
    ck_assert_str_eq(shown(step, "count"), "-2 (command line)");
    ck_assert_str_eq(shown(step, "bound"), at_line("2 K", 4));
    ck_assert_str_eq(shown(step, "strict"), at_line("ON", 5));
    ck_assert_str_eq(shown(step, "color"), at_line("blue", 6));
    ck_assert_str_eq(shown(step, "label"), "none (default)");
    ck_assert_double_eq(value_of(step, "ratio").as.number, 0.25);
    ck_assert_int_eq(value_of(step, "count").as.integer, -2);
    ck_assert_int_eq(value_of(step, "bound").as.integer, 2048);
    ck_assert(value_of(step, "strict").as.boolean);
    ck_assert_int_eq(value_of(step, "color").as.integer, 2);
    ck_assert_str_eq(value_of(step, "label").as.string, "none");
    ck_assert(step->options[0].set && !step->options[5].set);
    close_all();
}
END_TEST

START_TEST(resolves_settings)
{
    static char set[] = "pipeline.max_article=3M";
    char *const assignments[] = {set, NULL};
    begin();
    open_right("[pipeline]\nmax_article = 1K\ndead_letters = failed.jsonl\n", assignments, NULL);
    ck_assert_uint_eq(chain.settings.max_article, 3 << 20);
    ck_assert_str_eq(chain.settings.dead_letters, test_path(folder, "failed.jsonl"));
    ck_assert_str_eq(chain.settings.plugin_path, "");
    ck_assert_str_eq(chain.setting_options[0].origin, "default");
    ck_assert_str_eq(chain.setting_options[2].origin, "command line");
    close_all();
}
END_TEST

/* Two stages of one plug-in each have the fields that their options name. */
START_TEST(gives_each_stage_the_fields_that_it_declares)
{
    begin();
    open_right("[split_sentences]\n[a]\nplugin = talkative\nlabel = sentences[].mood string\n"
               "[b]\nplugin = talkative\nlabel =  topic.name   json \n",
               NULL, NULL);
    ck_assert_uint_eq(chain.stages[1].plugin->field_count, 2);
    ck_assert_uint_eq(chain.field_count, 3);
    ck_assert_str_eq(chain.fields[1].layer, "sentences");
    ck_assert_str_eq(chain.fields[1].attribute, "mood");
    ck_assert_uint_eq(chain.fields[1].type, MILL_STRING);
    ck_assert_ptr_null(chain.fields[2].layer);
    ck_assert_str_eq(chain.fields[2].attribute, "topic.name");
    ck_assert_uint_eq(chain.fields[2].type, MILL_JSON);
    close_all();
}
END_TEST

START_TEST(takes_relative_paths_from_the_pipeline_files_folder)
{
    begin();
    test_write(test_path(folder, "words.txt"), "Mr.\n", 4);
    open_right("[tunable]\nwords = words.txt\n[output]\npath = out.jsonl\n", NULL, NULL);
    const char *path = test_path(folder, "words.txt");
    ck_assert_str_eq(shown(&chain.stages[0], "words"), at_line(path, 2));
    ck_assert_str_eq(value_of(&chain.stages[0], "words").as.string, path);
    ck_assert_str_eq(chain.outputs[0].path, test_path(folder, "out.jsonl"));
    close_all();
}
END_TEST

START_TEST(takes_each_path_of_a_list_from_the_pipeline_files_folder)
{
    char expected[2 * PATH_MAX];
    begin();
    test_write(test_path(folder, "words.txt"), "Mr.\n", 4);
    test_write(test_path(folder, "more.txt"), "Dr.\n", 4);
    open_right("[tunable]\nlists = words.txt , ./more.txt\n", NULL, NULL);
    snprintf(expected, sizeof expected, "%s,%s", test_path(folder, "words.txt"),
             test_path(folder, "more.txt"));
    ck_assert_str_eq(value_of(&chain.stages[0], "lists").as.string, expected);
    close_all();
}
END_TEST

START_TEST(takes_relative_paths_of_the_command_line_from_the_current_folder)
{
    static char set[] = "tunable.words=tests/core/wrong_pipelines.txt", to[] = "output.path=x.txt";
    char *const assignments[] = {set, to, NULL};
    begin();
    open_right("[tunable]\nwords = nowhere.txt\n", assignments, NULL);
    ck_assert_str_eq(shown(&chain.stages[0], "words"),
                     "tests/core/wrong_pipelines.txt (command line)");
    ck_assert_str_eq(chain.outputs[0].path, "x.txt");
    ck_assert_str_eq(chain.outputs[0].plugin->name, "text");
    close_all();
}
END_TEST

START_TEST(takes_absolute_paths_and_dashes_as_they_stand)
{
    char text[PATH_MAX + 100];
    begin();
    const char *words = test_path(folder, "words.txt");
    test_write(words, "Mr.\n", 4);
    snprintf(text, sizeof text, "[tunable]\nwords = %s\n[output]\npath = -\n", words);
    open_right(text, NULL, NULL);
    ck_assert_str_eq(value_of(&chain.stages[0], "words").as.string, words);
    ck_assert_str_eq(chain.outputs[0].path, "-");
    close_all();
}
END_TEST

START_TEST(takes_a_plugin_from_a_file_beside_the_pipeline_file)
{
    begin();
    ck_assert_ptr_nonnull(sample_copy(plugins, "tunable.so", folder, "mine.so"));
    open_right("[x]\nplugin = ./mine.so\nlabel = own\n", NULL, NULL);
    ck_assert_str_eq(chain.stages[0].plugin->name, "tunable");
    ck_assert_str_eq(chain.stages[0].section, "x");
    ck_assert_str_eq(value_of(&chain.stages[0], "label").as.string, "own");
    close_all();
}
END_TEST

START_TEST(searches_plugin_path_first)
{
    begin();
    sample_build(folder, "mine.so", "-DNAME=mine " TUNABLE);
    open_right("[pipeline]\nplugin_path = .\n[mine]\n", NULL, NULL);
    ck_assert_str_eq(chain.stages[0].entry->path, test_path(folder, "mine.so"));
    close_all();
}
END_TEST

START_TEST(has_one_output_if_none_is_named)
{
    begin();
    open_right("", NULL, NULL);
    ck_assert_uint_eq(chain.stage_count, 0);
    ck_assert_uint_eq(chain.output_count, 1);
    ck_assert_str_eq(chain.outputs[0].plugin->name, "jsonl");
    ck_assert_str_eq(chain.outputs[0].section, "output");
    ck_assert_ptr_null(chain.outputs[0].path);
    close_all();
}
END_TEST

START_TEST(chooses_the_writer_by_the_files_name)
{
    begin();
    open_right("[output]\n[output second]\npath = b.jsonl.zst\n[output third]\npath = c.TXT\n",
               NULL, "a.txt.gz");
    ck_assert_str_eq(chain.outputs[0].plugin->name, "text");
    ck_assert_str_eq(chain.outputs[0].path, "a.txt.gz");
    ck_assert_str_eq(chain.outputs[1].plugin->name, "jsonl");
    ck_assert_str_eq(chain.outputs[2].plugin->name, "text");
    close_all();
}
END_TEST

START_TEST(lets_a_stage_run_twice_under_two_names)
{
    begin();
    open_right("[clean_whitespace]\n[clean_again]\nplugin = clean_whitespace\nblank_lines = 0\n",
               NULL, NULL);
    ck_assert_uint_eq(chain.stage_count, 2);
    ck_assert_str_eq(shown(&chain.stages[0], "blank_lines"), "1 (default)");
    ck_assert_str_eq(shown(&chain.stages[1], "blank_lines"), at_line("0", 4));
    close_all();
}
END_TEST

START_TEST(lists_the_fields_layer_by_layer)
{
    begin();
    open_right("[tunable]\n[split_sentences]\n[score_sentiment]\n", NULL, NULL);
    const char *const names[] = {"sentences",
                                 "sentiment",
                                 "tuned",
                                 "sentiment.compound",
                                 "sentiment.pos",
                                 "sentiment.neu",
                                 "sentiment.neg",
                                 "sentiment.label",
                                 "sentiment.positive_sentences",
                                 "sentiment.negative_sentences",
                                 "sentiment.most_positive",
                                 "sentiment.most_negative"};
    ck_assert_uint_eq(chain.field_count, MILL_COUNT(names));
    for (uint32_t i = 0; i < chain.field_count; i++) {
        const mill_field *field = &chain.fields[i];
        ck_assert_str_eq(field->attribute != NULL ? field->attribute : field->layer, names[i]);
    }
    ck_assert_uint_eq(chain.schema.layer_count, 1);
    ck_assert_uint_eq(chain.schema.layers[0].columns, 1);
    ck_assert_uint_eq(chain.schema.article_columns, 10);
    close_all();
}
END_TEST

START_TEST(provides_what_is_declared_where_its_option_is_on)
{
    begin();
    open_right("[split_sentences]\n[score_sentiment]\npeople = yes\n", NULL, NULL);
    ck_assert_str_eq(chain.fields[chain.field_count - 1].attribute, "people");
    ck_assert(chain.stages[1].view.fields[14].provided);
    close_all();
    open_right("[split_sentences]\n[score_sentiment]\npeople = no\n", NULL, NULL);
    ck_assert_str_ne(chain.fields[chain.field_count - 1].attribute, "people");
    ck_assert_uint_eq(chain.stages[1].view.field_count, 14);
    close_all();
}
END_TEST

START_TEST(takes_an_attribute_that_is_declared_before_its_own_layer)
{
    begin();
    open_right("[own_layer]\n", NULL, NULL);
    ck_assert_str_eq(chain.fields[0].layer, "moons");
    ck_assert_ptr_null(chain.fields[0].attribute);
    ck_assert_str_eq(chain.fields[1].attribute, "phase");
    close_all();
}
END_TEST

START_TEST(leaves_out_what_is_only_wanted)
{
    begin();
    open_right("[split_sentences]\n[score_sentiment]\n", NULL, NULL);
    const document_view *view = &chain.stages[1].view;
    ck_assert(view->fields[0].present);  /* needs sentences */
    ck_assert(!view->fields[1].present); /* wants quotes */
    ck_assert(!view->fields[3].present); /* the sentiment of quotes */
    ck_assert(!view->may_edit && !view->may_decode);
    close_all();
}
END_TEST

/* ---- Readers ------------------------------------------------------------------------------- */

START_TEST(chooses_the_reader_by_the_files_name)
{
    mill_error error;
    begin();
    open_right("", NULL, NULL);
    pipeline_step *lines = pipeline_reader_for_file(&chain, "a.jsonl.gz", &error);
    pipeline_step *texts = pipeline_reader_for_file(&chain, "x/b.txt", &error);
    ck_assert_str_eq(lines->plugin->name, "jsonl");
    ck_assert_str_eq(texts->plugin->name, "text");
    ck_assert_ptr_eq(pipeline_reader_for_file(&chain, "-", &error), lines);
    ck_assert_ptr_eq(pipeline_reader_by_name(&chain, "text", &error), texts);
    ck_assert(pipeline_knows_file(&chain, "c.NDJSON.zst"));
    ck_assert(!pipeline_knows_file(&chain, "c.pdf"));
    ck_assert_ptr_null(pipeline_reader_for_file(&chain, "c.pdf", &error));
    ck_assert_str_eq(error.message, "c.pdf: no reader knows files of this name; set one with "
                                    "--set input.plugin=NAME");
    ck_assert_ptr_null(pipeline_reader_by_name(&chain, "pdf", &error));
    ck_assert_str_eq(error.message,
                     "no reader plug-in 'pdf'; `textmill plugins` lists those there are");
    close_all();
}
END_TEST

START_TEST(takes_the_reader_of_the_input_section_for_every_file)
{
    mill_error error;
    begin();
    open_right("[input]\nplugin = jsonl\ntext_field = body\n", NULL, NULL);
    pipeline_step *reader = pipeline_reader_for_file(&chain, "a.txt", &error);
    ck_assert_str_eq(reader->plugin->name, "jsonl");
    ck_assert_str_eq(shown(reader, "text_field"), at_line("body", 3));
    ck_assert_ptr_eq(pipeline_reader_by_name(&chain, "jsonl", &error), reader);
    ck_assert_str_eq(pipeline_reader_by_name(&chain, "text", &error)->plugin->name, "text");
    ck_assert(pipeline_knows_file(&chain, "c.pdf"));
    close_all();
}
END_TEST

START_TEST(tells_of_a_pipeline_file_that_is_not_there)
{
    pipeline_request request = {.path = "/nowhere/x.ini"};
    begin();
    ck_assert(!pipeline_open(&chain, &request, &problems));
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_str_eq(problems.items[0].message, "/nowhere/x.ini: cannot be read: No such file or "
                                                "directory; check the path");
    close_all();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {has_many_wrong_pipelines,
                                  resolves_each_option_and_says_where_it_came_from,
                                  resolves_settings,
                                  gives_each_stage_the_fields_that_it_declares,
                                  takes_relative_paths_from_the_pipeline_files_folder,
                                  takes_each_path_of_a_list_from_the_pipeline_files_folder,
                                  takes_relative_paths_of_the_command_line_from_the_current_folder,
                                  takes_absolute_paths_and_dashes_as_they_stand,
                                  takes_a_plugin_from_a_file_beside_the_pipeline_file,
                                  searches_plugin_path_first,
                                  has_one_output_if_none_is_named,
                                  chooses_the_writer_by_the_files_name,
                                  lets_a_stage_run_twice_under_two_names,
                                  lists_the_fields_layer_by_layer,
                                  provides_what_is_declared_where_its_option_is_on,
                                  takes_an_attribute_that_is_declared_before_its_own_layer,
                                  leaves_out_what_is_only_wanted,
                                  chooses_the_reader_by_the_files_name,
                                  takes_the_reader_of_the_input_section_for_every_file,
                                  tells_of_a_pipeline_file_that_is_not_there,
                                  NULL};
    read_cases();
    Suite *suite = sample_suite("pipeline", tests, build_plugins);
    TCase *wrong = tcase_create("wrong pipelines");
    tcase_set_timeout(wrong, 60);
    tcase_add_unchecked_fixture(wrong, build_plugins, NULL);
    tcase_add_loop_test(wrong, tells_everything_that_is_wrong, 0, case_count);
    suite_add_tcase(suite, wrong);
    return test_run(suite);
}
