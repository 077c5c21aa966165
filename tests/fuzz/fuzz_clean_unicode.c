#include <stddef.h>

static const char *const fuzz_options[] = {"quotes=straight", "dashes=plain", "emoji=remove", NULL};
#include "fuzz_stage.h"
