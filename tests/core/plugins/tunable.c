/* A stage for the tests of pipelines, which build it with one or another of these:
 *   -DNAME=x         its name
 *   -DFIELDS=...     its fields, as initialisers of mill_field
 *   -DOPEN=...       a statement that `open` runs
 *   -DDECLARE        its option `label` is a field that it provides */
#ifdef DECLARE
#define MILL_ABI_MINOR 1
#endif
#include "textmill/plugin.h"

#define TEXT_OF(name) #name
#define TEXT(name)    TEXT_OF(name)

#ifndef FIELDS
#define FIELDS                                                                                     \
    {                                                                                              \
        MILL_PROVIDES, MILL_INTEGER, NULL, "tuned", "1 if it ran"                                  \
    }
#endif
#ifndef OPEN
#define OPEN return MILL_OK
#endif

static mill_status open_stage(mill_setup *setup, void **instance)
{
    (void)setup;
    (void)instance;
    OPEN;
}

#ifdef DECLARE
static mill_status declare_label(mill_setup *setup)
{
    const char *label = mill_setup_string(setup, "label");
    return mill_setup_declare(setup, MILL_PROVIDES, (mill_text){label, strlen(label)});
}
#endif

static mill_status process(void *instance, mill_document *document)
{
    (void)instance;
    (void)document;
    return MILL_OK;
}

static const mill_field fields[] = {FIELDS};

static const mill_option options[] = {
    {"ratio", MILL_OPTION_NUMBER, 0, "0.5", NULL, 0, 1, "a number with limits"},
    {"bound", MILL_OPTION_SIZE, 0, "4K", NULL, 0, 0, "a size without limits"},
    {"count", MILL_OPTION_INTEGER, 0, "3", NULL, -5, 5, "a whole number with limits"},
    {"strict", MILL_OPTION_BOOLEAN, 0, "no", NULL, 0, 0, "yes or no"},
    {"color", MILL_OPTION_CHOICE, 0, "red", "red green blue", 0, 0, "a choice"},
    {"label", MILL_OPTION_STRING, 0, "none", NULL, 0, 0, "a text"},
    {"words", MILL_OPTION_PATH, 0, "", NULL, 0, 0, "a file"},
    {"layer", MILL_OPTION_LAYER, 0, "", NULL, 0, 0, "a layer"},
    {"lists", MILL_OPTION_PATHS, 0, "", NULL, 0, 0, "files"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .name = TEXT(NAME),
    .version = "1.0",
    .licence = "MIT",
    .summary = "Has an option of each type",
    .options = options,
    .option_count = MILL_COUNT(options),
    .fields = fields,
    .field_count = MILL_COUNT(fields),
    .open = open_stage,
#ifdef DECLARE
    .declare = declare_label,
#endif
    .process = process,
};
