/* The handlers do only what a handler may: getpid, mmap, munmap, tgkill, and no more than the
 * sandbox allows everybody. They end by sending the signal again: SA_RESETHAND has put back its
 * default action, and it waits, blocked, until the handler returns.
 *
 * Memory: nothing tells a handler that malloc failed a moment ago; but if the limit is reached, the
 * kernel refuses a little memory to the handler as well. Buffers that grow by doubling fail
 * earlier, when old and new together (three times the old) exceed the limit, so at a third of it.
 * Therefore an abort, and a fault at the small address that NULL and an index give (up to four
 * times the limit), count as lack of memory when more than a third is in use; textmill itself holds
 * next to nothing. */
#include "death.h"

#include "sandbox.h"

#include "textmill/plugin.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define REFUSED_BY_FILTER 1 /* the kernel's SYS_SECCOMP, which glibc does not name everywhere */

#define KIB ((size_t)1024)
#define MIB (1024 * KIB)

/* ---- In the worker ------------------------------------------------------------------------- */

/* A handler has no argument of its own: what it needs to know is one of the few globals. */
static struct {
    death_note *note;
    pid_t process;
    size_t memory;
    uintptr_t stack_top;
    size_t stack_limit;
    uint32_t architecture; /* whose numbers of system calls are meant */
} watched;

/* Enough for the largest register sets (SME: some 70 KB), a frame of ours and a nested call. */
static _Alignas(64) unsigned char handler_stack[128 * 1024];

/* Returns the stack pointer where the signal came, 0 where this machine's name for it is unknown.
 */
static uintptr_t stack_pointer(const void *context)
{
    const ucontext_t *interrupted = context;
#if defined(__x86_64__)
    return (uintptr_t)interrupted->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
    return (uintptr_t)interrupted->uc_mcontext.sp;
#else
    (void)interrupted;
    return 0;
#endif
}

/* Memory is used down to the stack pointer and a little below; the kernel extends the stack down to
 * its limit and keeps a gap of 1 MiB to its neighbour. So a fault between the pointer and the top,
 * as far below the top as the limit reaches, is one that the kernel would not extend it for. */
static bool is_on_exhausted_stack(uintptr_t fault, uintptr_t pointer)
{
    const size_t below_pointer = 64 * KIB, gap = MIB + 256 * KIB;
    if (fault >= watched.stack_top || fault + below_pointer < pointer) return false;
    return watched.stack_top - fault + gap >= watched.stack_limit;
}

static bool is_refused_memory(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return errno == ENOMEM;
    munmap(memory, size);
    return false;
}

static bool is_out_of_memory(int signal, uintptr_t fault)
{
    if (watched.memory == 0) return false;
    if (is_refused_memory(MIB)) return true;
    bool is_likely = signal == SIGABRT || (signal == SIGSEGV && fault / 4 < watched.memory);
    return is_likely && is_refused_memory(watched.memory - watched.memory / 3);
}

static void take_note(int signal, const siginfo_t *info, const void *context)
{
    uintptr_t fault = (uintptr_t)info->si_addr;
    bool is_fault = info->si_code > 0; /* not sent by kill or raise: si_addr holds */
    if (signal == SIGSYS && info->si_code == REFUSED_BY_FILTER) {
        watched.note->detail = info->si_arch == watched.architecture ? info->si_syscall : -1;
        watched.note->cause = DEATH_CALL;
    } else if ((signal == SIGSEGV || signal == SIGBUS) && is_fault &&
               is_on_exhausted_stack(fault, stack_pointer(context))) {
        watched.note->cause = DEATH_STACK;
    } else if (is_out_of_memory(signal, is_fault ? fault : UINTPTR_MAX)) {
        watched.note->cause = DEATH_MEMORY;
    } else {
        watched.note->cause = DEATH_PLAIN;
    }
}

static void note_and_die(int signal, siginfo_t *info, void *context)
{
    if (getpid() == watched.process) take_note(signal, info, context);
    syscall(SYS_tgkill, getpid(), (pid_t)syscall(SYS_gettid), signal);
}

/* The kernel puts the program's file name at the very top of the first thread's stack. */
static uintptr_t find_stack_top(void)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t name = (uintptr_t)getauxval(AT_EXECFN);
    if (name == 0) name = (uintptr_t)__builtin_frame_address(0);
    return (name + page) & ~(page - 1);
}

void death_watch(death_note *note, size_t memory)
{
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
    struct rlimit stack = {RLIM_INFINITY, RLIM_INFINITY};
    getrlimit(RLIMIT_STACK, &stack);
    *note = (death_note){0};
    watched.note = note;
    watched.process = getpid();
    watched.memory = memory;
    watched.stack_top = find_stack_top();
    watched.stack_limit = stack.rlim_cur;
    watched.architecture = seccomp_arch_native();
    sigaltstack(&(stack_t){.ss_sp = handler_stack, .ss_size = sizeof handler_stack}, NULL);
    struct sigaction action = {.sa_sigaction = note_and_die,
                               .sa_flags = (int)(SA_SIGINFO | SA_ONSTACK | SA_RESETHAND)};
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) sigaction(fatal[i], &action, NULL);
}

/* ---- In the coordinator -------------------------------------------------------------------- */

static void describe_signal(int signal, char *text, size_t size)
{
    const char *name = sigabbrev_np(signal);
    if (name != NULL)
        snprintf(text, size, "killed by SIG%s", name);
    else
        snprintf(text, size, "killed by signal %d", signal);
}

static void describe_call(int number, uint32_t uses, char *text, size_t size)
{
    char name[SANDBOX_CALL_NAME_MAX];
    sandbox_call_name(number, name);
    snprintf(text, size, "called %s, which the sandbox does not allow; %s", name,
             sandbox_remedy(number, uses));
}

/* A refusal kills without a handler where all signals are blocked. The C library does that when it
 * starts a thread or a program, other code hardly ever. */
static bool is_unseen_refusal(int signal, const death_note *note, uint32_t uses)
{
    return signal == SIGSYS && note->cause == DEATH_UNSEEN && (uses & MILL_USES_PROCESSES) == 0;
}

/* A cause is believed only if the signal is one that it can have. */
static void describe_killing(int signal, const death_note *note, const death_limits *limits,
                             char *text, size_t size)
{
    bool is_crash = signal == SIGSEGV || signal == SIGBUS;
    if (signal == SIGSYS && note->cause == DEATH_CALL)
        describe_call(note->detail, limits->uses, text, size);
    else if (is_unseen_refusal(signal, note, limits->uses))
        snprintf(
            text, size,
            "made a system call which the sandbox does not allow (SIGSYS), probably to start a "
            "thread or a program; the plug-in must declare MILL_USES_PROCESSES");
    else if (is_crash && note->cause == DEATH_STACK)
        snprintf(text, size, "stack overflow (SIG%s)", sigabbrev_np(signal));
    else if (signal != SIGKILL && note->cause == DEATH_MEMORY && limits->memory > 0)
        snprintf(text, size,
                 "out of memory: more than memory = %llu bytes; raise memory in [pipeline]",
                 (unsigned long long)limits->memory);
    else
        describe_signal(signal, text, size);
}

void death_describe(int wait_status, const death_note *note, const death_limits *limits, char *text,
                    size_t size)
{
    if (limits->timed_out)
        snprintf(text, size, "took longer than timeout = %.10g s; raise timeout in [pipeline]",
                 limits->timeout);
    else if (WIFEXITED(wait_status))
        snprintf(text, size, "exited with code %d", WEXITSTATUS(wait_status));
    else
        describe_killing(WTERMSIG(wait_status), note, limits, text, size);
}
