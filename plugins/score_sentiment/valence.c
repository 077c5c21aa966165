/* valence - see valence.h. The constants are those of VADER (Hutto and Gilbert 2014), which were
 * measured on human ratings: what a negation leaves of a word, what a booster adds near and further
 * off, what "but" does, what an exclamation mark is worth.
 */
#include "valence.h"
#include <math.h>

#define NEGATED          (-0.74)
#define BOOSTER_REACH    3
#define BEFORE_CONTRAST  0.5
#define AFTER_CONTRAST   1.5
#define EXCLAMATION      0.292
#define EXCLAMATIONS_MAX 4
#define NORMAL           15.0 /* brings a sum into -1 to 1: s / sqrt(s * s + NORMAL) */

/* Returns the value of a word with the boosters and negations before it, which are never far, and
 * writes where the first of them begins. Nothing before `first` counts. */
static double weigh(const hit *first, const hit *word, uint32_t negation_window, uint32_t *context)
{
    static const double fading[BOOSTER_REACH + 1] = {0, 1, 0.95, 0.9};
    double value = word->value;
    for (const hit *before = word; before > first;) {
        before--;
        uint32_t distance = word->word - before->word;
        if (distance > BOOSTER_REACH && distance > negation_window) break;
        if (before->role == ROLE_BOOSTER && distance <= BOOSTER_REACH)
            value += (word->value < 0 ? -1 : 1) * before->value * fading[distance];
        else if (before->role == ROLE_NEGATION && distance <= negation_window)
            value *= NEGATED;
        else
            continue;
        *context = before->begin;
    }
    return value;
}

/* Without a branch that depends on the role. */
void valence_weigh(hit_list *hits, uint32_t negation_window)
{
    uint32_t reach = negation_window > BOOSTER_REACH ? negation_window : BOOSTER_REACH;
    const uint32_t reaches[ROLES] = {[ROLE_BOOSTER] = reach + 1, [ROLE_NEGATION] = reach + 1};
    const double counts[ROLES] = {[ROLE_VALENCE] = 1};
    uint32_t until = 0; /* words before this one may be changed by the modifier found last */
    for (uint32_t i = 0; i < hits->count; i++) {
        hit *word = &hits->items[i];
        uint32_t reached = word->word + reaches[word->role];
        word->context = word->begin;
        word->weighed = word->value * counts[word->role];
        if (word->word < until && fabs(word->weighed) > 0)
            word->weighed = weigh(hits->items, word, negation_window, &word->context);
        until = until > reached ? until : reached;
    }
}

static const hit *find_contrast(const hit *first, const hit *last)
{
    while (first < last && first->role != ROLE_CONTRAST) first++;
    return first;
}

/* Counts the marks of a span; those before it have been passed. */
static unsigned count_exclamations(const hit_list *hits, hit_cursor *cursor, mill_span span)
{
    const uint32_t *marks = hits->exclamations;
    uint32_t first = cursor->exclamation, last;
    while (first < hits->exclamation_count && marks[first] < span.begin) first++;
    cursor->exclamation = last = first;
    while (last < hits->exclamation_count && marks[last] < span.end &&
           last - first < EXCLAMATIONS_MAX)
        last++;
    return last - first;
}

/* Without a branch, because no processor can guess which words are good. */
static inline void add_share(word_shares *shares, double value)
{
    shares->sum += value;
    shares->strength += fabs(value);
    shares->positives += value > 0;
    shares->negatives += value < 0;
}

/* The hits of a span. */
typedef struct span_hits {
    const hit *first;
    const hit *last;    /* behind the last one */
    bool is_plain;      /* it has no "but", and nothing before the span has changed a word */
    word_shares shares; /* if it is plain */
} span_hits;

/* Finds the first hit of the next span. */
static void step(const hit_list *hits, hit_cursor *cursor, mill_span span)
{
    uint32_t first = span.begin >= cursor->span_end ? cursor->last : cursor->first;
    while (first < hits->count && hits->items[first].begin < span.begin) first++;
    cursor->first = first;
}

/* Adds up what the words weigh. */
static span_hits add_up(const hit_list *hits, uint32_t first, mill_span span)
{
    const hit *at = hits->items + first, *all_end = hits->items + hits->count;
    span_hits part = {.first = at, .is_plain = true};
    for (; at < all_end && at->begin < span.end; at++) {
        part.is_plain &= (at->role != ROLE_CONTRAST) & (at->context >= span.begin);
        add_share(&part.shares, at->weighed);
    }
    part.last = at;
    return part;
}

/* The same for any span, word by word. */
static void add_up_anew(span_hits *part, mill_span span, uint32_t negation_window)
{
    const hit *contrast = find_contrast(part->first, part->last);
    part->shares = (word_shares){0, 0, 0, 0};
    for (const hit *word = part->first; word < part->last; word++) {
        uint32_t context;
        double value = word->weighed;
        if (word->context < span.begin) value = weigh(part->first, word, negation_window, &context);
        if (contrast < part->last) value *= word < contrast ? BEFORE_CONTRAST : AFTER_CONTRAST;
        add_share(&part->shares, value);
    }
}

double valence_of(const hit_list *hits, hit_cursor *cursor, mill_span span,
                  uint32_t negation_window, word_shares *shares)
{
    step(hits, cursor, span);
    span_hits part = add_up(hits, cursor->first, span);
    cursor->last = (uint32_t)(part.last - hits->items);
    cursor->span_end = span.end;
    if (!part.is_plain) add_up_anew(&part, span, negation_window);
    *shares = part.shares;
    if (part.first == part.last) return 0;
    double sum = part.shares.sum;
    if (hits->exclamation_count > 0 && (sum > 0 || sum < 0))
        sum += copysign(EXCLAMATION * count_exclamations(hits, cursor, span), sum);
    return sum / sqrt(sum * sum + NORMAL);
}
