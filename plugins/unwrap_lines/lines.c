#include "lines.h"

#define INDENT_MIN 4

static text_line line_at(mill_text text, size_t at)
{
    text_line line = {at, text.length, text.length + 1, true};
    if (at >= text.length) return (text_line){text.length, text.length, text.length + 1, true};
    const char *stop = memchr(text.data + at, '\n', text.length - at);
    if (stop != NULL) {
        line.end = (size_t)(stop - text.data);
        line.next = line.end + 1;
    }
    while (line.begin < line.end && mill_is_blank(text.data[line.begin])) line.begin++;
    while (line.end > line.begin && mill_is_blank(text.data[line.end - 1])) line.end--;
    line.is_blank = line.begin == line.end;
    return line;
}

text_line lines_first(mill_text text)
{
    return line_at(text, 0);
}

text_line lines_next(mill_text text, text_line line)
{
    return line_at(text, line.next);
}

size_t lines_width(mill_text text, size_t begin, size_t end)
{
    size_t width = 0;
    for (; begin < end; begin++) width += ((unsigned char)text.data[begin] & 0xC0u) != 0x80;
    return width;
}

/* Returns the length of "12", "b" or "iv" and the sign behind it: "12.", "b)". */
static size_t numbering_length(const char *data)
{
    size_t length = 0;
    while (length < 3 && lines_is_digit(data[length])) length++;
    if (length == 0 && lines_is_word(data[0])) length = 1;
    return length > 0 && (data[length] == '.' || data[length] == ')') ? length + 1 : 0;
}

bool lines_is_item(mill_text text, text_line line)
{
    static const char *const marks[] = {
        "- ", "* ", "+ ", "> ", "\xE2\x80\xA2", "\xE2\x80\x93 ", "\xE2\x80\x94 ", "\xC2\xB7 "};
    const char *data = text.data + line.begin;
    size_t indent = 0;
    while (indent < INDENT_MIN && line.begin > indent && text.data[line.begin - 1 - indent] != '\n')
        indent++;
    if (indent == INDENT_MIN) return true;
    for (size_t i = 0; i < MILL_COUNT(marks); i++)
        if (strncmp(data, marks[i], strlen(marks[i])) == 0) return true;
    size_t length = numbering_length(data + (*data == '('));
    return length > 0 && mill_is_blank(data[length + (*data == '(')]);
}

mill_text lines_last_word(mill_text text, size_t begin, size_t end)
{
    size_t at = end;
    while (at > begin && lines_is_word(text.data[at - 1])) at--;
    return (mill_text){text.data + at, end - at};
}

size_t lines_skip_closing(mill_text text, size_t begin, size_t end)
{
    while (end > begin) {
        if (strchr("\"')]", text.data[end - 1]) != NULL)
            end--;
        else if (end - begin >= 3 && memcmp(text.data + end - 3, "\xE2\x80", 2) == 0)
            end -= 3; /* ’ ” … */
        else
            break;
    }
    return end;
}
