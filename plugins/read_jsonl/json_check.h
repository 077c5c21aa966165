/* json_check - a slow, exact look at a record that simdjson refused: either it says what is wrong
 * and at which byte, or it finds nothing but numbers that are too large for simdjson, and masks
 * them.
 */
#ifndef READ_JSONL_JSON_CHECK_H
#define READ_JSONL_JSON_CHECK_H

#include "textmill/plugin.h"

typedef struct json_fault {
    size_t offset;
    char reason[120]; /* what is wrong; the remedy */
} json_fault;

/* Checks data[0, length) against RFC 8259 and UTF-8, at most JSON_DEPTH_MAX levels deep; surrogate
 * escapes must come in pairs. Each number in it is replaced by a 0 and blanks, which leaves all
 * else where it was. Takes constant memory. Fails: false with the first fault. */
bool json_check(char *data, size_t length, json_fault *fault);

#endif
