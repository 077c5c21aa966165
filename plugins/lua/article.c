/* Places in the text are counted as Lua counts them: bytes from 1, the last one included. */
#include "article.h"

#include "textmill/json.h"

#include <luajit-2.1/lauxlib.h>

/* The script is what every method has with it. */
static script *script_of(lua_State *state)
{
    script *self = lua_touserdata(state, lua_upvalueindex(1));
    if (self->document == NULL) luaL_error(state, "there is no article at hand");
    return self;
}

/* ---- Fields -------------------------------------------------------------------------------- */

static bool is_same(const char *left, const char *right)
{
    return left == NULL || right == NULL ? left == right : strcmp(left, right) == 0;
}

/* Finds a field by its names. Raises an error if the script has not declared it. */
static uint32_t find_field(lua_State *state, const script *self, const char *layer,
                           const char *attribute)
{
    for (uint32_t i = 0; i < self->field_count; i++)
        if (is_same(self->fields[i].layer, layer) && is_same(self->fields[i].attribute, attribute))
            return i;
    luaL_error(state, "'%s%s%s' is not declared; add it to provides, needs or wants",
               layer != NULL ? layer : "", layer != NULL ? (attribute != NULL ? "[]." : "[]") : "",
               attribute != NULL ? attribute : "");
    return 0;
}

/* Reads a range of the text from two arguments; an empty one ends before it begins. */
static mill_span read_range(lua_State *state, const script *self, int first, int last)
{
    lua_Number length = (lua_Number)mill_document_text(self->document).length;
    lua_Number from = luaL_checknumber(state, first), to = luaL_checknumber(state, last);
    if (!(from >= 1 && to >= from - 1 && to <= length))
        luaL_error(state, "%f to %f is no place in the text", from, to);
    return (mill_span){(uint32_t)from - 1, (uint32_t)to};
}

static void refuse_value(lua_State *state, const mill_field *field, int value)
{
    static const char *const names[] = {
        [MILL_LAYER] = "a layer",   [MILL_BOOLEAN] = "a boolean", [MILL_INTEGER] = "an integer",
        [MILL_NUMBER] = "a number", [MILL_STRING] = "a string",   [MILL_SPAN] = "{ first, last }",
        [MILL_JSON] = "JSON"};
    luaL_error(state, "'%s' is declared as %s, but set to a %s", field->attribute,
               names[field->type], luaL_typename(state, value));
}

static void set_span(lua_State *state, const script *self, uint32_t field, uint32_t row, int value)
{
    lua_rawgeti(state, value, 1);
    lua_rawgeti(state, value, 2);
    int top = lua_gettop(state);
    mill_span span = read_range(state, self, top - 1, top);
    mill_set_span(self->document, field, row, span.begin, span.end);
    lua_pop(state, 2);
}

static void set_number(lua_State *state, const script *self, uint32_t field, uint32_t row,
                       int value)
{
    lua_Number number = lua_tonumber(state, value);
    const mill_field *declared = &self->fields[field];
    if (declared->type == MILL_NUMBER) {
        mill_set_number(self->document, field, row, number);
        return;
    }
    bool is_whole = number >= -9007199254740992.0 && number <= 9007199254740992.0 &&
                    (lua_Number)(int64_t)number >= number && (lua_Number)(int64_t)number <= number;
    if (!is_whole)
        luaL_error(state, "'%s' is declared as an integer, but set to a fraction",
                   declared->attribute);
    mill_set_integer(self->document, field, row, (int64_t)number);
}

/* Sets an attribute to the value at a place of the stack. */
static void set_value(lua_State *state, const script *self, uint32_t field, uint32_t row, int value)
{
    const mill_field *declared = &self->fields[field];
    uint32_t type = declared->type;
    int given = lua_type(state, value);
    size_t length;
    if (given == LUA_TNIL) return;
    if (type == MILL_BOOLEAN && given == LUA_TBOOLEAN)
        mill_set_boolean(self->document, field, row, lua_toboolean(state, value) != 0);
    else if ((type == MILL_INTEGER || type == MILL_NUMBER) && given == LUA_TNUMBER)
        set_number(state, self, field, row, value);
    else if (type == MILL_SPAN && given == LUA_TTABLE)
        set_span(state, self, field, row, value);
    else if ((type == MILL_STRING || type == MILL_JSON) && given == LUA_TSTRING) {
        const char *data = lua_tolstring(state, value, &length);
        (type == MILL_STRING ? mill_set_string : mill_set_json)(self->document, field, row, data,
                                                                length);
    } else {
        refuse_value(state, declared, value);
    }
}

static void push_value(lua_State *state, mill_value value)
{
    switch (value.type) {
    case MILL_BOOLEAN: lua_pushboolean(state, value.as.boolean); return;
    case MILL_INTEGER: lua_pushnumber(state, (lua_Number)value.as.integer); return;
    case MILL_NUMBER: lua_pushnumber(state, value.as.number); return;
    case MILL_STRING:
    case MILL_JSON: lua_pushlstring(state, value.as.string, value.length); return;
    case MILL_SPAN:
        lua_createtable(state, 2, 0);
        lua_pushnumber(state, (lua_Number)value.as.span.begin + 1);
        lua_rawseti(state, -2, 1);
        lua_pushnumber(state, value.as.span.end);
        lua_rawseti(state, -2, 2);
        return;
    default: lua_pushnil(state);
    }
}

/* ---- Methods: the text --------------------------------------------------------------------- */

/* article:edit(first, last, replacement) */
static int edit(lua_State *state)
{
    script *self = script_of(state);
    size_t length;
    mill_span range = read_range(state, self, 2, 3);
    const char *replacement = luaL_checklstring(state, 4, &length);
    self->edits = true;
    mill_edit(self->document, range.begin, range.end, replacement, length);
    return 0;
}

/* article:drop() */
static int drop(lua_State *state)
{
    script_of(state)->drops = true;
    return 0;
}

/* article:raw() */
static int raw(lua_State *state)
{
    mill_text text = mill_document_raw(script_of(state)->document);
    lua_pushlstring(state, text.data, text.length);
    return 1;
}

/* article:source() */
static int source(lua_State *state)
{
    mill_text text = mill_document_source(script_of(state)->document);
    lua_pushlstring(state, text.data, text.length);
    return 1;
}

/* Pushes a member's value: strings, numbers and booleans as Lua has them, all else as JSON. */
static void push_json(lua_State *state, mill_text json)
{
    double number;
    char first = json.length > 0 ? *json.data : 'n';
    if (first == '"') {
        char *decoded = lua_newuserdata(state, json.length);
        lua_pushlstring(state, decoded, mill_json_string(json, decoded));
    } else if (first == 't' || first == 'f') {
        lua_pushboolean(state, first == 't');
    } else if (first == 'n') {
        lua_pushnil(state);
    } else if (mill_json_number(json, &number)) {
        lua_pushnumber(state, number);
    } else {
        lua_pushlstring(state, json.data, json.length);
    }
}

/* article:metadata(name) */
static int metadata(lua_State *state)
{
    const script *self = script_of(state);
    mill_text name, key, json;
    name.data = luaL_checklstring(state, 2, &name.length);
    for (uint32_t i = 0; i < mill_metadata_count(self->document); i++) {
        mill_metadata(self->document, i, &key, &json);
        if (key.length != name.length || memcmp(key.data, name.data, name.length) != 0) continue;
        push_json(state, json);
        return 1;
    }
    return 0;
}

/* ---- Methods: fields ----------------------------------------------------------------------- */

/* article:add(layer, first, last, attributes) */
static int add(lua_State *state)
{
    const script *self = script_of(state);
    const char *layer = luaL_checkstring(state, 2);
    uint32_t field = find_field(state, self, layer, NULL);
    mill_span span = read_range(state, self, 3, 4);
    uint32_t row = mill_span_add(self->document, field, span.begin, span.end);
    if (lua_isnoneornil(state, 5)) return 0;
    luaL_checktype(state, 5, LUA_TTABLE);
    lua_pushnil(state);
    while (lua_next(state, 5) != 0) {
        luaL_argcheck(state, lua_type(state, -2) == LUA_TSTRING, 5, "has a key that is no name");
        uint32_t attribute = find_field(state, self, layer, lua_tostring(state, -2));
        set_value(state, self, attribute, row, lua_gettop(state));
        lua_pop(state, 1);
    }
    return 0;
}

/* Pushes a row of a layer: { first =, last =, and its attributes }. */
static void push_row(lua_State *state, const script *self, const char *layer, mill_span span,
                     uint32_t row)
{
    lua_newtable(state);
    lua_pushnumber(state, (lua_Number)span.begin + 1);
    lua_setfield(state, -2, "first");
    lua_pushnumber(state, span.end);
    lua_setfield(state, -2, "last");
    for (uint32_t i = 0; i < self->field_count; i++) {
        const mill_field *field = &self->fields[i];
        if (field->attribute == NULL || !is_same(field->layer, layer)) continue;
        push_value(state, mill_get(self->document, i, row));
        lua_setfield(state, -2, field->attribute);
    }
}

/* article:spans(layer) */
static int spans(lua_State *state)
{
    const script *self = script_of(state);
    const char *layer = luaL_checkstring(state, 2);
    uint32_t count, field = find_field(state, self, layer, NULL);
    const mill_span *all = mill_spans(self->document, field, &count);
    lua_createtable(state, (int)count, 0);
    for (uint32_t row = 0; row < count; row++) {
        push_row(state, self, layer, all[row], row);
        lua_rawseti(state, -2, (int)row + 1);
    }
    return 1;
}

/* article:get(name) */
static int get(lua_State *state)
{
    const script *self = script_of(state);
    uint32_t field = find_field(state, self, NULL, luaL_checkstring(state, 2));
    push_value(state, mill_get(self->document, field, 0));
    return 1;
}

/* article:set(name, value) */
static int set(lua_State *state)
{
    const script *self = script_of(state);
    uint32_t field = find_field(state, self, NULL, luaL_checkstring(state, 2));
    luaL_checkany(state, 3);
    set_value(state, self, field, 0, 3);
    return 0;
}

/* ---- The table ----------------------------------------------------------------------------- */

void article_push_methods(script *self)
{
    static const luaL_Reg methods[] = {
        {"edit", edit}, {"drop", drop},   {"raw", raw}, {"source", source}, {"metadata", metadata},
        {"add", add},   {"spans", spans}, {"get", get}, {"set", set},       {NULL, NULL}};
    lua_State *state = self->state;
    lua_newtable(state);
    for (const luaL_Reg *method = methods; method->name != NULL; method++) {
        lua_pushlightuserdata(state, self);
        lua_pushcclosure(state, method->func, 1);
        lua_setfield(state, -2, method->name);
    }
    lua_pushvalue(state, -1);
    lua_setfield(state, -2, "__index");
}

void article_push(script *self, int methods)
{
    lua_State *state = self->state;
    mill_text text = mill_document_text(self->document),
              id = mill_document_id(self->document, NULL);
    lua_createtable(state, 0, 2);
    lua_pushlstring(state, text.data, text.length);
    lua_setfield(state, -2, "text");
    lua_pushlstring(state, id.data, id.length);
    lua_setfield(state, -2, "id");
    lua_rawgeti(state, LUA_REGISTRYINDEX, methods);
    lua_setmetatable(state, -2);
}
