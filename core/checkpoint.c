/* Numbers and their keys stand in tables, so that writing and reading cannot differ. The last line
 * is "end": a file without it is not whole. */
#include "checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LARGEST_FILE ((size_t)64 << 20)
#define ROOM_TO_READ ((size_t)1 << 16)

static const char separator[] = "--\n";

bool checkpoint_open(checkpoint *self, size_t outputs, size_t journals, size_t rows)
{
    *self = (checkpoint){.output_count = outputs, .journal_count = journals};
    self->counts.stage_count = rows;
    self->outputs = calloc(outputs + 1, sizeof *self->outputs);
    self->journals = calloc(journals + 1, sizeof *self->journals);
    self->counts.stages = calloc(rows + 1, sizeof *self->counts.stages);
    return self->outputs != NULL && self->journals != NULL && self->counts.stages != NULL;
}

void checkpoint_clear(checkpoint *self)
{
    free(self->outputs);
    free(self->journals);
    free(self->counts.stages);
    *self = (checkpoint){0};
}

/* ---- What is in it ------------------------------------------------------------------------- */

typedef struct number {
    const char *key;
    uint64_t *value;
} number;

enum { NUMBERS = 12, ROW_NUMBERS = 5 };

/* The single numbers, in the order in which they are written. */
static void list_numbers(checkpoint *self, number list[NUMBERS])
{
    statistics *counts = &self->counts;
    const number all[NUMBERS] = {
        {"part", &self->place.part},
        {"offset", &self->place.position.offset},
        {"lines", &self->place.position.lines_passed},
        {"records", &self->place.position.records},
        {"articles_in", &counts->articles_in},
        {"articles_out", &counts->articles_out},
        {"dropped", &counts->dropped},
        {"dead_letters", &counts->dead},
        {"bytes_in", &counts->bytes_in},
        {"bytes_out", &counts->bytes_out},
        {"restarts", &counts->restarts},
        {"force", &self->force},
    };
    memcpy(list, all, sizeof all);
}

static void list_row(stage_statistics *row, uint64_t *list[ROW_NUMBERS])
{
    uint64_t *all[ROW_NUMBERS] = {&row->articles, &row->dropped, &row->dead, &row->nanoseconds,
                                  &row->longest};
    memcpy(list, all, sizeof all);
}

/* ---- Writing ------------------------------------------------------------------------------- */

static void write_file_line(buffer *out, const char *key, const written_file *file)
{
    buffer_printf(out, "%s %" PRIu64 " %s\n", key, file->bytes,
                  file->digest[0] != '\0' ? file->digest : "-");
}

void checkpoint_write(const checkpoint *self, mill_text identity, buffer *out)
{
    checkpoint copy = *self;
    number numbers[NUMBERS];
    list_numbers(&copy, numbers);
    buffer_write(out, identity.data, identity.length);
    buffer_printf(out, "%s", separator);
    for (size_t i = 0; i < NUMBERS; i++)
        buffer_printf(out, "%s %" PRIu64 "\n", numbers[i].key, *numbers[i].value);
    for (size_t i = 0; i < self->output_count; i++)
        write_file_line(out, "output", &self->outputs[i]);
    write_file_line(out, "letters", &self->letters);
    for (size_t i = 0; i < self->journal_count; i++)
        buffer_printf(out, "journal %" PRIu64 "\n", self->journals[i]);
    for (size_t i = 0; i < self->counts.stage_count; i++) {
        uint64_t *row[ROW_NUMBERS];
        list_row(&copy.counts.stages[i], row);
        buffer_printf(out, "stage");
        for (size_t k = 0; k < ROW_NUMBERS; k++) buffer_printf(out, " %" PRIu64, *row[k]);
        buffer_printf(out, "\n");
    }
    buffer_printf(out, "milliseconds %.0f\nfinished %d\nend\n", self->counts.seconds * 1000,
                  self->finished);
}

/* ---- Reading ------------------------------------------------------------------------------- */

/* Walks over the lines behind the identity. `fine` stays true while all is as it is written. */
typedef struct line_reader {
    char *at;
    bool fine;
} line_reader;

/* Steps over a key, and the blank behind it. */
static void take_key(line_reader *from, const char *key)
{
    size_t length = strlen(key);
    from->fine = from->fine && strncmp(from->at, key, length) == 0;
    if (from->fine) from->at += length;
}

static uint64_t take_number(line_reader *from)
{
    char *end = from->at;
    uint64_t value = 0;
    errno = 0;
    /* strtoull alone would take a sign, and more blanks. */
    if (from->fine && from->at[0] == ' ' && from->at[1] >= '0' && from->at[1] <= '9')
        value = strtoull(from->at + 1, &end, 10);
    from->fine = from->fine && end > from->at + 1 && errno == 0;
    from->at = end;
    return value;
}

static void take_file(line_reader *from, const char *key, written_file *file)
{
    take_key(from, key);
    file->bytes = take_number(from);
    take_key(from, " ");
    size_t length = from->fine ? strspn(from->at, "0123456789abcdef") : 0;
    file->digest[0] = '\0';
    if (length == 0) {
        take_key(from, "-");
        return;
    }
    from->fine = length == DIGEST_TEXT - 1;
    if (!from->fine) return;
    memcpy(file->digest, from->at, length);
    file->digest[length] = '\0';
    from->at += length;
}

static void take_state(checkpoint *self, line_reader *from)
{
    number numbers[NUMBERS];
    list_numbers(self, numbers);
    for (size_t i = 0; i < NUMBERS; i++) {
        take_key(from, numbers[i].key);
        *numbers[i].value = take_number(from);
        take_key(from, "\n");
    }
    for (size_t i = 0; i < self->output_count; i++) {
        take_file(from, "output", &self->outputs[i]);
        take_key(from, "\n");
    }
    take_file(from, "letters", &self->letters);
    take_key(from, "\n");
    for (size_t i = 0; i < self->journal_count; i++) {
        take_key(from, "journal");
        self->journals[i] = take_number(from);
        take_key(from, "\n");
    }
    for (size_t i = 0; i < self->counts.stage_count; i++) {
        uint64_t *row[ROW_NUMBERS];
        list_row(&self->counts.stages[i], row);
        take_key(from, "stage");
        for (size_t k = 0; k < ROW_NUMBERS; k++) *row[k] = take_number(from);
        take_key(from, "\n");
    }
    take_key(from, "milliseconds");
    self->counts.seconds = (double)take_number(from) / 1000;
    take_key(from, "\nfinished");
    self->finished = take_number(from) != 0;
    take_key(from, "\nend\n");
    from->fine = from->fine && *from->at == '\0';
}

/* Returns the contents with a NUL behind them; NULL with errno. */
static char *read_whole(const char *path)
{
    buffer text;
    ssize_t got = -1;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return NULL;
    buffer_init(&text, NULL, LARGEST_FILE);
    while (buffer_reserve(&text, ROOM_TO_READ)) {
        got = read(descriptor, text.output.data + text.output.length, ROOM_TO_READ - 1);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        text.output.length += (size_t)got;
    }
    int fault = text.failed ? ENOMEM : errno;
    close(descriptor);
    if (got == 0) {
        text.output.data[text.output.length] = '\0';
        return text.output.data;
    }
    buffer_clear(&text);
    errno = fault;
    return NULL;
}

/* Names the first line in which two identities differ. */
static bool refuse_identity(const char *path, const char *then, const char *now, const char *remedy,
                            mill_error *error)
{
    size_t then_length = strcspn(then, "\n"), now_length = strcspn(now, "\n");
    while (then_length == now_length && memcmp(then, now, then_length) == 0 && *then != '\0') {
        then += then_length + 1;
        now += now_length + 1;
        then_length = strcspn(then, "\n");
        now_length = strcspn(now, "\n");
    }
    return error_set(error, ERROR_USAGE,
                     "%s is of another run: it had '%.*s', now there is '%.*s'; %s", path,
                     (int)then_length, then, (int)now_length, now, remedy);
}

/* Finds the line between the identity and the state; a name in the identity may end like it. */
static char *find_separator(char *text)
{
    char *at = strstr(text, separator);
    while (at != NULL && at != text && at[-1] != '\n') at = strstr(at + 1, separator);
    return at;
}

static bool parse(checkpoint *self, const char *path, char *text, mill_text identity,
                  const char *remedy, mill_error *error)
{
    char *state = find_separator(text);
    if (state == NULL)
        return error_set(error, ERROR_INPUT, "%s is damaged; remove it and start anew with --force",
                         path);
    line_reader from = {state + strlen(separator), true};
    *state = '\0';
    if (remedy != NULL &&
        (strlen(text) != identity.length || memcmp(text, identity.data, identity.length) != 0)) {
        char *now = strndup(identity.data, identity.length);
        bool refused = now != NULL ? refuse_identity(path, text, now, remedy, error)
                                   : error_set(error, ERROR_MEMORY, "out of memory");
        free(now);
        return refused;
    }
    take_state(self, &from);
    return from.fine || error_set(error, remedy == NULL ? ERROR_USAGE : ERROR_INPUT,
                                  "%s does not fit this pipeline; start anew with --force", path);
}

int checkpoint_read(checkpoint *self, const char *path, mill_text identity, const char *remedy,
                    mill_error *error)
{
    char *text = read_whole(path);
    if (text == NULL && errno == ENOENT) return 0;
    if (text == NULL) {
        error_set(error, ERROR_INPUT, "%s: cannot be read: %s; check its permissions", path,
                  strerror(errno));
        return -1;
    }
    bool fine = parse(self, path, text, identity, remedy, error);
    free(text);
    return fine ? 1 : -1;
}
