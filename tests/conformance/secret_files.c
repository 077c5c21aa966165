/* fails: sandbox: crashes: called openat, which the sandbox does not allow */
#include <textmill/plugin.h>

#include <stdio.h>

static mill_status process(void *instance, mill_document *document)
{
    FILE *file = fopen("/dev/null", "r");
    (void)instance;
    (void)document;
    if (file != NULL) fclose(file);
    return MILL_OK;
}

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE,
    .name = "secret_files", .version = "1.0.0", .licence = "MIT",
    .summary = "opens a file and does not declare it",
    .process = process,
};
