/* Runs the case files plugins/NAME/cases/NAME.txt: language behaviour as data. A file names a chain
 * of plug-ins and what to show of the result; each case in it is an input and what is expected.
 *
 *     chain = clean_unicode quotes=straight, split_sentences
 *     show = sentences                  (or: text, or LAYER ATTRIBUTE..., or an article attribute)
 *
 *     === name of the case
 *     input
 *     ---
 *     expected
 *
 * \n \t \r \\ \xNN \uXXXX \UXXXXXXXX are escapes in both texts. With `articles = lines` in the
 * header each line of the input is an article of its own, and so is each line of what is expected:
 * for stages that remember. An article that is dropped shows as "(dropped)". In the value of an
 * option + stands for a space, and ./ at its begin for the folder of the case file.
 */
#include "test.h"

#include "buffer.h"
#include "document.h"
#include "host.h"
#include "pipeline.h"
#include "pipeline_fields.h"

#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct case_file {
    const char *path;
    char *chain;
    char *show;
    bool lines; /* a line is an article */
    int first_case, case_count;
} case_file;

typedef struct test_case {
    const case_file *file;
    const char *name;
    char *input;
    size_t input_length;
    char *expected;
    size_t expected_length;
} test_case;

/* Takes the place of the line breaks between articles, so that escapes may make others. */
#define ARTICLE_END '\x1E'

static case_file files[1000];
static test_case cases[10000];
static int file_count, case_count;

/* Case files are read before any test runs, where Check's assertions do not work. */
__attribute__((format(printf, 2, 3))) static void require(bool condition, const char *format, ...)
{
    va_list arguments;
    if (condition) return;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

/* ---- Reading case files --------------------------------------------------------------------- */

static size_t put_code_point(char *to, unsigned long point)
{
    if (point < 0x80) return to[0] = (char)point, 1;
    if (point < 0x800)
        return to[0] = (char)(0xC0 | point >> 6), to[1] = (char)(0x80 | (point & 63)), 2;
    if (point < 0x10000) {
        to[0] = (char)(0xE0 | point >> 12);
        to[1] = (char)(0x80 | (point >> 6 & 63));
        to[2] = (char)(0x80 | (point & 63));
        return 3;
    }
    to[0] = (char)(0xF0 | point >> 18);
    to[1] = (char)(0x80 | (point >> 12 & 63));
    to[2] = (char)(0x80 | (point >> 6 & 63));
    to[3] = (char)(0x80 | (point & 63));
    return 4;
}

/* Undoes the escapes in place; returns the length. */
static size_t unescape(char *text)
{
    static const char letters[] = "ntr\\", meanings[] = "\n\t\r\\";
    char *from = text, *to = text;
    while (*from != '\0') {
        const char *letter = from[0] == '\\' && from[1] != '\0' ? strchr(letters, from[1]) : NULL;
        size_t digits = from[0] != '\\'  ? 0
                        : from[1] == 'u' ? 4
                        : from[1] == 'U' ? 8
                        : from[1] == 'x' ? 2
                                         : 0;
        if (letter != NULL) {
            *to++ = meanings[letter - letters];
            from += 2;
        } else if (digits > 0) {
            char number[9] = {0};
            memcpy(number, from + 2, digits);
            unsigned long point = strtoul(number, NULL, 16);
            if (digits == 2)
                *to++ = (char)point;
            else
                to += put_code_point(to, point);
            from += 2 + digits;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
    return (size_t)(to - text);
}

/* Cuts `text` at the line `mark` (which must stand alone); returns what follows, or NULL. */
static char *cut_at_line(char *text, const char *mark)
{
    size_t length = strlen(mark);
    for (char *line = text; line != NULL; line = strchr(line, '\n')) {
        if (*line == '\n') line++;
        if (strncmp(line, mark, length) != 0 || (line[length] != '\n' && line[length] != '\0'))
            continue;
        if (line > text)
            line[-1] = '\0';
        else
            *line = '\0';
        return line + length + (line[length] == '\n');
    }
    return NULL;
}

static void read_case(const case_file *file, char *block)
{
    test_case *this = &cases[case_count++];
    char *body = strchr(block, '\n');
    require(body != NULL, "%s: a case without input", file->path);
    *body++ = '\0';
    this->file = file;
    this->name = block;
    this->input = body;
    this->expected = cut_at_line(body, "---");
    require(this->expected != NULL, "%s: case '%s' has no line ---", file->path, block);
    size_t end = strlen(this->expected);
    while (end > 0 && this->expected[end - 1] == '\n') this->expected[--end] = '\0';
    if (file->lines)
        for (char *at = strchr(this->input, '\n'); at != NULL; at = strchr(at, '\n'))
            *at = ARTICLE_END;
    this->input_length = unescape(this->input);
    this->expected_length = unescape(this->expected);
}

static void read_header(case_file *file, char *header)
{
    for (char *line = strtok(header, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (strncmp(line, "chain = ", 8) == 0) file->chain = line + 8;
        if (strncmp(line, "show = ", 7) == 0) file->show = line + 7;
        if (strcmp(line, "articles = lines") == 0) file->lines = true;
    }
    require(file->chain != NULL && file->show != NULL, "%s: no chain or show", file->path);
}

static void read_case_file(const char *path)
{
    case_file *file = &files[file_count++];
    char *text = test_read(path, NULL);
    file->path = path;
    char *block = strstr(text, "\n=== ");
    require(block != NULL, "%s: no case", path);
    *block = '\0';
    block += 5;
    read_header(file, text);
    file->first_case = case_count;
    while (block != NULL) {
        char *next = strstr(block, "\n=== ");
        if (next != NULL) {
            *next = '\0';
            next += 5;
        }
        read_case(file, block);
        block = next;
    }
    file->case_count = case_count - file->first_case;
}

/* ---- Opening its chain ----------------------------------------------------------------------- */

/* Writes an option; a value that begins with ./ names a file beside the case file. */
static void write_option(FILE *file, char *option, const char *case_path)
{
    char *value = strchr(option, '=') + 1;
    for (char *plus = strchr(option, '+'); plus != NULL; plus = strchr(plus, '+')) *plus = ' ';
    if (strncmp(value, "./", 2) != 0) {
        fprintf(file, "%s\n", option);
        return;
    }
    char *folder = realpath(case_path, NULL);
    require(folder != NULL, "no file %s", case_path);
    *strrchr(folder, '/') = '\0';
    fprintf(file, "%.*s%s%s\n", (int)(value - option), option, folder, value + 1);
    free(folder);
}

/* Writes the chain as a pipeline file. */
static const char *write_pipeline(const case_file *cases_of)
{
    const char *path = test_path(test_folder(), "chain.ini");
    char *copy = strdup(cases_of->chain), *rest_of_chain = NULL;
    FILE *file = fopen(path, "w");
    for (char *step = strtok_r(copy, ",", &rest_of_chain); step != NULL;
         step = strtok_r(NULL, ",", &rest_of_chain)) {
        char *rest = NULL;
        fprintf(file, "[%s]\n", strtok_r(step, " ", &rest));
        for (char *option = strtok_r(NULL, " ", &rest); option != NULL;
             option = strtok_r(NULL, " ", &rest))
            write_option(file, option, cases_of->path);
    }
    fprintf(file, "[output]\nplugin = jsonl\n");
    fclose(file);
    free(copy);
    return path;
}

static void open_chain(const case_file *cases_of, pipeline *chain)
{
    problem_list problems = {0};
    const pipeline_request request = {.path = write_pipeline(cases_of)};
    *chain = (pipeline){0};
    require(pipeline_open(chain, &request, &problems), "%s: %s", cases_of->path,
            problems.count > 0 ? problems.items[0].message : "");
}

/* ---- Running one ---------------------------------------------------------------------------- */

/* Runs an article through the chain; returns false if a stage drops it. */
static bool run_chain(const pipeline *chain, document *article, const test_case *this,
                      mill_text input)
{
    const document_view decoding = {.may_decode = true};
    document_set_view(article, &decoding);
    document_set_text(document_handle(article), input.data, input.length);
    ck_assert_msg(document_finish_stage(article), "%s: %s", this->name, document_fault(article));
    for (size_t i = 0; i < chain->stage_count; i++) {
        const pipeline_step *stage = &chain->stages[i];
        document_set_view(article, &stage->view);
        mill_status status = stage->plugin->process(stage->instance, document_handle(article));
        bool fine = document_finish_stage(article);
        const char *fault = document_fault(article);
        if (fine && status == MILL_DROPPED) return false;
        ck_assert_msg(fine && status == MILL_OK, "%s: case '%s': [%s] %s", this->file->path,
                      this->name, stage->section, fault != NULL ? fault : "failed");
    }
    document_set_view(article, &chain->outputs[0].view);
    return true;
}

/* ---- Showing the result ---------------------------------------------------------------------- */

static uint32_t find_field(const pipeline *chain, const char *layer, const char *attribute)
{
    for (uint32_t i = 0; i < chain->field_count; i++) {
        const mill_field *field = &chain->fields[i];
        bool same_layer = layer == NULL ? field->layer == NULL
                                        : field->layer != NULL && strcmp(field->layer, layer) == 0;
        bool same_attribute = attribute == NULL ? field->attribute == NULL
                                                : field->attribute != NULL &&
                                                      strcmp(field->attribute, attribute) == 0;
        if (same_layer && same_attribute && field->type != MILL_SPAN) return i;
    }
    return UINT32_MAX;
}

static void show_value(buffer *out, mill_value value)
{
    switch (value.type) {
    case MILL_BOOLEAN: buffer_printf(out, "%s", value.as.boolean ? "yes" : "no"); break;
    case MILL_INTEGER: buffer_printf(out, "%lld", (long long)value.as.integer); break;
    case MILL_NUMBER: buffer_number(out, value.as.number); break;
    case MILL_STRING:
    case MILL_JSON: buffer_write(out, value.as.string, value.length); break;
    default: buffer_printf(out, "-");
    }
}

static void show_layer(const pipeline *chain, document *article, const char *layer,
                       char *attributes, buffer *out)
{
    const mill_document *handle = document_handle(article);
    mill_text text = document_text(handle);
    uint32_t count, columns = 0, fields[16];
    for (char *name = strtok(attributes, " "); name != NULL; name = strtok(NULL, " "))
        fields[columns++] = find_field(chain, layer, name);
    const mill_span *spans = document_spans(handle, find_field(chain, layer, NULL), &count);
    for (uint32_t row = 0; row < count; row++) {
        if (row > 0) buffer_write(out, "\n", 1);
        for (uint32_t at = spans[row].begin; at < spans[row].end; at++)
            buffer_write(out, text.data[at] == '\n' ? "\\n" : text.data + at,
                         text.data[at] == '\n' ? 2 : 1);
        for (uint32_t column = 0; column < columns; column++) {
            buffer_write(out, " | ", 3);
            show_value(out, document_get(handle, fields[column], row));
        }
    }
}

static void show(const pipeline *chain, document *article, const char *what, buffer *out)
{
    char *copy = strdup(what), *attributes = strchr(copy, ' ');
    mill_text text = document_text(document_handle(article));
    uint32_t attribute = find_field(chain, NULL, copy);
    if (attributes != NULL)
        *attributes++ = '\0';
    else
        attributes = copy + strlen(copy); /* none: strtok(NULL) would go on in the last one's */
    if (strcmp(what, "text") == 0)
        buffer_write(out, text.data, text.length);
    else if (attribute != UINT32_MAX)
        show_value(out, document_get(document_handle(article), attribute, 0));
    else
        show_layer(chain, article, copy, attributes, out);
    free(copy);
}

/* Runs the case's articles one after another and shows what becomes of each. */
static void run_case(const pipeline *chain, document_home *home, const test_case *this, buffer *out)
{
    mill_text input = {this->input, this->input_length}, rest = input;
    while (rest.data != NULL) {
        char *stop = this->file->lines ? memchr(rest.data, ARTICLE_END, rest.length) : NULL;
        input = rest;
        rest = (mill_text){NULL, 0};
        if (stop != NULL) {
            rest = (mill_text){stop + 1, (size_t)(input.data + input.length - stop - 1)};
            input.length = (size_t)(stop - input.data);
        }
        document *article = document_begin(home, this->name, strlen(this->name));
        ck_assert_ptr_nonnull(article);
        if (run_chain(chain, article, this, input))
            show(chain, article, this->file->show, out);
        else
            buffer_printf(out, "(dropped)");
        if (rest.data != NULL) buffer_write(out, "\n", 1);
    }
}

/* Tells on standard error what is other than expected. */
static bool check_case(const test_case *this, const pipeline *chain)
{
    document_home home;
    buffer out;
    buffer_init(&out, &host_table, 1 << 24);
    document_home_init(&home, &host_table, &chain->schema, 1 << 28, 1 << 24);
    run_case(chain, &home, this, &out);
    bool same = out.output.length == this->expected_length &&
                (this->expected_length == 0 ||
                 memcmp(out.output.data, this->expected, this->expected_length) == 0);
    if (!same)
        fprintf(stderr, "%s: case '%s'\n--- expected\n%s\n--- got\n%.*s\n", this->file->path,
                this->name, this->expected, (int)out.output.length,
                out.output.data != NULL ? out.output.data : "");
    buffer_clear(&out);
    document_home_clear(&home);
    return same;
}

/* All cases of a file; a stage that remembers articles has a chain of its own for each case. */
START_TEST(hold)
{
    const case_file *file = &files[_i];
    pipeline chain;
    int failed = 0;
    for (int i = 0; i < file->case_count; i++) {
        if (i == 0 || file->lines) open_chain(file, &chain);
        failed += !check_case(&cases[file->first_case + i], &chain);
        if (i + 1 == file->case_count || file->lines) pipeline_close(&chain);
    }
    ck_assert_msg(failed == 0, "%s: %d of %d cases do not hold", file->path, failed,
                  file->case_count);
}
END_TEST

int main(void)
{
    static char plugins[PATH_MAX];
    static glob_t paths;
    require(realpath(BUILD "/plugins", plugins) != NULL, "no folder %s/plugins", BUILD);
    setenv("TEXTMILL_PLUGIN_PATH", plugins, 1);
    require(glob("plugins/*/cases/*.txt", 0, NULL, &paths) == 0, "no case files");
    const char *only = getenv("CASES"); /* CASES=split_sentences: only files whose path holds it */
    for (size_t i = 0; i < paths.gl_pathc; i++)
        if (only == NULL || strstr(paths.gl_pathv[i], only) != NULL)
            read_case_file(paths.gl_pathv[i]);
    Suite *suite = suite_create("cases");
    TCase *test = tcase_create("cases");
    tcase_set_timeout(test, 60);
    tcase_add_loop_test(test, hold, 0, file_count);
    suite_add_tcase(suite, test);
    return test_run(suite);
}
