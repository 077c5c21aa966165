/* make_corpus - writes news-like articles, of any size, the same bytes for the same options on
 * every machine.
 *
 * The language is a grammar of choices, drawn with splitmix64. It holds what makes scraped news
 * hard: credit lines, datelines and promotion lines, straight and curly quotes before, after and
 * around the speaker, titles and abbreviations, left-over entities, no-break spaces, accents,
 * emoji, and some 6,000 invented words. Invariant: only integers are computed, so nothing can
 * differ. */
#include "news_grammar.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_WRONG_USAGE = 2 };

static const char usage[] =
    "usage: make_corpus --bytes SIZE [--seed N] [--article-bytes SIZE] > FILE.jsonl\n"
    "       make_corpus --text [--seed N] [--article-bytes SIZE] > FILE.txt\n"
    "\n"
    "  --bytes SIZE          stop at the article that reaches this size\n"
    "  --text                write one article as plain text, of --article-bytes\n"
    "  --article-bytes SIZE  mean size of an article's text (default: 3600)\n"
    "  --seed N              another seed makes other articles (default: 1)\n"
    "  --help                this text\n"
    "\n"
    "SIZE is a number of bytes; K, M and G count in steps of 1024.\n";

/* ---- The grammar, prepared --------------------------------------------------------------------
 * Rules, choices and pieces lie in three arrays, each entry's parts one after another in the next,
 * so that an entry ends where its neighbour begins. */

enum { MOST_CHOICES = 2000, MOST_PIECES = 4000, RULE_COUNT = sizeof grammar / sizeof *grammar };
enum { NO_RULE = -1, KEY_COUNT = 10 };

/* Literal text, and the rule that follows it. */
typedef struct piece {
    const char *text;
    size_t length;
    int rule;     /* or NO_RULE */
    unsigned key; /* the digit behind #; 0: drawn anew each time */
    bool capital;
} piece;

typedef struct language {
    size_t rules[RULE_COUNT + 1]; /* the first choice of each */
    size_t choices[MOST_CHOICES]; /* the first piece of each */
    piece pieces[MOST_PIECES];
    size_t choice_count;
    size_t piece_count;
} language;

static bool is_upper(char byte)
{
    return byte >= 'A' && byte <= 'Z';
}

static char to_lower(char byte)
{
    return is_upper(byte) ? (char)(byte - 'A' + 'a') : byte;
}

static char to_upper(char byte)
{
    return byte >= 'a' && byte <= 'z' ? (char)(byte - 'a' + 'A') : byte;
}

static int find_rule(const char *name, size_t length)
{
    for (int i = 0; i < RULE_COUNT; i++) {
        const char *candidate = grammar[i].name;
        if (strlen(candidate) == length && candidate[0] == to_lower(name[0]) &&
            memcmp(candidate + 1, name + 1, length - 1) == 0)
            return i;
    }
    return NO_RULE;
}

/* Prepares literal text and, if there is one, the reference behind it; returns where that ends. */
static const char *prepare_piece(language *self, const char *at, const char *end)
{
    assert(self->piece_count < MOST_PIECES);
    piece *made = &self->pieces[self->piece_count++];
    const char *open = memchr(at, '<', (size_t)(end - at));
    const char *stop = open != NULL ? open : end;
    *made = (piece){.text = at, .length = (size_t)(stop - at), .rule = NO_RULE};
    if (open == NULL) return end;
    const char *name = open + 1;
    const char *close = memchr(name, '>', (size_t)(end - name));
    assert(close != NULL && close > name);
    size_t length = (size_t)(close - name);
    if (length > 2 && close[-2] == '#') {
        made->key = (unsigned)(close[-1] - '0');
        length -= 2;
    }
    assert(made->key < KEY_COUNT);
    made->capital = is_upper(*name);
    made->rule = find_rule(name, length);
    assert(made->rule != NO_RULE);
    return close + 1;
}

static void prepare_choice(language *self, const char *at, const char *end)
{
    assert(self->choice_count + 1 < MOST_CHOICES);
    self->choices[self->choice_count++] = self->piece_count;
    while (at < end) at = prepare_piece(self, at, end);
    self->choices[self->choice_count] = self->piece_count;
}

static void prepare_language(language *self)
{
    self->choice_count = self->piece_count = 0;
    for (int i = 0; i < RULE_COUNT; i++) {
        const char *at = grammar[i].choices;
        const char *bar;
        self->rules[i] = self->choice_count;
        for (; (bar = strchr(at, '|')) != NULL; at = bar + 1) prepare_choice(self, at, bar);
        prepare_choice(self, at, at + strlen(at));
    }
    self->rules[RULE_COUNT] = self->choice_count;
}

/* ---- Bytes --------------------------------------------------------------------------------- */

typedef struct buffer {
    char *data;
    size_t length;
    size_t capacity;
} buffer;

static void grow(buffer *out, size_t more)
{
    size_t capacity = (out->length + more) * 2;
    char *data = realloc(out->data, capacity);
    if (data == NULL) {
        fprintf(stderr, "make_corpus: out of memory; choose a smaller --article-bytes\n");
        exit(EXIT_FAILURE);
    }
    out->data = data;
    out->capacity = capacity;
}

static void append(buffer *out, const char *data, size_t length)
{
    if (length >= out->capacity - out->length) grow(out, length + 1);
    memcpy(out->data + out->length, data, length);
    out->length += length;
}

static void append_string(buffer *out, const char *string)
{
    append(out, string, strlen(string));
}

static bool needs_escape(char byte)
{
    return byte == '"' || byte == '\\' || byte == '\n';
}

/* Appends text as a JSON string. The grammar has no control character but \n. */
static void append_json(buffer *out, const buffer *text)
{
    size_t done = 0;
    append(out, "\"", 1);
    for (size_t i = 0; i < text->length; i++) {
        char byte = text->data[i];
        if (!needs_escape(byte)) continue;
        const char escape[2] = {'\\', byte == '\n' ? 'n' : byte};
        append(out, text->data + done, i - done);
        append(out, escape, sizeof escape);
        done = i + 1;
    }
    append(out, text->data + done, text->length - done);
    append(out, "\"", 1);
}

/* ---- An article ---------------------------------------------------------------------------- */

typedef struct generator {
    const language *language;
    uint64_t state;           /* of splitmix64 */
    uint32_t keys[KEY_COUNT]; /* what each #digit stands for in this article */
    buffer text;
} generator;

/* splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014. */
static uint64_t draw(generator *self)
{
    uint64_t mixed = self->state += UINT64_C(0x9E3779B97F4A7C15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ (mixed >> 31);
}

/* Maps the lower 32 of random bits to 0 .. count - 1. */
static uint64_t scale(uint64_t bits, uint64_t count)
{
    return (bits & UINT32_MAX) * count >> 32;
}

/* Appends a choice of a rule: the one that `key` stands for, a new one if that is 0. */
static void expand(generator *self, int rule, unsigned key)
{
    const language *known = self->language;
    size_t first = known->rules[rule], count = known->rules[rule + 1] - first;
    if (key == 0) self->keys[0] = (uint32_t)draw(self);
    size_t choice = first + (size_t)scale(self->keys[key], count);
    for (size_t i = known->choices[choice]; i < known->choices[choice + 1]; i++) {
        const piece *part = &known->pieces[i];
        append(&self->text, part->text, part->length);
        if (part->rule == NO_RULE) continue;
        size_t begin = self->text.length;
        expand(self, part->rule, part->key);
        if (part->capital) self->text.data[begin] = to_upper(self->text.data[begin]);
    }
}

/* Draws a size as news has them: many short articles, few long ones. */
static uint64_t draw_size(generator *self, uint64_t mean)
{
    /* The sizes below which 0 %, 5 %, 10 % ... of the articles lie, in thousandths of the mean. */
    static const uint64_t limits[] = {30,  260, 330, 390,  440,  490,  540,  600,  650,  710, 770,
                                      840, 910, 990, 1090, 1200, 1340, 1530, 1700, 2200, 6000};
    enum { STEPS = sizeof limits / sizeof *limits - 1 };
    uint64_t step = scale(draw(self), STEPS);
    uint64_t thousandths = limits[step] + scale(draw(self), limits[step + 1] - limits[step]);
    return mean * thousandths / 1000;
}

static void begin_article(generator *self)
{
    for (size_t i = 0; i < KEY_COUNT; i++) self->keys[i] = (uint32_t)draw(self);
    self->text.length = 0;
}

/* Makes the article's text: paragraphs until it is nearest to `size`. */
static void compose(generator *self, uint64_t size)
{
    enum { HALF_A_PARAGRAPH = 130 };
    self->text.length = 0;
    expand(self, OPENING, 0);
    while (self->text.length + HALF_A_PARAGRAPH < size) {
        expand(self, GAP, 0);
        expand(self, PARAGRAPH, 0);
    }
    expand(self, CLOSING, 0);
}

/* ---- The command --------------------------------------------------------------------------- */

typedef struct request {
    uint64_t bytes; /* 0: not said */
    uint64_t article_bytes;
    uint64_t seed;
    bool text;
    bool help;
} request;

static bool write_out(const buffer *out)
{
    return fwrite(out->data, 1, out->length, stdout) == out->length;
}

static void compose_line(generator *self, const request *wanted, uint64_t number, buffer *line)
{
    char id[64];
    snprintf(id, sizeof id, "{\"id\": \"news-%08" PRIu64 "\", \"title\": ", number);
    line->length = 0;
    append_string(line, id);
    begin_article(self);
    expand(self, HEADLINE, 0);
    append_json(line, &self->text);
    append_string(line, ", \"text\": ");
    compose(self, draw_size(self, wanted->article_bytes));
    append_json(line, &self->text);
    append_string(line, "}\n");
}

static bool write_lines(generator *self, const request *wanted)
{
    buffer line = {0};
    bool written = true;
    uint64_t bytes = 0;
    for (uint64_t number = 1; bytes < wanted->bytes && written; number++) {
        compose_line(self, wanted, number, &line);
        bytes += line.length;
        written = write_out(&line);
    }
    free(line.data);
    return written;
}

static bool write_text(generator *self, const request *wanted)
{
    begin_article(self);
    compose(self, wanted->article_bytes);
    append_string(&self->text, "\n");
    return write_out(&self->text);
}

static int write_corpus(const request *wanted)
{
    language spoken;
    generator self = {.language = &spoken, .state = wanted->seed};
    prepare_language(&spoken);
    bool written = wanted->text ? write_text(&self, wanted) : write_lines(&self, wanted);
    free(self.text.data);
    if (written && fflush(stdout) == 0) return EXIT_SUCCESS;
    fprintf(stderr, "make_corpus: standard output cannot be written: %s; choose another place\n",
            strerror(errno));
    return EXIT_FAILURE;
}

/* Reads a number of at most `most`; K, M and G may follow a size. */
static bool read_number(const char *text, bool is_size, uint64_t most, uint64_t *number)
{
    static const char letters[] = "KMG";
    char *rest;
    unsigned shift = 0;
    if (*text < '0' || *text > '9') return false;
    errno = 0;
    *number = strtoull(text, &rest, 10);
    if (errno != 0) return false;
    const char *letter = is_size && *rest != '\0' ? strchr(letters, *rest) : NULL;
    if (letter != NULL) {
        shift = 10 * (unsigned)(letter - letters + 1);
        rest++;
    }
    if (*rest != '\0' || *number > most >> shift) return false;
    *number <<= shift;
    return !is_size || *number > 0;
}

static bool complain(const char *what, const char *value, const char *remedy)
{
    fprintf(stderr, "make_corpus: %s '%s'; %s\n", what, value, remedy);
    return false;
}

static bool read_option(request *wanted, int option, char **argv)
{
    enum { LONGEST_ARTICLE = 1 << 30 };
    static const char form[] = "write a number above 0, with K, M or G behind it if you like";
    switch (option) {
    case 'b':
        return read_number(optarg, true, UINT64_MAX, &wanted->bytes) ||
               complain("--bytes is not a size:", optarg, form);
    case 'a':
        return read_number(optarg, true, LONGEST_ARTICLE, &wanted->article_bytes) ||
               complain("--article-bytes is not a size of at most 1G:", optarg, form);
    case 's':
        return read_number(optarg, false, UINT64_MAX, &wanted->seed) ||
               complain("--seed is not a number:", optarg, "write digits only");
    case 't': return wanted->text = true;
    case 'h': return wanted->help = true;
    case ':': return complain("no value behind", argv[optind - 1], "see make_corpus --help");
    default: return complain("unknown option", argv[optind - 1], "see make_corpus --help");
    }
}

static bool read_arguments(request *wanted, int argc, char **argv)
{
    static const struct option options[] = {
        {"bytes", required_argument, NULL, 'b'}, {"article-bytes", required_argument, NULL, 'a'},
        {"seed", required_argument, NULL, 's'},  {"text", no_argument, NULL, 't'},
        {"help", no_argument, NULL, 'h'},        {NULL, 0, NULL, 0}};
    int option;
    opterr = 0;
    while ((option = getopt_long_only(argc, argv, ":", options, NULL)) != -1)
        if (!read_option(wanted, option, argv)) return false;
    if (wanted->help) return true;
    if (optind < argc)
        return complain("unknown argument", argv[optind], "output is redirected: > FILE");
    if (wanted->text == (wanted->bytes > 0)) {
        fprintf(stderr, "make_corpus: give --bytes SIZE for articles as JSON lines, or --text for "
                        "one as plain text\n");
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    request wanted = {.article_bytes = 3600, .seed = 1};
    if (!read_arguments(&wanted, argc, argv)) return EXIT_WRONG_USAGE;
    if (!wanted.help) return write_corpus(&wanted);
    fputs(usage, stdout);
    return EXIT_SUCCESS;
}
