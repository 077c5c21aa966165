#include <stddef.h>

static const char *const fuzz_options[] = {NULL};
#include "fuzz_stage.h"
