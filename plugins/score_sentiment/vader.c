/* vader - see vader.h. What the rules ask of a token is found once; then every token gets its
 * strength, "but" shifts the strengths, and they are added up. All sums are taken in the original's
 * order.
 */
#include "vader.h"
#include "vader_but.h"
#include "vader_words.h"
#include <math.h>

#define NEGATED          (-0.74)
#define CAPITALS         0.733
#define BOOSTER          0.293
#define NEVER_SO         1.25
#define EXCLAMATION      0.292
#define EXCLAMATIONS_MAX 4
#define QUESTION         0.18
#define QUESTIONS        0.96
#define QUESTIONS_FEW    3
#define NORMAL           15.0

typedef struct token {
    double value; /* the lexicon's */
    uint8_t role;
    uint8_t special;
    bool is_capitals;
} token;

typedef struct token_row {
    token *items;
    uint32_t count;
    uint32_t capacity;
    bool is_mixed; /* some, not all, tokens are in capitals */
} token_row;

/* ---- Tokens -------------------------------------------------------------------------------- */

/* Any token that holds n't negates, with the straight apostrophe alone. */
static bool has_not(mill_text word)
{
    for (size_t i = 0; i + 2 < word.length; i++)
        if (word.data[i + 1] == '\'' && (word.data[i] | 0x20) == 'n' &&
            (word.data[i + 2] | 0x20) == 't')
            return true;
    return false;
}

static token read_token(const vader_rules *rules, mill_text word)
{
    char small[WORD_MAX + 16];
    token read = {0, 0, NOT_SPECIAL, false};
    size_t length = vader_token_small(word, small, WORD_MAX, &read.is_capitals);
    const lexicon_entry *entry = lexicon_find(&rules->words, small, length);
    if (entry != NULL) {
        read.value = rules->words.values[entry - rules->words.places];
        read.role = entry->role;
        read.special = entry->special;
    }
    if (has_not(word)) read.role |= NEGATES;
    return read;
}

static bool add_token(mill_document *document, token_row *row, token added)
{
    if (row->count == row->capacity) {
        uint32_t capacity = row->capacity * 2 + 64;
        token *items = mill_alloc(document, capacity * sizeof *items);
        if (items == NULL) return false;
        if (row->count > 0) memcpy(items, row->items, row->count * sizeof *items);
        row->items = items;
        row->capacity = capacity;
    }
    row->items[row->count++] = added;
    return true;
}

static mill_status read_tokens(const vader_rules *rules, mill_document *document, mill_text text,
                               token_row *row)
{
    mill_text word;
    uint32_t capitals = 0;
    while (vader_token_next(&text, &word)) {
        token read = read_token(rules, word);
        capitals += read.is_capitals;
        if (!add_token(document, row, read)) return MILL_FAILED;
    }
    row->is_mixed = capitals > 0 && capitals < row->count;
    return MILL_OK;
}

static bool is_word(const token_row *row, uint32_t at, special_word word)
{
    return row->items[at].special == word;
}

/* ---- The strength of a token --------------------------------------------------------------- */

/* A capital word among others is louder; one that a "no" has silenced becomes bad by that. */
static double emphasis(const token_row *row, const token *of, double value)
{
    if (!of->is_capitals || !row->is_mixed) return 0;
    return value > 0 ? CAPITALS : -CAPITALS;
}

/* What a word before one of strength `value` adds to it. */
static double boost(const token_row *row, const token *before, double value)
{
    if ((before->role & (STRENGTHENS | WEAKENS)) == 0) return 0;
    double added = (before->role & STRENGTHENS) != 0 ? BOOSTER : -BOOSTER;
    if (value < 0) added = -added;
    return added + emphasis(row, before, value);
}

/* "no" before a word of the lexicon is not counted itself; "no" before a word turns it. */
static double first_value(const token_row *row, uint32_t at)
{
    const token *items = row->items;
    double value = items[at].value;
    if (is_word(row, at, NO) && at + 1 < row->count && (items[at + 1].role & LISTED) != 0)
        value = 0;
    if ((at > 0 && is_word(row, at - 1, NO)) || (at > 1 && is_word(row, at - 2, NO)) ||
        (at > 2 && is_word(row, at - 3, NO) &&
         (is_word(row, at - 1, OR) || is_word(row, at - 1, NOR))))
        value = items[at].value * NEGATED;
    return value;
}

static bool is_so_or_this(const token_row *row, uint32_t at)
{
    return is_word(row, at, SO) || is_word(row, at, THIS);
}

/* What negations leave of a value; `distance` is how far back is looked, from 1 to 3. Every
 * negation in reach turns again. At 3, "so" or "this" before the word is taken for "never so"
 * whatever stands three words back. */
static double negated(const token_row *row, uint32_t at, uint32_t distance, double value)
{
    bool negates = (row->items[at - distance].role & NEGATES) != 0;
    if (distance == 2) {
        if (is_word(row, at - 2, NEVER) && is_so_or_this(row, at - 1)) return value * NEVER_SO;
        if (is_word(row, at - 2, WITHOUT) && is_word(row, at - 1, DOUBT)) return value;
    } else if (distance == 3) {
        if ((is_word(row, at - 3, NEVER) && is_so_or_this(row, at - 2)) ||
            is_so_or_this(row, at - 1))
            return value * NEVER_SO;
        if (is_word(row, at - 3, WITHOUT) &&
            (is_word(row, at - 2, DOUBT) || is_word(row, at - 1, DOUBT)))
            return value;
    }
    return negates ? value * NEGATED : value;
}

/* Returns the sequence that stands at tokens first..last, or NULL. */
static const word_sequence *find_sequence(const word_sequence *list, uint32_t count,
                                          const token_row *row, uint32_t first, uint32_t last)
{
    uint8_t words[3] = {row->items[first].special, row->items[first + 1].special, NOT_SPECIAL};
    if (last - first == 2) words[2] = row->items[last].special;
    if (words[0] == NOT_SPECIAL || words[1] == NOT_SPECIAL ||
        (last - first == 2 && words[2] == NOT_SPECIAL))
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        if (memcmp(list[i].words, words, sizeof words) == 0) return &list[i];
    return NULL;
}

/* Idioms count only from the fourth token on, since the original asks for them while it looks three
 * words back. */
static double idiomatic(const token_row *row, uint32_t at, double value)
{
    static const uint8_t places[5][2] = {{1, 0}, {2, 0}, {2, 1}, {3, 1}, {3, 2}};
    static const uint8_t weaker[3][2] = {{3, 1}, {3, 2}, {2, 1}};
    const word_sequence *found = NULL;
    for (unsigned i = 0; i < 5 && found == NULL; i++)
        found =
            find_sequence(vader_idioms, VADER_IDIOMS, row, at - places[i][0], at - places[i][1]);
    if (found != NULL) value = found->value;
    for (uint32_t last = at + 1; last < at + 3 && last < row->count; last++) {
        found = find_sequence(vader_idioms, VADER_IDIOMS, row, at, last);
        if (found != NULL) value = found->value;
    }
    for (unsigned i = 0; i < 3; i++) {
        found = find_sequence(vader_weakeners, VADER_WEAKENERS, row, at - weaker[i][0],
                              at - weaker[i][1]);
        if (found != NULL) value += found->value;
    }
    return value;
}

static double strength_of(const token_row *row, uint32_t at)
{
    static const double fading[4] = {0, 1, 0.95, 0.9};
    const token *word = &row->items[at];
    if ((word->role & LISTED) == 0 || (word->role & (STRENGTHENS | WEAKENS)) != 0) return 0;
    if (is_word(row, at, KIND) && at + 1 < row->count && is_word(row, at + 1, OF)) return 0;
    double value = first_value(row, at);
    value += emphasis(row, word, value);
    for (uint32_t distance = 1; distance <= 3 && distance <= at; distance++) {
        const token *before = &row->items[at - distance];
        if ((before->role & LISTED) != 0) continue;
        value += boost(row, before, value) * fading[distance];
        value = negated(row, at, distance, value);
        if (distance == 3) value = idiomatic(row, at, value);
    }
    if (at > 0 && is_word(row, at - 1, LEAST) && (row->items[at - 1].role & LISTED) == 0 &&
        !(at > 1 && (is_word(row, at - 2, AT) || is_word(row, at - 2, VERY))))
        value *= NEGATED;
    return value;
}

/* ---- The text ------------------------------------------------------------------------------ */

static uint32_t count_byte(mill_text text, char byte, uint32_t most)
{
    uint32_t count = 0;
    for (size_t i = 0; i < text.length && count < most; i++) count += text.data[i] == byte;
    return count;
}

static double punctuation(mill_text text)
{
    uint32_t questions = count_byte(text, '?', QUESTIONS_FEW + 1);
    double sum = count_byte(text, '!', EXCLAMATIONS_MAX) * EXCLAMATION;
    if (questions > QUESTIONS_FEW) return sum + QUESTIONS;
    return questions > 1 ? sum + questions * QUESTION : sum;
}

/* Rounds to 1/scale as if by hand: exactly, from the binary value, and a tie to the even digit.
 * Never gives -0. */
static double rounded(double number, double scale)
{
    double size = fabs(number) * scale, error = fma(fabs(number), scale, -size);
    double whole = floor(size), rest = size - whole;
    bool is_odd = fmod(whole, 2) != 0;
    if (rest > 0.5 || (rest == 0.5 && (error > 0 || (error == 0 && is_odd)))) whole += 1;
    return whole == 0 ? 0 : (number < 0 ? -whole : whole) / scale;
}

static void add_up(const double *strengths, uint32_t count, double emphasis, vader_scores *scores)
{
    double sum = 0, positive = 0, negative = 0, neutral = 0;
    for (uint32_t i = 0; i < count; i++) {
        double strength = strengths[i];
        sum += strength;
        if (strength > 0) positive += strength + 1;
        if (strength < 0) negative += strength - 1;
        if (!(strength > 0 || strength < 0)) neutral += 1;
    }
    if (sum > 0) sum += emphasis;
    if (sum < 0) sum -= emphasis;
    if (positive > -negative)
        positive += emphasis;
    else if (positive < -negative)
        negative -= emphasis;
    double total = positive - negative + neutral;
    double compound = sum / sqrt(sum * sum + NORMAL);
    compound = compound > 1 ? 1 : compound < -1 ? -1 : compound;
    *scores = (vader_scores){rounded(-negative / total, 1e3), rounded(neutral / total, 1e3),
                             rounded(positive / total, 1e3), rounded(compound, 1e4)};
}

mill_status vader_score(const vader_rules *rules, mill_document *document, mill_text text,
                        vader_scores *scores)
{
    token_row row = {.items = NULL};
    uint32_t but = 0;
    *scores = (vader_scores){0, 0, 0, 0};
    if (emoji_spell_out(&rules->emoji, document, text, &text) != MILL_OK ||
        read_tokens(rules, document, text, &row) != MILL_OK)
        return MILL_FAILED;
    if (row.count == 0) return MILL_OK;
    double *strengths = mill_alloc(document, row.count * sizeof *strengths);
    if (strengths == NULL) return MILL_FAILED;
    for (uint32_t at = 0; at < row.count; at++) strengths[at] = strength_of(&row, at);
    while (but < row.count && !is_word(&row, but, BUT)) but++;
    if (but < row.count && vader_shift(document, strengths, row.count, but) != MILL_OK)
        return MILL_FAILED;
    add_up(strengths, row.count, punctuation(text), scores);
    return MILL_OK;
}

mill_status vader_open(vader_rules *rules, mill_setup *setup, const char *lexicon,
                       const char *emoji)
{
    if (vader_words_open(&rules->words, setup, lexicon) != MILL_OK) return MILL_FAILED;
    return emoji_open(&rules->emoji, setup, emoji);
}
