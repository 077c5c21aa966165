/* A descriptor is data that strangers wrote: everything the runner later relies on is checked here,
 * in the order in which one check makes the next one safe. The sizes are those of ABI 1.0, the
 * least that any plug-in has; what later versions add stands behind them. */
#include "plugin_file.h"

#include "options.h"
#include "utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SIZE_TO(type, last) (offsetof(type, last) + sizeof(((type *)0)->last))
#define PLUGIN_SIZE         SIZE_TO(mill_plugin, restore)
#define OPTION_SIZE         SIZE_TO(mill_option, help)
#define FIELD_SIZE          SIZE_TO(mill_field, help)
#define DECLARE_SIZE        SIZE_TO(mill_plugin, declare) /* since 1.1 */

#define LONGEST_PLUGIN_NAME 40
#define LONGEST_FIELD_NAME  60
#define LONGEST_WORD        64   /* a version, a licence */
#define LONGEST_LIST        200  /* of extensions */
#define LONGEST_LINE        1000 /* a summary, a help */

#define LETTERS  "abcdefghijklmnopqrstuvwxyz"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS   "0123456789"

typedef struct candidate_plugin {
    const char *path;
    const mill_plugin *plugin;
    mill_error *error;
} candidate_plugin;

static bool refuse(const candidate_plugin *candidate, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool refuse(const candidate_plugin *candidate, const char *format, ...)
{
    char what[768];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return error_set(candidate->error, ERROR_PLUGIN, "%s: %s", candidate->path, what);
}

/* ---- Texts --------------------------------------------------------------------------------- */

/* Tells whether a text is one line of valid UTF-8 that is not empty. */
static bool is_line(const char *text, size_t longest)
{
    if (text == NULL) return false;
    size_t length = strnlen(text, longest + 1);
    if (length == 0 || length > longest || utf8_valid_prefix(text, length) != length) return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F) return false;
    return true;
}

static bool is_made_of(const char *text, const char *bytes, size_t longest)
{
    size_t length = strnlen(text, longest + 1);
    return length > 0 && length <= longest && strspn(text, bytes) == length;
}

bool plugin_file_is_name(const char *name)
{
    return is_made_of(name, LETTERS DIGITS "_", LONGEST_PLUGIN_NAME) && name[0] >= 'a';
}

static bool is_layer(const char *name)
{
    return is_made_of(name, LETTERS CAPITALS DIGITS "_", LONGEST_FIELD_NAME);
}

/* A dot nests, so there is something on both sides of it. */
static bool is_attribute(const char *name)
{
    return is_made_of(name, LETTERS CAPITALS DIGITS "_.", LONGEST_FIELD_NAME) && name[0] != '.' &&
           name[strlen(name) - 1] != '.' && strstr(name, "..") == NULL;
}

/* ---- Header -------------------------------------------------------------------------------- */

static bool vet_abi(const candidate_plugin *candidate)
{
    uint32_t abi = candidate->plugin->header.abi;
    unsigned major = abi >> 16, minor = abi & 0xFFFF;
    unsigned own_minor = MILL_ABI_NEWEST_MINOR;
    bool newer = major > MILL_ABI_MAJOR || (major == MILL_ABI_MAJOR && minor > own_minor);
    if (major == MILL_ABI_MAJOR && !newer) return true;
    return refuse(candidate, "asks for ABI %u.%u, this textmill speaks %u.%u; %s", major, minor,
                  (unsigned)MILL_ABI_MAJOR, own_minor,
                  newer ? "install a newer textmill"
                        : "build it again with this textmill's plugin.h");
}

static bool vet_sizes(const candidate_plugin *candidate, size_t available)
{
    static const char remedy[] = "set .header = MILL_HEADER and build it again";
    const mill_header *header = &candidate->plugin->header;
    if (header->plugin_size < PLUGIN_SIZE)
        return refuse(candidate, "says its descriptor has %" PRIu32 " bytes, ABI 1.0 has %zu; %s",
                      header->plugin_size, PLUGIN_SIZE, remedy);
    if (header->plugin_size > available)
        return refuse(candidate,
                      "says its descriptor has %" PRIu32 " bytes, but textmill_plugin has %zu; %s",
                      header->plugin_size, available, remedy);
    if (header->option_size < OPTION_SIZE || header->option_size % _Alignof(mill_option) != 0)
        return refuse(candidate, "says an option has %u bytes, ABI 1.0 has %zu; %s",
                      (unsigned)header->option_size, OPTION_SIZE, remedy);
    if (header->field_size < FIELD_SIZE || header->field_size % _Alignof(mill_field) != 0)
        return refuse(candidate, "says a field has %u bytes, ABI 1.0 has %zu; %s",
                      (unsigned)header->field_size, FIELD_SIZE, remedy);
    return true;
}

static bool vet_header(const candidate_plugin *candidate, size_t available)
{
    if (available < sizeof(mill_header))
        return refuse(candidate,
                      "has a textmill_plugin of %zu bytes, too few for a descriptor; define it as "
                      "const mill_plugin",
                      available);
    if (candidate->plugin->header.magic != MILL_MAGIC)
        return refuse(candidate, "has a descriptor without the magic number; set .header = "
                                 "MILL_HEADER");
    return vet_abi(candidate) && vet_sizes(candidate, available);
}

/* ---- What it is ---------------------------------------------------------------------------- */

static bool vet_kind(const candidate_plugin *candidate)
{
    const mill_plugin *plugin = candidate->plugin;
    bool reads = plugin->frame != NULL && plugin->decode != NULL;
    if (plugin->kind < MILL_READER || plugin->kind > MILL_WRITER)
        return refuse(candidate,
                      "is of kind %" PRIu32 "; set .kind to MILL_READER, MILL_STAGE or MILL_WRITER",
                      plugin->kind);
    if (plugin->kind == MILL_READER && !reads)
        return refuse(candidate, "is a reader without a work function; set .frame and .decode");
    if (plugin->kind == MILL_STAGE && plugin->process == NULL)
        return refuse(candidate, "is a stage without a work function; set .process");
    if (plugin->kind == MILL_WRITER && plugin->encode == NULL)
        return refuse(candidate, "is a writer without a work function; set .encode");
    return true;
}

mill_status (*plugin_file_declare(const mill_plugin *plugin))(mill_setup *)
{
    return plugin->header.plugin_size >= DECLARE_SIZE ? plugin->declare : NULL;
}

/* An older textmill would load the plug-in and not call it. */
static bool vet_declare(const candidate_plugin *candidate)
{
    const mill_plugin *plugin = candidate->plugin;
    if (plugin_file_declare(plugin) == NULL) return true;
    if (plugin->kind != MILL_STAGE)
        return refuse(candidate, "has declare, which only stages have; leave it out");
    if ((plugin->header.abi & 0xFFFF) >= 1) return true;
    return refuse(candidate, "has declare, which ABI 1.0 does not know; define MILL_ABI_MINOR as 1 "
                             "before including plugin.h");
}

/* A stage in stream order can be resumed: the flag and the two functions go together. */
static bool vet_flags(const candidate_plugin *candidate)
{
    const mill_plugin *plugin = candidate->plugin;
    const uint32_t known = MILL_EDITS_TEXT | MILL_STREAM_ORDER | MILL_USES_FILES |
                           MILL_USES_NETWORK | MILL_USES_PROCESSES | MILL_LINE_RECORDS;
    bool in_order = (plugin->flags & MILL_STREAM_ORDER) != 0;
    if ((plugin->flags & ~known) != 0)
        return refuse(candidate, "has the unknown flags 0x%" PRIX32 "; leave them out",
                      plugin->flags & ~known);
    if (in_order && plugin->kind != MILL_STAGE)
        return refuse(candidate, "has MILL_STREAM_ORDER, which only stages have; leave it out");
    if ((plugin->flags & MILL_LINE_RECORDS) != 0 && plugin->kind != MILL_READER)
        return refuse(candidate, "has MILL_LINE_RECORDS, which only readers have; leave it out");
    if (in_order && (plugin->save == NULL || plugin->restore == NULL))
        return refuse(candidate, "has MILL_STREAM_ORDER, but a run could not be resumed with it; "
                                 "set .save and .restore");
    if (!in_order && (plugin->save != NULL || plugin->restore != NULL))
        return refuse(candidate, "has save or restore without MILL_STREAM_ORDER; set the flag or "
                                 "leave them out");
    return true;
}

static bool vet_line(const candidate_plugin *candidate, const char *member, const char *text,
                     size_t longest)
{
    if (text == NULL) return refuse(candidate, "has no %s; set .%s to one line", member, member);
    if (is_line(text, longest)) return true;
    return refuse(candidate, "has a bad %s; set .%s to one line of UTF-8 of at most %zu bytes",
                  member, member, longest);
}

static bool vet_names(const candidate_plugin *candidate)
{
    const mill_plugin *plugin = candidate->plugin;
    if (!vet_line(candidate, "name", plugin->name, LONGEST_LINE)) return false;
    if (!plugin_file_is_name(plugin->name))
        return refuse(candidate,
                      "is called '%.100s'; a name has lower-case letters, digits and _, starts "
                      "with a letter and has at most %d bytes",
                      plugin->name, LONGEST_PLUGIN_NAME);
    if (plugin->extensions != NULL && plugin->extensions[0] != '\0' &&
        !is_made_of(plugin->extensions, LETTERS DIGITS "._- ", LONGEST_LIST))
        return refuse(candidate, "has bad extensions; list file name endings in lower case, with a "
                                 "space between them: \"jsonl ndjson\"");
    return vet_line(candidate, "version", plugin->version, LONGEST_WORD) &&
           vet_line(candidate, "licence", plugin->licence, LONGEST_WORD) &&
           vet_line(candidate, "summary", plugin->summary, LONGEST_LINE);
}

/* ---- Options ------------------------------------------------------------------------------- */

/* Keys of a section that the runner takes for itself. */
static bool is_reserved(uint32_t kind, const char *name)
{
    return strcmp(name, "plugin") == 0 || (kind == MILL_WRITER && strcmp(name, "path") == 0);
}

static bool vet_option(const candidate_plugin *candidate, uint32_t index)
{
    char why[512];
    const mill_plugin *plugin = candidate->plugin;
    const mill_option *option = option_at(plugin->options, plugin->header.option_size, index);
    if (!is_line(option->name, LONGEST_PLUGIN_NAME))
        return refuse(candidate, "has an option without a proper name, number %u; set its .name",
                      index + 1);
    if (!option_check_declaration(option, why, sizeof why))
        return refuse(candidate, "option '%s' %s", option->name, why);
    if (is_reserved(plugin->kind, option->name))
        return refuse(candidate, "option '%s' has a name that textmill keeps for itself; rename it",
                      option->name);
    if (!is_line(option->help, LONGEST_LINE))
        return refuse(candidate, "option '%s' has no help; write one line", option->name);
    for (uint32_t i = 0; i < index; i++)
        if (strcmp(option_at(plugin->options, plugin->header.option_size, i)->name, option->name) ==
            0)
            return refuse(candidate, "option '%s' is declared twice; rename one", option->name);
    return true;
}

static bool vet_options(const candidate_plugin *candidate)
{
    const mill_plugin *plugin = candidate->plugin;
    if (plugin->option_count > PLUGIN_MOST_DECLARATIONS)
        return refuse(candidate,
                      "says it has %" PRIu32 " options, at most %d are allowed; set "
                      ".option_count = MILL_COUNT(options)",
                      plugin->option_count, PLUGIN_MOST_DECLARATIONS);
    if (plugin->option_count > 0 && plugin->options == NULL)
        return refuse(candidate, "has an option_count but no options; set .options");
    for (uint32_t i = 0; i < plugin->option_count; i++)
        if (!vet_option(candidate, i)) return false;
    return true;
}

/* ---- Fields -------------------------------------------------------------------------------- */

static const mill_field *field_at(const mill_plugin *plugin, uint32_t index)
{
    return (const mill_field *)(const void *)((const char *)plugin->fields +
                                              (size_t)index * plugin->header.field_size);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* A place and a value may share a name, as "speaker" and its mention in the text do. */
static bool same_field(const mill_field *a, const mill_field *b)
{
    return same_text(a->layer, b->layer) && same_text(a->attribute, b->attribute) &&
           (a->type == MILL_SPAN) == (b->type == MILL_SPAN);
}

static bool vet_field(const candidate_plugin *candidate, uint32_t index)
{
    const mill_plugin *plugin = candidate->plugin;
    const mill_field *field = field_at(plugin, index);
    const char *what = NULL;
    if (field->use < MILL_NEEDS || field->use > MILL_PROVIDES)
        what = "has a bad use; set MILL_NEEDS, MILL_WANTS or MILL_PROVIDES";
    else if (field->type < MILL_LAYER || field->type > MILL_JSON)
        what = "has a bad type; set MILL_LAYER or the type of an attribute";
    else if (field->layer == NULL && field->attribute == NULL)
        what = "names nothing; set a layer, an attribute, or both";
    else if ((field->type == MILL_LAYER) != (field->attribute == NULL))
        what = "mixes up layer and attribute; MILL_LAYER is the type of a field without attribute";
    else if (field->layer != NULL && !is_layer(field->layer))
        what = "has a bad layer name; use letters, digits and _";
    else if (field->attribute != NULL && !is_attribute(field->attribute))
        what = "has a bad attribute name; use letters, digits and _, and a dot to nest";
    else if (!is_line(field->help, LONGEST_LINE))
        what = "has no help; write one line";
    for (uint32_t i = 0; i < index && what == NULL; i++)
        if (same_field(field_at(plugin, i), field)) what = "is declared twice; remove one";
    return what == NULL || refuse(candidate, "field %u %s", index + 1, what);
}

static bool vet_fields(const candidate_plugin *candidate)
{
    const mill_plugin *plugin = candidate->plugin;
    if (plugin->field_count > 0 && plugin->kind != MILL_STAGE)
        return refuse(candidate, "has fields, which only stages have; remove them");
    if (plugin->field_count > PLUGIN_MOST_DECLARATIONS)
        return refuse(candidate,
                      "says it has %" PRIu32 " fields, at most %d are allowed; set "
                      ".field_count = MILL_COUNT(fields)",
                      plugin->field_count, PLUGIN_MOST_DECLARATIONS);
    if (plugin->field_count > 0 && plugin->fields == NULL)
        return refuse(candidate, "has a field_count but no fields; set .fields");
    for (uint32_t i = 0; i < plugin->field_count; i++)
        if (!vet_field(candidate, i)) return false;
    return true;
}

bool plugin_file_vet(const char *path, const mill_plugin *plugin, size_t available,
                     mill_error *error)
{
    const candidate_plugin candidate = {path, plugin, error};
    return vet_header(&candidate, available) && vet_names(&candidate) && vet_kind(&candidate) &&
           vet_flags(&candidate) && vet_declare(&candidate) && vet_options(&candidate) &&
           vet_fields(&candidate);
}
