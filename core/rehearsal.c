/* The child shares one page with its parent: where it is, and the note that a dying process
 * leaves. */
#include "rehearsal.h"

#include "confine.h"
#include "death.h"
#include "sandbox.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KEPT_DESCRIPTORS = 256 }; /* that plug-ins may have opened before */

typedef struct stage_door {
    uint32_t row;
    death_note note;
} stage_door;

static uint32_t find_uses(const pipeline *chain, const pipeline_step *reader)
{
    uint32_t uses = reader->plugin->flags;
    for (size_t i = 0; i < chain->stage_count; i++) uses |= chain->stages[i].plugin->flags;
    for (size_t i = 0; i < chain->output_count; i++) uses |= chain->outputs[i].plugin->flags;
    return uses & (MILL_USES_FILES | MILL_USES_NETWORK | MILL_USES_PROCESSES);
}

/* The life of the child. */
static _Noreturn void perform(processor *self, const article_task *task, stage_door *door,
                              pid_t parent, const sandbox *rules, int event)
{
    int kept[KEPT_DESCRIPTORS];
    mill_error error;
    const confine_rules limits = {.coordinator = parent,
                                  .memory = self->chain->settings.memory,
                                  .event_descriptor = event,
                                  .kept = kept,
                                  .kept_count = KEPT_DESCRIPTORS};
    article_task own = *task;
    for (int i = 0; i < KEPT_DESCRIPTORS; i++) kept[i] = STDERR_FILENO + 1 + i;
    own.row = &door->row;
    own.watcher = NULL;
    if (confine_process(&limits, &error)) {
        death_watch(&door->note, limits.memory);
        if (rules == NULL || sandbox_enter(rules, event, &error)) processor_run(self, &own);
    }
    _exit(0);
}

/* Waits for the child, no longer than an article may take. Returns its wait status. */
static int wait_for(pid_t child, double timeout, bool *timed_out)
{
    int status = 0, descriptor = pidfd_open(child, 0);
    struct pollfd end = {.fd = descriptor, .events = POLLIN};
    int answer = descriptor >= 0 ? poll(&end, 1, (int)(timeout * 1000) + 1) : 1;
    *timed_out = answer == 0;
    if (*timed_out) kill(child, SIGKILL);
    if (descriptor >= 0) close(descriptor);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

/* Lets a child try, and judges how it ended. */
static bool try_in_child(processor *self, const article_task *task, const sandbox *rules,
                         stage_door *door, uint32_t *row, char *reason, size_t size,
                         mill_error *error)
{
    const pipeline_settings *settings = &self->chain->settings;
    death_limits limits = {.timeout = settings->timeout,
                           .memory = settings->memory,
                           .uses = find_uses(self->chain, task->reader)};
    int event = eventfd(0, EFD_CLOEXEC);
    pid_t parent = getpid(), child = event >= 0 ? fork() : -1;
    if (child == 0) perform(self, task, door, parent, rules, event);
    int code = errno;
    if (event >= 0) close(event);
    if (child < 0)
        return error_set(error, ERROR_MEMORY, "cannot start a process: %s", strerror(code));
    int status = wait_for(child, settings->timeout, &limits.timed_out);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && !limits.timed_out) return true;
    *row = door->row;
    death_describe(status, &door->note, &limits, reason, size);
    return true;
}

/* Copies a record: the window that it lies in is not there in a child. */
static char *copy_record(mill_text record)
{
    char *copy = calloc(1, record.length + MILL_PADDING);
    if (copy != NULL && record.length > 0) memcpy(copy, record.data, record.length);
    return copy;
}

bool rehearse(processor *self, const article_task *task, uint32_t *row, char *reason, size_t size,
              mill_error *error)
{
    const pipeline_settings *settings = &self->chain->settings;
    *row = REHEARSAL_SURVIVED;
    if (settings->workers == 0) return true;
    stage_door *door =
        mmap(NULL, sizeof *door, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    article_task own = *task;
    char *record = copy_record(task->data);
    sandbox *rules = NULL;
    own.data.data = record;
    if (door == MAP_FAILED || record == NULL) {
        free(record);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    bool fine = settings->sandbox == SANDBOX_OFF || !sandbox_supported() ||
                (rules = sandbox_create(find_uses(self->chain, task->reader), error)) != NULL;
    fine = fine && try_in_child(self, &own, rules, door, row, reason, size, error);
    free(record);
    sandbox_destroy(rules);
    munmap(door, sizeof *door);
    return fine;
}
