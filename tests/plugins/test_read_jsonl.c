/* The JSON lines reader: what is a record, what an article is made of, and why one is refused. */
#include "plugins_support.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#define LITERAL(constant) constant, sizeof(constant) - 1

static loaded_plugin reader;
static workbench bench;

static void open_reader(const char *const *options)
{
    workbench_open(&bench, NULL, 0);
    ck_assert_msg(plugin_open(&reader, "read_jsonl", options, &bench), "%s", reader.error.message);
}

static void close_reader(void)
{
    plugin_close(&reader);
    workbench_close(&bench);
}

static const char *decode(const char *record)
{
    return plugin_decode(&reader, &bench, record, strlen(record));
}

static void assert_text_eq(mill_text text, const char *data, size_t length)
{
    ck_assert_msg(text.length == length && memcmp(text.data, data, length) == 0,
                  "'%.*s' (%zu bytes), not '%.*s' (%zu bytes)", (int)text.length, text.data,
                  text.length, (int)length, data, length);
}

/* ---- frame --------------------------------------------------------------------------------- */

static mill_status frame_of(const char *data, size_t length, bool at_end, mill_frame *frame)
{
    return reader.plugin->frame(reader.instance, data, length, at_end, frame);
}

START_TEST(cuts_at_line_breaks)
{
    static const char data[] = "{\"a\":1}\n{}";
    mill_frame first = {0}, last = {0};
    open_reader(NULL);
    ck_assert_int_eq(frame_of(LITERAL(data), false, &first), MILL_OK);
    ck_assert_uint_eq(first.end, 7);
    ck_assert_uint_eq(first.next, 8);
    ck_assert_uint_eq(first.lines, 1);
    ck_assert_uint_eq(first.blank, 0);
    ck_assert_int_eq(frame_of(data + 8, 2, false, &last), MILL_MORE);
    ck_assert_uint_eq(last.scanned, 2);
    ck_assert_int_eq(frame_of(data + 8, 2, true, &last), MILL_OK);
    ck_assert_uint_eq(last.end, 2);
    ck_assert_uint_eq(last.next, 2);
    ck_assert_uint_eq(last.lines, 1);
    ck_assert_uint_eq(last.blank, 0);
    close_reader();
}
END_TEST

START_TEST(does_not_look_again_at_what_was_scanned)
{
    mill_frame frame = {0};
    open_reader(NULL);
    ck_assert_int_eq(frame_of("abc", 3, false, &frame), MILL_MORE);
    ck_assert_int_eq(frame_of("\n\n\nde\n", 6, false, &frame), MILL_OK);
    ck_assert_uint_eq(frame.end, 5);
    ck_assert_uint_eq(frame.next, 6);
    close_reader();
}
END_TEST

START_TEST(marks_lines_of_white_space_as_blank)
{
    static const char *const lines[] = {"\n", " \t\r\n", "\xEF\xBB\xBF\r\n", "", "  "};
    open_reader(NULL);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        mill_frame frame = {0};
        ck_assert_int_eq(frame_of(lines[i], strlen(lines[i]), true, &frame), MILL_OK);
        ck_assert_uint_eq(frame.blank, 1);
        ck_assert_uint_eq(frame.next, strlen(lines[i]));
    }
    close_reader();
}
END_TEST

START_TEST(remembers_what_a_dropped_first_part_held)
{
    mill_frame frame = {0};
    open_reader(NULL);
    ck_assert_int_eq(frame_of("{\"text\":", 8, false, &frame), MILL_MORE);
    mill_frame rest = {.state = frame.state};
    ck_assert_int_eq(frame_of("  \n", 3, false, &rest), MILL_OK);
    ck_assert_uint_eq(rest.blank, 0);
    close_reader();
}
END_TEST

/* ---- decode -------------------------------------------------------------------------------- */

START_TEST(takes_text_id_and_the_other_members)
{
    mill_text key, json;
    bool literal = true;
    open_reader(NULL);
    ck_assert_ptr_null(
        decode("{\"t\\u00e4g\": [1, {\"a\":\"]\"}] ,\"id\":\"a\\n1\",\"text\":\"Hi \\\"you\\\"\","
               "\"n\":-0.10e+5\t,\"x\":null}\r"));
    assert_text_eq(mill_document_text(bench.handle), LITERAL("Hi \"you\""));
    assert_text_eq(mill_document_id(bench.handle, &literal), LITERAL("a\n1"));
    ck_assert(!literal);
    ck_assert_uint_eq(mill_metadata_count(bench.handle), 3);
    mill_metadata(bench.handle, 0, &key, &json);
    assert_text_eq(key, LITERAL("t\xC3\xA4g"));
    assert_text_eq(json, LITERAL("[1, {\"a\":\"]\"}]"));
    mill_metadata(bench.handle, 1, &key, &json);
    assert_text_eq(key, LITERAL("n"));
    assert_text_eq(json, LITERAL("-0.10e+5"));
    mill_metadata(bench.handle, 2, &key, &json);
    assert_text_eq(json, LITERAL("null"));
    close_reader();
}
END_TEST

START_TEST(takes_other_members_where_options_say)
{
    open_reader((const char *const[]){"text_field=body", "id_field=key", NULL});
    ck_assert_ptr_null(decode("{\"id\":[],\"body\":\"B\",\"text\":7,\"key\":\"k\"}"));
    assert_text_eq(mill_document_text(bench.handle), LITERAL("B"));
    assert_text_eq(mill_document_id(bench.handle, NULL), LITERAL("k"));
    ck_assert_uint_eq(mill_metadata_count(bench.handle), 2);
    close_reader();
}
END_TEST

START_TEST(keeps_a_number_as_id_to_the_letter)
{
    static const char *const numbers[] = {
        "0", "-17", "1.50", "1E3", "123456789012345678901234567890", "1e999"};
    open_reader(NULL);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char record[128];
        bool literal = false;
        snprintf(record, sizeof record, "{\"id\": %s ,\"text\":\"t\"}", numbers[i]);
        ck_assert_ptr_null(decode(record));
        assert_text_eq(mill_document_id(bench.handle, &literal), numbers[i], strlen(numbers[i]));
        ck_assert(literal);
    }
    close_reader();
}
END_TEST

START_TEST(uses_the_source_where_there_is_no_id)
{
    open_reader(NULL);
    ck_assert_ptr_null(decode("{\"text\":\"t\"}"));
    assert_text_eq(mill_document_id(bench.handle, NULL), LITERAL("in.jsonl:1"));
    ck_assert_ptr_null(decode("{\"text\":\"t\",\"id\":null}"));
    assert_text_eq(mill_document_id(bench.handle, NULL), LITERAL("in.jsonl:1"));
    ck_assert_uint_eq(mill_metadata_count(bench.handle), 0);
    close_reader();
}
END_TEST

START_TEST(strips_a_byte_order_mark)
{
    open_reader(NULL);
    ck_assert_ptr_null(decode("\xEF\xBB\xBF{\"text\":\"t\"}"));
    assert_text_eq(mill_document_text(bench.handle), LITERAL("t"));
    ck_assert_str_eq(decode("\xEF\xBB\xBF{\"text\":'t'}"),
                     "bad JSON at byte 11: ''' where a value should be");
    close_reader();
}
END_TEST

START_TEST(keeps_a_nul_in_the_text)
{
    open_reader(NULL);
    ck_assert_ptr_null(decode("{\"text\":\"a\\u0000b\"}"));
    assert_text_eq(mill_document_text(bench.handle), LITERAL("a\0b"));
    close_reader();
}
END_TEST

START_TEST(passes_numbers_of_any_size_through)
{
    mill_text key, json;
    open_reader(NULL);
    ck_assert_ptr_null(
        decode("{\"big\":[123456789012345678901234567890, -1e999],\"text\":\"12 \\u00e9\","
               "\"big2\":18446744073709551616}"));
    assert_text_eq(mill_document_text(bench.handle), LITERAL("12 \xC3\xA9"));
    mill_metadata(bench.handle, 0, &key, &json);
    assert_text_eq(json, LITERAL("[123456789012345678901234567890, -1e999]"));
    mill_metadata(bench.handle, 1, &key, &json);
    assert_text_eq(key, LITERAL("big2"));
    assert_text_eq(json, LITERAL("18446744073709551616"));
    close_reader();
}
END_TEST

/* ---- Refusals ------------------------------------------------------------------------------ */

typedef struct refusal {
    const char *record;
    const char *message;
} refusal;

static const refusal refusals[] = {
    /* not an article */
    {"[1]", "the record is an array, not an object; write one object a line"},
    {"\"text\"", "the record is a string, not an object; write one object a line"},
    {"17", "the record is a number, not an object; write one object a line"},
    {"1e999", "the record is a number, not an object; write one object a line"},
    {"null", "the record is null, not an object; write one object a line"},
    {"{}", "no member 'text'; set text_field to the member that holds the article"},
    {"{\"n\":1e999}", "no member 'text'; set text_field to the member that holds the article"},
    {"{\"id\":\"a\",\"title\":\"b\",\"n\":1,\"body\":\"c\"}",
     "no member 'text'; set text_field to the member that holds the article: title, body"},
    {"{\"text\":null}", "member 'text' is null, not a string; set text_field to the member that "
                        "holds the article"},
    {"{\"text\":[\"a\"]}", "member 'text' is an array, not a string; set text_field to the member "
                           "that holds the article"},
    {"{\"text\":\"a\",\"t\\u0065xt\":\"b\"}", "two members 'text'; remove one of them"},
    {"{\"id\":1,\"text\":\"a\",\"id\":2}", "two members 'id'; remove one of them"},
    {"{\"id\":{},\"text\":\"a\"}", "member 'id' is an object, not a string or number; set id_field "
                                   "to the member that holds the id"},
    {"{\"id\":true,\"text\":\"a\"}", "member 'id' is true or false, not a string or number; set "
                                     "id_field to the member that holds the id"},
    /* not JSON */
    {"{\"text\":\"cut", "bad JSON at byte 12: the record ends too early; is it cut off?"},
    {"{\"text\":\"cut\\", "bad JSON at byte 13: the record ends too early; is it cut off?"},
    {"{\"text\":\"a\"", "bad JSON at byte 11: the record ends too early; is it cut off?"},
    {"{\"text\":\"a\"} {}",
     "bad JSON at byte 13: more text behind the value; write one object a line"},
    {"{\"text\":\"a\",}", "bad JSON at byte 12: '}' where a member's name should be"},
    {"{text:\"a\"}", "bad JSON at byte 1: 't' where a member's name should be"},
    {"{\"text\" \"a\"}", "bad JSON at byte 8: '\"' where ':' should be"},
    {"{\"text\":\"a\" \"b\":1}", "bad JSON at byte 12: '\"' where ',' or '}' should be"},
    {"{\"text\":\"a\",\"b\":[1}", "bad JSON at byte 18: '}' where ',' or ']' should be"},
    {"{\"text\":\"a\",\"b\":[1,]}", "bad JSON at byte 19: ']' where a value should be"},
    {"{\"text\":\"a\",\"b\":NaN}", "bad JSON at byte 16: 'N' where a value should be"},
    {"{\"text\":\"a\",\"b\":nul}", "bad JSON at byte 16: 'n' where a value should be"},
    {"{\"text\":\"a\",\"b\":\x01}", "bad JSON at byte 16: byte 0x01 where a value should be"},
    {"{\"text\":\"a\",\"b\":truely}", "bad JSON at byte 20: 'l' where ',' or '}' should be"},
    {"{\"text\":\"a\",\"b\":01}",
     "bad JSON at byte 16: a number that starts with 0; write it without"},
    {"{\"text\":\"a\",\"b\":-}", "bad JSON at byte 17: a minus sign without a number behind it"},
    {"{\"text\":\"a\",\"b\":1.}", "bad JSON at byte 18: a decimal point without a digit behind it"},
    {"{\"text\":\"a\",\"b\":1e+}", "bad JSON at byte 19: an exponent without a digit"},
    {"{\"text\":\"a\tb\"}",
     "bad JSON at byte 10: control byte 0x09 in a string; write it as \\u0009"},
    {"{\"text\":\"a\\qb\"}",
     "bad JSON at byte 10: an escape that JSON does not have; write \\\\ for a backslash"},
    {"{\"text\":\"\\u12G4\"}", "bad JSON at byte 9: \\u without four hexadecimal digits behind it"},
    /* not Unicode */
    {"{\"text\":\"\\ud800\"}",
     "bad JSON at byte 9: \\ud800 is half a surrogate pair; write both halves"},
    {"{\"text\":\"\\uD83D\\u0041\"}",
     "bad JSON at byte 9: \\ud83d is half a surrogate pair; write both halves"},
    {"{\"text\":\"\\udc00\"}",
     "bad JSON at byte 9: \\udc00 is half a surrogate pair; write both halves"},
    {"{\"text\":\"caf\xE9\"}",
     "bad JSON at byte 12: 0xE9 is not UTF-8; set encoding, or on_invalid = replace"},
    {"{\"text\":\"\xC0\xAF\"}",
     "bad JSON at byte 9: 0xC0 is not UTF-8; set encoding, or on_invalid = replace"},
    {"{\"text\":\"\xED\xA0\x80\"}",
     "bad JSON at byte 9: 0xED is not UTF-8; set encoding, or on_invalid = replace"},
    {"{\"text\":\"\xF4\x90\x80\x80\"}",
     "bad JSON at byte 9: 0xF4 is not UTF-8; set encoding, or on_invalid = replace"},
    {"{\"text\":\"a\",\"\xFF\":1}",
     "bad JSON at byte 13: 0xFF is not UTF-8; set encoding, or on_invalid = replace"},
};

START_TEST(says_what_is_wrong_with_a_record)
{
    open_reader(NULL);
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const char *message = decode(refusals[i].record);
        ck_assert_msg(message != NULL, "accepted: %s", refusals[i].record);
        ck_assert_msg(strcmp(message, refusals[i].message) == 0, "%s\n is: %s\nnot: %s",
                      refusals[i].record, message, refusals[i].message);
    }
    ck_assert_ptr_null(decode("{\"text\":\"still works\"}"));
    close_reader();
}
END_TEST

START_TEST(shortens_long_names_in_messages)
{
    open_reader(NULL);
    ck_assert_str_eq(decode("{\"abcdefghijabcdefghijabcdefghijabcdefghi\xC3\xA9jk\":\"x\"}"),
                     "no member 'text'; set text_field to the member that holds the article: "
                     "abcdefghijabcdefghijabcdefghijabcdefghi");
    close_reader();
}
END_TEST

/* {"text":"t","deep":[[..]]} with `depth` levels in all. */
static char *nested_record(size_t depth)
{
    static const char head[] = "{\"text\":\"t\",\"deep\":";
    size_t brackets = depth - 1, at = sizeof head - 1;
    char *record = malloc(sizeof head + 2 * brackets + 1);
    ck_assert_ptr_nonnull(record);
    memcpy(record, head, sizeof head);
    memset(record + at, '[', brackets);
    memset(record + at + brackets, ']', brackets);
    strcpy(record + at + 2 * brackets, "}");
    return record;
}

START_TEST(bounds_the_depth)
{
    char *deepest = nested_record(1024), *deeper = nested_record(1025),
         *deep = nested_record(100000);
    mill_text key, json;
    open_reader(NULL);
    ck_assert_ptr_null(decode(deepest));
    mill_metadata(bench.handle, 0, &key, &json);
    ck_assert_uint_eq(json.length, 2046);
    ck_assert_str_eq(decode(deeper), "bad JSON at byte 1042: nested deeper than 1024 levels");
    ck_assert_str_eq(decode(deep), "bad JSON at byte 1042: nested deeper than 1024 levels");
    close_reader();
    free(deepest);
    free(deeper);
    free(deep);
}
END_TEST

START_TEST(refuses_one_member_for_two_purposes)
{
    workbench_open(&bench, NULL, 0);
    ck_assert(
        !plugin_open(&reader, "read_jsonl", (const char *const[]){"id_field=text", NULL}, &bench));
    ck_assert_str_eq(reader.error.message,
                     "text_field and id_field are both 'text'; name two members");
    close_reader();
}
END_TEST

START_TEST(reads_small_records_after_a_huge_one)
{
    size_t length = (size_t)9 << 20;
    char *record = malloc(length + 1);
    ck_assert_ptr_nonnull(record);
    strcpy(record, "{\"text\":\"");
    memset(record + 9, 'x', length - 9);
    strcpy(record + length - 2, "\"}");
    open_reader(NULL);
    ck_assert_ptr_null(decode(record));
    ck_assert_uint_eq(mill_document_text(bench.handle).length, length - 11);
    ck_assert_ptr_null(decode("{\"text\":\"small\"}"));
    assert_text_eq(mill_document_text(bench.handle), LITERAL("small"));
    close_reader();
    free(record);
}
END_TEST

/* ---- Encodings ----------------------------------------------------------------------------- */

static const struct {
    const char *encoding, *on_invalid, *record;
    const char *text;
    const char *fault; /* where there is no text */
} encodings[] = {
    {"WINDOWS-1252", "fail", "{\"text\":\"caf\xE9 \x80\"}", "caf\xC3\xA9 \xE2\x82\xAC", NULL},
    {"cp932", "fail", "{\"text\":\"\x93\xFA\x96\x7B\"}", "\xE6\x97\xA5\xE6\x9C\xAC", NULL},
    {"WINDOWS-1252", "replace", "{\"text\":\"\x81 x\"}", "\xEF\xBF\xBD x", NULL},
    {"UTF-8", "replace", "{\"text\":\"caf\xE9 x\"}", "caf\xEF\xBF\xBD x", NULL},
    {"utf-8", "replace", "{\"text\":\"caf\xE9\"", NULL,
     "bad JSON at byte 16: the record ends too early; is it cut off?"},
    {"ascii", "fail", "{\"text\":\"caf\xE9\"}", NULL,
     "byte 0xE9 at offset 12 is not ascii; set encoding to the right one, or on_invalid = replace"},
};

START_TEST(reads_other_encodings)
{
    char encoding[64], on_invalid[64];
    snprintf(encoding, sizeof encoding, "encoding=%s", encodings[_i].encoding);
    snprintf(on_invalid, sizeof on_invalid, "on_invalid=%s", encodings[_i].on_invalid);
    open_reader((const char *const[]){encoding, on_invalid, NULL});
    const char *fault = decode(encodings[_i].record), *text = encodings[_i].text;
    if (text == NULL) {
        ck_assert_str_eq(fault, encodings[_i].fault);
    } else {
        ck_assert_msg(fault == NULL, "%s", fault);
        assert_text_eq(mill_document_text(bench.handle), text, strlen(text));
    }
    close_reader();
}
END_TEST

START_TEST(refuses_encodings_without_ascii)
{
    workbench_open(&bench, NULL, 0);
    ck_assert(!plugin_open(&reader, "read_jsonl", (const char *const[]){"encoding=utf-16", NULL},
                           &bench));
    ck_assert_str_eq(
        reader.error.message,
        "encoding: 'utf-16' does not write JSON's own characters as ASCII does; convert "
        "the input, for example with iconv -f utf-16 -t UTF-8");
    workbench_close(&bench);
}
END_TEST

/* ---- Chance -------------------------------------------------------------------------------- */

typedef struct draft {
    char data[1 << 16];
    size_t length;
} draft;

static void add(draft *to, const char *piece)
{
    size_t length = strlen(piece);
    ck_assert_uint_lt(to->length + length, sizeof to->data);
    memcpy(to->data + to->length, piece, length + 1);
    to->length += length;
}

static void add_space(draft *to, random_source *random)
{
    static const char *const spaces[] = {"", "", "", " ", "\t", "  \r", "          "};
    add(to, spaces[random_below(random, 7)]);
}

/* Pieces of strings: as written in JSON, and as they read. */
static const char *const written[] = {
    "a",
    "Zeit",
    "\\\"",
    "\\\\",
    "\\/",
    "\\n",
    "\\u00e9",
    "\xC3\xA9",
    "\\ud83d\\ude00",
    "\xF0\x9F\x98\x80",
    "{}[]:,",
    "1e999",
    "a long run of plain text that is longer than a block of bytes"};
static const char *const read[] = {"a",
                                   "Zeit",
                                   "\"",
                                   "\\",
                                   "/",
                                   "\n",
                                   "\xC3\xA9",
                                   "\xC3\xA9",
                                   "\xF0\x9F\x98\x80",
                                   "\xF0\x9F\x98\x80",
                                   "{}[]:,",
                                   "1e999",
                                   "a long run of plain text that is longer than a block of bytes"};

static void add_string(draft *json, draft *plain, random_source *random)
{
    add(json, "\"");
    for (uint32_t pieces = random_below(random, 8); pieces > 0; pieces--) {
        uint32_t piece = random_below(random, sizeof read / sizeof *read);
        add(json, written[piece]);
        if (plain != NULL) add(plain, read[piece]);
    }
    add(json, "\"");
}

static void add_value(draft *json, random_source *random, unsigned depth)
{
    static const char *const plain[] = {
        "true",    "false", "null", "0", "-1.5e-7", "12345", "98765432109876543210987654321",
        "-1E+999", "0.10"};
    uint32_t kind = random_below(random, depth > 4 ? 12 : 16);
    if (kind < 9) {
        add(json, plain[kind]);
    } else if (kind < 12) {
        add_string(json, NULL, random);
    } else {
        bool object = kind < 14;
        uint32_t members = random_below(random, 4);
        add(json, object ? "{" : "[");
        add_space(json, random);
        for (uint32_t i = 0; i < members; i++) {
            if (i > 0) add(json, ",");
            add_space(json, random);
            if (object) {
                add_string(json, NULL, random);
                add_space(json, random);
                add(json, ":");
            }
            add_space(json, random);
            add_value(json, random, depth + 1);
            add_space(json, random);
        }
        add(json, object ? "}" : "]");
    }
}

/* What a random record holds. */
#define MEMBERS_MAX 6
typedef struct record_model {
    draft record;
    draft text, id;
    draft keys[MEMBERS_MAX], values[MEMBERS_MAX];
    uint32_t member_count;
} record_model;

static void add_member(record_model *model, random_source *random)
{
    draft key = {.length = 0};
    uint32_t at = model->member_count++;
    model->keys[at].length = model->values[at].length = 0;
    add(&model->keys[at], "m");
    add_string(&key, &model->keys[at], random);
    add_value(&model->values[at], random, 0);
    add(&model->record, "\"m");
    add(&model->record, key.data + 1);
    add_space(&model->record, random);
    add(&model->record, ":");
    add_space(&model->record, random);
    add(&model->record, model->values[at].data);
}

static void add_named(draft *record, const char *name, draft *plain, random_source *random)
{
    plain->length = 0;
    plain->data[0] = '\0';
    add(record, name);
    add_space(record, random);
    add(record, ":");
    add_space(record, random);
    add_string(record, plain, random);
}

static void make_record(record_model *model, random_source *random)
{
    uint32_t members = random_below(random, MEMBERS_MAX), text_at, id_at;
    text_at = random_below(random, members + 1);
    id_at = random_below(random, members + 1);
    model->record.length = 0;
    model->member_count = 0;
    add_space(&model->record, random);
    add(&model->record, "{");
    for (uint32_t i = 0; i <= members; i++) {
        if (i > 0) add(&model->record, ",");
        add_space(&model->record, random);
        if (i == id_at) {
            add_named(&model->record, "\"id\"", &model->id, random);
            add(&model->record, " , ");
        }
        if (i == text_at)
            add_named(&model->record, "\"text\"", &model->text, random);
        else
            add_member(model, random);
        add_space(&model->record, random);
    }
    add(&model->record, "}");
    add_space(&model->record, random);
}

START_TEST(passes_random_members_through_to_the_letter)
{
    static record_model model;
    random_source random = random_seeded("passes_random_members_through_to_the_letter");
    open_reader(NULL);
    for (int round = 0; round < 3000; round++) {
        make_record(&model, &random);
        const char *fault = plugin_decode(&reader, &bench, model.record.data, model.record.length);
        ck_assert_msg(fault == NULL, "%s: %s", fault, model.record.data);
        assert_text_eq(mill_document_text(bench.handle), model.text.data, model.text.length);
        assert_text_eq(mill_document_id(bench.handle, NULL), model.id.data, model.id.length);
        ck_assert_uint_eq(mill_metadata_count(bench.handle), model.member_count);
        for (uint32_t i = 0; i < model.member_count; i++) {
            mill_text key, json;
            mill_metadata(bench.handle, i, &key, &json);
            assert_text_eq(key, model.keys[i].data, model.keys[i].length);
            assert_text_eq(json, model.values[i].data, model.values[i].length);
        }
    }
    close_reader();
}
END_TEST

/* Damages one or two bytes: whatever comes of it, a refusal says where. */
START_TEST(finds_the_byte_where_random_damage_is)
{
    static record_model model;
    static const char damage[] = "\"\\{}[],:0-.eE x\n\x01\xC3\xFF";
    random_source random = random_seeded("finds_the_byte_where_random_damage_is");
    unsigned refused = 0;
    open_reader(NULL);
    for (int round = 0; round < 8000; round++) {
        make_record(&model, &random);
        for (uint32_t times = 1 + random_below(&random, 2); times > 0; times--)
            model.record.data[random_below(&random, (uint32_t)model.record.length)] =
                damage[random_below(&random, sizeof damage - 1)];
        const char *fault = plugin_decode(&reader, &bench, model.record.data, model.record.length);
        if (fault == NULL) continue;
        refused++;
        ck_assert_msg(strncmp(fault, "bad JSON: ", 10) != 0, "%s: %s", fault, model.record.data);
    }
    ck_assert_uint_gt(refused, 400);
    close_reader();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {cuts_at_line_breaks,
                                  does_not_look_again_at_what_was_scanned,
                                  marks_lines_of_white_space_as_blank,
                                  remembers_what_a_dropped_first_part_held,
                                  takes_text_id_and_the_other_members,
                                  takes_other_members_where_options_say,
                                  keeps_a_number_as_id_to_the_letter,
                                  uses_the_source_where_there_is_no_id,
                                  strips_a_byte_order_mark,
                                  keeps_a_nul_in_the_text,
                                  passes_numbers_of_any_size_through,
                                  says_what_is_wrong_with_a_record,
                                  shortens_long_names_in_messages,
                                  bounds_the_depth,
                                  refuses_one_member_for_two_purposes,
                                  reads_small_records_after_a_huge_one,
                                  refuses_encodings_without_ascii,
                                  passes_random_members_through_to_the_letter,
                                  finds_the_byte_where_random_damage_is,
                                  NULL};
    Suite *suite = test_suite("read_jsonl", tests);
    TCase *table = tcase_create("encodings");
    tcase_add_loop_test(table, reads_other_encodings, 0,
                        (int)(sizeof encodings / sizeof encodings[0]));
    suite_add_tcase(suite, table);
    return test_run(suite);
}
