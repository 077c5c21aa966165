/* items - numbers of lists, and the openings of sentences that are sentences of their own.
 */
#include "walk.h"

/* ---- Numbers ------------------------------------------------------------------------------- */

static bool is_made_of(mill_text word, const char *set)
{
    for (size_t i = 0; i < word.length; i++)
        if (strchr(set, word.data[i]) == NULL) return false;
    return word.length > 0;
}

/* The value of 12 or c as the number of an item, its form in `*form`; 0 if it is none. */
static unsigned item_value(mill_text word, char *form)
{
    unsigned value = 0;
    *form = '1';
    if (word.length == 1 && *word.data >= 'a' && *word.data <= 'z') {
        *form = 'a';
        return (unsigned)(*word.data - 'a') + 1;
    }
    if (word.length > 2 || !is_made_of(word, "0123456789")) return 0;
    for (size_t i = 0; i < word.length; i++) value = value * 10 + (unsigned)(word.data[i] - '0');
    return value;
}

bool note_item(text_walk *walk, mill_text word)
{
    walk->item = item_value(word, &walk->item_form);
    return walk->item != 0;
}

/* Where the sentence's own words begin: behind a bullet. */
static size_t words_begin(const text_walk *walk)
{
    const char *data = walk->text.data;
    size_t at = walk->begin;
    character first = character_at(data + at);
    if (first.class != CHARACTER_OTHER && first.class != CHARACTER_DASH) return at;
    at += first.length;
    return at < walk->text.length && data[at] == ' ' ? at + 1 : at;
}

/* The place before a bullet that stands in front of `at`. */
static size_t before_bullet(const text_walk *walk, size_t at)
{
    const char *data = walk->text.data;
    size_t end = at > walk->begin && data[at - 1] == ' ' ? at - 1 : at;
    if (end == walk->begin) return at;
    size_t bullet = character_begin(data, end);
    character_class class = character_at(data + bullet).class;
    bool marked = (unsigned char)data[bullet] >= 0x80 &&
                  (class == CHARACTER_OTHER || class == CHARACTER_DASH);
    if (!marked || bullet <= walk->begin || data[bullet - 1] != ' ') return at;
    return bullet;
}

/* "Figure 3." numbers a caption. */
static bool is_label_number(const text_walk *walk, mill_text word)
{
    size_t begin = (size_t)(word.data - walk->text.data);
    if (!is_made_of(word, "0123456789") || begin <= walk->begin ||
        walk->text.data[begin - 1] != ' ')
        return false;
    mill_text lead = word_before(walk, begin - 1);
    return lead.data == walk->text.data + walk->begin &&
           (neighbour_of(walk, lead) & NEIGHBOUR_NUMBERED) != 0;
}

bool take_item(text_walk *walk, mill_text word, size_t *before)
{
    size_t begin = (size_t)(word.data - walk->text.data);
    char form;
    if (word.length == 0 || word.length > 4) return false;
    if (begin == words_begin(walk)) {
        if (note_item(walk, word)) return true;
        return is_made_of(word, "0123456789.") || is_made_of(word, "IVX") ||
               is_made_of(word, "ivx");
    }
    if (is_label_number(walk, word)) return true;
    if (walk->item == 0 || item_value(word, &form) != walk->item + 1 || form != walk->item_form)
        return false;
    if (begin == before_bullet(walk, begin) && walk->text.data[begin - 1] != ' ') return false;
    *before = before_bullet(walk, begin);
    walk->next_item = walk->item + 1;
    return true;
}

/* ---- Openings ------------------------------------------------------------------------------ */

/* "Figure 1.2 This map": the label of a caption stands without a stop. */
size_t label_end(const text_walk *walk)
{
    const char *data = walk->text.data;
    mill_text word = word_at(walk->text, walk->begin);
    size_t at = walk->begin + word.length + 1;
    if ((neighbour_of(walk, word) & NEIGHBOUR_NUMBERED) == 0 || !is_ascii_digit(data[at])) return 0;
    while (is_ascii_digit(data[at]) || (data[at] == '.' && is_ascii_digit(data[at + 1]))) at++;
    return data[at] == ' ' && ascii_class(data[at + 1]) == CHARACTER_UPPER ? at : 0;
}

/* "Best regards, Ann": the end of a letter, and who wrote it. */
size_t closing_end(const text_walk *walk, size_t length)
{
    const char *begin = walk->text.data + walk->begin, *comma = begin + length;
    if (comma[1] != ' ' || ascii_class(comma[2]) != CHARACTER_UPPER) return 0;
    if (memchr(begin, '\n', length) != NULL) return 0;
    size_t end = walk->begin + length;
    mill_text word = word_before(walk, end);
    return (neighbour_of(walk, word) & NEIGHBOUR_CLOSING) != 0 ? end + 1 : 0;
}
