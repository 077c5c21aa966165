#include "characters.h"

#include "textmill/utf8.h"

bool character_is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x61C || code == 0x200E ||
           code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x206F) || (code >= 0xFFF9 && code <= 0xFFFB) ||
           (code >= 0xE0000 && code <= 0xE007F);
}

bool character_is_hidden(uint32_t code)
{
    if (code == '\n' || code == '\t') return false;
    return character_is_control(code) || code == 0xA0 || code == 0xAD || code == 0x180E ||
           (code >= 0x2000 && code <= 0x200F) || code == 0x202F ||
           (code >= 0x205F && code <= 0x206F) || code == 0x3000 ||
           (code >= 0xFE00 && code <= 0xFE0F) || code == 0xFEFF;
}

void characters_reveal(buffer *out, mill_text text)
{
    size_t shown = 0;
    for (size_t at = 0; at < text.length;) {
        uint32_t code;
        size_t length = mill_utf8_read(text.data + at, &code);
        if (character_is_hidden(code)) {
            buffer_write(out, text.data + shown, at - shown);
            buffer_printf(out, "<U+%04X>", (unsigned)code);
            shown = at + length;
        }
        at += length;
    }
    buffer_write(out, text.data + shown, text.length - shown);
}
