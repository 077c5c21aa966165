/* emoji - how far the emoji reaches that a character belongs to: flags, families, skin tones, key
 * caps and signs that only U+FE0F makes emoji of. */
#ifndef CLEAN_UNICODE_EMOJI_H
#define CLEAN_UNICODE_EMOJI_H

#include "characters.h"

/* Finds the emoji, or the row of them, that begins with or just before the character at `at`, which
 * has a rule with the condition emoji; with the spaces that go along: those before it, or at the
 * start of a line those behind. Text before `done` is out of reach; `line_start`: a line begins
 * there. Returns an empty span where the character is to be shown as text. */
mill_span emoji_find(const character_table *table, mill_text text, size_t at, size_t done,
                     bool line_start);

#endif
