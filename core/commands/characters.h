/* characters - code points that a person would not see, or that would do something to what shows
 * them. Where it matters they are written as U+XXXX.
 */
#ifndef CORE_COMMANDS_CHARACTERS_H
#define CORE_COMMANDS_CHARACTERS_H

#include "buffer.h"

/* Tells whether whatever shows text obeys a code point: controls, and those that turn the direction
 * of text. Line breaks and tabs are among them. */
bool character_is_control(uint32_t code);

/* Tells whether nothing is seen of a code point, or no more than a space: controls, odd spaces,
 * joiners, variation selectors. A space, a tab and a line break are not among them. */
bool character_is_hidden(uint32_t code);

/* Appends a text with every hidden code point as <U+XXXX>. */
void characters_reveal(buffer *out, mill_text text);

#endif
