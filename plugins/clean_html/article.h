/* article - the parts of a news page that are not its story, so that they can be left out. */
#ifndef CLEAN_HTML_ARTICLE_H
#define CLEAN_HTML_ARTICLE_H

#include "tags.h"

typedef struct article_words {
    mill_words elements; /* to what regions.txt says of them */
    mill_words classes;
    mill_words phrases; /* of phrases.txt */
} article_words;

/* Stretches of the page, in order, that are no part of the story. */
typedef struct article_cuts {
    mill_span *spans;
    size_t count;
} article_cuts;

/* Reads regions.txt and phrases.txt. Fails: MILL_FAILED, with the reason set. */
mill_status article_open(article_words *words, mill_setup *setup);

/* Finds what to leave out of a page; nothing where no story is found. Each cut begins where the
 * text behind a tag does, and ends at a tag or at the end of the page.
 * Owns: the cuts live as long as the document. Fails: false, out of memory. */
bool article_find(const article_words *words, mill_document *document, tag_finder *finder,
                  article_cuts *cuts);

#endif
