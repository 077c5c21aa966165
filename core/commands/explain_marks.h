/* explain_marks - a text with the spans of layers marked in it, for a page: spans may overlap and
 * lie within each other in any way.
 */
#ifndef CORE_COMMANDS_EXPLAIN_MARKS_H
#define CORE_COMMANDS_EXPLAIN_MARKS_H

#include "trace.h"

enum { MARK_COLOURS = 8 };

/* Tells whether the spans of a layer cover most of the text, as sentences and tokens do: then their
 * borders say more than a colour would. */
bool layer_is_tiling(const trace_layer *layer, mill_text text);

/* Returns how many colours a layer takes: one for its spans and one for each attribute of them that
 * is a place in the text. */
size_t layer_colours(const trace_layer *layer);

/* Appends text[stretch) with marks for all spans of some layers. `row`: only this one of the first
 * layer; UINT32_MAX: all. Fails: the buffer is marked failed. */
void put_marked(buffer *out, const trace_layer *layers, size_t layer_count, size_t colour,
                mill_text text, mill_span stretch, uint32_t row);

#endif
