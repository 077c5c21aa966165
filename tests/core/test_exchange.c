/* The memory between the processes: where things lie, who may write where, and what is believed. */
#include "chain_fixture.h"

#include <sys/wait.h>

/* ---- Layout -------------------------------------------------------------------------------- */

/* A piece of the exchange. */
typedef struct piece {
    const char *begin;
    size_t length;
} piece;

static piece pieces[512];
static size_t piece_count;

static void add_piece(const void *begin, size_t length)
{
    ck_assert_uint_lt(piece_count, MILL_COUNT(pieces));
    pieces[piece_count++] = (piece){begin, length};
}

static void add_answer(answer *from)
{
    add_piece(from, sizeof *from);
    add_piece(answer_rows(&shared, from), shared.row_count * sizeof(stage_statistics));
    add_piece(answer_ends(&shared, from, 0), BATCH_ARTICLES * shared.part_count * sizeof(uint64_t));
    for (size_t part = 0; part < shared.part_count; part++)
        add_piece(answer_part(&shared, from, part), shared.part_room);
}

static void list_pieces(void)
{
    piece_count = 0;
    add_piece((const void *)(uintptr_t)exchange_stop(&shared), sizeof(sig_atomic_t));
    for (size_t i = 0; i < shared.process_count; i++) {
        add_piece(exchange_queue(&shared, i),
                  sizeof(work_queue) + shared.queue_room * sizeof(uint32_t));
        add_piece(exchange_note(&shared, i), sizeof(process_note));
    }
    for (size_t slot = 0; slot < shared.slot_count; slot++) {
        add_piece(exchange_batch(&shared, slot), sizeof(record_batch));
        add_piece(exchange_bytes(&shared, slot), shared.batch_room);
        for (size_t segment = 0; segment < shared.segment_count; segment++)
            add_answer(exchange_answer(&shared, slot, segment));
    }
}

static int by_begin(const void *a, const void *b)
{
    const piece *first = a, *second = b;
    return first->begin < second->begin ? -1 : first->begin > second->begin;
}

START_TEST(lays_everything_out_without_overlaps)
{
    make_exchange(_i / 4 != 0, (size_t)_i % 4);
    list_pieces();
    qsort(pieces, piece_count, sizeof *pieces, by_begin);
    ck_assert(pieces[0].begin >= shared.memory);
    for (size_t i = 1; i < piece_count; i++)
        ck_assert(pieces[i - 1].begin + pieces[i - 1].length <= pieces[i].begin);
    const piece *last = &pieces[piece_count - 1];
    ck_assert(last->begin + last->length <= shared.memory + shared.size);
    clear_exchange();
}
END_TEST

static void expect_page(const void *begin)
{
    ck_assert_uint_eq((uintptr_t)begin % (uintptr_t)sysconf(_SC_PAGESIZE), 0);
}

START_TEST(begins_a_page_wherever_the_writer_changes)
{
    make_exchange(_i / 4 != 0, (size_t)_i % 4);
    for (size_t i = 0; i < shared.process_count; i++) {
        expect_page(exchange_queue(&shared, i));
        expect_page(exchange_note(&shared, i));
    }
    for (size_t slot = 0; slot < shared.slot_count; slot++) {
        expect_page(exchange_batch(&shared, slot));
        for (size_t segment = 0; segment < shared.segment_count; segment++) {
            expect_page(exchange_answer(&shared, slot, segment));
            expect_page(answer_part(&shared, exchange_answer(&shared, slot, segment), 0));
        }
    }
    clear_exchange();
}
END_TEST

START_TEST(lays_numbers_of_64_bits_where_they_may_lie)
{
    make_exchange(_i / 4 != 0, (size_t)_i % 4);
    for (size_t slot = 0; slot < shared.slot_count; slot++)
        for (size_t segment = 0; segment < shared.segment_count; segment++) {
            answer *from = exchange_answer(&shared, slot, segment);
            const void *rows = answer_rows(&shared, from), *ends = answer_ends(&shared, from, 0);
            ck_assert_uint_eq((uintptr_t)rows % _Alignof(stage_statistics), 0);
            ck_assert_uint_eq((uintptr_t)ends % _Alignof(uint64_t), 0);
        }
    clear_exchange();
}
END_TEST

START_TEST(has_room_for_all_slots_in_one_queue_and_for_the_word_to_quit)
{
    for (size_t workers = 0; workers < 40; workers++) {
        make_exchange(true, workers);
        ck_assert_uint_gt(shared.queue_room, shared.slot_count);
        ck_assert_uint_eq(shared.queue_room & (shared.queue_room - 1), 0);
        clear_exchange();
    }
}
END_TEST

START_TEST(gives_each_slot_to_one_process_and_ordered_segments_to_their_own)
{
    make_exchange(true, 2);
    ck_assert_uint_eq(shared.process_count, 3);
    ck_assert_uint_eq(shared.slot_count, 8);
    for (size_t slot = 0; slot < 8; slot++) {
        ck_assert_uint_eq(exchange_process_of(&shared, &chain, slot, 0), slot / 4);
        ck_assert_uint_eq(exchange_process_of(&shared, &chain, slot, 1), 2);
        ck_assert_uint_eq(exchange_process_of(&shared, &chain, slot, 2), slot / 4);
    }
    clear_exchange();
}
END_TEST

START_TEST(tells_that_there_is_no_address_space)
{
    mill_error error;
    char expected[512];
    make_chain(false);
    chain.settings.max_article = (size_t)1 << 48;
    ck_assert(!exchange_open(&shared, &chain, 7, &error));
    snprintf(expected, sizeof expected,
             "cannot map %zu bytes for 7 workers: Cannot allocate memory; lower max_article or "
             "workers in [pipeline]",
             shared.size);
    ck_assert_str_eq(error.message, expected);
    ck_assert_int_eq(error.code, ERROR_MEMORY);
    clear_exchange();
}
END_TEST

/* ---- Who may write where -------------------------------------------------------------------- */

/* Returns the signal that a write ends with in a process that has confined itself; 0: none. */
static int write_as(size_t process, void *where)
{
    mill_error error;
    int status;
    pid_t child = fork();
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL);
        signal(SIGBUS, SIG_DFL);
        if (!exchange_confine(&shared, &chain, process, &error)) _exit(1);
        *(volatile char *)where = 1;
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) return WTERMSIG(status);
    ck_assert_int_eq(WEXITSTATUS(status), 0);
    return 0;
}

START_TEST(lets_a_process_write_to_its_note_and_to_no_other)
{
    make_exchange(true, 2);
    for (size_t writer = 0; writer < shared.process_count; writer++)
        for (size_t owner = 0; owner < shared.process_count; owner++) {
            char *note = (char *)exchange_note(&shared, owner);
            int expected = writer == owner ? 0 : SIGSEGV;
            ck_assert_int_eq(write_as(writer, note), expected);
            ck_assert_int_eq(write_as(writer, note + sizeof(process_note) - 1), expected);
        }
    clear_exchange();
}
END_TEST

START_TEST(lets_a_process_write_to_its_answers_and_to_no_other)
{
    static const size_t slots[] = {0, 3, 4, 7};
    make_exchange(true, 2);
    for (size_t writer = 0; writer < shared.process_count; writer++)
        for (size_t i = 0; i < MILL_COUNT(slots); i++)
            for (size_t segment = 0; segment < shared.segment_count; segment++) {
                answer *to = exchange_answer(&shared, slots[i], segment);
                size_t owner = exchange_process_of(&shared, &chain, slots[i], segment);
                int expected = writer == owner ? 0 : SIGSEGV;
                char *last = answer_part(&shared, to, shared.part_count - 1);
                ck_assert_int_eq(write_as(writer, to), expected);
                ck_assert_int_eq(write_as(writer, last + shared.part_room - 1), expected);
            }
    clear_exchange();
}
END_TEST

START_TEST(lets_no_process_write_to_what_the_coordinator_writes)
{
    make_exchange(true, 1);
    for (size_t process = 0; process < shared.process_count; process++) {
        void *const places[] = {(void *)(uintptr_t)exchange_stop(&shared),
                                exchange_queue(&shared, process), exchange_batch(&shared, 0),
                                exchange_bytes(&shared, 0),
                                exchange_bytes(&shared, 0) + shared.batch_room - 1};
        for (size_t i = 0; i < MILL_COUNT(places); i++)
            ck_assert_int_eq(write_as(process, places[i]), SIGSEGV);
    }
    clear_exchange();
}
END_TEST

/* ---- What is believed ----------------------------------------------------------------------- */

static const struct {
    uint64_t begin, end; /* of the second article; in MAX: where the part ends */
    bool sane;
} ranges[] = {{0, 0, true},           {0, 7, true},
              {7, 7, true},           {8, 7, false},
              {UINT64_MAX, 7, false}, {UINT64_MAX, UINT64_MAX, false},
              {7, UINT64_MAX, false}, {UINT64_MAX - 7, 1, false}};

START_TEST(refuses_a_range_that_makes_no_sense)
{
    mill_text text;
    make_exchange(false, 1);
    answer *from = exchange_answer(&shared, 0, 0);
    for (size_t part = 0; part < shared.part_count; part++) {
        answer_ends(&shared, from, 0)[part] = ranges[_i].begin;
        answer_ends(&shared, from, 1)[part] = ranges[_i].end;
        ck_assert_int_eq(answer_range(&shared, from, 1, part, &text), ranges[_i].sane);
        ck_assert_uint_eq(text.length, ranges[_i].sane ? ranges[_i].end - ranges[_i].begin : 0);
        if (ranges[_i].sane)
            ck_assert_ptr_eq(text.data, answer_part(&shared, from, part) + ranges[_i].begin);
    }
    clear_exchange();
}
END_TEST

START_TEST(takes_a_range_up_to_the_end_of_its_part_and_no_further)
{
    mill_text text;
    make_exchange(false, 1);
    answer *from = exchange_answer(&shared, 0, 0);
    answer_ends(&shared, from, 0)[ANSWER_NOTES] = shared.part_room;
    ck_assert(answer_range(&shared, from, 0, ANSWER_NOTES, &text));
    ck_assert_uint_eq(text.length, shared.part_room);
    answer_ends(&shared, from, 0)[ANSWER_NOTES] = shared.part_room + 1;
    ck_assert(!answer_range(&shared, from, 0, ANSWER_NOTES, &text));
    ck_assert_uint_eq(text.length, 0);
    clear_exchange();
}
END_TEST

/* ---- Between two batches -------------------------------------------------------------------- */

START_TEST(empties_the_answers_of_one_slot)
{
    make_exchange(true, 1);
    for (size_t slot = 0; slot < 2; slot++) {
        put_record(slot, "one");
        for (size_t segment = 0; segment < shared.segment_count; segment++) {
            answer *to = exchange_answer(&shared, slot, segment);
            atomic_store(&to->begun, 1);
            atomic_store(&to->done, 1);
            to->row = 1;
            memset(answer_rows(&shared, to), 7, shared.row_count * sizeof(stage_statistics));
        }
    }
    exchange_clear_slot(&shared, 0);
    ck_assert_uint_eq(exchange_batch(&shared, 0)->count, 0);
    ck_assert_uint_eq(exchange_batch(&shared, 1)->count, 1);
    for (size_t segment = 0; segment < shared.segment_count; segment++) {
        answer *cleared = exchange_answer(&shared, 0, segment);
        answer *kept = exchange_answer(&shared, 1, segment);
        ck_assert_uint_eq(atomic_load(&cleared->begun) + atomic_load(&cleared->done), 0);
        ck_assert_uint_eq(cleared->row, 0);
        for (size_t row = 0; row < shared.row_count; row++) {
            ck_assert_uint_eq(answer_rows(&shared, cleared)[row].articles, 0);
            ck_assert_uint_eq(answer_rows(&shared, cleared)[row].longest, 0);
            ck_assert_uint_ne(answer_rows(&shared, kept)[row].articles, 0);
        }
        ck_assert_uint_eq(atomic_load(&kept->done), 1);
    }
    clear_exchange();
}
END_TEST

/* Counts the bytes of a range that take memory. */
static size_t resident(char *begin, size_t length)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), count = 0;
    static unsigned char pages[1 << 15];
    ck_assert_uint_le(length / page, sizeof pages);
    ck_assert_int_eq(mincore(begin, length, pages), 0);
    for (size_t i = 0; i < length / page; i++) count += pages[i] & 1;
    return count * page;
}

static const struct {
    size_t used;  /* bytes of a part */
    uint64_t end; /* that the answer says */
    size_t kept;
} memories[] = {
    {4 << 20, 4 << 20, 1 << 20}, {1 << 20, 1 << 20, 1 << 20}, {4 << 20, UINT64_MAX, 1 << 20}};

START_TEST(gives_back_what_a_huge_article_took_also_if_it_lies_about_it)
{
    make_exchange(false, 1);
    put_record(0, "one");
    answer *to = exchange_answer(&shared, 0, 0);
    char *part = answer_part(&shared, to, ANSWER_OUTPUTS);
    memset(part, 1, memories[_i].used);
    answer_ends(&shared, to, 0)[ANSWER_OUTPUTS] = memories[_i].end;
    atomic_store(&to->done, 1);
    ck_assert_uint_eq(resident(part, shared.part_room), memories[_i].used);
    exchange_clear_slot(&shared, 0);
    ck_assert_uint_eq(resident(part, shared.part_room), memories[_i].kept);
    clear_exchange();
}
END_TEST

START_TEST(gives_back_what_a_huge_record_took)
{
    enum { HUGE_RECORD = 8 << 20 };
    mill_error error;
    make_chain(false);
    chain.settings.max_article = HUGE_RECORD;
    ck_assert(exchange_open(&shared, &chain, 1, &error));
    char *bytes = exchange_bytes(&shared, 0);
    put_record(0, "");
    memset(bytes + 5, 'x', HUGE_RECORD);
    exchange_batch(&shared, 0)->articles[0].record_length = HUGE_RECORD;
    ck_assert_uint_ge(resident(bytes, shared.batch_room), HUGE_RECORD);
    exchange_clear_slot(&shared, 0);
    ck_assert_uint_eq(resident(bytes, shared.batch_room), 0);
    clear_exchange();
}
END_TEST

START_TEST(clears_a_slot_whose_counters_make_no_sense)
{
    make_exchange(false, 1);
    put_record(0, "one");
    answer *to = exchange_answer(&shared, 0, 0);
    atomic_store(&to->done, UINT32_MAX);
    exchange_clear_slot(&shared, 0);
    ck_assert_uint_eq(atomic_load(&to->done), 0);
    clear_exchange();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {has_room_for_all_slots_in_one_queue_and_for_the_word_to_quit,
                                  gives_each_slot_to_one_process_and_ordered_segments_to_their_own,
                                  tells_that_there_is_no_address_space,
                                  lets_a_process_write_to_its_note_and_to_no_other,
                                  lets_a_process_write_to_its_answers_and_to_no_other,
                                  lets_no_process_write_to_what_the_coordinator_writes,
                                  takes_a_range_up_to_the_end_of_its_part_and_no_further,
                                  empties_the_answers_of_one_slot,
                                  gives_back_what_a_huge_record_took,
                                  clears_a_slot_whose_counters_make_no_sense,
                                  NULL};
    Suite *suite = test_suite("exchange", tests);
    test_add_loop(suite, "layout", lays_everything_out_without_overlaps, 8);
    test_add_loop(suite, "pages", begins_a_page_wherever_the_writer_changes, 8);
    test_add_loop(suite, "alignment", lays_numbers_of_64_bits_where_they_may_lie, 8);
    test_add_loop(suite, "ranges", refuses_a_range_that_makes_no_sense, (int)MILL_COUNT(ranges));
    test_add_loop(suite, "memory", gives_back_what_a_huge_article_took_also_if_it_lies_about_it,
                  (int)MILL_COUNT(memories));
    return test_run(suite);
}
