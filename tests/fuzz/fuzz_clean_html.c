#include <stddef.h>

static const char *const fuzz_options[] = {"extract=article", NULL};
#include "fuzz_stage.h"
