/* digest - a fingerprint of bytes: XXH3 with 128 bits (xxhsum -H2 prints the same). It finds damage
 * and change, not forgery.
 */
#ifndef CORE_DIGEST_H
#define CORE_DIGEST_H

#include "log.h"
#include "textmill/plugin.h"

#define DIGEST_TEXT 33 /* bytes of a digest as text, with its NUL */

typedef struct digest digest;

/* Fails: NULL, out of memory. */
digest *digest_create(void);

void digest_update(digest *digest, mill_text data);

/* Writes the fingerprint of all bytes so far; more may follow. */
void digest_text(const digest *digest, char text[DIGEST_TEXT]);

void digest_destroy(digest *digest);

/* Reads the first `length` bytes of a file (UINT64_MAX: all) into a digest.
 * Fails: false with the reason, also if the file is shorter. */
bool digest_read(digest *digest, int descriptor, uint64_t length, const char *name,
                 mill_error *error);

/* Writes the fingerprint of a whole file. Fails: false with the reason. */
bool digest_file(const char *path, char text[DIGEST_TEXT], mill_error *error);

#endif
