/* A document between two stages that run in different processes: pieces, one behind the other, in
 * the order of the functions below. Most are arrays with their count in front, aligned to 8 bytes;
 * both sides are the same program with the same schema, so they are written as they stand.
 *
 * What comes in was written by a process in which a plug-in may have run wild, and which may go on
 * writing while it is read here. So all of it is copied first, once, and only the copy is looked
 * at; once it has been checked, the document is made of the copy's pieces, in place. */
#include "document_private.h"

#include "utf8.h"

#include <math.h>
#include <string.h>

#define PIECE_ALIGNMENT ((size_t)8)
#define COPY_MARGIN     ((size_t)32)

static const char zeros[MILL_PADDING];

/* ---- Packing ------------------------------------------------------------------------------- */

typedef struct packing {
    buffer *out;
    size_t start; /* where in the buffer the document begins */
} packing;

static void put_bytes(const packing *into, const void *data, size_t size)
{
    buffer_write(into->out, data, size);
}

/* Writes a count, aligned; an array of that many items may follow. */
static void put_count(const packing *into, size_t count)
{
    size_t odd = (into->out->output.length - into->start) % PIECE_ALIGNMENT;
    if (odd != 0) put_bytes(into, zeros, PIECE_ALIGNMENT - odd);
    put_bytes(into, &count, sizeof count);
}

static void put_string(const packing *into, mill_text string)
{
    put_count(into, string.length);
    put_bytes(into, string.data, string.length);
}

static void put_text(const packing *into, mill_text text)
{
    put_string(into, text);
    put_bytes(into, zeros, MILL_PADDING);
}

static bool is_text(const mill_value *value)
{
    return value->type == MILL_STRING || value->type == MILL_JSON;
}

/* Returns a value without what lies in unused bytes, and without a pointer. */
static mill_value plain_value(const mill_value *value)
{
    mill_value plain;
    memset(&plain, 0, sizeof plain);
    plain.type = value->type;
    if (is_text(value)) plain.length = value->length;
    if (value->type == MILL_BOOLEAN) plain.as.boolean = value->as.boolean;
    if (value->type == MILL_INTEGER) plain.as.integer = value->as.integer;
    if (value->type == MILL_NUMBER) plain.as.number = value->as.number;
    if (value->type == MILL_SPAN) plain.as.span = value->as.span;
    return plain;
}

/* Writes values, and behind them the bytes of all strings. */
static void put_values(const packing *into, const mill_value *values, size_t count)
{
    put_count(into, count);
    for (size_t i = 0; i < count; i++) {
        mill_value plain = plain_value(&values[i]);
        put_bytes(into, &plain, sizeof plain);
    }
    for (size_t i = 0; i < count; i++)
        if (is_text(&values[i])) put_bytes(into, values[i].as.string, values[i].length);
}

static void put_metadata(const packing *into, const document *article)
{
    put_count(into, article->metadata_count);
    for (size_t i = 0; i < article->metadata_count; i++) {
        put_string(into, article->metadata[i].key);
        put_string(into, article->metadata[i].json);
    }
}

static void put_texts(const packing *into, const document *article)
{
    const alignment *map = &article->alignment;
    bool is_edited = article->text.data != article->raw.data;
    put_text(into, article->raw);
    put_count(into, is_edited);
    if (!is_edited) return;
    put_text(into, article->text);
    put_count(into, map->count);
    put_bytes(into, map->changes, map->count * sizeof *map->changes);
}

static void put_layers(const packing *into, const document *article)
{
    const schema *kinds = article->schema;
    for (uint32_t i = 0; i < kinds->layer_count; i++) {
        const layer *from = &article->layers[i];
        put_count(into, from->count);
        put_bytes(into, from->spans, from->count * sizeof *from->spans);
        for (uint32_t at = 0; at < kinds->layers[i].columns; at++) {
            const mill_value *values = from->columns[at].values;
            put_values(into, values, values != NULL ? from->count : 0);
        }
    }
    put_values(into, article->article, kinds->article_columns);
}

bool document_pack(const document *article, buffer *out)
{
    const packing into = {out, out->output.length};
    put_string(&into, article->source);
    put_string(&into, article->id);
    put_count(&into, article->id_is_literal);
    put_metadata(&into, article);
    put_texts(&into, article);
    put_layers(&into, article);
    if (!out->failed) return true;
    out->output.length = into.start;
    return false;
}

/* ---- Unpacking ----------------------------------------------------------------------------- */

/* Each take_ function returns false or NULL where it meets anything that cannot be, or if memory
 * has run out. */
typedef struct unpacking {
    document *article;
    char *data; /* the copy */
    size_t at;
    size_t length;
} unpacking;

static void *take_bytes(unpacking *from, size_t count, size_t size)
{
    if (count > (from->length - from->at) / size) return NULL;
    char *bytes = from->data + from->at;
    from->at += count * size;
    return bytes;
}

static bool take_count(unpacking *from, size_t *count)
{
    size_t odd = from->at % PIECE_ALIGNMENT;
    if (odd != 0 && take_bytes(from, PIECE_ALIGNMENT - odd, 1) == NULL) return false;
    const void *bytes = take_bytes(from, 1, sizeof *count);
    if (bytes != NULL) memcpy(count, bytes, sizeof *count);
    return bytes != NULL;
}

static bool take_boolean(unpacking *from, bool *boolean)
{
    size_t count;
    if (!take_count(from, &count) || count > 1) return false;
    *boolean = count == 1;
    return true;
}

static bool take_string(unpacking *from, mill_text *string)
{
    size_t length;
    const char *data = take_count(from, &length) ? take_bytes(from, length, 1) : NULL;
    if (data == NULL || utf8_valid_prefix(data, length) != length) return false;
    *string = (mill_text){data, length};
    return true;
}

static bool take_text(unpacking *from, mill_text *text)
{
    if (!take_string(from, text) || text->length > from->article->text_limit) return false;
    char *padding = take_bytes(from, MILL_PADDING, 1);
    if (padding != NULL) memset(padding, 0, MILL_PADDING);
    return padding != NULL;
}

static bool take_names(unpacking *from)
{
    mill_text source, id;
    bool is_literal;
    if (!take_string(from, &source) || !take_string(from, &id) || !take_boolean(from, &is_literal))
        return false;
    from->article->source = source;
    from->article->id = id;
    from->article->id_is_literal = is_literal;
    return true;
}

static bool take_metadata(unpacking *from)
{
    document *article = from->article;
    size_t count;
    bool is_possible = take_count(from, &count) && count <= from->length / sizeof count;
    metadata_member *members =
        is_possible ? document_take(article, count, sizeof *article->metadata) : NULL;
    if (members == NULL) return false;
    for (size_t i = 0; i < count; i++)
        if (!take_string(from, &members[i].key) || !take_string(from, &members[i].json) ||
            members[i].json.length == 0)
            return false;
    article->metadata = members;
    article->metadata_count = article->metadata_capacity = count;
    return true;
}

/* ---- The texts ----------------------------------------------------------------------------- */

static bool is_range(mill_text text, mill_span span)
{
    return span.begin <= span.end && span.end <= text.length &&
           utf8_is_boundary(text.data, text.length, span.begin) &&
           utf8_is_boundary(text.data, text.length, span.end);
}

/* Tells whether a change is followed by the same bytes in the text and in the source, up to where
 * the next one begins. */
static bool is_same_behind(alignment_change change, mill_text text, size_t text_end,
                           mill_text source, size_t source_end)
{
    size_t at = change.text.end, source_at = change.source.end;
    return at <= text_end && source_at <= source_end && text_end - at == source_end - source_at &&
           memcmp(text.data + at, source.data + source_at, text_end - at) == 0;
}

/* Tells whether an alignment leads from all of `text` to all of `source`, as alignment.c says it
 * must: sorted, disjoint, and no two changes at one place. */
static bool fits_texts(const alignment *map, mill_text text, mill_text source)
{
    alignment_change before = {{0, 0}, {0, 0}};
    for (size_t i = 0; i < map->count; i++) {
        alignment_change next = map->changes[i];
        bool at_one_place = i != 0 && (next.text.begin == before.text.begin ||
                                       next.source.begin == before.source.begin);
        if (at_one_place || !is_range(text, next.text) || !is_range(source, next.source) ||
            !is_same_behind(before, text, next.text.begin, source, next.source.begin))
            return false;
        before = next;
    }
    return is_same_behind(before, text, text.length, source, source.length);
}

static bool take_texts(unpacking *from)
{
    document *article = from->article;
    mill_text raw, text;
    alignment map;
    bool is_edited;
    if (!take_text(from, &raw) || !take_boolean(from, &is_edited)) return false;
    article->raw = article->text = raw;
    if (!is_edited) return true;
    if (!take_text(from, &text) || !take_count(from, &map.count)) return false;
    map.changes = take_bytes(from, map.count, sizeof *map.changes);
    if (map.changes == NULL || !fits_texts(&map, text, raw)) return false;
    article->text = text;
    article->text_capacity = text.length + MILL_PADDING;
    article->alignment = map;
    return true;
}

/* ---- Spans and attributes ------------------------------------------------------------------ */

static mill_span *take_spans(unpacking *from, size_t *count)
{
    mill_span *spans = NULL;
    if (take_count(from, count) && *count <= UINT32_MAX)
        spans = take_bytes(from, *count, sizeof *spans);
    for (size_t i = 0; spans != NULL && i < *count; i++)
        if (!is_range(from->article->text, spans[i]) ||
            (i != 0 && spans[i].begin < spans[i - 1].begin))
            return NULL;
    return spans;
}

static bool take_value_bytes(unpacking *from, mill_value *value)
{
    const char *bytes = take_bytes(from, value->length, 1);
    if (bytes == NULL || utf8_valid_prefix(bytes, value->length) != value->length) return false;
    value->as.string = bytes;
    return value->type == MILL_STRING || value->length != 0;
}

/* Checks a value. The schema does not know its type: document_get compares it with what is asked
 * for. */
static bool take_value(unpacking *from, mill_value *value)
{
    unsigned char truth;
    switch (value->type) {
    case MILL_NULL:
    case MILL_INTEGER: return true;
    case MILL_BOOLEAN: memcpy(&truth, &value->as, 1); return truth <= 1;
    case MILL_NUMBER: return isfinite(value->as.number);
    case MILL_SPAN: return is_range(from->article->text, value->as.span);
    case MILL_STRING:
    case MILL_JSON: return take_value_bytes(from, value);
    default: return false;
    }
}

static mill_value *take_values(unpacking *from, size_t *count)
{
    mill_value *values = NULL;
    if (take_count(from, count)) values = take_bytes(from, *count, sizeof *values);
    for (size_t i = 0; values != NULL && i < *count; i++)
        if (!take_value(from, &values[i])) return NULL;
    return values;
}

static bool take_layer(unpacking *from, layer *target, uint32_t columns)
{
    size_t count, value_count;
    mill_span *spans = take_spans(from, &count);
    if (spans == NULL) return false;
    for (uint32_t i = 0; i < columns; i++) {
        mill_value *values = take_values(from, &value_count);
        if (values == NULL || (value_count != 0 && value_count != count)) return false;
        if (value_count != 0) target->columns[i].values = values;
    }
    target->spans = spans;
    target->capacity = count;
    target->count = (uint32_t)count;
    return true;
}

static bool take_layers(unpacking *from)
{
    document *article = from->article;
    const schema *kinds = article->schema;
    size_t count;
    for (uint32_t i = 0; i < kinds->layer_count; i++)
        if (!take_layer(from, &article->layers[i], kinds->layers[i].columns)) return false;
    mill_value *values = take_values(from, &count);
    if (values == NULL || count != kinds->article_columns) return false;
    article->article = values;
    return true;
}

/* The arena takes a piece that ends where the next one begins for its newest, and lets it grow in
 * place; some bytes behind the copy see to it that none of its parts does. */
static bool take_copy(unpacking *from, mill_text packed)
{
    from->length = packed.length;
    from->data = document_take(from->article, packed.length + COPY_MARGIN, 1);
    if (from->data == NULL) return false;
    if (packed.length != 0) memcpy(from->data, packed.data, packed.length);
    return true;
}

bool document_unpack(document *article, mill_text packed)
{
    unpacking from = {.article = article};
    if (!take_copy(&from, packed)) return false;
    bool is_sound = take_names(&from) && take_metadata(&from) && take_texts(&from) &&
                    take_layers(&from) && from.at == from.length;
    if (!is_sound) document_fault_damaged(article);
    return is_sound;
}
