/* headline - which stretch of text of a page is its headline. */
#ifndef CLEAN_HTML_HEADLINE_H
#define CLEAN_HTML_HEADLINE_H

#include "page.h"

#define HEADLINE_NONE UINT32_MAX

/* Returns the block that is the headline; HEADLINE_NONE if none is. */
uint32_t headline_find(const page_tree *page, mill_text text);

#endif
