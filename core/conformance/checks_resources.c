/* Checks of what a plug-in takes: memory and descriptors that it does not give back, memory that it
 * does not get, system calls that it does not declare. */
#include "conformance/conformance.h"

#include "sandbox.h"

#include <dirent.h>
#include <malloc.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <xxhash.h>

enum {
    ROUNDS = 100,
    SHARES = 10,                       /* each round sees one of so many shares of the articles */
    LEAST_LEAK = 16 * ROUNDS / SHARES, /* bytes: no piece of the heap is smaller */
    FEW_ARTICLES = 5,
    SMALL_ARTICLE = 20000,
    MOST_REQUESTS = 200,
};

/* Tells whether an article is one of the few that are worked on again and again. */
static bool is_one_of_few(const conformance *kit, size_t article)
{
    return conformance_may_use(kit, article, true) &&
           article < kit->articles.hostile + FEW_ARTICLES &&
           kit->articles.items[article].text.length <= SMALL_ARTICLE;
}

/* ---- Growth --------------------------------------------------------------------------------- */

typedef struct holdings {
    size_t heap;
    size_t descriptors;
} holdings;

static holdings count_holdings(void)
{
    struct mallinfo2 heap = mallinfo2();
    holdings held = {.heap = heap.uordblks + heap.hblkhd};
    DIR *folder = opendir("/proc/self/fd");
    while (folder != NULL && readdir(folder) != NULL) held.descriptors++;
    if (folder != NULL) closedir(folder);
    return held;
}

/* Works on one share of the articles, so that in SHARES rounds each has its turn. */
static bool live_once(conformance *kit, size_t share)
{
    subject_instance instance;
    mill_error why;
    if (!conformance_open_instance(kit, &instance)) return false;
    for (size_t i = 0; i < kit->articles.count; i++) {
        if (i % SHARES != share || !is_one_of_few(kit, i)) continue;
        conformance_at(kit, i);
        subject_work(&kit->subject, &instance, kit->articles.items[i].text, 0, NULL, NULL, &why);
    }
    conformance_at(kit, NO_ARTICLE);
    subject_close(&kit->subject, &instance);
    return true;
}

verdict check_growth(conformance *kit)
{
    holdings before = {0}, after;
    for (size_t round = 0; round < SHARES + ROUNDS; round++) {
        if (round == SHARES) before = count_holdings();
        if (!live_once(kit, round % SHARES)) return VERDICT_FAILED;
    }
    after = count_holdings();
    if (after.heap > before.heap + LEAST_LEAK)
        return conformance_fail(kit,
                                "%zu bytes are left after %d times; free in close what open "
                                "and the articles took",
                                after.heap - before.heap, ROUNDS);
    if (after.descriptors > before.descriptors)
        return conformance_fail(kit, "%zu file descriptors are left after %d times; close them",
                                after.descriptors - before.descriptors, ROUNDS);
    return conformance_pass(kit, "%d times", ROUNDS);
}

/* ---- Memory --------------------------------------------------------------------------------- */

/* What is to be read if this process dies. */
static void announce(conformance *kit, unsigned request, const char *where)
{
    conformance_fail(kit, "where request %u for memory in %s is refused", request, where);
}

static verdict refuse_in_open(conformance *kit, size_t *refused)
{
    subject_instance instance;
    mill_error error;
    if (!conformance_open_instance(kit, &instance)) return VERDICT_FAILED;
    uint64_t requests = kit->subject.host.requests;
    subject_close(&kit->subject, &instance);
    for (unsigned k = 1; k <= requests && k <= MOST_REQUESTS; k++, ++*refused) {
        announce(kit, k, "open");
        watched_host_begin(&kit->subject.host, k);
        if (!subject_open(&kit->subject, NULL, &instance, &error)) continue;
        subject_close(&kit->subject, &instance);
        return conformance_fail(kit, "open succeeds although request %u for memory was refused", k);
    }
    return VERDICT_PASSED;
}

static uint64_t work(conformance *kit, const subject_instance *instance, size_t article,
                     uint64_t refuse_at, subject_outcome *outcome)
{
    buffer result;
    mill_error why;
    buffer_init(&result, NULL, (size_t)1 << 30);
    conformance_at(kit, article);
    *outcome = subject_work(&kit->subject, instance, kit->articles.items[article].text, refuse_at,
                            &result, NULL, &why);
    uint64_t digest = XXH3_64bits(result.output.data, result.output.length);
    buffer_clear(&result);
    return digest;
}

/* The plug-in must fail cleanly: the same article is as it was before when there is memory again.
 */
static verdict refuse_in_article(conformance *kit, const subject_instance *instance, size_t article,
                                 size_t *refused)
{
    bool ordered = (kit->subject.plugin->flags & MILL_STREAM_ORDER) != 0;
    subject_outcome outcome, usual;
    work(kit, instance, article, 0,
         &usual); /* what the article before has left is another check's */
    uint64_t digest = work(kit, instance, article, 0, &usual);
    uint64_t requests = kit->subject.host.requests;
    for (unsigned k = 1; k <= requests && k <= MOST_REQUESTS; k++, ++*refused) {
        announce(kit, k, "an article");
        work(kit, instance, article, k, &outcome);
        if (outcome == SUBJECT_DAMAGED)
            return conformance_fail(kit,
                                    "has written over its document where request %u for memory "
                                    "was refused",
                                    k);
    }
    if (requests > 0 && !ordered &&
        (work(kit, instance, article, 0, &outcome) != digest || outcome != usual))
        return conformance_fail(kit, "the article gives other bytes after a request for memory was "
                                     "refused; what was begun must be undone");
    return VERDICT_PASSED;
}

verdict check_memory(conformance *kit)
{
    subject_instance instance;
    size_t refused = 0;
    verdict found = refuse_in_open(kit, &refused);
    if (found != VERDICT_PASSED || !conformance_open_instance(kit, &instance))
        return VERDICT_FAILED;
    for (size_t i = 0; i < kit->articles.count && found == VERDICT_PASSED; i++)
        if (is_one_of_few(kit, i)) found = refuse_in_article(kit, &instance, i, &refused);
    subject_close(&kit->subject, &instance);
    if (found != VERDICT_PASSED) return found;
    return conformance_pass(kit, "%zu requests refused", refused);
}

/* ---- Sandbox -------------------------------------------------------------------------------- */

verdict check_sandbox(conformance *kit)
{
    subject_instance instance;
    mill_error error;
    if (!sandbox_supported()) return conformance_skip(kit, "there is no sandbox on this machine");
    if (kit->in_process) return conformance_skip(kit, "needs a process of its own");
    if (!conformance_open_instance(kit, &instance)) return VERDICT_FAILED;
    const uint32_t uses = MILL_USES_FILES | MILL_USES_NETWORK | MILL_USES_PROCESSES;
    sandbox *box = sandbox_create(kit->subject.plugin->flags & uses, &error);
    if (box == NULL || !sandbox_enter(box, eventfd(0, EFD_CLOEXEC), &error))
        return conformance_skip(kit, "%s", error.message);
    for (size_t i = 0; i < kit->articles.count; i++) {
        if (!conformance_may_use(kit, i, true)) continue;
        conformance_at(kit, i);
        subject_work(&kit->subject, &instance, kit->articles.items[i].text, 0, NULL, NULL, &error);
    }
    conformance_at(kit, NO_ARTICLE);
    return conformance_pass(kit, "as a worker");
}
