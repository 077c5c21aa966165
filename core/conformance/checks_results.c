/* Checks that compare results: the same article, again, in another order, and after a new start. A
 * result is kept as a digest of its bytes. */
#include "conformance/conformance.h"

#include <stdlib.h>
#include <xxhash.h>

/* An order in which all articles come: first + i * step, modulo their count. */
typedef struct order {
    size_t first;
    size_t step;
} order;

/* Takes one article through and returns the digest of what came out, the outcome included. */
static uint64_t digest_of(conformance *kit, const subject_instance *instance, size_t article,
                          buffer *saved)
{
    buffer result;
    mill_error why;
    buffer_init(&result, NULL, (size_t)2 << 30);
    conformance_at(kit, article);
    subject_outcome outcome = subject_work(
        &kit->subject, instance, kit->articles.items[article].text, 0, &result, saved, &why);
    uint64_t digest = XXH3_64bits(result.output.data, result.output.length) + (uint64_t)outcome;
    buffer_clear(&result);
    return digest;
}

/* ---- Same ----------------------------------------------------------------------------------- */

/* Takes all small articles through in an order, and compares with `digests` or fills them. */
static bool walk(conformance *kit, const subject_instance *instance, order way, uint64_t *digests,
                 bool compares)
{
    size_t count = kit->articles.count;
    for (size_t i = 0; i < count; i++) {
        size_t at = (way.first + i * way.step) % count;
        if (!conformance_may_use(kit, at, true)) continue;
        uint64_t digest = digest_of(kit, instance, at, NULL);
        if (!compares)
            digests[at] = digest;
        else if (digests[at] != digest)
            return false;
    }
    return true;
}

static verdict walk_twice(conformance *kit, uint64_t *digests)
{
    bool ordered = (kit->subject.plugin->flags & MILL_STREAM_ORDER) != 0;
    const order forth = {0, 1}, back = {kit->articles.count - 1, kit->articles.count - 1};
    subject_instance instance;
    if (!conformance_open_instance(kit, &instance)) return VERDICT_FAILED;
    walk(kit, &instance, forth, digests, false);
    bool same = ordered || walk(kit, &instance, back, digests, true);
    subject_close(&kit->subject, &instance);
    if (!same)
        return conformance_fail(kit,
                                "the article gives other bytes when the others come in another "
                                "order; nothing may be left of the one before");
    if (!conformance_open_instance(kit, &instance)) return VERDICT_FAILED;
    same = walk(kit, &instance, forth, digests, true);
    subject_close(&kit->subject, &instance);
    if (!same)
        return conformance_fail(kit, "the article gives other bytes the second time; the result "
                                     "depends on what was in memory, on time or on chance");
    return conformance_pass(kit, "%s",
                            ordered ? "twice in the same order, as it needs it"
                                    : "there, back, and again after a new start");
}

verdict check_same(conformance *kit)
{
    uint64_t *digests = calloc(kit->articles.count, sizeof *digests);
    if (digests == NULL) return conformance_fail(kit, "out of memory");
    verdict found = walk_twice(kit, digests);
    free(digests);
    return found;
}

/* ---- Resume --------------------------------------------------------------------------------- */

/* All small articles come, and then all once more: where the second round begins, the run is broken
 * off and another instance takes over. */
typedef struct broken_run {
    uint64_t *digests; /* of the second round, undisturbed */
    buffer saved;      /* in the first round */
} broken_run;

static void run_undisturbed(conformance *kit, const subject_instance *instance, broken_run *run)
{
    for (size_t i = 0; i < kit->articles.count; i++)
        if (conformance_may_use(kit, i, true)) digest_of(kit, instance, i, &run->saved);
    for (size_t i = 0; i < kit->articles.count; i++)
        if (conformance_may_use(kit, i, true)) run->digests[i] = digest_of(kit, instance, i, NULL);
}

static verdict go_on(conformance *kit, const broken_run *run)
{
    subject_instance instance;
    const mill_text saved = {run->saved.output.data, run->saved.output.length};
    if (!conformance_open_instance(kit, &instance)) return VERDICT_FAILED;
    conformance_at(kit, NO_ARTICLE);
    if (saved.length > 0 && kit->subject.plugin->restore(instance.handle, saved) != MILL_OK) {
        subject_close(&kit->subject, &instance);
        return conformance_fail(kit, "restore refuses what save has written, %zu bytes",
                                saved.length);
    }
    verdict found = VERDICT_PASSED;
    for (size_t i = 0; i < kit->articles.count && found == VERDICT_PASSED; i++)
        if (conformance_may_use(kit, i, true) &&
            digest_of(kit, &instance, i, NULL) != run->digests[i])
            found =
                conformance_fail(kit, "after save and restore the article gives other bytes than "
                                      "in a run that was not broken off");
    subject_close(&kit->subject, &instance);
    if (found != VERDICT_PASSED) return found;
    return conformance_pass(kit, "%zu bytes of state", saved.length);
}

verdict check_resume(conformance *kit)
{
    broken_run run;
    subject_instance instance;
    if ((kit->subject.plugin->flags & MILL_STREAM_ORDER) == 0)
        return conformance_skip(kit, "needs no stream order");
    if (!conformance_open_instance(kit, &instance)) return VERDICT_FAILED;
    buffer_init(&run.saved, NULL, (size_t)1 << 30);
    run.digests = calloc(kit->articles.count, sizeof *run.digests);
    if (run.digests == NULL) return conformance_fail(kit, "out of memory");
    run_undisturbed(kit, &instance, &run);
    subject_close(&kit->subject, &instance);
    verdict found = go_on(kit, &run);
    free(run.digests);
    buffer_clear(&run.saved);
    return found;
}
