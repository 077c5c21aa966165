/* Which system calls belong to what. The lists hold what the C library and the common libraries
 * (SQLite, curl, resolvers) call; the names are those of all machines together. */
#include "sandbox.h"
#include "sandbox_private.h"

#include "textmill/plugin.h"

#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Some are less obvious: malloc asks sched_getaffinity when memory runs short, qsort asks sysinfo
 * how much there is; poll and select without descriptors are old ways to sleep, and with them tell
 * only of what the process has; a sleeping plug-in meets the time limit. */
const char sandbox_calls_for_everybody[] =
    "munmap mremap madvise brk sched_getaffinity sysinfo getrandom "
    "clock_gettime clock_getres gettimeofday time clock_nanosleep nanosleep pause poll ppoll "
    "select pselect6 sched_yield futex membarrier rseq "
    "getpid gettid getppid getcpu getrusage times "
    "rt_sigreturn rt_sigprocmask sigaltstack restart_syscall exit exit_group";

const char sandbox_calls_for_files[] =
    "open openat openat2 creat read pread64 readv preadv preadv2 write pwrite64 writev "
    "pwritev pwritev2 lseek sendfile copy_file_range "
    "stat lstat fstat newfstatat statx statfs fstatfs access faccessat faccessat2 readlink "
    "readlinkat getdents getdents64 getcwd chdir fchdir "
    "truncate ftruncate fallocate fsync fdatasync sync_file_range msync fadvise64 readahead "
    "mincore flock dup "
    "unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat mkdir mkdirat "
    "rmdir chmod fchmod fchmodat fchown utimensat umask getuid geteuid getgid getegid uname";

const char sandbox_calls_for_network[] =
    "socket socketpair connect bind listen accept accept4 shutdown getsockname getpeername "
    "setsockopt getsockopt sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg "
    "epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd2 "
    "timerfd_create timerfd_settime pipe pipe2";

const char sandbox_calls_for_nobody[] =
    "ptrace process_vm_readv process_vm_writev process_madvise "
    "mount umount2 pivot_root move_mount open_tree fsopen fsmount fsconfig mount_setattr "
    "chroot swapon swapoff quotactl acct "
    "reboot kexec_load kexec_file_load init_module finit_module delete_module iopl ioperm "
    "settimeofday clock_settime sethostname setdomainname";

/* libuv tries io_uring, Go tries pidfds: killed for it, no such program could be started. io_uring
 * would also reach past the filter. */
const char sandbox_calls_in_vain[] =
    "io_uring_setup io_uring_enter io_uring_register pidfd_send_signal pidfd_getfd bpf "
    "perf_event_open userfaultfd keyctl add_key request_key kcmp unshare setns";

/* ---- Explaining a refusal ------------------------------------------------------------------ */

void sandbox_call_name(int number, char name[SANDBOX_CALL_NAME_MAX])
{
    char *known =
        number < 0 ? NULL : seccomp_syscall_resolve_num_arch(seccomp_arch_native(), number);
    if (known != NULL)
        snprintf(name, SANDBOX_CALL_NAME_MAX, "%s", known);
    else if (number < 0)
        snprintf(name, SANDBOX_CALL_NAME_MAX, "a foreign system call");
    else
        snprintf(name, SANDBOX_CALL_NAME_MAX, "system call %d", number);
    free(known);
}

bool sandbox_next_call(const char **list, char name[SANDBOX_CALL_NAME_MAX])
{
    *list += strspn(*list, " ");
    size_t length = strcspn(*list, " ");
    snprintf(name, SANDBOX_CALL_NAME_MAX, "%.*s", (int)length, *list);
    *list += length;
    return length > 0;
}

static bool is_in(const char *list, const char *wanted)
{
    char name[SANDBOX_CALL_NAME_MAX];
    while (sandbox_next_call(&list, name))
        if (strcmp(name, wanted) == 0) return true;
    return false;
}

/* popen begins with a pipe, which the network calls have as well. */
static const char calls_of_processes[] = "clone clone3 fork vfork execve execveat wait4 waitid "
                                         "pipe pipe2 setpgid getpgid getpgrp setsid "
                                         "getsid set_tid_address set_robust_list";

const char *sandbox_remedy(int number, uint32_t uses)
{
    bool has_processes = (uses & MILL_USES_PROCESSES) != 0;
    bool has_network = has_processes || (uses & MILL_USES_NETWORK) != 0;
    bool has_files = has_network || (uses & MILL_USES_FILES) != 0;
    char name[SANDBOX_CALL_NAME_MAX];
    sandbox_call_name(number, name);
    if (is_in("mmap mprotect", name))
        return "no plug-in may have memory that is executable or shared";
    if (is_in("kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo", name))
        return "no plug-in may signal a process that it did not start";
    if (has_files && is_in("close dup2 dup3", name))
        return "no plug-in may close or replace the worker's own descriptor";
    if (!has_files && (is_in(sandbox_calls_for_files, name) ||
                       is_in("close close_range dup2 dup3 fcntl ioctl", name)))
        return "the plug-in must declare MILL_USES_FILES";
    if (!has_processes && is_in(calls_of_processes, name))
        return "the plug-in must declare MILL_USES_PROCESSES";
    if (!has_network && is_in(sandbox_calls_for_network, name))
        return "the plug-in must declare MILL_USES_NETWORK";
    return "no plug-in may do this";
}
