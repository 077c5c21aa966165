/* english - see english.h. Spans neither begin nor end with white space, and nothing but white
 * space is outside them.
 */
#include "candidates.h"
#include "walk.h"

/* Visible ASCII: at the borders of most sentences, where it saves a closer look. */
static inline bool is_visible(char byte)
{
    return byte > ' ' && byte != 0x7F;
}

static size_t trim_end(const text_walk *walk, size_t end)
{
    const char *data = walk->text.data;
    while (end > walk->begin && !is_visible(data[end - 1])) {
        size_t last = character_begin(data, end);
        if (character_at(data + last).class != CHARACTER_SPACE) break;
        end = last;
    }
    return end;
}

/* Closes the sentence that is open, without the white space at its end, and opens the next one. */
static void cut(text_walk *walk, size_t stop)
{
    const char *data = walk->text.data;
    size_t end = trim_end(walk, stop);
    if (end > walk->begin) mill_span_add(walk->document, walk->field, walk->begin, end);
    bool plain = data[stop] == ' ' && is_visible(data[stop + 1]);
    walk->begin = plain ? stop + 1 : skip_space(walk->text, stop);
    walk->item = 0;
    if (walk->resume < walk->begin) walk->resume = walk->begin;
}

/* Ends a sentence at `stop`, and as many after it as their openings are. */
static void end_sentence(text_walk *walk, size_t stop, bool fresh)
{
    cut(walk, stop);
    for (size_t end = opening_end(walk, fresh); end != 0; end = opening_end(walk, false))
        cut(walk, end);
}

static void end_line(text_walk *walk, size_t at)
{
    if (!line_ends_sentence(walk, at)) return;
    size_t date = dateline_begin(walk, at);
    if (date != 0) cut(walk, date);
    end_sentence(walk, at, true);
}

/* Ruled out at sight: a decimal, an address, the inside of an acronym, a wide letter. */
static inline bool is_no_stop(const char *data)
{
    unsigned char byte = (unsigned char)*data, next = (unsigned char)data[1];
    if (byte < 0x80) return next != ' ' && ascii_class(data[1]) == CHARACTER_LOWER;
    character_class class = character_read_wide(data).class;
    return class != CHARACTER_STOP && class != CHARACTER_FULL_STOP;
}

/* Where the wide mark begins that has a byte at `at`. */
static size_t wide_mark_begin(mill_text text, size_t at)
{
    bool last = ((unsigned char)text.data[at] & 0xC0u) == 0x80u;
    return last ? character_begin(text.data, at) : at;
}

static void visit(text_walk *walk, size_t at)
{
    if ((unsigned char)walk->text.data[at] >= 0x80) at = wide_mark_begin(walk->text, at);
    const char *data = walk->text.data + at;
    size_t end = at;
    bool ends = false;
    switch (*data) {
    case '\n': end_line(walk, at); return;
    case ')': ends = bracket_ends_sentence(walk, at, &end); break;
    case '>': ends = angle_ends_sentence(walk, at, &end); break;
    case '/': ends = slash_ends_sentence(walk, at, &end); break;
    case '@': ends = address_ends_sentence(walk, at, &end); break;
    case ':': ends = colon_ends_sentence(walk, at, &end); break;
    case '*':
    case '-':
    case '=':
    case '_': ends = rule_ends_sentence(walk, at, &end); break;
    default: ends = !is_no_stop(data) && stop_ends_sentence(walk, at, &end);
    }
    if (ends) end_sentence(walk, end, false);
}

/* Walks over all marks. Of two line breaks in a row the first is enough; of a rule any byte behind
 * the first. Inlined with either way to find marks. */
static inline __attribute__((always_inline)) void walk_marks(text_walk *walk,
                                                             block_marks (*find)(const char *))
{
    const char *data = walk->text.data;
    uint64_t drawn = 0; /* the last byte of the block before can be a rule's */
    for (size_t block = 0; block < walk->text.length; block += MILL_SCAN_BLOCK) {
        block_marks found = find(data + block);
        uint64_t set = found.marks | (found.rules & (found.rules << 1 | drawn));
        drawn = found.rules >> 63;
        for (; set != 0; set &= set - 1) {
            size_t at = block + mill_scan_first(set);
            if (at >= walk->resume && at < walk->text.length) visit(walk, at);
        }
    }
}

static void walk_plain(text_walk *walk)
{
    walk_marks(walk, find_marks);
}

#ifdef HAVE_AVX2_CODE
__attribute__((target("avx2"))) static void walk_wide(text_walk *walk)
{
    walk_marks(walk, find_marks_avx2);
}
#else
static void walk_wide(text_walk *walk)
{
    walk_plain(walk);
}
#endif

void split_english(const split_options *options, mill_text text, mill_document *document,
                   uint32_t field)
{
    text_walk walk = {.options = options, .text = text, .document = document, .field = field};
    end_sentence(&walk, 0, true);
    if (options->wide_vectors)
        walk_wide(&walk);
    else
        walk_plain(&walk);
    cut(&walk, text.length);
}
