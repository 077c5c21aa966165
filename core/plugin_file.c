/* The way of a file into the process: whom it belongs to, whether it is a whole library for this
 * machine, then the dynamic loader. The loader maps what the program headers say and would die of
 * SIGBUS in a file that is shorter, so no such file reaches it. */
#include "plugin_file.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYMBOL "textmill_plugin"

static bool plugin_error(mill_error *error, const char *path, const char *what)
{
    return error_set(error, ERROR_PLUGIN, "%s: %s", path, what);
}

static bool cannot_read(mill_error *error, const char *path)
{
    return error_set(error, ERROR_PLUGIN, "%s: cannot be read: %s; check the path", path,
                     strerror(errno));
}

/* ---- Trust --------------------------------------------------------------------------------- */

/* What may be changed by others could run their code as this user. */
static bool check_owner_and_mode(const char *path, const char *what, const char *target,
                                 mill_error *error)
{
    struct stat status;
    if (stat(target, &status) != 0) return cannot_read(error, target);
    if (status.st_uid != 0 && status.st_uid != geteuid())
        return error_set(error, ERROR_PLUGIN,
                         "%s: %s belongs to user %u, neither root nor you; if you trust it, run "
                         "chown %u %s",
                         path, what, (unsigned)status.st_uid, (unsigned)geteuid(), target);
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return error_set(error, ERROR_PLUGIN,
                         "%s: %s may be written by others (mode %04o); run chmod go-w %s", path,
                         what, (unsigned)status.st_mode & 07777u, target);
    return true;
}

static bool check_folder_of(const char *path, const char *file, mill_error *error)
{
    char *folder = strdup(file);
    if (folder == NULL) return error_set(error, ERROR_MEMORY, "%s: out of memory", path);
    char *slash = strrchr(folder, '/');
    if (slash != NULL) slash[slash == folder] = '\0';
    bool trusted = check_owner_and_mode(path, "its folder", slash != NULL ? folder : ".", error);
    free(folder);
    return trusted;
}

bool plugin_file_check_folder(const char *folder, mill_error *error)
{
    return check_owner_and_mode(folder, "this folder", folder, error);
}

/* A symbolic link can be redirected in the folder it is in, and its target be changed in the
 * target's: both must be trusted. */
bool plugin_file_check_trust(const char *path, mill_error *error)
{
    char *target = realpath(path, NULL);
    if (target == NULL) return cannot_read(error, path);
    bool trusted = check_owner_and_mode(path, "the file", target, error) &&
                   check_folder_of(path, path, error) && check_folder_of(path, target, error);
    free(target);
    return trusted;
}

/* ---- ELF ----------------------------------------------------------------------------------- */

#define ELF_CLASS      (__ELF_NATIVE_CLASS == 64 ? ELFCLASS64 : ELFCLASS32)
#define ELF_BYTE_ORDER (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB)

typedef struct elf_file {
    const char *path;
    int descriptor;
    uint64_t size;
    ElfW(Ehdr) header;
    mill_error *error;
} elf_file;

static bool read_at(const elf_file *file, void *data, size_t length, uint64_t offset)
{
    ssize_t got = pread(file->descriptor, data, length, (off_t)offset);
    if (got == (ssize_t)length) return true;
    if (got < 0) return cannot_read(file->error, file->path);
    return plugin_error(file->error, file->path, "changes while it is read; try again");
}

/* Checks that the file reaches to offset + length. */
static bool check_reaches(const elf_file *file, const char *what, uint64_t offset, uint64_t length)
{
    uint64_t end;
    if (__builtin_add_overflow(offset, length, &end)) end = UINT64_MAX;
    if (end <= file->size) return true;
    return error_set(file->error, ERROR_PLUGIN,
                     "%s: truncated: the file has %llu bytes, its %s %llu; build it again",
                     file->path, (unsigned long long)file->size, what, (unsigned long long)end);
}

static const char *machine_name(unsigned machine, char *text, size_t size)
{
    switch (machine) {
    case EM_X86_64: return "x86_64";
    case EM_386: return "i386";
    case EM_AARCH64: return "aarch64";
    case EM_ARM: return "arm";
    case EM_RISCV: return "riscv";
    case EM_PPC64: return "ppc64";
    case EM_S390: return "s390";
    default: snprintf(text, size, "machine %u", machine); return text;
    }
}

/* Returns the machine that this program was built for, EM_NONE if that cannot be told. */
static unsigned own_machine(void)
{
    ElfW(Ehdr) header = {.e_machine = EM_NONE};
    int descriptor = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return EM_NONE;
    if (read(descriptor, &header, sizeof header) != (ssize_t)sizeof header)
        header.e_machine = EM_NONE;
    close(descriptor);
    return header.e_machine;
}

static bool check_machine(const elf_file *file)
{
    char theirs[32], ours[32];
    unsigned machine = file->header.e_machine, own = own_machine();
    if (own == EM_NONE || machine == own) return true;
    return error_set(file->error, ERROR_PLUGIN,
                     "%s: is for %s, this machine is %s; build it on this machine", file->path,
                     machine_name(machine, theirs, sizeof theirs),
                     machine_name(own, ours, sizeof ours));
}

static bool check_identity(const elf_file *file)
{
    const unsigned char *identity = file->header.e_ident;
    size_t known = file->size < SELFMAG ? (size_t)file->size : SELFMAG;
    if (known == 0) return plugin_error(file->error, file->path, "is empty; build it again");
    if (memcmp(identity, ELFMAG, known) != 0)
        return plugin_error(file->error, file->path,
                            "is not a shared library; build it with cc -shared -fPIC");
    if (!check_reaches(file, "header needs", 0, sizeof file->header)) return false;
    if (identity[EI_CLASS] != ELF_CLASS)
        return error_set(file->error, ERROR_PLUGIN,
                         "%s: is for %s-bit programs, this textmill has %d bits; build it on this "
                         "machine",
                         file->path, identity[EI_CLASS] == ELFCLASS32 ? "32" : "64",
                         __ELF_NATIVE_CLASS);
    if (identity[EI_DATA] != ELF_BYTE_ORDER)
        return plugin_error(file->error, file->path,
                            "has the byte order of another machine; build it on this machine");
    return true;
}

static bool check_type(const elf_file *file)
{
    const char *what = file->header.e_type == ET_EXEC  ? "is a program"
                       : file->header.e_type == ET_REL ? "is an object file"
                                                       : "is of another ELF type";
    if (file->header.e_type == ET_DYN) return true;
    return error_set(file->error, ERROR_PLUGIN,
                     "%s: %s, not a shared library; link it with cc -shared -fPIC", file->path,
                     what);
}

static bool check_segments(const elf_file *file)
{
    const ElfW(Ehdr) *header = &file->header;
    if (header->e_phentsize != sizeof(ElfW(Phdr)) || header->e_phnum == 0)
        return plugin_error(file->error, file->path,
                            "has no program headers; link it with cc -shared -fPIC");
    if (!check_reaches(file, "program headers need", header->e_phoff,
                       (uint64_t)header->e_phnum * sizeof(ElfW(Phdr))))
        return false;
    for (unsigned i = 0; i < header->e_phnum; i++) {
        ElfW(Phdr) segment;
        if (!read_at(file, &segment, sizeof segment, header->e_phoff + i * sizeof segment))
            return false;
        if (segment.p_type == PT_INTERP)
            return plugin_error(file->error, file->path,
                                "is a program, not a shared library; link it with "
                                "cc -shared -fPIC");
        if (segment.p_type == PT_LOAD &&
            !check_reaches(file, "segments need", segment.p_offset, segment.p_filesz))
            return false;
    }
    return true;
}

/* The section headers stand at the very end: where they are whole, so is the rest. */
static bool check_sections(const elf_file *file)
{
    return check_reaches(file, "section headers need", file->header.e_shoff,
                         (uint64_t)file->header.e_shnum * file->header.e_shentsize);
}

static bool check_opened(elf_file *file)
{
    struct stat status;
    if (fstat(file->descriptor, &status) != 0) return cannot_read(file->error, file->path);
    if (!S_ISREG(status.st_mode))
        return plugin_error(file->error, file->path,
                            "is not a regular file; take it out of the folder of plug-ins");
    file->size = (uint64_t)status.st_size;
    size_t length = sizeof file->header;
    if (file->size < length) length = (size_t)file->size;
    return read_at(file, &file->header, length, 0) && check_identity(file) && check_machine(file) &&
           check_type(file) && check_segments(file) && check_sections(file);
}

bool plugin_file_check_elf(const char *path, mill_error *error)
{
    /* Without waiting: a pipe of that name would keep us here until somebody writes to it. */
    elf_file file = {.path = path, .error = error};
    file.descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file.descriptor < 0) return cannot_read(error, path);
    bool complete = check_opened(&file);
    close(file.descriptor);
    return complete;
}

/* ---- Loading ------------------------------------------------------------------------------- */

/* Words what the loader says ("PATH: undefined symbol: x") as what is missing and what to do. */
static bool explain_loader(const char *path, const char *text, mill_error *error)
{
    static const char undefined[] = "undefined symbol: ", missing[] = ": cannot open shared object";
    size_t length = strlen(path);
    if (strncmp(text, path, length) == 0 && strncmp(text + length, ": ", 2) == 0)
        text += length + 2;
    if (strncmp(text, undefined, strlen(undefined)) == 0)
        return error_set(error, ERROR_PLUGIN,
                         "%s: needs '%s', which no library provides; link the library that has it",
                         path, text + strlen(undefined));
    const char *library_end = strstr(text, missing);
    if (library_end != NULL)
        return error_set(error, ERROR_PLUGIN,
                         "%s: needs the library %.*s, which is not installed; install it", path,
                         (int)(library_end - text), text);
    return error_set(error, ERROR_PLUGIN, "%s: cannot be loaded: %s; build it on this machine",
                     path, text);
}

/* Finds the descriptor in the library itself, not in one that it needs, and how many bytes its
 * symbol says it has. */
static const mill_plugin *find_descriptor(void *library, size_t *available)
{
    Dl_info place;
    void *map = NULL, *found_in = NULL, *extra = NULL;
    void *address = dlsym(library, SYMBOL);
    if (address == NULL || dlinfo(library, RTLD_DI_LINKMAP, &map) != 0) return NULL;
    if (dladdr1(address, &place, &found_in, RTLD_DL_LINKMAP) == 0 || found_in != map) return NULL;
    if (dladdr1(address, &place, &extra, RTLD_DL_SYMENT) == 0 || extra == NULL) return NULL;
    const ElfW(Sym) *symbol = extra;
    if ((symbol->st_info & 0xF) != STT_OBJECT) return NULL;
    *available = symbol->st_size;
    return address;
}

static void *load_library(const char *path, mill_error *error)
{
    if (strchr(path, '/') == NULL) {
        /* The loader would look for a bare name in the system's folders. */
        error_set(error, ERROR_PLUGIN, "%s: is a name, not a path; write ./%s", path, path);
        return NULL;
    }
    if (!plugin_file_check_trust(path, error) || !plugin_file_check_elf(path, error)) return NULL;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == NULL) explain_loader(path, dlerror(), error);
    return library;
}

const mill_plugin *plugin_file_load(const char *path, mill_error *error)
{
    size_t available = 0;
    void *library = load_library(path, error);
    if (library == NULL) return NULL;
    const mill_plugin *plugin = find_descriptor(library, &available);
    if (plugin == NULL) {
        plugin_error(error, path,
                     "is not a textmill plug-in: it exports no constant " SYMBOL
                     "; define one as in textmill/plugin.h, or take the file out of the folder");
        return NULL;
    }
    return plugin_file_vet(path, plugin, available, error) ? plugin : NULL;
}
