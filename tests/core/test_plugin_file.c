/* Every kind of broken plug-in file, and the one line that each is answered with. */
#include "plugin_file.h"
#include "sample_plugin.h"
#include "test.h"

#include <limits.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *folder;  /* this test's own */
static const char *samples; /* the folder with what main built */
static mill_error error;

/* Fails unless the error's message is `path` and what is said of it. */
static void assert_message(const char *path, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void assert_message(const char *path, const char *format, ...)
{
    char what[2048], expected[8192];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    snprintf(expected, sizeof expected, "%s: %s", path, what);
    ck_assert_str_eq(error.message, expected);
    ck_assert_int_eq(error.code, ERROR_PLUGIN);
}

/* ---- ELF ----------------------------------------------------------------------------------- */

/* The sample's bytes, to be broken. Owns: the caller frees. */
static unsigned char *sample_bytes(size_t *length)
{
    return (unsigned char *)test_read(test_path(samples, "sample.so"), length);
}

/* Writes the sample with `length` bytes at `offset` replaced; returns its path. */
static const char *patched(size_t offset, const void *patch, size_t length)
{
    size_t size;
    unsigned char *data = sample_bytes(&size);
    memcpy(data + offset, patch, length);
    const char *path = sample_write(folder, "patched.so", data, size);
    free(data);
    return path;
}

#define PATCHED_HEADER(member, value)                                                              \
    patched(offsetof(ElfW(Ehdr), member), &(__typeof__(((ElfW(Ehdr) *)0)->member)){value},         \
            sizeof(((ElfW(Ehdr) *)0)->member))

START_TEST(accepts_a_shared_library)
{
    ck_assert(plugin_file_check_elf(test_path(samples, "sample.so"), &error));
}
END_TEST

START_TEST(refuses_a_file_that_is_not_there)
{
    folder = sample_folder();
    const char *path = test_path(folder, "none.so");
    ck_assert(!plugin_file_check_elf(path, &error));
    assert_message(path, "cannot be read: No such file or directory; check the path");
    ck_assert(!plugin_file_check_trust(path, &error));
    assert_message(path, "cannot be read: No such file or directory; check the path");
}
END_TEST

START_TEST(refuses_an_empty_file)
{
    folder = sample_folder();
    const char *path = sample_write(folder, "empty.so", "", 0);
    ck_assert(!plugin_file_check_elf(path, &error));
    assert_message(path, "is empty; build it again");
}
END_TEST

START_TEST(refuses_a_text)
{
    folder = sample_folder();
    static const char *const texts[] = {"#!/bin/sh\n", "x", "\177ELK"};
    for (size_t i = 0; i < 3; i++) {
        const char *path = sample_write(folder, "text.so", texts[i], strlen(texts[i]));
        ck_assert(!plugin_file_check_elf(path, &error));
        assert_message(path, "is not a shared library; build it with cc -shared -fPIC");
    }
}
END_TEST

START_TEST(refuses_what_is_not_a_regular_file)
{
    folder = sample_folder();
    const char *path = test_path(folder, "pipe.so");
    ck_assert_int_eq(mkfifo(path, 0755), 0);
    ck_assert(!plugin_file_check_elf(path, &error));
    assert_message(path, "is not a regular file; take it out of the folder of plug-ins");
    ck_assert(!plugin_file_check_elf(folder, &error));
    assert_message(folder, "is not a regular file; take it out of the folder of plug-ins");
}
END_TEST

START_TEST(refuses_a_program)
{
    folder = sample_folder();
    ck_assert(!plugin_file_check_elf("/proc/self/exe", &error));
    assert_message("/proc/self/exe",
                   "is a program, not a shared library; link it with cc -shared -fPIC");
    const char *path = PATCHED_HEADER(e_type, ET_EXEC);
    ck_assert(!plugin_file_check_elf(path, &error));
    assert_message(path, "is a program, not a shared library; link it with cc -shared -fPIC");
}
END_TEST

START_TEST(refuses_an_object_file)
{
    folder = sample_folder();
    const char *path = PATCHED_HEADER(e_type, ET_REL);
    ck_assert(!plugin_file_check_elf(path, &error));
    assert_message(path, "is an object file, not a shared library; link it with cc -shared -fPIC");
}
END_TEST

START_TEST(refuses_a_core_dump)
{
    folder = sample_folder();
    const char *path = PATCHED_HEADER(e_type, ET_CORE);
    ck_assert(!plugin_file_check_elf(path, &error));
    assert_message(path,
                   "is of another ELF type, not a shared library; link it with cc -shared -fPIC");
}
END_TEST

START_TEST(refuses_another_machine)
{
    folder = sample_folder();
    static const struct {
        unsigned number;
        const char *name;
    } machines[] = {{EM_X86_64, "x86_64"}, {EM_AARCH64, "aarch64"}, {EM_386, "i386"},
                    {EM_ARM, "arm"},       {EM_RISCV, "riscv"},     {EM_PPC64, "ppc64"},
                    {EM_S390, "s390"},     {4242, "machine 4242"}};
    size_t size, own = 0, count = sizeof machines / sizeof machines[0];
    ElfW(Ehdr) header;
    unsigned char *data = sample_bytes(&size);
    memcpy(&header, data, sizeof header);
    free(data);
    while (own < count && machines[own].number != header.e_machine) own++;
    ck_assert(own < count);
    for (size_t i = 0; i < count; i++) {
        const char *path = PATCHED_HEADER(e_machine, (ElfW(Half))machines[i].number);
        ck_assert_int_eq(plugin_file_check_elf(path, &error), i == own);
        if (i != own)
            assert_message(path, "is for %s, this machine is %s; build it on this machine",
                           machines[i].name, machines[own].name);
    }
}
END_TEST

START_TEST(refuses_another_word_size)
{
    folder = sample_folder();
    bool wide = sizeof(void *) == 8;
    const unsigned char other = wide ? ELFCLASS32 : ELFCLASS64;
    const char *path = patched(EI_CLASS, &other, 1);
    ck_assert(!plugin_file_check_elf(path, &error));
    assert_message(path,
                   "is for %s-bit programs, this textmill has %s bits; build it on this machine",
                   wide ? "32" : "64", wide ? "64" : "32");
}
END_TEST

START_TEST(refuses_another_byte_order)
{
    folder = sample_folder();
    size_t size;
    unsigned char *data = sample_bytes(&size);
    const unsigned char other = data[EI_DATA] == ELFDATA2LSB ? ELFDATA2MSB : ELFDATA2LSB;
    free(data);
    const char *path = patched(EI_DATA, &other, 1);
    ck_assert(!plugin_file_check_elf(path, &error));
    assert_message(path, "has the byte order of another machine; build it on this machine");
}
END_TEST

START_TEST(refuses_a_file_without_program_headers)
{
    folder = sample_folder();
    const char *path = PATCHED_HEADER(e_phnum, 0);
    ck_assert(!plugin_file_check_elf(path, &error));
    assert_message(path, "has no program headers; link it with cc -shared -fPIC");
    path = PATCHED_HEADER(e_phentsize, 1);
    ck_assert(!plugin_file_check_elf(path, &error));
    assert_message(path, "has no program headers; link it with cc -shared -fPIC");
}
END_TEST

START_TEST(refuses_sizes_that_overflow)
{
    folder = sample_folder();
    size_t size;
    ElfW(Ehdr) header;
    unsigned char *data = sample_bytes(&size);
    memcpy(&header, data, sizeof header);
    free(data);
    const char *path = PATCHED_HEADER(e_phoff, (ElfW(Off)) - 8);
    ck_assert(!plugin_file_check_elf(path, &error));
    assert_message(path,
                   "truncated: the file has %zu bytes, its program headers need %llu; build it "
                   "again",
                   size,
                   sizeof(ElfW(Off)) == 8 ? ULLONG_MAX
                                          : UINT_MAX - 7ull + sizeof(ElfW(Phdr)) * header.e_phnum);
}
END_TEST

/* What the first `length` bytes of a whole library lack, told from its headers. */
static void describe_lack(const unsigned char *data, size_t length, char *text, size_t size)
{
    ElfW(Ehdr) header;
    memcpy(&header, data, sizeof header);
    size_t program_headers = header.e_phoff + (size_t)header.e_phnum * sizeof(ElfW(Phdr));
    const char *what = "header needs";
    size_t needed = sizeof header;
    if (length >= needed) what = "program headers need", needed = program_headers;
    for (size_t i = 0; i < header.e_phnum && length >= needed; i++) {
        ElfW(Phdr) segment;
        memcpy(&segment, data + header.e_phoff + i * sizeof segment, sizeof segment);
        if (segment.p_type == PT_LOAD) needed = segment.p_offset + segment.p_filesz;
        what = "segments need";
    }
    if (length >= needed) {
        what = "section headers need";
        needed = header.e_shoff + (size_t)header.e_shnum * header.e_shentsize;
    }
    snprintf(text, size, "truncated: the file has %zu bytes, its %s %zu; build it again", length,
             what, needed);
}

START_TEST(refuses_a_file_truncated_anywhere)
{
    folder = sample_folder();
    char what[256];
    size_t size, lengths[22] = {1, 3, 4, 63, 64};
    unsigned char *data = sample_bytes(&size);
    for (size_t i = 1; i < 16; i++) lengths[4 + i] = size * i / 16;
    lengths[20] = size - 1;
    lengths[21] = size - 64;
    for (size_t i = 0; i < 22; i++) {
        const char *path = sample_write(folder, "cut.so", data, lengths[i]);
        describe_lack(data, lengths[i], what, sizeof what);
        ck_assert(!plugin_file_check_elf(path, &error));
        assert_message(path, "%s", what);
        ck_assert_ptr_null(plugin_file_load(path, &error));
        assert_message(path, "%s", what);
    }
    free(data);
}
END_TEST

/* ---- Trust --------------------------------------------------------------------------------- */

static const char *own_sample(void)
{
    return sample_copy(samples, "sample.so", folder, "sample.so");
}

START_TEST(trusts_a_file_that_only_its_owner_may_write)
{
    folder = sample_folder();
    ck_assert(plugin_file_check_trust(own_sample(), &error));
    ck_assert(plugin_file_check_folder(folder, &error));
}
END_TEST

START_TEST(refuses_a_file_that_others_may_write)
{
    folder = sample_folder();
    static const struct {
        mode_t mode;
        const char *text;
    } modes[] = {{0775, "0775"}, {0757, "0757"}, {0666, "0666"}, {04775, "4775"}};
    const char *path = own_sample();
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        ck_assert_int_eq(chmod(path, modes[i].mode), 0);
        ck_assert_ptr_null(plugin_file_load(path, &error));
        assert_message(path, "the file may be written by others (mode %s); run chmod go-w %s",
                       modes[i].text, path);
    }
}
END_TEST

START_TEST(refuses_a_folder_that_others_may_write)
{
    folder = sample_folder();
    const char *path = own_sample();
    ck_assert_int_eq(chmod(folder, 01777), 0);
    ck_assert_ptr_null(plugin_file_load(path, &error));
    assert_message(path, "its folder may be written by others (mode 1777); run chmod go-w %s",
                   folder);
    ck_assert(!plugin_file_check_folder(folder, &error));
    assert_message(folder, "this folder may be written by others (mode 1777); run chmod go-w %s",
                   folder);
}
END_TEST

START_TEST(refuses_a_link_into_a_folder_that_others_may_write)
{
    folder = sample_folder();
    const char *open_folder = test_path(folder, "open"), *link = test_path(folder, "link.so");
    ck_assert_int_eq(mkdir(open_folder, 0755), 0);
    const char *path = sample_copy(samples, "sample.so", open_folder, "sample.so");
    ck_assert_int_eq(symlink(path, link), 0);
    ck_assert(plugin_file_check_trust(link, &error));
    ck_assert_int_eq(chmod(open_folder, 0777), 0);
    ck_assert(!plugin_file_check_trust(link, &error));
    assert_message(link, "its folder may be written by others (mode 0777); run chmod go-w %s",
                   open_folder);
}
END_TEST

START_TEST(refuses_a_link_in_a_folder_that_others_may_write)
{
    folder = sample_folder();
    const char *path = own_sample(), *open_folder = test_path(folder, "open");
    const char *link = test_path(open_folder, "link.so");
    ck_assert_int_eq(mkdir(open_folder, 0755), 0);
    ck_assert_int_eq(chmod(open_folder, 0777), 0);
    ck_assert_int_eq(symlink(path, link), 0);
    ck_assert(!plugin_file_check_trust(link, &error));
    assert_message(link, "its folder may be written by others (mode 0777); run chmod go-w %s",
                   open_folder);
}
END_TEST

/* Only root can give a file away. */
START_TEST(refuses_what_belongs_to_another_user)
{
    folder = sample_folder();
    if (geteuid() != 0) return;
    const char *path = own_sample();
    ck_assert_int_eq(chown(path, 12345, (gid_t)-1), 0);
    ck_assert(!plugin_file_check_trust(path, &error));
    assert_message(path,
                   "the file belongs to user 12345, neither root nor you; if you trust it, run "
                   "chown 0 %s",
                   path);
    ck_assert_int_eq(chown(path, 0, (gid_t)-1), 0);
    ck_assert_int_eq(chown(folder, 12345, (gid_t)-1), 0);
    ck_assert(!plugin_file_check_trust(path, &error));
    assert_message(path,
                   "its folder belongs to user 12345, neither root nor you; if you trust it, run "
                   "chown 0 %s",
                   folder);
    ck_assert_int_eq(chown(folder, 0, (gid_t)-1), 0);
}
END_TEST

/* ---- Loading ------------------------------------------------------------------------------- */

static void assert_not_loaded(const char *name, const char *what)
{
    const char *path = test_path(samples, name);
    ck_assert_ptr_null(plugin_file_load(path, &error));
    assert_message(path, "%s", what);
}

START_TEST(loads_a_plugin)
{
    const mill_plugin *plugin = plugin_file_load(test_path(samples, "sample.so"), &error);
    ck_assert_ptr_nonnull(plugin);
    ck_assert_str_eq(plugin->name, "sample");
    ck_assert_ptr_eq(plugin_file_load(test_path(samples, "sample.so"), &error), plugin);
}
END_TEST

START_TEST(refuses_a_bare_name)
{
    ck_assert_ptr_null(plugin_file_load("libc.so.6", &error));
    assert_message("libc.so.6", "is a name, not a path; write ./libc.so.6");
}
END_TEST

#define NOT_A_PLUGIN                                                                               \
    "is not a textmill plug-in: it exports no constant textmill_plugin; define one as in "         \
    "textmill/plugin.h, or take the file out of the folder"

START_TEST(refuses_a_library_without_a_descriptor)
{
    assert_not_loaded("without.so", NOT_A_PLUGIN);
}
END_TEST

START_TEST(refuses_a_function_called_textmill_plugin)
{
    assert_not_loaded("function.so", NOT_A_PLUGIN);
}
END_TEST

START_TEST(refuses_a_library_that_needs_a_plugin_but_is_none)
{
    assert_not_loaded("dependent.so", NOT_A_PLUGIN);
}
END_TEST

START_TEST(refuses_an_undefined_function)
{
    assert_not_loaded("undefined.so", "needs 'function_of_nobody', which no library provides; "
                                      "link the library that has it");
}
END_TEST

START_TEST(refuses_a_missing_library)
{
    assert_not_loaded("orphan.so",
                      "needs the library libgone.so, which is not installed; install it");
}
END_TEST

START_TEST(names_what_else_the_loader_says)
{
    const char *path = test_path(samples, "needs_undefined.so");
    ck_assert_ptr_null(plugin_file_load(path, &error));
    assert_message(path,
                   "cannot be loaded: %s/undefined.so: undefined symbol: function_of_nobody; build "
                   "it on this machine",
                   samples);
}
END_TEST

START_TEST(refuses_a_descriptor_that_ends_before_its_size)
{
    char what[256];
    snprintf(what, sizeof what,
             "says its descriptor has %zu bytes, but textmill_plugin has %zu; set .header = "
             "MILL_HEADER and build it again",
             sizeof(mill_plugin) + 8, sizeof(mill_plugin));
    assert_not_loaded("liar.so", what);
}
END_TEST

START_TEST(refuses_a_symbol_too_small_for_a_descriptor)
{
    assert_not_loaded("small.so", "has a textmill_plugin of 4 bytes, too few for a descriptor; "
                                  "define it as const mill_plugin");
}
END_TEST

/* Builds with cc what cannot be made by patching bytes. */
static void build_samples(void)
{
    static const char link[] = "-Wl,--no-as-needed";
    samples = sample_root();
    sample_build(samples, "sample.so", SAMPLE);
    sample_build(samples, "liar.so", "-DSIZE='sizeof(mill_plugin) + 8' " SAMPLE);
    sample_build(samples, "small.so", "tests/core/plugins/number.c");
    sample_build(samples, "function.so", "tests/core/plugins/function.c");
    sample_build(samples, "without.so", "-Dtextmill_plugin=another_name " SAMPLE);
    sample_build(samples, "dependent.so",
                 "-Dtextmill_plugin=another_name %s " SAMPLE " %s/sample.so", link, samples);
    sample_build(samples, "undefined.so", "-DCALLS=function_of_nobody " SAMPLE);
    sample_build(samples, "needs_undefined.so", "%s " SAMPLE " %s/undefined.so", link, samples);
    sample_build(samples, "libgone.so", "-Wl,-soname,libgone.so tests/core/plugins/number.c");
    sample_build(samples, "orphan.so", "%s " SAMPLE " %s/libgone.so", link, samples);
    unlink(test_path(samples, "libgone.so"));
}

int main(void)
{
    const TTest *const tests[] = {
        accepts_a_shared_library,
        refuses_a_file_that_is_not_there,
        refuses_an_empty_file,
        refuses_a_text,
        refuses_what_is_not_a_regular_file,
        refuses_a_program,
        refuses_an_object_file,
        refuses_a_core_dump,
        refuses_another_machine,
        refuses_another_word_size,
        refuses_another_byte_order,
        refuses_a_file_without_program_headers,
        refuses_sizes_that_overflow,
        refuses_a_file_truncated_anywhere,
        trusts_a_file_that_only_its_owner_may_write,
        refuses_a_file_that_others_may_write,
        refuses_a_folder_that_others_may_write,
        refuses_a_link_into_a_folder_that_others_may_write,
        refuses_a_link_in_a_folder_that_others_may_write,
        refuses_what_belongs_to_another_user,
        loads_a_plugin,
        refuses_a_bare_name,
        refuses_a_library_without_a_descriptor,
        refuses_a_function_called_textmill_plugin,
        refuses_a_library_that_needs_a_plugin_but_is_none,
        refuses_an_undefined_function,
        refuses_a_missing_library,
        names_what_else_the_loader_says,
        refuses_a_descriptor_that_ends_before_its_size,
        refuses_a_symbol_too_small_for_a_descriptor,
        NULL,
    };
    return test_run(sample_suite("plugin_file", tests, build_samples));
}
