/* json_dom - simdjson behind a C interface: parse one record, then step through the members of the
 * object in it. Validates the whole record (grammar, UTF-8, surrogates, depth), not only what is
 * stepped over.
 */
#ifndef READ_JSONL_JSON_DOM_H
#define READ_JSONL_JSON_DOM_H

#include "textmill/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define JSON_DEPTH_MAX 1024 /* levels of arrays and objects */

typedef enum json_kind {
    JSON_NULL,
    JSON_BOOLEAN,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
} json_kind;

typedef struct json_member {
    mill_text key; /* unescaped */
    json_kind kind;
    mill_text string; /* JSON_STRING: the value, unescaped; else empty */
} json_member;

typedef struct json_dom json_dom;

/* Makes a parser. Owns: the caller destroys it. Fails: NULL, out of memory. */
json_dom *json_dom_create(void);

void json_dom_destroy(json_dom *dom);

/* Parses a record; MILL_PADDING bytes behind it must be readable.
 * Owns: what is parsed stays until the next call; `record` need not.
 * Fails: the reason in a few words. Returns NULL if all is well. */
const char *json_dom_parse(json_dom *dom, mill_text record);

/* Returns what the record holds. */
json_kind json_dom_kind(const json_dom *dom);

/* Steps to the next member, in the record's order; the first call gives the first one. Only for a
 * record that holds an object. Returns false at the end. */
bool json_dom_next(json_dom *dom, json_member *member);

/* Goes back to the first member. */
void json_dom_rewind(json_dom *dom);

#ifdef __cplusplus
}
#endif

#endif
