/* indirect - see indirect.h. A verb of speech after which a clause goes on reports that clause; one
 * that ends its sentence, behind a comma, reports what stands before the comma.
 */
#include "indirect.h"

#define TAIL_TOKENS_MAX 8 /* of "..., Ann Lee told the board on Monday" */

static uint32_t set_at(const token_list *list, uint32_t i)
{
    return list->items[i].set;
}

static bool is_that(const token_list *list, mill_text text, uint32_t i)
{
    const text_token *token = &list->items[i];
    return token->end - token->begin == 4 && memcmp(text.data + token->begin, "that", 4) == 0;
}

static mill_span words_between(const token_list *list, uint32_t first, uint32_t end)
{
    return (mill_span){list->items[first].begin, list->items[end - 1].end};
}

/* Returns how many tokens the sentence has without the stops at its end. */
static uint32_t without_stop(const token_list *list)
{
    uint32_t count = list->count;
    while (count > 0 && (set_at(list, count - 1) & TOKEN_STOP)) count--;
    return count;
}

/* Tells whether a clause begins with token `i`: it has a subject of its own, or "that". */
static bool begins_clause(const token_list *list, mill_text text, uint32_t i, uint32_t end)
{
    if (i + 2 >= end) return false;
    if (is_that(list, text, i)) return true;
    if (set_at(list, i) & (WORD_PREPOSITION | WORD_TIME | TOKEN_MARKS | WORD_HELPER)) return false;
    return phrase_at(list, i, end).kind != PHRASE_NONE;
}

/* "Ann Lee said (that) it was old": the clause behind the verb. */
static bool read_behind(const token_list *list, mill_text text, uint32_t verb, phrase *speaker,
                        mill_span *words)
{
    uint32_t end = without_stop(list), from = verb + 1;
    while (from < end && from - verb <= TAIL_TOKENS_MAX && !is_that(list, text, from) &&
           !(set_at(list, from) & TOKEN_MARKS))
        from++;
    bool that = from < end && is_that(list, text, from);
    if (!that) from = verb + 1;
    if (!that && (set_at(list, verb) & WORD_TELL))
        return false; /* whom, then what: not told apart */
    if (!begins_clause(list, text, from, end)) return false;
    *speaker = subject_before(list, 0, verb);
    *words = words_between(list, from, end);
    return speaker->kind != PHRASE_NONE;
}

/* "It was old, Ann Lee said on Monday": what stands before the comma. */
static bool read_before(const token_list *list, uint32_t verb, phrase *speaker, mill_span *words)
{
    uint32_t end = without_stop(list), comma = verb;
    if (end - verb > TAIL_TOKENS_MAX) return false;
    while (comma > 0 && !(set_at(list, comma - 1) & TOKEN_COMMA)) comma--;
    if (comma < 4) return false;
    bool inverted = comma == verb && (set_at(list, verb) & WORD_CUE);
    *speaker =
        inverted ? phrase_behind_verb(list, verb + 1, end) : subject_before(list, comma, verb);
    *words = words_between(list, 0, comma - 1);
    return speaker->kind != PHRASE_NONE;
}

/* "According to Ann Lee, it was old", or the other way round. */
static bool read_according(const token_list *list, uint32_t verb, phrase *speaker, mill_span *words)
{
    uint32_t end = without_stop(list);
    *speaker = phrase_at(list, verb + 2, end);
    if (speaker->kind == PHRASE_NONE) return false;
    if (verb >= 4) return *words = words_between(list, 0, verb), true;
    uint32_t from = speaker->last + 1;
    while (from < end && !(set_at(list, from) & TOKEN_COMMA)) from++;
    if (from + 3 >= end) return false;
    return *words = words_between(list, from + 1, end), true;
}

attribution indirect_read(article_scene *scene, mill_span sentence, mill_span *words)
{
    token_line *line = &scene->around.previous;
    mill_text text = scene->text;
    line->count = tokens_read(scene->known, text.data, sentence, line->items, LINE_TOKENS_MAX);
    const token_list list = {line->items, line->count};
    for (uint32_t i = 0; i < list.count; i++) {
        if (set_at(&list, i) & (TOKEN_QUOTE | TOKEN_BRACKET)) break;
        phrase speaker;
        bool according = attribution_is_according(&list, text, i);
        if (according && read_according(&list, i, &speaker, words))
            return attribution_of(scene, &list, speaker, i, RULE_ACCORDING);
        if (according || !attribution_is_verb(&list, text, i)) continue;
        if (read_behind(&list, text, i, &speaker, words))
            return attribution_of(scene, &list, speaker, i, RULE_VERB_BEFORE);
        if (read_before(&list, i, &speaker, words))
            return attribution_of(scene, &list, speaker, i, RULE_VERB_BEHIND);
    }
    return (attribution){.name = NAME_NONE};
}
