#include "html.h"

#include "characters.h"
#include "textmill/utf8.h"

static const char *escape_of(uint32_t code)
{
    switch (code) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    case '\n': return "\n";
    case '\t': return "\t";
    default: return character_is_control(code) ? "\xEF\xBF\xBD" : NULL;
    }
}

static void put_revealed(buffer *out, uint32_t code)
{
    if (code == '\n')
        buffer_printf(out, "<span class=\"break\">\xE2\x86\xB5</span>\n");
    else
        buffer_printf(out, "<span class=\"sign\">U+%04X</span>", (unsigned)code);
}

static void put_text(buffer *out, mill_text text, bool reveal)
{
    size_t done = 0;
    for (size_t at = 0; at < text.length;) {
        uint32_t code;
        size_t length = mill_utf8_read(text.data + at, &code);
        bool revealed = reveal && (code == '\n' || character_is_hidden(code));
        const char *escape = revealed ? "" : escape_of(code);
        if (escape != NULL) {
            buffer_write(out, text.data + done, at - done);
            buffer_write(out, escape, strlen(escape));
            if (revealed) put_revealed(out, code);
            done = at + length;
        }
        at += length;
    }
    buffer_write(out, text.data + done, text.length - done);
}

void html_text(buffer *out, mill_text text)
{
    put_text(out, text, false);
}

void html_string(buffer *out, const char *text)
{
    put_text(out, (mill_text){text, strlen(text)}, false);
}

void html_revealed(buffer *out, mill_text text)
{
    put_text(out, text, true);
}
