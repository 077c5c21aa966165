/* Sections become steps in file order; problems are collected all along and nothing stops at the
 * first. Steps are opened only when the whole chain is known to fit. */
#include "pipeline.h"

#include "options.h"
#include "pipeline_fields.h"
#include "pipeline_settings.h"
#include "pipeline_step.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define ARENA_LIMIT ((size_t)1 << 30)

static const char *const plugin_keys[] = {"plugin", NULL};
static const char *const output_keys[] = {"plugin", "path", NULL};

/* What is under way while a pipeline is being opened. */
typedef struct pipeline_building {
    pipeline *chain;
    problem_list *problems;
    const char *output; /* -o: where the first output goes; or NULL */
} pipeline_building;

/* ---- Sections ------------------------------------------------------------------------------ */

static bool is_output(const pipeline_section *section)
{
    return strcmp(section->name, "output") == 0 || strncmp(section->name, "output ", 7) == 0;
}

static bool is_stage(const pipeline_section *section)
{
    return !is_output(section) && strcmp(section->name, "pipeline") != 0 &&
           strcmp(section->name, "input") != 0;
}

static void check_order(const pipeline_building *building)
{
    const pipeline_file *file = &building->chain->file;
    const pipeline_section *output = NULL;
    for (size_t i = 0; i < file->section_count; i++) {
        const pipeline_section *section = &file->sections[i];
        if (is_output(section) && output == NULL) output = section;
        if (is_stage(section) && output != NULL)
            section_problem(building->problems, file, section, NULL,
                            "stands after [%s], and stages run in file order; move it before [%s]",
                            output->name, output->name);
    }
}

/* Returns the folder that [pipeline] adds to the search for plug-ins; NULL: none, or none that can
 * be searched. */
static const char *own_plugin_folder(const pipeline_building *building)
{
    const pipeline *chain = building->chain;
    const char *folder = chain->settings.plugin_path;
    if (folder[0] == '\0') return NULL;
    if (access(folder, R_OK | X_OK) == 0) return folder;
    const pipeline_section *section = pipeline_file_section(&chain->file, "pipeline");
    section_problem(building->problems, &chain->file, section,
                    pipeline_section_entry(section, "plugin_path"),
                    "plugin_path: cannot read '%s': %s; check the path", folder, strerror(errno));
    return NULL;
}

/* ---- Finding a step's plug-in ---------------------------------------------------------------- */

/* A section that is no stage may be meant to be one of the runner's own. Returns its name, if it is
 * near enough, or NULL. */
static const char *near_section(const char *name)
{
    static const char *const own[] = {"input", "output", "pipeline"};
    suggestion near = {.wanted = name};
    for (size_t i = 0; i < MILL_COUNT(own); i++) suggestion_offer(&near, own[i]);
    return near.best;
}

/* Tells whether there is a plug-in of that name, of another kind than is wanted; says so then. */
static bool is_of_another_kind(const pipeline_building *building, const pipeline_section *section,
                               const pipeline_entry *entry, uint32_t kind, const char *name)
{
    static const char *const remedies[] = {
        [MILL_STAGE] = "give it a section of its own",
        [MILL_READER] = "name it with plugin = in [input]",
        [MILL_WRITER] = "name it with plugin = in [output]",
    };
    plugin_registry *registry = &building->chain->registry;
    uint32_t other = MILL_READER;
    while (other <= MILL_WRITER && plugin_registry_find(registry, other, name) == NULL) other++;
    if (other > MILL_WRITER) return false;
    bool both = other == MILL_READER && kind == MILL_STAGE &&
                plugin_registry_find(registry, MILL_WRITER, name) != NULL;
    if (both)
        section_problem(building->problems, &building->chain->file, section, entry,
                        "plug-in '%s' is a reader and a writer, not a stage; name it with plugin = "
                        "in [input] or [output]",
                        name);
    else
        section_problem(building->problems, &building->chain->file, section, entry,
                        "plug-in '%s' is a %s, not a %s; %s", name, plugin_kind_name(other),
                        plugin_kind_name(kind), remedies[other]);
    return true;
}

static void no_such_plugin(const pipeline_building *building, const pipeline_section *section,
                           const pipeline_entry *entry, uint32_t kind, const char *name)
{
    const pipeline_file *file = &building->chain->file;
    const plugin_registry *registry = &building->chain->registry;
    const plugin_entry *refused = plugin_registry_find_refused(registry, name);
    const char *meant = kind == MILL_STAGE ? near_section(section->name) : NULL;
    suggestion near = {.wanted = name};
    for (size_t i = 0; i < registry->entry_count; i++)
        if (registry->entries[i].state == PLUGIN_USABLE && registry->entries[i].kind == kind)
            suggestion_offer(&near, registry->entries[i].name);
    if (refused != NULL)
        section_problem(building->problems, file, section, entry, "plug-in '%s' was refused: %s",
                        name, refused->reason);
    else if (meant != NULL)
        section_problem(building->problems, file, section, NULL,
                        "unknown section; did you mean [%s]?", meant);
    else if (is_of_another_kind(building, section, entry, kind, name))
        return;
    else if (near.best != NULL)
        section_problem(building->problems, file, section, entry,
                        "no %s plug-in '%s'; did you mean '%s'?", plugin_kind_name(kind), name,
                        near.best);
    else
        section_problem(building->problems, file, section, entry,
                        "no %s plug-in '%s'; `textmill plugins` lists those that are there",
                        plugin_kind_name(kind), name);
}

/* A name with a slash in it is a file of its own. */
static plugin_entry *find_file(const pipeline_building *building, const pipeline_section *section,
                               const pipeline_entry *entry, uint32_t kind)
{
    pipeline *chain = building->chain;
    const char *path = entry_path(&chain->file, entry, &chain->memory);
    plugin_entry *found = path != NULL ? plugin_registry_add_file(&chain->registry, path) : NULL;
    if (found == NULL) {
        section_problem(building->problems, &chain->file, section, entry, "out of memory");
        return NULL;
    }
    if (found->state == PLUGIN_REFUSED) {
        section_problem(building->problems, &chain->file, section, entry, "%s", found->reason);
        return NULL;
    }
    if (found->kind == kind) return found;
    section_problem(building->problems, &chain->file, section, entry,
                    "%s holds a %s, not a %s; name another file", path,
                    plugin_kind_name(found->kind), plugin_kind_name(kind));
    return NULL;
}

static plugin_entry *find_writer_by_name(const pipeline_building *building,
                                         const pipeline_section *section, const char *path)
{
    pipeline *chain = building->chain;
    const char *name = path == NULL || strcmp(path, "-") == 0 ? "stdout.jsonl" : path;
    plugin_entry *found = plugin_registry_find_by_file_name(&chain->registry, MILL_WRITER, name);
    if (found == NULL)
        section_problem(building->problems, &chain->file, section, NULL,
                        "no writer for files called '%s'; set plugin = in [%s]", name,
                        section->name);
    return found;
}

static plugin_entry *find_plugin(const pipeline_building *building, const pipeline_section *section,
                                 uint32_t kind, const char *path)
{
    pipeline *chain = building->chain;
    const pipeline_entry *entry = pipeline_section_entry(section, "plugin");
    if (entry == NULL && kind == MILL_WRITER) return find_writer_by_name(building, section, path);
    if (entry != NULL && entry->value[0] == '\0') {
        section_problem(building->problems, &chain->file, section, entry,
                        "plugin: is empty; name a %s plug-in", plugin_kind_name(kind));
        return NULL;
    }
    if (entry != NULL && strchr(entry->value, '/') != NULL)
        return find_file(building, section, entry, kind);
    const char *name = entry != NULL ? entry->value : section->name;
    plugin_entry *found = plugin_registry_find(&chain->registry, kind, name);
    if (found == NULL) no_such_plugin(building, section, entry, kind, name);
    return found;
}

/* ---- Making a step -------------------------------------------------------------------------- */

/* Loads the plug-in of a step and resolves its options. Fails: false with problems added. */
static bool make_step(const pipeline_building *building, const pipeline_section *section,
                      plugin_entry *entry, pipeline_step *step)
{
    pipeline *chain = building->chain;
    mill_error error;
    step->entry = entry;
    step->plugin = plugin_registry_load(entry, &error);
    if (step->plugin == NULL) {
        step_problem(building->problems, &chain->file, step, "%s", error.message);
        return false;
    }
    arena_init(&step->memory, ARENA_LIMIT);
    const section_options what = {
        .file = &chain->file,
        .section = section,
        .declarations = step->plugin->options,
        .count = step->plugin->option_count,
        .stride = step->plugin->header.option_size,
        .reserved = entry->kind == MILL_WRITER ? output_keys : plugin_keys,
        .check_files = entry->kind != MILL_WRITER,
        .memory = &step->memory,
        .problems = building->problems,
    };
    size_t problems = building->problems->count;
    bool fine = section_options_resolve(&what, &step->values, &step->options);
    if (!fine) error_set(&error, ERROR_MEMORY, "out of memory");
    /* Fields that follow from wrong options would be wrong as well. */
    if (fine && building->problems->count == problems) fine = step_declare(step, &error);
    if (fine) return true;
    step_problem(building->problems, &chain->file, step, "%s", error.message);
    arena_clear(&step->memory);
    return false;
}

static bool has_options(const pipeline_section *section)
{
    return section->entry_count > (pipeline_section_entry(section, "plugin") != NULL ? 1u : 0u);
}

/* Resolves [input]: with a plug-in named, its reader; without, options would have no owner. */
static void make_input(const pipeline_building *building)
{
    pipeline *chain = building->chain;
    pipeline_section *input = pipeline_file_section(&chain->file, "input");
    if (input == NULL) return;
    if (pipeline_section_entry(input, "plugin") == NULL) {
        if (has_options(input))
            section_problem(building->problems, &chain->file, input, NULL,
                            "has options but names no reader; add plugin = NAME");
        return;
    }
    plugin_entry *entry = find_plugin(building, input, MILL_READER, NULL);
    if (entry == NULL) return;
    pipeline_step *step = &chain->readers[chain->reader_count];
    *step = (pipeline_step){.section = "input", .line = input->line};
    if (!make_step(building, input, entry, step)) return;
    chain->input = input;
    chain->reader_count++;
}

static void make_stage(const pipeline_building *building, const pipeline_section *section)
{
    pipeline *chain = building->chain;
    plugin_entry *entry = find_plugin(building, section, MILL_STAGE, NULL);
    if (entry == NULL) return;
    pipeline_step *step = &chain->stages[chain->stage_count];
    *step = (pipeline_step){.section = section->name, .line = section->line};
    if (make_step(building, section, entry, step)) chain->stage_count++;
}

/* Where an output goes: as -o says, if that is for it, else `path`, else standard output (NULL). */
static const char *output_path(const pipeline_building *building, const pipeline_section *section,
                               const char *said)
{
    pipeline *chain = building->chain;
    const pipeline_entry *entry = pipeline_section_entry(section, "path");
    if (said != NULL && said[0] == '\0')
        problems_add(building->problems, 0, "-o: is empty; name a file, or - for standard output");
    if (said != NULL) return said;
    if (entry == NULL) return NULL;
    if (entry->value[0] == '\0')
        section_problem(building->problems, &chain->file, section, entry,
                        "path: is empty; name a file, or - for standard output");
    return entry_path(&chain->file, entry, &chain->memory);
}

static const char *path_or_dash(const char *path)
{
    return path != NULL ? path : "-";
}

static void make_output(const pipeline_building *building, const pipeline_section *section,
                        const char *said)
{
    pipeline *chain = building->chain;
    const char *path = output_path(building, section, said);
    for (size_t i = 0; i < chain->output_count; i++)
        if (strcmp(path_or_dash(chain->outputs[i].path), path_or_dash(path)) == 0)
            section_problem(building->problems, &chain->file, section, NULL,
                            "goes to %s, as [%s] does; give one of them another path",
                            strcmp(path_or_dash(path), "-") == 0 ? "standard output" : path,
                            chain->outputs[i].section);
    plugin_entry *entry = find_plugin(building, section, MILL_WRITER, path);
    if (entry == NULL) return;
    pipeline_step *step = &chain->outputs[chain->output_count];
    *step = (pipeline_step){.section = section->name, .path = path, .line = section->line};
    if (make_step(building, section, entry, step)) chain->output_count++;
}

/* ---- Segments ------------------------------------------------------------------------------- */

static bool is_ordered(const pipeline_step *stage)
{
    return (stage->plugin->flags & MILL_STREAM_ORDER) != 0;
}

/* Cuts the chain where stream order begins or ends. The first and the last segment are parallel,
 * though there may be no stage in them: the reader and the writers are. */
static bool cut_segments(pipeline *chain)
{
    size_t count = 0;
    chain->segments =
        arena_alloc_array(&chain->memory, 2 * chain->stage_count + 1, sizeof *chain->segments);
    if (chain->segments == NULL) return false;
    chain->segments[count++] = (pipeline_segment){.is_first = true};
    for (size_t i = 0; i < chain->stage_count; i++) {
        bool ordered = is_ordered(&chain->stages[i]);
        if (ordered != chain->segments[count - 1].is_ordered)
            chain->segments[count++] = (pipeline_segment){.first_stage = i, .is_ordered = ordered};
        chain->segments[count - 1].stage_count++;
    }
    if (chain->segments[count - 1].is_ordered)
        chain->segments[count++] = (pipeline_segment){.first_stage = chain->stage_count};
    chain->segments[count - 1].is_last = true;
    chain->segment_count = count;
    return true;
}

/* ---- Opening -------------------------------------------------------------------------------- */

static bool make_room(pipeline *chain)
{
    size_t readers = chain->file.section_count, sections = chain->file.section_count + 1;
    for (size_t i = 0; i < chain->registry.entry_count; i++)
        readers += chain->registry.entries[i].kind == MILL_READER;
    chain->readers = arena_alloc_array(&chain->memory, readers, sizeof *chain->readers);
    chain->stages = arena_alloc_array(&chain->memory, sections, sizeof *chain->stages);
    chain->outputs = arena_alloc_array(&chain->memory, sections, sizeof *chain->outputs);
    return chain->readers != NULL && chain->stages != NULL && chain->outputs != NULL;
}

static void make_steps(const pipeline_building *building)
{
    static char name[] = "output";
    static const pipeline_section standard_output = {.name = name};
    const pipeline_file *file = &building->chain->file;
    const char *said = building->output;
    bool has_output = false;
    make_input(building);
    for (size_t i = 0; i < file->section_count; i++) {
        const pipeline_section *section = &file->sections[i];
        if (is_stage(section)) make_stage(building, section);
        if (!is_output(section)) continue;
        make_output(building, section, said);
        said = NULL;
        has_output = true;
    }
    if (!has_output) make_output(building, &standard_output, said);
}

static void open_step(const pipeline_building *building, pipeline_step *step,
                      const mill_field *fields, uint32_t field_count)
{
    mill_error error;
    if (!step_open(step, fields, field_count, &error))
        step_problem(building->problems, &building->chain->file, step, "%s", error.message);
}

static void open_steps(const pipeline_building *building)
{
    pipeline *chain = building->chain;
    for (size_t i = 0; i < chain->reader_count; i++) {
        chain->readers[i].view = (document_view){.may_decode = true};
        open_step(building, &chain->readers[i], NULL, 0);
    }
    for (size_t i = 0; i < chain->stage_count; i++) open_step(building, &chain->stages[i], NULL, 0);
    for (size_t i = 0; i < chain->output_count; i++)
        open_step(building, &chain->outputs[i], chain->fields, chain->field_count);
}

static bool build(const pipeline_building *building)
{
    pipeline *chain = building->chain;
    check_order(building);
    if (!pipeline_read_settings(building->chain, building->problems)) return false;
    if (!plugin_registry_open(&chain->registry, own_plugin_folder(building), building->problems))
        return false;
    if (!make_room(chain)) return false;
    make_steps(building);
    size_t stages = 0;
    for (size_t i = 0; i < chain->file.section_count; i++)
        stages += is_stage(&chain->file.sections[i]);
    /* With a stage missing, what it would provide would be told as missing too. */
    if (stages == chain->stage_count && !pipeline_bind_fields(chain, building->problems))
        return false;
    if (building->problems->count == 0) open_steps(building);
    return cut_segments(chain);
}

bool pipeline_open(pipeline *chain, const pipeline_request *request, problem_list *problems)
{
    const pipeline_building building = {chain, problems, request->output};
    memset(chain, 0, sizeof *chain);
    arena_init(&chain->memory, ARENA_LIMIT);
    if (pipeline_file_read(&chain->file, request->path, problems)) {
        for (size_t i = 0; i < request->assignment_count; i++)
            pipeline_file_set(&chain->file, request->assignments[i], problems);
        if (!build(&building)) problems_add(problems, 0, "%s: out of memory", request->path);
    }
    problems_sort(problems);
    return problems->count == 0 && !problems->out_of_memory;
}

void pipeline_close(pipeline *chain)
{
    for (size_t i = chain->output_count; i-- > 0;) step_close(&chain->outputs[i]);
    for (size_t i = chain->stage_count; i-- > 0;) step_close(&chain->stages[i]);
    for (size_t i = chain->reader_count; i-- > 0;) step_close(&chain->readers[i]);
    plugin_registry_clear(&chain->registry);
    pipeline_file_clear(&chain->file);
    arena_clear(&chain->memory);
}

/* ---- Readers -------------------------------------------------------------------------------- */

/* Opens a reader that the file does not mention, with all its defaults. */
static pipeline_step *add_reader(pipeline *chain, plugin_entry *entry, mill_error *error)
{
    pipeline_step *step = &chain->readers[chain->reader_count];
    problem_list problems = {0};
    const pipeline_building building = {chain, &problems, NULL};
    *step = (pipeline_step){.section = "input"};
    if (!make_step(&building, NULL, entry, step)) {
        error_set(error, ERROR_PLUGIN, "%s",
                  problems.count > 0 ? problems.items[0].message : "out of memory");
        problems_clear(&problems);
        return NULL;
    }
    step->view = (document_view){.may_decode = true};
    chain->reader_count++;
    return step_open(step, NULL, 0, error) ? step : NULL;
}

static pipeline_step *reader_of_entry(pipeline *chain, plugin_entry *entry, mill_error *error)
{
    for (size_t i = 0; i < chain->reader_count; i++)
        if (chain->readers[i].entry == entry) return &chain->readers[i];
    return add_reader(chain, entry, error);
}

static plugin_entry *reader_entry_for_file(pipeline *chain, const char *path)
{
    const char *name = strcmp(path, "-") == 0 ? "stdin.jsonl" : path;
    return plugin_registry_find_by_file_name(&chain->registry, MILL_READER, name);
}

pipeline_step *pipeline_reader_for_file(pipeline *chain, const char *path, mill_error *error)
{
    if (chain->input != NULL) return &chain->readers[0];
    plugin_entry *entry = reader_entry_for_file(chain, path);
    if (entry != NULL) return reader_of_entry(chain, entry, error);
    error_set(error, ERROR_USAGE,
              "%s: no reader knows files of this name; set one with --set input.plugin=NAME", path);
    return NULL;
}

pipeline_step *pipeline_reader_by_name(pipeline *chain, const char *name, mill_error *error)
{
    if (chain->input != NULL && strcmp(chain->readers[0].plugin->name, name) == 0)
        return &chain->readers[0];
    plugin_entry *entry = plugin_registry_find(&chain->registry, MILL_READER, name);
    if (entry != NULL) return reader_of_entry(chain, entry, error);
    error_set(error, ERROR_USAGE,
              "no reader plug-in '%s'; `textmill plugins` lists those there are", name);
    return NULL;
}

bool pipeline_knows_file(pipeline *chain, const char *path)
{
    return chain->input != NULL || reader_entry_for_file(chain, path) != NULL;
}
