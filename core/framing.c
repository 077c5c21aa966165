/* The window grows by doubling up to the limit; what is before `begin` is dropped when more is
 * read. A reader's `scanned` keeps framing linear: no byte is looked at twice. Forked processes do
 * not get the window: else each page of it would have to be copied before more is read into it. */
#include "framing.h"

#include <string.h>
#include <sys/mman.h>

#define WINDOW ((size_t)1 << 20)

/* ---- The window ---------------------------------------------------------------------------- */

static char *map_window(size_t capacity)
{
    char *window = mmap(NULL, capacity + MILL_PADDING, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (window == MAP_FAILED) return NULL;
    madvise(window, capacity + MILL_PADDING, MADV_DONTFORK);
    return window;
}

static void unmap_window(const framing *self)
{
    munmap(self->window, self->capacity + MILL_PADDING);
}

bool framing_open(framing *self)
{
    *self = (framing){.capacity = WINDOW, .window = map_window(WINDOW)};
    return self->window != NULL;
}

void framing_close(framing *self)
{
    unmap_window(self);
    *self = (framing){0};
}

void framing_begin(framing *self, const pipeline_step *reader, size_t limit)
{
    framing fresh = {.reader = reader, .window = self->window, .capacity = self->capacity};
    fresh.limit = limit;
    fresh.stop = UINT64_MAX;
    *self = fresh;
}

bool framing_narrow(framing *self, input_stream *stream, framing_position start, uint64_t stop,
                    mill_error *error)
{
    uint64_t window_end = self->window_offset + self->end;
    if (self->window_offset <= start.offset && start.offset <= window_end) {
        self->begin = (size_t)(start.offset - self->window_offset);
    } else {
        if (!input_stream_seek(stream, start.offset, error)) return false;
        self->window_offset = start.offset;
        self->begin = self->end = 0;
        self->at_end = false;
    }
    self->stop = stop;
    self->lines_passed = start.lines_passed;
    self->records = start.records;
    self->frame = (mill_frame){0};
    self->oversized = false;
    return true;
}

framing_position framing_next_position(const framing *self)
{
    uint64_t offset = self->oversized ? self->offset : self->window_offset + self->begin;
    return (framing_position){offset, self->lines_passed, self->records};
}

/* ---- Finding ------------------------------------------------------------------------------- */

static mill_status frame_line(const char *data, size_t length, bool at_end, mill_frame *frame)
{
    const char *stop = memchr(data + frame->scanned, '\n', length - frame->scanned);
    frame->scanned = length;
    frame->lines = 1;
    if (stop == NULL && !at_end) return MILL_MORE;
    frame->end = stop != NULL ? (uint64_t)(stop - data) : length;
    frame->next = stop != NULL ? frame->end + 1 : length;
    frame->blank = frame->end == 0;
    return MILL_OK;
}

static mill_status ask_reader(framing *self)
{
    const char *data = self->window + self->begin;
    size_t length = self->end - self->begin;
    if (self->reader == NULL) return frame_line(data, length, self->at_end, &self->frame);
    const pipeline_step *reader = self->reader;
    return reader->plugin->frame(reader->instance, data, length, self->at_end, &self->frame);
}

/* Hands out what the reader has looked at and need not see again. */
static framing_step take_piece(framing *self, mill_text *record)
{
    size_t length = self->end - self->begin;
    size_t piece = self->frame.scanned > 0 ? (size_t)self->frame.scanned : length;
    *record = (mill_text){self->window + self->begin, piece};
    self->line = self->frame.lines > 0 ? self->lines_passed + 1 : 0;
    if (!self->oversized) self->offset = self->window_offset + self->begin;
    self->begin += piece;
    self->frame.scanned = 0;
    self->oversized = true;
    return FRAMING_PIECE;
}

static framing_step take_record(framing *self, mill_text *record)
{
    const mill_frame frame = self->frame;
    bool oversized = self->oversized || frame.end > self->limit;
    *record = (mill_text){self->window + self->begin, (size_t)frame.end};
    self->line = frame.lines > 0 ? self->lines_passed + 1 : 0;
    self->lines_passed += frame.lines;
    if (!self->oversized) self->offset = self->window_offset + self->begin;
    self->begin += (size_t)frame.next;
    self->frame = (mill_frame){0};
    self->oversized = false;
    self->records++;
    return oversized ? FRAMING_LAST : FRAMING_RECORD;
}

/* Tells whether the answer of `frame` lies within what it was shown and leads on. */
static bool is_sane(const framing *self, mill_status status)
{
    size_t length = self->end - self->begin;
    const mill_frame *frame = &self->frame;
    if (status == MILL_MORE) return !self->at_end && frame->scanned <= length;
    if (status != MILL_OK || frame->end > frame->next || frame->next > length) return false;
    return frame->next > 0 || (length == 0 && self->at_end);
}

framing_step framing_next(framing *self, mill_text *record)
{
    for (;;) {
        uint64_t offset = self->window_offset + self->begin;
        if (offset >= self->stop && !self->oversized) return FRAMING_END;
        bool used_up = self->begin == self->end;
        if (used_up && !self->at_end) return FRAMING_MORE;
        /* An empty file may be an empty article: the reader is asked once. */
        if (used_up && !self->oversized && offset + self->records > 0) return FRAMING_END;
        mill_status status = ask_reader(self);
        if (!is_sane(self, status)) return FRAMING_FAULT;
        if (status == MILL_MORE) {
            bool full = self->oversized || self->end - self->begin > self->limit;
            return full ? take_piece(self, record) : FRAMING_MORE;
        }
        /* Whether a blank too long to be held was begun depends on the reads, so it counts always.
         */
        bool oversized = self->oversized || self->frame.end > self->limit;
        if (!self->frame.blank || oversized) return take_record(self, record);
        if (used_up) return FRAMING_END;
        self->lines_passed += self->frame.lines;
        self->begin += (size_t)self->frame.next;
        self->frame = (mill_frame){0};
    }
}

/* ---- Filling ------------------------------------------------------------------------------- */

/* Moves what is left to the front; makes room where that is not enough. */
static bool make_room(framing *self)
{
    size_t left = self->end - self->begin;
    size_t capacity = self->capacity;
    if (left == 0 && capacity > 8 * WINDOW) capacity = WINDOW; /* an outsize record has gone */
    if (left > capacity / 2) capacity *= 2;
    if (capacity != self->capacity) {
        char *window = map_window(capacity);
        if (window == NULL) return false;
        memcpy(window, self->window + self->begin, left);
        unmap_window(self);
        self->window = window;
        self->capacity = capacity;
    } else {
        memmove(self->window, self->window + self->begin, left);
    }
    self->window_offset += self->begin;
    self->begin = 0;
    self->end = left;
    return true;
}

bool framing_fill(framing *self, input_stream *stream, mill_error *error)
{
    if (!make_room(self)) return error_set(error, ERROR_MEMORY, "out of memory");
    int64_t got =
        input_stream_read(stream, self->window + self->end, self->capacity - self->end, error);
    if (got < 0) return false;
    self->at_end = got == 0;
    self->end += (size_t)got;
    memset(self->window + self->end, 0, MILL_PADDING);
    return true;
}
