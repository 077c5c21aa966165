/* The sentiment scorer's word list as a file: what must hold for every line of it, and which words
 * must not count. What scores it leads to is in plugins/score_sentiment/cases. */
#include "test.h"
#include "textmill/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEXICON       "plugins/score_sentiment/lexicon.txt"
#define LINES_MAX     20000
#define ENTRIES_MIN   6000
#define PHRASE_WORDS  4
#define PHRASE_LENGTH 64

typedef struct lexicon_line {
    char entry[PHRASE_LENGTH + 1];
    double valence;
    unsigned number;
} lexicon_line;

static lexicon_line lines[LINES_MAX];
static size_t line_count;

/* Takes a line apart; words are of letters, digits, apostrophes and hyphens, parted by one space.
 */
static void take_line(mill_text line, unsigned number)
{
    mill_text entry = mill_lines_column(&line);
    char *end, last = ' ';
    unsigned words = 1;
    ck_assert_msg(line_count < LINES_MAX, "the list outgrew this test; raise LINES_MAX");
    ck_assert_msg(entry.length <= PHRASE_LENGTH, "%s:%u: too long", LEXICON, number);
    for (size_t at = 0; at < entry.length; at++) {
        char byte = entry.data[at];
        bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
        bool is_joint = (byte == ' ' || byte == '-' || byte == '\'') && last != ' ';
        ck_assert_msg(is_letter || is_joint || (byte & 0x80) != 0, "%s:%u: '%c' is out of place",
                      LEXICON, number, byte);
        words += byte == ' ';
        last = byte;
    }
    ck_assert_msg(words <= PHRASE_WORDS && last != ' ', "%s:%u: not 1 to 4 words", LEXICON, number);
    lexicon_line *taken = &lines[line_count++];
    memcpy(taken->entry, entry.data, entry.length);
    taken->entry[entry.length] = '\0';
    taken->number = number;
    taken->valence = strtod(line.data, &end);
    ck_assert_msg(line.length > 0 && end == line.data + line.length, "%s:%u: no number", LEXICON,
                  number);
}

static int compare_entries(const void *left, const void *right)
{
    const lexicon_line *one = left, *other = right;
    return strcmp(one->entry, other->entry);
}

static void read_lexicon(void)
{
    size_t length;
    const char *data = test_read(LEXICON, &length);
    mill_lines walk = {{data, length}, 0};
    mill_text line;
    line_count = 0;
    while (mill_lines_next(&walk, &line)) take_line(line, walk.number);
    qsort(lines, line_count, sizeof *lines, compare_entries);
}

static const lexicon_line *find_entry(const char *entry)
{
    lexicon_line wanted;
    snprintf(wanted.entry, sizeof wanted.entry, "%s", entry);
    return bsearch(&wanted, lines, line_count, sizeof *lines, compare_entries);
}

START_TEST(has_as_many_entries_as_promised)
{
    read_lexicon();
    ck_assert_uint_ge(line_count, ENTRIES_MIN);
}
END_TEST

START_TEST(has_no_entry_twice)
{
    read_lexicon();
    for (size_t i = 1; i < line_count; i++)
        ck_assert_msg(strcmp(lines[i - 1].entry, lines[i].entry) != 0, "%s:%u and %u: '%s' twice",
                      LEXICON, lines[i - 1].number, lines[i].number, lines[i].entry);
}
END_TEST

START_TEST(keeps_valences_between_minus_4_and_4)
{
    read_lexicon();
    for (size_t i = 0; i < line_count; i++)
        ck_assert_msg(lines[i].valence >= -4 && lines[i].valence <= 4, "%s:%u: '%s'", LEXICON,
                      lines[i].number, lines[i].entry);
}
END_TEST

/* Within a section the entries go from the best to the worst, so that a new one finds its place. */
START_TEST(goes_from_good_to_bad_within_a_section)
{
    char *next = test_read(LEXICON, NULL);
    double last = -1;
    for (unsigned number = 1; next != NULL; number++) {
        char *line = strsep(&next, "\n");
        const char *tab = strchr(line, '\t');
        if (*line == '#') last = 4;
        if (*line == '#' || tab == NULL) continue;
        double valence = strtod(tab + 1, NULL);
        ck_assert_msg(valence <= last, "%s:%u: better than the line before", LEXICON, number);
        last = valence;
    }
}
END_TEST

START_TEST(counts_no_word_that_news_uses_neutrally)
{
    static const char *const neutral[] = {
        "fire",          "share",        "shares",           "interest",       "fine",
        "like",          "share price",  "united",           "united states",  "interest rate",
        "supreme court", "labour party", "security council", "trust fund",     "war memorial",
        "white house",   "kind of",      "super bowl",       "fire department"};
    read_lexicon();
    for (size_t i = 0; i < MILL_COUNT(neutral); i++) {
        const lexicon_line *line = find_entry(neutral[i]);
        ck_assert_msg(line != NULL && line->valence == 0, "'%s' must stand there with 0",
                      neutral[i]);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        has_as_many_entries_as_promised,         has_no_entry_twice,
        keeps_valences_between_minus_4_and_4,    goes_from_good_to_bad_within_a_section,
        counts_no_word_that_news_uses_neutrally, NULL};
    return test_run(test_suite("sentiment_lexicon", tests));
}
