/* One worker over batches of its exchange, in this process: where it goes on, where it stops, what
 * it leaves behind, and the state that it takes back. */
#include "chain_fixture.h"
#include "worker.h"

static worker hand;
static mill_error error;

static void begin(bool ordered)
{
    make_exchange(ordered, 1);
    ck_assert(worker_open(&hand, &chain, &shared, &stop, &error));
}

static void end(void)
{
    worker_close(&hand);
    clear_exchange();
}

static uint32_t done_in(size_t segment)
{
    answer *from = exchange_answer(&shared, 0, segment);
    ck_assert_uint_eq(atomic_load(&from->begun), atomic_load(&from->done));
    return atomic_load(&from->done);
}

/* ---- Answers ------------------------------------------------------------------------------- */

START_TEST(answers_each_article_of_a_batch)
{
    begin(false);
    put_record(0, "one");
    put_record(0, "");
    put_record(0, "drops");
    put_record(0, "fails");
    put_record(0, "five");
    worker_answer(&hand, 0, 0);
    ck_assert_uint_eq(done_in(0), 5);
    expect_output(0, 0, "one\n");
    expect_output(0, 1, "\n");
    ck_assert_uint_eq(exchange_answer(&shared, 0, 0)->articles[2].outcome, ARTICLE_DROPPED);
    expect_dead(0, 0, 3, ROW_ACT, "it says so");
    expect_output(0, 4, "five\n");
    ck_assert_uint_eq(answer_rows(&shared, exchange_answer(&shared, 0, 0))[ROW_INPUT].articles, 5);
    end();
}
END_TEST

START_TEST(notes_the_id_behind_the_reason)
{
    mill_text notes;
    begin(false);
    put_record(0, "fails");
    put_record(0, "fails");
    worker_answer(&hand, 0, 0);
    for (size_t i = 0; i < 2; i++) {
        ck_assert(answer_range(&shared, exchange_answer(&shared, 0, 0), i, ANSWER_NOTES, &notes));
        ck_assert_uint_eq(notes.length, 12);
        ck_assert_mem_eq(notes.data, "it says soa1", 12);
    }
    end();
}
END_TEST

START_TEST(answers_nothing_of_an_empty_batch)
{
    begin(false);
    worker_answer(&hand, 0, 0);
    ck_assert_uint_eq(done_in(0), 0);
    end();
}
END_TEST

START_TEST(goes_on_behind_what_is_done)
{
    begin(false);
    put_record(0, "one");
    put_record(0, "fails");
    worker_answer(&hand, 0, 0);
    put_record(0, "three");
    put_record(0, "fails");
    worker_answer(&hand, 0, 0);
    worker_answer(&hand, 0, 0);
    ck_assert_uint_eq(done_in(0), 4);
    expect_output(0, 0, "one\n");
    expect_output(0, 2, "three\n");
    stage_statistics *rows = answer_rows(&shared, exchange_answer(&shared, 0, 0));
    ck_assert_uint_eq(rows[ROW_INPUT].articles, 4);
    ck_assert_uint_eq(rows[ROW_ACT].dead, 2);
    end();
}
END_TEST

START_TEST(lets_no_part_end_before_it_ended_for_the_article_before)
{
    static const char *const records[] = {"one", "drops", "fails", "", "fails", "five"};
    begin(false);
    for (size_t i = 0; i < 60; i++) put_record(0, records[i % MILL_COUNT(records)]);
    worker_answer(&hand, 0, 0);
    for (size_t i = 1; i < 60; i++)
        for (size_t part = 0; part < shared.part_count; part++) {
            uint64_t *before = answer_ends(&shared, exchange_answer(&shared, 0, 0), i - 1);
            uint64_t *ends = answer_ends(&shared, exchange_answer(&shared, 0, 0), i);
            ck_assert_uint_le(before[part], ends[part]);
        }
    end();
}
END_TEST

START_TEST(takes_no_article_once_it_is_stopped)
{
    begin(false);
    put_record(0, "one");
    stop = 1;
    worker_answer(&hand, 0, 0);
    ck_assert_uint_eq(done_in(0), 0);
    stop = 0;
    worker_answer(&hand, 0, 0);
    ck_assert_uint_eq(done_in(0), 1);
    end();
}
END_TEST

static void ask_to_stop(void)
{
    stop = 1;
}

START_TEST(finishes_the_article_at_hand_when_it_is_stopped)
{
    begin(false);
    deed = ask_to_stop;
    put_record(0, "one");
    put_record(0, "deed");
    put_record(0, "three");
    worker_answer(&hand, 0, 0);
    ck_assert_uint_eq(done_in(0), 2);
    expect_output(0, 1, "deed\n");
    end();
}
END_TEST

START_TEST(passes_on_from_segment_to_segment_what_goes_on)
{
    begin(true);
    put_record(0, "one");
    put_record(0, "drops");
    put_record(0, "fails");
    put_record(0, "four");
    for (size_t segment = 0; segment < 3; segment++) worker_answer(&hand, 0, segment);
    expect_output(0, 0, "1 one\n");
    expect_output(0, 3, "2 four\n");
    for (size_t segment = 1; segment < 3; segment++)
        for (size_t i = 1; i < 3; i++)
            ck_assert_uint_eq(exchange_answer(&shared, 0, segment)->articles[i].outcome,
                              ARTICLE_DROPPED);
    expect_dead(0, 0, 2, ROW_ACT, "it says so");
    ck_assert_uint_eq(answer_rows(&shared, exchange_answer(&shared, 0, 1))[ROW_NUMBER].articles, 2);
    ck_assert_uint_eq(answer_rows(&shared, exchange_answer(&shared, 0, 1))[ROW_NUMBER].dropped, 0);
    end();
}
END_TEST

START_TEST(passes_by_what_a_segment_before_has_left_in_no_range)
{
    begin(true);
    put_record(0, "one");
    put_record(0, "two");
    worker_answer(&hand, 0, 0);
    answer_ends(&shared, exchange_answer(&shared, 0, 0), 0)[ANSWER_OUTPUTS] = UINT64_MAX;
    worker_answer(&hand, 0, 1);
    ck_assert_uint_eq(done_in(1), 2);
    for (size_t i = 0; i < 2; i++)
        ck_assert_uint_eq(exchange_answer(&shared, 0, 1)->articles[i].outcome, ARTICLE_DROPPED);
    end();
}
END_TEST

START_TEST(sets_aside_what_a_segment_before_has_packed_wrongly)
{
    begin(true);
    put_record(0, "one");
    worker_answer(&hand, 0, 0);
    answer *before = exchange_answer(&shared, 0, 0);
    memset(answer_part(&shared, before, ANSWER_OUTPUTS), 0xFF, 8);
    worker_answer(&hand, 0, 1);
    ck_assert_uint_eq(exchange_answer(&shared, 0, 1)->articles[0].outcome, ARTICLE_DEAD);
    end();
}
END_TEST

/* ---- State that was saved ------------------------------------------------------------------ */

#define DAMAGED "the journal is damaged; start anew with --force"

/* Pieces as the processor writes them: the row, the length, what was saved; little-endian. */
#define PIECE(row, length, saved) row "\0\0\0" length "\0\0\0" saved

static const struct {
    const char *data;
    size_t length;
    int numbered;        /* pieces that were taken back */
    const char *message; /* NULL: all was */
} saved_states[] = {
    {"", 0, 0, NULL},
    {PIECE("\2", "\1", "n"), 9, 1, NULL},
    {PIECE("\2", "\1", "n") PIECE("\2", "\1", "n") PIECE("\2", "\1", "n"), 27, 3, NULL},
    {PIECE("\2", "\1", "n") PIECE("\2", "\1", "n"), 17, 1, DAMAGED},
    {PIECE("\2", "\1", "n") PIECE("\2", "\1", "n"), 16, 1, DAMAGED},
    {PIECE("\2", "\1", "n") PIECE("\2", "\1", "n"), 10, 1, DAMAGED},
    {PIECE("\2", "\1", "n"), 1, 0, DAMAGED},
    {PIECE("\0", "\1", "n"), 9, 0, DAMAGED}, /* the reader */
    {PIECE("\1", "\1", "n"), 9, 0, DAMAGED}, /* a stage that saves nothing */
    {PIECE("\3", "\1", "n"), 9, 0, DAMAGED}, /* the writer */
    {PIECE("\4", "\1", "n"), 9, 0, DAMAGED}, /* nobody */
    {"\2\0\0\0\xFF\xFF\xFF\xFFn", 9, 0, DAMAGED},
    {PIECE("\2", "\1", "x"), 9, 0,
     "[number] cannot take back the state that it saved; start anew with --force"},
    {PIECE("\2", "\1", "n") PIECE("\2", "\2", "nn"), 19, 1,
     "[number] cannot take back the state that it saved; start anew with --force"},
};

/* Returns a file in memory that holds some bytes. */
static int file_of(const char *data, size_t length)
{
    int file = memfd_create("journal", MFD_CLOEXEC);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, data, length), (ssize_t)length);
    return file;
}

START_TEST(takes_back_what_was_saved_or_says_why_not)
{
    int file = file_of(saved_states[_i].data, saved_states[_i].length);
    begin(true);
    bool fine = worker_restore(&hand, file, saved_states[_i].length, &error);
    ck_assert_int_eq(fine, saved_states[_i].message == NULL);
    if (!fine) ck_assert_str_eq(error.message, saved_states[_i].message);
    ck_assert_int_eq(numbered, saved_states[_i].numbered);
    close(file);
    end();
}
END_TEST

START_TEST(takes_back_no_more_than_the_checkpoint_knew)
{
    static const char data[] = PIECE("\2", "\1", "n") PIECE("\2", "\1", "n") "torn";
    int file = file_of(data, sizeof data - 1);
    begin(true);
    ck_assert(worker_restore(&hand, file, 9, &error));
    ck_assert_int_eq(numbered, 1);
    close(file);
    end();
}
END_TEST

START_TEST(refuses_a_piece_that_ends_behind_what_the_checkpoint_knew)
{
    static const char data[] = PIECE("\2", "\1", "n") PIECE("\2", "\1", "n");
    int file = file_of(data, sizeof data - 1);
    begin(true);
    for (uint64_t length = 10; length < 18; length++) {
        ck_assert(!worker_restore(&hand, file, length, &error));
        ck_assert_str_eq(error.message, DAMAGED);
    }
    close(file);
    end();
}
END_TEST

START_TEST(refuses_a_journal_that_is_shorter_than_the_checkpoint_says)
{
    int file = file_of(PIECE("\2", "\1", "n"), 9);
    begin(true);
    ck_assert(!worker_restore(&hand, file, 18, &error));
    ck_assert_str_eq(error.message, DAMAGED);
    close(file);
    end();
}
END_TEST

START_TEST(takes_back_what_it_has_saved)
{
    mill_text saved;
    begin(true);
    put_record(0, "one");
    put_record(0, "two");
    worker_answer(&hand, 0, 0);
    worker_answer(&hand, 0, 1);
    answer *from = exchange_answer(&shared, 0, 1);
    ck_assert(answer_range(&shared, from, 1, ANSWER_JOURNAL, &saved));
    const char *journal = answer_part(&shared, from, ANSWER_JOURNAL);
    size_t length = (size_t)(saved.data + saved.length - journal);
    int file = file_of(journal, length);
    numbered = 0;
    ck_assert(worker_restore(&hand, file, length, &error));
    ck_assert_int_eq(numbered, 2);
    close(file);
    end();
}
END_TEST

/* ---- The life of a process ----------------------------------------------------------------- */

START_TEST(serves_what_is_in_its_queue_until_it_is_told_to_quit)
{
    uint64_t woken;
    int ends[2];
    begin(false);
    ck_assert_int_eq(pipe(ends), 0);
    put_record(0, "one");
    put_record(1, "two");
    work_queue *queue = exchange_queue(&shared, 0);
    queue->items[0] = 1;
    queue->items[1] = 0;
    queue->items[2] = WORK_QUIT;
    atomic_store(&queue->dealt, 3);
    worker_serve(&hand, 0, 0, ends[1]);
    expect_output(0, 0, "one\n");
    expect_output(1, 0, "two\n");
    ck_assert_uint_eq(atomic_load(&exchange_note(&shared, 0)->answered), 2);
    for (int i = 0; i < 2; i++) ck_assert_int_eq(read(ends[0], &woken, sizeof woken), sizeof woken);
    close(ends[0]);
    close(ends[1]);
    end();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {answers_each_article_of_a_batch,
                                  notes_the_id_behind_the_reason,
                                  answers_nothing_of_an_empty_batch,
                                  goes_on_behind_what_is_done,
                                  lets_no_part_end_before_it_ended_for_the_article_before,
                                  takes_no_article_once_it_is_stopped,
                                  finishes_the_article_at_hand_when_it_is_stopped,
                                  passes_on_from_segment_to_segment_what_goes_on,
                                  passes_by_what_a_segment_before_has_left_in_no_range,
                                  sets_aside_what_a_segment_before_has_packed_wrongly,
                                  takes_back_no_more_than_the_checkpoint_knew,
                                  refuses_a_piece_that_ends_behind_what_the_checkpoint_knew,
                                  refuses_a_journal_that_is_shorter_than_the_checkpoint_says,
                                  takes_back_what_it_has_saved,
                                  serves_what_is_in_its_queue_until_it_is_told_to_quit,
                                  NULL};
    Suite *suite = test_suite("worker", tests);
    test_add_loop(suite, "saved states", takes_back_what_was_saved_or_says_why_not,
                  (int)MILL_COUNT(saved_states));
    return test_run(suite);
}
