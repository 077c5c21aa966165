/* textmill - runs plug-in text processors over a stream of articles. This file only dispatches. */
#include "commands.h"

#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>
#include <zlib.h>
#include <zstd.h>

const sub_command commands[] = {
    {"run",
     command_run,
     command_run_help,
     "run PIPELINE [INPUT...]  process articles",
     command_run_options,
     {"PIPELINE", "FILE"}},
    {"check",
     command_check,
     command_check_help,
     "check PIPELINE           all mistakes of a pipeline at once, or the resolved chain",
     command_check_options,
     {"PIPELINE", NULL}},
    {"test",
     command_test,
     command_test_help,
     "test PIPELINE TESTS      articles through a pipeline, and whether they come out as expected",
     command_test_options,
     {"PIPELINE", "FILE"}},
    {"plugins",
     command_plugins,
     command_plugins_help,
     "plugins [NAME]           what is installed, and its options",
     command_plugins_options,
     {"PLUGIN", NULL}},
    {"explain",
     command_explain,
     command_explain_help,
     "explain PIPELINE [FILE]  one article, stage by stage: what changed, what was added",
     command_explain_options,
     {"PIPELINE", "FILE"}},
    {"graph",
     command_graph,
     command_graph_help,
     "graph PIPELINE           the chain as a drawing: what flows, who provides what to whom",
     command_graph_options,
     {"PIPELINE", NULL}},
    {"new-plugin",
     command_new_plugin,
     command_new_plugin_help,
     "new-plugin NAME          a folder with a plug-in that works, to begin with",
     command_new_plugin_options,
     {NULL, NULL}},
    {"test-plugin",
     command_test_plugin,
     command_test_plugin_help,
     "test-plugin FILE.so      holds a plug-in against what is expected of one",
     command_test_plugin_options,
     {"FILE.so", NULL}},
    {NULL, NULL, NULL, NULL, NULL, {NULL, NULL}},
};

static void write_usage(buffer *text)
{
    buffer_printf(text, "usage: textmill COMMAND [ARGUMENTS]\n\n");
    for (size_t i = 0; commands[i].name != NULL; i++)
        buffer_printf(text, "  %s\n", commands[i].summary);
    buffer_printf(text, "\ntextmill COMMAND --help says more; so does the manual, textmill(1).\n");
}

/* The libraries are those that are loaded, which need not be those it was built with. */
static void write_version(buffer *text)
{
    const struct scmp_version *seccomp = seccomp_version();
    unsigned xxhash = XXH_versionNumber();
    buffer_printf(text, "textmill %s\nplug-in ABI %d.%d\n", TEXTMILL_VERSION, MILL_ABI_MAJOR,
                  MILL_ABI_NEWEST_MINOR);
    buffer_printf(text, "libseccomp %u.%u.%u\n", seccomp->major, seccomp->minor, seccomp->micro);
    buffer_printf(text, "xxhash %u.%u.%u\n", xxhash / 10000, xxhash / 100 % 100, xxhash % 100);
    buffer_printf(text, "zstd %s\nzlib %s\n", ZSTD_versionString(), zlibVersion());
}

/* Prints what `write` writes. */
static int print_written(void (*write)(buffer *))
{
    buffer text;
    buffer_init(&text, NULL, 1 << 16);
    write(&text);
    int code = print(&text);
    buffer_clear(&text);
    return code;
}

static int print_help(const sub_command *which)
{
    buffer text;
    buffer_init(&text, NULL, 1 << 16);
    buffer_printf(&text, "%s", which->help);
    int code = print(&text);
    buffer_clear(&text);
    return code;
}

static const sub_command *find_command(const char *name)
{
    for (size_t i = 0; commands[i].name != NULL; i++)
        if (strcmp(commands[i].name, name) == 0) return &commands[i];
    return NULL;
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return true;
    return false;
}

static int unknown_command(const char *name)
{
    suggestion near = {.wanted = name};
    for (size_t i = 0; commands[i].name != NULL; i++) suggestion_offer(&near, commands[i].name);
    if (near.best != NULL)
        return say(EXIT_USAGE, "no command '%s'; did you mean '%s'?", name, near.best);
    return say(EXIT_USAGE, "no command '%s'; textmill --help lists them", name);
}

/* A standard descriptor that is closed would be given to the next file that is opened, which would
 * then be read or written by mistake. What stands in for it fails when it is used. */
static void fill_standard_descriptors(void)
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
        if (fcntl(descriptor, F_GETFD) < 0)
            open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
    /* A write then fails, and the failure is handled in one place. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    fill_standard_descriptors();
    if (argc < 2) return say(EXIT_USAGE, "no command named; textmill --help lists them");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0)
        return print_written(write_usage);
    if (strcmp(argv[1], "--version") == 0) return print_written(write_version);
    if (strcmp(argv[1], "complete") == 0) return command_complete(argc - 1, argv + 1);
    const sub_command *which = find_command(argv[1]);
    if (which == NULL) return unknown_command(argv[1]);
    if (asks_for_help(argc, argv)) return print_help(which);
    return which->run(argc - 1, argv + 1);
}
