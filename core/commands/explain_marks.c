/* A sweep along the text: each begin and end of a span is an event, and between two events the
 * marks are the same. For each kind of mark it only counts how many are open, so that spans in any
 * number and any disorder cost no more than sorting them. */
#include "explain_marks.h"

#include "html.h"

#include <stdlib.h>

/* A kind of mark: the spans of a layer, or the places of one of its attributes. */
typedef struct mark_kind {
    const trace_layer *layer;
    const trace_attribute *attribute; /* NULL: the spans themselves */
    size_t colour;
    bool tiles;
    uint32_t open; /* how many there are at this point */
    uint32_t row;  /* of the one that was opened last */
} mark_kind;

typedef struct mark_event {
    uint32_t at;
    uint32_t row;
    uint16_t kind;
    bool opens;
} mark_event;

typedef struct sweep {
    buffer *out;
    mill_text text;
    mark_kind *kinds;
    size_t kind_count;
    mark_event *events;
    size_t event_count;
} sweep;

bool layer_is_tiling(const trace_layer *layer, mill_text text)
{
    size_t covered = 0;
    for (uint32_t row = 0; row < layer->count; row++)
        covered += layer->spans[row].end - layer->spans[row].begin;
    return layer->count > 1 && covered > text.length * 3 / 5;
}

size_t layer_colours(const trace_layer *layer)
{
    size_t count = 1;
    for (size_t i = 0; i < layer->attribute_count; i++)
        count += layer->attributes[i].places != NULL;
    return count;
}

/* ---- Events -------------------------------------------------------------------------------- */

static int compare_events(const void *left, const void *right)
{
    const mark_event *a = left, *b = right;
    if (a->at != b->at) return a->at < b->at ? -1 : 1;
    return (int)a->opens - (int)b->opens;
}

static void add_span(sweep *self, uint16_t kind, uint32_t row, mill_span span, mill_span stretch)
{
    if (span.begin < stretch.begin) span.begin = stretch.begin;
    if (span.end > stretch.end) span.end = stretch.end;
    if (span.begin >= span.end) return;
    self->events[self->event_count++] = (mark_event){span.begin, row, kind, true};
    self->events[self->event_count++] = (mark_event){span.end, row, kind, false};
}

static void add_spans(sweep *self, uint16_t number, mill_span stretch, uint32_t only)
{
    const mark_kind *kind = &self->kinds[number];
    for (uint32_t row = 0; row < kind->layer->count; row++) {
        if (only != UINT32_MAX && row != only) continue;
        if (kind->attribute == NULL)
            add_span(self, number, row, kind->layer->spans[row], stretch);
        else if (kind->attribute->values[row].type == MILL_SPAN)
            add_span(self, number, row, kind->attribute->values[row].as.span, stretch);
    }
}

static void add_kinds(sweep *self, const trace_layer *layer, size_t colour)
{
    size_t place = 0;
    self->kinds[self->kind_count++] = (mark_kind){.layer = layer,
                                                  .colour = colour % MARK_COLOURS,
                                                  .tiles = layer_is_tiling(layer, self->text)};
    for (size_t i = 0; i < layer->attribute_count; i++)
        if (layer->attributes[i].places != NULL)
            self->kinds[self->kind_count++] =
                (mark_kind){.layer = layer,
                            .attribute = &layer->attributes[i],
                            .colour = (colour + ++place) % MARK_COLOURS};
}

/* ---- Marks --------------------------------------------------------------------------------- */

static void put_name(buffer *out, const mark_kind *kind)
{
    html_string(out, kind->layer->name);
    if (kind->attribute == NULL) return;
    buffer_printf(out, " \xC2\xB7 ");
    html_string(out, kind->attribute->field->attribute);
}

/* Opens the element for a stretch, and tells whether there is any mark on it. */
static bool open_mark(const sweep *self)
{
    bool marked = false;
    for (size_t i = 0; i < self->kind_count; i++) {
        const mark_kind *kind = &self->kinds[i];
        if (kind->open == 0) continue;
        buffer_printf(self->out, "%s%s%zu", marked ? " " : "<mark class=\"",
                      kind->tiles               ? kind->row % 2 == 0 ? "even t" : "odd t"
                      : kind->attribute != NULL ? "place m"
                                                : "span m",
                      kind->colour);
        marked = true;
    }
    if (!marked) return false;
    buffer_printf(self->out, "\" title=\"");
    for (size_t i = 0, named = 0; i < self->kind_count; i++) {
        if (self->kinds[i].open == 0) continue;
        if (named++ > 0) buffer_printf(self->out, ", ");
        put_name(self->out, &self->kinds[i]);
        buffer_printf(self->out, " %u", self->kinds[i].row + 1);
    }
    buffer_printf(self->out, "\">");
    return true;
}

static void put_stretch(const sweep *self, uint32_t begin, uint32_t end)
{
    if (begin == end) return;
    bool marked = open_mark(self);
    html_text(self->out, (mill_text){self->text.data + begin, end - begin});
    if (marked) buffer_printf(self->out, "</mark>");
}

static void run_sweep(sweep *self, mill_span stretch)
{
    uint32_t at = stretch.begin;
    if (self->event_count > 0)
        qsort(self->events, self->event_count, sizeof *self->events, compare_events);
    for (size_t i = 0; i < self->event_count; i++) {
        const mark_event *event = &self->events[i];
        mark_kind *kind = &self->kinds[event->kind];
        put_stretch(self, at, event->at);
        at = event->at;
        kind->open += event->opens ? 1u : UINT32_MAX;
        if (event->opens) kind->row = event->row;
    }
    put_stretch(self, at, stretch.end);
}

void put_marked(buffer *out, const trace_layer *layers, size_t layer_count, size_t colour,
                mill_text text, mill_span stretch, uint32_t row)
{
    sweep self = {.out = out, .text = text};
    size_t kinds = 0, spans = 0;
    for (size_t i = 0; i < layer_count; i++) {
        kinds += 1 + layers[i].attribute_count;
        spans += (1 + layers[i].attribute_count) * (row == UINT32_MAX ? layers[i].count : 1);
    }
    self.kinds = calloc(kinds + 1, sizeof *self.kinds);
    self.events = calloc(2 * spans + 1, sizeof *self.events);
    if (self.kinds != NULL && self.events != NULL) {
        for (size_t i = 0; i < layer_count; i++) {
            add_kinds(&self, &layers[i], colour);
            colour += layer_colours(&layers[i]);
        }
        for (size_t i = 0; i < self.kind_count; i++) add_spans(&self, (uint16_t)i, stretch, row);
        run_sweep(&self, stretch);
    } else {
        out->failed = true;
    }
    free(self.kinds);
    free(self.events);
}
