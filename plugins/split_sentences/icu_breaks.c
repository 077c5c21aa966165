/* icu_breaks - see icu_breaks.h. ICU walks the document's UTF-8 where it lies. It is loaded when a
 * language asks for it: English needs none of it, and loading it takes as long as dozens of
 * articles.
 */
#include "icu_breaks.h"

#ifdef WITH_ICU

#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

/* The calls of ICU that are made here. */
typedef struct icu_calls {
    __typeof__(&ubrk_open) open;
    __typeof__(&ubrk_close) close;
    __typeof__(&ubrk_setUText) set_text;
    __typeof__(&ubrk_first) first;
    __typeof__(&ubrk_next) next;
    __typeof__(&utext_openUTF8) open_view;
    __typeof__(&utext_close) close_view;
    __typeof__(&u_errorName) error_name;
} icu_calls;

struct icu_breaks {
    icu_calls icu;
    UBreakIterator *iterator;
    UText *view;
    size_t length;
};

/* ---- Loading ------------------------------------------------------------------------------- */

#define LIBRARY "libicuuc.so." U_ICU_VERSION_SHORT

/* ICU's macros give each call the version at its end: "ubrk_open_72". */
#define NAME_AS_IS(call) #call
#define NAME_OF(call)    NAME_AS_IS(call)

static const struct {
    const char *name;
    size_t place; /* in icu_calls */
} calls[] = {
    {NAME_OF(ubrk_open), offsetof(icu_calls, open)},
    {NAME_OF(ubrk_close), offsetof(icu_calls, close)},
    {NAME_OF(ubrk_setUText), offsetof(icu_calls, set_text)},
    {NAME_OF(ubrk_first), offsetof(icu_calls, first)},
    {NAME_OF(ubrk_next), offsetof(icu_calls, next)},
    {NAME_OF(utext_openUTF8), offsetof(icu_calls, open_view)},
    {NAME_OF(utext_close), offsetof(icu_calls, close_view)},
    {NAME_OF(u_errorName), offsetof(icu_calls, error_name)},
};

/* The library stays loaded: who opens it again gets the same one. */
static bool load(icu_calls *icu)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; library != NULL && i < MILL_COUNT(calls); i++) {
        void *call = dlsym(library, calls[i].name);
        if (call == NULL) return false;
        memcpy((char *)icu + calls[i].place, &call, sizeof call);
    }
    return library != NULL;
}

icu_breaks *icu_breaks_open(mill_setup *setup, const char *language)
{
    UErrorCode status = U_ZERO_ERROR;
    icu_breaks *self = calloc(1, sizeof *self);
    if (self != NULL && !load(&self->icu)) {
        mill_setup_fail(setup,
                        "language: '%s' needs ICU, and %s cannot be loaded; apt-get install "
                        "libicu" U_ICU_VERSION_SHORT ", or write en",
                        language, LIBRARY);
        free(self);
        return NULL;
    }
    if (self != NULL) self->iterator = self->icu.open(UBRK_SENTENCE, language, NULL, 0, &status);
    if (self != NULL && U_SUCCESS(status)) return self;
    mill_setup_fail(setup, "ICU cannot open its rules for '%s' (%s); is its data installed?",
                    language, self != NULL ? self->icu.error_name(status) : "out of memory");
    free(self);
    return NULL;
}

/* ---- Use ----------------------------------------------------------------------------------- */

void icu_breaks_close(icu_breaks *self)
{
    if (self == NULL) return;
    self->icu.close(self->iterator);
    self->icu.close_view(self->view);
    free(self);
}

bool icu_breaks_begin(icu_breaks *self, mill_text text)
{
    UErrorCode status = U_ZERO_ERROR;
    self->length = text.length;
    self->view = self->icu.open_view(self->view, text.data, (int64_t)text.length, &status);
    self->icu.set_text(self->iterator, self->view, &status);
    return U_SUCCESS(status) && self->icu.first(self->iterator) == 0;
}

size_t icu_breaks_next(icu_breaks *self)
{
    int32_t at = self->icu.next(self->iterator);
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
