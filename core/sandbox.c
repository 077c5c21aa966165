/* libseccomp makes the filter once, in the coordinator: in a fresh child that took 2 ms, installing
 * the finished program takes 0.2 to 0.4. What differs from child to child (its process id, its
 * descriptor) stands in the program as a number that occurs nowhere else, and is put in on
 * entering.
 *
 * Arguments of type int are compared by their low 32 bits, as the kernel takes them. */
#include "sandbox.h"

#include "sandbox_private.h"

#include "textmill/plugin.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct sandbox {
    struct sock_filter *filter;
    size_t length; /* in instructions, at most BPF_MAXINSNS */
};

/* These stand for what is known on entering only. */
#define OWN_PROCESS    UINT32_C(0x2D5A7E01)
#define OWN_DESCRIPTOR UINT32_C(0x2D5A7E03)

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED true
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED false
#endif

/* The C library's own signals. */
#define SIGCANCEL 32
#define SIGSETXID 33

/* Valgrind loads its own libraries before all others. */
static bool is_under_valgrind(void)
{
    const char *loaded_first = getenv("LD_PRELOAD");
    return loaded_first != NULL && strstr(loaded_first, "/vgpreload_") != NULL;
}

/* A kernel that can filter looks at the filter, and finds that there is none. */
bool sandbox_supported(void)
{
    if (IS_SANITIZED || is_under_valgrind()) return false;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) != 0 && errno == EFAULT;
}

/* ---- Rules on arguments -------------------------------------------------------------------- */

/* All conditions must hold; several rules on one call: one of them must. */
typedef struct argument_rule {
    const char *call;
    unsigned count;
    struct scmp_arg_cmp conditions[2];
} argument_rule;

#define LOW_BITS UINT64_C(0xFFFFFFFF)

#define IS(argument, value)                                                                        \
    {                                                                                              \
        argument, SCMP_CMP_MASKED_EQ, LOW_BITS, (uint32_t)(value)                                  \
    }
#define IS_NOT(argument, value)                                                                    \
    {                                                                                              \
        argument, SCMP_CMP_NE, (uint32_t)(value), 0                                                \
    }
#define BITS_ARE(argument, mask, value)                                                            \
    {                                                                                              \
        argument, SCMP_CMP_MASKED_EQ, mask, value                                                  \
    }

/* Signals to itself are what abort and raise send. Before a thread is refused, pthread_create sets
 * two handlers, and so does system() before a program is; the message should not be about these. */
static const argument_rule rules_for_everybody[] = {
    {"mmap", 2, {BITS_ARE(2, PROT_EXEC, 0), BITS_ARE(3, MAP_TYPE, MAP_PRIVATE)}},
    {"mprotect", 1, {BITS_ARE(2, PROT_EXEC, 0)}},
    {"write", 1, {IS(0, OWN_DESCRIPTOR)}},
    {"write", 1, {IS(0, STDOUT_FILENO)}},
    {"write", 1, {IS(0, STDERR_FILENO)}},
    {"writev", 1, {IS(0, OWN_DESCRIPTOR)}},
    {"writev", 1, {IS(0, STDOUT_FILENO)}},
    {"writev", 1, {IS(0, STDERR_FILENO)}},
    {"kill", 1, {IS(0, OWN_PROCESS)}},
    {"tkill", 1, {IS(0, OWN_PROCESS)}},
    {"tgkill", 1, {IS(0, OWN_PROCESS)}},
    {"rt_sigaction", 1, {IS(0, SIGCANCEL)}},
    {"rt_sigaction", 1, {IS(0, SIGSETXID)}},
    {"rt_sigaction", 1, {IS(0, SIGINT)}},
    {"rt_sigaction", 1, {IS(0, SIGQUIT)}},
};

/* Mapped files may be executable: iconv and host look-ups load libraries. fcntl lacks what has
 * signals sent to an owner (F_SETOWN, F_SETSIG); ioctl is what isatty asks. */
static const argument_rule rules_for_files[] = {
    {"mmap", 1, {BITS_ARE(3, MAP_ANONYMOUS, 0)}},
    {"close", 1, {IS_NOT(0, OWN_DESCRIPTOR)}},
    {"dup2", 1, {IS_NOT(1, OWN_DESCRIPTOR)}},
    {"dup3", 1, {IS_NOT(1, OWN_DESCRIPTOR)}},
    {"ioctl", 1, {IS(1, TCGETS)}},
    {"ioctl", 1, {IS(1, FIONREAD)}},
    {"fcntl", 1, {IS(1, F_DUPFD)}},
    {"fcntl", 1, {IS(1, F_DUPFD_CLOEXEC)}},
    {"fcntl", 1, {IS(1, F_GETFD)}},
    {"fcntl", 1, {IS(1, F_SETFD)}},
    {"fcntl", 1, {IS(1, F_GETFL)}},
    {"fcntl", 1, {IS(1, F_SETFL)}},
    {"fcntl", 1, {IS(1, F_GETLK)}},
    {"fcntl", 1, {IS(1, F_SETLK)}},
    {"fcntl", 1, {IS(1, F_SETLKW)}},
    {"fcntl", 1, {IS(1, F_OFD_GETLK)}},
    {"fcntl", 1, {IS(1, F_OFD_SETLK)}},
    {"fcntl", 1, {IS(1, F_OFD_SETLKW)}},
};

/* curl ignores SIGPIPE while it works. The handler of SIGSYS must stay: it names refused calls. */
static const argument_rule rules_for_network[] = {
    {"ioctl", 1, {IS(1, FIONBIO)}},
    {"rt_sigaction", 1, {IS_NOT(0, SIGSYS)}},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- Building ------------------------------------------------------------------------------ */

/* The functions here return 0 or a negative errno, as libseccomp does. */
static int add_calls(scmp_filter_ctx filter, uint32_t action, const char *list)
{
    char name[SANDBOX_CALL_NAME_MAX];
    while (sandbox_next_call(&list, name)) {
        int number = seccomp_syscall_resolve_name(name);
        int result = number < 0 ? 0 : seccomp_rule_add(filter, action, number, 0);
        if (result != 0) return result;
    }
    return 0;
}

static int add_rules(scmp_filter_ctx filter, uint32_t action, const argument_rule *rules,
                     size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int number = seccomp_syscall_resolve_name(rules[i].call);
        int result = number < 0 ? 0
                                : seccomp_rule_add_array(filter, action, number, rules[i].count,
                                                         rules[i].conditions);
        if (result != 0) return result;
    }
    return 0;
}

static int add_allowed(scmp_filter_ctx filter, uint32_t uses)
{
    const uint32_t allow = SCMP_ACT_ALLOW;
    int result = add_calls(filter, allow, sandbox_calls_for_everybody);
    if (result == 0)
        result = add_rules(filter, allow, rules_for_everybody, COUNT(rules_for_everybody));
    if ((uses & (MILL_USES_FILES | MILL_USES_NETWORK)) == 0 || result != 0) return result;
    result = add_calls(filter, allow, sandbox_calls_for_files);
    if (result == 0) result = add_rules(filter, allow, rules_for_files, COUNT(rules_for_files));
    if ((uses & MILL_USES_NETWORK) == 0 || result != 0) return result;
    result = add_calls(filter, allow, sandbox_calls_for_network);
    if (result == 0) result = add_rules(filter, allow, rules_for_network, COUNT(rules_for_network));
    return result;
}

/* Refuses to signal the coordinator, a process group, and everybody (-1). */
static int deny_signals(scmp_filter_ctx filter, uint32_t coordinator)
{
    const char *list = "kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo";
    char name[SANDBOX_CALL_NAME_MAX];
    while (sandbox_next_call(&list, name)) {
        const argument_rule rules[] = {
            {name, 1, {IS(0, coordinator)}},
            {name, 1, {IS(0, 0)}},
            {name, 1, {BITS_ARE(0, UINT64_C(0x80000000), UINT64_C(0x80000000))}},
        };
        int result = add_rules(filter, SCMP_ACT_TRAP, rules, COUNT(rules));
        if (result != 0) return result;
    }
    return 0;
}

static int add_denied(scmp_filter_ctx filter, uint32_t coordinator)
{
    static const argument_rule owners[] = {
        {"fcntl", 1, {IS(1, F_SETOWN)}},  {"fcntl", 1, {IS(1, F_SETOWN_EX)}},
        {"fcntl", 1, {IS(1, F_SETSIG)}},  {"ioctl", 1, {IS(1, FIOSETOWN)}},
        {"ioctl", 1, {IS(1, SIOCSPGRP)}},
    };
    int result = add_calls(filter, SCMP_ACT_TRAP, sandbox_calls_for_nobody);
    if (result == 0) result = add_calls(filter, SCMP_ACT_ERRNO(EPERM), sandbox_calls_in_vain);
    if (result == 0) result = add_rules(filter, SCMP_ACT_ERRNO(EPERM), owners, COUNT(owners));
    if (result == 0) result = deny_signals(filter, coordinator);
    return result;
}

/* Copies the program that libseccomp gives away only through a file. */
static int take_program(scmp_filter_ctx filter, sandbox *self)
{
    int file = memfd_create("textmill-sandbox", MFD_CLOEXEC);
    if (file < 0) return -errno;
    int result = seccomp_export_bpf(filter, file);
    off_t size = lseek(file, 0, SEEK_END);
    if (result == 0 && (size <= 0 || (size_t)size > BPF_MAXINSNS * sizeof *self->filter))
        result = -E2BIG;
    if (result == 0) {
        self->filter = malloc((size_t)size);
        if (self->filter == NULL)
            result = -ENOMEM;
        else if (pread(file, self->filter, (size_t)size, 0) != size)
            result = -EIO;
        self->length = (size_t)size / sizeof *self->filter;
    }
    close(file);
    return result;
}

static int build(sandbox *self, uint32_t uses)
{
    bool is_lenient = (uses & MILL_USES_PROCESSES) != 0;
    scmp_filter_ctx filter = seccomp_init(is_lenient ? SCMP_ACT_ALLOW : SCMP_ACT_TRAP);
    if (filter == NULL) return -ENOMEM;
    int result = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_TRAP);
    if (result == 0)
        result = is_lenient ? add_denied(filter, (uint32_t)getpid()) : add_allowed(filter, uses);
    if (result == 0) result = take_program(filter, self);
    seccomp_release(filter);
    return result;
}

/* localtime and mktime look at the file of the time zone on each call, unless TZ names it. In a
 * fresh child this took 0.5 ms, so it is done before the fork. */
static void settle_time_zone(void)
{
    setenv("TZ", ":/etc/localtime", 0);
    tzset();
}

sandbox *sandbox_create(uint32_t uses, mill_error *error)
{
    settle_time_zone();
    sandbox *self = calloc(1, sizeof *self);
    int result = self == NULL ? -ENOMEM : build(self, uses);
    if (result == 0) return self;
    sandbox_destroy(self);
    error_set(error, result == -ENOMEM ? ERROR_MEMORY : ERROR_PLUGIN,
              "the sandbox cannot be made: %s; set sandbox = off in [pipeline]", strerror(-result));
    return NULL;
}

void sandbox_destroy(sandbox *self)
{
    if (self != NULL) free(self->filter);
    free(self);
}

/* ---- Entering ------------------------------------------------------------------------------ */

/* Copies the program with the placeholders filled in; both are operands of "jump if equal". */
static void fill_in(const sandbox *self, int event_descriptor, struct sock_filter *program)
{
    for (size_t i = 0; i < self->length; i++) {
        program[i] = self->filter[i];
        if (program[i].code != (BPF_JMP | BPF_JEQ | BPF_K)) continue;
        if (program[i].k == OWN_PROCESS) program[i].k = (uint32_t)getpid();
        if (program[i].k == OWN_DESCRIPTOR) program[i].k = (uint32_t)event_descriptor;
    }
}

/* Kernels before 5.16 slow down a process with a filter against speculation, unless asked not to;
 * before 4.17 they knew neither. */
static bool install(const struct sock_fprog *program)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
    const unsigned flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW;
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, program) == 0) return true;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0) == 0;
}

bool sandbox_enter(const sandbox *self, int event_descriptor, mill_error *error)
{
    struct sock_filter filter[BPF_MAXINSNS];
    fill_in(self, event_descriptor, filter);
    if (install(&(struct sock_fprog){(unsigned short)self->length, filter})) return true;
    return error_set(error, ERROR_PLUGIN,
                     "the sandbox cannot be entered: %s; set sandbox = off in [pipeline]",
                     strerror(errno));
}
