/* articles - what a plug-in under test is given to work on: texts that have broken plug-ins before,
 * and made-up news. The same bytes everywhere and every time.
 */
#ifndef CORE_CONFORMANCE_ARTICLES_H
#define CORE_CONFORMANCE_ARTICLES_H

#include "buffer.h"

typedef struct conformance_article {
    const char *name;
    mill_text text;
    bool is_invalid; /* not UTF-8: a stage never sees it */
    bool is_huge;    /* of many megabytes: not for what is done many times */
    bool is_deadly;  /* the plug-in was seen to die of it */
} conformance_article;

typedef struct article_list {
    conformance_article *items;
    size_t count;
    size_t hostile; /* so many come first; the rest is news */
    buffer bytes;   /* all texts */
} article_list;

/* Makes all articles; as files of records, every second piece of news is JSON lines.
 * Owns: the caller clears the list. Fails: false, out of memory. */
bool articles_make(article_list *list, bool as_files);

void articles_clear(article_list *list);

#endif
