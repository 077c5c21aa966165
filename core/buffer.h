/* buffer - a growing run of bytes that writers append to: the runner's side of mill_output.
 *
 * Never shrinks while it is in use. Where memory ends, the buffer remembers that it failed and
 * takes no more; whoever commits it looks at that once.
 */
#ifndef CORE_BUFFER_H
#define CORE_BUFFER_H

#include "textmill/plugin.h"

typedef struct buffer {
    mill_output output; /* first: a mill_output * is a buffer * */
    size_t limit;       /* capacity never passes it */
    bool failed;
} buffer;

/* Makes an empty buffer. `host` may be NULL where no plug-in sees it: the buffer_ functions do not
 * use it, but the mill_output_ wrappers then must not need to grow. */
void buffer_init(buffer *buffer, const mill_host *host, size_t limit);

/* Makes room for `size` more bytes. Fails: false; the buffer is marked failed and unchanged. */
bool buffer_reserve(buffer *buffer, size_t size);

void buffer_write(buffer *buffer, const char *data, size_t length);

/* Appends formatted text. */
void buffer_printf(buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends a JSON string with its quotation marks. Escapes `"`, `\`, and control characters; other
 * bytes are copied in runs. */
void buffer_json(buffer *buffer, const char *data, size_t length);

/* Appends the inside of a JSON string only, so that a long one can be written in pieces. */
void buffer_json_part(buffer *buffer, const char *data, size_t length);

/* Appends the shortest decimal form that reads back as the same double; `null` if not finite.
 * Independent of the locale. Values with up to four decimals take a fast path. */
void buffer_number(buffer *buffer, double number);

/* Appends base64 with padding (RFC 4648). */
void buffer_base64(buffer *buffer, const char *data, size_t length);

/* Forgets the contents, keeps the memory. */
void buffer_reset(buffer *buffer);

void buffer_clear(buffer *buffer);

#endif
