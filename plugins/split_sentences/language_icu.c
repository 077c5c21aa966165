/* ICU's breaks, and the look around each that takes back what its rules cannot know: abbreviations,
 * initials, ordinals, who spoke a quotation, lines that were broken to a width.
 */
#include "language_walk.h"

#define WORD_BYTES    48 /* a longer word is no abbreviation */
#define CLOSING_MARKS 8
#define OPENING_MARKS 8 /* between the break and the first letter behind it */

mill_text language_word_before(const language_walk *walk, size_t end)
{
    const char *data = walk->text.data;
    size_t floor = walk->lines.begin, begin = end;
    if (end - floor > WORD_BYTES) floor = end - WORD_BYTES;
    while (begin > floor) {
        size_t previous = character_begin(data, begin);
        character here = character_at(data + previous);
        bool wide = here.class == CHARACTER_OTHER && here.code >= 0x80;
        bool part = character_is_letter(here.class) || here.class == CHARACTER_DIGIT ||
                    here.code == '.' || wide;
        if (!part || previous < floor) break;
        begin = previous;
    }
    while (begin < end && data[begin] == '.') begin++;
    return (mill_text){data + begin, end - begin};
}

static mill_text language_word_at(mill_text text, size_t at)
{
    size_t end = at;
    while (end < text.length && end - at < WORD_BYTES) {
        character here = character_at(text.data + end);
        if (!character_is_letter(here.class)) break;
        end += here.length;
    }
    return (mill_text){text.data + at, end - at};
}

/* Tells whether a word that begins sentences is at `at`, and no initial that is spelled like one.
 */
static bool is_starter(const language_walk *walk, size_t at)
{
    mill_text word = language_word_at(walk->text, at);
    bool initial = word.data[word.length] == '.' && character_at(word.data).length == word.length;
    return !initial && (language_word(walk->words, word) & WORD_STARTER) != 0;
}

static bool is_closing(character_class class)
{
    return class == CHARACTER_QUOTE || class == CHARACTER_OPEN_QUOTE ||
           class == CHARACTER_CLOSE_QUOTE || class == CHARACTER_CLOSE_BRACKET;
}

/* Returns where the stop begins that a sentence up to `end` ends with, before quotation marks and
 * brackets (a German quotation ends with what opens an English one); `end` if there is none. */
static size_t find_stop(const language_walk *walk, size_t end, bool *quoted)
{
    size_t at = end;
    *quoted = false;
    while (at > walk->lines.begin) {
        at = character_begin(walk->text.data, at);
        character here = character_at(walk->text.data + at);
        if (here.class == CHARACTER_STOP) return at;
        if (!is_closing(here.class) && here.class != CHARACTER_SPACE) return end;
        *quoted |= is_closing(here.class) && here.class != CHARACTER_CLOSE_BRACKET;
    }
    return end;
}

static size_t skip_closing(mill_text text, size_t at)
{
    for (unsigned i = 0; i < CLOSING_MARKS && is_closing(character_at(text.data + at).class); i++)
        at += character_at(text.data + at).length;
    return at;
}

/* Returns the first letter or digit from `at` on, behind opening marks and dashes. */
static size_t skip_opening(mill_text text, size_t at)
{
    for (unsigned i = 0; i < OPENING_MARKS && at < text.length; i++) {
        character here = character_at(text.data + at);
        if (character_is_letter(here.class) || here.class == CHARACTER_DIGIT) break;
        at += here.length;
    }
    return at;
}

static bool is_short_number(mill_text word)
{
    if (word.length > 2) return false;
    for (size_t i = 0; i < word.length; i++)
        if (word.data[i] < '0' || word.data[i] > '9') return false;
    return true;
}

/* U.S.A and z.B: no part between stops has more than two letters. */
static bool is_acronym(mill_text word)
{
    size_t letters = 0, stops = 0;
    for (size_t at = 0; at < word.length;) {
        character here = character_at(word.data + at);
        letters = here.code == '.' ? 0 : letters + 1;
        stops += here.code == '.';
        if (letters > 2 || here.class == CHARACTER_DIGIT) return false;
        at += here.length;
    }
    return stops > 0;
}

/* What a word is that is in no list: an initial and an acronym may be abbreviations. */
static unsigned guess_class(mill_text word)
{
    character first = character_at(word.data);
    bool letter = character_is_letter(first.class) && first.length == word.length;
    if (letter) return first.class == CHARACTER_LOWER ? WORD_NEVER : WORD_MAYBE;
    return is_acronym(word) ? WORD_MAYBE : 0;
}

/* A full stop: what decides is the word before it and whatever follows. */
static bool period_ends(const language_walk *walk, size_t stop, character_class next_class,
                        size_t next)
{
    mill_text word = language_word_before(walk, stop);
    if (word.length == 0) return true;
    if (is_short_number(word)) {
        bool item = word.data == walk->text.data + walk->lines.begin;
        if (item || (walk->ordinals && !is_starter(walk, next))) return false;
        unsigned known = language_word(walk->words, language_word_at(walk->text, next));
        return (known & WORD_ORDINAL) == 0;
    }
    unsigned known = language_word(walk->words, word) & (WORD_NEVER | WORD_MAYBE | WORD_NUMBER);
    if (known == 0) known = guess_class(word);
    if (next_class == CHARACTER_DIGIT) return known == 0;
    if ((known & WORD_NEVER) != 0) return false;
    return (known & WORD_MAYBE) == 0 || is_starter(walk, next);
}

static bool stop_ends(const language_walk *walk, size_t stop, bool quoted, size_t next)
{
    mill_text text = walk->text;
    size_t letter = skip_opening(text, next);
    character_class class = character_at(text.data + letter).class;
    if (class == CHARACTER_LOWER) return false;
    bool alone = text.data[stop] == '.' && (stop == 0 || text.data[stop - 1] != '.');
    return !alone || quoted || period_ends(walk, stop, class, letter);
}

/* Decides about the white space between `end` and `next`. */
static bool gap_ends(language_walk *walk, size_t end, size_t next)
{
    mill_text text = walk->text;
    bool quoted;
    if (next >= text.length || has_blank_line(text, end, next)) return true;
    size_t stop = find_stop(walk, end, &quoted);
    const char *line_break = memchr(text.data + end, '\n', next - end);
    if (line_break != NULL && walk->lines.options->newline == NEWLINE_ALWAYS) return true;
    if (stop < end) return stop_ends(walk, stop, quoted, next);
    return line_break == NULL || line_ends_sentence(&walk->lines, (size_t)(line_break - text.data));
}

/* Steps over a closing quotation mark that has a space before it. */
static size_t take_spaced_quote(const language_walk *walk, size_t end, size_t next)
{
    bool spaced = walk->spaced_quotes && character_at(walk->text.data + next).code == 0xBB;
    return spaced ? next + 2 : end;
}

static void consider_break(language_walk *walk, size_t at)
{
    mill_text text = walk->text;
    size_t end = trim_space(text, walk->lines.begin, at);
    if (end <= walk->lines.begin) return;
    size_t next = skip_space(text, end);
    end = take_spaced_quote(walk, end, next);
    if (end >= next) next = skip_space(text, end);
    if (next > end && gap_ends(walk, end, next)) close_sentence(walk, end, next);
}

/* Tells whether a dash at `at`, with a space before it, follows a stop. */
static bool is_behind_stop(const language_walk *walk, size_t at)
{
    bool quoted;
    size_t end = trim_space(walk->text, walk->lines.begin, at);
    return end < at && find_stop(walk, end, &quoted) < end;
}

/* ICU sees no break behind an ellipsis, nor before a dash, with which a speaker goes on. */
static void consider_inside(language_walk *walk, size_t at, size_t end)
{
    const char *data = walk->text.data, *found;
    for (; at < end && (found = memchr(data + at, 0xE2, end - at)) != NULL; at++) {
        at = (size_t)(found - data);
        character here = character_at(found);
        if (here.code == 0x2026) consider_break(walk, skip_closing(walk->text, at + here.length));
        if (here.class == CHARACTER_DASH && is_behind_stop(walk, at)) consider_break(walk, at);
    }
}

void split_by_icu(language_walk *walk, icu_breaks *breaks)
{
    size_t at = 0, before;
    do {
        before = at;
        at = icu_breaks_next(breaks);
        consider_inside(walk, before, at);
        consider_break(walk, at);
    } while (at < walk->text.length);
}
