/* sink - see sink.h. One sentence is held back until the next one shows whether they belong
 * together; a blank line always parts them. A search for a closing quotation mark that failed is
 * not made again before the place where it ended, so that the work stays linear.
 */
#include "sink.h"

#include "characters.h"
#include "space.h"

#define NO_PLACE ((size_t)-1)

/* ---- Quotations ---------------------------------------------------------------------------- */

static bool is_blank_line(mill_text text, size_t at)
{
    return text.data[at] == '\n' && text.data[at + 1] == '\n';
}

static bool opens_quotation(mill_text text, size_t at, character here)
{
    if (here.code == 0x201C || here.code == 0xAB) return true;
    if (here.code != '"') return false;
    return at == 0 || character_at(text.data + at - 1).class == CHARACTER_SPACE ||
           character_at(text.data + at - 1).class == CHARACTER_OPEN_BRACKET;
}

static bool closes_quotation(character opener, character here)
{
    if (opener.code == '"') return here.code == '"';
    return here.code == (opener.code == 0xAB ? 0xBB : 0x201D);
}

/* Where the quotation ends that opens at `at`, behind its mark; NO_PLACE with `unpaired_until` set
 * if it does not before the paragraph does. */
static size_t quotation_end(sentence_sink *sink, size_t at)
{
    mill_text text = sink->text;
    character opener = character_at(text.data + at);
    for (at += opener.length; at < text.length && !is_blank_line(text, at);) {
        character here = character_at(text.data + at);
        at += here.length;
        if (closes_quotation(opener, here)) return at;
    }
    sink->unpaired_until = at;
    return NO_PLACE;
}

/* Tells whether a quotation that begins in text[begin, end) goes on behind `end`. */
static bool is_inside_quotation(sentence_sink *sink, size_t begin, size_t end)
{
    size_t at = begin > sink->quotation_end ? begin : sink->quotation_end;
    while (at < end) {
        character here = character_at(sink->text.data + at);
        bool opens = at >= sink->unpaired_until && opens_quotation(sink->text, at, here);
        size_t close = opens ? quotation_end(sink, at) : NO_PLACE;
        at = close != NO_PLACE ? close : at + here.length;
    }
    sink->quotation_end = at;
    return at > end;
}

/* ---- Lengths ------------------------------------------------------------------------------- */

/* Counts characters, up to `most`. */
static size_t count_characters(mill_text text, size_t begin, size_t end, size_t most)
{
    size_t count = 0;
    for (size_t at = begin; at < end && count < most; at++)
        count += ((unsigned char)text.data[at] & 0xC0u) != 0x80u;
    return count;
}

/* The place that is `count` characters behind `begin`. */
static size_t place_behind(mill_text text, size_t begin, size_t end, size_t count)
{
    size_t at = begin;
    while (at < end && count > 0) {
        at++;
        while (at < end && ((unsigned char)text.data[at] & 0xC0u) == 0x80u) at++;
        count--;
    }
    return at;
}

/* The best place to cut in the second half of text[begin, limit): behind a semicolon or colon, else
 * a comma, else a word, else at the limit. */
static size_t best_cut(mill_text text, size_t begin, size_t limit)
{
    static const char *const marks[] = {";:", ",", ""};
    for (size_t i = 0; i < MILL_COUNT(marks); i++)
        for (size_t at = limit; at > begin + (limit - begin) / 2; at--) {
            if (text.data[at] != ' ' && text.data[at] != '\n') continue;
            if (marks[i][0] == '\0' || strchr(marks[i], text.data[at - 1]) != NULL) return at;
        }
    return limit;
}

/* ---- Spans --------------------------------------------------------------------------------- */

/* Adds the open sentence, in parts if it is too long. */
static void flush(const sentence_sink *sink)
{
    mill_text text = sink->text;
    size_t begin = sink->open.begin, end = sink->open.end, most = sink->options->max_length;
    while (begin < end) {
        size_t limit = most > 0 ? place_behind(text, begin, end, most) : end;
        size_t cut = limit < end ? best_cut(text, begin, limit) : end;
        mill_span_add(sink->document, sink->options->field, begin, trim_space(text, begin, cut));
        begin = skip_space(text, cut);
    }
}

/* Tells whether a blank line stands between two sentences. */
static bool are_apart(mill_text text, size_t end, size_t begin)
{
    unsigned breaks = 0;
    for (size_t at = end; at < begin; at++) breaks += text.data[at] == '\n';
    return breaks > 1;
}

static bool is_short(const sentence_sink *sink, size_t begin, size_t end)
{
    size_t least = sink->options->min_length;
    return least > 0 && count_characters(sink->text, begin, end, least) < least;
}

void sink_shape(sentence_sink *sink, size_t begin, size_t end)
{
    mill_span *open = &sink->open;
    bool joined =
        open->end > open->begin && !are_apart(sink->text, open->end, begin) &&
        (is_short(sink, open->begin, open->end) || is_short(sink, begin, end) ||
         (sink->options->keep_quotations && is_inside_quotation(sink, open->begin, open->end)));
    if (!joined) {
        flush(sink);
        open->begin = (uint32_t)begin;
    }
    open->end = (uint32_t)end;
}

void sink_finish(sentence_sink *sink)
{
    if (!sink->options->plain) flush(sink);
}
