/* languages - finds the sentences of languages other than English. Where a sentence may end comes
 * from ICU's rules for the languages of Europe, and from their own stops for Chinese, Japanese,
 * Arabic and Hindi; what stands around such a place then decides, by a word list for each language
 * beside this source (german.txt and so on).
 */
#ifndef SPLIT_SENTENCES_LANGUAGES_H
#define SPLIT_SENTENCES_LANGUAGES_H

#include "english.h"
#include "sink.h"
#include "textmill/plugin.h"

/* In the order of the choices of option `language`. */
typedef enum language {
    LANGUAGE_ENGLISH,
    LANGUAGE_GERMAN,
    LANGUAGE_FRENCH,
    LANGUAGE_SPANISH,
    LANGUAGE_ITALIAN,
    LANGUAGE_PORTUGUESE,
    LANGUAGE_DUTCH,
    LANGUAGE_POLISH,
    LANGUAGE_RUSSIAN,
    LANGUAGE_CHINESE,
    LANGUAGE_JAPANESE,
    LANGUAGE_ARABIC,
    LANGUAGE_HINDI,
    LANGUAGE_AUTO /* what the article's attribute `language` says */
} language;

#define LANGUAGE_CHOICES "en de fr es it pt nl pl ru zh ja ar hi auto"

typedef struct languages languages;

/* Loads what the chosen language needs, and the user's own abbreviations; with LANGUAGE_AUTO, all
 * languages that this build can.
 * Owns: the caller closes it. Fails: NULL, with the reason set. */
languages *languages_open(mill_setup *setup, language chosen, const abbreviation_list *own);

void languages_close(languages *self);

/* Returns the language with a code such as "de" or "zh-Hant"; English where it is another one or
 * one that this build cannot split. */
language languages_find(const languages *self, mill_text code);

/* Finds the sentences of the sink's text and gives them to it. */
void split_language(const languages *self, language which, const split_options *options,
                    sentence_sink *sink);

#endif
