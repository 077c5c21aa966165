/* A loop over files, over fillings of the window, over records, turned inside out: each call goes
 * on where the last one stopped. */
#include "record_source.h"

#include "dead_letters.h"

#include <stdio.h>
#include <string.h>

#define LETTERS_READER "dead_letters"      /* of a letter that holds a line of a dead-letter file */
#define LETTER_START   64                  /* bytes that tell a dead letter */
#define LETTER_GROWTH  6                   /* a byte may be written as six: \\u0001 */
#define LETTER_NAMES   ((size_t)256 << 10) /* and there are names around the record */

/* ---- Opening ------------------------------------------------------------------------------- */

static bool is_wanted_file(void *user, const char *path)
{
    return pipeline_knows_file(user, path);
}

/* A file of dead letters has lines, whatever its name. */
static bool starts_as_letters(const char *path, bool *letters, mill_error *error)
{
    char start[LETTER_START];
    input_stream *stream = input_stream_open(path, error);
    if (stream == NULL) return false;
    int64_t got = input_stream_read(stream, start, sizeof start, error);
    input_stream_close(stream);
    *letters = got > 0 && dead_letter_is((mill_text){start, (size_t)got});
    return got >= 0;
}

static bool has_lines(void *user, const input_file *file, bool *lines, mill_error *error)
{
    const pipeline_step *reader = pipeline_reader_for_file(user, file->path, error);
    if (reader == NULL) return false;
    *lines = (reader->plugin->flags & MILL_LINE_RECORDS) != 0;
    return *lines || starts_as_letters(file->path, lines, error);
}

bool inputs_find(found_inputs *found, pipeline *chain, const named_inputs *named, mill_error *error)
{
    input_list *files = &found->files;
    *found = (found_inputs){0};
    if (!input_list_open(files, named->paths, named->count, is_wanted_file, chain, error))
        return false;
    if (named->files_from != NULL &&
        !input_list_append(files, named->files_from, is_wanted_file, chain, error))
        return false;
    for (size_t i = 0; i < files->count; i++)
        if (pipeline_reader_for_file(chain, files->files[i].path, error) == NULL) return false;
    return shard_plan_open(&found->plan, named->share, files, has_lines, chain, error);
}

void inputs_clear(found_inputs *found)
{
    shard_plan_clear(&found->plan);
    input_list_clear(&found->files);
}

bool record_source_open(record_source *self, pipeline *chain, const found_inputs *inputs,
                        input_place start, mill_error *error)
{
    *self = (record_source){.chain = chain, .inputs = inputs, .start = start, .part = start.part};
    if (framing_open(&self->framing)) return true;
    return error_set(error, ERROR_MEMORY, "out of memory");
}

static void close_part(record_source *self)
{
    if (self->stream == NULL) return;
    self->bytes_before += input_stream_position(self->stream);
    input_stream_close(self->stream);
    self->stream = NULL;
    self->part++;
    self->start = (input_place){.part = self->part};
}

void record_source_close(record_source *self)
{
    close_part(self);
    if (self->framing.window != NULL) framing_close(&self->framing);
}

int record_source_descriptor(const record_source *self)
{
    return self->stream != NULL ? input_stream_descriptor(self->stream) : -1;
}

uint64_t record_source_bytes(const record_source *self)
{
    return self->bytes_before + (self->stream != NULL ? input_stream_position(self->stream) : 0);
}

/* ---- Files --------------------------------------------------------------------------------- */

static const shard_part *part_at_hand(const record_source *self)
{
    return &self->inputs->plan.parts[self->part];
}

static bool open_part(record_source *self, mill_error *error)
{
    const char *path = self->inputs->files.files[part_at_hand(self)->file].path;
    const pipeline_step *reader = pipeline_reader_for_file(self->chain, path, error);
    if (reader == NULL) return false;
    self->path_length =
        (size_t)snprintf(self->source, PATH_MAX, "%s", strcmp(path, "-") == 0 ? "stdin" : path);
    self->stream = input_stream_open(path, error);
    if (self->stream == NULL) return false;
    self->begun = false;
    framing_begin(&self->framing, reader, self->chain->settings.max_article);
    return true;
}

/* Goes to where the part begins, or where a killed run has stopped in it. */
static bool go_to_start(record_source *self, mill_error *error)
{
    const shard_part *part = part_at_hand(self);
    framing_position *start = &self->start.position;
    if (start->offset < part->begin &&
        !shard_find_start(self->inputs->files.files[part->file].path, part, start, error))
        return false;
    return framing_narrow(&self->framing, self->stream, *start, part->end, error);
}

/* Reads more. Returns RECORD_WHOLE if that went well. */
static record_step fill(record_source *self, mill_error *error)
{
    if (input_stream_would_block(self->stream)) return RECORD_WAIT;
    return framing_fill(&self->framing, self->stream, error) ? RECORD_WHOLE : RECORD_FAILED;
}

static bool knows_start(const framing *cut)
{
    return cut->at_end || cut->end >= LETTER_START || memchr(cut->window, '\n', cut->end) != NULL;
}

/* Reads as much of a file as it takes to know a dead letter. */
static record_step begin_file(record_source *self, mill_error *error)
{
    framing *cut = &self->framing;
    do {
        record_step step = fill(self, error);
        if (step != RECORD_WHOLE) return step;
    } while (!knows_start(cut));
    self->begun = true;
    self->replaying = dead_letter_is((mill_text){cut->window, cut->end});
    if (self->replaying) {
        cut->reader = NULL;
        cut->limit = LETTER_GROWTH * cut->limit + LETTER_NAMES;
    }
    return go_to_start(self, error) ? RECORD_WHOLE : RECORD_FAILED;
}

/* ---- Records ------------------------------------------------------------------------------- */

/* Writes "path:line" behind the path; sprintf is too slow for once an article. */
static mill_text name_source(record_source *self, uint64_t line)
{
    char digits[20];
    size_t at = sizeof digits, length = self->path_length;
    for (; line > 0; line /= 10) digits[--at] = (char)('0' + (char)(line % 10));
    if (at < sizeof digits) {
        self->source[length++] = ':';
        memcpy(self->source + length, digits + at, sizeof digits - at);
        length += sizeof digits - at;
    }
    self->source[length] = '\0';
    return (mill_text){self->source, length};
}

/* Reads a dead letter of an earlier run. One that was itself too long to be read again is a letter
 * within a letter. */
static bool open_letter(record_source *self, mill_text line, dead_letter_record *letter,
                        mill_error *error)
{
    char *window = self->framing.window; /* the record is in it, and may be written to */
    do {
        if (!dead_letter_parse(window + (line.data - window), line.length, letter, error))
            return false;
        line = letter->record;
    } while (letter->reader.length == strlen(LETTERS_READER) &&
             memcmp(letter->reader.data, LETTERS_READER, letter->reader.length) == 0);
    return true;
}

/* Copies a text of a dead letter, as much as there is room for. */
static mill_text copy_text(char *copy, size_t size, mill_text text)
{
    size_t length = text.length < size ? text.length : size - 1;
    memcpy(copy, text.data, length);
    copy[length] = '\0';
    return (mill_text){copy, length};
}

/* Takes the record out of a dead letter, as it was before. */
static record_step take_letter(record_source *self, cut_record *record, mill_error *error)
{
    char name[64];
    dead_letter_record letter;
    mill_error what;
    if (!open_letter(self, record->data, &letter, &what)) {
        error_set(error, ERROR_INPUT, "%s: %s; remove the line or mend it", record->source.data,
                  what.message);
        return RECORD_FAILED;
    }
    copy_text(name, sizeof name, letter.reader);
    record->reader = pipeline_reader_by_name(self->chain, name, &what);
    if (record->reader == NULL) {
        error_set(error, what.code, "%s: %s", record->source.data, what.message);
        return RECORD_FAILED;
    }
    record->source = copy_text(self->first_source, sizeof self->first_source, letter.source);
    record->data = letter.record;
    return RECORD_WHOLE;
}

static record_step take(record_source *self, framing_step step, cut_record *record,
                        mill_error *error)
{
    record->reader = self->framing.reader;
    record->source = name_source(self, self->framing.line);
    record->behind = (input_place){self->part, framing_next_position(&self->framing)};
    if (step == FRAMING_PIECE) return RECORD_PIECE;
    if (step == FRAMING_LAST) return RECORD_LAST;
    return self->replaying ? take_letter(self, record, error) : RECORD_WHOLE;
}

static record_step fail_framing(const record_source *self, mill_error *error)
{
    error_set(error, ERROR_PLUGIN,
              "%s: reader '%s' frames records outside the data; mend the plug-in", self->source,
              self->framing.reader->plugin->name);
    return RECORD_FAILED;
}

record_step record_source_next(record_source *self, cut_record *record, mill_error *error)
{
    for (;;) {
        record_step filled = RECORD_WHOLE;
        if (self->stream == NULL && self->part == self->inputs->plan.count) return RECORD_END;
        if (self->stream == NULL && !open_part(self, error)) return RECORD_FAILED;
        if (!self->begun) filled = begin_file(self, error);
        if (filled != RECORD_WHOLE) return filled;
        framing_step step = framing_next(&self->framing, &record->data);
        switch (step) {
        case FRAMING_RECORD:
        case FRAMING_PIECE:
        case FRAMING_LAST: return take(self, step, record, error);
        case FRAMING_MORE: filled = fill(self, error); break;
        case FRAMING_END: close_part(self); break;
        case FRAMING_FAULT: return fail_framing(self, error);
        }
        if (filled != RECORD_WHOLE) return filled;
    }
}
