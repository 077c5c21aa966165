/* The text is folded in blocks of 64 bytes: capitals of ASCII become small letters, all that parts
 * words becomes a space. Most of a block is in normal form then; only where several spaces come in
 * a row all but the first are cut out. Characters beyond ASCII go one by one through a table. The
 * normal form ends with a space, so that it does not matter how the article ends. */
#include "normal_form.h"

#include "textmill/utf8.h"

MILL_EMBEDDED(characters)

#define ASCII      0x80
#define HALF_BLOCK (MILL_SCAN_BLOCK / 2)

/* ---- The table ----------------------------------------------------------------------------- */

typedef unsigned char byte_vector __attribute__((vector_size(16)));

/* Tells which bytes lie in a range: all bits set, or none. */
static inline byte_vector in_range(byte_vector bytes, unsigned char first, unsigned char last)
{
    return (byte_vector)(bytes - first <= (unsigned char)(last - first));
}

/* Folds a block of ASCII. Signs that make a number another one count like letters. */
static inline void fold_block(const char *from, char *to)
{
    for (size_t i = 0; i < MILL_SCAN_BLOCK; i += sizeof(byte_vector)) {
        byte_vector bytes;
        memcpy(&bytes, from + i, sizeof bytes);
        bytes |= in_range(bytes, 'A', 'Z') & 0x20;
        byte_vector counts = in_range(bytes, 'a', 'z') | in_range(bytes, '0', '9') |
                             in_range(bytes, '#', '&') | (byte_vector)(bytes == '+'); /* # $ % & */
        bytes = (bytes & counts) | (~counts & ' ');
        memcpy(to + i, &bytes, sizeof bytes);
    }
}

/* Reads a number of `base` off the front of a text. */
static uint32_t take_number(mill_text *text, uint32_t base)
{
    static const char digits[] = "0123456789ABCDEF";
    uint32_t number = 0;
    for (; text->length > 0; text->data++, text->length--) {
        const char *digit = memchr(digits, *text->data, base);
        if (digit == NULL) break;
        number = number * base + (uint32_t)(digit - digits);
    }
    return number;
}

static bool is_word(mill_text text, const char *word)
{
    return text.length == strlen(word) && memcmp(text.data, word, text.length) == 0;
}

/* What stands for the character that is `position`th in a range with the rule `what`. */
static uint32_t apply_rule(const normal_form *self, mill_text what, uint32_t code,
                           uint32_t position)
{
    char sign = *what.data;
    if (is_word(what, "apart")) return ' ';
    if (is_word(what, "gone")) return 0;
    if (is_word(what, "pairs")) return code + (position % 2 == 0);
    what.data++;
    what.length--;
    uint32_t step = take_number(&what, 10), other = sign == '-' ? code - step : code + step;
    return other < ASCII ? self->stands_for[other] : other;
}

static mill_status add_rule(normal_form *self, mill_setup *setup, mill_text entry, uint32_t line)
{
    uint32_t first = take_number(&entry, 16), last = first;
    if (entry.length > 2 && entry.data[0] == '.') {
        entry.data += 2;
        entry.length -= 2;
        last = take_number(&entry, 16);
    }
    while (entry.length > 0 && mill_is_blank(*entry.data)) entry.data++, entry.length--;
    if (entry.length == 0 || first > last || last >= NORMAL_PLANE)
        return mill_setup_fail(setup, "characters.txt:%u: not a rule", line);
    for (uint32_t code = first; code <= last; code++)
        self->stands_for[code] = (uint16_t)apply_rule(self, entry, code, code - first);
    return MILL_OK;
}

static void fill_table(normal_form *self)
{
    char ascii[ASCII];
    for (uint32_t code = 0; code < ASCII; code++) ascii[code] = (char)code;
    for (size_t i = 0; i < ASCII; i += MILL_SCAN_BLOCK) fold_block(ascii + i, ascii + i);
    for (uint32_t code = 0; code < NORMAL_PLANE; code++)
        self->stands_for[code] = code < ASCII ? (unsigned char)ascii[code] : (uint16_t)code;
}

mill_status normal_form_open(normal_form *self, mill_setup *setup)
{
    mill_lines lines = {characters_text(), 0};
    mill_text entry;
    fill_table(self);
    while (mill_lines_next(&lines, &entry))
        if (add_rule(self, setup, entry, lines.number) != MILL_OK) return MILL_FAILED;
    self->hash = XXH3_createState();
    return self->hash != NULL ? MILL_OK : mill_setup_fail(setup, "out of memory");
}

void normal_form_close(normal_form *self)
{
    XXH3_freeState(self->hash);
}

/* ---- One article --------------------------------------------------------------------------- */

/* Tells what stands for a character beyond ASCII. Above the basic plane only the unseen ones of
 * plane 14 matter. */
static inline uint32_t stand_in(const normal_form *self, uint32_t code)
{
    if (code < NORMAL_PLANE) return self->stands_for[code];
    return code >> 16 == 0xE ? 0 : code;
}

/* Puts the character at `from`, which is not ASCII; returns its length in bytes. */
static inline size_t put_character(normal_form *self, const char *from)
{
    uint32_t code;
    size_t read = mill_utf8_read(from, &code);
    uint32_t normal = stand_in(self, code);
    if (normal == 0 || (normal == ' ' && self->apart)) return read;
    size_t written = mill_utf8_write(self->chunk + self->length, normal);
    self->length += written;
    self->characters -= written - 1; /* hash_chunk counts bytes; below 0 until then */
    self->apart = normal == ' ';
    return read;
}

/* Tells which bytes belong to U+2010..U+2029: dashes, quotation marks, dots, which part words and
 * are the most frequent characters beyond ASCII. At the end of a block some are not recognised. */
static inline uint64_t find_marks(const char *from)
{
    uint64_t first = mill_scan_equal(from, (char)0xE2) & mill_scan_equal(from, (char)0x80) >> 1 &
                     mill_scan_range(from, 0x90, 0xA9) >> 2;
    return first | first << 1 | first << 2;
}

/* Puts bytes [begin, end) of half a folded block; `apart`: where it has spaces. No processor can
 * guess how many rows of spaces there are, so two are cut out without asking, and copies are as
 * long as can be. */
static inline void put_run(normal_form *self, const char *half, uint64_t apart, size_t begin,
                           size_t end)
{
    const uint64_t all = ~UINT64_C(0);
    char *to = self->chunk + self->length;
    apart &= all << begin & ~(all << end);
    uint64_t idle = apart & (apart << 1 | (uint64_t)self->apart << begin);
    self->apart = apart >> (end - 1) & 1;
    for (int row = 0; row < 2 || idle != 0; row++) {
        size_t stop = mill_scan_first(idle | UINT64_C(1) << end);
        memcpy(to, half + begin, HALF_BLOCK);
        to += stop - begin;
        begin = mill_scan_first(~idle & all << stop);
        idle &= all << begin;
    }
    memcpy(to, half + begin, HALF_BLOCK);
    self->length = (size_t)(to - self->chunk) + end - begin;
}

/* Puts half a block from its byte `begin` on. `high`: where characters beyond ASCII are. Returns
 * how many bytes behind the half its last character takes. */
static inline size_t put_half(normal_form *self, const char *from, const char *half, uint64_t apart,
                              uint64_t high, size_t begin)
{
    while (begin < HALF_BLOCK) {
        size_t end = mill_scan_first((high | UINT64_C(1) << HALF_BLOCK) >> begin << begin);
        if (begin < end) put_run(self, half, apart, begin, end);
        begin = end;
        while (begin < HALF_BLOCK && (high >> begin & 1) != 0)
            begin += put_character(self, from + begin);
    }
    return begin - HALF_BLOCK;
}

/* Puts a block of text, as put_half does. */
static inline size_t put_block(normal_form *self, const char *from, size_t begin)
{
    uint64_t high = mill_scan_high(from) & ~find_marks(from);
    fold_block(from, self->block);
    uint64_t apart = mill_scan_equal(self->block, ' ');
    begin = put_half(self, from, self->block, apart & UINT32_MAX, high & UINT32_MAX, begin);
    return put_half(self, from + HALF_BLOCK, self->block + HALF_BLOCK, apart >> HALF_BLOCK,
                    high >> HALF_BLOCK, begin);
}

static void hash_chunk(normal_form *self)
{
    XXH3_128bits_update(self->hash, self->chunk, self->length);
    self->characters += self->length;
    self->length = 0;
}

fingerprint normal_form_of(normal_form *self, mill_text text, size_t *characters)
{
    size_t begin = 0;
    XXH3_128bits_reset(self->hash);
    self->length = 0;
    self->characters = 0;
    self->apart = true;
    for (size_t at = 0; at < text.length; at += MILL_SCAN_BLOCK) { /* zeros behind it part, too */
        begin = put_block(self, text.data + at, begin);
        if (self->length >= NORMAL_CHUNK) hash_chunk(self);
    }
    if (!self->apart) self->chunk[self->length++] = ' ';
    hash_chunk(self);
    *characters = self->characters > 0 ? self->characters - 1 : 0;
    XXH128_hash_t hash = XXH3_128bits_digest(self->hash);
    return (fingerprint){hash.low64, hash.high64};
}
