/* Life, faults, text, id and metadata. Everything of an article is in the arena, and nothing there
 * is taken over from the article before. The first fault of an article is kept, and what a plug-in
 * does after it is of no consequence. */
#include "document_private.h"

#include "utf8.h"

#include <string.h>

static const char no_text[MILL_PADDING];

/* ---- Life ---------------------------------------------------------------------------------- */

void document_home_init(document_home *home, const mill_host *host, const schema *kinds,
                        size_t memory_limit, size_t text_limit)
{
    *home = (document_home){.host = host, .schema = kinds};
    home->text_limit = text_limit < MILL_TEXT_MAX ? text_limit : MILL_TEXT_MAX;
    arena_init(&home->memory, memory_limit);
}

void document_home_clear(document_home *home)
{
    arena_clear(&home->memory);
}

static const char *copy_bytes(document *article, const char *data, size_t length)
{
    if (length == 0) return "";
    char *copy = document_take(article, length, 1);
    return copy != NULL ? memcpy(copy, data, length) : NULL;
}

/* Makes `data` the text and the raw text. */
static void take_text(document *article, const char *data, size_t length)
{
    article->text = article->raw = (mill_text){data, length};
    article->spare = NULL;
    article->spare_capacity = article->text_capacity = 0;
    memset(&article->alignment, 0, sizeof article->alignment);
    memset(article->text_index, 0, sizeof article->text_index);
    memset(article->raw_index, 0, sizeof article->raw_index);
}

/* Copies a source, which a file's name is part of: what is not UTF-8 in it becomes '?'. */
static bool take_source(document *article, const char *source, size_t length)
{
    char *copy = document_take(article, length, 1);
    if (copy == NULL) return false;
    if (length != 0) memcpy(copy, source, length);
    for (size_t at = utf8_valid_prefix(copy, length); at < length;) {
        copy[at++] = '?';
        at += utf8_valid_prefix(copy + at, length - at);
    }
    article->source = article->id = (mill_text){copy, length};
    return true;
}

document *document_begin(document_home *home, const char *source, size_t length)
{
    arena_reset(&home->memory);
    document *article = arena_alloc(&home->memory, sizeof *article);
    if (article == NULL) return NULL;
    *article = (document){.handle.host = home->host,
                          .schema = home->schema,
                          .text_limit = home->text_limit,
                          .memory = &home->memory,
                          .text.data = no_text,
                          .raw.data = no_text};
    bool is_made = document_make_layers(article) && take_source(article, source, length);
    return is_made ? article : NULL;
}

bool document_is_sound(const document *article, const document_home *home)
{
    return article->handle.host == home->host && article->schema == home->schema &&
           article->text_limit == home->text_limit;
}

void document_set_view(document *article, const document_view *view)
{
    article->view = *view;
}

bool document_finish_stage(document *article)
{
    return article->fault.code == ERROR_NONE && document_apply_edits(article);
}

const alignment *document_stage_edits(const document *article)
{
    return &article->latest;
}

mill_document *document_handle(document *article)
{
    return &article->handle;
}

/* ---- Faults and memory --------------------------------------------------------------------- */

const char *document_fault(const document *article)
{
    return article->fault.code != ERROR_NONE ? article->fault.message : NULL;
}

void document_fail(mill_document *handle, const char *format, va_list arguments)
{
    document *article = document_of(handle);
    if (article->fault.code == ERROR_NONE)
        error_set_list(&article->fault, ERROR_PLUGIN, format, arguments);
}

void document_fault_set(document *article, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    document_fail(&article->handle, format, arguments);
    va_end(arguments);
}

void document_fault_memory(document *article)
{
    document_fault_set(article,
                       "out of memory: the article needs more than %zu bytes; raise max_article in "
                       "[pipeline]",
                       article->memory->limit);
}

void document_fault_damaged(document *article)
{
    document_fault_set(article, "the document came damaged from an earlier stage");
}

void *document_take(document *article, size_t count, size_t size)
{
    void *taken = arena_alloc_array(article->memory, count, size);
    if (taken == NULL) document_fault_memory(article);
    return taken;
}

void *document_grow(document *article, void *items, size_t *capacity, size_t wanted, size_t size)
{
    if (wanted <= *capacity) return items;
    size_t room = *capacity < 16 ? 16 : *capacity * 2, bytes;
    if (room < wanted) room = wanted;
    void *grown = NULL;
    if (!__builtin_mul_overflow(room, size, &bytes))
        grown = arena_resize(article->memory, items, *capacity * size, bytes);
    if (grown == NULL)
        document_fault_memory(article);
    else
        *capacity = room;
    return grown;
}

void *document_alloc(mill_document *handle, size_t size)
{
    return document_take(document_of(handle), size, 1);
}

/* ---- What a reader sets -------------------------------------------------------------------- */

static bool may_decode(document *article)
{
    if (article->view.may_decode) return true;
    document_fault_set(article, "sets the text, the id or metadata, which only a reader may do");
    return false;
}

/* Tells whether what a reader sets is UTF-8; `what` and a colon open the fault, if not NULL. */
static bool check_utf8(document *article, const char *what, const char *data, size_t length)
{
    size_t valid = utf8_valid_prefix(data, length);
    if (valid == length) return true;
    document_fault_set(article,
                       "%s%sbyte 0x%02X at offset %zu is not UTF-8; convert the input, for example "
                       "with iconv -f WINDOWS-1252 -t UTF-8",
                       what != NULL ? what : "", what != NULL ? ": " : "",
                       (unsigned)(unsigned char)data[valid], valid);
    return false;
}

void document_set_text(mill_document *handle, const char *data, size_t length)
{
    document *article = document_of(handle);
    if (!may_decode(article)) return;
    if (length > article->text_limit) {
        document_fault_set(article,
                           "the text has %zu bytes, more than max_article = %zu; raise max_article "
                           "in [pipeline]",
                           length, article->text_limit);
        return;
    }
    if (!check_utf8(article, NULL, data, length)) return;
    char *copy = document_take(article, length + MILL_PADDING, 1);
    if (copy == NULL) return;
    if (length != 0) memcpy(copy, data, length);
    memset(copy + length, 0, MILL_PADDING);
    take_text(article, copy, length);
}

void document_set_id(mill_document *handle, const char *data, size_t length, bool literal)
{
    document *article = document_of(handle);
    if (!may_decode(article) || !check_utf8(article, "the id", data, length)) return;
    const char *copy = copy_bytes(article, data, length);
    if (copy == NULL) return;
    article->id = (mill_text){copy, length};
    article->id_is_literal = literal;
}

void document_add_metadata(mill_document *handle, mill_text key, mill_text json)
{
    document *article = document_of(handle);
    if (!may_decode(article)) return;
    if (!check_utf8(article, "a key of the metadata", key.data, key.length)) return;
    if (!check_utf8(article, "a value of the metadata", json.data, json.length)) return;
    if (json.length == 0) {
        document_fault_set(article, "the metadata '%.*s' has no value; JSON has null for that",
                           key.length < 100 ? (int)key.length : 100, key.data);
        return;
    }
    metadata_member *members =
        document_grow(article, article->metadata, &article->metadata_capacity,
                      article->metadata_count + 1, sizeof *article->metadata);
    if (members == NULL) return;
    article->metadata = members;
    metadata_member member = {{copy_bytes(article, key.data, key.length), key.length},
                              {copy_bytes(article, json.data, json.length), json.length}};
    if (member.key.data == NULL || member.json.data == NULL) return;
    members[article->metadata_count++] = member;
}

/* ---- What everybody reads ------------------------------------------------------------------ */

mill_text document_text(const mill_document *handle)
{
    return document_of(handle)->text;
}

mill_text document_raw(const mill_document *handle)
{
    return document_of(handle)->raw;
}

mill_text document_id(const mill_document *handle, bool *literal)
{
    const document *article = document_of(handle);
    if (literal != NULL) *literal = article->id_is_literal;
    return article->id;
}

mill_text document_source(const mill_document *handle)
{
    return document_of(handle)->source;
}

uint32_t document_metadata_count(const mill_document *handle)
{
    return (uint32_t)document_of(handle)->metadata_count;
}

void document_metadata(const mill_document *handle, uint32_t index, mill_text *key, mill_text *json)
{
    document *article = document_of(handle);
    if (index >= article->metadata_count) {
        document_fault_set(article, "asks for member %u of the metadata, which has %zu",
                           (unsigned)index, article->metadata_count);
        *key = *json = (mill_text){"", 0};
        return;
    }
    *key = article->metadata[index].key;
    *json = article->metadata[index].json;
}
