/* english - see english.h. Spans neither begin nor end with white space, and nothing but white
 * space is outside them.
 */
#include "candidates.h"
#include "walk.h"

/* Visible ASCII, and bytes that no white space beyond it has: at the borders of most sentences,
 * where they save a closer look. */
static inline bool is_visible(char byte)
{
    unsigned code = (unsigned char)byte;
    return code - '!' < 0x7Fu - '!' || code - 0x90 < 0x0F;
}

/* The same of what a character begins with; quotation marks and dashes have three bytes. */
static inline bool begins_visible(const char *data)
{
    return is_visible(*data) || (*data == '\xE2' && is_visible(data[2]));
}

/* Where the sentence after one that ends at `stop` begins: mostly behind a space or a blank line.
 */
static inline size_t next_begin(mill_text text, size_t stop)
{
    const char *data = text.data + stop;
    if (data[0] == ' ' && begins_visible(data + 1)) return stop + 1;
    if (data[0] == '\n' && data[1] == '\n' && begins_visible(data + 2)) return stop + 2;
    return skip_space(text, stop);
}

/* Closes the sentence that is open, without the white space at its end, and opens the next one. */
static inline __attribute__((always_inline)) void cut(text_walk *walk, size_t stop)
{
    const char *data = walk->text.data;
    bool trimmed = stop > walk->begin && is_visible(data[stop - 1]);
    size_t end = trimmed ? stop : trim_space(walk->text, walk->begin, stop);
    if (end > walk->begin) sink_add(walk->sink, walk->begin, end);
    walk->begin = next_begin(walk->text, stop);
    walk->item = walk->next_item;
    walk->next_item = 0;
    if (walk->resume < walk->begin) walk->resume = walk->begin;
}

/* Ends a sentence at `stop`, and as many after it as their openings are. */
static void end_sentence(text_walk *walk, size_t stop)
{
    cut(walk, stop);
    bool fresh = walk->begin == 0 || walk->text.data[walk->begin - 1] == '\n';
    for (size_t end = opening_end(walk, fresh); end != 0; end = opening_end(walk, false))
        cut(walk, end);
}

/* Ends a sentence with its line; before that a headline, if its date stands behind it. */
static void end_line(text_walk *walk, size_t at)
{
    size_t date = dateline_begin(walk, trim_space(walk->text, walk->begin, at));
    if (date != 0) cut(walk, date);
    end_sentence(walk, at);
}

static bool is_stop(const char *data)
{
    if ((unsigned char)*data < 0x80) return true;
    character_class class = character_at(data).class;
    return class == CHARACTER_STOP || class == CHARACTER_FULL_STOP;
}

/* Where the wide mark begins that has a byte at `at`. */
static size_t wide_mark_begin(mill_text text, size_t at)
{
    bool last = ((unsigned char)text.data[at] & 0xC0u) == 0x80u;
    return last ? character_begin(text.data, at) : at;
}

static bool mark_ends_sentence(text_walk *walk, size_t at, size_t *end)
{
    switch (walk->text.data[at]) {
    case ')': return bracket_ends_sentence(walk, at, end);
    case '>': return angle_ends_sentence(walk, at, end);
    case '/': return slash_ends_sentence(walk, at, end);
    case '@': return address_ends_sentence(walk, at, end);
    case ':': return colon_ends_sentence(walk, at, end);
    case '*':
    case '-':
    case '=':
    case '_': return rule_ends_sentence(walk, at, end);
    default: return is_stop(walk->text.data + at) && stop_ends_sentence(walk, at, end);
    }
}

static inline void visit(text_walk *walk, size_t at)
{
    const char *data = walk->text.data;
    size_t end = at;
    if (data[at] == '.') {
        if (full_stop_ends_sentence(walk, at, &end)) end_sentence(walk, end);
        return;
    }
    if (data[at] == '\n') {
        if (line_ends_sentence(walk, at)) end_line(walk, at);
        return;
    }
    if ((unsigned char)data[at] >= 0x80) end = at = wide_mark_begin(walk->text, at);
    /* A mark that begins a sentence of its own is looked at again, for where that ends. */
    for (bool again = true; again; again = end < at && walk->resume == at) {
        if (!mark_ends_sentence(walk, at, &end)) return;
        end_sentence(walk, end);
    }
}

/* The marks of a part of the text are listed before any is looked at: how many of them a block has
 * is nothing that a processor can guess, and it need not. */
#define PART_BLOCKS 32
#define AT_ONCE     4

typedef struct mark_list {
    size_t count;
    uint32_t places[PART_BLOCKS * MILL_SCAN_BLOCK + AT_ONCE];
} mark_list;

static inline __attribute__((always_inline)) void list_places(mark_list *list, uint32_t block,
                                                              uint64_t set)
{
    uint32_t *place = list->places + list->count;
    list->count += (size_t)__builtin_popcountll(set);
    do {
        for (int i = 0; i < AT_ONCE; i++) {
            *place++ = block + (uint32_t)__builtin_ctzll(set | UINT64_C(1) << 63);
            set &= set - 1;
        }
    } while (set != 0);
}

/* Walks over all marks; of a rule any byte behind the first. Inlined with either way to find
 * marks. */
static inline __attribute__((always_inline)) void walk_marks(text_walk *walk,
                                                             block_marks (*find)(const char *))
{
    const char *data = walk->text.data;
    mark_list list;
    uint64_t drawn = 0; /* the last byte of the block before can be a rule's */
    for (size_t block = 0; block < walk->text.length;) {
        list.count = 0;
        for (int i = 0; i < PART_BLOCKS && block < walk->text.length; i++) {
            block_marks found = find(data + block);
            uint64_t set = found.marks | (found.rules & (found.rules << 1 | drawn));
            drawn = found.rules >> 63;
            list_places(&list, (uint32_t)block, set);
            block += MILL_SCAN_BLOCK;
        }
        for (size_t i = 0; i < list.count; i++) {
            size_t at = list.places[i];
            if (at >= walk->resume) visit(walk, at);
        }
    }
}

static void walk_plain(text_walk *walk)
{
    walk_marks(walk, find_marks);
}

#ifdef HAVE_AVX2_CODE
__attribute__((target("avx2,bmi,popcnt"))) static void walk_wide(text_walk *walk)
{
    walk_marks(walk, find_marks_avx2);
}
#else
static void walk_wide(text_walk *walk)
{
    walk_plain(walk);
}
#endif

void split_english(const split_options *options, sentence_sink *sink)
{
    text_walk walk = {.options = options, .text = sink->text, .sink = sink};
    end_sentence(&walk, 0);
    if (options->wide_vectors)
        walk_wide(&walk);
    else
        walk_plain(&walk);
    end_line(&walk, walk.text.length);
}
