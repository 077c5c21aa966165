/* A state machine over tokens, with a stack of one bit for each level, so that no nesting can
 * exhaust the stack. Strings and numbers have checkers of their own.
 */
#include "json_check.h"

#include "json_dom.h"

#include <stdio.h>

/* What may come next. */
typedef enum state {
    AT_VALUE,
    AT_VALUE_OR_END, /* behind [ */
    AT_KEY,
    AT_KEY_OR_END, /* behind { */
    AT_COLON,
    AT_COMMA_OR_END,
    AT_DONE
} state;

typedef struct checker {
    char *data;
    size_t length;
    size_t at;
    state state;
    unsigned depth;
    unsigned char is_object[JSON_DEPTH_MAX / 8]; /* a bit for each level */
    json_fault *fault;
} checker;

__attribute__((format(printf, 3, 4))) static bool refuse(checker *check, size_t offset,
                                                         const char *format, ...)
{
    va_list arguments;
    check->fault->offset = offset;
    va_start(arguments, format);
    vsnprintf(check->fault->reason, sizeof check->fault->reason, format, arguments);
    va_end(arguments);
    return false;
}

static bool refuse_end(checker *check)
{
    return refuse(check, check->length, "the record ends too early; is it cut off?");
}

/* Returns the byte at `at`, or 0 behind the end. */
static unsigned char byte_at(const checker *check, size_t at)
{
    return at < check->length ? (unsigned char)check->data[at] : 0;
}

static bool is_digit(unsigned char byte)
{
    return byte >= '0' && byte <= '9';
}

/* ---- Numbers ------------------------------------------------------------------------------- */

static size_t skip_digits(const checker *check, size_t at)
{
    while (is_digit(byte_at(check, at))) at++;
    return at;
}

static bool check_number(checker *check)
{
    size_t begin = check->at, at = begin;
    if (byte_at(check, at) == '-') at++;
    if (!is_digit(byte_at(check, at)))
        return refuse(check, at, "a minus sign without a number behind it");
    if (byte_at(check, at) == '0' && is_digit(byte_at(check, at + 1)))
        return refuse(check, at, "a number that starts with 0; write it without");
    at = skip_digits(check, at);
    if (byte_at(check, at) == '.') {
        if (!is_digit(byte_at(check, ++at)))
            return refuse(check, at, "a decimal point without a digit behind it");
        at = skip_digits(check, at);
    }
    if ((byte_at(check, at) | 0x20) == 'e') {
        at++;
        if (byte_at(check, at) == '+' || byte_at(check, at) == '-') at++;
        if (!is_digit(byte_at(check, at))) return refuse(check, at, "an exponent without a digit");
        at = skip_digits(check, at);
    }
    memset(check->data + begin, ' ', at - begin);
    check->data[begin] = '0';
    check->at = at;
    return true;
}

/* ---- Strings ------------------------------------------------------------------------------- */

/* Returns the value of four hexadecimal digits, or -1. */
static int read_hex4(const checker *check, size_t at)
{
    int value = 0;
    for (size_t i = 0; i < 4; i++) {
        unsigned char byte = byte_at(check, at + i);
        unsigned char lower = byte | 0x20;
        int digit = is_digit(byte)                 ? byte - '0'
                    : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10
                                                   : -1;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* Checks the escape whose backslash is at `at`. */
static bool check_escape(checker *check)
{
    size_t at = check->at;
    unsigned char letter = byte_at(check, at + 1);
    if (at + 1 >= check->length) return refuse_end(check);
    if (letter != 'u') {
        if (letter == 0 || strchr("\"\\/bfnrt", letter) == NULL)
            return refuse(check, at,
                          "an escape that JSON does not have; write \\\\ for a backslash");
        check->at += 2;
        return true;
    }
    int unit = read_hex4(check, at + 2);
    if (unit < 0) return refuse(check, at, "\\u without four hexadecimal digits behind it");
    check->at += 6;
    if (unit < 0xD800 || unit > 0xDFFF) return true;
    int low = byte_at(check, at + 6) == '\\' && byte_at(check, at + 7) == 'u'
                  ? read_hex4(check, at + 8)
                  : -1;
    if (unit > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
        return refuse(check, at, "\\u%04x is half a surrogate pair; write both halves",
                      (unsigned)unit);
    check->at += 6;
    return true;
}

/* Returns the length of the UTF-8 sequence at `at`, or 0 if there is none. */
static size_t sequence_length(const checker *check, size_t at)
{
    unsigned char lead = byte_at(check, at), second = byte_at(check, at + 1);
    size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (length > 2 && ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
                       (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)))
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((byte_at(check, at + i) & 0xC0) != 0x80) return 0;
    return length;
}

static bool check_string(checker *check)
{
    check->at++;
    while (check->at < check->length) {
        unsigned char byte = byte_at(check, check->at);
        if (byte == '"') {
            check->at++;
            return true;
        }
        if (byte == '\\') {
            if (!check_escape(check)) return false;
        } else if (byte < 0x20) {
            return refuse(check, check->at, "control byte 0x%02X in a string; write it as \\u%04x",
                          byte, byte);
        } else if (byte < 0x80) {
            check->at++;
        } else {
            size_t length = sequence_length(check, check->at);
            if (length == 0)
                return refuse(check, check->at,
                              "0x%02X is not UTF-8; set encoding, or on_invalid = replace", byte);
            check->at += length;
        }
    }
    return refuse_end(check);
}

/* ---- The rest ------------------------------------------------------------------------------ */

static bool in_object(const checker *check)
{
    unsigned level = check->depth - 1;
    return check->is_object[level / 8] >> level % 8 & 1;
}

static bool open_level(checker *check, bool object)
{
    unsigned level = check->depth;
    if (level == JSON_DEPTH_MAX)
        return refuse(check, check->at, "nested deeper than %d levels", JSON_DEPTH_MAX);
    unsigned bit = 1u << level % 8, rest = check->is_object[level / 8] & ~bit;
    check->is_object[level / 8] = (unsigned char)(rest | (object ? bit : 0));
    check->depth++;
    check->at++;
    check->state = object ? AT_KEY_OR_END : AT_VALUE_OR_END;
    return true;
}

static void close_level(checker *check)
{
    check->at++;
    check->depth--;
    check->state = check->depth > 0 ? AT_COMMA_OR_END : AT_DONE;
}

/* Says what stands where something else should be. */
static bool refuse_byte(checker *check, const char *expected)
{
    unsigned char byte = byte_at(check, check->at);
    if (byte > 0x20 && byte < 0x7F)
        return refuse(check, check->at, "'%c' where %s should be", byte, expected);
    return refuse(check, check->at, "byte 0x%02X where %s should be", byte, expected);
}

static bool check_word(checker *check, const char *word)
{
    size_t length = strlen(word);
    if (check->length - check->at < length || memcmp(check->data + check->at, word, length) != 0)
        return refuse_byte(check, "a value");
    check->at += length;
    return true;
}

static bool check_value(checker *check)
{
    unsigned char byte = byte_at(check, check->at);
    if (byte == '{' || byte == '[') return open_level(check, byte == '{');
    check->state = check->depth > 0 ? AT_COMMA_OR_END : AT_DONE;
    if (byte == '"') return check_string(check);
    if (byte == '-' || is_digit(byte)) return check_number(check);
    if (byte == 't') return check_word(check, "true");
    if (byte == 'f') return check_word(check, "false");
    if (byte == 'n') return check_word(check, "null");
    return refuse_byte(check, "a value");
}

static bool check_key(checker *check)
{
    if (byte_at(check, check->at) != '"') return refuse_byte(check, "a member's name");
    check->state = AT_COLON;
    return check_string(check);
}

static bool check_comma_or_end(checker *check)
{
    bool object = in_object(check);
    unsigned char byte = byte_at(check, check->at);
    if (byte == (object ? '}' : ']')) {
        close_level(check);
        return true;
    }
    if (byte != ',') return refuse_byte(check, object ? "',' or '}'" : "',' or ']'");
    check->at++;
    check->state = object ? AT_KEY : AT_VALUE;
    return true;
}

/* Checks the token that starts at `at`, which is inside the record and no white space. */
static bool check_token(checker *check)
{
    unsigned char byte = byte_at(check, check->at);
    bool ends = (check->state == AT_VALUE_OR_END && byte == ']') ||
                (check->state == AT_KEY_OR_END && byte == '}');
    if (ends) {
        close_level(check);
        return true;
    }
    switch (check->state) {
    case AT_VALUE:
    case AT_VALUE_OR_END: return check_value(check);
    case AT_KEY:
    case AT_KEY_OR_END: return check_key(check);
    case AT_COMMA_OR_END: return check_comma_or_end(check);
    case AT_DONE: break;
    case AT_COLON:
        if (byte != ':') return refuse_byte(check, "':'");
        check->at++;
        check->state = AT_VALUE;
        return true;
    }
    return refuse(check, check->at, "more text behind the value; write one object a line");
}

static bool is_white(unsigned char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

bool json_check(char *data, size_t length, json_fault *fault)
{
    checker check = {.data = data, .length = length, .state = AT_VALUE, .fault = fault};
    for (;;) {
        while (is_white(byte_at(&check, check.at))) check.at++;
        if (check.at == length) return check.state == AT_DONE || refuse_end(&check);
        if (!check_token(&check)) return false;
    }
}
