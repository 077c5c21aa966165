/* What a program answers. The host checks spans, edits and strings; here it is made sure that each
 * member means something, so that a misspelt one does not vanish. */
#include "wire.h"

#include "places.h"
#include "textmill/json.h"
#include "textmill/rewrite.h"

#include <stdio.h>
#include <stdlib.h>

#define PATH_MAX_BYTES 128 /* longer than any field's path */
#define SHOWN_BYTES    60  /* of a wrong answer that a message repeats */

/* An answer on its way into the document. */
typedef struct reading {
    wire *wire;
    mill_document *document;
    places places;
} reading;

/* Where members belong: to the article, or to a row of a layer; and the path so far. */
typedef struct owner {
    const char *layer;
    uint32_t row;
    char path[PATH_MAX_BYTES];
    size_t length;
} owner;

static bool is_layer_named(const mill_field *field, const char *name)
{
    return field->attribute == NULL && strcmp(field->layer, name) == 0;
}

static bool is_of(const mill_field *field, const owner *of)
{
    if (field->use != MILL_PROVIDES || field->attribute == NULL) return false;
    if (field->layer == NULL || of->layer == NULL) return field->layer == of->layer;
    return strcmp(field->layer, of->layer) == 0;
}

/* Decodes a JSON string. Owns: valid until the next string is decoded. Fails: NULL. */
static const char *decode(const reading *at, mill_text string, size_t *length)
{
    line *scratch = &at->wire->scratch;
    line_reset(scratch);
    if (!line_reserve(scratch, string.length)) {
        mill_fail(at->document, "out of memory");
        return NULL;
    }
    *length = mill_json_string(string, scratch->data);
    return scratch->data;
}

static bool refuse(const reading *at, mill_text name, const char *complaint, mill_text value)
{
    int shown = value.length > SHOWN_BYTES ? SHOWN_BYTES : (int)value.length;
    mill_fail(at->document, "answers %.*s %s: %.*s", (int)name.length, name.data, complaint, shown,
              value.data);
    return false;
}

static bool find_place(const reading *at, mill_text name, mill_text value, uint32_t *byte)
{
    int64_t offset;
    if (mill_json_integer(value, &offset) && places_find(&at->places, offset, byte)) return true;
    return refuse(at, name, "as a place that the text does not have", value);
}

/* ---- Attributes ------------------------------------------------------------------------------ */

static bool set_string(const reading *at, uint32_t field, uint32_t row, mill_text value)
{
    size_t length;
    const char *string = decode(at, value, &length);
    if (string != NULL) mill_set_string(at->document, field, row, string, length);
    return string != NULL;
}

static bool set_value(const reading *at, uint32_t field, uint32_t row, mill_text name,
                      mill_text value)
{
    static const char *const wanted[] = {
        [MILL_BOOLEAN] = "which is declared as boolean, as",
        [MILL_INTEGER] = "which is declared as integer, as",
        [MILL_NUMBER] = "which is declared as number, as",
        [MILL_STRING] = "which is declared as string, as",
    };
    uint32_t type = at->wire->fields[field].type;
    int64_t integer;
    double number;
    if (type == MILL_JSON)
        mill_set_json(at->document, field, row, value.data, value.length);
    else if (*value.data == 'n')
        return true; /* null: not set */
    else if (type == MILL_BOOLEAN && (*value.data == 't' || *value.data == 'f'))
        mill_set_boolean(at->document, field, row, *value.data == 't');
    else if (type == MILL_INTEGER && mill_json_integer(value, &integer))
        mill_set_integer(at->document, field, row, integer);
    else if (type == MILL_NUMBER && mill_json_number(value, &number))
        mill_set_number(at->document, field, row, number);
    else if (type == MILL_STRING && *value.data == '"')
        return set_string(at, field, row, value);
    else
        return refuse(at, name, wanted[type], value);
    return true;
}

/* Finds the other end of a place: "x_end" for "x_begin". */
static bool find_end(mill_text object, mill_text begin_name, mill_text *end)
{
    size_t at = 0, stem = begin_name.length - strlen("begin\"");
    mill_text key;
    while (mill_json_next(object, &at, &key, end))
        if (key.length == stem + strlen("end\"") && memcmp(key.data, begin_name.data, stem) == 0 &&
            memcmp(key.data + stem, "end\"", 4) == 0)
            return true;
    return false;
}

static bool set_place(const reading *at, uint32_t field, uint32_t row, mill_text object,
                      mill_text name, mill_text value)
{
    uint32_t begin = 0, end = 0;
    mill_text end_value;
    if (*value.data == 'n') return true;
    if (!find_end(object, name, &end_value))
        return refuse(at, name, "without the end that belongs to it", object);
    if (!find_place(at, name, value, &begin) || !find_place(at, name, end_value, &end))
        return false;
    mill_set_span(at->document, field, row, begin, end);
    return true;
}

/* ---- Objects --------------------------------------------------------------------------------- */

/* What a member of an object is to the stage. */
typedef enum meaning {
    MEANS_NOTHING,
    MEANS_VALUE,
    MEANS_BEGIN, /* of a place */
    MEANS_END,
    MEANS_OBJECT /* that holds members of longer paths */
} meaning;

/* Tells whether `path` is a field's attribute and an ending. */
static bool is_path(const char *attribute, const char *path, const char *ending)
{
    size_t length = strlen(attribute);
    return strncmp(path, attribute, length) == 0 && strcmp(path + length, ending) == 0;
}

static meaning find_meaning(const reading *at, const owner *of, uint32_t *field)
{
    for (*field = 0; *field < at->wire->field_count; ++*field) {
        const mill_field *declared = &at->wire->fields[*field];
        if (!is_of(declared, of)) continue;
        bool is_span = declared->type == MILL_SPAN;
        if (!is_span && is_path(declared->attribute, of->path, "")) return MEANS_VALUE;
        if (is_span && is_path(declared->attribute, of->path, "_begin")) return MEANS_BEGIN;
        if (is_span && is_path(declared->attribute, of->path, "_end")) return MEANS_END;
        if (strncmp(declared->attribute, of->path, of->length) == 0 &&
            declared->attribute[of->length] == '.')
            return MEANS_OBJECT;
    }
    return MEANS_NOTHING;
}

/* Appends a member's name to the path. Returns false if no field has so long a path. */
static bool extend_path(owner *of, mill_text key)
{
    if (of->length + key.length > sizeof of->path) return false;
    if (of->length > 0) of->path[of->length++] = '.';
    of->length += mill_json_string(key, of->path + of->length);
    of->path[of->length] = '\0';
    return true;
}

static bool refuse_member(const reading *at, mill_text key)
{
    int shown = key.length > SHOWN_BYTES ? SHOWN_BYTES : (int)key.length;
    mill_fail(at->document, "answers %.*s, which is not declared; add it to provides", shown,
              key.data);
    return false;
}

/* Tells whether an article was sent with this member, which may then be answered again. */
static bool was_sent(const reading *at, const owner *of, mill_text key)
{
    char name[PATH_MAX_BYTES];
    mill_text sent, json;
    if (of->layer != NULL || of->length > 0) return false;
    if (key.length <= sizeof name) {
        const mill_text decoded = {name, mill_json_string(key, name)};
        if (wire_is_own(at->wire, decoded)) return true;
    }
    for (uint32_t i = 0; i < mill_metadata_count(at->document); i++) {
        mill_metadata(at->document, i, &sent, &json);
        size_t length;
        const char *decoded = decode(at, key, &length);
        if (decoded != NULL && length == sent.length && memcmp(decoded, sent.data, length) == 0)
            return true;
    }
    return false;
}

static bool read_members(const reading *at, const owner *of, mill_text object);

static bool read_member(const reading *at, const owner *of, mill_text object, mill_text key,
                        mill_text value)
{
    owner inner = *of;
    uint32_t field = 0;
    bool is_long = !extend_path(&inner, key);
    switch (is_long ? MEANS_NOTHING : find_meaning(at, &inner, &field)) {
    case MEANS_VALUE: return set_value(at, field, of->row, key, value);
    case MEANS_BEGIN: return set_place(at, field, of->row, object, key, value);
    case MEANS_END: return true;
    case MEANS_OBJECT:
        if (*value.data == '{') return read_members(at, &inner, value);
        return *value.data == 'n' || refuse(at, key, "as something else than an object", value);
    default: return was_sent(at, of, key) || refuse_member(at, key);
    }
}

/* ---- Layers ---------------------------------------------------------------------------------- */

typedef struct answered_span {
    mill_span span;
    uint32_t number;  /* in the answer */
    mill_text object; /* with its attributes */
} answered_span;

static int compare_spans(const void *left, const void *right)
{
    const answered_span *a = left, *b = right;
    if (a->span.begin != b->span.begin) return a->span.begin < b->span.begin ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

/* Reads where a span is. */
static bool read_span(const reading *at, mill_text name, answered_span *span)
{
    bool has_begin = false, has_end = false;
    size_t next = 0;
    mill_text key, value;
    if (*span->object.data != '{')
        return refuse(at, name, "with something else than an object", span->object);
    while (mill_json_next(span->object, &next, &key, &value)) {
        bool is_begin = mill_json_is(key, "begin"), is_end = mill_json_is(key, "end");
        if (is_begin && !find_place(at, name, value, &span->span.begin)) return false;
        if (is_end && !find_place(at, name, value, &span->span.end)) return false;
        has_begin = has_begin || is_begin;
        has_end = has_end || is_end;
    }
    return (has_begin && has_end) || refuse(at, name, "without begin and end", span->object);
}

/* Reads all spans of an array, in order of their places. */
static answered_span *read_spans(const reading *at, mill_text name, mill_text array,
                                 uint32_t *count)
{
    size_t next = 0, room = 0;
    mill_text key, value;
    *count = 0;
    while (mill_json_next(array, &next, &key, &value)) room++;
    answered_span *spans = mill_alloc(at->document, (room + 1) * sizeof *spans);
    if (spans == NULL) return NULL;
    for (next = 0; mill_json_next(array, &next, &key, &value); ++*count) {
        spans[*count] = (answered_span){.number = *count, .object = value};
        if (!read_span(at, name, &spans[*count])) return NULL;
    }
    qsort(spans, *count, sizeof *spans, compare_spans);
    return spans;
}

static bool read_layer(const reading *at, uint32_t field, mill_text name, mill_text array)
{
    uint32_t count;
    if (*array.data == 'n') return true;
    if (*array.data != '[') return refuse(at, name, "as something else than an array", array);
    answered_span *spans = read_spans(at, name, array, &count);
    if (spans == NULL) return false;
    for (uint32_t i = 0; i < count; i++) {
        owner of = {.layer = at->wire->fields[field].layer};
        of.row = mill_span_add(at->document, field, spans[i].span.begin, spans[i].span.end);
        if (!read_members(at, &of, spans[i].object)) return false;
    }
    return true;
}

/* Finds the layer that the stage provides under a name. */
static bool find_layer(const reading *at, mill_text key, uint32_t *field)
{
    owner name = {.length = 0};
    if (!extend_path(&name, key)) return false;
    for (*field = 0; *field < at->wire->field_count; ++*field)
        if (at->wire->fields[*field].use == MILL_PROVIDES &&
            is_layer_named(&at->wire->fields[*field], name.path))
            return true;
    return false;
}

static bool read_members(const reading *at, const owner *of, mill_text object)
{
    size_t next = 0;
    mill_text key, value;
    bool is_article = of->layer == NULL && of->length == 0;
    bool is_span = of->layer != NULL && of->length == 0;
    while (mill_json_next(object, &next, &key, &value)) {
        uint32_t layer;
        if (is_span && (mill_json_is(key, "begin") || mill_json_is(key, "end"))) continue;
        bool fine = is_article && find_layer(at, key, &layer)
                        ? read_layer(at, layer, key, value)
                        : read_member(at, of, object, key, value);
        if (!fine) return false;
    }
    return true;
}

/* ---- The text -------------------------------------------------------------------------------- */

static bool read_edit(const reading *at, mill_text name, mill_text edit)
{
    size_t next = 0, length = 0;
    mill_text key, begin, end, with, more;
    uint32_t from = 0, to = 0;
    bool has_three = *edit.data == '[' && mill_json_next(edit, &next, &key, &begin) &&
                     mill_json_next(edit, &next, &key, &end) &&
                     mill_json_next(edit, &next, &key, &with) && *with.data == '"' &&
                     !mill_json_next(edit, &next, &key, &more);
    if (!has_three) return refuse(at, name, "with something else than [begin, end, \"new\"]", edit);
    if (!find_place(at, name, begin, &from) || !find_place(at, name, end, &to)) return false;
    const char *bytes = decode(at, with, &length);
    if (bytes != NULL) mill_edit(at->document, from, to, bytes, length);
    return bytes != NULL;
}

static bool read_edits(const reading *at, mill_text name, mill_text edits)
{
    size_t next = 0;
    mill_text key, edit;
    if (*edits.data != '[') return refuse(at, name, "as something else than an array", edits);
    while (mill_json_next(edits, &next, &key, &edit))
        if (!read_edit(at, name, edit)) return false;
    return true;
}

static bool read_text(const reading *at, mill_text name, mill_text value)
{
    size_t length;
    if (*value.data != '"') return refuse(at, name, "as something else than a string", value);
    const char *text = decode(at, value, &length);
    return text != NULL && mill_rewrite(at->document, (mill_text){text, length}) == MILL_OK;
}

/* ---- The answer ------------------------------------------------------------------------------ */

static mill_status fail_with(const reading *at, mill_text reason)
{
    size_t length;
    if (*reason.data != '"')
        return mill_fail(at->document, "%.*s",
                         reason.length > SHOWN_BYTES ? SHOWN_BYTES : (int)reason.length,
                         reason.data);
    const char *decoded = decode(at, reason, &length);
    if (decoded == NULL) return MILL_FAILED;
    return mill_fail(at->document, "%.*s", length > 500 ? 500 : (int)length, decoded);
}

static bool is_true(mill_text value)
{
    return value.length > 0 && *value.data == 't';
}

static mill_status read_object(const reading *at, mill_text object)
{
    const owner article = {.layer = NULL};
    size_t next = 0;
    mill_text key, value, text = {0}, edits = {0}, drop = {0}, error = {0};
    while (mill_json_next(object, &next, &key, &value)) {
        if (mill_json_is(key, "text")) text = value;
        if (mill_json_is(key, "edits")) edits = value;
        if (mill_json_is(key, "drop")) drop = value;
        if (mill_json_is(key, "error") && *value.data != 'n') error = value;
    }
    if (error.length > 0) return fail_with(at, error);
    if (is_true(drop)) return MILL_DROPPED;
    bool fine = true;
    if (edits.length > 0)
        fine = read_edits(at, (mill_text){"edits", 5}, edits);
    else if (text.length > 0)
        fine = read_text(at, (mill_text){"text", 4}, text);
    return fine && read_members(at, &article, object) ? MILL_OK : MILL_FAILED;
}

mill_status wire_read(wire *self, mill_document *document, mill_text answer)
{
    reading at = {.wire = self, .document = document};
    if (!places_init(&at.places, document, self->unit)) return MILL_FAILED;
    return read_object(&at, mill_json_trim(answer));
}

/* ---- Whether it is one ------------------------------------------------------------------------
 */

/* Tells whether an id is that of the article. A program may write a number in another way. */
static bool is_own_id(wire *self, const mill_document *document, mill_text value)
{
    bool literal;
    double number, own_number;
    mill_text own = mill_document_id(document, &literal);
    if (literal)
        return mill_json_number(value, &number) && mill_json_number(own, &own_number) &&
               number <= own_number && number >= own_number;
    line *scratch = &self->scratch;
    line_reset(scratch);
    if (*value.data != '"' || !line_reserve(scratch, value.length)) return false;
    size_t length = mill_json_string(value, scratch->data);
    return length == own.length && memcmp(scratch->data, own.data, length) == 0;
}

static bool has_own_id(wire *self, const mill_document *document, mill_text object)
{
    size_t next = 0;
    mill_text key, value;
    while (mill_json_next(object, &next, &key, &value))
        if (mill_json_is(key, "id")) return is_own_id(self, document, value);
    return false;
}

const char *wire_fault(wire *self, const mill_document *document, mill_text answer)
{
    size_t where;
    int shown = answer.length > SHOWN_BYTES ? SHOWN_BYTES : (int)answer.length;
    const char *fault = mill_json_check(answer, &where);
    mill_text object = mill_json_trim(answer);
    if (fault != NULL)
        snprintf(self->fault, sizeof self->fault, "answers what is not JSON (%s at byte %zu): %.*s",
                 fault, where, shown, answer.data);
    else if (*object.data != '{')
        snprintf(self->fault, sizeof self->fault, "answers something else than an object: %.*s",
                 shown, answer.data);
    else if (!has_own_id(self, document, object))
        snprintf(self->fault, sizeof self->fault,
                 "answers without the article's id; copy it from each line into the answer");
    else
        return NULL;
    return self->fault;
}
