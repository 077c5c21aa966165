/* address - the extent of e-mail addresses and URLs in running text.
 */
#ifndef TOKENIZE_ADDRESS_H
#define TOKENIZE_ADDRESS_H

#include "textmill/plugin.h"

/* Finds the first e-mail address that begins at `from` or later. Returns an empty span at the end
 * of the text if there is none. Linear: each byte is looked at a bounded number of times. */
mill_span address_find_email(mill_text text, size_t from);

/* Returns where the URL that begins at `begin` ends, of which [begin, behind) is known to be its
 * scheme or "www."; `begin` if there is none. Stops and brackets that belong to the sentence are
 * not part of it. */
size_t address_url_end(mill_text text, size_t begin, size_t behind);

#endif
