/* fuzz_stage - a libFuzzer target for a stage that edits the text. A file fuzz_NAME.c is linked
 * with the sources of plugins/NAME, says with which options it runs, and includes this header:
 *
 *     #include <stddef.h>
 *     static const char *const fuzz_options[] = {"quotes=straight", NULL};
 *     #include "fuzz_stage.h"
 *
 * Held: the stage takes any text; its edits are allowed, so that the text stays valid UTF-8; what
 * the alignment calls equal is equal; and where FUZZ_IDEMPOTENT is defined, doing it twice does no
 * more than doing it once.
 */
#ifndef TESTS_FUZZ_STAGE_H
#define TESTS_FUZZ_STAGE_H

#include "document.h"
#include "host.h"
#include "options.h"
#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_MEMORY ((size_t)1 << 30)

typedef struct fuzz_bench {
    document_home home;
    arena memory;
    schema schema;
    void *instance;
} fuzz_bench;

#define FUZZ_REQUIRE(condition)                                                                    \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "does not hold: %s\n", #condition);                                    \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

static const char *fuzz_option(const mill_option *option)
{
    size_t length = strlen(option->name);
    for (const char *const *set = fuzz_options; *set != NULL; set++)
        if (strncmp(*set, option->name, length) == 0 && (*set)[length] == '=')
            return *set + length + 1;
    return option->standard;
}

static void fuzz_open(fuzz_bench *opened)
{
    const mill_plugin *plugin = &textmill_plugin;
    char why[512];
    mill_error error = {0};
    arena_init(&opened->memory, FUZZ_MEMORY);
    document_home_init(&opened->home, &host_table, &opened->schema, FUZZ_MEMORY, MILL_TEXT_MAX);
    mill_value *values = calloc(plugin->option_count + 1, sizeof *values);
    FUZZ_REQUIRE(values != NULL);
    for (uint32_t i = 0; i < plugin->option_count; i++)
        FUZZ_REQUIRE(option_parse(&plugin->options[i], fuzz_option(&plugin->options[i]), &values[i],
                                  why, sizeof why));
    host_setup setup = {.setup.host = &host_table,
                        .options = plugin->options,
                        .option_count = plugin->option_count,
                        .option_stride = plugin->header.option_size,
                        .values = values,
                        .memory = &opened->memory,
                        .error = &error};
    FUZZ_REQUIRE(plugin->open == NULL || plugin->open(&setup.setup, &opened->instance) == MILL_OK);
    free(values);
}

/* Runs the stage over the present text, and holds the result to what is promised of it. */
static void fuzz_process(fuzz_bench *opened, document *article)
{
    static const document_view view = {.may_edit = true};
    mill_document *handle = document_handle(article);
    document_set_view(article, &view);
    FUZZ_REQUIRE(textmill_plugin.process(opened->instance, handle) == MILL_OK);
    FUZZ_REQUIRE(document_finish_stage(article));
    mill_text text = mill_document_text(handle), raw = mill_document_raw(handle);
    FUZZ_REQUIRE(utf8_valid_prefix(text.data, text.length) == text.length);
    mill_span changed, source;
    uint32_t at = 0, raw_at = 0;
    for (uint32_t i = 0; mill_change(handle, i, &changed, &source); i++) {
        FUZZ_REQUIRE(at <= changed.begin && changed.end <= text.length);
        FUZZ_REQUIRE(raw_at <= source.begin && source.end <= raw.length);
        FUZZ_REQUIRE(changed.begin - at == source.begin - raw_at);
        FUZZ_REQUIRE(memcmp(text.data + at, raw.data + raw_at, changed.begin - at) == 0);
        at = changed.end;
        raw_at = source.end;
    }
    FUZZ_REQUIRE(text.length - at == raw.length - raw_at);
    FUZZ_REQUIRE(memcmp(text.data + at, raw.data + raw_at, text.length - at) == 0);
}

static fuzz_bench bench;

static void fuzz_close(void)
{
    if (textmill_plugin.close != NULL) textmill_plugin.close(bench.instance);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const document_view decoding = {.may_decode = true};
    if (bench.memory.limit == 0) {
        fuzz_open(&bench);
        atexit(fuzz_close);
    }
    if (utf8_valid_prefix((const char *)data, size) != size) return -1;
    document *article = document_begin(&bench.home, "fuzz", 4);
    FUZZ_REQUIRE(article != NULL);
    document_set_view(article, &decoding);
    mill_document_set_text(document_handle(article), (const char *)data, size);
    FUZZ_REQUIRE(document_finish_stage(article));
    fuzz_process(&bench, article);
#ifdef FUZZ_IDEMPOTENT
    mill_text once = mill_document_text(document_handle(article));
    char *kept = malloc(once.length + 1);
    FUZZ_REQUIRE(kept != NULL);
    memcpy(kept, once.data, once.length);
    fuzz_process(&bench, article);
    mill_text twice = mill_document_text(document_handle(article));
    FUZZ_REQUIRE(twice.length == once.length && memcmp(kept, twice.data, once.length) == 0);
    free(kept);
#endif
    return 0;
}

#endif
