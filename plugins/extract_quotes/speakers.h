/* speakers - who speaks in an article and how much: the article's attribute `speakers`. */
#ifndef EXTRACT_QUOTES_SPEAKERS_H
#define EXTRACT_QUOTES_SPEAKERS_H

#include "attribution.h"

#define SPEAKER_FORMS_MAX 6

typedef struct speaker {
    int name; /* in the name book */
    uint32_t quotes;
    uint32_t words;
    uint32_t form_count;
    mill_span forms[SPEAKER_FORMS_MAX]; /* how the text calls him, each once */
} speaker;

typedef struct speaker_list {
    speaker items[NAMES_MAX];  /* in the order of their first quotations */
    int16_t places[NAMES_MAX]; /* of each name in `items`, or -1 */
    uint32_t count;
} speaker_list;

void speakers_begin(speaker_list *list);

/* Counts a quotation of so many words for all who speak and have names. */
void speakers_add(speaker_list *list, mill_text text, const attribution *by, uint32_t words);

/* Writes a name as a string of JSON; returns the place behind it. At most twice its bytes and two
 * marks. Names hold letters, blanks and a few marks: only white space and what JSON escapes is
 * replaced. */
char *speakers_put_string(char *to, mill_text text, mill_span span);

/* Sets the article's attribute `field`. Fails: MILL_FAILED, with the reason set. */
mill_status speakers_set(const speaker_list *list, const name_book *names, mill_document *document,
                         uint32_t field);

#endif
