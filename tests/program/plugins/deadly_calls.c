/* Preloaded into the program: kills it before its DEADLY_CALL-th call that changes files, so that a
 * test can stop a run at every such place. Calls of forked processes do not count. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static pid_t program;
static long calls, deadly;

__attribute__((constructor)) static void begin(void)
{
    const char *wanted = getenv("DEADLY_CALL");
    program = getpid();
    deadly = wanted != NULL ? atol(wanted) : 0;
}

static void *count_call(const char *name)
{
    if (getpid() == program && ++calls == deadly) kill(program, SIGKILL);
    return dlsym(RTLD_NEXT, name);
}

#define COUNTED(type, name, parameters, arguments)                                                 \
    type name parameters;                                                                          \
    type name parameters                                                                           \
    {                                                                                              \
        return ((type(*) parameters)(size_t)count_call(#name))arguments;                           \
    }

COUNTED(int, unlink, (const char *path), (path))
COUNTED(int, unlinkat, (int folder, const char *path, int flags), (folder, path, flags))
COUNTED(int, rename, (const char *from, const char *to), (from, to))
COUNTED(int, renameat, (int old, const char *from, int new, const char *to), (old, from, new, to))
COUNTED(int, renameat2, (int old, const char *from, int new, const char *to, unsigned flags),
        (old, from, new, to, flags))
COUNTED(int, link, (const char *from, const char *to), (from, to))
COUNTED(int, linkat, (int old, const char *from, int new, const char *to, int flags),
        (old, from, new, to, flags))
COUNTED(int, fsync, (int file), (file))
COUNTED(int, fdatasync, (int file), (file))
COUNTED(int, ftruncate, (int file, off_t length), (file, length))
COUNTED(ssize_t, write, (int file, const void *data, size_t length), (file, data, length))
COUNTED(ssize_t, pwrite, (int file, const void *data, size_t length, off_t at),
        (file, data, length, at))
