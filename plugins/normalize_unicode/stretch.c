/* The steps of Unicode's annex 15: decompose, put marks in order, compose. utf8proc decomposes and
 * composes; marks are put in order here, because a library that swaps neighbours takes quadratic
 * time for a text of marks alone.
 */
#include "stretch.h"

#include "textmill/utf8.h"

#include <utf8proc.h>

#define EXPANSION_MAX 18 /* characters that one decomposes to, at most: U+FDFA */
#define CLASSES       256

static int options_of(normal_form form)
{
    int options = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE;
    return form == FORM_NFKC ? options | UTF8PROC_COMPAT : options;
}

/* Writes what a character decomposes to; returns how many. */
static size_t decompose(normal_form form, uint32_t code, utf8proc_int32_t *to)
{
    int boundary = 0;
    utf8proc_ssize_t count = utf8proc_decompose_char(
        (utf8proc_int32_t)code, to, EXPANSION_MAX, (utf8proc_option_t)options_of(form), &boundary);
    if (count > 0 && count <= EXPANSION_MAX) return (size_t)count;
    to[0] = (utf8proc_int32_t)code;
    return 1;
}

static size_t compose(utf8proc_int32_t *codes, size_t count)
{
    utf8proc_ssize_t left = utf8proc_normalize_utf32(
        codes, (utf8proc_ssize_t)count, (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    return left < 0 ? count : (size_t)left;
}

static inline int class_of(utf8proc_int32_t code)
{
    return utf8proc_get_property(code)->combining_class;
}

bool stretch_is_unsettled(normal_form form, uint32_t code)
{
    utf8proc_int32_t codes[EXPANSION_MAX];
    const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)code);
    bool joins = property->comb_index >= 0x8000 && property->comb_index != UINT16_MAX;
    bool is_jamo = (code >= 0x1161 && code <= 0x1175) || (code >= 0x11A8 && code <= 0x11C2);
    if (property->combining_class != 0 || joins || is_jamo) return true;
    if (property->decomp_seqindex == UINT16_MAX) return false;
    size_t count = compose(codes, decompose(form, code, codes));
    return count != 1 || codes[0] != (utf8proc_int32_t)code;
}

/* Puts a run of marks in the order of their classes; marks of one class keep theirs. */
static void sort_marks(utf8proc_int32_t *codes, utf8proc_int32_t *spare, size_t count)
{
    size_t places[CLASSES + 1] = {0};
    for (size_t i = 0; i < count; i++) places[class_of(codes[i]) + 1]++;
    for (size_t i = 0; i < CLASSES; i++) places[i + 1] += places[i];
    for (size_t i = 0; i < count; i++) spare[places[class_of(codes[i])]++] = codes[i];
    memcpy(codes, spare, count * sizeof *codes);
}

static void order_marks(utf8proc_int32_t *codes, utf8proc_int32_t *spare, size_t count)
{
    for (size_t begin = 0; begin < count;) {
        size_t end = begin;
        bool in_order = true;
        while (end < count && class_of(codes[end]) != 0) {
            if (end > begin && class_of(codes[end]) < class_of(codes[end - 1])) in_order = false;
            end++;
        }
        if (!in_order) sort_marks(codes + begin, spare, end - begin);
        begin = end > begin ? end : begin + 1;
    }
}

/* Replaces the part of the stretch that changes, in whole characters. */
static void replace(mill_document *document, const char *data, mill_span stretch, const char *with,
                    size_t length)
{
    size_t begin = stretch.begin, end = stretch.end, head = 0;
    while (begin + head < end && head < length && data[begin + head] == with[head]) head++;
    if (begin + head == end && head == length) return;
    while (head > 0 && (((unsigned char)data[begin + head] & 0xC0u) == 0x80 ||
                        (head < length && ((unsigned char)with[head] & 0xC0u) == 0x80)))
        head--;
    begin += head;
    with += head;
    length -= head;
    size_t tail = 0;
    while (tail < end - begin && tail < length && data[end - 1 - tail] == with[length - 1 - tail])
        tail++;
    while (tail > 0 && ((unsigned char)data[end - tail] & 0xC0u) == 0x80) tail--;
    mill_edit(document, begin, end - tail, with, length - tail);
}

bool stretch_normalize(normal_form form, mill_document *document, mill_text text, mill_span stretch)
{
    enum { LOCAL = 64 };
    utf8proc_int32_t local[2 * LOCAL * EXPANSION_MAX], *codes = local;
    char local_bytes[LOCAL * EXPANSION_MAX * 4], *bytes = local_bytes;
    utf8proc_int32_t expanded[EXPANSION_MAX];
    uint32_t code;
    size_t room = 0, count = 0, length = 0;
    for (size_t at = stretch.begin; at < stretch.end; room += decompose(form, code, expanded))
        at += mill_utf8_read(text.data + at, &code);
    if (room > (size_t)LOCAL * EXPANSION_MAX) {
        codes = mill_alloc(document, 2 * room * sizeof *codes);
        bytes = mill_alloc(document, 4 * room);
        if (codes == NULL || bytes == NULL) return false;
    }
    for (size_t at = stretch.begin; at < stretch.end;) {
        at += mill_utf8_read(text.data + at, &code);
        size_t more = decompose(form, code, expanded);
        memcpy(codes + count, expanded, more * sizeof *codes);
        count += more;
    }
    order_marks(codes, codes + room, count);
    count = compose(codes, count);
    for (size_t i = 0; i < count; i++)
        length += (size_t)utf8proc_encode_char(codes[i], (utf8proc_uint8_t *)bytes + length);
    replace(document, text.data, stretch, bytes, length);
    return true;
}
