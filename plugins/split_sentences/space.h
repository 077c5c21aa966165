/* space - white space around a place in a text. */
#ifndef SPLIT_SENTENCES_SPACE_H
#define SPLIT_SENTENCES_SPACE_H

#include "characters.h"
#include "textmill/plugin.h"

/* Returns the first place from `at` on that is not white space. */
static inline size_t skip_space(mill_text text, size_t at)
{
    while (at < text.length) {
        character next = character_at(text.data + at);
        if (next.class != CHARACTER_SPACE) break;
        at += next.length;
    }
    return at;
}

/* Returns the end of text[begin, end) without the white space there. */
static inline size_t trim_space(mill_text text, size_t begin, size_t end)
{
    while (end > begin) {
        size_t last = character_begin(text.data, end);
        if (character_at(text.data + last).class != CHARACTER_SPACE) break;
        end = last;
    }
    return end;
}

#endif
