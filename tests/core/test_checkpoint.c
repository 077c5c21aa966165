/* Checkpoints: what is written is read again, and anything else is refused by name. */
#include "checkpoint.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IDENTITY                                                                                   \
    "textmill 1.0.0\n[mark] marker 1.0, digest 06b0\n[mark] words = a b\ninput of 12 bytes: "      \
    "a.txt\n"

enum { OUTPUTS = 2, JOURNALS = 3, ROWS = 4 };

static const char *path;

static mill_text text_of(const char *text)
{
    return (mill_text){text, strlen(text)};
}

static uint64_t random_number(void)
{
    uint64_t number = 0;
    for (int i = 0; i < 5; i++) number = number << 15 ^ (uint64_t)rand();
    return number >> rand() % 64; /* of every length */
}

static void fill_file(written_file *file)
{
    file->bytes = random_number();
    if (rand() % 3 == 0) return;
    for (size_t i = 0; i < DIGEST_TEXT - 1; i++) file->digest[i] = "0123456789abcdef"[rand() % 16];
}

/* Fills everything that is written, with random values. */
static void fill(checkpoint *state)
{
    statistics *counts = &state->counts;
    uint64_t *const numbers[] = {&state->place.part,
                                 &state->place.position.offset,
                                 &state->place.position.lines_passed,
                                 &state->place.position.records,
                                 &counts->articles_in,
                                 &counts->articles_out,
                                 &counts->dropped,
                                 &counts->dead,
                                 &counts->bytes_in,
                                 &counts->bytes_out,
                                 &counts->restarts,
                                 &state->force};
    for (size_t i = 0; i < MILL_COUNT(numbers); i++) *numbers[i] = random_number();
    for (size_t i = 0; i < state->output_count; i++) fill_file(&state->outputs[i]);
    fill_file(&state->letters);
    for (size_t i = 0; i < state->journal_count; i++) state->journals[i] = random_number();
    for (size_t i = 0; i < counts->stage_count; i++)
        counts->stages[i] = (stage_statistics){.articles = random_number(),
                                               .dropped = random_number(),
                                               .dead = random_number(),
                                               .nanoseconds = random_number(),
                                               .longest = random_number()};
    counts->seconds = (double)(rand() % 100000) / 1000;
    state->finished = rand() % 2;
}

static void open_state(checkpoint *state, size_t outputs, size_t journals, size_t rows)
{
    ck_assert(checkpoint_open(state, outputs, journals, rows));
}

/* Writes a checkpoint as text. Owns: the caller clears it. */
static void write_text(const checkpoint *state, const char *identity, buffer *out)
{
    buffer_init(out, NULL, SIZE_MAX);
    checkpoint_write(state, text_of(identity), out);
    ck_assert(!out->failed);
}

static void write_file(const checkpoint *state, const char *identity)
{
    buffer text;
    write_text(state, identity, &text);
    test_write(path, text.output.data, text.output.length);
    buffer_clear(&text);
}

static void expect_file(const written_file *is, const written_file *was)
{
    ck_assert_uint_eq(is->bytes, was->bytes);
    ck_assert_str_eq(is->digest, was->digest);
}

static void expect_rows(const statistics *is, const statistics *was)
{
    ck_assert_uint_eq(is->stage_count, was->stage_count);
    for (size_t i = 0; i < was->stage_count; i++) {
        ck_assert_uint_eq(is->stages[i].articles, was->stages[i].articles);
        ck_assert_uint_eq(is->stages[i].dropped, was->stages[i].dropped);
        ck_assert_uint_eq(is->stages[i].dead, was->stages[i].dead);
        ck_assert_uint_eq(is->stages[i].nanoseconds, was->stages[i].nanoseconds);
        ck_assert_uint_eq(is->stages[i].longest, was->stages[i].longest);
    }
}

static void expect_same(const checkpoint *is, const checkpoint *was)
{
    const statistics *counts = &is->counts, *before = &was->counts;
    ck_assert_uint_eq(is->place.part, was->place.part);
    ck_assert_uint_eq(is->place.position.offset, was->place.position.offset);
    ck_assert_uint_eq(is->place.position.lines_passed, was->place.position.lines_passed);
    ck_assert_uint_eq(is->place.position.records, was->place.position.records);
    ck_assert_uint_eq(counts->articles_in, before->articles_in);
    ck_assert_uint_eq(counts->articles_out, before->articles_out);
    ck_assert_uint_eq(counts->dropped, before->dropped);
    ck_assert_uint_eq(counts->dead, before->dead);
    ck_assert_uint_eq(counts->bytes_in, before->bytes_in);
    ck_assert_uint_eq(counts->bytes_out, before->bytes_out);
    ck_assert_uint_eq(counts->restarts, before->restarts);
    ck_assert_uint_eq(is->force, was->force);
    for (size_t i = 0; i < was->output_count; i++) expect_file(&is->outputs[i], &was->outputs[i]);
    expect_file(&is->letters, &was->letters);
    for (size_t i = 0; i < was->journal_count; i++)
        ck_assert_uint_eq(is->journals[i], was->journals[i]);
    expect_rows(counts, before);
    ck_assert_double_eq_tol(counts->seconds, before->seconds, 1e-6);
    ck_assert_int_eq(is->finished, was->finished);
}

/* Some file systems write a file that is cut and written again to the disk at once; not a new one.
 */
static void write_anew(const char *text, size_t length)
{
    unlink(path);
    test_write(path, text, length);
}

static void begin(void)
{
    static char name[4096];
    snprintf(name, sizeof name, "%s", test_path(test_folder(), "out.jsonl.checkpoint"));
    path = name;
}

/* Writes a checkpoint with random values. */
static void write_some(void)
{
    checkpoint state;
    begin();
    srand(1);
    open_state(&state, OUTPUTS, JOURNALS, ROWS);
    fill(&state);
    write_file(&state, IDENTITY);
    checkpoint_clear(&state);
}

typedef struct reading {
    int result;
    mill_error error;
} reading;

#define GO_ON   "; use --resume=force to go on all the same, or --force to start anew"

static reading read_as(const char *identity, bool any_identity, size_t outputs, size_t journals,
                       size_t rows)
{
    checkpoint state;
    reading what = {0};
    open_state(&state, outputs, journals, rows);
    what.result = checkpoint_read(&state, path, text_of(identity),
                                  any_identity ? NULL : &GO_ON[2], &what.error);
    checkpoint_clear(&state);
    return what;
}

/* Reads, and expects to be refused with a message that begins with the file's name. */
static void expect_refused(reading what, error_code code, const char *expected)
{
    char message[4400];
    ck_assert_int_eq(what.result, -1);
    snprintf(message, sizeof message, "%s%s", path, expected);
    ck_assert_str_eq(what.error.message, message);
    ck_assert_int_eq(what.error.code, code);
}

#define DAMAGED " is damaged; remove it and start anew with --force"
#define NOT_FIT " does not fit this pipeline; start anew with --force"

/* ---- Tests --------------------------------------------------------------------------------- */

START_TEST(reads_what_was_written)
{
    unsigned seed = (unsigned)_i + 1;
    size_t outputs, journals, rows;
    checkpoint was, is;
    mill_error error;
    begin();
    srand(seed);
    outputs = (size_t)rand() % 4;
    journals = (size_t)rand() % 4;
    rows = (size_t)rand() % 6;
    open_state(&was, outputs, journals, rows);
    open_state(&is, outputs, journals, rows);
    fill(&was);
    write_file(&was, IDENTITY);
    int result = checkpoint_read(&is, path, text_of(IDENTITY), false, &error);
    ck_assert_msg(result == 1, "seed %u: %s", seed, error.message);
    expect_same(&is, &was);
    checkpoint_clear(&was);
    checkpoint_clear(&is);
}
END_TEST

START_TEST(keeps_the_largest_numbers)
{
    checkpoint was, is;
    mill_error error;
    begin();
    open_state(&was, 1, 1, 1);
    open_state(&is, 1, 1, 1);
    was.place.position.offset = was.journals[0] = was.outputs[0].bytes = UINT64_MAX;
    was.counts.stages[0].longest = UINT64_MAX;
    write_file(&was, IDENTITY);
    ck_assert_int_eq(checkpoint_read(&is, path, text_of(IDENTITY), false, &error), 1);
    expect_same(&is, &was);
    checkpoint_clear(&was);
    checkpoint_clear(&is);
}
END_TEST

START_TEST(says_so_where_there_is_none)
{
    begin();
    ck_assert_int_eq(read_as(IDENTITY, false, OUTPUTS, JOURNALS, ROWS).result, 0);
}
END_TEST

START_TEST(refuses_one_that_ends_too_early_wherever_it_does)
{
    size_t length;
    write_some();
    char *text = test_read(path, &length), *state = strstr(text, "\n--\n") + 4;
    for (size_t kept = 0; kept < length; kept++) {
        write_anew(text, kept);
        reading what = read_as(IDENTITY, false, OUTPUTS, JOURNALS, ROWS);
        if (text + kept < state)
            expect_refused(what, ERROR_INPUT, DAMAGED);
        else
            expect_refused(what, ERROR_INPUT, NOT_FIT);
    }
    free(text);
}
END_TEST

/* What becomes of a byte: no letter of a key, blank or line break is missed, and no digit that has
 * become something else. A digit that has become another is a number like any. */
START_TEST(refuses_garbage_at_any_place)
{
    static const char garbage[] = {'-', '?', '+', ' ', '\0', '\n'};
    size_t length;
    write_some();
    char *text = test_read(path, &length), *state = strstr(text, "\n--\n") + 4;
    for (size_t at = (size_t)(state - text); at < length; at++) {
        char was = text[at], before = text[at - 1];
        for (size_t i = at % 2; i < sizeof garbage; i += 2) {
            if (garbage[i] == was) continue;
            text[at] = garbage[i];
            write_anew(text, length);
            ck_assert_msg(read_as(IDENTITY, false, OUTPUTS, JOURNALS, ROWS).result == -1,
                          "byte %zu, '%c%c' has become 0x%02x", at, before, was,
                          (unsigned char)garbage[i]);
        }
        text[at] = was;
    }
    free(text);
}
END_TEST

/* Writes a checkpoint of nothing, with `part` as its first number. */
static void write_numbers(const char *part)
{
    char text[1024];
    checkpoint state;
    buffer zeros;
    open_state(&state, 0, 0, 0);
    write_text(&state, "", &zeros);
    int length = snprintf(text, sizeof text, IDENTITY "--\npart %s%.*s", part,
                          (int)zeros.output.length - 9, zeros.output.data + 9);
    test_write(path, text, (size_t)length);
    buffer_clear(&zeros);
    checkpoint_clear(&state);
}

START_TEST(refuses_a_number_with_a_sign_or_too_large)
{
    static const char *const numbers[] = {"-1", "+1", " 1", "18446744073709551616", "0x1", "1.5"};
    begin();
    for (size_t i = 0; i < MILL_COUNT(numbers); i++) {
        write_numbers(numbers[i]);
        expect_refused(read_as(IDENTITY, false, 0, 0, 0), ERROR_INPUT, NOT_FIT);
    }
    write_numbers("1");
    ck_assert_int_eq(read_as(IDENTITY, false, 0, 0, 0).result, 1);
}
END_TEST

START_TEST(reads_a_digit_that_has_become_another)
{
    size_t length;
    write_some();
    char *text = test_read(path, &length), *digit = strstr(text, "\narticles_in ") + 13;
    *digit = *digit == '9' ? '8' : '9';
    test_write(path, text, length);
    ck_assert_int_eq(read_as(IDENTITY, false, OUTPUTS, JOURNALS, ROWS).result, 1);
    free(text);
}
END_TEST

START_TEST(refuses_what_stands_behind_its_end)
{
    size_t length;
    char text[8192];
    write_some();
    char *whole = test_read(path, &length);
    memcpy(text, whole, length);
    memcpy(text + length, "end\n", 4);
    test_write(path, text, length + 4);
    expect_refused(read_as(IDENTITY, false, OUTPUTS, JOURNALS, ROWS), ERROR_INPUT, NOT_FIT);
    free(whole);
}
END_TEST

START_TEST(refuses_a_folder)
{
    begin();
    path = test_folder();
    expect_refused(read_as(IDENTITY, false, OUTPUTS, JOURNALS, ROWS), ERROR_INPUT,
                   ": cannot be read: Is a directory; check its permissions");
}
END_TEST

static const struct {
    const char *identity;
    const char *message;
} others[] = {
    {"textmill 1.0.1\n[mark] marker 1.0, digest 06b0\n[mark] words = a b\n"
     "input of 12 bytes: a.txt\n",
     "it had 'textmill 1.0.0', now there is 'textmill 1.0.1'"},
    {"textmill 1.0.0\n[mark] marker 1.0, digest 06b0\n[mark] words = a b c\n"
     "input of 13 bytes: b.txt\n",
     "it had '[mark] words = a b', now there is '[mark] words = a b c'"},
    {"textmill 1.0.0\n[mark] marker 1.0, digest 06b0\n[mark] words = a b\n"
     "input of 12 bytes: b.txt\n",
     "it had 'input of 12 bytes: a.txt', now there is 'input of 12 bytes: b.txt'"},
    {"textmill 1.0.0\n[mark] marker 1.0, digest 06b0\n[mark] words = a b\n",
     "it had 'input of 12 bytes: a.txt', now there is ''"},
    {IDENTITY "input of 7 bytes: b.txt\n", "it had '', now there is 'input of 7 bytes: b.txt'"},
    {"textmill 1.0.0\n", "it had '[mark] marker 1.0, digest 06b0', now there is ''"},
};

START_TEST(names_the_first_line_in_which_another_run_differs)
{
    char expected[512];
    write_some();
    snprintf(expected, sizeof expected, " is of another run: %s" GO_ON, others[_i].message);
    expect_refused(read_as(others[_i].identity, false, OUTPUTS, JOURNALS, ROWS), ERROR_USAGE,
                   expected);
}
END_TEST

START_TEST(goes_on_with_another_run_if_that_is_asked_for)
{
    write_some();
    ck_assert_int_eq(read_as(others[_i].identity, true, OUTPUTS, JOURNALS, ROWS).result, 1);
}
END_TEST

static const struct {
    size_t outputs, journals, rows;
} shapes[] = {{OUTPUTS - 1, JOURNALS, ROWS}, {OUTPUTS + 1, JOURNALS, ROWS},
              {OUTPUTS, JOURNALS - 1, ROWS}, {OUTPUTS, JOURNALS + 1, ROWS},
              {OUTPUTS, JOURNALS, ROWS - 1}, {OUTPUTS, JOURNALS, ROWS + 1}};

START_TEST(does_not_go_on_where_there_are_more_or_fewer_stages_or_outputs)
{
    write_some();
    expect_refused(
        read_as("another\n", true, shapes[_i].outputs, shapes[_i].journals, shapes[_i].rows),
        ERROR_USAGE, NOT_FIT);
}
END_TEST

/* Names in an identity may end as the line that ends it. */
START_TEST(goes_on_with_a_file_whose_name_ends_in_two_hyphens)
{
    static const char *const identities[] = {"textmill 1.0.0\ninput of 12 bytes: a--\n",
                                             "[output] path = out--\ninput of 12 bytes: a.txt\n"};
    checkpoint was;
    begin();
    open_state(&was, OUTPUTS, JOURNALS, ROWS);
    for (size_t i = 0; i < MILL_COUNT(identities); i++) {
        write_file(&was, identities[i]);
        reading what = read_as(identities[i], false, OUTPUTS, JOURNALS, ROWS);
        ck_assert_msg(what.result == 1, "%s", what.error.message);
    }
    checkpoint_clear(&was);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {keeps_the_largest_numbers,
                                  says_so_where_there_is_none,
                                  refuses_one_that_ends_too_early_wherever_it_does,
                                  refuses_garbage_at_any_place,
                                  refuses_a_number_with_a_sign_or_too_large,
                                  reads_a_digit_that_has_become_another,
                                  refuses_what_stands_behind_its_end,
                                  refuses_a_folder,
                                  goes_on_with_a_file_whose_name_ends_in_two_hyphens,
                                  NULL};
    Suite *suite = test_suite("checkpoint", tests);
    test_add_loop(suite, "random values", reads_what_was_written, 20);
    test_add_loop(suite, "other runs", names_the_first_line_in_which_another_run_differs,
                  (int)MILL_COUNT(others));
    test_add_loop(suite, "other runs, forced", goes_on_with_another_run_if_that_is_asked_for,
                  (int)MILL_COUNT(others));
    test_add_loop(suite, "other shapes",
                  does_not_go_on_where_there_are_more_or_fewer_stages_or_outputs,
                  (int)MILL_COUNT(shapes));
    return test_run(suite);
}
