/* The half of compression.h that reads. A fault is kept and told only when everything that came
 * before it has been handed out, so that what is lost does not depend on the size of the reads. */
#define ZLIB_CONST
#include "compression.h"

#include <inttypes.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

struct decompressor {
    compression format;
    const char *name;
    z_stream gzip;
    ZSTD_DStream *zstd;
    uint64_t taken;  /* bytes of input so far */
    uint64_t frames; /* that are complete */
    bool inside;     /* a frame has begun and not ended */
    mill_error fault;
};

decompressor *decompressor_create(compression format, const char *name)
{
    decompressor *self = calloc(1, sizeof *self);
    if (self == NULL) return NULL;
    self->format = format;
    self->name = name;
    int window_and_gzip_header = 15 + 16;
    if (format == COMPRESSION_GZIP ? inflateInit2(&self->gzip, window_and_gzip_header) == Z_OK
                                   : (self->zstd = ZSTD_createDStream()) != NULL)
        return self;
    free(self);
    return NULL;
}

/* ---- Faults -------------------------------------------------------------------------------- */

static void refuse_memory(decompressor *self)
{
    error_set(&self->fault, ERROR_MEMORY, "%s: out of memory for decompressing it", self->name);
}

/* `side` tells where the damage is, seen from what was taken: zlib has taken it, zstd has not. */
static void refuse_damage(decompressor *self, const char *side, const char *what)
{
    error_set(&self->fault, ERROR_INPUT, "%s: damaged %s byte %" PRIu64 " (%s); fetch it again",
              self->name, side, self->taken, what);
}

static void refuse_stranger(decompressor *self)
{
    const char *format = self->format == COMPRESSION_GZIP ? "gzip" : "Zstandard";
    if (self->frames == 0)
        error_set(&self->fault, ERROR_INPUT,
                  "%s: is not %s, as its name says; rename it or fetch it again", self->name,
                  format);
    else
        error_set(&self->fault, ERROR_INPUT,
                  "%s: what follows from byte %" PRIu64
                  " on is not %s; cut it off or fetch the file again",
                  self->name, self->taken, format);
}

/* Looks at the first byte of a frame; a Zstandard stream may also have frames to be skipped. */
static bool can_begin_frame(compression format, unsigned char byte)
{
    if (format == COMPRESSION_GZIP) return byte == 0x1F;
    return byte == 0x28 || (byte & 0xF0) == 0x50;
}

/* ---- One step ------------------------------------------------------------------------------ */

/* zlib counts in 32 bits. */
static size_t limit_piece(size_t length)
{
    const size_t most = (size_t)1 << 30;
    return length < most ? length : most;
}

static void run_gzip(decompressor *self, mill_text *input, char *data, size_t size,
                     size_t *produced)
{
    z_stream *stream = &self->gzip;
    size_t piece = limit_piece(input->length), room = limit_piece(size);
    stream->next_in = (const Bytef *)input->data;
    stream->avail_in = (uInt)piece;
    stream->next_out = (Bytef *)data;
    stream->avail_out = (uInt)room;
    int status = inflate(stream, Z_NO_FLUSH);
    size_t taken = piece - stream->avail_in;
    input->data += taken;
    input->length -= taken;
    self->taken += taken;
    *produced = room - stream->avail_out;
    if (status == Z_STREAM_END) {
        self->inside = false;
        inflateReset(stream);
    } else if (status == Z_MEM_ERROR) {
        refuse_memory(self);
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
        refuse_damage(self, "before", stream->msg != NULL ? stream->msg : "asks for a dictionary");
    }
}

static void run_zstd(decompressor *self, mill_text *input, char *data, size_t size,
                     size_t *produced)
{
    ZSTD_inBuffer in = {input->data, input->length, 0};
    ZSTD_outBuffer out = {data, size, 0};
    size_t status = ZSTD_decompressStream(self->zstd, &out, &in);
    input->data += in.pos;
    input->length -= in.pos;
    self->taken += in.pos;
    *produced = out.pos;
    if (status == 0) self->inside = false;
    if (!ZSTD_isError(status)) return;
    ZSTD_ErrorCode code = ZSTD_getErrorCode(status);
    if (code == ZSTD_error_memory_allocation)
        refuse_memory(self);
    else if (code == ZSTD_error_frameParameter_windowTooLarge)
        error_set(&self->fault, ERROR_INPUT,
                  "%s: takes over 128 MiB of memory to decompress; compress it without --long",
                  self->name);
    else
        refuse_damage(self, "after", ZSTD_getErrorName(status));
}

/* ---- The public face ----------------------------------------------------------------------- */

bool decompressor_run(decompressor *self, mill_text *input, char *data, size_t size,
                      size_t *produced, mill_error *error)
{
    *produced = 0;
    if (self->fault.code == ERROR_NONE && !self->inside) {
        if (input->length == 0) return true;
        self->inside = can_begin_frame(self->format, (unsigned char)input->data[0]);
        if (!self->inside) refuse_stranger(self);
    }
    if (self->fault.code == ERROR_NONE) {
        if (self->format == COMPRESSION_GZIP)
            run_gzip(self, input, data, size, produced);
        else
            run_zstd(self, input, data, size, produced);
        if (!self->inside) self->frames++;
    }
    if (*produced > 0 || self->fault.code == ERROR_NONE) return true;
    *error = self->fault;
    return false;
}

bool decompressor_end(const decompressor *self, mill_error *error)
{
    if (self->fault.code != ERROR_NONE) {
        *error = self->fault;
        return false;
    }
    if (!self->inside && self->frames > 0) return true;
    return error_set(error, ERROR_INPUT,
                     "%s: ends in the middle of a compressed block after %" PRIu64
                     " bytes; the file is truncated, fetch it again",
                     self->name, self->taken);
}

void decompressor_destroy(decompressor *self)
{
    if (self == NULL) return;
    if (self->format == COMPRESSION_GZIP) inflateEnd(&self->gzip);
    ZSTD_freeDStream(self->zstd);
    free(self);
}
