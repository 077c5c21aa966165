/* icu_breaks - see icu_breaks.h. ICU walks the document's UTF-8 where it lies. */
#include "icu_breaks.h"

#ifdef WITH_ICU

#include <stdlib.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

struct icu_breaks {
    UBreakIterator *iterator;
    UText *view;
    size_t length;
};

icu_breaks *icu_breaks_open(mill_setup *setup, const char *language)
{
    UErrorCode status = U_ZERO_ERROR;
    icu_breaks *self = calloc(1, sizeof *self);
    if (self != NULL) self->iterator = ubrk_open(UBRK_SENTENCE, language, NULL, 0, &status);
    if (self != NULL && U_SUCCESS(status)) return self;
    free(self);
    mill_setup_fail(setup, "ICU cannot open its rules for '%s' (%s); is its data installed?",
                    language, U_FAILURE(status) ? u_errorName(status) : "out of memory");
    return NULL;
}

void icu_breaks_close(icu_breaks *self)
{
    if (self == NULL) return;
    ubrk_close(self->iterator);
    utext_close(self->view);
    free(self);
}

bool icu_breaks_begin(icu_breaks *self, mill_text text)
{
    UErrorCode status = U_ZERO_ERROR;
    self->length = text.length;
    self->view = utext_openUTF8(self->view, text.data, (int64_t)text.length, &status);
    ubrk_setUText(self->iterator, self->view, &status);
    return U_SUCCESS(status) && ubrk_first(self->iterator) == 0;
}

size_t icu_breaks_next(icu_breaks *self)
{
    int32_t at = ubrk_next(self->iterator);
    return at == UBRK_DONE ? self->length : (size_t)at;
}

#else

icu_breaks *icu_breaks_open(mill_setup *setup, const char *language)
{
    mill_setup_fail(
        setup,
        "language: '%s' needs ICU, without which this plug-in was built; apt-get install "
        "libicu-dev, make clean and build again, or write en",
        language);
    return NULL;
}

void icu_breaks_close(icu_breaks *self)
{
    (void)self;
}

bool icu_breaks_begin(icu_breaks *self, mill_text text)
{
    (void)self;
    (void)text;
    return false;
}

size_t icu_breaks_next(icu_breaks *self)
{
    (void)self;
    return 0;
}

#endif
