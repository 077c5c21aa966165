/* normal_form - what the copies of an article have in common, as a fingerprint.
 *
 * Two texts have the same normal form if they have the same letters, digits and signs such as $ and
 * % in the same order, parted at the same places; whatever the case, and whatever white space,
 * punctuation, dashes and quotation marks it is that parts them. So "1.5" is "1,5" but not "15".
 */
#ifndef DEDUPLICATE_NORMAL_FORM_H
#define DEDUPLICATE_NORMAL_FORM_H

#include "textmill/scan.h"
#include "textmill/words.h"

#define XXH_NO_LONG_LONG_WARNING
#include <xxhash.h>

#define NORMAL_PLANE 0x10000 /* characters of the basic plane */
#define NORMAL_CHUNK 8192    /* bytes hashed at a time */

/* 128 bits of XXH3. Among a billion articles the odds that two of them share one by chance are 1 to
 * 10^20; it does not withstand somebody who wants two to. */
typedef struct fingerprint {
    uint64_t low;
    uint64_t high;
} fingerprint;

typedef struct normal_form {
    uint16_t stands_for[NORMAL_PLANE]; /* the character for each; 0: it is left out */
    XXH3_state_t *hash;
    char block[2 * MILL_SCAN_BLOCK];                /* of the text, folded; copies overrun it */
    char chunk[NORMAL_CHUNK + 4 * MILL_SCAN_BLOCK]; /* normal form that is not hashed yet */
    size_t length;                                  /* of it */
    size_t characters;                              /* of what is hashed */
    bool apart;                                     /* the last character parts words */
} normal_form;

/* Builds the tables in zeroed memory. Fails: MILL_FAILED, with the reason set; nothing to close. */
mill_status normal_form_open(normal_form *self, mill_setup *setup);

/* Returns the fingerprint of a document's text. `*characters`: how long its normal form is. */
fingerprint normal_form_of(normal_form *self, mill_text text, size_t *characters);

void normal_form_close(normal_form *self);

#endif
