/* capitals - does a sentence begin with this capital letter? Behind an ordinary word it does. An
 * abbreviation may be followed by a name: its kind says what must follow for a new sentence.
 */
#include "stops.h"

#define CLAUSE_MIN   16 /* bytes; "At 6 a.m." is shorter than any sentence before a name */
#define CLOCK_WORDS  3  /* looked through for "time": 8 p.m. New York time */
#define CITED_MAX    32 /* bytes of a name in quotation marks */
#define INITIALS_MAX 2  /* letters of a chain that are a person's initials: J.P., not F.B.I. */

/* ---- Words --------------------------------------------------------------------------------- */

/* The word before `word` in the open sentence; empty where no single space parts them. */
static mill_text word_leading_to(const text_walk *walk, mill_text word)
{
    size_t begin = (size_t)(word.data - walk->text.data);
    bool parted = begin > walk->begin + 1 && walk->text.data[begin - 1] == ' ';
    return parted ? word_before(walk, begin - 1) : (mill_text){word.data, 0};
}

/* The first character behind the word at `at` and the space that follows it. */
static const char *behind_word(const text_walk *walk, size_t at)
{
    mill_text word = word_at(walk->text, at);
    const char *end = word.data + word.length;
    return *end == ' ' ? end + 1 : end;
}

/* ---- What follows -------------------------------------------------------------------------- */

/* A word that begins sentences, or one of those that news speaks of with what they do: "Analysts
 * expect", "Japan, which". */
static bool is_opening(const text_walk *walk, size_t at, unsigned known)
{
    if ((known & NEIGHBOUR_STARTER) != 0) return true;
    if ((known & NEIGHBOUR_OPENER) == 0) return false;
    const char *then = behind_word(walk, at);
    character_class class = character_at(then).class;
    return class == CHARACTER_LOWER || class == CHARACTER_DIGIT || *then == ',';
}

/* "Chairman", "General Counsel", or "Senior" with another capital behind it. */
static bool goes_on_with_office(const text_walk *walk, size_t at, unsigned known)
{
    if ((known & NEIGHBOUR_COMPANY) != 0) return true;
    const char *then = behind_word(walk, at);
    if ((known & NEIGHBOUR_RANK) != 0) return character_at(then).class == CHARACTER_UPPER;
    if ((known & NEIGHBOUR_FIELD) == 0) return false;
    mill_text office = word_at(walk->text, (size_t)(then - walk->text.data));
    bool is_suffix = office.data[office.length] == '.'; /* News Corp. */
    return !is_suffix && (neighbour_of(walk, office) & NEIGHBOUR_COMPANY) != 0;
}

/* A company's suffix goes on with an office, or with "Tuesday said". */
static bool company_ends(const text_walk *walk, const following *next, unsigned known)
{
    if ((known & NEIGHBOUR_WEEKDAY) != 0)
        return character_at(behind_word(walk, next->at)).class != CHARACTER_LOWER;
    return !goes_on_with_office(walk, next->at, known);
}

/* A day, a zone, or "New York time". */
static bool goes_on_with_time(const text_walk *walk, size_t at, unsigned known)
{
    if ((known & NEIGHBOUR_TIME) != 0) return true;
    for (unsigned i = 0; i < CLOCK_WORDS; i++) {
        mill_text word = word_at(walk->text, at);
        if (mill_text_is(word, "time") || mill_text_is(word, "Time")) return i > 0;
        at += word.length;
        if (word.length == 0 || walk->text.data[at++] != ' ') return false;
    }
    return false;
}

/* 'the U.S. "Star Wars" plan': a name, not what somebody says, is in the quotation marks. */
static bool is_cited_name(const text_walk *walk, size_t at)
{
    const char *data = walk->text.data + at;
    bool straight = data[-1] == '"';
    for (size_t i = 1; i < CITED_MAX && data[i] != '\0'; i++) {
        character here = character_at(data + i);
        if (data[i] == ',' || here.class == CHARACTER_STOP) return false;
        if (straight ? data[i] == '"' : here.code == 0x201D) return true;
    }
    return false;
}

/* ---- Kinds of abbreviations ---------------------------------------------------------------- */

/* "8 p.m. The", not "A.M. Best". What is before it may be too short for a sentence. */
static bool time_ends(const text_walk *walk, mill_text word, const following *next, unsigned known)
{
    mill_text lead = word_leading_to(walk, word);
    bool hour = lead.length > 0 && (is_ascii_digit(lead.data[lead.length - 1]) ||
                                    ascii_class(*lead.data) == CHARACTER_LOWER);
    if (!hour || ascii_class(*word.data) == CHARACTER_UPPER)
        return is_opening(walk, next->at, known);
    size_t clause = (size_t)(word.data + word.length - walk->text.data) - walk->begin;
    return clause >= CLAUSE_MIN && !goes_on_with_time(walk, next->at, known);
}

/* "Irvine, Calif. Terms": a state behind its city ends a clause, so a capital is a new sentence. */
static bool state_ends(const text_walk *walk, mill_text word, const following *next, unsigned known)
{
    size_t begin = (size_t)(word.data - walk->text.data);
    bool behind_city = begin > walk->begin + 2 && walk->text.data[begin - 2] == ',' &&
                       walk->text.data[begin - 1] == ' ';
    if (behind_city && (known & NEIGHBOUR_TIME) == 0) return true;
    return is_opening(walk, next->at, known);
}

/* A single capital or two are initials, unless a word as in "vitamin C" leads to them or one that
 * no name has follows. The first letter of a sentence numbers an item or answers a question. */
static bool initial_ends(const text_walk *walk, mill_text word, const following *next)
{
    if (word.data == walk->text.data + walk->begin) return false;
    size_t before = character_begin(walk->text.data, (size_t)(word.data - walk->text.data));
    if (character_at(walk->text.data + before).class == CHARACTER_OTHER) return true; /* 20 °C. */
    mill_text lead = word_leading_to(walk, word);
    bool is_degree = *word.data == 'F' || *word.data == 'C'; /* 104 F. */
    if (is_degree && lead.length > 0 && is_ascii_digit(lead.data[lead.length - 1])) return true;
    if ((neighbour_of(walk, lead) & NEIGHBOUR_LETTERED) != 0) return true;
    return next->quoted || (neighbour_at(walk, next->at) & NEIGHBOUR_STARTER) != 0;
}

bool capital_starts(const text_walk *walk, mill_text word, const stop_mark *stop,
                    const following *next)
{
    unsigned chain = count_chain(word);
    abbreviation_kind kind = chain == 1 ? KIND_NONE : kind_of(walk, word);
    if (kind == KIND_NONE && chain > 0) {
        if (chain <= INITIALS_MAX) return initial_ends(walk, word, next);
        kind = KIND_STARTER;
    }
    if (kind == KIND_NEVER) return false;
    if (kind == KIND_NONE || kind == KIND_PLAIN || stop->quoted) return true;
    if (next->dashed) return false; /* the place of a dateline, an insertion */
    if (next->quoted && !next->bracketed)
        return kind != KIND_STARTER || !is_cited_name(walk, next->at);
    unsigned known = neighbour_at(walk, next->at);
    if (next->bracketed) return (known & NEIGHBOUR_STARTER) != 0;
    switch (kind) {
    case KIND_COMPANY: return company_ends(walk, next, known);
    case KIND_TIME: return time_ends(walk, word, next, known);
    case KIND_STATE: return state_ends(walk, word, next, known);
    default: return is_opening(walk, next->at, known);
    }
}
