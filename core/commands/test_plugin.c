/* textmill test-plugin: holds a plug-in against everything that textmill expects of one. The checks
 * are in core/conformance; here is what is asked for, and what is said. */
#include "commands.h"
#include "conformance/conformance.h"
#include "options.h"
#include "plugin_file.h"
#include "plugin_probe.h"
#include "plugin_registry.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

const char command_test_plugin_help[] =
    "usage: textmill test-plugin FILE.so [--set OPTION=VALUE...] [OPTIONS]\n"
    "\n"
    "Tests a plug-in: with articles that have broken others, with all that its options allow, and\n"
    "without the memory that it asks for. Each check is one line: ok, FAIL or skip, its name, and\n"
    "what was found. A crash or a hang is its check's failure; the article that did it is written\n"
    "to PLUGIN.CHECK.article, and the other checks go on.\n"
    "\n"
    "  -s, --set OPTION=VALUE  set an option of the plug-in; may be given several times\n"
    "  -c, --check NAME        make only this check\n"
    "  -l, --list              list the checks, and what each holds a plug-in to\n"
    "  -t, --timeout SECONDS   what takes longer with one article hangs (10)\n"
    "  -d, --articles FOLDER   where articles that break the plug-in are written (.)\n"
    "      --valgrind          one check more, under valgrind, if that is installed\n"
    "      --in-process        no process of its own for a check: for a debugger\n"
    "\n"
    "Exit: 0 all checks hold; 1 one failed; 2 wrong usage.\n";

enum {
    MOST_SETTINGS = 64,
    VALGRIND = ONLY_LONG,
    IN_PROCESS,
    VALGRIND_FAILED = 9,
    FIXED_ARGUMENTS = 14
};

typedef struct test_request {
    const char *path;
    subject_option settings[MOST_SETTINGS + 1]; /* the last one is empty */
    size_t setting_count;
    const char *check;
    const char *folder;
    double timeout;
    bool with_valgrind;
    bool in_process;
} test_request;

/* Says one line: the verdict, the check, and what was found. */
static int say_check(verdict found, const char *name, const char *message)
{
    static const char *const words[] = {"ok", "FAIL", "skip"};
    buffer text;
    buffer_init(&text, NULL, 1 << 16);
    buffer_printf(&text, "%-5s %-10s %s\n", words[found], name, message);
    int code = print(&text);
    buffer_clear(&text);
    return code;
}

/* ---- The descriptor ------------------------------------------------------------------------- */

/* Loads a plug-in as a run would; first where a crash does no harm. */
static const mill_plugin *load(const char *path, mill_error *error)
{
    plugin_probe probe = {0};
    if (!plugin_file_check_trust(path, error) || !plugin_file_check_elf(path, error)) return NULL;
    plugin_probe_files(&path, 1, PLUGIN_PROBE_TIME_LIMIT_MS, &probe);
    if (probe.kind != 0) return plugin_file_load(path, error);
    error_set(error, ERROR_PLUGIN, "%s", probe.reason);
    return NULL;
}

static const mill_plugin *check_descriptor(const char *path)
{
    char what[256];
    mill_error error;
    const mill_plugin *plugin = load(path, &error);
    if (plugin == NULL) {
        say_check(VERDICT_FAILED, "descriptor", error.message);
        return NULL;
    }
    snprintf(what, sizeof what, "%s %s %s, ABI %u.%u", plugin_kind_name(plugin->kind), plugin->name,
             plugin->version, (unsigned)(plugin->header.abi >> 16),
             (unsigned)(plugin->header.abi & 0xFFFF));
    say_check(VERDICT_PASSED, "descriptor", what);
    return plugin;
}

/* ---- Valgrind ------------------------------------------------------------------------------- */

/* Becomes valgrind, which runs this program with the same plug-in and options. */
static void become_valgrind(const test_request *wanted, const char *log)
{
    char program[4096], log_option[4200];
    char *settings[MOST_SETTINGS];
    const char *arguments[FIXED_ARGUMENTS + 2 * MOST_SETTINGS] = {
        "valgrind",
        "-q",
        "--error-exitcode=9",
        "--leak-check=full",
        "--errors-for-leak-kinds=definite",
        log_option,
        program,
        "test-plugin",
        wanted->path,
        "--in-process",
        "--check",
        "same"};
    size_t count = 12;
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    snprintf(log_option, sizeof log_option, "--log-file=%s", log);
    for (size_t i = 0; i < wanted->setting_count; i++) {
        const subject_option *set = &wanted->settings[i];
        if (asprintf(&settings[i], "%s=%s", set->name, set->value) < 0) _exit(EXIT_RUN_FAILED);
        arguments[count++] = "--set";
        arguments[count++] = settings[i];
    }
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execvp("valgrind", (char *const *)(uintptr_t)arguments);
    _exit(127);
}

static verdict check_valgrind(const test_request *wanted, const mill_plugin *plugin)
{
    char log[4096], what[4200];
    int status = 0;
    snprintf(log, sizeof log, "%s/%s.valgrind.log", wanted->folder, plugin->name);
    pid_t process = fork();
    if (process == 0) become_valgrind(wanted, log);
    while (process > 0 && waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    int code = process > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    bool is_absent = code == 127, is_fine = code == EXIT_DONE;
    verdict found = is_absent ? VERDICT_SKIPPED : is_fine ? VERDICT_PASSED : VERDICT_FAILED;
    if (is_absent)
        snprintf(what, sizeof what, "valgrind is not installed; apt-get install valgrind");
    else if (is_fine)
        snprintf(what, sizeof what, "no memory error, nothing lost");
    else if (code == VALGRIND_FAILED)
        snprintf(what, sizeof what, "memory errors; %s has them", log);
    else
        snprintf(what, sizeof what, "ends with code %d under valgrind; see %s", code, log);
    if (found != VERDICT_FAILED) unlink(log);
    say_check(found, "valgrind", what);
    return found;
}

/* ---- All checks ----------------------------------------------------------------------------- */

static int sum_up(const test_request *wanted, size_t made, size_t failed)
{
    buffer text;
    buffer_init(&text, NULL, 1 << 16);
    if (failed == 0)
        buffer_printf(&text, "%s: %zu checks hold\n", wanted->path, made);
    else
        buffer_printf(&text, "%s: %zu of %zu checks failed\n", wanted->path, failed, made);
    int code = print(&text);
    buffer_clear(&text);
    return code != EXIT_DONE ? code : failed == 0 ? EXIT_DONE : EXIT_RUN_FAILED;
}

static int make_checks(const test_request *wanted, const mill_plugin *plugin)
{
    conformance kit;
    mill_error error;
    size_t made = 1, failed = 0; /* the descriptor is seen to */
    if (!conformance_open(&kit, plugin, wanted->path, wanted->settings, &error)) {
        conformance_close(&kit);
        return say_error(&error);
    }
    kit.folder = wanted->folder;
    kit.timeout = wanted->timeout;
    kit.in_process = wanted->in_process;
    for (size_t i = 0; i < conformance_check_count; i++) {
        const conformance_check *check = &conformance_checks[i];
        char message[8192];
        if (wanted->check != NULL && strcmp(wanted->check, check->name) != 0) continue;
        verdict found = conformance_run(&kit, check, message, sizeof message);
        say_check(found, check->name, message);
        made += found != VERDICT_SKIPPED;
        failed += found == VERDICT_FAILED;
    }
    conformance_close(&kit);
    if (wanted->with_valgrind) {
        verdict found = check_valgrind(wanted, plugin);
        made += found != VERDICT_SKIPPED;
        failed += found == VERDICT_FAILED;
    }
    return sum_up(wanted, made, failed);
}

/* ---- What is asked for ---------------------------------------------------------------------- */

/* Sees to it that the options set are the plug-in's and have values that they can have. */
static int check_settings(const test_request *wanted, const mill_plugin *plugin)
{
    for (size_t i = 0; i < wanted->setting_count; i++) {
        const subject_option *set = &wanted->settings[i];
        char why[512];
        mill_value value;
        suggestion near = {.wanted = set->name};
        const mill_option *option = option_find(plugin->options, plugin->option_count,
                                                plugin->header.option_size, set->name);
        for (uint32_t j = 0; j < plugin->option_count && option == NULL; j++)
            suggestion_offer(&near,
                             option_at(plugin->options, plugin->header.option_size, j)->name);
        if (option == NULL && near.best != NULL)
            return say(EXIT_USAGE, "--set %s: unknown option; did you mean '%s'?", set->name,
                       near.best);
        if (option == NULL)
            return say(EXIT_USAGE, "--set %s: unknown option; `textmill plugins %s` lists them",
                       set->name, wanted->path);
        if (!option_parse(option, set->value, &value, why, sizeof why))
            return say(EXIT_USAGE, "--set %s: %s", set->name, why);
    }
    return EXIT_DONE;
}

static int list_checks(void)
{
    buffer text;
    buffer_init(&text, NULL, 1 << 16);
    buffer_printf(&text, "%-10s %s\n", "descriptor", "the file can be loaded, and says what it is");
    for (size_t i = 0; i < conformance_check_count; i++)
        buffer_printf(&text, "%-10s %s\n", conformance_checks[i].name, conformance_checks[i].help);
    buffer_printf(&text, "%-10s %s\n", "valgrind",
                  "with --valgrind: no memory error, nothing lost");
    int code = print(&text);
    buffer_clear(&text);
    return code;
}

static int add_setting(test_request *wanted, char *text)
{
    char *equals = strchr(text, '=');
    if (equals == NULL || equals == text)
        return say(EXIT_USAGE, "test-plugin: --set '%s' is not OPTION=VALUE", text);
    if (wanted->setting_count == MOST_SETTINGS)
        return say(EXIT_USAGE, "test-plugin: more than %d --set", MOST_SETTINGS);
    *equals = '\0';
    wanted->settings[wanted->setting_count++] = (subject_option){text, equals + 1};
    return EXIT_DONE;
}

static int set_check(test_request *wanted, const char *name)
{
    suggestion near = {.wanted = name};
    wanted->check = name;
    for (size_t i = 0; i < conformance_check_count; i++) {
        if (strcmp(conformance_checks[i].name, name) == 0) return EXIT_DONE;
        suggestion_offer(&near, conformance_checks[i].name);
    }
    if (strcmp(name, "descriptor") == 0) return EXIT_DONE;
    if (near.best != NULL)
        return say(EXIT_USAGE, "test-plugin: no check '%s'; did you mean '%s'?", name, near.best);
    return say(EXIT_USAGE, "test-plugin: no check '%s'; --list lists them", name);
}

static int set_timeout(test_request *wanted, const char *text)
{
    static const mill_option seconds = {.type = MILL_OPTION_NUMBER, .minimum = 0.1, .maximum = 1e6};
    char why[512];
    mill_value value;
    if (!option_parse(&seconds, text, &value, why, sizeof why))
        return say(EXIT_USAGE, "test-plugin: --timeout %s", why);
    wanted->timeout = value.as.number;
    return EXIT_DONE;
}

static int take_option(test_request *wanted, int option)
{
    switch (option) {
    case 's': return add_setting(wanted, optarg);
    case 'c': return set_check(wanted, optarg);
    case 't': return set_timeout(wanted, optarg);
    case 'd': wanted->folder = optarg; break;
    case VALGRIND: wanted->with_valgrind = true; break;
    default: wanted->in_process = true;
    }
    return EXIT_DONE;
}

const command_option command_test_plugin_options[] = {
    {"set", 's', "OPTION=VALUE", 0},
    {"check", 'c', "CHECK", 0},
    {"list", 'l', NULL, 0},
    {"timeout", 't', "SECONDS", 0},
    {"articles", 'd', "FOLDER", 0},
    {"valgrind", VALGRIND, NULL, 0},
    {"in-process", IN_PROCESS, NULL, 0},
    {NULL, 0, NULL, 0},
};

int command_test_plugin(int argc, char **argv)
{
    test_request wanted = {.folder = ".", .timeout = 10};
    int option, code = EXIT_DONE;
    while (code == EXIT_DONE &&
           (option = next_option(argc, argv, command_test_plugin_options)) != -1) {
        if (option == '?') return say_bad_option("test-plugin", argv);
        if (option == 'l') return list_checks();
        code = take_option(&wanted, option);
    }
    if (code != EXIT_DONE) return code;
    if (optind + 1 != argc)
        return say(EXIT_USAGE,
                   "test-plugin: name one plug-in file; see textmill test-plugin --help");
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s%s", strchr(argv[optind], '/') != NULL ? "" : "./",
             argv[optind]);
    wanted.path = path;
    const mill_plugin *plugin = check_descriptor(wanted.path);
    if (plugin == NULL) return sum_up(&wanted, 1, 1);
    code = check_settings(&wanted, plugin);
    return code == EXIT_DONE ? make_checks(&wanted, plugin) : code;
}
