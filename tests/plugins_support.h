/* plugins_support - a built plug-in at work on a document, without a pipeline around it.
 *
 * A workbench is a document that can hold the fields of a list; the test itself may set everything
 * in it. A loaded plug-in is the built .so, opened with the options given. Everything is checked by
 * ck_assert on the way; what may fail in a test comes back as a message.
 */
#ifndef TESTS_PLUGINS_SUPPORT_H
#define TESTS_PLUGINS_SUPPORT_H

#include "arena.h"
#include "document.h"
#include "log.h"
#include "textmill/plugin.h"

#define WORKBENCH_FIELDS_MAX 32

typedef struct workbench {
    const mill_field *fields;
    uint32_t field_count;
    schema schema;
    schema_layer layers[WORKBENCH_FIELDS_MAX];
    field_binding bindings[WORKBENCH_FIELDS_MAX];
    document_home home;
    document *document;    /* the present one */
    mill_document *handle; /* what plug-ins get */
} workbench;

/* Makes a document that can hold `fields`, each layer before its attributes. A field's position in
 * the list is its number, for the test and for a writer. */
void workbench_open(workbench *bench, const mill_field *fields, uint32_t count);

/* Starts an article in which the test may set everything. */
void workbench_begin(workbench *bench, const char *source);

/* Applies the edits made since; a fault fails the test. */
void workbench_apply(workbench *bench);

void workbench_close(workbench *bench);

typedef struct loaded_plugin {
    const mill_plugin *plugin;
    void *instance;
    arena memory;
    mill_error error; /* why it could not be opened */
} loaded_plugin;

/* Loads NAME.so and opens it with options "key=value", a NULL-terminated list or NULL.
 * Returns whether `open` succeeded; `error` holds the reason otherwise. */
bool plugin_open(loaded_plugin *loaded, const char *name, const char *const *options,
                 const workbench *bench);

void plugin_close(loaded_plugin *loaded);

/* Starts an article and decodes a record into it. Returns NULL, or why it was refused. */
const char *plugin_decode(loaded_plugin *loaded, workbench *bench, const char *record,
                          size_t length);

/* Encodes the article. Owns: the string, with a NUL behind it, is the caller's. */
char *plugin_encode(loaded_plugin *loaded, workbench *bench, size_t *length);

/* A small random generator (splitmix64), so that a seed gives the same test everywhere. */
typedef struct random_source {
    uint64_t state;
} random_source;

/* Returns a number below `limit`. */
uint32_t random_below(random_source *random, uint32_t limit);

/* Seeds from CK_SEED or the clock and prints the seed. */
random_source random_seeded(const char *test);

#endif
