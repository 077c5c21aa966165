/* letter_case - see letter_case.h. Ranges in order of their code points, from the Unicode Character
 * Database; in a range of pairs capitals and small letters take turns.
 */
#include "letter_case.h"
#include <stddef.h>

typedef enum range_kind {
    CAPITALS,      /* the small letters are `step` further */
    SMALL,         /* small letters only */
    CAPITAL_FIRST, /* pairs: A a B b */
} range_kind;

typedef struct case_range {
    uint32_t first;
    uint32_t last;
    range_kind kind;
    int32_t step;
} case_range;

static const case_range ranges[] = {
    {0x41, 0x5A, CAPITALS, 32},
    {0x61, 0x7A, SMALL, 0},
    {0xAA, 0xAA, SMALL, 0},
    {0xB5, 0xB5, SMALL, 0},
    {0xBA, 0xBA, SMALL, 0},
    {0xC0, 0xD6, CAPITALS, 32},
    {0xD8, 0xDE, CAPITALS, 32},
    {0xDF, 0xF6, SMALL, 0},
    {0xF8, 0xFF, SMALL, 0},
    {0x100, 0x12F, CAPITAL_FIRST, 1},
    {0x130, 0x130, CAPITALS, 'i' - 0x130},
    {0x131, 0x131, SMALL, 0},
    {0x132, 0x137, CAPITAL_FIRST, 1},
    {0x138, 0x138, SMALL, 0},
    {0x139, 0x148, CAPITAL_FIRST, 1},
    {0x149, 0x149, SMALL, 0},
    {0x14A, 0x177, CAPITAL_FIRST, 1},
    {0x178, 0x178, CAPITALS, 0xFF - 0x178},
    {0x179, 0x17E, CAPITAL_FIRST, 1},
    {0x17F, 0x180, SMALL, 0},
    {0x1A0, 0x1A5, CAPITAL_FIRST, 1},
    {0x1AF, 0x1B0, CAPITAL_FIRST, 1},
    {0x1CD, 0x1DC, CAPITAL_FIRST, 1},
    {0x1DE, 0x1EF, CAPITAL_FIRST, 1},
    {0x1F8, 0x21F, CAPITAL_FIRST, 1},
    {0x222, 0x233, CAPITAL_FIRST, 1},
    {0x250, 0x293, SMALL, 0},
    {0x386, 0x386, CAPITALS, 38},
    {0x388, 0x38A, CAPITALS, 37},
    {0x38C, 0x38C, CAPITALS, 64},
    {0x38E, 0x38F, CAPITALS, 63},
    {0x390, 0x390, SMALL, 0},
    {0x391, 0x3A1, CAPITALS, 32},
    {0x3A3, 0x3AB, CAPITALS, 32},
    {0x3AC, 0x3CE, SMALL, 0},
    {0x400, 0x40F, CAPITALS, 80},
    {0x410, 0x42F, CAPITALS, 32},
    {0x430, 0x45F, SMALL, 0},
    {0x460, 0x481, CAPITAL_FIRST, 1},
    {0x48A, 0x4BF, CAPITAL_FIRST, 1},
    {0x4D0, 0x52F, CAPITAL_FIRST, 1},
    {0x531, 0x556, CAPITALS, 48},
    {0x560, 0x588, SMALL, 0},
    {0x1E00, 0x1E95, CAPITAL_FIRST, 1},
    {0x1E96, 0x1E9D, SMALL, 0},
    {0x1E9E, 0x1E9E, CAPITALS, 0xDF - 0x1E9E},
    {0x1EA0, 0x1EFF, CAPITAL_FIRST, 1},
    {0x2126, 0x2126, CAPITALS, 0x3C9 - 0x2126},
    {0x212A, 0x212A, CAPITALS, 'k' - 0x212A},
    {0x212B, 0x212B, CAPITALS, 0xE5 - 0x212B},
    {0x2160, 0x216F, CAPITALS, 16},
    {0x2170, 0x217F, SMALL, 0},
    {0x24B6, 0x24CF, CAPITALS, 26},
    {0x24D0, 0x24E9, SMALL, 0},
    {0xFB00, 0xFB06, SMALL, 0},
    {0xFF21, 0xFF3A, CAPITALS, 32},
    {0xFF41, 0xFF5A, SMALL, 0},
    {0x1F130, 0x1F149, CAPITALS, 0},
    {0x1F150, 0x1F169, CAPITALS, 0},
    {0x1F170, 0x1F189, CAPITALS, 0},
};

/* Returns the range that holds a code point, or NULL. */
static const case_range *find_range(uint32_t code)
{
    size_t low = 0, high = sizeof ranges / sizeof *ranges;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code > ranges[middle].last)
            low = middle + 1;
        else if (code < ranges[middle].first)
            high = middle;
        else
            return &ranges[middle];
    }
    return NULL;
}

letter_case letter_case_of(uint32_t code)
{
    const case_range *range = find_range(code);
    if (range == NULL) return CASE_NONE;
    if (range->kind == CAPITAL_FIRST)
        return (code - range->first) % 2 == 0 ? CASE_CAPITAL : CASE_SMALL;
    return range->kind == CAPITALS ? CASE_CAPITAL : CASE_SMALL;
}

uint32_t letter_small(uint32_t code)
{
    const case_range *range = find_range(code);
    if (range == NULL || letter_case_of(code) != CASE_CAPITAL) return code;
    return (uint32_t)((int32_t)code + range->step);
}
