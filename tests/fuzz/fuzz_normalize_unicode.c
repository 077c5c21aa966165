#include <stddef.h>

#define FUZZ_IDEMPOTENT
static const char *const fuzz_options[] = {"form=nfkc", NULL};
#include "fuzz_stage.h"
