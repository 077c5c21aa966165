/* Text is taken apart into glyphs: a code point that may be shown, one that may not, white space.
 * All that comes from outside goes through next_glyph, so that nothing else can reach the terminal.
 */
#include "page.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define ELLIPSIS    "\xE2\x80\xA6"

typedef enum glyph_kind {
    GLYPH_END,
    GLYPH_SHOWN,
    GLYPH_HIDDEN,
    GLYPH_BLANK,
    GLYPH_BREAK
} glyph_kind;

typedef struct glyph {
    glyph_kind kind;
    mill_text bytes;
} glyph;

/* Tells the kind of a code point of three bytes that starts with 0xE2: line and paragraph
 * separators break lines, and controls of direction would turn round what follows. */
static glyph_kind kind_of_punctuation(unsigned char second, unsigned char third)
{
    if (second == 0x80 && (third == 0xA8 || third == 0xA9)) return GLYPH_BREAK;
    if (second == 0x80 && third >= 0xAA && third <= 0xAE) return GLYPH_HIDDEN;
    if (second == 0x81 && third >= 0xA6 && third <= 0xA9) return GLYPH_HIDDEN;
    return GLYPH_SHOWN;
}

static glyph_kind kind_of(const unsigned char *at, size_t length)
{
    if (at[0] == '\n') return GLYPH_BREAK;
    if (at[0] == ' ' || (at[0] >= '\t' && at[0] <= '\r')) return GLYPH_BLANK;
    if (at[0] < 0x20 || at[0] == 0x7F) return GLYPH_HIDDEN;
    if (at[0] == 0xC2 && length == 2 && at[1] < 0xA0) return GLYPH_HIDDEN;
    if (at[0] == 0xE2 && length == 3) return kind_of_punctuation(at[1], at[2]);
    return GLYPH_SHOWN;
}

/* Takes the next glyph off valid UTF-8. */
static glyph next_glyph(mill_text *text)
{
    const unsigned char *at = (const unsigned char *)text->data;
    if (text->length == 0) return (glyph){GLYPH_END, *text};
    size_t length = at[0] < 0x80 ? 1 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;
    if (length > text->length) length = text->length;
    glyph glyph_found = {kind_of(at, length), {text->data, length}};
    text->data += length;
    text->length -= length;
    return glyph_found;
}

static bool is_visible(glyph_kind kind)
{
    return kind == GLYPH_SHOWN || kind == GLYPH_HIDDEN;
}

/* ---- Appending ----------------------------------------------------------------------------- */

void page_constant(const page *to, const char *constant)
{
    mill_output_write(to->output, constant, strlen(constant));
}

void page_blanks(const page *to, size_t count)
{
    for (; count > 0; count--) mill_output_byte(to->output, ' ');
}

void page_style_set(const page *to, page_style style)
{
    static const char *const codes[] = {
        [PAGE_PLAIN] = "\x1B[0m",
        [PAGE_HEADING] = "\x1B[1m",
        [PAGE_NAME] = "\x1B[1;36m",
        [PAGE_FAINT] = "\x1B[2m",
    };
    if (to->coloured) page_constant(to, codes[style]);
}

static void put_glyph(const page *to, const glyph *shown)
{
    if (shown->kind == GLYPH_SHOWN)
        mill_output_write(to->output, shown->bytes.data, shown->bytes.length);
    else
        page_constant(to, REPLACEMENT);
}

size_t page_columns_since(const page *to, size_t from)
{
    size_t columns = 0;
    for (size_t i = from; i < to->output->length; i++)
        columns += ((unsigned char)to->output->data[i] & 0xC0) != 0x80;
    return columns;
}

void page_insert(const page *to, size_t from, const char *constant)
{
    size_t length = strlen(constant), moved = to->output->length - from;
    if (!mill_output_reserve(to->output, length)) return;
    memmove(to->output->data + from + length, to->output->data + from, moved);
    memcpy(to->output->data + from, constant, length);
    to->output->length += length;
}

/* ---- One line ------------------------------------------------------------------------------ */

/* Tells whether a byte is a glyph by itself that may be shown. */
static bool is_plain(char byte)
{
    return byte > ' ' && byte < 0x7F;
}

/* Takes white space off the front and counts the line breaks in it. */
static size_t skip_space(mill_text *text)
{
    if (text->length > 0 && is_plain(text->data[0])) return 0;
    if (text->length > 1 && text->data[0] == ' ' && is_plain(text->data[1])) {
        text->data++;
        text->length--;
        return 0;
    }
    mill_text rest = *text;
    size_t breaks = 0;
    for (glyph next = next_glyph(&rest); next.kind == GLYPH_BLANK || next.kind == GLYPH_BREAK;
         next = next_glyph(&rest)) {
        *text = rest;
        breaks += next.kind == GLYPH_BREAK;
    }
    return breaks;
}

size_t page_excerpt(const page *to, mill_text text, size_t limit)
{
    size_t columns = 0;
    size_t cut_length = to->output->length, cut_columns = 0; /* where an ellipsis has room */
    skip_space(&text);
    while (text.length > 0) {
        size_t length = text.length;
        skip_space(&text);
        bool blank = text.length < length;
        if (text.length == 0) break;
        if (columns + blank + 1 > limit) {
            to->output->length = cut_length;
            page_constant(to, ELLIPSIS);
            return cut_columns + 1;
        }
        glyph next = next_glyph(&text);
        if (blank) page_blanks(to, 1);
        put_glyph(to, &next);
        columns += blank + 1u;
        if (columns == limit) continue;
        cut_length = to->output->length;
        cut_columns = columns;
    }
    return columns;
}

/* ---- Lines of a width ---------------------------------------------------------------------- */

typedef struct word {
    mill_text bytes;
    size_t columns;
    bool is_shown; /* as it stands: nothing in it has to be replaced */
} word;

/* Takes a word off the front; it is empty where white space or the end is next. */
static word take_word(mill_text *text)
{
    word taken = {{text->data, 0}, 0, true};
    mill_text rest = *text;
    for (;;) {
        while (rest.length > 0 && is_plain(*rest.data)) {
            rest.data++;
            rest.length--;
            taken.columns++;
        }
        *text = rest;
        glyph next = next_glyph(&rest);
        if (!is_visible(next.kind)) break;
        taken.columns++;
        taken.is_shown = taken.is_shown && next.kind == GLYPH_SHOWN;
    }
    taken.bytes.length = (size_t)(text->data - taken.bytes.data);
    return taken;
}

/* Appends a word at `column`, cut where a line is full; returns the column behind it. */
static size_t put_word(const page *to, word shown, size_t column)
{
    if (shown.is_shown && column + shown.columns <= to->width) {
        mill_output_write(to->output, shown.bytes.data, shown.bytes.length);
        return column + shown.columns;
    }
    for (glyph next = next_glyph(&shown.bytes); next.kind != GLYPH_END;
         next = next_glyph(&shown.bytes)) {
        if (column == to->width) {
            page_constant(to, "\n");
            column = 0;
        }
        put_glyph(to, &next);
        column++;
    }
    return column;
}

void page_wrapped(const page *to, mill_text text)
{
    size_t column = 0;
    skip_space(&text);
    while (text.length > 0) {
        word next = take_word(&text);
        if (column > 0 && column + 1 + next.columns > to->width) {
            page_constant(to, "\n");
            column = 0;
        } else if (column > 0) {
            page_blanks(to, 1);
            column++;
        }
        column = put_word(to, next, column);
        size_t breaks = skip_space(&text);
        if (text.length == 0 || breaks == 0) continue;
        page_constant(to, breaks > 1 ? "\n\n" : "\n");
        column = 0;
    }
    if (column > 0) page_constant(to, "\n");
}
