/* Invariant: the changes are sorted and disjoint, and no two begin at the same place, neither in
 * the text nor in the source; so both ways of looking something up are one binary search.
 * Composing is a merge of two sorted lists over the text that lies between them. */
#include "alignment.h"

/* ---- Building ------------------------------------------------------------------------------ */

static bool is_empty(mill_span span)
{
    return span.begin == span.end;
}

void alignment_append(alignment *map, mill_span text, mill_span source)
{
    alignment_change *last = map->count != 0 ? &map->changes[map->count - 1] : NULL;
    bool touches = last != NULL && last->text.end == text.begin;
    bool is_one_sided = is_empty(text) || is_empty(source);
    if (is_empty(text) && is_empty(source)) return;
    if (touches && (is_one_sided || is_empty(last->text) || is_empty(last->source))) {
        last->text.end = text.end;
        last->source.end = source.end;
        return;
    }
    map->changes[map->count].text = text;
    map->changes[map->count++].source = source;
}

/* ---- Composing ----------------------------------------------------------------------------- */

/* How far a composition has come. The differences hold behind the changes taken so far. */
typedef struct merge {
    const alignment *first;
    const alignment *second;
    size_t at_first;
    size_t at_second;
    uint32_t source_minus_middle; /* modulo 2^32 */
    uint32_t text_minus_middle;
} merge;

static const mill_span *next_of_first(const merge *merging)
{
    bool more = merging->at_first < merging->first->count;
    return more ? &merging->first->changes[merging->at_first].text : NULL;
}

static const mill_span *next_of_second(const merge *merging)
{
    bool more = merging->at_second < merging->second->count;
    return more ? &merging->second->changes[merging->at_second].source : NULL;
}

/* Takes the change that is next in the middle text, and returns its range there. Of two that begin
 * at one place, the shorter is next: it may be empty, and then lies before the other. */
static mill_span take_next(merge *merging)
{
    const mill_span *first = next_of_first(merging), *second = next_of_second(merging);
    bool take_first = second == NULL || (first != NULL && (first->begin != second->begin
                                                               ? first->begin < second->begin
                                                               : first->end <= second->end));
    if (take_first) {
        const alignment_change *change = &merging->first->changes[merging->at_first++];
        merging->source_minus_middle = change->source.end - change->text.end;
        return change->text;
    }
    const alignment_change *change = &merging->second->changes[merging->at_second++];
    merging->text_minus_middle = change->text.end - change->source.end;
    return change->source;
}

static bool next_begins_before(const merge *merging, uint32_t middle)
{
    const mill_span *first = next_of_first(merging), *second = next_of_second(merging);
    return (first != NULL && first->begin < middle) || (second != NULL && second->begin < middle);
}

/* Appends the next change and all that overlap it as one. */
static void append_overlapping(merge *merging, alignment *result)
{
    uint32_t source_before = merging->source_minus_middle, text_before = merging->text_minus_middle;
    mill_span middle = take_next(merging);
    while (next_begins_before(merging, middle.end)) {
        mill_span next = take_next(merging);
        if (next.end > middle.end) middle.end = next.end;
    }
    mill_span text = {middle.begin + text_before, middle.end + merging->text_minus_middle};
    mill_span source = {middle.begin + source_before, middle.end + merging->source_minus_middle};
    alignment_append(result, text, source);
}

bool alignment_compose(arena *memory, const alignment *first, const alignment *second,
                       alignment *result)
{
    if (first->count == 0 || second->count == 0) {
        *result = first->count == 0 ? *second : *first;
        return true;
    }
    merge merging = {.first = first, .second = second};
    alignment composed = {.changes = arena_alloc_array(memory, first->count + second->count,
                                                       sizeof *composed.changes)};
    if (composed.changes == NULL) return false;
    while (next_of_first(&merging) != NULL || next_of_second(&merging) != NULL)
        append_overlapping(&merging, &composed);
    *result = composed;
    return true;
}

/* ---- Looking up ---------------------------------------------------------------------------- */

typedef enum direction { TO_SOURCE, TO_TEXT } direction;

static mill_span from_side(const alignment_change *change, direction way)
{
    return way == TO_SOURCE ? change->text : change->source;
}

static mill_span to_side(const alignment_change *change, direction way)
{
    return way == TO_SOURCE ? change->source : change->text;
}

/* Returns the last change that begins at or before `offset`, or NULL. */
static const alignment_change *find_change(const alignment *map, direction way, uint32_t offset)
{
    size_t low = 0, high = map->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (from_side(&map->changes[middle], way).begin <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low != 0 ? &map->changes[low - 1] : NULL;
}

/* Returns where the byte at `offset` begins on the other side. */
static uint32_t move_begin(const alignment *map, direction way, uint32_t offset)
{
    const alignment_change *change = find_change(map, way, offset);
    if (change == NULL) return offset;
    mill_span from = from_side(change, way), to = to_side(change, way);
    return offset < from.end ? to.begin : to.end + (offset - from.end);
}

/* Returns where the byte before `offset` ends on the other side. */
static uint32_t move_end(const alignment *map, direction way, uint32_t offset)
{
    const alignment_change *change = find_change(map, way, offset - 1);
    if (change == NULL) return offset;
    mill_span from = from_side(change, way), to = to_side(change, way);
    return offset <= from.end ? to.end : to.end + (offset - from.end);
}

static mill_span move(const alignment *map, direction way, mill_span span)
{
    uint32_t begin = move_begin(map, way, span.begin);
    return (mill_span){begin, is_empty(span) ? begin : move_end(map, way, span.end)};
}

mill_span alignment_source(const alignment *map, mill_span text)
{
    return move(map, TO_SOURCE, text);
}

mill_span alignment_text(const alignment *map, mill_span source)
{
    return move(map, TO_TEXT, source);
}
