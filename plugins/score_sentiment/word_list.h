/* word_list - files of words with valences, in the forms that are common.
 *
 *   word, tab, valence, anything further      VADER, AFINN and the lists of textmill
 *   a word a line                             Hu and Liu, where the file's name holds "positive" or
 *                                             "negative": each word counts 2 or -2
 *
 * `#` starts a comment at the beginning of a line, in files of words alone also `;`. Valences go
 * from -4 to 4; a file with larger ones (AFINN has -5 to 5) is brought to that. Numbers are read
 * here and not by the C library, which would follow the locale.
 */
#ifndef SCORE_SENTIMENT_WORD_LIST_H
#define SCORE_SENTIMENT_WORD_LIST_H

#include "textmill/plugin.h"
#include "textmill/words.h"

#define WORD_MAX 64 /* bytes of the longest word or phrase */

typedef struct word_list {
    const char *path;
    mill_text text;
    double word_valence; /* of each word in a file of words alone; 0: the lines have valences */
    double scale;        /* what valences are multiplied with */
    uint32_t count;      /* of entries */
    uint32_t beginnings; /* of phrases: as many as there are spaces in entries */
    size_t bytes;        /* at most so many in entries and beginnings */
} word_list;

/* Looks through a list. `path` is for messages and says what a file of words alone holds.
 * Fails: MILL_FAILED, with a reason that names the line. */
mill_status word_list_open(word_list *list, mill_setup *setup, const char *path, mill_text text);

/* Steps to the next entry of a list that has been opened; returns false at the end. */
bool word_list_next(const word_list *list, mill_lines *lines, mill_text *word, double *valence);

#endif
