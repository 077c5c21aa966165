/* Cutting the input into shares: whatever the shares, each record is in just one of them, with the
 * line number that it has in the whole. */
#include "shard.h"
#include "plugins_support.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define FILES_MOST 6

/* ---- --shard --------------------------------------------------------------------------------- */

START_TEST(reads_a_share)
{
    static const struct {
        const char *text;
        shard share;
    } cases[] = {{"1/1", {1, 1}},
                 {"3/4", {3, 4}},
                 {"4/4", {4, 4}},
                 {"007/0010", {7, 10}},
                 {"1000000/1000000", {1000000, 1000000}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        shard share;
        mill_error error = {0};
        ck_assert_msg(shard_parse(cases[i].text, &share, &error), "%s", error.message);
        ck_assert_uint_eq(share.number, cases[i].share.number);
        ck_assert_uint_eq(share.count, cases[i].share.count);
    }
}
END_TEST

#define NO_SHARE "is not a share; write it as in 1/4, the first of four"

static const char *const wrong_shares[][2] = {
    {"0/4", "the first share is 1/4"},
    {"5/4", "the last share is 4/4"},
    {"18446744073709551617/4", "the last share is 4/4"},
    {"1/0", "there is at least one share: 1/1"},
    {"0/0", "there is at least one share: 1/1"},
    {"1/1000001", "there are at most 1000000 shares"},
    {"1/18446744073709551617", "there are at most 1000000 shares"},
    {"", NO_SHARE},
    {"3", NO_SHARE},
    {"/", NO_SHARE},
    {"1/", NO_SHARE},
    {"/4", NO_SHARE},
    {"a/b", NO_SHARE},
    {"-1/4", NO_SHARE},
    {"+1/4", NO_SHARE},
    {" 1/4", NO_SHARE},
    {"1 /4", NO_SHARE},
    {"1/4 ", NO_SHARE},
    {"1/4/2", NO_SHARE},
    {"1.5/4", NO_SHARE},
    {"1:4", NO_SHARE},
};

START_TEST(refuses_what_is_no_share)
{
    char message[256];
    shard share = {9, 9};
    mill_error error = {0};
    const char *const *wrong = wrong_shares[_i];
    ck_assert(!shard_parse(wrong[0], &share, &error));
    snprintf(message, sizeof message, "--shard %s: %s", wrong[0], wrong[1]);
    ck_assert_str_eq(error.message, message);
    ck_assert_int_eq(error.code, ERROR_USAGE);
    ck_assert_uint_eq(share.number, 9);
}
END_TEST

/* ---- The plan ------------------------------------------------------------------------------ */

/* Names say what a file is: "lines" may be cut, "lines.gz" and "whole" may not. */
static bool is_of_lines(void *user, const input_file *file, bool *lines, mill_error *error)
{
    unsigned *asked = user;
    (void)error;
    if (asked != NULL) ++*asked;
    const char *slash = strrchr(file->path, '/');
    *lines = strncmp(slash != NULL ? slash + 1 : file->path, "lines", 5) == 0;
    return true;
}

static input_list list_of(input_file *files, size_t count)
{
    input_list list = {files, count, 0};
    for (size_t i = 0; i < count; i++) list.total_bytes += files[i].size;
    return list;
}

/* Tells a plan as "0:5-10 1 2:0-7": the file, and what of it if that is not all. */
static const char *tell_plan(const input_list *inputs, shard share, unsigned *asked)
{
    static char told[512];
    shard_plan plan;
    mill_error error = {0};
    size_t length = 0;
    told[0] = '\0';
    ck_assert_msg(shard_plan_open(&plan, share, inputs, is_of_lines, asked, &error), "%s",
                  error.message);
    for (size_t i = 0; i < plan.count; i++) {
        const shard_part *part = &plan.parts[i];
        length += (size_t)sprintf(told + length, "%s%zu", i > 0 ? " " : "", part->file);
        if (part->begin > 0 || part->end != UINT64_MAX)
            length += (size_t)sprintf(told + length, ":%llu-", (unsigned long long)part->begin);
        if (part->end != UINT64_MAX)
            length += (size_t)sprintf(told + length, "%llu", (unsigned long long)part->end);
    }
    shard_plan_clear(&plan);
    return told;
}

/* Expects the plans of all shares, joined by " | ". */
static void expect_plans(input_file *files, size_t count, uint32_t shares, const char *expected)
{
    char told[2048] = "";
    const input_list inputs = list_of(files, count);
    for (uint32_t i = 1; i <= shares; i++) {
        if (i > 1) strcat(told, " | ");
        strcat(told, tell_plan(&inputs, (shard){i, shares}, NULL));
    }
    ck_assert_str_eq(told, expected);
}

#define FILE_OF(name, length)                                                                      \
    {                                                                                              \
        .path = (char *)(name), .size = (length), .regular = true                                  \
    }

START_TEST(cuts_a_file_of_lines_at_its_bytes)
{
    input_file files[] = {FILE_OF("lines", 10)};
    expect_plans(files, 1, 1, "0");
    expect_plans(files, 1, 2, "0:0-5 | 0:5-");
    expect_plans(files, 1, 3, "0:0-3 | 0:3-6 | 0:6-");
    expect_plans(files, 1, 12,
                 " | 0:0-1 | 0:1-2 | 0:2-3 | 0:3-4 | 0:4-5 |  | 0:5-6 | 0:6-7 | 0:7-8 | 0:8-9 | "
                 "0:9-");
}
END_TEST

START_TEST(cuts_several_files_as_one_line_of_bytes)
{
    input_file files[] = {FILE_OF("lines", 10), FILE_OF("lines", 3), FILE_OF("lines", 7)};
    expect_plans(files, 3, 2, "0 | 1 2");
    expect_plans(files, 3, 4, "0:0-5 | 0:5- | 1 2:0-2 | 2:2-");
}
END_TEST

START_TEST(gives_other_files_whole_to_the_share_in_which_they_begin)
{
    input_file files[] = {FILE_OF("whole", 6), FILE_OF("lines.gz", 5), FILE_OF("lines.zst", 5),
                          FILE_OF("lines", 4)};
    expect_plans(files, 4, 2, "0 1 | 2 3");
    expect_plans(files, 4, 4, "0 | 1 | 2 | 3");
    expect_plans(files, 4, 5, "0 | 1 | 2 |  | 3");
    input_file large[] = {FILE_OF("whole", 100), FILE_OF("lines", 100)};
    expect_plans(large, 2, 5, "0 |  | 1:0-20 | 1:20-60 | 1:60-");
}
END_TEST

START_TEST(gives_empty_files_to_the_share_in_which_they_lie)
{
    input_file files[] = {FILE_OF("lines", 0), FILE_OF("lines", 4), FILE_OF("whole", 0),
                          FILE_OF("lines", 0), FILE_OF("lines", 4), FILE_OF("whole", 0),
                          FILE_OF("lines", 0)};
    expect_plans(files, 7, 2, "0 1 | 2 3 4 5 6");
    expect_plans(files, 7, 1, "0 1 2 3 4 5 6");
    input_file empty[] = {FILE_OF("whole", 0), FILE_OF("lines", 0)};
    expect_plans(empty, 2, 3, " |  | 0 1");
    expect_plans(empty, 0, 2, " | ");
}
END_TEST

START_TEST(asks_only_about_plain_files_on_a_border)
{
    input_file files[] = {FILE_OF("lines", 10), FILE_OF("lines", 10), FILE_OF("lines.gz", 10),
                          FILE_OF("lines", 10)};
    const input_list inputs = list_of(files, 4);
    unsigned asked = 0;
    tell_plan(&inputs, (shard){1, 4}, &asked);
    tell_plan(&inputs, (shard){1, 1}, &asked);
    ck_assert_uint_eq(asked, 0);
    ck_assert_str_eq(tell_plan(&inputs, (shard){2, 3}, &asked), "1:3- 2");
    ck_assert_uint_eq(asked, 1);
}
END_TEST

START_TEST(counts_the_bytes_of_a_share)
{
    input_file files[] = {FILE_OF("lines", 10), FILE_OF("whole", 10), FILE_OF("lines", 11)};
    const input_list inputs = list_of(files, 3);
    const uint64_t expected[] = {10, 10, 11};
    for (uint32_t i = 1; i <= 3; i++) {
        shard_plan plan;
        mill_error error;
        ck_assert(shard_plan_open(&plan, (shard){i, 3}, &inputs, is_of_lines, NULL, &error));
        ck_assert_uint_eq(plan.bytes, expected[i - 1]);
        shard_plan_clear(&plan);
    }
}
END_TEST

START_TEST(cuts_sizes_near_the_limits_of_64_bits)
{
    const uint64_t size = UINT64_MAX / 2;
    input_file files[] = {FILE_OF("lines", size), FILE_OF("lines", size)};
    const input_list inputs = list_of(files, 2);
    ck_assert_str_eq(tell_plan(&inputs, (shard){500000, 1000000}, NULL), "0:9223353590110702097-");
    ck_assert_str_eq(tell_plan(&inputs, (shard){1000000, 1000000}, NULL), "1:9223353590110702097-");
    ck_assert_str_eq(tell_plan(&inputs, (shard){1, 1000000}, NULL), "0:0-18446744073709");
}
END_TEST

static bool refuse_to_tell(void *user, const input_file *file, bool *lines, mill_error *error)
{
    (void)user;
    (void)lines;
    return error_set(error, ERROR_INPUT, "%s: has gone", file->path);
}

START_TEST(fails_if_it_cannot_be_told_whether_a_file_is_of_lines)
{
    input_file files[] = {FILE_OF("lines", 10)};
    const input_list inputs = list_of(files, 1);
    shard_plan plan;
    mill_error error = {0};
    ck_assert(!shard_plan_open(&plan, (shard){1, 2}, &inputs, refuse_to_tell, NULL, &error));
    ck_assert_str_eq(error.message, "lines: has gone");
    ck_assert_ptr_null(plan.parts);
}
END_TEST

START_TEST(refuses_to_divide_a_pipe)
{
    input_file files[] = {FILE_OF("lines", 10), {.path = (char *)"-"}};
    const input_list inputs = {files, 2, 0};
    shard_plan plan;
    mill_error error = {0};
    ck_assert(!shard_plan_open(&plan, (shard){1, 2}, &inputs, is_of_lines, NULL, &error));
    ck_assert_str_eq(error.message, "standard input: has no size, so it cannot be divided by "
                                    "--shard; write it to a file and name that");
    ck_assert_int_eq(error.code, ERROR_INPUT);
    ck_assert_str_eq(tell_plan(&inputs, SHARD_WHOLE, NULL), "0 1");
}
END_TEST

/* Every byte of a file of lines is in one share, every other file in one; in order. */
START_TEST(leaves_nothing_out_and_takes_nothing_twice)
{
    static const char *const names[] = {"lines", "whole", "lines.gz"};
    random_source random = random_seeded("leaves_nothing_out_and_takes_nothing_twice");
    for (int round = 0; round < 3000; round++) {
        input_file files[FILES_MOST];
        size_t count = random_below(&random, FILES_MOST + 1), file = 0;
        uint64_t covered = 0; /* of `file` */
        uint32_t shares = 1 + random_below(&random, 20);
        for (size_t i = 0; i < count; i++)
            files[i] = (input_file)FILE_OF(names[random_below(&random, 3)],
                                           random_below(&random, 3) * random_below(&random, 20));
        const input_list inputs = list_of(files, count);
        for (uint32_t i = 1; i <= shares; i++) {
            shard_plan plan;
            mill_error error;
            ck_assert(
                shard_plan_open(&plan, (shard){i, shares}, &inputs, is_of_lines, NULL, &error));
            for (size_t k = 0; k < plan.count; k++) {
                const shard_part *part = &plan.parts[k];
                ck_assert_uint_eq(part->file, file);
                ck_assert_uint_eq(part->begin, covered);
                ck_assert_uint_lt(part->begin, part->end);
                covered = part->end;
                if (covered != UINT64_MAX) continue;
                file++;
                covered = 0;
            }
            shard_plan_clear(&plan);
        }
        ck_assert_uint_eq(file, count);
        ck_assert_uint_eq(covered, 0);
    }
}
END_TEST

/* ---- Lines of a file ------------------------------------------------------------------------- */

START_TEST(finds_and_counts_lines_from_every_byte)
{
    const char *path = test_path(test_folder(), "a");
    random_source random = random_seeded("finds_and_counts_lines_from_every_byte");
    for (int round = 0; round < 6; round++) {
        char data[160];
        size_t length = random_below(&random, sizeof data);
        uint64_t breaks = 0;
        for (size_t i = 0; i < length; i++) data[i] = "a\n\n b\r"[random_below(&random, 6)];
        test_write(path, data, length);
        for (size_t begin = 0; begin <= length; begin++) {
            size_t end = begin + random_below(&random, (uint32_t)(length - begin + 1)),
                   line = begin;
            uint64_t found, lines;
            mill_error error;
            while (line > 0 && line < end && data[line - 1] != '\n') line++;
            ck_assert(shard_find_line(path, begin, end, &found, &error));
            ck_assert_uint_eq(found, line);
            ck_assert(shard_count_lines(path, begin, &lines, &error));
            ck_assert_uint_eq(lines, breaks);
            breaks += begin < length && data[begin] == '\n';
        }
    }
}
END_TEST

START_TEST(finds_and_counts_lines_over_many_blocks)
{
    const size_t length = ((size_t)5 << 20) + 17;
    const char *path = test_path(test_folder(), "a");
    char *data = malloc(length);
    uint64_t found, lines;
    mill_error error;
    memset(data, 'x', length);
    for (size_t i = 0; i < 1000; i++) data[i * 3] = '\n';
    data[length - 2] = '\n';
    test_write(path, data, length);
    ck_assert(shard_find_line(path, 10000, UINT64_MAX, &found, &error));
    ck_assert_uint_eq(found, length - 1);
    ck_assert(shard_find_line(path, 10000, length - 1, &found, &error));
    ck_assert_uint_eq(found, length - 1);
    ck_assert(shard_find_line(path, 10000, (size_t)3 << 20, &found, &error));
    ck_assert_uint_eq(found, (size_t)3 << 20);
    ck_assert(shard_find_line(path, length, UINT64_MAX, &found, &error));
    ck_assert_uint_eq(found, length);
    ck_assert(shard_count_lines(path, length, &lines, &error));
    ck_assert_uint_eq(lines, 1001);
    ck_assert(shard_count_lines(path, 2998, &lines, &error));
    ck_assert_uint_eq(lines, 1000);
    free(data);
}
END_TEST

START_TEST(says_when_a_file_has_become_shorter)
{
    char message[8192];
    const char *path = test_path(test_folder(), "a");
    uint64_t number;
    framing_position start;
    mill_error error = {0};
    test_write(path, "ab\ncd\n", 6);
    snprintf(message, sizeof message,
             "%s: has only 6 bytes now, it had at least 7: it has changed since the run began; "
             "restore it or begin the run again",
             path);
    ck_assert(!shard_find_line(path, 7, 9, &number, &error));
    ck_assert_str_eq(error.message, message);
    ck_assert(!shard_count_lines(path, 7, &number, &error));
    ck_assert_str_eq(error.message, message);
    ck_assert(!shard_find_start(path, &(shard_part){0, 7, UINT64_MAX}, &start, &error));
    ck_assert_str_eq(error.message, message);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert(!shard_find_start(path, &(shard_part){0, 7, UINT64_MAX}, &start, &error));
    snprintf(message, sizeof message,
             "%s: has vanished since the run began; restore it and run again", path);
    ck_assert_str_eq(error.message, message);
}
END_TEST

/* ---- Records ------------------------------------------------------------------------------- */

static framing window;
static loaded_plugin loaded;
static pipeline_step reader;
static char *told; /* "file:line:record", a record a line */
static size_t told_length, told_room;

static void tell(const char *data, size_t length)
{
    if (told_length + length + 1 > told_room) {
        told_room = 2 * told_room + length + 1;
        told = realloc(told, told_room);
    }
    memcpy(told + told_length, data, length);
    told_length += length;
    told[told_length] = '\0';
}

/* Tells the records of one part, as a run would read them. */
static void tell_part(const input_list *inputs, const shard_part *part, size_t limit)
{
    char head[64];
    bool begun = false;
    mill_error error = {0};
    framing_step step;
    framing_position start;
    mill_text record;
    const char *path = inputs->files[part->file].path;
    ck_assert_msg(shard_find_start(path, part, &start, &error), "%s", error.message);
    input_stream *stream = input_stream_open(path, &error);
    framing_begin(&window, &reader, limit);
    ck_assert(framing_fill(&window, stream, &error));
    ck_assert_msg(framing_narrow(&window, stream, start, part->end, &error), "%s", error.message);
    while ((step = framing_next(&window, &record)) != FRAMING_END) {
        ck_assert_int_ne(step, FRAMING_FAULT);
        if (step == FRAMING_MORE) {
            ck_assert(framing_fill(&window, stream, &error));
            continue;
        }
        int length =
            snprintf(head, sizeof head, "%zu:%llu:", part->file, (unsigned long long)window.line);
        if (!begun) tell(head, (size_t)length);
        tell(record.data, record.length);
        begun = step == FRAMING_PIECE;
        if (!begun) tell("\n", 1);
    }
    input_stream_close(stream);
}

static void tell_share(const input_list *inputs, shard share, size_t limit)
{
    shard_plan plan;
    mill_error error;
    ck_assert(shard_plan_open(&plan, share, inputs, is_of_lines, NULL, &error));
    for (size_t i = 0; i < plan.count; i++) tell_part(inputs, &plan.parts[i], limit);
    shard_plan_clear(&plan);
}

/* Expects that the shares together have the records of the whole, for every number of shares. */
static void expect_same_records(const input_list *inputs, size_t limit)
{
    told_length = 0;
    tell("", 0);
    tell_share(inputs, SHARD_WHOLE, limit);
    char *whole = strdup(told);
    for (uint32_t shares = 1; shares <= 20; shares++) {
        told_length = 0;
        tell("", 0);
        for (uint32_t i = 1; i <= shares; i++) tell_share(inputs, (shard){i, shares}, limit);
        ck_assert_msg(strcmp(told, whole) == 0, "%u shares, limit %zu:\n%s\ninstead of\n%s", shares,
                      limit, told, whole);
    }
    free(whole);
}

/* Opens the reader. */
static void prepare(void)
{
    static const char *const no_options[] = {NULL};
    workbench bench;
    workbench_open(&bench, NULL, 0);
    ck_assert(plugin_open(&loaded, "read_jsonl", no_options, &bench));
    workbench_close(&bench);
    reader = (pipeline_step){.plugin = loaded.plugin, .instance = loaded.instance};
    ck_assert(framing_open(&window));
}

static void finish(void)
{
    framing_close(&window);
    plugin_close(&loaded);
    free(told);
    told = NULL;
    told_room = 0;
}

/* Fills a file of lines, of which no two are alike unless they are blank. */
static size_t fill_lines(random_source *random, char *data)
{
    static unsigned serial;
    size_t length = 0, count = random_below(random, 10);
    if (random_below(random, 3) == 0) length += (size_t)sprintf(data, "\xEF\xBB\xBF");
    for (size_t i = 0; i < count; i++) {
        uint32_t kind = random_below(random, 6);
        const char *stop = random_below(random, 3) == 0 ? "\r\n" : "\n";
        if (kind == 0)
            length += (size_t)sprintf(data + length, "%s", stop);
        else if (kind == 1)
            length += (size_t)sprintf(data + length, "%*s%s", random_below(random, 40), "", stop);
        else
            length += (size_t)sprintf(data + length, "{\"%u\":\"%.*s\"}%s", serial++,
                                      random_below(random, 40),
                                      "0123456789012345678901234567890123456789", stop);
    }
    return length - (length > 0 && random_below(random, 2) == 0);
}

static void write_gzip(const char *path, const char *data, size_t length)
{
    gzFile file = gzopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(gzwrite(file, data, (unsigned)length), (int)length);
    ck_assert_int_eq(gzclose(file), Z_OK);
}

START_TEST(gives_each_record_to_one_share_with_its_line)
{
    random_source random = random_seeded("gives_each_record_to_one_share_with_its_line");
    prepare();
    for (int round = 0; round < 12; round++) {
        char data[2048], *arguments[FILES_MOST];
        size_t count = 1 + random_below(&random, FILES_MOST);
        const char *folder = test_folder();
        input_list inputs;
        mill_error error;
        for (size_t i = 0; i < count; i++) {
            uint32_t kind = random_below(&random, 4);
            size_t length = fill_lines(&random, data);
            char name[32];
            snprintf(name, sizeof name, "%s%zu%s", kind == 0 ? "whole" : "lines", i,
                     kind == 1 ? ".gz" : "");
            arguments[i] = (char *)test_path(folder, name);
            if (kind == 1)
                write_gzip(arguments[i], data, length);
            else
                test_write(arguments[i], data, length);
        }
        ck_assert(input_list_open(&inputs, arguments, count, NULL, NULL, &error));
        expect_same_records(&inputs, 1 << 20);
        expect_same_records(&inputs, 16);
        input_list_clear(&inputs);
    }
    finish();
}
END_TEST

/* Lines longer than a share, than the window and than a block, some over the limit. */
START_TEST(gives_huge_lines_to_the_share_in_which_they_begin)
{
    static const size_t lines[] = {5, 3 << 20, 0, 700000, 20, 1, 2 << 20, 1, 1, 900000};
    char *data = malloc((size_t)8 << 20),
         *arguments[] = {(char *)test_path(test_folder(), "lines")};
    size_t length = 0;
    input_list inputs;
    mill_error error;
    prepare();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        memset(data + length, 'a' + (int)i, lines[i]);
        length += lines[i];
        data[length++] = '\n';
    }
    test_write(arguments[0], data, length);
    ck_assert(input_list_open(&inputs, arguments, 1, NULL, NULL, &error));
    expect_same_records(&inputs, (size_t)16 << 20);
    expect_same_records(&inputs, 800000);
    input_list_clear(&inputs);
    free(data);
    finish();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {reads_a_share,
                                  cuts_a_file_of_lines_at_its_bytes,
                                  cuts_several_files_as_one_line_of_bytes,
                                  gives_other_files_whole_to_the_share_in_which_they_begin,
                                  gives_empty_files_to_the_share_in_which_they_lie,
                                  asks_only_about_plain_files_on_a_border,
                                  counts_the_bytes_of_a_share,
                                  cuts_sizes_near_the_limits_of_64_bits,
                                  fails_if_it_cannot_be_told_whether_a_file_is_of_lines,
                                  refuses_to_divide_a_pipe,
                                  leaves_nothing_out_and_takes_nothing_twice,
                                  finds_and_counts_lines_from_every_byte,
                                  finds_and_counts_lines_over_many_blocks,
                                  says_when_a_file_has_become_shorter,
                                  gives_each_record_to_one_share_with_its_line,
                                  gives_huge_lines_to_the_share_in_which_they_begin,
                                  NULL};
    Suite *suite = test_suite("shard", tests);
    TCase *wrong = tcase_create("wrong shares");
    tcase_add_loop_test(wrong, refuses_what_is_no_share, 0, (int)MILL_COUNT(wrong_shares));
    suite_add_tcase(suite, wrong);
    return test_run(suite);
}
