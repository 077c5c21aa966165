/* tags - finds the markup in a text: tags of known elements with what goes with them, comments, the
 * document type. Anything else that begins with < is text. */
#ifndef CLEAN_HTML_TAGS_H
#define CLEAN_HTML_TAGS_H

#include "textmill/words.h"

/* What is left where a tag stood; see elements.txt. */
typedef enum element_kind {
    ELEMENT_INLINE,
    ELEMENT_CELL,
    ELEMENT_LINE,
    ELEMENT_ITEM,
    ELEMENT_BLOCK,
    ELEMENT_PRE,
    ELEMENT_DROP,
    ELEMENT_KIND_COUNT
} element_kind;

/* Looks for the end of markup that begins in many places and ends nowhere must not add up: what
 * was once looked for in vain is remembered. */
typedef struct tag_finder {
    const mill_words *elements; /* to element_kind */
    bool takes_any;             /* what has the form of a tag is one: unknown elements are inline */
    mill_text text;
    size_t no_comment_end;  /* there is no end of a comment from here on; 0: not known */
    mill_text no_close[16]; /* names of elements that are not closed any more */
    uint32_t no_close_count;
    uint32_t quote_failures;
} tag_finder;

typedef struct html_tag {
    size_t end;
    element_kind kind;
    bool closes; /* </name> */
} html_tag;

/* Reads elements.txt. Fails: MILL_FAILED, with the reason set. */
mill_status tags_open(mill_words *elements, mill_setup *setup);

/* Finds the tag that begins with the < at `at`; with an element that drops its content, up to the
 * end of that. */
bool tags_find(tag_finder *finder, size_t at, html_tag *tag);

/* Returns where the comment, document type or XML declaration at `at` ends, 0 if there is none. */
size_t tags_find_other(tag_finder *finder, size_t at);

#endif
