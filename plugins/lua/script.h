/* script - a Lua file and the state it runs in. There is nothing outside of it that a script can
 * reach: no files, programs, network, clock or chance; only the article at hand. */
#ifndef LUA_SCRIPT_H
#define LUA_SCRIPT_H

#include "textmill/plugin.h"

#include <luajit-2.1/lua.h>

typedef struct script {
    lua_State *state;
    const char *name; /* of the file, in messages */
    const mill_field *fields;
    uint32_t field_count;
    mill_document *document; /* at hand; NULL between articles */
    bool drops;              /* the article shall leave the stream */
    bool edits;              /* it has been edited */
} script;

/* Makes a state and runs the file that the options name; it may declare fields and defines
 * `process`. Fails: MILL_FAILED with the reason set; nothing is left to be closed. */
mill_status script_open(script *self, mill_setup *setup);

/* Declares the fields that the file lists in `needs`, `wants` and `provides`. */
mill_status script_declare(const script *self, mill_setup *setup);

/* Lets `process` work on an article. */
mill_status script_process(script *self, mill_document *document);

void script_close(script *self);

#endif
