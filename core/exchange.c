/* One anonymous mapping, laid out by arithmetic: a page for all, then for each process a queue and
 * a note, then the slots. Parts are as large as the largest article may need; that is address
 * space, not memory, until something is written there. */
#include "exchange.h"

#include "pages.h"
#include "processor.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE        ((size_t)4096)
#define PART_KEPT   ((size_t)1 << 20) /* bytes of a part that keep their memory between batches */
#define SOURCE_ROOM ((size_t)1 << 20) /* for the sources of a batch */

static size_t whole_pages(size_t size)
{
    return (size + PAGE - 1) & ~(PAGE - 1);
}

/* ---- Layout -------------------------------------------------------------------------------- */

static size_t count_ordered(const pipeline *chain)
{
    size_t count = 0;
    for (size_t i = 0; i < chain->segment_count; i++) count += chain->segments[i].is_ordered;
    return count;
}

static void lay_out(exchange *self, const pipeline *chain, size_t workers)
{
    size_t outputs = chain->output_count > 0 ? chain->output_count : 1;
    self->parallel_count = workers > 0 ? workers : 1;
    self->process_count = self->parallel_count + count_ordered(chain);
    self->slot_count = workers > 0 ? workers * SLOTS_OF_A_PROCESS : 1;
    self->segment_count = chain->segment_count;
    self->part_count = ANSWER_OUTPUTS + outputs;
    self->row_count = 1 + chain->stage_count + chain->output_count;
    for (self->queue_room = 2; self->queue_room <= self->slot_count;) self->queue_room *= 2;
    self->batch_room = whole_pages(BATCH_BYTES + SOURCE_ROOM + chain->settings.max_article);
    self->part_room = whole_pages(processor_memory(chain));
    self->queue_size = whole_pages(sizeof(work_queue) + self->queue_room * sizeof(uint32_t));
    self->note_size = whole_pages(sizeof(process_note));
    self->batch_size = whole_pages(sizeof(record_batch)) + self->batch_room;
    self->answer_head = whole_pages(sizeof(answer) + self->row_count * sizeof(stage_statistics) +
                                    BATCH_ARTICLES * self->part_count * sizeof(uint64_t));
    self->answer_size = self->answer_head + self->part_count * self->part_room;
}

static size_t slot_size(const exchange *self)
{
    return self->batch_size + self->segment_count * self->answer_size;
}

static size_t size_of_processes(const exchange *self)
{
    return self->process_count * (self->queue_size + self->note_size);
}

bool exchange_open(exchange *self, const pipeline *chain, size_t workers, mill_error *error)
{
    *self = (exchange){0};
    lay_out(self, chain, workers);
    self->size = PAGE + size_of_processes(self) + self->slot_count * slot_size(self);
    self->memory = mmap(NULL, self->size, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (self->memory != MAP_FAILED) return true;
    self->memory = NULL;
    return error_set(error, ERROR_MEMORY,
                     "cannot map %zu bytes for %zu workers: %s; lower max_article or workers in "
                     "[pipeline]",
                     self->size, workers, strerror(errno));
}

void exchange_close(exchange *self)
{
    if (self->memory != NULL) munmap(self->memory, self->size);
    *self = (exchange){0};
}

/* ---- Places -------------------------------------------------------------------------------- */

/* Everything lies at page boundaries, which suit any type. */
static void *at(const exchange *self, size_t offset)
{
    return self->memory + offset;
}

volatile sig_atomic_t *exchange_stop(const exchange *self)
{
    return at(self, 0);
}

work_queue *exchange_queue(const exchange *self, size_t process)
{
    return at(self, PAGE + process * (self->queue_size + self->note_size));
}

process_note *exchange_note(const exchange *self, size_t process)
{
    return at(self, PAGE + process * (self->queue_size + self->note_size) + self->queue_size);
}

static size_t slot_offset(const exchange *self, size_t slot)
{
    return PAGE + size_of_processes(self) + slot * slot_size(self);
}

record_batch *exchange_batch(const exchange *self, size_t slot)
{
    return at(self, slot_offset(self, slot));
}

char *exchange_bytes(const exchange *self, size_t slot)
{
    return at(self, slot_offset(self, slot) + whole_pages(sizeof(record_batch)));
}

answer *exchange_answer(const exchange *self, size_t slot, size_t segment)
{
    return at(self, slot_offset(self, slot) + self->batch_size + segment * self->answer_size);
}

stage_statistics *answer_rows(const exchange *self, answer *from)
{
    (void)self;
    return (stage_statistics *)(void *)(from + 1);
}

uint64_t *answer_ends(const exchange *self, answer *from, size_t article)
{
    stage_statistics *rows = answer_rows(self, from);
    return (uint64_t *)(void *)(rows + self->row_count) + article * self->part_count;
}

char *answer_part(const exchange *self, answer *from, size_t part)
{
    return (char *)from + self->answer_head + part * self->part_room;
}

bool answer_range(const exchange *self, answer *from, size_t article, size_t part, mill_text *range)
{
    uint64_t begin = article > 0 ? answer_ends(self, from, article - 1)[part] : 0;
    uint64_t end = answer_ends(self, from, article)[part];
    bool sane = begin <= end && end <= self->part_room;
    *range = sane ? (mill_text){answer_part(self, from, part) + begin, (size_t)(end - begin)}
                  : (mill_text){"", 0};
    return sane;
}

/* ---- Use ----------------------------------------------------------------------------------- */

/* Gives back the memory of a part's far end, if something was ever there. */
static void clear_part(const exchange *self, answer *from, size_t part, size_t count)
{
    mill_text last;
    if (count == 0) return;
    bool sane = answer_range(self, from, count - 1, part, &last);
    size_t used = sane ? (size_t)(last.data + last.length - answer_part(self, from, part)) : 0;
    if (sane && used <= PART_KEPT) return;
    madvise(answer_part(self, from, part) + PART_KEPT, self->part_room - PART_KEPT, MADV_REMOVE);
}

void exchange_clear_slot(const exchange *self, size_t slot)
{
    record_batch *dealt = exchange_batch(self, slot);
    for (size_t segment = 0; segment < self->segment_count; segment++) {
        answer *from = exchange_answer(self, slot, segment);
        uint32_t count = atomic_load(&from->done);
        if (count > BATCH_ARTICLES) count = BATCH_ARTICLES;
        for (size_t part = 0; part < self->part_count; part++) clear_part(self, from, part, count);
        memset(answer_rows(self, from), 0, self->row_count * sizeof(stage_statistics));
        from->row = 0;
        atomic_store(&from->begun, 0);
        atomic_store(&from->done, 0);
    }
    if (dealt->count > 0) {
        const batch_article *last = &dealt->articles[dealt->count - 1];
        if (last->at + last->record_length > BATCH_BYTES + SOURCE_ROOM + PART_KEPT)
            madvise(exchange_bytes(self, slot), self->batch_room, MADV_REMOVE);
    }
    dealt->count = 0;
}

void exchange_make_batch(const exchange *self, size_t slot)
{
    pages_make(exchange_bytes(self, slot), BATCH_BYTES);
}

/* What comes out is mostly up to twice as much as what went in. */
void exchange_make_answer(const exchange *self, size_t slot, size_t segment)
{
    const record_batch *dealt = exchange_batch(self, slot);
    answer *to = exchange_answer(self, slot, segment);
    if (dealt->count == 0) return;
    const batch_article *last = &dealt->articles[dealt->count - 1];
    size_t used = (size_t)(last->at + last->record_length), room = 2 * used;
    if (used > BATCH_BYTES + PART_KEPT) return;
    pages_map(exchange_bytes(self, slot), used);
    pages_make(answer_part(self, to, ANSWER_OUTPUTS), room < PART_KEPT ? room : PART_KEPT);
}

size_t exchange_process_of(const exchange *self, const pipeline *chain, size_t slot, size_t segment)
{
    size_t ordered = 0;
    if (!chain->segments[segment].is_ordered) return slot / SLOTS_OF_A_PROCESS;
    for (size_t i = 0; i < segment; i++) ordered += chain->segments[i].is_ordered;
    return self->parallel_count + ordered;
}

bool exchange_confine(const exchange *self, const pipeline *chain, size_t process,
                      mill_error *error)
{
    const int own = PROT_READ | PROT_WRITE;
    bool fine = mprotect(self->memory, self->size, PROT_READ) == 0 &&
                mprotect(exchange_note(self, process), self->note_size, own) == 0;
    for (size_t slot = 0; slot < self->slot_count; slot++)
        for (size_t segment = 0; segment < self->segment_count && fine; segment++)
            if (exchange_process_of(self, chain, slot, segment) == process)
                fine = mprotect(exchange_answer(self, slot, segment), self->answer_size, own) == 0;
    return fine || error_set(error, ERROR_MEMORY, "cannot confine a worker: %s", strerror(errno));
}
