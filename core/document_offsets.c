/* Offsets in other units than bytes. A text that is all ASCII needs no conversion, which is found
 * out once; of others it is noted for every block where characters begin in it and how many units
 * come before it, so that a look-up counts within one block. Both when somebody first asks. */
#include "document_private.h"

#include "textmill/scan.h"

static bool is_ascii(mill_text text)
{
    for (size_t at = 0; at < text.length; at += MILL_SCAN_BLOCK)
        if (mill_scan_high(text.data + at) != 0) return false;
    return true;
}

/* Counts the units that begin at the places of a block that `within` has. */
static uint32_t count_units(mill_unit unit, const char *data, uint64_t starts, uint64_t within)
{
    unsigned units = mill_scan_count(starts & within);
    if (unit == MILL_UTF16) units += mill_scan_count(mill_scan_range(data, 0xF0, 0xFF) & within);
    return units;
}

/* Builds the index of a text for one unit. Fails: false, with the fault recorded. */
static bool build_index(document *article, offset_index *index, mill_unit unit, mill_text text)
{
    index->is_ascii = is_ascii(text);
    if (index->is_ascii) return true;
    size_t count = text.length / MILL_SCAN_BLOCK + 1;
    uint32_t units = 0;
    offset_block *blocks = document_take(article, count, sizeof *blocks);
    if (blocks == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        const char *data = text.data + i * MILL_SCAN_BLOCK;
        uint64_t starts = ~mill_scan_range(data, 0x80, 0xBF);
        blocks[i] = (offset_block){starts, units, starts == UINT64_MAX};
        units += count_units(unit, data, starts, UINT64_MAX);
    }
    index->blocks = blocks;
    return true;
}

/* Returns the units before a byte of a text whose index has blocks. */
static inline uint32_t count_before(const offset_block *blocks, mill_text text, mill_unit unit,
                                    uint32_t offset)
{
    const offset_block *block = &blocks[offset / MILL_SCAN_BLOCK];
    uint32_t inside = offset % MILL_SCAN_BLOCK;
    if (block->is_plain) return block->before + inside;
    uint64_t within = (UINT64_C(1) << inside) - 1;
    return block->before + count_units(unit, text.data + (offset - inside), block->starts, within);
}

/* Converts where that takes more than an index that is there. */
static uint32_t convert_first(document *article, offset_index *indexes, mill_text text,
                              mill_unit unit, uint32_t offset)
{
    if (offset > text.length) {
        document_fault_set(article, "offset %u is beyond the end of the text at %zu",
                           (unsigned)offset, text.length);
        return 0;
    }
    if (unit != MILL_CODE_POINTS && unit != MILL_UTF16) return offset;
    offset_index *index = &indexes[unit == MILL_UTF16];
    if (!index->is_ascii && !build_index(article, index, unit, text)) return 0;
    return index->is_ascii ? offset : count_before(index->blocks, text, unit, offset);
}

static inline uint32_t convert(document *article, offset_index *indexes, mill_text text,
                               mill_unit unit, uint32_t offset)
{
    const offset_block *blocks = indexes[unit == MILL_UTF16].blocks;
    if (blocks == NULL || offset > text.length || unit == MILL_BYTES)
        return convert_first(article, indexes, text, unit, offset);
    return count_before(blocks, text, unit, offset);
}

uint32_t document_text_offset(mill_document *handle, mill_unit unit, uint32_t offset)
{
    document *article = document_of(handle);
    return convert(article, article->text_index, article->text, unit, offset);
}

uint32_t document_raw_offset(mill_document *handle, mill_unit unit, uint32_t offset)
{
    document *article = document_of(handle);
    bool same = article->text.data == article->raw.data;
    return convert(article, same ? article->text_index : article->raw_index, article->raw, unit,
                   offset);
}

mill_span document_raw_span(const mill_document *handle, mill_span span)
{
    document *article = document_of(handle);
    if (span.begin <= span.end && span.end <= article->text.length)
        return alignment_source(&article->alignment, span);
    document_fault_set(article, "asks for the raw range of %u-%u, which is not in the text",
                       (unsigned)span.begin, (unsigned)span.end);
    return (mill_span){0, 0};
}

bool document_change(const mill_document *handle, uint32_t index, mill_span *text, mill_span *raw)
{
    const alignment *map = &document_of(handle)->alignment;
    if (index >= map->count) return false;
    *text = map->changes[index].text;
    *raw = map->changes[index].source;
    return true;
}
