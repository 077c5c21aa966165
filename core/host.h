/* host - the table of functions that plug-ins call, and what `open` is given. */
#ifndef CORE_HOST_H
#define CORE_HOST_H

#include "arena.h"
#include "log.h"
#include "textmill/plugin.h"

/* The one table; constant for the life of the process. */
extern const mill_host host_table;

/* Fields that a plug-in declares; room for as many as it may have. */
typedef struct declared_fields {
    mill_field *items;
    uint32_t count;
    uint32_t room;
} declared_fields;

/* What a plug-in sees in `declare` and `open`: its option values and fields; what it takes lives in
 * `memory`. */
typedef struct host_setup {
    mill_setup setup; /* first: a mill_setup * is a host_setup * */
    const mill_option *options;
    uint32_t option_count;
    size_t option_stride;
    const mill_value *values; /* one for each option */
    const mill_field *fields;
    uint32_t field_count;
    declared_fields *declared; /* in `declare`; else NULL */
    arena *memory;
    mill_error *error; /* filled by the first failure */
} host_setup;

#endif
