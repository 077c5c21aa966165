/* A plug-in to be loaded by tests, which build it with one or another of these:
 *   -DNAME=x         its name
 *   -DKIND=MILL_...  its kind
 *   -DSIZE=n         what it says of its descriptor's size
 *   -DAT_LOAD=...    a statement to run while it is loaded
 *   -DCALLS=f        a function to call */
#include "textmill/plugin.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TEXT_OF(name) #name
#define TEXT(name)    TEXT_OF(name)

#ifndef NAME
#define NAME sample
#endif
#ifndef KIND
#define KIND MILL_STAGE
#endif
#ifndef SIZE
#define SIZE sizeof(mill_plugin)
#endif

#ifdef AT_LOAD
__attribute__((constructor)) static void at_load(void)
{
    AT_LOAD;
}
#endif

#ifdef CALLS
void CALLS(void);
#endif

static mill_status process(void *instance, mill_document *document)
{
    (void)instance;
    (void)document;
#ifdef CALLS
    CALLS();
#endif
    return MILL_OK;
}

static mill_status frame(void *instance, const char *data, size_t length, bool at_end,
                         mill_frame *found)
{
    (void)instance;
    (void)data;
    (void)at_end;
    found->end = found->next = length;
    return MILL_OK;
}

static mill_status decode(void *instance, mill_text record, mill_document *document)
{
    (void)instance;
    mill_document_set_text(document, record.data, record.length);
    return MILL_OK;
}

static mill_status encode(void *instance, mill_document *document, mill_output *output)
{
    (void)instance;
    (void)document;
    (void)output;
    return MILL_OK;
}

const mill_plugin textmill_plugin = {
    .header = {MILL_MAGIC, MILL_ABI, SIZE, sizeof(mill_option), sizeof(mill_field)},
    .kind = KIND,
    .name = TEXT(NAME),
    .version = "1.0",
    .licence = "MIT",
    .summary = "Does nothing",
    .extensions = "sample jsonl",
    .process = process,
    .frame = frame,
    .decode = decode,
    .encode = encode,
};
