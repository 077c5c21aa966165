/* vader_but - what "but" does in the original VADER: strengths before it are halved, those after it
 * grow by half. See vader_but.c for how it does it. */
#ifndef SCORE_SENTIMENT_VADER_BUT_H
#define SCORE_SENTIMENT_VADER_BUT_H

#include "textmill/plugin.h"

/* Shifts the strengths of `count` tokens around token `but`.
 * Fails: MILL_FAILED, out of memory, with the reason set. */
mill_status vader_shift(mill_document *document, double *strengths, uint32_t count, uint32_t but);

#endif
