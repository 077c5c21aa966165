/* The capacity doubles. Everything is written through buffer_reserve, which is the one place where
 * memory can fail. */
#include "buffer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define SMALLEST_CAPACITY ((size_t)4096)

/* ---- Growing ------------------------------------------------------------------------------- */

void buffer_init(buffer *out, const mill_host *host, size_t limit)
{
    memset(out, 0, sizeof *out);
    out->output.host = host;
    out->limit = limit;
}

/* Returns the next capacity of at least `needed` bytes, which is within the limit. */
static size_t next_capacity(const buffer *out, size_t needed)
{
    size_t capacity = out->output.capacity;
    if (capacity < SMALLEST_CAPACITY) capacity = SMALLEST_CAPACITY;
    while (capacity < needed && capacity <= out->limit / 2) capacity *= 2;
    return capacity < needed || capacity > out->limit ? out->limit : capacity;
}

bool buffer_reserve(buffer *out, size_t size)
{
    mill_output *output = &out->output;
    if (out->failed) return false;
    if (output->capacity - output->length >= size) return true;
    bool allowed = output->length <= out->limit && size <= out->limit - output->length;
    size_t capacity = allowed ? next_capacity(out, output->length + size) : 0;
    char *data = allowed ? realloc(output->data, capacity) : NULL;
    if (data == NULL) {
        out->failed = true;
        return false;
    }
    output->data = data;
    output->capacity = capacity;
    return true;
}

void buffer_reset(buffer *out)
{
    out->output.length = 0;
    out->failed = false;
}

void buffer_clear(buffer *out)
{
    free(out->output.data);
    buffer_init(out, out->output.host, out->limit);
}

/* ---- Text ---------------------------------------------------------------------------------- */

void buffer_write(buffer *out, const char *data, size_t length)
{
    if (length == 0 || !buffer_reserve(out, length)) return;
    memcpy(out->output.data + out->output.length, data, length);
    out->output.length += length;
}

void buffer_printf(buffer *out, const char *format, ...)
{
    mill_output *output = &out->output;
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0) out->failed = true;
    /* One byte more, for the NUL that vsnprintf writes and that does not count. */
    if (length > 0 && buffer_reserve(out, (size_t)length + 1)) {
        vsnprintf(output->data + output->length, (size_t)length + 1, format, again);
        output->length += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
}

/* ---- JSON ---------------------------------------------------------------------------------- */

#define STEP       ((size_t)16)
#define ESCAPE_MAX 6

/* Copies a step, which both have room for; returns which of its bytes need an escape: bit i stands
 * for byte i. */
static inline unsigned copy_step(char *to, const char *step)
{
#ifdef __SSE2__
    const __m128i control = _mm_set1_epi8(0x1F), quote = _mm_set1_epi8('"'),
                  backslash = _mm_set1_epi8('\\');
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)step);
    __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes);
    __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
    _mm_storeu_si128((__m128i *)(void *)to, bytes);
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(low, marks));
#else
    unsigned hits = 0;
    for (unsigned i = 0; i < STEP; i++)
        hits |= (unsigned)((unsigned char)step[i] < 0x20 || step[i] == '"' || step[i] == '\\') << i;
    memcpy(to, step, STEP);
    return hits;
#endif
}

/* Fills a step with the last bytes there are, fewer than a step: by pieces that overlap, as a loop
 * or a call would cost more than all the rest. */
static inline void fill_step(char step[STEP], const char *data, size_t length)
{
    if (length >= 8) {
        memcpy(step + length - 8, data + length - 8, 8);
        memcpy(step, data, 8);
    } else if (length >= 4) {
        memcpy(step + length - 4, data + length - 4, 4);
        memcpy(step, data, 4);
    } else if (length > 0) {
        step[length / 2] = data[length / 2];
        step[length - 1] = data[length - 1];
        step[0] = data[0];
    }
}

/* Copies the leading bytes that need no escape; returns how many. There is room for `length`, and
 * for a step more. Two steps at a time, as where the next ones begin must not wait for what these
 * have found. */
static inline size_t copy_plain(char *to, const char *data, size_t length)
{
    size_t at = 0;
    char last[STEP] = {0};
    for (; length - at >= 2 * STEP; at += 2 * STEP) {
        unsigned hits = copy_step(to + at, data + at);
        hits |= copy_step(to + at + STEP, data + at + STEP) << STEP;
        if (hits != 0) return at + (size_t)__builtin_ctz(hits);
    }
    if (length - at >= STEP) {
        unsigned hits = copy_step(to + at, data + at);
        if (hits != 0) return at + (size_t)__builtin_ctz(hits);
        at += STEP;
    }
    fill_step(last, data + at, length - at);
    return at + (size_t)__builtin_ctz(copy_step(to + at, last) | 1u << (length - at));
}

/* Puts an escape, for which there is room. */
static inline char *put_escape(char *to, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";
    static const char letters[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
                                   ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\'};
    to[0] = '\\';
    to[1] = letters[byte];
    if (to[1] != '\0') return to + 2;
    memcpy(to + 1, "u00", 3);
    to[4] = digits[byte >> 4];
    to[5] = digits[byte & 0x0F];
    return to + ESCAPE_MAX;
}

/* Escaping makes no text shorter, so room for all that is left is needed in any case. */
static inline void put_json(buffer *out, const char *data, size_t length)
{
    while (length <= SIZE_MAX - ESCAPE_MAX - STEP &&
           buffer_reserve(out, length + ESCAPE_MAX + STEP)) {
        char *to = out->output.data + out->output.length;
        size_t run = copy_plain(to, data, length);
        out->output.length += run;
        if (run == length) return;
        out->output.length =
            (size_t)(put_escape(to + run, (unsigned char)data[run]) - out->output.data);
        data += run + 1;
        length -= run + 1;
    }
    out->failed = true;
}

static inline void put_quote(buffer *out)
{
    if (buffer_reserve(out, 1)) out->output.data[out->output.length++] = '"';
}

void buffer_json_part(buffer *out, const char *data, size_t length)
{
    put_json(out, data, length);
}

void buffer_json(buffer *out, const char *data, size_t length)
{
    put_quote(out);
    put_json(out, data, length);
    put_quote(out);
}

/* ---- Numbers ------------------------------------------------------------------------------- */

#define DECIMAL_MAX ((size_t)16) /* -999999999.9999 */

static char *put_whole(char *at, uint32_t whole)
{
    char digits[10], *begin = digits + sizeof digits;
    if (whole < 10) {
        *at = (char)('0' + whole);
        return at + 1;
    }
    for (; whole != 0; whole /= 10) *--begin = (char)('0' + whole % 10);
    size_t length = (size_t)(digits + sizeof digits - begin);
    memcpy(at, begin, length);
    return at + length;
}

/* Puts the point and up to four places, without the zeros at their end. No branch: no processor can
 * guess how many zeros the next number has. */
static char *put_places(char *at, uint32_t places)
{
    uint32_t high = places / 100, low = places % 100;
    uint32_t zeros =
        (uint32_t)(low % 10 == 0) + (uint32_t)(low == 0) + (uint32_t)(low == 0 && high % 10 == 0);
    at[0] = '.';
    at[1] = (char)('0' + high / 10);
    at[2] = (char)('0' + high % 10);
    at[3] = (char)('0' + low / 10);
    at[4] = (char)('0' + low % 10);
    return at + 5 - zeros;
}

/* Writes `number` if it is a decimal of at most four places and below 1e9. Such a decimal has
 * fewer than 15 digits, so no other, shorter one reads back as the same double. */
static bool write_decimal(buffer *out, double number)
{
    if (!(number > -1e9 && number < 1e9)) return false;
    int64_t scaled = (int64_t)(number * 10000 + (number < 0 ? -0.5 : 0.5));
    if ((double)scaled / 10000 != number) return false;
    if (!buffer_reserve(out, DECIMAL_MAX)) return true; /* failed, and says so */

    char *at = out->output.data + out->output.length;
    uint64_t places = scaled < 0 ? (uint64_t)-scaled : (uint64_t)scaled;
    uint32_t whole = (uint32_t)(places / 10000), fraction = (uint32_t)(places % 10000);
    *at = '-';
    at = put_whole(at + (scaled < 0), whole);
    if (fraction != 0) at = put_places(at, fraction);
    out->output.length = (size_t)(at - out->output.data);
    return true;
}

void buffer_number(buffer *out, double number)
{
    char text[40];
    if (!isfinite(number)) {
        buffer_write(out, "null", 4);
        return;
    }
    if (write_decimal(out, number)) return;
    int length = 0;
    for (int digits = 15; digits <= 17; digits++) {
        length = snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number) break;
    }
    char *comma = strchr(text, ',');
    if (comma != NULL) *comma = '.';
    buffer_write(out, text, (size_t)length);
}

/* ---- Base64 -------------------------------------------------------------------------------- */

void buffer_base64(buffer *out, const char *data, size_t length)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *bytes = (const unsigned char *)data;
    if (length / 3 > SIZE_MAX / 4 - 1 || !buffer_reserve(out, (length / 3 + 1) * 4)) {
        out->failed = true;
        return;
    }
    char *next = out->output.data + out->output.length;
    for (size_t at = 0; at < length; at += 3) {
        size_t left = length - at;
        unsigned group = (unsigned)bytes[at] << 16;
        if (left > 1) group |= (unsigned)bytes[at + 1] << 8;
        if (left > 2) group |= bytes[at + 2];
        *next++ = letters[group >> 18];
        *next++ = letters[group >> 12 & 0x3F];
        *next++ = left > 1 ? letters[group >> 6 & 0x3F] : '=';
        *next++ = left > 2 ? letters[group & 0x3F] : '=';
    }
    out->output.length = (size_t)(next - out->output.data);
}
