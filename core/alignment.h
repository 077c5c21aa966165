/* alignment - where each byte of a text came from.
 *
 * A list of changed ranges, sorted and disjoint, each with its range in the text and its range in
 * the source; between them text and source are equal. Cost grows with changes, not with bytes.
 * Composing two alignments takes linear time, a look-up takes a binary search.
 */
#ifndef CORE_ALIGNMENT_H
#define CORE_ALIGNMENT_H

#include "arena.h"
#include "textmill/plugin.h"

typedef struct alignment_change {
    mill_span text;
    mill_span source;
} alignment_change;

/* Zeroed: text and source are the same. */
typedef struct alignment {
    alignment_change *changes;
    size_t count;
} alignment;

/* Appends a change behind the others; the caller has made room for it. Where two changes touch and
 * one of them is a mere insertion or deletion, they become one: nobody could tell their order. Two
 * replacements that touch stay apart. */
void alignment_append(alignment *alignment, mill_span text, mill_span source);

/* Composes `first` (middle to source) and `second` (text to middle) into text to source. Changes
 * that overlap become one.
 * Owns: the result lives in `arena`, or shares the memory of an argument.
 * Fails: false, out of memory. */
bool alignment_compose(arena *arena, const alignment *first, const alignment *second,
                       alignment *result);

/* Returns the source of text[begin, end). An end inside a change stands for the whole change, so
 * that nothing is cut off; a deletion at the very edge of the span is left outside. An empty span
 * gives an empty span. */
mill_span alignment_source(const alignment *alignment, mill_span text);

/* Returns where source[begin, end) is in the text: the same rules the other way round. A span
 * whose every byte was deleted comes back empty. */
mill_span alignment_text(const alignment *alignment, mill_span source);

#endif
