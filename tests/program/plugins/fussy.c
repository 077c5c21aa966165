/* A stage for whole-program tests: fails on "bad", drops "spam", counts the rest. */
#include "textmill/plugin.h"

static mill_status open_stage(mill_setup *setup, void **instance)
{
    bool *strict = mill_setup_alloc(setup, sizeof *strict);
    if (strict == NULL) return MILL_FAILED;
    *strict = mill_setup_boolean(setup, "strict");
    *instance = strict;
    return MILL_OK;
}

static mill_status process(void *instance, mill_document *document)
{
    const bool *strict = instance;
    mill_text text = mill_document_text(document);
    if (*strict && strstr(text.data, "bad") != NULL)
        return mill_fail(document, "\"bad\" is a bad word; choose another");
    if (strstr(text.data, "spam") != NULL) return MILL_DROPPED;
    mill_set_integer(document, 0, 0, (int64_t)text.length);
    return MILL_OK;
}

static const mill_option options[] = {
    {"strict", MILL_OPTION_BOOLEAN, 0, "yes", NULL, 0, 0, "whether \"bad\" is an error"},
};

static const mill_field fields[] = {
    {MILL_PROVIDES, MILL_INTEGER, NULL, "bytes", "how long the text is"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .name = "fussy",
    .version = "0.1",
    .licence = "MIT",
    .summary = "Refuses bad words",
    .options = options,
    .option_count = MILL_COUNT(options),
    .fields = fields,
    .field_count = MILL_COUNT(fields),
    .open = open_stage,
    .process = process,
};
