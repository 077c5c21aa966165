/* What a worker gives up: descriptors, signals, limits; and that it ends with the coordinator. */
#include "confine.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MIBIBYTE = 1 << 20 };

/* The sanitizers and valgrind hold memory and descriptors of their own. */
static bool is_plain(void)
{
#ifdef __SANITIZE_ADDRESS__
    return false;
#else
    return getenv("RUN_WITH") == NULL;
#endif
}

/* Runs a check in a child; it returns 0, or the line that failed. */
static void expect_in_child(int (*check)(pid_t parent))
{
    int status;
    pid_t parent = getpid(), child = fork();
    if (child == 0) _exit(check(parent));
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_msg(WEXITSTATUS(status) == 0, "line %d (by 256) failed", WEXITSTATUS(status));
}

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) return __LINE__ % 256;                                                   \
    } while (0)

/* ---- Descriptors --------------------------------------------------------------------------- */

static bool is_open(int descriptor)
{
    return fcntl(descriptor, F_GETFD) >= 0;
}

static bool is_null_device(int descriptor)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0) return false;
    return S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3);
}

static int check_descriptors(pid_t parent)
{
    mill_error error;
    struct stat before, after;
    int null = open("/dev/null", O_RDONLY);
    for (int i = 100; i <= 120; i++) REQUIRE(dup2(null, i) == i);
    REQUIRE(fstat(STDERR_FILENO, &before) == 0);
    const int kept[] = {117, 1, 103, 104};
    REQUIRE(confine_process(&(confine_rules){parent, 0, 110, kept, 4}, &error));
    for (int i = 3; i < 200; i++)
        REQUIRE(is_open(i) == (i == 103 || i == 104 || i == 110 || i == 117));
    REQUIRE(is_null_device(STDIN_FILENO) && is_null_device(STDOUT_FILENO));
    REQUIRE(fstat(STDERR_FILENO, &after) == 0 && after.st_ino == before.st_ino);
    return 0;
}

START_TEST(keeps_no_descriptors_but_those_named)
{
    if (is_plain()) expect_in_child(check_descriptors);
}
END_TEST

/* An old kernel, played by a filter. */
static int check_descriptors_without_close_range(pid_t parent)
{
    struct sock_filter refuse[] = {
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr)},
        {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_close_range},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | ENOSYS},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
    };
    struct sock_fprog program = {sizeof refuse / sizeof *refuse, refuse};
    REQUIRE(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    REQUIRE(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0);
    REQUIRE(close_range(1000, 2000, 0) < 0);
    return check_descriptors(parent);
}

START_TEST(closes_descriptors_on_a_kernel_without_close_range)
{
    if (is_plain()) expect_in_child(check_descriptors_without_close_range);
}
END_TEST

/* ---- Signals ------------------------------------------------------------------------------- */

static void catch (int signal)
{
    (void)signal;
}

static int check_signals(pid_t parent)
{
    mill_error error;
    struct sigaction action;
    sigset_t mask;
    signal(SIGTERM, catch);
    signal(SIGCHLD, catch);
    signal(SIGALRM, SIG_IGN);
    sigfillset(&mask);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    REQUIRE(confine_process(&(confine_rules){parent, 0, 9, NULL, 0}, &error));
    for (int i = 1; i < 32; i++) {
        bool ignored = i == SIGINT || i == SIGTERM || i == SIGHUP || i == SIGUSR1 || i == SIGUSR2 ||
                       i == SIGPIPE;
        REQUIRE(sigaction(i, NULL, &action) == 0);
        REQUIRE(action.sa_handler == (ignored ? SIG_IGN : SIG_DFL));
    }
    REQUIRE(sigprocmask(SIG_SETMASK, NULL, &mask) == 0);
    for (int i = 1; i < 32; i++) REQUIRE(!sigismember(&mask, i));
    return 0;
}

START_TEST(ignores_what_stops_a_run_and_resets_other_signals)
{
    if (is_plain()) expect_in_child(check_signals);
}
END_TEST

/* ---- Limits -------------------------------------------------------------------------------- */

static int check_memory(pid_t parent)
{
    mill_error error;
    struct rlimit found;
    char *before = malloc(200 * (size_t)MIBIBYTE);
    REQUIRE(before != NULL);
    REQUIRE(confine_process(&(confine_rules){parent, 128 * MIBIBYTE, 9, NULL, 0}, &error));
    REQUIRE(getrlimit(RLIMIT_CORE, &found) == 0 && found.rlim_cur == 0 && found.rlim_max == 0);
    REQUIRE(getrlimit(RLIMIT_DATA, &found) == 0 && found.rlim_cur == found.rlim_max);
    for (int i = 0; i < 10; i++) {
        char *memory = malloc(100 * (size_t)MIBIBYTE);
        REQUIRE(memory != NULL);
        memset(memory, 1, 100 * (size_t)MIBIBYTE);
        free(memory);
    }
    REQUIRE(malloc(129 * (size_t)MIBIBYTE) == NULL);
    REQUIRE(mmap(NULL, 129 * (size_t)MIBIBYTE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                 -1, 0) == MAP_FAILED);
    free(before);
    return 0;
}

START_TEST(limits_memory_to_what_was_there_and_the_amount_given)
{
    if (is_plain()) expect_in_child(check_memory);
}
END_TEST

static int check_no_limit(pid_t parent)
{
    mill_error error;
    struct rlimit before, after;
    getrlimit(RLIMIT_DATA, &before);
    REQUIRE(confine_process(&(confine_rules){parent, 0, 9, NULL, 0}, &error));
    getrlimit(RLIMIT_DATA, &after);
    REQUIRE(before.rlim_cur == after.rlim_cur && before.rlim_max == after.rlim_max);
    return 0;
}

START_TEST(sets_no_limit_if_none_is_given)
{
    if (is_plain()) expect_in_child(check_no_limit);
}
END_TEST

static int check_huge_limit(pid_t parent)
{
    mill_error error;
    REQUIRE(confine_process(&(confine_rules){parent, SIZE_MAX, 9, NULL, 0}, &error));
    char *memory = malloc(100 * (size_t)MIBIBYTE);
    REQUIRE(memory != NULL);
    free(memory);
    return 0;
}

START_TEST(takes_a_limit_too_large_to_add_up)
{
    if (is_plain()) expect_in_child(check_huge_limit);
}
END_TEST

static int check_stack(pid_t parent)
{
    mill_error error;
    struct rlimit stack;
    getrlimit(RLIMIT_STACK, &stack);
    stack.rlim_cur = stack.rlim_max;
    if (setrlimit(RLIMIT_STACK, &stack) != 0 || stack.rlim_cur < 64 * MIBIBYTE) return 0;
    REQUIRE(confine_process(&(confine_rules){parent, 32 * MIBIBYTE, 9, NULL, 0}, &error));
    REQUIRE(getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur == 32 * MIBIBYTE);
    return 0;
}

START_TEST(limits_a_stack_without_limit)
{
    if (is_plain()) expect_in_child(check_stack);
}
END_TEST

/* ---- The coordinator's end ----------------------------------------------------------------- */

/* A coordinator with one worker, which sleeps. The pipe closes when both have gone. */
START_TEST(dies_with_the_coordinator)
{
    int alive[2];
    char byte;
    ck_assert_int_eq(pipe(alive), 0);
    pid_t coordinator = fork();
    if (coordinator == 0) {
        pid_t myself = getpid();
        if (fork() == 0) {
            mill_error error;
            confine_process(&(confine_rules){myself, 0, alive[1], NULL, 0}, &error);
            if (write(alive[1], "x", 1) != 1) _exit(1);
            for (;;) pause();
        }
        for (;;) pause();
    }
    close(alive[1]);
    ck_assert_int_eq(read(alive[0], &byte, 1), 1);
    struct pollfd end = {.fd = alive[0], .events = POLLIN};
    ck_assert_int_eq(poll(&end, 1, 50), 0);
    kill(coordinator, SIGKILL);
    waitpid(coordinator, NULL, 0);
    ck_assert_int_eq(poll(&end, 1, 10000), 1);
    ck_assert_int_eq(read(alive[0], &byte, 1), 0);
    close(alive[0]);
}
END_TEST

START_TEST(ends_at_once_if_the_coordinator_has_gone)
{
    int status;
    mill_error error;
    pid_t child = fork();
    if (child == 0) {
        confine_process(&(confine_rules){getpid(), 0, 9, NULL, 0}, &error); /* not its parent */
        _exit(99);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 1);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        keeps_no_descriptors_but_those_named,
        closes_descriptors_on_a_kernel_without_close_range,
        ignores_what_stops_a_run_and_resets_other_signals,
        limits_memory_to_what_was_there_and_the_amount_given,
        sets_no_limit_if_none_is_given,
        takes_a_limit_too_large_to_add_up,
        limits_a_stack_without_limit,
        dies_with_the_coordinator,
        ends_at_once_if_the_coordinator_has_gone,
        NULL,
    };
    return test_run(test_suite("confine", tests));
}
