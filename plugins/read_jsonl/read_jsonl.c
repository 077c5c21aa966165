/* Reader "jsonl": a line is a JSON object, an object is an article.
 *
 * simdjson validates the whole record and unescapes what is needed. All other members go through
 * to the letter: a second, simple scan over the validated record finds where each value stands in
 * it, in step with simdjson's walk over the members.
 */
#include "../read_text/convert.h"
#include "json_check.h"
#include "json_dom.h"
#include "textmill/scan.h"

typedef struct reader {
    mill_text text_field;
    mill_text id_field;
    json_dom *dom;
    converter converter;
    bool converts; /* lines are not UTF-8 */
    bool replaces; /* bytes that do not belong to the encoding */
} reader;

/* ---- frame --------------------------------------------------------------------------------- */

#define BYTE_ORDER_MARK        "\xEF\xBB\xBF"
#define BYTE_ORDER_MARK_LENGTH 3

#define STATE_BLANK  0
#define STATE_FILLED 1 /* something besides white space was seen */

static bool starts_with_mark(const char *data, size_t length)
{
    return length >= BYTE_ORDER_MARK_LENGTH &&
           memcmp(data, BYTE_ORDER_MARK, BYTE_ORDER_MARK_LENGTH) == 0;
}

/* Tells whether more data may yet make a byte order mark of this. */
static bool starts_a_mark(const char *data, size_t length)
{
    return length < BYTE_ORDER_MARK_LENGTH && memcmp(data, BYTE_ORDER_MARK, length) == 0;
}

static bool is_white(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static bool is_blank(const char *data, size_t length)
{
    size_t at = starts_with_mark(data, length) ? BYTE_ORDER_MARK_LENGTH : 0;
    while (at < length && is_white(data[at])) at++;
    return at == length;
}

static mill_status frame(void *instance, const char *data, size_t length, bool at_end,
                         mill_frame *frame)
{
    (void)instance;
    size_t scanned = (size_t)frame->scanned;
    const char *stop =
        length > scanned ? (const char *)memchr(data + scanned, '\n', length - scanned) : NULL;
    size_t end = stop != NULL ? (size_t)(stop - data) : length;
    bool more = stop == NULL && !at_end;
    frame->lines = 1;
    if (more && starts_a_mark(data, length)) return MILL_MORE;
    if (frame->state == STATE_BLANK && !is_blank(data, end)) frame->state = STATE_FILLED;
    frame->scanned = end;
    if (more) return MILL_MORE;
    frame->end = end;
    frame->next = stop != NULL ? end + 1 : end;
    frame->blank = frame->state == STATE_BLANK;
    return MILL_OK;
}

/* ---- Where values stand in a record that is valid ---------------------------------------------
 */

static const char *skip_white(const char *at)
{
    while (is_white(*at)) at++;
    return at;
}

/* Returns the byte behind the string whose quotation mark is at `at`. */
static const char *skip_string(const char *at)
{
    for (at++;; at += MILL_SCAN_BLOCK) {
        uint64_t quotes = mill_scan_equal(at, '"'), hits = quotes | mill_scan_equal(at, '\\');
        while (hits != 0) {
            unsigned first = mill_scan_first(hits);
            if (quotes >> first & 1) return at + first + 1;
            hits &= ~(UINT64_C(3) << first); /* the backslash and what it escapes */
            if (first == MILL_SCAN_BLOCK - 1) at++;
        }
    }
}

/* Returns the byte behind the array or object that starts at `at`. */
static const char *skip_container(const char *at)
{
    size_t depth = 0;
    for (;;) {
        if (*at == '"') {
            at = skip_string(at);
            continue;
        }
        if (*at == '{' || *at == '[') depth++;
        if (*at == '}' || *at == ']') depth--;
        at++;
        if (depth == 0) return at;
    }
}

/* Returns the byte behind the value that starts at `at`, inside an object. */
static const char *skip_value(const char *at, json_kind kind)
{
    if (kind == JSON_STRING) return skip_string(at);
    if (kind == JSON_ARRAY || kind == JSON_OBJECT) return skip_container(at);
    while (*at != ',' && *at != '}' && !is_white(*at)) at++;
    return at;
}

/* Steps over `"name": value` at *at and what follows it; returns the value as it stands. */
static mill_text take_value(const char **at, json_kind kind)
{
    const char *begin = skip_white(skip_white(skip_string(*at)) + 1);
    const char *end = skip_value(begin, kind);
    *at = skip_white(skip_white(end) + 1); /* the comma, or the brace that ends the object */
    return (mill_text){begin, (size_t)(end - begin)};
}

/* ---- decode -------------------------------------------------------------------------------- */

static const char *const kind_names[] = {
    [JSON_NULL] = "null",       [JSON_BOOLEAN] = "true or false", [JSON_NUMBER] = "a number",
    [JSON_STRING] = "a string", [JSON_ARRAY] = "an array",        [JSON_OBJECT] = "an object",
};

#define SHOWN_MAX 40 /* bytes of a name in a message */

/* Shortens a name for a message, to whole code points. */
static mill_text shown(mill_text name)
{
    if (name.length <= SHOWN_MAX) return name;
    name.length = SHOWN_MAX;
    while (name.length > 0 && (name.data[name.length] & 0xC0) == 0x80) name.length--;
    return name;
}

/* Parses what simdjson refused: says what is wrong with it, or parses it without its numbers. */
static mill_status parse_again(const reader *self, mill_text record, size_t skipped,
                               mill_document *document)
{
    json_fault fault;
    char *copy = (char *)mill_alloc(document, record.length + MILL_PADDING);
    if (copy == NULL) return MILL_FAILED;
    memcpy(copy, record.data, record.length);
    memset(copy + record.length, 0, MILL_PADDING);
    if (!json_check(copy, record.length, &fault))
        return mill_fail(document, "bad JSON at byte %zu: %s", skipped + fault.offset,
                         fault.reason);
    const char *reason = json_dom_parse(self->dom, (mill_text){copy, record.length});
    return reason == NULL ? MILL_OK : mill_fail(document, "bad JSON: %s", reason);
}

static bool is_named(const json_member *member, mill_text name)
{
    return member->key.length == name.length &&
           memcmp(member->key.data, name.data, name.length) == 0;
}

static mill_status refuse_second(mill_text name, mill_document *document)
{
    return mill_fail(document, "two members '%.*s'; remove one of them", (int)name.length,
                     name.data);
}

static mill_status take_text(const reader *self, const json_member *member, bool again,
                             mill_document *document)
{
    mill_text name = shown(self->text_field);
    if (again) return refuse_second(name, document);
    if (member->kind != JSON_STRING)
        return mill_fail(document,
                         "member '%.*s' is %s, not a string; set text_field to the member that "
                         "holds the article",
                         (int)name.length, name.data, kind_names[member->kind]);
    mill_document_set_text(document, member->string.data, member->string.length);
    return MILL_OK;
}

static mill_status take_id(const reader *self, const json_member *member, mill_text value,
                           bool again, mill_document *document)
{
    mill_text name = shown(self->id_field);
    if (again) return refuse_second(name, document);
    switch (member->kind) {
    case JSON_NULL: return MILL_OK;
    case JSON_NUMBER:
        mill_document_set_id(document, value.data, value.length, true);
        return MILL_OK;
    case JSON_STRING:
        mill_document_set_id(document, member->string.data, member->string.length, false);
        return MILL_OK;
    case JSON_BOOLEAN:
    case JSON_ARRAY:
    case JSON_OBJECT: break;
    }
    return mill_fail(
        document,
        "member '%.*s' is %s, not a string or number; set id_field to the member that holds the id",
        (int)name.length, name.data, kind_names[member->kind]);
}

/* Says that there is no text, and which members could be meant. */
static mill_status refuse_without_text(const reader *self, mill_document *document)
{
    mill_text name = shown(self->text_field);
    char seen[256] = "";
    size_t length = 0, count = 0;
    json_member member;
    json_dom_rewind(self->dom);
    while (count < 5 && json_dom_next(self->dom, &member)) {
        mill_text key = shown(member.key);
        if (member.kind != JSON_STRING || is_named(&member, self->id_field)) continue;
        seen[length] = count++ == 0 ? ':' : ',';
        seen[length + 1] = ' ';
        memcpy(seen + length + 2, key.data, key.length);
        length += 2 + key.length;
    }
    return mill_fail(document,
                     "no member '%.*s'; set text_field to the member that holds the article%.*s",
                     (int)name.length, name.data, (int)length, seen);
}

static mill_status take_members(const reader *self, mill_text record, mill_document *document)
{
    const char *at = skip_white(skip_white(record.data) + 1);
    bool has_text = false, has_id = false;
    json_member member;
    while (json_dom_next(self->dom, &member)) {
        mill_text value = take_value(&at, member.kind);
        mill_status status = MILL_OK;
        if (is_named(&member, self->text_field)) {
            status = take_text(self, &member, has_text, document);
            has_text = true;
        } else if (is_named(&member, self->id_field)) {
            status = take_id(self, &member, value, has_id, document);
            has_id = true;
        } else {
            mill_metadata_add(document, member.key, value);
        }
        if (status != MILL_OK) return status;
    }
    return has_text ? MILL_OK : refuse_without_text(self, document);
}

/* Parses a record, in UTF-8 by now. */
static mill_status parse(const reader *self, mill_text *record, size_t skipped,
                         mill_document *document)
{
    if (json_dom_parse(self->dom, *record) == NULL) return MILL_OK;
    if (self->replaces && convert_find_invalid(*record) < record->length) {
        if (convert_mend(document, *record, record) != MILL_OK) return MILL_FAILED;
        if (json_dom_parse(self->dom, *record) == NULL) return MILL_OK;
    }
    return parse_again(self, *record, skipped, document);
}

static mill_status decode(void *instance, mill_text record, mill_document *document)
{
    reader *self = instance;
    if (self->converts &&
        convert_run(&self->converter, self->replaces, document, record, &record) != MILL_OK)
        return MILL_FAILED;
    size_t skipped = starts_with_mark(record.data, record.length) ? BYTE_ORDER_MARK_LENGTH : 0;
    record.data += skipped;
    record.length -= skipped;
    if (parse(self, &record, skipped, document) != MILL_OK) return MILL_FAILED;
    json_kind kind = json_dom_kind(self->dom);
    if (kind != JSON_OBJECT)
        return mill_fail(document, "the record is %s, not an object; write one object a line",
                         kind_names[kind]);
    return take_members(self, record, document);
}

/* ---- open ---------------------------------------------------------------------------------- */

static mill_text option_text(mill_setup *setup, const char *name)
{
    const char *value = mill_setup_string(setup, name);
    return (mill_text){value, strlen(value)};
}

/* Lines are cut before they are converted. In Shift-JIS the backslash is a yen; in CP932 it is not.
 */
static bool has_ascii(const converter *with)
{
    char line[] = "{\"\\\"}\n", copy[sizeof line] = "", *from = line, *to = copy;
    size_t left = sizeof line - 1, room = left;
    return iconv(with->handle, &from, &left, &to, &room) == 0 && strcmp(line, copy) == 0;
}

static mill_status open_encoding(reader *self, mill_setup *setup)
{
    const char *encoding = mill_setup_string(setup, "encoding");
    self->replaces = mill_setup_integer(setup, "on_invalid") == 1;
    if (convert_is_utf8(encoding)) return MILL_OK;
    self->converts = convert_open(&self->converter, encoding);
    if (self->converts && has_ascii(&self->converter)) return MILL_OK;
    if (!self->converts)
        return mill_setup_fail(
            setup, "encoding: no encoding '%s'; write utf-8, or one that `iconv -l` lists",
            encoding);
    convert_close(&self->converter);
    return mill_setup_fail(
        setup,
        "encoding: '%s' does not write JSON's own characters as ASCII does; convert "
        "the input, for example with iconv -f %s -t UTF-8",
        encoding, encoding);
}

static mill_status open(mill_setup *setup, void **instance)
{
    reader *self = mill_setup_alloc(setup, sizeof *self);
    if (self == NULL) return MILL_FAILED;
    self->text_field = option_text(setup, "text_field");
    self->id_field = option_text(setup, "id_field");
    if (strcmp(self->text_field.data, self->id_field.data) == 0)
        return mill_setup_fail(setup, "text_field and id_field are both '%s'; name two members",
                               self->text_field.data);
    if (open_encoding(self, setup) != MILL_OK) return MILL_FAILED;
    *instance = self;
    self->dom = json_dom_create();
    return self->dom != NULL ? MILL_OK : mill_setup_fail(setup, "out of memory");
}

static void close(void *instance)
{
    reader *self = instance;
    json_dom_destroy(self->dom);
    if (self->converts) convert_close(&self->converter);
}

static const mill_option options[] = {
    {.name = "text_field",
     .type = MILL_OPTION_STRING,
     .standard = "text",
     .help = "The member that holds the article's text"},
    {.name = "id_field",
     .type = MILL_OPTION_STRING,
     .standard = "id",
     .help = "The member that holds the id: a string or a number; without it the id is file:line"},
    {.name = "encoding",
     .type = MILL_OPTION_STRING,
     .standard = "utf-8",
     .help = "Of the lines: utf-8, or one that `iconv -l` lists and that has ASCII in it"},
    {.name = "on_invalid",
     .type = MILL_OPTION_CHOICE,
     .standard = "fail",
     .choices = "fail replace",
     .help =
         "Bytes that the encoding does not have: set the article aside, or put U+FFFD for them"},
};

const mill_plugin textmill_plugin = {
    .header = MILL_HEADER,
    .kind = MILL_READER,
    .flags = MILL_LINE_RECORDS,
    .name = "jsonl",
    .version = "1.0.0",
    .licence = "MIT",
    .summary =
        "Reads JSON lines, one article a line; members that it does not use are passed through",
    .options = options,
    .option_count = MILL_COUNT(options),
    .extensions = "jsonl ndjson",
    .open = open,
    .close = close,
    .frame = frame,
    .decode = decode,
};
