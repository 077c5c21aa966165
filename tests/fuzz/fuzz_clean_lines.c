#include <stddef.h>

static const char *const fuzz_options[] = {"classes=photo_credit byline promo copyright dateline duplicate", NULL};
#include "fuzz_stage.h"
