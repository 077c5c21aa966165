/* Processes that answer, die, hang and run wild, and what their batches become. */
#include "chain_fixture.h"
#include "worker_pool.h"

#include <errno.h>
#include <sys/wait.h>

static worker_pool pool;
static journal journals[3];
static mill_error error;

static void begin(bool ordered, size_t workers)
{
    make_exchange(ordered, workers);
    chain.settings.workers = workers;
    for (size_t i = 0; i < 3; i++) ck_assert(journal_open(&journals[i], NULL, 0, &error));
    ck_assert(worker_pool_prepare(&pool, &chain, &error));
    ck_assert(worker_pool_open(&pool, &shared, journals, &stop, &error));
}

static void end(void)
{
    worker_pool_close(&pool);
    for (size_t i = 0; i < 3; i++) journal_close(&journals[i], false);
    clear_exchange();
}

static void deal(size_t slot, size_t segment)
{
    ck_assert_msg(worker_pool_deal(&pool, (pool_item){slot, segment}, &error), "%s", error.message);
}

/* Waits for an answer. Fails: false, if the pool gives up. */
static bool await(pool_item *item)
{
    for (;;) {
        if (!worker_pool_tend(&pool, &error)) return false;
        int taken = worker_pool_take(&pool, item, &error);
        if (taken != 0) return taken > 0;
        worker_pool_wait(&pool, -1, &stop, NULL);
    }
}

static void expect_answer(size_t slot, size_t segment)
{
    pool_item item;
    ck_assert_msg(await(&item), "%s", error.message);
    ck_assert_uint_eq(item.slot, slot);
    ck_assert_uint_eq(item.segment, segment);
    ck_assert_int_eq(worker_pool_take(&pool, &item, &error), 0);
}

/* Takes a batch through all segments. */
static void send(size_t slot)
{
    for (size_t segment = 0; segment < chain.segment_count; segment++) {
        deal(slot, segment);
        expect_answer(slot, segment);
    }
}

/* ---- Answers ------------------------------------------------------------------------------- */

START_TEST(answers_in_this_process_or_in_others)
{
    begin(false, (size_t)_i);
    for (int turn = 0; turn < 3; turn++) {
        put_record(0, "one");
        put_record(0, "drops");
        put_record(0, "fails");
        put_record(0, "four");
        send(0);
        expect_output(0, 0, "one\n");
        ck_assert_uint_eq(exchange_answer(&shared, 0, 0)->articles[1].outcome, ARTICLE_DROPPED);
        expect_dead(0, 0, 2, ROW_ACT, "it says so");
        expect_output(0, 3, "four\n");
        ck_assert_uint_eq(worker_pool_load(&pool, 0), 0);
        exchange_clear_slot(&shared, 0);
    }
    ck_assert_int_eq(remembered->last == getpid(), _i == 0);
    ck_assert_uint_eq(pool.restarts, 0);
    end();
}
END_TEST

START_TEST(takes_the_batches_of_one_process_in_the_order_in_which_they_were_dealt)
{
    pool_item item;
    begin(false, 1);
    for (size_t slot = 0; slot < 4; slot++) put_record(slot, "one");
    for (size_t slot = 4; slot-- > 0;) deal(slot, 0);
    ck_assert_uint_eq(worker_pool_load(&pool, 0), 4);
    for (size_t slot = 4; slot-- > 0;) {
        ck_assert(await(&item));
        ck_assert_uint_eq(item.slot, slot);
        expect_output(slot, 0, "one\n");
    }
    end();
}
END_TEST

START_TEST(numbers_in_stream_order_and_keeps_what_was_saved)
{
    begin(true, (size_t)_i);
    for (int turn = 0; turn < 2; turn++) {
        put_record(0, "one");
        put_record(0, "two");
        send(0);
        expect_output(0, 0, turn == 0 ? "1 one\n" : "3 one\n");
        expect_output(0, 1, turn == 0 ? "2 two\n" : "4 two\n");
        /* A saved piece is two numbers of 4 bytes and the letter. */
        ck_assert_uint_eq(journals[1].length, turn == 0 ? 18 : 36);
        ck_assert_uint_eq(worker_pool_journal_end(&pool, (pool_item){0, 1}, 0), turn == 0 ? 9 : 27);
        ck_assert_uint_eq(worker_pool_journal_end(&pool, (pool_item){0, 1}, 1),
                          turn == 0 ? 18 : 36);
        exchange_clear_slot(&shared, 0);
    }
    end();
}
END_TEST

/* ---- Deaths -------------------------------------------------------------------------------- */

static void be_killed(void)
{
    kill(getpid(), SIGKILL);
}

static void be_killed_once(void)
{
    if (remembered->kills++ == 0) kill(getpid(), SIGKILL);
}

static void leave(void)
{
    _exit(0);
}

static void hang(void)
{
    for (;;) pause();
}

static const struct {
    void (*deed)(void);
    const char *reason;
    double timeout;
    uint64_t restarts;
} deaths[] = {
    {abort, "killed by SIGABRT", 30, 1},
    {leave, "exited with code 0", 30, 1},
    {be_killed, "killed by SIGKILL", 30, 2},
    {hang, "took longer than timeout = 0.1 s; raise timeout in [pipeline]", 0.1, 1},
};

START_TEST(sets_aside_the_one_article_at_which_a_process_dies)
{
    begin(false, 1);
    deed = deaths[_i].deed;
    chain.settings.timeout = deaths[_i].timeout;
    put_record(0, "one");
    put_record(0, "deed");
    put_record(0, "three");
    send(0);
    expect_output(0, 0, "one\n");
    expect_dead(0, 0, 1, ROW_ACT, deaths[_i].reason);
    expect_output(0, 2, "three\n");
    ck_assert_uint_eq(pool.restarts, deaths[_i].restarts);
    end();
}
END_TEST

START_TEST(sets_aside_the_first_and_the_last_of_a_batch)
{
    begin(false, 1);
    deed = leave;
    put_record(0, "deed");
    put_record(0, "two");
    put_record(1, "one");
    put_record(1, "deed");
    put_record(2, "one");
    for (size_t slot = 0; slot < 3; slot++) send(slot);
    expect_dead(0, 0, 0, ROW_ACT, "exited with code 0");
    expect_output(0, 1, "two\n");
    expect_output(1, 0, "one\n");
    expect_dead(1, 0, 1, ROW_ACT, "exited with code 0");
    expect_output(2, 0, "one\n");
    ck_assert_uint_eq(pool.restarts, 2);
    end();
}
END_TEST

START_TEST(tries_once_more_after_a_kill_that_may_have_come_from_outside)
{
    begin(false, 1);
    deed = be_killed_once;
    put_record(0, "one");
    put_record(0, "deed");
    send(0);
    expect_output(0, 0, "one\n");
    expect_output(0, 1, "deed\n");
    ck_assert_uint_eq(remembered->kills, 2);
    ck_assert_uint_eq(pool.restarts, 1);
    end();
}
END_TEST

START_TEST(sets_aside_each_of_many_that_kill)
{
    enum { COUNT = 12 };
    begin(false, 1);
    deed = leave;
    for (int i = 0; i < COUNT; i++) put_record(0, i % 2 == 0 ? "deed" : "fine");
    send(0);
    for (uint32_t i = 0; i < COUNT; i++)
        ck_assert_uint_eq(exchange_answer(&shared, 0, 0)->articles[i].outcome,
                          i % 2 == 0 ? ARTICLE_DEAD : ARTICLE_OUT);
    ck_assert_uint_eq(pool.restarts, COUNT / 2);
    end();
}
END_TEST

START_TEST(gives_a_stage_in_stream_order_its_state_back)
{
    begin(true, 1);
    put_record(0, "one");
    put_record(0, "two");
    put_record(0, "ordered death");
    put_record(0, "four");
    send(0);
    expect_output(0, 0, "1 one\n");
    expect_output(0, 1, "2 two\n");
    expect_dead(0, 1, 2, ROW_NUMBER, "killed by SIGABRT");
    expect_output(0, 3, "3 four\n");
    ck_assert_uint_eq(remembered->restores, 2);
    ck_assert_uint_eq(journals[1].length, 27);
    end();
}
END_TEST

START_TEST(lets_another_process_begin_where_an_idle_one_has_died)
{
    begin(false, 1);
    put_record(0, "one");
    send(0);
    exchange_clear_slot(&shared, 0);
    kill(pool.processes[0].pid, SIGKILL);
    while (pool.processes[0].pid != 0) ck_assert(worker_pool_tend(&pool, &error));
    put_record(0, "two");
    send(0);
    expect_output(0, 0, "two\n");
    ck_assert_uint_eq(pool.restarts, 0);
    end();
}
END_TEST

/* ---- Plug-ins that run wild ---------------------------------------------------------------- */

static answer *own_answer(void)
{
    return exchange_answer(&shared, 0, 0);
}

static void spoil_done(void)
{
    atomic_store(&own_answer()->done, UINT32_MAX);
    abort();
}

static void spoil_done_a_little(void)
{
    atomic_store(&own_answer()->done, 77);
    abort();
}

static void spoil_begun(void)
{
    atomic_store(&own_answer()->begun, UINT32_MAX);
    abort();
}

static void take_back_done(void)
{
    atomic_store(&own_answer()->done, 0);
    abort();
}

static void spoil_row(void)
{
    own_answer()->row = 12345;
    abort();
}

static void spoil_ends(void)
{
    memset(answer_ends(&shared, own_answer(), 0), 0xFF, shared.part_count * sizeof(uint64_t));
    abort();
}

static void spoil_answered(void)
{
    atomic_store(&exchange_note(&shared, 0)->answered, 12345);
    abort();
}

static void spoil_failure(void)
{
    process_note *note = exchange_note(&shared, 0);
    memset(note->failure, 'x', sizeof note->failure);
    abort();
}

/* What becomes of three articles, of which the second one spoils: out, dead. Where its counters say
 * nothing, the first is blamed before it. */
static const struct {
    void (*deed)(void);
    const char *outcomes;
} spoilers[] = {{spoil_done, "DDO"},     {spoil_done_a_little, "DDO"}, {spoil_begun, "ODO"},
                {take_back_done, "DDO"}, {spoil_row, "ODO"},           {spoil_ends, "ODD"},
                {spoil_answered, "ODO"}, {spoil_failure, "ODO"}};

START_TEST(outlives_a_process_that_spoils_its_answers_and_dies)
{
    pool_item item;
    uint64_t restarts = 0;
    begin(false, 1);
    deed = spoilers[_i].deed;
    put_record(0, "one");
    put_record(0, "deed");
    put_record(0, "three");
    put_record(1, "next");
    deal(0, 0);
    deal(1, 0);
    ck_assert_msg(await(&item), "%s", error.message);
    ck_assert_uint_eq(item.slot, 0);
    ck_assert_uint_eq(atomic_load(&own_answer()->done), 3);
    for (size_t i = 0; i < 3; i++) {
        bool dead = spoilers[_i].outcomes[i] == 'D';
        restarts += dead && i < 2;
        ck_assert_uint_eq(own_answer()->articles[i].outcome, dead ? ARTICLE_DEAD : ARTICLE_OUT);
        ck_assert(!dead || own_answer()->articles[i].row < shared.row_count);
    }
    ck_assert_msg(await(&item), "%s", error.message);
    ck_assert_uint_eq(item.slot, 1);
    expect_output(1, 0, "next\n");
    ck_assert_uint_eq(pool.restarts, restarts);
    end();
}
END_TEST

/* ---- Processes that cannot begin ----------------------------------------------------------- */

static mill_status die_early(mill_text saved)
{
    (void)saved;
    _exit(7);
}

static mill_status refuse(mill_text saved)
{
    (void)saved;
    return MILL_FAILED;
}

static const struct {
    mill_status (*restoring)(mill_text saved);
    const char *message;
    unsigned restores;
} stillborn[] = {
    {die_early,
     "a worker process died 3 times before it took up an article, the last time exited with code "
     "7; look at what the plug-ins start, or try --workers 0",
     3},
    {refuse,
     "a worker process cannot begin: [number] cannot take back the state that it saved; start "
     "anew with --force",
     1},
};

START_TEST(gives_up_where_processes_die_before_they_take_up_an_article)
{
    static const char piece[] = {ROW_NUMBER, 0, 0, 0, 1, 0, 0, 0, 'n'};
    pool_item item;
    begin(true, 1);
    ck_assert(journal_append(&journals[1], (mill_text){piece, sizeof piece}, &error));
    restoring = stillborn[_i].restoring;
    put_record(0, "one");
    deal(0, 0);
    expect_answer(0, 0);
    deal(0, 1);
    ck_assert(!await(&item));
    ck_assert_str_eq(error.message, stillborn[_i].message);
    ck_assert_int_eq(error.code, ERROR_PLUGIN);
    ck_assert_uint_eq(remembered->restores, stillborn[_i].restores);
    end();
}
END_TEST

/* ---- Ending -------------------------------------------------------------------------------- */

START_TEST(dismisses_its_processes_and_starts_others)
{
    begin(true, 2);
    put_record(0, "one");
    send(0);
    exchange_clear_slot(&shared, 0);
    pid_t first = pool.processes[0].pid, ordered = pool.processes[2].pid;
    ck_assert(first != 0 && ordered != 0);
    ck_assert(worker_pool_dismiss(&pool, &error));
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    ck_assert_int_eq(errno, ECHILD);
    put_record(0, "two");
    send(0);
    expect_output(0, 0, "2 two\n");
    ck_assert_int_ne(pool.processes[0].pid, first);
    ck_assert_int_ne(pool.processes[2].pid, ordered);
    ck_assert_uint_eq(pool.restarts, 0);
    end();
}
END_TEST

START_TEST(finishes_the_article_at_hand_when_it_is_stopped)
{
    begin(false, 1);
    put_record(0, "one");
    put_record(0, "two");
    worker_pool_stop(&pool);
    send(0);
    ck_assert_uint_eq(atomic_load(&exchange_answer(&shared, 0, 0)->done), 0);
    end();
}
END_TEST

START_TEST(tells_what_a_process_is_at_and_ends_one_that_hangs)
{
    pool_position at;
    begin(false, 1);
    deed = hang;
    put_record(1, "one");
    put_record(1, "deed");
    ck_assert(!worker_pool_position(&pool, 0, &at));
    uint64_t before = statistics_now();
    deal(1, 0);
    while (!worker_pool_position(&pool, 0, &at) || at.article == 0 || at.row != ROW_ACT)
        ck_assert(worker_pool_tend(&pool, &error));
    ck_assert_uint_eq(at.slot, 1);
    ck_assert_uint_eq(at.article, 1);
    ck_assert_uint_ge(at.since, before);
    ck_assert_uint_le(at.since, statistics_now());
    end();
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        takes_the_batches_of_one_process_in_the_order_in_which_they_were_dealt,
        sets_aside_the_first_and_the_last_of_a_batch,
        tries_once_more_after_a_kill_that_may_have_come_from_outside,
        sets_aside_each_of_many_that_kill,
        gives_a_stage_in_stream_order_its_state_back,
        lets_another_process_begin_where_an_idle_one_has_died,
        dismisses_its_processes_and_starts_others,
        finishes_the_article_at_hand_when_it_is_stopped,
        tells_what_a_process_is_at_and_ends_one_that_hangs,
        NULL};
    Suite *suite = test_suite("worker_pool", tests);
    test_add_loop(suite, "0 to 2 workers", answers_in_this_process_or_in_others, 3);
    test_add_loop(suite, "0 to 2 workers, in order",
                  numbers_in_stream_order_and_keeps_what_was_saved, 3);
    test_add_loop(suite, "deaths", sets_aside_the_one_article_at_which_a_process_dies,
                  (int)MILL_COUNT(deaths));
    test_add_loop(suite, "running wild", outlives_a_process_that_spoils_its_answers_and_dies,
                  (int)MILL_COUNT(spoilers));
    test_add_loop(suite, "stillborn", gives_up_where_processes_die_before_they_take_up_an_article,
                  (int)MILL_COUNT(stillborn));
    return test_run(suite);
}
