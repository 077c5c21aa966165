#include "expectation.h"

#include "textmill/json.h"
#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES 200
#define SHOWN      72 /* bytes of a value that are shown */
#define BEFORE     24 /* of them, before a difference */

typedef struct comparison {
    const expectation *asked;
    char path[PATH_BYTES]; /* "quotes[0].speaker"; cut off where it is too long */
    size_t length;
} comparison;

/* ---- Differences ----------------------------------------------------------------------------- */

/* Steps back or on to where a character begins. */
static size_t boundary(mill_text text, size_t at)
{
    while (at < text.length && at > 0 && !utf8_is_boundary(text.data, text.length, at)) at--;
    return at;
}

/* Writes the piece of a value around byte `at`, as one line. */
static void show_piece(buffer *out, mill_text value, size_t at)
{
    size_t begin = boundary(value, at > BEFORE ? at - BEFORE : 0);
    size_t end = value.length - begin > SHOWN ? boundary(value, begin + SHOWN) : value.length;
    if (begin > 0) buffer_printf(out, "...");
    for (size_t i = begin; i < end; i++) {
        unsigned char byte = (unsigned char)value.data[i];
        if (byte == '\n')
            buffer_write(out, "\\n", 2);
        else if (byte < 0x20 || byte == 0x7F)
            buffer_printf(out, "\\x%02X", byte);
        else
            buffer_write(out, value.data + i, 1);
    }
    if (end < value.length) buffer_printf(out, "...");
}

static size_t first_difference(mill_text expected, mill_text got)
{
    size_t at = 0;
    while (at < expected.length && at < got.length && expected.data[at] == got.data[at]) at++;
    return at;
}

/* Tells of a difference; values that are texts are shown around the place where it begins. */
static bool differ(const comparison *self, mill_text expected, mill_text got)
{
    buffer *out = self->asked->differences;
    if (out == NULL) return false;
    size_t at = first_difference(expected, got);
    buffer_printf(out, "    %s\n      expected  ", self->length > 0 ? self->path : "(all of it)");
    show_piece(out, expected, at);
    buffer_printf(out, "\n      got       ");
    show_piece(out, got, at);
    buffer_printf(out, "\n");
    return false;
}

static mill_text text_of(const char *string)
{
    return (mill_text){string, strlen(string)};
}

static bool differ_in_count(const comparison *self, size_t expected, size_t got)
{
    char wanted[40], came[40];
    snprintf(wanted, sizeof wanted, "%zu element%s", expected, expected == 1 ? "" : "s");
    snprintf(came, sizeof came, "%zu element%s", got, got == 1 ? "" : "s");
    return differ(self, text_of(wanted), text_of(came));
}

/* ---- Comparing ------------------------------------------------------------------------------- */

/* Goes down to a member or an element; the path is as long as before when one has come back. */
static comparison descend(const comparison *self, const char *between, mill_text name,
                          const char *behind)
{
    comparison inner = *self;
    int length = snprintf(inner.path + inner.length, sizeof inner.path - inner.length, "%s%.*s%s",
                          self->length > 0 || between[0] == '[' ? between : "", (int)name.length,
                          name.data, behind);
    size_t left = sizeof inner.path - 1 - inner.length;
    inner.length += length < 0 ? 0 : (size_t)length > left ? left : (size_t)length;
    return inner;
}

/* Returns a key without its quotation marks. */
static mill_text key_name(mill_text key)
{
    return (mill_text){key.data + 1, key.length - 2};
}

static comparison descend_to_element(const comparison *self, size_t index)
{
    char number[24];
    snprintf(number, sizeof number, "%zu", index);
    return descend(self, "[", text_of(number), "]");
}

static bool same_bytes(mill_text left, mill_text right)
{
    return left.length == right.length && memcmp(left.data, right.data, left.length) == 0;
}

/* Tells whether two JSON strings say the same. */
static bool same_string(mill_text left, mill_text right)
{
    if (same_bytes(left, right)) return true;
    char *decoded = malloc(left.length + right.length);
    if (decoded == NULL) return false;
    mill_text one = {decoded, mill_json_string(left, decoded)};
    mill_text other = {decoded + left.length, mill_json_string(right, decoded + left.length)};
    bool same = same_bytes(one, other);
    free(decoded);
    return same;
}

static bool find_member(mill_text object, mill_text wanted, mill_text *value)
{
    size_t at = 0;
    mill_text key;
    while (mill_json_next(object, &at, &key, value))
        if (same_string(key, wanted)) return true;
    return false;
}

static bool compare(const comparison *self, mill_text expected, mill_text got);

static bool compare_objects(const comparison *self, mill_text expected, mill_text got)
{
    bool same = true;
    size_t at = 0;
    mill_text key, value, other;
    while (mill_json_next(expected, &at, &key, &value)) {
        const comparison inner = descend(self, ".", key_name(key), "");
        if (!find_member(got, key, &other)) other = text_of("(nothing)");
        bool is_there = other.data[0] != '(';
        same = (is_there ? compare(&inner, value, other) : differ(&inner, value, other)) && same;
    }
    for (at = 0; self->asked->whole && mill_json_next(got, &at, &key, &value);) {
        const comparison inner = descend(self, ".", key_name(key), "");
        if (!find_member(expected, key, &other)) same = differ(&inner, text_of("(nothing)"), value);
    }
    return same;
}

static size_t count_elements(mill_text array)
{
    size_t at = 0, count = 0;
    mill_text key, value;
    while (mill_json_next(array, &at, &key, &value)) count++;
    return count;
}

/* Of arrays with other numbers of elements, the first element that differs tells most. */
static bool differ_in_length(const comparison *self, mill_text expected, mill_text got)
{
    const expectation nothing = {.whole = self->asked->whole};
    const comparison silent = {.asked = &nothing};
    size_t left = 0, right = 0, index = 0;
    mill_text key, value, other;
    differ_in_count(self, count_elements(expected), count_elements(got));
    while (mill_json_next(expected, &left, &key, &value) &&
           mill_json_next(got, &right, &key, &other)) {
        const comparison inner = descend_to_element(self, index++);
        if (!compare(&silent, value, other)) return differ(&inner, value, other);
    }
    return false;
}

static bool compare_arrays(const comparison *self, mill_text expected, mill_text got)
{
    size_t left = 0, right = 0, index = 0;
    mill_text key, value, other;
    bool same = true;
    if (count_elements(expected) != count_elements(got))
        return differ_in_length(self, expected, got);
    while (mill_json_next(expected, &left, &key, &value) &&
           mill_json_next(got, &right, &key, &other)) {
        const comparison inner = descend_to_element(self, index++);
        same = compare(&inner, value, other) && same;
    }
    return same;
}

static bool compare(const comparison *self, mill_text expected, mill_text got)
{
    double wanted, came;
    if (*expected.data == '{' && *got.data == '{') return compare_objects(self, expected, got);
    if (*expected.data == '[' && *got.data == '[') return compare_arrays(self, expected, got);
    if (*expected.data == '"' && *got.data == '"')
        return same_string(expected, got) || differ(self, expected, got);
    if (mill_json_number(expected, &wanted) && mill_json_number(got, &came))
        return (wanted <= came && wanted >= came) || differ(self, expected, got);
    return same_bytes(expected, got) || differ(self, expected, got);
}

bool expectation_holds(const expectation *self, mill_text expected, mill_text got)
{
    const comparison all = {.asked = self};
    return compare(&all, mill_json_trim(expected), mill_json_trim(got));
}

bool expectation_text_holds(const expectation *self, const char *path, mill_text expected,
                            mill_text got)
{
    const comparison all = {.asked = self};
    const comparison named = descend(&all, "", text_of(path), "");
    return same_bytes(expected, got) || differ(&named, expected, got);
}

/* ---- Updating -------------------------------------------------------------------------------- */

static void update(const expectation *self, mill_text expected, mill_text got, buffer *out);

static void update_object(const expectation *self, mill_text expected, mill_text got, buffer *out)
{
    size_t at = 0;
    mill_text key, value, other;
    const char *comma = "";
    buffer_write(out, "{", 1);
    while (mill_json_next(expected, &at, &key, &value)) {
        if (!find_member(got, key, &other)) continue;
        buffer_printf(out, "%s%.*s: ", comma, (int)key.length, key.data);
        update(self, value, other, out);
        comma = ", ";
    }
    buffer_write(out, "}", 1);
}

/* An element that comes without one that was expected is like the last that was. */
static void update_array(const expectation *self, mill_text expected, mill_text got, buffer *out)
{
    size_t left = 0, right = 0;
    mill_text key, value, other, like = {0};
    const char *comma = "";
    buffer_write(out, "[", 1);
    while (mill_json_next(got, &right, &key, &other)) {
        if (mill_json_next(expected, &left, &key, &value)) like = value;
        buffer_printf(out, "%s", comma);
        update(self, like.length > 0 ? like : other, other, out);
        comma = ", ";
    }
    buffer_write(out, "]", 1);
}

static void update(const expectation *self, mill_text expected, mill_text got, buffer *out)
{
    bool objects = *expected.data == '{' && *got.data == '{' && !self->whole;
    bool arrays = *expected.data == '[' && *got.data == '[';
    if (objects)
        update_object(self, expected, got, out);
    else if (arrays)
        update_array(self, expected, got, out);
    else
        buffer_write(out, got.data, got.length);
}

void expectation_update(const expectation *self, mill_text expected, mill_text got, buffer *out)
{
    update(self, mill_json_trim(expected), mill_json_trim(got), out);
}
