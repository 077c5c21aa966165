/* quotation - whether what stands in marks is somebody's words, and whether all of them. */
#ifndef EXTRACT_QUOTES_QUOTATION_H
#define EXTRACT_QUOTES_QUOTATION_H

#include "attribution.h"

/* Counts the words in marks, up to `limit`. */
uint32_t quotation_words(mill_text text, const marked *quote, uint32_t limit);

/* Tells whether a quote is a quotation: no title, term, nickname or ironic word. */
bool quotation_is_one(const article_scene *scene, const marked *quote, const attribution *by);

/* Tells whether a quotation is a piece of a sentence that goes on outside of the marks. */
bool quotation_is_mixed(const article_scene *scene, const marked *quote);

#endif
