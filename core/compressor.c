/* The half of compression.h that writes. No time, no name and no thread goes into a frame, so that
 * the same input gives the same bytes. The library keeps its state from frame to frame; only the
 * frame's own parts begin anew. */
#define ZLIB_CONST
#include "compression.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum { GZIP_LEVEL = 6, ZSTD_LEVEL = 3, ROOM = 1 << 17 };

struct compressor {
    compression format;
    z_stream gzip;
    ZSTD_CCtx *zstd;
    char room[ROOM]; /* what the last call gave */
};

static bool has_ending(const char *path, const char *ending)
{
    size_t length = strlen(path), wanted = strlen(ending);
    return length >= wanted && strcmp(path + length - wanted, ending) == 0;
}

compression compression_by_name(const char *path)
{
    if (has_ending(path, ".gz")) return COMPRESSION_GZIP;
    if (has_ending(path, ".zst")) return COMPRESSION_ZSTD;
    return COMPRESSION_NONE;
}

static bool begin_gzip(compressor *self)
{
    int window_and_gzip_header = 15 + 16, memory = 8;
    return deflateInit2(&self->gzip, GZIP_LEVEL, Z_DEFLATED, window_and_gzip_header, memory,
                        Z_DEFAULT_STRATEGY) == Z_OK;
}

static bool begin_zstd(compressor *self)
{
    self->zstd = ZSTD_createCCtx();
    if (self->zstd == NULL) return false;
    ZSTD_CCtx_setParameter(self->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
    ZSTD_CCtx_setParameter(self->zstd, ZSTD_c_checksumFlag, 1);
    return true;
}

compressor *compressor_create(compression format)
{
    compressor *self = calloc(1, sizeof *self);
    if (self == NULL) return NULL;
    self->format = format;
    if (format == COMPRESSION_GZIP ? begin_gzip(self) : begin_zstd(self)) return self;
    free(self);
    return NULL;
}

/* zlib counts in 32 bits. */
static size_t limit_piece(size_t length)
{
    const size_t most = (size_t)1 << 30;
    return length < most ? length : most;
}

static void run_gzip(compressor *self, mill_text *input, bool end, mill_text *output, bool *done)
{
    z_stream *stream = &self->gzip;
    size_t piece = limit_piece(input->length);
    bool last = end && piece == input->length;
    stream->next_in = (const Bytef *)input->data;
    stream->avail_in = (uInt)piece;
    stream->next_out = (Bytef *)self->room;
    stream->avail_out = ROOM;
    int status = deflate(stream, last ? Z_FINISH : Z_NO_FLUSH);
    size_t taken = piece - stream->avail_in;
    input->data += taken;
    input->length -= taken;
    output->length = ROOM - stream->avail_out;
    *done = end ? status == Z_STREAM_END : input->length == 0 && stream->avail_out > 0;
    if (status == Z_STREAM_END) deflateReset(stream);
}

static bool run_zstd(compressor *self, mill_text *input, bool end, mill_text *output, bool *done)
{
    ZSTD_inBuffer in = {input->data, input->length, 0};
    ZSTD_outBuffer out = {self->room, ROOM, 0};
    size_t left = ZSTD_compressStream2(self->zstd, &out, &in, end ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(left)) return false;
    input->data += in.pos;
    input->length -= in.pos;
    output->length = out.pos;
    *done = end ? left == 0 : input->length == 0;
    return true;
}

bool compressor_run(compressor *self, mill_text *input, bool end, mill_text *output, bool *done)
{
    output->data = self->room;
    if (self->format == COMPRESSION_ZSTD) return run_zstd(self, input, end, output, done);
    run_gzip(self, input, end, output, done);
    return true;
}

void compressor_destroy(compressor *self)
{
    if (self == NULL) return;
    if (self->format == COMPRESSION_GZIP) deflateEnd(&self->gzip);
    ZSTD_freeCCtx(self->zstd);
    free(self);
}
