/* "layer[]" names a layer, what stands behind "layer[]." an attribute of it; without brackets it is
 * an attribute of the article, whose dots nest. Names are only cut out here: plugin_vet looks at
 * what is in them. */
#include "field_parse.h"

#include <stdio.h>
#include <string.h>

#define LONGEST_SHOWN 60

static const char *const type_words[] = {
    [MILL_BOOLEAN] = "boolean", [MILL_INTEGER] = "integer", [MILL_NUMBER] = "number",
    [MILL_STRING] = "string",   [MILL_SPAN] = "span",       [MILL_JSON] = "json",
};

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* Cuts the next word off a text; empty at its end. */
static mill_text cut_word(mill_text *text)
{
    while (text->length > 0 && is_blank(*text->data)) {
        text->data++;
        text->length--;
    }
    mill_text word = {text->data, 0};
    while (word.length < text->length && !is_blank(word.data[word.length])) word.length++;
    text->data += word.length;
    text->length -= word.length;
    return word;
}

static uint32_t find_type(mill_text word)
{
    for (uint32_t type = MILL_BOOLEAN; type < MILL_COUNT(type_words); type++)
        if (word.length == strlen(type_words[type]) &&
            memcmp(word.data, type_words[type], word.length) == 0)
            return type;
    return MILL_NULL;
}

static const char *copy_name(arena *memory, mill_text name)
{
    char *copy = arena_alloc(memory, name.length + 1);
    if (copy == NULL) return NULL;
    memcpy(copy, name.data, name.length);
    copy[name.length] = '\0';
    return copy;
}

/* Cuts "layer[]." or "layer[]" off the front of a path. Returns the layer's name, empty if the path
 * has none. */
static mill_text cut_layer(mill_text *path)
{
    const char *brackets = memmem(path->data, path->length, "[]", 2);
    mill_text layer = {path->data, brackets != NULL ? (size_t)(brackets - path->data) : 0};
    if (brackets == NULL) return layer;
    path->data += layer.length + 2;
    path->length -= layer.length + 2;
    if (path->length > 1 && *path->data == '.') {
        path->data++;
        path->length--;
    }
    return layer;
}

static bool refuse(mill_text text, const char *complaint, char *why, size_t size)
{
    int shown = text.length > LONGEST_SHOWN ? LONGEST_SHOWN : (int)text.length;
    snprintf(why, size, "field '%.*s' %s", shown, text.data, complaint);
    return false;
}

bool field_parse(mill_text text, arena *memory, mill_field *field, char *why, size_t size)
{
    mill_text rest = text, path = cut_word(&rest), type = cut_word(&rest);
    bool has_brackets = memmem(path.data, path.length, "[]", 2) != NULL;
    mill_text layer = cut_layer(&path);
    bool is_layer = has_brackets && path.length == 0;
    if (cut_word(&rest).length > 0)
        return refuse(text, "has more than a name and a type; put commas between fields", why,
                      size);
    if (is_layer && type.length > 0)
        return refuse(text, "is a layer, which has no type; leave it out", why, size);
    if (!is_layer && find_type(type) == MILL_NULL)
        return refuse(
            text, "needs a type behind its name: boolean, integer, number, string, span or json",
            why, size);
    field->type = is_layer ? MILL_LAYER : find_type(type);
    field->layer = has_brackets ? copy_name(memory, layer) : NULL;
    field->attribute = is_layer ? NULL : copy_name(memory, path);
    bool kept = (!has_brackets || field->layer != NULL) && (is_layer || field->attribute != NULL);
    return kept || refuse(text, "finds no memory", why, size);
}
