/* unwrap_lines - makes one line of a paragraph that was broken to a width, and one word of a word
 * that was cut by a hyphen at the end of a line.
 *
 * A block is what stands between blank lines. It counts as broken to a width if a line in it goes
 * on in small letters where the one before has not come to an end, or if line after line is as full
 * as it can be. In such a block breaks go, but for those before list items and those behind a
 * sentence that ends before the line is full. Lists, verse, headings and lines of one sentence
 * stay.
 */
#include "lines.h"

typedef struct unwrapper {
    mill_words openers; /* words that no line ends with: "the", "of" */
    mill_words firsts;  /* first parts of compounds: "self" */
    bool unwrap;
    bool dehyphenate;
} unwrapper;

/* Between `above` and `below`. */
typedef struct line_joint {
    const unwrapper *self;
    mill_text text;
    text_line above;
    text_line below;
} line_joint;

/* ---- Opening ------------------------------------------------------------------------------- */

MILL_EMBEDDED(openers)
MILL_EMBEDDED(firsts)

static mill_status read_words(mill_words *words, mill_setup *setup, mill_text list)
{
    mill_text word;
    uint32_t count = 0;
    for (mill_lines lines = {list, 0}; mill_lines_next(&lines, &word);) count++;
    if (mill_words_open(words, setup, count) != MILL_OK) return MILL_FAILED;
    for (mill_lines lines = {list, 0}; mill_lines_next(&lines, &word);)
        mill_words_add(words, word.data, word.length, 0);
    return MILL_OK;
}

static mill_status open_unwrapper(mill_setup *setup, void **instance)
{
    unwrapper *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL || read_words(&self->openers, setup, openers_text()) != MILL_OK ||
        read_words(&self->firsts, setup, firsts_text()) != MILL_OK)
        return MILL_FAILED;
    self->unwrap = mill_setup_boolean(setup, "unwrap");
    self->dehyphenate = mill_setup_boolean(setup, "dehyphenate");
    *instance = self;
    return MILL_OK;
}

/* ---- Hyphens ------------------------------------------------------------------------------- */

/* Tells whether the line above ends with a hyphen that belongs to what is before it. */
static bool has_hyphen(const line_joint *joint)
{
    size_t end = joint->above.end;
    return end - joint->above.begin >= 2 && joint->text.data[end - 1] == '-' &&
           lines_is_word(joint->text.data[end - 2]) &&
           lines_is_word(joint->text.data[joint->below.begin]);
}

/* Tells whether the hyphen was there before the word was cut. */
static bool is_compound(const line_joint *joint)
{
    const char *data = joint->text.data;
    mill_text before = lines_last_word(joint->text, joint->above.begin, joint->above.end - 1);
    const char *after = data + joint->below.begin;
    size_t length = 0;
    while (lines_is_word(after[length])) length++;
    if (lines_is_large(after) || lines_is_digit(*after) ||
        lines_is_digit(before.data[before.length - 1]))
        return true;
    if (before.data > data + joint->above.begin && before.data[-1] == '-') return true;
    if (after[length] == '-' && lines_is_word(after[length + 1])) return true;
    return mill_words_find(&joint->self->firsts, before.data, before.length) != MILL_WORD_ABSENT;
}

/* ---- Widths -------------------------------------------------------------------------------- */

/* Tells whether the line above ends what it says: a stop, perhaps with quotation marks behind. */
static bool is_ended(const line_joint *joint)
{
    size_t end = lines_skip_closing(joint->text, joint->above.begin, joint->above.end);
    return end > joint->above.begin && strchr(".!?:;", joint->text.data[end - 1]) != NULL;
}

/* Tells whether the first word of the line below would not have fitted above. */
static bool is_full(const line_joint *joint, size_t width)
{
    size_t end = joint->below.begin;
    while (end < joint->below.end && !mill_is_blank(joint->text.data[end])) end++;
    size_t word = lines_width(joint->text, joint->below.begin, end);
    return lines_width(joint->text, joint->above.begin, joint->above.end) + 1 + word > width;
}

/* Tells whether the line above cannot be the last of anything: it ends with a comma or "the". */
static bool is_open(const line_joint *joint)
{
    mill_text word = lines_last_word(joint->text, joint->above.begin, joint->above.end);
    if (joint->text.data[joint->above.end - 1] == ',') return true;
    return word.length > 0 && word.data + word.length == joint->text.data + joint->above.end &&
           lines_is_small(word.data) &&
           mill_words_find(&joint->self->openers, word.data, word.length) != MILL_WORD_ABSENT;
}

static bool is_joined(const line_joint *joint, size_t width)
{
    if (lines_is_item(joint->text, joint->below)) return false;
    if (is_ended(joint)) return is_full(joint, width);
    return lines_is_small(joint->text.data + joint->below.begin) || is_open(joint) ||
           lines_width(joint->text, joint->above.begin, joint->above.end) > width * 2 / 3;
}

/* ---- Blocks -------------------------------------------------------------------------------- */

#define WIDTH_MIN      40  /* narrower blocks are verse, lists, addresses */
#define WIDTH_MAX      100 /* wider ones are whole paragraphs, one a line */
#define FULL_LINES_MIN 2

/* Tells whether the block of lines that begins with `line` was broken to a width. */
static bool is_wrapped(const unwrapper *self, mill_text text, text_line line, size_t *width)
{
    line_joint joint = {.self = self, .text = text, .below = line};
    size_t full = 0, breaks = 0;
    *width = 0;
    for (text_line at = line; !at.is_blank; at = lines_next(text, at)) {
        size_t columns = lines_width(text, at.begin, at.end);
        if (*width < columns) *width = columns;
    }
    if (*width < WIDTH_MIN || *width > WIDTH_MAX) return false;
    for (;;) {
        joint.above = joint.below;
        joint.below = lines_next(text, joint.above);
        if (joint.below.is_blank)
            return full >= FULL_LINES_MIN && full == breaks && is_ended(&joint);
        if (lines_is_item(text, joint.below) || is_ended(&joint)) continue;
        if (lines_is_small(text.data + joint.below.begin)) return true;
        breaks++;
        full += is_full(&joint, *width);
    }
}

static void join_lines(mill_document *document, const line_joint *joint, bool hyphen)
{
    bool drop_hyphen = hyphen && joint->self->dehyphenate && !is_compound(joint);
    mill_edit(document, joint->above.end - drop_hyphen, joint->below.begin, " ", hyphen ? 0 : 1);
}

/* Joins the lines of the block that begins with `line`; returns the blank line behind it. */
static text_line join_block(const unwrapper *self, mill_document *document, mill_text text,
                            text_line line)
{
    line_joint joint = {.self = self, .text = text, .below = line};
    size_t width = 0;
    bool wrapped = self->unwrap && is_wrapped(self, text, line, &width);
    for (;;) {
        joint.above = joint.below;
        joint.below = lines_next(text, joint.above);
        if (joint.below.is_blank) return joint.below;
        bool hyphen = has_hyphen(&joint);
        if (hyphen && (self->dehyphenate || wrapped))
            join_lines(document, &joint, true);
        else if (wrapped && is_joined(&joint, width))
            join_lines(document, &joint, false);
    }
}

static mill_status unwrap_article(void *instance, mill_document *document)
{
    mill_text text = mill_document_text(document);
    for (text_line line = lines_first(text); line.end < text.length;) {
        if (!line.is_blank) line = join_block(instance, document, text, line);
        if (line.end < text.length) line = lines_next(text, line);
    }
    return MILL_OK;
}

/* ---- The descriptor ------------------------------------------------------------------------ */

static const mill_option options[] = {
    {.name = "unwrap",
     .type = MILL_OPTION_BOOLEAN,
     .standard = "yes",
     .help = "join the lines of paragraphs that were broken to a width"},
    {.name = "dehyphenate",
     .type = MILL_OPTION_BOOLEAN,
     .standard = "yes",
     .help = "join words that were cut by a hyphen at the end of a line"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_STAGE,
    .flags = MILL_EDITS_TEXT,
    .name = "unwrap_lines",
    .version = "1.0.0",
    .licence = "MIT",
    .summary = "joins the lines of paragraphs that were broken to a width, and cut words",
    .options = options,
    .option_count = MILL_COUNT(options),
    .open = open_unwrapper,
    .process = unwrap_article,
};
