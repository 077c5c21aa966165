/* Bytes go to xxHash as they come; the struct only hides it. */
#include "digest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

struct digest {
    XXH3_state_t *state;
};

digest *digest_create(void)
{
    digest *self = malloc(sizeof *self);
    if (self == NULL) return NULL;
    self->state = XXH3_createState();
    if (self->state != NULL && XXH3_128bits_reset(self->state) == XXH_OK) return self;
    digest_destroy(self);
    return NULL;
}

void digest_destroy(digest *self)
{
    if (self == NULL) return;
    XXH3_freeState(self->state);
    free(self);
}

void digest_update(digest *self, mill_text data)
{
    XXH3_128bits_update(self->state, data.data, data.length);
}

void digest_text(const digest *self, char text[DIGEST_TEXT])
{
    XXH128_hash_t sum = XXH3_128bits_digest(self->state);
    snprintf(text, DIGEST_TEXT, "%016llx%016llx", (unsigned long long)sum.high64,
             (unsigned long long)sum.low64);
}

bool digest_read(digest *self, int descriptor, uint64_t length, const char *name, mill_error *error)
{
    char room[1 << 16];
    uint64_t at = 0;
    while (at < length) {
        size_t wanted = length - at < sizeof room ? (size_t)(length - at) : sizeof room;
        ssize_t got = pread(descriptor, room, wanted, (off_t)at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0)
            return error_set(error, ERROR_INPUT, "%s: cannot be read: %s", name, strerror(errno));
        if (got == 0) break;
        digest_update(self, (mill_text){room, (size_t)got});
        at += (uint64_t)got;
    }
    return at == length || length == UINT64_MAX ||
           error_set(error, ERROR_INPUT, "%s: has %llu bytes, and had %llu", name,
                     (unsigned long long)at, (unsigned long long)length);
}

bool digest_file(const char *path, char text[DIGEST_TEXT], mill_error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    digest *sum = digest_create();
    bool fine = false;
    if (descriptor < 0)
        error_set(error, ERROR_INPUT, "%s: cannot be read: %s", path, strerror(errno));
    else if (sum == NULL)
        error_set(error, ERROR_MEMORY, "out of memory");
    else
        fine = digest_read(sum, descriptor, UINT64_MAX, path, error);
    if (fine) digest_text(sum, text);
    digest_destroy(sum);
    if (descriptor >= 0) close(descriptor);
    return fine;
}
