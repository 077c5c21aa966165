/* fails: descriptor: is called 'Bad-Name' */
#include <textmill/plugin.h>

static mill_status process(void *instance, mill_document *document)
{
    (void)instance;
    (void)document;
    return MILL_OK;
}

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE,
    .name = "Bad-Name", .version = "1.0.0", .licence = "MIT", .summary = "has a name that is none",
    .process = process,
};
