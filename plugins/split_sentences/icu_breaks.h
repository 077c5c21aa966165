/* icu_breaks - where ICU's rules end sentences (UAX #29 with the changes of a language). Without
 * ICU at build time there is nothing to open.
 */
#ifndef SPLIT_SENTENCES_ICU_BREAKS_H
#define SPLIT_SENTENCES_ICU_BREAKS_H

#include "textmill/plugin.h"

typedef struct icu_breaks icu_breaks;

/* Opens the rules of a language, such as "de"; kept from article to article.
 * Fails: NULL, with the reason set. */
icu_breaks *icu_breaks_open(mill_setup *setup, const char *language);

void icu_breaks_close(icu_breaks *self);

/* Starts on a text; it must stay until the last break has been read. Returns false where ICU
 * cannot. */
bool icu_breaks_begin(icu_breaks *self, mill_text text);

/* Returns the next break behind the one before; the text's length at the end, as often as asked. */
size_t icu_breaks_next(icu_breaks *self);

#endif
