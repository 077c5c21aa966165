/* compression - gzip and Zstandard, fed and drained piece by piece.
 *
 * A compressed stream is a row of frames (gzip calls them members), each readable by itself. Knows
 * nothing of files: bytes come in, bytes go out, and `name` is for messages only.
 */
#ifndef CORE_COMPRESSION_H
#define CORE_COMPRESSION_H

#include "log.h"
#include "textmill/plugin.h"

typedef enum compression { COMPRESSION_NONE, COMPRESSION_GZIP, COMPRESSION_ZSTD } compression;

/* Tells the format from a file's name: *.gz, *.zst. */
compression compression_by_name(const char *path);

/* ---- Out ----------------------------------------------------------------------------------- */

typedef struct compressor compressor;

/* Fails: NULL, out of memory. */
compressor *compressor_create(compression format);

/* Takes bytes off the front of `input` and gives compressed ones; with `end`, ends the frame after
 * them. To be called until `*done`; what comes then begins a new frame. The same input gives the
 * same bytes.
 * Owns: `*output` is valid until the next call. Fails: false, out of memory. */
bool compressor_run(compressor *compressor, mill_text *input, bool end, mill_text *output,
                    bool *done);

void compressor_destroy(compressor *compressor);

/* ---- In ------------------------------------------------------------------------------------ */

typedef struct decompressor decompressor;

/* `name` must outlive the decompressor. Fails: NULL, out of memory. */
decompressor *decompressor_create(compression format, const char *name);

/* Takes bytes off the front of `input` and writes at most `size` bytes to `data`. Stops early at
 * the end of a frame; input is left only then and where `data` is full.
 * Fails: false with the reason, after everything before the damage has been handed out. */
bool decompressor_run(decompressor *decompressor, mill_text *input, char *data, size_t size,
                      size_t *produced, mill_error *error);

/* To be called where the input ends. Fails: false with the reason, if that is inside a frame. */
bool decompressor_end(const decompressor *decompressor, mill_error *error);

void decompressor_destroy(decompressor *decompressor);

#endif
