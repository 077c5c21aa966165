/* The JSON lines writer: the form of a line, offsets in every unit, and that nothing gets lost on
 * the way out and in again. */
#include "plugins_support.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    SENTENCES,
    SENTENCE_SENTIMENT,
    QUOTES,
    SPEAKER,
    SPEAKER_SPAN,
    DIRECT,
    NUMBER,
    COMPOUND,
    POSITIVE,
    LANGUAGE,
    LATE,
    EXTRA
};

static const mill_field fields[] = {
    [SENTENCES] = {MILL_PROVIDES, MILL_LAYER, "sentences", NULL, ""},
    [SENTENCE_SENTIMENT] = {MILL_PROVIDES, MILL_NUMBER, "sentences", "sentiment", ""},
    [QUOTES] = {MILL_PROVIDES, MILL_LAYER, "quotes", NULL, ""},
    [SPEAKER] = {MILL_PROVIDES, MILL_STRING, "quotes", "speaker", ""},
    [SPEAKER_SPAN] = {MILL_PROVIDES, MILL_SPAN, "quotes", "speaker", ""},
    [DIRECT] = {MILL_PROVIDES, MILL_BOOLEAN, "quotes", "direct", ""},
    [NUMBER] = {MILL_PROVIDES, MILL_INTEGER, "quotes", "number", ""},
    [COMPOUND] = {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.compound", ""},
    [POSITIVE] = {MILL_PROVIDES, MILL_NUMBER, NULL, "sentiment.pos", ""},
    [LANGUAGE] = {MILL_PROVIDES, MILL_STRING, NULL, "language", ""},
    [LATE] = {MILL_PROVIDES, MILL_SPAN, NULL, "sentiment.where.worst", ""},
    [EXTRA] = {MILL_PROVIDES, MILL_JSON, NULL, "extra", ""},
};

static loaded_plugin writer;
static workbench bench;

static void open_writer(const mill_field *list, uint32_t count, const char *const *options)
{
    workbench_open(&bench, list, count);
    ck_assert_msg(plugin_open(&writer, "write_jsonl", options, &bench), "%s", writer.error.message);
    workbench_begin(&bench, "in.jsonl:1");
}

static void close_writer(void)
{
    plugin_close(&writer);
    workbench_close(&bench);
}

static void set_text(const char *text)
{
    mill_document_set_text(bench.handle, text, strlen(text));
}

static void add_metadata(const char *key, const char *json)
{
    mill_metadata_add(bench.handle, (mill_text){key, strlen(key)}, (mill_text){json, strlen(json)});
}

static void assert_line(const char *line)
{
    char *written = plugin_encode(&writer, &bench, NULL);
    ck_assert_str_eq(written, line);
    free(written);
}

/* ---- The form ------------------------------------------------------------------------------ */

START_TEST(writes_an_article_without_anything)
{
    open_writer(NULL, 0, NULL);
    assert_line("{\"id\":\"in.jsonl:1\",\"text\":\"\"}\n");
    close_writer();
}
END_TEST

START_TEST(writes_every_kind_of_value)
{
    open_writer(fields, MILL_COUNT(fields), NULL);
    set_text("\"Hi\", said Ann.");
    add_metadata("tit\"le", "{\"a\":[1.50]}");
    mill_set_number(bench.handle, SENTENCE_SENTIMENT, mill_span_add(bench.handle, SENTENCES, 0, 15),
                    -0.25);
    mill_span_add(bench.handle, QUOTES, 0, 4);
    mill_set_string(bench.handle, SPEAKER, 0, "Ann", 3);
    mill_set_span(bench.handle, SPEAKER_SPAN, 0, 11, 14);
    mill_set_boolean(bench.handle, DIRECT, 0, true);
    mill_set_integer(bench.handle, NUMBER, 0, -9);
    mill_span_add(bench.handle, QUOTES, 1, 3);
    mill_set_boolean(bench.handle, DIRECT, 1, false);
    mill_set_number(bench.handle, COMPOUND, 0, 0.5);
    mill_set_number(bench.handle, POSITIVE, 0, 1);
    mill_set_string(bench.handle, LANGUAGE, 0, "en", 2);
    mill_set_span(bench.handle, LATE, 0, 1, 3);
    mill_set_json(bench.handle, EXTRA, 0, "[\n]", 3);
    assert_line(
        "{\"id\":\"in.jsonl:1\",\"text\":\"\\\"Hi\\\", said Ann.\",\"tit\\\"le\":{\"a\":[1.50]},"
        "\"sentences\":[{\"begin\":0,\"end\":15,\"sentiment\":-0.25}],"
        "\"quotes\":[{\"begin\":0,\"end\":4,\"speaker\":\"Ann\",\"speaker_begin\":11,\"speaker_"
        "end\":14,"
        "\"direct\":true,\"number\":-9},"
        "{\"begin\":1,\"end\":3,\"speaker\":null,\"speaker_begin\":null,\"speaker_end\":null,"
        "\"direct\":false,\"number\":null}],"
        "\"sentiment\":{\"compound\":0.5,\"pos\":1,\"where\":{\"worst_begin\":1,\"worst_end\":3}},"
        "\"language\":\"en\",\"extra\":[ ]}\n");
    close_writer();
}
END_TEST

START_TEST(writes_null_for_what_nobody_set)
{
    open_writer(fields, MILL_COUNT(fields), NULL);
    assert_line("{\"id\":\"in.jsonl:1\",\"text\":\"\",\"sentences\":[],\"quotes\":[],"
                "\"sentiment\":{\"compound\":null,\"pos\":null,"
                "\"where\":{\"worst_begin\":null,\"worst_end\":null}},"
                "\"language\":null,\"extra\":null}\n");
    close_writer();
}
END_TEST

START_TEST(writes_ids_as_they_came)
{
    open_writer(NULL, 0, (const char *const[]){"text=no", NULL});
    mill_document_set_id(bench.handle, "1e999", 5, true);
    assert_line("{\"id\":1e999}\n");
    workbench_begin(&bench, "");
    mill_document_set_id(bench.handle, "a\n\"1\"", 5, false);
    assert_line("{\"id\":\"a\\n\\\"1\\\"\"}\n");
    close_writer();
}
END_TEST

START_TEST(renames_members_that_the_line_needs)
{
    open_writer(fields, MILL_COUNT(fields), NULL);
    add_metadata("text", "1");
    add_metadata("quotes", "[]");
    add_metadata("input_quotes", "2");
    add_metadata("sentiment", "3");
    add_metadata("sentiment.compound", "4");
    add_metadata("speaker", "5");
    add_metadata("id", "6");
    char *line = plugin_encode(&writer, &bench, NULL);
    ck_assert_ptr_nonnull(strstr(line, "\"text\":\"\",\"input_text\":1,\"input_input_quotes\":[],"
                                       "\"input_quotes\":2,\"input_sentiment\":3,"
                                       "\"sentiment.compound\":4,\"speaker\":5,\"input_id\":6,"
                                       "\"sentences\":[]"));
    free(line);
    close_writer();
}
END_TEST

START_TEST(leaves_a_member_called_text_where_no_text_is_written)
{
    open_writer(NULL, 0, (const char *const[]){"text=no", NULL});
    set_text("not this one");
    add_metadata("text", "1");
    assert_line("{\"id\":\"in.jsonl:1\",\"text\":1}\n");
    close_writer();
}
END_TEST

START_TEST(keeps_an_article_on_one_line)
{
    open_writer(NULL, 0, (const char *const[]){"text=no", NULL});
    add_metadata("pretty", "{\n \"a\": [\n  1\n ]\n}");
    assert_line("{\"id\":\"in.jsonl:1\",\"pretty\":{  \"a\": [   1  ] }}\n");
    close_writer();
}
END_TEST

START_TEST(gathers_attributes_of_one_object_wherever_they_stand)
{
    static const mill_field scattered[] = {
        {MILL_PROVIDES, MILL_INTEGER, NULL, "a.x", ""},
        {MILL_PROVIDES, MILL_INTEGER, NULL, "b", ""},
        {MILL_PROVIDES, MILL_INTEGER, NULL, "a.y.z", ""},
        {MILL_PROVIDES, MILL_LAYER, "tokens", NULL, ""},
        {MILL_PROVIDES, MILL_INTEGER, "tokens", "m.n", ""},
        {MILL_PROVIDES, MILL_INTEGER, "tokens", "ab", ""},
        {MILL_PROVIDES, MILL_INTEGER, "tokens", "a.b", ""},
    };
    open_writer(scattered, MILL_COUNT(scattered), NULL);
    set_text("x");
    mill_span_add(bench.handle, 3, 0, 1);
    mill_set_integer(bench.handle, 2, 0, INT64_MIN);
    mill_set_integer(bench.handle, 4, 0, INT64_MAX);
    assert_line("{\"id\":\"in.jsonl:1\",\"text\":\"x\","
                "\"tokens\":[{\"begin\":0,\"end\":1,\"m\":{\"n\":9223372036854775807},"
                "\"ab\":null,\"a\":{\"b\":null}}],"
                "\"a\":{\"x\":null,\"y\":{\"z\":-9223372036854775808}},\"b\":null}\n");
    close_writer();
}
END_TEST

typedef struct clash {
    mill_field fields[3];
    const char *name;
    const char *option;
} clash;

START_TEST(refuses_two_members_of_one_name)
{
    static const clash clashes[] = {
        {{{MILL_PROVIDES, MILL_LAYER, "id", NULL, ""}}, "id", NULL},
        {{{MILL_PROVIDES, MILL_INTEGER, NULL, "text", ""}}, "text", NULL},
        {{{MILL_PROVIDES, MILL_LAYER, "a", NULL, ""},
          {MILL_PROVIDES, MILL_NUMBER, NULL, "a.b", ""}},
         "a",
         NULL},
        {{{MILL_PROVIDES, MILL_NUMBER, NULL, "a.b", ""},
          {MILL_PROVIDES, MILL_NUMBER, NULL, "a", ""}},
         "a",
         NULL},
        {{{MILL_PROVIDES, MILL_NUMBER, NULL, "a_end", ""},
          {MILL_PROVIDES, MILL_SPAN, NULL, "a", ""}},
         "a_end",
         NULL},
        {{{MILL_PROVIDES, MILL_LAYER, "a", NULL, ""}, {MILL_PROVIDES, MILL_NUMBER, "a", "end", ""}},
         "end",
         NULL},
        {{{MILL_PROVIDES, MILL_LAYER, "a", NULL, ""}, {MILL_PROVIDES, MILL_SPAN, "a", "raw", ""}},
         "raw_begin",
         "raw_offsets=yes"},
    };
    for (size_t i = 0; i < sizeof clashes / sizeof *clashes; i++) {
        char message[256];
        uint32_t count = clashes[i].fields[1].type == MILL_NULL ? 1 : 2;
        workbench_open(&bench, clashes[i].fields, count);
        ck_assert(!plugin_open(&writer, "write_jsonl",
                               (const char *const[]){clashes[i].option, NULL}, &bench));
        snprintf(message, sizeof message,
                 "two members of one object would be called '%s'; rename a layer or attribute",
                 clashes[i].name);
        ck_assert_str_eq(writer.error.message, message);
        close_writer();
    }
}
END_TEST

/* ---- Offsets ------------------------------------------------------------------------------- */

/* a, e-acute (2 bytes), camera (4 bytes, 2 units of UTF-16), b */
#define MIXED                                                                                      \
    "a\xC3\xA9\xF0\x9F\x93\xB7"                                                                    \
    "b"

static void assert_offsets(const char *option, const char *spans)
{
    char line[256];
    open_writer(fields, 1, (const char *const[]){option, NULL});
    set_text(MIXED);
    mill_span_add(bench.handle, SENTENCES, 1, 3);
    mill_span_add(bench.handle, SENTENCES, 3, 8);
    snprintf(line, sizeof line, "{\"id\":\"in.jsonl:1\",\"text\":\"%s\",\"sentences\":[%s]}\n",
             MIXED, spans);
    assert_line(line);
    close_writer();
}

START_TEST(counts_offsets_in_the_unit_asked_for)
{
    assert_offsets("", "{\"begin\":1,\"end\":2},{\"begin\":2,\"end\":4}");
    assert_offsets("offsets=code_points", "{\"begin\":1,\"end\":2},{\"begin\":2,\"end\":4}");
    assert_offsets("offsets=bytes", "{\"begin\":1,\"end\":3},{\"begin\":3,\"end\":8}");
    assert_offsets("offsets=utf16", "{\"begin\":1,\"end\":2},{\"begin\":2,\"end\":5}");
}
END_TEST

START_TEST(prints_offsets_of_every_length)
{
    static char text[1100001];
    char line[64];
    memset(text, 'x', sizeof text - 1);
    open_writer(fields, 1, (const char *const[]){"text=no", NULL});
    for (uint32_t end = 1; end < sizeof text; end = end < 1200 ? end + 1 : end * 3) {
        workbench_begin(&bench, "s");
        mill_document_set_text(bench.handle, text, end);
        mill_span_add(bench.handle, SENTENCES, end - 1, end);
        snprintf(line, sizeof line, "{\"id\":\"s\",\"sentences\":[{\"begin\":%u,\"end\":%u}]}\n",
                 end - 1, end);
        assert_line(line);
    }
    close_writer();
}
END_TEST

START_TEST(leads_raw_offsets_home)
{
    /* a camera and a blank are cut off in front, an em dash becomes two bytes */
    static const char raw[] = "\xF0\x9F\x93\xB7 One \xE2\x80\x94 two.";
    open_writer(fields, 1, (const char *const[]){"raw_offsets=yes", NULL});
    set_text(raw);
    mill_edit(bench.handle, 0, 5, "", 0);
    mill_edit(bench.handle, 9, 12, "--", 2);
    workbench_apply(&bench);
    mill_span_add(bench.handle, SENTENCES, 0, 3);
    mill_span_add(bench.handle, SENTENCES, 4, 11);
    assert_line("{\"id\":\"in.jsonl:1\",\"text\":\"One -- two.\",\"sentences\":["
                "{\"begin\":0,\"end\":3,\"raw_begin\":2,\"raw_end\":5},"
                "{\"begin\":4,\"end\":11,\"raw_begin\":6,\"raw_end\":12}]}\n");
    close_writer();
}
END_TEST

/* ---- There and back ------------------------------------------------------------------------ */

/* Fills `text` with random code points, control characters and NUL among them. */
static size_t random_text(char *text, size_t size, random_source *random)
{
    static const char *const pieces[] = {
        "a",    "bcdefghi", " ", "\n", "\"", "\\", "\xC3\xA9", "\xE2\x80\x9C", "\xF0\x9F\x98\x80",
        "\x01", "\x7F",     "\t"};
    size_t length = 0;
    uint32_t count = random_below(random, 200);
    for (uint32_t i = 0; i < count && length + 16 < size; i++) {
        uint32_t piece = random_below(random, 13);
        if (piece == 12) {
            text[length++] = '\0';
            continue;
        }
        memcpy(text + length, pieces[piece], strlen(pieces[piece]));
        length += strlen(pieces[piece]);
    }
    return length;
}

START_TEST(tiles_both_texts_with_the_alignment)
{
    const char *const options[] = {"alignment=yes", NULL};
    open_writer(NULL, 0, options);
    set_text("\xC3\xA9  b");
    workbench_apply(&bench);
    assert_line("{\"id\":\"in.jsonl:1\",\"text\":\"\xC3\xA9  b\",\"align\":[[0,4,0,4]]}\n");
    workbench_begin(&bench, "in.jsonl:1");
    set_text("\xC3\xA9  b cc");
    mill_edit(bench.handle, 3, 4, NULL, 0);
    mill_edit(bench.handle, 6, 8, "\xC3\xB6\xC3\xB6\xC3\xB6", 6);
    workbench_apply(&bench);
    assert_line("{\"id\":\"in.jsonl:1\",\"text\":\"\xC3\xA9 b \xC3\xB6\xC3\xB6\xC3\xB6\","
                "\"align\":[[0,2,0,2],[2,2,2,3],[2,4,3,5],[4,7,5,7]]}\n");
    close_writer();
}
END_TEST

START_TEST(gives_back_the_same_article_when_read_again)
{
    static char text[4096];
    random_source random = random_seeded("gives_back_the_same_article_when_read_again");
    workbench again;
    loaded_plugin reader;
    mill_text key, json;
    open_writer(fields, MILL_COUNT(fields), NULL);
    workbench_open(&again, NULL, 0);
    ck_assert(plugin_open(&reader, "read_jsonl", NULL, &again));
    for (int round = 0; round < 2000; round++) {
        size_t length = random_text(text, sizeof text, &random), line_length;
        workbench_begin(&bench, "in.jsonl:1");
        mill_document_set_text(bench.handle, text, length);
        mill_document_set_id(bench.handle, text, length, false);
        mill_metadata_add(bench.handle, (mill_text){text, length}, (mill_text){"[ 1.0 ]", 7});
        char *line = plugin_encode(&writer, &bench, &line_length);
        ck_assert_ptr_eq(memchr(line, '\n', line_length), line + line_length - 1);
        const char *fault = plugin_decode(&reader, &again, line, line_length - 1);
        ck_assert_msg(fault == NULL, "%s: %s", fault, line);
        free(line);
        mill_text back = mill_document_text(again.handle),
                  id = mill_document_id(again.handle, NULL);
        ck_assert_uint_eq(back.length, length);
        ck_assert_int_eq(memcmp(back.data, text, length), 0);
        ck_assert_uint_eq(id.length, length);
        ck_assert_int_eq(memcmp(id.data, text, length), 0);
        mill_metadata(again.handle, 0, &key, &json);
        ck_assert_uint_eq(key.length, length);
        ck_assert_int_eq(memcmp(json.data, "[ 1.0 ]", 7), 0);
    }
    plugin_close(&reader);
    workbench_close(&again);
    close_writer();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {writes_an_article_without_anything,
                                  writes_every_kind_of_value,
                                  writes_null_for_what_nobody_set,
                                  writes_ids_as_they_came,
                                  renames_members_that_the_line_needs,
                                  leaves_a_member_called_text_where_no_text_is_written,
                                  keeps_an_article_on_one_line,
                                  gathers_attributes_of_one_object_wherever_they_stand,
                                  refuses_two_members_of_one_name,
                                  counts_offsets_in_the_unit_asked_for,
                                  prints_offsets_of_every_length,
                                  leads_raw_offsets_home,
                                  tiles_both_texts_with_the_alignment,
                                  gives_back_the_same_article_when_read_again,
                                  NULL};
    return test_run(test_suite("write_jsonl", tests));
}
