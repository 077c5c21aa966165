/* stops - does a sentence end at this stop? A stop with its closing quotation marks and brackets
 * is read first, then what follows, and only then, where it can matter, the word before. What is
 * looked at around a stop is bounded, so that no text makes the work more than linear.
 */
#include "walk.h"

#define WORD_MAX      24 /* bytes looked back for the word before a stop */
#define OPENERS_MAX   4  /* opening marks skipped behind a stop */
#define SPEAKER_WORDS 4  /* words looked through for "said" after a quotation */

/* What stands after a stop: white space, opening marks, then a character. */
typedef struct following {
    size_t at;             /* of that character */
    character_class class; /* CHARACTER_SPACE: the text or the line ends */
    bool spaced;
    bool quoted; /* an opening quotation mark stands before it */
    bool bracketed;
} following;

typedef struct stop_mark {
    size_t begin; /* the first mark */
    size_t end;   /* behind the last mark and what closes with it */
    unsigned marks;
    bool strong; /* has ! or ? */
    bool ellipsis;
    bool quoted; /* a quotation mark closes behind the marks */
    bool bracketed;
    bool full; /* no white space need follow */
} stop_mark;

/* ---- Reading ------------------------------------------------------------------------------- */

size_t skip_space(mill_text text, size_t at)
{
    while (at < text.length) {
        character next = character_at(text.data + at);
        if (next.class != CHARACTER_SPACE) break;
        at += next.length;
    }
    return at;
}

static bool is_opener(character_class class)
{
    return class == CHARACTER_QUOTE || class == CHARACTER_OPEN_QUOTE ||
           class == CHARACTER_OPEN_BRACKET || class == CHARACTER_DASH;
}

/* A space and then a letter or digit: by far the most that follows a stop. */
static inline bool is_plain_gap(const char *data)
{
    unsigned char first = (unsigned char)data[1];
    if (data[0] != ' ' || first >= 0x80) return false;
    character_class class = (character_class)ascii_classes[first];
    return character_is_letter(class) || class == CHARACTER_DIGIT;
}

static following read_following(const text_walk *walk, size_t at)
{
    if (is_plain_gap(walk->text.data + at))
        return (following){at + 1, character_at(walk->text.data + at + 1).class, true, false,
                           false};
    following next = {.at = skip_space(walk->text, at), .class = CHARACTER_SPACE};
    next.spaced = next.at > at;
    for (unsigned i = 0; next.at < walk->text.length; i++) {
        character here = character_at(walk->text.data + next.at);
        next.class = here.class;
        bool gap = i > 0 && here.class == CHARACTER_SPACE && here.code != '\n';
        if (i == OPENERS_MAX || !(gap || is_opener(here.class))) break;
        next.quoted |= here.class == CHARACTER_QUOTE || here.class == CHARACTER_OPEN_QUOTE;
        next.bracketed |= here.class == CHARACTER_OPEN_BRACKET;
        next.at += here.length;
    }
    if (next.at >= walk->text.length) next.class = CHARACTER_SPACE;
    return next;
}

/* Tells whether a character can end what closes with a stop: white space, or the text's end. */
static bool is_gap(const char *data)
{
    return *data == '\0' || character_at(data).class == CHARACTER_SPACE;
}

/* :) ;-) :( and the like, which belong to the sentence before them. */
static size_t emoticon_length(const char *data)
{
    if (data[0] != ':' && data[0] != ';') return 0;
    size_t length = data[1] == '-' ? 2 : 1;
    if (data[length] == '\0' || strchr("()DP", data[length]) == NULL) return 0;
    return is_gap(data + length + 1) ? length + 1 : 0;
}

/* A mark in a row ". . ." */
static bool is_spaced_dot(const char *data)
{
    if (data[0] != ' ' || data[1] != '.') return false;
    character_class after = character_at(data + 2).class;
    return after == CHARACTER_SPACE || after == CHARACTER_STOP || after == CHARACTER_CLOSE_QUOTE ||
           after == CHARACTER_QUOTE || data[2] == '\0';
}

/* The length of a footnote mark such as [12], or 0. */
static size_t footnote_length(const char *data)
{
    size_t digits = 0;
    if (data[0] != '[') return 0;
    while (digits < 3 && ascii_classes[data[1 + digits] & 0x7F] == CHARACTER_DIGIT) digits++;
    return digits > 0 && data[1 + digits] == ']' ? digits + 2 : 0;
}

static void count_mark(stop_mark *stop, character mark)
{
    stop->marks++;
    stop->strong |= mark.code != '.' && mark.code != 0x2026;
    stop->ellipsis |= mark.code == 0x2026;
    stop->full |= mark.class == CHARACTER_FULL_STOP;
}

/* What may stand behind a stop with a space between and still belong to its sentence: dots in a
 * row, a footnote mark, an emoticon, a closing quotation mark that stands alone. Returns its length
 * with the space, or 0. */
static size_t straggler_length(const char *data)
{
    if (data[0] != ' ') return 0;
    if (is_spaced_dot(data)) return 1;
    if (data[1] == '"' && is_gap(data + 2)) return 2;
    size_t length = data[1] == '[' ? footnote_length(data + 1) : emoticon_length(data + 1);
    return length > 0 ? length + 1 : 0;
}

/* Reads the marks, closing quotation marks, closing brackets and footnote marks from `at` on. */
static stop_mark read_stop(mill_text text, size_t at)
{
    stop_mark stop = {.begin = at, .end = at};
    unsigned dots = 0;
    while (stop.end < text.length && !is_plain_gap(text.data + stop.end)) {
        const char *data = text.data + stop.end;
        character here = character_at(data);
        if (here.class == CHARACTER_STOP || here.class == CHARACTER_FULL_STOP) {
            count_mark(&stop, here);
            dots += here.code == '.';
        } else if (here.class == CHARACTER_QUOTE || here.class == CHARACTER_CLOSE_QUOTE) {
            if (character_is_letter(character_at(data + here.length).class)) break;
            stop.quoted = true;
        } else if (here.class == CHARACTER_CLOSE_BRACKET) {
            stop.bracketed = true;
        } else {
            size_t length = *data == '[' ? footnote_length(data) : straggler_length(data);
            if (length == 0) break;
            here.length = (uint32_t)length;
        }
        stop.end += here.length;
    }
    stop.ellipsis |= dots > 1 && !stop.quoted && !stop.bracketed;
    return stop;
}

/* Tells whether words before a stop are made of it: letters, digits, apostrophes, inner stops. */
static inline bool is_word_part(character here)
{
    const unsigned plain = 1u << CHARACTER_LOWER | 1u << CHARACTER_UPPER | 1u << CHARACTER_DIGIT;
    if ((plain >> here.class & 1) != 0) return true;
    return here.code == '.' || here.code == '\'' || here.code == 0x2019;
}

/* The word that ends at `end`, at most WORD_MAX bytes of it, within the open sentence. */
static mill_text word_before(const text_walk *walk, size_t end)
{
    const char *data = walk->text.data;
    size_t limit = end - walk->begin > WORD_MAX ? end - WORD_MAX : walk->begin;
    size_t begin = end;
    while (begin > limit) {
        size_t previous =
            (unsigned char)data[begin - 1] < 0x80 ? begin - 1 : character_begin(data, begin);
        if (previous < limit || !is_word_part(character_at(data + previous))) break;
        begin = previous;
    }
    return (mill_text){data + begin, end - begin};
}

/* The word that begins at `at`: letters, and stops with a letter behind them (p.m, U.S). */
static mill_text word_at(mill_text text, size_t at)
{
    size_t end = at;
    while (end < text.length && end - at < WORD_MAX) {
        character here = character_at(text.data + end);
        bool inner =
            here.code == '.' && character_is_letter(character_at(text.data + end + 1).class);
        if (!character_is_letter(here.class) && !inner) break;
        end += here.length;
    }
    return (mill_text){text.data + at, end - at};
}

static unsigned neighbour_at(const text_walk *walk, size_t at)
{
    mill_text word = word_at(walk->text, at);
    return lists_neighbour(walk->lists, word.data, word.length);
}

/* ---- What the word before a full stop is --------------------------------------------------- */

/* U.S, J.P, a.b.c: single letters with stops between them. */
static bool is_acronym(mill_text word)
{
    size_t at = 0;
    unsigned letters = 0;
    while (at < word.length) {
        character here = character_at(word.data + at);
        if (!character_is_letter(here.class)) return false;
        letters++;
        at += here.length;
        if (at == word.length) break;
        if (word.data[at] != '.') return false;
        at++;
    }
    return letters > 1;
}

static bool is_single_capital(mill_text word)
{
    character first = character_at(word.data);
    return first.class == CHARACTER_UPPER && first.length == word.length;
}

/* Counts the bytes of a word that stand in a set. */
static size_t count_of(mill_text word, const char *set)
{
    size_t count = 0;
    for (size_t i = 0; i < word.length; i++) count += strchr(set, word.data[i]) != NULL;
    return count;
}

/* 1. or 2.1. or IV. or Figure 3. at the start of a sentence numbers what follows. */
static bool is_item_number(const text_walk *walk, mill_text word)
{
    size_t begin = (size_t)(word.data - walk->text.data);
    if (word.length > 4 || strchr("0123456789IVX", *word.data) == NULL) return false;
    if (begin == walk->begin)
        return count_of(word, "0123456789.") == word.length || count_of(word, "IVX") == word.length;
    if (count_of(word, "0123456789") < word.length || walk->text.data[begin - 1] != ' ')
        return false;
    mill_text lead = word_before(walk, begin - 1);
    return lead.data == walk->text.data + walk->begin &&
           (lists_neighbour(walk->lists, lead.data, lead.length) & NEIGHBOUR_NUMBERED) != 0;
}

/* ---- Deciding ------------------------------------------------------------------------------ */

/* After a closed quotation: does "Smith said" or "Mrs. Bell asked" follow? */
static bool speaker_follows(const text_walk *walk, size_t at)
{
    for (unsigned i = 0; i < SPEAKER_WORDS; i++) {
        mill_text word = word_at(walk->text, at);
        if (word.length == 0) return false;
        if ((lists_neighbour(walk->lists, word.data, word.length) & NEIGHBOUR_SAYING) != 0)
            return i > 0;
        at += word.length;
        if (at < walk->text.length && walk->text.data[at] == '.') at++;
        if (at >= walk->text.length || walk->text.data[at] != ' ') return false;
        at++;
    }
    return false;
}

/* iPhone, eBay; van der Berg: a small letter that may begin a sentence. */
static bool starts_in_small_letters(const text_walk *walk, size_t at)
{
    mill_text word = word_at(walk->text, at);
    size_t second = character_at(word.data).length;
    if (second < word.length && character_at(word.data + second).class == CHARACTER_UPPER)
        return true;
    unsigned known = lists_neighbour(walk->lists, word.data, word.length);
    if ((known & NEIGHBOUR_PARTICLE) == 0) return false;
    for (unsigned i = 0; i < 2; i++) {
        at += word.length;
        if (walk->text.data[at] != ' ') return false;
        at++;
        if (character_at(walk->text.data + at).class == CHARACTER_UPPER) return true;
        word = word_at(walk->text, at);
        known = lists_neighbour(walk->lists, word.data, word.length);
        if ((known & NEIGHBOUR_PARTICLE) == 0) return false;
    }
    return false;
}

/* Careless writing: a sentence that begins with a small letter is believed between a word in small
 * letters and one that starts sentences. */
static bool starts_carelessly(const text_walk *walk, const stop_mark *stop, const following *next)
{
    if (stop->quoted || stop->bracketed || stop->ellipsis || next->quoted || next->bracketed)
        return false;
    char mark = walk->text.data[stop->end - 1];
    if (mark != '.' && mark != '?') return false;
    mill_text word = word_before(walk, stop->begin);
    if (word.length < 2 || character_at(word.data).class != CHARACTER_LOWER) return false;
    return (neighbour_at(walk, next->at) & NEIGHBOUR_STARTER) != 0;
}

/* Before a capital letter the kind of an abbreviation decides, mostly with what follows. */
static bool before_capital(const text_walk *walk, abbreviation_kind kind, const stop_mark *stop,
                           const following *next)
{
    if (kind == KIND_NEVER) return false;
    if (kind == KIND_NONE || kind == KIND_PLAIN || stop->quoted) return true;
    if (next->quoted) return true;
    if (next->bracketed) return false;
    unsigned known = neighbour_at(walk, next->at);
    if (kind == KIND_COMPANY) return (known & NEIGHBOUR_COMPANY) == 0;
    if (kind == KIND_TIME) return (known & NEIGHBOUR_TIME) == 0;
    return (known & NEIGHBOUR_STARTER) != 0;
}

/* A single capital is an initial, unless a word as in "vitamin C" leads to it or a word that starts
 * sentences follows. */
static bool initial_ends(const text_walk *walk, mill_text word, const following *next)
{
    size_t begin = (size_t)(word.data - walk->text.data);
    if (begin > walk->begin + 1 && walk->text.data[begin - 1] == ' ') {
        mill_text lead = word_before(walk, begin - 1);
        if ((lists_neighbour(walk->lists, lead.data, lead.length) & NEIGHBOUR_LETTERED) != 0)
            return true;
    }
    return next->quoted || (neighbour_at(walk, next->at) & NEIGHBOUR_STARTER) != 0;
}

static bool period_ends(const text_walk *walk, const stop_mark *stop, const following *next)
{
    mill_text word = word_before(walk, stop->begin);
    if (word.length == 0) return true;
    if (is_item_number(walk, word)) return false;
    if (is_single_capital(word))
        return next->class == CHARACTER_UPPER && initial_ends(walk, word, next);
    abbreviation_kind kind = lists_abbreviation(walk->lists, word.data, word.length);
    if (kind == KIND_NONE && is_acronym(word)) kind = KIND_STARTER;
    switch (next->class) {
    case CHARACTER_UPPER: return before_capital(walk, kind, stop, next);
    case CHARACTER_LOWER: return kind == KIND_NONE && !stop->quoted && !stop->bracketed;
    default: return kind == KIND_NONE;
    }
}

/* After ! or ?: a quotation may go on with who spoke it, a title with its year in brackets, a name
 * such as E! with the rest of it. */
static bool strong_ends(const text_walk *walk, const stop_mark *stop, const following *next)
{
    if (next->bracketed && next->class == CHARACTER_DIGIT) return false;
    if (next->class != CHARACTER_UPPER || next->quoted) return true;
    if (stop->quoted) return !speaker_follows(walk, next->at);
    if (stop->marks > 1 || walk->text.data[stop->begin] != '!') return true;
    mill_text word = word_before(walk, stop->begin);
    return (lists_neighbour(walk->lists, word.data, word.length) & NEIGHBOUR_EXCLAIMED) == 0 ||
           (neighbour_at(walk, next->at) & NEIGHBOUR_STARTER) != 0;
}

/* The most common end of all, known at sight. */
static inline bool is_paragraph_end(const char *data)
{
    return data[0] == '\n' && data[1] == '\n';
}

bool stop_ends_sentence(text_walk *walk, size_t at, size_t *end)
{
    stop_mark stop = read_stop(walk->text, at);
    walk->resume = stop.end;
    *end = stop.end;
    if (is_paragraph_end(walk->text.data + stop.end)) return true;
    following next = read_following(walk, stop.end);
    if (next.class == CHARACTER_SPACE || (!next.spaced && !stop.full)) return false;
    if (stop.full) return true;
    if (next.class == CHARACTER_LOWER && !starts_in_small_letters(walk, next.at) &&
        !starts_carelessly(walk, &stop, &next))
        return false;
    if (stop.strong) return strong_ends(walk, &stop, &next);
    if (stop.ellipsis) return true;
    return period_ends(walk, &stop, &next);
}
