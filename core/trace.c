/* What a step has added is found by its bindings: fields of the schema that it provides. They are
 * read through the view of the writers, which sees everything. */
#include "trace.h"

#include <string.h>

#define MEMORY_LIMIT ((size_t)1 << 36) /* of addresses: only what is used is taken */

static void *take(trace *self, size_t count, size_t size)
{
    void *taken = arena_alloc_array(&self->memory, count + 1, size);
    if (taken == NULL) self->failed = true;
    return taken;
}

static mill_text copy_text(trace *self, mill_text text)
{
    char *copy = take(self, text.length, 1);
    if (copy == NULL) return (mill_text){"", 0};
    if (text.length > 0) memcpy(copy, text.data, text.length);
    copy[text.length] = '\0';
    return (mill_text){copy, text.length};
}

bool trace_open(trace *self, const pipeline *chain, const pipeline_step *reader)
{
    *self = (trace){.chain = chain, .reader = reader};
    arena_init(&self->memory, MEMORY_LIMIT);
    self->steps = take(self, 1 + chain->stage_count + chain->output_count, sizeof *self->steps);
    return history_begin(&self->history, &self->memory, (mill_text){"", 0}) && !self->failed;
}

void trace_close(trace *self)
{
    arena_clear(&self->memory);
}

/* ---- Fields -------------------------------------------------------------------------------- */

/* What a snapshot is taken of. */
typedef struct snapshot {
    trace *trace;
    mill_document *handle;
    const document_view *all;   /* the fields of the chain, in order */
    const document_view *added; /* of the step whose fields are wanted; NULL: all */
} snapshot;

static bool is_wanted(const snapshot *self, uint32_t field)
{
    const field_binding *binding = &self->all->fields[field];
    if (self->added == NULL) return true;
    for (uint32_t i = 0; i < self->added->field_count; i++) {
        const field_binding *own = &self->added->fields[i];
        if (own->provided && own->layer == binding->layer && own->column == binding->column &&
            (own->type == MILL_LAYER) == (binding->type == MILL_LAYER))
            return true;
    }
    return false;
}

static mill_span in_code_points(const snapshot *self, mill_span span)
{
    return (mill_span){document_text_offset(self->handle, MILL_CODE_POINTS, span.begin),
                       document_text_offset(self->handle, MILL_CODE_POINTS, span.end)};
}

static trace_attribute take_attribute(const snapshot *self, uint32_t field, uint32_t rows)
{
    trace *to = self->trace;
    trace_attribute taken = {.field = &to->chain->fields[field]};
    bool is_place = taken.field->type == MILL_SPAN;
    taken.values = take(to, rows, sizeof *taken.values);
    if (is_place) taken.places = take(to, rows, sizeof *taken.places);
    if (taken.values == NULL || (is_place && taken.places == NULL)) return taken;
    for (uint32_t row = 0; row < rows; row++) {
        mill_value value = document_get(self->handle, field, row);
        if (value.type == MILL_STRING || value.type == MILL_JSON)
            value.as.string = copy_text(to, (mill_text){value.as.string, value.length}).data;
        if (is_place)
            taken.places[row] =
                value.type == MILL_SPAN ? in_code_points(self, value.as.span) : (mill_span){0, 0};
        taken.values[row] = value;
    }
    return taken;
}

static trace_layer take_spans(const snapshot *self, uint32_t field)
{
    trace *to = self->trace;
    trace_layer taken = {.name = to->chain->fields[field].layer, .is_new = is_wanted(self, field)};
    const mill_span *spans = document_spans(self->handle, field, &taken.count);
    taken.spans = take(to, taken.count, sizeof *taken.spans);
    taken.places = take(to, taken.count, sizeof *taken.places);
    if (taken.spans == NULL || taken.places == NULL) return (trace_layer){.name = taken.name};
    for (uint32_t row = 0; row < taken.count; row++) {
        taken.spans[row] = spans[row];
        taken.places[row] = in_code_points(self, spans[row]);
    }
    return taken;
}

/* Takes a layer and those of its attributes that are wanted, which follow it in the list of fields.
 * Returns the number of the field behind them. */
static uint32_t take_layer(const snapshot *self, uint32_t field, trace_fields *to)
{
    const pipeline *chain = self->trace->chain;
    uint32_t end = field + 1, wanted = is_wanted(self, field);
    while (end < chain->field_count && chain->fields[end].layer != NULL &&
           chain->fields[end].attribute != NULL)
        wanted += is_wanted(self, end++);
    if (wanted == 0) return end;
    trace_layer *layer = &to->layers[to->layer_count++];
    *layer = take_spans(self, field);
    layer->attributes = take(self->trace, end - field, sizeof *layer->attributes);
    for (uint32_t i = field + 1; i < end && layer->attributes != NULL; i++)
        if (is_wanted(self, i))
            layer->attributes[layer->attribute_count++] = take_attribute(self, i, layer->count);
    return end;
}

/* Copies fields of a document: those that a step has added, or all. */
static trace_fields take_fields(trace *self, document *article, const document_view *added)
{
    const pipeline *chain = self->chain;
    const snapshot now = {self, document_handle(article), &chain->outputs[0].view, added};
    trace_fields taken = {.layer_count = 0};
    taken.layers = take(self, chain->schema.layer_count, sizeof *taken.layers);
    taken.attributes = take(self, chain->schema.article_columns, sizeof *taken.attributes);
    if (taken.layers == NULL || taken.attributes == NULL) return taken;
    document_set_view(article, now.all);
    for (uint32_t i = 0; i < chain->field_count;) {
        if (chain->fields[i].layer != NULL) {
            i = take_layer(&now, i, &taken);
            continue;
        }
        if (is_wanted(&now, i))
            taken.attributes[taken.attribute_count++] = take_attribute(&now, i, 1);
        i++;
    }
    return taken;
}

/* ---- Steps --------------------------------------------------------------------------------- */

static const pipeline_step *step_of_row(const trace *self, size_t row)
{
    const pipeline *chain = self->chain;
    if (row == 0) return self->reader;
    if (row <= chain->stage_count) return &chain->stages[row - 1];
    return &chain->outputs[row - 1 - chain->stage_count];
}

static trace_step *add_step(trace *self, size_t row, mill_status status, const char *reason)
{
    trace_step *step = &self->steps[self->step_count++];
    *step = (trace_step){.step = step_of_row(self, row), .status = status};
    if (reason != NULL) step->reason = copy_text(self, (mill_text){reason, strlen(reason)}).data;
    return step;
}

/* Takes what the reader has decoded. */
static void take_article(trace *self, const document *article)
{
    const mill_document *handle = document_handle((document *)(uintptr_t)article);
    self->source = copy_text(self, document_source(handle));
    self->id = copy_text(self, document_id(handle, NULL));
    if (!history_begin(&self->history, &self->memory, document_raw(handle))) self->failed = true;
}

void trace_watch(void *user, size_t row, document *article, mill_status status,
                 uint64_t nanoseconds)
{
    trace *self = user;
    const char *fault = document_fault(article);
    bool is_failed = status != MILL_OK && status != MILL_DROPPED;
    bool is_stage = row > 0 && row <= self->chain->stage_count;
    if (is_failed && fault == NULL) fault = "failed, and the plug-in does not say why";
    trace_step *step = add_step(self, row, is_failed ? MILL_FAILED : status, fault);
    step->nanoseconds = nanoseconds;
    if (row == 0) take_article(self, article);
    if (!is_stage || is_failed) return;
    if (!history_add(&self->history, (uint32_t)row, document_stage_edits(article),
                     document_text(document_handle(article))))
        self->failed = true;
    step->added = take_fields(self, article, &step->step->view);
}

void trace_death(trace *self, size_t row, const char *reason)
{
    add_step(self, row, MILL_FAILED, reason);
}

void trace_finish(trace *self, document *article)
{
    self->fields = take_fields(self, article, NULL);
}

mill_span trace_surroundings(const trace_layer *layer, uint32_t row, uint32_t most)
{
    mill_span all = layer->spans[row];
    for (size_t i = 0; i < layer->attribute_count; i++) {
        const mill_value *value = &layer->attributes[i].values[row];
        if (value->type != MILL_SPAN) continue;
        mill_span place = value->as.span;
        uint32_t begin = place.begin < all.begin ? place.begin : all.begin;
        uint32_t end = place.end > all.end ? place.end : all.end;
        if (end - begin <= most) all = (mill_span){begin, end};
    }
    return all;
}
