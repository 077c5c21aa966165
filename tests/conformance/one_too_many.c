/* fails: valgrind: memory errors; ./one_too_many.valgrind.log has them */
#include <textmill/plugin.h>

#include <stdlib.h>

static mill_status process(void *instance, mill_document *document)
{
    volatile char *room = malloc(17); /* and malloc gives 24 */
    (void)instance;
    if (room == NULL) return mill_fail(document, "out of memory");
    room[17] = '\0';
    free((void *)room);
    return MILL_OK;
}

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER, .kind = MILL_STAGE,
    .name = "one_too_many", .version = "1.0.0", .licence = "MIT",
    .summary = "writes one byte behind its memory",
    .process = process,
};
