/* The table writer: its rows and columns, and that no cell is a formula or breaks the table. */
#include "plugins_support.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

enum { QUOTES, SPEAKER, SPEAKER_SPAN, CONFIDENCE, CUE_SPAN, LANGUAGE };

static const mill_field fields[] = {
    [QUOTES] = {MILL_PROVIDES, MILL_LAYER, "quotes", NULL, ""},
    [SPEAKER] = {MILL_PROVIDES, MILL_STRING, "quotes", "speaker", ""},
    [SPEAKER_SPAN] = {MILL_PROVIDES, MILL_SPAN, "quotes", "speaker", ""},
    [CONFIDENCE] = {MILL_PROVIDES, MILL_NUMBER, "quotes", "confidence", ""},
    [CUE_SPAN] = {MILL_PROVIDES, MILL_SPAN, "quotes", "cue", ""},
    [LANGUAGE] = {MILL_PROVIDES, MILL_STRING, NULL, "language", ""},
};

static workbench bench;
static loaded_plugin writer;

static bool open_writer(const char *columns)
{
    const char *options[] = {"layer=quotes", columns, NULL};
    workbench_open(&bench, fields, MILL_COUNT(fields));
    bool opened = plugin_open(&writer, "write_tsv", options, &bench);
    workbench_begin(&bench, "news.txt");
    return opened;
}

static void close_writer(void)
{
    plugin_close(&writer);
    workbench_close(&bench);
}

static void assert_table(const char *expected)
{
    size_t length;
    char *table = plugin_encode(&writer, &bench, &length);
    ck_assert_str_eq(table, expected);
    free(table);
}

START_TEST(a_row_for_each_span_and_a_column_for_each_name)
{
    ck_assert(open_writer("columns=id speaker text begin end confidence cue language"));
    mill_document_set_text(bench.handle, "Zoë: \"No\" \"Yes\"", 16);
    uint32_t row = mill_span_add(bench.handle, QUOTES, 6, 10);
    mill_set_string(bench.handle, SPEAKER, row, "Zoë", 4);
    mill_set_number(bench.handle, CONFIDENCE, row, 0.5);
    mill_set_span(bench.handle, CUE_SPAN, row, 4, 5);
    mill_set_string(bench.handle, LANGUAGE, 0, "en", 2);
    mill_span_add(bench.handle, QUOTES, 11, 16);
    assert_table("news.txt\tZoë\t\"No\"\t5\t9\t0.5\t:\ten\n"
                 "news.txt\t\t\"Yes\"\t10\t15\t\t\ten\n");
    close_writer();
}
END_TEST

START_TEST(a_text_is_never_a_formula_but_a_number_may_be_negative)
{
    static const char *const texts[] = {"=1+1", "+1", "-1", "@sum"};
    static const char *const cells[] = {"'=1+1\t-1\n", "'+1\t-1\n", "'-1\t-1\n", "'@sum\t-1\n"};
    for (size_t i = 0; i < MILL_COUNT(texts); i++) {
        ck_assert(open_writer("columns=text confidence"));
        mill_document_set_text(bench.handle, texts[i], strlen(texts[i]));
        mill_set_number(bench.handle, CONFIDENCE,
                        mill_span_add(bench.handle, QUOTES, 0, strlen(texts[i])), -1);
        assert_table(cells[i]);
        close_writer();
    }
}
END_TEST

START_TEST(no_cell_breaks_its_row)
{
    ck_assert(open_writer("columns=text id"));
    mill_document_set_text(bench.handle, "a\tb\r\nc", 6);
    mill_span_add(bench.handle, QUOTES, 0, 6);
    assert_table("a b  c\tnews.txt\n");
    close_writer();
}
END_TEST

START_TEST(an_unknown_column_is_refused_by_its_name)
{
    ck_assert(!open_writer("columns=id colour"));
    ck_assert_ptr_nonnull(strstr(writer.error.message, "'colour'"));
    workbench_close(&bench);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_row_for_each_span_and_a_column_for_each_name,
                                  a_text_is_never_a_formula_but_a_number_may_be_negative,
                                  no_cell_breaks_its_row, an_unknown_column_is_refused_by_its_name,
                                  NULL};
    return test_run(test_suite("write_tsv", tests));
}
