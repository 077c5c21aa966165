/* web - ends of sentences that no stop marks: addresses, dates of messages, rules, emoticons.
 * Text from the web and from mail is full of them; news prose has few.
 */
#include "walk.h"

#define RULE_MIN    3   /* marks in a row that end a sentence */
#define LINE_MIN    10  /* marks in a row that draw a line, which stands for itself */
#define ADDRESS_MAX 256 /* bytes of an address that are looked at */

/* Tells whether a space and a capital letter follow. */
static bool capital_follows(const char *data)
{
    return data[0] == ' ' && ascii_class(data[1]) == CHARACTER_UPPER;
}

static bool is_address_part(char byte)
{
    return (unsigned char)byte > ' ' && strchr("<>\"'", byte) == NULL;
}

/* Where the address that goes on at `at` ends, without the punctuation behind it. */
static size_t address_end(const text_walk *walk, size_t at)
{
    const char *data = walk->text.data;
    size_t end = at;
    while (end - at < ADDRESS_MAX && is_address_part(data[end])) end++;
    while (end > at && strchr(".,;:!?)]", data[end - 1]) != NULL) end--;
    return end;
}

/* A sentence ends with an address before a capital, and before another address. */
static bool ends_behind_address(text_walk *walk, size_t at, size_t *end)
{
    const char *data = walk->text.data;
    *end = walk->resume = address_end(walk, at);
    if (data[*end] == '>') walk->resume = ++*end;
    return capital_follows(data + *end) || (data[*end] == ' ' && is_url(data + *end + 1));
}

bool address_ends_sentence(text_walk *walk, size_t at, size_t *end)
{
    const char *data = walk->text.data;
    walk->resume = at + 1;
    if (at == walk->begin || !is_address_part(data[at - 1]) || !is_ascii_letter(data[at + 1]))
        return false;
    return ends_behind_address(walk, at, end);
}

bool angle_ends_sentence(text_walk *walk, size_t at, size_t *end)
{
    const char *data = walk->text.data;
    bool closes = at > walk->begin && strchr(" -=", data[at - 1]) == NULL;
    *end = walk->resume = at + 1;
    return closes && capital_follows(data + at + 1);
}

/* ---- Dates of messages --------------------------------------------------------------------- */

static size_t digits_end(const char *data, size_t at, unsigned most)
{
    for (unsigned i = 0; i < most && is_ascii_digit(data[at]); i++) at++;
    return at;
}

/* 02/13/2001 08:02 PM, from its first slash on: where it ends, or 0. */
static size_t stamp_end(const char *data, size_t slash)
{
    size_t at = digits_end(data, slash + 1, 2);
    if (at == slash + 1 || data[at] != '/') return 0;
    size_t year = at + 1;
    at = digits_end(data, year, 4);
    if (at == year || data[at] != ' ') return 0;
    size_t hour = at + 1;
    at = digits_end(data, hour, 2);
    if (at == hour) return 0;
    while (data[at] == ':' && is_ascii_digit(data[at + 1])) at = digits_end(data, at + 1, 2);
    if (data[at] == ' ' && (data[at + 1] == 'A' || data[at + 1] == 'P') && data[at + 2] == 'M')
        at += 3;
    return ascii_class(data[at]) == CHARACTER_SPACE || data[at] == '\0' ? at : 0;
}

/* A stamp stands for itself behind a name, not behind "on" or "at". */
static size_t stamp_begin(const text_walk *walk, size_t slash)
{
    const char *data = walk->text.data;
    size_t begin = slash;
    while (begin > walk->begin && is_ascii_digit(data[begin - 1])) begin--;
    if (begin <= walk->begin + 1 || data[begin - 1] != ' ') return 0;
    char last = data[begin - 2];
    mill_text word = word_before(walk, begin - 1);
    bool named = word.length > 0 && ascii_class(*word.data) != CHARACTER_LOWER;
    return named || last == '>' || memchr(word.data, '@', word.length) != NULL ? begin : 0;
}

/* At the stamp's slash the sentence before it ends, if one is open. */
static bool stamp_ends_sentence(text_walk *walk, size_t at, size_t *end)
{
    size_t stop = stamp_end(walk->text.data, at);
    if (stop == 0) return false;
    size_t begin = stamp_begin(walk, at);
    *end = begin != 0 ? begin : stop;
    if (begin == 0)
        walk->resume = stop;
    else
        walk->resume = at; /* the stamp itself is looked at again */
    return begin != 0 || capital_follows(walk->text.data + stop);
}

bool slash_ends_sentence(text_walk *walk, size_t at, size_t *end)
{
    const char *data = walk->text.data;
    walk->resume = at + 1;
    if (at == walk->begin) return false;
    if (data[at - 1] == ':' && data[at + 1] == '/') return ends_behind_address(walk, at, end);
    return is_ascii_digit(data[at - 1]) && is_ascii_digit(data[at + 1]) &&
           stamp_ends_sentence(walk, at, end);
}

/* ---- Labels, rules, emoticons -------------------------------------------------------------- */

/* "The new hall Image: Ann Orr": a credit follows a caption. */
bool colon_ends_sentence(text_walk *walk, size_t at, size_t *end)
{
    const char *data = walk->text.data;
    walk->resume = at + 1;
    if (at == walk->begin || !is_ascii_letter(data[at - 1]) || !capital_follows(data + at + 1))
        return false;
    mill_text word = word_before(walk, at);
    size_t begin = (size_t)(word.data - data);
    if (ascii_class(*word.data) != CHARACTER_UPPER || begin <= walk->begin + 1 ||
        data[begin - 1] != ' ' || (neighbour_of(walk, word) & NEIGHBOUR_LABEL) == 0)
        return false;
    *end = begin;
    return is_ascii_letter(data[begin - 2]);
}

/* A line drawn with marks parts what stands before it from what follows. */
bool rule_ends_sentence(text_walk *walk, size_t at, size_t *end)
{
    const char *data = walk->text.data;
    size_t stop = at, begin = at - 1;
    while (stop < walk->text.length && data[stop] == data[begin]) stop++;
    *end = walk->resume = stop;
    if (stop - begin >= LINE_MIN && begin > walk->begin && data[begin - 1] == ' ') {
        *end = begin;
        walk->resume = at;
        return true;
    }
    return stop - begin >= RULE_MIN && capital_follows(data + stop);
}

bool bracket_ends_sentence(text_walk *walk, size_t at, size_t *end)
{
    const char *data = walk->text.data;
    *end = walk->resume = at + 1;
    if (at == walk->begin) return false;
    char before = data[at - 1];
    bool smile =
        before == ':' || before == ';' ||
        (before == '-' && at > walk->begin + 1 && (data[at - 2] == ':' || data[at - 2] == ';'));
    if (smile) return capital_follows(data + at + 1);
    if (data[at + 1] != ' ') return false;
    size_t cut = at;
    mill_text word = word_before(walk, at);
    if (!take_item(walk, word, &cut)) return false;
    *end = cut;
    return cut < at;
}
