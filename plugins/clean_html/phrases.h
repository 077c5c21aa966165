/* phrases - lines in a story that are no part of it, by how they begin. */
#ifndef CLEAN_HTML_PHRASES_H
#define CLEAN_HTML_PHRASES_H

#include "page.h"

/* Reads phrases.txt. Fails: MILL_FAILED, with the reason set. */
mill_status phrases_open(mill_words *phrases, mill_setup *setup);

/* Tells whether a block begins with one of the phrases, and is as short as that asks. */
bool phrases_match(const mill_words *phrases, mill_text text, const page_block *block);

#endif
