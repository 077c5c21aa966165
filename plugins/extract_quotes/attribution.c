/* attribution - see attribution.h. Three looks, in an order that the stop at the end of the quote
 * decides: behind it ("...," said Ann Lee), before it (Ann Lee said: "..."), and back to whoever
 * spoke last or is the subject of the sentence before.
 */
#include "attribution.h"

#define VERB_REACH   24   /* tokens between a quote and the verb behind it */
#define FOLLOW_REACH 1200 /* bytes over which a speaker goes on */

typedef struct finding {
    phrase speaker;
    uint32_t cue; /* a token, or NO_CUE */
    evidence evidence;
    bool near;
} finding;

#define NO_CUE UINT32_MAX

static const finding nothing = {{0, 0, PHRASE_NONE}, NO_CUE, EVIDENCE_NONE, false};

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

/* Tells whether token `i` is a verb of speech: not "a report", "her claim", "in comments". */
static bool is_cue_verb(const token_list *list, mill_text text, uint32_t i)
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

static finding find_according(const token_list *list, mill_text text)
{
    for (uint32_t i = 0; i + 2 < list->count; i++) {
        if (!is_word(text, &list->items[i], "according") ||
            !is_word(text, &list->items[i + 1], "to"))
            continue;
        finding found = {phrase_at(list, i + 2, list->count), i, EVIDENCE_CUE, true};
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
        if (is_cue_verb(list, text, i)) return i;
    }
    return NO_CUE;
}

/* “...” - Ann Lee, Denver */
static finding find_signature(const token_list *list, uint32_t dash)
{
    finding found = {phrase_at(list, dash + 1, list->count), NO_CUE, EVIDENCE_CUE, true};
    if (found.speaker.kind != PHRASE_NAME || found.speaker.first != dash + 1) return nothing;
    bool ends = found.speaker.last + 1 == list->count ||
                (set_at(list, found.speaker.last + 1) & (TOKEN_COMMA | TOKEN_STOP));
    return ends ? found : nothing;
}

static finding look_behind(const token_list *list, mill_text text)
{
    uint32_t from = 0;
    while (from < list->count && (set_at(list, from) & (TOKEN_COMMA | TOKEN_BRACKET))) from++;
    if (from < list->count && (set_at(list, from) & TOKEN_DASH)) {
        finding signature = find_signature(list, from++);
        if (signature.evidence != EVIDENCE_NONE) return signature;
    }
    uint32_t verb = find_verb_behind(list, text, from);
    if (verb == NO_CUE) return find_according(list, text);
    finding found = {{0, 0, PHRASE_NONE}, verb, EVIDENCE_CUE, true};
    if (is_inverted(list, from, verb)) {
        found.speaker = phrase_at(list, verb + 1, list->count);
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
        phrase inverted = phrase_at(list, verb + 1, list->count);
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
    for (uint32_t i = count; i > 0; i--) {
        if (!is_cue_verb(list, text, i - 1)) continue;
        bool near = i + 3 >= count || (set_at(list, count - 1) & TOKEN_COLON);
        finding found = {subject_of(list, text, i - 1), i - 1, EVIDENCE_CUE, near};
        if (found.speaker.kind != PHRASE_NONE) return found;
    }
    return find_according(list, text);
}

/* “Ann Lee: "..."”, or whoever is the subject of the sentence. */
static finding look_at_subject(const token_list *list)
{
    if (list->count == 0) return nothing;
    bool colon = (set_at(list, list->count - 1) & TOKEN_COLON) != 0;
    finding found = {subject_of_clause(list, 0, list->count), NO_CUE,
                     colon ? EVIDENCE_CUE : EVIDENCE_POSITION, colon};
    return found.speaker.kind == PHRASE_NONE ? nothing : found;
}

/* ---- From a finding to an attribution ------------------------------------------------------ */

static void resolve(article_scene *scene, attribution *found, uint32_t set)
{
    found->name = NAME_NONE;
    if (found->kind == PHRASE_NAME)
        found->name = names_speaker(&scene->names, scene->known, scene->text, found->speaker);
    if (found->kind != PHRASE_PRONOUN) return;
    int speaker = scene->has_last ? scene->last.name : NAME_NONE;
    if (set & (WORD_HE | WORD_SHE))
        found->name =
            names_pronoun(&scene->names, set & WORD_HE ? 1 : 2, found->speaker.begin, speaker);
    else if (is_word(scene->text, &(text_token){found->speaker.begin, found->speaker.end, 0}, "it"))
        found->name = speaker;
}

static attribution make_attribution(article_scene *scene, const token_list *list, finding found)
{
    attribution result = {.evidence = found.evidence, .name = NAME_NONE};
    if (found.evidence == EVIDENCE_NONE) return result;
    result.kind = found.speaker.kind;
    result.speaker =
        (mill_span){list->items[found.speaker.first].begin, list->items[found.speaker.last].end};
    if (found.cue != NO_CUE)
        result.cue = (mill_span){list->items[found.cue].begin, list->items[found.cue].end};
    result.near = found.near;
    resolve(scene, &result, set_at(list, found.speaker.first));
    return result;
}

/* ---- Back to earlier speakers -------------------------------------------------------------- */

static attribution inherit(const article_scene *scene)
{
    attribution result = scene->last;
    if (result.evidence != EVIDENCE_NONE) result.evidence = EVIDENCE_INHERITED;
    result.near = false;
    return result;
}

/* A quote without a verb of its own: the speaker before goes on, or the sentence before names one.
 */
static attribution look_back(article_scene *scene, uint32_t at, bool follows)
{
    if (follows) return inherit(scene);
    uint32_t begin = surroundings_read_previous(&scene->around, &scene->sentences, scene->known,
                                                scene->text, at);
    const token_line *line = &scene->around.previous;
    const token_list previous = {line->items, line->count};
    bool can_inherit = scene->has_last && at - scene->last_end < FOLLOW_REACH;
    if (can_inherit && scene->last_end >= begin) return inherit(scene);
    finding found = look_before(&previous, scene->text);
    if (found.evidence == EVIDENCE_NONE) found = look_at_subject(&previous);
    if (found.evidence != EVIDENCE_NONE && found.speaker.kind != PHRASE_NOUN) {
        found.evidence = EVIDENCE_POSITION;
        found.near = false;
        found.cue = NO_CUE;
        return make_attribution(scene, &previous, found);
    }
    return can_inherit ? inherit(scene) : (attribution){.name = NAME_NONE};
}

/* ---- The order of looks -------------------------------------------------------------------- */

/* The last byte of the quote before its closing mark. */
static char last_byte(mill_text text, const marked *quote)
{
    return text.data[quote->span.end - quote->closing - 1];
}

/* Tells whether the sentence before the quote leads into it. */
static bool leads_in(const token_list *before)
{
    return before->count > 0 &&
           !(set_at(before, before->count - 1) & (TOKEN_COMMA | TOKEN_QUOTE | TOKEN_STOP));
}

attribution attribute_quote(article_scene *scene, const quote_passage *passage, uint32_t index,
                            bool follows)
{
    const marked *quote = &passage->quotes[index];
    surroundings *around = &scene->around;
    mill_text text = scene->text;
    surroundings_read(around, &scene->sentences, scene->known, text, passage, index);
    char last = last_byte(text, quote);
    bool goes_on = last == ',' || text.data[quote->span.end] == ',' || !around->after_is_new;
    bool behind_first = goes_on && !leads_in(&around->before);
    finding behind = goes_on || last != '.' ? look_behind(&around->after, text) : nothing;
    if (behind_first && behind.evidence != EVIDENCE_NONE)
        return make_attribution(scene, &around->after, behind);
    finding before = look_before(&around->before, text);
    if (before.evidence != EVIDENCE_NONE) return make_attribution(scene, &around->before, before);
    if (behind.evidence != EVIDENCE_NONE && goes_on)
        return make_attribution(scene, &around->after, behind);
    finding subject = look_at_subject(&around->before);
    if (subject.evidence != EVIDENCE_NONE) return make_attribution(scene, &around->before, subject);
    if (around->after_is_new && last != '.' && behind.evidence != EVIDENCE_NONE && !follows)
        return make_attribution(scene, &around->after, behind);
    return look_back(scene, quote->span.begin, follows);
}
