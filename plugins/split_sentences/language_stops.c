/* Sentences by their own stops. Chinese, Japanese and Hindi stops end a sentence whatever follows,
 * a full stop as in English only before white space; a quotation may go on with who spoke it.
 */
#include "language_walk.h"

#define GOES_ON_CHARACTERS 4 /* of the longest word of class goes_on */
#define SAYING_CHARACTERS  8 /* within which a quotation's verb follows */

typedef struct own_stop {
    size_t end;    /* behind closing marks */
    bool full;     /* needs no white space behind it */
    bool quoted;   /* a quotation ended with it */
    bool ellipsis; /* nothing but dots, from two on */
} own_stop;

static bool is_full_stop(character here)
{
    if (here.class == CHARACTER_FULL_STOP) return here.code != 0xFF0E;
    return here.code == 0x0964 || here.code == 0x0965 || here.code == 0x061F || here.code == 0x06D4;
}

static bool is_closing_quote(character here)
{
    return here.class == CHARACTER_QUOTE || here.class == CHARACTER_CLOSE_QUOTE ||
           here.code == 0x300F;
}

static bool is_closing_bracket(character here)
{
    return here.class == CHARACTER_CLOSE_BRACKET || here.code == 0xFF09 || here.code == 0x3011 ||
           here.code == 0x3009 || here.code == 0x300B;
}

static own_stop read_stop(mill_text text, size_t at)
{
    own_stop stop = {at, false, false, false};
    unsigned dots = 0, others = 0;
    while (stop.end < text.length) {
        character here = character_at(text.data + stop.end);
        if (here.code == '.' || here.code == 0x2026)
            dots += here.code == '.' ? 1 : 2;
        else if (is_full_stop(here) || here.class == CHARACTER_STOP)
            others++;
        else if (is_closing_quote(here))
            stop.quoted = true;
        else if (!is_closing_bracket(here))
            break;
        stop.full |= is_full_stop(here);
        stop.end += here.length;
    }
    stop.ellipsis = dots > 1 && others == 0;
    return stop;
}

/* Tells whether a word of a class begins at `at`. */
static bool has_word(const language_walk *walk, size_t at, unsigned class, unsigned characters)
{
    size_t end = at;
    for (unsigned i = 0; i < characters && end < walk->text.length; i++) {
        end += character_at(walk->text.data + end).length;
        mill_text word = {walk->text.data + at, end - at};
        if ((language_word(walk->words, word) & class) != 0) return true;
    }
    return false;
}

/* Behind a quotation: does the sentence go on, or say who spoke? */
static bool goes_on(const language_walk *walk, size_t next)
{
    mill_text text = walk->text;
    if (has_word(walk, next, WORD_GOES_ON, GOES_ON_CHARACTERS)) return true;
    for (unsigned i = 0; i < SAYING_CHARACTERS && next < text.length; i++) {
        character here = character_at(text.data + next);
        if (here.class != CHARACTER_OTHER || is_full_stop(here)) return false;
        if (has_word(walk, next, WORD_SAYING, 2)) return true;
        next += here.length;
    }
    return false;
}

static bool is_digit_word(mill_text word)
{
    size_t at = 0;
    while (at < word.length && word.data[at] >= '0' && word.data[at] <= '9') at++;
    return at == word.length;
}

static bool period_ends(const language_walk *walk, size_t at, const own_stop *stop)
{
    mill_text word = language_word_before(walk, at);
    if (word.length == 0 || stop->quoted || stop->end > at + 1) return true;
    if (is_digit_word(word)) return word.data != walk->text.data + walk->lines.begin;
    bool initial = character_at(word.data).length == word.length;
    return !initial && (language_word(walk->words, word) & WORD_NEVER) == 0;
}

static bool stop_ends(const language_walk *walk, size_t at, const own_stop *stop, size_t next)
{
    mill_text text = walk->text;
    if (next >= text.length || has_line_break(text, stop->end, next)) return true;
    if (stop->ellipsis && !stop->quoted) return false;
    bool strong = text.data[at] == '!' || text.data[at] == '?';
    bool needs_space = !stop->full && !(walk->unspaced && strong);
    if (needs_space && next == stop->end) return false;
    if (stop->quoted && goes_on(walk, next)) return false;
    return text.data[at] != '.' || period_ends(walk, at, stop);
}

static void visit_stop(language_walk *walk, size_t at)
{
    character here = character_at(walk->text.data + at);
    if (here.class != CHARACTER_STOP && !is_full_stop(here)) return;
    own_stop stop = read_stop(walk->text, at);
    size_t next = skip_space(walk->text, stop.end);
    walk->lines.resume = stop.end;
    if (stop_ends(walk, at, &stop, next)) close_sentence(walk, stop.end, next);
}

static void visit_line_end(language_walk *walk, size_t at)
{
    mill_text text = walk->text;
    size_t end = trim_space(text, walk->lines.begin, at), next = skip_space(text, at);
    bool ends = walk->unspaced ? walk->lines.options->newline != NEWLINE_PARAGRAPH ||
                                     has_blank_line(text, end, next)
                               : line_ends_sentence(&walk->lines, at);
    walk->lines.resume = next;
    if (ends && end > walk->lines.begin) close_sentence(walk, end, next);
}

/* Where a stop may be: of those beyond ASCII the first byte. */
static uint64_t candidates(const char *block)
{
    uint64_t set = mill_scan_either(block, '!', '?') | mill_scan_either(block, '.', '\n');
    return set | mill_scan_either(block, (char)0xE3, (char)0xEF) |
           mill_scan_either(block, (char)0xE0, (char)0xE2) |
           mill_scan_either(block, (char)0xD8, (char)0xDB);
}

void split_by_stops(language_walk *walk)
{
    mill_text text = walk->text;
    for (size_t block = 0; block < text.length; block += MILL_SCAN_BLOCK) {
        for (uint64_t set = candidates(text.data + block); set != 0; set &= set - 1) {
            size_t at = block + mill_scan_first(set);
            if (at < walk->lines.resume || at >= text.length) continue;
            if (text.data[at] == '\n')
                visit_line_end(walk, at);
            else
                visit_stop(walk, at);
        }
    }
}
