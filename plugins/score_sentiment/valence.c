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
    double value = word->entry.value;
    double direction = value < 0 ? -1 : 1;
    uint32_t reach = negation_window > BOOSTER_REACH ? negation_window : BOOSTER_REACH;
    for (const hit *before = word; before > first;) {
        before--;
        uint32_t distance = word->word - before->word;
        if (distance > reach) break;
        if (before->entry.role == ROLE_BOOSTER && distance <= BOOSTER_REACH)
            value += direction * before->entry.value * fading[distance];
        else if (before->entry.role == ROLE_NEGATION && distance <= negation_window)
            value *= NEGATED;
    }
    return value;
}

static const hit *find_contrast(const hit *first, const hit *last)
{
    while (first < last && first->entry.role != ROLE_CONTRAST) first++;
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

static void add_share(word_shares *shares, double value)
{
    if (value > 0) shares->positive += value + 1;
    if (value < 0) shares->negative += 1 - value;
    shares->scored += value > 0 || value < 0;
}

double valence_of(const hit_list *hits, uint32_t first_index, mill_span span, mill_text text,
                  uint32_t negation_window, word_shares *shares)
{
    if (first_index == hits->count) return 0;
    const hit *first = hits->items + first_index, *last = first;
    const hit *all_end = hits->items + hits->count;
    while (last < all_end && last->begin < span.end) last++;
    if (first == last) return 0;
    const hit *contrast = find_contrast(first, last);
    double sum = 0;
    for (const hit *word = first; word < last; word++) {
        if (word->entry.role != ROLE_VALENCE) continue;
        double value = value_in_context(first, word, negation_window);
        if (contrast < last) value *= word < contrast ? BEFORE_CONTRAST : AFTER_CONTRAST;
        if (shares != NULL) add_share(shares, value);
        sum += value;
    }
    if (hits->has_exclamation && (sum > 0 || sum < 0)) {
        double emphasis = EXCLAMATION * count_exclamations(text, span);
        sum += sum > 0 ? emphasis : -emphasis;
    }
    return sum / sqrt(sum * sum + NORMAL);
}
