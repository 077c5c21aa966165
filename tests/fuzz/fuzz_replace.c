#include <stddef.h>

static const char *const fuzz_options[] = {"pattern=(\\w+) (?=a)", "with=$1", NULL};
#include "fuzz_stage.h"
