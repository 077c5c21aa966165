#include <stddef.h>

#define FUZZ_IDEMPOTENT
static const char *const fuzz_options[] = {NULL};
#include "fuzz_stage.h"
