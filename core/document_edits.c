/* Edits are recorded as they come, their replacements in one run of bytes; when the stage has
 * returned they are applied in one pass: the new text, its alignment, and the spans moved along.
 * Two pieces of memory are used in turn for the text, however many stages there are. */
#include "document_private.h"

#include "utf8.h"

#include <string.h>

/* ---- Recording ----------------------------------------------------------------------------- */

/* Tells whether the range of an edit is allowed. */
static bool check_range(document *article, size_t begin, size_t end)
{
    mill_text text = article->text;
    if (begin > end) {
        document_fault_set(article, "edit %zu-%zu ends before it begins", begin, end);
        return false;
    }
    if (end > text.length) {
        document_fault_set(article, "edit %zu-%zu reaches beyond the end of the text at %zu", begin,
                           end, text.length);
        return false;
    }
    if (begin < article->edits.end) {
        document_fault_set(article,
                           "edit %zu-%zu begins before the end of the edit before it at %zu; edits "
                           "come in order and do not overlap",
                           begin, end, article->edits.end);
        return false;
    }
    if (!utf8_is_boundary(text.data, text.length, begin) ||
        !utf8_is_boundary(text.data, text.length, end)) {
        document_fault_set(article, "edit %zu-%zu cuts a character in two", begin, end);
        return false;
    }
    return true;
}

/* Tells whether the replacement is allowed. All of them together must fit into a text. */
static bool check_replacement(document *article, size_t begin, size_t end, const char *data,
                              size_t length)
{
    if (length > article->text_limit - article->edits.byte_count) {
        document_fault_set(article,
                           "edit %zu-%zu makes the text longer than max_article = %zu; raise "
                           "max_article in [pipeline]",
                           begin, end, article->text_limit);
        return false;
    }
    size_t valid = utf8_valid_prefix(data, length);
    if (valid == length) return true;
    document_fault_set(article,
                       "edit %zu-%zu: byte 0x%02X at offset %zu of the replacement is not "
                       "UTF-8",
                       begin, end, (unsigned)(unsigned char)data[valid], valid);
    return false;
}

static void record(document *article, mill_span range, const char *data, size_t length)
{
    edit_list *edits = &article->edits;
    edit *items = document_grow(article, edits->items, &edits->capacity, edits->count + 1,
                                sizeof *edits->items);
    if (items == NULL) return;
    edits->items = items;
    if (length != 0) {
        char *bytes = document_grow(article, edits->bytes, &edits->byte_capacity,
                                    edits->byte_count + length, 1);
        if (bytes == NULL) return;
        edits->bytes = bytes;
        memcpy(bytes + edits->byte_count, data, length);
    }
    items[edits->count++] = (edit){range, (uint32_t)edits->byte_count, (uint32_t)length};
    edits->byte_count += length;
    edits->removed += range.end - range.begin;
}

void document_edit(mill_document *handle, size_t begin, size_t end, const char *data, size_t length)
{
    document *article = document_of(handle);
    if (!article->view.may_edit) {
        document_fault_set(article, "edits the text, but does not declare MILL_EDITS_TEXT");
        return;
    }
    if (!check_range(article, begin, end)) return;
    if (!check_replacement(article, begin, end, data, length)) return;
    article->edits.end = end;
    bool changes_nothing = length == end - begin &&
                           (length == 0 || memcmp(article->text.data + begin, data, length) == 0);
    if (changes_nothing) return;
    record(article, (mill_span){(uint32_t)begin, (uint32_t)end}, data, length);
}

/* ---- Applying ------------------------------------------------------------------------------ */

/* Returns the memory of the text before the current one if the new text fits in. */
static char *take_text_memory(document *article, size_t size, size_t *capacity)
{
    *capacity = article->spare_capacity;
    if (*capacity >= size) return article->spare;
    *capacity = size;
    return document_take(article, size, 1);
}

/* Writes the new text to `target` and lists the changes in `map`. */
static void apply(const document *article, char *target, alignment *map)
{
    const char *text = article->text.data;
    const edit_list *edits = &article->edits;
    uint32_t from = 0, to = 0;
    for (size_t i = 0; i < edits->count; i++) {
        const edit *item = &edits->items[i];
        uint32_t kept = item->range.begin - from;
        memcpy(target + to, text + from, kept);
        to += kept;
        if (item->length != 0) memcpy(target + to, edits->bytes + item->at, item->length);
        alignment_append(map, (mill_span){to, to + item->length}, item->range);
        to += item->length;
        from = item->range.end;
    }
    size_t rest = article->text.length - from;
    memcpy(target + to, text + from, rest);
    memset(target + to + rest, 0, MILL_PADDING);
}

/* Makes the new text the current one; the memory of the old one becomes spare, but for that of the
 * raw text, which has a capacity of 0. */
static void replace_text(document *article, char *target, size_t length, size_t capacity)
{
    article->spare = (char *)(uintptr_t)article->text.data;
    article->spare_capacity = article->text_capacity;
    article->text = (mill_text){target, length};
    article->text_capacity = capacity;
    memset(article->text_index, 0, sizeof article->text_index);
}

bool document_apply_edits(document *article)
{
    edit_list *edits = &article->edits;
    alignment map = {0};
    size_t capacity, length = article->text.length - edits->removed + edits->byte_count;
    edits->end = 0;
    article->latest = map;
    if (edits->count == 0) return true;
    if (length > article->text_limit) {
        document_fault_set(article,
                           "the edits make the text %zu bytes long, more than max_article = %zu; "
                           "raise max_article in [pipeline]",
                           length, article->text_limit);
        return false;
    }
    char *target = take_text_memory(article, length + MILL_PADDING, &capacity);
    map.changes = document_take(article, edits->count, sizeof *map.changes);
    if (target == NULL || map.changes == NULL) return false;
    apply(article, target, &map);
    article->latest = map;
    document_move_spans(article, &map);
    replace_text(article, target, length, capacity);
    edits->count = edits->byte_count = edits->removed = 0;
    if (alignment_compose(article->memory, &article->alignment, &map, &article->alignment))
        return true;
    document_fault_memory(article);
    return false;
}
