/* textmill/json.h - reading JSON, for plug-ins that look into metadata or get JSON from elsewhere.
 * Optional; needs plugin.h and nothing to link.
 *
 * mill_json_check looks at a whole text once. In what it has found right, a value is a piece of the
 * text (a mill_text that begins with its first byte), and the other functions step over and read
 * values in place; they look for no mistakes any more and take no memory.
 */
#ifndef TEXTMILL_JSON_H
#define TEXTMILL_JSON_H

#include "plugin.h"
#include "utf8.h"

#include <errno.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MILL_JSON_DEPTH 512 /* levels of arrays and objects; more are refused */

/* ---- Checking ------------------------------------------------------------------------------ */

typedef struct mill_json_state {
    const char *data;
    size_t length;
    size_t at;
    const char *fault;
    unsigned depth;
    bool is_object[MILL_JSON_DEPTH];
} mill_json_state;

static inline bool mill_json_refuse(mill_json_state *state, const char *fault)
{
    if (state->fault == NULL) state->fault = fault;
    return false;
}

/* Returns the byte at the place that has been reached; 0 at the end. */
static inline unsigned char mill_json_byte(const mill_json_state *state)
{
    return state->at < state->length ? (unsigned char)state->data[state->at] : 0;
}

static inline bool mill_json_is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static inline void mill_json_blanks(mill_json_state *state)
{
    while (state->at < state->length && mill_json_is_blank(state->data[state->at])) state->at++;
}

/* Takes digits; at least one. */
static inline bool mill_json_digits(mill_json_state *state)
{
    size_t begin = state->at;
    while (mill_json_byte(state) >= '0' && mill_json_byte(state) <= '9') state->at++;
    return state->at > begin || mill_json_refuse(state, "a number lacks a digit");
}

static inline bool mill_json_check_number(mill_json_state *state)
{
    if (mill_json_byte(state) == '-') state->at++;
    if (mill_json_byte(state) == '0')
        state->at++;
    else if (!mill_json_digits(state))
        return false;
    if (mill_json_byte(state) == '.') {
        state->at++;
        if (!mill_json_digits(state)) return false;
    }
    if ((mill_json_byte(state) | 0x20) != 'e') return true;
    state->at++;
    if (mill_json_byte(state) == '+' || mill_json_byte(state) == '-') state->at++;
    return mill_json_digits(state);
}

/* Reads four hexadecimal digits; returns 0x10000 if they are none. */
static inline uint32_t mill_json_unit(const char *digits, size_t length)
{
    uint32_t unit = 0;
    if (length < 4) return 0x10000;
    for (size_t i = 0; i < 4; i++) {
        unsigned char byte = (unsigned char)digits[i], lower = byte | 0x20;
        if (byte >= '0' && byte <= '9')
            unit = unit << 4 | (uint32_t)(byte - '0');
        else if (lower >= 'a' && lower <= 'f')
            unit = unit << 4 | (uint32_t)(lower - 'a' + 10);
        else
            return 0x10000;
    }
    return unit;
}

/* Takes what follows the backslash of an escape. */
static inline bool mill_json_check_escape(mill_json_state *state)
{
    unsigned char letter = mill_json_byte(state);
    if (letter == 0 || strchr("\"\\/bfnrtu", letter) == NULL)
        return mill_json_refuse(state, "an escape that JSON does not have");
    state->at++;
    if (letter != 'u') return true;
    const char *next = state->data + state->at;
    size_t left = state->length - state->at;
    uint32_t unit = mill_json_unit(next, left);
    if (unit > 0xFFFF) return mill_json_refuse(state, "\\u without four hexadecimal digits");
    bool is_pair = unit >= 0xD800 && unit < 0xE000;
    if (is_pair) {
        uint32_t low =
            left > 6 && next[4] == '\\' && next[5] == 'u' ? mill_json_unit(next + 6, left - 6) : 0;
        if (unit > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
            return mill_json_refuse(state, "half of a surrogate pair");
    }
    state->at += is_pair ? 10 : 4;
    return true;
}

static inline bool mill_json_check_string(mill_json_state *state)
{
    state->at++;
    while (state->at < state->length) {
        unsigned char byte = (unsigned char)state->data[state->at];
        if (byte < 0x20) return mill_json_refuse(state, "a control character in a string");
        state->at++;
        if (byte == '"') return true;
        if (byte == '\\' && !mill_json_check_escape(state)) return false;
    }
    return mill_json_refuse(state, "a string has no end");
}

static inline bool mill_json_check_word(mill_json_state *state)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < 3; i++) {
        size_t length = strlen(words[i]);
        if (state->length - state->at < length ||
            memcmp(state->data + state->at, words[i], length) != 0)
            continue;
        state->at += length;
        return true;
    }
    return mill_json_refuse(state, "a value is missing");
}

/* Takes the name of a member and its colon. */
static inline bool mill_json_check_key(mill_json_state *state)
{
    mill_json_blanks(state);
    if (mill_json_byte(state) != '"')
        return mill_json_refuse(state, "the name of a member is missing");
    if (!mill_json_check_string(state)) return false;
    mill_json_blanks(state);
    if (mill_json_byte(state) != ':') return mill_json_refuse(state, "':' is missing");
    state->at++;
    return true;
}

/* Takes an opening bracket; returns true if a value must follow. */
static inline bool mill_json_open(mill_json_state *state)
{
    bool is_object = mill_json_byte(state) == '{';
    if (state->depth == MILL_JSON_DEPTH) return mill_json_refuse(state, "nested too deep");
    state->at++;
    mill_json_blanks(state);
    state->is_object[state->depth++] = is_object;
    if (mill_json_byte(state) == (is_object ? '}' : ']')) return false;
    return !is_object || mill_json_check_key(state);
}

/* Takes closing brackets and a comma; returns true if a value must follow. */
static inline bool mill_json_go_on(mill_json_state *state)
{
    while (state->depth > 0) {
        bool is_object = state->is_object[state->depth - 1];
        mill_json_blanks(state);
        if (mill_json_byte(state) == ',') {
            state->at++;
            return !is_object || mill_json_check_key(state);
        }
        if (mill_json_byte(state) != (is_object ? '}' : ']'))
            return mill_json_refuse(state, "',' or a closing bracket is missing");
        state->at++;
        state->depth--;
    }
    return false;
}

/* Checks that a text is one JSON value, with blanks around it. UTF-8 is not looked at. Returns NULL
 * if it is; else what is wrong, and at which byte, in a few words. Linear; takes no memory. */
static inline const char *mill_json_check(mill_text text, size_t *where)
{
    mill_json_state state;
    memset(&state, 0, offsetof(mill_json_state, is_object));
    state.data = text.data;
    state.length = text.length;
    bool more = true;
    while (more && state.fault == NULL) {
        mill_json_blanks(&state);
        unsigned char byte = mill_json_byte(&state);
        bool opens = byte == '{' || byte == '[';
        if (opens && mill_json_open(&state)) continue;
        if (byte == '"')
            mill_json_check_string(&state);
        else if (byte == '-' || (byte >= '0' && byte <= '9'))
            mill_json_check_number(&state);
        else if (!opens)
            mill_json_check_word(&state);
        more = state.fault == NULL && mill_json_go_on(&state);
    }
    if (state.fault == NULL) mill_json_blanks(&state);
    if (state.fault == NULL && state.at < state.length) state.fault = "more follows the value";
    *where = state.at;
    return state.fault;
}

/* ---- Reading what is right ----------------------------------------------------------------- */

/* Returns the byte behind a string's closing quotation mark. */
static inline const char *mill_json_string_end(const char *at, const char *end)
{
    const char *begin = at + 1;
    for (at = begin;; at++) {
        at = (const char *)memchr(at, '"', (size_t)(end - at));
        const char *back = at;
        while (back > begin && back[-1] == '\\') back--;
        if ((at - back) % 2 == 0) return at + 1;
    }
}

/* Returns the byte behind the value that begins at `at`. */
static inline const char *mill_json_value_end(const char *at, const char *end)
{
    size_t depth = 0;
    do {
        if (*at == '"') {
            at = mill_json_string_end(at, end);
            continue;
        }
        if (*at == '{' || *at == '[') depth++;
        if (*at == '}' || *at == ']') depth--;
        bool is_plain = depth == 0 && *at != '}' && *at != ']';
        at++;
        if (is_plain)
            while (at < end && memchr(",]} \t\r\n", *at, 7) == NULL) at++;
    } while (depth > 0);
    return at;
}

/* Returns a checked text without the blanks around its value. */
static inline mill_text mill_json_trim(mill_text text)
{
    while (text.length > 0 && mill_json_is_blank(*text.data)) {
        text.data++;
        text.length--;
    }
    while (text.length > 0 && mill_json_is_blank(text.data[text.length - 1])) text.length--;
    return text;
}

/* Steps to the next member of an object or element of an array; `*at` starts at 0. `key` is the
 * member's name, a JSON string; empty in an array. Returns false at the end. */
static inline bool mill_json_next(mill_text container, size_t *at, mill_text *key, mill_text *value)
{
    const char *end = container.data + container.length;
    const char *next = container.data + (*at == 0 ? 1 : *at);
    while (mill_json_is_blank(*next) || *next == ',') next++;
    if (*next == '}' || *next == ']') return false;
    key->data = next;
    key->length = 0;
    if (*container.data == '{') {
        next = mill_json_string_end(next, end);
        key->length = (size_t)(next - key->data);
        while (mill_json_is_blank(*next) || *next == ':') next++;
    }
    value->data = next;
    next = mill_json_value_end(next, end);
    value->length = (size_t)(next - value->data);
    *at = (size_t)(next - container.data);
    return true;
}

/* Decodes a JSON string into `to`, which has room for `string.length` bytes; returns how many it
 * took. */
static inline size_t mill_json_string(mill_text string, char *to)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *at = string.data + 1, *end = string.data + string.length - 1;
    char *begin = to;
    while (at < end) {
        if (*at != '\\') {
            const char *stop = (const char *)memchr(at, '\\', (size_t)(end - at));
            size_t run = (size_t)((stop != NULL ? stop : end) - at);
            memcpy(to, at, run);
            to += run;
            at += run;
            continue;
        }
        at += 2;
        if (at[-1] != 'u') {
            *to++ = meanings[strchr(letters, at[-1]) - letters];
            continue;
        }
        uint32_t code = mill_json_unit(at, 4);
        at += 4;
        if (code >= 0xD800 && code < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (mill_json_unit(at + 2, 4) - 0xDC00);
            at += 6;
        }
        to += mill_utf8_write(to, code);
    }
    return (size_t)(to - begin);
}

/* Tells whether a JSON string, an object's key for example, says `name`, which is ASCII. */
static inline bool mill_json_is(mill_text string, const char *name)
{
    char decoded[256];
    size_t length = strlen(name);
    if (memchr(string.data, '\\', string.length) == NULL)
        return string.length == length + 2 && memcmp(string.data + 1, name, length) == 0;
    if (string.length > sizeof decoded) return false;
    return mill_json_string(string, decoded) == length && memcmp(decoded, name, length) == 0;
}

/* Reads a number. Returns false if the value is none, or none that a double can hold. */
static inline bool mill_json_number(mill_text value, double *number)
{
    char digits[400];
    bool is_number = value.length < sizeof digits &&
                     (*value.data == '-' || (*value.data >= '0' && *value.data <= '9'));
    if (!is_number) return false;
    memcpy(digits, value.data, value.length);
    digits[value.length] = '\0';
    *number = strtod(digits, NULL);
    return *number - *number == 0;
}

/* Reads a whole number, without a point or exponent. Returns false if the value is none, or too
 * large. */
static inline bool mill_json_integer(mill_text value, int64_t *integer)
{
    char digits[32], *end;
    if (value.length >= sizeof digits) return false;
    memcpy(digits, value.data, value.length);
    digits[value.length] = '\0';
    if (digits[0] != '-' && (digits[0] < '0' || digits[0] > '9')) return false;
    errno = 0;
    *integer = strtoll(digits, &end, 10);
    return errno == 0 && *end == '\0';
}

#ifdef __cplusplus
}
#endif

#endif
