/* What a confined process may do and what it is killed for, each with its message. Without a
 * sandbox (AddressSanitizer, valgrind) only the naming of calls is tested. */
#include "forked.h"

#include "textmill/plugin.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>

#define FILES     " which the sandbox does not allow; the plug-in must declare MILL_USES_FILES"
#define NETWORK   " which the sandbox does not allow; the plug-in must declare MILL_USES_NETWORK"
#define PROCESSES " which the sandbox does not allow; the plug-in must declare MILL_USES_PROCESSES"
#define NOBODY    " which the sandbox does not allow; no plug-in may do this"
#define BLOCKED                                                                                    \
    "made a system call which the sandbox does not allow (SIGSYS), probably to start a thread or " \
    "a program; the plug-in must declare MILL_USES_PROCESSES"
#define SIGNALS                                                                                    \
    " which the sandbox does not allow; no plug-in may signal a process that it did not start"
#define MEMORY                                                                                     \
    " which the sandbox does not allow; no plug-in may have memory that is executable or shared"
#define DESCRIPTOR                                                                                 \
    " which the sandbox does not allow; no plug-in may close or replace the worker's own "         \
    "descriptor"

/* ---- Deeds that are refused ---------------------------------------------------------------- */

static void open_file(void)
{
    say("%d", open("/etc/passwd", O_RDONLY));
}

static void read_event(void)
{
    char byte;
    say("%d", (int)read(event_descriptor, &byte, 1));
}

static void write_elsewhere(void)
{
    say("%d", (int)write(0, "x", 1));
}

static void close_event(void)
{
    close(event_descriptor);
}

static void replace_event(void)
{
    dup3(1, event_descriptor, 0);
}

static void open_socket(void)
{
    say("%d", socket(AF_INET, SOCK_STREAM, 0));
}

static void fork_child(void)
{
    pid_t child = fork();
    if (child == 0) _exit(0);
    say("%d", child);
}

static void *return_nothing(void *nothing)
{
    return nothing;
}

static void start_thread(void)
{
    pthread_t thread;
    say("%d", pthread_create(&thread, NULL, return_nothing, NULL));
}

static void run_program(void)
{
    say("%d", system("true"));
}

static void open_program(void)
{
    say("%d", popen("true", "r") != NULL);
}

static void execute(void)
{
    execl("/bin/true", "true", (char *)NULL);
}

static void trace(void)
{
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void read_parent(void)
{
    syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0);
}

static void kill_parent(void)
{
    kill(getppid(), SIGKILL);
}

static void kill_group(void)
{
    kill(0, SIGKILL);
}

static void kill_everybody(void)
{
    kill(-1, SIGKILL);
}

static void call_prctl(void)
{
    prctl(PR_SET_PDEATHSIG, 0);
}

static void make_memory_file(void)
{
    syscall(SYS_memfd_create, "x", 0);
}

static void raise_limit(void)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}

static void handle_signal(void)
{
    signal(SIGSEGV, SIG_IGN);
}

static void handle_refusal(void)
{
    signal(SIGSYS, SIG_IGN);
}

static void own_signals(void)
{
    fcntl(event_descriptor, F_SETSIG, SIGKILL);
}

static void set_up_io_uring(void)
{
    syscall(SYS_io_uring_setup, 1, NULL);
}

static void map_executable(void)
{
    mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void make_executable(void)
{
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(memory, 4096, PROT_READ | PROT_EXEC);
}

static void map_shared(void)
{
    mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

#ifdef __x86_64__
static void call_by_x32(void)
{
    syscall(0x40000000 | SYS_getpid);
}

static void call_by_i386(void)
{
    long result = 20; /* its getpid */
    __asm__ volatile("int $0x80" : "+a"(result) : : "memory");
}
#endif

static void send_refusal(void)
{
    raise(SIGSYS);
}

static void call_while_blocked(void)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    trace();
}

typedef struct refusal {
    uint32_t uses;
    void (*deed)(void);
    const char *death;
} refusal;

static const refusal refusals[] = {
    {0, open_file, "called openat," FILES},
    {0, read_event, "called read," FILES},
    {0, write_elsewhere, "called write," FILES},
    {0, close_event, "called close," FILES},
    {0, open_socket, "called socket," NETWORK},
    {0, fork_child, "called clone," PROCESSES},
    {0, start_thread, BLOCKED},
    {0, run_program, BLOCKED},
    {0, open_program, "called pipe2," PROCESSES},
    {0, execute, "called execve," PROCESSES},
    {0, trace, "called ptrace," NOBODY},
    {0, read_parent, "called process_vm_readv," NOBODY},
    {0, kill_parent, "called kill," SIGNALS},
    {0, kill_group, "called kill," SIGNALS},
    {0, kill_everybody, "called kill," SIGNALS},
    {0, call_prctl, "called prctl," NOBODY},
    {0, make_memory_file, "called memfd_create," NOBODY},
    {0, raise_limit, "called prlimit64," NOBODY},
    {0, handle_signal, "called rt_sigaction," NOBODY},
    {0, set_up_io_uring, "called io_uring_setup," NOBODY},
    {0, map_executable, "called mmap," MEMORY},
    {0, make_executable, "called mprotect," MEMORY},
    {0, map_shared, "called mmap," MEMORY},
    {0, call_while_blocked, BLOCKED},
    {MILL_USES_PROCESSES, call_while_blocked, "killed by SIGSYS"},
    {0, send_refusal, "killed by SIGSYS"},
#ifdef __x86_64__
    {0, call_by_x32, "called system call 1073741863," NOBODY},
    {MILL_USES_PROCESSES, call_by_x32, "called system call 1073741863," NOBODY},
#endif
    {MILL_USES_FILES, open_socket, "called socket," NETWORK},
    {MILL_USES_FILES, fork_child, "called clone," PROCESSES},
    {MILL_USES_FILES, close_event, "called close," DESCRIPTOR},
    {MILL_USES_FILES, replace_event, "called dup3," DESCRIPTOR},
    {MILL_USES_FILES, own_signals, "called fcntl," NOBODY},
    {MILL_USES_FILES, map_executable, "called mmap," MEMORY},
    {MILL_USES_FILES, map_shared, "called mmap," MEMORY},
    {MILL_USES_FILES, kill_parent, "called kill," SIGNALS},
    {MILL_USES_NETWORK, fork_child, "called clone," PROCESSES},
    {MILL_USES_NETWORK, execute, "called execve," PROCESSES},
    {MILL_USES_NETWORK, handle_refusal, "called rt_sigaction," NOBODY},
    {MILL_USES_PROCESSES, trace, "called ptrace," NOBODY},
    {MILL_USES_PROCESSES, read_parent, "called process_vm_readv," NOBODY},
    {MILL_USES_PROCESSES, kill_parent, "called kill," SIGNALS},
    {MILL_USES_PROCESSES, kill_group, "called kill," SIGNALS},
    {MILL_USES_PROCESSES, kill_everybody, "called kill," SIGNALS},
};

START_TEST(refuses_what_was_not_declared_and_names_the_remedy)
{
    const refusal *given = &refusals[_i];
    forked child = {.sandboxed = true, .uses = given->uses, .deed = given->deed};
    if (!sandbox_supported()) return;
    run_forked(&child);
    ck_assert_str_eq(child.death, given->death);
    ck_assert_str_eq(child.said, "");
}
END_TEST

/* A kernel without the 32-bit calls takes it for a fault. */
START_TEST(refuses_the_calls_of_another_machine)
{
#ifdef __x86_64__
    forked child = {.sandboxed = true, .deed = call_by_i386};
    if (!sandbox_supported()) return;
    run_forked(&child);
    if (strcmp(child.death, "killed by SIGSEGV") == 0) return;
    ck_assert_str_eq(child.death, "called a foreign system call," NOBODY);
#endif
}
END_TEST

/* ---- Deeds that are allowed ---------------------------------------------------------------- */

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            say("line %d: %s", __LINE__, strerror(errno));                                         \
            return;                                                                                \
        }                                                                                          \
    } while (0)

static void use_memory(void)
{
    for (size_t size = 1; size <= (size_t)100 << 20; size *= 7) {
        char *memory = malloc(size);
        REQUIRE(memory != NULL);
        memset(memory, 1, size);
        memory = realloc(memory, 2 * size);
        REQUIRE(memory != NULL);
        free(memory);
    }
    say("done");
}

static int compare(const void *left, const void *right)
{
    return (*(const int *)left > *(const int *)right) - (*(const int *)left < *(const int *)right);
}

static void sort(void)
{
    enum { COUNT = 200000 };
    int *numbers = malloc(COUNT * sizeof *numbers);
    REQUIRE(numbers != NULL);
    for (int i = 0; i < COUNT; i++) numbers[i] = (int)((unsigned)i * 2654435761U);
    qsort(numbers, COUNT, sizeof *numbers, compare);
    free(numbers);
    say("done");
}

static void tell_time(void)
{
    struct timespec now;
    struct tm *local;
    time_t seconds = time(NULL);
    REQUIRE(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    REQUIRE(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0);
    REQUIRE(clock() != (clock_t)-1);
    for (int i = 0; i < 3; i++) {
        local = localtime(&seconds);
        REQUIRE(local != NULL && mktime(local) == seconds);
    }
    say("done");
}

static void sleep_a_little(void)
{
    REQUIRE(usleep(1000) == 0);
    REQUIRE(nanosleep(&(struct timespec){0, 1000}, NULL) == 0);
    REQUIRE(poll(NULL, 0, 1) == 0);
    REQUIRE(select(0, NULL, NULL, NULL, &(struct timeval){0, 1000}) == 0);
    sched_yield();
    say("done");
}

static void print(void)
{
    printf("to nobody\n");
    fflush(stdout);
    fprintf(stderr, "a %s", "word");
    say("done");
}

static void signal_itself(void)
{
    REQUIRE(raise(SIGUSR1) == 0);
    REQUIRE(kill(getpid(), SIGUSR1) == 0);
    say("done");
}

static void use_files(void)
{
    char path[] = "/tmp/textmill-test-XXXXXX", line[64];
    int made = mkstemp(path);
    REQUIRE(made >= 0 && close(made) == 0);
    FILE *file = fopen(path, "w+");
    REQUIRE(file != NULL && fputs("words\n", file) >= 0 && fflush(file) == 0);
    rewind(file);
    REQUIRE(fgets(line, sizeof line, file) != NULL && strcmp(line, "words\n") == 0);
    REQUIRE(fcntl(fileno(file), F_SETLK, &(struct flock){.l_type = F_WRLCK}) == 0);
    void *mapped = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fileno(file), 0);
    REQUIRE(mapped != MAP_FAILED && munmap(mapped, 4096) == 0);
    REQUIRE(fsync(fileno(file)) == 0 && fclose(file) == 0 && unlink(path) == 0);
    DIR *folder = opendir("/");
    REQUIRE(folder != NULL && readdir(folder) != NULL && closedir(folder) == 0);
    iconv_t converter = iconv_open("UTF-8", "ISO-8859-2"); /* loads a library */
    REQUIRE(converter != (iconv_t)-1 && iconv_close(converter) == 0);
    say("done");
}

static void use_network(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    struct addrinfo *found;
    char text[8] = "";
    REQUIRE(getaddrinfo("localhost", "80", NULL, &found) == 0);
    freeaddrinfo(found);
    int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE(bind(server, (struct sockaddr *)&address, length) == 0 && listen(server, 1) == 0);
    REQUIRE(getsockname(server, (struct sockaddr *)&address, &length) == 0);
    REQUIRE(connect(client, (struct sockaddr *)&address, length) == 0);
    int accepted = accept(server, NULL, NULL);
    REQUIRE(accepted >= 0 && send(client, "hello", 5, 0) == 5);
    REQUIRE(poll(&(struct pollfd){.fd = accepted, .events = POLLIN}, 1, 5000) == 1);
    REQUIRE(recv(accepted, text, sizeof text, 0) == 5 && strcmp(text, "hello") == 0);
    REQUIRE(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    use_files();
}

static void use_processes(void)
{
    REQUIRE(system("true") == 0);
    REQUIRE(system("test \"$(echo word | tr a-z A-Z)\" = WORD") == 0);
    pid_t child = fork();
    if (child == 0) pause();
    REQUIRE(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
    REQUIRE(syscall(SYS_io_uring_setup, 1, NULL) == -1 && errno == EPERM);
    REQUIRE(fcntl(event_descriptor, F_SETOWN, getppid()) == -1 && errno == EPERM);
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, return_nothing, NULL) == 0);
    REQUIRE(pthread_join(thread, NULL) == 0);
    use_network();
}

/* What a program that the plug-in starts is refused is no matter of the worker. */
static void start_refused_program(void)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        trace();
        _exit(0);
    }
    REQUIRE(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
    say("%s", sigabbrev_np(WTERMSIG(status)));
}

typedef struct allowance {
    uint32_t uses;
    void (*deed)(void);
    const char *said;
    const char *errors;
} allowance;

static const allowance allowances[] = {
    {0, use_memory, "done", ""},
    {0, sort, "done", ""},
    {0, tell_time, "done", ""},
    {0, sleep_a_little, "done", ""},
    {0, print, "done", "a word"},
    {0, signal_itself, "done", ""},
    {MILL_USES_FILES, use_files, "done", ""},
    {MILL_USES_FILES, use_memory, "done", ""},
    {MILL_USES_NETWORK, use_network, "done", ""},
    {MILL_USES_PROCESSES, use_processes, "done", ""},
    {MILL_USES_PROCESSES, start_refused_program, "SYS", ""},
    {MILL_USES_FILES | MILL_USES_NETWORK | MILL_USES_PROCESSES, use_processes, "done", ""},
};

START_TEST(allows_what_everybody_needs_and_what_was_declared)
{
    const allowance *given = &allowances[_i];
    forked child = {.sandboxed = true, .uses = given->uses, .deed = given->deed};
    if (!sandbox_supported()) return;
    run_forked(&child);
    ck_assert_str_eq(child.said, given->said);
    ck_assert_str_eq(child.errors, given->errors);
    ck_assert_str_eq(child.death, "exited with code 0");
}
END_TEST

/* ---- Ends under the filter ----------------------------------------------------------------- */

static void run_out_of_memory(void)
{
    for (;;) {
        char *memory = malloc(100000);
        memset(memory, 1, 100000);
    }
}

static void fail_an_assertion(void)
{
    fprintf(stderr, "assertion");
    abort();
}

static void crash(void)
{
    volatile int *volatile nowhere = NULL;
    *nowhere = 1;
}

static void end_well(void)
{
    exit(0);
}

static const refusal endings[] = {
    {0, fail_an_assertion, "killed by SIGABRT"},
    {0, crash, "killed by SIGSEGV"},
    {0, end_well, "exited with code 0"},
    {0, run_out_of_memory,
     "out of memory: more than memory = 33554432 bytes; raise memory in [pipeline]"},
    {MILL_USES_FILES, run_out_of_memory,
     "out of memory: more than memory = 33554432 bytes; raise memory in [pipeline]"},
};

START_TEST(lets_a_process_die_of_what_it_does)
{
    const refusal *ending = &endings[_i];
    forked child = {
        .sandboxed = true, .uses = ending->uses, .deed = ending->deed, .memory = 32 * MIBIBYTE};
    if (!sandbox_supported()) return;
    run_forked(&child);
    ck_assert_str_eq(child.death, ending->death);
}
END_TEST

/* ---- Support, names and remedies ----------------------------------------------------------- */

static void ask_support(void)
{
    say("%s", sandbox_supported() ? "yes" : "no");
}

/* A kernel without filters, played by a filter. */
static void ask_support_without_filters(void)
{
    struct sock_filter refuse_filters[] = {
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr)},
        {BPF_JMP | BPF_JEQ | BPF_K, 4, 0, SYS_seccomp},
        {BPF_JMP | BPF_JEQ | BPF_K, 0, 2, SYS_prctl},
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, args)},
        {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, PR_SET_SECCOMP},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EINVAL},
    };
    struct sock_fprog program = {sizeof refuse_filters / sizeof *refuse_filters, refuse_filters};
    mill_error error;
    sandbox *filter = sandbox_create(0, &error);
    REQUIRE(filter != NULL);
    REQUIRE(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    REQUIRE(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0);
    ask_support();
    if (!sandbox_enter(filter, event_descriptor, &error)) say(": %s", error.message);
    sandbox_destroy(filter);
}

START_TEST(knows_whether_the_kernel_has_filters)
{
    forked with = {.deed = ask_support}, without = {.deed = ask_support_without_filters};
    if (!sandbox_supported()) return;
    run_forked(&with);
    ck_assert_str_eq(with.said, "yes");
    run_forked(&without);
    ck_assert_str_eq(without.said, "no: the sandbox cannot be entered: Invalid argument; "
                                   "set sandbox = off in [pipeline]");
}
END_TEST

START_TEST(is_not_supported_under_address_sanitizer)
{
#ifdef __SANITIZE_ADDRESS__
    ck_assert(!sandbox_supported());
#endif
}
END_TEST

START_TEST(names_system_calls)
{
    char name[SANDBOX_CALL_NAME_MAX];
    sandbox_call_name(SYS_openat, name);
    ck_assert_str_eq(name, "openat");
    sandbox_call_name(999999, name);
    ck_assert_str_eq(name, "system call 999999");
    sandbox_call_name(-1, name);
    ck_assert_str_eq(name, "a foreign system call");
}
END_TEST

START_TEST(recommends_the_narrowest_flag)
{
    ck_assert_str_eq(sandbox_remedy(SYS_readv, 0), "the plug-in must declare MILL_USES_FILES");
    ck_assert_str_eq(sandbox_remedy(SYS_ioctl, 0), "the plug-in must declare MILL_USES_FILES");
    ck_assert_str_eq(sandbox_remedy(SYS_ioctl, MILL_USES_FILES), "no plug-in may do this");
    ck_assert_str_eq(sandbox_remedy(SYS_connect, MILL_USES_FILES),
                     "the plug-in must declare MILL_USES_NETWORK");
    ck_assert_str_eq(sandbox_remedy(SYS_wait4, MILL_USES_NETWORK),
                     "the plug-in must declare MILL_USES_PROCESSES");
    ck_assert_str_eq(sandbox_remedy(SYS_mount, 0), "no plug-in may do this");
    ck_assert_str_eq(sandbox_remedy(999999, 0), "no plug-in may do this");
}
END_TEST

#define COUNT_OF(array) ((int)(sizeof(array) / sizeof *(array)))

int main(void)
{
    const TTest *const tests[] = {
        refuses_the_calls_of_another_machine,
        knows_whether_the_kernel_has_filters,
        is_not_supported_under_address_sanitizer,
        names_system_calls,
        recommends_the_narrowest_flag,
        NULL,
    };
    Suite *suite = test_suite("sandbox", tests);
    TCase *tables = tcase_create("deeds");
    tcase_set_timeout(tables, 60);
    tcase_add_loop_test(tables, refuses_what_was_not_declared_and_names_the_remedy, 0,
                        COUNT_OF(refusals));
    tcase_add_loop_test(tables, allows_what_everybody_needs_and_what_was_declared, 0,
                        COUNT_OF(allowances));
    tcase_add_loop_test(tables, lets_a_process_die_of_what_it_does, 0, COUNT_OF(endings));
    suite_add_tcase(suite, tables);
    return test_run(suite);
}
