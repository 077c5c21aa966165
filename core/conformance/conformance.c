/* The process around a check. What a check knows is in memory shared with it: which article it is
 * at and since when, and in the end what it found; a process that dies or hangs leaves that behind.
 */
#include "conformance/conformance.h"

#include "file.h"
#include "statistics.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_DEATHS = 8, EXIT_VERDICT = 64 };

const conformance_check conformance_checks[] = {
    {"options", "opens with each default, limit and choice; else says why not", check_options,
     false},
    {"hostile", "survives hostile articles, and fails only with a reason", check_hostile, true},
    {"spans", "spans are in range, whole characters, sorted", check_spans, false},
    {"edits", "edits are in range, whole characters, in order", check_edits, false},
    {"fields", "provides what it declares and uses nothing else", check_fields, false},
    {"framing", "finds the same records however the file arrives", check_framing, false},
    {"same", "the same article gives the same bytes, again and in another order", check_same,
     false},
    {"resume", "goes on from its saved state as if nothing had happened", check_resume, false},
    {"growth", "open, work and close 100 times leave nothing behind", check_growth, false},
    {"memory", "survives each request for memory that is refused", check_memory, false},
    {"sandbox", "calls nothing that it does not declare", check_sandbox, false},
    {"time", "takes time in proportion to the article", check_time, false},
};
const size_t conformance_check_count = MILL_COUNT(conformance_checks);

/* ---- For the checks ------------------------------------------------------------------------- */

void conformance_at(conformance *kit, size_t article)
{
    kit->note->article = (uint32_t)article;
    kit->note->since = statistics_now();
}

static verdict tell(conformance *kit, verdict found, const char *format, va_list arguments)
{
    vsnprintf(kit->note->message, sizeof kit->note->message, format, arguments);
    message_flatten(kit->note->message);
    return found;
}

verdict conformance_pass(conformance *kit, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tell(kit, VERDICT_PASSED, format, arguments);
    va_end(arguments);
    return VERDICT_PASSED;
}

verdict conformance_fail(conformance *kit, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tell(kit, VERDICT_FAILED, format, arguments);
    va_end(arguments);
    return VERDICT_FAILED;
}

verdict conformance_skip(conformance *kit, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tell(kit, VERDICT_SKIPPED, format, arguments);
    va_end(arguments);
    return VERDICT_SKIPPED;
}

bool conformance_may_use(const conformance *kit, size_t article, bool small)
{
    const conformance_article *item = &kit->articles.items[article];
    return !item->is_deadly && !(small && item->is_huge);
}

bool conformance_open_instance(conformance *kit, subject_instance *instance)
{
    mill_error error;
    watched_host_begin(&kit->subject.host, 0);
    if (subject_open(&kit->subject, NULL, instance, &error)) return true;
    conformance_fail(kit, "cannot be opened: %s",
                     error.code != ERROR_NONE ? error.message : "and does not say why");
    return false;
}

/* ---- The process ---------------------------------------------------------------------------- */

typedef struct check_process {
    pid_t pid;
    bool timed_out;
} check_process;

/* What plug-ins print would be mistaken for the kit's words. */
static void quieten(void)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere < 0) return;
    dup2(nowhere, STDIN_FILENO);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
}

static void live(conformance *kit, const conformance_check *check)
{
    const struct rlimit no_core = {0, 0};
    setpgid(0, 0);
    setrlimit(RLIMIT_CORE, &no_core);
    quieten();
    death_watch(&kit->note->death, 0);
    _exit(EXIT_VERDICT + (int)check->run(kit));
}

/* Waits for the process, and ends it when one article takes too long. */
static int wait_for(const conformance *kit, check_process *process)
{
    const struct timespec moment = {.tv_nsec = 2000000};
    int status = 0;
    for (;;) {
        pid_t ended = waitpid(process->pid, &status, WNOHANG);
        if (ended == process->pid || (ended < 0 && errno != EINTR)) return status;
        uint64_t since = kit->note->since, now = statistics_now(); /* in this order: now is later */
        if ((double)(now - since) > kit->timeout * 1e9 && !process->timed_out) {
            process->timed_out = true;
            kill(process->pid, SIGKILL);
        }
        nanosleep(&moment, NULL);
    }
}

/* Words the end of a process that has not come to a verdict. */
static verdict explain(conformance *kit, const check_process *process, int status)
{
    char why[DEATH_TEXT_MAX], at[sizeof kit->note->message];
    const death_limits limits = {.timeout = kit->timeout, .uses = kit->subject.plugin->flags};
    snprintf(at, sizeof at, "%s%.300s", kit->note->message[0] != '\0' ? ", " : "",
             kit->note->message);
    if (process->timed_out)
        return conformance_fail(kit, "hangs: no end after %g s%s", kit->timeout, at);
    death_describe(status, &kit->note->death, &limits, why, sizeof why);
    return conformance_fail(kit, "crashes: %s%s", why, at);
}

/* Returns whether the check itself came to the verdict. */
static bool run_in_process_of_its_own(conformance *kit, const conformance_check *check,
                                      verdict *found)
{
    check_process process = {0};
    conformance_at(kit, NO_ARTICLE);
    kit->note->message[0] = '\0';
    kit->note->death = (death_note){0};
    process.pid = fork();
    if (process.pid == 0) live(kit, check);
    if (process.pid < 0) {
        *found = conformance_fail(kit, "no process can be started: %s", strerror(errno));
        return true;
    }
    int status = wait_for(kit, &process);
    kill(-process.pid, SIGKILL); /* what the plug-in has started */
    int code = WIFEXITED(status) ? WEXITSTATUS(status) - EXIT_VERDICT : -1;
    bool is_verdict = !process.timed_out && code >= VERDICT_PASSED && code <= VERDICT_SKIPPED;
    *found = is_verdict ? (verdict)code : explain(kit, &process, status);
    return is_verdict;
}

/* ---- Evidence ------------------------------------------------------------------------------- */

/* Writes the article at which a check failed, and names it in the message. */
static void keep_article(const conformance *kit, const conformance_check *check, char *message,
                         size_t size)
{
    char path[4096];
    uint32_t at = kit->note->article;
    size_t length = strlen(message);
    if (at >= kit->articles.count) return;
    const conformance_article *article = &kit->articles.items[at];
    snprintf(path, sizeof path, "%s/%s.%s.article", kit->folder, kit->subject.plugin->name,
             check->name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    int code = file < 0 ? errno : file_write_all(file, article->text.data, article->text.length);
    if (file >= 0) close(file);
    const char *shown = strncmp(path, "./", 2) == 0 ? path + 2 : path;
    if (code == 0)
        snprintf(message + length, size - length, "; article '%s' is in %s", article->name, shown);
    else
        snprintf(message + length, size - length, "; article '%s' cannot be written to %s: %s",
                 article->name, shown, strerror(code));
}

verdict conformance_run(conformance *kit, const conformance_check *check, char *message,
                        size_t size)
{
    verdict first = VERDICT_PASSED, found;
    for (int deaths = 0; deaths < MOST_DEATHS; deaths++) {
        bool is_verdict = true;
        if (kit->in_process)
            found = check->run(kit);
        else
            is_verdict = run_in_process_of_its_own(kit, check, &found);
        if (first == VERDICT_PASSED) {
            first = found;
            snprintf(message, size, "%s", kit->note->message);
            if (found == VERDICT_FAILED) keep_article(kit, check, message, size);
        }
        uint32_t at = kit->note->article;
        if (is_verdict || !check->goes_on || at >= kit->articles.count) return first;
        kit->articles.items[at].is_deadly = true;
    }
    return first;
}

/* ---- Life ----------------------------------------------------------------------------------- */

bool conformance_open(conformance *kit, const mill_plugin *plugin, const char *path,
                      const subject_option *options, mill_error *error)
{
    *kit = (conformance){.path = path, .folder = ".", .timeout = 10};
    const int shared = MAP_SHARED | MAP_ANONYMOUS;
    kit->note = mmap(NULL, sizeof *kit->note, PROT_READ | PROT_WRITE, shared, -1, 0);
    if (kit->note == MAP_FAILED) kit->note = NULL;
    subject_init(&kit->subject, plugin, path, options);
    bool has_memory =
        articles_make(&kit->articles, plugin->kind == MILL_READER) && kit->note != NULL;
    return has_memory || error_set(error, ERROR_MEMORY, "out of memory");
}

void conformance_close(conformance *kit)
{
    subject_clear(&kit->subject);
    articles_clear(&kit->articles);
    if (kit->note != NULL) munmap(kit->note, sizeof *kit->note);
}
