/* Matching keeps the set of all positions that the parts so far can reach, as one bit for each
 * byte of the line, and lets each part make a new set of it. So there is no trying again: the
 * time is bounded by parts times bytes, whatever the line. */
#include "match.h"

#define NAME_WORDS_MAX 8
#define BRACKETS_MAX   160 /* bytes of a credit in brackets at the end of a line */

/* Only words from `first` to `last` count: a set costs what is in it, not what the line is long. An
 * empty one has `first` behind `last`. */
typedef struct position_set {
    size_t first, last;
    uint64_t words[(MATCH_LENGTH_MAX + 1) / 64];
} position_set;

typedef struct matcher {
    const pattern_book *book;
    mill_text line;
} matcher;

static inline void set_clear(position_set *set)
{
    set->first = 1;
    set->last = 0;
}

static inline bool set_is_empty(const position_set *set)
{
    return set->first > set->last;
}

/* Makes words from `first` to `last` count, the new ones empty. */
static inline void set_stretch(position_set *set, size_t first, size_t last)
{
    if (set_is_empty(set)) {
        set->first = set->last = first;
        set->words[first] = 0;
    }
    while (set->first > first) set->words[--set->first] = 0;
    while (set->last < last) set->words[++set->last] = 0;
}

static inline void set_add(position_set *set, size_t at)
{
    set_stretch(set, at / 64, at / 64);
    set->words[at / 64] |= UINT64_C(1) << at % 64;
}

/* Adds all places from `first` to `last`. */
static void set_add_all(position_set *set, size_t first, size_t last)
{
    set_stretch(set, first / 64, last / 64);
    for (size_t i = first / 64; i <= last / 64; i++) set->words[i] = UINT64_MAX;
    set->words[first / 64] &= UINT64_MAX << first % 64;
    set->words[last / 64] &= UINT64_MAX >> (63 - last % 64);
}

static inline bool set_has(const position_set *set, size_t at)
{
    return at / 64 >= set->first && at / 64 <= set->last &&
           (set->words[at / 64] >> at % 64 & 1) != 0;
}

/* ---- Pieces of a line: each returns where the piece that begins at `at` ends, 0 if it is none --
 */

static size_t skip_blanks(const matcher *self, size_t at)
{
    while (at < self->line.length && mill_is_blank(self->line.data[at])) at++;
    return at;
}

static size_t match_text(const matcher *self, mill_text text, size_t at)
{
    for (size_t i = 0; i < text.length; i++) {
        if (at >= self->line.length) return 0;
        unsigned char wanted = (unsigned char)text.data[i];
        if (wanted == ' ') {
            size_t next = skip_blanks(self, at);
            if (next == at) return 0;
            at = next;
        } else if (!mill_same_letter((unsigned char)self->line.data[at++], wanted)) {
            return 0;
        }
    }
    return at;
}

/* Tells whether the line before `end` ends with a text. */
static bool ends_with(const matcher *self, mill_text text, size_t end)
{
    const char *data = self->line.data;
    for (size_t i = text.length; i > 0; i--) {
        unsigned char wanted = (unsigned char)text.data[i - 1];
        if (end == 0) return false;
        if (wanted == ' ') {
            if (!mill_is_blank(data[end - 1])) return false;
            while (end > 0 && mill_is_blank(data[end - 1])) end--;
        } else if (!mill_same_letter((unsigned char)data[--end], wanted)) {
            return false;
        }
    }
    return true;
}

static size_t match_number(const matcher *self, size_t at)
{
    size_t end = at;
    while (end < self->line.length && (unsigned)self->line.data[end] - '0' < 10u) end++;
    return end > at ? end : 0;
}

static inline bool is_letter(char byte)
{
    return (unsigned)mill_lower((unsigned char)byte) - 'a' < 26u;
}

static inline bool is_handle_byte(char byte)
{
    return is_letter(byte) || (unsigned)byte - '0' < 10u || byte == '_' || byte == '.';
}

static size_t match_handle(const matcher *self, size_t at)
{
    size_t end = at + 1;
    if (at >= self->line.length || self->line.data[at] != '@') return 0;
    while (end < self->line.length && is_handle_byte(self->line.data[end])) end++;
    return end > at + 1 ? end : 0;
}

/* ---- Names --------------------------------------------------------------------------------- */

/* Tells whether a name can begin with the letter at `data`. Of letters outside ASCII only the small
 * ones of Latin-1 are known as such; marks and symbols begin with other bytes. */
static bool is_capital(const char *data)
{
    unsigned char lead = (unsigned char)data[0], next = (unsigned char)data[1];
    if (lead < 0x80) return (unsigned)lead - 'A' < 26u;
    if (lead == 0xC3) return next < 0x9F;
    return (lead >= 0xC4 && lead <= 0xDF) || lead == 0xE1;
}

/* Returns the length of a character that names are made of, 0 for others. */
static size_t name_character(const char *data)
{
    unsigned char lead = (unsigned char)data[0];
    if (lead < 0x80)
        return is_letter(data[0]) || lead == '-' || lead == '\'' || (unsigned)lead - '0' < 10u;
    if (lead >= 0xC3 && lead <= 0xDF) return 2;
    if (lead == 0xE1) return 3;
    return lead == 0xE2 && memcmp(data + 1, "\x80\x99", 2) == 0 ? 3 : 0;
}

/* A capitalised word, with the stop of an initial or a short title. */
static size_t match_name_word(const matcher *self, size_t at)
{
    const char *data = self->line.data;
    size_t end = at, length = self->line.length;
    if (at >= length || !is_capital(data + at)) return 0;
    while (end < length) {
        size_t step = name_character(data + end);
        if (step == 0 && data[end] == '.' && end + 1 < length && is_letter(data[end + 1])) step = 1;
        if (step == 0) break;
        end += step;
    }
    if (end < length && data[end] == '.' && end - at <= 4) end++;
    return end;
}

/* Blanks, perhaps with small words of a name between them: "van der". */
static size_t match_name_space(const matcher *self, size_t at)
{
    size_t next = skip_blanks(self, at);
    if (next == at) return 0;
    for (int count = 0; count < 2 && match_name_word(self, next) == 0; count++) {
        size_t end = 0;
        for (uint32_t i = 0; i < self->book->particles->count && end == 0; i++) {
            size_t word = match_text(self, self->book->particles->entries[i], next);
            if (word != 0 && skip_blanks(self, word) > word) end = skip_blanks(self, word);
        }
        if (end == 0) return 0;
        next = end;
    }
    return next;
}

/* What stands between two names of a list; words have blanks around them. */
static size_t match_joint(const matcher *self, size_t at)
{
    size_t begin = skip_blanks(self, at);
    for (uint32_t i = 0; i < self->book->joints->count; i++) {
        mill_text joint = self->book->joints->entries[i];
        size_t end = match_text(self, joint, begin);
        if (end == 0) continue;
        size_t next = skip_blanks(self, end);
        if (!is_letter(*joint.data) || (begin > at && next > end)) return next;
    }
    return 0;
}

/* Adds every place where a name, or a list of names, that begins at `at` can end. The first name
 * has at least `least` words. */
static void add_names(const matcher *self, size_t at, int least, bool lists, position_set *ends)
{
    int words = 0;
    for (size_t end = match_name_word(self, at); end != 0; end = match_name_word(self, at)) {
        if (++words >= least) set_add(ends, end);
        at = words < NAME_WORDS_MAX ? match_name_space(self, end) : 0;
        if (at != 0 && match_name_word(self, at) != 0) continue;
        if (!lists || words < least) return;
        at = match_joint(self, end);
        if (at == 0) return;
        words = least; /* the names that follow may be short */
        if (match_text(self, (mill_text){"the ", 4}, at) != 0) at = skip_blanks(self, at + 3);
    }
}

/* ---- Patterns ------------------------------------------------------------------------------ */

static void add_ends(const matcher *self, const pattern_part *part, size_t at, position_set *ends)
{
    size_t end = 0;
    switch (part->kind) {
    case PART_TEXT: end = match_text(self, part->text, at); break;
    case PART_NUMBER: end = match_number(self, at); break;
    case PART_HANDLE: end = match_handle(self, at); break;
    case PART_NAME: add_names(self, at, 2, false, ends); break;
    case PART_NAMES: add_names(self, at, 1, true, ends); break;
    case PART_PEOPLE: add_names(self, at, 2, true, ends); break;
    case PART_ANY: set_add_all(ends, at, self->line.length); break;
    case PART_SET:
        for (uint32_t i = 0; i < self->book->sets[part->set].count; i++) {
            size_t stop = match_text(self, self->book->sets[part->set].entries[i], at);
            if (stop != 0) set_add(ends, stop);
        }
        break;
    }
    if (end != 0) set_add(ends, end);
}

/* Finds the places that one more part reaches; false if there are none. */
static bool advance(const matcher *self, const pattern_part *part, const position_set *reached,
                    position_set *ends)
{
    set_clear(ends);
    for (size_t i = reached->first; i <= reached->last; i++) {
        for (uint64_t set = reached->words[i]; set != 0; set &= set - 1) {
            add_ends(self, part, i * 64 + (size_t)__builtin_ctzll(set), ends);
            if (part->kind == PART_ANY) return true; /* the first place reaches all others */
        }
    }
    return !set_is_empty(ends);
}

/* A full stop at the end of the line need not be in the pattern. */
static inline bool has_stop(const matcher *self)
{
    return self->line.data[self->line.length - 1] == '.';
}

/* The places that each part of a pattern reaches. Patterns that begin alike come one after another,
 * so the next one goes on where it differs from this one. */
typedef struct part_walk {
    position_set reached[PATTERN_PARTS_MAX + 1]; /* before part i; valid up to `depth` */
    uint32_t depth;
} part_walk;

/* Tells whether the line is like a pattern of which `walk` knows the first `shared` parts. */
static bool matches(const matcher *self, const line_pattern *pattern, uint32_t shared,
                    part_walk *walk)
{
    size_t length = self->line.length;
    if (walk->depth < shared) return false; /* the parts in common do not fit */
    walk->depth = shared;
    for (uint32_t i = shared; i < pattern->part_count; i++, walk->depth = i)
        if (!advance(self, &pattern->parts[i], &walk->reached[i], &walk->reached[i + 1]))
            return false;
    const position_set *ends = &walk->reached[pattern->part_count];
    return set_has(ends, length) || (has_stop(self) && set_has(ends, length - 1));
}

/* Tells whether the line is like one of the patterns of an edge. `at`: where their first part ends;
 * 0: they are held against the line from its beginning. */
static bool match_edge(const matcher *self, const pattern_edge *edge, size_t at, bool tail)
{
    const pattern_book *book = self->book;
    part_walk walk;
    uint32_t first = at != 0;
    walk.depth = first;
    set_clear(&walk.reached[first]);
    set_add(&walk.reached[first], at);
    for (int32_t i = edge->links; i != PATTERN_NONE; i = book->links[i].next) {
        const pattern_link *link = &book->links[i];
        const line_pattern *pattern = &book->patterns[link->pattern];
        uint32_t shared = link->shared > first ? link->shared : first;
        if (matches(self, pattern, shared, &walk) && (pattern->in_brackets || !tail)) return true;
    }
    return false;
}

static bool match_first_word(const matcher *self, bool tail)
{
    const pattern_book *book = self->book;
    int32_t i = patterns_find(&book->first_words, patterns_first_word(self->line));
    for (; i != PATTERN_NONE; i = book->edges[i].next) {
        size_t at = match_text(self, book->edges[i].text, 0);
        if (at != 0 && match_edge(self, &book->edges[i], at, tail)) return true;
    }
    return false;
}

static bool match_last_word(const matcher *self, bool tail)
{
    const pattern_book *book = self->book;
    size_t length = self->line.length;
    int32_t i = patterns_find(&book->last_words, patterns_last_word(self->line));
    for (; i != PATTERN_NONE; i = book->edges[i].next) {
        mill_text text = book->edges[i].text;
        bool fits =
            ends_with(self, text, length) || (has_stop(self) && ends_with(self, text, length - 1));
        if (fits && match_edge(self, &book->edges[i], 0, tail)) return true;
    }
    return false;
}

static bool match_any(const pattern_book *book, mill_text line, bool tail)
{
    matcher self = {book, line};
    if (line.length == 0 || line.length > MATCH_LENGTH_MAX) return false;
    return match_first_word(&self, tail) || match_last_word(&self, tail);
}

static inline bool are_brackets(char open, char close)
{
    return (open == '(' && close == ')') || (open == '[' && close == ']');
}

bool match_line(const pattern_book *book, mill_text line)
{
    if (line.length == 0 || line.length > MATCH_LENGTH_MAX) return false;
    if (match_any(book, line, false)) return true;
    if (!are_brackets(line.data[0], line.data[line.length - 1])) return false;
    return match_any(book, (mill_text){line.data + 1, line.length - 2}, false);
}

size_t match_tail(const pattern_book *book, mill_text line)
{
    size_t last = line.length - 1;
    if (line.length < 3 || (line.data[last] != ')' && line.data[last] != ']')) return 0;
    size_t stop = last > BRACKETS_MAX ? last - BRACKETS_MAX : 0;
    for (size_t at = last - 1; at > stop; at--) {
        if (line.data[at] == line.data[last]) return 0; /* brackets within brackets */
        if (!are_brackets(line.data[at], line.data[last])) continue;
        if (!match_any(book, (mill_text){line.data + at + 1, last - at - 1}, true)) return 0;
        while (at > 0 && mill_is_blank(line.data[at - 1])) at--;
        return line.length - at;
    }
    return 0;
}
