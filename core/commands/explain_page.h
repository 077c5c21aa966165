/* explain_page - the parts that the page of explain is made of. */
#ifndef CORE_COMMANDS_EXPLAIN_PAGE_H
#define CORE_COMMANDS_EXPLAIN_PAGE_H

#include "explain.h"

/* The rules of style, one after another, with a NULL behind them. */
extern const char *const explain_css[];

/* Appends what one stage did to the text: the changes, with some text around them. */
void put_stage_difference(buffer *out, const explanation *told, uint32_t stage);

/* Appends the raw text with all that became of it, each change in the colour of its stage. */
void put_whole_difference(buffer *out, const explanation *told);

/* Appends fields: the layers with their spans one by one, then attributes of the article. `text` is
 * the text that the spans are in. */
void put_fields(buffer *out, const explanation *told, const trace_fields *fields, mill_text text);

#endif
