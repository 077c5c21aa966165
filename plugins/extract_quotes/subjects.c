/* subjects - see subjects.h. Backwards from a verb: helpers are skipped; a comma means that
 * something is put in between, and the subject is before it; "of", "for" and their like mean that
 * the head of the phrase is further left. All walks are bounded by the list of tokens.
 */
#include "subjects.h"

#include "names.h"

#define NOUN_PHRASE_MAX  10
#define COMMON_WORDS_MAX 3 /* between a body and the name of its speaker */
#define LEVELS_MAX       5 /* of phrases within phrases */

#define ENDS_PHRASE                                                                                \
    (TOKEN_MARKS | WORD_PREPOSITION | WORD_CONJUNCTION | WORD_RELATIVE | WORD_CUE | WORD_TELL |    \
     WORD_HELPER | WORD_TIME | TOKEN_BREAK)

static const phrase no_phrase = {0, 0, PHRASE_NONE};

static uint32_t set_at(const token_list *list, uint32_t i)
{
    return list->items[i].set;
}

static bool is_pronoun(uint32_t set)
{
    return (set & WORD_PRONOUN) != 0;
}

/* A word with a capital that is a name's even alone: not a mere title. */
static bool is_name_core(const text_token *token)
{
    return is_name_token(token) && (!(token->set & WORD_TITLE) || (token->set & (WORD_PARTICLE)));
}

/* Tells whether first..last may be a noun phrase: it has an article, or is a group of people. */
static bool is_noun_phrase(const token_list *list, uint32_t first, uint32_t last)
{
    return (set_at(list, first) & (WORD_DETERMINER | TOKEN_CAPITAL)) != 0 ||
           (set_at(list, last) & WORD_OTHER) != 0;
}

/* ---- Runs of name words -------------------------------------------------------------------- */

/* Returns the first token of the name that ends at `last`; `last` + 1 if it is none. */
static uint32_t name_start(const token_list *list, uint32_t from, uint32_t last)
{
    uint32_t i = last + 1;
    while (i > from) {
        const text_token *token = &list->items[i - 1];
        bool ends_other = i <= last && (token->set & TOKEN_POSSESSIVE);
        bool particle = i <= last && (token->set & WORD_PARTICLE) &&
                        (list->items[i].set & TOKEN_CAPITAL) && i - 1 > from &&
                        is_name_token(token - 1);
        if (ends_other || (!is_name_token(token) && !particle)) break;
        i--;
    }
    return i;
}

static bool has_name_core(const token_list *list, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i <= last; i++)
        if (is_name_core(&list->items[i])) return true;
    return false;
}

/* Tells whether a word that may be a verb of speech is a noun: it has an article: "the report". */
static bool is_cue_noun(const token_list *list, uint32_t from, uint32_t i)
{
    return (set_at(list, i) & (WORD_CUE | WORD_TELL)) && i > from &&
           (set_at(list, i - 1) & (WORD_DETERMINER | TOKEN_POSSESSIVE));
}

/* ---- Forwards ------------------------------------------------------------------------------ */

/* Tells whether a token is a common noun or adjective, as far as the classes show. */
static bool is_common_word(const token_list *list, uint32_t i)
{
    return !(set_at(list, i) & (ENDS_PHRASE | WORD_DETERMINER | WORD_PRONOUN | TOKEN_CAPITAL));
}

/* Tells whether the words from `from` on are an adjective with a capital and its noun: "Federal
 * prosecutors". */
static bool is_qualified_noun(const token_list *list, uint32_t from, uint32_t to)
{
    return (set_at(list, from) & TOKEN_ADJECTIVE) && is_name_token(&list->items[from]) &&
           from + 1 < to && is_common_word(list, from + 1);
}

/* Returns the end of the noun phrase that begins at `from`. */
static uint32_t noun_phrase_end(const token_list *list, uint32_t from, uint32_t to)
{
    uint32_t i = from;
    while (i < to && i - from < NOUN_PHRASE_MAX) {
        uint32_t set = set_at(list, i);
        bool in_name = (set & WORD_PARTICLE) && i > from && i + 1 < to &&
                       is_name_token(&list->items[i - 1]) && is_name_token(&list->items[i + 1]);
        bool name = is_name_token(&list->items[i]);
        bool noun = is_cue_noun(list, from, i);
        if (i > from && !name && !in_name && !noun && (set & (ENDS_PHRASE | WORD_DETERMINER)))
            break;
        if (i > from && (set & TOKEN_BREAK)) break;
        i++;
    }
    return i;
}

/* Takes the last name of the phrase first..end-1 if the phrase ends in it, else the whole. */
static phrase head_of(const token_list *list, uint32_t first, uint32_t end)
{
    uint32_t start = name_start(list, first, end - 1);
    phrase found = {first, end - 1, PHRASE_NOUN};
    if (start < end && has_name_core(list, start, end - 1)) {
        found.first = start;
        found.kind = PHRASE_NAME;
    }
    return found;
}

/* Returns the end of the name that begins at `from`; `from` if there is none. */
static uint32_t name_end(const token_list *list, uint32_t from, uint32_t to)
{
    uint32_t i = from;
    while (i < to) {
        bool in_name = i > from && (set_at(list, i) & WORD_PARTICLE) && i + 1 < to &&
                       is_name_token(&list->items[i + 1]);
        if (i > from && (set_at(list, i) & TOKEN_BREAK)) break;
        if (!is_name_token(&list->items[i]) && !in_name) break;
        if (set_at(list, i++) & TOKEN_POSSESSIVE) break;
    }
    return i > from && has_name_core(list, from, i - 1) ? i : from;
}

/* The name at the end of an office that begins at `from`: "Secretary of State John Kerry". A first
 * name that is listed opens it. Returns no phrase where none is near. */
static phrase name_of_office(const token_list *list, uint32_t from, uint32_t to)
{
    uint32_t i = from, end = from;
    while (i < to && (set_at(list, i) & WORD_TITLE)) i++;
    if (i == from || i == to || !(set_at(list, i) & WORD_PREPOSITION)) return no_phrase;
    for (; i < to && i - from < NOUN_PHRASE_MAX && !(set_at(list, i) & TOKEN_MARKS); i++) {
        if (!(set_at(list, i) & (WORD_MAN | WORD_WOMAN)) || !is_name_core(&list->items[i]))
            continue;
        end = name_end(list, i, to);
        if (end > i + 1) return (phrase){i, end - 1, PHRASE_NAME};
    }
    return no_phrase;
}

phrase phrase_at(const token_list *list, uint32_t from, uint32_t to)
{
    if (from >= to) return no_phrase;
    uint32_t set = set_at(list, from);
    if (is_pronoun(set) && !(set & WORD_DETERMINER)) return (phrase){from, from, PHRASE_PRONOUN};
    phrase office = set & WORD_TITLE ? name_of_office(list, from, to) : no_phrase;
    if (office.kind != PHRASE_NONE) return office;
    if (is_qualified_noun(list, from, to)) {
        phrase found = head_of(list, from, noun_phrase_end(list, from, to));
        return found.kind == PHRASE_NAME ? found : (phrase){from, from + 1, PHRASE_NOUN};
    }
    uint32_t name = name_end(list, from, to);
    if (name > from && !(set_at(list, name - 1) & TOKEN_POSSESSIVE))
        return (phrase){from, name - 1, PHRASE_NAME};
    bool is_name = is_name_token(&list->items[from]);
    if (!is_name && (set & ENDS_PHRASE)) return no_phrase;
    uint32_t end = noun_phrase_end(list, from, to);
    bool bare = end == from + 1 && !is_name && (set & WORD_DETERMINER);
    phrase found = head_of(list, from, end);
    if (found.kind == PHRASE_NOUN && (bare || !is_noun_phrase(list, from, end - 1)))
        return no_phrase;
    return found;
}

/* Returns the full name that a comma parts from a noun phrase, and that is who it means: "the
 * mayor, Ann Lee."; the phrase where there is none. */
static phrase name_in_apposition(const token_list *list, phrase found, uint32_t to)
{
    uint32_t first = found.last + 2;
    if (first >= to || !(set_at(list, first - 1) & TOKEN_COMMA)) return found;
    uint32_t end = name_end(list, first, to);
    bool ends = end == to || (set_at(list, end) & (TOKEN_MARKS | TOKEN_SENTENCE)) != 0;
    return end > first + 1 && ends ? (phrase){first, end - 1, PHRASE_NAME} : found;
}

phrase phrase_behind_verb(const token_list *list, uint32_t from, uint32_t to)
{
    phrase found = phrase_at(list, from, to);
    if (found.kind == PHRASE_NOUN) return name_in_apposition(list, found, to);
    if (found.kind != PHRASE_NAME) return found;
    uint32_t i = found.last + 1;
    while (i < to && i - found.last <= COMMON_WORDS_MAX && is_common_word(list, i)) i++;
    uint32_t end = i > found.last + 1 && i < to ? name_end(list, i, to) : i;
    return end > i ? (phrase){i, end - 1, PHRASE_NAME} : found;
}

/* Tells whether a word with a capital opens a clause without being part of it: "However,". */
static bool is_opener(const token_list *list, uint32_t i)
{
    uint32_t set = set_at(list, i);
    return (set & TOKEN_CAPITAL) && (set & WORD_OTHER) && !(set & (WORD_DETERMINER | WORD_PRONOUN));
}

/* Skips what stands before the subject of a clause: "On Monday," "But", "Asked about it,". */
static uint32_t skip_introduction(const token_list *list, uint32_t from, uint32_t to)
{
    uint32_t i = from;
    while (i < to && (set_at(list, i) & (WORD_CONJUNCTION | WORD_HELPER | TOKEN_MARKS))) i++;
    if (i < to && ((set_at(list, i) & (WORD_PREPOSITION | WORD_CUE | WORD_TELL | WORD_TIME)) ||
                   is_opener(list, i))) {
        uint32_t comma = i;
        while (comma < to && !(set_at(list, comma) & TOKEN_COMMA)) comma++;
        if (comma + 1 < to) return comma + 1;
    }
    return i;
}

phrase name_before(const token_list *list, uint32_t end)
{
    uint32_t first = end > 0 ? name_start(list, 0, end - 1) : end;
    if (first == end || !has_name_core(list, first, end - 1)) return no_phrase;
    return (phrase){first, end - 1, PHRASE_NAME};
}

phrase subject_of_clause(const token_list *list, uint32_t from, uint32_t to)
{
    return phrase_at(list, skip_introduction(list, from, to), to);
}

/* ---- Backwards ----------------------------------------------------------------------------- */

/* Returns the first token of the phrase of common nouns that ends at `last`. */
static uint32_t noun_phrase_start(const token_list *list, uint32_t from, uint32_t last)
{
    uint32_t i = last + 1;
    while (i > from && last + 1 - i < NOUN_PHRASE_MAX) {
        uint32_t set = set_at(list, i - 1);
        if (set & WORD_DETERMINER) return i - 1;
        bool name = is_name_token(&list->items[i - 1]);
        bool noun = is_cue_noun(list, from, i - 1);
        if (!name && !noun && ((set & ENDS_PHRASE) || is_pronoun(set))) break;
        if (name && i <= last && !is_name_token(&list->items[i]) && !(set & TOKEN_POSSESSIVE))
            break;
        i--;
    }
    return i;
}

/* The phrase that ends at `last`, without asking what stands before it. */
static phrase phrase_before(const token_list *list, uint32_t from, uint32_t last)
{
    uint32_t set = set_at(list, last);
    if (is_pronoun(set) && !(set & WORD_DETERMINER)) return (phrase){last, last, PHRASE_PRONOUN};
    uint32_t start = name_start(list, from, last);
    if (start <= last && has_name_core(list, start, last))
        return (phrase){start, last, PHRASE_NAME};
    start = noun_phrase_start(list, from, last);
    bool bare = start == last && (set & (WORD_DETERMINER | WORD_HE | WORD_SHE));
    return start <= last && !bare ? (phrase){start, last, PHRASE_NOUN} : no_phrase;
}

/* Tells whether a token is a title with a capital: "Secretary of State Ann Lee" is but one. */
static bool is_office(const token_list *list, uint32_t i)
{
    return (set_at(list, i) & WORD_TITLE) && (set_at(list, i) & TOKEN_CAPITAL);
}

/* The phrase that ends at `last`, or the one further left that it only qualifies: "the mayor of
 * Rome", "Ann Lee on Monday". */
static phrase head_before(const token_list *list, uint32_t from, uint32_t last)
{
    phrase found = no_phrase;
    for (int level = 0; level < LEVELS_MAX; level++) {
        uint32_t i = last;
        while (i > from && (set_at(list, i) & WORD_TIME) && !is_name_token(&list->items[i])) i--;
        phrase next = phrase_before(list, from, i);
        uint32_t edge = next.kind != PHRASE_NONE ? next.first : i < last ? i + 1 : from;
        if (next.kind != PHRASE_NONE) found = next;
        if (edge <= from) break;
        uint32_t before = edge - 1;
        if (before > from && (set_at(list, before) & WORD_DETERMINER)) before--;
        if (!(set_at(list, before) & WORD_PREPOSITION) || before <= from) break;
        if (is_office(list, before - 1) && next.kind == PHRASE_NAME && next.last > next.first)
            break;
        bool ends = (set_at(list, before - 1) & ENDS_PHRASE & ~(uint32_t)WORD_TIME) != 0;
        if (ends && !is_cue_noun(list, from, before - 1)) break;
        last = before - 1;
    }
    bool fits = found.kind != PHRASE_NOUN || is_noun_phrase(list, found.first, found.last);
    return fits ? found : no_phrase;
}

/* Returns the comma before `i`, or `from`. */
static uint32_t comma_before(const token_list *list, uint32_t from, uint32_t i)
{
    while (i > from && !(set_at(list, i - 1) & (TOKEN_COMMA | TOKEN_BRACKET | TOKEN_DASH))) i--;
    return i > from ? i - 1 : from;
}

/* Tells whether first..last is nothing but a name of two words or more. */
static bool is_full_name(const token_list *list, uint32_t first, uint32_t last)
{
    return first < last && name_start(list, first, last) == first &&
           has_name_core(list, first, last);
}

/* The subject before something put between commas, whose last comma is at `comma`. */
static phrase subject_before_comma(const token_list *list, uint32_t from, uint32_t comma)
{
    phrase found = no_phrase;
    for (int level = 0; level < LEVELS_MAX && comma > from; level++) {
        uint32_t previous = comma_before(list, from, comma);
        bool has_comma = (set_at(list, previous) & TOKEN_MARKS) != 0;
        uint32_t first = has_comma ? previous + 1 : previous;
        if (first >= comma) break;
        if (!has_comma) {
            phrase clause = subject_of_clause(list, from, comma);
            return clause.kind == PHRASE_NONE || (found.kind == PHRASE_NAME) ? found : clause;
        }
        bool full = is_full_name(list, first, comma - 1);
        phrase before = previous > from ? head_before(list, from, previous - 1) : no_phrase;
        bool before_is_full = before.kind == PHRASE_NAME && before.last > before.first;
        if (full && !before_is_full) return (phrase){first, comma - 1, PHRASE_NAME};
        if (before.kind == PHRASE_NAME) return before;
        if (before.kind != PHRASE_NONE) found = before;
        comma = previous;
    }
    return found;
}

phrase subject_before(const token_list *list, uint32_t from, uint32_t verb)
{
    uint32_t i = verb;
    while (i > from && (set_at(list, i - 1) & WORD_HELPER) && !is_name_token(&list->items[i - 1]))
        i--;
    if (i > from && (set_at(list, i - 1) & WORD_RELATIVE)) i--;
    if (i == from) return no_phrase;
    uint32_t set = set_at(list, i - 1);
    if (set & (TOKEN_COMMA | TOKEN_BRACKET | TOKEN_DASH))
        return subject_before_comma(list, from, i - 1);
    if (set & (TOKEN_QUOTE | TOKEN_STOP | TOKEN_COLON)) return no_phrase;
    if (set & WORD_CONJUNCTION) return subject_of_clause(list, from, i - 1);
    phrase found = head_before(list, from, i - 1);
    return found.kind != PHRASE_NONE ? found : subject_of_clause(list, from, i);
}

/* ---- Several together ---------------------------------------------------------------------- */

static bool is_and(const token_list *list, mill_text text, uint32_t i)
{
    const text_token *token = &list->items[i];
    return token->end - token->begin == 3 && memcmp(text.data + token->begin, "and", 3) == 0;
}

/* Tells whether a phrase may be one of several speakers: a name, or an article and a noun. */
static bool may_be_partner(const token_list *list, phrase one)
{
    if (one.kind != PHRASE_NOUN) return one.kind != PHRASE_NONE;
    return one.last == one.first + 1 && (set_at(list, one.first) & WORD_DETERMINER);
}

/* Tells whether a clause begins with token `i`. */
static bool begins_clause(const token_list *list, uint32_t i)
{
    return i == 0 || (set_at(list, i) & (TOKEN_SENTENCE | TOKEN_BREAK)) ||
           (set_at(list, i - 1) & (TOKEN_MARKS | WORD_CONJUNCTION));
}

/* Tells whether a phrase ends with token `i`, and no clause goes on with it. */
static bool ends_there(const token_list *list, uint32_t i)
{
    return i + 1 >= list->count ||
           (set_at(list, i + 1) & (TOKEN_MARKS | TOKEN_SENTENCE | WORD_PREPOSITION | WORD_TIME));
}

/* Adds who stands before `found`: the last one, joined by "and", and those before commas. */
static uint32_t partners_before(const token_list *list, mill_text text, phrase found,
                                phrase partners[PARTNERS_MAX])
{
    uint32_t count = 0, first = found.first;
    while (count < PARTNERS_MAX && first >= 2) {
        bool joined = count == 0 ? is_and(list, text, first - 1)
                                 : (set_at(list, first - 1) & TOKEN_COMMA) != 0;
        phrase one = joined ? phrase_before(list, 0, first - 2) : no_phrase;
        if (!may_be_partner(list, one) || (count > 0 && one.kind != PHRASE_NAME)) break;
        memmove(partners + 1, partners, count++ * sizeof *partners);
        partners[0] = one;
        first = one.first;
    }
    return begins_clause(list, first) ? count : 0;
}

/* Adds who stands behind `found`: those behind commas, and the last one, joined by "and". */
static uint32_t partners_behind(const token_list *list, mill_text text, phrase found,
                                phrase partners[PARTNERS_MAX])
{
    uint32_t count = 0, last = found.last;
    while (count < PARTNERS_MAX && last + 2 < list->count) {
        bool joined = is_and(list, text, last + 1);
        if (!joined && !(set_at(list, last + 1) & TOKEN_COMMA)) break;
        phrase one = phrase_at(list, last + 2, list->count);
        if (one.first != last + 2 || !may_be_partner(list, one)) break;
        if (!joined && one.kind != PHRASE_NAME) break;
        partners[count++] = one;
        last = one.last;
        if (joined) return ends_there(list, last) ? count : 0;
    }
    return 0;
}

uint32_t phrase_partners(const token_list *list, mill_text text, phrase found, bool inverted,
                         phrase partners[PARTNERS_MAX])
{
    if (found.kind == PHRASE_NONE || found.kind == PHRASE_PRONOUN) return 0;
    return inverted ? partners_behind(list, text, found, partners)
                    : partners_before(list, text, found, partners);
}
