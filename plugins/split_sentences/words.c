/* words - words around a mark. What is looked at is bounded, so that no text makes the work more
 * than linear.
 */
#include "stops.h"

#define WORD_MAX 24 /* bytes of a word that are looked at */

static inline bool is_word_part(character here)
{
    const unsigned plain = 1u << CHARACTER_LOWER | 1u << CHARACTER_UPPER | 1u << CHARACTER_DIGIT;
    if ((plain >> here.class & 1) != 0) return true;
    return here.code == '.' || here.code == '\'' || here.code == 0x2019;
}

static inline bool is_ascii_part(char byte)
{
    return byte == '.' ||
           (ascii_class(byte) >= CHARACTER_LOWER && ascii_class(byte) <= CHARACTER_DIGIT);
}

mill_text word_before(const text_walk *walk, size_t end)
{
    const char *data = walk->text.data;
    size_t limit = end - walk->begin > WORD_MAX ? end - WORD_MAX : walk->begin;
    size_t begin = end;
    if (end > walk->begin + 8) {
        begin -= letters_before(data + end);
        if (data[begin - 1] == ' ') return (mill_text){data + begin, end - begin};
    }
    while (begin > limit && is_ascii_part(data[begin - 1])) begin--;
    while (begin > limit) {
        size_t previous =
            (unsigned char)data[begin - 1] < 0x80 ? begin - 1 : character_begin(data, begin);
        if (previous < limit || !is_word_part(character_at(data + previous))) break;
        begin = previous;
    }
    return (mill_text){data + begin, end - begin};
}

mill_text word_at(mill_text text, size_t at)
{
    size_t end = at + letters_at(text.data + at);
    while (end - at < WORD_MAX && is_ascii_letter(text.data[end])) end++;
    if (text.data[end] == ' ') return (mill_text){text.data + at, end - at};
    while (end < text.length && end - at < WORD_MAX) {
        character here = character_at(text.data + end);
        bool inner =
            here.code == '.' && character_is_letter(character_at(text.data + end + 1).class);
        if (!character_is_letter(here.class) && !inner) break;
        end += here.length;
    }
    return (mill_text){text.data + at, end - at};
}

unsigned neighbour_at(const text_walk *walk, size_t at)
{
    return neighbour_of(walk, word_at(walk->text, at));
}

/* ---- What words look like ------------------------------------------------------------------ */

/* A part of an address or a formula is no abbreviation. */
static bool is_part(const text_walk *walk, mill_text word)
{
    return word.data > walk->text.data && word.data[-1] > ' ' &&
           strchr("=/&#~_%+", word.data[-1]) != NULL;
}

abbreviation_kind kind_of(const text_walk *walk, mill_text word)
{
    if (word.length == 0 || is_part(walk, word)) return KIND_NONE;
    return lists_abbreviation(&walk->options->lists, word.data, word.length);
}

unsigned count_chain(mill_text word)
{
    unsigned letters = 0;
    if (word.length > 1 && is_ascii_letter(word.data[1])) return 0;
    for (size_t at = 0; at < word.length; at++) {
        character here = character_at(word.data + at);
        if (!character_is_letter(here.class)) return 0;
        letters++;
        at += here.length;
        if (at < word.length && word.data[at] != '.') return 0;
    }
    bool alone = letters == 1 && character_at(word.data).class != CHARACTER_UPPER;
    return alone ? 0 : letters;
}

bool is_in_letters(mill_text word)
{
    for (size_t i = 0; i < word.length; i++)
        if (!is_ascii_letter(word.data[i])) return false;
    return true;
}

/* ---- Who spoke ----------------------------------------------------------------------------- */

bool speaker_follows(const text_walk *walk, size_t at, unsigned words)
{
    for (unsigned i = 0; i < words; i++) {
        mill_text word = word_at(walk->text, at);
        if (word.length == 0) return false;
        if ((neighbour_of(walk, word) & NEIGHBOUR_SAYING) != 0) return i > 0;
        at += word.length;
        if (at < walk->text.length && walk->text.data[at] == '.') at++;
        if (at >= walk->text.length || walk->text.data[at] != ' ') return false;
        at++;
    }
    return false;
}
