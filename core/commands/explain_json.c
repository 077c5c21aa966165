/* For programs. Places are code points, in the text behind the step that they stand under. */
#include "explain.h"

#include "json.h"
#include "utf8.h"

#include <stdio.h>

/* ---- Edits --------------------------------------------------------------------------------- */

/* An edit that is being put together from the pieces that touch each other. */
typedef struct edit_text {
    buffer removed;
    buffer inserted;
    size_t begin; /* code points in the text before */
    size_t removed_length;
} edit_text;

static mill_text text_of(const buffer *bytes)
{
    return (mill_text){bytes->output.data, bytes->output.length};
}

static void put_edit(buffer *out, edit_text *edit)
{
    if (edit->removed.output.length == 0 && edit->inserted.output.length == 0) return;
    json_object(out, NULL);
    json_integer(out, "begin", (int64_t)edit->begin);
    json_integer(out, "end", (int64_t)(edit->begin + edit->removed_length));
    json_text(out, "removed", text_of(&edit->removed));
    json_text(out, "inserted", text_of(&edit->inserted));
    json_object_end(out);
    out->failed |= edit->removed.failed || edit->inserted.failed;
    buffer_reset(&edit->removed);
    buffer_reset(&edit->inserted);
    edit->removed_length = 0;
}

/* What a stage did: [{begin, end, removed, inserted}, ...], in the text before it. */
static void edits_json(buffer *out, const text_history *history, uint32_t stage)
{
    edit_text edit = {.begin = 0};
    size_t at = 0;
    buffer_init(&edit.removed, NULL, SIZE_MAX / 2);
    buffer_init(&edit.inserted, NULL, SIZE_MAX / 2);
    json_array(out, "edits");
    for (size_t i = 0; i < history->count; i++) {
        const history_piece *piece = &history->pieces[i];
        history_fate fate = history_fate_of(piece, stage);
        size_t length = utf8_count_code_points(piece->text.data, piece->text.length);
        if (fate == HISTORY_ABSENT) continue;
        if (fate == HISTORY_KEPT) {
            put_edit(out, &edit);
            at += length;
            edit.begin = at;
        } else if (fate == HISTORY_REMOVED) {
            buffer_write(&edit.removed, piece->text.data, piece->text.length);
            edit.removed_length += length;
            at += length;
        } else {
            buffer_write(&edit.inserted, piece->text.data, piece->text.length);
        }
        if (fate == HISTORY_REMOVED && edit.removed_length == length) edit.begin = at - length;
    }
    put_edit(out, &edit);
    json_array_end(out);
    buffer_clear(&edit.removed);
    buffer_clear(&edit.inserted);
}

/* How the clean text came from the raw one: each piece that was removed from one or put into the
 * other, with the stage that did it. */
static void changes_json(buffer *out, const trace *told)
{
    size_t raw = 0, clean = 0;
    json_array(out, "changes");
    for (size_t i = 0; i < told->history.count; i++) {
        const history_piece *piece = &told->history.pieces[i];
        history_fate fate = history_fate_of_all(piece);
        bool removed = fate == HISTORY_REMOVED;
        size_t length = utf8_count_code_points(piece->text.data, piece->text.length);
        if (removed || fate == HISTORY_INSERTED) {
            uint32_t stage = removed ? piece->died : piece->born;
            json_object(out, NULL);
            json_string(out, "stage", told->steps[stage].step->section);
            json_integer(out, "raw_begin", (int64_t)raw);
            json_integer(out, "raw_end", (int64_t)(raw + (removed ? length : 0)));
            json_integer(out, "begin", (int64_t)clean);
            json_integer(out, "end", (int64_t)(clean + (removed ? 0 : length)));
            json_text(out, removed ? "removed" : "inserted", piece->text);
            json_object_end(out);
        }
        if (removed || fate == HISTORY_KEPT) raw += length;
        if (fate == HISTORY_INSERTED || fate == HISTORY_KEPT) clean += length;
    }
    json_array_end(out);
}

/* ---- Fields -------------------------------------------------------------------------------- */

static void attribute_json(buffer *out, const trace_attribute *attribute, uint32_t row)
{
    const char *name = attribute->field->attribute;
    const mill_value *value = &attribute->values[row];
    char key[160];
    if (attribute->places == NULL) {
        json_value(out, name, value);
        return;
    }
    bool is_set = value->type == MILL_SPAN;
    const char *const ends[] = {"begin", "end"};
    for (int i = 0; i < 2; i++) {
        mill_span place = attribute->places[row];
        snprintf(key, sizeof key, "%s_%s", name, ends[i]);
        if (is_set)
            json_integer(out, key, i == 0 ? place.begin : place.end);
        else
            json_null(out, key);
    }
}

static void layer_json(buffer *out, const trace_layer *layer, mill_text text)
{
    json_object(out, NULL);
    json_string(out, "layer", layer->name);
    json_boolean(out, "new", layer->is_new);
    json_array(out, "spans");
    for (uint32_t row = 0; row < layer->count; row++) {
        mill_span span = layer->spans[row];
        json_object(out, NULL);
        json_integer(out, "begin", layer->places[row].begin);
        json_integer(out, "end", layer->places[row].end);
        json_text(out, "text", (mill_text){text.data + span.begin, span.end - span.begin});
        for (size_t i = 0; i < layer->attribute_count; i++)
            attribute_json(out, &layer->attributes[i], row);
        json_object_end(out);
    }
    json_array_end(out);
    json_object_end(out);
}

static void fields_json(buffer *out, const trace_fields *fields, mill_text text)
{
    json_array(out, "layers");
    for (size_t i = 0; i < fields->layer_count; i++) layer_json(out, &fields->layers[i], text);
    json_array_end(out);
    json_object(out, "attributes");
    for (size_t i = 0; i < fields->attribute_count; i++)
        attribute_json(out, &fields->attributes[i], 0);
    json_object_end(out);
}

/* ---- The whole ------------------------------------------------------------------------------- */

static void step_json(buffer *out, const trace *told, size_t index)
{
    const trace_step *step = &told->steps[index];
    const mill_plugin *plugin = step->step->plugin;
    uint32_t stage = explain_stage(told, index);
    bool is_stage = plugin->kind == MILL_STAGE;
    json_object(out, NULL);
    json_string(out, "section", step->step->section);
    json_string(out, "kind", plugin_kind_name(plugin->kind));
    json_string(out, "plugin", plugin->name);
    json_string(out, "version", plugin->version);
    json_number(out, "seconds", (double)step->nanoseconds / 1e9);
    json_string(out, "outcome",
                step->status == MILL_OK        ? "done"
                : step->status == MILL_DROPPED ? "dropped"
                                               : "failed");
    if (step->reason != NULL) json_string(out, "reason", step->reason);
    if (is_stage) {
        edits_json(out, &told->history, stage);
        fields_json(out, &step->added, history_text(&told->history, stage));
    }
    json_object_end(out);
}

void explain_json(const explanation *told, buffer *out)
{
    static const char *const outcomes[] = {
        [ARTICLE_OUT] = "out", [ARTICLE_DROPPED] = "dropped", [ARTICLE_DEAD] = "failed"};
    const trace *what = told->trace;
    uint32_t last = (uint32_t)what->chain->stage_count;
    json_object(out, NULL);
    json_string(out, "pipeline", told->pipeline);
    json_text(out, "source", what->source);
    json_integer(out, "article", (int64_t)told->number);
    json_text(out, "id", what->id);
    json_string(out, "outcome", outcomes[told->outcome]);
    json_text(out, "raw", history_text(&what->history, HISTORY_RAW));
    json_text(out, "text", history_text(&what->history, last));
    json_array(out, "steps");
    for (size_t i = 0; i < what->step_count; i++) step_json(out, what, i);
    json_array_end(out);
    changes_json(out, what);
    json_object_end(out);
    buffer_write(out, "\n", 1);
}
