/* corpus - articles as JSON lines, made up by the test: the same bytes for the same seed. The text
 * is words, accents, emoji and escapes, with sentences in it.
 */
#ifndef TESTS_CORPUS_H
#define TESTS_CORPUS_H

#include "plugins_support.h"

#include <stddef.h>

typedef struct corpus {
    char *data;
    size_t length;
    size_t room;
    size_t count; /* lines so far, of all kinds */
} corpus;

/* Appends an article whose text has about `length` bytes. `words` (may be NULL) stand in its
 * middle; `id` may be NULL. */
void corpus_add(corpus *self, random_source *random, const char *id, size_t length,
                const char *words);

/* Appends a line as it is; the line break is added. */
void corpus_add_line(corpus *self, const char *line);

/* Appends `count` lines of all kinds: articles with ids and without, short ones, some of several
 * hundred KB, some that the stage `fussy` drops or fails at, empty lines and broken ones. */
void corpus_add_mixture(corpus *self, random_source *random, size_t count);

/* Returns line `number`, counted from 1, without its line break; the text is not terminated. */
const char *corpus_line(const corpus *self, size_t number, size_t *length);

/* Writes all lines to a file, but for line `without`; 0: all. */
void corpus_write(const corpus *self, const char *path, size_t without);

void corpus_clear(corpus *self);

#endif
