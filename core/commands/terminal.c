/* Text is taken apart into glyphs, a code point each. All that comes from an article goes through
 * put_glyph, so that nothing else can reach the terminal. */
#include "terminal.h"

#include "characters.h"

#include "textmill/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REPLACEMENT "\xEF\xBF\xBD"
#define ELLIPSIS    "\xE2\x80\xA6"

enum { NARROWEST = 24, USUAL_WIDTH = 80, WIDEST = 120 };

/* ---- Width and colour ---------------------------------------------------------------------- */

static size_t find_width(void)
{
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    long width = columns != NULL ? strtol(columns, NULL, 10) : 0;
    if (width <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) width = size.ws_col;
    if (width <= 0) width = USUAL_WIDTH;
    return width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : (size_t)width;
}

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && value[0] != '\0';
}

static bool wants_colour(void)
{
    const char *kind = getenv("TERM");
    bool is_dumb = kind != NULL && strcmp(kind, "dumb") == 0;
    if (is_set("NO_COLOR")) return false;
    return is_set("CLICOLOR_FORCE") || (isatty(STDOUT_FILENO) && !is_dumb);
}

terminal terminal_open(buffer *out)
{
    return (terminal){.out = out, .width = find_width(), .coloured = wants_colour()};
}

terminal_style terminal_layer_style(size_t index)
{
    return (terminal_style)(STYLE_LAYER + index % STYLE_LAYERS);
}

void terminal_style_set(terminal *to, terminal_style style)
{
    static const char *const codes[] = {
        [STYLE_PLAIN] = "",         [STYLE_HEADING] = "1",    [STYLE_FAINT] = "2",
        [STYLE_GOOD] = "32",        [STYLE_BAD] = "1;31",     [STYLE_REMOVED] = "9;31",
        [STYLE_INSERTED] = "32",    [STYLE_LAYER] = "33",     [STYLE_LAYER + 1] = "1;36",
        [STYLE_LAYER + 2] = "35",   [STYLE_LAYER + 3] = "34", [STYLE_LAYER + 4] = "1;32",
        [STYLE_LAYER + 5] = "1;35",
    };
    if (!to->coloured || to->style == style) return;
    to->style = style;
    buffer_printf(to->out, "\x1B[0%s%sm", codes[style][0] != '\0' ? ";" : "", codes[style]);
}

/* ---- Glyphs -------------------------------------------------------------------------------- */

/* Combining marks and what joins emoji stand on the character before them. */
static bool is_combining(uint32_t code)
{
    return (code >= 0x300 && code <= 0x36F) || (code >= 0x483 && code <= 0x489) ||
           (code >= 0x591 && code <= 0x5BD) || (code >= 0x64B && code <= 0x65F) ||
           (code >= 0x1AB0 && code <= 0x1AFF) || (code >= 0x1DC0 && code <= 0x1DFF) ||
           (code >= 0x20D0 && code <= 0x20FF) || (code >= 0x200B && code <= 0x200D) ||
           code == 0x2060 || code == 0xFEFF || (code >= 0xFE00 && code <= 0xFE0F) ||
           (code >= 0xFE20 && code <= 0xFE2F) || (code >= 0x1F3FB && code <= 0x1F3FF);
}

/* East Asian wide characters and emoji. */
static bool is_wide(uint32_t code)
{
    return (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0x303E) ||
           (code >= 0x3041 && code <= 0xA4CF) || (code >= 0xAC00 && code <= 0xD7A3) ||
           (code >= 0xF900 && code <= 0xFAFF) || (code >= 0xFE30 && code <= 0xFE6F) ||
           (code >= 0xFF00 && code <= 0xFF60) || (code >= 0xFFE0 && code <= 0xFFE6) ||
           (code >= 0x1F300 && code <= 0x1F64F) || (code >= 0x1F680 && code <= 0x1F6FF) ||
           (code >= 0x1F900 && code <= 0x1FAFF) || (code >= 0x20000 && code <= 0x3FFFD);
}

typedef struct glyph {
    uint32_t code;
    mill_text bytes;
    size_t columns;
} glyph;

/* Takes the next glyph off valid UTF-8 that is not at its end. */
static glyph take_glyph(mill_text *text)
{
    glyph taken;
    size_t length = mill_utf8_read(text->data, &taken.code);
    taken.bytes = (mill_text){text->data, length};
    taken.columns = is_combining(taken.code) ? 0 : is_wide(taken.code) ? 2 : 1;
    text->data += length;
    text->length -= length;
    return taken;
}

static void put_glyph(terminal *to, const glyph *shown)
{
    if (character_is_control(shown->code))
        buffer_printf(to->out, REPLACEMENT);
    else
        buffer_write(to->out, shown->bytes.data, shown->bytes.length);
    to->column += shown->columns;
}

static bool is_space(uint32_t code)
{
    return code == ' ' || (code >= '\t' && code <= '\r');
}

size_t terminal_columns(mill_text text)
{
    size_t columns = 0;
    while (text.length > 0) columns += take_glyph(&text).columns;
    return columns;
}

/* ---- Lines --------------------------------------------------------------------------------- */

static void drop_blanks(terminal *to)
{
    mill_output *text = &to->out->output;
    while (text->length > 0 && text->data[text->length - 1] == ' ') text->length--;
}

void terminal_drop_line(terminal *to)
{
    const mill_output *text = &to->out->output;
    drop_blanks(to);
    if (text->length == 0 || text->data[text->length - 1] == '\n')
        to->column = 0;
    else
        terminal_line(to);
}

void terminal_line(terminal *to)
{
    terminal_style style = to->style;
    terminal_style_set(to, STYLE_PLAIN);
    drop_blanks(to);
    buffer_write(to->out, "\n", 1);
    to->column = 0;
    terminal_style_set(to, style);
}

void terminal_blanks(terminal *to, size_t count)
{
    for (; count > 0; count--, to->column++) buffer_write(to->out, " ", 1);
}

void terminal_to_column(terminal *to, size_t column)
{
    if (to->column < column) terminal_blanks(to, column - to->column);
}

void terminal_printf(terminal *to, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    size_t room = to->width > to->column ? to->width - to->column : 0;
    terminal_excerpt(to, (mill_text){text, strlen(text)}, room);
}

/* ---- Text of articles ------------------------------------------------------------------------ */

/* Takes white space off the front; returns whether there was any. */
static bool skip_space(mill_text *text)
{
    size_t length = text->length;
    while (text->length > 0 && is_space((unsigned char)*text->data)) {
        text->data++;
        text->length--;
    }
    return text->length < length;
}

void terminal_excerpt(terminal *to, mill_text text, size_t limit)
{
    size_t begin = to->column, cut_length = to->out->output.length, cut_column = begin;
    if (limit == 0) return;
    while (text.length > 0) {
        glyph next = take_glyph(&text);
        if (is_space(next.code)) {
            skip_space(&text);
            next = (glyph){' ', {" ", 1}, 1};
        }
        if (to->column - begin + next.columns > limit) {
            to->out->output.length = cut_length;
            to->column = cut_column + 1;
            buffer_printf(to->out, ELLIPSIS);
            return;
        }
        put_glyph(to, &next);
        if (to->column - begin >= limit) continue;
        cut_length = to->out->output.length;
        cut_column = to->column;
    }
}

/* Columns of the word at the front of a text, up to white space. */
static size_t word_columns(mill_text text)
{
    size_t columns = 0;
    while (text.length > 0 && columns <= WIDEST) {
        glyph next = take_glyph(&text);
        if (is_space(next.code)) break;
        columns += next.columns;
    }
    return columns;
}

static void begin_line(terminal *to, size_t indent)
{
    terminal_line(to);
    terminal_blanks(to, indent);
}

static void put_break(terminal *to, size_t indent, bool breaks)
{
    static const char sign[] = "\xE2\x8F\x8E"; /* a return key */
    if (breaks) {
        begin_line(to, indent);
        return;
    }
    if (to->column + 1 > to->width) begin_line(to, indent);
    buffer_printf(to->out, "%s", sign);
    to->column++;
}

void terminal_wrapped(terminal *to, mill_text text, size_t indent, bool breaks)
{
    bool at_word = true; /* a word begins here, and may have to go to the next line */
    terminal_to_column(to, indent);
    while (text.length > 0) {
        if (at_word && to->column > indent && to->column + word_columns(text) > to->width &&
            word_columns(text) <= to->width - indent)
            begin_line(to, indent);
        glyph next = take_glyph(&text);
        at_word = is_space(next.code);
        if (next.code == '\n') {
            put_break(to, indent, breaks);
        } else if (at_word) {
            if (to->column < to->width) terminal_blanks(to, 1);
        } else {
            if (to->column + next.columns > to->width) begin_line(to, indent);
            put_glyph(to, &next);
        }
    }
}
