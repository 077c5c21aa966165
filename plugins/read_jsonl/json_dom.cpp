/* simdjson's validating DOM parser behind a C interface. The parser keeps its memory from record to
 * record, but lets go of what an outsize one has taken.
 */
#include "json_dom.h"

#include <new>
#include <simdjson.h>

static_assert(simdjson::SIMDJSON_PADDING <= MILL_PADDING, "records are parsed where they lie");

namespace
{
constexpr size_t capacity_kept = size_t(4)
                                 << 20; /* bytes of a record; memory is some 14 times that */

json_kind kind_of(simdjson::dom::element element)
{
    using simdjson::dom::element_type;
    switch (element.type()) {
    case element_type::ARRAY: return JSON_ARRAY;
    case element_type::OBJECT: return JSON_OBJECT;
    case element_type::STRING: return JSON_STRING;
    case element_type::BOOL: return JSON_BOOLEAN;
    case element_type::NULL_VALUE: return JSON_NULL;
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE: break;
    }
    return JSON_NUMBER;
}

mill_text text_of(std::string_view view)
{
    return {view.data(), view.size()};
}

const char *reason_of(simdjson::error_code error)
{
    switch (error) {
    case simdjson::MEMALLOC: return "out of memory";
    case simdjson::CAPACITY: return "the record is too large";
    case simdjson::DEPTH_ERROR: return "arrays and objects are nested too deep";
    case simdjson::NUMBER_ERROR: return "a number cannot be read";
    case simdjson::STRING_ERROR: return "a string cannot be read";
    case simdjson::UTF8_ERROR: return "it is not UTF-8";
    case simdjson::EMPTY: return "there is nothing in it";
    default: return "it breaks the rules of JSON";
    }
}
} // namespace

struct json_dom {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    simdjson::dom::object::iterator at;
    simdjson::dom::object::iterator end;
};

json_dom *json_dom_create(void)
{
    return new (std::nothrow) json_dom;
}

void json_dom_destroy(json_dom *dom)
{
    delete dom;
}

const char *json_dom_parse(json_dom *dom, mill_text record)
{
    if (dom->parser.capacity() > capacity_kept && record.length <= capacity_kept)
        dom->parser = simdjson::dom::parser();
    simdjson::error_code error =
        dom->parser.parse(record.data, record.length, false).get(dom->root);
    if (error) return reason_of(error);
    json_dom_rewind(dom);
    return nullptr;
}

json_kind json_dom_kind(const json_dom *dom)
{
    return kind_of(dom->root);
}

void json_dom_rewind(json_dom *dom)
{
    simdjson::dom::object object;
    if (dom->root.get(object) != simdjson::SUCCESS) return;
    dom->at = object.begin();
    dom->end = object.end();
}

bool json_dom_next(json_dom *dom, json_member *member)
{
    if (!(dom->at != dom->end)) return false;
    std::string_view string;
    member->key = text_of(dom->at.key());
    member->kind = kind_of(dom->at.value());
    if (dom->at.value().get(string) != simdjson::SUCCESS) string = std::string_view();
    member->string = text_of(string);
    ++dom->at;
    return true;
}
