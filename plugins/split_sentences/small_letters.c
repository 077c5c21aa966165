/* small_letters - does a sentence begin with this small letter? In print hardly any does; names
 * such as eBay and van der Berg, addresses, and careless writing are what is left.
 */
#include "stops.h"

#define ASKING_WORDS                                                                               \
    2 /* looked through for "said", where no quotation mark shows that one spoke                   \
       */

/* iPhone, eBay; van der Berg: a small letter that may begin a sentence. */
static bool starts_in_small_letters(const text_walk *walk, size_t at)
{
    mill_text word = word_at(walk->text, at);
    size_t second = character_at(word.data).length;
    if (second < word.length && character_at(word.data + second).class == CHARACTER_UPPER)
        return true;
    unsigned known = neighbour_of(walk, word);
    if ((known & NEIGHBOUR_PARTICLE) == 0) return false;
    for (unsigned i = 0; i < 2; i++) {
        at += word.length;
        if (walk->text.data[at] != ' ') return false;
        at++;
        if (character_at(walk->text.data + at).class == CHARACTER_UPPER) return true;
        word = word_at(walk->text, at);
        known = neighbour_of(walk, word);
        if ((known & NEIGHBOUR_PARTICLE) == 0) return false;
    }
    return false;
}

/* Careless writing: a stop behind an ordinary word ends a sentence before small letters too. How
 * ordinary it must look depends on whether the next word is one that starts sentences. */
static bool period_ends_carelessly(const text_walk *walk, const stop_mark *stop, unsigned known)
{
    mill_text word = word_before(walk, stop->begin);
    bool starter = (known & NEIGHBOUR_STARTER) != 0;
    if (word.length == 0)
        return starter && stop->begin > walk->begin &&
               ascii_class(walk->text.data[stop->begin - 1]) == CHARACTER_CLOSE_BRACKET;
    if (kind_of(walk, word) != KIND_NONE) return false;
    if (!is_in_letters(word))
        return starter && word.length > 2 && memchr(word.data, '.', word.length) == NULL;
    if (ascii_class(*word.data) == CHARACTER_UPPER) return starter && word.length > LONG_WORD;
    return starter ? word.length > 1 : word.length >= LONG_WORD;
}

/* After "?" or "!" a sentence may begin in small letters, unless they tell who spoke, or the mark
 * is part of a name. */
static bool strong_ends_carelessly(const text_walk *walk, const stop_mark *stop,
                                   const following *next, unsigned known)
{
    mill_text word = word_before(walk, stop->begin);
    return (known & NEIGHBOUR_SAYING) == 0 && !speaker_follows(walk, next->at, ASKING_WORDS) &&
           word.length > 1 && ascii_class(*word.data) == CHARACTER_LOWER &&
           (neighbour_of(walk, word) & NEIGHBOUR_EXCLAIMED) == 0;
}

bool small_letter_starts(const text_walk *walk, const stop_mark *stop, const following *next)
{
    if (is_url(walk->text.data + next->at)) return true;
    if (starts_in_small_letters(walk, next->at)) return true;
    unsigned known = neighbour_at(walk, next->at);
    if (next->bracketed) return !stop->quoted && (known & NEIGHBOUR_LABEL) != 0;
    if (stop->quoted || stop->bracketed || stop->ellipsis || next->quoted) return false;
    if (next->dashed) return false; /* behind an insertion */
    return stop->strong ? strong_ends_carelessly(walk, stop, next, known)
                        : period_ends_carelessly(walk, stop, known);
}
