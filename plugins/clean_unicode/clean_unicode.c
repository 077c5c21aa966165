/* clean_unicode - repairs mis-decoded text and takes out or makes plain what only machines see:
 * control and invisible characters, odd spaces, ligatures; on request quotes, dashes and emoji too.
 *
 * One pass. A scan in blocks stops at what is not printable ASCII; a table tells for each of those
 * characters what to do, so a class that is turned off costs nothing. Letters that look like the
 * start of a misread sequence are handed to mojibake.c with what follows.
 */
#include "characters.h"
#include "emoji.h"
#include "mojibake.h"

#include "textmill/scan.h"

#define ESCAPE_LENGTH_MAX 512

typedef struct cleaner {
    character_table table;
    mojibake_table mojibake;
    bool repairs;
    bool has_backtick; /* the one printable ASCII character that may have a rule */
} cleaner;

typedef struct text_walk {
    const cleaner *self;
    mill_document *document;
    mill_text text;
    size_t done;      /* everything before is dealt with */
    size_t looked_at; /* up to here there is no mojibake */
    mojibake_evidence evidence;
    bool evidence_known; /* of the whole text, not only of what was read */
    bool at_line_start;  /* a line begins at `done`: an emoji at its start was taken out */
    bool direction_known;
    bool right_to_left; /* the text has right-to-left letters */
} text_walk;

/* ---- Opening ------------------------------------------------------------------------------- */

/* The class names of characters.txt are the names of the options; `keep` is 0, and the other
 * choice, which turns a class on, is 1. */
static bool is_class_on(mill_setup *setup, mill_text name)
{
    static const char *const classes[] = {"control",   "invisible", "soft_hyphen", "spaces",
                                          "ligatures", "quotes",    "dashes",      "emoji"};
    for (size_t i = 0; i < MILL_COUNT(classes); i++)
        if (mill_text_is(name, classes[i])) return mill_setup_integer(setup, classes[i]) == 1;
    return false;
}

static mill_status open_cleaner(mill_setup *setup, void **instance)
{
    cleaner *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL || characters_open(&self->table, setup, is_class_on) != MILL_OK ||
        mojibake_open(&self->mojibake, setup) != MILL_OK)
        return MILL_FAILED;
    self->repairs = mill_setup_integer(setup, "mojibake") == 1;
    self->has_backtick = characters_find(&self->table, '`') != NULL;
    *instance = self;
    return MILL_OK;
}

/* ---- Conditions ---------------------------------------------------------------------------- */

/* Tells whether a code point is a right-to-left letter: Hebrew to Arabic Extended-A, and the
 * presentation forms. */
static bool is_right_to_left(uint32_t code)
{
    return (code >= 0x0590 && code < 0x0900 && code != 0x061C) ||
           (code >= 0xFB1D && code < 0xFE00) || (code >= 0xFE70 && code < 0xFEFF);
}

/* Looks through the whole text, once, at the first mark whose fate depends on it. */
static bool has_right_to_left(text_walk *walk)
{
    if (walk->direction_known) return walk->right_to_left;
    walk->direction_known = true;
    for (size_t block = 0; block < walk->text.length; block += MILL_SCAN_BLOCK) {
        const char *data = walk->text.data + block;
        uint64_t set = mill_scan_range(data, 0xD6, 0xE0) | mill_scan_equal(data, (char)0xEF);
        for (; set != 0; set &= set - 1) {
            uint32_t code;
            mill_utf8_read(data + mill_scan_first(set), &code);
            if (is_right_to_left(code)) return walk->right_to_left = true;
        }
    }
    return false;
}

/* Tells whether a code point belongs to a script that writes words without spaces, so that a
 * zero-width space marks where they end: Thai, Lao, Myanmar, Khmer, New Tai Lue, Tai Tham. */
static bool is_word_break_script(uint32_t code)
{
    return code - 0x0E00 < 0x100 || code - 0x1000 < 0xA0 || code - 0x1780 < 0x80 ||
           code - 0x1950 < 0xB0 || code - 0x1A20 < 0x90;
}

/* Returns the length of the terminal escape sequence at `data`: colours and the like (ESC [),
 * titles and links (ESC ]), character sets (ESC ( B). A lone ESC has length 1. */
static size_t escape_length(const char *data)
{
    size_t at = 2;
    switch (data[1]) {
    case '[':
        while (at < ESCAPE_LENGTH_MAX && data[at] >= 0x20 && data[at] < 0x40) at++;
        return data[at] >= 0x40 && data[at] < 0x7F ? at + 1 : 1;
    case ']':
        while (at < ESCAPE_LENGTH_MAX && (unsigned char)data[at] >= 0x20) at++;
        if (data[at] == '\a') return at + 1;
        return data[at] == 0x1B && data[at + 1] == '\\' ? at + 2 : 1;
    case '(':
    case ')': return data[2] == '0' || (data[2] >= 'A' && data[2] <= 'K') ? 3 : 1;
    default: return 1;
    }
}

/* Tells whether a rule with a condition applies to a character between two others. */
static bool applies_between(text_walk *walk, const character_rule *rule, uint32_t before,
                            uint32_t after)
{
    if (rule->condition == RULE_NO_RIGHT_TO_LEFT) return !has_right_to_left(walk);
    if (rule->condition == RULE_NO_WORD_BREAK)
        return !is_word_break_script(before) && !is_word_break_script(after);
    return is_latin_letter(before) && is_latin_letter(after);
}

/* Tells whether a rule applies to the character text[at, end). */
static bool applies(text_walk *walk, const character_rule *rule, size_t at, size_t end)
{
    uint32_t after;
    if (rule->condition <= RULE_ESCAPE) return true;
    mill_utf8_read(walk->text.data + end, &after);
    return applies_between(walk, rule, character_before(walk->text.data, at), after);
}

/* ---- Mojibake ------------------------------------------------------------------------------ */

/* Writes the repaired characters as the rules want them; returns the length in bytes. */
static size_t write_run(text_walk *walk, const mojibake_run *run, char *to)
{
    size_t length = 0;
    for (uint32_t i = 0; i < run->count; i++) {
        const character_rule *rule = characters_find(&walk->self->table, run->codes[i]);
        uint32_t before = i > 0 ? run->codes[i - 1] : run->before;
        uint32_t after = i + 1 < run->count ? run->codes[i + 1] : run->after;
        if (rule != NULL && rule->condition != RULE_EMOJI &&
            (rule->condition <= RULE_ESCAPE || applies_between(walk, rule, before, after))) {
            memcpy(to + length, rule->bytes, rule->length);
            length += rule->length;
        } else {
            length += mill_utf8_write(to + length, run->codes[i]);
        }
    }
    return length;
}

/* Returns how many bytes at the end are the same in both, in whole characters. */
static size_t common_tail(const char *left, size_t left_length, const char *right, size_t length)
{
    size_t same = 0, limit = left_length < length ? left_length : length;
    while (same < limit && left[left_length - 1 - same] == right[length - 1 - same]) same++;
    while (same > 0 && ((unsigned char)right[length - same] & 0xC0u) == 0x80) same--;
    return same;
}

/* Repairs the run at `at`, with evidence from the whole text where that could help. Returns where
 * the run ends. */
static size_t repair_run(text_walk *walk, size_t at, mojibake_run *run, bool *repaired)
{
    const mojibake_table *table = &walk->self->mojibake;
    size_t end = mojibake_read_run(table, walk->text, at, run);
    run->evidence = walk->evidence;
    *repaired = mojibake_repair(table, run);
    if (!run->doubtful || walk->evidence_known) return end;
    walk->evidence.last |= mojibake_find_evidence(table, walk->text, end);
    walk->evidence_known = true;
    if ((walk->evidence.last & ~run->evidence.last) == 0) return end;
    mojibake_read_run(table, walk->text, at, run);
    run->evidence.last |= walk->evidence.last;
    *repaired = mojibake_repair(table, run);
    return end;
}

/* Tries a repair at `at`; returns false if there is nothing to repair. */
static bool repair(text_walk *walk, size_t at)
{
    char bytes[MOJIBAKE_RUN_MAX * RULE_BYTES_MAX];
    mojibake_run run;
    bool repaired;
    const char *begin = walk->text.data + at;
    size_t end = repair_run(walk, at, &run, &repaired);
    if (!repaired) {
        walk->looked_at = end;
        return false;
    }
    walk->evidence = run.evidence;
    walk->done = end;
    walk->at_line_start = false;
    size_t length = write_run(walk, &run, bytes);
    size_t tail = common_tail(begin, end - at, bytes, length);
    mill_edit(walk->document, at, end - tail, bytes, length - tail);
    return true;
}

/* ---- Emoji --------------------------------------------------------------------------------- */

static void cut_emoji(text_walk *walk, size_t at)
{
    bool line_start =
        walk->done == 0 || walk->at_line_start || walk->text.data[walk->done - 1] == '\n';
    mill_span found = emoji_find(&walk->self->table, walk->text, at, walk->done, line_start);
    if (found.begin == found.end) return;
    size_t before = found.begin;
    while (before > walk->done && walk->text.data[before - 1] == ' ') before--;
    walk->at_line_start = before == walk->done ? line_start : walk->text.data[before - 1] == '\n';
    mill_edit(walk->document, found.begin, found.end, NULL, 0);
    walk->done = found.end;
}

/* ---- The pass ------------------------------------------------------------------------------ */

static void visit(text_walk *walk, size_t at)
{
    const cleaner *self = walk->self;
    const char *data = walk->text.data + at;
    uint32_t code;
    if (self->repairs && at >= walk->looked_at && mojibake_may_begin(&self->mojibake, data) &&
        repair(walk, at))
        return;
    size_t end = at + mill_utf8_read(data, &code);
    const character_rule *rule = characters_find(&self->table, code);
    if (rule != NULL && rule->condition == RULE_EMOJI) {
        cut_emoji(walk, at);
        return;
    }
    if (rule == NULL || !applies(walk, rule, at, end)) return;
    if (rule->condition == RULE_ESCAPE) end = at + escape_length(data);
    mill_edit(walk->document, at, end, rule->bytes, rule->length);
    walk->done = end;
    walk->at_line_start = false;
}

/* Where a character begins that is not printable ASCII. */
static inline uint64_t candidates(const cleaner *self, const char *block)
{
    uint64_t set = mill_scan_range(block, 0x7F, 0x1F);
    if (set != 0) set &= ~mill_scan_range(block, 0x80, 0xBF);
    if (self->has_backtick) set |= mill_scan_equal(block, '`');
    return set;
}

static mill_status clean_article(void *instance, mill_document *document)
{
    const cleaner *self = instance;
    text_walk walk = {.self = self, .document = document, .text = mill_document_text(document)};
    for (size_t block = 0; block < walk.text.length; block += MILL_SCAN_BLOCK) {
        for (uint64_t set = candidates(self, walk.text.data + block); set != 0; set &= set - 1) {
            size_t at = block + mill_scan_first(set);
            if (at >= walk.text.length) break;
            if (at >= walk.done) visit(&walk, at);
        }
    }
    return MILL_OK;
}

/* ---- The descriptor ------------------------------------------------------------------------ */

#define KEEP_OR(option, word, usual, text)                                                         \
    {                                                                                              \
        .name = (option), .type = MILL_OPTION_CHOICE, .standard = (usual),                         \
        .choices = "keep " word, .help = (text)                                                    \
    }

static const mill_option options[] = {
    KEEP_OR("mojibake", "repair", "repair", "UTF-8 that was read as Windows-1252 or Latin-1"),
    KEEP_OR("control", "remove", "remove",
            "control characters, terminal escape sequences, noncharacters; never tab or line ends"),
    KEEP_OR("invisible", "remove", "remove",
            "byte order marks, zero-width and direction marks where the script does not need them"),
    KEEP_OR("soft_hyphen", "remove", "remove", "soft hyphens"),
    KEEP_OR("spaces", "plain", "plain", "no-break, thin, wide and other Unicode spaces"),
    KEEP_OR("ligatures", "split", "split", "the typographic ligatures U+FB00 to U+FB06"),
    KEEP_OR("quotes", "straight", "keep", "curly, low and angle quotation marks"),
    KEEP_OR("dashes", "plain", "keep", "typographic dashes, minus sign and ellipsis, as ASCII"),
    KEEP_OR("emoji", "remove", "keep", "emoji with the space before them"),
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .flags = MILL_EDITS_TEXT,
    .name = "clean_unicode",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "repairs misread text and takes out characters that nobody sees",
    .options = options,
    .option_count = MILL_COUNT(options),
    .open = open_cleaner,
    .process = clean_article,
};
