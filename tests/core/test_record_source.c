/* The input as one sequence of records: over files of all kinds, from any place on, in shares, and
 * as slowly as it comes. */
#include "dead_letters.h"
#include "pipeline.h"
#include "record_source.h"
#include "test.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *folder;
static pipeline chain;
static found_inputs inputs;
static mill_error error;

/* What a source gives. */
typedef struct found_record {
    char *source; /* without the folder */
    char *data;
    size_t length;
    char reader[16];
    input_place behind;
} found_record;

typedef struct found_list {
    found_record records[64];
    size_t count;
    uint64_t bytes;
} found_list;

/* ---- Files --------------------------------------------------------------------------------- */

static const char *put(const char *name, const char *data)
{
    const char *path = test_path(folder, name);
    test_write(path, data, strlen(data));
    return path;
}

static void begin(void)
{
    static char plugins[PATH_MAX], root[PATH_MAX];
    problem_list problems = {0};
    ck_assert_ptr_nonnull(realpath(BUILD "/plugins", plugins));
    ck_assert_ptr_nonnull(realpath(test_folder(), root));
    folder = root;
    setenv("TEXTMILL_PLUGIN_PATH", plugins, 1);
    const pipeline_request request = {.path = put("x.ini", "[output]\nplugin = jsonl\n")};
    ck_assert_msg(pipeline_open(&chain, &request, &problems), "%s",
                  problems.count > 0 ? problems.items[0].message : "");
    problems_clear(&problems);
    chain.settings.max_article = 200;
}

static void find(const char *const *names, size_t count, shard share)
{
    char *paths[8];
    for (size_t i = 0; i < count; i++) paths[i] = strdup(test_path(folder, names[i]));
    const named_inputs named = {paths, count, NULL, share};
    ck_assert_msg(inputs_find(&inputs, &chain, &named, &error), "%s", error.message);
    for (size_t i = 0; i < count; i++) free(paths[i]);
}

static void end(void)
{
    inputs_clear(&inputs);
    pipeline_close(&chain);
}

/* ---- Reading ------------------------------------------------------------------------------- */

static const char *without_folder(const char *source)
{
    size_t length = strlen(folder);
    return strncmp(source, folder, length) == 0 ? source + length + 1 : source;
}

/* Adds a record, or a piece to the last one. */
static void keep(found_list *list, const cut_record *record, bool another)
{
    ck_assert_uint_lt(list->count, MILL_COUNT(list->records));
    found_record *into = &list->records[another ? list->count++ : list->count - 1];
    ck_assert_uint_eq(record->source.length, strlen(record->source.data));
    if (another) {
        *into = (found_record){.source = strdup(without_folder(record->source.data))};
        snprintf(into->reader, sizeof into->reader, "%s",
                 record->reader != NULL ? record->reader->plugin->name : "none");
    }
    into->data = realloc(into->data, into->length + record->data.length + 1);
    memcpy(into->data + into->length, record->data.data, record->data.length);
    into->length += record->data.length;
    into->data[into->length] = '\0';
    into->behind = record->behind;
}

/* Reads everything from a place on. Returns what it ended with. */
static record_step read_from(input_place start, found_list *list)
{
    record_source source;
    cut_record record;
    record_step step;
    bool in_record = false;
    *list = (found_list){0};
    ck_assert(record_source_open(&source, &chain, &inputs, start, &error));
    while ((step = record_source_next(&source, &record, &error)) <= RECORD_LAST) {
        keep(list, &record, !in_record);
        in_record = step == RECORD_PIECE;
    }
    list->bytes = record_source_bytes(&source);
    record_source_close(&source);
    return step;
}

static void clear(found_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->records[i].source);
        free(list->records[i].data);
    }
    list->count = 0;
}

static void expect_record(const found_record *is, const char *source, const char *reader,
                          const char *data)
{
    ck_assert_str_eq(is->source, source);
    ck_assert_str_eq(is->reader, reader);
    ck_assert_str_eq(is->data, data);
}

/* Compares the records of one list with those of another from `first` on. */
static void expect_same(const found_list *is, const found_list *was, size_t first)
{
    ck_assert_uint_eq(is->count, was->count - first);
    for (size_t i = 0; i < is->count; i++) {
        const found_record *now = &is->records[i], *then = &was->records[first + i];
        expect_record(now, then->source, then->reader, then->data);
        ck_assert_uint_eq(now->length, then->length);
        ck_assert_mem_eq(&now->behind, &then->behind, sizeof now->behind);
    }
}

/* ---- Input of all kinds -------------------------------------------------------------------- */

/* Writes dead letters as a run does. */
static void put_letters(const char *name, const char *const records[][3], size_t count)
{
    const char *path = test_path(folder, name);
    dead_letters *letters = dead_letters_open(path, true, &error);
    ck_assert_ptr_nonnull(letters);
    for (size_t i = 0; i < count; i++) {
        const dead_letter letter = {.source = records[i][0],
                                    .reader = records[i][1],
                                    .stage = "input",
                                    .reason = "it is odd"};
        const mill_text record = {records[i][2], strlen(records[i][2])};
        ck_assert(dead_letters_add(letters, &letter, record, &error));
    }
    ck_assert(dead_letters_close(letters, false, &error));
}

static const char *const letters[][3] = {{"old.jsonl:17", "jsonl", "{\"text\": \"a\\u00e9\"}"},
                                         {"old.txt", "text", "two\nlines\x01"},
                                         {"old.jsonl:18", "jsonl", ""}};

static const char *const all_names[] = {"a.jsonl", "b.txt",   "c.jsonl",   "letters.txt",
                                        "d.jsonl", "e.jsonl", "f.jsonl.gz"};

/* Longer than a share, when there are many. */
static const char whole_text[] = "A file\nof many lines,\nwhich are one record.\n"
                                 "So no border of a share may cut it,\n"
                                 "wherever in it the border lies.\n\n"
                                 "The share in which it begins has it whole;\n"
                                 "the next one finds nothing of it.\n";

static void put_all(void)
{
    char line[1000], blank[130];
    memset(blank, '\n', sizeof blank);
    memcpy(blank + 122, "four\n", 6);
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    memcpy(line, "one\n", 4);
    memcpy(line + 900, "\nlast\n", 7);
    put("a.jsonl", "one\n\n  \ntwo\r\nthree");
    put("b.txt", whole_text);
    put("c.jsonl", "");
    put_letters("letters.txt", letters, MILL_COUNT(letters));
    put("d.jsonl", line);
    put("e.jsonl", blank);
    test_outcome packed = test_shell("printf '1\\n2\\n3\\n' | gzip > '%s/f.jsonl.gz'", folder);
    ck_assert_int_eq(packed.exit_code, 0);
}

static void find_all(shard share)
{
    put_all();
    find(all_names, MILL_COUNT(all_names), share);
}

/* ---- Tests --------------------------------------------------------------------------------- */

START_TEST(gives_the_records_of_all_files_with_their_names)
{
    static const char *const expected[][3] = {{"a.jsonl:1", "jsonl", "one"},
                                              {"a.jsonl:4", "jsonl", "two\r"},
                                              {"a.jsonl:5", "jsonl", "three"},
                                              {"b.txt", "text", whole_text},
                                              {"old.jsonl:17", "jsonl", "{\"text\": \"a\\u00e9\"}"},
                                              {"old.txt", "text", "two\nlines\x01"},
                                              {"old.jsonl:18", "jsonl", ""},
                                              {"d.jsonl:1", "jsonl", "one"},
                                              {"d.jsonl:2", "jsonl", NULL},
                                              {"d.jsonl:3", "jsonl", "last"},
                                              {"e.jsonl:123", "jsonl", "four"},
                                              {"f.jsonl.gz:1", "jsonl", "1"},
                                              {"f.jsonl.gz:2", "jsonl", "2"},
                                              {"f.jsonl.gz:3", "jsonl", "3"}};
    found_list list;
    begin();
    find_all(SHARD_WHOLE);
    ck_assert_int_eq(read_from((input_place){0}, &list), RECORD_END);
    ck_assert_uint_eq(list.count, MILL_COUNT(expected));
    for (size_t i = 0; i < list.count; i++) {
        const char *data = expected[i][2] != NULL ? expected[i][2] : list.records[i].data;
        expect_record(&list.records[i], expected[i][0], expected[i][1], data);
    }
    ck_assert_uint_eq(list.records[8].length, 896); /* too long, so it came in pieces */
    ck_assert_uint_eq(list.bytes, inputs.files.total_bytes);
    clear(&list);
    end();
}
END_TEST

START_TEST(goes_on_behind_any_record)
{
    found_list all, rest;
    begin();
    find_all(SHARD_WHOLE);
    ck_assert_int_eq(read_from((input_place){0}, &all), RECORD_END);
    for (size_t i = 0; i < all.count; i++) {
        ck_assert_int_eq(read_from(all.records[i].behind, &rest), RECORD_END);
        expect_same(&rest, &all, i + 1);
        clear(&rest);
    }
    clear(&all);
    end();
}
END_TEST

START_TEST(gives_each_record_to_one_share)
{
    uint32_t count = (uint32_t)_i + 1;
    found_list all, part;
    size_t seen = 0;
    begin();
    find_all(SHARD_WHOLE);
    ck_assert_int_eq(read_from((input_place){0}, &all), RECORD_END);
    for (uint32_t number = 1; number <= count; number++) {
        inputs_clear(&inputs);
        find(all_names, MILL_COUNT(all_names), (shard){number, count});
        ck_assert_int_eq(read_from((input_place){0}, &part), RECORD_END);
        for (size_t i = 0; i < part.count; i++, seen++) {
            ck_assert_uint_lt(seen, all.count);
            const found_record *whole = &all.records[seen];
            expect_record(&part.records[i], whole->source, whole->reader, whole->data);
        }
        clear(&part);
    }
    ck_assert_uint_eq(seen, all.count);
    clear(&all);
    end();
}
END_TEST

START_TEST(goes_on_behind_any_record_of_a_share)
{
    found_list all, rest;
    begin();
    find_all((shard){(uint32_t)_i + 1, 3});
    ck_assert_int_eq(read_from((input_place){0}, &all), RECORD_END);
    for (size_t i = 0; i < all.count; i++) {
        ck_assert_int_eq(read_from(all.records[i].behind, &rest), RECORD_END);
        expect_same(&rest, &all, i + 1);
        clear(&rest);
    }
    clear(&all);
    end();
}
END_TEST

START_TEST(opens_a_letter_that_holds_a_letter)
{
    static const char *const name[] = {"outer.jsonl"};
    found_list list;
    size_t length;
    begin();
    put_letters("inner.jsonl", letters, 1);
    char *inner = test_read(test_path(folder, "inner.jsonl"), &length);
    inner[length - 1] = '\0';
    const char *const outer[][3] = {{"inner.jsonl:1", "dead_letters", inner}};
    put_letters("outer.jsonl", outer, 1);
    find(name, 1, SHARD_WHOLE);
    ck_assert_int_eq(read_from((input_place){0}, &list), RECORD_END);
    ck_assert_uint_eq(list.count, 1);
    expect_record(&list.records[0], letters[0][0], letters[0][1], letters[0][2]);
    clear(&list);
    free(inner);
    end();
}
END_TEST

START_TEST(refuses_a_letter_of_a_reader_that_there_is_not)
{
    static const char *const name[] = {"letters.jsonl"};
    static const char *const wrong[][3] = {{"old:1", "jsonl", "{}"}, {"old:2", "moons", "{}"}};
    char expected[PATH_MAX + 256];
    found_list list;
    begin();
    put_letters(name[0], wrong, 2);
    find(name, 1, SHARD_WHOLE);
    ck_assert_int_eq(read_from((input_place){0}, &list), RECORD_FAILED);
    ck_assert_uint_eq(list.count, 1);
    snprintf(
        expected, sizeof expected,
        "%s/letters.jsonl:2: no reader plug-in 'moons'; `textmill plugins` lists those there are",
        folder);
    ck_assert_str_eq(error.message, expected);
    clear(&list);
    end();
}
END_TEST

START_TEST(refuses_a_line_among_letters_that_is_none)
{
    static const char *const name[] = {"letters.jsonl"};
    char expected[PATH_MAX + 256];
    found_list list;
    begin();
    put_letters(name[0], letters, 1);
    ck_assert_int_eq(test_shell("echo nonsense >> '%s/letters.jsonl'", folder).exit_code, 0);
    find(name, 1, SHARD_WHOLE);
    ck_assert_int_eq(read_from((input_place){0}, &list), RECORD_FAILED);
    ck_assert_uint_eq(list.count, 1);
    snprintf(expected, sizeof expected,
             "%s/letters.jsonl:2: not a dead letter as textmill writes it: {\"dead_letter\": is "
             "missing at byte 0; remove the line or mend it",
             folder);
    ck_assert_str_eq(error.message, expected);
    clear(&list);
    end();
}
END_TEST

START_TEST(tells_of_a_file_that_has_gone)
{
    static const char *const names[] = {"a.jsonl", "b.jsonl"};
    char expected[PATH_MAX + 256];
    found_list list;
    begin();
    put("a.jsonl", "one\n");
    const char *gone = put("b.jsonl", "two\n");
    find(names, 2, SHARD_WHOLE);
    snprintf(expected, sizeof expected,
             "%s: has vanished since the run began; restore it and run again", gone);
    unlink(gone);
    ck_assert_int_eq(read_from((input_place){0}, &list), RECORD_FAILED);
    ck_assert_uint_eq(list.count, 1);
    ck_assert_str_eq(error.message, expected);
    clear(&list);
    end();
}
END_TEST

static void expect_next(record_source *source, const char *name, const char *data)
{
    cut_record record;
    ck_assert_int_eq(record_source_next(source, &record, &error), RECORD_WHOLE);
    ck_assert_str_eq(without_folder(record.source.data), name);
    ck_assert_uint_eq(record.data.length, strlen(data));
    ck_assert_mem_eq(record.data.data, data, record.data.length);
}

START_TEST(says_so_where_it_would_have_to_wait_and_goes_on_later)
{
    static const char *const name[] = {"slow.jsonl"};
    record_source source;
    cut_record record;
    begin();
    const char *path = test_path(folder, name[0]);
    ck_assert_int_eq(mkfifo(path, 0644), 0);
    int pipe_end = open(path, O_RDWR | O_NONBLOCK);
    find(name, 1, SHARD_WHOLE);
    ck_assert(record_source_open(&source, &chain, &inputs, (input_place){0}, &error));
    ck_assert_int_eq(record_source_descriptor(&source), -1);
    ck_assert_int_eq(record_source_next(&source, &record, &error), RECORD_WAIT);
    ck_assert_int_ge(record_source_descriptor(&source), 0);
    ck_assert_int_eq(write(pipe_end, "on", 2), 2);
    ck_assert_int_eq(record_source_next(&source, &record, &error), RECORD_WAIT);
    ck_assert_int_eq(write(pipe_end, "e\ntw", 4), 4);
    expect_next(&source, "slow.jsonl:1", "one");
    ck_assert_int_eq(record_source_next(&source, &record, &error), RECORD_WAIT);
    ck_assert_int_eq(record_source_next(&source, &record, &error), RECORD_WAIT);
    ck_assert_int_eq(write(pipe_end, "o", 1), 1);
    close(pipe_end);
    expect_next(&source, "slow.jsonl:2", "two");
    ck_assert_int_eq(record_source_next(&source, &record, &error), RECORD_END);
    ck_assert_int_eq(record_source_next(&source, &record, &error), RECORD_END);
    ck_assert_uint_eq(record_source_bytes(&source), 7);
    record_source_close(&source);
    end();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {gives_the_records_of_all_files_with_their_names,
                                  goes_on_behind_any_record,
                                  opens_a_letter_that_holds_a_letter,
                                  refuses_a_letter_of_a_reader_that_there_is_not,
                                  refuses_a_line_among_letters_that_is_none,
                                  tells_of_a_file_that_has_gone,
                                  says_so_where_it_would_have_to_wait_and_goes_on_later,
                                  NULL};
    Suite *suite = test_suite("record_source", tests);
    test_add_loop(suite, "shares", gives_each_record_to_one_share, 12);
    test_add_loop(suite, "within a share", goes_on_behind_any_record_of_a_share, 3);
    return test_run(suite);
}
