/* cld2 - Google's Compact Language Detector 2 behind a C interface.
 */
#ifndef DETECT_LANGUAGE_CLD2_H
#define DETECT_LANGUAGE_CLD2_H

#include "textmill/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cld2_guess {
    const char *code; /* "de", "zh-Hant"; static */
    double share;     /* of the letters that are in this language, 0 to 1 */
} cld2_guess;

/* Finds the language that most of a plain text is in. The text is valid UTF-8; what follows a
 * control or a noncharacter in it may be left out of account.
 * Returns false where the detector itself does not rely on its guess. */
bool cld2_detect(mill_text text, cld2_guess *guess);

#ifdef __cplusplus
}
#endif

#endif
