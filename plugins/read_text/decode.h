/* decode - files of any encoding as UTF-8, also where nobody says which. */
#ifndef READ_TEXT_DECODE_H
#define READ_TEXT_DECODE_H

#include "convert.h"

#define CONVERTERS_MAX 64

typedef struct decoder {
    converter converters[CONVERTERS_MAX]; /* opened before the sandbox closes files off */
    size_t count;
    bool is_auto; /* the encoding is found out for each text */
    bool replaces;
} decoder;

/* Opens what an encoding takes: "utf-8" nothing, "auto" all that may turn up, else the one named.
 * Fails: MILL_FAILED, with the reason set. */
mill_status decoder_open(decoder *self, mill_setup *setup, const char *encoding, bool replaces);

void decoder_close(decoder *self);

/* Sets the text of a document from a record.
 * Fails: MILL_FAILED, with the byte named that does not belong to the encoding. */
mill_status decoder_run(const decoder *self, mill_document *document, mill_text record);

#endif
