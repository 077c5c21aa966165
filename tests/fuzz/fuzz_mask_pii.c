#include <stddef.h>

static const char *const fuzz_options[] = {"classes=email phone card ip iban ssn url user tag", NULL};
#include "fuzz_stage.h"
