/* Sections and entries are arrays in file order, looked through from the front: a pipeline has a
 * dozen of each. Lines are read in pipeline_file_parse.c; here are the whole file and `--set`. */
#include "pipeline_file_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX_BYTES ((size_t)1 << 20)

/* ---- Names --------------------------------------------------------------------------------- */

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

char *pipeline_copy_trimmed(const char *text, size_t length)
{
    while (length > 0 && is_blank(text[length - 1])) length--;
    while (length > 0 && is_blank(*text)) {
        text++;
        length--;
    }
    return strndup(text, length);
}

char *pipeline_copy_name(const char *text, size_t length)
{
    char *name = pipeline_copy_trimmed(text, length);
    if (name == NULL) return NULL;
    char *to = name;
    for (const char *from = name; *from != '\0'; from++) {
        if (!is_blank(*from))
            *to++ = *from;
        else if (!is_blank(from[1]))
            *to++ = ' ';
    }
    *to = '\0';
    return name;
}

/* ---- Sections and entries ------------------------------------------------------------------ */

/* Gives an array room for one item more; it doubles whenever the count reaches a power of two.
 * Fails: NULL; the array stays as it was. */
static void *room_for_one(void *items, size_t count, size_t size)
{
    if (count != 0 && (count & (count - 1)) != 0) return items;
    return reallocarray(items, count == 0 ? 1 : 2 * count, size);
}

pipeline_section *pipeline_add_section(pipeline_file *file, char *name, unsigned line)
{
    pipeline_section *sections =
        name != NULL ? room_for_one(file->sections, file->section_count, sizeof *sections) : NULL;
    if (sections == NULL) {
        free(name);
        return NULL;
    }
    file->sections = sections;
    sections[file->section_count] = (pipeline_section){.name = name, .line = line};
    return &sections[file->section_count++];
}

pipeline_entry *pipeline_add_entry(pipeline_section *section, char *key, char *value, unsigned line)
{
    pipeline_entry *entries = NULL;
    if (key != NULL && value != NULL)
        entries = room_for_one(section->entries, section->entry_count, sizeof *entries);
    if (entries == NULL) {
        free(key);
        free(value);
        return NULL;
    }
    section->entries = entries;
    entries[section->entry_count] = (pipeline_entry){key, value, line};
    return &entries[section->entry_count++];
}

pipeline_section *pipeline_file_section(const pipeline_file *file, const char *name)
{
    for (size_t i = 0; i < file->section_count; i++)
        if (strcmp(file->sections[i].name, name) == 0) return &file->sections[i];
    return NULL;
}

pipeline_entry *pipeline_section_entry(const pipeline_section *section, const char *key)
{
    for (size_t i = 0; i < section->entry_count; i++)
        if (strcmp(section->entries[i].key, key) == 0) return &section->entries[i];
    return NULL;
}

void pipeline_file_clear(pipeline_file *file)
{
    for (size_t i = 0; i < file->section_count; i++) {
        pipeline_section *section = &file->sections[i];
        for (size_t j = 0; j < section->entry_count; j++) {
            free(section->entries[j].key);
            free(section->entries[j].value);
        }
        free(section->entries);
        free(section->name);
    }
    free(file->sections);
    free(file->path);
    free(file->folder);
    *file = (pipeline_file){0};
}

static void report_unreadable(problem_list *problems, const char *path, int reason)
{
    problems_add(problems, 0, "%s: cannot be read: %s; %s", path, strerror(reason),
                 reason == EISDIR   ? "name a pipeline file in it"
                 : reason == EACCES ? "check its permissions"
                                    : "check the path");
}

/* Reads all of a file, or as much as is one byte too many. Fails: false, with a problem. */
static bool read_bytes(const char *path, char *data, size_t *length, problem_list *problems)
{
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) {
        report_unreadable(problems, path, errno);
        return false;
    }
    *length = fread(data, 1, FILE_MAX_BYTES + 1, stream);
    int reason = ferror(stream) ? errno : 0;
    fclose(stream);
    if (reason != 0)
        report_unreadable(problems, path, reason);
    else if (*length > FILE_MAX_BYTES)
        problems_add(problems, 0, "%s: is larger than 1 MB; check that this is a pipeline file",
                     path);
    return reason == 0 && *length <= FILE_MAX_BYTES;
}

bool pipeline_file_read(pipeline_file *file, const char *path, problem_list *problems)
{
    size_t length;
    *file = (pipeline_file){0};
    char *data = malloc(FILE_MAX_BYTES + 1);
    if (data == NULL) {
        problems->out_of_memory = true;
        return false;
    }
    bool done = read_bytes(path, data, &length, problems) &&
                pipeline_file_parse(file, path, data, length, problems);
    free(data);
    return done;
}

/* ---- The command line ---------------------------------------------------------------------- */

/* Finds the section that an assignment names, or makes one of those that may be made. */
static pipeline_section *section_to_set(pipeline_file *file, const char *name,
                                        const char *assignment, problem_list *problems)
{
    static const char *const makeable[] = {"input", "output", "pipeline"};
    suggestion near = {.wanted = name};
    pipeline_section *section = pipeline_file_section(file, name);
    if (section != NULL) return section;
    for (size_t i = 0; i < sizeof makeable / sizeof *makeable; i++) {
        suggestion_offer(&near, makeable[i]);
        if (strcmp(name, makeable[i]) != 0) continue;
        section = pipeline_add_section(file, strdup(name), 0);
        problems->out_of_memory |= section == NULL;
        return section;
    }
    for (size_t i = 0; i < file->section_count; i++)
        suggestion_offer(&near, file->sections[i].name);
    if (near.best != NULL)
        problems_add(problems, 0, "--set %s: no section [%s]; did you mean [%s]?", assignment, name,
                     near.best);
    else
        problems_add(problems, 0, "--set %s: no section [%s]; add it to %s", assignment, name,
                     file->path);
    return NULL;
}

/* Takes `value`. Fails: false, out of memory. */
static bool set_entry(pipeline_section *section, const char *key, char *value)
{
    pipeline_entry *entry = pipeline_section_entry(section, key);
    if (entry == NULL) return pipeline_add_entry(section, strdup(key), value, 0) != NULL;
    if (value == NULL) return false;
    free(entry->value);
    entry->value = value;
    entry->line = 0;
    return true;
}

void pipeline_file_set(pipeline_file *file, const char *assignment, problem_list *problems)
{
    const char *equals = strchr(assignment, '=');
    const char *dot =
        equals != NULL ? memrchr(assignment, '.', (size_t)(equals - assignment)) : NULL;
    if (dot == NULL) {
        problems_add(problems, 0, "--set %s: no '%c' in it; write section.key=value", assignment,
                     equals == NULL ? '=' : '.');
        return;
    }
    char *name = pipeline_copy_name(assignment, (size_t)(dot - assignment));
    char *key = pipeline_copy_trimmed(dot + 1, (size_t)(equals - dot) - 1);
    pipeline_section *section = NULL;
    if (name == NULL || key == NULL)
        problems->out_of_memory = true;
    else if (name[0] == '\0' || key[0] == '\0')
        problems_add(problems, 0, "--set %s: no %s in it; write section.key=value", assignment,
                     name[0] == '\0' ? "section" : "key");
    else
        section = section_to_set(file, name, assignment, problems);
    if (section != NULL &&
        !set_entry(section, key, pipeline_copy_trimmed(equals + 1, strlen(equals + 1))))
        problems->out_of_memory = true;
    free(name);
    free(key);
}
