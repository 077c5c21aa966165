/* characters - see characters.h. ASCII is one table; beyond it a short list of ranges, because a
 * splitter of European text needs the case of letters, white space and quotation marks, not the
 * whole Unicode database. Letters that are not listed count as CHARACTER_OTHER.
 */
#include "characters.h"

#include "textmill/utf8.h"

#define OTHER CHARACTER_OTHER
#define SPACE CHARACTER_SPACE
#define LOWER CHARACTER_LOWER
#define UPPER CHARACTER_UPPER
#define DIGIT CHARACTER_DIGIT
#define STOP  CHARACTER_STOP
#define FULL  CHARACTER_FULL_STOP
#define QUOTE CHARACTER_QUOTE
#define OPEN  CHARACTER_OPEN_BRACKET
#define CLOSE CHARACTER_CLOSE_BRACKET
#define DASH  CHARACTER_DASH

/* Control characters 1C to 1F separate files, groups, records and units: white space. */
/* clang-format off */
const unsigned char byte_classes[256] = {
    OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER,
    OTHER, SPACE, SPACE, SPACE, SPACE, SPACE, OTHER, OTHER,
    OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER,
    OTHER, OTHER, OTHER, OTHER, SPACE, SPACE, SPACE, SPACE,
    /* !"#$%&'()*+,-./ */
    SPACE, STOP,  QUOTE, OTHER, OTHER, OTHER, OTHER, QUOTE,
    OPEN,  CLOSE, OTHER, OTHER, OTHER, DASH,  STOP,  OTHER,
    /* 0123456789:;<=>? */
    DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT,
    DIGIT, DIGIT, OTHER, OTHER, OTHER, OTHER, OTHER, STOP,
    /* @A to O */
    OTHER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER,
    UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER,
    /* P to Z [\]^_ */
    UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER, UPPER,
    UPPER, UPPER, UPPER, OPEN,  OTHER, CLOSE, OTHER, OTHER,
    /* `a to o */
    OTHER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER,
    LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER,
    /* p to z {|}~ */
    LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER, LOWER,
    LOWER, LOWER, LOWER, OPEN,  OTHER, CLOSE, OTHER, OTHER,
};
/* clang-format on */

typedef struct code_range {
    uint32_t first;
    uint32_t last;
    character_class class;
} code_range;

/* Sorted, without general punctuation. Ranges in which capitals and small letters take turns are
 * left to letter_case. */
static const code_range ranges[] = {
    {0x85, 0x85, SPACE},
    {0xA0, 0xA0, SPACE},
    {0xAB, 0xAB, CHARACTER_OPEN_QUOTE},
    {0xB5, 0xB5, LOWER},
    {0xBB, 0xBB, CHARACTER_CLOSE_QUOTE},
    {0xC0, 0xD6, UPPER},
    {0xD8, 0xDE, UPPER},
    {0xDF, 0xF6, LOWER},
    {0xF8, 0xFF, LOWER},
    {0x386, 0x38F, UPPER},
    {0x391, 0x3AB, UPPER},
    {0x3AC, 0x3CE, LOWER},
    {0x400, 0x42F, UPPER},
    {0x430, 0x45F, LOWER},
    {0x1680, 0x1680, SPACE},
    {0x205F, 0x205F, SPACE},
    {0x2212, 0x2212, DASH},
    {0x3000, 0x3000, SPACE},
    {0x3002, 0x3002, FULL},
    {0x300C, 0x300C, CHARACTER_OPEN_QUOTE},
    {0x300D, 0x300D, CHARACTER_CLOSE_QUOTE},
    {0xFF01, 0xFF01, FULL},
    {0xFF0E, 0xFF0E, FULL},
    {0xFF1F, 0xFF1F, FULL},
    {0xFF61, 0xFF61, FULL},
};

/* Latin Extended-A, Cyrillic and Latin Extended Additional, where letters come in pairs. */
static character_class letter_case(uint32_t code)
{
    bool odd_capitals = (code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17E);
    bool paired = (code >= 0x100 && code <= 0x17F) || (code >= 0x460 && code <= 0x52F) ||
                  (code >= 0x1E00 && code <= 0x1EFF);
    if (!paired) return CHARACTER_OTHER;
    if (code == 0x178) return CHARACTER_UPPER;
    return ((code & 1) != 0) == odd_capitals ? CHARACTER_UPPER : CHARACTER_LOWER;
}

static character_class wide_class(uint32_t code)
{
    size_t low = 0, high = sizeof ranges / sizeof ranges[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < sizeof ranges / sizeof ranges[0] && code >= ranges[low].first;
    return found ? ranges[low].class : letter_case(code);
}

/* clang-format off */
#define OPENQ  CHARACTER_OPEN_QUOTE
#define CLOSEQ CHARACTER_CLOSE_QUOTE
const unsigned char punctuation_classes[64] = {
    SPACE, SPACE,  SPACE, SPACE, SPACE, SPACE,  SPACE, SPACE,
    SPACE, SPACE,  SPACE, OTHER, OTHER, OTHER,  OTHER, OTHER,
    DASH,  DASH,   DASH,  DASH,  DASH,  DASH,   OTHER, OTHER,
    OPENQ, CLOSEQ, OPENQ, OPENQ, OPENQ, CLOSEQ, OPENQ, OPENQ,
    OTHER, OTHER,  OTHER, OTHER, OTHER, OTHER,  STOP,  OTHER,
    SPACE, SPACE,  OTHER, OTHER, OTHER, OTHER,  OTHER, SPACE,
    OTHER, OTHER,  OTHER, OTHER, OTHER, OTHER,  OTHER, OTHER,
    OTHER, OPENQ, CLOSEQ, OTHER, STOP,  STOP,   OTHER, OTHER,
};
/* clang-format on */

character character_read_wide(const char *data)
{
    character result = {CHARACTER_OTHER, 0, 0};
    result.length = (uint32_t)mill_utf8_read(data, &result.code);
    /* Beyond the basic plane there is nothing that a sentence end depends on. */
    if (result.length < 4) result.class = wide_class(result.code);
    return result;
}
