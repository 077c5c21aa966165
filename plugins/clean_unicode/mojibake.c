/* The run of suspicious characters is decoded in place, level by level, until nothing changes. At
 * each place of a level the sequences that follow one another there are weighed in every encoding,
 * because one clear case is evidence for its neighbours; the encoding that accounts for most of
 * them is taken, if there is enough evidence.
 *
 * Sequences of which people write the characters beside each other anyway are soft: a mark behind
 * an accented letter (CAFÉ”), letters of one script, a row of lines for boxes. The others are hard:
 * nobody writes Ã© or â€™.
 */
#include "mojibake.h"

#include "textmill/scan.h"

MILL_EMBEDDED(mojibake)

#define LEVELS_MAX 4
#define LOST       0xFFFD /* a byte that was lost before */

typedef struct sequence {
    uint32_t length; /* characters; 0: none */
    uint32_t code;   /* what they decode to */
    const mojibake_target *target;
    bool hard;
    bool lossy; /* a byte of it was lost, or became a space */
} sequence;

/* Sequences of one encoding that follow one another. */
typedef struct chunk {
    uint32_t encoding;
    uint32_t end; /* in the run */
    uint32_t count;
    uint32_t hard;
    uint32_t strong;
    uint32_t kindred; /* results of the same kind as the one before */
    uint32_t odd;     /* results that do not fit in where they stand */
    bool certain;     /* one of them would be repaired alone, or there are many of a kind */
} chunk;

/* ---- Opening ------------------------------------------------------------------------------- */

mill_status mojibake_open(mojibake_table *table, mill_setup *setup)
{
    mill_lines lines = {mojibake_text(), 0};
    mill_text entry;
    uint32_t last = 0;
    while (mill_lines_next(&lines, &entry)) {
        mojibake_target *target = &table->targets[table->count++];
        mill_text kind = mill_lines_word(&entry);
        target->strong = mill_text_is(kind, "strong");
        bool is_known = target->strong || mill_text_is(kind, "weak");
        if (!is_known || !read_range(mill_lines_word(&entry), &target->first, &target->last) ||
            target->first <= last || table->count == MOJIBAKE_TARGETS_MAX)
            return mill_setup_fail(setup, "mojibake.txt:%u: not a range in ascending order",
                                   lines.number);
        last = target->last;
    }
    return misread_open(&table->misread, setup);
}

static const mojibake_target *find_target(const mojibake_table *table, uint32_t code)
{
    uint32_t low = 0, high = table->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (table->targets[middle].last < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < table->count && table->targets[low].first <= code ? &table->targets[low] : NULL;
}

/* ---- Reading a run ------------------------------------------------------------------------- */

/* Tells whether a space may have been the no-break space of "Ã " or "Â ". */
static bool may_be_misread_space(const mojibake_run *run)
{
    return run->count > 0 && (run->codes[run->count - 1] | 1) == 0xC3;
}

size_t mojibake_read_run(const mojibake_table *table, mill_text text, size_t at, mojibake_run *run)
{
    run->before = character_before(text.data, at);
    run->count = 0;
    for (run->after = 0; at < text.length; run->after = 0) {
        size_t length = mill_utf8_read(text.data + at, &run->after);
        const misread_char *found = misread_find(&table->misread, run->after);
        bool full = run->count >= MOJIBAKE_RUN_MAX - 8 && found->leads != 0;
        bool in_run = run->after >= 0x80
                          ? (found->leads | found->continues) != 0 || run->after == LOST
                          : run->after == ' ' && may_be_misread_space(run);
        if (!in_run || full || run->count == MOJIBAKE_RUN_MAX) break;
        run->codes[run->count++] = run->after;
        at += length;
    }
    return at;
}

/* ---- Weighing ------------------------------------------------------------------------------ */

typedef enum script { SCRIPT_LATIN, SCRIPT_GREEK, SCRIPT_CYRILLIC } script;

static script script_of(uint32_t code)
{
    if (code >= 0x0400 && code < 0x0530) return SCRIPT_CYRILLIC;
    return code >= 0x0370 && code < 0x0400 ? SCRIPT_GREEK : SCRIPT_LATIN;
}

static bool is_letter_class(misread_class class)
{
    return class == CLASS_SMALL || class == CLASS_LARGE;
}

/* Tells whether a letter does not follow this character in any text. */
static bool is_odd_letter(const misread_table *table, uint32_t encoding, uint32_t before,
                          uint32_t code)
{
    misread_class class = misread_find(table, before)->class;
    if (!is_letter_class(class)) return class != CLASS_MARK;
    if (script_of(before) != script_of(code)) return true;
    bool is_large = misread_find(table, code)->class == CLASS_LARGE;
    if (script_of(code) == SCRIPT_CYRILLIC && class == CLASS_SMALL && is_large) return true;
    if (script_of(code) != SCRIPT_LATIN || (table->loose >> encoding & 1) != 0) return false;
    if ((code | 1) == 0x015F) return false; /* Ş may follow Ă */
    if (!is_large || class != CLASS_LARGE) return true;
    return before == 0xC3 || before == 0xC5 || before == 0x0102 || code == 0x0178 ||
           code == 0x0152; /* not as in DĹŽKA */
}

/* Tells whether a symbol is written behind this character after all: degrees behind letters that
 * are not Latin, powers of the angstrom, the face ¬´. */
static bool is_written(uint32_t before, uint32_t symbol)
{
    if (symbol == 0xB0) return script_of(before) != SCRIPT_LATIN;
    return before == 0xC5 ? (symbol | 1) == 0xB3 : before == 0xAC && symbol == 0xB4;
}

/* Tells whether a sequence is made of characters that nobody writes beside each other. */
static bool is_hard(const misread_table *table, uint32_t encoding, const uint32_t *codes,
                    uint32_t length)
{
    misread_class lead = misread_find(table, codes[0])->class;
    bool has_letter = false, all_letters = is_letter_class(lead);
    for (uint32_t i = 1; i < length; i++) {
        misread_class class = misread_find(table, codes[i])->class;
        if (codes[i] == ' ' || codes[i] == LOST) continue;
        if (class == CLASS_SYMBOL && !is_written(codes[i - 1], codes[i])) return true;
        if (class == CLASS_BOX && lead != CLASS_BOX) return true;
        if (is_letter_class(class) && is_odd_letter(table, encoding, codes[i - 1], codes[i]))
            return true;
        has_letter |= is_letter_class(class);
        all_letters &= is_letter_class(class);
    }
    return length >= 3 && has_letter && !all_letters;
}

/* Returns the byte that a character of a sequence stands for, 0 if it cannot. */
static uint32_t continuation_byte(const misread_table *table, uint32_t encoding, uint32_t code)
{
    if (code == ' ') return 0xA0;
    const misread_char *found = misread_find(table, code);
    return found->continues >> encoding & 1 ? found->bytes[encoding] : 0;
}

/* Returns the sequence at `codes`; length 0 where there is none with an accepted result. */
static sequence find_sequence(const mojibake_table *table, uint32_t encoding, const uint32_t *codes,
                              uint32_t left)
{
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    const sequence none = {0};
    const misread_char *first = misread_find(&table->misread, codes[0]);
    if ((first->leads >> encoding & 1) == 0) return none;
    uint32_t lead = first->bytes[encoding], length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length > left) return none;
    sequence found = {.length = length, .code = lead & (0x7Fu >> length)};
    bool lost = false;
    for (uint32_t i = 1; i < length; i++) {
        uint32_t byte = continuation_byte(&table->misread, encoding, codes[i]);
        lost |= codes[i] == LOST && encoding == 0;
        if (byte == 0 && codes[i] != LOST) return none;
        found.lossy |= codes[i] == ' ' || codes[i] == LOST;
        found.code = found.code << 6 | (byte & 0x3F);
    }
    if (lost) found.code = LOST;
    if (found.lossy && !lost && codes[length - 1] == LOST) return none;
    found.target = find_target(table, found.code);
    if (found.target == NULL || found.code < smallest[length]) return none;
    if (found.code < 0xA0 && encoding != 0) return none; /* nobody misreads a control that way */
    found.hard =
        is_hard(&table->misread, encoding, codes, length) || (length == 4 && found.target->strong);
    return found;
}

/* Tells whether a small letter stands right before a capital. */
static bool is_capital_inside(const mojibake_table *table, uint32_t before, uint32_t code)
{
    return misread_find(&table->misread, code)->class == CLASS_LARGE && before != 0 &&
           misread_find(&table->misread, before)->class == CLASS_SMALL;
}

static chunk weigh(const mojibake_table *table, const mojibake_run *run, uint32_t from,
                   uint32_t encoding)
{
    chunk found = {.encoding = encoding, .end = from};
    const mojibake_target *last = NULL;
    uint32_t raw = from > 0 ? run->codes[from - 1] : 0, before = from > 0 ? raw : run->before;
    while (found.end < run->count) {
        sequence next =
            find_sequence(table, encoding, run->codes + found.end, run->count - found.end);
        if (next.length == 0) break;
        found.count++;
        found.hard += next.hard || is_capital_inside(table, raw, run->codes[found.end]);
        found.strong += next.target->strong;
        found.kindred += next.target == last;
        found.odd += is_latin_lower(before) && is_latin_upper(next.code);
        found.certain |= next.hard && next.target->strong;
        last = next.target;
        before = next.code;
        found.end += next.length;
        raw = run->codes[found.end - 1];
    }
    found.certain |= found.kindred >= 2 && found.hard > 0;
    return found;
}

/* ---- Deciding ------------------------------------------------------------------------------ */

static bool is_closing(uint32_t code)
{
    return code != 0 && code < 0x80 && strchr(".,;:!?)", (int)code) != NULL;
}

/* Tells whether a mark is never written inside a word: a quotation mark but the apostrophe, ™. */
static bool is_odd_inside(uint32_t code)
{
    return code == 0x2018 || code == 0x201A || (code >= 0x201C && code <= 0x201E) || code == 0x2122;
}

/* Tells whether a letter of 1251 beside the Russian ones is in wide use: Ё Є І Ї Ў Ґ. */
static bool is_common_cyrillic(uint32_t code)
{
    uint32_t large = code >= 0x0450 && code < 0x0460 ? code - 0x50 : code;
    return large == 0x0401 || large == 0x0404 || large == 0x0406 || large == 0x0407 ||
           large == 0x040E || (code | 1) == 0x0491;
}

/* Tells whether a mark opens a quotation, which it does not inside a word and not at its end. */
static bool is_opening_mark(uint32_t code)
{
    return code == 0xAB || code == 0x2039 || code == 0x201E || code == 0x201A;
}

static bool is_digit(uint32_t code)
{
    return code - '0' < 10;
}

/* What stands around a sequence: 0 at the borders of the text. */
typedef struct surroundings {
    uint32_t before;
    uint32_t after;
    bool inside; /* letters on both sides */
} surroundings;

static surroundings surroundings_of(const mojibake_run *run, uint32_t at, uint32_t length)
{
    surroundings found = {
        .before = at > 0 ? run->codes[at - 1] : run->before,
        .after = at + length < run->count ? run->codes[at + length] : run->after,
    };
    found.inside = is_latin_letter(found.before) && is_latin_letter(found.after);
    return found;
}

/* The same of a capital with a mark behind it: siÄ™, Ã–sterreich, CORAZÃ“N, Â«OuiÂ», KÃ–LN,
 * 1920Ã—1080. */
static bool is_capital_out_of_place(const mojibake_table *table, surroundings around, uint32_t lead,
                                    uint32_t last)
{
    misread_class before = misread_find(&table->misread, around.before)->class;
    bool behind_small =
        is_latin_lower(around.before) || (around.before >= 0x80 && before == CLASS_SMALL);
    if (behind_small || (around.inside && is_odd_inside(last))) return true;
    if (is_opening_mark(last) && is_latin_letter(around.after)) return true;
    if (lead == 0xC3 && around.inside && last == 0x2013) return true;
    if (lead == 0xC3 && last == 0x2026 && !is_latin_letter(around.before))
        return is_latin_letter(around.after);
    if ((lead == 0xC3 || lead == 0xC2) && is_digit(around.before)) return is_digit(around.after);
    return !is_latin_upper(around.before) && is_latin_lower(around.after);
}

/* Tells whether soft characters stand where they make no sense as they are: a capital inside a word
 * or before a mark, a symbol or a line of a box (M├╝nchen), a letter of another script
 * (PortuguГЄs), a small letter with two marks inside a word (Nguyá»…n). */
static bool is_out_of_place(const mojibake_table *table, const mojibake_run *run, uint32_t at,
                            uint32_t length)
{
    surroundings around = surroundings_of(run, at, length);
    uint32_t lead = run->codes[at], last = run->codes[at + length - 1];
    misread_class class = misread_find(&table->misread, lead)->class;
    if (class == CLASS_BOX && misread_find(&table->misread, around.after)->class != CLASS_BOX)
        return around.inside || is_latin_lower(around.before);
    if (class == CLASS_BOX || class == CLASS_SYMBOL) return around.inside;
    if (is_letter_class(class) && script_of(lead) != SCRIPT_LATIN)
        return around.inside || (!is_common_cyrillic(last) &&
                                 (is_latin_letter(around.before) || is_latin_letter(around.after)));
    if (class == CLASS_LARGE) return is_capital_out_of_place(table, around, lead, last);
    return class == CLASS_SMALL && length > 2 && around.inside;
}

/* Tells whether a sequence whose result is unlikely stands inside a word and is unlikelier still.
 */
static bool is_inside_word(const mojibake_run *run, uint32_t at, sequence found)
{
    surroundings around = surroundings_of(run, at, found.length);
    return is_latin_lower(around.before) && is_latin_lower(around.after) &&
           (found.hard || is_odd_inside(run->codes[at + found.length - 1]));
}

/* Tells whether a Ã or Â with a space behind it makes no sense: behind a small letter or a stop, or
 * with another space. */
static bool is_out_of_place_with_space(const mojibake_run *run, uint32_t at, uint32_t code)
{
    uint32_t before = at > 0 ? run->codes[at - 1] : run->before;
    bool two_spaces = at + 2 == run->count && run->after == ' ';
    if (code == 0xA0) return is_latin_lower(before) || is_closing(before);
    return code == 0xE0 && (is_latin_lower(before) || (two_spaces && !is_latin_letter(before)));
}

/* Tells whether there is enough evidence for a chunk; `evidence` is that of the present level. */
static bool is_accepted(const mojibake_table *table, const mojibake_run *run, uint16_t evidence,
                        uint32_t from, chunk found)
{
    if (found.certain || (found.kindred > 0 && found.hard > 0)) return true;
    bool by_mark = misread_find(&table->misread, run->codes[from])->class == CLASS_MARK;
    if ((evidence >> found.encoding & 1) != 0 && (found.hard > 0 || !by_mark)) return true;
    sequence first = find_sequence(table, found.encoding, run->codes + from, run->count - from);
    if (first.lossy) return is_out_of_place_with_space(run, from, first.code);
    if (!first.target->strong) return is_inside_word(run, from, first);
    return is_out_of_place(table, run, from, first.length);
}

/* Tells whether a chunk explains the text better than another at the same place. */
static bool is_better(chunk left, chunk right)
{
    if (left.end != right.end) return left.end > right.end;
    if (left.strong != right.strong) return left.strong > right.strong;
    return left.odd < right.odd;
}

/* Returns the chunk at a place that explains most, of those with enough evidence. */
static chunk choose_chunk(const mojibake_table *table, mojibake_run *run, uint16_t evidence,
                          uint32_t from)
{
    chunk best = {.end = from};
    const misread_char *first = misread_find(&table->misread, run->codes[from]);
    for (uint32_t encoding = 0; first->leads >> encoding != 0; encoding++) {
        if ((first->leads >> encoding & 1) == 0) continue;
        chunk found = weigh(table, run, from, encoding);
        if (found.count == 0 || !is_better(found, best)) continue;
        if (is_accepted(table, run, evidence, from, found))
            best = found;
        else
            run->doubtful = true;
    }
    return best;
}

/* ---- Decoding ------------------------------------------------------------------------------ */

/* A space that was read for the last byte of à stood for the word's end, too, where no other space
 * follows. */
static bool needs_space(const mojibake_run *run, uint32_t end, uint32_t code)
{
    uint32_t after = end < run->count ? run->codes[end] : run->after;
    return code == 0xE0 && run->codes[end - 1] == ' ' && is_latin_letter(after);
}

/* Decodes one level in place. Returns whether anything was. */
static bool decode_level(const mojibake_table *table, mojibake_run *run, uint16_t *evidence)
{
    uint32_t to = 0, from = 0;
    bool changed = false;
    while (from < run->count) {
        chunk found = choose_chunk(table, run, *evidence, from);
        if (found.end == from) {
            run->codes[to++] = run->codes[from++];
            continue;
        }
        if (found.certain) *evidence |= (uint16_t)(1u << found.encoding);
        while (from < found.end) {
            sequence next =
                find_sequence(table, found.encoding, run->codes + from, run->count - from);
            bool spaced = needs_space(run, from + next.length, next.code);
            from += next.length;
            run->codes[to++] = next.code;
            if (spaced) run->codes[to++] = ' ';
        }
        changed = true;
    }
    run->count = to;
    return changed;
}

/* Returns the character that Windows-1252 has at a C1 code point; the code point itself if none. */
static uint32_t windows_1252(uint32_t code)
{
    static const uint16_t characters[32] = {
        0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
    };
    if (code - 0x80 >= 32 || characters[code - 0x80] == 0) return code;
    return characters[code - 0x80];
}

bool mojibake_repair(const mojibake_table *table, mojibake_run *run)
{
    bool changed = false;
    run->doubtful = false;
    uint16_t *evidence = &run->evidence.last;
    for (int level = 0; level < LEVELS_MAX && decode_level(table, run, evidence); level++) {
        changed = true;
        evidence = &run->evidence.earlier;
    }
    for (uint32_t i = 0; i < run->count; i++) {
        uint32_t code = run->codes[i];
        if (code == 0x85) continue; /* NEL: more often a line break that is meant */
        run->codes[i] = windows_1252(code);
        changed |= run->codes[i] != code;
    }
    return changed;
}

uint16_t mojibake_find_evidence(const mojibake_table *table, mill_text text, size_t at)
{
    mojibake_run run;
    uint16_t evidence = 0;
    for (size_t block = at; block < text.length; block += MILL_SCAN_BLOCK) {
        for (uint64_t set = mill_scan_range(text.data + block, 0xC2, 0xFF); set != 0;
             set &= set - 1) {
            size_t place = block + mill_scan_first(set);
            if (place < at || !mojibake_may_begin(table, text.data + place)) continue;
            at = mojibake_read_run(table, text, place, &run);
            for (uint32_t from = 0; from < run.count; from++)
                for (uint32_t i = 0; i < table->misread.encoding_count; i++)
                    evidence |= (uint16_t)((unsigned)weigh(table, &run, from, i).certain << i);
        }
    }
    return evidence;
}
