/* A stage for whole-program tests that does what an article tells it to: `do:segv` in the text, and
 * it crashes. An article without a deed gets the layer `whole` and the attribute `survived`, so the
 * output shows that the stage has run. With deeds = no it is harmless. */
#define _GNU_SOURCE
#include "textmill/plugin.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WHOLE, SURVIVED };

typedef struct hostile {
    bool deeds;
    double nap;
} hostile;

/* What compilers cannot see through. */
static volatile bool forever = true;
static int *volatile nowhere = NULL;

/* ---- Deaths -------------------------------------------------------------------------------- */

static mill_status segv(mill_document *document)
{
    (void)document;
    *nowhere = 1;
    return MILL_OK;
}

static mill_status raise_abort(mill_document *document)
{
    (void)document;
    abort();
}

static mill_status exit0(mill_document *document)
{
    (void)document;
    exit(0);
}

static mill_status kill9(mill_document *document)
{
    (void)document;
    raise(SIGKILL);
    return MILL_OK;
}

static int descend(volatile char *caller)
{
    volatile char frame[1000];
    frame[0] = (char)(caller[0] + 1);
    return forever ? descend(frame) + frame[0] : 0;
}

static mill_status stack_overflow(mill_document *document)
{
    volatile char first = 0;
    (void)document;
    return descend(&first) == 0 ? MILL_OK : MILL_DROPPED;
}

/* ---- Time and memory ----------------------------------------------------------------------- */

static mill_status loop(mill_document *document)
{
    (void)document;
    while (forever) continue;
    return MILL_OK;
}

static mill_status sleep_forever(mill_document *document)
{
    (void)document;
    while (forever) pause();
    return MILL_OK;
}

#define BLOCK ((size_t)1 << 20)

typedef struct block {
    struct block *next;
} block;

static mill_status allocate(mill_document *document)
{
    (void)document;
    while (forever) memset(malloc(BLOCK), 1, BLOCK);
    return MILL_OK;
}

/* As a careful plug-in would: gives back what it has and says so. */
static mill_status allocate_checked(mill_document *document)
{
    block *held = NULL, *next;
    while ((next = malloc(BLOCK)) != NULL) {
        memset(next, 1, BLOCK);
        next->next = held;
        held = next;
    }
    while (held != NULL) {
        next = held->next;
        free(held);
        held = next;
    }
    return mill_fail(document, "no memory for this article; raise memory in [pipeline]");
}

/* The same from the document's own memory, which the host gives. */
static mill_status allocate_document(mill_document *document)
{
    char *memory;
    while ((memory = mill_alloc(document, BLOCK)) != NULL) memset(memory, 1, BLOCK);
    return MILL_FAILED;
}

/* ---- Wild writes --------------------------------------------------------------------------- */

static mill_status scribble_forwards(mill_document *document)
{
    volatile char *at = (volatile char *)(uintptr_t)mill_document_text(document).data;
    while (forever) *at++ = 'X';
    return MILL_OK;
}

static mill_status scribble_backwards(mill_document *document)
{
    volatile char *at = (volatile char *)(uintptr_t)mill_document_text(document).data;
    while (forever) *at-- = 'X';
    return MILL_OK;
}

static mill_status scribble_document(mill_document *document)
{
    memset((void *)document, 0x5A, 4096);
    return MILL_OK;
}

/* ---- Wrong answers ------------------------------------------------------------------------- */

static mill_status fail(mill_document *document)
{
    return mill_fail(document, "told to fail; take the deed out");
}

static mill_status fail_silently(mill_document *document)
{
    (void)document;
    return MILL_FAILED;
}

static mill_status garbage_status(mill_document *document)
{
    (void)document;
    return (mill_status)77;
}

static mill_status reversed_span(mill_document *document)
{
    mill_span_add(document, WHOLE, 9, 3);
    return MILL_OK;
}

static mill_status far_span(mill_document *document)
{
    mill_span_add(document, WHOLE, 0, SIZE_MAX);
    return MILL_OK;
}

/* The text holds an e with an acute accent, of two bytes. */
static mill_status split_span(mill_document *document)
{
    mill_text text = mill_document_text(document);
    const char *accent = memchr(text.data, '\xC3', text.length);
    if (accent == NULL) return mill_fail(document, "no accent in the text; put one in");
    mill_span_add(document, WHOLE, 0, (size_t)(accent - text.data) + 1);
    return MILL_OK;
}

static mill_status unsorted_spans(mill_document *document)
{
    mill_span_add(document, WHOLE, 5, 6);
    mill_span_add(document, WHOLE, 2, 3);
    return MILL_OK;
}

/* ---- What the sandbox is for --------------------------------------------------------------- */

static mill_status close_descriptors(mill_document *document)
{
    (void)document;
    for (int i = 0; i < 1024; i++) close(i);
    return MILL_OK;
}

static mill_status open_file(mill_document *document)
{
    (void)document;
    close(open("/dev/null", O_RDONLY));
    return MILL_OK;
}

static mill_status open_socket(mill_document *document)
{
    (void)document;
    close(socket(AF_INET, SOCK_STREAM, 0));
    return MILL_OK;
}

static mill_status start_process(mill_document *document)
{
    (void)document;
    pid_t child = fork();
    if (child == 0) _exit(0);
    if (child > 0) waitpid(child, NULL, 0);
    return MILL_OK;
}

static mill_status run_program(mill_document *document)
{
    (void)document;
    static char name[] = "false";
    char *const arguments[] = {name, NULL}, *const environment[] = {NULL};
    execve("/bin/false", arguments, environment);
    return MILL_OK;
}

static mill_status trace_parent(mill_document *document)
{
    (void)document;
    ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
    return MILL_OK;
}

static mill_status kill_parent(mill_document *document)
{
    (void)document;
    kill(getppid(), SIGKILL);
    return MILL_OK;
}

/* ---- Harmless ------------------------------------------------------------------------------ */

static mill_status print(mill_document *document)
{
    mill_text text = mill_document_text(document);
    fprintf(stderr, "hostile: an article of %zu bytes\n", text.length);
    mill_set_integer(document, SURVIVED, 0, (int64_t)text.length);
    return MILL_OK;
}

/* ---- The stage ----------------------------------------------------------------------------- */

typedef struct deed {
    const char *name;
    mill_status (*act)(mill_document *document);
} deed;

static const deed deeds[] = {
    {"segv", segv},
    {"abort", raise_abort},
    {"exit0", exit0},
    {"kill9", kill9},
    {"stack_overflow", stack_overflow},
    {"loop", loop},
    {"sleep", sleep_forever},
    {"allocate", allocate},
    {"allocate_checked", allocate_checked},
    {"allocate_document", allocate_document},
    {"scribble_forwards", scribble_forwards},
    {"scribble_backwards", scribble_backwards},
    {"scribble_document", scribble_document},
    {"fail", fail},
    {"fail_silently", fail_silently},
    {"garbage_status", garbage_status},
    {"garbage_span_reversed", reversed_span},
    {"garbage_span_far", far_span},
    {"garbage_span_split", split_span},
    {"garbage_span_unsorted", unsorted_spans},
    {"close_descriptors", close_descriptors},
    {"open", open_file},
    {"socket", open_socket},
    {"fork", start_process},
    {"exec", run_program},
    {"ptrace", trace_parent},
    {"kill_parent", kill_parent},
    {"stderr", print},
};

/* Finds the deed that stands behind "do:", by its whole name. */
static const deed *find_deed(mill_text text)
{
    const char *at = memmem(text.data, text.length, "do:", 3);
    if (at == NULL) return NULL;
    size_t length = strspn(at + 3, "abcdefghijklmnopqrstuvwxyz_0123456789");
    for (size_t i = 0; i < MILL_COUNT(deeds); i++)
        if (strlen(deeds[i].name) == length && memcmp(deeds[i].name, at + 3, length) == 0)
            return &deeds[i];
    return NULL;
}

static void nap(double milliseconds)
{
    struct timespec time = {(time_t)(milliseconds / 1000), (long)(milliseconds * 1e6) % 1000000000};
    if (milliseconds > 0) nanosleep(&time, NULL);
}

static mill_status process(void *instance, mill_document *document)
{
    const hostile *self = instance;
    mill_text text = mill_document_text(document);
    const deed *found = self->deeds ? find_deed(text) : NULL;
    nap(self->nap);
    if (found != NULL) return found->act(document);
    mill_span_add(document, WHOLE, 0, text.length);
    mill_set_integer(document, SURVIVED, 0, (int64_t)text.length);
    return MILL_OK;
}

static void die(void)
{
    raise(SIGKILL);
}

static mill_status open_stage(mill_setup *setup, void **instance)
{
    hostile *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->deeds = mill_setup_boolean(setup, "deeds");
    self->nap = mill_setup_number(setup, "nap");
    if (mill_setup_boolean(setup, "deadly_fork")) pthread_atfork(NULL, NULL, die);
    *instance = self;
    return MILL_OK;
}

static const mill_option options[] = {
    {"deeds", MILL_OPTION_BOOLEAN, 0, "yes", NULL, 0, 0, "whether articles are obeyed"},
    {"nap", MILL_OPTION_NUMBER, 0, "0", NULL, 0, 10000, "milliseconds of rest for each article"},
    {"deadly_fork", MILL_OPTION_BOOLEAN, 0, "no", NULL, 0, 0, "whether a forked process dies"},
};

static const mill_field fields[] = {
    {MILL_PROVIDES, MILL_LAYER, "whole", NULL, "the whole text"},
    {MILL_PROVIDES, MILL_INTEGER, NULL, "survived", "how long the text is"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .name = "hostile",
    .version = "0.1",
    .licence = "MIT",
    .summary = "Does what articles tell it to",
    .options = options,
    .option_count = MILL_COUNT(options),
    .fields = fields,
    .field_count = MILL_COUNT(fields),
    .open = open_stage,
    .process = process,
};
