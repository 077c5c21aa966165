/* Reading one stream: plain, compressed, slow, damaged. */
#include "test.h"

#include "input.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

/* ---- Helpers ------------------------------------------------------------------------------- */

typedef struct bytes {
    char data[1 << 18];
    size_t length;
} bytes;

static void append(bytes *to, const void *data, size_t length)
{
    ck_assert_uint_le(to->length + length, sizeof to->data);
    memcpy(to->data + to->length, data, length);
    to->length += length;
}

static void append_gzip(bytes *to, const char *data, size_t length)
{
    z_stream stream = {0};
    ck_assert_int_eq(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (Bytef *)(uintptr_t)data;
    stream.avail_in = (uInt)length;
    stream.next_out = (Bytef *)to->data + to->length;
    stream.avail_out = (uInt)(sizeof to->data - to->length);
    ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    to->length += stream.total_out;
    deflateEnd(&stream);
}

static void append_zstd(bytes *to, const char *data, size_t length)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    size_t written =
        ZSTD_compress2(context, to->data + to->length, sizeof to->data - to->length, data, length);
    ck_assert(!ZSTD_isError(written));
    to->length += written;
    ZSTD_freeCCtx(context);
}

/* Text that compresses, yet not to nothing; the same on every run. */
static void fill_text(bytes *to, size_t length)
{
    uint32_t state = 12345;
    for (size_t i = 0; i < length; i++) {
        state = state * 1664525 + 1013904223;
        to->data[i] = " etaoinshrdlu\n,."[state >> 28];
    }
    to->length = length;
}

/* Fills `%s` of the expected message with `path`. */
static void expect_message(const mill_error *error, const char *format, const char *path)
{
    char message[8192];
    snprintf(message, sizeof message, format, path);
    ck_assert_str_eq(error->message, message);
}

/* Reads all of a stream, at most `step` bytes at a time. Returns false after an error. */
static bool read_stream(input_stream *stream, size_t step, bytes *to, mill_error *error)
{
    to->length = 0;
    for (;;) {
        size_t room = sizeof to->data - to->length;
        if (room == 0) return true;
        int64_t got =
            input_stream_read(stream, to->data + to->length, step < room ? step : room, error);
        if (got <= 0) return got == 0;
        to->length += (size_t)got;
    }
}

static bool read_path(const char *path, size_t step, bytes *to, mill_error *error)
{
    input_stream *stream = input_stream_open(path, error);
    ck_assert_msg(stream != NULL, "%s", error->message);
    bool fine = read_stream(stream, step, to, error);
    input_stream_close(stream);
    return fine;
}

static void expect_bytes(const bytes *found, const bytes *expected)
{
    ck_assert_uint_eq(found->length, expected->length);
    ck_assert_int_eq(memcmp(found->data, expected->data, expected->length), 0);
}

/* Writes `stored` as NAME, reads it in steps of many sizes, and expects `plain`. */
static void expect_reads_as(const char *name, const bytes *stored, const bytes *plain)
{
    static bytes found;
    static const size_t steps[] = {1, 2, 7, 4096, 65536, sizeof found.data};
    const char *path = test_path(test_folder(), name);
    test_write(path, stored->data, stored->length);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        mill_error error = {0};
        ck_assert_msg(read_path(path, steps[i], &found, &error), "%s", error.message);
        expect_bytes(&found, plain);
    }
}

/* Writes `stored` as NAME and expects the message when it is read. */
static void expect_fails(const char *name, const bytes *stored, const char *format)
{
    static bytes found;
    mill_error error = {0};
    const char *path = test_path(test_folder(), name);
    test_write(path, stored->data, stored->length);
    ck_assert(!read_path(path, 4096, &found, &error));
    ck_assert_int_eq(error.code, ERROR_INPUT);
    expect_message(&error, format, path);
}

/* Puts a pipe in the place of standard input; returns the end to write to. */
static int replace_stdin(int *saved)
{
    int ends[2];
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    *saved = dup(STDIN_FILENO);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    return ends[1];
}

static void restore_stdin(int saved)
{
    if (saved < 0)
        close(STDIN_FILENO);
    else
        dup2(saved, STDIN_FILENO);
    close(saved);
}

static void pause_briefly(void)
{
    nanosleep(&(struct timespec){0, 5000000}, NULL);
}

static bytes plain, stored, found;

/* ---- Plain --------------------------------------------------------------------------------- */

START_TEST(reads_a_plain_file_whole)
{
    fill_text(&plain, 100000);
    expect_reads_as("a.txt", &plain, &plain);
    plain.length = 0;
    expect_reads_as("empty.txt", &plain, &plain);
}
END_TEST

START_TEST(counts_the_stored_bytes_and_never_blocks_on_a_file)
{
    mill_error error;
    char data[10];
    const char *path = test_path(test_folder(), "a.txt");
    test_write(path, "0123456789abc", 13);
    input_stream *stream = input_stream_open(path, &error);
    ck_assert(!input_stream_would_block(stream));
    ck_assert_int_eq(input_stream_read(stream, data, 10, &error), 10);
    ck_assert_uint_eq(input_stream_position(stream), 10);
    ck_assert_int_eq(input_stream_read(stream, data, 10, &error), 3);
    ck_assert_int_eq(input_stream_read(stream, data, 10, &error), 0);
    ck_assert_int_eq(input_stream_read(stream, data, 10, &error), 0);
    ck_assert_uint_eq(input_stream_position(stream), 13);
    ck_assert(!input_stream_would_block(stream));
    input_stream_close(stream);
    input_stream_close(NULL);
}
END_TEST

START_TEST(hands_on_what_has_arrived_in_a_pipe)
{
    int saved, to = replace_stdin(&saved);
    char data[100];
    mill_error error;
    input_stream *stream = input_stream_open("-", &error);
    ck_assert_int_eq(input_stream_descriptor(stream), STDIN_FILENO);
    ck_assert(input_stream_would_block(stream));
    for (char byte = 'a'; byte <= 'e'; byte++) {
        ck_assert_int_eq(write(to, &byte, 1), 1);
        ck_assert(!input_stream_would_block(stream));
        ck_assert_int_eq(input_stream_read(stream, data, sizeof data, &error), 1);
        ck_assert_int_eq(data[0], byte);
        ck_assert(input_stream_would_block(stream));
    }
    close(to);
    ck_assert(!input_stream_would_block(stream));
    ck_assert_int_eq(input_stream_read(stream, data, sizeof data, &error), 0);
    input_stream_close(stream);
    restore_stdin(saved);
}
END_TEST

START_TEST(takes_standard_input_as_it_is_even_if_it_is_compressed)
{
    int saved, to = replace_stdin(&saved);
    mill_error error;
    ck_assert_int_eq(write(to, "\x1F\x8B...", 5), 5);
    close(to);
    ck_assert(read_path("-", 4096, &found, &error));
    ck_assert_uint_eq(found.length, 5);
    restore_stdin(saved);
}
END_TEST

static void do_nothing(int number)
{
    (void)number;
}

START_TEST(reads_on_after_a_signal)
{
    int saved, to = replace_stdin(&saved);
    struct sigaction quiet = {.sa_handler = do_nothing}, before;
    mill_error error = {0};
    sigaction(SIGUSR1, &quiet, &before);
    pid_t child = fork();
    if (child == 0) {
        for (int i = 0; i < 5; i++) {
            pause_briefly();
            kill(getppid(), SIGUSR1);
        }
        _exit(write(to, "late", 4) == 4 ? 0 : 1);
    }
    close(to);
    ck_assert_msg(read_path("-", 4096, &found, &error), "%s", error.message);
    ck_assert_uint_eq(found.length, 4);
    waitpid(child, NULL, 0);
    sigaction(SIGUSR1, &before, NULL);
    restore_stdin(saved);
}
END_TEST

START_TEST(waits_for_a_pipe_that_somebody_made_non_blocking)
{
    int saved, to = replace_stdin(&saved);
    mill_error error = {0};
    ck_assert_int_eq(fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK), 0);
    pid_t child = fork();
    if (child == 0) {
        pause_briefly();
        _exit(write(to, "late", 4) == 4 ? 0 : 1);
    }
    close(to);
    ck_assert_msg(read_path("-", 4096, &found, &error), "%s", error.message);
    ck_assert_uint_eq(found.length, 4);
    waitpid(child, NULL, 0);
    restore_stdin(saved);
}
END_TEST

START_TEST(says_when_a_file_has_vanished_or_cannot_be_read)
{
    mill_error error = {0};
    const char *folder = test_folder();
    const char *missing = test_path(folder, "x.txt");
    ck_assert_ptr_null(input_stream_open(missing, &error));
    expect_message(&error, "%s: has vanished since the run began; restore it and run again",
                   missing);
    ck_assert(!read_path(folder, 10, &found, &error));
    expect_message(&error,
                   "%s: cannot be read at byte 0: Is a directory; check the file and its disk",
                   folder);
    ck_assert_int_eq(symlink("loop", test_path(folder, "loop")), 0);
    ck_assert_ptr_null(input_stream_open(test_path(folder, "loop"), &error));
    expect_message(&error,
                   "%s: cannot be read: Too many levels of symbolic links; check its permissions",
                   test_path(folder, "loop"));
}
END_TEST

/* ---- Compressed ---------------------------------------------------------------------------- */

START_TEST(reads_gzip_members_one_after_another)
{
    fill_text(&plain, 200000);
    stored.length = 0;
    append_gzip(&stored, plain.data, 70000);
    append_gzip(&stored, "", 0);
    append_gzip(&stored, plain.data + 70000, 1);
    append_gzip(&stored, plain.data + 70001, 129999);
    expect_reads_as("a.txt.gz", &stored, &plain);
}
END_TEST

START_TEST(reads_zstd_frames_one_after_another_and_skips_what_is_to_be_skipped)
{
    static const char skippable[] = "\x50\x2A\x4D\x18\x03\x00\x00\x00xyz";
    fill_text(&plain, 200000);
    stored.length = 0;
    append_zstd(&stored, plain.data, 70000);
    append_zstd(&stored, "", 0);
    append(&stored, skippable, sizeof skippable - 1);
    append_zstd(&stored, plain.data + 70000, 1);
    append_zstd(&stored, plain.data + 70001, 129999);
    expect_reads_as("a.txt.zst", &stored, &plain);
}
END_TEST

START_TEST(reads_an_empty_stream_in_a_frame)
{
    plain.length = stored.length = 0;
    append_gzip(&stored, "", 0);
    expect_reads_as("a.gz", &stored, &plain);
    stored.length = 0;
    append_zstd(&stored, "", 0);
    expect_reads_as("a.zst", &stored, &plain);
}
END_TEST

START_TEST(reads_what_comes_byte_by_byte)
{
    mill_error error = {0};
    const char *path = test_path(test_folder(), _i == 0 ? "pipe.gz" : "pipe.zst");
    fill_text(&plain, 3000);
    stored.length = 0;
    (_i == 0 ? append_gzip : append_zstd)(&stored, plain.data, 1000);
    (_i == 0 ? append_gzip : append_zstd)(&stored, plain.data + 1000, 2000);
    ck_assert_int_eq(mkfifo(path, 0644), 0);
    pid_t child = fork();
    if (child == 0) {
        int to = open(path, O_WRONLY);
        for (size_t i = 0; i < stored.length; i++)
            if (write(to, stored.data + i, 1) != 1) _exit(1);
        _exit(0);
    }
    ck_assert_msg(read_path(path, 100, &found, &error), "%s", error.message);
    expect_bytes(&found, &plain);
    waitpid(child, NULL, 0);
}
END_TEST

/* The checksum has not arrived yet, so all stored bytes are taken while most of the text waits. */
START_TEST(does_not_wait_while_decompressed_bytes_are_left)
{
    mill_error error = {0};
    char data[100];
    const size_t withheld = _i == 0 ? 8 : 4;
    const char *path = test_path(test_folder(), _i == 0 ? "pipe.gz" : "pipe.zst");
    fill_text(&plain, 1050);
    stored.length = 0;
    (_i == 0 ? append_gzip : append_zstd)(&stored, plain.data, plain.length);
    size_t arrived = stored.length - withheld;
    ck_assert_int_eq(mkfifo(path, 0644), 0);
    int to = open(path, O_RDWR | O_CLOEXEC);
    input_stream *stream = input_stream_open(path, &error);
    ck_assert(input_stream_would_block(stream));
    ck_assert_int_eq(write(to, stored.data, arrived), (ssize_t)arrived);
    for (size_t at = 0; at < plain.length; at += sizeof data) {
        int64_t rest = (int64_t)(plain.length - at < sizeof data ? plain.length - at : sizeof data);
        ck_assert(!input_stream_would_block(stream));
        ck_assert_int_eq(input_stream_read(stream, data, sizeof data, &error), rest);
        ck_assert_int_eq(memcmp(data, plain.data + at, (size_t)rest), 0);
    }
    ck_assert(input_stream_would_block(stream));
    ck_assert_uint_eq(input_stream_position(stream), arrived);
    ck_assert_int_eq(write(to, stored.data + arrived, withheld), (ssize_t)withheld);
    close(to);
    ck_assert_int_eq(input_stream_read(stream, data, sizeof data, &error), 0);
    input_stream_close(stream);
}
END_TEST

START_TEST(tells_truncation_at_every_length_after_handing_out_what_is_there)
{
    char message[8192];
    const char *path = test_path(test_folder(), _i == 0 ? "a.gz" : "a.zst");
    fill_text(&plain, 700);
    stored.length = 0;
    (_i == 0 ? append_gzip : append_zstd)(&stored, plain.data, 300);
    size_t border = stored.length;
    (_i == 0 ? append_gzip : append_zstd)(&stored, plain.data + 300, 400);
    for (size_t length = 0; length < stored.length; length++) {
        mill_error error = {0};
        test_write(path, stored.data, length);
        bool fine = read_path(path, 64, &found, &error);
        ck_assert_int_eq(memcmp(found.data, plain.data, found.length), 0);
        if (length >= border) ck_assert_uint_ge(found.length, 300);
        ck_assert_int_eq(fine, length == border);
        snprintf(message, sizeof message,
                 "%s: ends in the middle of a compressed block after %zu bytes; the file is "
                 "truncated, fetch it again",
                 path, length);
        ck_assert_str_eq(error.message, fine ? "" : message);
    }
}
END_TEST

START_TEST(never_takes_damaged_bytes_for_good_ones)
{
    const char *path = test_path(test_folder(), _i == 0 ? "a.gz" : "a.zst");
    fill_text(&plain, 700);
    stored.length = 0;
    (_i == 0 ? append_gzip : append_zstd)(&stored, plain.data, 300);
    (_i == 0 ? append_gzip : append_zstd)(&stored, plain.data + 300, 400);
    for (size_t i = 0; i < stored.length * 8; i++) {
        mill_error error = {0};
        stored.data[i / 8] ^= (char)(1 << i % 8);
        test_write(path, stored.data, stored.length);
        if (read_path(path, 64, &found, &error))
            expect_bytes(&found, &plain);
        else
            ck_assert_int_eq(error.code, ERROR_INPUT);
        stored.data[i / 8] ^= (char)(1 << i % 8);
    }
}
END_TEST

START_TEST(names_the_place_of_damage)
{
    stored.length = 0;
    append_gzip(&stored, "hello", 5);
    ck_assert_uint_eq(stored.length, 25);
    stored.data[18] ^= 1;
    expect_fails("a.gz", &stored,
                 "%s: damaged before byte 21 (incorrect data check); fetch it again");
    stored.length = 0;
    append_zstd(&stored, "hello", 5);
    stored.data[stored.length - 1] ^= 1;
    expect_fails("a.zst", &stored,
                 "%s: damaged after byte 0 (Restored data doesn't match checksum); fetch it "
                 "again");
}
END_TEST

START_TEST(hands_out_everything_before_the_damage)
{
    mill_error error = {0};
    const char *path = test_path(test_folder(), "a.gz");
    fill_text(&plain, 100);
    stored.length = 0;
    append_gzip(&stored, plain.data, 100);
    stored.data[stored.length - 8] ^= 1;
    test_write(path, stored.data, stored.length);
    for (size_t step = 1; step < 200; step++) {
        ck_assert(!read_path(path, step, &found, &error));
        expect_bytes(&found, &plain);
    }
}
END_TEST

START_TEST(refuses_garbage_behind_the_end)
{
    stored.length = 0;
    append_gzip(&stored, "hello", 5);
    append(&stored, "\n", 1);
    expect_fails("a.gz", &stored,
                 "%s: what follows from byte 25 on is not gzip; cut it off or fetch the file "
                 "again");
    stored.length = 0;
    append_zstd(&stored, "hello", 5);
    append(&stored, "garbage", 7);
    expect_fails("a.zst", &stored,
                 "%s: what follows from byte 18 on is not Zstandard; cut it off or fetch the file "
                 "again");
}
END_TEST

START_TEST(refuses_what_is_not_compressed_as_its_name_says)
{
    stored.length = 0;
    append(&stored, "<html>404", 9);
    expect_fails("a.gz", &stored, "%s: is not gzip, as its name says; rename it or fetch it again");
    expect_fails("a.zst", &stored,
                 "%s: is not Zstandard, as its name says; rename it or fetch it again");
}
END_TEST

START_TEST(refuses_a_zstd_window_that_takes_too_much_memory)
{
    /* A frame header that asks for 2 GiB, and an empty last block. */
    stored.length = 0;
    append(&stored, "\x28\xB5\x2F\xFD\x00\xA8\x01\x00\x00", 9);
    expect_fails("a.zst", &stored,
                 "%s: takes over 128 MiB of memory to decompress; compress it without --long");
}
END_TEST

/* ---- Seeking ------------------------------------------------------------------------------- */

/* Writes 200,000 bytes, plain or in two frames, and opens the file. */
static input_stream *open_sample(int format)
{
    static const char *const names[] = {"a.txt", "a.gz", "a.zst"};
    mill_error error = {0};
    const char *path = test_path(test_folder(), names[format]);
    fill_text(&plain, 200000);
    stored.length = 0;
    if (format == 0) append(&stored, plain.data, plain.length);
    if (format == 1) append_gzip(&stored, plain.data, 70000);
    if (format == 1) append_gzip(&stored, plain.data + 70000, 130000);
    if (format == 2) append_zstd(&stored, plain.data, 70000);
    if (format == 2) append_zstd(&stored, plain.data + 70000, 130000);
    test_write(path, stored.data, stored.length);
    input_stream *stream = input_stream_open(path, &error);
    ck_assert_msg(stream != NULL, "%s", error.message);
    return stream;
}

START_TEST(goes_forward_and_back_to_any_byte)
{
    static const uint64_t offsets[] = {0,      1,     0,      69999, 70000,  70001,  12,
                                       131071, 65536, 199999, 10,    200000, 200000, 199998};
    input_stream *stream = open_sample(_i);
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        char data[100];
        mill_error error = {0};
        size_t at = (size_t)offsets[i], length = 0;
        ck_assert_msg(input_stream_seek(stream, at, &error), "%s", error.message);
        while (length < sizeof data) {
            int64_t got = input_stream_read(stream, data + length, sizeof data - length, &error);
            ck_assert_int_ge(got, 0);
            length += (size_t)got;
            if (got == 0) break;
        }
        ck_assert_uint_eq(length, plain.length - at < 100 ? plain.length - at : 100);
        ck_assert_int_eq(memcmp(data, plain.data + at, length), 0);
    }
    input_stream_close(stream);
}
END_TEST

START_TEST(reads_on_to_the_end_after_seeking)
{
    mill_error error = {0};
    input_stream *stream = open_sample(_i);
    ck_assert(input_stream_seek(stream, 150000, &error));
    ck_assert(input_stream_seek(stream, 5, &error));
    ck_assert(read_stream(stream, 4096, &found, &error));
    ck_assert_uint_eq(found.length, plain.length - 5);
    ck_assert_int_eq(memcmp(found.data, plain.data + 5, found.length), 0);
    ck_assert_uint_eq(input_stream_position(stream), stored.length);
    input_stream_close(stream);
}
END_TEST

START_TEST(tells_the_place_in_the_stored_file_after_seeking)
{
    mill_error error = {0};
    input_stream *stream = open_sample(_i);
    ck_assert(input_stream_seek(stream, 180000, &error));
    uint64_t far = input_stream_position(stream);
    if (_i == 0) ck_assert_uint_eq(far, 180000);
    ck_assert_uint_gt(far, stored.length / 3);
    ck_assert_uint_le(far, stored.length);
    ck_assert(input_stream_seek(stream, 0, &error));
    ck_assert_uint_eq(input_stream_position(stream), 0);
    input_stream_close(stream);
}
END_TEST

START_TEST(refuses_to_seek_behind_the_end)
{
    mill_error error = {0};
    input_stream *stream = open_sample(_i);
    ck_assert(!input_stream_seek(stream, 200001, &error));
    const char *text = strstr(error.message, ": has only ");
    ck_assert_ptr_nonnull(text);
    ck_assert_str_eq(text, ": has only 200000 bytes now, it had at least 200001: it has changed "
                           "since the run began; restore it or begin the run again");
    ck_assert_int_eq(error.code, ERROR_INPUT);
    input_stream_close(stream);
}
END_TEST

START_TEST(peeks_at_the_first_bytes)
{
    static const char *const names[] = {"a.txt", "a.gz", "a.zst"};
    char data[64];
    mill_error error = {0};
    const char *folder = test_folder(), *path = test_path(folder, names[_i]);
    stored.length = 0;
    if (_i == 0) append(&stored, "0123456789", 10);
    if (_i == 1) append_gzip(&stored, "0123", 4);
    if (_i == 1) append_gzip(&stored, "456789", 6);
    if (_i == 2) append_zstd(&stored, "0123456789", 10);
    test_write(path, stored.data, stored.length);
    ck_assert_int_eq(input_peek(path, data, 7, &error), 7);
    ck_assert_mem_eq(data, "0123456", 7);
    ck_assert_int_eq(input_peek(path, data, sizeof data, &error), 10);
    ck_assert_mem_eq(data, "0123456789", 10);
    ck_assert_int_eq(input_peek(folder, data, sizeof data, &error), -1);
    ck_assert_int_eq(input_peek(test_path(folder, "missing"), data, sizeof data, &error), -1);
}
END_TEST

START_TEST(tells_damage_on_the_way)
{
    mill_error error = {0};
    input_stream_close(open_sample(_i));
    stored.data[stored.length - 5] ^= 1;
    const char *path = test_path(test_folder(), _i == 1 ? "b.gz" : "b.zst");
    test_write(path, stored.data, stored.length);
    input_stream *stream = input_stream_open(path, &error);
    ck_assert(!input_stream_seek(stream, 300000, &error));
    ck_assert_ptr_nonnull(strstr(error.message, ": damaged "));
    input_stream_close(stream);
}
END_TEST

START_TEST(leaves_a_pipe_where_it_is)
{
    int saved, to = replace_stdin(&saved);
    char data[8];
    mill_error error = {0};
    input_stream *stream = input_stream_open("-", &error);
    ck_assert_int_eq(write(to, "abc", 3), 3);
    ck_assert(input_stream_seek(stream, 0, &error));
    ck_assert_int_eq(input_stream_read(stream, data, 2, &error), 2);
    ck_assert(input_stream_seek(stream, 2, &error));
    ck_assert(!input_stream_seek(stream, 3, &error));
    ck_assert_str_eq(error.message, "standard input: only a file can be read from byte 3 on; "
                                    "write it to a file and name that");
    ck_assert(!input_stream_seek(stream, 0, &error));
    ck_assert_int_eq(error.code, ERROR_INPUT);
    input_stream_close(stream);
    close(to);
    restore_stdin(saved);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        reads_a_plain_file_whole,
        counts_the_stored_bytes_and_never_blocks_on_a_file,
        hands_on_what_has_arrived_in_a_pipe,
        takes_standard_input_as_it_is_even_if_it_is_compressed,
        reads_on_after_a_signal,
        waits_for_a_pipe_that_somebody_made_non_blocking,
        says_when_a_file_has_vanished_or_cannot_be_read,
        reads_gzip_members_one_after_another,
        reads_zstd_frames_one_after_another_and_skips_what_is_to_be_skipped,
        reads_an_empty_stream_in_a_frame,
        names_the_place_of_damage,
        hands_out_everything_before_the_damage,
        refuses_garbage_behind_the_end,
        refuses_what_is_not_compressed_as_its_name_says,
        refuses_a_zstd_window_that_takes_too_much_memory,
        leaves_a_pipe_where_it_is,
        NULL};
    Suite *suite = test_suite("input_stream", tests);
    TCase *both = tcase_create("gzip and zstd");
    tcase_set_timeout(both, 60);
    tcase_add_loop_test(both, reads_what_comes_byte_by_byte, 0, 2);
    tcase_add_loop_test(both, does_not_wait_while_decompressed_bytes_are_left, 0, 2);
    tcase_add_loop_test(both, tells_truncation_at_every_length_after_handing_out_what_is_there, 0,
                        2);
    tcase_add_loop_test(both, never_takes_damaged_bytes_for_good_ones, 0, 2);
    tcase_add_loop_test(both, tells_damage_on_the_way, 1, 3);
    suite_add_tcase(suite, both);
    TCase *all = tcase_create("plain, gzip and zstd");
    tcase_add_loop_test(all, goes_forward_and_back_to_any_byte, 0, 3);
    tcase_add_loop_test(all, reads_on_to_the_end_after_seeking, 0, 3);
    tcase_add_loop_test(all, tells_the_place_in_the_stored_file_after_seeking, 0, 3);
    tcase_add_loop_test(all, refuses_to_seek_behind_the_end, 0, 3);
    tcase_add_loop_test(all, peeks_at_the_first_bytes, 0, 3);
    suite_add_tcase(suite, all);
    return test_run(suite);
}
