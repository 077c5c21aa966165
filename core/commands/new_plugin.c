/* textmill new-plugin: a folder with a plug-in that works. What is in it comes from
 * examples/template, with another name. */
#include "commands.h"
#include "file.h"
#include "plugin_file.h"
#include "template.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char command_new_plugin_help[] =
    "usage: textmill new-plugin NAME [--kind stage|reader|writer] [--language c|c++]\n"
    "\n"
    "Makes a folder NAME with a small plug-in that works: its source, a Makefile, a test and a\n"
    "README. `make && make test` in it pass at once; then put your own work in the place of what\n"
    "it does. examples/README.md of textmill is the guide from there on.\n"
    "\n"
    "  -k, --kind KIND       stage (the default): works on an article; reader: makes articles of "
    "an\n"
    "                        input; writer: makes an output of articles\n"
    "  -l, --language NAME   c (the default) or c++\n"
    "\n"
    "NAME has lower-case letters, digits and _, and a letter first. A folder that exists is never\n"
    "touched.\n"
    "\n"
    "Exit: 0 the folder is made; 1 it could not be; 2 wrong usage.\n";

static const char template_name[] = "my_plugin", template_folder[] = "TEXTMILL_FOLDER";

typedef struct new_plugin {
    const char *name;
    const char *kind;
    const char *language;
    char textmill[PATH_MAX]; /* where the new plug-in's Makefile looks for textmill */
} new_plugin;

/* ---- What is asked for ---------------------------------------------------------------------- */

/* Reads one word of a list that NULL ends. */
static int read_choice(const char *option, const char *text, const char *const *words,
                       const char **chosen)
{
    suggestion near = {.wanted = text};
    buffer list;
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) return *chosen = words[i], EXIT_DONE;
        suggestion_offer(&near, words[i]);
    }
    if (near.best != NULL)
        return say(EXIT_USAGE, "new-plugin: %s '%s' is not a choice; did you mean '%s'?", option,
                   text, near.best);
    buffer_init(&list, NULL, 1 << 10);
    for (size_t i = 0; words[i] != NULL; i++)
        buffer_printf(&list, "%s%s", i == 0 ? "" : " or ", words[i]);
    mill_text all = {list.output.data, list.output.length};
    say(EXIT_USAGE, "new-plugin: %s '%s' is not a choice; write %.*s", option, text,
        (int)all.length, all.data);
    buffer_clear(&list);
    return EXIT_USAGE;
}

/* Writes the name that is nearest to one that is not allowed; an empty text if there is none. */
static void mend_name(const char *name, char *mended, size_t size)
{
    size_t length = 0;
    for (; *name != '\0' && length + 1 < size; name++) {
        char byte = *name >= 'A' && *name <= 'Z' ? (char)(*name | 0x20) : *name;
        mended[length++] = byte == '-' || byte == ' ' || byte == '.' ? '_' : byte;
    }
    mended[length] = '\0';
    if (!plugin_file_is_name(mended)) mended[0] = '\0';
}

static int check_name(const char *name)
{
    static const char *const taken[] = {"input", "output", "pipeline"};
    char mended[48];
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (strcmp(name, taken[i]) == 0)
            return say(EXIT_USAGE,
                       "new-plugin: [%s] is a section of textmill's own; choose another name",
                       name);
    if (plugin_file_is_name(name)) return EXIT_DONE;
    mend_name(name, mended, sizeof mended);
    return say(EXIT_USAGE,
               "new-plugin: '%s' is no name for a plug-in; use lower-case letters, digits and _, a "
               "letter first, at most 40 bytes%s%s",
               name, mended[0] != '\0' ? ": " : "", mended);
}

/* ---- Where textmill is ---------------------------------------------------------------------- */

static bool is_textmill(const char *folder)
{
    char header[PATH_MAX + 32];
    snprintf(header, sizeof header, "%s/include/textmill/plugin.h", folder);
    return access(header, R_OK) == 0;
}

/* Finds the prefix or the checkout that the program belongs to: the folder above it that has the
 * headers. pkg-config knows it otherwise, and a path that make would take for something else. */
static void find_textmill(char *folder)
{
    char *slash;
    if (realpath("/proc/self/exe", folder) == NULL) folder[0] = '\0';
    while ((slash = strrchr(folder, '/')) != NULL) {
        *slash = '\0';
        if (folder[0] != '\0' && strpbrk(folder, "$#\"\\`") == NULL && is_textmill(folder)) return;
    }
    strcpy(folder, "$(shell pkg-config --variable=prefix textmill)");
}

/* ---- Writing -------------------------------------------------------------------------------- */

/* Tells whether `text` begins with `word`. */
static bool begins(mill_text text, const char *word)
{
    size_t length = strlen(word);
    return text.length >= length && memcmp(text.data, word, length) == 0;
}

/* Appends a template's text with the new names in it. */
static void fill_in(const new_plugin *new, mill_text text, buffer *out)
{
    while (text.length > 0) {
        const char *word = begins(text, template_name)     ? template_name
                           : begins(text, template_folder) ? template_folder
                                                           : NULL;
        size_t taken = word != NULL ? strlen(word) : 1;
        if (word == NULL)
            buffer_write(out, text.data, 1);
        else
            buffer_printf(out, "%s", word == template_name ? new->name : new->textmill);
        text = (mill_text){text.data + taken, text.length - taken};
    }
}

/* Returns the path that a template's file has in the new folder; NULL if it has none. A folder that
 * is called as a kind is that kind's, what lies beside it is everybody's. */
static const char *path_in_folder(const new_plugin *new, const char *path)
{
    const char *kind_end = strchr(path, '/');
    const char *other = strcmp(new->language, "c") == 0 ? ".cpp" : ".c";
    const char *ending = strrchr(path, '.');
    if (ending != NULL && strcmp(ending, other) == 0) return NULL;
    if (kind_end == NULL) return path;
    size_t length = (size_t)(kind_end - path);
    bool is_ours = strlen(new->kind) == length && memcmp(path, new->kind, length) == 0;
    return is_ours ? kind_end + 1 : NULL;
}

static int write_file(const char *path, const buffer *text)
{
    mill_error error;
    if (text->failed) return say(EXIT_RUN_FAILED, "out of memory");
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    int code = file < 0 ? errno : file_write_all(file, text->output.data, text->output.length);
    if (file >= 0 && close(file) != 0 && code == 0) code = errno;
    if (code == 0) return EXIT_DONE;
    file_tell_write_fault(path, code, &error);
    return say_error(&error);
}

static int make_file(const new_plugin *new, const template_file *file)
{
    buffer path, text;
    const char *inside = path_in_folder(new, file->path);
    if (inside == NULL) return EXIT_DONE;
    buffer_init(&path, NULL, PATH_MAX);
    buffer_init(&text, NULL, 1 << 20);
    buffer_printf(&path, "%s/", new->name);
    fill_in(new, (mill_text){inside, strlen(inside) + 1}, &path);
    fill_in(new, file->contents, &text);
    int code =
        path.failed ? say(EXIT_RUN_FAILED, "out of memory") : write_file(path.output.data, &text);
    buffer_clear(&text);
    buffer_clear(&path);
    return code;
}

/* Others may not write to it: plug-ins in it would be refused. */
static int make_folder(const char *path)
{
    mill_error error;
    if (mkdir(path, 0755) == 0) return EXIT_DONE;
    if (errno == EEXIST)
        return say(EXIT_RUN_FAILED, "new-plugin: %s exists; choose another name, or move it away",
                   path);
    file_refuse_to_create(path, errno, &error);
    return say_error(&error);
}

static int make_plugin(const new_plugin *new)
{
    char tests[64];
    template_walk walk = {0};
    template_file file;
    snprintf(tests, sizeof tests, "%s/test", new->name);
    int code = make_folder(new->name);
    if (code == EXIT_DONE) code = make_folder(tests);
    while (code == EXIT_DONE && template_next(&walk, &file)) code = make_file(new, &file);
    return code;
}

static int tell(const new_plugin *new)
{
    buffer text;
    buffer_init(&text, NULL, 1 << 12);
    buffer_printf(&text, "%s: a %s that works; now: cd %s && make && make test\n", new->name,
                  new->kind, new->name);
    int code = print(&text);
    buffer_clear(&text);
    return code;
}

const command_option command_new_plugin_options[] = {
    {"kind", 'k', "stage|reader|writer", 0},
    {"language", 'l', "c|c++", 0},
    {NULL, 0, NULL, 0},
};

int command_new_plugin(int argc, char **argv)
{
    static const char *const kinds[] = {"stage", "reader", "writer", NULL};
    static const char *const languages[] = {"c", "c++", NULL};
    new_plugin new = {.kind = kinds[0], .language = languages[0]};
    int option, code = EXIT_DONE;
    while (code == EXIT_DONE &&
           (option = next_option(argc, argv, command_new_plugin_options)) != -1) {
        if (option == '?') return say_bad_option("new-plugin", argv);
        code = option == 'k' ? read_choice("--kind", optarg, kinds, &new.kind)
                             : read_choice("--language", optarg, languages, &new.language);
    }
    if (code != EXIT_DONE) return code;
    if (optind + 1 != argc)
        return say(EXIT_USAGE, "new-plugin: name one plug-in; see textmill new-plugin --help");
    new.name = argv[optind];
    code = check_name(new.name);
    if (code != EXIT_DONE) return code;
    find_textmill(new.textmill);
    code = make_plugin(&new);
    return code == EXIT_DONE ? tell(&new) : code;
}
