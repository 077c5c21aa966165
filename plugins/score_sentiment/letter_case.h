/* letter_case - capitals and small letters beyond ASCII: Latin, Greek, Cyrillic, Armenian and full
 * width, and signs that are letters. Independent of the process's locale.
 */
#ifndef SCORE_SENTIMENT_LETTER_CASE_H
#define SCORE_SENTIMENT_LETTER_CASE_H

#include <stdint.h>

typedef enum letter_case { CASE_NONE, CASE_CAPITAL, CASE_SMALL } letter_case;

/* Returns what a code point is. */
letter_case letter_case_of(uint32_t code);

/* Returns the small letter of a capital; any other code point as it is. */
uint32_t letter_small(uint32_t code);

#endif
