/* How deaths are explained: each way to die as a process, and notes that cannot be believed. */
#include "forked.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#ifdef __SANITIZE_ADDRESS__
#define IS_SANITIZED 1 /* its allocator answers for memory, and its frames are larger */
#else
#define IS_SANITIZED 0
#endif

/* Valgrind manages the stack and the memory itself, and does not know the limits. */
static bool is_plain(void)
{
    return !IS_SANITIZED && getenv("RUN_WITH") == NULL;
}

/* ---- Deeds --------------------------------------------------------------------------------- */

#define NOT_CHECKED __attribute__((no_sanitize("undefined")))

NOT_CHECKED static void write_to_null(void)
{
    volatile int *volatile nowhere = NULL;
    *nowhere = 1;
}

NOT_CHECKED static void write_wildly(void)
{
    volatile char *volatile somewhere = (char *)0x7000000;
    *somewhere = 1;
}

static void divide_by_zero(void)
{
    raise(SIGFPE);
}

static void raise_segv(void)
{
    raise(SIGSEGV);
}

static void raise_kill(void)
{
    raise(SIGKILL);
}

static void raise_unnamed(void)
{
    raise(SIGRTMIN + 3);
}

static void send_sys(void)
{
    raise(SIGSYS);
}

static void end_well(void)
{
    _exit(0);
}

static void end_badly(void)
{
    _exit(3);
}

/* `depth` keeps the compiler from making a loop of it, and never is -1. */
static int recurse(volatile int depth)
{
    volatile char frame[200];
    frame[0] = (char)depth;
    if (depth == -1) return 0;
    return recurse(depth + 1) + frame[0];
}

static void exhaust_stack(void)
{
    say("%d", recurse(0));
}

static int recurse_widely(volatile int depth)
{
    volatile char frame[300000];
    frame[sizeof frame / 2] = (char)depth;
    if (depth == -1) return 0;
    return recurse_widely(depth + 1) + frame[sizeof frame / 2];
}

static void exhaust_stack_in_strides(void)
{
    say("%d", recurse_widely(0));
}

static void take_one_frame_too_large(void)
{
    struct rlimit stack;
    getrlimit(RLIMIT_STACK, &stack);
    volatile char *frame = __builtin_alloca(stack.rlim_cur + 1000000);
    frame[1000] = 1;
}

static void allocate_without_looking(void)
{
    for (;;) memset(malloc(100000), 1, 100000);
}

static void allocate_in_large_pieces(void)
{
    for (;;) memset(malloc(7 * MIBIBYTE), 1, 7 * MIBIBYTE);
}

static void allocate_until_refused(void)
{
    while (malloc(1000) != NULL) {
    }
    abort();
}

/* As std::vector grows: into new memory twice as large. Then as a loop over realloc. */
static void double_a_copy(void)
{
    size_t size = 1000;
    char *memory = malloc(size);
    for (;;) {
        char *larger = malloc(2 * size);
        if (larger == NULL) abort();
        memcpy(larger, memory, size);
        free(memory);
        memory = larger;
        size *= 2;
        memset(memory, 1, size);
    }
}

static void double_in_place(void)
{
    char *memory = NULL;
    for (size_t size = 1000;; size *= 2) {
        memory = realloc(memory, size);
        memory[size - 1] = 1;
    }
}

static void abort_at_leisure(void)
{
    memset(malloc(3 * MIBIBYTE), 1, 3 * MIBIBYTE);
    abort();
}

static void let_a_child_crash(void)
{
    int status;
    pid_t child = fork();
    if (child == 0) recurse(0);
    waitpid(child, &status, 0);
    say("%s", sigabbrev_np(WTERMSIG(status)));
    raise(SIGSEGV);
}

/* ---- Ways to die --------------------------------------------------------------------------- */

typedef struct way_to_die {
    void (*deed)(void);
    const char *death;
} way_to_die;

static const way_to_die ways[] = {
    {write_to_null, "killed by SIGSEGV"},    {write_wildly, "killed by SIGSEGV"},
    {divide_by_zero, "killed by SIGFPE"},    {raise_segv, "killed by SIGSEGV"},
    {raise_kill, "killed by SIGKILL"},       {raise_unnamed, "killed by signal 37"},
    {send_sys, "killed by SIGSYS"},          {abort, "killed by SIGABRT"},
    {end_well, "exited with code 0"},        {end_badly, "exited with code 3"},
    {abort_at_leisure, "killed by SIGABRT"},
};

START_TEST(names_the_signal_or_the_exit_code)
{
    forked child = {.deed = ways[_i].deed, .memory = IS_SANITIZED ? 0 : 48 * MIBIBYTE};
    run_forked(&child);
    ck_assert_str_eq(child.death, ways[_i].death);
}
END_TEST

#define OUT_OF_MEMORY "out of memory: more than memory = 50331648 bytes; raise memory in [pipeline]"

static const way_to_die exhaustions[] = {
    {exhaust_stack, "stack overflow (SIGSEGV)"},
    {exhaust_stack_in_strides, "stack overflow (SIGSEGV)"},
    {take_one_frame_too_large, "stack overflow (SIGSEGV)"},
    {allocate_without_looking, OUT_OF_MEMORY},
    {allocate_in_large_pieces, OUT_OF_MEMORY},
    {allocate_until_refused, OUT_OF_MEMORY},
    {double_a_copy, OUT_OF_MEMORY},
    {double_in_place, OUT_OF_MEMORY},
};

START_TEST(tells_exhausted_stack_and_memory_from_a_crash)
{
    forked child = {.deed = exhaustions[_i].deed, .memory = 48 * MIBIBYTE};
    if (!is_plain()) return;
    run_forked(&child);
    ck_assert_str_eq(child.death, exhaustions[_i].death);
}
END_TEST

START_TEST(tells_a_stack_overflow_under_address_sanitizer)
{
    forked child = {.deed = exhaust_stack};
    if (!IS_SANITIZED) return;
    run_forked(&child);
    ck_assert_str_eq(child.death, "stack overflow (SIGSEGV)");
}
END_TEST

START_TEST(takes_no_note_of_a_plug_ins_own_child)
{
    forked child = {.deed = let_a_child_crash};
    if (!is_plain()) return;
    run_forked(&child);
    ck_assert_str_eq(child.said, "SEGV");
    ck_assert_str_eq(child.death, "killed by SIGSEGV");
}
END_TEST

/* ---- Wording ------------------------------------------------------------------------------- */

typedef struct wording {
    int wait_status; /* a signal's number, or an exit code * 256 */
    death_note note;
    death_limits limits;
    const char *text;
} wording;

#define NO_LIMITS                                                                                  \
    {                                                                                              \
        .memory = 0                                                                                \
    }

static const wording wordings[] = {
    {SIGKILL,
     {0},
     {.timeout = 30, .timed_out = true},
     "took longer than timeout = 30 s; raise timeout in [pipeline]"},
    {SIGKILL,
     {0},
     {.timeout = 0.25, .timed_out = true},
     "took longer than timeout = 0.25 s; raise timeout in [pipeline]"},
    {SIGKILL,
     {0},
     {.timeout = 86399.75, .timed_out = true},
     "took longer than timeout = 86399.75 s; raise timeout in [pipeline]"},
    {SIGABRT,
     {DEATH_MEMORY, 0},
     {.memory = 1073741824},
     "out of memory: more than memory = 1073741824 bytes; raise memory in [pipeline]"},
    {SIGBUS, {DEATH_STACK, 0}, NO_LIMITS, "stack overflow (SIGBUS)"},
    /* What a plug-in may have scribbled. */
    {SIGKILL, {DEATH_MEMORY, 0}, {.memory = 1}, "killed by SIGKILL"},
    {SIGABRT, {DEATH_MEMORY, 0}, NO_LIMITS, "killed by SIGABRT"},
    {SIGABRT, {DEATH_STACK, 0}, NO_LIMITS, "killed by SIGABRT"},
    {SIGSEGV, {DEATH_CALL, 1}, NO_LIMITS, "killed by SIGSEGV"},
    {SIGSEGV, {0xFFFFFFFF, -1}, NO_LIMITS, "killed by SIGSEGV"},
    {256 * 7, {DEATH_CALL, 1}, NO_LIMITS, "exited with code 7"},
    {SIGSYS,
     {DEATH_CALL, 0x7FFFFFFF},
     NO_LIMITS,
     "called system call 2147483647, which the sandbox does not allow; no plug-in may do this"},
    {SIGSYS,
     {DEATH_CALL, INT32_MIN},
     NO_LIMITS,
     "called a foreign system call, which the sandbox does not allow; no plug-in may do this"},
};

START_TEST(words_a_death_and_believes_only_what_can_be)
{
    char text[DEATH_TEXT_MAX];
    death_describe(wordings[_i].wait_status, &wordings[_i].note, &wordings[_i].limits, text,
                   sizeof text);
    ck_assert_str_eq(text, wordings[_i].text);
}
END_TEST

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof *(array)))

int main(void)
{
    const TTest *const tests[] = {
        tells_a_stack_overflow_under_address_sanitizer,
        takes_no_note_of_a_plug_ins_own_child,
        NULL,
    };
    Suite *suite = test_suite("death", tests);
    TCase *tables = tcase_create("tables");
    tcase_set_timeout(tables, 60);
    tcase_add_loop_test(tables, names_the_signal_or_the_exit_code, 0, COUNT_OF(ways));
    tcase_add_loop_test(tables, tells_exhausted_stack_and_memory_from_a_crash, 0,
                        COUNT_OF(exhaustions));
    tcase_add_loop_test(tables, words_a_death_and_believes_only_what_can_be, 0, COUNT_OF(wordings));
    suite_add_tcase(suite, tables);
    return test_run(suite);
}
