/* Cutting a stream into records must not depend on how the stream comes in: by every split into
 * reads, and whatever does not fit into memory in pieces. */
#include "framing.h"
#include "plugins_support.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NO_LIMIT ((size_t)1 << 20)

static framing window;
static char told[1 << 16]; /* "R3:record" and so on, a step a line */
static size_t told_length;

/* ---- A stream in pieces -------------------------------------------------------------------- */

/* What is still to be written to the pipe that is read. */
typedef struct feed {
    const char *data;
    size_t length;
    size_t first; /* size of the first piece */
    size_t then;  /* and of all others */
    int pipe[2];
    input_stream *stream;
} feed;

static void feed_open(feed *self)
{
    char path[32];
    mill_error error;
    ck_assert_int_eq(pipe(self->pipe), 0);
    snprintf(path, sizeof path, "/dev/fd/%d", self->pipe[0]);
    self->stream = input_stream_open(path, &error);
    ck_assert_msg(self->stream != NULL, "%s", error.message);
}

/* Puts the next piece into the pipe; ends it when there is none. */
static void feed_piece(feed *self)
{
    size_t size = self->first < self->length ? self->first : self->length;
    if (size == 0) {
        close(self->pipe[1]);
        return;
    }
    ck_assert_int_eq(write(self->pipe[1], self->data, size), (ssize_t)size);
    self->data += size;
    self->length -= size;
    self->first = self->then;
}

static void feed_close(feed *self)
{
    input_stream_close(self->stream);
    close(self->pipe[0]);
}

/* ---- Telling ------------------------------------------------------------------------------- */

static void tell(const char *data, size_t length)
{
    ck_assert_uint_lt(told_length + length, sizeof told);
    memcpy(told + told_length, data, length);
    told_length += length;
    told[told_length] = '\0';
}

/* Tells a step; the pieces of an oversized record are put together. */
static void tell_step(framing_step step, mill_text record)
{
    static bool in_record;
    char head[40];
    if (step == FRAMING_FAULT) tell("fault\n", 6);
    if (step > FRAMING_LAST) return;
    volatile char last = record.data[record.length + MILL_PADDING - 1]; /* it can be read */
    (void)last;
    snprintf(head, sizeof head, "%s%llu:", step == FRAMING_RECORD ? "R" : "O",
             (unsigned long long)window.line);
    if (!in_record) tell(head, strlen(head));
    tell(record.data, record.length);
    in_record = step == FRAMING_PIECE;
    if (!in_record) tell("\n", 1);
}

/* Cuts what `source` feeds into records and tells them. */
static const char *cut(const pipeline_step *reader, size_t limit, feed source)
{
    framing_step step;
    mill_text record;
    mill_error error;
    feed_open(&source);
    told_length = 0;
    told[0] = '\0';
    framing_begin(&window, reader, limit);
    do {
        step = framing_next(&window, &record);
        tell_step(step, record);
        if (step != FRAMING_MORE) continue;
        feed_piece(&source);
        ck_assert(framing_fill(&window, source.stream, &error));
    } while (step != FRAMING_END && step != FRAMING_FAULT);
    feed_close(&source);
    return told;
}

/* Cuts at every split into two reads, and at every size of equal reads. */
static void expect(const pipeline_step *reader, size_t limit, const char *data, size_t length,
                   const char *expected)
{
    ck_assert(framing_open(&window));
    for (size_t first = 1; first <= length + 1; first++) {
        const char *got = cut(reader, limit, (feed){data, length, first, length + 1, {0}, NULL});
        ck_assert_msg(strcmp(got, expected) == 0, "first read %zu:\n%s", first, got);
        got = cut(reader, limit, (feed){data, length, first, first, {0}, NULL});
        ck_assert_msg(strcmp(got, expected) == 0, "reads of %zu:\n%s", first, got);
    }
    framing_close(&window);
}

static void expect_text(const pipeline_step *reader, size_t limit, const char *data,
                        const char *expected)
{
    expect(reader, limit, data, strlen(data), expected);
}

/* ---- Readers ------------------------------------------------------------------------------- */

static loaded_plugin loaded;

/* Loads a shipped reader. */
static pipeline_step shipped(const char *name)
{
    static const char *const no_options[] = {NULL};
    workbench bench;
    workbench_open(&bench, NULL, 0);
    ck_assert(plugin_open(&loaded, name, no_options, &bench));
    workbench_close(&bench);
    return (pipeline_step){.plugin = loaded.plugin, .instance = loaded.instance};
}

/* Records of four bytes: a format that is not one of lines. */
static mill_status frame_fours(void *instance, const char *data, size_t length, bool at_end,
                               mill_frame *frame)
{
    (void)instance;
    (void)data;
    if (length < 4 && !at_end) return MILL_MORE;
    frame->end = frame->next = length < 4 ? length : 4;
    frame->blank = length == 0;
    return MILL_OK;
}

/* Records with an empty line behind each: `state` counts their lines. */
static mill_status frame_paragraphs(void *instance, const char *data, size_t length, bool at_end,
                                    mill_frame *frame)
{
    (void)instance;
    for (; frame->scanned < length; frame->scanned++) {
        bool empty_line = frame->scanned > 0 && data[frame->scanned - 1] == '\n';
        if (data[frame->scanned] != '\n') continue;
        frame->state++;
        if (!empty_line) continue;
        frame->end = frame->scanned - 1;
        frame->next = frame->scanned + 1;
        frame->lines = (uint32_t)frame->state;
        return MILL_OK;
    }
    frame->end = frame->next = length;
    frame->lines = 1;
    frame->blank = length == 0;
    return at_end ? MILL_OK : MILL_MORE;
}

/* ---- Records ------------------------------------------------------------------------------- */

START_TEST(cuts_lines_alike_however_they_come_in)
{
    pipeline_step reader = shipped("read_jsonl");
    expect_text(&reader, NO_LIMIT, "{\"a\":1}\n\n  \n{\"b\":2}\r\n{}\n",
                "R1:{\"a\":1}\nR4:{\"b\":2}\r\nR5:{}\n");
    expect_text(&reader, NO_LIMIT, "{1}\n{2}", "R1:{1}\nR2:{2}\n");
    expect_text(&reader, NO_LIMIT, "\n\n{1}", "R3:{1}\n");
    expect_text(&reader, NO_LIMIT, "\xEF\xBB\xBF{1}\n\xEF\xBB\xBF\n", "R1:\xEF\xBB\xBF{1}\n");
    plugin_close(&loaded);
}
END_TEST

START_TEST(cuts_no_record_out_of_nothing)
{
    pipeline_step reader = shipped("read_jsonl");
    expect_text(&reader, NO_LIMIT, "", "");
    expect_text(&reader, NO_LIMIT, "\n", "");
    expect_text(&reader, NO_LIMIT, "\n \r\n\t\n  ", "");
    plugin_close(&loaded);
}
END_TEST

START_TEST(takes_a_text_file_as_one_record)
{
    pipeline_step reader = shipped("read_text");
    expect_text(&reader, NO_LIMIT, "One.\n\nTwo.\n", "R0:One.\n\nTwo.\n\n");
    expect_text(&reader, NO_LIMIT, "\n", "R0:\n\n");
    plugin_close(&loaded);
}
END_TEST

START_TEST(takes_an_empty_text_file_as_an_empty_record)
{
    pipeline_step reader = shipped("read_text");
    expect_text(&reader, NO_LIMIT, "", "R0:\n");
    plugin_close(&loaded);
}
END_TEST

START_TEST(keeps_bytes_of_any_value)
{
    pipeline_step reader = shipped("read_text");
    mill_text record;
    mill_error error;
    feed source = {"a\0\xFF\n", 4, 2, 2, {0}, NULL};
    ck_assert(framing_open(&window));
    framing_begin(&window, &reader, NO_LIMIT);
    feed_open(&source);
    while (framing_next(&window, &record) == FRAMING_MORE) {
        feed_piece(&source);
        ck_assert(framing_fill(&window, source.stream, &error));
    }
    ck_assert_uint_eq(record.length, 4);
    ck_assert_mem_eq(record.data, "a\0\xFF\n", 4);
    feed_close(&source);
    framing_close(&window);
    plugin_close(&loaded);
}
END_TEST

START_TEST(cuts_lines_without_a_reader)
{
    expect_text(NULL, NO_LIMIT, "one\n\nthree\nfour", "R1:one\nR3:three\nR4:four\n");
    expect_text(NULL, NO_LIMIT, "", "");
    expect_text(NULL, NO_LIMIT, "\n\n", "");
}
END_TEST

START_TEST(gives_no_line_for_a_format_that_is_not_one_of_lines)
{
    const mill_plugin plugin = {.frame = frame_fours};
    pipeline_step reader = {.plugin = &plugin};
    expect_text(&reader, NO_LIMIT, "aaaabb\nbcc", "R0:aaaa\nR0:bb\nb\nR0:cc\n");
    expect_text(&reader, NO_LIMIT, "aaaabbbb", "R0:aaaa\nR0:bbbb\n");
    expect_text(&reader, NO_LIMIT, "", "");
}
END_TEST

START_TEST(counts_the_lines_of_records_of_several_lines)
{
    const mill_plugin plugin = {.frame = frame_paragraphs};
    pipeline_step reader = {.plugin = &plugin};
    expect_text(&reader, NO_LIMIT, "a\nb\n\nc\n\nd", "R1:a\nb\nR4:c\nR6:d\n");
}
END_TEST

START_TEST(counts_lines_from_one_in_each_file)
{
    ck_assert(framing_open(&window));
    cut(NULL, NO_LIMIT, (feed){"a\nb\n", 4, 4, 4, {0}, NULL});
    ck_assert_str_eq(told, "R1:a\nR2:b\n");
    ck_assert_uint_eq(window.records, 2);
    cut(NULL, NO_LIMIT, (feed){"c\n", 2, 2, 2, {0}, NULL});
    ck_assert_str_eq(told, "R1:c\n");
    ck_assert_uint_eq(window.records, 1);
    framing_close(&window);
}
END_TEST

/* ---- Oversized records --------------------------------------------------------------------- */

START_TEST(hands_out_an_oversized_line_whole_and_its_neighbours_as_they_are)
{
    pipeline_step reader = shipped("read_jsonl");
    const char *data = "{1}\n{0123456789abcdef}\n{2}\n{0123456789}\n\n{3}";
    const char *expected = "R1:{1}\nO2:{0123456789abcdef}\nR3:{2}\nO4:{0123456789}\nR6:{3}\n";
    expect_text(&reader, 8, data, expected);
    expect_text(NULL, 8, data, expected);
    plugin_close(&loaded);
}
END_TEST

START_TEST(hands_out_an_oversized_last_line_without_a_line_break)
{
    pipeline_step reader = shipped("read_jsonl");
    expect_text(&reader, 4, "{}\n{0123456789abcdef}", "R1:{}\nO2:{0123456789abcdef}\n");
    expect_text(&reader, 4, "{0123456789abcdef}\n", "O1:{0123456789abcdef}\n");
    plugin_close(&loaded);
}
END_TEST

START_TEST(hands_out_an_oversized_text_whole_and_without_a_line)
{
    pipeline_step reader = shipped("read_text");
    expect_text(&reader, 4, "0123456789abcdef", "O0:0123456789abcdef\n");
    plugin_close(&loaded);
}
END_TEST

START_TEST(takes_a_record_of_just_the_limit)
{
    pipeline_step reader = shipped("read_jsonl");
    expect_text(&reader, 8, "{234567}\n{2345678}\n{234567}",
                "R1:{234567}\nO2:{2345678}\nR3:{234567}\n");
    plugin_close(&loaded);
}
END_TEST

START_TEST(hands_out_a_long_blank_line_as_a_record_only_if_it_was_begun)
{
    pipeline_step reader = shipped("read_jsonl");
    ck_assert(framing_open(&window));
    cut(&reader, 8, (feed){"          \n{}\n", 14, 14, 14, {0}, NULL});
    ck_assert_str_eq(told, "R2:{}\n");
    cut(&reader, 8, (feed){"          \n{}\n", 14, 9, 5, {0}, NULL});
    ck_assert_str_eq(told, "O1:          \nR2:{}\n");
    framing_close(&window);
    plugin_close(&loaded);
}
END_TEST

/* Cuts a file of one line of `line` bytes and a short one; returns the greatest capacity. */
static size_t cut_long_line(size_t line, size_t limit)
{
    size_t most = 0, held = 0;
    const char *path = test_path(test_folder(), "long.jsonl");
    char *data = malloc(line + 4);
    mill_error error;
    framing_step step;
    mill_text record;
    memset(data, 'x', line);
    memcpy(data + line, "\n{}\n", 4);
    test_write(path, data, line + 4);
    input_stream *stream = input_stream_open(path, &error);
    ck_assert_ptr_nonnull(stream);
    framing_begin(&window, NULL, limit);
    while ((step = framing_next(&window, &record)) != FRAMING_END) {
        if (step == FRAMING_MORE) ck_assert(framing_fill(&window, stream, &error));
        if (step == FRAMING_MORE && window.capacity > most) most = window.capacity;
        if (step != FRAMING_MORE) held += record.length;
    }
    ck_assert_uint_eq(held, line + 2);
    input_stream_close(stream);
    free(data);
    return most;
}

START_TEST(holds_no_more_than_the_limit_asks_for)
{
    ck_assert(framing_open(&window));
    ck_assert_uint_le(cut_long_line((size_t)24 << 20, (size_t)1 << 20), (size_t)4 << 20);
    framing_close(&window);
}
END_TEST

START_TEST(gives_memory_back_after_a_huge_record)
{
    ck_assert(framing_open(&window));
    size_t usual = window.capacity;
    ck_assert_uint_ge(cut_long_line((size_t)24 << 20, (size_t)64 << 20), (size_t)24 << 20);
    ck_assert_uint_eq(window.capacity, usual);
    framing_close(&window);
}
END_TEST

/* ---- Readers that answer nonsense ------------------------------------------------------------ */

typedef struct nonsense {
    mill_status status;
    mill_frame frame;
    bool only_at_end;
} nonsense;

static mill_status frame_nonsense(void *instance, const char *data, size_t length, bool at_end,
                                  mill_frame *frame)
{
    const nonsense *answer = instance;
    (void)data;
    (void)length;
    if (answer->only_at_end && !at_end) return MILL_MORE;
    *frame = answer->frame;
    return answer->status;
}

START_TEST(finds_fault_with_an_answer_that_makes_no_sense)
{
    static const nonsense answers[] = {
        {MILL_FAILED, {.end = 2, .next = 3}, false},
        {MILL_DROPPED, {.end = 2, .next = 3}, false},
        {(mill_status)77, {.end = 2, .next = 3}, false},
        {MILL_OK, {.end = 3, .next = 2}, false},
        {MILL_OK, {.end = 2, .next = 5}, false},
        {MILL_OK, {.end = 5, .next = 5}, false},
        {MILL_OK, {.end = UINT64_MAX, .next = UINT64_MAX}, false},
        {MILL_OK, {.end = 0, .next = 0}, false},
        {MILL_OK, {.end = 0, .next = 0, .blank = 1}, false},
        {MILL_MORE, {.scanned = 5}, false},
        {MILL_MORE, {.scanned = 4}, true},
    };
    const mill_plugin plugin = {.frame = frame_nonsense};
    nonsense answer = answers[_i];
    pipeline_step reader = {.plugin = &plugin, .instance = &answer};
    ck_assert_uint_lt((size_t)_i, MILL_COUNT(answers));
    ck_assert(framing_open(&window));
    ck_assert_str_eq(cut(&reader, NO_LIMIT, (feed){"abcd", 4, 4, 4, {0}, NULL}), "fault\n");
    framing_close(&window);
}
END_TEST

START_TEST(hands_out_no_piece_beyond_the_data)
{
    const mill_plugin plugin = {.frame = frame_nonsense};
    nonsense answer = {MILL_MORE, {.scanned = 5}, false};
    pipeline_step reader = {.plugin = &plugin, .instance = &answer};
    ck_assert(framing_open(&window));
    ck_assert_str_eq(cut(&reader, 2, (feed){"abcd", 4, 4, 4, {0}, NULL}), "fault\n");
    framing_close(&window);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {cuts_lines_alike_however_they_come_in,
                                  cuts_no_record_out_of_nothing,
                                  takes_a_text_file_as_one_record,
                                  takes_an_empty_text_file_as_an_empty_record,
                                  keeps_bytes_of_any_value,
                                  cuts_lines_without_a_reader,
                                  gives_no_line_for_a_format_that_is_not_one_of_lines,
                                  counts_the_lines_of_records_of_several_lines,
                                  counts_lines_from_one_in_each_file,
                                  hands_out_an_oversized_line_whole_and_its_neighbours_as_they_are,
                                  hands_out_an_oversized_last_line_without_a_line_break,
                                  hands_out_an_oversized_text_whole_and_without_a_line,
                                  takes_a_record_of_just_the_limit,
                                  hands_out_a_long_blank_line_as_a_record_only_if_it_was_begun,
                                  holds_no_more_than_the_limit_asks_for,
                                  gives_memory_back_after_a_huge_record,
                                  hands_out_no_piece_beyond_the_data,
                                  NULL};
    Suite *suite = test_suite("framing", tests);
    TCase *nonsense_case = tcase_create("nonsense");
    tcase_add_loop_test(nonsense_case, finds_fault_with_an_answer_that_makes_no_sense, 0, 11);
    suite_add_tcase(suite, nonsense_case);
    return test_run(suite);
}
