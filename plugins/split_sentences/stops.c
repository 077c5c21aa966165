/* stops - does a sentence end at this stop? A stop with its closing quotation marks and brackets
 * is read first, then what follows, and only then, where it can matter, the word before. Most
 * stops are one full stop between a word and a space with a letter, and need no reading.
 */
#include "stops.h"

#define OPENERS_MAX   4 /* opening marks skipped behind a stop */
#define SPEAKER_WORDS 4 /* words looked through for "said" after a quotation */
#define NOTE_DIGITS   2 /* of the number of a footnote that stands bare */
#define ITEM_MAX      4 /* bytes of the number of an item */

/* ---- Reading ------------------------------------------------------------------------------- */

static bool is_opener(character_class class)
{
    return class == CHARACTER_QUOTE || class == CHARACTER_OPEN_QUOTE ||
           class == CHARACTER_OPEN_BRACKET || class == CHARACTER_DASH;
}

/* A space or line break and then a letter or digit: by far the most that follows a stop. */
static inline bool is_plain_gap(const char *data)
{
    character_class class = ascii_class(data[1]);
    return (data[0] == ' ' || data[0] == '\n') &&
           (character_is_letter(class) || class == CHARACTER_DIGIT);
}

/* Tells whether white space holds an empty line: what follows is of another paragraph, and as good
 * as not there. */
static bool has_empty_line(const char *data, size_t begin, size_t end)
{
    unsigned breaks = 0;
    for (size_t at = begin; at < end && end - begin > 1; at++) breaks += data[at] == '\n';
    return breaks > 1;
}

static following read_following(const text_walk *walk, size_t at)
{
    following next = {.at = skip_space(walk->text, at), .class = CHARACTER_SPACE};
    next.spaced = next.at > at;
    if (has_empty_line(walk->text.data, at, next.at)) return next;
    for (unsigned i = 0; next.at < walk->text.length; i++) {
        character here = character_at(walk->text.data + next.at);
        next.class = here.class;
        bool gap = i > 0 && here.class == CHARACTER_SPACE && here.code != '\n';
        if (i == OPENERS_MAX || !(gap || is_opener(here.class))) break;
        next.quoted |= here.class == CHARACTER_QUOTE || here.class == CHARACTER_OPEN_QUOTE;
        next.bracketed |= here.class == CHARACTER_OPEN_BRACKET;
        next.dashed |= here.class == CHARACTER_DASH;
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

/* The length of a footnote mark such as [12], or of the mark of an omission [...], or 0. */
static size_t footnote_length(const char *data)
{
    size_t digits = 0;
    if (data[0] != '[') return 0;
    if (memcmp(data, "[...]", 5) == 0) return 5;
    while (digits < 3 && is_ascii_digit(data[1 + digits])) digits++;
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
 * row, a footnote mark, an emoticon, a closing quotation mark or bracket that stands alone. Returns
 * its length with the space, or 0. */
static size_t straggler_length(const char *data)
{
    if (data[0] != ' ') return 0;
    if (is_spaced_dot(data)) return 1;
    if ((data[1] == '"' || data[1] == ')') && is_gap(data + 2)) return 2;
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

/* ---- Deciding ------------------------------------------------------------------------------ */

/* Behind a mark that is no word: a bracket, a sign. "N°. 5" goes on. */
static bool sign_ends(const text_walk *walk, const stop_mark *stop, const following *next)
{
    if (next->class == CHARACTER_LOWER) return small_letter_starts(walk, stop, next);
    bool sign =
        stop->begin > walk->begin && (unsigned char)walk->text.data[stop->begin - 1] >= 0x80;
    return !(sign && next->class == CHARACTER_DIGIT) || next->quoted || next->bracketed;
}

static bool period_ends(const text_walk *walk, mill_text word, const stop_mark *stop,
                        const following *next)
{
    if (word.length == 0) return sign_ends(walk, stop, next);
    if (next->class == CHARACTER_UPPER) return capital_starts(walk, word, stop, next);
    if (kind_of(walk, word) != KIND_NONE || count_chain(word) > 0) return false;
    return next->class != CHARACTER_LOWER || small_letter_starts(walk, stop, next);
}

/* After ! or ?: a quotation may go on with who spoke it, a title with its year in brackets, a name
 * such as E! with the rest of it. */
static bool strong_ends(const text_walk *walk, const stop_mark *stop, const following *next)
{
    if (next->class == CHARACTER_LOWER) return small_letter_starts(walk, stop, next);
    if (next->bracketed && next->class == CHARACTER_DIGIT) return false;
    if (next->class != CHARACTER_UPPER || next->quoted) return true;
    if (stop->quoted) return !speaker_follows(walk, next->at, SPEAKER_WORDS);
    if (stop->marks > 1 || walk->text.data[stop->begin] != '!') return true;
    mill_text word = word_before(walk, stop->begin);
    return (neighbour_of(walk, word) & NEIGHBOUR_EXCLAIMED) == 0 ||
           (neighbour_at(walk, next->at) & NEIGHBOUR_STARTER) != 0;
}

/* Behind dots "I" may well go on. */
static bool ellipsis_ends(const text_walk *walk, const stop_mark *stop, const following *next)
{
    if (next->class == CHARACTER_LOWER) return small_letter_starts(walk, stop, next);
    mill_text word = word_at(walk->text, next->at);
    return !(word.length == 1 && *word.data == 'I') || next->quoted;
}

/* [...] */
static bool is_omission(mill_text text, const stop_mark *stop)
{
    return stop->marks > 1 && stop->begin > 0 && stop->bracketed &&
           strchr("[(", text.data[stop->begin - 1]) != NULL;
}

/* An omission is part of its sentence, unless whole sentences were left out. */
static bool omission_ends(const text_walk *walk, const following *next)
{
    return next->class == CHARACTER_UPPER && next->spaced &&
           (neighbour_at(walk, next->at) & NEIGHBOUR_STARTER) != 0;
}

/* Tells whether all characters from the one numbered `first` on are of a class. */
static bool is_all(mill_text word, size_t first, character_class class)
{
    for (size_t i = first; i < word.length; i++)
        if (ascii_class(word.data[i]) != class) return false;
    return true;
}

/* "said.The": an ordinary word, and one with a capital. */
static bool words_are_glued(const text_walk *walk, mill_text before, mill_text after)
{
    char behind = after.data[after.length];
    bool whole = behind == ' ' || behind == ',' || behind == '\'' ||
                 (behind == '.' && kind_of(walk, after) == KIND_NEVER);
    return whole && before.length > 1 && is_all(before, 0, CHARACTER_LOWER) &&
           kind_of(walk, before) == KIND_NONE;
}

/* The stop was typed without a space after it. What is before and behind must look like words, so
 * that no address and no name of a file is cut; behind a number, like the begin of a sentence. */
static bool glued_ends(const text_walk *walk, const stop_mark *stop, const following *next)
{
    if (next->class != CHARACTER_UPPER || stop->quoted || stop->bracketed) return false;
    mill_text before = word_before(walk, stop->begin), after = word_at(walk->text, next->at);
    size_t begin = (size_t)(before.data - walk->text.data);
    if (before.length == 0 || after.length == 0 || !is_all(after, 1, CHARACTER_LOWER)) return false;
    if (is_all(before, 0, CHARACTER_DIGIT))
        return begin > walk->begin && (neighbour_of(walk, after) & NEIGHBOUR_STARTER) != 0;
    if (begin > 0 && ascii_class(before.data[-1]) != CHARACTER_SPACE) return false;
    return words_are_glued(walk, before, after);
}

/* The number of a footnote stands bare behind the stop: "grew.23 The", or "grew. 7 The". Returns
 * where it ends, or 0. */
static size_t bare_note_end(const text_walk *walk, const stop_mark *stop, const following *next)
{
    const char *data = walk->text.data;
    size_t end = next->at;
    while (end - next->at <= NOTE_DIGITS && is_ascii_digit(data[end])) end++;
    if (end == next->at || end - next->at > NOTE_DIGITS || !is_plain_gap(data + end)) return 0;
    if (ascii_class(data[end + 1]) != CHARACTER_UPPER) return 0;
    mill_text word = word_before(walk, stop->begin);
    if (word.length < LONG_WORD || !is_in_letters(word) || kind_of(walk, word) != KIND_NONE)
        return 0;
    if (!next->spaced) return end;
    return (neighbour_at(walk, end + 1) & NEIGHBOUR_STARTER) != 0 ? end : 0;
}

/* Rules out most words as numbers of items: they stand at the begin of a sentence or follow one
 * that does, or are digits behind a label. */
static inline bool may_be_item(const text_walk *walk, mill_text word)
{
    return word.length <= ITEM_MAX && word.length > 0 &&
           (walk->item != 0 || is_ascii_digit(*word.data) ||
            (size_t)(word.data - walk->text.data) - walk->begin <= ITEM_MAX);
}

static inline bool is_paragraph_end(const char *data)
{
    return data[0] == '\n' && data[1] == '\n';
}

/* One full stop, a space, and a letter or digit. */
static __attribute__((noinline)) bool plain_stop_ends(text_walk *walk, size_t at, size_t *end)
{
    const stop_mark stop = {.begin = at, .end = at + 1, .marks = 1};
    const following next = {
        .at = at + 2, .class = ascii_class(walk->text.data[at + 2]), .spaced = true};
    mill_text word = word_before(walk, at);
    if (may_be_item(walk, word) && take_item(walk, word, end)) return *end < at;
    if (next.class == CHARACTER_DIGIT) {
        size_t note = bare_note_end(walk, &stop, &next);
        if (note != 0) *end = note;
        if (note != 0) return true;
    }
    return period_ends(walk, word, &stop, &next);
}

bool stop_ends_sentence(text_walk *walk, size_t at, size_t *end)
{
    stop_mark stop = read_stop(walk->text, at);
    *end = walk->resume = stop.end;
    if (is_paragraph_end(walk->text.data + stop.end)) return true;
    following next = read_following(walk, stop.end);
    if (is_omission(walk->text, &stop)) return omission_ends(walk, &next);
    if (next.class == CHARACTER_SPACE) return false;
    if (stop.full) return true;
    if (!next.spaced && next.class == CHARACTER_DIGIT) {
        *end = bare_note_end(walk, &stop, &next);
        return *end != 0;
    }
    if (!next.spaced) return glued_ends(walk, &stop, &next);
    if (stop.strong) return strong_ends(walk, &stop, &next);
    if (stop.ellipsis) return ellipsis_ends(walk, &stop, &next);
    mill_text word = word_before(walk, stop.begin);
    if (may_be_item(walk, word) && take_item(walk, word, end)) return *end < at;
    return period_ends(walk, word, &stop, &next);
}

/* ---- At sight ------------------------------------------------------------------------------ */

/* p.m. or U.S. from its last stop. */
static inline bool ends_acronym(const text_walk *walk, size_t at)
{
    const char *data = walk->text.data;
    return at >= 2 && data[at - 2] == '.' && is_ascii_letter(data[at - 1]);
}

typedef enum sight { SIGHT_ENDS, SIGHT_GOES_ON, SIGHT_UNCLEAR } sight;

/* Most stops need no closer look at the word before: it has nothing but letters, does not stand
 * where the number of an item may, and is no abbreviation or one that goes on before what follows.
 * Eight bytes or more are before `at`. */
static inline sight word_at_sight(const text_walk *walk, size_t at, character_class next)
{
    const char *end = walk->text.data + at;
    const word_lists *lists = &walk->options->lists;
    unsigned letters = letters_before(end);
    bool is_long = letters > SHORT_MAX;
    bool whole = is_long || end[-1 - (int)letters] == ' ' || end[-1 - (int)letters] == '-' ||
                 at - letters == walk->begin;
    if (letters < 2 || !whole) return SIGHT_UNCLEAR;
    bool early = at - letters <= walk->begin + ITEM_MAX;
    sight ordinary = next == CHARACTER_UPPER && !early ? SIGHT_ENDS : SIGHT_UNCLEAR;
    if (is_long) return lists->has_long ? SIGHT_UNCLEAR : ordinary;
    abbreviation_kind kind = lists_short_abbreviation(lists, end, letters);
    if (kind == KIND_NEVER) return SIGHT_GOES_ON;
    if (kind == KIND_NONE || early) return ordinary;
    if (next != CHARACTER_UPPER) return SIGHT_GOES_ON;
    return kind == KIND_PLAIN ? SIGHT_ENDS : SIGHT_UNCLEAR;
}

/* The length of a straight or of a certain curly quotation mark at `data`, or 0. */
static inline size_t quote_length(const char *data, const char *curly)
{
    if (*data == '"') return 1;
    return *data == *curly && memcmp(data, curly, 3) == 0 ? 3 : 0;
}

/* The stop inside U.S. or 3.5. */
static inline bool is_inner_stop(const char *data)
{
    character_class behind = ascii_class(data[1]);
    if (behind == CHARACTER_UPPER) return data[2] == '.';
    return behind == CHARACTER_DIGIT && !is_ascii_letter(data[-1]);
}

/* The common forms: a full stop, perhaps a closing quotation mark, a space or line break, perhaps
 * an opening quotation mark, a letter or digit. */
bool full_stop_ends_sentence(text_walk *walk, size_t at, size_t *end)
{
    const char *data = walk->text.data + at;
    *end = walk->resume = at + 1;
    size_t closing = quote_length(data + 1, "”");
    const char *gap = data + 1 + closing;
    if (*gap != ' ' && *gap != '\n')
        return !(at > 0 && is_inner_stop(data)) && stop_ends_sentence(walk, at, end);
    if (is_paragraph_end(gap)) return *end += closing, true;
    size_t opening = quote_length(gap + 1, "“");
    character_class next = ascii_class(gap[1 + opening]);
    if (!character_is_letter(next) && next != CHARACTER_DIGIT)
        return stop_ends_sentence(walk, at, end);
    bool plain = closing + opening == 0;
    if (plain && next == CHARACTER_LOWER && ends_acronym(walk, at)) return false;
    sight seen = at > SHORT_MAX ? word_at_sight(walk, at, next) : SIGHT_UNCLEAR;
    if (seen == SIGHT_UNCLEAR)
        return plain ? plain_stop_ends(walk, at, end) : stop_ends_sentence(walk, at, end);
    *end = walk->resume = at + 1 + closing;
    return seen == SIGHT_ENDS;
}
