/* Documents as plug-ins see them: what is kept, what is refused and in which words, and random
 * chains of stages against the model. */
#include "document_fixture.h"
#include "edit_model.h"

#include <math.h>
#include <sanitizer/asan_interface.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static const document_view reader_of_text = {fields, MILL_COUNT(fields), false, false};

static document_home home;
static document *article;
static mill_document *handle;

static void begin(const char *source)
{
    article = document_begin(&home, source, strlen(source));
    ck_assert_ptr_nonnull(article);
    handle = document_handle(article);
}

static void begin_with(const void *text, size_t length)
{
    begin("news.jsonl:17");
    document_set_view(article, &decoder);
    document_set_text(handle, text, length);
    if (document_fault(article) == NULL) ck_assert(document_finish_stage(article));
    document_set_view(article, &stage);
}

static void start(const char *text)
{
    begin_with(text, strlen(text));
}

static void setup(void)
{
    document_home_init(&home, NULL, &all, BIG, TEXT_LIMIT);
    start("one two");
}

static void teardown(void)
{
    document_home_clear(&home);
}

/* Starts over with other limits. */
static void limit(size_t memory_limit, size_t text_limit)
{
    document_home_clear(&home);
    document_home_init(&home, NULL, &all, memory_limit, text_limit);
    begin("x");
}

static void check_fault(const char *expected)
{
    ck_assert_ptr_nonnull(document_fault(article));
    ck_assert_str_eq(document_fault(article), expected);
    ck_assert(!document_finish_stage(article));
}

static void check_bytes(mill_text text, const char *expected)
{
    ck_assert_uint_eq(text.length, strlen(expected));
    ck_assert_mem_eq(text.data, expected, text.length);
}

static void check_padding(mill_text text)
{
    for (size_t i = 0; i < MILL_PADDING; i++) ck_assert_int_eq(text.data[text.length + i], 0);
}

static void edit(size_t begin, size_t end, const char *replacement)
{
    document_edit(handle, begin, end, replacement, strlen(replacement));
}

static void finish(void)
{
    ck_assert_msg(document_finish_stage(article), "%s", document_fault(article));
}

static void check_span(uint32_t field, uint32_t row, uint32_t begin, uint32_t end)
{
    uint32_t count;
    const mill_span *spans = document_spans(handle, field, &count);
    ck_assert_uint_lt(row, count);
    ck_assert_uint_eq(spans[row].begin, begin);
    ck_assert_uint_eq(spans[row].end, end);
}

static void set_string(uint32_t field, uint32_t row, const char *string)
{
    mill_value value = {
        .type = MILL_STRING, .length = (uint32_t)strlen(string), .as.string = string};
    document_set(handle, field, row, &value);
}

static void set_span(uint32_t field, uint32_t row, uint32_t begin, uint32_t end)
{
    mill_value value = {.type = MILL_SPAN, .as.span = {begin, end}};
    document_set(handle, field, row, &value);
}

static void check_string(uint32_t field, uint32_t row, const char *expected)
{
    mill_value value = document_get(handle, field, row);
    ck_assert_uint_eq(value.type, MILL_STRING);
    check_bytes((mill_text){value.as.string, value.length}, expected);
}

/* ---- What a reader sets -------------------------------------------------------------------- */

START_TEST(starts_empty)
{
    bool literal = true;
    begin("a.txt");
    ck_assert_ptr_null(document_fault(article));
    check_bytes(document_text(handle), "");
    check_padding(document_text(handle));
    check_bytes(document_source(handle), "a.txt");
    check_bytes(document_id(handle, &literal), "a.txt");
    ck_assert(!literal);
    ck_assert_uint_eq(document_metadata_count(handle), 0);
    finish();
}
END_TEST

START_TEST(makes_utf8_of_a_source_that_is_not)
{
    begin("caf\xE9\xE9 \xC3\xA9.txt\xFF");
    check_bytes(document_source(handle), "caf?? \xC3\xA9.txt?");
    check_bytes(document_id(handle, NULL), "caf?? \xC3\xA9.txt?");
}
END_TEST

START_TEST(keeps_text_and_raw_text_in_one_place_until_the_first_edit)
{
    check_bytes(document_text(handle), "one two");
    check_padding(document_text(handle));
    ck_assert_ptr_eq(document_text(handle).data, document_raw(handle).data);
    edit(0, 3, "1");
    finish();
    check_bytes(document_text(handle), "1 two");
    check_padding(document_text(handle));
    check_bytes(document_raw(handle), "one two");
}
END_TEST

START_TEST(keeps_id_and_metadata)
{
    bool literal = false;
    mill_text key, json;
    document_set_view(article, &decoder);
    document_set_id(handle, "4711", 4, true);
    for (int i = 0; i < 100; i++) {
        char name[16], value[16];
        snprintf(name, sizeof name, "key%d", i);
        snprintf(value, sizeof value, "[%d.50]", i);
        document_add_metadata(handle, (mill_text){name, strlen(name)},
                              (mill_text){value, strlen(value)});
    }
    check_bytes(document_id(handle, &literal), "4711");
    ck_assert(literal);
    check_bytes(document_id(handle, NULL), "4711");
    ck_assert_uint_eq(document_metadata_count(handle), 100);
    document_metadata(handle, 42, &key, &json);
    check_bytes(key, "key42");
    check_bytes(json, "[42.50]");
    ck_assert_ptr_null(document_fault(article));
}
END_TEST

START_TEST(names_the_byte_that_is_not_utf8)
{
    start("caf\xE9 au lait");
    check_fault("byte 0xE9 at offset 3 is not UTF-8; convert the input, for example with iconv -f "
                "WINDOWS-1252 -t UTF-8");
}
END_TEST

START_TEST(refuses_a_text_over_the_limit)
{
    limit(BIG, 5);
    start("123456");
    check_fault("the text has 6 bytes, more than max_article = 5; raise max_article in [pipeline]");
    start("12345");
    check_bytes(document_text(handle), "12345");
}
END_TEST

START_TEST(refuses_ids_and_metadata_that_cannot_be_written)
{
    const mill_text good = {"1", 1}, bad = {"a\xFF", 2}, none = {"", 0};
    document_set_view(article, &decoder);
    document_set_id(handle, "\xFF", 1, false);
    check_fault("the id: byte 0xFF at offset 0 is not UTF-8; convert the input, for example with "
                "iconv -f WINDOWS-1252 -t UTF-8");
    start("");
    document_set_view(article, &decoder);
    document_add_metadata(handle, bad, good);
    check_fault("a key of the metadata: byte 0xFF at offset 1 is not UTF-8; convert the input, for "
                "example with iconv -f WINDOWS-1252 -t UTF-8");
    start("");
    document_set_view(article, &decoder);
    document_add_metadata(handle, good, bad);
    check_fault("a value of the metadata: byte 0xFF at offset 1 is not UTF-8; convert the input, "
                "for example with iconv -f WINDOWS-1252 -t UTF-8");
    start("");
    document_set_view(article, &decoder);
    document_add_metadata(handle, (mill_text){"title", 5}, none);
    check_fault("the metadata 'title' has no value; JSON has null for that");
    ck_assert_uint_eq(document_metadata_count(handle), 0);
}
END_TEST

START_TEST(lets_only_readers_set_text_id_and_metadata)
{
    const char *expected = "sets the text, the id or metadata, which only a reader may do";
    document_set_text(handle, "x", 1);
    check_fault(expected);
    start("");
    document_set_id(handle, "x", 1, false);
    check_fault(expected);
    start("");
    document_add_metadata(handle, (mill_text){"x", 1}, (mill_text){"1", 1});
    check_fault(expected);
}
END_TEST

START_TEST(refuses_metadata_that_is_not_there)
{
    mill_text key, json;
    document_metadata(handle, 3, &key, &json);
    ck_assert_uint_eq(key.length + json.length, 0);
    check_fault("asks for member 3 of the metadata, which has 0");
}
END_TEST

/* ---- Life ---------------------------------------------------------------------------------- */

static void record_fault(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    document_fail(handle, format, arguments);
    va_end(arguments);
}

START_TEST(keeps_the_first_fault_until_the_next_article)
{
    record_fault("no %s in line %d", "verb", 7);
    record_fault("something else");
    check_fault("no verb in line 7");
    start("next");
    ck_assert_ptr_null(document_fault(article));
}
END_TEST

START_TEST(forgets_everything_when_the_next_article_begins)
{
    uint32_t count;
    document_span_add(handle, WORDS, 0, 3);
    set_string(WORD_NOTE, 0, "x");
    set_string(TITLE, 0, "x");
    edit(0, 1, "");
    start("next one");
    check_bytes(document_text(handle), "next one");
    document_spans(handle, WORDS, &count);
    ck_assert_uint_eq(count, 0);
    document_span_add(handle, WORDS, 0, 3);
    ck_assert_uint_eq(document_get(handle, WORD_NOTE, 0).type, MILL_NULL);
    ck_assert_uint_eq(document_get(handle, TITLE, 0).type, MILL_NULL);
    finish();
    check_bytes(document_text(handle), "next one");
}
END_TEST

/* Fills an article with everything that a document can hold. */
static void fill(void)
{
    start("one two");
    for (uint32_t row = 0; row < 100; row++) {
        document_span_add(handle, WORDS, 0, 3);
        set_string(WORD_NOTE, row, "x");
    }
    set_string(TITLE, 0, "x");
    edit(0, 1, "");
    finish();
    edit(0, 1, "");
}

/* Looks at an article from its beginning through a stage. */
static void check_next_article(void)
{
    uint32_t count;
    start("caf\xC3\xA9 next");
    ck_assert_ptr_null(document_fault(article));
    check_bytes(document_source(handle), "news.jsonl:17");
    check_bytes(document_id(handle, NULL), "news.jsonl:17");
    ck_assert_uint_eq(document_metadata_count(handle), 0);
    document_spans(handle, WORDS, &count);
    ck_assert_uint_eq(count, 0);
    ck_assert_uint_eq(document_get(handle, TITLE, 0).type, MILL_NULL);
    document_span_add(handle, WORDS, 6, 10);
    ck_assert_uint_eq(document_get(handle, WORD_NOTE, 0).type, MILL_NULL);
    set_string(WORD_NOTE, 0, "note");
    edit(0, 6, "");
    finish();
    check_bytes(document_text(handle), "next");
    check_padding(document_text(handle));
    check_bytes(document_raw(handle), "caf\xC3\xA9 next");
    check_span(WORDS, 0, 0, 4);
    check_string(WORD_NOTE, 0, "note");
    ck_assert_uint_eq(document_raw_span(handle, (mill_span){0, 4}).begin, 6);
    ck_assert_uint_eq(document_raw_offset(handle, MILL_CODE_POINTS, 6), 5);
}

START_TEST(makes_the_next_article_anew_whatever_a_plugin_has_written_over_this_one)
{
    static const unsigned char patterns[] = {0xFF, 0x00, 0x41};
    for (size_t i = 0; i < MILL_COUNT(patterns); i++) {
        fill();
        ck_assert_ptr_eq(handle, home.memory.begin);
        ASAN_UNPOISON_MEMORY_REGION(home.memory.begin, home.memory.held);
        memset(handle, patterns[i], home.memory.held);
        check_next_article();
    }
}
END_TEST

/* Writes a byte where a plug-in has no business to; returns the signal that this ends with. */
static int signal_of_writing_at(volatile char *place)
{
    int status;
    fflush(NULL);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL); /* the sanitizers have a handler of their own */
        *place = 'x';
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

START_TEST(stops_a_plugin_that_writes_before_or_behind_the_memory_of_its_document)
{
    fill();
    const arena *memory = &home.memory;
    ck_assert_int_eq(signal_of_writing_at((char *)handle), 0);
    ck_assert_int_eq(signal_of_writing_at((char *)handle - 1), SIGSEGV);
    ck_assert_int_eq(signal_of_writing_at(memory->begin + memory->held), SIGSEGV);
    ck_assert_int_eq(signal_of_writing_at(memory->begin + memory->limit - 1), SIGSEGV);
    while (arena_alloc(&home.memory, 1 << 16) != NULL) continue;
    ck_assert_uint_eq(memory->held, memory->limit);
    ck_assert_int_eq(signal_of_writing_at(memory->begin + memory->held), SIGSEGV);
}
END_TEST

START_TEST(fails_an_article_that_needs_too_much_memory)
{
    const char *expected = "out of memory: the article needs more than 100000 bytes; raise "
                           "max_article in [pipeline]";
    limit(100000, TEXT_LIMIT);
    ck_assert_ptr_null(document_alloc(handle, 200000));
    check_fault(expected);

    begin("x");
    document_set_view(article, &stage);
    for (uint32_t i = 0; i < 100000; i++) {
        document_span_add(handle, WORDS, 0, 0);
        set_string(WORD_NOTE, i, "note");
        edit(0, 0, "abc");
    }
    check_fault(expected);
    start("next");
    ck_assert_ptr_null(document_fault(article));
}
END_TEST

START_TEST(gives_no_article_where_there_is_no_memory_for_one)
{
    document_home none;
    document_home_init(&none, NULL, &all, 0, TEXT_LIMIT);
    ck_assert_ptr_null(document_begin(&none, "x", 1));
    document_home_clear(&none);
}
END_TEST

/* ---- Edits --------------------------------------------------------------------------------- */

START_TEST(applies_all_edits_of_a_stage_at_once)
{
    edit(0, 0, ">> ");
    edit(0, 3, "1");
    edit(4, 4, "+ ");
    edit(7, 7, "!");
    check_bytes(document_text(handle), "one two");
    finish();
    check_bytes(document_text(handle), ">> 1 + two!");
    edit(0, 3, "");
    finish();
    check_bytes(document_text(handle), "1 + two!");
    mill_span raw = document_raw_span(handle, (mill_span){4, 7});
    ck_assert_uint_eq(raw.begin, 4);
    ck_assert_uint_eq(raw.end, 7);
}
END_TEST

START_TEST(costs_nothing_when_an_edit_changes_nothing)
{
    const char *before = document_text(handle).data;
    edit(0, 3, "one");
    edit(5, 5, "");
    finish();
    ck_assert_ptr_eq(document_text(handle).data, before);
    edit(0, 1, "O");
    finish();
    check_bytes(document_text(handle), "One two");
}
END_TEST

START_TEST(deletes_a_whole_text)
{
    edit(0, 7, "");
    finish();
    check_bytes(document_text(handle), "");
    check_padding(document_text(handle));
    edit(0, 0, "new");
    finish();
    check_bytes(document_text(handle), "new");
}
END_TEST

START_TEST(refuses_edits_that_are_not_allowed)
{
    edit(5, 2, "");
    check_fault("edit 5-2 ends before it begins");
    start("one two");
    edit(5, 8, "");
    check_fault("edit 5-8 reaches beyond the end of the text at 7");
    start("one two");
    edit(2, 4, "");
    edit(3, 5, "");
    check_fault(
        "edit 3-5 begins before the end of the edit before it at 4; edits come in order and "
        "do not overlap");
    start("caf\xC3\xA9");
    edit(4, 5, "e");
    check_fault("edit 4-5 cuts a character in two");
    start("caf\xC3\xA9");
    edit(3, 4, "e");
    check_fault("edit 3-4 cuts a character in two");
    start("one two");
    edit(2, 4, "a\xE9");
    check_fault("edit 2-4: byte 0xE9 at offset 1 of the replacement is not UTF-8");
    start("one two");
    document_set_view(article, &reader_of_text);
    edit(0, 1, "x");
    check_fault("edits the text, but does not declare MILL_EDITS_TEXT");
    check_bytes(document_text(handle), "one two");
}
END_TEST

START_TEST(remembers_the_order_of_an_edit_that_changes_nothing)
{
    edit(0, 3, "one");
    edit(2, 3, "x");
    check_fault(
        "edit 2-3 begins before the end of the edit before it at 3; edits come in order and "
        "do not overlap");
}
END_TEST

START_TEST(refuses_edits_that_make_the_text_too_long)
{
    limit(BIG, 10);
    start("12345678");
    edit(0, 0, "abc");
    ck_assert(!document_finish_stage(article));
    check_fault("the edits make the text 11 bytes long, more than max_article = 10; raise "
                "max_article in [pipeline]");
    start("");
    edit(0, 0, "12345");
    edit(0, 0, "123456");
    check_fault("edit 0-0 makes the text longer than max_article = 10; raise max_article in "
                "[pipeline]");
}
END_TEST

/* ---- Spans --------------------------------------------------------------------------------- */

START_TEST(keeps_spans_in_the_order_they_came)
{
    ck_assert_uint_eq(document_span_add(handle, WORDS, 0, 3), 0);
    ck_assert_uint_eq(document_span_add(handle, WORDS, 0, 1), 1);
    ck_assert_uint_eq(document_span_add(handle, WORDS, 4, 7), 2);
    ck_assert_uint_eq(document_span_add(handle, WORDS, 7, 7), 3);
    check_span(WORDS, 1, 0, 1);
    check_span(WORDS, 3, 7, 7);
    finish();
}
END_TEST

START_TEST(refuses_spans_that_are_not_allowed)
{
    document_span_add(handle, WORDS, 6, 5);
    check_fault("span 6-5 of layer 'words' ends before it begins");
    start("one two");
    document_span_add(handle, WORDS, 4, 8);
    check_fault("span 4-8 of layer 'words' reaches beyond the end of the text");
    start("caf\xC3\xA9");
    document_span_add(handle, PARTS, 0, 4);
    check_fault("span 0-4 of layer 'parts' cuts a character in two");
    start("one two");
    document_span_add(handle, PARTS, 4, 5);
    document_span_add(handle, PARTS, 3, 7);
    check_fault("span 3-7 of layer 'parts' begins before the span added last, at 4; spans come "
                "sorted by begin");
    start("one two");
    document_span_add(handle, READ_ONLY, 4, 5);
    check_fault("adds to layer 'parts', which it does not provide");
    start("one two");
    document_span_add(handle, ABSENT, 4, 5);
    check_fault("adds to field 7, which it does not provide");
    start("one two");
    document_span_add(handle, 99, 4, 5);
    check_fault("uses field 99, but declares only 13");
    start("one two");
    document_span_add(handle, WORD_NOTE, 4, 5);
    check_fault("field 1 is an attribute, not a layer");
}
END_TEST

START_TEST(reads_a_layer_that_nobody_provides_as_empty)
{
    uint32_t count = 9;
    document_spans(handle, ABSENT, &count);
    ck_assert_uint_eq(count, 0);
    ck_assert_uint_eq(document_get(handle, ABSENT_NOTE, 5).type, MILL_NULL);
    finish();
}
END_TEST

START_TEST(moves_spans_with_the_edits_and_drops_those_that_vanish)
{
    start("The cat sat. Read more. End.");
    document_span_add(handle, WORDS, 0, 12);
    document_span_add(handle, WORDS, 13, 23);
    document_span_add(handle, WORDS, 24, 28);
    set_string(WORD_NOTE, 0, "first");
    set_string(WORD_NOTE, 1, "second");
    set_string(WORD_NOTE, 2, "third");
    set_span(WORD_PLACE, 0, 4, 7);
    set_span(WORD_PLACE, 2, 18, 22);
    set_span(PLACE, 0, 24, 28);
    edit(0, 3, "A");
    edit(13, 24, "");
    finish();
    check_bytes(document_text(handle), "A cat sat. End.");
    check_span(WORDS, 0, 0, 10);
    check_span(WORDS, 1, 11, 15);
    check_string(WORD_NOTE, 0, "first");
    check_string(WORD_NOTE, 1, "third");
    mill_value place = document_get(handle, WORD_PLACE, 0);
    ck_assert_uint_eq(place.type, MILL_SPAN);
    ck_assert_uint_eq(place.as.span.begin, 2);
    ck_assert_uint_eq(place.as.span.end, 5);
    ck_assert_uint_eq(document_get(handle, WORD_PLACE, 1).type, MILL_NULL);
    ck_assert_uint_eq(document_get(handle, PLACE, 0).as.span.begin, 11);
    document_span_add(handle, WORDS, 12, 15);
    ck_assert_uint_eq(document_get(handle, WORD_NOTE, 2).type, MILL_NULL);
    finish();
}
END_TEST

/* ---- Attributes ---------------------------------------------------------------------------- */

START_TEST(keeps_attributes_of_every_row_while_the_layer_grows)
{
    for (uint32_t row = 0; row < 1000; row++) {
        char note[16];
        snprintf(note, sizeof note, "note %u", row);
        ck_assert_uint_eq(document_span_add(handle, WORDS, 0, 3), row);
        if (row % 3 == 0) set_string(WORD_NOTE, row, note);
    }
    for (uint32_t row = 0; row < 1000; row++) {
        char note[16];
        snprintf(note, sizeof note, "note %u", row);
        if (row % 3 == 0)
            check_string(WORD_NOTE, row, note);
        else
            ck_assert_uint_eq(document_get(handle, WORD_NOTE, row).type, MILL_NULL);
        ck_assert_uint_eq(document_get(handle, WORD_PLACE, row).type, MILL_NULL);
    }
    finish();
}
END_TEST

START_TEST(sets_attributes_of_a_row_at_once)
{
    char note[] = "first";
    const mill_value row[] = {
        {.type = MILL_STRING, .length = 5, .as.string = note},
        {.type = MILL_SPAN, .as.span = {0, 3}},
    };
    const mill_value place_only[] = {{.type = MILL_NULL}, row[1]};
    ck_assert_int_eq(WORD_PLACE, WORD_NOTE + 1);
    document_span_add(handle, WORDS, 0, 3);
    document_span_add(handle, WORDS, 0, 3);
    document_set_row(handle, WORD_NOTE, 0, row, 2);
    document_set_row(handle, WORD_NOTE, 1, place_only, 2);
    note[0] = 'x';
    check_string(WORD_NOTE, 0, "first");
    ck_assert_uint_eq(document_get(handle, WORD_PLACE, 0).as.span.end, 3);
    ck_assert_uint_eq(document_get(handle, WORD_NOTE, 1).type, MILL_NULL);
    ck_assert_uint_eq(document_get(handle, WORD_PLACE, 1).as.span.end, 3);
    finish();
}
END_TEST

START_TEST(refuses_a_row_at_once_if_one_of_its_values_is_not_allowed)
{
    const mill_value row[] = {
        {.type = MILL_STRING, .length = 5, .as.string = "first"},
        {.type = MILL_SPAN, .as.span = {0, 300}},
    };
    document_span_add(handle, WORDS, 0, 3);
    document_set_row(handle, WORD_NOTE, 0, row, 2);
    ck_assert_uint_eq(document_get(handle, WORD_PLACE, 0).type, MILL_NULL);
    check_fault("field 2 of layer 'words': span 0-300 reaches beyond the end of the text");
    start("one two");
    document_set_row(handle, WORD_NOTE, 0, row, 1);
    check_fault("field 1 of layer 'words' has 0 rows, but row 0 is asked for; the first is row 0");
}
END_TEST

START_TEST(sets_the_numbers_of_a_layer_at_once)
{
    const double weights[] = {0.5, -1, NAN};
    for (int i = 0; i < 3; i++) document_span_add(handle, PARTS, 0, 3);
    document_set_numbers(handle, PART_WEIGHT, weights, 2);
    ck_assert(document_get(handle, PART_WEIGHT, 0).as.number == 0.5);
    ck_assert(document_get(handle, PART_WEIGHT, 1).as.number == -1);
    ck_assert_uint_eq(document_get(handle, PART_WEIGHT, 2).type, MILL_NULL);
    document_set_numbers(handle, PART_WEIGHT, NULL, 0);
    finish();
}
END_TEST

START_TEST(refuses_numbers_at_once_as_it_does_one_by_one)
{
    const double weights[] = {0.5, NAN};
    document_span_add(handle, PARTS, 0, 3);
    document_set_numbers(handle, PART_WEIGHT, weights, 2);
    check_fault("field 4 of layer 'parts' has 1 rows, but row 1 is asked for; the first is row 0");
    start("one two");
    document_span_add(handle, PARTS, 0, 3);
    document_span_add(handle, PARTS, 0, 3);
    document_set_numbers(handle, PART_WEIGHT, weights, 2);
    check_fault("field 4 of layer 'parts': a number must be finite");
    start("one two");
    document_set_numbers(handle, TITLE, weights, 1);
    check_fault("field 5 is declared as a string, but set to a number");
    start("one two");
    document_set_numbers(handle, 99, weights, 1);
    check_fault("uses field 99, but declares only 13");
}
END_TEST

START_TEST(copies_what_it_is_given)
{
    char title[] = "Title", json[] = "[1]";
    set_string(TITLE, 0, title);
    document_set(handle, JSON, 0, &(mill_value){.type = MILL_JSON, .length = 3, .as.string = json});
    title[0] = json[1] = 'x';
    check_string(TITLE, 0, "Title");
    ck_assert_mem_eq(document_get(handle, JSON, 0).as.string, "[1]", 3);
    set_string(TITLE, 0, "");
    check_string(TITLE, 0, "");
    finish();
}
END_TEST

START_TEST(refuses_attributes_that_are_not_allowed)
{
    mill_value number = {.type = MILL_NUMBER, .as.number = 1};
    mill_value infinite = {.type = MILL_NUMBER, .as.number = INFINITY};
    mill_value no_json = {.type = MILL_JSON, .as.string = ""};
    mill_value unknown = {.type = 77};

    set_string(WORDS, 0, "x");
    check_fault("field 0 is a layer, not an attribute");
    start("one two");
    set_string(99, 0, "x");
    check_fault("uses field 99, but declares only 13");
    start("one two");
    set_string(ABSENT_NOTE, 0, "x");
    check_fault("sets field 8, which it does not provide");
    start("one two");
    document_set(handle, TITLE, 0, &number);
    check_fault("field 5 is declared as a string, but set to a number");
    start("one two");
    document_set(handle, TITLE, 0, &unknown);
    check_fault("field 5 is declared as a string, but set to an unknown type");
    start("one two");
    document_span_add(handle, WORDS, 0, 3);
    set_string(WORD_NOTE, 1, "x");
    check_fault("field 1 of layer 'words' has 1 rows, but row 1 is asked for; the first is row 0");
    start("one two");
    set_string(TITLE, 1, "x");
    check_fault("field 5 has 1 rows, but row 1 is asked for; the first is row 0");
    start("one two");
    set_string(TITLE, 0, "caf\xE9");
    check_fault("field 5: byte 0xE9 at offset 3 is not UTF-8");
    start("one two");
    document_set(handle, JSON, 0, &no_json);
    check_fault("field 9: an empty value is not JSON");
    start("one two");
    document_span_add(handle, PARTS, 0, 3);
    document_set(handle, PART_WEIGHT, 0, &infinite);
    check_fault("field 4 of layer 'parts': a number must be finite");
    start("one two");
    set_span(PLACE, 0, 3, 8);
    check_fault("field 6: span 3-8 reaches beyond the end of the text");
}
END_TEST

START_TEST(refuses_to_read_attributes_that_are_not_there)
{
    ck_assert_uint_eq(document_get(handle, WORD_NOTE, 0).type, MILL_NULL);
    check_fault("field 1 of layer 'words' has 0 rows, but row 0 is asked for; the first is row 0");
    start("one two");
    document_get(handle, WORDS, 0);
    check_fault("field 0 is a layer, not an attribute");
}
END_TEST

/* ---- Offsets ------------------------------------------------------------------------------- */

START_TEST(counts_code_points_and_utf16_units)
{
    start("a\xC3\xA9\xF0\x9F\x98\x80z");
    ck_assert_uint_eq(document_text_offset(handle, MILL_BYTES, 7), 7);
    ck_assert_uint_eq(document_text_offset(handle, MILL_CODE_POINTS, 3), 2);
    ck_assert_uint_eq(document_text_offset(handle, MILL_CODE_POINTS, 7), 3);
    ck_assert_uint_eq(document_text_offset(handle, MILL_UTF16, 7), 4);
    ck_assert_uint_eq(document_text_offset(handle, MILL_UTF16, 8), 5);
    edit(0, 3, "");
    finish();
    ck_assert_uint_eq(document_text_offset(handle, MILL_CODE_POINTS, 4), 1);
    ck_assert_uint_eq(document_raw_offset(handle, MILL_CODE_POINTS, 7), 3);
    ck_assert_uint_eq(document_raw_offset(handle, MILL_UTF16, 8), 5);
}
END_TEST

START_TEST(counts_anew_when_the_text_has_changed)
{
    ck_assert_uint_eq(document_text_offset(handle, MILL_CODE_POINTS, 7), 7);
    edit(0, 3, "\xC3\xA9");
    finish();
    ck_assert_uint_eq(document_text_offset(handle, MILL_CODE_POINTS, 6), 5);
    edit(0, 2, "");
    finish();
    ck_assert_uint_eq(document_text_offset(handle, MILL_CODE_POINTS, 4), 4);
    ck_assert_uint_eq(document_raw_offset(handle, MILL_CODE_POINTS, 7), 7);
}
END_TEST

START_TEST(refuses_offsets_beyond_the_text)
{
    ck_assert_uint_eq(document_text_offset(handle, MILL_CODE_POINTS, 8), 0);
    check_fault("offset 8 is beyond the end of the text at 7");
    start("one two");
    document_raw_span(handle, (mill_span){5, 8});
    check_fault("asks for the raw range of 5-8, which is not in the text");
    start("one two");
    document_raw_span(handle, (mill_span){5, 3});
    check_fault("asks for the raw range of 5-3, which is not in the text");
}
END_TEST

/* ---- Random chains of stages --------------------------------------------------------------- */

/* Adds spans, and a second place for each as an attribute; returns how many. */
static uint32_t add_random_spans(void)
{
    mill_text text = document_text(handle);
    uint32_t row = 0;
    for (size_t at = random_boundary(text, 0, 9); row < 20 && at < text.length; row++) {
        document_span_add(handle, WORDS, at, random_boundary(text, at, rand() % 4 == 0 ? 0 : 12));
        size_t place = random_boundary(text, 0, text.length);
        if (row % 2 == 0)
            set_span(WORD_PLACE, row, (uint32_t)place, (uint32_t)random_boundary(text, place, 6));
        at = random_boundary(text, at, 15);
    }
    return row;
}

/* Records random edits and lists those that change something. */
static size_t add_random_edits(model_edit *edits, bool ascii)
{
    mill_text text = document_text(handle);
    size_t count = 0, at = 0;
    while (at <= text.length && count < 10) {
        model_edit *next = &edits[count];
        next->begin = random_boundary(text, at, rand() % 3 == 0 ? 0 : 12);
        next->end = random_boundary(text, next->begin, rand() % 3 == 0 ? 0 : 6);
        next->length = random_text(next->replacement, (size_t)rand() % 4, ascii);
        bool same = next->end - next->begin == next->length &&
                    memcmp(text.data + next->begin, next->replacement, next->length) == 0;
        document_edit(handle, next->begin, next->end, next->replacement, next->length);
        at = next->end + (size_t)(rand() % 2);
        at = next_boundary(text, at);
        count += !same;
        if (next->begin == text.length) break;
    }
    return count;
}

typedef struct row {
    mill_span span;
    mill_value place;
} row;

/* Reads the layer as it is now. */
static uint32_t copy_rows(row *rows)
{
    uint32_t count;
    const mill_span *spans = document_spans(handle, WORDS, &count);
    for (uint32_t i = 0; i < count; i++)
        rows[i] = (row){spans[i], document_get(handle, WORD_PLACE, i)};
    return count;
}

static bool model_move(const model *step, mill_span *span)
{
    bool was_empty = span->begin == span->end;
    *span = model_to_text(step, *span);
    return was_empty || span->begin != span->end;
}

/* Moves rows as a stage's edits demand; returns how many are left. */
static uint32_t move_rows(const model *step, row *rows, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        row moved = rows[i];
        if (moved.place.type == MILL_SPAN && !model_move(step, &moved.place.as.span))
            moved.place.type = MILL_NULL;
        if (model_move(step, &moved.span)) rows[kept++] = moved;
    }
    return kept;
}

static void check_rows(const row *expected, uint32_t expected_count)
{
    static row rows[64];
    uint32_t count = copy_rows(rows);
    ck_assert_uint_eq(count, expected_count);
    for (uint32_t i = 0; i < count; i++) {
        ck_assert_uint_eq(rows[i].span.begin, expected[i].span.begin);
        ck_assert_uint_eq(rows[i].span.end, expected[i].span.end);
        ck_assert_uint_eq(rows[i].place.type, expected[i].place.type);
        if (rows[i].place.type != MILL_SPAN) continue;
        ck_assert_uint_eq(rows[i].place.as.span.begin, expected[i].place.as.span.begin);
        ck_assert_uint_eq(rows[i].place.as.span.end, expected[i].place.as.span.end);
        ck_assert(i == 0 || rows[i - 1].span.begin <= rows[i].span.begin);
    }
}

static void check_offsets(mill_text text, uint32_t (*offset)(mill_document *, mill_unit, uint32_t))
{
    uint32_t code_points = 0, units = 0;
    for (uint32_t at = 0; at <= text.length; at++) {
        unsigned char byte = (unsigned char)text.data[at];
        if ((byte & 0xC0) == 0x80) continue;
        ck_assert_uint_eq(offset(handle, MILL_CODE_POINTS, at), code_points);
        ck_assert_uint_eq(offset(handle, MILL_UTF16, at), units);
        code_points++;
        units += byte >= 0xF0 ? 2 : 1;
    }
}

static void check_raw_spans(const model *whole)
{
    mill_text text = document_text(handle);
    for (int i = 0; i < 60; i++) {
        mill_span span;
        span.begin = (uint32_t)random_boundary(text, 0, text.length);
        span.end = (uint32_t)random_boundary(text, span.begin, i % 2 ? 10 : text.length);
        mill_span raw = document_raw_span(handle, span), expected = model_to_source(whole, span);
        ck_assert_uint_eq(raw.begin, expected.begin);
        ck_assert_uint_eq(raw.end, expected.end);
    }
}

static void check_random_chain(size_t longest)
{
    static model whole, step;
    static model_edit edits[16];
    static char raw[MODEL_ROOM], text[MODEL_ROOM];
    static row rows[64];
    bool ascii = rand() % 4 == 0;
    size_t length = random_text(raw, (size_t)rand() % longest, ascii),
           stages = 1 + (size_t)rand() % 6;
    begin_with(raw, length);
    model_start(&whole, raw, length);
    add_random_spans();
    for (size_t i = 0; i < stages; i++) {
        uint32_t row_count = copy_rows(rows);
        mill_text before = document_text(handle);
        model_start(&step, before.data, before.length);
        size_t count = add_random_edits(edits, ascii);
        finish();
        model_apply(&step, edits, count);
        model_apply(&whole, edits, count);
        length = model_text(&whole, text);
        ck_assert_uint_eq(document_text(handle).length, length);
        ck_assert_mem_eq(document_text(handle).data, text, length);
        check_padding(document_text(handle));
        check_rows(rows, move_rows(&step, rows, row_count));
    }
    check_raw_spans(&whole);
    check_offsets(document_text(handle), document_text_offset);
    check_offsets(document_raw(handle), document_raw_offset);
    ck_assert_mem_eq(document_raw(handle).data, raw, document_raw(handle).length);
}

START_TEST(agrees_with_the_model_on_random_chains_of_stages)
{
    unsigned seed = 20261124;
    printf("seed %u\n", seed);
    srand(seed);
    for (int round = 0; round < 2000; round++) check_random_chain(round % 50 == 0 ? 400 : 40);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        starts_empty,
        makes_utf8_of_a_source_that_is_not,
        keeps_text_and_raw_text_in_one_place_until_the_first_edit,
        keeps_id_and_metadata,
        names_the_byte_that_is_not_utf8,
        refuses_a_text_over_the_limit,
        refuses_ids_and_metadata_that_cannot_be_written,
        lets_only_readers_set_text_id_and_metadata,
        refuses_metadata_that_is_not_there,
        keeps_the_first_fault_until_the_next_article,
        forgets_everything_when_the_next_article_begins,
        makes_the_next_article_anew_whatever_a_plugin_has_written_over_this_one,
        stops_a_plugin_that_writes_before_or_behind_the_memory_of_its_document,
        gives_no_article_where_there_is_no_memory_for_one,
        fails_an_article_that_needs_too_much_memory,
        applies_all_edits_of_a_stage_at_once,
        costs_nothing_when_an_edit_changes_nothing,
        deletes_a_whole_text,
        refuses_edits_that_are_not_allowed,
        remembers_the_order_of_an_edit_that_changes_nothing,
        refuses_edits_that_make_the_text_too_long,
        keeps_spans_in_the_order_they_came,
        refuses_spans_that_are_not_allowed,
        reads_a_layer_that_nobody_provides_as_empty,
        moves_spans_with_the_edits_and_drops_those_that_vanish,
        keeps_attributes_of_every_row_while_the_layer_grows,
        sets_attributes_of_a_row_at_once,
        refuses_a_row_at_once_if_one_of_its_values_is_not_allowed,
        sets_the_numbers_of_a_layer_at_once,
        refuses_numbers_at_once_as_it_does_one_by_one,
        copies_what_it_is_given,
        refuses_attributes_that_are_not_allowed,
        refuses_to_read_attributes_that_are_not_there,
        counts_code_points_and_utf16_units,
        counts_anew_when_the_text_has_changed,
        refuses_offsets_beyond_the_text,
        agrees_with_the_model_on_random_chains_of_stages,
    };
    Suite *suite = suite_create("document");
    TCase *test_case = tcase_create("document");
    tcase_add_checked_fixture(test_case, setup, teardown);
    tcase_set_timeout(test_case, 60);
    for (size_t i = 0; i < MILL_COUNT(tests); i++) tcase_add_test(test_case, tests[i]);
    suite_add_tcase(suite, test_case);
    return test_run(suite);
}
