/* The line of batches is as long as there are slots: a slot is free again when its batch has been
 * committed, so memory is bounded and a slow article holds up only what comes after it. */
#include "batches.h"

#include <stdlib.h>
#include <string.h>

#define NO_SLOT     SIZE_MAX
#define POINT_BYTES ((uint64_t)1 << 20) /* of records, from one end of frames to the next */

/* ---- Opening ------------------------------------------------------------------------------- */

static bool make_slots(batches *self)
{
    size_t count = self->shared.slot_count;
    self->slots = calloc(count, sizeof *self->slots);
    self->line = calloc(count, sizeof *self->line);
    if (self->slots == NULL || self->line == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        self->slots[i].behind = malloc(BATCH_ARTICLES * sizeof *self->slots[i].behind);
        if (self->slots[i].behind == NULL) return false;
    }
    return true;
}

bool batches_open(batches *self, const pipeline *chain, const run_request *request, committer *sink,
                  worker_pool *pool, mill_error *error)
{
    *self = (batches){
        .chain = chain, .request = request, .committer = sink, .pool = pool, .filling = NO_SLOT};
    size_t workers = chain->settings.workers;
    if (!exchange_open(&self->shared, chain, workers, error)) return false;
    if (!make_slots(self)) return error_set(error, ERROR_MEMORY, "out of memory");
    return worker_pool_open(pool, &self->shared, sink->files.journals, request->stop, error);
}

void batches_close(batches *self)
{
    for (size_t i = 0; self->slots != NULL && i < self->shared.slot_count; i++)
        free(self->slots[i].behind);
    free(self->slots);
    free(self->line);
    exchange_close(&self->shared);
    *self = (batches){0};
}

static bool stop_asked(const batches *self)
{
    return *self->request->stop != 0;
}

/* ---- Collecting ---------------------------------------------------------------------------- */

static pending_batch *in_line(const batches *self, size_t index, size_t *slot)
{
    *slot = self->line[(self->first + index) % self->shared.slot_count];
    return &self->slots[*slot];
}

/* Notes all answers there are. */
static bool take_answers(batches *self, bool *any, mill_error *error)
{
    pool_item item;
    int taken;
    while ((taken = worker_pool_take(self->pool, &item, error)) > 0) {
        self->slots[item.slot].answered = true;
        *any = true;
    }
    return taken == 0;
}

/* Deals answered batches to their next segment; to an ordered one, only behind all before them. */
static bool move_on(batches *self, bool *any, mill_error *error)
{
    size_t slot, earlier = SIZE_MAX;
    for (size_t i = 0; i < self->count; i++) {
        pending_batch *batch = in_line(self, i, &slot);
        size_t next = batch->segment + 1;
        bool may_go = batch->answered && next < self->chain->segment_count &&
                      (!self->chain->segments[next].is_ordered || earlier >= next);
        if (may_go) {
            batch->segment = next;
            batch->answered = false;
            *any = true;
            if (!worker_pool_deal(self->pool, (pool_item){slot, next}, error)) return false;
        }
        if (batch->segment < earlier) earlier = batch->segment;
    }
    return true;
}

static bool is_complete(const batches *self, const pending_batch *batch)
{
    return batch->answered && batch->segment + 1 == self->chain->segment_count;
}

static void release_first(batches *self, size_t slot)
{
    exchange_clear_slot(&self->shared, slot);
    self->slots[slot].busy = false;
    self->first = (self->first + 1) % self->shared.slot_count;
    self->count--;
}

static bool commit_first(batches *self, size_t slot, bool stopping, int64_t *taken,
                         mill_error *error)
{
    const answered_batch answered = {slot, exchange_batch(&self->shared, slot)->count,
                                     self->slots[slot].behind};
    *taken = committer_take(self->committer, &answered, stopping, error);
    return *taken >= 0;
}

static bool commit_complete(batches *self, mill_error *error)
{
    size_t slot;
    int64_t taken;
    while (self->count > 0) {
        const pending_batch *batch = in_line(self, 0, &slot);
        if (!is_complete(self, batch)) return true;
        bool point = batch->point;
        if (!commit_first(self, slot, false, &taken, error)) return false;
        release_first(self, slot);
        if (point && !committer_point(self->committer, error)) return false;
    }
    return true;
}

static bool collect(batches *self, mill_error *error)
{
    bool any;
    do {
        any = false;
        if (!worker_pool_tend(self->pool, error) || !take_answers(self, &any, error) ||
            !move_on(self, &any, error))
            return false;
    } while (any && self->chain->segment_count > 1);
    return commit_complete(self, error);
}

bool batches_collect(batches *self, mill_error *error)
{
    if (self->failed) return false;
    self->failed = !collect(self, error);
    return !self->failed;
}

void batches_wait(const batches *self, int input)
{
    worker_pool_wait(self->pool, input, self->stopped ? NULL : self->request->stop,
                     self->woken != NULL ? self->request->report : NULL);
    if (self->woken != NULL) self->woken(self->user);
}

size_t batches_states(const batches *self, worker_state *states)
{
    size_t count = self->chain->settings.workers > 0 ? self->shared.process_count : 0;
    for (size_t i = 0; i < count; i++) {
        pool_position at;
        states[i] = (worker_state){0};
        if (!worker_pool_position(self->pool, i, &at)) continue;
        const batch_article *entry = &exchange_batch(&self->shared, at.slot)->articles[at.article];
        states[i].stage = self->committer->result->counts.stages[at.row].name;
        states[i].source = exchange_bytes(&self->shared, at.slot) + entry->at;
        states[i].since = at.since;
    }
    return count;
}

/* ---- Filling ------------------------------------------------------------------------------- */

/* Returns a free slot of the process that has the fewest batches; NO_SLOT if all are in use. */
static size_t find_slot(const batches *self)
{
    size_t best = NO_SLOT, fewest = SLOTS_OF_A_PROCESS;
    for (size_t begin = 0; begin < self->shared.slot_count; begin += SLOTS_OF_A_PROCESS) {
        size_t busy = 0, open = NO_SLOT;
        for (size_t i = begin; i < begin + SLOTS_OF_A_PROCESS && i < self->shared.slot_count; i++) {
            busy += self->slots[i].busy;
            if (!self->slots[i].busy && open == NO_SLOT) open = i;
        }
        if (open == NO_SLOT || busy >= fewest) continue;
        best = open;
        fewest = busy;
    }
    return best;
}

/* Waits for a slot. The run may be asked to stop meanwhile: then there is none. */
static bool take_slot(batches *self, mill_error *error)
{
    for (;;) {
        if (!batches_collect(self, error)) return false;
        size_t slot = find_slot(self);
        if (slot != NO_SLOT) {
            pending_batch *batch = &self->slots[slot];
            if (!batch->made) exchange_make_batch(&self->shared, slot);
            *batch = (pending_batch){.busy = true, .made = true, .behind = batch->behind};
            self->filling = slot;
            self->line[(self->first + self->count++) % self->shared.slot_count] = slot;
            return true;
        }
        if (stop_asked(self)) return true;
        batches_wait(self, -1);
    }
}

static bool has_room(const batches *self, const cut_record *record)
{
    size_t needed = record->source.length + 1 + record->data.length + MILL_PADDING;
    return self->slots[self->filling].bytes + needed <= self->shared.batch_room;
}

static void put_record(batches *self, const cut_record *record)
{
    record_batch *into = exchange_batch(&self->shared, self->filling);
    pending_batch *batch = &self->slots[self->filling];
    char *bytes = exchange_bytes(&self->shared, self->filling) + batch->bytes;
    memcpy(bytes, record->source.data, record->source.length);
    bytes[record->source.length] = '\0';
    memcpy(bytes + record->source.length + 1, record->data.data, record->data.length);
    batch->behind[into->count] = record->behind;
    into->articles[into->count++] = (batch_article){
        .at = batch->bytes,
        .record_length = record->data.length,
        .source_length = (uint32_t)record->source.length,
        .reader = (uint32_t)(record->reader - self->chain->readers),
    };
    batch->bytes += record->source.length + 1 + record->data.length;
    self->since_point += record->data.length;
}

static bool deal(batches *self, bool point, mill_error *error)
{
    size_t slot = self->filling;
    self->slots[slot].point = point;
    if (point) self->since_point = 0;
    self->filling = NO_SLOT;
    self->failed = !worker_pool_deal(self->pool, (pool_item){slot, 0}, error);
    return !self->failed;
}

bool batches_flush(batches *self, mill_error *error)
{
    if (self->filling == NO_SLOT) return true;
    return deal(self, !self->committer->compresses, error);
}

bool batches_add(batches *self, const cut_record *record, mill_error *error)
{
    if (self->filling != NO_SLOT && !has_room(self, record) && !batches_flush(self, error))
        return false;
    if (self->filling == NO_SLOT && !take_slot(self, error)) return false;
    self->stopped = self->stopped || self->filling == NO_SLOT;
    if (self->stopped) return true;
    put_record(self, record);
    if (self->committer->compresses && self->since_point >= POINT_BYTES)
        return deal(self, true, error);
    bool full = self->slots[self->filling].bytes >= BATCH_BYTES ||
                exchange_batch(&self->shared, self->filling)->count == BATCH_ARTICLES;
    return !full || batches_flush(self, error);
}

/* ---- Ending -------------------------------------------------------------------------------- */

bool batches_drain(batches *self, mill_error *error)
{
    if (self->failed || !batches_flush(self, error)) return false;
    for (;;) {
        if (!batches_collect(self, error)) return false;
        if (self->count == 0 || stop_asked(self)) return true;
        batches_wait(self, -1);
    }
}

bool batches_point(batches *self, mill_error *error)
{
    self->since_point = 0;
    self->failed = self->failed || !committer_point(self->committer, error);
    return !self->failed;
}

static bool is_idle(const batches *self)
{
    for (size_t i = 0; i < self->shared.process_count; i++)
        if (worker_pool_load(self->pool, i) > 0) return false;
    return true;
}

bool batches_stop(batches *self, mill_error *error)
{
    bool any = false;
    self->stopped = true;
    worker_pool_stop(self->pool);
    while (!self->failed) {
        self->failed = !worker_pool_tend(self->pool, error) || !take_answers(self, &any, error);
        if (is_idle(self)) break;
        batches_wait(self, -1);
    }
    while (self->count > 0 && !self->failed) {
        size_t slot;
        int64_t taken;
        in_line(self, 0, &slot);
        uint32_t count = exchange_batch(&self->shared, slot)->count;
        self->failed = !commit_first(self, slot, true, &taken, error);
        if (self->failed || (uint64_t)taken < count) break;
        release_first(self, slot);
    }
    return !self->failed;
}
