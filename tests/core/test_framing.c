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

/* Checks that a record or piece lies in the stream where the framing says. */
static void check_offset(framing_step step, mill_text record, const char *stream)
{
    static size_t held; /* of an oversized record so far */
    if (step > FRAMING_LAST) return;
    framing_position next = framing_next_position(&window);
    ck_assert_mem_eq(stream + window.offset + held, record.data, record.length);
    held += record.length;
    if (step == FRAMING_PIECE) {
        ck_assert_uint_eq(next.offset, window.offset);
        return;
    }
    ck_assert_uint_ge(next.offset, window.offset + held);
    ck_assert_uint_eq(next.records, window.records);
    held = 0;
}

/* Cuts what `source` feeds into records and tells them. */
static const char *cut(const pipeline_step *reader, size_t limit, feed source)
{
    framing_step step;
    mill_text record;
    mill_error error;
    const char *stream = source.data;
    feed_open(&source);
    told_length = 0;
    told[0] = '\0';
    framing_begin(&window, reader, limit);
    do {
        step = framing_next(&window, &record);
        tell_step(step, record);
        check_offset(step, record, stream);
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

START_TEST(hands_out_a_blank_line_over_the_limit_as_a_record_however_it_comes_in)
{
    pipeline_step reader = shipped("read_jsonl");
    expect_text(&reader, 8, "         \n{}\n", "O1:         \nR2:{}\n");
    expect_text(&reader, 8, "        \n{}\n         ", "R2:{}\nO3:         \n");
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

/* ---- Going on from a place ----------------------------------------------------------------- */

#define SAMPLE_MOST    400
#define POSITIONS_MOST (SAMPLE_MOST + 2)

/* A position between records, and how much had been told when it was reached. */
typedef struct milestone {
    framing_position position;
    size_t told;
} milestone;

/* Fills a file of lines: JSON, blank, with CR, long, with a byte order mark, the last one maybe
 * without a line break. Returns the length. */
static size_t fill_sample(random_source *random, char *data)
{
    static const char *const lines[] = {"{}",
                                        "{\"a\":1}\r",
                                        "",
                                        "   ",
                                        "\r",
                                        "{\"long\":\"0123456789abcdef0123456789\"}",
                                        "{\"b\":\"\xC3\xA9\"}",
                                        "\xEF\xBB\xBF{}",
                                        "                        "};
    size_t length = 0, count = random_below(random, 12);
    for (size_t i = 0; i < count; i++) {
        const char *line = lines[random_below(random, sizeof lines / sizeof *lines)];
        length += (size_t)sprintf(data + length, "%s\n", line);
    }
    return length - (length > 0 && random_below(random, 2) == 0);
}

/* Tells what is left of a file; notes the milestones if asked to. Returns how many there are. */
static size_t tell_rest(input_stream *stream, milestone *milestones)
{
    size_t count = 0;
    framing_step step = FRAMING_MORE;
    mill_text record;
    mill_error error;
    told_length = 0;
    told[0] = '\0';
    do {
        if (milestones != NULL && !window.oversized)
            milestones[count++] = (milestone){framing_next_position(&window), told_length};
        step = framing_next(&window, &record);
        tell_step(step, record);
        if (step == FRAMING_MORE) ck_assert(framing_fill(&window, stream, &error));
        ck_assert_int_ne(step, FRAMING_FAULT);
        ck_assert_uint_lt(count, POSITIONS_MOST);
    } while (step != FRAMING_END);
    return count;
}

/* Opens the file anew, looks into it or not, and tells what follows the position. */
static void tell_from(const char *path, const pipeline_step *reader, size_t limit, bool look,
                      framing_position position)
{
    mill_error error = {0};
    input_stream *stream = input_stream_open(path, &error);
    ck_assert_ptr_nonnull(stream);
    framing_begin(&window, reader, limit);
    if (look) ck_assert(framing_fill(&window, stream, &error));
    ck_assert_msg(framing_narrow(&window, stream, position, UINT64_MAX, &error), "%s",
                  error.message);
    tell_rest(stream, NULL);
    input_stream_close(stream);
}

/* Goes on from every place between two records. */
static void expect_same_rest(const char *path, const pipeline_step *reader, size_t limit)
{
    static char whole[sizeof told];
    static milestone milestones[POSITIONS_MOST];
    mill_error error;
    input_stream *stream = input_stream_open(path, &error);
    ck_assert_ptr_nonnull(stream);
    framing_begin(&window, reader, limit);
    size_t count = tell_rest(stream, milestones);
    input_stream_close(stream);
    strcpy(whole, told);
    for (size_t i = 0; i < count; i++) {
        tell_from(path, reader, limit, i % 2 == 0, milestones[i].position);
        ck_assert_msg(strcmp(told, whole + milestones[i].told) == 0,
                      "limit %zu, from byte %llu:\n%s", limit,
                      (unsigned long long)milestones[i].position.offset, told);
    }
}

START_TEST(goes_on_from_every_place_between_two_records)
{
    static const mill_plugin fours = {.frame = frame_fours},
                             paragraphs = {.frame = frame_paragraphs};
    random_source random = random_seeded("goes_on_from_every_place_between_two_records");
    char data[SAMPLE_MOST + 1];
    const char *path = test_path(test_folder(), "a.jsonl");
    const pipeline_step jsonl = shipped("read_jsonl");
    const pipeline_step readers[] = {{.plugin = &fours}, {.plugin = &paragraphs}};
    ck_assert(framing_open(&window));
    for (int i = 0; i < 300; i++) {
        test_write(path, data, fill_sample(&random, data));
        expect_same_rest(path, &jsonl, NO_LIMIT);
        expect_same_rest(path, &jsonl, 8);
        expect_same_rest(path, NULL, 8);
        expect_same_rest(path, &readers[0], NO_LIMIT);
        expect_same_rest(path, &readers[1], NO_LIMIT);
    }
    framing_close(&window);
    plugin_close(&loaded);
}
END_TEST

START_TEST(asks_for_no_second_record_in_an_empty_file)
{
    pipeline_step reader = shipped("read_text");
    const char *path = test_path(test_folder(), "a.txt");
    ck_assert(framing_open(&window));
    test_write(path, "", 0);
    expect_same_rest(path, &reader, NO_LIMIT);
    tell_from(path, &reader, NO_LIMIT, false, (framing_position){0});
    ck_assert_str_eq(told, "R0:\n");
    tell_from(path, &reader, NO_LIMIT, false, (framing_position){.records = 1});
    ck_assert_str_eq(told, "");
    test_write(path, "text", 4);
    expect_same_rest(path, &reader, NO_LIMIT);
    framing_close(&window);
    plugin_close(&loaded);
}
END_TEST

/* Tells the records of a text that begin before `stop`. */
static const char *tell_until(const char *data, size_t limit, uint64_t stop)
{
    mill_error error;
    const char *path = test_path(test_folder(), "a.txt");
    test_write(path, data, strlen(data));
    input_stream *stream = input_stream_open(path, &error);
    framing_begin(&window, NULL, limit);
    ck_assert(framing_narrow(&window, stream, (framing_position){0}, stop, &error));
    tell_rest(stream, NULL);
    input_stream_close(stream);
    return told;
}

START_TEST(stops_before_the_first_record_that_begins_at_the_stop_or_later)
{
    ck_assert(framing_open(&window));
    ck_assert_str_eq(tell_until("ab\ncd\nef", NO_LIMIT, 0), "");
    ck_assert_str_eq(tell_until("ab\ncd\nef", NO_LIMIT, 1), "R1:ab\n");
    ck_assert_str_eq(tell_until("ab\ncd\nef", NO_LIMIT, 3), "R1:ab\n");
    ck_assert_str_eq(tell_until("ab\ncd\nef", NO_LIMIT, 4), "R1:ab\nR2:cd\n");
    ck_assert_str_eq(tell_until("ab\ncd\nef", NO_LIMIT, 8), "R1:ab\nR2:cd\nR3:ef\n");
    ck_assert_str_eq(tell_until("\n\ncd\nef", NO_LIMIT, 2), "");
    ck_assert_str_eq(tell_until("0123456789\nab\n", 4, 2), "O1:0123456789\n");
    framing_close(&window);
}
END_TEST

START_TEST(goes_to_a_place_in_the_window_of_a_pipe_and_to_no_other)
{
    mill_error error = {0};
    mill_text record;
    feed source = {"ab\ncd\nef\n", 9, 9, 9, {0}, NULL};
    ck_assert(framing_open(&window));
    feed_open(&source);
    framing_begin(&window, NULL, NO_LIMIT);
    feed_piece(&source);
    ck_assert(framing_fill(&window, source.stream, &error));
    ck_assert(framing_narrow(&window, source.stream, (framing_position){3, 1, 1}, 6, &error));
    ck_assert_int_eq(framing_next(&window, &record), FRAMING_RECORD);
    ck_assert_mem_eq(record.data, "cd", 2);
    ck_assert_uint_eq(window.line, 2);
    ck_assert_uint_eq(window.offset, 3);
    ck_assert_uint_eq(window.records, 2);
    ck_assert_int_eq(framing_next(&window, &record), FRAMING_END);
    ck_assert(!framing_narrow(&window, source.stream, (framing_position){10, 3, 3}, 20, &error));
    ck_assert_int_eq(error.code, ERROR_INPUT);
    feed_close(&source);
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
    const TTest *const tests[] = {
        cuts_lines_alike_however_they_come_in,
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
        hands_out_a_blank_line_over_the_limit_as_a_record_however_it_comes_in,
        holds_no_more_than_the_limit_asks_for,
        gives_memory_back_after_a_huge_record,
        goes_on_from_every_place_between_two_records,
        asks_for_no_second_record_in_an_empty_file,
        stops_before_the_first_record_that_begins_at_the_stop_or_later,
        goes_to_a_place_in_the_window_of_a_pipe_and_to_no_other,
        hands_out_no_piece_beyond_the_data,
        NULL};
    Suite *suite = test_suite("framing", tests);
    TCase *nonsense_case = tcase_create("nonsense");
    tcase_add_loop_test(nonsense_case, finds_fault_with_an_answer_that_makes_no_sense, 0, 11);
    suite_add_tcase(suite, nonsense_case);
    return test_run(suite);
}
