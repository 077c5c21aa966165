/* The cut is arithmetic on the sizes that the input list holds; only the border inside a file needs
 * a look at the file. A share's border b lies in a line or before one: the first line that begins
 * at b or later follows the first line break at b - 1 or later. */
#include "shard.h"

#include "compression.h"
#include "textmill/scan.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- Parsing ------------------------------------------------------------------------------- */

/* Reads digits up to `stop`; returns the byte behind it, or NULL. Huge numbers stay huge. */
static const char *take_number(const char *text, char stop, uint64_t *number)
{
    const char *at = text;
    *number = 0;
    for (; *at >= '0' && *at <= '9'; at++)
        if (*number <= SHARD_COUNT_MAX) *number = *number * 10 + (uint64_t)(*at - '0');
    return at > text && *at == stop ? at + 1 : NULL;
}

bool shard_parse(const char *text, shard *share, mill_error *error)
{
    uint64_t number, count;
    const char *rest = take_number(text, '/', &number);
    if (rest == NULL || take_number(rest, '\0', &count) == NULL)
        return error_set(error, ERROR_USAGE,
                         "--shard %s: is not a share; write it as in 1/4, the first of four", text);
    if (count == 0)
        return error_set(error, ERROR_USAGE, "--shard %s: there is at least one share: 1/1", text);
    if (count > SHARD_COUNT_MAX)
        return error_set(error, ERROR_USAGE, "--shard %s: there are at most %d shares", text,
                         SHARD_COUNT_MAX);
    if (number == 0)
        return error_set(error, ERROR_USAGE, "--shard %s: the first share is 1/%" PRIu64, text,
                         count);
    if (number > count)
        return error_set(error, ERROR_USAGE, "--shard %s: the last share is %" PRIu64 "/%" PRIu64,
                         text, count, count);
    *share = (shard){(uint32_t)number, (uint32_t)count};
    return true;
}

/* ---- The plan ------------------------------------------------------------------------------ */

/* A share's stretch of the line of bytes. */
typedef struct stretch {
    uint64_t begin;
    uint64_t end;
    bool last; /* what lies at its end, having no bytes, belongs to it too */
} stretch;

/* Returns total * number / count; total * number itself may not fit. */
static uint64_t find_border(uint64_t total, uint32_t number, uint32_t count)
{
    return total / count * number + total % count * number / count;
}

static stretch find_stretch(shard share, uint64_t total)
{
    return (stretch){find_border(total, share.number - 1, share.count),
                     find_border(total, share.number, share.count), share.number == share.count};
}

/* Takes what the share has of a file that lies from `place` on; returns whether it has anything. */
static bool cut_file(const stretch *share, uint64_t place, uint64_t size, bool lines,
                     shard_part *part)
{
    uint64_t place_end = place + size;
    part->begin = 0;
    part->end = UINT64_MAX;
    if (!lines || size == 0) return place >= share->begin && (place < share->end || share->last);
    if (share->begin == share->end || place_end <= share->begin || place >= share->end)
        return false;
    if (place < share->begin) part->begin = share->begin - place;
    if (place_end > share->end) part->end = share->end - place;
    return true;
}

/* Tells whether a file may be cut; asks only where it makes a difference. */
static bool ask_for_lines(const stretch *share, uint64_t place, const input_file *file,
                          shard_lines *has_lines, void *user, bool *lines, mill_error *error)
{
    uint64_t place_end = place + file->size;
    bool touches = place < share->end && place_end > share->begin;
    bool inside = place >= share->begin && place_end <= share->end;
    *lines = false;
    if (!touches || inside || compression_by_name(file->path) != COMPRESSION_NONE) return true;
    return has_lines(user, file, lines, error);
}

static bool refuse_pipe(const char *path, mill_error *error)
{
    bool standard = strcmp(path, "-") == 0;
    return error_set(error, ERROR_INPUT,
                     "%s: has no size, so it cannot be divided by --shard; write it to a file and "
                     "name that",
                     standard ? "standard input" : path);
}

/* Returns how many bytes of the file are in the part. */
static uint64_t measure_part(const shard_part *part, uint64_t size)
{
    return (part->end < size ? part->end : size) - part->begin;
}

bool shard_plan_open(shard_plan *plan, shard share, const input_list *inputs,
                     shard_lines *has_lines, void *user, mill_error *error)
{
    uint64_t place = 0, total = 0;
    assert(share.number >= 1 && share.number <= share.count);
    for (size_t i = 0; i < inputs->count; i++) {
        if (!inputs->files[i].regular && share.count > 1)
            return refuse_pipe(inputs->files[i].path, error);
        total += inputs->files[i].size;
    }
    const stretch mine = find_stretch(share, total);
    *plan = (shard_plan){.parts = calloc(inputs->count + 1, sizeof *plan->parts)};
    if (plan->parts == NULL) return error_set(error, ERROR_MEMORY, "out of memory");
    for (size_t i = 0; i < inputs->count; i++) {
        const input_file *file = &inputs->files[i];
        shard_part part = {.file = i};
        bool lines;
        if (!ask_for_lines(&mine, place, file, has_lines, user, &lines, error)) {
            shard_plan_clear(plan);
            return false;
        }
        if (cut_file(&mine, place, file->size, lines, &part)) {
            plan->parts[plan->count++] = part;
            plan->bytes += measure_part(&part, file->size);
        }
        place += file->size;
    }
    if (share.count == 1) plan->bytes = inputs->total_bytes;
    return true;
}

void shard_plan_clear(shard_plan *plan)
{
    free(plan->parts);
    *plan = (shard_plan){0};
}

/* ---- Looking into a file ------------------------------------------------------------------- */

enum { ROOM = 1 << 20 };

/* A file that is read block by block. */
typedef struct block_reader {
    input_stream *stream;
    char *data;      /* ROOM bytes and MILL_PADDING zero ones behind the block */
    uint64_t offset; /* of the next block */
} block_reader;

/* Opens a file that still has `length` bytes. */
static bool open_blocks(block_reader *self, const char *path, uint64_t offset, uint64_t length,
                        mill_error *error)
{
    *self = (block_reader){input_stream_open(path, error), malloc(ROOM + MILL_PADDING), offset};
    if (self->data == NULL) error_set(error, ERROR_MEMORY, "%s: out of memory", path);
    return self->stream != NULL && self->data != NULL &&
           input_stream_seek(self->stream, length, error) &&
           input_stream_seek(self->stream, offset, error);
}

static void close_blocks(block_reader *self)
{
    input_stream_close(self->stream);
    free(self->data);
}

/* Reads the next block, of `most` bytes or fewer; as input_stream_read. */
static int64_t read_block(block_reader *self, uint64_t most, mill_error *error)
{
    size_t size = most < ROOM ? (size_t)most : ROOM;
    int64_t got = input_stream_read(self->stream, self->data, size, error);
    if (got < 0) return -1;
    memset(self->data + got, 0, MILL_PADDING);
    self->offset += (uint64_t)got;
    return got;
}

static uint64_t count_line_breaks(const char *data, size_t length)
{
    uint64_t count = 0;
    for (size_t at = 0; at < length; at += MILL_SCAN_BLOCK)
        count += mill_scan_count(mill_scan_equal(data + at, '\n'));
    return count;
}

bool shard_count_lines(const char *path, uint64_t offset, uint64_t *lines, mill_error *error)
{
    block_reader reader;
    int64_t got = 1;
    *lines = 0;
    if (offset == 0) return true;
    bool opened = open_blocks(&reader, path, 0, offset, error);
    while (opened && got > 0 && reader.offset < offset) {
        got = read_block(&reader, offset - reader.offset, error);
        if (got > 0) *lines += count_line_breaks(reader.data, (size_t)got);
    }
    close_blocks(&reader);
    return opened && got >= 0;
}

bool shard_find_line(const char *path, uint64_t begin, uint64_t end, uint64_t *offset,
                     mill_error *error)
{
    block_reader reader;
    const char *found = NULL;
    int64_t got = 1;
    *offset = begin;
    if (begin == 0 || begin >= end) return true;
    bool opened = open_blocks(&reader, path, begin - 1, begin, error);
    /* A line break in the last byte before `end` begins no line that would be ours. */
    while (opened && got > 0 && found == NULL && reader.offset < end - 1) {
        *offset = reader.offset;
        got = read_block(&reader, end - 1 - reader.offset, error);
        if (got > 0) found = memchr(reader.data, '\n', (size_t)got);
    }
    if (found != NULL) *offset += (uint64_t)(found - reader.data) + 1;
    if (found == NULL && got > 0) *offset = end;
    close_blocks(&reader);
    return opened && got >= 0;
}

bool shard_find_start(const char *path, const shard_part *part, framing_position *start,
                      mill_error *error)
{
    *start = (framing_position){0};
    if (!shard_find_line(path, part->begin, part->end, &start->offset, error)) return false;
    return start->offset >= part->end ||
           shard_count_lines(path, start->offset, &start->lines_passed, error);
}
