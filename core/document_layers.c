/* Spans and attributes. A layer is an array of spans and, for each attribute that somebody set, a
 * column of values beside it; all of them grow together. What a plug-in adds is checked here, so
 * that writers and later stages need not check anything. What is set and read is mostly right: a
 * check is a comparison in line, and what a fault says is put together out of its way. */
#include "document_private.h"

#include "utf8.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A function that only records a fault. */
#define OUT_OF_THE_WAY __attribute__((cold, noinline))

/* ---- Fields -------------------------------------------------------------------------------- */

/* Returns the field that a plug-in means by its number. Fails: NULL, with the fault recorded. */
static const field_binding *find_field(document *article, uint32_t field)
{
    if (field < article->view.field_count) return &article->view.fields[field];
    document_fault_set(article, "uses field %u, but declares only %u", (unsigned)field,
                       (unsigned)article->view.field_count);
    return NULL;
}

/* Records that a field is no layer. */
static OUT_OF_THE_WAY const field_binding *refuse_layer(document *article, uint32_t field)
{
    if (find_field(article, field) != NULL)
        document_fault_set(article, "field %u is an attribute, not a layer", (unsigned)field);
    return NULL;
}

static inline const field_binding *find_layer(document *article, uint32_t field)
{
    const document_view *view = &article->view;
    bool is_layer = field < view->field_count && view->fields[field].type == MILL_LAYER;
    return is_layer ? &view->fields[field] : refuse_layer(article, field);
}

/* Records that a field is no attribute. */
static OUT_OF_THE_WAY const field_binding *refuse_attribute(document *article, uint32_t field)
{
    if (find_field(article, field) != NULL)
        document_fault_set(article, "field %u is a layer, not an attribute", (unsigned)field);
    return NULL;
}

static inline const field_binding *find_attribute(document *article, uint32_t field)
{
    const document_view *view = &article->view;
    bool is_attribute = field < view->field_count && view->fields[field].type != MILL_LAYER;
    return is_attribute ? &view->fields[field] : refuse_attribute(article, field);
}

/* How a fault names a field. */
typedef struct field_name {
    char text[160];
} field_name;

static OUT_OF_THE_WAY field_name name_field(const document *article, const field_binding *binding)
{
    field_name name;
    unsigned field = (unsigned)(binding - article->view.fields);
    bool of_layer = binding->present && binding->layer != SCHEMA_ARTICLE;
    const char *owner = of_layer ? article->schema->layers[binding->layer].name : NULL;
    if (of_layer && binding->type == MILL_LAYER)
        snprintf(name.text, sizeof name.text, "layer '%.120s'", owner);
    else if (of_layer)
        snprintf(name.text, sizeof name.text, "field %u of layer '%.120s'", field, owner);
    else
        snprintf(name.text, sizeof name.text, "field %u", field);
    return name;
}

/* ---- Spans --------------------------------------------------------------------------------- */

/* Gives every column that is there room for `capacity` values, the new ones null. */
static bool grow_columns(document *article, layer *grown, uint32_t column_count, size_t capacity)
{
    for (uint32_t i = 0; i < column_count; i++) {
        size_t old_capacity = grown->capacity, room = old_capacity;
        mill_value *values = grown->columns[i].values;
        if (values == NULL) continue;
        values = document_grow(article, values, &room, capacity, sizeof *values);
        if (values == NULL) return false;
        memset(values + old_capacity, 0, (capacity - old_capacity) * sizeof *values);
        grown->columns[i].values = values;
    }
    return true;
}

/* Makes room for one more span. A failure leaves the capacity as it was: a plug-in that goes on
 * after it stays within the columns. */
static __attribute__((noinline)) bool grow_layer(document *article, uint32_t index)
{
    layer *grown = &article->layers[index];
    size_t capacity = grown->capacity;
    mill_span *spans =
        document_grow(article, grown->spans, &capacity, (size_t)grown->count + 1, sizeof *spans);
    if (spans == NULL) return false;
    grown->spans = spans;
    if (!grow_columns(article, grown, article->schema->layers[index].columns, capacity))
        return false;
    grown->capacity = capacity;
    return true;
}

/* Returns what is wrong with a range of the text; NULL if nothing is. */
static inline const char *range_fault(const document *article, size_t begin, size_t end)
{
    mill_text text = article->text;
    if (begin > end) return "ends before it begins";
    if (end > text.length) return "reaches beyond the end of the text";
    if (!utf8_is_boundary(text.data, text.length, begin) ||
        !utf8_is_boundary(text.data, text.length, end))
        return "cuts a character in two";
    return NULL;
}

/* Records why a span may not be added behind the others; `binding` is NULL where that has been
 * done. Returns the row that stands for none. */
static OUT_OF_THE_WAY uint32_t refuse_new_span(document *article, const field_binding *binding,
                                               size_t begin, size_t end)
{
    if (binding == NULL) return 0;
    if (!binding->provided) {
        document_fault_set(article, "adds to %s, which it does not provide",
                           name_field(article, binding).text);
        return 0;
    }
    const layer *target = &article->layers[binding->layer];
    const char *name = article->schema->layers[binding->layer].name;
    const char *wrong = range_fault(article, begin, end);
    if (wrong != NULL)
        document_fault_set(article, "span %zu-%zu of layer '%s' %s", begin, end, name, wrong);
    else
        document_fault_set(article,
                           "span %zu-%zu of layer '%s' begins before the span added last, at %u; "
                           "spans come sorted by begin",
                           begin, end, name, (unsigned)target->spans[target->count - 1].begin);
    return 0;
}

uint32_t document_span_add(mill_document *handle, uint32_t field, size_t begin, size_t end)
{
    document *article = document_of(handle);
    const field_binding *binding = find_layer(article, field);
    if (binding == NULL || !binding->provided) return refuse_new_span(article, binding, begin, end);
    layer *target = &article->layers[binding->layer];
    uint32_t last = target->count != 0 ? target->spans[target->count - 1].begin : 0;
    if (begin < last || range_fault(article, begin, end) != NULL)
        return refuse_new_span(article, binding, begin, end);
    if (target->count == target->capacity && !grow_layer(article, binding->layer)) return 0;
    target->spans[target->count] = (mill_span){(uint32_t)begin, (uint32_t)end};
    return target->count++;
}

const mill_span *document_spans(const mill_document *handle, uint32_t field, uint32_t *count)
{
    document *article = document_of(handle);
    const field_binding *binding = find_layer(article, field);
    *count = 0;
    if (binding == NULL || !binding->present) return NULL;
    const layer *wanted = &article->layers[binding->layer];
    *count = wanted->count;
    return wanted->spans;
}

/* ---- Attributes ---------------------------------------------------------------------------- */

static const char *type_name(uint32_t type)
{
    static const char *const names[] = {
        [MILL_NULL] = "null",          [MILL_LAYER] = "a layer",   [MILL_BOOLEAN] = "a boolean",
        [MILL_INTEGER] = "an integer", [MILL_NUMBER] = "a number", [MILL_STRING] = "a string",
        [MILL_SPAN] = "a span",        [MILL_JSON] = "JSON",
    };
    return type < MILL_COUNT(names) ? names[type] : "an unknown type";
}

static inline uint32_t row_count(const document *article, const field_binding *binding)
{
    return binding->layer == SCHEMA_ARTICLE ? 1 : article->layers[binding->layer].count;
}

static OUT_OF_THE_WAY bool refuse_row(document *article, const field_binding *binding, uint32_t row)
{
    document_fault_set(article, "%s has %u rows, but row %u is asked for; the first is row 0",
                       name_field(article, binding).text, (unsigned)row_count(article, binding),
                       (unsigned)row);
    return false;
}

static inline bool has_row(document *article, const field_binding *binding, uint32_t row)
{
    return row < row_count(article, binding) || refuse_row(article, binding, row);
}

static OUT_OF_THE_WAY bool refuse_target(document *article, const field_binding *binding,
                                         const mill_value *value)
{
    if (!binding->provided)
        document_fault_set(article, "sets %s, which it does not provide",
                           name_field(article, binding).text);
    else
        document_fault_set(article, "%s is declared as %s, but set to %s",
                           name_field(article, binding).text, type_name(binding->type),
                           type_name(value->type));
    return false;
}

/* Tells whether this plug-in may set this attribute in this row to a value of this type. */
static inline bool check_target(document *article, const field_binding *binding, uint32_t row,
                                const mill_value *value)
{
    if (!binding->provided || value->type != binding->type)
        return refuse_target(article, binding, value);
    return has_row(article, binding, row);
}

/* Tells whether bytes are a piece of the text, cut between characters: they are UTF-8 for certain,
 * as the text is. */
static inline bool is_piece_of_text(const document *article, const mill_value *value)
{
    mill_text text = article->text;
    size_t begin = (uintptr_t)value->as.string - (uintptr_t)text.data;
    return begin <= text.length && value->length <= text.length - begin &&
           utf8_is_boundary(text.data, text.length, begin) &&
           utf8_is_boundary(text.data, text.length, begin + value->length);
}

/* Tells whether a string of 4 to 16 bytes, as most constants are, is ASCII. */
static inline bool is_short_ascii(const char *bytes, size_t length)
{
    uint64_t first = 0, last = 0;
    if (length < 4 || length > 16) return false;
    size_t half = length < 8 ? 4 : 8;
    memcpy(&first, bytes, half);
    memcpy(&last, bytes + length - half, half);
    return ((first | last) & UINT64_C(0x8080808080808080)) == 0;
}

/* Tells whether a string or JSON is allowed. */
static OUT_OF_THE_WAY bool check_bytes(document *article, const field_binding *binding,
                                       const mill_value *value)
{
    const char *bytes = value->as.string;
    size_t valid = utf8_valid_prefix(bytes, value->length);
    bool is_empty_json = value->type == MILL_JSON && value->length == 0;
    if (is_empty_json)
        document_fault_set(article, "%s: an empty value is not JSON",
                           name_field(article, binding).text);
    else if (valid != value->length)
        document_fault_set(article, "%s: byte 0x%02X at offset %zu is not UTF-8",
                           name_field(article, binding).text, (unsigned)(unsigned char)bytes[valid],
                           valid);
    return valid == value->length && !is_empty_json;
}

static OUT_OF_THE_WAY bool refuse_number(document *article, const field_binding *binding)
{
    document_fault_set(article, "%s: a number must be finite", name_field(article, binding).text);
    return false;
}

static OUT_OF_THE_WAY bool refuse_span(document *article, const field_binding *binding,
                                       mill_span span)
{
    document_fault_set(article, "%s: span %u-%u %s", name_field(article, binding).text,
                       (unsigned)span.begin, (unsigned)span.end,
                       range_fault(article, span.begin, span.end));
    return false;
}

/* Tells whether the value itself is allowed. */
static inline bool check_value(document *article, const field_binding *binding,
                               const mill_value *value)
{
    switch (value->type) {
    case MILL_NUMBER: return isfinite(value->as.number) || refuse_number(article, binding);
    case MILL_SPAN:
        return range_fault(article, value->as.span.begin, value->as.span.end) == NULL ||
               refuse_span(article, binding, value->as.span);
    case MILL_STRING:
        if (is_piece_of_text(article, value)) return true;
        return is_short_ascii(value->as.string, value->length) ||
               check_bytes(article, binding, value);
    case MILL_JSON:
        return is_short_ascii(value->as.string, value->length) ||
               check_bytes(article, binding, value);
    default: return true;
    }
}

/* Gives zeroed memory of the document. */
static void *take_zeroed(document *article, size_t count, size_t size)
{
    void *taken = document_take(article, count, size);
    return taken != NULL ? memset(taken, 0, count * size) : NULL;
}

/* Returns the values of an attribute for all rows; makes them if need be. */
static inline mill_value *take_column(document *article, const field_binding *binding)
{
    if (binding->layer == SCHEMA_ARTICLE) return article->article + binding->column;
    layer *owner = &article->layers[binding->layer];
    column *wanted = &owner->columns[binding->column];
    if (wanted->values == NULL)
        wanted->values = take_zeroed(article, owner->capacity, sizeof *wanted->values);
    return wanted->values;
}

/* Tells whether a value has bytes of its own. */
static inline bool has_bytes(const mill_value *value)
{
    return value->type == MILL_STRING || value->type == MILL_JSON;
}

/* Returns where an attribute of a row is kept, if a value may be set there; else NULL. */
static inline mill_value *find_target(document *article, uint32_t field, uint32_t row,
                                      const mill_value *value)
{
    const field_binding *binding = find_attribute(article, field);
    if (binding == NULL || !check_target(article, binding, row, value)) return NULL;
    if (!check_value(article, binding, value)) return NULL;
    mill_value *values = take_column(article, binding);
    return values != NULL ? values + row : NULL;
}

/* Copies the bytes of a value to `*room`, which moves behind them. Nothing needs no room, and there
 * may be none. */
static inline const char *keep_bytes(char **room, const mill_value *value)
{
    char *kept = *room;
    if (kept == NULL || value->length == 0) return "";
    *room += value->length;
    return memcpy(kept, value->as.string, value->length);
}

/* All strings of the row share one piece of memory. */
void document_set_row(mill_document *handle, uint32_t first, uint32_t row, const mill_value *values,
                      uint32_t count)
{
    document *article = document_of(handle);
    size_t bytes = 0;
    for (uint32_t i = 0; i < count; i++)
        if (has_bytes(&values[i])) bytes += values[i].length;
    char *room = bytes != 0 ? document_take(article, bytes, 1) : NULL;
    if (room == NULL && bytes != 0) return;
    for (uint32_t i = 0; i < count; i++) {
        mill_value value = values[i];
        if (value.type == MILL_NULL) continue;
        mill_value *target = find_target(article, first + i, row, &values[i]);
        if (target == NULL) return;
        if (has_bytes(&value)) value.as.string = keep_bytes(&room, &value);
        *target = value;
    }
}

void document_set(mill_document *handle, uint32_t field, uint32_t row, const mill_value *value)
{
    document_set_row(handle, field, row, value, 1);
}

/* The first row that is not allowed ends it. */
void document_set_numbers(mill_document *handle, uint32_t field, const double *numbers,
                          uint32_t count)
{
    document *article = document_of(handle);
    const field_binding *binding = find_attribute(article, field);
    mill_value value = {.type = MILL_NUMBER};
    if (count == 0 || binding == NULL || !check_target(article, binding, count - 1, &value)) return;
    mill_value *values = take_column(article, binding);
    for (uint32_t row = 0; row < count && values != NULL; row++) {
        value.as.number = numbers[row];
        if (!check_value(article, binding, &value)) return;
        values[row] = value;
    }
}

/* Returns the values of an attribute for all rows; NULL if none has been set. */
static inline const mill_value *find_column(const document *article, const field_binding *binding)
{
    if (binding->layer == SCHEMA_ARTICLE) return article->article + binding->column;
    return article->layers[binding->layer].columns[binding->column].values;
}

/* A value of another type than was declared has not come through document_set. Nobody expects it,
 * and a number that is taken for a string is a crash. */
mill_value document_get(const mill_document *handle, uint32_t field, uint32_t row)
{
    document *article = document_of(handle);
    const field_binding *binding = find_attribute(article, field);
    const mill_value nothing = {.type = MILL_NULL};
    if (binding == NULL || !binding->present) return nothing;
    if (!has_row(article, binding, row)) return nothing;
    const mill_value *values = find_column(article, binding);
    if (values == NULL || values[row].type == MILL_NULL) return nothing;
    if (values[row].type == binding->type) return values[row];
    document_fault_damaged(article);
    return nothing;
}

/* ---- For all layers ------------------------------------------------------------------------ */

bool document_make_layers(document *article)
{
    const schema *kinds = article->schema;
    size_t column_count = 0;
    for (uint32_t i = 0; i < kinds->layer_count; i++) column_count += kinds->layers[i].columns;
    column *columns = take_zeroed(article, column_count, sizeof *columns);
    article->layers = take_zeroed(article, kinds->layer_count, sizeof *article->layers);
    article->article = take_zeroed(article, kinds->article_columns, sizeof *article->article);
    if (columns == NULL || article->layers == NULL || article->article == NULL) return false;
    for (uint32_t i = 0; i < kinds->layer_count; i++) {
        article->layers[i].columns = columns;
        columns += kinds->layers[i].columns;
    }
    return true;
}

/* Moves one span. Returns false if all that it covered has been deleted. */
static bool move_span(mill_span *span, const alignment *map)
{
    mill_span moved = alignment_text(map, *span);
    bool vanished = span->begin != span->end && moved.begin == moved.end;
    *span = moved;
    return !vanished;
}

static void move_value(mill_value *value, const alignment *map)
{
    if (value->type == MILL_SPAN && !move_span(&value->as.span, map)) value->type = MILL_NULL;
}

/* Moves the spans of a layer and closes the gaps of those that have vanished, in all columns. */
static void move_layer(layer *moving, uint32_t column_count, const alignment *map)
{
    uint32_t kept = 0;
    for (uint32_t row = 0; row < moving->count; row++) {
        mill_span span = moving->spans[row];
        if (!move_span(&span, map)) continue;
        moving->spans[kept] = span;
        for (uint32_t i = 0; i < column_count; i++) {
            mill_value *values = moving->columns[i].values;
            if (values == NULL) continue;
            values[kept] = values[row];
            move_value(&values[kept], map);
        }
        kept++;
    }
    for (uint32_t i = 0; i < column_count; i++)
        if (moving->columns[i].values != NULL)
            memset(moving->columns[i].values + kept, 0,
                   (moving->count - kept) * sizeof(mill_value));
    moving->count = kept;
}

void document_move_spans(document *article, const alignment *map)
{
    const schema *kinds = article->schema;
    for (uint32_t i = 0; i < kinds->layer_count; i++)
        move_layer(&article->layers[i], kinds->layers[i].columns, map);
    for (uint32_t i = 0; i < kinds->article_columns; i++) move_value(&article->article[i], map);
}

const mill_value *document_values(const mill_document *handle, uint32_t field)
{
    document *article = document_of(handle);
    const field_binding *binding = find_attribute(article, field);
    if (binding == NULL || !binding->present) return NULL;
    const mill_value *values = find_column(article, binding);
    uint32_t count = values != NULL ? row_count(article, binding) : 0;
    bool is_sound = true;
    for (uint32_t i = 0; i < count; i++)
        is_sound &= values[i].type == binding->type || values[i].type == MILL_NULL;
    if (is_sound) return values;
    document_fault_damaged(article);
    return NULL;
}
