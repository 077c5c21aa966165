/* characters - see characters.h. ASCII is a table; beyond it a sorted list of ranges, in which
 * whatever is not listed is a letter: most of Unicode is.
 */
#include "characters.h"

#include "textmill/utf8.h"

#define SPACE  CHARACTER_SPACE
#define LETTER CHARACTER_LETTER
#define DIGIT  CHARACTER_DIGIT
#define MARK   CHARACTER_MARK
#define HAN    CHARACTER_IDEOGRAPH
#define EMOJI  CHARACTER_EMOJI
#define EXTEND CHARACTER_EXTENDER

/* clang-format off */
#define ROW(class) class, class, class, class, class, class, class, class, \
                   class, class, class, class, class, class, class, class
const unsigned char ascii_classes[128] = {
    ROW(SPACE), ROW(SPACE),
    SPACE, MARK, MARK, MARK, MARK, MARK, MARK, MARK, MARK, MARK, MARK, MARK, MARK, MARK, MARK, MARK,
    DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, MARK, MARK, MARK, MARK, MARK, MARK,
    MARK, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER,
    LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, MARK, MARK, MARK, MARK, LETTER,
    MARK, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER,
    LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, MARK, MARK, MARK, MARK, SPACE,
};
/* clang-format on */

typedef struct code_range {
    uint32_t first;
    uint32_t last;
    character_class class;
} code_range;

static const code_range ranges[] = {
    {0x80, 0xA0, SPACE},        {0xA1, 0xA9, MARK},
    {0xAB, 0xB4, MARK},         {0xB6, 0xB9, MARK},
    {0xBB, 0xBF, MARK},         {0xD7, 0xD7, MARK},
    {0xF7, 0xF7, MARK},         {0x300, 0x36F, EXTEND},
    {0x37E, 0x37E, MARK},       {0x387, 0x387, MARK},
    {0x55A, 0x55F, MARK},       {0x589, 0x58A, MARK},
    {0x5BE, 0x5BE, MARK},       {0x5C0, 0x5C0, MARK},
    {0x5C3, 0x5C3, MARK},       {0x609, 0x60D, MARK},
    {0x61B, 0x61F, MARK},       {0x660, 0x669, DIGIT},
    {0x66A, 0x66D, MARK},       {0x6D4, 0x6D4, MARK},
    {0x6F0, 0x6F9, DIGIT},      {0x700, 0x70D, MARK},
    {0x964, 0x965, MARK},       {0x966, 0x96F, DIGIT},
    {0x970, 0x970, MARK},       {0x9E6, 0x9EF, DIGIT},
    {0xE4F, 0xE4F, MARK},       {0xE50, 0xE59, DIGIT},
    {0xE5A, 0xE5B, MARK},       {0xF04, 0xF14, MARK},
    {0x104A, 0x104F, MARK},     {0x1360, 0x1368, MARK},
    {0x1680, 0x1680, SPACE},    {0x17D4, 0x17DB, MARK},
    {0x1800, 0x180A, MARK},     {0x2000, 0x200B, SPACE},
    {0x200C, 0x200C, EXTEND},   {0x200D, 0x200D, CHARACTER_JOINER},
    {0x200E, 0x200F, EXTEND},   {0x2010, 0x2027, MARK},
    {0x2028, 0x2029, SPACE},    {0x202A, 0x202E, EXTEND},
    {0x202F, 0x202F, SPACE},    {0x2030, 0x205E, MARK},
    {0x205F, 0x205F, SPACE},    {0x2060, 0x206F, EXTEND},
    {0x207A, 0x207E, MARK},     {0x208A, 0x208E, MARK},
    {0x20A0, 0x20CF, MARK},     {0x20D0, 0x20FF, EXTEND},
    {0x2190, 0x2319, MARK},     {0x231A, 0x231B, EMOJI},
    {0x231C, 0x23E8, MARK},     {0x23E9, 0x23F3, EMOJI},
    {0x23F4, 0x25FC, MARK},     {0x25FD, 0x25FE, EMOJI},
    {0x25FF, 0x25FF, MARK},     {0x2600, 0x2767, EMOJI},
    {0x2768, 0x2794, MARK},     {0x2795, 0x2797, EMOJI},
    {0x2798, 0x2B1A, MARK},     {0x2B1B, 0x2B1C, EMOJI},
    {0x2B1D, 0x2B4F, MARK},     {0x2B50, 0x2B50, EMOJI},
    {0x2B51, 0x2B54, MARK},     {0x2B55, 0x2B55, EMOJI},
    {0x2B56, 0x2BFF, MARK},     {0x2E00, 0x2E7F, MARK},
    {0x2E80, 0x2FDF, HAN},      {0x3000, 0x3000, SPACE},
    {0x3001, 0x3004, MARK},     {0x3005, 0x3007, HAN},
    {0x3008, 0x3020, MARK},     {0x3021, 0x3029, HAN},
    {0x3030, 0x3030, MARK},     {0x303B, 0x303F, MARK},
    {0x3041, 0x3096, HAN},      {0x3099, 0x309A, EXTEND},
    {0x309B, 0x309F, HAN},      {0x30A0, 0x30A0, MARK},
    {0x30FB, 0x30FB, MARK},     {0x3200, 0x33FF, MARK},
    {0x3400, 0x4DBF, HAN},      {0x4DC0, 0x4DFF, MARK},
    {0x4E00, 0x9FFF, HAN},      {0xE000, 0xF8FF, MARK},
    {0xF900, 0xFAFF, HAN},      {0xFD3E, 0xFD3F, MARK},
    {0xFE00, 0xFE0F, EXTEND},   {0xFE10, 0xFE19, MARK},
    {0xFE20, 0xFE2F, EXTEND},   {0xFE30, 0xFE6F, MARK},
    {0xFEFF, 0xFEFF, SPACE},    {0xFF01, 0xFF0F, MARK},
    {0xFF10, 0xFF19, DIGIT},    {0xFF1A, 0xFF20, MARK},
    {0xFF3B, 0xFF40, MARK},     {0xFF5B, 0xFF65, MARK},
    {0xFFE0, 0xFFFF, MARK},     {0x1D100, 0x1D3FF, MARK},
    {0x1F000, 0x1F1E5, EMOJI},  {0x1F1E6, 0x1F1FF, CHARACTER_REGION},
    {0x1F200, 0x1F3FA, EMOJI},  {0x1F3FB, 0x1F3FF, EXTEND},
    {0x1F400, 0x1FAFF, EMOJI},  {0x20000, 0x3FFFF, HAN},
    {0xE0000, 0xE0FFF, EXTEND}, {0xF0000, 0x10FFFF, MARK},
};

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
    return found ? ranges[low].class : LETTER;
}

character character_read_wide(const char *data)
{
    uint32_t code, length = (uint32_t)mill_utf8_read(data, &code);
    return (character){wide_class(code), length};
}
