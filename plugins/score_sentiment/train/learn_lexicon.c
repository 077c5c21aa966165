/* learn_lexicon - refines the judged valences of lexicon.txt by rated texts; prints learned.txt.
 *
 * A text's score is modelled as the scorer makes it, in its plain form: the sum of the valences of
 * its words and phrases, turned by a negation up to three words before, brought into -1 to 1. Each
 * set of texts has a scale of its own. The valences move downhill on the squared error, held back
 * by a spring to the judged value: a word needs many texts that agree before it moves. Words judged
 * 0 stay there, because they are topics, and the rating of a topic is the fashion of its year.
 *
 * usage: learn_lexicon LEXICON NEGATIONS EXAMPLES...
 */
#include "examples.h"
#include "textmill/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS         200
#define SPRING         4.0
#define NORMAL         15.0
#define NEGATED        (-0.74)
#define NEGATION_REACH 3
#define PHRASE_WORDS   4
#define WORDS_MAX      4096
#define CHANGE_MIN     0.2
#define ENTRY_MAX      65 /* with the zero behind it */
#define HITS_EACH      256

typedef struct entry {
    char word[ENTRY_MAX];
    double judged;
    double valence;
    double slope;     /* of the error, with this round's valences */
    double curvature; /* an upper bound of how fast the slope changes */
    size_t met;       /* in how many places */
} entry;

typedef struct entry_list {
    entry *items;
    size_t count;
} entry_list;

typedef struct hit {
    entry *entry;
    double factor;
} hit;

typedef struct rated_text {
    hit *hits;
    size_t count;
    double gold;
    double sum;
    double score;
    unsigned set;
} rated_text;

/* How a set's ratings follow from the scores: gold = slope * score + offset. */
typedef struct set_scale {
    double slope;
    double offset;
} set_scale;

/* ---- The lists ----------------------------------------------------------------------------- */

static int compare_entries(const void *left, const void *right)
{
    return strcmp(((const entry *)left)->word, ((const entry *)right)->word);
}

static mill_text read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    char *data = allocate(1 << 24, 1);
    if (file == NULL) give_up("%s: cannot be opened", path);
    size_t length = fread(data, 1, (1 << 24) - 1, file);
    fclose(file);
    return (mill_text){data, length};
}

static entry_list read_entries(const char *path)
{
    mill_lines lines = {read_file(path), 0};
    mill_text line;
    entry_list list = {allocate(lines.rest.length / 2 + 1, sizeof(entry)), 0};
    while (mill_lines_next(&lines, &line)) {
        mill_text word = mill_lines_column(&line);
        if (word.length >= ENTRY_MAX) give_up("%s:%u: too long", path, lines.number);
        entry *read = &list.items[list.count++];
        memcpy(read->word, word.data, word.length);
        read->judged = read->valence = line.length > 0 ? strtod(line.data, NULL) : 0;
    }
    qsort(list.items, list.count, sizeof(entry), compare_entries);
    return list;
}

static entry *find_entry(const entry_list *list, const char *word)
{
    entry wanted = {.judged = 0};
    if (strlen(word) >= ENTRY_MAX) return NULL;
    strcpy(wanted.word, word);
    return bsearch(&wanted, list->items, list->count, sizeof(entry), compare_entries);
}

/* ---- Texts --------------------------------------------------------------------------------- */

/* Cuts a text into small words, in place; curly apostrophes become straight. */
static size_t cut_words(char *text, const char **words)
{
    size_t count = 0;
    char *to = text, *start = text;
    for (const char *from = text;; from++) {
        char byte = *from;
        if (strncmp(from, "\xE2\x80\x99", 3) == 0) {
            byte = '\'';
            from += 2;
        }
        byte = (char)mill_lower((unsigned char)byte);
        bool inside = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
                      ((byte == '\'' || byte == '-') && to > start);
        if (inside) {
            *to++ = byte;
            continue;
        }
        while (to > start && (to[-1] == '\'' || to[-1] == '-')) to--;
        bool at_end = *from == '\0';
        if (to > start && count < WORDS_MAX) words[count++] = start;
        *to++ = '\0';
        start = to;
        if (at_end) return count;
    }
}

/* Finds the longest entry that starts at a word; returns how many words it has, 0 if none. */
static size_t find_longest(const entry_list *lexicon, const char *const *words, size_t left,
                           entry **found)
{
    for (size_t count = left < PHRASE_WORDS ? left : PHRASE_WORDS; count > 0; count--) {
        char phrase[4 * ENTRY_MAX] = "";
        size_t length = 0;
        for (size_t i = 0; i < count; i++) {
            size_t step = strlen(words[i]);
            if (length + step + 1 >= ENTRY_MAX) break;
            if (i > 0) phrase[length++] = ' ';
            memcpy(phrase + length, words[i], step + 1);
            length += step;
        }
        if ((*found = find_entry(lexicon, phrase)) != NULL) return count;
    }
    return 0;
}

static void find_hits(rated_text *rated, const entry_list *lexicon, const entry_list *negations,
                      const char *const *words, size_t count)
{
    rated->hits = allocate(HITS_EACH, sizeof(hit));
    for (size_t at = 0; at < count && rated->count < HITS_EACH;) {
        entry *found;
        size_t length = find_longest(lexicon, words + at, count - at, &found);
        double factor = 1;
        for (size_t back = 1; back <= NEGATION_REACH && back <= at; back++)
            if (find_entry(negations, words[at - back]) != NULL) factor *= NEGATED;
        if (length > 0 && (found->judged > 0 || found->judged < 0)) {
            rated->hits[rated->count++] = (hit){found, factor};
            found->met++;
        }
        at += length > 0 ? length : 1;
    }
}

static rated_text *rate_texts(const example_list *examples, const entry_list *lexicon,
                              const entry_list *negations)
{
    rated_text *texts = allocate(examples->count, sizeof *texts);
    const char **words = allocate(WORDS_MAX, sizeof *words);
    for (size_t i = 0; i < examples->count; i++) {
        const example *from = &examples->items[i];
        size_t count = cut_words(from->text, words);
        texts[i].gold = from->gold;
        texts[i].set = from->set;
        find_hits(&texts[i], lexicon, negations, words, count);
    }
    free(words);
    return texts;
}

/* ---- Learning ------------------------------------------------------------------------------ */

static void score_texts(rated_text *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double sum = 0;
        for (size_t j = 0; j < texts[i].count; j++)
            sum += texts[i].hits[j].factor * texts[i].hits[j].entry->valence;
        texts[i].sum = sum;
        texts[i].score = sum / sqrt(sum * sum + NORMAL);
    }
}

/* The least-squares line of a set's ratings over its scores. */
static set_scale fit_scale(const rated_text *texts, size_t count, unsigned set)
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < count; i++) {
        if (texts[i].set != set) continue;
        n++;
        x += texts[i].score;
        y += texts[i].gold;
        xx += texts[i].score * texts[i].score;
        xy += texts[i].score * texts[i].gold;
    }
    double spread = n * xx - x * x;
    if (!(spread > 0)) give_up("a set of examples in which no word is known");
    double slope = (n * xy - x * y) / spread;
    return (set_scale){slope, (y - slope * x) / n};
}

/* Adds what a text says about the valences of its words. */
static void add_slopes(const rated_text *text, set_scale scale)
{
    double square = text->sum * text->sum + NORMAL;
    double steepness = scale.slope * NORMAL / (square * sqrt(square));
    double error = scale.slope * text->score + scale.offset - text->gold;
    double reach = 0;
    for (size_t j = 0; j < text->count; j++) reach += fabs(text->hits[j].factor);
    for (size_t j = 0; j < text->count; j++) {
        hit found = text->hits[j];
        found.entry->slope += error * steepness * found.factor;
        found.entry->curvature += scale.slope * scale.slope / NORMAL * fabs(found.factor) * reach;
    }
}

/* The most frequent word stays where it was judged: the sets' scales are free, so that something
 * has to hold the scale of the valences. */
static const entry *find_anchor(const entry_list *lexicon)
{
    const entry *anchor = lexicon->items;
    for (size_t i = 1; i < lexicon->count; i++)
        if (lexicon->items[i].met > anchor->met) anchor = &lexicon->items[i];
    return anchor;
}

static void move_valences(const entry_list *lexicon, const entry *anchor)
{
    for (size_t i = 0; i < lexicon->count; i++) {
        entry *moved = &lexicon->items[i];
        double slope = moved->slope + SPRING * (moved->valence - moved->judged);
        if (moved != anchor) moved->valence -= slope / (SPRING + moved->curvature);
        moved->slope = moved->curvature = 0;
    }
}

static void learn(const entry_list *lexicon, rated_text *texts, size_t count, unsigned sets)
{
    const entry *anchor = find_anchor(lexicon);
    set_scale *scales = allocate(sets, sizeof *scales);
    for (unsigned round = 0; round < ROUNDS; round++) {
        score_texts(texts, count);
        for (unsigned set = 0; set < sets; set++) scales[set] = fit_scale(texts, count, set);
        for (size_t i = 0; i < count; i++) add_slopes(&texts[i], scales[texts[i].set]);
        move_valences(lexicon, anchor);
    }
    free(scales);
}

static void print_learned(const entry_list *lexicon)
{
    puts("# Valences of lexicon.txt as refined by rated texts; made by `make lexicon`, not by "
         "hand.\n"
         "# They take the place of the judged ones. A line: the entry, a tab, its valence.\n");
    for (size_t i = 0; i < lexicon->count; i++) {
        const entry *learned = &lexicon->items[i];
        if (fabs(learned->valence - learned->judged) >= CHANGE_MIN)
            printf("%s\t%.1f\n", learned->word, fmax(-4, fmin(4, learned->valence)));
    }
}

int main(int argc, char **argv)
{
    example_list examples = {.items = NULL};
    if (argc < 4) give_up("usage: learn_lexicon LEXICON NEGATIONS EXAMPLES...");
    entry_list lexicon = read_entries(argv[1]), negations = read_entries(argv[2]);
    for (int i = 3; i < argc; i++) examples_read(&examples, argv[i]);
    rated_text *texts = rate_texts(&examples, &lexicon, &negations);
    learn(&lexicon, texts, examples.count, examples.sets);
    print_learned(&lexicon);
    return 0;
}
