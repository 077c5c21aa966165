/* What a run does where the kernel cannot filter system calls: it says so once and goes on, unless
 * a sandbox is required. Such a kernel is played by a filter, which what is started inherits. */
#include "program.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define LACKING                                                                                    \
    "textmill: this kernel cannot filter system calls (seccomp): the workers run without a "       \
    "sandbox\n"

/* Makes seccomp(2), and prctl(2) with PR_SET_SECCOMP, fail in this process and its children. */
static void take_seccomp_away(void)
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
    const struct sock_fprog program = {sizeof refuse_filters / sizeof refuse_filters[0],
                                       refuse_filters};
    ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    ck_assert_int_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

static void begin_without_seccomp(void)
{
    begin();
    unsetenv("NO_SANDBOX");
    write_file("in.jsonl", "{\"id\":\"a\",\"text\":\"One.\"}\n");
    take_seccomp_away();
}

START_TEST(says_once_that_there_is_no_sandbox_and_goes_on)
{
    begin_without_seccomp();
    expect(in_home("textmill run x.ini in.jsonl -w 2 -q"), 0, "{\"id\":\"a\",\"text\":\"One.\"}\n",
           LACKING);
}
END_TEST

START_TEST(does_not_run_where_a_sandbox_is_required)
{
    begin_without_seccomp();
    expect(in_home("textmill run x.ini in.jsonl -w 2 -o out.jsonl --set pipeline.sandbox=required; "
                   "echo $?; ls"),
           0, "1\nin.jsonl\nx.ini\n",
           "textmill: sandbox = required, but this kernel cannot filter system calls (seccomp); "
           "set sandbox = on to run without\n");
}
END_TEST

START_TEST(says_nothing_where_no_sandbox_is_wanted)
{
    begin_without_seccomp();
    expect(in_home("textmill run x.ini in.jsonl -w 2 -q --set pipeline.sandbox=off"), 0,
           "{\"id\":\"a\",\"text\":\"One.\"}\n", "");
    expect(in_home("textmill run x.ini in.jsonl -w 0 -q"), 0, "{\"id\":\"a\",\"text\":\"One.\"}\n",
           "");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {says_once_that_there_is_no_sandbox_and_goes_on,
                                  does_not_run_where_a_sandbox_is_required,
                                  says_nothing_where_no_sandbox_is_wanted, NULL};
    return test_run(test_suite("no sandbox", tests));
}
