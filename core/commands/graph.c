/* textmill graph: the chain as a drawing on the terminal, or for Graphviz.
 *
 * On the terminal a step is a row. What a stage provides gets a lane to the right of the steps,
 * from the stage that provides it down to the outputs, which write everything: a dot where it is
 * provided, a ring where it is read. */
#include "arguments.h"
#include "commands.h"
#include "pipeline_fields.h"
#include "terminal.h"

#include <stdio.h>
#include <string.h>

const char command_graph_help[] =
    "usage: textmill graph PIPELINE [--set SECTION.KEY=VALUE...] [--output FILE] [--dot]\n"
    "\n"
    "Draws the chain of a pipeline: its stages in their order, what each provides, and who reads\n"
    "it. Layers and attributes of the article have a lane each: a dot where they are provided, a\n"
    "ring where they are read.\n"
    "\n"
    "  --dot     for Graphviz: textmill graph PIPELINE --dot | dot -Tsvg > pipeline.svg\n"
    "\n"
    "Exit: 0; 2 the pipeline has mistakes.\n";

/* What flows from its provider to others: a layer with what the provider says of its spans, or the
 * attributes of the article that one stage provides under one name. */
typedef struct lane {
    const char *name;
    size_t length; /* of the name, which may be the front of one with dots */
    bool is_layer;
    size_t provider; /* index of the stage */
} lane;

enum { MOST_LANES = 64 };

typedef struct drawing {
    const pipeline *chain;
    lane lanes[MOST_LANES];
    size_t lane_count;
} drawing;

/* ---- Lanes --------------------------------------------------------------------------------- */

static mill_text lane_name(const mill_field *field)
{
    if (field->layer != NULL) return (mill_text){field->layer, strlen(field->layer)};
    return (mill_text){field->attribute, strcspn(field->attribute, ".")};
}

static bool is_lane_of(const lane *line, const mill_field *field)
{
    mill_text name = lane_name(field);
    return line->is_layer == (field->layer != NULL) && line->length == name.length &&
           memcmp(line->name, name.data, name.length) == 0;
}

static size_t find_lane(const drawing *self, const mill_field *field)
{
    size_t at = 0;
    while (at < self->lane_count && !is_lane_of(&self->lanes[at], field)) at++;
    return at;
}

static void find_lanes(drawing *self)
{
    for (size_t i = 0; i < self->chain->stage_count; i++) {
        const mill_plugin *plugin = self->chain->stages[i].plugin;
        for (uint32_t j = 0; j < plugin->field_count; j++) {
            const mill_field *field = plugin_field(plugin, j);
            bool is_own = self->chain->stages[i].view.fields[j].provided;
            bool starts = is_own && (field->layer == NULL || field->attribute == NULL);
            if (!starts || find_lane(self, field) < self->lane_count ||
                self->lane_count == MOST_LANES)
                continue;
            mill_text name = lane_name(field);
            self->lanes[self->lane_count++] =
                (lane){name.data, name.length, field->layer != NULL, i};
        }
    }
}

typedef enum lane_use { LANE_IDLE, LANE_READ, LANE_EXTENDED, LANE_PROVIDED } lane_use;

/* What a stage does with a lane; the strongest of its fields counts. */
static lane_use use_of_lane(const drawing *self, size_t stage, const lane *line)
{
    const pipeline_step *step = &self->chain->stages[stage];
    lane_use use = LANE_IDLE;
    if (line->provider == stage) return LANE_PROVIDED;
    for (uint32_t i = 0; i < step->plugin->field_count; i++) {
        const field_binding *binding = &step->view.fields[i];
        if (!binding->present || !is_lane_of(line, plugin_field(step->plugin, i))) continue;
        lane_use found = binding->provided ? LANE_EXTENDED : LANE_READ;
        if (found > use) use = found;
    }
    return use;
}

/* ---- On the terminal ------------------------------------------------------------------------- */

#define DOWN "\xE2\x94\x82" /* a vertical line */
#define DOT  "\xE2\x97\x8F"
#define RING "\xE2\x97\x8B"
#define BOTH "\xE2\x97\x89" /* a ring with a dot in it */

enum { LANE_WIDTH = 3 };

static size_t widest_section(const pipeline *chain)
{
    size_t widest = strlen("input");
    for (size_t i = 0; i < chain->stage_count; i++)
        if (strlen(chain->stages[i].section) > widest) widest = strlen(chain->stages[i].section);
    for (size_t i = 0; i < chain->output_count; i++)
        if (strlen(chain->outputs[i].section) > widest) widest = strlen(chain->outputs[i].section);
    return widest;
}

/* Draws all lanes in one row. Those that begin below `stage` are not there yet. */
static void draw_lanes(const drawing *self, terminal *to, size_t stage, bool between, bool output)
{
    static const char *const signs[] = {DOWN, RING, BOTH, DOT};
    for (size_t i = 0; i < self->lane_count; i++) {
        const lane *line = &self->lanes[i];
        if (line->provider > stage) break;
        lane_use use = between ? LANE_IDLE : output ? LANE_READ : use_of_lane(self, stage, line);
        terminal_style_set(to, terminal_layer_style(i));
        terminal_printf(to, "%s", signs[use]);
        terminal_style_set(to, STYLE_PLAIN);
        terminal_blanks(to, LANE_WIDTH - 1);
    }
}

/* Where a row's words are: behind the lanes. What does not fit goes on in a row below. */
typedef struct row_words {
    const drawing *drawing;
    terminal *to;
    size_t stage;
    size_t lanes_at;
    size_t begin; /* column of the first word */
} row_words;

static void put_word(const row_words *row, const char *between, mill_text word,
                     terminal_style style)
{
    terminal *to = row->to;
    bool is_first = to->column == row->begin;
    if (!is_first) terminal_printf(to, "%s", between);
    if (!is_first && to->column + 1 + word.length + 1 > to->width) {
        terminal_line(to);
        terminal_printf(to, " " DOWN);
        terminal_to_column(to, row->lanes_at);
        draw_lanes(row->drawing, to, row->stage, true, false);
    } else if (!is_first) {
        terminal_blanks(to, 1);
    }
    terminal_style_set(to, style);
    terminal_printf(to, "%.*s", (int)word.length, word.data);
    terminal_style_set(to, STYLE_PLAIN);
}

/* Names what a stage adds: its own lanes, and what it says of the spans of others. */
static void draw_additions(const row_words *row)
{
    const drawing *self = row->drawing;
    const pipeline_step *step = &self->chain->stages[row->stage];
    for (size_t i = 0; i < self->lane_count; i++) {
        const lane *line = &self->lanes[i];
        if (line->provider == row->stage)
            put_word(row, ",", (mill_text){line->name, line->length}, terminal_layer_style(i));
    }
    for (uint32_t i = 0; i < step->plugin->field_count; i++) {
        const mill_field *field = plugin_field(step->plugin, i);
        char name[100];
        if (!step->view.fields[i].provided || field->layer == NULL || field->attribute == NULL)
            continue;
        size_t at = find_lane(self, field);
        if (at == self->lane_count || self->lanes[at].provider == row->stage) continue;
        snprintf(name, sizeof name, "%s.%s", field->layer, field->attribute);
        put_word(row, ",", (mill_text){name, strlen(name)}, terminal_layer_style(at));
    }
    if ((step->plugin->flags & MILL_EDITS_TEXT) != 0)
        put_word(row, ";", (mill_text){"edits the text", strlen("edits the text")}, STYLE_FAINT);
}

static void draw_between(const drawing *self, terminal *to, size_t lanes_at, size_t stage)
{
    bool ordered = stage < self->chain->stage_count &&
                   (self->chain->stages[stage].plugin->flags & MILL_STREAM_ORDER) != 0;
    terminal_blanks(to, 1);
    terminal_style_set(to, STYLE_FAINT);
    terminal_printf(to, DOWN);
    terminal_style_set(to, STYLE_PLAIN);
    terminal_to_column(to, lanes_at);
    if (stage > 0) draw_lanes(self, to, stage - 1, true, false);
    terminal_style_set(to, STYLE_FAINT);
    if (ordered) terminal_printf(to, "one process from here, in stream order");
    terminal_style_set(to, STYLE_PLAIN);
    terminal_line(to);
}

static void draw_name(terminal *to, const char *section, size_t lanes_at)
{
    terminal_style_set(to, STYLE_HEADING);
    terminal_printf(to, "%s", section);
    terminal_style_set(to, STYLE_PLAIN);
    terminal_to_column(to, lanes_at);
}

static const char *output_target(const pipeline_step *output)
{
    bool is_file = output->path != NULL && strcmp(output->path, "-") != 0;
    return is_file ? output->path : "standard output";
}

static void draw(const drawing *self, terminal *to)
{
    const pipeline *chain = self->chain;
    size_t lanes_at = widest_section(chain) + 2;
    draw_name(to, "input", lanes_at);
    terminal_style_set(to, STYLE_FAINT);
    if (chain->input != NULL)
        terminal_printf(to, "reader %s", chain->readers[0].plugin->name);
    else
        terminal_printf(to, "reader by the file's name");
    terminal_style_set(to, STYLE_PLAIN);
    terminal_line(to);
    for (size_t i = 0; i < chain->stage_count; i++) {
        draw_between(self, to, lanes_at, i);
        draw_name(to, chain->stages[i].section, lanes_at);
        draw_lanes(self, to, i, false, false);
        draw_additions(&(row_words){self, to, i, lanes_at, to->column});
        terminal_line(to);
    }
    for (size_t i = 0; i < chain->output_count; i++) {
        draw_between(self, to, lanes_at, chain->stage_count);
        draw_name(to, chain->outputs[i].section, lanes_at);
        draw_lanes(self, to, chain->stage_count, false, true);
        terminal_printf(to, "writer %s, to %s", chain->outputs[i].plugin->name,
                        output_target(&chain->outputs[i]));
        terminal_line(to);
    }
}

/* ---- For Graphviz ---------------------------------------------------------------------------- */

/* Appends the inside of a string in DOT. */
static void put_dot(buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') buffer_write(out, "\\", 1);
        buffer_write(out, text, 1);
    }
}

/* Nodes are numbered along the chain: the input is 0. */
static void put_node(buffer *out, size_t number, const char *section, const char *below)
{
    buffer_printf(out, "  step%zu [label=\"", number);
    put_dot(out, section);
    buffer_printf(out, "\\n");
    put_dot(out, below);
    buffer_printf(out, "\"];\n");
}

static void put_nodes(buffer *out, const pipeline *chain)
{
    char below[300];
    put_node(out, 0, "input",
             chain->input != NULL ? chain->readers[0].plugin->name : "reader by the file's name");
    for (size_t i = 0; i < chain->stage_count; i++) {
        const mill_plugin *plugin = chain->stages[i].plugin;
        snprintf(below, sizeof below, "%s %s%s%s", plugin->name, plugin->version,
                 (plugin->flags & MILL_EDITS_TEXT) != 0 ? ", edits the text" : "",
                 (plugin->flags & MILL_STREAM_ORDER) != 0 ? ", in stream order" : "");
        put_node(out, 1 + i, chain->stages[i].section, below);
    }
    for (size_t i = 0; i < chain->output_count; i++) {
        snprintf(below, sizeof below, "%s, to %s", chain->outputs[i].plugin->name,
                 output_target(&chain->outputs[i]));
        put_node(out, 1 + chain->stage_count + i, chain->outputs[i].section, below);
    }
}

static void put_lane_edges(buffer *out, const drawing *self)
{
    for (size_t i = 0; i < self->lane_count; i++) {
        const lane *line = &self->lanes[i];
        for (size_t stage = line->provider + 1; stage < self->chain->stage_count; stage++) {
            if (use_of_lane(self, stage, line) == LANE_IDLE) continue;
            buffer_printf(
                out, "  step%zu -> step%zu [label=\"%.*s\", style=dashed, constraint=false];\n",
                1 + line->provider, 1 + stage, (int)line->length, line->name);
        }
    }
}

static void put_graph(buffer *out, const drawing *self)
{
    const pipeline *chain = self->chain;
    buffer_printf(out, "digraph pipeline {\n  label=\"");
    put_dot(out, chain->file.path);
    buffer_printf(out, "\";\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
                       "  edge [fontname=\"sans-serif\"];\n");
    put_nodes(out, chain);
    for (size_t i = 0; i < chain->stage_count; i++)
        buffer_printf(out, "  step%zu -> step%zu;\n", i, i + 1);
    for (size_t i = 0; i < chain->output_count; i++)
        buffer_printf(out, "  step%zu -> step%zu;\n", chain->stage_count,
                      1 + chain->stage_count + i);
    put_lane_edges(out, self);
    buffer_printf(out, "}\n");
}

/* ---- The command ----------------------------------------------------------------------------- */

static int graph(const pipeline_request *request, bool as_dot)
{
    pipeline chain = {0};
    problem_list problems = {0};
    drawing self = {.chain = &chain};
    buffer text;
    int code;
    buffer_init(&text, NULL, 1 << 24);
    if (pipeline_open(&chain, request, &problems)) {
        terminal to = terminal_open(&text);
        find_lanes(&self);
        if (as_dot)
            put_graph(&text, &self);
        else
            draw(&self, &to);
        code = print(&text);
    } else {
        code = say_problems(&problems);
    }
    buffer_clear(&text);
    pipeline_close(&chain);
    problems_clear(&problems);
    return code;
}

const command_option command_graph_options[] = PIPELINE_OPTIONS("dot");

int command_graph(int argc, char **argv)
{
    return command_of_pipeline("graph", command_graph_options, graph, argc, argv);
}
