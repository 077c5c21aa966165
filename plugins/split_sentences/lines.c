/* lines - does a sentence end with this line? An empty line always ends one. A single line break
 * does unless the lines look as if they were broken to a width: then no line has room for the
 * first word of the next one. The verdict is found once for a block of lines, so that the work
 * stays linear.
 */
#include "walk.h"

#define WIDTH_MIN        35  /* bytes; shorter lines are lists and verse */
#define WIDTH_MIN_OF_TWO 60  /* two lines prove less than three */
#define WIDTH_MAX        120 /* longer lines were not broken by a person or a mail program */

/* A run of lines without an empty one and without a long one. */
typedef struct line_block {
    size_t end;
    size_t lines;
    size_t width; /* of the longest line, in bytes */
} line_block;

static size_t line_end(mill_text text, size_t begin)
{
    const char *stop = memchr(text.data + begin, '\n', text.length - begin);
    return stop != NULL ? (size_t)(stop - text.data) : text.length;
}

/* The bytes of a line without the white space at its end. */
static size_t line_length(mill_text text, size_t begin, size_t end)
{
    while (end > begin && mill_is_blank(text.data[end - 1])) end--;
    return end - begin;
}

static size_t first_word_length(mill_text text, size_t begin, size_t end)
{
    size_t at = begin;
    while (at < end && !mill_is_blank(text.data[at])) at++;
    return at - begin;
}

/* Where the line that ends at `end` begins; WIDTH_MAX + 1 bytes back at most. */
static size_t line_begin(mill_text text, size_t end)
{
    size_t begin = end;
    while (begin > 0 && end - begin <= WIDTH_MAX && text.data[begin - 1] != '\n') begin--;
    return begin;
}

static line_block measure_block(mill_text text, size_t begin)
{
    line_block block = {begin, 0, 0};
    while (block.end < text.length) {
        size_t end = line_end(text, block.end);
        size_t length = line_length(text, block.end, end);
        if (length == 0 || length > WIDTH_MAX) break;
        if (length > block.width) block.width = length;
        block.lines++;
        block.end = end < text.length ? end + 1 : end;
    }
    return block;
}

/* Counts the lines into which the first word of the next one would have gone. */
static size_t count_roomy_lines(mill_text text, size_t begin, const line_block *block)
{
    size_t roomy = 0;
    for (size_t end = line_end(text, begin); end + 1 < block->end; end = line_end(text, begin)) {
        size_t length = line_length(text, begin, end);
        size_t next_end = line_end(text, end + 1);
        roomy += length + 1 + first_word_length(text, end + 1, next_end) <= block->width;
        begin = end + 1;
    }
    return roomy;
}

/* One line in eight may have room: words are moved by later edits. */
static bool judge_block(text_walk *walk, size_t begin)
{
    line_block block = measure_block(walk->text, begin);
    walk->wrapped_end = block.end > begin ? block.end : line_end(walk->text, begin) + 1;
    if (block.lines < 2 || block.width < (block.lines == 2 ? WIDTH_MIN_OF_TWO : WIDTH_MIN))
        return false;
    return count_roomy_lines(walk->text, begin, &block) <= (block.lines - 1) / 8;
}

static bool ends_with_stop(const text_walk *walk, size_t at)
{
    const char *data = walk->text.data;
    while (at > walk->begin) {
        at = character_begin(data, at);
        character_class class = character_at(data + at).class;
        if (class == CHARACTER_STOP || class == CHARACTER_FULL_STOP) return true;
        if (class != CHARACTER_SPACE && class != CHARACTER_QUOTE &&
            class != CHARACTER_CLOSE_QUOTE && class != CHARACTER_CLOSE_BRACKET)
            return false;
    }
    return false;
}

/* ---- Dates behind headlines ---------------------------------------------------------------- */

/* Steps back over a word and what parts it from the word before. */
static mill_text take_back(const text_walk *walk, size_t *end)
{
    const char *data = walk->text.data;
    while (*end > walk->begin && (data[*end - 1] == ' ' || data[*end - 1] == ',')) --*end;
    mill_text word = word_before(walk, *end);
    *end -= word.length;
    return word;
}

static bool is_time_word(const text_walk *walk, mill_text word)
{
    return (neighbour_of(walk, word) & NEIGHBOUR_TIME) != 0;
}

/* Tuesday, September 1, 2015 at a line's end. */
size_t dateline_begin(const text_walk *walk, size_t end)
{
    const char *data = walk->text.data;
    if (end < walk->begin + 16 || !is_ascii_digit(data[end - 1])) return 0;
    mill_text year = take_back(walk, &end), day = take_back(walk, &end);
    mill_text month = take_back(walk, &end);
    if (year.length != 4 || day.length == 0 || day.length > 2 || !is_ascii_digit(*day.data) ||
        !is_time_word(walk, month))
        return 0;
    mill_text weekday = take_back(walk, &end);
    if (!is_time_word(walk, weekday) || weekday.length < 6 || end <= walk->begin + 1) return 0;
    size_t begin = end;
    if (data[begin - 1] != ' ' || strchr(",;:", data[begin - 2]) != NULL) return 0;
    mill_text lead = take_back(walk, &end);
    return (neighbour_of(walk, lead) & NEIGHBOUR_DATING) == 0 ? begin : 0;
}

bool line_ends_sentence(text_walk *walk, size_t at)
{
    mill_text text = walk->text;
    walk->resume = at + 1;
    size_t next = skip_space(text, at);
    if (next == text.length) return false;
    bool empty = at > walk->begin && text.data[at - 1] == '\n';
    if (empty || memchr(text.data + at + 1, '\n', next - at - 1) != NULL) return true;
    if (walk->options->newline != NEWLINE_AUTO) return walk->options->newline == NEWLINE_ALWAYS;
    if (at >= walk->wrapped_end) walk->wrapped = judge_block(walk, line_begin(text, at));
    if (walk->wrapped) return false;
    if (character_at(text.data + next).class != CHARACTER_LOWER) return true;
    /* a list in small letters, or the rest of a broken sentence */
    return ascii_class(text.data[walk->begin]) == CHARACTER_LOWER || ends_with_stop(walk, at);
}
