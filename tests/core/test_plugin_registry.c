/* What is found where, what stands in whose way, and what a plug-in that crashes, hangs or exits
 * while it is loaded does to the others: nothing. */
#include "plugin_registry.h"
#include "plugin_probe.h"
#include "sample_plugin.h"
#include "test.h"

#include <string.h>
#include <unistd.h>

static const char *samples;
static char first[PATH_MAX], second[PATH_MAX]; /* two folders of this test */
static plugin_registry registry;
static problem_list problems;
static mill_error error;

static void build_samples(void)
{
    samples = sample_root();
    sample_build(samples, "sample.so", SAMPLE);
    sample_build(samples, "other.so", "-DNAME=other " SAMPLE);
    sample_build(samples, "reader.so", "-DKIND=MILL_READER " SAMPLE);
    sample_build(samples, "writer.so", "-DKIND=MILL_WRITER " SAMPLE);
    sample_build(samples, "crash.so", "-DAT_LOAD='*(volatile int *)8 = 1' " SAMPLE);
    sample_build(samples, "exit.so", "-DAT_LOAD='exit(0)' " SAMPLE);
    sample_build(samples, "kill.so", "-DAT_LOAD='kill(getpid(), SIGKILL)' " SAMPLE);
    sample_build(samples, "hang.so", "-DAT_LOAD='for (;;) pause()' " SAMPLE);
    sample_build(samples, "fork.so", "-DAT_LOAD='if (fork() == 0) for (;;) pause()' " SAMPLE);
    sample_build(samples, "noise.so", "-DAT_LOAD='puts(\"noise\"); fflush(stdout)' " SAMPLE);
    sample_build(samples, "short.so", "-DAT_LOAD='write(3, \"short\", 5)' " SAMPLE);
    sample_build(samples, "forge.so",
                 "-DAT_LOAD='static char bytes[%zu]; write(3, bytes, sizeof bytes)' " SAMPLE,
                 (sizeof(uint64_t) + sizeof(plugin_probe) + 7) & ~(size_t)7);
}

/* Two empty folders, the first of which is the whole search path. */
static void begin(void)
{
    snprintf(first, sizeof first, "%s", sample_folder());
    snprintf(second, sizeof second, "%s", sample_folder());
    memset(&registry, 0, sizeof registry);
    memset(&problems, 0, sizeof problems);
    setenv("TEXTMILL_PLUGIN_PATH", first, 1);
}

static void end(void)
{
    plugin_registry_clear(&registry);
    problems_clear(&problems);
}

static void search(const char *setting)
{
    ck_assert(plugin_registry_open(&registry, setting, &problems));
}

/* Sets the variable to two folders and searches. */
static void search_both(void)
{
    char both[2 * PATH_MAX + 2];
    snprintf(both, sizeof both, "%s:%s", first, second);
    setenv("TEXTMILL_PLUGIN_PATH", both, 1);
    search(NULL);
}

/* Makes folders in the first; the list ends with NULL. */
static void make_folders(const char *name, ...)
{
    va_list names;
    va_start(names, name);
    for (; name != NULL; name = va_arg(names, const char *))
        ck_assert_int_eq(mkdir(test_path(first, name), 0755), 0);
    va_end(names);
}

static void put(const char *folder, const char *name, const char *new_name)
{
    sample_copy(samples, name, folder, new_name);
}

/* Fails unless entry `index` is folder/name in that state; `reason` is what follows the path. */
static void assert_entry(size_t index, const char *folder, const char *name, plugin_state state,
                         const char *reason)
{
    char expected[2 * PATH_MAX];
    ck_assert_uint_lt(index, registry.entry_count);
    const plugin_entry *entry = &registry.entries[index];
    ck_assert_str_eq(entry->path, test_path(folder, name));
    ck_assert_int_eq(entry->state, state);
    if (reason == NULL) {
        ck_assert_ptr_null(entry->reason);
        return;
    }
    snprintf(expected, sizeof expected, "%s: %s", entry->path, reason);
    ck_assert_str_eq(entry->reason, expected);
}

static void assert_usable(size_t index, const char *folder, const char *name)
{
    assert_entry(index, folder, name, PLUGIN_USABLE, NULL);
}

static void assert_one_problem(const char *message)
{
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_str_eq(problems.items[0].message, message);
    ck_assert_uint_eq(problems.items[0].line, 0);
}

/* Fills in as printf does. Owns: static until the next call. */
static const char *filled(const char *format, ...) __attribute__((format(printf, 1, 2)));

static const char *filled(const char *format, ...)
{
    static char text[4 * PATH_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return text;
}

/* ---- Where plug-ins are looked for --------------------------------------------------------- */

START_TEST(finds_and_loads_a_plugin)
{
    begin();
    put(first, "sample.so", "a.so");
    search(NULL);
    ck_assert_uint_eq(problems.count, 0);
    ck_assert_uint_eq(registry.entry_count, 1);
    assert_usable(0, first, "a.so");
    plugin_entry *entry = plugin_registry_find(&registry, MILL_STAGE, "sample");
    ck_assert_ptr_eq(entry, &registry.entries[0]);
    ck_assert_ptr_null(entry->plugin);
    ck_assert_ptr_null(plugin_registry_find(&registry, MILL_READER, "sample"));
    ck_assert_ptr_null(plugin_registry_find(&registry, MILL_STAGE, "a"));
    const mill_plugin *plugin = plugin_registry_load(entry, &error);
    ck_assert_ptr_nonnull(plugin);
    ck_assert_str_eq(plugin->name, "sample");
    ck_assert_ptr_eq(plugin_registry_load(entry, &error), plugin);
    end();
}
END_TEST

START_TEST(takes_only_files_that_end_in_so)
{
    static const char *const names[] = {"b.so", ".hidden.so", "c.so.1", "d.txt", ".so", "a.so"};
    begin();
    for (size_t i = 0; i < 6; i++) put(first, i == 5 ? "other.so" : "sample.so", names[i]);
    search(NULL);
    ck_assert_uint_eq(registry.entry_count, 2);
    assert_usable(0, first, "a.so");
    assert_usable(1, first, "b.so");
    end();
}
END_TEST

START_TEST(searches_the_setting_before_the_variable)
{
    begin();
    put(first, "sample.so", "sample.so");
    put(second, "sample.so", "sample.so");
    search(second);
    ck_assert_uint_eq(registry.folder_count, 2);
    ck_assert_str_eq(registry.folders[0], second);
    ck_assert_str_eq(registry.folders[1], first);
    assert_usable(0, second, "sample.so");
    end();
}
END_TEST

START_TEST(searches_a_folder_once_however_it_is_spelled)
{
    begin();
    put(first, "sample.so", "sample.so");
    ck_assert_int_eq(symlink(first, test_path(second, "link")), 0);
    setenv("TEXTMILL_PLUGIN_PATH", filled("%s/link:%s/.", second, first), 1);
    search(first);
    ck_assert_uint_eq(registry.folder_count, 1);
    ck_assert_uint_eq(registry.entry_count, 1);
    assert_usable(0, first, "sample.so");
    end();
}
END_TEST

START_TEST(reports_a_setting_that_is_no_folder)
{
    begin();
    put(first, "sample.so", "sample.so");
    const char *file = test_path(first, "sample.so"), *none = test_path(first, "none");
    search(none);
    assert_one_problem(filled("%s: cannot be searched for plug-ins: %s; correct the path", none,
                              "No such file or directory"));
    assert_usable(0, first, "sample.so");
    end();
    search(file);
    assert_one_problem(filled("%s: is not a folder; name the folder that plug-ins are in", file));
    end();
}
END_TEST

START_TEST(leaves_out_folders_of_the_variable_that_are_not_there)
{
    begin();
    put(first, "sample.so", "sample.so");
    setenv("TEXTMILL_PLUGIN_PATH", filled("%s/none:%s", first, first), 1);
    search(NULL);
    ck_assert_uint_eq(problems.count, 0);
    ck_assert_uint_eq(registry.folder_count, 1);
    assert_usable(0, first, "sample.so");
    end();
}
END_TEST

START_TEST(reports_relative_and_empty_entries_of_the_variable)
{
    begin();
    put(first, "sample.so", "sample.so");
    setenv("TEXTMILL_PLUGIN_PATH", filled("plugins:%s:", first), 1);
    search(NULL);
    ck_assert_uint_eq(problems.count, 2);
    ck_assert_str_eq(problems.items[0].message,
                     "TEXTMILL_PLUGIN_PATH: 'plugins' is a relative path; write it from / on");
    ck_assert_str_eq(problems.items[1].message, "TEXTMILL_PLUGIN_PATH: an entry is empty; remove "
                                                "the extra colon or name a folder");
    assert_usable(0, first, "sample.so");
    end();
}
END_TEST

START_TEST(never_searches_the_current_folder)
{
    static const char *const values[] = {NULL, "", ":", ".", "./plugins"};
    char here[PATH_MAX];
    begin();
    put(first, "sample.so", "sample.so");
    make_folders("plugins", NULL);
    put(test_path(first, "plugins"), "sample.so", "sample.so");
    ck_assert_ptr_nonnull(getcwd(here, sizeof here));
    ck_assert_int_eq(chdir(first), 0);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        unsetenv("TEXTMILL_PLUGIN_PATH");
        if (values[i] != NULL) setenv("TEXTMILL_PLUGIN_PATH", values[i], 1);
        search(NULL);
        ck_assert_uint_eq(registry.folder_count, 0);
        ck_assert_uint_eq(registry.entry_count, 0);
        ck_assert_uint_eq(problems.count, i < 2 ? 0 : i == 2 ? 2 : 1);
        end();
    }
    ck_assert_int_eq(chdir(here), 0);
}
END_TEST

START_TEST(refuses_a_named_folder_that_others_may_write)
{
    begin();
    put(first, "sample.so", "sample.so");
    ck_assert_int_eq(chmod(first, 0777), 0);
    search(NULL);
    assert_one_problem(filled(
        "%s: this folder may be written by others (mode 0777); run chmod go-w %s", first, first));
    ck_assert_uint_eq(registry.folder_count, 0);
    ck_assert_uint_eq(registry.entry_count, 0);
    end();
}
END_TEST

/* Runs a copy of this program in a place of its own, as --list. Returns what it printed, errors
 * too. Owns: static until the next call. */
static const char *list_beside(const char *program)
{
    static char printed[8 * PATH_MAX];
    size_t length;
    char *data = test_read("/proc/self/exe", &length);
    test_write(program, data, length);
    ck_assert_int_eq(chmod(program, 0755), 0);
    free(data);
    test_outcome listed = test_shell("unset TEXTMILL_PLUGIN_PATH; %s --list", program);
    snprintf(printed, sizeof printed, "%s%s", listed.out, listed.err);
    free(listed.out);
    free(listed.err);
    return printed;
}

START_TEST(searches_the_install_folder_and_the_build_folder)
{
    begin();
    make_folders("bin", "bin/plugins", "lib", "lib/textmill", "lib/textmill/plugins", NULL);
    put(test_path(first, "bin/plugins"), "other.so", "a.so");
    put(test_path(first, "lib/textmill/plugins"), "sample.so", "b.so");
    const char *listed = list_beside(test_path(first, "bin/program"));
    ck_assert_str_eq(listed, filled("0 %s/lib/textmill/plugins/b.so -\n0 %s/bin/plugins/a.so -\n",
                                    first, first));
    end();
}
END_TEST

START_TEST(refuses_the_files_of_a_built_in_folder_that_others_may_write)
{
    begin();
    make_folders("plugins", NULL);
    ck_assert_int_eq(chmod(test_path(first, "plugins"), 0777), 0);
    put(test_path(first, "plugins"), "sample.so", "a.so");
    const char *listed = list_beside(test_path(first, "program"));
    ck_assert_str_eq(listed, filled("2 %s/plugins/a.so %s/plugins/a.so: its folder may be written "
                                    "by others (mode 0777); run chmod go-w %s/plugins\n",
                                    first, first, first));
    end();
}
END_TEST

/* ---- Names --------------------------------------------------------------------------------- */

START_TEST(refuses_the_second_of_a_name_in_one_folder)
{
    begin();
    put(first, "sample.so", "b.so");
    put(first, "sample.so", "a.so");
    put(first, "reader.so", "c.so");
    search(NULL);
    assert_usable(0, first, "a.so");
    assert_entry(1, first, "b.so", PLUGIN_REFUSED,
                 filled("stage 'sample' is already in %s/a.so; remove one of the two or rename "
                        "it",
                        first));
    assert_usable(2, first, "c.so");
    ck_assert_ptr_eq(plugin_registry_find(&registry, MILL_STAGE, "sample"), &registry.entries[0]);
    end();
}
END_TEST

START_TEST(shadows_a_name_of_an_earlier_folder)
{
    begin();
    put(first, "sample.so", "z.so");
    put(second, "sample.so", "a.so");
    put(second, "other.so", "b.so");
    search_both();
    assert_usable(0, first, "z.so");
    assert_entry(1, second, "a.so", PLUGIN_SHADOWED,
                 filled("stage 'sample' is taken from %s/z.so, whose folder is searched first; "
                        "remove that one to use this one",
                        first));
    assert_usable(2, second, "b.so");
    end();
}
END_TEST

START_TEST(goes_on_to_the_next_folder_where_a_file_is_refused)
{
    begin();
    sample_write(first, "sample.so", "text", 4);
    put(second, "sample.so", "sample.so");
    search_both();
    assert_entry(0, first, "sample.so", PLUGIN_REFUSED,
                 "is not a shared library; build it with cc -shared -fPIC");
    assert_usable(1, second, "sample.so");
    ck_assert_ptr_eq(plugin_registry_find(&registry, MILL_STAGE, "sample"), &registry.entries[1]);
    ck_assert_ptr_eq(plugin_registry_find_refused(&registry, "sample"), &registry.entries[0]);
    ck_assert_ptr_null(plugin_registry_find_refused(&registry, "sampl"));
    ck_assert_ptr_null(plugin_registry_load(&registry.entries[0], &error));
    ck_assert_str_eq(error.message, registry.entries[0].reason);
    end();
}
END_TEST

START_TEST(finds_readers_and_writers_by_file_name)
{
    static const char *const known[] = {"a.jsonl", "b/a.jsonl.gz", "a.JSONL.zst", "a.sample",
                                        "a.b.sample.GZ"};
    static const char *const unknown[] = {"jsonl", "a.json", "a.xjsonl", "a.gz", "a.jsonl.bz2", ""};
    begin();
    put(first, "sample.so", "a.so");
    put(first, "reader.so", "b.so");
    put(first, "writer.so", "c.so");
    search(NULL);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        ck_assert_ptr_eq(plugin_registry_find_by_file_name(&registry, MILL_READER, known[i]),
                         &registry.entries[1]);
        ck_assert_ptr_eq(plugin_registry_find_by_file_name(&registry, MILL_WRITER, known[i]),
                         &registry.entries[2]);
    }
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        ck_assert_ptr_null(plugin_registry_find_by_file_name(&registry, MILL_READER, unknown[i]));
    end();
}
END_TEST

START_TEST(has_a_word_for_each_kind)
{
    ck_assert_str_eq(plugin_kind_name(MILL_READER), "reader");
    ck_assert_str_eq(plugin_kind_name(MILL_STAGE), "stage");
    ck_assert_str_eq(plugin_kind_name(MILL_WRITER), "writer");
    ck_assert_str_eq(plugin_kind_name(0), "plug-in");
    ck_assert_str_eq(plugin_kind_name(77), "plug-in");
}
END_TEST

/* ---- Files of their own -------------------------------------------------------------------- */

START_TEST(prefers_a_file_that_was_added)
{
    begin();
    put(first, "sample.so", "sample.so");
    put(second, "sample.so", "mine.so");
    search(NULL);
    const char *path = test_path(second, "mine.so");
    plugin_entry *entry = plugin_registry_add_file(&registry, path);
    ck_assert_ptr_nonnull(entry);
    ck_assert_int_eq(entry->state, PLUGIN_USABLE);
    ck_assert_str_eq(entry->path, path);
    ck_assert_str_eq(entry->name, "sample");
    ck_assert_ptr_eq(plugin_registry_find(&registry, MILL_STAGE, "sample"), entry);
    ck_assert_ptr_nonnull(plugin_registry_load(entry, &error));
    end();
}
END_TEST

START_TEST(keeps_entries_where_they_are_as_files_are_added)
{
    begin();
    put(first, "sample.so", "sample.so");
    search(NULL);
    plugin_entry *found = plugin_registry_find(&registry, MILL_STAGE, "sample"), *added[9];
    for (size_t i = 0; i < 9; i++) {
        char name[] = {'a', (char)('0' + (char)i), '.', 's', 'o', '\0'};
        put(second, "other.so", name);
        added[i] = plugin_registry_add_file(&registry, test_path(second, name));
    }
    for (size_t i = 0; i < 9; i++)
        ck_assert_ptr_eq(plugin_registry_add_file(&registry, added[i]->path), added[i]);
    ck_assert_uint_eq(registry.file_count, 9);
    ck_assert_ptr_eq(plugin_registry_find(&registry, MILL_STAGE, "sample"), found);
    ck_assert_ptr_eq(plugin_registry_find(&registry, MILL_STAGE, "other"), added[0]);
    end();
}
END_TEST

START_TEST(says_what_is_wrong_with_a_file_that_was_added)
{
    begin();
    search(NULL);
    plugin_entry *entry = plugin_registry_add_file(&registry, test_path(first, "none.so"));
    ck_assert_ptr_nonnull(entry);
    ck_assert_int_eq(entry->state, PLUGIN_REFUSED);
    ck_assert_str_eq(entry->reason,
                     filled("%s/none.so: cannot be read: No such file or directory; check the "
                            "path",
                            first));
    end();
}
END_TEST

START_TEST(refuses_a_file_that_changed_after_it_was_examined)
{
    begin();
    put(first, "sample.so", "sample.so");
    search(NULL);
    unlink(test_path(first, "sample.so"));
    put(first, "other.so", "sample.so");
    ck_assert_ptr_null(plugin_registry_load(&registry.entries[0], &error));
    ck_assert_str_eq(
        error.message,
        filled("%s/sample.so: has changed since it was examined; run textmill again", first));
    end();
}
END_TEST

/* ---- What a plug-in does while it is loaded ------------------------------------------------ */

START_TEST(survives_whatever_a_plugin_does_when_it_is_loaded)
{
    static const char *const bad[][2] = {
        {"crash.so", "crashes when it is loaded (SIGSEGV); repair its constructors"},
        {"exit.so", "ends the program when it is loaded; repair its constructors"},
        {"kill.so", "ends the program when it is loaded; repair its constructors"},
        {"forge.so", "disturbs its examination; repair its constructors"},
        {"short.so", "disturbs its examination; repair its constructors"},
    };
    begin();
    put(first, "other.so", "0.so");
    for (size_t i = 0; i < 5; i++) put(first, bad[i][0], bad[i][0]);
    put(first, "sample.so", "z.so");
    search(NULL);
    ck_assert_uint_eq(problems.count, 0);
    ck_assert_uint_eq(registry.entry_count, 7);
    assert_usable(0, first, "0.so");
    assert_entry(1, first, "crash.so", PLUGIN_REFUSED, bad[0][1]);
    assert_entry(2, first, "exit.so", PLUGIN_REFUSED, bad[1][1]);
    assert_entry(3, first, "forge.so", PLUGIN_REFUSED, bad[3][1]);
    assert_entry(4, first, "kill.so", PLUGIN_REFUSED, bad[2][1]);
    assert_entry(5, first, "short.so", PLUGIN_REFUSED, bad[4][1]);
    assert_usable(6, first, "z.so");
    end();
}
END_TEST

START_TEST(does_not_wait_for_a_plugin_that_hangs)
{
    char hang[PATH_MAX], sample[PATH_MAX];
    const char *const paths[] = {hang, sample, hang};
    plugin_probe probes[3];
    snprintf(hang, sizeof hang, "%s/hang.so", samples);
    snprintf(sample, sizeof sample, "%s/sample.so", samples);
    plugin_probe_files(paths, 3, 400, probes);
    ck_assert_str_eq(probes[0].reason,
                     filled("%s: hangs when it is loaded; repair its constructors", hang));
    ck_assert_uint_eq(probes[1].kind, MILL_STAGE);
    ck_assert_str_eq(probes[1].name, "sample");
    ck_assert_str_eq(probes[2].reason, probes[0].reason);
}
END_TEST

/* The process that fork.so leaves behind would hold the pipe open for ever. A killed one takes a
 * moment to vanish. */
START_TEST(ends_what_a_plugin_started)
{
    begin();
    put(first, "fork.so", "fork.so");
    search(NULL);
    assert_usable(0, first, "fork.so");
    test_outcome ended = test_shell("for i in $(seq 100); do\n"
                                    "    grep -q '%s/fork.so' /proc/[0-9]*/maps || exit 0\n"
                                    "    sleep 0.1\n"
                                    "done\n"
                                    "exit 1",
                                    first);
    ck_assert_int_eq(ended.exit_code, 0);
    free(ended.out);
    free(ended.err);
    end();
}
END_TEST

START_TEST(keeps_a_plugin_off_standard_output)
{
    begin();
    make_folders("plugins", NULL);
    put(test_path(first, "plugins"), "noise.so", "noise.so");
    const char *listed = list_beside(test_path(first, "program"));
    ck_assert_str_eq(listed, filled("0 %s/plugins/noise.so -\n", first));
    end();
}
END_TEST

/* ---- All of them --------------------------------------------------------------------------- */

/* What a copy of this program does elsewhere: lists what it finds. */
static int list(void)
{
    if (!plugin_registry_open(&registry, NULL, &problems) || problems.count > 0) return 1;
    for (size_t i = 0; i < registry.entry_count; i++) {
        const plugin_entry *entry = &registry.entries[i];
        printf("%d %s %s\n", (int)entry->state, entry->path,
               entry->reason != NULL ? entry->reason : "-");
    }
    end();
    return 0;
}

int main(int count, char **arguments)
{
    const TTest *const tests[] = {
        finds_and_loads_a_plugin,
        takes_only_files_that_end_in_so,
        searches_the_setting_before_the_variable,
        searches_a_folder_once_however_it_is_spelled,
        reports_a_setting_that_is_no_folder,
        leaves_out_folders_of_the_variable_that_are_not_there,
        reports_relative_and_empty_entries_of_the_variable,
        never_searches_the_current_folder,
        refuses_a_named_folder_that_others_may_write,
        searches_the_install_folder_and_the_build_folder,
        refuses_the_files_of_a_built_in_folder_that_others_may_write,
        refuses_the_second_of_a_name_in_one_folder,
        shadows_a_name_of_an_earlier_folder,
        goes_on_to_the_next_folder_where_a_file_is_refused,
        finds_readers_and_writers_by_file_name,
        has_a_word_for_each_kind,
        prefers_a_file_that_was_added,
        keeps_entries_where_they_are_as_files_are_added,
        says_what_is_wrong_with_a_file_that_was_added,
        refuses_a_file_that_changed_after_it_was_examined,
        survives_whatever_a_plugin_does_when_it_is_loaded,
        does_not_wait_for_a_plugin_that_hangs,
        ends_what_a_plugin_started,
        keeps_a_plugin_off_standard_output,
        NULL,
    };
    if (count == 2 && strcmp(arguments[1], "--list") == 0) return list();
    return test_run(sample_suite("plugin_registry", tests, build_samples));
}
