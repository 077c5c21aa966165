/* words - words around a mark. What is looked at is bounded, so that no text makes the work more
 * than linear.
 */
#include "walk.h"

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
    size_t end = at;
    while (end - at < WORD_MAX && is_ascii_letter(text.data[end])) end++;
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
