/* A stage for the bench: it holds a lexicon in memory of its own, as a plug-in does that builds one
 * in `open`, and each process dies of SIGSEGV at its article number `every`. The process that takes
 * its place counts anew. */
#include "textmill/plugin.h"

typedef struct crash {
    int64_t every;
    int64_t articles;
    char *lexicon;
} crash;

static int *volatile nowhere = NULL; /* what compilers cannot see through */

static mill_status process(void *instance, mill_document *document)
{
    crash *self = instance;
    (void)document;
    if (++self->articles == self->every) *nowhere = 1;
    return MILL_OK;
}

static mill_status open_stage(mill_setup *setup, void **instance)
{
    crash *self = mill_setup_alloc(setup, sizeof *self);
    size_t size = (size_t)mill_setup_integer(setup, "lexicon");
    if (self == NULL) return MILL_FAILED;
    self->every = mill_setup_integer(setup, "every");
    self->lexicon = mill_setup_alloc(setup, size);
    if (self->lexicon == NULL) return MILL_FAILED;
    memset(self->lexicon, 'x', size);
    *instance = self;
    return MILL_OK;
}

static const mill_option options[] = {
    {"every", MILL_OPTION_INTEGER, 0, "0", NULL, 0, 1e9, "articles until the crash; 0: none"},
    {"lexicon", MILL_OPTION_SIZE, 0, "50M", NULL, 0, 1e12, "bytes of it"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .name = "crash",
    .version = "0.1",
    .licence = "MIT",
    .summary = "Crashes now and then",
    .options = options,
    .option_count = MILL_COUNT(options),
    .open = open_stage,
    .process = process,
};
