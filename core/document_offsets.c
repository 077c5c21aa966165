/* Offsets in other units than bytes. A text that is all ASCII needs no conversion, which is found
 * out once; of others the units are counted once for every block, so that a look-up counts within
 * one block only. Both happen when somebody first asks. */
#include "document_private.h"

#include "textmill/scan.h"
#include "utf8.h"

static size_t count_units(mill_unit unit, const char *data, size_t length)
{
    return unit == MILL_UTF16 ? utf8_count_utf16(data, length)
                              : utf8_count_code_points(data, length);
}

/* Builds the index of a text for one unit. Fails: false, with the fault recorded. */
static bool build_index(document *article, offset_index *index, mill_unit unit, mill_text text)
{
    if (utf8_count_code_points(text.data, text.length) == text.length) {
        index->is_ascii = true;
        return true;
    }
    size_t blocks = text.length / MILL_SCAN_BLOCK + 1, units = 0;
    uint32_t *counts = document_take(article, blocks, sizeof *counts);
    if (counts == NULL) return false;
    for (size_t i = 0; i < blocks; i++) {
        counts[i] = (uint32_t)units;
        units += count_units(unit, text.data + i * MILL_SCAN_BLOCK, MILL_SCAN_BLOCK);
    }
    index->counts = counts;
    return true;
}

/* Counts the units that begin in the first `length` bytes of a block. */
static uint32_t count_in_block(mill_unit unit, const char *block, unsigned length)
{
    uint64_t before = (UINT64_C(1) << length) - 1;
    unsigned units = mill_scan_count(~mill_scan_range(block, 0x80, 0xBF) & before);
    if (unit == MILL_UTF16) units += mill_scan_count(mill_scan_range(block, 0xF0, 0xFF) & before);
    return units;
}

static uint32_t convert(document *article, offset_index *indexes, mill_text text, mill_unit unit,
                        uint32_t offset)
{
    if (offset > text.length) {
        document_fault_set(article, "offset %u is beyond the end of the text at %zu",
                           (unsigned)offset, text.length);
        return 0;
    }
    if (unit != MILL_CODE_POINTS && unit != MILL_UTF16) return offset;
    offset_index *index = &indexes[unit == MILL_UTF16];
    bool is_built = index->is_ascii || index->counts != NULL;
    if (!is_built && !build_index(article, index, unit, text)) return 0;
    if (index->is_ascii) return offset;
    uint32_t block = offset / MILL_SCAN_BLOCK;
    return index->counts[block] + count_in_block(unit, text.data + (size_t)block * MILL_SCAN_BLOCK,
                                                 offset % MILL_SCAN_BLOCK);
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
