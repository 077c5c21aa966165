/* What a process has answered is taken in the order of its queue. When one is found dead, the first
 * item that it has not answered tells what it was at: an article that was begun and not done is the
 * one to blame; what was done before it stays, what comes after it is left to the next process,
 * which goes on with the same queue. */
#include "worker_pool.h"

#include "confine.h"

#include <dirent.h>
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_STILLBORN  3
#define LOOKS_PER_LIMIT 8   /* looks at a process while an article may take its time */
#define LONGEST_LOOK    250 /* milliseconds between two looks */

static process_note *note_of(const worker_pool *self, size_t process)
{
    return exchange_note(self->shared, process);
}

/* Returns an item of a process's queue. */
static pool_item item_at(const worker_pool *self, size_t process, uint32_t index)
{
    const work_queue *queue = exchange_queue(self->shared, process);
    uint32_t item = queue->items[index & (self->shared->queue_room - 1)];
    return (pool_item){item / self->shared->segment_count, item % self->shared->segment_count};
}

static size_t index_of(const worker_pool *self, pool_item item)
{
    return item.slot * self->shared->segment_count + item.segment;
}

static answer *answer_of(const worker_pool *self, pool_item item)
{
    return exchange_answer(self->shared, item.slot, item.segment);
}

/* Tells how many items of its queue a process has answered, as far as that can be believed. */
static uint32_t count_answered(const worker_pool *self, size_t process)
{
    const pool_process *child = &self->processes[process];
    uint32_t answered = atomic_load(&note_of(self, process)->answered);
    bool sane = answered - child->answered <= child->dealt - child->answered;
    return sane ? answered : child->answered;
}

/* ---- Opening ------------------------------------------------------------------------------- */

static void do_nothing(int signal_number)
{
    (void)signal_number;
}

/* A plug-in that works on files or sockets may have opened them in `open`. */
static bool note_descriptors(worker_pool *self, mill_error *error)
{
    struct dirent *entry;
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL) return true;
    while ((entry = readdir(folder)) != NULL) {
        int descriptor = atoi(entry->d_name);
        if (descriptor <= STDERR_FILENO || descriptor == dirfd(folder)) continue;
        int *kept = reallocarray(self->kept, self->kept_count + 1, sizeof *kept);
        if (kept == NULL) break;
        self->kept = kept;
        self->kept[self->kept_count++] = descriptor;
    }
    closedir(folder);
    return entry == NULL || error_set(error, ERROR_MEMORY, "out of memory");
}

bool worker_pool_prepare(worker_pool *self, const pipeline *chain, mill_error *error)
{
    *self = (worker_pool){.chain = chain, .workers = chain->settings.workers, .wake = -1};
    bool wants_sandbox = self->workers > 0 && chain->settings.sandbox != SANDBOX_OFF;
    self->lacks_sandbox = wants_sandbox && !sandbox_supported();
    if (self->lacks_sandbox && chain->settings.sandbox == SANDBOX_REQUIRED)
        return error_set(error, ERROR_PLUGIN,
                         "sandbox = required, but this kernel cannot filter system calls "
                         "(seccomp); set sandbox = on to run without");
    return note_descriptors(self, error);
}

/* The end of a child then ends a wait, and only a wait. */
static bool open_wake(worker_pool *self, mill_error *error)
{
    struct sigaction action = {.sa_handler = do_nothing};
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigaction(SIGCHLD, &action, NULL);
    sigprocmask(SIG_BLOCK, &child, NULL);
    self->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return self->wake >= 0 ||
           error_set(error, ERROR_MEMORY, "cannot make an eventfd: %s", strerror(errno));
}

static uint32_t add_uses(uint32_t uses, const pipeline_step *steps, size_t count)
{
    const uint32_t all = MILL_USES_FILES | MILL_USES_NETWORK | MILL_USES_PROCESSES;
    for (size_t i = 0; i < count; i++) uses |= steps[i].plugin->flags & all;
    return uses;
}

/* One sandbox for all: it allows what any of the plug-ins declares. */
static bool open_sandbox(worker_pool *self, mill_error *error)
{
    const pipeline *chain = self->chain;
    self->uses = add_uses(0, chain->readers, chain->reader_count);
    self->uses = add_uses(self->uses, chain->stages, chain->stage_count);
    self->uses = add_uses(self->uses, chain->outputs, chain->output_count);
    if (chain->settings.sandbox == SANDBOX_OFF || self->lacks_sandbox) return true;
    self->sandbox = sandbox_create(self->uses, error);
    return self->sandbox != NULL;
}

bool worker_pool_open(worker_pool *self, const exchange *shared, journal *journals,
                      const volatile sig_atomic_t *stop, mill_error *error)
{
    bool has_processes = self->workers > 0;
    self->shared = shared;
    self->journals = journals;
    self->coordinator = getpid();
    self->processes = calloc(shared->process_count, sizeof *self->processes);
    size_t items = shared->slot_count * shared->segment_count;
    self->journaled = calloc(items, sizeof *self->journaled);
    self->journal_begin = calloc(items, sizeof *self->journal_begin);
    if (self->processes == NULL || self->journaled == NULL || self->journal_begin == NULL)
        return error_set(error, ERROR_MEMORY, "out of memory");
    if (!worker_open(&self->worker, self->chain, shared,
                     has_processes ? exchange_stop(shared) : stop, error))
        return false;
    return !has_processes || (open_wake(self, error) && open_sandbox(self, error));
}

/* ---- Starting a process -------------------------------------------------------------------- */

static bool is_ordered(const worker_pool *self, size_t process)
{
    return process >= self->shared->parallel_count;
}

/* Returns the segment of a process for an ordered one. */
static size_t ordered_segment(const worker_pool *self, size_t process)
{
    size_t left = process - self->shared->parallel_count;
    for (size_t i = 0; i < self->chain->segment_count; i++)
        if (self->chain->segments[i].is_ordered && left-- == 0) return i;
    return self->chain->segment_count;
}

/* Gives up, in a new process, all that the work does not need. */
static bool give_up_rights(const worker_pool *self, size_t process, mill_error *error)
{
    const confine_rules limits = {.coordinator = self->coordinator,
                                  .memory = self->chain->settings.memory,
                                  .event_descriptor = self->wake,
                                  .kept = self->kept,
                                  .kept_count = self->uses != 0 ? self->kept_count : 0};
    if (!exchange_confine(self->shared, self->chain, process, error) ||
        !confine_process(&limits, error))
        return false;
    death_watch(&note_of(self, process)->death, limits.memory);
    return self->sandbox == NULL || sandbox_enter(self->sandbox, self->wake, error);
}

static bool prepare_process(const worker_pool *self, size_t process, mill_error *error)
{
    if (is_ordered(self, process)) {
        const journal *saved = &self->journals[ordered_segment(self, process)];
        if (!worker_restore(&self->worker, saved->descriptor, saved->length, error)) return false;
    }
    return give_up_rights(self, process, error);
}

static void live(worker_pool *self, size_t process)
{
    process_note *note = note_of(self, process);
    mill_error error;
    if (prepare_process(self, process, &error)) {
        worker_serve(&self->worker, process, self->processes[process].answered, self->wake);
        _exit(0);
    }
    snprintf(note->failure, sizeof note->failure, "%s", error.message);
    _exit(1);
}

static bool spawn(worker_pool *self, size_t process, mill_error *error)
{
    pool_process *child = &self->processes[process];
    memset(note_of(self, process), 0, sizeof(process_note));
    atomic_store(&note_of(self, process)->answered, child->answered);
    child->timed_out = false;
    child->mark = 0;
    child->since = statistics_now();
    child->pid = fork();
    if (child->pid == 0) live(self, process);
    if (child->pid > 0) return true;
    child->pid = 0;
    return error_set(error, ERROR_MEMORY,
                     "cannot start a worker process: %s; raise the limit of processes (ulimit -u) "
                     "or lower workers in [pipeline]",
                     strerror(errno));
}

/* ---- Dealing ------------------------------------------------------------------------------- */

uint32_t worker_pool_load(const worker_pool *self, size_t process)
{
    return self->processes[process].dealt - self->processes[process].answered;
}

static void put(worker_pool *self, size_t process, uint32_t item)
{
    work_queue *queue = exchange_queue(self->shared, process);
    pool_process *child = &self->processes[process];
    if (worker_pool_load(self, process) == 0) child->since = statistics_now();
    queue->items[child->dealt++ & (self->shared->queue_room - 1)] = item;
    atomic_store(&queue->dealt, child->dealt);
    if (child->pid != 0) syscall(SYS_futex, &queue->dealt, FUTEX_WAKE, 1, NULL, NULL, 0);
}

bool worker_pool_deal(worker_pool *self, pool_item item, mill_error *error)
{
    size_t process = exchange_process_of(self->shared, self->chain, item.slot, item.segment);
    self->journaled[index_of(self, item)] = 0;
    put(self, process, (uint32_t)index_of(self, item));
    if (self->workers == 0) {
        worker_answer(&self->worker, item.slot, item.segment);
        atomic_store(&note_of(self, process)->answered, self->processes[process].dealt);
        return true;
    }
    return self->processes[process].pid != 0 || spawn(self, process, error);
}

/* ---- Taking -------------------------------------------------------------------------------- */

/* Appends to the journal what a batch has saved and is not there yet. */
static bool append_journal(worker_pool *self, pool_item item, uint32_t done, mill_error *error)
{
    answer *from = answer_of(self, item);
    uint64_t *journaled = &self->journaled[index_of(self, item)];
    mill_text last;
    if (!self->chain->segments[item.segment].is_ordered) return true;
    if (*journaled == 0)
        self->journal_begin[index_of(self, item)] = self->journals[item.segment].length;
    if (done == 0) return true;
    if (!answer_range(self->shared, from, done - 1, ANSWER_JOURNAL, &last)) return true;
    const char *begin = answer_part(self->shared, from, ANSWER_JOURNAL);
    uint64_t end = (uint64_t)(last.data - begin) + last.length;
    if (end <= *journaled) return true;
    const mill_text saved = {begin + *journaled, (size_t)(end - *journaled)};
    *journaled = end;
    return journal_append(&self->journals[item.segment], saved, error);
}

uint64_t worker_pool_journal_end(const worker_pool *self, pool_item item, uint32_t article)
{
    uint64_t end = answer_ends(self->shared, answer_of(self, item), article)[ANSWER_JOURNAL];
    uint64_t most = self->journaled[index_of(self, item)];
    return self->journal_begin[index_of(self, item)] + (end < most ? end : most);
}

/* Lays a death, or an answer that makes no sense, to one article. */
static void blame(const worker_pool *self, pool_item item, uint32_t article, const char *reason)
{
    answer *from = answer_of(self, item);
    uint64_t *ends = answer_ends(self->shared, from, article);
    size_t length = strlen(reason);
    uint32_t row = from->row < self->shared->row_count ? from->row : 0;
    for (size_t part = 0; part < self->shared->part_count; part++)
        ends[part] = article > 0 ? answer_ends(self->shared, from, article - 1)[part] : 0;
    if (ends[ANSWER_NOTES] > self->shared->part_room - length) ends[ANSWER_NOTES] = 0;
    memcpy(answer_part(self->shared, from, ANSWER_NOTES) + ends[ANSWER_NOTES], reason, length);
    ends[ANSWER_NOTES] += length;
    from->articles[article] =
        (article_answer){.outcome = ARTICLE_DEAD, .row = row, .reason_length = (uint32_t)length};
    answer_rows(self->shared, from)[row].dead++;
    atomic_store(&from->begun, article + 1);
    atomic_store(&from->done, article + 1);
}

int worker_pool_take(worker_pool *self, pool_item *item, mill_error *error)
{
    for (size_t process = 0; process < self->shared->process_count; process++) {
        pool_process *child = &self->processes[process];
        if (count_answered(self, process) == child->answered) continue;
        *item = item_at(self, process, child->answered++);
        child->since = statistics_now();
        child->stillborn = 0;
        answer *from = answer_of(self, *item);
        uint32_t count = exchange_batch(self->shared, item->slot)->count;
        if (atomic_load(&from->done) > count) atomic_store(&from->done, count);
        return append_journal(self, *item, atomic_load(&from->done), error) ? 1 : -1;
    }
    return 0;
}

/* ---- Deaths -------------------------------------------------------------------------------- */

/* A process has died without taking up an article. */
static bool count_stillborn(worker_pool *self, size_t process, const char *reason,
                            mill_error *error)
{
    const char *failure = note_of(self, process)->failure;
    if (failure[0] != '\0')
        return error_set(error, ERROR_PLUGIN, "a worker process cannot begin: %.900s", failure);
    if (++self->processes[process].stillborn < MOST_STILLBORN) return true;
    return error_set(error, ERROR_PLUGIN,
                     "a worker process died %d times before it took up an article, the last time "
                     "%s; look at what the plug-ins start, or try --workers 0",
                     MOST_STILLBORN, reason);
}

/* SIGKILL may come from outside: from an operator, or a system that is out of memory. The article
 * is tried once more, so that such a kill loses nothing; what kills again is to blame. */
static bool deserves_retry(pool_process *child, int status, uint64_t mark)
{
    bool outside = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && !child->timed_out;
    if (!outside || child->retried == mark) return false;
    child->retried = mark;
    return true;
}

/* Finds the article that a process was at when it died. A plug-in that ran wild may have written
 * over the counters; then it is one that was not known to be done at the last death, so that each
 * death brings the batch on. Returns false if there was none. */
static bool find_victim(const worker_pool *self, const pool_process *child, uint32_t answered,
                        pool_item item, uint32_t *article)
{
    const answer *from = answer_of(self, item);
    uint32_t count = exchange_batch(self->shared, item.slot)->count;
    uint32_t begun = atomic_load(&from->begun), done = atomic_load(&from->done);
    uint32_t known = (uint32_t)(child->settled >> 32) == answered ? (uint32_t)child->settled : 0;
    bool sane = done >= known && begun <= count && (begun == done || begun == done + 1);
    *article = done >= known && done < count ? done : known;
    return *article < count && (!sane || begun > done);
}

/* Deals with the article that a process was at when it died. Fails: false, if there was none, too
 * often. */
static bool settle_article(worker_pool *self, size_t process, uint32_t answered, int status,
                           mill_error *error)
{
    pool_process *child = &self->processes[process];
    pool_item item = item_at(self, process, answered);
    answer *from = answer_of(self, item);
    uint32_t article;
    char reason[DEATH_TEXT_MAX];
    const death_limits limits = {.memory = self->chain->settings.memory,
                                 .uses = self->uses,
                                 .timeout = self->chain->settings.timeout,
                                 .timed_out = child->timed_out};
    death_describe(status, &note_of(self, process)->death, &limits, reason, sizeof reason);
    if (!find_victim(self, child, answered, item, &article))
        return count_stillborn(self, process, reason, error);
    child->stillborn = 0;
    if (deserves_retry(child, status, (uint64_t)answered << 32 | (article + 1))) {
        atomic_store(&from->begun, article);
        atomic_store(&from->done, article);
    } else {
        blame(self, item, article, reason);
    }
    child->settled = (uint64_t)answered << 32 | atomic_load(&from->done);
    return append_journal(self, item, atomic_load(&from->done), error);
}

/* Appends to the journals what a process has answered and nobody has taken yet: the process that
 * takes its place begins with the state behind that. */
static bool append_answered(worker_pool *self, size_t process, uint32_t answered, mill_error *error)
{
    for (uint32_t i = self->processes[process].answered; i != answered; i++) {
        pool_item item = item_at(self, process, i);
        if (!append_journal(self, item, atomic_load(&answer_of(self, item)->done), error))
            return false;
    }
    return true;
}

/* Finds out what a process died of and at which article, and lets another one go on. */
static bool bury(worker_pool *self, size_t process, int status, mill_error *error)
{
    pool_process *child = &self->processes[process];
    uint32_t answered = count_answered(self, process);
    child->pid = 0;
    if (answered == child->dealt) return true;
    if (!append_answered(self, process, answered, error) ||
        !settle_article(self, process, answered, status, error))
        return false;
    self->restarts++;
    /* What it had answered is taken later: the next one starts behind that. */
    uint32_t taken = child->answered;
    child->answered = answered;
    bool fine = spawn(self, process, error);
    child->answered = taken;
    return fine;
}

/* Kills a process that does not get on. */
static void watch(worker_pool *self, size_t process, uint64_t now)
{
    pool_process *child = &self->processes[process];
    uint32_t answered = count_answered(self, process);
    if (answered == child->dealt) {
        child->since = now;
        return;
    }
    const answer *at = answer_of(self, item_at(self, process, answered));
    uint64_t mark = (uint64_t)answered << 32 | atomic_load(&at->begun);
    if (mark != child->mark) {
        child->mark = mark;
        child->since = now;
    }
    if ((double)(now - child->since) < self->chain->settings.timeout * 1e9) return;
    child->timed_out = true;
    child->since = now;
    kill(child->pid, SIGKILL);
}

bool worker_pool_tend(worker_pool *self, mill_error *error)
{
    uint64_t now = statistics_now();
    for (size_t i = 0; i < self->shared->process_count && self->workers > 0; i++) {
        int status;
        if (self->processes[i].pid == 0) continue;
        if (waitpid(self->processes[i].pid, &status, WNOHANG) > 0) {
            if (!bury(self, i, status, error)) return false;
        } else {
            watch(self, i, now);
        }
    }
    return true;
}

/* ---- Waiting ------------------------------------------------------------------------------- */

static bool is_busy(const worker_pool *self)
{
    for (size_t i = 0; i < self->shared->process_count; i++)
        if (worker_pool_load(self, i) > 0) return true;
    return false;
}

/* How long an article may go unwatched. */
static struct timespec longest_wait(const worker_pool *self)
{
    double look = self->chain->settings.timeout * 1000 / LOOKS_PER_LIMIT;
    long milliseconds = look < 1 ? 1 : look < LONGEST_LOOK ? (long)look : LONGEST_LOOK;
    return (struct timespec){0, milliseconds * 1000000};
}

static bool is_set(const volatile sig_atomic_t *flag)
{
    return flag != NULL && *flag != 0;
}

void worker_pool_wait(const worker_pool *self, int input, const volatile sig_atomic_t *stop,
                      const volatile sig_atomic_t *report)
{
    struct pollfd sources[] = {{.fd = self->wake, .events = POLLIN},
                               {.fd = input, .events = POLLIN}};
    const struct timespec longest = longest_wait(self);
    sigset_t held, before, open;
    uint64_t count;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGUSR1);
    /* Held between the look at the flags and the wait, so that no signal falls in the gap. */
    sigprocmask(SIG_BLOCK, &held, &before);
    open = before;
    sigdelset(&open, SIGCHLD);
    if (!is_set(stop) && !is_set(report))
        ppoll(sources, MILL_COUNT(sources), is_busy(self) ? &longest : NULL, &open);
    sigprocmask(SIG_SETMASK, &before, NULL);
    while (self->wake >= 0 && read(self->wake, &count, sizeof count) > 0) continue;
}

void worker_pool_stop(worker_pool *self)
{
    *exchange_stop(self->shared) = 1;
}

bool worker_pool_position(const worker_pool *self, size_t process, pool_position *position)
{
    const pool_process *child = &self->processes[process];
    uint32_t answered = count_answered(self, process);
    if (child->pid == 0 || answered == child->dealt) return false;
    pool_item item = item_at(self, process, answered);
    const answer *at = answer_of(self, item);
    uint32_t count = exchange_batch(self->shared, item.slot)->count;
    uint32_t done = atomic_load(&at->done), row = at->row;
    if (done >= count) return false;
    *position =
        (pool_position){item.slot, done, row < self->shared->row_count ? row : 0, child->since};
    return true;
}

/* ---- Ending -------------------------------------------------------------------------------- */

bool worker_pool_dismiss(worker_pool *self, mill_error *error)
{
    for (size_t i = 0; i < self->shared->process_count; i++) {
        pool_process *child = &self->processes[i];
        if (child->pid == 0) continue;
        put(self, i, WORK_QUIT);
        while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR) continue;
        child->pid = 0;
        child->answered = child->dealt;
    }
    sandbox_destroy(self->sandbox);
    self->sandbox = NULL;
    return self->workers == 0 || open_sandbox(self, error);
}

void worker_pool_close(worker_pool *self)
{
    sigset_t child;
    for (size_t i = 0; self->processes != NULL && i < self->shared->process_count; i++) {
        if (self->processes[i].pid == 0) continue;
        kill(self->processes[i].pid, SIGKILL);
        while (waitpid(self->processes[i].pid, NULL, 0) < 0 && errno == EINTR) continue;
    }
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_UNBLOCK, &child, NULL);
    if (self->wake >= 0) close(self->wake);
    sandbox_destroy(self->sandbox);
    if (self->worker.chain != NULL) worker_close(&self->worker);
    free(self->processes);
    free(self->journaled);
    free(self->journal_begin);
    free(self->kept);
    *self = (worker_pool){.wake = -1};
}
