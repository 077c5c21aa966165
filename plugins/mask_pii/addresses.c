/* Mail addresses, names of accounts, hashtags and URLs are found around the sign that makes them
 * one. Closing punctuation is left to the sentence. */
#include "finders.h"

static inline bool is_host_byte(char byte)
{
    return is_letter(byte) || is_digit(byte) || byte == '-' || byte == '.';
}

/* Returns where a host name ends that begins at `at`, 0 if it is none: labels with dots between
 * them, the last one of letters. */
static size_t host_end(mill_text text, size_t at)
{
    size_t end = at, label = at;
    while (end < text.length && end - at < FINDER_REACH && is_host_byte(text.data[end])) end++;
    while (end > at && !is_letter(text.data[end - 1]) && !is_digit(text.data[end - 1])) end--;
    for (size_t i = at; i < end; i++)
        if (text.data[i] == '.') label = i + 1;
    if (label == at || end - label < 2 || text.data[at] == '.') return 0;
    for (size_t i = label; i < end; i++)
        if (!is_letter(text.data[i])) return 0;
    return end;
}

mill_span find_email(mill_text text, size_t from, size_t at)
{
    size_t begin = at, end = host_end(text, at + 1);
    while (begin > from && at - begin < 64 &&
           (is_letter(text.data[begin - 1]) || is_digit(text.data[begin - 1]) ||
            strchr("._%+-'", text.data[begin - 1])))
        begin--;
    while (begin < at && strchr(".'-", text.data[begin])) begin++;
    if (begin == at || end == 0 || text.data[at - 1] == '.') return nothing;
    if (end < text.length && text.data[end] == '@') return nothing;
    return make_span(begin, end);
}

mill_span find_user(mill_text text, size_t from, size_t at)
{
    size_t end = at + 1;
    if (at > from && (is_word(text.data[at - 1]) || strchr("./@", text.data[at - 1])))
        return nothing;
    if (at == from && at > 0 && is_word(text.data[at - 1])) return nothing;
    while (end < text.length && end - at < FINDER_REACH &&
           (is_letter(text.data[end]) || is_digit(text.data[end]) || text.data[end] == '_' ||
            (text.data[end] == '.' && is_letter(text.data[end + 1]) &&
             mill_lower((unsigned char)text.data[end + 1]) == (unsigned char)text.data[end + 1])))
        end++;
    bool has_letter = false;
    for (size_t i = at + 1; i < end; i++)
        has_letter |= is_letter(text.data[i]) || text.data[i] == '_';
    if (!has_letter) return nothing;
    size_t host = text.data[end] == '@' ? host_end(text, end + 1) : 0;
    return make_span(at, host != 0 ? host : end);
}

mill_span find_tag(mill_text text, size_t from, size_t at)
{
    size_t end = at + 1;
    bool has_letter = false;
    (void)from;
    if (at > 0 && (is_word(text.data[at - 1]) || strchr("&#/", text.data[at - 1]))) return nothing;
    for (; end < text.length && end - at < FINDER_REACH; end++) {
        unsigned char byte = (unsigned char)text.data[end];
        bool punctuation = byte == 0xE2 && (unsigned char)text.data[end + 1] == 0x80; /* ’ … – */
        if (!is_word(text.data[end]) || punctuation || byte == 0xC2 || byte == 0xE3) break;
        has_letter |= is_letter(text.data[end]) || byte >= 0x80;
    }
    while (end > at + 1 && end < text.length && ((unsigned char)text.data[end] & 0xC0u) == 0x80)
        end--;
    return has_letter ? make_span(at, end) : nothing;
}

/* ---- URLs ---------------------------------------------------------------------------------- */

static bool ends_url(const char *data)
{
    unsigned char byte = (unsigned char)*data;
    if (byte <= ' ' || byte == 0x7F || strchr("<>\"`{}|^", byte)) return true;
    if (byte == 0xC2) return true;                         /* no-break space, « » */
    return byte == 0xE2 && (unsigned char)data[1] == 0x80; /* ’ ” … – */
}

/* Leaves closing punctuation out, and closing brackets that the URL does not open. */
static size_t trim_url(mill_text text, size_t begin, size_t end)
{
    int open = 0;
    for (size_t i = begin; i < end; i++) open += (text.data[i] == '(') - (text.data[i] == ')');
    for (; end > begin; end--) {
        char last = text.data[end - 1];
        if (last == ')' && open < 0)
            open++;
        else if (last == '(')
            open--;
        else if (strchr(".,;:!?'*]", last) == NULL)
            break;
    }
    return end;
}

static mill_span url_from(mill_text text, size_t begin, size_t at)
{
    while (at < text.length && !ends_url(text.data + at)) at++;
    return make_span(begin, trim_url(text, begin, at));
}

static bool is_scheme(mill_text scheme)
{
    static const char *const schemes[] = {"http", "https", "ftp", "ftps", "sftp", "rtsp"};
    for (size_t i = 0; i < MILL_COUNT(schemes); i++) {
        size_t same = 0;
        while (same < scheme.length &&
               mill_same_letter((unsigned char)schemes[i][same], (unsigned char)scheme.data[same]))
            same++;
        if (same == scheme.length && schemes[i][same] == '\0') return true;
    }
    return false;
}

/* "example.org/path": a host in small letters before a stroke. */
static mill_span find_path(mill_text text, size_t from, size_t at)
{
    size_t begin = at;
    while (begin > from && at - begin < FINDER_REACH && is_host_byte(text.data[begin - 1])) begin--;
    if (begin == at || (begin > 0 && strchr("@/_", text.data[begin - 1]))) return nothing;
    if (host_end(text, begin) != at || !is_word(text.data[at + 1])) return nothing;
    for (size_t i = at; text.data[i - 1] != '.'; i--)
        if ((unsigned)text.data[i - 1] - 'a' >= 26u) return nothing;
    return url_from(text, begin, at);
}

mill_span find_url(mill_text text, size_t from, size_t at)
{
    if (text.data[at] != '/') {
        if (at > 0 && (is_word(text.data[at - 1]) || text.data[at - 1] == '@')) return nothing;
        bool www = mill_same_letter((unsigned char)text.data[at + 1], 'w') &&
                   mill_same_letter((unsigned char)text.data[at + 2], 'w') &&
                   text.data[at + 3] == '.' && is_word(text.data[at + 4]);
        return www ? url_from(text, at, at) : nothing;
    }
    size_t begin = at > from ? at - 1 : at;
    if (begin == at || text.data[begin] != ':') return find_path(text, from, at);
    while (begin > from && at - begin < 8 && is_letter(text.data[begin - 1])) begin--;
    mill_text scheme = {text.data + begin, at - 1 - begin};
    if (text.data[at + 1] != '/' || !is_scheme(scheme) || ends_url(text.data + at + 2))
        return nothing;
    return url_from(text, begin, at + 2);
}
