/* attribution - see attribution.h. The looks come in an order that the stop at the end of the quote
 * decides: behind it ("...," said Ann Lee), before it (Ann Lee said: "..."), and back to whoever
 * spoke last or is the subject of the sentence before.
 */
#include "attribution.h"

#define VERB_REACH     24   /* tokens between a quote and the verb behind it */
#define FOLLOW_REACH   1200 /* bytes over which a speaker goes on */
#define MISSES_MAX     8    /* looks back that are tried in one passage */
#define TURN_GAP       8    /* bytes between the paragraphs of a dialogue */
#define LEAD_IN_REACH  6    /* tokens between a verb and the quote that it leads into */
#define POSITION_WORDS 2    /* between a quote and the name behind it: has answered */

typedef struct finding {
    phrase speaker;
    uint32_t cue; /* a token, or NO_CUE */
    attribution_rule rule;
    bool near;
} finding;

#define NO_CUE UINT32_MAX

static const finding nothing = {{0, 0, PHRASE_NONE}, NO_CUE, RULE_NONE, false};

static uint32_t set_at(const token_list *list, uint32_t i)
{
    return list->items[i].set;
}

static bool is_word(mill_text text, const text_token *token, const char *word)
{
    size_t length = strlen(word);
    if (token->end - token->begin != length) return false;
    for (size_t i = 0; i < length; i++)
        if ((char)mill_lower((unsigned char)text.data[token->begin + i]) != word[i]) return false;
    return true;
}

static bool ends_in_ing(mill_text text, const text_token *token)
{
    return token->end - token->begin > 4 && memcmp(text.data + token->end - 3, "ing", 3) == 0;
}

bool attribution_is_verb(const token_list *list, mill_text text, uint32_t i)
{
    if (!(set_at(list, i) & (WORD_CUE | WORD_TELL))) return false;
    if (i == 0) return true;
    uint32_t before = set_at(list, i - 1);
    if ((before & TOKEN_POSSESSIVE) || ((before & WORD_DETERMINER) && !(before & TOKEN_CAPITAL)))
        return false;
    bool after_preposition =
        (before & WORD_PREPOSITION) && !is_word(text, &list->items[i - 1], "to");
    return !after_preposition || ends_in_ing(text, &list->items[i]);
}

/* ---- "according to" ------------------------------------------------------------------------ */

bool attribution_is_according(const token_list *list, mill_text text, uint32_t i)
{
    return i + 2 < list->count && is_word(text, &list->items[i], "according") &&
           is_word(text, &list->items[i + 1], "to");
}

static finding find_according(const token_list *list, mill_text text)
{
    for (uint32_t i = 0; i + 2 < list->count; i++) {
        if (!attribution_is_according(list, text, i)) continue;
        finding found = {phrase_at(list, i + 2, list->count), i, RULE_ACCORDING, true};
        if (found.speaker.kind != PHRASE_NONE) return found;
    }
    return nothing;
}

/* ---- Behind the quote ---------------------------------------------------------------------- */

/* Tells whether only helpers stand between `from` and the verb. */
static bool is_inverted(const token_list *list, uint32_t from, uint32_t verb)
{
    for (uint32_t i = from; i < verb; i++)
        if (!(set_at(list, i) & (WORD_HELPER | TOKEN_COMMA))) return false;
    return (set_at(list, verb) & WORD_CUE) != 0;
}

static uint32_t find_verb_behind(const token_list *list, mill_text text, uint32_t from)
{
    for (uint32_t i = from; i < list->count && i - from < VERB_REACH; i++) {
        if (set_at(list, i) & (TOKEN_QUOTE | TOKEN_STOP | TOKEN_BREAK)) break;
        if (attribution_is_verb(list, text, i)) return i;
    }
    return NO_CUE;
}

/* “...” - Ann Lee, Denver */
static finding find_signature(const token_list *list)
{
    uint32_t dash = 0;
    if (list->count == 0 || !(set_at(list, 0) & TOKEN_DASH)) return nothing;
    while (dash + 1 < list->count && (set_at(list, dash + 1) & TOKEN_DASH)) dash++;
    finding found = {phrase_at(list, dash + 1, list->count), NO_CUE, RULE_SIGNATURE, true};
    if (found.speaker.kind != PHRASE_NAME || found.speaker.first != dash + 1) return nothing;
    bool ends = found.speaker.last + 1 == list->count ||
                (set_at(list, found.speaker.last + 1) &
                 (TOKEN_COMMA | TOKEN_STOP | TOKEN_QUOTE | TOKEN_SENTENCE));
    return ends ? found : nothing;
}

/* A verb that is not listed, where a verb of speech stands: "...," thundered Ann Lee. */
static finding find_by_position(const token_list *list, uint32_t from, bool parted)
{
    uint32_t verb = from;
    while (verb < list->count && verb - from < POSITION_WORDS &&
           !(set_at(list, verb) & (TOKEN_CAPITAL | TOKEN_MARKS | WORD_PREPOSITION |
                                   WORD_CONJUNCTION | WORD_RELATIVE | WORD_PRONOUN)))
        verb++;
    if (verb == from || verb == list->count || !parted) return nothing;
    finding found = {phrase_at(list, verb, list->count), verb - 1, RULE_POSITION, true};
    return found.speaker.kind == PHRASE_NAME && found.speaker.first == verb ? found : nothing;
}

/* `parted`: a comma or the like stands between the quote and what follows. */
static finding look_behind(const token_list *list, mill_text text, bool parted)
{
    uint32_t from = 0;
    while (from < list->count && (set_at(list, from) & (TOKEN_COMMA | TOKEN_BRACKET | TOKEN_DASH)))
        from++;
    uint32_t verb = find_verb_behind(list, text, from);
    if (verb == NO_CUE) {
        finding according = find_according(list, text);
        return according.rule != RULE_NONE ? according
                                           : find_by_position(list, from, parted || from > 0);
    }
    finding found = {{0, 0, PHRASE_NONE}, verb, RULE_VERB_BEHIND, true};
    if (is_inverted(list, from, verb)) {
        if (ends_in_ing(text, &list->items[verb])) return nothing;
        found.speaker = phrase_behind_verb(list, verb + 1, list->count);
        return found.speaker.kind == PHRASE_NONE ? nothing : found;
    }
    found.speaker = subject_before(list, from, verb);
    if (found.speaker.kind == PHRASE_NONE || found.speaker.first > from + 6)
        return find_according(list, text);
    return found;
}

/* ---- Before the quote ---------------------------------------------------------------------- */

/* The subject of the verb at `verb`, which stands before the quote. */
static phrase subject_of(const token_list *list, mill_text text, uint32_t verb)
{
    uint32_t before = verb > 0 ? set_at(list, verb - 1) : 0, first = verb;
    while (first > 0 && (set_at(list, first - 1) & (WORD_HELPER | TOKEN_COMMA))) first--;
    bool behind_quote = first > 0 && (set_at(list, first - 1) & TOKEN_QUOTE);
    if (behind_quote && (set_at(list, verb) & WORD_CUE)) {
        phrase inverted = phrase_behind_verb(list, verb + 1, list->count);
        if (inverted.kind != PHRASE_NONE) return inverted;
    }
    bool participle = ends_in_ing(text, &list->items[verb]) &&
                      (before & (TOKEN_COMMA | WORD_CONJUNCTION | WORD_PREPOSITION));
    bool infinitive = verb > 0 && is_word(text, &list->items[verb - 1], "to");
    uint32_t from = 0;
    for (uint32_t i = 0; i < verb; i++)
        if (set_at(list, i) & TOKEN_QUOTE) from = i;
    if (!participle && !infinitive) {
        phrase found = subject_before(list, from, verb);
        if (found.kind != PHRASE_NONE) return found;
    }
    return subject_of_clause(list, 0, verb);
}

static finding look_before(const token_list *list, mill_text text)
{
    uint32_t count = list->count;
    if (count > 0 && is_word(text, &list->items[0], "according")) {
        finding according = find_according(list, text);
        if (according.rule != RULE_NONE) return according;
    }
    for (uint32_t i = count; i > 0; i--) {
        if (!attribution_is_verb(list, text, i - 1)) continue;
        bool near = i + 3 >= count || (set_at(list, count - 1) & TOKEN_COLON);
        finding found = {subject_of(list, text, i - 1), i - 1, RULE_VERB_APART, near};
        if (found.speaker.last + 2 == i) found.rule = RULE_VERB_BEFORE;
        if (found.speaker.kind != PHRASE_NONE) return found;
    }
    return find_according(list, text);
}

/* Tells whether a phrase is a headline's beginning rather than a subject: "Coach steps down".
 * Common nouns want an article, unless one of them stands alone. */
static bool is_headline(const token_list *list, phrase found)
{
    return found.kind == PHRASE_NOUN && found.last > found.first &&
           !(set_at(list, found.first) & WORD_DETERMINER) &&
           !(set_at(list, found.last) & (WORD_OTHER | TOKEN_CAPITAL));
}

/* “Ann Lee: "..."”, or whoever is the subject of the sentence. */
static finding look_at_subject(const token_list *list)
{
    if (list->count == 0) return nothing;
    bool colon = (set_at(list, list->count - 1) & TOKEN_COLON) != 0;
    finding found = {subject_of_clause(list, 0, list->count), NO_CUE,
                     colon ? RULE_LEAD_IN : RULE_SUBJECT, colon};
    if (colon && found.speaker.kind == PHRASE_NONE) /* And this from Ann Lee: */
        found.speaker = name_before(list, list->count - 1);
    bool is_speaker = found.speaker.kind != PHRASE_NONE && !is_headline(list, found.speaker);
    return is_speaker ? found : nothing;
}

/* ---- From a finding to an attribution ------------------------------------------------------ */

/* Finds whom a name or pronoun means; `words` are its tokens. `*doubtful` becomes whether a pronoun
 * may mean somebody else. */
static int resolve(article_scene *scene, phrase_kind kind, const token_list *words, bool *doubtful)
{
    const text_token *first = &words->items[0];
    int speaker = scene->has_last ? scene->last.name : NAME_NONE;
    if (kind == PHRASE_NAME) return names_speaker(&scene->names, scene->text, words);
    if (kind != PHRASE_PRONOUN) return NAME_NONE;
    if (first->set & (WORD_HE | WORD_SHE))
        return names_pronoun(&scene->names, first->set & WORD_HE ? 1 : 2, first->begin, speaker,
                             doubtful);
    return is_word(scene->text, first, "it") ? speaker : NAME_NONE;
}

/* Finds who is meant by a phrase. */
static source find_source(article_scene *scene, const token_list *list, phrase words,
                          bool *doubtful)
{
    const token_list tokens = {list->items + words.first, words.last - words.first + 1};
    mill_span span = {tokens.items[0].begin, tokens.items[tokens.count - 1].end};
    return (source){span, resolve(scene, words.kind, &tokens, doubtful)};
}

/* Takes for the speaker the first of some sources who has a name, and the others for partners. */
static void share_out(attribution *result, const source *sources, uint32_t count)
{
    uint32_t leader = 0;
    while (leader < count && sources[leader].name == NAME_NONE) leader++;
    if (leader == count) leader = 0;
    result->speaker = sources[leader].span;
    result->name = sources[leader].name;
    if (result->name != NAME_NONE) result->kind = PHRASE_NAME;
    result->mention = (mill_span){sources[0].span.begin, sources[count - 1].span.end};
    for (uint32_t i = 0; i < count; i++)
        if (i != leader) result->partners[result->partner_count++] = sources[i];
}

/* Finds who speaks together with the speaker. */
static void add_partners(article_scene *scene, const token_list *list, finding found,
                         attribution *result)
{
    phrase partners[PARTNERS_MAX];
    source sources[PARTNERS_MAX + 1];
    bool inverted = found.cue != NO_CUE && found.cue < found.speaker.first, doubtful;
    uint32_t others = phrase_partners(list, scene->text, found.speaker, inverted, partners);
    uint32_t count = 0;
    if (others == 0) return;
    if (inverted) sources[count++] = (source){result->speaker, result->name};
    for (uint32_t i = 0; i < others; i++)
        sources[count++] = find_source(scene, list, partners[i], &doubtful);
    if (!inverted) sources[count++] = (source){result->speaker, result->name};
    share_out(result, sources, count);
}

static attribution make_attribution(article_scene *scene, const token_list *list, finding found)
{
    attribution result = {.rule = found.rule, .name = NAME_NONE};
    if (found.rule == RULE_NONE) return result;
    source speaker = find_source(scene, list, found.speaker, &result.doubtful);
    result.kind = found.speaker.kind;
    result.speaker = result.mention = speaker.span;
    result.name = speaker.name;
    if (found.cue != NO_CUE)
        result.cue = (mill_span){list->items[found.cue].begin, list->items[found.cue].end};
    result.near = found.near;
    if (has_cue(&result)) add_partners(scene, list, found, &result);
    return result;
}

attribution attribution_of(article_scene *scene, const token_list *list, phrase speaker,
                           uint32_t cue, attribution_rule rule)
{
    return make_attribution(scene, list, (finding){speaker, cue, rule, true});
}

/* ---- Back to earlier speakers -------------------------------------------------------------- */

static attribution inherit(const attribution *from, attribution_rule rule)
{
    attribution result = *from;
    result.rule = from->rule != RULE_NONE ? rule : RULE_NONE;
    bool first = from->origin == RULE_NONE || from->rule < from->origin;
    result.origin = first ? from->rule : from->origin;
    result.near = false;
    return result;
}

/* The last byte of the quote before its closing mark. */
static char last_byte(mill_text text, const marked *quote)
{
    return text.data[quote->span.end - quote->closing - 1];
}

/* Tells whether a quote alone in its paragraph answers the one before: two people have taken turns,
 * and one of them asks. */
static bool takes_turn(const article_scene *scene, const quote_passage *passage, uint32_t index)
{
    const marked *quote = &passage->quotes[index];
    const turn *last = &scene->turns[0], *before = &scene->turns[1];
    if (index > 0 || before->by.rule == RULE_NONE || last->by.name == before->by.name) return false;
    if (passage->span.begin - last->end > TURN_GAP) return false;
    return last->asks || last_byte(scene->text, quote) == '?';
}

/* A quote without a verb of its own: the speaker before goes on, or the sentence before names one.
 */
static attribution look_back(article_scene *scene, const quote_passage *passage, uint32_t index,
                             bool follows)
{
    uint32_t at = passage->quotes[index].span.begin;
    if (follows) return inherit(&scene->last, RULE_SAME_PARAGRAPH);
    if (takes_turn(scene, passage, index)) return inherit(&scene->turns[1].by, RULE_ALTERNATION);
    bool can_inherit = scene->has_last && at - scene->last_end < FOLLOW_REACH;
    if (scene->misses == MISSES_MAX && !can_inherit) return (attribution){.name = NAME_NONE};
    uint32_t begin = surroundings_read_previous(&scene->around, &scene->sentences, scene->known,
                                                scene->text, at);
    const token_line *line = &scene->around.previous;
    const token_list previous = {line->items, line->count};
    if (can_inherit && scene->last_end >= begin) return inherit(&scene->last, RULE_NEXT_PARAGRAPH);
    finding found = look_before(&previous, scene->text);
    if (found.rule == RULE_NONE) found = look_at_subject(&previous);
    if (found.rule != RULE_NONE && found.speaker.kind != PHRASE_NOUN) {
        found = (finding){found.speaker, NO_CUE, RULE_SENTENCE_BEFORE, false};
        return make_attribution(scene, &previous, found);
    }
    if (can_inherit) return inherit(&scene->last, RULE_NEXT_PARAGRAPH);
    scene->misses++;
    return (attribution){.name = NAME_NONE};
}

void attribution_note(article_scene *scene, const quote_passage *passage, uint32_t index,
                      const attribution *by)
{
    const marked *quote = &passage->quotes[index];
    if (by->rule == RULE_NONE) return;
    scene->last = *by;
    scene->last_end = quote->span.end;
    scene->has_last = true;
    if (index > 0 || quote->span.begin > passage->span.begin + TURN_GAP) return;
    scene->turns[1] = scene->turns[0];
    scene->turns[0] = (turn){*by, passage->span.end, last_byte(scene->text, quote) == '?'};
    if (passage->span.begin - scene->turns[1].end > TURN_GAP) scene->turns[1].by.rule = RULE_NONE;
}

/* ---- The order of looks -------------------------------------------------------------------- */

/* Tells whether the sentence before the quote leads into it: without a comma, or with a verb of
 * speech shortly before one. */
static bool leads_in(const token_list *before, mill_text text)
{
    uint32_t count = before->count;
    if (count == 0) return false;
    if (!(set_at(before, count - 1) & (TOKEN_COMMA | TOKEN_QUOTE | TOKEN_STOP))) return true;
    for (uint32_t i = count; i > 0 && count - i < LEAD_IN_REACH; i--) {
        if (set_at(before, i - 1) & TOKEN_QUOTE) return false;
        if (attribution_is_verb(before, text, i - 1)) return true;
    }
    return false;
}

attribution attribute_quote(article_scene *scene, const quote_passage *passage, uint32_t index,
                            bool follows)
{
    const marked *quote = &passage->quotes[index];
    surroundings *around = &scene->around;
    mill_text text = scene->text;
    surroundings_read(around, &scene->sentences, scene->known, text, passage, index);
    finding signature = find_signature(&around->after);
    if (signature.rule != RULE_NONE) return make_attribution(scene, &around->after, signature);
    char last = last_byte(text, quote);
    bool goes_on = last == ',' || text.data[quote->span.end] == ',' || !around->after_is_new;
    bool behind_first = goes_on && !leads_in(&around->before, text);
    bool parted = last == ',' || last == '?' || last == '!';
    finding behind = goes_on || last != '.' ? look_behind(&around->after, text, parted) : nothing;
    if (behind_first && behind.rule != RULE_NONE)
        return make_attribution(scene, &around->after, behind);
    finding before = look_before(&around->before, text);
    if (before.rule != RULE_NONE) return make_attribution(scene, &around->before, before);
    if (behind.rule != RULE_NONE && goes_on) return make_attribution(scene, &around->after, behind);
    finding subject = look_at_subject(&around->before);
    if (subject.rule != RULE_NONE) return make_attribution(scene, &around->before, subject);
    if (around->after_is_new && last != '.' && behind.rule != RULE_NONE && !follows)
        return make_attribution(scene, &around->after, behind);
    return look_back(scene, passage, index, follows);
}
