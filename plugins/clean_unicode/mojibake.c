/* The run of suspicious characters is decoded in place, level by level, until nothing changes. At
 * each level all sequences are first weighed, because one clear case is evidence for its
 * neighbours; then those with enough evidence are decoded.
 *
 * Continuation bytes that show as quotes, dashes and the like are soft: people do write them behind
 * an accented letter (CAFÉ”). The others are hard: nobody writes Ã© or â€™. */
#include "mojibake.h"

MILL_EMBEDDED(mojibake)

#define LEVELS_MAX 4

/* Windows-1252 from 0x80 to 0x9F; 0 where it has no character. */
static const uint16_t windows_1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

/* Bytes 0x80 to 0xBF that show as characters often written behind a letter:
 * low quotes, ellipsis, angle and curly quotes, bullet, dashes, trade mark, no-break space,
 * guillemets, middle dot. */
static const uint64_t soft_bytes = UINT64_C(1) << 0x02 | UINT64_C(1) << 0x04 | UINT64_C(1) << 0x05 |
                                   UINT64_C(1) << 0x0B | UINT64_C(0x7F) << 0x11 |
                                   UINT64_C(1) << 0x19 | UINT64_C(1) << 0x1B | UINT64_C(1) << 0x20 |
                                   UINT64_C(1) << 0x2B | UINT64_C(1) << 0x37 | UINT64_C(1) << 0x3B;

typedef struct sequence {
    uint32_t length; /* characters; 0: none */
    uint32_t code;   /* what they decode to */
    bool strong;     /* the kind in mojibake.txt */
    bool hard;       /* one of its continuation bytes is */
} sequence;

/* What the sequences of a run say together. */
typedef struct run_findings {
    uint32_t count;
    uint32_t hard;
    bool certain; /* one of them would be repaired alone */
} run_findings;

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
    return MILL_OK;
}

uint32_t mojibake_windows_1252(uint32_t code)
{
    if (code - 0x80 >= 32 || windows_1252[code - 0x80] == 0) return code;
    return windows_1252[code - 0x80];
}

/* ---- Reading a run ------------------------------------------------------------------------- */

/* Returns the byte over 0x7F that was read as this character, 0 if it is none. Bytes that
 * Windows-1252 leaves open came through as C1 controls. */
static uint32_t byte_of(uint32_t code)
{
    if (code < 0x100) return code < 0x80 ? 0 : code;
    if (code > 0x2122) return 0;
    for (uint32_t i = 0; i < 32; i++)
        if (windows_1252[i] == code) return 0x80 + i;
    return 0;
}

size_t mojibake_read_run(mill_text text, size_t at, mojibake_run *run)
{
    run->before = character_before(text.data, at);
    run->count = 0;
    for (run->after = 0; at < text.length; run->after = 0) {
        size_t length = mill_utf8_read(text.data + at, &run->after);
        uint32_t byte = byte_of(run->after);
        bool full = run->count >= MOJIBAKE_RUN_MAX - 8 && byte >= 0xC2;
        if (byte == 0 || full || run->count == MOJIBAKE_RUN_MAX) break;
        run->codes[run->count++] = run->after;
        at += length;
    }
    return at;
}

/* ---- Weighing ------------------------------------------------------------------------------ */

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

/* Returns the sequence at `codes`; length 0 where there is none with an accepted result. */
static sequence find_sequence(const mojibake_table *table, const uint32_t *codes, uint32_t left)
{
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    const sequence none = {0};
    uint32_t lead = byte_of(codes[0]);
    uint32_t length = lead < 0xC2 || lead > 0xF4 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length == 0 || length > left) return none;
    sequence found = {.length = length, .code = lead & (0x7Fu >> length)};
    for (uint32_t i = 1; i < length; i++) {
        uint32_t byte = byte_of(codes[i]);
        if (byte < 0x80 || byte > 0xBF) return none;
        found.code = found.code << 6 | (byte & 0x3F);
        found.hard |= (soft_bytes >> (byte & 0x3F) & 1) == 0;
    }
    const mojibake_target *target = find_target(table, found.code);
    if (target == NULL || found.code < smallest[length]) return none;
    found.strong = target->strong;
    return found;
}

static run_findings weigh(const mojibake_table *table, const mojibake_run *run)
{
    run_findings findings = {0};
    for (uint32_t i = 0; i < run->count;) {
        sequence found = find_sequence(table, run->codes + i, run->count - i);
        findings.count += found.length != 0;
        findings.hard += found.hard;
        findings.certain |= found.hard && found.strong;
        i += found.length != 0 ? found.length : 1;
    }
    return findings;
}

/* Tells whether a soft sequence stands where its characters make no sense as they are: a capital
 * inside a word (siÄ™), or a mark right before a small letter (Ã–sterreich). */
static bool is_out_of_place(const mojibake_run *run, uint32_t at, sequence found)
{
    uint32_t end = at + found.length;
    uint32_t before = at > 0 ? run->codes[at - 1] : run->before;
    uint32_t after = end < run->count ? run->codes[end] : run->after;
    if (is_latin_lower(before) && is_latin_upper(run->codes[at])) return true;
    return !is_latin_upper(before) && is_latin_lower(after);
}

static bool is_accepted(const mojibake_run *run, uint32_t at, sequence found, run_findings findings)
{
    if (run->evidence || findings.certain) return true;
    if (found.strong) return is_out_of_place(run, at, found);
    return findings.count >= 2 && findings.hard > 0;
}

/* ---- Decoding ------------------------------------------------------------------------------ */

/* Decodes one level in place. Returns whether anything was. */
static bool decode_level(const mojibake_table *table, mojibake_run *run)
{
    run_findings findings = weigh(table, run);
    uint32_t to = 0;
    bool changed = false;
    if (findings.count == 0) return false;
    for (uint32_t from = 0; from < run->count;) {
        sequence found = find_sequence(table, run->codes + from, run->count - from);
        bool accepted = found.length != 0 && is_accepted(run, from, found, findings);
        run->codes[to++] = accepted ? found.code : run->codes[from];
        from += accepted ? found.length : 1;
        changed |= accepted;
    }
    run->count = to;
    run->evidence |= findings.certain;
    return changed;
}

bool mojibake_repair(const mojibake_table *table, mojibake_run *run)
{
    bool changed = false;
    for (int level = 0; level < LEVELS_MAX && decode_level(table, run); level++) changed = true;
    for (uint32_t i = 0; i < run->count; i++) {
        uint32_t code = run->codes[i];
        if (code == 0x85) continue; /* NEL: more often a line break that is meant */
        run->codes[i] = mojibake_windows_1252(code);
        changed |= run->codes[i] != code;
    }
    return changed;
}
