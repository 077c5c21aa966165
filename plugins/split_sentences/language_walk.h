/* language_walk - a text of another language than English on its way through the splitter, and the
 * two ways of finding where its sentences may end.
 */
#ifndef SPLIT_SENTENCES_LANGUAGE_WALK_H
#define SPLIT_SENTENCES_LANGUAGE_WALK_H

#include "icu_breaks.h"
#include "language_lists.h"
#include "walk.h"

typedef struct language_walk {
    text_walk lines; /* its `begin` is that of the sentence that is open */
    mill_text text;
    const mill_words *words;
    bool spaced_quotes; /* a closing quotation mark has a space before it: « Oui. » */
    bool ordinals;      /* a number with a stop is an ordinal: am 3. Oktober */
    bool unspaced;      /* no white space between sentences and words, so lines are not wrapped */
} language_walk;

/* Finds sentences by ICU's rules: German, French and their kin, where a capital follows a stop. */
void split_by_icu(language_walk *walk, icu_breaks *breaks);

/* Finds sentences by their own stops: Chinese, Japanese, Arabic, Hindi, which know no capitals. */
void split_by_stops(language_walk *walk);

/* The word that ends at `end`, within the open sentence, with the stops inside it. */
mill_text language_word_before(const language_walk *walk, size_t end);

/* Closes the open sentence at `end`; the next one begins at `next`. */
static inline void close_sentence(language_walk *walk, size_t end, size_t next)
{
    if (end > walk->lines.begin) sink_add(walk->lines.sink, walk->lines.begin, end);
    walk->lines.begin = next;
}

static inline bool has_line_break(mill_text text, size_t begin, size_t end)
{
    return memchr(text.data + begin, '\n', end - begin) != NULL;
}

/* Tells whether an empty line is in white space. */
static inline bool has_blank_line(mill_text text, size_t begin, size_t end)
{
    const char *first = memchr(text.data + begin, '\n', end - begin);
    return first != NULL && has_line_break(text, (size_t)(first + 1 - text.data), end);
}

#endif
