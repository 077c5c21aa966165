/* Reading a dead letter back: a strict reader of the one form that dead_letters.c writes, members
 * in that order; only white space between them is free, for what other programs make of the file.
 * Decoding never makes a string longer, so it is done in place. */
#include "dead_letters.h"

#include "utf8.h"

#include <stdint.h>
#include <string.h>

typedef struct cursor {
    char *line;
    size_t length;
    size_t at;
    const char *fault; /* what is wrong at `at` */
} cursor;

static bool refuse(cursor *self, const char *fault)
{
    self->fault = fault;
    return false;
}

/* ---- Tokens -------------------------------------------------------------------------------- */

static void skip_space(cursor *self)
{
    for (; self->at < self->length; self->at++) {
        char byte = self->line[self->at];
        if (byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n') return;
    }
}

/* Takes `token` and the white space before it, if it comes next. */
static bool take(cursor *self, const char *token)
{
    size_t length = strlen(token);
    skip_space(self);
    if (self->length - self->at < length || memcmp(self->line + self->at, token, length) != 0)
        return false;
    self->at += length;
    return true;
}

static bool take_key(cursor *self, const char *key)
{
    size_t before = self->at;
    if (take(self, ",") && take(self, key) && take(self, ":")) return true;
    self->at = before;
    return false;
}

/* ---- Strings ------------------------------------------------------------------------------- */

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

/* Takes XXXX of \uXXXX. */
static bool take_unit(cursor *self, uint32_t *unit)
{
    *unit = 0;
    if (self->length - self->at < 4) return refuse(self, "an escape is cut off");
    for (int i = 0; i < 4; i++, self->at++) {
        int value = hex_value(self->line[self->at]);
        if (value < 0) return refuse(self, "\\u needs four hexadecimal digits");
        *unit = *unit << 4 | (uint32_t)value;
    }
    return true;
}

static char *put_code_point(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
        return to;
    }
    if (code < 0x800) {
        *to++ = (char)(0xC0 | code >> 6);
    } else if (code < 0x10000) {
        *to++ = (char)(0xE0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
    } else {
        *to++ = (char)(0xF0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 0x3F));
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
    }
    *to++ = (char)(0x80 | (code & 0x3F));
    return to;
}

/* Takes what follows \u, and a second escape if the first is half of a surrogate pair. */
static bool take_unicode(cursor *self, char **to)
{
    uint32_t high, low;
    if (!take_unit(self, &high)) return false;
    if (high >= 0xD800 && high < 0xE000) {
        bool paired = high < 0xDC00 && self->length - self->at >= 2 &&
                      memcmp(self->line + self->at, "\\u", 2) == 0;
        if (!paired) return refuse(self, "half of a surrogate pair");
        self->at += 2;
        if (!take_unit(self, &low)) return false;
        if (low < 0xDC00 || low > 0xDFFF) return refuse(self, "half of a surrogate pair");
        high = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    }
    *to = put_code_point(*to, high);
    return true;
}

/* Takes what follows a backslash. */
static bool take_escape(cursor *self, char **to)
{
    static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    if (self->at == self->length) return refuse(self, "an escape is cut off");
    char letter = self->line[self->at];
    const char *found = letter != '\0' ? strchr(escapes, letter) : NULL;
    if (letter != 'u' && found == NULL) return refuse(self, "an unknown escape");
    self->at++;
    if (letter == 'u') return take_unicode(self, to);
    *(*to)++ = meanings[found - escapes];
    return true;
}

/* Takes a string, decodes it in place and tells where it is. */
static bool take_string(cursor *self, mill_text *text)
{
    if (!take(self, "\"")) return refuse(self, "a string is missing");
    char *begin = self->line + self->at, *to = begin;
    while (self->at < self->length) {
        char byte = self->line[self->at];
        if ((unsigned char)byte < 0x20) return refuse(self, "a control character");
        self->at++;
        if (byte == '"') {
            *text = (mill_text){begin, (size_t)(to - begin)};
            return true;
        }
        if (byte != '\\')
            *to++ = byte;
        else if (!take_escape(self, &to))
            return false;
    }
    return refuse(self, "a string has no end");
}

/* ---- Base64 -------------------------------------------------------------------------------- */

static int base64_value(char letter)
{
    if (letter >= 'A' && letter <= 'Z') return letter - 'A';
    if (letter >= 'a' && letter <= 'z') return letter - 'a' + 26;
    if (letter >= '0' && letter <= '9') return letter - '0' + 52;
    if (letter == '+') return 62;
    return letter == '/' ? 63 : -1;
}

/* Decodes four letters, of which `padding` are '='; bits that stand for no byte must be zero. */
static bool decode_group(const char *letters, unsigned padding, char *to)
{
    uint32_t bits = 0;
    for (unsigned i = 0; i < 4; i++) {
        int value = i >= 4 - padding ? 0 : base64_value(letters[i]);
        if (value < 0) return false;
        bits = bits << 6 | (uint32_t)value;
    }
    if ((bits & ((1u << 8 * padding) - 1)) != 0) return false;
    for (unsigned i = 0; i < 3 - padding; i++) to[i] = (char)(bits >> (16 - 8 * i));
    return true;
}

/* Decodes in place what take_string has found. */
static bool decode_base64(cursor *self, mill_text *text)
{
    char *letters = self->line + (text->data - self->line), *to = letters;
    unsigned padding = 0;
    size_t length = text->length;
    if (length % 4 != 0) return refuse(self, "record_base64 is cut off");
    while (padding < 2 && length > 0 && letters[length - 1 - padding] == '=') padding++;
    for (size_t at = 0; at < length; at += 4) {
        unsigned missing = at + 4 == length ? padding : 0;
        if (!decode_group(letters + at, missing, to))
            return refuse(self, "record_base64 is not base64");
        to += 3 - missing;
    }
    text->length = (size_t)(to - letters);
    return true;
}

/* ---- Letters ------------------------------------------------------------------------------- */

bool dead_letter_is(mill_text line)
{
    cursor reading = {(char *)(uintptr_t)line.data, line.length, 0, NULL}; /* only looked at */
    return take(&reading, "{") && take(&reading, "\"dead_letter\"") && take(&reading, ":");
}

static bool take_header(cursor *self)
{
    if (!take(self, "{") || !take(self, "\"dead_letter\"") || !take(self, ":"))
        return refuse(self, "{\"dead_letter\": is missing");
    if (!take(self, "1")) return refuse(self, "a version other than 1");
    return true;
}

static bool take_member(cursor *self, const char *key, const char *fault, mill_text *value)
{
    if (!take_key(self, key)) return refuse(self, fault);
    return take_string(self, value);
}

static bool take_record(cursor *self, mill_text *record)
{
    if (take_key(self, "\"record\"")) return take_string(self, record);
    if (!take_key(self, "\"record_base64\"")) return refuse(self, "\"record\" is missing");
    return take_string(self, record) && decode_base64(self, record);
}

static bool take_end(cursor *self)
{
    if (!take(self, "}")) return refuse(self, "} is missing");
    skip_space(self);
    return self->at == self->length || refuse(self, "something follows");
}

static bool take_letter(cursor *self, dead_letter_record *letter)
{
    mill_text unused;
    if (!take_header(self)) return false;
    if (!take_member(self, "\"source\"", "\"source\" is missing", &letter->source)) return false;
    if (take_key(self, "\"id\"") && !take_string(self, &unused)) return false;
    return take_member(self, "\"reader\"", "\"reader\" is missing", &letter->reader) &&
           take_member(self, "\"stage\"", "\"stage\" is missing", &unused) &&
           take_member(self, "\"reason\"", "\"reason\" is missing", &unused) &&
           take_record(self, &letter->record) && take_end(self);
}

bool dead_letter_parse(char *line, size_t length, dead_letter_record *letter, mill_error *error)
{
    cursor reading = {line, length, 0, NULL};
    size_t valid = utf8_valid_prefix(line, length);
    memset(letter, 0, sizeof *letter);
    if (valid < length) {
        reading.at = valid;
        refuse(&reading, "not UTF-8");
    } else if (take_letter(&reading, letter)) {
        return true;
    }
    return error_set(error, ERROR_INPUT, "not a dead letter as textmill writes it: %s at byte %zu",
                     reading.fault, reading.at);
}
