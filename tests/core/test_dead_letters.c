/* Writing dead letters and reading them back. */
#include "test.h"

#include "dead_letters.h"
#include "input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* ---- Helpers ------------------------------------------------------------------------------- */

static mill_error error;

static const dead_letter plain_letter = {
    .source = "news.jsonl:17", .reader = "jsonl", .stage = "extract_quotes", .reason = "too long"};

#define PLAIN_HEAD                                                                                 \
    "{\"dead_letter\":1,\"source\":\"news.jsonl:17\",\"reader\":\"jsonl\","                        \
    "\"stage\":\"extract_quotes\",\"reason\":\"too long\","

static mill_text text_of(const char *text)
{
    return (mill_text){text, strlen(text)};
}

static bool is_there(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

static dead_letters *open_letters(const char *path, bool force)
{
    dead_letters *letters = dead_letters_open(path, force, &error);
    ck_assert_msg(letters != NULL, "%s", error.message);
    return letters;
}

static void add(dead_letters *letters, const dead_letter *letter, mill_text record)
{
    ck_assert_msg(dead_letters_add(letters, letter, record, &error), "%s", error.message);
}

static void part(dead_letters *letters, const char *data, size_t length)
{
    ck_assert_msg(dead_letters_part(letters, (mill_text){data, length}, &error), "%s",
                  error.message);
}

static void close_letters(dead_letters *letters, bool keep_part)
{
    ck_assert_msg(dead_letters_close(letters, keep_part, &error), "%s", error.message);
}

static void expect_contents(const char *path, const char *expected)
{
    char *data = test_read(path, NULL);
    ck_assert_str_eq(data, expected);
    free(data);
}

/* Writes one letter and expects the line. */
static void expect_line(const dead_letter *letter, mill_text record, const char *expected)
{
    const char *path = test_path(test_folder(), "dead.jsonl");
    dead_letters *letters = open_letters(path, false);
    add(letters, letter, record);
    close_letters(letters, false);
    expect_contents(path, expected);
}

static void expect_text(mill_text found, const char *expected)
{
    ck_assert_uint_eq(found.length, strlen(expected));
    ck_assert_int_eq(memcmp(found.data, expected, found.length), 0);
}

/* Parses a copy of exactly `length` bytes, so that a read past them is seen by a checker.
 * Owns: `*copy` is what the letter points into; the caller frees it. */
static bool parse(const char *line, size_t length, dead_letter_record *letter, char **copy)
{
    *copy = malloc(length > 0 ? length : 1);
    memcpy(*copy, line, length);
    memset(&error, 0, sizeof error);
    return dead_letter_parse(*copy, length, letter, &error);
}

static void expect_parsed(const char *line, const char *source, const char *record)
{
    char *copy;
    dead_letter_record letter;
    ck_assert_msg(parse(line, strlen(line), &letter, &copy), "%s", error.message);
    expect_text(letter.source, source);
    expect_text(letter.reader, "jsonl");
    expect_text(letter.record, record);
    free(copy);
}

/* ---- Writing ------------------------------------------------------------------------------- */

START_TEST(a_letter_is_one_line_with_all_that_is_known)
{
    dead_letter letter = plain_letter;
    letter.id = text_of("a17");
    expect_line(&letter, text_of("{\"id\":\"a17\"}"),
                "{\"dead_letter\":1,\"source\":\"news.jsonl:17\",\"id\":\"a17\",\"reader\":"
                "\"jsonl\",\"stage\":\"extract_quotes\",\"reason\":\"too long\",\"record\":"
                "\"{\\\"id\\\":\\\"a17\\\"}\"}\n");
}
END_TEST

START_TEST(an_unknown_id_is_left_out)
{
    expect_line(&plain_letter, text_of("caf\xC3\xA9\n"),
                PLAIN_HEAD "\"record\":\"caf\xC3\xA9\\n\"}\n");
    expect_line(&plain_letter, text_of(""), PLAIN_HEAD "\"record\":\"\"}\n");
}
END_TEST

START_TEST(a_record_that_is_not_utf8_is_written_in_base64)
{
    expect_line(&plain_letter, text_of("caf\xE9"), PLAIN_HEAD "\"record_base64\":\"Y2Fm6Q==\"}\n");
}
END_TEST

START_TEST(names_that_are_not_utf8_still_make_valid_json)
{
    dead_letter letter = plain_letter;
    letter.source = "caf\xE9.txt";
    letter.id = text_of("\xFF\xFE");
    letter.reason = "bad \xC3";
    expect_line(&letter, text_of("x"),
                "{\"dead_letter\":1,\"source\":\"caf\xEF\xBF\xBD.txt\",\"id\":"
                "\"\xEF\xBF\xBD\xEF\xBF\xBD\",\"reader\":\"jsonl\",\"stage\":\"extract_quotes\","
                "\"reason\":\"bad \xEF\xBF\xBD\",\"record\":\"x\"}\n");
}
END_TEST

START_TEST(a_record_in_parts_is_written_as_one)
{
    const char *path = test_path(test_folder(), "dead.jsonl");
    dead_letters *letters = open_letters(path, false);
    ck_assert(dead_letters_begin(letters, &plain_letter, &error));
    part(letters, "H", 1);
    part(letters, "", 0);
    part(letters, NULL, 0);
    part(letters, "e", 1);
    part(letters, "llo", 3);
    part(letters, " world", 6);
    ck_assert_uint_eq(dead_letters_count(letters), 0);
    ck_assert(dead_letters_end(letters, &error));
    ck_assert_uint_eq(dead_letters_count(letters), 1);
    add(letters, &plain_letter, text_of("next"));
    ck_assert(dead_letters_begin(letters, &plain_letter, &error));
    ck_assert(dead_letters_end(letters, &error));
    ck_assert_uint_eq(dead_letters_count(letters), 3);
    close_letters(letters, false);
    expect_contents(path, PLAIN_HEAD "\"record_base64\":\"SGVsbG8gd29ybGQ=\"}\n" //
                    PLAIN_HEAD "\"record\":\"next\"}\n"                          //
                    PLAIN_HEAD "\"record_base64\":\"\"}\n");
}
END_TEST

/* ---- Files --------------------------------------------------------------------------------- */

START_TEST(no_file_is_made_before_the_first_letter)
{
    const char *folder = test_folder();
    const char *path = test_path(folder, "dead.jsonl"),
               *name = test_path(folder, "dead.jsonl.part");
    dead_letters *letters = open_letters(path, false);
    ck_assert_str_eq(dead_letters_path(letters), path);
    ck_assert(dead_letters_flush(letters, &error));
    ck_assert(!is_there(name));
    add(letters, &plain_letter, text_of("x"));
    ck_assert(is_there(name));
    ck_assert(!is_there(path));
    close_letters(letters, false);
    ck_assert(!is_there(name));
    ck_assert(is_there(path));
    const char *other = test_path(folder, "none.jsonl");
    close_letters(open_letters(other, false), false);
    ck_assert(!is_there(other));
    ck_assert(dead_letters_close(NULL, false, &error));
}
END_TEST

START_TEST(an_existing_file_is_refused_before_the_run)
{
    char message[8192];
    const char *folder = test_folder(), *path = test_path(folder, "dead.jsonl");
    test_write(path, "old", 3);
    ck_assert_ptr_null(dead_letters_open(path, false, &error));
    snprintf(message, sizeof message, "%s exists; add --force to replace it or choose another name",
             path);
    ck_assert_str_eq(error.message, message);
    path = test_path(folder, "no/dead.jsonl");
    ck_assert_ptr_null(dead_letters_open(path, false, &error));
    snprintf(message, sizeof message,
             "cannot create %s.part: No such file or directory; make the folder first", path);
    ck_assert_str_eq(error.message, message);
}
END_TEST

START_TEST(with_force_an_old_file_is_replaced_or_removed)
{
    const char *path = test_path(test_folder(), "dead.jsonl");
    test_write(path, "old", 3);
    dead_letters *letters = open_letters(path, true);
    add(letters, &plain_letter, text_of("x"));
    close_letters(letters, false);
    expect_contents(path, PLAIN_HEAD "\"record\":\"x\"}\n");
    close_letters(open_letters(path, true), true);
    ck_assert(is_there(path));
    close_letters(open_letters(path, true), false);
    ck_assert(!is_there(path));
    close_letters(open_letters("/dev/null", true), false);
    ck_assert(is_there("/dev/null"));
}
END_TEST

START_TEST(without_force_a_file_that_appeared_during_the_run_stays)
{
    const char *path = test_path(test_folder(), "dead.jsonl");
    dead_letters *letters = open_letters(path, false);
    test_write(path, "theirs", 6);
    close_letters(letters, false);
    expect_contents(path, "theirs");
}
END_TEST

START_TEST(an_interrupted_run_keeps_the_part_file)
{
    const char *folder = test_folder(), *path = test_path(folder, "dead.jsonl");
    dead_letters *letters = open_letters(path, false);
    add(letters, &plain_letter, text_of("x"));
    close_letters(letters, true);
    ck_assert(!is_there(path));
    expect_contents(test_path(folder, "dead.jsonl.part"), PLAIN_HEAD "\"record\":\"x\"}\n");
}
END_TEST

START_TEST(a_name_ending_in_gz_is_compressed)
{
    char data[4096];
    const char *path = test_path(test_folder(), "dead.jsonl.gz");
    dead_letters *letters = open_letters(path, false);
    add(letters, &plain_letter, text_of("x"));
    ck_assert(dead_letters_flush(letters, &error));
    close_letters(letters, false);
    input_stream *stream = input_stream_open(path, &error);
    int64_t length = input_stream_read(stream, data, sizeof data, &error);
    input_stream_close(stream);
    expect_text((mill_text){data, (size_t)length}, PLAIN_HEAD "\"record\":\"x\"}\n");
}
END_TEST

START_TEST(a_full_disk_is_told)
{
    static const char message[] =
        "cannot write /dev/full: No space left on device; free some space and run again";
    dead_letters *letters = open_letters("/dev/full", false);
    ck_assert(!dead_letters_add(letters, &plain_letter, text_of("x"), &error));
    ck_assert_str_eq(error.message, message);
    ck_assert_uint_eq(dead_letters_count(letters), 0);
    error.message[0] = '\0';
    ck_assert(!dead_letters_close(letters, false, &error));
    ck_assert_str_eq(error.message, message);
}
END_TEST

/* ---- Reading back -------------------------------------------------------------------------- */

START_TEST(a_dead_letter_is_known_by_its_beginning)
{
    ck_assert(dead_letter_is(text_of("{\"dead_letter\":1,")));
    ck_assert(dead_letter_is(text_of("{\"dead_letter\":2,")));
    ck_assert(dead_letter_is(text_of(" { \"dead_letter\" : 1")));
    ck_assert(!dead_letter_is(text_of("{\"dead_letter\"")));
    ck_assert(!dead_letter_is(text_of("{\"dead_letters\":1")));
    ck_assert(!dead_letter_is(text_of("{\"id\":\"dead_letter\"}")));
    ck_assert(!dead_letter_is(text_of("")));
}
END_TEST

START_TEST(reads_what_was_written)
{
    expect_parsed(PLAIN_HEAD "\"record\":\"caf\xC3\xA9\\n\"}\n", "news.jsonl:17", "caf\xC3\xA9\n");
    expect_parsed(PLAIN_HEAD "\"record_base64\":\"Y2Fm6Q==\"}", "news.jsonl:17", "caf\xE9");
    expect_parsed(PLAIN_HEAD "\"record\":\"\"}", "news.jsonl:17", "");
}
END_TEST

START_TEST(reads_what_other_programs_make_of_it)
{
    expect_parsed("{\"dead_letter\": 1, \"source\": \"\\u00e9\\ud83d\\ude00\\u20AC.txt\", \"id\": "
                  "\"a\", \"reader\": \"jsonl\", \"stage\": \"s\", \"reason\": \"r\", \"record\": "
                  "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"}\r\n",
                  "\xC3\xA9\xF0\x9F\x98\x80\xE2\x82\xAC.txt", "\"\\/\b\f\n\r\tA");
}
END_TEST

START_TEST(a_nul_in_a_record_comes_back)
{
    char *copy;
    dead_letter_record letter;
    const char line[] = PLAIN_HEAD "\"record\":\"a\\u0000b\"}";
    ck_assert(parse(line, strlen(line), &letter, &copy));
    ck_assert_uint_eq(letter.record.length, 3);
    ck_assert_int_eq(memcmp(letter.record.data, "a\0b", 3), 0);
    free(copy);
}
END_TEST

/* Random bytes, some of them text, whole or in random parts, by way of a file. */
START_TEST(any_record_comes_back)
{
    static char record[200000];
    unsigned seed = (unsigned)time(NULL) * 100 + (unsigned)_i;
    srand(seed);
    size_t length = (size_t)rand() % (_i % 10 == 0 ? sizeof record : 300), line_length;
    bool is_binary = rand() % 2 == 0, in_parts = rand() % 2 == 0;
    for (size_t i = 0; i < length; i++) record[i] = (char)(rand() >> 8 & (is_binary ? 0xFF : 0x7F));
    const char *path = test_path(test_folder(), "dead.jsonl");
    dead_letters *letters = open_letters(path, false);
    if (!in_parts) add(letters, &plain_letter, (mill_text){record, length});
    if (in_parts) ck_assert(dead_letters_begin(letters, &plain_letter, &error));
    for (size_t at = 0, step; in_parts && at < length; at += step) {
        step = (size_t)rand() % (rand() % 20 == 0 ? 100000 : 9);
        if (step > length - at) step = length - at;
        part(letters, record + at, step);
    }
    if (in_parts) ck_assert(dead_letters_end(letters, &error));
    close_letters(letters, false);

    char *copy, *line = test_read(path, &line_length);
    dead_letter_record letter;
    ck_assert_msg(parse(line, line_length, &letter, &copy), "seed %u: %s", seed, error.message);
    ck_assert_msg(letter.record.length == length && memcmp(letter.record.data, record, length) == 0,
                  "seed %u", seed);
    free(copy);
    free(line);
}
END_TEST

/* ---- Malformed ----------------------------------------------------------------------------- */

typedef struct malformed {
    const char *line;
    const char *what;
} malformed;

static const malformed malformed_lines[] = {
    {"", "{\"dead_letter\": is missing at byte 0"},
    {"{\"id\":1}", "{\"dead_letter\": is missing at byte 1"},
    {"{\"dead_letter\":2,", "a version other than 1 at byte 15"},
    {"{\"dead_letter\":12,", "\"source\" is missing at byte 16"},
    {"{\"dead_letter\":1}", "\"source\" is missing at byte 16"},
    {"{\"dead_letter\":1,\"id\":\"a\"}", "\"source\" is missing at byte 16"},
    {"{\"dead_letter\":1,\"source\":7}", "a string is missing at byte 26"},
    {"{\"dead_letter\":1,\"source\":\"", "a string has no end at byte 27"},
    {"{\"dead_letter\":1,\"source\":\"a\tb\"", "a control character at byte 28"},
    {"{\"dead_letter\":1,\"source\":\"\\", "an escape is cut off at byte 28"},
    {"{\"dead_letter\":1,\"source\":\"\\x41\"", "an unknown escape at byte 28"},
    {"{\"dead_letter\":1,\"source\":\"\\u41", "an escape is cut off at byte 29"},
    {"{\"dead_letter\":1,\"source\":\"\\u004g\"", "\\u needs four hexadecimal digits at byte 32"},
    {"{\"dead_letter\":1,\"source\":\"\\ud83d\"", "half of a surrogate pair at byte 33"},
    {"{\"dead_letter\":1,\"source\":\"\\ud83d\\n\"", "half of a surrogate pair at byte 33"},
    {"{\"dead_letter\":1,\"source\":\"\\ude00\"", "half of a surrogate pair at byte 33"},
    {"{\"dead_letter\":1,\"source\":\"\\ud83d\\u0041\"", "half of a surrogate pair at byte 39"},
    {"{\"dead_letter\":1,\"source\":\"\\ud83d\\ue000\"", "half of a surrogate pair at byte 39"},
    {"{\"dead_letter\":1,\"source\":\"\xFF\"", "not UTF-8 at byte 27"},
    {"{\"dead_letter\":1,\"source\":\"\",\"id\":7", "a string is missing at byte 34"},
    {"{\"dead_letter\":1,\"source\":\"\",\"id\":\"\"}", "\"reader\" is missing at byte 36"},
    {"{\"dead_letter\":1,\"source\":\"\",\"reader\":\"\"}", "\"stage\" is missing at byte 40"},
    {"{\"dead_letter\":1,\"source\":\"\",\"reader\":\"\",\"stage\":\"\"}",
     "\"reason\" is missing at byte 51"},
    {PLAIN_HEAD "\"text\":\"\"}", "\"record\" is missing at byte 103"},
    {PLAIN_HEAD "\"record\":\"\"", "} is missing at byte 115"},
    {PLAIN_HEAD "\"record\":\"\",\"x\":1}", "} is missing at byte 115"},
    {PLAIN_HEAD "\"record\":\"\"}{", "something follows at byte 116"},
    {PLAIN_HEAD "\"record_base64\":\"Y2Fm6Q=\"}", "record_base64 is cut off at byte 129"},
    {PLAIN_HEAD "\"record_base64\":\"Y2Fm6Q= \"}", "record_base64 is not base64 at byte 130"},
    {PLAIN_HEAD "\"record_base64\":\"Y2F-6Q==\"}", "record_base64 is not base64 at byte 130"},
    {PLAIN_HEAD "\"record_base64\":\"Y2Fm6R==\"}", "record_base64 is not base64 at byte 130"},
    {PLAIN_HEAD "\"record_base64\":\"Y===\"}", "record_base64 is not base64 at byte 126"},
    {PLAIN_HEAD "\"record_base64\":\"====\"}", "record_base64 is not base64 at byte 126"},
    {PLAIN_HEAD "\"record_base64\":\"Y2==Y2==\"}", "record_base64 is not base64 at byte 130"},
};

START_TEST(a_malformed_line_is_told)
{
    char *copy, message[1024];
    dead_letter_record letter;
    const malformed *this = &malformed_lines[_i];
    ck_assert(!parse(this->line, strlen(this->line), &letter, &copy));
    snprintf(message, sizeof message, "not a dead letter as textmill writes it: %s", this->what);
    ck_assert_str_eq(error.message, message);
    ck_assert_int_eq(error.code, ERROR_INPUT);
    free(copy);
}
END_TEST

START_TEST(no_beginning_of_a_line_is_taken_for_a_line)
{
    char *copy;
    dead_letter_record letter;
    const char line[] = PLAIN_HEAD "\"record\":\"a \\ud83d\\ude00 \\u0000 \\\" b\"}";
    for (size_t length = 0; length < strlen(line); length++) {
        ck_assert(!parse(line, length, &letter, &copy));
        free(copy);
    }
    ck_assert(parse(line, strlen(line), &letter, &copy));
    free(copy);
}
END_TEST

/* Whatever the bytes, the parts found lie within the line. */
START_TEST(no_changed_byte_leads_out_of_the_line)
{
    char *copy;
    dead_letter_record letter;
    char line[] = PLAIN_HEAD "\"record_base64\":\"Y2Fm6Q==\"}";
    for (size_t at = 0; at < sizeof line - 1; at++) {
        char before = line[at];
        for (int byte = 0; byte < 256; byte++) {
            line[at] = (char)byte;
            if (parse(line, sizeof line - 1, &letter, &copy)) {
                ck_assert(letter.record.data >= copy);
                ck_assert(letter.record.data + letter.record.length <= copy + sizeof line - 1);
            } else {
                ck_assert_int_eq(error.code, ERROR_INPUT);
            }
            free(copy);
        }
        line[at] = before;
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_letter_is_one_line_with_all_that_is_known,
                                  an_unknown_id_is_left_out,
                                  a_record_that_is_not_utf8_is_written_in_base64,
                                  names_that_are_not_utf8_still_make_valid_json,
                                  a_record_in_parts_is_written_as_one,
                                  no_file_is_made_before_the_first_letter,
                                  an_existing_file_is_refused_before_the_run,
                                  with_force_an_old_file_is_replaced_or_removed,
                                  without_force_a_file_that_appeared_during_the_run_stays,
                                  an_interrupted_run_keeps_the_part_file,
                                  a_name_ending_in_gz_is_compressed,
                                  a_full_disk_is_told,
                                  a_dead_letter_is_known_by_its_beginning,
                                  reads_what_was_written,
                                  reads_what_other_programs_make_of_it,
                                  a_nul_in_a_record_comes_back,
                                  no_beginning_of_a_line_is_taken_for_a_line,
                                  no_changed_byte_leads_out_of_the_line,
                                  NULL};
    Suite *suite = test_suite("dead_letters", tests);
    TCase *tables = tcase_create("tables");
    tcase_set_timeout(tables, 60);
    tcase_add_loop_test(tables, a_malformed_line_is_told, 0,
                        sizeof malformed_lines / sizeof *malformed_lines);
    tcase_add_loop_test(tables, any_record_comes_back, 0, 60);
    suite_add_tcase(suite, tables);
    return test_run(suite);
}
