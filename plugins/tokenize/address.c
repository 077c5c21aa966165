/* address - see address.h. An e-mail address is found from its @, both ways; the limits are those
 * of RFC 5321. A URL ends at white space or at what may not be in one; then marks that rather
 * belong to the sentence are taken off its end.
 */
#include "address.h"

#define LOCAL_MAX  64 /* bytes before the @ */
#define DOMAIN_MAX 255

static inline bool is_letter(char byte)
{
    return ((unsigned char)byte | 0x20u) - 'a' < 26u;
}

static inline bool is_alphanumeric(char byte)
{
    return is_letter(byte) || (unsigned)(unsigned char)byte - '0' < 10u;
}

static bool is_one_of(char byte, const char *set)
{
    return byte != '\0' && strchr(set, byte) != NULL;
}

/* ---- E-mail -------------------------------------------------------------------------------- */

/* Returns where the part before the @ begins; `at` if it can be none. */
static size_t local_begin(mill_text text, size_t from, size_t at)
{
    size_t limit = at - from > LOCAL_MAX ? at - LOCAL_MAX : from;
    size_t begin = at;
    while (begin > limit &&
           (is_alphanumeric(text.data[begin - 1]) || is_one_of(text.data[begin - 1], "._%+-")))
        begin--;
    if (begin == limit && limit > from && is_alphanumeric(text.data[begin - 1])) return at;
    while (begin < at && !is_alphanumeric(text.data[begin])) begin++;
    bool inside = begin > 0 &&
                  ((unsigned char)text.data[begin - 1] >= 0x80 ||
                   is_alphanumeric(text.data[begin - 1]) || is_one_of(text.data[begin - 1], "/:@"));
    return inside ? at : begin;
}

/* Returns where the domain that begins at `begin` ends; `begin` unless its last label is letters
 * behind a stop. */
static size_t domain_end(mill_text text, size_t begin)
{
    size_t end = begin;
    while (end - begin < DOMAIN_MAX &&
           (is_alphanumeric(text.data[end]) || is_one_of(text.data[end], ".-")))
        end++;
    if (end - begin == DOMAIN_MAX || (unsigned char)text.data[end] >= 0x80) return begin;
    while (end > begin && !is_alphanumeric(text.data[end - 1])) end--;
    size_t label = end;
    while (label > begin && is_letter(text.data[label - 1])) label--;
    bool fine = end - label >= 2 && label > begin + 1 && text.data[label - 1] == '.' &&
                is_alphanumeric(text.data[begin]);
    return fine ? end : begin;
}

mill_span address_find_email(mill_text text, size_t from)
{
    const char *stop = text.data + text.length;
    size_t begin = from;
    for (const char *at = text.data + from;
         at < stop && (at = memchr(at, '@', (size_t)(stop - at))) != NULL; at++) {
        size_t middle = (size_t)(at - text.data);
        size_t local = local_begin(text, begin, middle);
        size_t end = domain_end(text, middle + 1);
        if (local < middle && end > middle + 1) return (mill_span){(uint32_t)local, (uint32_t)end};
        begin = middle + 1;
    }
    return (mill_span){(uint32_t)text.length, (uint32_t)text.length};
}

/* ---- URL ----------------------------------------------------------------------------------- */

/* Takes off the end what rather belongs to the sentence: stops, and brackets that were not opened
 * within the URL, as those of an encyclopedia are. */
static size_t trim_url(mill_text text, size_t behind, size_t end)
{
    size_t opened = 0, closed = 0;
    for (size_t i = behind; i < end; i++) {
        opened += text.data[i] == '(';
        closed += text.data[i] == ')';
    }
    for (; end > behind; end--) {
        bool bracket = text.data[end - 1] == ')' && closed > opened;
        if (!bracket && !is_one_of(text.data[end - 1], ".,;:!?'*_")) break;
        closed -= bracket;
    }
    return end;
}

size_t address_url_end(mill_text text, size_t begin, size_t behind)
{
    if (!is_alphanumeric(text.data[behind])) return begin;
    size_t end = behind;
    while (end < text.length && (unsigned char)text.data[end] > ' ' &&
           (unsigned char)text.data[end] < 0x7F && !is_one_of(text.data[end], "<>\"`{}|\\^"))
        end++;
    return trim_url(text, behind, end);
}
