/* quotation - see quotation.h. A verb of speech close by speaks for a quotation, as do length and a
 * stop inside the marks; capitals on all words, a word such as "titled" before it, and being short
 * speak against it.
 */
#include "quotation.h"

#include "textmill/scan.h"

#define LONG_WORDS  8 /* a quote of so many is a quotation wherever it stands */
#define SHORT_WORDS 3 /* one of so few needs a verb of speech */
#define MINOR_BYTES 4 /* shorter words stay small in titles */

static mill_span inside_of(const marked *quote)
{
    return (mill_span){quote->span.begin + quote->opening, quote->span.end - quote->closing};
}

/* The blanks of the block that was looked at last: it holds all words that are asked about, mostly.
 */
typedef struct blank_block {
    uint32_t begin;
    uint64_t blanks;
} blank_block;

static inline blank_block find_blanks(mill_text text, uint32_t at)
{
    return (blank_block){at, mill_scan_either(text.data + at, ' ', '\n')};
}

/* Returns the first blank from `at` on, or `end`. `at` is not before the block. */
static inline uint32_t next_blank(mill_text text, blank_block *block, uint32_t at, uint32_t end)
{
    while (at < end) {
        if (at - block->begin >= MILL_SCAN_BLOCK) *block = find_blanks(text, at);
        uint64_t blanks = block->blanks >> (at - block->begin);
        if (blanks != 0) {
            at += mill_scan_first(blanks);
            break;
        }
        at = block->begin + MILL_SCAN_BLOCK;
    }
    return at < end ? at : end;
}

uint32_t quotation_words(mill_text text, const marked *quote)
{
    mill_span inside = inside_of(quote);
    uint32_t count = 0;
    uint64_t apart = 1; /* the byte before is blank */
    for (uint32_t at = inside.begin; at < inside.end; at += MILL_SCAN_BLOCK) {
        uint64_t blanks = find_blanks(text, at).blanks;
        uint64_t begins = ~blanks & (blanks << 1 | apart);
        uint32_t left = inside.end - at;
        if (left < MILL_SCAN_BLOCK) begins &= (UINT64_C(1) << left) - 1;
        count += mill_scan_count(begins);
        apart = blanks >> 63;
    }
    return count;
}

/* Notes a word of which it is known whether it opens with a capital, and whether it is long. */
static inline void note_word(quote_shape *shape, bool capital, bool is_long)
{
    if (shape->words == 0) shape->starts_small = !capital;
    if (!capital && (shape->words == 0 || is_long)) shape->title_case = false;
    shape->capitals += capital;
    shape->words++;
}

quote_shape quotation_shape(mill_text text, const marked *quote)
{
    mill_span inside = inside_of(quote);
    while (inside.end > inside.begin + 1 && mill_is_blank(text.data[inside.end - 1])) inside.end--;
    char last = text.data[inside.end - 1];
    quote_shape shape = {.title_case = true, .asks = last == '?' || last == '!', .last = last};
    shape.has_stop = shape.asks || last == '.' || last == '-';
    uint32_t at = inside.begin;
    blank_block block = find_blanks(text, at);
    while (shape.words < LONG_WORDS) {
        at = next_word(text.data, at, inside.end);
        if (at >= inside.end) break;
        uint32_t stop = next_blank(text, &block, at, inside.end);
        unsigned char byte = (unsigned char)text.data[at];
        bool capital = is_capital_at(text.data, at) || (unsigned)byte - '0' < 10u;
        note_word(&shape, capital, stop - at > MINOR_BYTES);
        at = stop + (stop < inside.end);
    }
    if (shape.capitals * 2 < shape.words) shape.title_case = false;
    return shape;
}

/* Tells whether a word just before the quote says that a name or a term follows. */
static bool is_named(const token_list *before)
{
    uint32_t count = before->count;
    if (count == 0) return false;
    if (before->items[count - 1].set & WORD_NAMING) return true;
    return count > 1 && !(before->items[count - 1].set & TOKEN_MARKS) &&
           (before->items[count - 2].set & WORD_NAMING) &&
           (before->items[count - 1].set & WORD_PREPOSITION);
}

/* Tells whether the words before the quote lead to nothing but it: a comma, a colon, a verb. */
static bool is_led_in(const token_list *before)
{
    if (before->count == 0) return true;
    uint32_t last = before->items[before->count - 1].set;
    return (last & (TOKEN_COMMA | TOKEN_COLON | TOKEN_DASH | TOKEN_QUOTE | WORD_CUE)) != 0;
}

/* Tells whether the quote only colours the noun behind it: the "safe" road. */
static bool colours_noun(const token_list *after)
{
    return after->count > 0 && !(after->items[0].set &
                                 (TOKEN_MARKS | WORD_PREPOSITION | WORD_CONJUNCTION | WORD_HELPER |
                                  WORD_RELATIVE | WORD_CUE | WORD_TELL | WORD_PRONOUN |
                                  WORD_DETERMINER | WORD_TIME | TOKEN_BREAK | TOKEN_SENTENCE));
}

static bool is_token(mill_text text, const text_token *token, const char *word)
{
    size_t length = strlen(word);
    return token->end - token->begin == length &&
           memcmp(text.data + token->begin, word, length) == 0;
}

/* Tells whether a short quote is what somebody says of something: his claim was "true", he saw it
 * as a "con", urged them to "wait". A term has an article or an adjective before it. */
static bool is_predicate(const token_list *before, mill_text text)
{
    uint32_t count = before->count;
    if (count == 0) return false;
    const text_token *last = &before->items[count - 1];
    if ((last->set & WORD_HELPER) || is_token(text, last, "to")) return true;
    if (count > 1 && is_token(text, last, "a")) last--;
    return is_token(text, last, "as");
}

bool quotation_is_one(const article_scene *scene, const marked *quote, const quote_shape *shape,
                      const attribution *by)
{
    const token_list *before = &scene->around.before;
    bool touching = has_cue(by) && by->near;
    if (shape->words == 0) return false;
    if (quote->closing == 0) return touching;
    if (is_named(before)) return false;
    if (shape->words >= LONG_WORDS) return by->rule != RULE_NONE || shape->has_stop;
    bool predicate = is_predicate(before, scene->text);
    bool spoken = (touching && is_led_in(before)) || (has_cue(by) && predicate);
    bool alone = before->count == 0 && scene->around.after.count == 0 && shape->has_stop;
    if (alone && by->rule != RULE_NONE) return true;
    if (shape->title_case && !shape->asks && !spoken) return false;
    if (shape->words <= SHORT_WORDS && !has_cue(by) && colours_noun(&scene->around.after))
        return false;
    bool term = shape->words == 1 && before->count > 0 &&
                is_token(scene->text, &before->items[before->count - 1], "the");
    if (term) return false;
    if (has_cue(by)) return true;
    predicate = predicate && shape->starts_small;
    bool after_colon = before->count > 0 && (before->items[before->count - 1].set & TOKEN_COLON);
    if (shape->words > SHORT_WORDS)
        return by->rule != RULE_NONE || shape->has_stop || predicate || after_colon;
    if (before->count > 0) return predicate;
    return shape->has_stop && by->rule != RULE_NONE;
}

bool quotation_is_mixed(const article_scene *scene, const quote_shape *shape)
{
    const token_list *before = &scene->around.before, *after = &scene->around.after;
    if (before->count == 0 || is_led_in(before)) {
        bool cut_off = !shape->has_stop && after->count > 0 && !scene->around.after_is_new &&
                       !(after->items[0].set & (TOKEN_MARKS | WORD_CUE)) && shape->last != ',';
        return cut_off || (before->count == 0 && shape->starts_small);
    }
    return true;
}
