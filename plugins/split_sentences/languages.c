/* languages - see languages.h: what is peculiar to each, and its word list. */
#include "languages.h"

#include "language_walk.h"

MILL_EMBEDDED(german)
MILL_EMBEDDED(french)
MILL_EMBEDDED(spanish)
MILL_EMBEDDED(italian)
MILL_EMBEDDED(portuguese)
MILL_EMBEDDED(dutch)
MILL_EMBEDDED(polish)
MILL_EMBEDDED(russian)
MILL_EMBEDDED(chinese)
MILL_EMBEDDED(japanese)
MILL_EMBEDDED(arabic)
MILL_EMBEDDED(hindi)

typedef struct profile {
    const char *code;
    mill_text (*list)(void);
    bool by_icu; /* else by its own stops */
    bool spaced_quotes, ordinals, unspaced;
} profile;

static const profile profiles[LANGUAGE_AUTO] = {
    [LANGUAGE_ENGLISH] = {.code = "en"},
    [LANGUAGE_GERMAN] = {.code = "de", .list = german_text, .by_icu = true, .ordinals = true},
    [LANGUAGE_FRENCH] = {.code = "fr", .list = french_text, .by_icu = true, .spaced_quotes = true},
    [LANGUAGE_SPANISH] = {.code = "es", .list = spanish_text, .by_icu = true},
    [LANGUAGE_ITALIAN] = {.code = "it", .list = italian_text, .by_icu = true},
    [LANGUAGE_PORTUGUESE] = {.code = "pt", .list = portuguese_text, .by_icu = true},
    [LANGUAGE_DUTCH] = {.code = "nl", .list = dutch_text, .by_icu = true},
    [LANGUAGE_POLISH] = {.code = "pl", .list = polish_text, .by_icu = true},
    [LANGUAGE_RUSSIAN] = {.code = "ru", .list = russian_text, .by_icu = true},
    [LANGUAGE_CHINESE] = {.code = "zh", .list = chinese_text, .unspaced = true},
    [LANGUAGE_JAPANESE] = {.code = "ja", .list = japanese_text, .unspaced = true},
    [LANGUAGE_ARABIC] = {.code = "ar", .list = arabic_text},
    [LANGUAGE_HINDI] = {.code = "hi", .list = hindi_text},
};

struct languages {
    mill_words words[LANGUAGE_AUTO];
    icu_breaks *breaks[LANGUAGE_AUTO];
};

#ifdef WITH_ICU
static const bool have_icu = true;
#else
static const bool have_icu = false;
#endif

static bool is_loaded(const languages *self, language which)
{
    return self->words[which].places != NULL;
}

static mill_status load(languages *self, mill_setup *setup, language which,
                        const abbreviation_list *own)
{
    const profile *wanted = &profiles[which];
    if (wanted->by_icu) self->breaks[which] = icu_breaks_open(setup, wanted->code);
    if (wanted->by_icu && self->breaks[which] == NULL) return MILL_FAILED;
    return language_list_open(&self->words[which], setup, wanted->list(), own);
}

languages *languages_open(mill_setup *setup, language chosen, const abbreviation_list *own)
{
    languages *self = mill_setup_alloc(setup, sizeof *self);
    mill_status status = self != NULL ? MILL_OK : MILL_FAILED;
    for (language which = LANGUAGE_GERMAN; which < LANGUAGE_AUTO && status == MILL_OK; which++) {
        bool wanted = chosen == LANGUAGE_AUTO && (have_icu || !profiles[which].by_icu);
        if (wanted || which == chosen) status = load(self, setup, which, own);
    }
    if (status == MILL_OK) return self;
    languages_close(self);
    return NULL;
}

void languages_close(languages *self)
{
    for (size_t i = 0; self != NULL && i < LANGUAGE_AUTO; i++) icu_breaks_close(self->breaks[i]);
}

language languages_find(const languages *self, mill_text code)
{
    const char *part = code.length > 0 ? memchr(code.data, '-', code.length) : NULL;
    size_t length = part != NULL ? (size_t)(part - code.data) : code.length;
    for (language which = LANGUAGE_GERMAN; which < LANGUAGE_AUTO; which++)
        if (length == 2 && memcmp(profiles[which].code, code.data, 2) == 0)
            return is_loaded(self, which) ? which : LANGUAGE_ENGLISH;
    return LANGUAGE_ENGLISH;
}

void split_language(const languages *self, language which, const split_options *options,
                    sentence_sink *sink)
{
    const profile *present = &profiles[which];
    mill_text text = sink->text;
    language_walk walk = {
        .lines = {.options = options, .text = text, .sink = sink},
        .text = text,
        .words = &self->words[which],
        .spaced_quotes = present->spaced_quotes,
        .ordinals = present->ordinals,
        .unspaced = present->unspaced,
    };
    walk.lines.begin = walk.lines.resume = skip_space(text, 0);
    if (!present->by_icu)
        split_by_stops(&walk);
    else if (icu_breaks_begin(self->breaks[which], text))
        split_by_icu(&walk, self->breaks[which]);
    close_sentence(&walk, trim_space(text, walk.lines.begin, text.length), text.length);
}
