#include "explain_page.h"

#include "explain_marks.h"
#include "html.h"
#include "utf8.h"

enum {
    CONTEXT = 160,       /* bytes around a change */
    MOST_ROWS = 200,     /* of a layer, unless all are asked for */
    WIDEST_CONTEXT = 600 /* bytes from a span to the places that belong to it */
};

/* ---- Differences ----------------------------------------------------------------------------- */

/* Moves a place in a text to the boundary of a character at or before it. */
static size_t to_boundary(mill_text text, size_t at)
{
    while (at > 0 && !utf8_is_boundary(text.data, text.length, at)) at--;
    return at;
}

/* Puts what lies between two changes; the middle is left out where it is long. */
static void put_kept(buffer *out, mill_text text, bool is_first, bool is_last)
{
    size_t front = is_first ? 0 : CONTEXT, end = is_last ? 0 : CONTEXT;
    if (text.length <= front + end + CONTEXT) {
        html_text(out, text);
        return;
    }
    front = to_boundary(text, front);
    end = text.length - to_boundary(text, text.length - end);
    mill_text middle = {text.data + front, text.length - front - end};
    html_text(out, (mill_text){text.data, front});
    buffer_printf(out,
                  "</div><p class=\"gap\">%zu characters as they were</p>"
                  "<div class=\"text diff\" dir=\"auto\">",
                  utf8_count_code_points(middle.data, middle.length));
    html_text(out, (mill_text){text.data + text.length - end, end});
}

static void put_changed(buffer *out, const history_piece *piece, history_fate fate)
{
    const char *tag = fate == HISTORY_REMOVED ? "del" : "ins";
    buffer_printf(out, "<%s>", tag);
    html_revealed(out, piece->text);
    buffer_printf(out, "</%s>", tag);
}

void put_stage_difference(buffer *out, const explanation *told, uint32_t stage)
{
    const text_history *history = &told->trace->history;
    size_t changes = history_changes(history, stage);
    bool is_first = true;
    buffer kept; /* pieces that touch in the text may lie apart in memory */
    if (changes == 0) return;
    buffer_init(&kept, NULL, SIZE_MAX / 2);
    buffer_printf(out,
                  "<h3>Text <small>%zu %s</small></h3>\n<div class=\"text diff\" dir=\"auto\">",
                  changes, changes == 1 ? "change" : "changes");
    for (size_t i = 0; i < history->count; i++) {
        const history_piece *piece = &history->pieces[i];
        history_fate fate = history_fate_of(piece, stage);
        if (fate == HISTORY_ABSENT) continue;
        if (fate == HISTORY_KEPT) {
            buffer_write(&kept, piece->text.data, piece->text.length);
            continue;
        }
        put_kept(out, (mill_text){kept.output.data, kept.output.length}, is_first, false);
        buffer_reset(&kept);
        is_first = false;
        put_changed(out, piece, fate);
    }
    put_kept(out, (mill_text){kept.output.data, kept.output.length}, is_first, true);
    buffer_printf(out, "</div>\n");
    out->failed |= kept.failed;
    buffer_clear(&kept);
}

/* The stage that is to blame for a piece. */
static uint32_t stage_of(const history_piece *piece)
{
    return piece->died != HISTORY_NEVER ? piece->died : piece->born;
}

/* Lists the stages that have changed something, with their colours. */
static void put_stage_key(buffer *out, const trace *told)
{
    buffer_printf(out, "<ul class=\"key\">\n");
    for (uint32_t stage = 1; stage <= told->chain->stage_count && stage < told->step_count;
         stage++) {
        size_t changes = history_changes(&told->history, stage);
        if (changes == 0) continue;
        buffer_printf(out, "<li class=\"k%u\"><span>", stage % MARK_COLOURS);
        html_string(out, told->steps[stage].step->section);
        buffer_printf(out, " <small>%zu</small></span></li>\n", changes);
    }
    buffer_printf(out, "</ul>\n");
}

void put_whole_difference(buffer *out, const explanation *told)
{
    const trace *what = told->trace;
    put_stage_key(out, what);
    buffer_printf(out, "<div class=\"text diff all\" dir=\"auto\">");
    for (size_t i = 0; i < what->history.count; i++) {
        const history_piece *piece = &what->history.pieces[i];
        history_fate fate = history_fate_of_all(piece);
        uint32_t stage = stage_of(piece);
        if (fate == HISTORY_KEPT) html_text(out, piece->text);
        if (fate == HISTORY_KEPT || fate == HISTORY_ABSENT) continue;
        const char *tag = fate == HISTORY_REMOVED ? "del" : "ins";
        buffer_printf(out, "<%s class=\"k%u\" title=\"", tag, stage % MARK_COLOURS);
        html_string(out, what->steps[stage].step->section);
        buffer_printf(out, "\">");
        html_revealed(out, piece->text);
        buffer_printf(out, "</%s>", tag);
    }
    buffer_printf(out, "</div>\n");
}

/* ---- Fields -------------------------------------------------------------------------------- */

/* Returns the colour that a layer has everywhere on the page. */
static size_t colour_of(const trace *told, const trace_layer *layer)
{
    size_t colour = 0;
    for (size_t i = 0; i < told->fields.layer_count; i++) {
        if (strcmp(told->fields.layers[i].name, layer->name) == 0) break;
        colour += layer_colours(&told->fields.layers[i]);
    }
    return colour % MARK_COLOURS;
}

static void put_value(buffer *out, const mill_value *value)
{
    switch (value->type) {
    case MILL_BOOLEAN: buffer_printf(out, value->as.boolean ? "yes" : "no"); break;
    case MILL_INTEGER: buffer_printf(out, "%lld", (long long)value->as.integer); break;
    case MILL_NUMBER: buffer_number(out, value->as.number); break;
    default: html_text(out, (mill_text){value->as.string, value->length});
    }
}

static void put_attributes(buffer *out, const trace_attribute *attributes, size_t count,
                           uint32_t row)
{
    buffer_printf(out, "<dl>");
    for (size_t i = 0; i < count; i++) {
        const mill_value *value = &attributes[i].values[row];
        if (value->type == MILL_NULL || value->type == MILL_SPAN) continue;
        buffer_printf(out, "<div><dt>");
        html_string(out, attributes[i].field->attribute);
        buffer_printf(out, "</dt><dd>");
        put_value(out, value);
        buffer_printf(out, "</dd></div>");
    }
    buffer_printf(out, "</dl>");
}

static void put_layer(buffer *out, const explanation *told, const trace_layer *layer,
                      mill_text text)
{
    size_t colour = colour_of(told->trace, layer);
    uint32_t most = told->full || layer->count < MOST_ROWS ? layer->count : MOST_ROWS;
    buffer_printf(out, "<h3>");
    html_string(out, layer->name);
    buffer_printf(out, " <small>%u %s</small></h3>\n<ol class=\"rows k%zu\">\n", layer->count,
                  layer->count == 1 ? "span" : "spans", colour);
    for (uint32_t row = 0; row < most; row++) {
        buffer_printf(out, "<li><div class=\"text\" dir=\"auto\">");
        if (layer->attribute_count > 0 && layer_colours(layer) > 1) {
            put_marked(out, layer, 1, colour, text, trace_surroundings(layer, row, WIDEST_CONTEXT),
                       row);
        } else {
            mill_span span = layer->spans[row];
            html_text(out, (mill_text){text.data + span.begin, span.end - span.begin});
        }
        buffer_printf(out, "</div>");
        put_attributes(out, layer->attributes, layer->attribute_count, row);
        buffer_printf(out, "</li>\n");
    }
    buffer_printf(out, "</ol>\n");
    if (most < layer->count)
        buffer_printf(out, "<p class=\"gap\">%u more; --full shows them</p>\n",
                      layer->count - most);
}

void put_fields(buffer *out, const explanation *told, const trace_fields *fields, mill_text text)
{
    if (fields->attribute_count > 0) {
        buffer_printf(out, "<h3>Of the article</h3>\n");
        put_attributes(out, fields->attributes, fields->attribute_count, 0);
    }
    for (size_t i = 0; i < fields->layer_count; i++) put_layer(out, told, &fields->layers[i], text);
}
