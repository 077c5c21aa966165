#include "corpus.h"

#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void append(corpus *self, const char *data, size_t length)
{
    if (self->room - self->length < length) {
        self->room = 2 * (self->room + length);
        self->data = realloc(self->data, self->room);
        ck_assert_ptr_nonnull(self->data);
    }
    if (length == 0) return;
    memcpy(self->data + self->length, data, length);
    self->length += length;
}

static void append_string(corpus *self, const char *string)
{
    append(self, string, strlen(string));
}

static void append_text(corpus *self, random_source *random, size_t length)
{
    static const char *const words[] = {
        "the ",         "harbour ",    "bridge ",      "said. ",     "Kim ", "caf\u00e9 ",
        "na\\u00efve ", "\U0001F600 ", "\\\"yes\\\" ", "tab\\t",     "Mr. ", "2024 ",
        "na\u00efve. ", "a ",          "\\n\\n",       "government "};
    size_t end = self->length + length;
    while (self->length < end)
        append_string(self, words[random_below(random, sizeof words / sizeof *words)]);
}

void corpus_add_line(corpus *self, const char *line)
{
    append_string(self, line);
    append(self, "\n", 1);
    self->count++;
}

void corpus_add(corpus *self, random_source *random, const char *id, size_t length,
                const char *words)
{
    append_string(self, "{");
    if (id != NULL) {
        append_string(self, "\"id\":\"");
        append_string(self, id);
        append_string(self, "\",");
    }
    append_string(self, "\"text\":\"");
    append_text(self, random, length / 2);
    if (words != NULL) {
        append_string(self, words);
        append_string(self, " ");
    }
    append_text(self, random, length / 2);
    corpus_add_line(self, "caf\u00e9\"}");
}

static void add_one(corpus *self, random_source *random)
{
    char id[32];
    size_t length = 20 + random_below(random, 6000);
    snprintf(id, sizeof id, "id-%zu", self->count + 1);
    switch (random_below(random, 40)) {
    case 0: corpus_add_line(self, ""); break;
    case 1: corpus_add_line(self, "{\"id\":\"broken\",\"text\":\"no end"); break;
    case 2: corpus_add_line(self, "{\"id\":\"broken\",\"text\":3}"); break;
    case 3: corpus_add_line(self, "{\"text\":\"\"}"); break;
    case 4: corpus_add(self, random, id, length, "spam"); break;
    case 5: corpus_add(self, random, id, length, "bad"); break;
    case 6: corpus_add(self, random, id, 100 * length, NULL); break;
    case 7: corpus_add(self, random, NULL, length, NULL); break;
    default: corpus_add(self, random, id, length, NULL); break;
    }
}

void corpus_add_mixture(corpus *self, random_source *random, size_t count)
{
    while (count-- > 0) add_one(self, random);
}

const char *corpus_line(const corpus *self, size_t number, size_t *length)
{
    const char *line = self->data;
    ck_assert(number >= 1 && number <= self->count);
    while (number-- > 1) line = strchr(line, '\n') + 1;
    *length = (size_t)(strchr(line, '\n') - line);
    return line;
}

void corpus_write(const corpus *self, const char *path, size_t without)
{
    FILE *file = fopen(path, "wb");
    size_t length = 0;
    const char *left_out = without > 0 ? corpus_line(self, without, &length) : self->data;
    size_t before = (size_t)(left_out - self->data);
    size_t after = before + (without > 0 ? length + 1 : 0);
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(self->data, 1, before, file), before);
    ck_assert_uint_eq(fwrite(self->data + after, 1, self->length - after, file),
                      self->length - after);
    ck_assert_int_eq(fclose(file), 0);
}

void corpus_clear(corpus *self)
{
    free(self->data);
    *self = (corpus){0};
}
