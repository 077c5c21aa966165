/* Everything that may fail in Lua runs in a protected call: also what looks harmless, as memory can
 * end anywhere. Just-in-time compilation stays off, because no plug-in may have memory that it can
 * both write and execute; LuaJIT's interpreter is fast without. */
#include "script.h"

#include "article.h"
#include "textmill/rewrite.h"

#include <luajit-2.1/lauxlib.h>
#include <luajit-2.1/luajit.h>
#include <luajit-2.1/lualib.h>

#include <stdio.h>

#define LARGE_ARTICLE ((size_t)1 << 20) /* its garbage is collected at once */

/* Places in the registry. */
enum { METHODS = 1, PROCESS };

/* ---- Opening ------------------------------------------------------------------------------- */

static void open_library(lua_State *state, const char *name, lua_CFunction library)
{
    lua_pushcfunction(state, library);
    lua_pushstring(state, name);
    lua_call(state, 1, 0);
}

/* Writes to standard error, for whoever debugs a script: standard output belongs to the run. */
static int print(lua_State *state)
{
    int count = lua_gettop(state);
    for (int i = 1; i <= count; i++) {
        const char *text = lua_tostring(state, i);
        fprintf(stderr, "%s%s", text != NULL ? text : luaL_typename(state, i),
                i < count ? "\t" : "\n");
    }
    return 0;
}

static void remove_globals(lua_State *state, const char *library, const char *const *names)
{
    lua_getglobal(state, library);
    for (; *names != NULL; names++) {
        lua_pushnil(state);
        lua_setfield(state, -2, *names);
    }
    lua_pop(state, 1);
}

/* Opens what cannot reach out of the state, and nothing that differs from run to run. */
static void open_libraries(lua_State *state)
{
    static const char *const reaching_out[] = {
        "dofile", "loadfile", "load",           "loadstring", "getfenv", "setfenv",
        "gcinfo", "newproxy", "collectgarbage", "module",     "require", NULL};
    static const char *const chance[] = {"random", "randomseed", NULL};
    static const char *const bytecode[] = {"dump", NULL};
    open_library(state, "", luaopen_base);
    open_library(state, LUA_TABLIBNAME, luaopen_table);
    open_library(state, LUA_STRLIBNAME, luaopen_string);
    open_library(state, LUA_MATHLIBNAME, luaopen_math);
    open_library(state, LUA_BITLIBNAME, luaopen_bit);
    remove_globals(state, "_G", reaching_out);
    remove_globals(state, LUA_MATHLIBNAME, chance);
    remove_globals(state, LUA_STRLIBNAME, bytecode);
    lua_pushcfunction(state, print);
    lua_setglobal(state, "print");
}

/* Runs when the file has been run: from then on a global that is set would be a memory of one
 * article in another, and depend on which worker has which; a global that is not there is a
 * misspelt name. */
static const char close_globals[] =
    "setmetatable(_G, {"
    "__newindex = function(_, name) error(\"global '\" .. name .. \"' is set while articles are "
    "processed; make it local\", 2) end,"
    "__index = function(_, name) error(\"there is no '\" .. name .. \"'\", 2) end})";

/* Compiles text, never bytecode, which could be made to crash. */
static void load_text(lua_State *state, mill_text text, const char *name)
{
    if (luaL_loadbufferx(state, text.data, text.length, name, "t") != 0) lua_error(state);
}

/* What `run_file` is about. */
typedef struct opening {
    script *script;
    mill_text contents;
    const char *argument;
} opening;

static int run_file(lua_State *state)
{
    const opening *at = lua_touserdata(state, 1);
    char name[300];
    luaJIT_setmode(state, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF);
    open_libraries(state);
    article_push_methods(at->script);
    lua_rawseti(state, LUA_REGISTRYINDEX, METHODS);
    lua_pushstring(state, at->argument);
    lua_setglobal(state, "argument");
    snprintf(name, sizeof name, "@%s", at->script->name);
    load_text(state, at->contents, name);
    lua_call(state, 0, 0);
    lua_getglobal(state, "process");
    if (!lua_isfunction(state, -1))
        return luaL_error(state, "%s defines no function process; write one", at->script->name);
    lua_rawseti(state, LUA_REGISTRYINDEX, PROCESS);
    load_text(state, (mill_text){close_globals, sizeof close_globals - 1}, "=globals");
    lua_call(state, 0, 0);
    return 0;
}

/* Calls a C function in protection. Returns NULL, or what went wrong; valid until the next call. */
static const char *call(const script *self, lua_CFunction function, void *argument)
{
    lua_settop(self->state, 0);
    int status = lua_cpcall(self->state, function, argument);
    if (status == 0) return NULL;
    if (status == LUA_ERRMEM) return "out of memory";
    const char *reason = lua_tostring(self->state, -1);
    return reason != NULL ? reason : "an error that is not a string";
}

mill_status script_open(script *self, mill_setup *setup)
{
    const char *path = mill_setup_string(setup, "script"), *slash = strrchr(path, '/');
    opening at = {.script = self, .argument = mill_setup_string(setup, "argument")};
    if (path[0] == '\0') return mill_setup_fail(setup, "script: set it to a Lua file");
    if (mill_setup_read_file(setup, path, &at.contents) != MILL_OK) return MILL_FAILED;
    self->name = slash != NULL ? slash + 1 : path;
    self->fields = mill_setup_fields(setup, &self->field_count);
    self->state = luaL_newstate();
    if (self->state == NULL) return mill_setup_fail(setup, "out of memory");
    const char *fault = call(self, run_file, &at);
    if (fault == NULL) return MILL_OK;
    mill_status status = mill_setup_fail(setup, "%s", fault);
    script_close(self);
    return status;
}

void script_close(script *self)
{
    if (self->state != NULL) lua_close(self->state);
    self->state = NULL;
}

/* ---- Fields -------------------------------------------------------------------------------- */

typedef struct declaring {
    mill_setup *setup;
    const char *name; /* of the list */
    uint32_t use;
    mill_status status;
} declaring;

static int declare_list(lua_State *state)
{
    declaring *at = lua_touserdata(state, 1);
    lua_pushstring(state, at->name);
    lua_rawget(state, LUA_GLOBALSINDEX);
    if (lua_isnil(state, -1)) return 0;
    if (!lua_istable(state, -1))
        return luaL_error(state, "%s must be a list: { \"words[]\", \"words[].weight number\" }",
                          at->name);
    int count = (int)lua_objlen(state, -1);
    for (int i = 1; i <= count && at->status == MILL_OK; i++) {
        mill_text field;
        lua_rawgeti(state, -1, i);
        field.data = lua_tolstring(state, -1, &field.length);
        if (field.data == NULL)
            return luaL_error(state, "%s: element %d is not a string", at->name, i);
        at->status = mill_setup_declare(at->setup, at->use, field);
        lua_pop(state, 1);
    }
    return 0;
}

mill_status script_declare(const script *self, mill_setup *setup)
{
    declaring lists[] = {{setup, "needs", MILL_NEEDS, MILL_OK},
                         {setup, "wants", MILL_WANTS, MILL_OK},
                         {setup, "provides", MILL_PROVIDES, MILL_OK}};
    for (size_t i = 0; i < MILL_COUNT(lists); i++) {
        const char *fault = call(self, declare_list, &lists[i]);
        if (fault != NULL) return mill_setup_fail(setup, "%s: %s", self->name, fault);
        if (lists[i].status != MILL_OK) return MILL_FAILED;
    }
    return MILL_OK;
}

/* ---- Processing ---------------------------------------------------------------------------- */

/* Calls `process`, and takes the new text if there is one. */
static int process_article(lua_State *state)
{
    script *self = lua_touserdata(state, 1);
    enum { ARTICLE = 2, OLD_TEXT, NEW_TEXT };
    article_push(self, METHODS);
    lua_getfield(state, ARTICLE, "text");
    lua_rawgeti(state, LUA_REGISTRYINDEX, PROCESS);
    lua_pushvalue(state, ARTICLE);
    lua_call(state, 1, 0);
    lua_getfield(state, ARTICLE, "text");
    if (lua_rawequal(state, OLD_TEXT, NEW_TEXT)) return 0;
    mill_text text;
    text.data = lua_tolstring(state, NEW_TEXT, &text.length);
    if (text.data == NULL)
        return luaL_error(state, "article.text is set to a %s", luaL_typename(state, NEW_TEXT));
    if (self->edits)
        return luaL_error(state, "article.text is set, and there are edits; do one of both");
    mill_rewrite(self->document, text);
    return 0;
}

mill_status script_process(script *self, mill_document *document)
{
    bool is_large = mill_document_text(document).length > LARGE_ARTICLE;
    self->document = document;
    self->drops = self->edits = false;
    const char *fault = call(self, process_article, self);
    mill_status status = self->drops ? MILL_DROPPED : MILL_OK;
    if (fault != NULL) status = mill_fail(document, "%s", fault);
    self->document = NULL;
    lua_settop(self->state, 0);
    if (is_large) lua_gc(self->state, LUA_GCCOLLECT, 0);
    return status;
}
