/* textmill complete: what can come next on a command line, for shells. Everything is taken from the
 * tables that the command line, the pipeline file and the plug-ins' options are read with. A line
 * of the answer is a whole word; <files>ENDING and <folders> leave it to the shell to look. */
#include "arena.h"
#include "command_line.h"
#include "commands.h"
#include "conformance/conformance.h"
#include "options.h"
#include "pipeline_file.h"
#include "pipeline_step.h"
#include "plugin_registry.h"

#include <stdio.h>
#include <string.h>

typedef struct completion {
    char **words; /* behind the program's name; the last one is to be completed */
    int count;
    const sub_command *command;
    const char *operands[2]; /* the first two that are there already */
    int operand_count;
    const char *prefix;   /* what of the last word is settled: --name= */
    size_t prefix_length; /* of it */
    const char *current;  /* the rest */
    buffer text;
} completion;

/* ---- Offering -------------------------------------------------------------------------------- */

/* Offers first and second as one word, if the word to complete begins so. */
static void offer(completion *to, const char *first, const char *second)
{
    size_t length = strlen(to->current), first_length = strlen(first);
    size_t common = length < first_length ? length : first_length;
    if (memcmp(first, to->current, common) != 0) return;
    if (strncmp(second, to->current + common, length - common) != 0) return;
    buffer_printf(&to->text, "%.*s%s%s\n", (int)to->prefix_length, to->prefix, first, second);
}

/* Offers each of a list of words, behind what is before them. */
static void offer_words(completion *to, const char *before, const char *list, const char *separator)
{
    char words[4096], *rest;
    snprintf(words, sizeof words, "%s", list);
    for (char *word = strtok_r(words, separator, &rest); word != NULL;
         word = strtok_r(NULL, separator, &rest))
        offer(to, before, word);
}

static void offer_files(completion *to, const char *ending)
{
    buffer_printf(&to->text, "<files>%s\n", ending);
}

/* ---- Options of plug-ins --------------------------------------------------------------------- */

/* Offers the options in a declaration, or, behind a =, the values of one; `before` precedes their
 * names. */
static void offer_options(completion *to, const char *before, const mill_option *options,
                          uint32_t count, size_t stride)
{
    const char *equals = strchr(to->current, '=');
    size_t begin = strlen(before);
    for (uint32_t i = 0; i < count; i++) {
        const mill_option *option = option_at(options, stride, i);
        char name[256];
        snprintf(name, sizeof name, "%s%s=", before, option->name);
        if (equals == NULL) {
            offer(to, name, "");
            continue;
        }
        if (strncmp(name + begin, to->current + begin, strlen(name) - begin) != 0) continue;
        if (option->type == MILL_OPTION_CHOICE) offer_words(to, name, option->choices, " ");
        if (option->type == MILL_OPTION_BOOLEAN) offer_words(to, name, "yes no", " ");
        if (option->type != MILL_OPTION_PATH && option->type != MILL_OPTION_PATHS) continue;
        to->text.output.length = 0;
        offer_files(to, "");
    }
}

static void offer_options_of(completion *to, const char *before, plugin_entry *entry)
{
    mill_error error;
    const mill_plugin *plugin = entry != NULL ? plugin_registry_load(entry, &error) : NULL;
    if (plugin != NULL)
        offer_options(to, before, plugin->options, plugin->option_count,
                      plugin->header.option_size);
}

/* Offers OPTION=VALUE of the plug-in file that is named. */
static void offer_plugin_options(completion *to)
{
    plugin_registry registry = {0};
    char path[4096];
    if (to->operand_count == 0) return;
    snprintf(path, sizeof path, "%s%s", strchr(to->operands[0], '/') != NULL ? "" : "./",
             to->operands[0]);
    offer_options_of(to, "", plugin_registry_add_file(&registry, path));
    plugin_registry_clear(&registry);
}

/* ---- Options of sections --------------------------------------------------------------------- */

static bool is_section(const char *name, const char *kind)
{
    size_t length = strlen(kind);
    return strncmp(name, kind, length) == 0 && (name[length] == '\0' || name[length] == ' ');
}

/* Finds the plug-in of a section. */
static plugin_entry *find_plugin(plugin_registry *registry, const pipeline_file *file,
                                 const pipeline_section *section, arena *memory)
{
    pipeline_entry *named = pipeline_section_entry(section, "plugin");
    const char *name = named != NULL ? named->value : section->name;
    uint32_t kind = is_section(section->name, "input")    ? MILL_READER
                    : is_section(section->name, "output") ? MILL_WRITER
                                                          : MILL_STAGE;
    if (strchr(name, '/') == NULL) return plugin_registry_find(registry, kind, name);
    const char *path = entry_path(file, named, memory);
    return path != NULL ? plugin_registry_add_file(registry, path) : NULL;
}

static void offer_section_options(completion *to, const pipeline_file *file,
                                  const pipeline_section *section)
{
    arena memory;
    plugin_registry registry;
    problem_list ignored = {0};
    char before[256];
    const pipeline_section *run = pipeline_file_section(file, "pipeline");
    pipeline_entry *folder = run != NULL ? pipeline_section_entry(run, "plugin_path") : NULL;
    arena_init(&memory, 1 << 20);
    snprintf(before, sizeof before, "%s.", section->name);
    if (is_section(section->name, "pipeline")) {
        offer_options(to, before, pipeline_setting_declarations, pipeline_setting_count,
                      sizeof(mill_option));
    } else if (plugin_registry_open(&registry,
                                    folder != NULL ? entry_path(file, folder, &memory) : NULL,
                                    &ignored)) {
        offer_options_of(to, before, find_plugin(&registry, file, section, &memory));
        plugin_registry_clear(&registry);
    }
    problems_clear(&ignored);
    arena_clear(&memory);
}

/* Offers SECTION.OPTION=VALUE of the pipeline that is named. */
static void offer_assignments(completion *to)
{
    static char run_name[] = "pipeline";
    static const pipeline_section run = {.name = run_name};
    pipeline_file file = {0};
    problem_list ignored = {0};
    const char *dot = strchr(to->current, '.');
    bool is_read = to->operand_count > 0 && pipeline_file_read(&file, to->operands[0], &ignored);
    for (size_t i = 0; i <= file.section_count && is_read; i++) {
        const pipeline_section *section = i < file.section_count ? &file.sections[i] : &run;
        bool is_added = i == file.section_count && pipeline_file_section(&file, run_name) == NULL;
        size_t length = strlen(section->name);
        if (i == file.section_count && !is_added) break;
        if (dot == NULL)
            offer(to, section->name, ".");
        else if ((size_t)(dot - to->current) == length &&
                 memcmp(section->name, to->current, length) == 0)
            offer_section_options(to, &file, section);
    }
    pipeline_file_clear(&file);
    problems_clear(&ignored);
}

/* ---- Values ---------------------------------------------------------------------------------- */

static void offer_plugins(completion *to)
{
    plugin_registry registry;
    problem_list ignored = {0};
    if (strchr(to->current, '/') != NULL) {
        offer_files(to, ".so");
        return;
    }
    if (plugin_registry_open(&registry, NULL, &ignored)) {
        for (size_t i = 0; i < registry.entry_count; i++)
            if (registry.entries[i].state == PLUGIN_USABLE) offer(to, registry.entries[i].name, "");
        plugin_registry_clear(&registry);
    }
    problems_clear(&ignored);
}

static void offer_checks(completion *to)
{
    offer(to, "descriptor", "");
    for (size_t i = 0; i < conformance_check_count; i++) offer(to, conformance_checks[i].name, "");
}

/* Offers what a value or an operand can be; of a number or a new name nothing is known. */
static void offer_value(completion *to, const char *what)
{
    if (what == NULL) return;
    if (strchr(what, '|') != NULL) offer_words(to, "", what, "|");
    if (strcmp(what, "FILE") == 0) offer_files(to, "");
    if (strcmp(what, "PIPELINE") == 0) offer_files(to, ".ini");
    if (strcmp(what, "FILE.so") == 0) offer_files(to, ".so");
    if (strcmp(what, "FOLDER") == 0) buffer_printf(&to->text, "<folders>\n");
    if (strcmp(what, "SECTION.KEY=VALUE") == 0) offer_assignments(to);
    if (strcmp(what, "OPTION=VALUE") == 0) offer_plugin_options(to);
    if (strcmp(what, "CHECK") == 0) offer_checks(to);
    if (strcmp(what, "PLUGIN") == 0) offer_plugins(to);
}

/* ---- The command line ------------------------------------------------------------------------ */

static void offer_commands(completion *to)
{
    for (const sub_command *at = commands; at->name != NULL; at++) offer(to, at->name, "");
    offer_words(to, "", "--help|--version", "|");
}

static void offer_command_options(completion *to)
{
    for (const command_option *at = to->command->options; at->name != NULL; at++)
        offer(to, "--", at->name);
    offer(to, "--", "help");
}

/* Returns the option that a word is, where its value is the next word. */
static const command_option *awaits_value(const completion *to, const char *word)
{
    const command_option *options = to->command->options, *found = NULL;
    if (strncmp(word, "--", 2) == 0)
        found = option_of_name(options, word + 2, strlen(word + 2));
    else if (word[0] == '-' && word[1] != '\0' && word[2] == '\0')
        found = option_of_letter(options, word[1]);
    return found != NULL && found->value != NULL && !found->is_optional ? found : NULL;
}

/* Looks at the words before the last one. Returns the option whose value the last one is. */
static const command_option *read_words(completion *to, bool *only_operands)
{
    const command_option *awaiting = NULL;
    for (int i = 1; i < to->count - 1; i++) {
        const char *word = to->words[i];
        bool is_value = awaiting != NULL;
        awaiting = is_value || *only_operands ? NULL : awaits_value(to, word);
        if (is_value) continue;
        if (!*only_operands && strcmp(word, "--") == 0) {
            *only_operands = true;
        } else if (*only_operands || word[0] != '-' || word[1] == '\0') {
            if (to->operand_count < 2) to->operands[to->operand_count] = word;
            to->operand_count++;
        }
    }
    return awaiting;
}

/* Completes --name=VALUE. Returns whether the last word is one. */
static bool complete_joined_value(completion *to)
{
    const char *equals = strchr(to->current, '=');
    if (strncmp(to->current, "--", 2) != 0 || equals == NULL) return false;
    const command_option *option =
        option_of_name(to->command->options, to->current + 2, (size_t)(equals - to->current) - 2);
    to->prefix = to->current;
    to->prefix_length = (size_t)(equals - to->current) + 1;
    to->current = equals + 1;
    offer_value(to, option != NULL ? option->value : NULL);
    return true;
}

static void complete(completion *to)
{
    bool only_operands = false;
    for (to->command = commands; to->command->name != NULL; to->command++)
        if (strcmp(to->command->name, to->words[0]) == 0) break;
    if (to->count == 1) {
        offer_commands(to);
        return;
    }
    if (to->command->name == NULL) return;
    const command_option *awaiting = read_words(to, &only_operands);
    if (awaiting != NULL)
        offer_value(to, awaiting->value);
    else if (only_operands || to->current[0] != '-')
        offer_value(to, to->command->operands[to->operand_count > 0]);
    else if (!complete_joined_value(to))
        offer_command_options(to);
}

int command_complete(int argc, char **argv)
{
    completion to = {.words = argv + 1, .count = argc - 1, .prefix = ""};
    if (argc < 2) return say(EXIT_USAGE, "complete: is for shells: name the words of a command");
    to.current = argv[argc - 1];
    buffer_init(&to.text, NULL, 1 << 20);
    complete(&to);
    int code = print(&to.text);
    buffer_clear(&to.text);
    return code;
}
