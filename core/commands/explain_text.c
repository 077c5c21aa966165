/* For people on a terminal: a paragraph for each step, the differences with a little of the text
 * around them, what was added as a list, and at the end the article with its spans in colour.
 * Without colours [-removed-] and {+inserted+} stand in the differences, as wdiff has it. */
#include "explain.h"

#include "characters.h"
#include "utf8.h"

#include <stdio.h>

enum {
    INDENT = 2,
    INNER_INDENT = 4,
    CONTEXT = 30,     /* code points around a change */
    LONG_PIECE = 240, /* bytes of a change that are shown */
    MOST_CHANGES = 8,
    MOST_SPANS = 6,
    LONGEST_ROW = 700,    /* bytes of a span and what belongs to it */
    WIDEST_CONTEXT = 400, /* bytes from a span to the places that belong to it */
    ROW_INDENT = 7,
    BESIDE = 24,     /* columns for an attribute beside its span */
    ROOM_BESIDE = 62 /* columns that a line must have for that */
};

#define ELLIPSIS "\xE2\x80\xA6"
#define DOT      " \xC2\xB7 "

typedef struct page {
    const explanation *told;
    const trace *trace;
    terminal *to;
} page;

static mill_text words(const char *text)
{
    return (mill_text){text, strlen(text)};
}

static void put_faint(terminal *to, const char *text)
{
    terminal_style_set(to, STYLE_FAINT);
    terminal_printf(to, "%s", text);
    terminal_style_set(to, STYLE_PLAIN);
}

/* ---- Differences ----------------------------------------------------------------------------- */

/* Returns the first, or the last, so many code points of a text. */
static mill_text cut(mill_text text, size_t count, bool last)
{
    size_t length = 0, at = text.length;
    if (!last) {
        while (length < text.length && count > 0)
            count -= utf8_is_boundary(text.data, text.length, ++length);
        return (mill_text){text.data, length};
    }
    while (at > 0 && count > 0) count -= utf8_is_boundary(text.data, text.length, --at);
    return (mill_text){text.data + at, text.length - at};
}

static void put_wrapped(const page *self, mill_text text)
{
    terminal_wrapped(self->to, text, INNER_INDENT, false);
}

/* Puts a piece that was removed or inserted; the middle of a long one is left out. */
static void put_changed(const page *self, const history_piece *piece, history_fate fate)
{
    terminal *to = self->to;
    buffer revealed;
    buffer_init(&revealed, NULL, SIZE_MAX / 2);
    characters_reveal(&revealed, piece->text);
    const mill_text text = {revealed.output.data, revealed.output.length};
    bool removed = fate == HISTORY_REMOVED;
    terminal_style_set(to, removed ? STYLE_REMOVED : STYLE_INSERTED);
    if (!to->coloured) put_wrapped(self, words(removed ? "[-" : "{+"));
    if (self->told->full || text.length <= LONG_PIECE) {
        put_wrapped(self, text);
    } else {
        char middle[80];
        mill_text front = cut(text, LONG_PIECE / 3, false), end = cut(text, LONG_PIECE / 6, true);
        mill_text rest = {text.data + front.length, text.length - front.length - end.length};
        snprintf(middle, sizeof middle, " " ELLIPSIS " %zu characters " ELLIPSIS " ",
                 utf8_count_code_points(rest.data, rest.length));
        put_wrapped(self, front);
        terminal_style_set(to, STYLE_FAINT);
        put_wrapped(self, words(middle));
        terminal_style_set(to, removed ? STYLE_REMOVED : STYLE_INSERTED);
        put_wrapped(self, end);
    }
    if (!to->coloured) put_wrapped(self, words(removed ? "-]" : "+}"));
    terminal_style_set(to, STYLE_PLAIN);
    buffer_clear(&revealed);
}

/* Puts what lies between two changes: its beginning belongs to the one before, its end to the one
 * behind, which begins a line of its own if something is left out. */
static void put_between(const page *self, mill_text text, bool is_first, bool is_last)
{
    mill_text front = cut(text, is_first ? 0 : CONTEXT, false);
    mill_text end = cut(text, is_last ? 0 : CONTEXT, true);
    bool whole = front.length + end.length >= text.length;
    terminal_style_set(self->to, STYLE_FAINT);
    if (whole) {
        put_wrapped(self, text);
    } else {
        put_wrapped(self, front);
        if (!is_first) put_wrapped(self, words(ELLIPSIS));
        if (!is_first && !is_last) terminal_line(self->to);
        if (!is_last) put_wrapped(self, words(ELLIPSIS));
        put_wrapped(self, end);
    }
    terminal_style_set(self->to, STYLE_PLAIN);
}

/* Shows the first changes of a stage. */
static void put_difference(const page *self, uint32_t stage, size_t changes)
{
    const text_history *history = &self->trace->history;
    size_t most = self->told->full ? changes : MOST_CHANGES, seen = 0;
    mill_text kept = {NULL, 0}; /* pieces that touch in the text may lie apart in memory */
    bool within = false;
    buffer between;
    buffer_init(&between, NULL, SIZE_MAX / 2);
    for (size_t i = 0; i < history->count; i++) {
        const history_piece *piece = &history->pieces[i];
        history_fate fate = history_fate_of(piece, stage);
        if (fate == HISTORY_ABSENT) continue;
        if (fate == HISTORY_KEPT) {
            within = false;
            if (seen < most || kept.length == 0)
                buffer_write(&between, piece->text.data, piece->text.length);
            continue;
        }
        if (!within && seen == most) break;
        if (!within) {
            kept = (mill_text){between.output.data, between.output.length};
            put_between(self, kept, seen == 0, false);
            buffer_reset(&between);
            seen++;
        }
        within = true;
        put_changed(self, piece, fate);
    }
    put_between(self, (mill_text){between.output.data, between.output.length}, seen == 0, true);
    buffer_clear(&between);
    terminal_line(self->to);
    if (seen == changes) return;
    terminal_blanks(self->to, INNER_INDENT);
    terminal_style_set(self->to, STYLE_FAINT);
    terminal_printf(self->to, "and %zu more changes; --full shows them", changes - seen);
    terminal_style_set(self->to, STYLE_PLAIN);
    terminal_line(self->to);
}

/* ---- Spans ----------------------------------------------------------------------------------- */

/* The style of a place that belongs to a span: another than that of the layer. */
static terminal_style place_style(size_t attribute)
{
    return terminal_layer_style(1 + attribute);
}

/* Tells what a byte of the text belongs to: a place of the row, else its span, else nothing. Sets
 * `*end` to where that changes, at most. */
static terminal_style style_at(const trace_layer *layer, uint32_t row, uint32_t at, uint32_t *end)
{
    terminal_style style = STYLE_FAINT;
    mill_span span = layer->spans[row];
    if (at < span.begin && span.begin < *end) *end = span.begin;
    if (at >= span.begin && at < span.end) {
        style = STYLE_LAYER;
        if (span.end < *end) *end = span.end;
    }
    for (size_t i = 0, places = 0; i < layer->attribute_count; i++) {
        const trace_attribute *attribute = &layer->attributes[i];
        if (attribute->places == NULL) continue;
        terminal_style own = place_style(places++);
        if (attribute->values[row].type != MILL_SPAN) continue;
        mill_span place = attribute->values[row].as.span;
        if (at < place.begin && place.begin < *end) *end = place.begin;
        if (at < place.begin || at >= place.end) continue;
        style = own;
        if (place.end < *end) *end = place.end;
    }
    return style;
}

static void put_value(terminal *to, const mill_value *value, size_t indent)
{
    buffer number;
    buffer_init(&number, NULL, 1 << 10);
    switch (value->type) {
    case MILL_BOOLEAN:
        terminal_wrapped(to, words(value->as.boolean ? "yes" : "no"), indent, false);
        break;
    case MILL_INTEGER: buffer_printf(&number, "%lld", (long long)value->as.integer); break;
    case MILL_NUMBER: buffer_number(&number, value->as.number); break;
    case MILL_STRING:
    case MILL_JSON: {
        mill_text text = {value->as.string, value->length};
        mill_text front = cut(text, 60, false);
        terminal_wrapped(to, front, indent, false);
        if (front.length < text.length) terminal_wrapped(to, words(ELLIPSIS), indent, false);
        break;
    }
    default: break;
    }
    terminal_wrapped(to, (mill_text){number.output.data, number.output.length}, indent, false);
    buffer_clear(&number);
}

/* Tells whether a value says what the place of the same name shows already. */
static bool is_shown(const mill_value *value)
{
    return value->type == MILL_NULL || value->type == MILL_SPAN;
}

/* Puts "name value" with dots between, in lines. */
static void put_attributes(const page *self, const trace_attribute *attributes, size_t count,
                           uint32_t row, size_t indent)
{
    terminal *to = self->to;
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        const mill_value *value = &attributes[i].values[row];
        if (is_shown(value)) continue;
        terminal_style_set(to, STYLE_FAINT);
        if (!first) terminal_wrapped(to, words(DOT), indent, false);
        terminal_wrapped(to, words(attributes[i].field->attribute), indent, false);
        terminal_style_set(to, STYLE_PLAIN);
        terminal_wrapped(to, words(" "), indent, false);
        put_value(to, value, indent);
        first = false;
    }
    if (!first) terminal_line(to);
}

/* Puts a span with the places that belong to it, each in its colour. */
static void put_in_context(const page *self, const trace_layer *layer, uint32_t row, mill_text text)
{
    terminal *to = self->to;
    mill_span all = trace_surroundings(layer, row, WIDEST_CONTEXT);
    bool is_long = !self->told->full && all.end - all.begin > LONGEST_ROW;
    if (is_long)
        for (all.end = all.begin + LONGEST_ROW; !utf8_is_boundary(text.data, text.length, all.end);)
            all.end--;
    for (uint32_t at = all.begin; at < all.end;) {
        uint32_t end = all.end;
        terminal_style_set(to, style_at(layer, row, at, &end));
        terminal_wrapped(to, (mill_text){text.data + at, end - at}, ROW_INDENT, false);
        at = end;
    }
    if (is_long) terminal_wrapped(to, words(ELLIPSIS), ROW_INDENT, false);
    terminal_style_set(to, STYLE_PLAIN);
    terminal_line(to);
    terminal_blanks(to, ROW_INDENT);
    put_attributes(self, layer->attributes, layer->attribute_count, row, ROW_INDENT);
}

/* Puts a span on one line, with an attribute or none behind it and more of them below. */
static void put_excerpt(const page *self, const trace_layer *layer, uint32_t row, mill_text text)
{
    terminal *to = self->to;
    mill_span span = layer->spans[row];
    bool beside = layer->attribute_count == 1 && to->width >= ROOM_BESIDE;
    size_t room = to->width - ROW_INDENT - (beside ? BESIDE : 0);
    terminal_excerpt(to, (mill_text){text.data + span.begin, span.end - span.begin}, room);
    if (beside) {
        terminal_to_column(to, to->width - BESIDE + 2);
    } else {
        terminal_line(to);
        terminal_blanks(to, ROW_INDENT);
    }
    put_attributes(self, layer->attributes, layer->attribute_count, row,
                   beside ? to->width - BESIDE + 2 : ROW_INDENT);
}

static bool has_places(const trace_layer *layer)
{
    for (size_t i = 0; i < layer->attribute_count; i++)
        if (layer->attributes[i].places != NULL) return true;
    return false;
}

static void put_row(const page *self, const trace_layer *layer, uint32_t row, mill_text text)
{
    terminal *to = self->to;
    char number[20];
    int length = snprintf(number, sizeof number, "%u", row + 1);
    terminal_to_column(to, length < ROW_INDENT - 2 ? (size_t)(ROW_INDENT - 2 - length) : 0);
    put_faint(to, number);
    terminal_to_column(to, ROW_INDENT);
    if (has_places(layer))
        put_in_context(self, layer, row, text);
    else
        put_excerpt(self, layer, row, text);
    if (to->column > 0) terminal_drop_line(to);
}

/* "+ quotes  5 spans"; or, for a layer that was there, "+ sentences: sentiment  16 spans". */
static void put_layer_heading(const page *self, const trace_layer *layer)
{
    terminal *to = self->to;
    const char *between = ": ";
    terminal_blanks(to, INDENT);
    terminal_style_set(to, STYLE_GOOD);
    terminal_printf(to, "+ ");
    terminal_style_set(to, STYLE_HEADING);
    terminal_printf(to, "%s", layer->name);
    for (size_t i = 0; i < layer->attribute_count && !layer->is_new; i++, between = ", ")
        terminal_printf(to, "%s%s", between, layer->attributes[i].field->attribute);
    terminal_style_set(to, STYLE_FAINT);
    terminal_blanks(to, 2);
    terminal_printf(to, "%u %s", layer->count, layer->count == 1 ? "span" : "spans");
    terminal_style_set(to, STYLE_PLAIN);
    terminal_line(to);
}

static void put_layer(const page *self, const trace_layer *layer, mill_text text)
{
    terminal *to = self->to;
    uint32_t most = self->told->full || layer->count <= MOST_SPANS + 1 ? layer->count : MOST_SPANS;
    put_layer_heading(self, layer);
    for (uint32_t row = 0; row < most; row++) put_row(self, layer, row, text);
    if (most == layer->count) return;
    terminal_blanks(to, ROW_INDENT);
    terminal_style_set(to, STYLE_FAINT);
    terminal_printf(to, "and %u more; --full shows them", layer->count - most);
    terminal_style_set(to, STYLE_PLAIN);
    terminal_line(to);
}

static bool has_values(const trace_fields *fields)
{
    for (size_t i = 0; i < fields->attribute_count; i++)
        if (!is_shown(&fields->attributes[i].values[0])) return true;
    return false;
}

static void put_article_attributes(const page *self, const trace_fields *fields)
{
    terminal *to = self->to;
    if (!has_values(fields)) return;
    terminal_blanks(to, INDENT);
    terminal_style_set(to, STYLE_GOOD);
    terminal_printf(to, "+ ");
    terminal_style_set(to, STYLE_HEADING);
    terminal_printf(to, "of the article");
    terminal_style_set(to, STYLE_PLAIN);
    terminal_line(to);
    terminal_blanks(to, INNER_INDENT);
    put_attributes(self, fields->attributes, fields->attribute_count, 0, INNER_INDENT);
}

/* ---- Steps ----------------------------------------------------------------------------------- */

/* "clean_lines  stage, 5 changes            0.061 ms" */
static void put_heading(const page *self, const trace_step *step, size_t changes)
{
    terminal *to = self->to;
    const mill_plugin *plugin = step->step->plugin;
    char time[40];
    snprintf(time, sizeof time, "%.3f ms", (double)step->nanoseconds / 1e6);
    terminal_style_set(to, STYLE_HEADING);
    terminal_printf(to, "%s", step->step->section);
    terminal_style_set(to, STYLE_FAINT);
    if (strcmp(plugin->name, step->step->section) != 0)
        terminal_printf(to, " (%s %s)", plugin_kind_name(plugin->kind), plugin->name);
    terminal_style_set(to, STYLE_PLAIN);
    terminal_blanks(to, 2);
    if (changes > 0) terminal_printf(to, "%zu %s", changes, changes == 1 ? "change" : "changes");
    terminal_style_set(to, STYLE_FAINT);
    bool idle = step->added.layer_count + step->added.attribute_count + changes == 0;
    if (plugin->kind == MILL_STAGE && step->status == MILL_OK && idle)
        terminal_printf(to, "nothing to do");
    if (to->column + 2 + strlen(time) > to->width) terminal_line(to);
    terminal_to_column(to, to->width - strlen(time));
    terminal_printf(to, "%s", time);
    terminal_style_set(to, STYLE_PLAIN);
    terminal_line(to);
}

static void put_end(const page *self, const trace_step *step)
{
    terminal *to = self->to;
    if (step->status == MILL_OK) return;
    terminal_blanks(to, INDENT);
    terminal_style_set(to, STYLE_BAD);
    terminal_printf(to, step->status == MILL_DROPPED ? "dropped" : "failed: ");
    if (step->reason != NULL) terminal_wrapped(to, words(step->reason), INNER_INDENT, false);
    terminal_style_set(to, STYLE_PLAIN);
    terminal_line(to);
}

static void put_step(const page *self, size_t index)
{
    const trace_step *step = &self->trace->steps[index];
    bool is_stage = step->step->plugin->kind == MILL_STAGE;
    uint32_t stage = explain_stage(self->trace, index);
    size_t changes = is_stage ? history_changes(&self->trace->history, stage) : 0;
    terminal_line(self->to);
    put_heading(self, step, changes);
    if (changes > 0) put_difference(self, stage, changes);
    mill_text text = history_text(&self->trace->history, stage);
    for (size_t i = 0; i < step->added.layer_count; i++)
        put_layer(self, &step->added.layers[i], text);
    put_article_attributes(self, &step->added);
    put_end(self, step);
}

void explain_text(const explanation *told, terminal *to)
{
    const page self = {told, told->trace, to};
    const trace *what = told->trace;
    terminal_style_set(to, STYLE_HEADING);
    terminal_wrapped(to, what->source, 0, false);
    terminal_style_set(to, STYLE_PLAIN);
    terminal_line(to);
    if (what->id.length != what->source.length ||
        memcmp(what->id.data, what->source.data, what->id.length) != 0) {
        put_faint(to, "id ");
        terminal_wrapped(to, what->id, 3, false);
        terminal_line(to);
    }
    terminal_style_set(to, told->outcome == ARTICLE_OUT ? STYLE_GOOD : STYLE_BAD);
    terminal_printf(to, "%s", explain_outcome(told->outcome));
    terminal_style_set(to, STYLE_PLAIN);
    terminal_line(to);
    for (size_t i = 0; i < what->step_count; i++) put_step(&self, i);
}
