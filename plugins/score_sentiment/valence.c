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

/* The value of a word with the boosters and negations before it, which are never far: nothing
 * before `first` counts. */
static double value_in_context(const hit *first, const hit *word, uint32_t negation_window)
{
    static const double fading[BOOSTER_REACH + 1] = {0, 1, 0.95, 0.9};
    double value = word->value;
    uint32_t reach = negation_window > BOOSTER_REACH ? negation_window : BOOSTER_REACH;
    for (const hit *before = word; before > first;) {
        before--;
        uint32_t distance = word->word - before->word;
        if (distance > reach) break;
        if (before->role == ROLE_BOOSTER && distance <= BOOSTER_REACH)
            value += (word->value < 0 ? -1 : 1) * before->value * fading[distance];
        else if (before->role == ROLE_NEGATION && distance <= negation_window)
            value *= NEGATED;
    }
    return value;
}

static const hit *find_contrast(const hit *first, const hit *last)
{
    while (first < last && first->role != ROLE_CONTRAST) first++;
    return first;
}

static unsigned count_exclamations(mill_text text, mill_span span)
{
    unsigned count = 0;
    const char *at = text.data + span.begin, *end = text.data + span.end;
    while (count < EXCLAMATIONS_MAX && at < end) {
        at = memchr(at, '!', (size_t)(end - at));
        if (at == NULL) break;
        count++;
        at++;
    }
    return count;
}

/* Without a branch, because no processor can guess which words are good. */
static inline void add_share(word_shares *shares, double value)
{
    shares->positive += value > 0 ? value + 1 : 0;
    shares->negative += value < 0 ? 1 - value : 0;
    shares->scored += value > 0 || value < 0;
}

/* The hits of a span, and which roles there are among them: most spans have words with a valence
 * and nothing that changes it. */
typedef struct span_hits {
    const hit *first;
    const hit *last; /* behind the last one */
    unsigned roles;  /* a bit for each word_role */
} span_hits;

static inline bool has_role(const span_hits *part, word_role role)
{
    return (part->roles >> role & 1) != 0;
}

static span_hits find_hits(const hit_list *hits, uint32_t first, uint32_t end)
{
    span_hits part = {hits->items + first, hits->items + first, 0};
    const hit *all_end = hits->items + hits->count;
    for (; part.last < all_end && part.last->begin < end; part.last++)
        part.roles |= 1u << part.last->role;
    return part;
}

/* Adds up the words of a span; with their shares, if those are asked for. */
static double add_up(const span_hits *part, uint32_t negation_window, word_shares *shares)
{
    bool is_changed = has_role(part, ROLE_BOOSTER) || has_role(part, ROLE_NEGATION);
    bool has_contrast = has_role(part, ROLE_CONTRAST);
    const hit *contrast = has_contrast ? find_contrast(part->first, part->last) : part->last;
    double sum = 0;
    for (const hit *word = part->first; word < part->last; word++) {
        if (word->role != ROLE_VALENCE) continue;
        double value = word->value;
        if (is_changed) value = value_in_context(part->first, word, negation_window);
        if (has_contrast) value *= word < contrast ? BEFORE_CONTRAST : AFTER_CONTRAST;
        if (shares != NULL) add_share(shares, value);
        sum += value;
    }
    return sum;
}

double valence_of(const hit_list *hits, uint32_t first, mill_span span, mill_text text,
                  uint32_t negation_window, word_shares *shares)
{
    if (first == hits->count) return 0; /* and the list may have no memory at all */
    span_hits part = find_hits(hits, first, span.end);
    if (!has_role(&part, ROLE_VALENCE)) return 0;
    double sum = add_up(&part, negation_window, shares);
    if (hits->has_exclamation && (sum > 0 || sum < 0)) {
        double emphasis = EXCLAMATION * count_exclamations(text, span);
        sum += sum > 0 ? emphasis : -emphasis;
    }
    return sum / sqrt(sum * sum + NORMAL);
}
