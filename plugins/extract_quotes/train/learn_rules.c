/* learn_rules - measures on labelled articles how often each rule of attribution names the right
 * speaker; prints rules.txt.
 *
 * A rule has a figure for each kind of mention. Where there are few cases of both, it leans on how
 * often the rule is right at all and how often that kind of mention is; a rule without cases counts
 * as weak. The table in the comments is of a cross-validation: each article is held against
 * figures from the articles of the other parts.
 *
 * usage: learn_rules RULES ARTICLES...
 * RULES is rules.txt as it is, for the names and their order. An article is a line as textmill
 * writes it, with "gold" beside the text: an array of objects with "begin" and "end" of a
 * quotation, "speaker_begin" and "speaker_end" of the mention, and "name", if the text gives the
 * speaker one.
 */
#define _GNU_SOURCE /* memmem */
#include "textmill/json.h"
#include "textmill/words.h"

#include <stdarg.h>
#include <stdio.h>

#define RULES_MAX      32
#define PARTS          5  /* of the cross-validation */
#define EDGE_REACH     3  /* marks and stops by which the edges of the same quotation may differ */
#define LEANING        4. /* cases that what is known beforehand counts for */
#define WEAK           0.6
#define SURE           0.9
#define CONFIDENCE_MAX 0.99

typedef enum mention_kind {
    KIND_NAME,
    KIND_NOMINAL,
    KIND_PRONOUN,
    KIND_AMBIGUOUS,
    KINDS
} mention_kind;

static const char *const kind_names[KINDS] = {"name", "nominal", "pronoun", "ambiguous"};

/* A quotation that was found and is one, with a speaker. */
typedef struct attributed {
    unsigned rule;
    mention_kind kind;
    unsigned part; /* of the cross-validation */
    bool right;
} attributed;

typedef struct measurement {
    mill_text rules[RULES_MAX]; /* their names, in the order of the file */
    unsigned rule_count;
    attributed *cases;
    size_t count;
    size_t capacity;
    size_t articles;
} measurement;

/* A figure for each rule and kind of mention. */
typedef struct rule_figures {
    double values[RULES_MAX][KINDS];
} rule_figures;

__attribute__((noreturn, format(printf, 1, 2))) static void give_up(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

/* ---- Reading ------------------------------------------------------------------------------- */

/* Returns the member `name` of an object; empty where it has none or null. */
static mill_text find_member(mill_text object, const char *name)
{
    size_t at = 0;
    mill_text key, value;
    while (mill_json_next(object, &at, &key, &value))
        if (mill_json_is(key, name) && *value.data != 'n') return value;
    return (mill_text){NULL, 0};
}

static bool read_span(mill_text object, const char *begin, const char *end, int64_t span[2])
{
    mill_text first = find_member(object, begin), last = find_member(object, end);
    return first.length > 0 && last.length > 0 && mill_json_integer(first, &span[0]) &&
           mill_json_integer(last, &span[1]);
}

/* Returns the last word of a JSON string, without the stop behind it. */
static mill_text last_word(mill_text string)
{
    mill_text word = {string.data + 1, string.length - 2};
    while (word.length > 0 && strchr(" .,", word.data[word.length - 1]) != NULL) word.length--;
    const char *end = word.data + word.length, *begin = end;
    while (begin > word.data && begin[-1] != ' ') begin--;
    return (mill_text){begin, (size_t)(end - begin)};
}

static bool same_word(mill_text left, mill_text right)
{
    if (left.length != right.length) return false;
    for (size_t i = 0; i < left.length; i++)
        if (!mill_same_letter((unsigned char)left.data[i], (unsigned char)right.data[i]))
            return false;
    return true;
}

/* Tells whether the speaker of a quotation is the one that its label has. */
static bool is_right(mill_text quote, mill_text label)
{
    mill_text name = find_member(label, "name"), speaker = find_member(quote, "speaker");
    int64_t found[2], wanted[2];
    if (name.length > 0)
        return speaker.length > 0 && same_word(last_word(name), last_word(speaker));
    return read_span(quote, "speaker_begin", "speaker_end", found) &&
           read_span(label, "speaker_begin", "speaker_end", wanted) && found[0] < wanted[1] &&
           wanted[0] < found[1];
}

/* Returns the label of a quotation; empty where it has none. */
static mill_text find_label(mill_text labels, mill_text quote)
{
    size_t at = 0;
    int64_t found[2], wanted[2];
    mill_text key, label;
    if (!read_span(quote, "begin", "end", found)) return (mill_text){NULL, 0};
    while (mill_json_next(labels, &at, &key, &label))
        if (read_span(label, "begin", "end", wanted) && llabs(found[0] - wanted[0]) <= EDGE_REACH &&
            llabs(found[1] - wanted[1]) <= EDGE_REACH)
            return label;
    return (mill_text){NULL, 0};
}

static mention_kind kind_of(mill_text quote)
{
    mill_text type = find_member(quote, "speaker_type"), flags = find_member(quote, "flags");
    if (flags.length > 0 && memmem(flags.data, flags.length, "ambiguous", 9) != NULL)
        return KIND_AMBIGUOUS;
    if (type.length == 0) give_up("a quotation has a speaker without a type");
    for (mention_kind kind = KIND_NAME; kind < KIND_AMBIGUOUS; kind++)
        if (mill_json_is(type, kind_names[kind])) return kind;
    give_up("a quotation has a speaker of an unknown type");
}

static unsigned rule_of(const measurement *all, mill_text name)
{
    for (unsigned i = 0; i < all->rule_count; i++)
        if (all->rules[i].length == name.length - 2 &&
            memcmp(all->rules[i].data, name.data + 1, name.length - 2) == 0)
            return i;
    give_up("a quotation has a rule that rules.txt does not: %.*s", (int)name.length, name.data);
}

static void add_case(measurement *all, attributed added)
{
    if (all->count == all->capacity) {
        all->capacity = all->capacity * 2 + 1024;
        all->cases = realloc(all->cases, all->capacity * sizeof *all->cases);
        if (all->cases == NULL) give_up("out of memory");
    }
    all->cases[all->count++] = added;
}

static void add_article(measurement *all, mill_text article)
{
    mill_text labels = find_member(article, "gold"), quotes = find_member(article, "quotes");
    mill_text key, quote;
    size_t at = 0;
    unsigned part = (unsigned)(all->articles++ % PARTS);
    while (quotes.length > 0 && labels.length > 0 && mill_json_next(quotes, &at, &key, &quote)) {
        mill_text rule = find_member(quote, "rule"), label = find_label(labels, quote);
        if (rule.length == 0 || label.length == 0) continue;
        add_case(all,
                 (attributed){rule_of(all, rule), kind_of(quote), part, is_right(quote, label)});
    }
}

static void read_articles(measurement *all, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0, where;
    ssize_t length;
    if (file == NULL) give_up("%s: cannot be opened", path);
    while ((length = getline(&line, &capacity, file)) > 0) {
        mill_text article = {line, (size_t)length};
        const char *fault = mill_json_check(article, &where);
        if (fault != NULL) give_up("%s: byte %zu of a line: %s", path, where, fault);
        add_article(all, mill_json_trim(article));
    }
    free(line);
    fclose(file);
}

/* Reads the names of the rules. Owns: the file's text lives until the program ends. */
static void read_rules(measurement *all, const char *path)
{
    static char text[16384];
    FILE *file = fopen(path, "r");
    if (file == NULL) give_up("%s: cannot be opened", path);
    mill_lines lines = {{text, fread(text, 1, sizeof text, file)}, 0};
    mill_text line;
    fclose(file);
    while (all->rule_count < RULES_MAX && mill_lines_next(&lines, &line))
        all->rules[all->rule_count++] = mill_lines_word(&line);
}

/* ---- Figures ------------------------------------------------------------------------------- */

typedef struct tally {
    double right;
    double count;
} tally;

/* The share of right cases, where what is known beforehand counts as some more. */
static double share_of(tally cases, double beforehand)
{
    return (cases.right + LEANING * beforehand) / (cases.count + LEANING);
}

static void count_case(tally *cases, bool right)
{
    cases->right += right;
    cases->count++;
}

/* Learns the figures from all parts but one; from all if that is none. */
static rule_figures learn(const measurement *all, unsigned left_out)
{
    tally cells[RULES_MAX][KINDS] = {0}, rules[RULES_MAX] = {0}, kinds[KINDS] = {0}, whole = {0};
    rule_figures figures = {0};
    for (size_t i = 0; i < all->count; i++) {
        const attributed *one = &all->cases[i];
        if (one->part == left_out) continue;
        count_case(&cells[one->rule][one->kind], one->right);
        count_case(&rules[one->rule], one->right);
        count_case(&kinds[one->kind], one->right);
        count_case(&whole, one->right);
    }
    double usual = share_of(whole, WEAK);
    for (unsigned rule = 0; rule < all->rule_count; rule++) {
        for (unsigned kind = 0; kind < KINDS; kind++) {
            double expected = share_of(rules[rule], WEAK) * share_of(kinds[kind], usual) / usual;
            double figure = share_of(cells[rule][kind], expected < 1 ? expected : 1);
            figures.values[rule][kind] = figure < CONFIDENCE_MAX ? figure : CONFIDENCE_MAX;
        }
        double *row = figures.values[rule]; /* what is doubtful is never surer */
        if (row[KIND_AMBIGUOUS] > row[KIND_PRONOUN]) row[KIND_AMBIGUOUS] = row[KIND_PRONOUN];
    }
    return figures;
}

/* ---- Printing ------------------------------------------------------------------------------ */

static void print_bands(const measurement *all)
{
    static const double edges[] = {0, 0.5, 0.7, 0.8, SURE, 0.95, 1};
    enum { BANDS = sizeof edges / sizeof *edges - 1 };
    tally bands[BANDS] = {0}, sure = {0};
    double expected[BANDS] = {0};
    for (unsigned part = 0; part < PARTS; part++) {
        rule_figures figures = learn(all, part);
        for (size_t i = 0; i < all->count; i++) {
            const attributed *one = &all->cases[i];
            if (one->part != part) continue;
            double confidence = figures.values[one->rule][one->kind];
            unsigned band = 0;
            while (confidence >= edges[band + 1]) band++;
            count_case(&bands[band], one->right);
            expected[band] += confidence;
            if (confidence >= SURE) count_case(&sure, one->right);
        }
    }
    printf("#   confidence    cases   expected   right\n");
    for (unsigned band = 0; band < BANDS; band++)
        if (bands[band].count > 0)
            printf("#   %.2f to %.2f  %6.0f       %.3f   %.3f\n", edges[band], edges[band + 1],
                   bands[band].count, expected[band] / bands[band].count,
                   bands[band].right / bands[band].count);
    printf("#\n# With a confidence of %.1f or more: %.1f %% of the speakers, of which %.1f %% are "
           "right.\n",
           SURE, 100 * sure.count / (double)all->count, 100 * sure.right / sure.count);
}

static void print_rules(const measurement *all)
{
    rule_figures figures = learn(all, PARTS);
    printf("# How sure each rule of attribution is, from 0 to 1. Made by `make rules`.\n#\n"
           "# A line: a rule, then how often the speaker is right where the sentence calls him by "
           "a name,\n"
           "# by a noun, by a pronoun, and by a pronoun that fits somebody else as well; the "
           "weakest rule\n"
           "# first and all in the order of attribution.h. Learned from %zu quotations in %zu "
           "articles.\n"
           "# Cross-validated in %d parts:\n#\n",
           all->count, all->articles, PARTS);
    print_bands(all);
    printf("\n");
    for (unsigned rule = 0; rule < all->rule_count; rule++) {
        printf("%-16.*s", (int)all->rules[rule].length, all->rules[rule].data);
        for (unsigned kind = 0; kind < KINDS; kind++) printf(" %.2f", figures.values[rule][kind]);
        printf("\n");
    }
}

int main(int argc, char **argv)
{
    measurement all = {.articles = 0};
    if (argc < 3) give_up("usage: learn_rules RULES ARTICLES...");
    read_rules(&all, argv[1]);
    for (int i = 2; i < argc; i++) read_articles(&all, argv[i]);
    if (all.count == 0) give_up("no quotation was found that has a label");
    print_rules(&all);
    free(all.cases);
    return 0;
}
