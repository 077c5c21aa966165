/* marks - see marks.h. One scan by blocks finds marks and line breaks. A mark's neighbours say
 * which way it turns; where they do not, the state does: open or not. An opening mark inside an
 * open quotation shows that the earlier one was never closed, except at the start of a paragraph,
 * where it reopens the quotation that runs on. Each mark is looked at a fixed number of times.
 */
#include "marks.h"

#include "textmill/scan.h"
#include "tokens.h"

#define UNCLOSED_MAX     2000 /* bytes that a quotation without an end may have */
#define WRAPPED_LINE_MAX 100

void marks_begin(mark_reader *reader, const vocabulary *known, mill_text text, bool single_marks)
{
    memset(reader, 0, sizeof *reader);
    reader->known = known;
    reader->text = text;
    reader->single_marks = single_marks;
    const char *at = text.data, *end = text.data + text.length;
    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL && *++at != '\n') {
    }
    reader->blank_lines = at != NULL;
}

/* ---- What stands beside a mark ------------------------------------------------------------- */

/* Returns the byte before `at`, or ' ' for a space, dash or mark beyond ASCII and for the beginning
 * of the text. */
static char byte_before(mill_text text, uint32_t at)
{
    if (at == 0) return ' ';
    unsigned char byte = (unsigned char)text.data[at - 1];
    if (byte < 0x80) return (char)byte;
    if (at >= 2 && (unsigned char)text.data[at - 2] == 0xC2) return ' ';
    if (at < 3 || (unsigned char)text.data[at - 3] != 0xE2) return (char)byte;
    return byte == 0xA6 ? '.' : ' '; /* U+2026, an ellipsis */
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r' || byte == '\0';
}

static bool is_letter(char byte)
{
    return is_word_at(&byte, 0);
}

static bool opens_by_neighbours(mill_text text, uint32_t at, uint32_t after)
{
    char before = byte_before(text, at);
    bool free_before = is_space(before) || strchr("([{-/\"'`", before) != NULL;
    return free_before && !is_space(text.data[after]) && strchr(",;:!?)", text.data[after]) == NULL;
}

static bool closes_by_neighbours(mill_text text, uint32_t at, uint32_t after)
{
    char before = byte_before(text, at);
    bool real = at > 0 && !is_space(text.data[at - 1]) && strchr("([{", before) == NULL;
    return real && !is_letter(text.data[after]);
}

/* 6'4" and the like; `27" screen` is a matter of state. */
static bool is_feet_and_inches(mill_text text, uint32_t at)
{
    uint32_t digits = at;
    while (digits > 0 && at - digits < 3 && (unsigned)text.data[digits - 1] - '0' < 10u) digits--;
    if (digits == at || digits < 2) return false;
    bool feet = text.data[digits - 1] == '\'' || byte_before(text, digits) == ' ';
    uint32_t foot = text.data[digits - 1] == '\'' ? digits - 1 : digits - 3;
    if (!feet || digits < 4) return feet && text.data[digits - 1] == '\'';
    return (unsigned)text.data[foot - 1] - '0' < 10u && !is_space(text.data[digits - 1]);
}

/* ---- Reading one mark ---------------------------------------------------------------------- */

static bool set_mark(quote_mark *mark, mark_family family, mark_turn turn, uint8_t width)
{
    mark->family = (uint8_t)family;
    mark->turn = (uint8_t)turn;
    mark->width = width;
    return true;
}

static bool read_high_mark(const char *data, quote_mark *mark)
{
    if (data[0] == '\xC2')
        return (data[1] == '\xAB' || data[1] == '\xBB') &&
               set_mark(mark, MARK_GUILLEMET, data[1] == '\xAB' ? TURN_OPENS : TURN_CLOSES, 2);
    if (data[1] != '\x80') return false;
    switch ((unsigned char)data[2]) {
    case 0x98: return set_mark(mark, MARK_SINGLE, TURN_OPENS, 3);
    case 0x99: return set_mark(mark, MARK_SINGLE, TURN_CLOSES, 3);
    case 0x9C:
    case 0x9E:
    case 0x9F: return set_mark(mark, MARK_DOUBLE, TURN_OPENS, 3);
    case 0x9D: return set_mark(mark, MARK_DOUBLE, TURN_CLOSES, 3);
    default: return false;
    }
}

static bool read_character(const mark_reader *reader, uint32_t at, quote_mark *mark)
{
    const char *data = reader->text.data + at;
    switch (*data) {
    case '"': return set_mark(mark, MARK_DOUBLE, TURN_EITHER, 1);
    case '`': return data[1] == '`' && set_mark(mark, MARK_TYPED, TURN_OPENS, 2);
    case '\'':
        if (at > 0 && data[-1] == '\'') return false;
        if (data[1] == '\'') return set_mark(mark, MARK_TYPED, TURN_EITHER, 2);
        return set_mark(mark, MARK_SINGLE, TURN_EITHER, 1);
    default: return read_high_mark(data, mark);
    }
}

/* Reads the mark at `at`. Returns false where there is none, or one that cannot be a quotation's.
 */
static bool read_mark(const mark_reader *reader, uint32_t at, quote_mark *mark)
{
    mill_text text = reader->text;
    if (!read_character(reader, at, mark)) return false;
    uint32_t after = at + mark->width;
    if (mark->family == MARK_SINGLE && !reader->single_marks) return false;
    if (mark->turn == TURN_EITHER && is_feet_and_inches(text, at)) return false;
    mark->begin = at;
    mark->may_open = opens_by_neighbours(text, at, after);
    mark->may_close = closes_by_neighbours(text, at, after);
    return true;
}

/* ---- The scan ------------------------------------------------------------------------------ */

/* Tells whether nothing but an apostrophe, dash or the like is at `at`: most of what the scan
 * finds.
 */
static inline bool is_no_mark(const char *data, uint32_t at)
{
    unsigned char byte = (unsigned char)data[at];
    if (byte == '\'') return at > 0 && is_word_at(data, at - 1) && is_word_at(data, at + 1);
    if (byte != 0xE2) return false;
    unsigned char last = (unsigned char)data[at + 2];
    if ((unsigned char)data[at + 1] != 0x80 || last < 0x98 || last > 0x9F) return true;
    return last == 0x99 && at > 0 && is_word_at(data, at - 1) && is_word_at(data, at + 3);
}

/* Returns the next byte that begins a mark or breaks a line; the text's length at its end. */
static uint32_t next_hit(mark_reader *reader)
{
    while (reader->hits == 0) {
        if (reader->block >= reader->text.length) return (uint32_t)reader->text.length;
        const char *block = reader->text.data + reader->block;
        reader->hits = mill_scan_either(block, '"', '\n') | mill_scan_either(block, '\'', '`') |
                       mill_scan_either(block, '\xE2', '\xC2');
        reader->block += MILL_SCAN_BLOCK;
    }
    uint32_t at = reader->block - MILL_SCAN_BLOCK + mill_scan_first(reader->hits);
    reader->hits &= reader->hits - 1;
    return at;
}

/* Tells whether the line break at `at` ends a paragraph. */
static bool breaks_paragraph(const mark_reader *reader, uint32_t at)
{
    if (!reader->blank_lines || at - reader->line > WRAPPED_LINE_MAX) return true;
    uint32_t after = at + 1;
    while (mill_is_blank(reader->text.data[after])) after++;
    return reader->text.data[after] == '\n' || reader->text.data[after] == '\0';
}

static bool is_first_in_paragraph(const mark_reader *reader, uint32_t at)
{
    while (at > reader->paragraph && is_space(reader->text.data[at - 1])) at--;
    return at == reader->paragraph;
}

/* Adds the marks of the paragraph at which the reader stands, and steps behind it. Returns false
 * if the text has ended. */
static bool read_paragraph(mark_reader *reader, quote_passage *passage)
{
    uint32_t length = (uint32_t)reader->text.length;
    while (passage->mark_count < PASSAGE_MARKS_MAX) {
        quote_mark *mark = &passage->marks[passage->mark_count];
        uint32_t at = next_hit(reader);
        bool at_break = at < length && reader->text.data[at] == '\n';
        if (at_break && is_first_in_paragraph(reader, at)) {
            reader->paragraph = reader->line = at + 1;
            continue;
        }
        if (at >= length || (at_break && breaks_paragraph(reader, at))) {
            passage->span.end = at;
            reader->paragraph = reader->line = at < length ? at + 1 : length;
            return at < length;
        }
        if (at_break) {
            reader->line = at + 1;
        } else if (!is_no_mark(reader->text.data, at) && read_mark(reader, at, mark)) {
            mark->first = is_first_in_paragraph(reader, at);
            passage->mark_count++;
        }
    }
    /* More marks than fit: what follows counts as another paragraph. */
    passage->span.end = reader->paragraph =
        passage->marks[PASSAGE_MARKS_MAX - 1].begin + passage->marks[PASSAGE_MARKS_MAX - 1].width;
    return true;
}

/* Tells whether the paragraph at which the reader stands begins with a mark that reopens. */
static bool is_reopened(const mark_reader *reader, const quote_mark *open)
{
    uint32_t at = reader->paragraph;
    quote_mark mark;
    while (at < reader->text.length && is_space(reader->text.data[at])) at++;
    if (at >= reader->text.length || is_no_mark(reader->text.data, at) ||
        !read_mark(reader, at, &mark))
        return false;
    return mark.family == open->family && mark.turn == open->turn && mark.may_open;
}

#define ATTRIBUTION_REACH 60 /* bytes of ", said Ann Lee." */

/* Returns where a paragraph that lost a closing mark says who spoke: behind the comma of `"...,
 * said Ann Lee.` Such a quotation does not run on. Returns 0 where it says nothing of the kind. */
static uint32_t find_attribution(const mark_reader *reader, mill_span paragraph)
{
    const char *data = reader->text.data;
    const uint32_t who = TOKEN_CAPITAL | WORD_PRONOUN | WORD_DETERMINER;
    uint32_t end = paragraph.end, least = paragraph.begin;
    if (end - least > ATTRIBUTION_REACH) least = end - ATTRIBUTION_REACH;
    uint32_t comma = end;
    while (comma > least && data[comma - 1] != ',') comma--;
    if (comma == least) return 0;
    text_token first, second;
    uint32_t next = token_read(reader->known, data, comma, end, &first);
    if (next == 0 || token_read(reader->known, data, next, end, &second) == 0) return 0;
    bool inverted = (first.set & WORD_CUE) && (second.set & who);
    bool straight = (first.set & who) && (second.set & WORD_CUE);
    return inverted || straight ? comma : 0;
}

/* ---- Pairing ------------------------------------------------------------------------------- */

#define NOT_OPEN UINT32_MAX

/* British quotations: a single mark counts only where it can be nothing else. */
static bool opens_single(mill_text text, const quote_mark *mark)
{
    char next = text.data[mark->begin + mark->width];
    return mark->turn != TURN_CLOSES && mark->may_open &&
           (is_letter(next) || strchr("\"\xE2", next) != NULL) && (unsigned)next - '0' >= 10u;
}

static bool closes_single(mill_text text, const quote_mark *mark)
{
    if (mark->turn == TURN_OPENS || !mark->may_close) return false;
    char before = byte_before(text, mark->begin), after = text.data[mark->begin + mark->width];
    if (strchr(",.?!", before) != NULL) return true;
    return before != 's' && after != '\0' && strchr(",:;.", after) != NULL;
}

/* Tells whether one of the marks behind `opener` closes it. A quotation's own opener gives up the
 * search: so each mark is passed over once. */
static bool has_single_closer(mill_text text, const quote_passage *passage, uint32_t opener)
{
    for (uint32_t i = opener + 1; i < passage->mark_count; i++) {
        if (passage->marks[i].family != MARK_SINGLE) continue;
        if (closes_single(text, &passage->marks[i])) return true;
        if (opens_single(text, &passage->marks[i])) return false;
    }
    return false;
}

static bool opens_quote(mill_text text, const quote_passage *passage, uint32_t i)
{
    const quote_mark *mark = &passage->marks[i];
    switch (mark->family) {
    case MARK_SINGLE: return opens_single(text, mark) && has_single_closer(text, passage, i);
    case MARK_GUILLEMET: return true;
    case MARK_TYPED: return mark->may_open && (mark->turn == TURN_OPENS || passage->doubled);
    default: return mark->may_open || (!mark->may_close && mark->turn != TURN_CLOSES);
    }
}

/* A number before a mark may be a length in inches: so it is if the next mark closes as well. */
static bool is_inch_mark(mill_text text, const quote_passage *passage, uint32_t i)
{
    const quote_mark *mark = &passage->marks[i], *next = mark + 1;
    if (mark->turn != TURN_EITHER || mark->begin == 0 || i + 1 >= passage->mark_count) return false;
    return (unsigned)text.data[mark->begin - 1] - '0' < 10u && next->family == MARK_DOUBLE &&
           next->may_close && !next->may_open;
}

typedef enum mark_effect { EFFECT_NONE, EFFECT_CLOSES, EFFECT_REOPENS } mark_effect;

/* What mark `i` does to the quotation that `open` began. */
static mark_effect effect_inside(mill_text text, const quote_passage *passage, uint32_t i,
                                 const quote_mark *open)
{
    const quote_mark *mark = &passage->marks[i];
    if (mark->family != open->family) return EFFECT_NONE;
    if (mark->family == MARK_SINGLE) return closes_single(text, mark) ? EFFECT_CLOSES : EFFECT_NONE;
    if (mark->family == MARK_GUILLEMET)
        return mark->turn != open->turn ? EFFECT_CLOSES : EFFECT_NONE;
    if (mark->may_open && !mark->may_close) return mark->first ? EFFECT_NONE : EFFECT_REOPENS;
    if (is_inch_mark(text, passage, i)) return EFFECT_NONE;
    return EFFECT_CLOSES;
}

static void add_quote(quote_passage *passage, uint32_t begin, uint32_t end, uint32_t opening,
                      uint32_t closing)
{
    const marked quote = {{begin, end}, opening, closing};
    if (passage->quote_count < PASSAGE_QUOTES_MAX && end > begin + opening + closing)
        passage->quotes[passage->quote_count++] = quote;
}

/* Pairs the marks from `from` on. Returns the mark that is still open in the end. */
static uint32_t pair_marks(mill_text text, quote_passage *passage, uint32_t from, uint32_t open)
{
    for (uint32_t i = from; i < passage->mark_count; i++) {
        const quote_mark *mark = &passage->marks[i];
        if (open == NOT_OPEN) {
            if (opens_quote(text, passage, i)) open = i;
            continue;
        }
        const quote_mark *opener = &passage->marks[open];
        mark_effect effect = effect_inside(text, passage, i, opener);
        if (effect == EFFECT_REOPENS) open = i;
        if (effect != EFFECT_CLOSES) continue;
        add_quote(passage, opener->begin, mark->begin + mark->width, opener->width, mark->width);
        open = NOT_OPEN;
    }
    return open;
}

/* A quotation that never closes ends where its paragraph says who spoke, or with it, if that is not
 * far off. */
static void add_unclosed(const mark_reader *reader, quote_passage *passage, const quote_mark *open)
{
    mill_span rest = {open->begin + open->width, passage->span.end};
    while (rest.end > rest.begin && is_space(reader->text.data[rest.end - 1])) rest.end--;
    if (open->family != MARK_DOUBLE || !open->may_open || rest.end == rest.begin) return;
    uint32_t behind = find_attribution(reader, rest);
    uint32_t end = behind != 0 ? behind : rest.end;
    if (end - open->begin <= UNCLOSED_MAX) add_quote(passage, open->begin, end, open->width, 0);
}

bool marks_next(mark_reader *reader, quote_passage *passage)
{
    bool more = true;
    do {
        passage->mark_count = passage->quote_count = 0;
        passage->span.begin = reader->paragraph;
        more = read_paragraph(reader, passage);
        uint32_t open = pair_marks(reader->text, passage, 0, NOT_OPEN);
        while (open != NOT_OPEN && more && is_reopened(reader, &passage->marks[open]) &&
               find_attribution(reader, passage->span) == 0) {
            uint32_t from = passage->mark_count;
            if (from >= PASSAGE_MARKS_MAX) break;
            more = read_paragraph(reader, passage);
            open = pair_marks(reader->text, passage, from, open);
        }
        if (open != NOT_OPEN) add_unclosed(reader, passage, &passage->marks[open]);
    } while (passage->quote_count == 0 && more);
    return passage->quote_count > 0;
}

/* Tells whether a mark closes a nested quotation in single marks. Where the opening one is no
 * apostrophe, the closing one need not stand beside a stop; behind an s it may be a genitive's. */
static bool closes_nested_single(mill_text text, const quote_mark *mark, const quote_mark *opener)
{
    if (closes_single(text, mark)) return true;
    return opener->turn == TURN_OPENS && mark->turn == TURN_CLOSES && mark->may_close &&
           byte_before(text, mark->begin) != 's';
}

/* Finds the mark that closes what mark `open` began, before `end`; NOT_OPEN if none does. */
static uint32_t find_closing(mill_text text, const quote_passage *passage, uint32_t open,
                             uint32_t end)
{
    const quote_mark *opener = &passage->marks[open];
    for (uint32_t i = open + 1; i < passage->mark_count && passage->marks[i].begin < end; i++) {
        const quote_mark *mark = &passage->marks[i];
        mark_effect effect = effect_inside(text, passage, i, opener);
        bool is_single = mark->family == MARK_SINGLE && opener->family == MARK_SINGLE;
        if (effect == EFFECT_CLOSES || (is_single && closes_nested_single(text, mark, opener)))
            return i;
        if (effect == EFFECT_REOPENS) return NOT_OPEN;
    }
    return NOT_OPEN;
}

bool marks_next_nested(mill_text text, const quote_passage *passage, const marked *outer,
                       uint32_t *mark, marked *inner)
{
    const quote_mark *marks = passage->marks;
    uint32_t end = outer->span.end - outer->closing, i = *mark;
    while (i < passage->mark_count && marks[i].begin <= outer->span.begin) i++;
    uint32_t opener = i;
    while (opener > 0 && marks[opener - 1].begin > outer->span.begin) opener--;
    uint8_t family = opener > 0 ? marks[opener - 1].family : (uint8_t)MARK_DOUBLE;
    for (; i < passage->mark_count && marks[i].begin < end; i++) {
        bool opens = marks[i].family == MARK_SINGLE ? opens_single(text, &marks[i])
                                                    : opens_quote(text, passage, i);
        if (marks[i].family == family || !opens) continue;
        uint32_t close = find_closing(text, passage, i, end);
        if (close == NOT_OPEN) continue;
        *inner = (marked){{marks[i].begin, marks[close].begin + marks[close].width},
                          marks[i].width,
                          marks[close].width};
        *mark = close + 1;
        return true;
    }
    return false;
}
