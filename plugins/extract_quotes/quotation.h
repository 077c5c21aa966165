/* quotation - whether what stands in marks is somebody's words, and whether all of them. */
#ifndef EXTRACT_QUOTES_QUOTATION_H
#define EXTRACT_QUOTES_QUOTATION_H

#include "attribution.h"

/* Counts what stands between blanks in the marks. */
uint32_t quotation_words(mill_text text, const marked *quote);

/* What the words in marks look like; of a long quote, its first words. */
typedef struct quote_shape {
    uint32_t words;
    uint32_t capitals; /* words that open with one, or with a digit */
    bool title_case;   /* every word of some length has a capital */
    bool starts_small;
    bool has_stop; /* . ? ! at its end, not a comma */
    bool asks;     /* ? or ! */
    char last;     /* the last byte in the marks but blanks */
} quote_shape;

quote_shape quotation_shape(mill_text text, const marked *quote);

/* Tells whether a quote is a quotation: no title, term, nickname or ironic word. */
bool quotation_is_one(const article_scene *scene, const marked *quote, const quote_shape *shape,
                      const attribution *by);

/* Tells whether a quotation is a piece of a sentence that goes on outside of the marks. */
bool quotation_is_mixed(const article_scene *scene, const quote_shape *shape);

#endif
