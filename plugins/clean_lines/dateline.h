/* dateline - the place, date and agency that news agencies put before the first sentence:
 * "WASHINGTON, Oct. 12 (UPI) -- The ...". */
#ifndef CLEAN_LINES_DATELINE_H
#define CLEAN_LINES_DATELINE_H

#include "patterns.h"

typedef struct dateline_words {
    mill_words agencies;
    mill_words places; /* also months, and words in capitals that are no places */
} dateline_words;

/* Takes the words from the sets of a finished book. Fails: MILL_FAILED, with the reason set. */
mill_status dateline_open(dateline_words *words, mill_setup *setup, const pattern_book *book);

/* Returns how many bytes at the beginning of a line are a dateline, with the space after it; 0 if
 * there is none. */
size_t dateline_length(const dateline_words *words, mill_text line);

#endif
