/* Reads pattern files into parts and makes the two indexes. A pattern that begins with text or with
 * a set is filed under its first word, or the first word of each entry; the others under the last.
 */
#include "patterns.h"

/* ---- Words --------------------------------------------------------------------------------- */

static inline bool is_word_byte(char byte)
{
    return (unsigned)mill_lower((unsigned char)byte) - 'a' < 26u || (unsigned)byte - '0' < 10u;
}

mill_text patterns_first_word(mill_text text)
{
    mill_text word = {text.data, text.length > 0};
    if (text.length == 0) return word;
    if (is_word_byte(*text.data)) {
        while (word.length < text.length && is_word_byte(text.data[word.length])) word.length++;
    } else if ((unsigned char)*text.data >= 0x80) {
        while (word.length < text.length && ((unsigned char)text.data[word.length] & 0xC0u) == 0x80)
            word.length++;
    }
    return word;
}

mill_text patterns_last_word(mill_text text)
{
    size_t end = text.length, begin;
    while (end > 0 && !is_word_byte(text.data[end - 1]) && text.data[end - 1] != '_') end--;
    for (begin = end; begin > 0; begin--)
        if (!is_word_byte(text.data[begin - 1]) && text.data[begin - 1] != '_') break;
    if (begin > 0 && text.data[begin - 1] == '@') return (mill_text){text.data + begin - 1, 1};
    return (mill_text){text.data + begin, end - begin};
}

static bool text_is(mill_text text, const char *other)
{
    return text.length == strlen(other) && memcmp(text.data, other, text.length) == 0;
}

static mill_text trim(mill_text text)
{
    while (text.length > 0 && mill_is_blank(*text.data)) text.data++, text.length--;
    while (text.length > 0 && mill_is_blank(text.data[text.length - 1])) text.length--;
    return text;
}

/* ---- Sets ---------------------------------------------------------------------------------- */

static const word_set *find_set(const pattern_book *book, mill_text name)
{
    for (uint32_t i = 0; i < book->set_count; i++) {
        const word_set *set = &book->sets[i];
        if (set->name.length == name.length && memcmp(set->name.data, name.data, name.length) == 0)
            return set;
    }
    return NULL;
}

const word_set *patterns_set(const pattern_book *book, const char *name)
{
    return find_set(book, (mill_text){name, strlen(name)});
}

/* Cuts the next entry off a list; `\|` is the bar itself. */
static mill_text next_entry(mill_text *list)
{
    size_t length = 0;
    while (length < list->length &&
           (list->data[length] != '|' || (length > 0 && list->data[length - 1] == '\\')))
        length++;
    mill_text entry = trim((mill_text){list->data, length});
    size_t step = length < list->length ? length + 1 : length;
    list->data += step;
    list->length -= step;
    if (entry.length == 2 && entry.data[0] == '\\') entry.data++, entry.length--;
    return entry;
}

/* Returns where the `=` of a line `name = entries` is, 0 if the line is none. */
static size_t find_set_mark(mill_text line)
{
    size_t at = 0;
    while (at < line.length && (is_word_byte(line.data[at]) || line.data[at] == '_')) at++;
    if (at == 0 || at + 2 >= line.length || memcmp(line.data + at, " = ", 3) != 0) return 0;
    return at + 1;
}

static const char *add_set(pattern_book *book, mill_setup *setup, mill_text line, size_t mark)
{
    mill_text name = trim((mill_text){line.data, mark});
    mill_text list = {line.data + mark + 1, line.length - mark - 1};
    word_set *set = &book->sets[book->set_count];
    if (find_set(book, name) != NULL) return "the set is there already; choose another name";
    if (book->set_count == PATTERN_SETS_MAX) return "more than 64 sets; join some of them";
    *set = (word_set){.name = name};
    set->entries = mill_setup_alloc(setup, (list.length / 2 + 1) * sizeof *set->entries);
    if (set->entries == NULL) return "out of memory";
    while (list.length > 0) {
        mill_text entry = next_entry(&list);
        if (entry.length == 0) return "an entry of the set is empty; write \\| for the bar itself";
        set->entries[set->count++] = entry;
    }
    book->set_count++;
    return NULL;
}

/* ---- Patterns ------------------------------------------------------------------------------ */

/* Reads {this} from `rest` on; returns its length, 0 if there is no such thing. */
static size_t read_braces(const pattern_book *book, mill_text rest, pattern_part *part)
{
    static const struct {
        const char *name;
        part_kind kind;
    } kinds[] = {{"name", PART_NAME},
                 {"names", PART_NAMES},
                 {"people", PART_PEOPLE},
                 {"handle", PART_HANDLE}};
    const char *stop = memchr(rest.data, '}', rest.length);
    if (stop == NULL) return 0;
    mill_text name = {rest.data + 1, (size_t)(stop - rest.data) - 1};
    for (size_t i = 0; i < MILL_COUNT(kinds); i++) {
        if (!text_is(name, kinds[i].name)) continue;
        part->kind = kinds[i].kind;
        return name.length + 2;
    }
    const word_set *set = find_set(book, name);
    if (set == NULL) return 0;
    part->kind = PART_SET;
    part->set = (uint32_t)(set - book->sets);
    return name.length + 2;
}

static size_t read_text(mill_text rest, pattern_part *part)
{
    part->kind = PART_TEXT;
    part->text = (mill_text){rest.data, 0};
    while (part->text.length < rest.length && strchr("*%{", rest.data[part->text.length]) == NULL)
        part->text.length++;
    return part->text.length;
}

/* Reads the next part; returns its length, 0 if it is none. */
static size_t read_part(const pattern_book *book, mill_text rest, pattern_part *part)
{
    *part = (pattern_part){.kind = PART_ANY};
    if (*rest.data == '*') return 1;
    if (*rest.data == '{') return read_braces(book, rest, part);
    if (*rest.data != '%') return read_text(rest, part);
    part->kind = PART_NUMBER;
    return 1;
}

static inline bool is_plain(const pattern_part *part)
{
    return part->kind <= PART_SET;
}

/* Tells whether a part always ends with a word, by which lines can be looked up. */
static bool has_last_word(const pattern_book *book, const pattern_part *part)
{
    if (part->kind == PART_TEXT) return patterns_last_word(part->text).length > 0;
    if (part->kind != PART_SET) return part->kind == PART_HANDLE;
    const word_set *set = &book->sets[part->set];
    for (uint32_t i = 0; i < set->count; i++)
        if (patterns_last_word(set->entries[i]).length == 0) return false;
    return true;
}

static const char *add_pattern(pattern_book *book, mill_setup *setup, mill_text line)
{
    pattern_part parts[PATTERN_PARTS_MAX] = {{.kind = PART_TEXT}};
    uint32_t count = 0;
    bool in_brackets = line.length > 2 && memcmp(line.data, "+ ", 2) == 0;
    if (in_brackets) line.data += 2, line.length -= 2;
    while (line.length > 0) {
        if (count == PATTERN_PARTS_MAX) return "more than 24 parts; make it two patterns";
        size_t length = read_part(book, line, &parts[count++]);
        if (length == 0) return "no such set; define it in a line above: set = word | word";
        line.data += length;
        line.length -= length;
    }
    if (count == 0 || (!is_plain(&parts[0]) && !has_last_word(book, &parts[count - 1])))
        return "it needs a plain word at its beginning or at its end";
    pattern_part *kept = mill_setup_alloc(setup, count * sizeof *kept);
    if (kept == NULL) return "out of memory";
    memcpy(kept, parts, count * sizeof *kept);
    book->patterns[book->pattern_count++] = (line_pattern){kept, count, in_brackets};
    return NULL;
}

mill_status patterns_begin(pattern_book *book, mill_setup *setup, uint32_t lines)
{
    book->pattern_room = lines;
    book->patterns = mill_setup_alloc(setup, (lines + 1) * sizeof *book->patterns);
    return book->patterns == NULL ? MILL_FAILED : MILL_OK;
}

mill_status patterns_add(pattern_book *book, mill_setup *setup, const char *name, mill_text text)
{
    mill_lines lines = {text, 0};
    mill_text line;
    while (book->pattern_count < book->pattern_room && mill_lines_next(&lines, &line)) {
        size_t mark = find_set_mark(line);
        const char *fault =
            mark != 0 ? add_set(book, setup, line, mark) : add_pattern(book, setup, line);
        if (fault != NULL) return mill_setup_fail(setup, "%s:%u: %s", name, lines.number, fault);
    }
    return MILL_OK;
}

/* ---- Indexes ------------------------------------------------------------------------------- */

static uint32_t count_links(const pattern_book *book)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < book->pattern_count; i++) {
        const line_pattern *pattern = &book->patterns[i];
        const pattern_part *first = &pattern->parts[0],
                           *last = &pattern->parts[pattern->part_count - 1];
        const pattern_part *key = is_plain(first) ? first : last;
        count += key->kind == PART_SET ? book->sets[key->set].count : 1;
    }
    return count;
}

/* A number below 4096 that few words share. The word is not empty. */
static inline uint32_t word_mark(mill_text word)
{
    uint32_t first = mill_lower((unsigned char)word.data[0]);
    uint32_t middle = mill_lower((unsigned char)word.data[word.length / 2]);
    uint32_t last = mill_lower((unsigned char)word.data[word.length - 1]);
    return (first + 41 * middle + 113 * last + 7 * (uint32_t)word.length) & 4095;
}

int32_t patterns_find(const pattern_index *index, mill_text word)
{
    if (word.length == 0) return PATTERN_NONE;
    uint32_t mark = word_mark(word);
    if ((index->filter[mark / 64] >> mark % 64 & 1) == 0) return PATTERN_NONE;
    return mill_words_find(&index->words, word.data, word.length);
}

/* Finds the edge with this text, or makes one. Texts are told apart by where they are. */
static pattern_edge *find_edge(pattern_book *book, pattern_index *index, mill_text word,
                               mill_text text)
{
    int32_t head = patterns_find(index, word);
    for (int32_t at = head; at != PATTERN_NONE; at = book->edges[at].next)
        if (book->edges[at].text.data == text.data) return &book->edges[at];
    uint32_t mark = word_mark(word);
    index->filter[mark / 64] |= UINT64_C(1) << mark % 64;
    mill_words_add(&index->words, word.data, word.length, (int32_t)book->edge_count);
    pattern_edge *edge = &book->edges[book->edge_count++];
    *edge = (pattern_edge){.text = text, .links = PATTERN_NONE, .next = head};
    return edge;
}

static bool parts_equal(const pattern_part *left, const pattern_part *right)
{
    return left->kind == right->kind && left->set == right->set &&
           left->text.length == right->text.length &&
           (left->text.length == 0 ||
            memcmp(left->text.data, right->text.data, left->text.length) == 0);
}

/* Counts the parts at the beginning of two patterns that are the same. */
static uint32_t count_shared(const line_pattern *left, const line_pattern *right)
{
    uint32_t count = 0;
    while (count < left->part_count && count < right->part_count &&
           parts_equal(&left->parts[count], &right->parts[count]))
        count++;
    return count;
}

/* Files a pattern under a text that it begins or ends with, in lines with that word there. */
static void add_edge(pattern_book *book, bool is_first, mill_text word, mill_text text,
                     uint32_t pattern)
{
    pattern_index *index = is_first ? &book->first_words : &book->last_words;
    pattern_edge *edge = find_edge(book, index, word, text);
    book->links[book->link_count] = (pattern_link){.pattern = pattern, .next = edge->links};
    edge->links = (int32_t)book->link_count++;
}

static void index_pattern(pattern_book *book, uint32_t number)
{
    static const char at_sign[16] = "@"; /* a word map reads 16 bytes */
    const line_pattern *pattern = &book->patterns[number];
    bool is_first = is_plain(&pattern->parts[0]);
    const pattern_part *key = &pattern->parts[is_first ? 0 : pattern->part_count - 1];
    if (key->kind == PART_HANDLE) {
        add_edge(book, false, (mill_text){at_sign, 1}, (mill_text){NULL, 0}, number);
        return;
    }
    bool is_set = key->kind == PART_SET;
    const mill_text *texts = is_set ? book->sets[key->set].entries : &key->text;
    uint32_t count = is_set ? book->sets[key->set].count : 1;
    for (uint32_t i = 0; i < count; i++) {
        mill_text word = is_first ? patterns_first_word(texts[i]) : patterns_last_word(texts[i]);
        add_edge(book, is_first, word, texts[i], number);
    }
}

mill_status patterns_finish(pattern_book *book, mill_setup *setup)
{
    uint32_t links = count_links(book);
    book->particles = patterns_set(book, "particle");
    book->joints = patterns_set(book, "joint");
    book->links = mill_setup_alloc(setup, (links + 1) * sizeof *book->links);
    book->edges = mill_setup_alloc(setup, (links + 1) * sizeof *book->edges);
    if (book->links == NULL || book->edges == NULL ||
        mill_words_open(&book->first_words.words, setup, links) != MILL_OK ||
        mill_words_open(&book->last_words.words, setup, links) != MILL_OK)
        return MILL_FAILED;
    for (uint32_t i = 0; i < book->pattern_count; i++) index_pattern(book, i);
    for (uint32_t i = 0; i < book->link_count; i++) {
        const pattern_link *link = &book->links[i];
        if (link->next == PATTERN_NONE) continue;
        pattern_link *next = &book->links[link->next];
        next->shared = count_shared(&book->patterns[link->pattern], &book->patterns[next->pattern]);
    }
    return MILL_OK;
}
