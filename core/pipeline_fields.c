/* One list grows along the chain: what has been provided so far, by whom. A stage's needs and
 * wants are looked up in it, what it provides is added to it; at the end the list, sorted by layer,
 * is the schema. Chains are short, so look-ups are linear. */
#include "pipeline_fields.h"

#include "options.h"
#include "pipeline_step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct provided_field {
    const mill_field *field;
    const pipeline_step *by;
    uint32_t layer;
    uint32_t column;
} provided_field;

typedef struct field_walk {
    pipeline *chain;
    problem_list *problems;
    provided_field *provided;
    uint32_t count;
} field_walk;

void field_describe(const mill_field *field, char *text, size_t size)
{
    if (field->attribute == NULL)
        snprintf(text, size, "layer '%s'", field->layer);
    else if (field->layer == NULL)
        snprintf(text, size, "attribute '%s'", field->attribute);
    else
        snprintf(text, size, "attribute '%s' of layer '%s'", field->attribute, field->layer);
}

static bool same_name(const char *left, const char *right)
{
    return left == NULL || right == NULL ? left == right : strcmp(left, right) == 0;
}

/* A span and a value of one name are two fields: they are written under different names. */
static bool same_field(const mill_field *left, const mill_field *right)
{
    return same_name(left->layer, right->layer) && same_name(left->attribute, right->attribute) &&
           (left->type == MILL_SPAN) == (right->type == MILL_SPAN);
}

static const provided_field *find_provided(const field_walk *walk, const mill_field *field)
{
    for (uint32_t i = 0; i < walk->count; i++)
        if (same_field(walk->provided[i].field, field)) return &walk->provided[i];
    return NULL;
}

/* ---- What is missing ----------------------------------------------------------------------- */

bool plugin_provides(const mill_plugin *plugin, const mill_field *wanted)
{
    for (uint32_t i = 0; i < plugin->field_count; i++) {
        const mill_field *field = plugin_field(plugin, i);
        if (field->use == MILL_PROVIDES && same_field(field, wanted)) return true;
    }
    return false;
}

/* Returns the first stage plug-in that provides a field; NULL if none does. */
static const mill_plugin *find_provider(const field_walk *walk, const mill_field *wanted)
{
    plugin_registry *registry = &walk->chain->registry;
    mill_error error;
    for (size_t i = 0; i < registry->entry_count; i++) {
        plugin_entry *entry = &registry->entries[i];
        if (entry->state != PLUGIN_USABLE || entry->kind != MILL_STAGE) continue;
        const mill_plugin *plugin = plugin_registry_load(entry, &error);
        if (plugin != NULL && plugin_provides(plugin, wanted)) return plugin;
    }
    return NULL;
}

/* Plug-ins to put before a step, in the order in which they must run. */
typedef struct plugin_line {
    const mill_plugin *plugins[8];
    size_t count;
    size_t depth; /* of the search: what needs itself is never done */
} plugin_line;

static bool has_plugin(const plugin_line *line, const mill_plugin *plugin)
{
    for (size_t i = 0; i < line->count; i++)
        if (line->plugins[i] == plugin) return true;
    return false;
}

/* Adds the plug-in that provides a field, behind those that provide what it needs itself. Returns
 * false if there is none, or no end of them. */
static bool line_up_providers(const field_walk *walk, const mill_field *wanted, plugin_line *line)
{
    const mill_plugin *provider = find_provider(walk, wanted);
    if (provider == NULL || line->depth == MILL_COUNT(line->plugins)) return false;
    if (has_plugin(line, provider)) return true;
    line->depth++;
    for (uint32_t i = 0; i < provider->field_count; i++) {
        const mill_field *field = plugin_field(provider, i);
        if (field->use == MILL_NEEDS && find_provided(walk, field) == NULL &&
            !line_up_providers(walk, field, line))
            return false;
    }
    line->depth--;
    if (has_plugin(line, provider)) return true;
    if (line->count == MILL_COUNT(line->plugins)) return false;
    line->plugins[line->count++] = provider;
    return true;
}

/* Returns the name that is nearest to that of a field which nobody provides, among those of the
 * same kind that some plug-in does provide; NULL if none is near. */
static const char *near_field(const field_walk *walk, const mill_field *wanted)
{
    const plugin_registry *registry = &walk->chain->registry;
    const bool is_layer = wanted->attribute == NULL;
    suggestion near = {.wanted = is_layer ? wanted->layer : wanted->attribute};
    for (size_t i = 0; i < registry->entry_count; i++) {
        const mill_plugin *plugin = registry->entries[i].plugin;
        for (uint32_t j = 0; plugin != NULL && j < plugin->field_count; j++) {
            const mill_field *field = plugin_field(plugin, j);
            if (field->use != MILL_PROVIDES || (field->attribute == NULL) != is_layer) continue;
            if (is_layer)
                suggestion_offer(&near, field->layer);
            else if (same_name(field->layer, wanted->layer))
                suggestion_offer(&near, field->attribute);
        }
    }
    return near.best;
}

/* Finds the stage before a step that would provide a field with another option, else the plug-in
 * that would if it were there; writes which option that is. */
static bool find_option(const field_walk *walk, const pipeline_step *step, const mill_field *field,
                        char *remedy, size_t size)
{
    const pipeline *chain = walk->chain;
    const bool is_stage = step->plugin->kind == MILL_STAGE;
    const pipeline_step *end = is_stage ? step : chain->stages + chain->stage_count;
    option_remedy set;
    for (const pipeline_step *before = chain->stages; before < end; before++)
        if (step_would_provide(before->entry->plugin, before, field, &set)) {
            snprintf(remedy, size, "set %s = %s in [%s]", set.option, set.value, before->section);
            return true;
        }
    for (size_t i = 0; i < chain->registry.entry_count; i++) {
        const plugin_entry *entry = &chain->registry.entries[i];
        if (entry->state != PLUGIN_USABLE || entry->kind != MILL_STAGE || entry->plugin == NULL ||
            !step_would_provide(entry->plugin, NULL, field, &set))
            continue;
        snprintf(remedy, size, "put [%s] with %s = %s before it", entry->name, set.option,
                 set.value);
        return true;
    }
    return false;
}

/* Writes what helps: to move a stage that comes later, to add plug-ins, or to set an option.
 * Returns false where no plug-in provides such a thing. */
static bool find_remedy(const field_walk *walk, const pipeline_step *step, const mill_field *field,
                        char *remedy, size_t size)
{
    const pipeline_step *end = walk->chain->stages + walk->chain->stage_count;
    const bool is_stage = step->plugin->kind == MILL_STAGE;
    plugin_line line = {.count = 0};
    for (const pipeline_step *later = step + 1; is_stage && later < end; later++)
        if (plugin_provides(later->plugin, field)) {
            snprintf(remedy, size, "move [%s] before it", later->section);
            return true;
        }
    if (!line_up_providers(walk, field, &line)) return find_option(walk, step, field, remedy, size);
    size_t used = (size_t)snprintf(remedy, size, "put ");
    for (size_t i = 0; i < line.count && used < size; i++)
        used += (size_t)snprintf(remedy + used, size - used, "%s[%s]", i > 0 ? ", then " : "",
                                 line.plugins[i]->name);
    if (used < size) snprintf(remedy + used, size - used, " before it");
    return true;
}

static void missing_field(const field_walk *walk, const pipeline_step *step,
                          const mill_field *field)
{
    char what[160], remedy[512] = "add a stage that provides it";
    field_describe(field, what, sizeof what);
    if (!find_remedy(walk, step, field, remedy, sizeof remedy)) {
        const char *near = near_field(walk, field);
        if (near != NULL)
            snprintf(remedy, sizeof remedy, "no plug-in does; its author may mean '%s'", near);
    }
    step_problem(walk->problems, &walk->chain->file, step,
                 "needs %s, which no stage before it provides; %s", what, remedy);
}

/* ---- Layers that options name ---------------------------------------------------------------- */

/* Returns the layer that is nearest to one that is not there: among those that are, else among
 * those that some plug-in provides; NULL if none is near. */
static const char *near_layer(const field_walk *walk, const mill_field *wanted)
{
    suggestion near = {.wanted = wanted->layer};
    for (uint32_t i = 0; i < walk->count; i++)
        if (walk->provided[i].field->type == MILL_LAYER)
            suggestion_offer(&near, walk->provided[i].field->layer);
    return near.best != NULL ? near.best : near_field(walk, wanted);
}

static void no_such_layer(const field_walk *walk, const pipeline_step *step, const char *option,
                          const mill_field *wanted)
{
    const pipeline_file *file = &walk->chain->file;
    const pipeline_section *section = pipeline_file_section(file, step->section);
    const pipeline_entry *entry = section != NULL ? pipeline_section_entry(section, option) : NULL;
    char remedy[512] = "add a stage that does";
    if (!find_remedy(walk, step, wanted, remedy, sizeof remedy)) {
        const char *near = near_layer(walk, wanted);
        if (near != NULL) snprintf(remedy, sizeof remedy, "did you mean '%s'?", near);
    }
    if (section != NULL)
        section_problem(walk->problems, file, section, entry,
                        "%s: no stage before it provides the layer '%s'; %s", option, wanted->layer,
                        remedy);
    else
        step_problem(walk->problems, file, step,
                     "%s: no stage before it provides the layer '%s'; %s", option, wanted->layer,
                     remedy);
}

/* Sees to it that the layers which a step's options name are provided before it. */
static void check_layer_options(const field_walk *walk, const pipeline_step *step)
{
    const mill_plugin *plugin = step->plugin;
    for (uint32_t i = 0; i < plugin->option_count; i++) {
        const mill_option *option = option_at(plugin->options, plugin->header.option_size, i);
        if (option->type != MILL_OPTION_LAYER || step->values[i].as.string == NULL) continue;
        const mill_field wanted = {.type = MILL_LAYER, .layer = step->values[i].as.string};
        if (wanted.layer[0] == '\0' || find_provided(walk, &wanted) != NULL) continue;
        no_such_layer(walk, step, option->name, &wanted);
    }
}

/* ---- Binding ------------------------------------------------------------------------------- */

static void bind_used(const field_walk *walk, const pipeline_step *step, const mill_field *field,
                      field_binding *binding)
{
    const provided_field *source = find_provided(walk, field);
    if (source == NULL) {
        if (field->use == MILL_NEEDS) missing_field(walk, step, field);
        return;
    }
    if (source->field->type != field->type) {
        char what[160];
        field_describe(field, what, sizeof what);
        step_problem(walk->problems, &walk->chain->file, step,
                     "takes %s for another type than [%s] gives it; use plug-ins that go together",
                     what, source->by->section);
        return;
    }
    *binding = (field_binding){field->type, source->layer, source->column, true, false};
}

/* Gives a new field its place in the schema. */
static void place_field(const field_walk *walk, const mill_field *field, provided_field *place)
{
    schema *all = &walk->chain->schema;
    const mill_field layer = {.type = MILL_LAYER, .layer = field->layer};
    if (field->attribute == NULL) {
        all->layers[all->layer_count] = (schema_layer){field->layer, 0};
        place->layer = all->layer_count++;
    } else if (field->layer == NULL) {
        place->layer = SCHEMA_ARTICLE;
        place->column = all->article_columns++;
    } else {
        place->layer = find_provided(walk, &layer)->layer;
        place->column = all->layers[place->layer].columns++;
    }
}

/* Tells whether the stage itself lists a layer: it can do without it then, or has been told that it
 * is missing. */
static bool is_used_layer(const mill_plugin *plugin, const char *layer)
{
    for (uint32_t i = 0; i < plugin->field_count; i++) {
        const mill_field *field = plugin_field(plugin, i);
        if (field->attribute == NULL && same_name(field->layer, layer)) return true;
    }
    return false;
}

static void bind_provided(field_walk *walk, const pipeline_step *step, const mill_field *field,
                          field_binding *binding)
{
    const provided_field *earlier = find_provided(walk, field);
    const mill_field layer = {.type = MILL_LAYER, .layer = field->layer};
    char what[160];
    field_describe(field, what, sizeof what);
    if (earlier != NULL) {
        step_problem(walk->problems, &walk->chain->file, step,
                     "provides %s, which [%s] in line %u already provides; remove one of the two",
                     what, earlier->by->section, earlier->by->line);
        return;
    }
    if (field->attribute != NULL && field->layer != NULL && find_provided(walk, &layer) == NULL) {
        if (!is_used_layer(step->plugin, field->layer)) missing_field(walk, step, &layer);
        return;
    }
    provided_field *place = &walk->provided[walk->count];
    *place = (provided_field){.field = field, .by = step};
    place_field(walk, field, place);
    walk->count++;
    *binding = (field_binding){field->type, place->layer, place->column, true, true};
}

static void bind_field(field_walk *walk, const pipeline_step *step, uint32_t index,
                       field_binding *binding)
{
    const mill_field *field = plugin_field(step->plugin, index);
    *binding = (field_binding){.type = field->type};
    if (field->use == MILL_PROVIDES)
        bind_provided(walk, step, field, binding);
    else
        bind_used(walk, step, field, binding);
}

/* Layers come before attributes, which may be of a layer that the stage itself provides. */
static bool bind_stage(field_walk *walk, pipeline_step *step)
{
    const mill_plugin *plugin = step->plugin;
    field_binding *bindings =
        arena_alloc_array(&step->memory, plugin->field_count + 1, sizeof *bindings);
    if (bindings == NULL) return false;
    check_layer_options(walk, step);
    for (uint32_t i = 0; i < plugin->field_count; i++)
        if (plugin_field(plugin, i)->attribute == NULL) bind_field(walk, step, i, &bindings[i]);
    for (uint32_t i = 0; i < plugin->field_count; i++)
        if (plugin_field(plugin, i)->attribute != NULL) bind_field(walk, step, i, &bindings[i]);
    step->view = (document_view){.fields = bindings,
                                 .field_count = plugin->field_count,
                                 .may_edit = (plugin->flags & MILL_EDITS_TEXT) != 0};
    return true;
}

/* ---- The schema as writers see it ----------------------------------------------------------- */

static int compare_provided(const void *left, const void *right)
{
    const provided_field *a = left, *b = right;
    if (a->layer != b->layer) return a->layer < b->layer ? -1 : 1;
    bool a_is_layer = a->field->attribute == NULL, b_is_layer = b->field->attribute == NULL;
    if (a_is_layer != b_is_layer) return a_is_layer ? -1 : 1;
    return a->column < b->column ? -1 : a->column > b->column;
}

static bool list_fields(field_walk *walk)
{
    pipeline *chain = walk->chain;
    field_binding *bindings = arena_alloc_array(&chain->memory, walk->count + 1, sizeof *bindings);
    chain->fields = arena_alloc_array(&chain->memory, walk->count + 1, sizeof(mill_field));
    if (bindings == NULL || chain->fields == NULL) return false;
    qsort(walk->provided, walk->count, sizeof *walk->provided, compare_provided);
    for (uint32_t i = 0; i < walk->count; i++) {
        const provided_field *provided = &walk->provided[i];
        chain->fields[i] = *provided->field;
        bindings[i] =
            (field_binding){provided->field->type, provided->layer, provided->column, true, false};
    }
    chain->field_count = walk->count;
    for (size_t i = 0; i < chain->output_count; i++)
        chain->outputs[i].view = (document_view){.fields = bindings, .field_count = walk->count};
    return true;
}

bool pipeline_bind_fields(pipeline *chain, problem_list *problems)
{
    size_t most = 1;
    for (size_t i = 0; i < chain->stage_count; i++) most += chain->stages[i].plugin->field_count;
    field_walk walk = {.chain = chain, .problems = problems};
    walk.provided = arena_alloc_array(&chain->memory, most, sizeof *walk.provided);
    chain->schema.layers = arena_alloc_array(&chain->memory, most, sizeof *chain->schema.layers);
    if (walk.provided == NULL || chain->schema.layers == NULL) return false;
    for (size_t i = 0; i < chain->stage_count; i++)
        if (!bind_stage(&walk, &chain->stages[i])) return false;
    for (size_t i = 0; i < chain->output_count; i++) check_layer_options(&walk, &chain->outputs[i]);
    return list_fields(&walk);
}
