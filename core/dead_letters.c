/* Writing dead letters. A line is put together in `line` and handed on whenever that holds a piece,
 * so a record of any size takes the same memory. Base64 goes by threes: what a part leaves over
 * waits in `carry` for the next one. */
#include "dead_letters.h"

#include "buffer.h"
#include "utf8.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes of a record that are encoded at once; base64 needs a multiple of three. */
#define PIECE ((size_t)3 * 16384)

struct dead_letters {
    output_file *file; /* NULL until the first letter */
    buffer line;
    uint64_t count;
    bool force;
    bool in_record; /* between begin and end */
    char carry[3];
    size_t carried;
    char path[];
};

static dead_letters *create(const char *path, bool force, mill_error *error)
{
    size_t path_size = strlen(path) + 1;
    dead_letters *letters = calloc(1, sizeof *letters + path_size);
    if (letters == NULL) {
        error_set(error, ERROR_MEMORY, "%s: out of memory", path);
        return NULL;
    }
    memcpy(letters->path, path, path_size);
    letters->force = force;
    buffer_init(&letters->line, NULL, SIZE_MAX);
    return letters;
}

dead_letters *dead_letters_open(const char *path, bool force, mill_error *error)
{
    return output_file_check(path, force, error) ? create(path, force, error) : NULL;
}

/* Opened even if no letter is in it: what stands there now must not stay. */
dead_letters *dead_letters_resume(const char *path, bool force, const written_file *written,
                                  uint64_t count, mill_error *error)
{
    char *part;
    dead_letters *letters = create(path, force, error);
    if (letters == NULL) return NULL;
    letters->count = count;
    if (count > 0) {
        letters->file = output_file_resume(path, force, written, error);
    } else if (asprintf(&part, "%s.part", path) >= 0) {
        unlink(part);
        free(part);
        return letters;
    }
    if (letters->file != NULL) return letters;
    dead_letters_close(letters, true, error);
    return NULL;
}

/* ---- Pieces of a line ---------------------------------------------------------------------- */

/* Hands the bytes of `line` on to the file. */
static bool hand_on(dead_letters *letters, mill_error *error)
{
    buffer *line = &letters->line;
    if (line->failed)
        return error_set(error, ERROR_MEMORY, "%s: out of memory for a dead letter", letters->path);
    if (!output_file_write(letters->file, line->output.data, line->output.length, error))
        return false;
    buffer_reset(line);
    return true;
}

static void write_literal(buffer *line, const char *text)
{
    buffer_write(line, text, strlen(text));
}

/* Names of files and reasons may hold any bytes; those that are not UTF-8 become U+FFFD. */
static void write_string(buffer *line, const char *data, size_t length)
{
    write_literal(line, "\"");
    for (;;) {
        size_t valid = utf8_valid_prefix(data, length);
        buffer_json_part(line, data, valid);
        if (valid == length) break;
        write_literal(line, "\xEF\xBF\xBD");
        data += valid + 1;
        length -= valid + 1;
    }
    write_literal(line, "\"");
}

static void write_member(buffer *line, const char *name, const char *value)
{
    write_literal(line, name);
    write_string(line, value, strlen(value));
}

/* Makes the file, if this is the first letter, and writes the line up to the record. */
static bool begin_line(dead_letters *letters, const dead_letter *letter, const char *record_name,
                       mill_error *error)
{
    buffer *line = &letters->line;
    if (letters->file == NULL)
        letters->file = output_file_open(letters->path, letters->force, error);
    if (letters->file == NULL) return false;
    buffer_reset(line);
    write_member(line, "{\"dead_letter\":1,\"source\":", letter->source);
    if (letter->id.length > 0) {
        write_literal(line, ",\"id\":");
        write_string(line, letter->id.data, letter->id.length);
    }
    write_member(line, ",\"reader\":", letter->reader);
    write_member(line, ",\"stage\":", letter->stage);
    write_member(line, ",\"reason\":", letter->reason);
    write_literal(line, record_name);
    return true;
}

static bool end_line(dead_letters *letters, mill_error *error)
{
    write_literal(&letters->line, "\"}\n");
    if (!hand_on(letters, error)) return false;
    letters->count++;
    return true;
}

/* Takes at most a piece off the front of `rest`. */
static mill_text take_piece(mill_text *rest)
{
    mill_text piece = {rest->data, rest->length < PIECE ? rest->length : PIECE};
    rest->data += piece.length;
    rest->length -= piece.length;
    return piece;
}

static bool write_record(dead_letters *letters, mill_text record,
                         void (*encode)(buffer *, const char *, size_t), mill_error *error)
{
    while (record.length > 0) {
        mill_text piece = take_piece(&record);
        encode(&letters->line, piece.data, piece.length);
        if (!hand_on(letters, error)) return false;
    }
    return true;
}

/* ---- Letters ------------------------------------------------------------------------------- */

bool dead_letters_add(dead_letters *letters, const dead_letter *letter, mill_text record,
                      mill_error *error)
{
    assert(!letters->in_record);
    bool is_text = utf8_valid_prefix(record.data, record.length) == record.length;
    const char *name = is_text ? ",\"record\":\"" : ",\"record_base64\":\"";
    return begin_line(letters, letter, name, error) &&
           write_record(letters, record, is_text ? buffer_json_part : buffer_base64, error) &&
           end_line(letters, error);
}

bool dead_letters_begin(dead_letters *letters, const dead_letter *letter, mill_error *error)
{
    assert(!letters->in_record);
    letters->carried = 0;
    letters->in_record = begin_line(letters, letter, ",\"record_base64\":\"", error);
    return letters->in_record;
}

bool dead_letters_part(dead_letters *letters, mill_text part, mill_error *error)
{
    assert(letters->in_record);
    if (part.length == 0) return true;
    while (letters->carried > 0 && letters->carried < 3 && part.length > 0) {
        letters->carry[letters->carried++] = *part.data++;
        part.length--;
    }
    if (letters->carried == 3) {
        buffer_base64(&letters->line, letters->carry, 3);
        letters->carried = 0;
    }
    if (letters->carried > 0) return true;
    size_t over = part.length % 3;
    part.length -= over;
    memcpy(letters->carry, part.data + part.length, over);
    letters->carried = over;
    return write_record(letters, part, buffer_base64, error);
}

bool dead_letters_end(dead_letters *letters, mill_error *error)
{
    assert(letters->in_record);
    letters->in_record = false;
    buffer_base64(&letters->line, letters->carry, letters->carried);
    return end_line(letters, error);
}

uint64_t dead_letters_count(const dead_letters *letters)
{
    return letters->count;
}

const char *dead_letters_path(const dead_letters *letters)
{
    return letters->path;
}

/* ---- Close --------------------------------------------------------------------------------- */

bool dead_letters_flush(dead_letters *letters, mill_error *error)
{
    return letters->file == NULL || output_file_flush(letters->file, error);
}

void dead_letters_measure(const dead_letters *letters, written_file *written)
{
    if (letters->file != NULL) output_file_measure(letters->file, written);
}

bool dead_letters_sync(dead_letters *letters, bool complete, mill_error *error)
{
    return letters->file == NULL || output_file_sync(letters->file, complete, error);
}

/* Removes what an earlier run left under the name, if that is a file and may be replaced. */
static bool remove_old(const dead_letters *letters, mill_error *error)
{
    struct stat status;
    if (!letters->force || stat(letters->path, &status) != 0 || !S_ISREG(status.st_mode) ||
        unlink(letters->path) == 0)
        return true;
    return error_set(error, ERROR_OUTPUT,
                     "cannot remove the old %s: %s; remove it: this run has no dead letters",
                     letters->path, strerror(errno));
}

static bool close_file(const dead_letters *letters, bool keep_part, mill_error *error)
{
    if (letters->file == NULL) return keep_part || remove_old(letters, error);
    return keep_part ? output_file_abandon(letters->file, error)
                     : output_file_finish(letters->file, error);
}

bool dead_letters_close(dead_letters *letters, bool keep_part, mill_error *error)
{
    if (letters == NULL) return true;
    bool fine = close_file(letters, keep_part, error);
    buffer_clear(&letters->line);
    free(letters);
    return fine;
}
