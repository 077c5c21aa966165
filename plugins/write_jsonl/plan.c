/* Walks the fields in order and gathers the constant text between two values in a draft; when it
 * comes to a value, the draft becomes a piece. Every member's name is claimed, so that no object
 * can get two members of one name. Runs once; nothing here needs to be fast.
 */
#include "plan.h"

typedef struct planner {
    mill_setup *setup;
    const mill_field *fields;
    uint32_t field_count;
    bool *placed; /* fields that have their place in the line */

    char *draft; /* constant text since the last value */
    size_t length, capacity;
    bool first; /* no comma before the next member */

    mill_text *claims; /* names taken in the object that is planned: "sentiment.pos" */
    size_t claim_count, claim_capacity;
    mill_status status;
} planner;

/* ---- Text ---------------------------------------------------------------------------------- */

/* Gives memory, or notes that there is none. */
static void *take(planner *at, size_t size)
{
    void *memory = mill_setup_alloc(at->setup, size);
    if (memory == NULL) at->status = MILL_FAILED;
    return memory;
}

static void draft(planner *at, const char *data, size_t length)
{
    if (at->length + length > at->capacity) {
        size_t capacity = 2 * (at->length + length);
        char *larger = take(at, capacity);
        if (larger == NULL) return;
        if (at->length > 0) memcpy(larger, at->draft, at->length);
        at->draft = larger;
        at->capacity = capacity;
    }
    memcpy(at->draft + at->length, data, length);
    at->length += length;
}

static void draft_string(planner *at, const char *string)
{
    draft(at, string, strlen(string));
}

/* Drafts `,"NAME":`, NAME being a name and an ending. */
static void draft_name(planner *at, mill_text name, const char *ending)
{
    if (!at->first) draft_string(at, ",");
    at->first = false;
    draft_string(at, "\"");
    draft(at, name.data, name.length);
    draft_string(at, ending);
    draft_string(at, "\":");
}

/* Makes the draft a piece and starts a new one. */
static piece take_piece(planner *at)
{
    size_t length = at->length;
    char *data = take(at, length + PIECE_STEP);
    at->length = 0;
    if (data == NULL) return (piece){"", 0};
    if (length > 0) memcpy(data, at->draft, length);
    return (piece){data, length};
}

/* ---- Names --------------------------------------------------------------------------------- */

/* Takes a name, made of a path and an ending, in the object that is planned. */
static void claim(planner *at, mill_text path, const char *ending)
{
    size_t length = path.length + strlen(ending);
    char *name = take(at, length + 1);
    if (name == NULL) return;
    memcpy(name, path.data, path.length);
    memcpy(name + path.length, ending, strlen(ending));
    for (size_t i = 0; i < at->claim_count; i++) {
        if (at->claims[i].length != length || memcmp(at->claims[i].data, name, length) != 0)
            continue;
        at->status = mill_setup_fail(
            at->setup,
            "two members of one object would be called '%s'; rename a layer or attribute", name);
        return;
    }
    if (at->claim_count < at->claim_capacity)
        at->claims[at->claim_count++] = (mill_text){name, length};
}

static void claim_string(planner *at, const char *name)
{
    claim(at, (mill_text){name, strlen(name)}, "");
}

/* ---- Members ------------------------------------------------------------------------------- */

static bool is_layer(const mill_field *field)
{
    return field->attribute == NULL;
}

/* Tells whether a field is an attribute of `layer`; NULL is the article. */
static bool is_of(const mill_field *field, const char *layer)
{
    if (is_layer(field)) return false;
    if (field->layer == NULL || layer == NULL) return field->layer == layer;
    return strcmp(field->layer, layer) == 0;
}

/* Plans the value of a field; `name` is the last part of its path. */
static void add_value(planner *at, plan_object *object, uint32_t field, mill_text name)
{
    const mill_field *declared = &at->fields[field];
    bool is_span = declared->type == MILL_SPAN;
    mill_text path = {declared->attribute, strlen(declared->attribute)};
    plan_member *member = &object->members[object->count++];
    member->field = field;
    claim(at, path, is_span ? "_begin" : "");
    draft_name(at, name, is_span ? "_begin" : "");
    member->before = take_piece(at);
    if (!is_span) return;
    claim(at, path, "_end");
    draft_name(at, name, "_end");
    member->between = take_piece(at);
}

/* Plans all attributes of `layer` whose names start with `prefix`, which is empty or ends with a
 * dot. Those that share the next part of their names become one object. */
static void add_members(planner *at, plan_object *object, const char *layer, mill_text prefix)
{
    for (uint32_t i = 0; i < at->field_count; i++) {
        const mill_field *field = &at->fields[i];
        if (at->placed[i] || !is_of(field, layer)) continue;
        if (strncmp(field->attribute, prefix.data, prefix.length) != 0) continue;
        const char *part = field->attribute + prefix.length;
        const char *dot = strchr(part, '.');
        mill_text name = {part, dot != NULL ? (size_t)(dot - part) : strlen(part)};
        mill_text path = {field->attribute, prefix.length + name.length};
        if (dot == NULL) {
            at->placed[i] = true;
            add_value(at, object, i, name);
            continue;
        }
        claim(at, path, "");
        draft_name(at, name, "");
        draft_string(at, "{");
        at->first = true;
        add_members(at, object, layer, (mill_text){path.data, path.length + 1});
        draft_string(at, "}");
        at->first = false;
    }
}

/* Plans the attributes of `layer`, or of the article, and what closes their object. */
static void add_object(planner *at, plan_object *object, const char *layer, const char *closing)
{
    object->members = take(at, (at->field_count + 1) * sizeof *object->members);
    if (object->members == NULL) return;
    add_members(at, object, layer, (mill_text){"", 0});
    draft_string(at, closing);
    object->after = take_piece(at);
}

static void add_layer(planner *at, plan *result, uint32_t field, const plan_request *request)
{
    const char *name = at->fields[field].layer;
    plan_layer *layer = &result->layers[result->layer_count++];
    layer->field = field;
    draft_name(at, (mill_text){name, strlen(name)}, "");
    draft_string(at, "[");
    layer->before = take_piece(at);
    at->claim_count = 0;
    claim_string(at, "begin");
    claim_string(at, "end");
    if (request->raw_offsets) {
        claim_string(at, "raw_begin");
        claim_string(at, "raw_end");
    }
    add_object(at, &layer->row, name, "}");
}

/* ---- The whole ----------------------------------------------------------------------------- */

/* Keeps the claims that are names of the line's own members. */
static void keep_names(planner *at, plan *result)
{
    result->names = take(at, at->claim_count * sizeof *result->names + 1);
    if (result->names == NULL) return;
    for (size_t i = 0; i < at->claim_count; i++)
        if (memchr(at->claims[i].data, '.', at->claims[i].length) == NULL)
            result->names[result->name_count++] = at->claims[i];
}

static void add_article(planner *at, plan *result, const plan_request *request)
{
    at->claim_count = 0;
    claim_string(at, "id");
    if (request->text) claim_string(at, "text");
    if (request->alignment) claim_string(at, "align");
    for (size_t i = 0; i < result->layer_count; i++)
        claim_string(at, at->fields[result->layers[i].field].layer);
    add_object(at, &result->article, NULL, "}\n");
    keep_names(at, result);
}

mill_status plan_make(plan *result, mill_setup *setup, const plan_request *request)
{
    planner at = {.setup = setup};
    at.fields = mill_setup_fields(setup, &at.field_count);
    /* each attribute claims two names and an object for each dot: a path of n bytes has fewer dots
     */
    at.claim_capacity = 4;
    for (uint32_t i = 0; i < at.field_count; i++)
        at.claim_capacity += 2 + (is_layer(&at.fields[i]) ? 0 : strlen(at.fields[i].attribute));
    at.claims = take(&at, at.claim_capacity * sizeof *at.claims);
    at.placed = take(&at, at.field_count + 1);
    result->layers = take(&at, (at.field_count + 1) * sizeof *result->layers);
    if (at.status != MILL_OK) return MILL_FAILED;
    for (uint32_t i = 0; i < at.field_count; i++)
        if (is_layer(&at.fields[i])) add_layer(&at, result, i, request);
    add_article(&at, result, request);
    return at.status;
}
